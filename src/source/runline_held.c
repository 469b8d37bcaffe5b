#include "source/runline_held.h"

struct value held_unknown(struct arena *a, struct str name, struct span span)
{
	struct segment *s = arena_new(a, struct segment);

	*s = (struct segment){.kind = SEGMENT_UNKNOWN,
		.name = name,
		.span = span,
		.why = STR("it is set only under a condition")};
	return (struct value){s, 1};
}

struct value held_joined(struct arena *a, struct value first, struct value last)
{
	struct segments all = {0};

	for (size_t i = 0; i < first.n; i++)
		*vec_push(a, &all) = first.at[i];
	for (size_t i = 0; i < last.n; i++)
		*vec_push(a, &all) = last.at[i];
	return value_of(&all);
}

/* The same bytes, wherever they come from. */
static bool same_segment(const struct segment *x, const struct segment *y)
{
	bool is_unknown = x->kind == SEGMENT_UNKNOWN;

	if (is_unknown != (y->kind == SEGMENT_UNKNOWN))
		return false;
	if (!is_unknown)
		return str_eq(x->text, y->text);
	return str_eq(x->name, y->name) && str_eq(x->sign, y->sign) &&
		x->operand == y->operand;
}

/* Does whole begin with all of start? */
static bool value_begins(struct value whole, struct value start)
{
	if (start.n > whole.n)
		return false;
	for (size_t i = 0; i < start.n; i++)
		if (!same_segment(&whole.at[i], &start.at[i]))
			return false;
	return true;
}

/* What holds behind a condition under which `was` may have become `now`. */
static struct value merged_value(
	struct arena *a, struct str name, struct value was, struct value now)
{
	struct span span = value_span(now);
	struct value end = held_unknown(a, name, span);
	struct str rest;

	if (value_begins(now, was) && now.n == was.n)
		return now;
	if (!value_begins(now, was) || !was.n)
		return end;
	rest = now.at[was.n].text;
	if (rest.n && byte_is_space(rest.p[0]))
		end = held_joined(a, value_literal(a, STR(" "), span), end);
	return held_joined(a, was, end);
}

static bool same_word(const struct word *x, const struct word *y)
{
	return x->value.n == y->value.n && value_begins(x->value, y->value);
}

/* "${name[@]}": any number of words. */
static struct word open_word(struct arena *a, struct str name, struct span span)
{
	struct segment *s = (struct segment *)held_unknown(a, name, span).at;

	s->sign = STR("[@]");
	return (struct word){.value = {s, 1}, .span = span, .is_quoted = true};
}

static const struct words *merged_elements(struct arena *a, struct str name,
	const struct words *was, const struct words *now)
{
	struct words *all;
	size_t same = 0;

	if (!was || !now)
		return NULL;
	while (same < was->n && same < now->n &&
		same_word(&was->at[same], &now->at[same]))
		same++;
	if (same == was->n && same == now->n)
		return now;
	all = arena_new(a, struct words);
	for (size_t i = 0; i < same; i++)
		*vec_push(a, all) = now->at[i];
	*vec_push(a, all) =
		open_word(a, name, same < now->n ? now->at[same].span : SPAN_NONE);
	return all;
}

struct held held_merged(
	struct arena *a, struct str name, struct held was, struct held now)
{
	struct held out = {.is_set = true};

	if (!was.is_set || (!was.elements && now.elements) ||
		(was.elements && !now.elements)) {
		out.value = held_unknown(a, name, value_span(now.value));
		return out;
	}
	out.elements = merged_elements(a, name, was.elements, now.elements);
	out.value =
		out.elements ? now.value : merged_value(a, name, was.value, now.value);
	return out;
}
