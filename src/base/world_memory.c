#include "base/path.h"
#include "base/world_kind.h"

#include <errno.h>

struct pair {
	struct str name, value;
};

/* What is said of a path beyond its bytes. */
struct mark {
	struct str path;
	struct world_stat stat;
};

struct memory {
	struct world world; /* first, so that the two pointers are one */
	VEC(struct pair) files, env, xattrs; /* of xattrs the name is "PATH\nNAME" */
	VEC(struct mark) marks;
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

static struct mark *find_mark(struct memory *m, struct str path)
{
	vec_each (struct mark, mark, &m->marks)
		if (str_eq(mark->path, path))
			return mark;
	return NULL;
}

static bool is_there(struct str path, struct str dir)
{
	return str_eq(dir, STR(".")) || path_is_under(path, dir);
}

static bool has_below(const struct memory *m, struct str dir)
{
	vec_each (const struct mark, mark, &m->marks)
		if (mark->stat.kind != WORLD_ABSENT && is_there(mark->path, dir))
			return true;
	for (size_t i = 0; i < m->files.n; i++)
		if (is_there(m->files.at[i].name, dir))
			return true;
	return false;
}

static int memory_stat(
	struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	struct memory *m = memory_of(w);
	struct str clean = path_join(w->arena, STR(""), path);
	struct pair *p = find(m->files.at, m->files.n, clean);
	const struct mark *mark = find_mark(m, clean);

	(void)e;
	if (mark) {
		*out = mark->stat;
		out->size = p ? p->value.n : 0;
		return 0;
	}
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

/* What path means for a listing of dir: itself, or the folder that it lies in. */
static void add_entry(struct arena *a, struct world_entries *list, struct str dir,
	struct str path, enum world_kind kind)
{
	bool top = str_eq(dir, STR("."));
	struct str rest, name;

	if (str_eq(path, dir) || !is_there(path, dir))
		return;
	rest = top			? path
		: str_eq(dir, STR("/")) ? str_from(path, 1)
					: str_from(path, dir.n + 1);
	name = str_sub(rest, 0, str_find(rest, '/'));
	if (!has_entry(list, name))
		*vec_push(a, list) =
			(struct world_entry){name, name.n < rest.n ? WORLD_DIR : kind};
}

static int memory_list(
	struct world *w, struct str path, struct world_entries *out, struct err *e)
{
	struct memory *m = memory_of(w);
	struct str dir = path_join(w->arena, STR(""), path);
	struct world_entries list = {0};

	if (!has_below(m, dir))
		return err_set(e, ENOENT, "list '%.*s'", STR_ARG(path));
	vec_each (const struct mark, mark, &m->marks)
		if (mark->stat.kind != WORLD_ABSENT)
			add_entry(w->arena, &list, dir, mark->path, mark->stat.kind);
	vec_each (const struct pair, p, &m->files)
		add_entry(w->arena, &list, dir, p->name, WORLD_FILE);
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

static struct str xattr_key(struct world *w, struct str path, struct str name)
{
	return arena_printf(w->arena, "%.*s\n%.*s",
		STR_ARG(path_join(w->arena, STR(""), path)), STR_ARG(name));
}

static bool memory_xattr(
	struct world *w, struct str path, struct str name, struct str *value)
{
	struct memory *m = memory_of(w);
	struct pair *p = find(m->xattrs.at, m->xattrs.n, xattr_key(w, path, name));

	if (p)
		*value = p->value;
	return p != NULL;
}

struct world *world_memory(struct arena *a)
{
	static const struct world_ops ops = {memory_read, memory_stat, memory_list,
		memory_env, memory_now, memory_xattr};
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

void world_put_stat(struct world *w, struct str path, const struct world_stat *st)
{
	struct memory *m = memory_of(w);
	struct str clean = path_join(w->arena, STR(""), path);
	struct mark *mark = find_mark(m, clean);

	if (!mark)
		mark = vec_push(w->arena, &m->marks);
	*mark = (struct mark){clean, *st};
}

void world_put_xattr(
	struct world *w, struct str path, struct str name, struct str value)
{
	struct memory *m = memory_of(w);

	*vec_push(w->arena, &m->xattrs) =
		(struct pair){xattr_key(w, path, name), value};
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
