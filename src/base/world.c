#include "base/world_kind.h"

#include <stdlib.h>

static void record(struct world *w, int question, struct str name, bool present)
{
	struct world_record *r = vec_push(w->arena, &w->log);

	r->question = question;
	r->name = arena_str(w->arena, name);
	r->present = present;
}

int world_read(struct world *w, struct str path, const struct file **out, struct err *e)
{
	int rc = w->ops->read(w, path, out, e);

	record(w, WORLD_READ, path, rc == 0);
	return rc;
}

int world_stat(struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	int rc = w->ops->stat(w, path, out, e);

	record(w, WORLD_STAT, path, rc == 0 && out->kind != WORLD_ABSENT);
	return rc;
}

static int compare_entries(const void *a, const void *b)
{
	const struct world_entry *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

int world_list(
	struct world *w, struct str path, struct world_entries *out, struct err *e)
{
	int rc = w->ops->list(w, path, out, e);

	if (rc == 0 && out->n)
		qsort(out->at, out->n, sizeof(*out->at), compare_entries);
	record(w, WORLD_LIST, path, rc == 0);
	return rc;
}

bool world_xattr(struct world *w, struct str path, struct str name, struct str *value)
{
	bool present = w->ops->xattr && w->ops->xattr(w, path, name, value);

	record(w, WORLD_XATTR, path, present);
	return present;
}

bool world_env(struct world *w, struct str name, struct str *value)
{
	bool present = w->ops->env(w, name, value);

	record(w, WORLD_ENV, name, present);
	return present;
}

int64_t world_now(struct world *w)
{
	return w->ops->now(w);
}

const struct world_record *world_log(const struct world *w, size_t *count)
{
	*count = w->log.n;
	return w->log.at;
}
