#include "syntax/interpolate.h"

struct parser {
	struct arena *arena;
	struct diags *diags;
	const struct text *text;
	struct str s;
	uint32_t depth, count;
	bool is_full; /* a limit was reached, and a diag says so */
};

/* The part of the text that is being read, up to `end`. */
struct region {
	size_t at, end;
	/* Offset behind the last '}' before line_end; kept, for it serves a whole line. */
	size_t line_end, last_brace;
	bool has_line;
	struct text_builder literal; /* the bytes since the last expansion */
	struct interpolation parts;
};

static struct interpolation read_region(struct parser *p, size_t from, size_t end);

static bool name_begins(char c)
{
	return byte_is_alpha(c) || c == '_';
}

static bool name_goes_on(char c)
{
	return name_begins(c) || byte_is_digit(c);
}

/* Offset behind the name that begins at `at`; `at` itself where none does. */
static size_t name_end(const struct parser *p, size_t at, size_t end)
{
	if (at >= end || !name_begins(p->s.p[at]))
		return at;
	while (at < end && name_goes_on(p->s.p[at]))
		at++;
	return at;
}

static void flush_literal(struct parser *p, struct region *r)
{
	struct interpolation_part *part;

	if (!r->literal.bytes.n)
		return;
	part = vec_push(p->arena, &r->parts);
	part->text = text_finish(&r->literal);
	r->literal = text_builder(p->arena);
	p->count++;
}

/* A limit was met: the rest stays as it is written. */
static void stop_here(struct parser *p, struct region *r, const char *why)
{
	if (!p->is_full)
		diag_add(p->diags, DIAG_LIMIT_REACHED,
			text_span(p->text, r->at, r->end - r->at), "%s", why);
	p->is_full = true;
	text_add(&r->literal, p->text, r->at, r->end - r->at);
	r->at = r->end;
}

/*
 * Offset of the last '}' of the line that at stands in, r->end when there is none: an
 * expansion never goes over a line's end.
 */
static size_t last_brace(const struct parser *p, struct region *r, size_t at)
{
	struct str line = str_sub(p->s, at, r->end - at);

	if (r->has_line && at < r->line_end)
		return r->last_brace >= at ? r->last_brace : r->end;
	line.n = str_find(line, '\n');
	r->has_line = true;
	r->line_end = at + line.n;
	r->last_brace = str_rfind(line, '}');
	r->last_brace = r->last_brace == line.n ? r->end : at + r->last_brace;
	return r->last_brace;
}

/*
 * The '}' that closes the '{' at open. Braces are counted whether or not a '$' stands
 * before them, and the byte behind an opening one is not looked at; where the count
 * does not come out even the last '}' of the line closes, as in compose-go.
 */
static size_t closing_brace(const struct parser *p, struct region *r, size_t open)
{
	size_t last = last_brace(p, r, open), depth = 0;

	if (last == r->end)
		return r->end;
	for (size_t i = open; i <= last; i++) {
		if (p->s.p[i] == '}' && --depth == 0)
			return i;
		if (p->s.p[i] == '{') {
			depth++;
			i++;
		}
	}
	return last;
}

/* The sign at `at`, its length in *length; PLAIN with length 0 where none stands. */
static enum interpolation_sign sign_at(
	const struct parser *p, size_t at, size_t end, size_t *length)
{
	static const struct {
		char byte;
		enum interpolation_sign bare, colon;
	} signs[] = {
		{'-', INTERPOLATE_DEFAULT, INTERPOLATE_DEFAULT_EMPTY},
		{'?', INTERPOLATE_REQUIRED, INTERPOLATE_REQUIRED_EMPTY},
		{'+', INTERPOLATE_ALTERNATE, INTERPOLATE_ALTERNATE_EMPTY},
	};
	bool has_colon = at < end && p->s.p[at] == ':';

	at += has_colon;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (at >= end || p->s.p[at] != signs[i].byte)
			continue;
		*length = 1 + has_colon;
		return has_colon ? signs[i].colon : signs[i].bare;
	}
	*length = 0;
	return INTERPOLATE_PLAIN;
}

