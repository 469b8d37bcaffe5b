#include "syntax/shell.h"

#include <stdlib.h>

enum {
	NESTING_MAX = 64,      /* braces of one word, inside or behind each other */
	LENGTH_MAX = 4096,     /* bytes of a word whose braces are expanded */
	LOOKS_MAX = 64 * 1024, /* bytes looked at for one word */
};

/* A place in a word: a segment and an offset in its text. */
struct spot {
	size_t segment, offset;
};

/* A pair of braces that expands, and what divides it. */
struct pair {
	struct spot open, close;
	bool is_sequence; /* {1..3}: no comma */
};

struct expansion {
	struct arena *arena;
	const struct shell_word *word;
	struct shell_words *out;
	size_t first; /* where the results begin in out */
	size_t looks;
	unsigned depth;
	bool failed;
};

/* ---- walking over the unquoted bytes ---- */

static bool is_plain(const struct shell_segment *segment)
{
	return segment->kind == SHELL_LITERAL && !segment->quoted;
}

/* The unquoted byte at a spot, NUL where something else stands. */
static char byte_at(const struct shell_segments *s, struct spot at)
{
	const struct shell_segment *segment = &s->at[at.segment];

	return is_plain(segment) ? segment->text.s.p[at.offset] : '\0';
}

/* To the next byte, or over a segment that is no plain text; false at the end. */
static bool step(const struct shell_segments *s, struct spot *at)
{
	if (is_plain(&s->at[at->segment]) &&
		at->offset + 1 < s->at[at->segment].text.s.n) {
		at->offset++;
		return true;
	}
	at->segment++;
	at->offset = 0;
	return at->segment < s->n;
}

/* ---- finding braces ---- */

/* The text between braces where it is one plain piece; else nothing. */
static struct str between(const struct shell_segments *s, struct pair pair)
{
	if (pair.open.segment != pair.close.segment)
		return STR_NONE;
	return str_sub(s->at[pair.open.segment].text.s, pair.open.offset + 1,
		pair.close.offset - pair.open.offset - 1);
}

struct sequence {
	long first, last, step;
	int width; /* zeros in front up to here */
	bool letters;
};

static bool parse_number(struct str s, long *out)
{
	char digits[16];
	char *end;

	if (!s.n || s.n >= sizeof(digits))
		return false;
	memcpy(digits, s.p, s.n);
	digits[s.n] = '\0';
	if (byte_is_space(digits[0]))
		return false;
	*out = strtol(digits, &end, 10);
	return end == digits + s.n;
}

static bool is_padded(struct str s)
{
	if (s.n && s.p[0] == '-')
		s = str_from(s, 1);
	return s.n > 1 && s.p[0] == '0';
}

static bool parse_ends(struct str first, struct str last, struct sequence *out)
{
	if (parse_number(first, &out->first) && parse_number(last, &out->last)) {
		if (is_padded(first) || is_padded(last))
			out->width = (int)(first.n > last.n ? first.n : last.n);
		return true;
	}
	if (first.n != 1 || last.n != 1 || !byte_is_alpha(first.p[0]) ||
		!byte_is_alpha(last.p[0]))
		return false;
	out->first = (unsigned char)first.p[0];
	out->last = (unsigned char)last.p[0];
	out->letters = true;
	return true;
}

static bool parse_sequence(struct str s, struct sequence *out)
{
	size_t dots = str_find_str(s, STR(".."));
	struct str rest = str_from(s, dots + 2);
	size_t more = str_find_str(rest, STR(".."));

	*out = (struct sequence){.step = 1};
	if (dots == s.n ||
		!parse_ends(str_sub(s, 0, dots), str_sub(rest, 0, more), out))
		return false;
	if (more < rest.n && !parse_number(str_from(rest, more + 2), &out->step))
		return false;
	out->step = labs(out->step) ? labs(out->step) : 1;
	return true;
}

/* At an open brace: its partner; false when it has none, or nothing divides it. */
static bool find_partner(
	struct expansion *x, const struct shell_segments *s, struct pair *pair)
{
	struct sequence sequence;
	unsigned depth = 1;
	bool comma = false;

	pair->close = pair->open;
	while (step(s, &pair->close)) {
		char c = byte_at(s, pair->close);

		if (++x->looks > LOOKS_MAX) {
			x->failed = true;
			return false;
		}
		depth += c == '{';
		comma |= c == ',' && depth == 1;
		if (c != '}' || --depth)
			continue;
		pair->is_sequence = !comma;
		return comma || parse_sequence(between(s, *pair), &sequence);
	}
	return false;
}

