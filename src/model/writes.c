#include "model/writes.h"

#include <stdlib.h>

#include "base/path.h"

struct str identity_home(
	struct arena *a, const struct workload *w, const struct identity *identity)
{
	const struct fact *fact = binding_find(w->env, STR("HOME"));
	struct str home;

	/* The engine sets HOME only where nobody did, an empty one included. */
	if (fact && fact->know == FACT_UNKNOWN)
		return STR_NONE;
	if (fact && fact->know == FACT_SET)
		return fact_str(a, fact, &home) ? home : STR_NONE;
	return identity->home;
}

static struct str cwd_of(struct arena *a, const struct workload *w)
{
	struct str cwd;

	if (!w->workdir || w->workdir->know == FACT_UNSET)
		return STR("/");
	return fact_str(a, w->workdir, &cwd) ? cwd : STR_NONE;
}

static struct str tmp_of(struct arena *a, const struct workload *w)
{
	const struct fact *fact = binding_find(w->env, STR("TMPDIR"));
	struct str tmp;

	if (!fact || fact->know == FACT_UNSET)
		return STR("/tmp");
	return fact_str(a, fact, &tmp) ? tmp : STR_NONE;
}

struct str write_path(struct arena *a, const struct write *write,
	const struct workload *w, const struct identity *identity)
{
	struct str base;

	if (write->path_known != FACT_SET)
		return STR_NONE;
	switch (write->base) {
	case WRITE_IN_HOME:
		base = identity_home(a, w, identity);
		break;
	case WRITE_IN_CWD:
		base = cwd_of(a, w);
		break;
	case WRITE_IN_TMP:
		base = tmp_of(a, w);
		break;
	default:
		base = STR("/");
		break;
	}
	if (!base.n)
		return STR_NONE;
	return path_join(a, path_join(a, STR("/"), base), write->path);
}

/* What is refused at path, in the order in which a program would notice. */
static struct access ask(
	const struct access_asker *asker, const struct write *write, struct str path)
{
	if (!path.n)
		return (struct access){.can = ANSWER_MAYBE,
			.why = STR("where it writes is not known")};
	if (write->needs_folder) {
		struct access folder = access_ask(asker, path_dir(path), ACCESS_MAKE);

		if (folder.can != ANSWER_YES)
			return folder;
	}
	return access_ask(asker, path, write->is_folder ? ACCESS_MAKE : ACCESS_WRITE);
}

/* No: it is not refused; maybe: the place, or whether it happens, is not known. */
static enum answer fails(const struct write *write, enum answer can)
{
	if (can == ANSWER_YES || write->happens == ANSWER_NO)
		return ANSWER_NO;
	return can == ANSWER_NO ? write->happens : ANSWER_MAYBE;
}

static int compare(const void *left, const void *right)
{
	const struct forecast *a = left, *b = right;
	int order = (int)b->fails - (int)a->fails;

	if (!order)
		order = (int)a->write->failure - (int)b->write->failure;
	if (!order)
		order = str_cmp(a->write->rule, b->write->rule);
	if (!order)
		order = str_cmp(a->path, b->path);
	if (!order)
		order = str_cmp(a->write->by, b->write->by);
	return order;
}

struct forecasts forecast(const struct access_asker *asker)
{
	struct arena *a = asker->view.arena;
	struct forecasts out = {0};

	if (!asker->workload->writes)
		return out;
	vec_each (const struct write, write, asker->workload->writes) {
		struct forecast *f = vec_push(a, &out);

		f->write = write;
		f->path = write_path(a, write, asker->workload, &asker->identity);
		f->access = ask(asker, write, f->path);
		f->fails = fails(write, f->access.can);
	}
	if (out.n > 1)
		qsort(out.at, out.n, sizeof(*out.at), compare);
	return out;
}
