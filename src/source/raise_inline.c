/*
 * A Dockerfile that stands in a compose file: `dockerfile_inline: |`. Its reader keeps
 * every byte in its place (compose_build.c), so an edit of it is one of the outer file, as
 * soon as new lines are as far in as the others.
 */
#include "source/raise_by.h"

#include "base/buf.h"

/* Is inner the outer file with all but the text blank? */
static bool keeps_places(const struct file *outer, const struct file *inner)
{
	if (inner->bytes.n > outer->bytes.n)
		return false;
	for (size_t i = 0; i < inner->bytes.n; i++)
		if (inner->bytes.p[i] != outer->bytes.p[i] && inner->bytes.p[i] != ' ')
			return false;
	return true;
}

static const struct file *outer_of(struct raising *r, const struct file *inner)
{
	const struct file *outer = r->input->file;
	struct err e = {0};

	if ((!outer || !str_eq(outer->path, inner->path)) &&
		world_read(r->world, inner->path, &outer, &e) < 0)
		return NULL;
	return keeps_places(outer, inner) ? outer : NULL;
}

/* How far in its first line stands, which says it for all (YAML 1.2, 8.1.1.1). */
static struct str indent_of(const struct file *inner)
{
	struct str bytes = inner->bytes;
	uint32_t at = 0, start;

	while (at < bytes.n && (bytes.p[at] == ' ' || bytes.p[at] == '\n'))
		at++;
	start = raise_line_start(inner, at);
	return str_sub(bytes, start, at - start);
}

static bool is_blank_behind(const struct file *outer, uint32_t at)
{
	struct str rest = str_sub(outer->bytes, at, raise_line_end(outer, at) - at);

	return !str_trim(rest).n;
}

/* Every new line of bytes is as far in as the rest; empty lines stay empty. */
static struct str indented(struct arena *a, const struct file *outer,
	const struct edit *edit, struct str indent)
{
	bool is_at_start = raise_line_start(outer, edit->offset) == edit->offset;
	struct buf out = {.arena = a};

	for (size_t i = 0; i < edit->bytes.n; i++) {
		if (is_at_start && edit->bytes.p[i] != '\n' && edit->bytes.p[i] != '\r')
			buf_add(&out, indent);
		buf_char(&out, edit->bytes.p[i]);
		is_at_start = edit->bytes.p[i] == '\n';
	}
	if (is_at_start && edit->bytes.n &&
		raise_line_start(outer, edit->offset) != edit->offset &&
		!is_blank_behind(outer, edit->offset + edit->length))
		buf_add(&out, indent);
	return buf_str(&out);
}

bool raise_inline(struct raising *r, const struct file *inner,
	const struct change *const *changes, size_t n)
{
	const struct file *outer = outer_of(r, inner);
	size_t first = r->out->n;

	if (!outer)
		return raise_refuse(r,
			"Write it by hand: the Dockerfile is a text within '%.*s'.",
			STR_ARG(inner->path));
	if (!dockerfile_raise(r, changes, n))
		return false;
	for (size_t i = first; i < r->out->n; i++) {
		struct edit *edit = &r->out->at[i];

		if (edit->file != inner)
			continue;
		/* Compose would take it for a variable of its own. */
		if (str_find(edit->bytes, '$') < edit->bytes.n)
			return raise_refuse(r,
				"Write it by hand, with each `$` doubled: the Dockerfile "
				"is a text within '%.*s'.",
				STR_ARG(inner->path));
		edit->bytes = indented(r->arena, outer, edit, indent_of(inner));
		edit->file = outer;
	}
	return true;
}