static bool find_pair(
	struct expansion *x, const struct shell_segments *s, struct pair *pair)
{
	pair->open = (struct spot){0, 0};
	if (!s->n)
		return false;
	do {
		if (byte_at(s, pair->open) == '{' && find_partner(x, s, pair))
			return true;
	} while (!x->failed && step(s, &pair->open));
	return false;
}

/* ---- putting words together ---- */

static void copy_range(struct arena *a, const struct shell_segments *s,
	struct spot from, struct spot to, struct shell_segments *out)
{
	for (size_t i = from.segment; i < s->n && i <= to.segment; i++) {
		struct shell_segment segment = s->at[i];
		size_t begin = i == from.segment ? from.offset : 0;
		size_t end = i == to.segment ? to.offset : segment.text.s.n;

		if (i == to.segment && !to.offset)
			break;
		if (is_plain(&segment)) {
			segment.text = text_sub(&segment.text, begin, end - begin);
			if (!segment.text.s.n)
				continue;
		}
		*vec_push(a, out) = segment;
	}
}

static struct spot behind(struct spot at)
{
	return (struct spot){at.segment, at.offset + 1};
}

static void expand(struct expansion *x, const struct shell_segments *s);

/* What stands before the braces, middle, and what stands behind. */
static void expand_with(struct expansion *x, const struct shell_segments *s,
	struct pair pair, const struct shell_segments *middle)
{
	struct shell_segments whole = {0};
	struct spot end = {s->n, 0};

	copy_range(x->arena, s, (struct spot){0, 0}, pair.open, &whole);
	for (size_t i = 0; i < middle->n; i++)
		*vec_push(x->arena, &whole) = middle->at[i];
	copy_range(x->arena, s, behind(pair.close), end, &whole);
	expand(x, &whole);
}

static void expand_list(
	struct expansion *x, const struct shell_segments *s, struct pair pair)
{
	struct spot from = behind(pair.open), at = pair.open;
	unsigned depth = 1;

	while (depth && !x->failed && step(s, &at)) {
		char c = byte_at(s, at);
		struct shell_segments middle = {0};

		depth += c == '{';
		depth -= c == '}';
		if (!((c == ',' && depth == 1) || !depth))
			continue;
		copy_range(x->arena, s, from, at, &middle);
		expand_with(x, s, pair, &middle);
		from = behind(at);
	}
}

static void expand_sequence(
	struct expansion *x, const struct shell_segments *s, struct pair pair)
{
	const struct text *whole = &s->at[pair.open.segment].text;
	struct span span = text_span(
		whole, pair.open.offset, pair.close.offset - pair.open.offset + 1);
	struct sequence q;
	long n;

	parse_sequence(between(s, pair), &q);
	n = labs(q.last - q.first) / q.step;
	if (n >= SHELL_BRACES_MAX)
		x->failed = true;
	for (long i = 0; i <= n && !x->failed; i++) {
		long value = q.first + (q.last < q.first ? -i : i) * q.step;
		struct text_builder b = text_builder(x->arena);
		struct shell_segment item = {.kind = SHELL_LITERAL};
		struct shell_segments middle = {&item, 1, 1};

		text_add_decoded(&b,
			q.letters ? arena_printf(x->arena, "%c", (char)value)
				  : arena_printf(x->arena, "%0*ld", q.width, value),
			span);
		item.text = text_finish(&b);
		expand_with(x, s, pair, &middle);
	}
}

static void push_result(struct expansion *x, const struct shell_segments *s)
{
	struct shell_word word = *x->word;

	word.segments = *s;
	word.braces = false;
	if (x->out->n - x->first >= SHELL_BRACES_MAX)
		x->failed = true;
	else if (s->n || word.quoted)
		*vec_push(x->arena, x->out) = word;
}

static void expand(struct expansion *x, const struct shell_segments *s)
{
	struct pair pair;

	if (x->depth >= NESTING_MAX)
		x->failed = true;
	if (x->failed)
		return;
	if (!find_pair(x, s, &pair)) {
		push_result(x, s);
		return;
	}
	x->depth++;
	if (pair.is_sequence)
		expand_sequence(x, s, pair);
	else
		expand_list(x, s, pair);
	x->depth--;
}

void shell_word_braces(
	const struct shell_word *word, struct arena *a, struct shell_words *out)
{
	struct expansion x = {.arena = a, .word = word, .out = out, .first = out->n};

	if (word->braces && word->raw.s.n <= LENGTH_MAX)
		expand(&x, &word->segments);
	if (!word->braces || word->raw.s.n > LENGTH_MAX || x.failed) {
		out->n = x.first;
		*vec_push(a, out) = *word;
	}
}
