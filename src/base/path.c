#include "base/path.h"

#include "base/buf.h"

/* Takes the last component off; false when none is left that may go. */
static bool drop_last(struct buf *out, bool absolute)
{
	struct str s = buf_str(out);
	size_t slash = str_rfind(s, '/');

	if (absolute) {
		out->n = slash == s.n || slash == 0 ? 1 : slash;
		return true;
	}
	if (!s.n || str_eq(path_base(s), STR("..")))
		return false;
	out->n = slash == s.n ? 0 : slash;
	return true;
}

static void add_component(struct buf *out, bool absolute, struct str part)
{
	if (!part.n || str_eq(part, STR(".")))
		return;
	if (str_eq(part, STR("..")) && drop_last(out, absolute))
		return;
	if (out->n && out->p[out->n - 1] != '/')
		buf_char(out, '/');
	buf_add(out, part);
}

static void add_components(struct buf *out, bool absolute, struct str path)
{
	struct str_fields fields = {.rest = path};
	struct str part;

	while (str_next_field(&fields, '/', &part))
		add_component(out, absolute, part);
}

struct str path_join(struct arena *a, struct str base, struct str path)
{
	struct buf out = {.arena = a};
	bool absolute = path_is_absolute(path) || path_is_absolute(base);

	if (absolute)
		buf_char(&out, '/');
	if (!path_is_absolute(path))
		add_components(&out, absolute, base);
	add_components(&out, absolute, path);
	return out.n ? buf_str(&out) : STR(".");
}

struct str path_dir(struct str path)
{
	size_t slash = str_rfind(path, '/');

	if (slash == path.n)
		return STR(".");
	return str_sub(path, 0, slash ? slash : 1);
}

struct str path_base(struct str path)
{
	size_t slash = str_rfind(path, '/');

	return slash == path.n ? path : str_from(path, slash + 1);
}

bool path_is_under(struct str path, struct str dir)
{
	if (str_eq(dir, STR("/")))
		return path_is_absolute(path);
	return str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/');
}
