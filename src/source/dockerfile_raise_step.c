/*
 * Instructions that are added, replaced or taken away. A comment belongs to the
 * instruction that it stands right above, and stays there.
 */
#include "source/dockerfile_raise.h"

#include "base/buf.h"

/*
 * Lines of a change in the manner of the file: its line ends, its escape character at
 * the end of a continued line. No line end behind the last.
 */
static struct str lines_of(const struct dockerfile_place *p, struct str value)
{
	struct buf out = {.arena = p->r->arena};
	struct str_fields fields = {.rest = value};
	struct str line;

	for (bool is_first = true; str_next_field(&fields, '\n', &line);
		is_first = false) {
		if (!is_first)
			buf_add(&out, p->eol);
		if (p->df->escape != '\\' && str_ends(line, STR("\\"))) {
			buf_add(&out, str_sub(line, 0, line.n - 1));
			buf_char(&out, p->df->escape);
		} else {
			buf_add(&out, line);
		}
	}
	return buf_str(&out);
}

/* The comments between the lines of the instruction, a line each. */
static struct str inner_comments(const struct dockerfile_place *p)
{
	struct buf out = {.arena = p->r->arena};
	uint32_t low = 0, high = p->df->comment_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (p->df->comments[mid].offset < p->in->span.offset)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < p->df->comment_count &&
		p->df->comments[low].offset < span_stop(p->in->span);
		low++) {
		buf_add(&out, str_trim_right(span_str(p->df->comments[low])));
		buf_add(&out, p->eol);
	}
	return buf_str(&out);
}

/* Behind the line end of the line that holds offset, or the end of the file. */
static uint32_t next_line(const struct file *file, uint32_t offset)
{
	size_t n = str_find(str_from(file->bytes, offset), '\n') + offset + 1;

	return n < file->bytes.n ? (uint32_t)n : (uint32_t)file->bytes.n;
}

static bool is_comment_line(const struct file *file, uint32_t start)
{
	struct str line = str_from(file->bytes, start);

	return str_starts(
		str_trim_left(str_sub(line, 0, str_find(line, '\n'))), STR("#"));
}

/* The first line of the comments that stand right above the instruction. */
static uint32_t block_start(const struct dockerfile_place *p)
{
	const struct file *file = p->df->file;
	uint32_t start = raise_line_start(file, p->in->span.offset);
	uint32_t floor = raise_line_start(file, 0);

	if (p->index)
		floor = next_line(file, span_stop(p->in[-1].span));
	/* "# syntax=" and "#!" work only where they stand. */
	for (uint32_t i = 0; i < p->df->directive_count; i++)
		if (next_line(file, span_stop(p->df->directives[i].span)) > floor)
			floor = next_line(file, span_stop(p->df->directives[i].span));
	if (p->df->shebang.file && next_line(file, span_stop(p->df->shebang)) > floor)
		floor = next_line(file, span_stop(p->df->shebang));
	while (start > floor) {
		uint32_t above = raise_line_start(file, start - 1);

		if (above < floor || !is_comment_line(file, above))
			break;
		start = above;
	}
	return start;
}

static bool add_before(struct dockerfile_place *p)
{
	struct str bytes = p->df->file->bytes;
	uint32_t at = block_start(p);
	struct str text = arena_printf(p->r->arena, "%.*s%.*s",
		STR_ARG(lines_of(p, p->change->value)), STR_ARG(p->eol));

	if (!str_ends(str_sub(bytes, 0, at), text))
		raise_edit(p->r, dockerfile_here(p, at, 0), text);
	return true;
}

static bool add_after(struct dockerfile_place *p)
{
	struct str bytes = p->df->file->bytes;
	uint32_t at = next_line(p->df->file, span_stop(p->in->span));
	struct str lines = lines_of(p, p->change->value);
	bool is_open = at == bytes.n && !str_ends(bytes, STR("\n"));
	struct str text = is_open
		? arena_printf(p->r->arena, "%.*s%.*s", STR_ARG(p->eol), STR_ARG(lines))
		: arena_printf(
			  p->r->arena, "%.*s%.*s", STR_ARG(lines), STR_ARG(p->eol));

	if (is_open || !str_starts(str_from(bytes, at), text))
		raise_edit(p->r, dockerfile_here(p, at, 0), text);
	return true;
}

static bool set_step(struct dockerfile_place *p)
{
	struct str lines = lines_of(p, p->change->value);

	if (!str_eq(span_str(p->in->span), lines))
		raise_edit(p->r, p->in->span,
			arena_printf(p->r->arena, "%.*s%.*s",
				STR_ARG(inner_comments(p)), STR_ARG(lines)));
	return true;
}

static bool remove_step(struct dockerfile_place *p)
{
	const struct file *file = p->df->file;
	uint32_t from = raise_line_start(file, p->in->span.offset);
	uint32_t to = next_line(file, span_stop(p->in->span));

	/* A file that ends without a line end goes on doing so. */
	if (to == file->bytes.n && !str_ends(file->bytes, STR("\n")) &&
		from > raise_line_start(file, 0) && !inner_comments(p).n)
		from = raise_line_end(file, from - 1);
	raise_edit(p->r, dockerfile_here(p, from, to - from), inner_comments(p));
	return true;
}

bool dockerfile_raise_step(struct dockerfile_place *p)
{
	switch (p->change->op) {
	case CHANGE_ADD:
		return p->change->is_after ? add_after(p) : add_before(p);
	case CHANGE_SET:
		return set_step(p);
	case CHANGE_REMOVE:
		break;
	}
	return remove_step(p);
}
