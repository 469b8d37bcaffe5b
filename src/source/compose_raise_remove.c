/*
 * Keys and elements taken away: whole lines, except for the comments that stand there.
 */
#include "source/compose_raise.h"

/* The comments between two offsets, each on a line of its own at column. */
static struct str comments_between(
	const struct raise_place *p, uint32_t from, uint32_t to, uint32_t column)
{
	struct buf out = {.arena = p->r->arena};

	for (uint32_t i = 0; i < p->stream->comment_count; i++) {
		struct span c = p->stream->comments[i];

		if (c.offset < from || c.offset >= to)
			continue;
		buf_add(&out, p->style.eol);
		buf_repeat(&out, ' ', column);
		buf_add(&out, str_trim_right(span_str(c)));
	}
	return buf_str(&out);
}

/*
 * Lines go with the break in front of them, so that what is inserted behind the last of
 * them, or behind the line above, touches no byte that goes.
 */
static bool remove_lines(struct raise_place *p, uint32_t start, uint32_t end)
{
	const struct file *f = p->file;
	uint32_t from = raise_line_start(f, start), to = raise_line_end(f, end);
	struct str before = span_str(span_of(f, from, start - from)), kept;

	if (str_trim(before).n)
		return false;
	kept = comments_between(p, from, to, start - from);
	if (from > raise_line_start(f, 0))
		from = raise_line_end(f, from - 1);
	else if (kept.n)
		kept = str_from(kept, p->style.eol.n);
	else
		while (to < f->bytes.n && f->bytes.p[to++] != '\n')
			;
	raise_edit(p->r, span_of(f, from, to - from), kept);
	return true;
}

/* An element of a flow collection goes with the comma in front of it, or behind. */
static bool remove_flow(struct raise_place *p, const struct yaml *parent, uint32_t i)
{
	const struct file *f = p->file;
	bool is_map = parent->kind == YAML_MAPPING;
	const struct yaml *starts = is_map ? parent->keys : parent->items;
	uint32_t from, to;

	if (i) {
		from = raise_end(&parent->items[i - 1]);
		to = raise_end(&parent->items[i]);
	} else {
		from = starts[0].span.offset;
		to = starts[1].span.offset;
	}
	if (comments_between(p, from, to, 0).n)
		return false;
	/* `{a: , b}`: what follows must not stick to the ':'. */
	raise_edit(p->r, span_of(f, from, to - from),
		i && raise_is_absent(&parent->items[i - 1]) ? STR(" ") : STR_NONE);
	return true;
}

/* The dash in front of an element. */
static uint32_t dash_before(const struct file *f, uint32_t offset)
{
	uint32_t start = raise_line_start(f, offset);

	while (start < offset && f->bytes.p[start] == ' ')
		start++;
	return start < offset && f->bytes.p[start] == '-' ? start : offset;
}

bool raise_remove(struct raise_place *p, const struct yaml *parent, uint32_t index)
{
	const struct yaml *item = &parent->items[index];

	if (parent->count < 2)
		return false;
	if (parent->style == YAML_FLOW)
		return remove_flow(p, parent, index);
	if (parent->kind == YAML_MAPPING)
		return remove_lines(
			p, parent->keys[index].span.offset, raise_end(item));
	return remove_lines(
		p, dash_before(p->file, item->span.offset), raise_end(item));
}
