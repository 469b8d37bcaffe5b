#include "base/path.h"
#include "base/world_kind.h"

struct overlay {
	struct world world; /* first, so that the two pointers are one */
	struct world *under;
	struct str path, bytes; /* path: clean */
};

static struct overlay *overlay_of(struct world *w)
{
	return (struct overlay *)w;
}

/* However it is spelled: the same file may be a Dockerfile here and copied there. */
static bool is_it(struct overlay *o, struct str path)
{
	if (!str_eq(path_base(path), path_base(o->path)))
		return false;
	return str_eq(path_join(o->world.arena, STR("."), path), o->path);
}

static int overlay_read(
	struct world *w, struct str path, const struct file **out, struct err *e)
{
	struct overlay *o = overlay_of(w);

	if (!is_it(o, path))
		return world_read(o->under, path, out, e);
	*out = file_new(w->arena, path, o->bytes);
	return 0;
}

static int overlay_stat(
	struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	struct overlay *o = overlay_of(w);

	if (!is_it(o, path))
		return world_stat(o->under, path, out, e);
	/* Edited bytes keep the owner and mode of the file that they stand for. */
	if (world_stat(o->under, path, out, NULL) < 0 || out->kind != WORLD_FILE)
		*out = (struct world_stat){.kind = WORLD_FILE, .mode = 0644};
	out->size = o->bytes.n;
	return 0;
}

static int overlay_list(
	struct world *w, struct str path, struct world_entries *out, struct err *e)
{
	struct overlay *o = overlay_of(w);
	struct str folder = path_join(w->arena, STR("."), path);
	struct world_entries list;

	if (world_list(o->under, path, &list, e) < 0)
		return -1;
	/* A file that is only going to be made stands there, too. */
	if (str_eq(folder, path_join(w->arena, STR("."), path_dir(o->path)))) {
		vec_each (const struct world_entry, entry, &list)
			if (str_eq(entry->name, path_base(o->path))) {
				*out = list;
				return 0;
			}
		*vec_push(w->arena, &list) =
			(struct world_entry){path_base(o->path), WORLD_FILE};
	}
	*out = list;
	return 0;
}

static bool overlay_env(struct world *w, struct str name, struct str *value)
{
	return world_env(overlay_of(w)->under, name, value);
}

static int64_t overlay_now(struct world *w)
{
	return world_now(overlay_of(w)->under);
}

static bool overlay_xattr(
	struct world *w, struct str path, struct str name, struct str *value)
{
	return world_xattr(overlay_of(w)->under, path, name, value);
}

struct world *world_overlay(
	struct arena *a, struct world *under, struct str path, struct str bytes)
{
	static const struct world_ops ops = {overlay_read, overlay_stat, overlay_list,
		overlay_env, overlay_now, overlay_xattr};
	struct overlay *o = arena_new(a, struct overlay);

	o->world.ops = &ops;
	o->world.arena = a;
	o->under = under;
	o->path = path_join(a, STR("."), path);
	o->bytes = bytes;
	return &o->world;
}
