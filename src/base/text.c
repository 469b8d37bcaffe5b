#include "base/text.h"

struct text text_of(struct arena *a, struct span span)
{
	struct text_piece *piece = arena_new(a, struct text_piece);

	piece->from = span;
	return (struct text){span_str(span), 0, 1, piece};
}

struct text text_of_str(struct str s)
{
	return (struct text){.s = s};
}

struct text text_sub(const struct text *t, size_t offset, size_t n)
{
	struct text sub = *t;

	sub.s = str_sub(t->s, offset, n);
	sub.base = t->base + (uint32_t)(offset < t->s.n ? offset : t->s.n);
	return sub;
}

/* The last piece that begins at or before offset (among the pieced bytes). */
static const struct text_piece *piece_at(const struct text *t, uint32_t offset)
{
	uint32_t low = 0, high = t->piece_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (t->pieces[mid].at <= offset)
			low = mid;
		else
			high = mid;
	}
	return &t->pieces[low];
}

/* The origin of the byte at offset: one byte, or the whole of what was decoded. */
static struct span byte_span(const struct text *t, uint32_t offset)
{
	const struct text_piece *p = piece_at(t, offset);

	if (p->decoded)
		return p->from;
	return span_of(p->from.file, p->from.offset + (offset - p->at), 1);
}

struct span text_span(const struct text *t, size_t offset, size_t n)
{
	uint32_t at = t->base + (uint32_t)offset;
	const struct text_piece *p;
	struct span first;

	if (!t->piece_count)
		return SPAN_NONE;
	if (n) {
		p = piece_at(t, at);
		if (!p->decoded && at - p->at + n <= p->from.length)
			return span_of(p->from.file, p->from.offset + (at - p->at), n);
		first = byte_span(t, at);
		return span_join(first, byte_span(t, at + (uint32_t)n - 1));
	}
	if (offset < t->s.n || at == 0) {
		first = byte_span(t, at);
		first.length = 0;
		return first;
	}
	first = byte_span(t, at - 1);
	return span_of(first.file, first.offset + first.length, 0);
}

struct span text_span_all(const struct text *t)
{
	return text_span(t, 0, t->s.n);
}

void text_reserve(struct text_builder *b, size_t bytes, size_t pieces)
{
	struct arena *a = b->bytes.arena;

	if (bytes > b->bytes.cap) {
		b->bytes.p = arena_grow(a, b->bytes.p, b->bytes.cap, bytes);
		b->bytes.cap = bytes;
	}
	if (pieces > b->pieces.cap) {
		b->pieces.at = arena_grow(a, b->pieces.at,
			b->pieces.cap * sizeof(*b->pieces.at),
			pieces * sizeof(*b->pieces.at));
		b->pieces.cap = pieces;
	}
}

/* Runs that touch in the file as they do here stay one piece. */
static bool run_continues(const struct text_builder *b, struct text_piece next)
{
	const struct text_piece *last;

	if (!b->pieces.n)
		return false;
	last = vec_last(&b->pieces);
	return !last->decoded && !next.decoded && last->from.file == next.from.file &&
		last->from.offset + last->from.length == next.from.offset;
}

static void add_piece(struct text_builder *b, struct str bytes, struct text_piece next)
{
	next.at = (uint32_t)b->bytes.n;
	if (run_continues(b, next))
		vec_last(&b->pieces)->from.length += next.from.length;
	else
		*vec_push(b->bytes.arena, &b->pieces) = next;
	buf_add(&b->bytes, bytes);
}

static void add_run(struct text_builder *b, const struct text *t,
	const struct text_piece *p, uint32_t from, uint32_t to)
{
	struct text_piece run = *p;

	if (!p->decoded)
		run.from = span_of(
			p->from.file, p->from.offset + (from - p->at), to - from);
	add_piece(b, str_sub(t->s, from - t->base, to - from), run);
}

void text_add(struct text_builder *b, const struct text *t, size_t offset, size_t n)
{
	uint32_t at = t->base + (uint32_t)offset, end = at + (uint32_t)n;

	if (!t->piece_count) {
		text_add_decoded(b, str_sub(t->s, offset, n), SPAN_NONE);
		return;
	}
	while (at < end) {
		const struct text_piece *p = piece_at(t, at);
		uint32_t stop = p + 1 == t->pieces + t->piece_count ? end : p[1].at;

		stop = stop < end ? stop : end;
		add_run(b, t, p, at, stop);
		at = stop;
	}
}

void text_add_decoded(struct text_builder *b, struct str bytes, struct span from)
{
	if (bytes.n)
		add_piece(b, bytes, (struct text_piece){.decoded = true, .from = from});
}

struct text text_finish(struct text_builder *b)
{
	return (struct text){.s = buf_str(&b->bytes),
		.piece_count = (uint32_t)b->pieces.n,
		.pieces = b->pieces.at};
}