static struct interpolation_part *add_expansion(
	struct parser *p, struct region *r, size_t name, size_t name_stop, size_t stop)
{
	struct interpolation_part *part;

	flush_literal(p, r);
	part = vec_push(p->arena, &r->parts);
	part->text = text_sub(p->text, r->at, stop - r->at);
	part->name = text_sub(p->text, name, name_stop - name);
	p->count++;
	r->at = stop;
	return part;
}

/* "${" begins something that is no expansion: compose refuses the whole text. */
static void read_invalid(struct parser *p, struct region *r)
{
	size_t close = closing_brace(p, r, r->at + 1);
	size_t stop = close < r->end ? close + 1 : r->at + 2;

	diag_add(p->diags, DIAG_BAD_SUBSTITUTION,
		text_span(p->text, r->at, stop - r->at),
		"\"${\" must be followed by a name and '}', or by a name, one of "
		":- - :? ? :+ + and '}' on the same line; \"$$\" is a plain dollar");
	text_add(&r->literal, p->text, r->at, 2);
	r->at += 2;
}

/* ${NAME} and ${NAME SIGN word} */
static void read_braced(struct parser *p, struct region *r)
{
	size_t name = r->at + 2, stop = name_end(p, name, r->end), close, length;
	struct interpolation_part *part;
	enum interpolation_sign sign;

	if (stop > name && stop < r->end && p->s.p[stop] == '}') {
		add_expansion(p, r, name, stop, stop + 1);
		return;
	}
	sign = sign_at(p, stop, r->end, &length);
	if (stop == name || !length || last_brace(p, r, r->at) == r->end) {
		read_invalid(p, r);
		return;
	}
	close = closing_brace(p, r, r->at + 1);
	/* Words of words are read before the part is pushed: the list may move. */
	if (p->depth >= INTERPOLATE_DEPTH_MAX) {
		stop_here(p, r, "${...} stands inside ${...} deeper than oakum reads");
		return;
	}
	part = add_expansion(p, r, name, stop, close + 1);
	part->sign = sign;
	p->depth++;
	part->word = read_region(p, stop + length, close);
	p->depth--;
}

static void read_dollar(struct parser *p, struct region *r)
{
	char next = r->at + 1 < r->end ? p->s.p[r->at + 1] : '\0';
	size_t stop;

	if (next == '$') {
		text_add_decoded(&r->literal, STR("$"), text_span(p->text, r->at, 2));
		r->at += 2;
		return;
	}
	if (next == '{') {
		read_braced(p, r);
		return;
	}
	stop = name_end(p, r->at + 1, r->end);
	if (stop > r->at + 1) {
		add_expansion(p, r, r->at + 1, stop, stop);
		return;
	}
	text_add(&r->literal, p->text, r->at, 1);
	r->at++;
}

static struct interpolation read_region(struct parser *p, size_t from, size_t end)
{
	struct region r = {.at = from, .end = end, .literal = text_builder(p->arena)};

	while (r.at < end) {
		size_t run = str_find(str_sub(p->s, r.at, end - r.at), '$');

		text_add(&r.literal, p->text, r.at, run);
		r.at += run;
		if (r.at == end)
			break;
		if (p->count >= INTERPOLATE_PARTS_MAX)
			stop_here(
				p, &r, "this text has more variables than oakum reads");
		else
			read_dollar(p, &r);
	}
	flush_literal(p, &r);
	return r.parts;
}

struct interpolation interpolate_parse(
	struct arena *a, const struct text *text, struct diags *diags)
{
	struct parser p = {.arena = a, .diags = diags, .text = text, .s = text->s};
	struct interpolation whole = {0};

	if (!text->s.n)
		return whole;
	/* Most texts have no variable. */
	if (str_find(text->s, '$') == text->s.n) {
		vec_push(a, &whole)->text = *text;
		return whole;
	}
	return read_region(&p, 0, text->s.n);
}
