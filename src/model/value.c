#include "model/value.h"

#include "base/buf.h"

struct value value_literal(struct arena *a, struct str text, struct span span)
{
	struct segment *s = arena_new(a, struct segment);

	s->kind = SEGMENT_LITERAL;
	s->text = text;
	s->span = span;
	return (struct value){s, 1};
}

struct value value_unknown(struct arena *a, struct str why, struct span span)
{
	struct segment *s = arena_new(a, struct segment);

	s->kind = SEGMENT_UNKNOWN;
	s->why = why;
	s->span = span;
	return (struct value){s, 1};
}

bool value_is_known(struct value v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].kind == SEGMENT_UNKNOWN)
			return false;
	return true;
}

bool value_str(struct arena *a, struct value v, struct str *out)
{
	struct buf b = {.arena = a};

	if (!value_is_known(v))
		return false;
	if (v.n == 1) {
		*out = v.at[0].text;
		return true;
	}
	for (size_t i = 0; i < v.n; i++)
		buf_add(&b, v.at[i].text);
	*out = buf_str(&b);
	return true;
}

static void show_segment(struct buf *b, const struct segment *s)
{
	if (s->kind != SEGMENT_UNKNOWN)
		buf_add(b, s->text);
	else if (s->name.n)
		buf_printf(b, "${%.*s}", STR_ARG(s->name));
	else
		buf_char(b, '?');
}

struct str value_display(struct arena *a, struct value v)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < v.n; i++)
		show_segment(&b, &v.at[i]);
	return buf_str(&b);
}

struct str value_written(struct arena *a, struct value v)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < v.n; i++) {
		const struct segment *s = &v.at[i];
		struct str use = span_str(s->span);

		/* A shell's $2 may be the use of several segments, one behind the other. */
		if ((s->kind == SEGMENT_UNKNOWN && str_starts(use, STR("$"))) ||
			(s->kind == SEGMENT_EXPANSION && str_starts(use, STR("${"))))
			buf_add(&b, use);
		else
			show_segment(&b, s);
	}
	return buf_str(&b);
}

struct str value_why(struct value v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].kind == SEGMENT_UNKNOWN)
			return v.at[i].why;
	return STR_NONE;
}

struct str value_why_empty(struct value v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].kind == SEGMENT_EXPANSION && v.at[i].why.n)
			return v.at[i].why;
	return STR_NONE;
}

struct str value_flat(struct arena *a, struct value v)
{
	struct buf b = {.arena = a};

	if (v.n == 1 && v.at[0].kind != SEGMENT_UNKNOWN)
		return v.at[0].text;
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].kind == SEGMENT_UNKNOWN)
			buf_char(&b, '\0');
		else
			buf_add(&b, v.at[i].text);
	return buf_str(&b);
}

/* n bytes of a segment from offset, with their own place where they have one. */
static struct segment segment_slice(
	struct arena *a, const struct segment *s, size_t offset, size_t n)
{
	struct segment cut = *s;

	if (s->kind == SEGMENT_UNKNOWN)
		return cut;
	cut.text = str_sub(s->text, offset, n);
	if (s->kind == SEGMENT_LITERAL && s->source && n < s->text.n) {
		struct text *part = arena_new(a, struct text);

		*part = text_sub(s->source, offset, n);
		cut.source = part;
		cut.span = text_span_all(part);
		return cut;
	}
	if (s->kind == SEGMENT_LITERAL && s->span.file && s->span.length == s->text.n)
		cut.span = span_of(s->span.file, s->span.offset + offset, cut.text.n);
	return cut;
}

struct value value_slice(struct arena *a, struct value v, size_t offset, size_t n)
{
	struct segments cut = {0};
	size_t at = 0, end = offset + n;

	for (size_t i = 0; i < v.n; i++) {
		const struct segment *s = &v.at[i];
		size_t size = s->kind == SEGMENT_UNKNOWN ? 1 : s->text.n;
		size_t from = at > offset ? at : offset;
		size_t to = at + size < end ? at + size : end;

		if (from < to)
			*vec_push(a, &cut) = segment_slice(a, s, from - at, to - from);
		at += size;
	}
	if (cut.n)
		return value_of(&cut);
	/* An empty piece is known, and has a place. */
	return value_literal(a, STR(""), v.n ? v.at[0].span : SPAN_NONE);
}

struct span value_span(struct value v)
{
	struct span span = SPAN_NONE;

	for (size_t i = 0; i < v.n; i++)
		span = span_join(span, v.at[i].span);
	return span;
}
