#include "base/world_kind.h"

struct overlay {
	struct world world; /* first, so that the two pointers are one */
	struct world *under;
	struct str path, bytes;
};

static struct overlay *overlay_of(struct world *w)
{
	return (struct overlay *)w;
}

static int overlay_read(
	struct world *w, struct str path, const struct file **out, struct err *e)
{
	struct overlay *o = overlay_of(w);

	if (!str_eq(path, o->path))
		return world_read(o->under, path, out, e);
	*out = file_new(w->arena, path, o->bytes);
	return 0;
}

static int overlay_stat(
	struct world *w, struct str path, struct world_stat *out, struct err *e)
{
	struct overlay *o = overlay_of(w);

	if (!str_eq(path, o->path))
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
	return world_list(overlay_of(w)->under, path, out, e);
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
	o->path = arena_str(a, path);
	o->bytes = bytes;
	return &o->world;
}
