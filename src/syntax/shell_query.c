#include "syntax/shell.h"

static bool is_literal(enum shell_segment_kind kind, bool patterns)
{
	return kind == SHELL_LITERAL ||
		(patterns && (kind == SHELL_GLOB || kind == SHELL_TILDE));
}

/* Segments that touch in one text are one cut of it, and need no new bytes. */
static bool touches(const struct text *left, const struct text *right)
{
	return left->pieces == right->pieces && left->s.p + left->s.n == right->s.p;
}

static struct text join(const struct shell_segments *segments, struct arena *a)
{
	struct text whole = segments->at[0].text;
	struct text_builder b;
	size_t i = 1;

	while (i < segments->n && touches(&whole, &segments->at[i].text))
		whole.s.n += segments->at[i++].text.s.n;
	if (i == segments->n)
		return whole;
	b = text_builder(a);
	text_add(&b, &whole, 0, whole.s.n);
	for (; i < segments->n; i++)
		text_add(&b, &segments->at[i].text, 0, segments->at[i].text.s.n);
	return text_finish(&b);
}

/* '' has no segment: an empty cut where it stands, between its quotes. */
static struct text empty_text(const struct shell_word *word)
{
	return text_sub(&word->raw, word->raw.s.n / 2, 0);
}

static bool word_text(
	const struct shell_word *word, bool patterns, struct arena *a, struct text *out)
{
	vec_each (struct shell_segment, segment, &word->segments)
		if (!is_literal(segment->kind, patterns))
			return false;
	*out = word->segments.n ? join(&word->segments, a) : empty_text(word);
	return true;
}

bool shell_word_literal(
	const struct shell_word *word, struct arena *a, struct text *out)
{
	return word_text(word, false, a, out);
}

bool shell_word_pattern(
	const struct shell_word *word, struct arena *a, struct text *out)
{
	return word_text(word, true, a, out);
}

bool shell_word_is(const struct shell_word *word, struct str s)
{
	vec_each (struct shell_segment, segment, &word->segments) {
		if (segment->kind != SHELL_LITERAL || !str_starts(s, segment->text.s))
			return false;
		s = str_from(s, segment->text.s.n);
	}
	return !s.n;
}
