#include "base/path.h"
#include "base/world_kind.h"

#include <errno.h>

struct pair {
	struct str name, value;
};

struct memory {
	struct world world; /* first, so that the two pointers are one */
	VEC(struct pair) files, env;
	int64_t now;
};

static struct memory *memory_of(struct world *w)
{
	return (struct memory *)w;
}

static struct pair *find(struct pair *at, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(at[i].name, name))
			return &at[i];
	return NULL;
}

static int memory_read(
	struct world *w, struct str path, const struct file **out, struct err *e)
{
	struct memory *m = memory_of(w);
	struct pair *p =
		find(m->files.at, m->files.n, path_join(w->arena, STR(""), path));

	if (!p)
		return err_set(e, ENOENT, "read '%.*s'", STR_ARG(path));
	if (p->value.n > FILE_MAX)
		return err_set(e, EFBIG, "read '%.*s'", STR_ARG(path));
	*out = file_new(w->arena, path, p->value);
	return 0;
}

static bool has_below(const struct memory *m, struct str dir)
{
	for (size_t i = 0; i < m->files.n; i++)
		if (str_eq(dir, STR(".")) || path_is_under(m->files.at[i].name, dir))
			return true;
	return false;
}

static int memory_stat(
	struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	struct memory *m = memory_of(w);
	struct str clean = path_join(w->arena, STR(""), path);
	struct pair *p = find(m->files.at, m->files.n, clean);

	(void)e;
	*out = (struct world_stat){.kind = WORLD_ABSENT};
	if (p)
		*out = (struct world_stat){
			.kind = WORLD_FILE, .mode = 0644, .size = p->value.n};
	else if (has_below(m, clean))
		*out = (struct world_stat){.kind = WORLD_DIR, .mode = 0755};
	return 0;
}

static bool has_entry(const struct world_entries *list, struct str name)
{
	vec_each (struct world_entry, entry, list)
		if (str_eq(entry->name, name))
			return true;
	return false;
}

static int memory_list(
	struct world *w, struct str path, struct world_entries *out, struct err *e)
{
	struct memory *m = memory_of(w);
	struct str dir = path_join(w->arena, STR(""), path);
	struct world_entries list = {0};

	if (!has_below(m, dir))
		return err_set(e, ENOENT, "list '%.*s'", STR_ARG(path));
	vec_each (struct pair, p, &m->files) {
		bool top = str_eq(dir, STR("."));
		struct str rest = top ? p->name : str_from(p->name, dir.n + 1);
		struct str name = str_sub(rest, 0, str_find(rest, '/'));

		if ((!top && !path_is_under(p->name, dir)) || has_entry(&list, name))
			continue;
		*vec_push(w->arena, &list) = (struct world_entry){
			name, name.n < rest.n ? WORLD_DIR : WORLD_FILE};
	}
	*out = list;
	return 0;
}

static bool memory_env(struct world *w, struct str name, struct str *value)
{
	struct memory *m = memory_of(w);
	struct pair *p = find(m->env.at, m->env.n, name);

	if (p)
		*value = p->value;
	return p != NULL;
}

static int64_t memory_now(struct world *w)
{
	return memory_of(w)->now;
}

struct world *world_memory(struct arena *a)
{
	static const struct world_ops ops = {
		memory_read, memory_stat, memory_list, memory_env, memory_now};
	struct memory *m = arena_new(a, struct memory);

	m->world.ops = &ops;
	m->world.arena = a;
	return &m->world;
}

void world_put(struct world *w, struct str path, struct str bytes)
{
	struct memory *m = memory_of(w);
	struct str clean = path_join(w->arena, STR(""), path);
	struct pair *p = find(m->files.at, m->files.n, clean);

	if (!p)
		p = vec_push(w->arena, &m->files);
	*p = (struct pair){clean, bytes};
}

void world_put_env(struct world *w, struct str name, struct str value)
{
	struct memory *m = memory_of(w);
	struct pair *p = find(m->env.at, m->env.n, name);

	if (!p)
		p = vec_push(w->arena, &m->env);
	*p = (struct pair){name, value};
}

void world_put_now(struct world *w, int64_t now)
{
	memory_of(w)->now = now;
}
