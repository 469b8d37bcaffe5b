#include "syntax/dockerword.h"

#include "base/utf8.h"
#include "syntax/space.h"

struct parser {
	struct arena *arena;
	struct diags *diags;
	const struct text *text;
	struct str s;
	size_t at;
	char escape;
	bool keeps_escapes; /* inside a pattern: the escape stays with what it protects */
	uint32_t depth, count;
	/* Segments of words that are still open; one is copied out when it closes. */
	VEC(struct dockerword_segment) open;
};

/* What ends a word that is being read. */
struct stop {
	char byte; /* '\0': only the end of the text */
	const char *missing;
};

static bool read_until(
	struct parser *p, struct stop stop, const struct dockerword **out);

static char peek(const struct parser *p)
{
	return p->at < p->s.n ? p->s.p[p->at] : '\0';
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->s.n;
}

static bool broken(struct parser *p, enum diag_id id, size_t start, const char *why)
{
	if (p->diags)
		diag_add(p->diags, id, text_span(p->text, start, p->at - start), "%s",
			why);
	return false;
}

static struct dockerword_segment *add_segment(
	struct parser *p, enum dockerword_kind kind, size_t start, size_t end)
{
	struct dockerword_segment *seg = vec_push(p->arena, &p->open);

	p->count++;
	seg->kind = kind;
	seg->source = seg->text = text_sub(p->text, start, end - start);
	return seg;
}

static bool add_literal(struct parser *p, size_t start, size_t end, size_t text_start,
	enum dockerword_quote quote)
{
	struct dockerword_segment *seg;

	if (p->count >= DOCKERWORD_SEGMENTS_MAX)
		return broken(p, DIAG_LIMIT_REACHED, start,
			"this text has more variables, quotes and escapes than oakum reads");
	seg = add_segment(p, DOCKERWORD_LITERAL, start, end);
	seg->text = text_sub(p->text, text_start, end - text_start);
	seg->quote = quote;
	return true;
}

/* 'bytes as they are' */
static bool read_single_quote(struct parser *p)
{
	size_t start = p->at++, end = p->at + str_find(str_from(p->s, p->at), '\'');

	if (end == p->s.n) {
		p->at = end;
		return broken(p, DIAG_UNTERMINATED_QUOTE, start,
			"a single quote opens here and none closes it");
	}
	p->at = end + 1;
	if (!add_literal(p, start, p->at, start + 1, DOCKERWORD_SINGLE))
		return false;
	vec_last(&p->open)->text.s.n--; /* the closing quote */
	return true;
}

/*
 * The escape character in double quotes protects '"', '$' and itself; before anything
 * else it is a byte like others.
 */
static bool read_escape_in_double(struct parser *p)
{
	size_t start = p->at++;
	char c = peek(p);

	if (at_end(p))
		return true;
	if (c != '"' && c != '$' && c != p->escape)
		return add_literal(p, start, p->at, start, DOCKERWORD_DOUBLE);
	p->at++;
	return add_literal(
		p, start, p->at, start + !p->keeps_escapes, DOCKERWORD_DOUBLE);
}

static bool read_dollar(struct parser *p, enum dockerword_quote quote);

static size_t double_run(const struct parser *p)
{
	size_t at = p->at;

	while (at < p->s.n && p->s.p[at] != '"' && p->s.p[at] != '$' &&
		p->s.p[at] != p->escape)
		at++;
	return at;
}

static bool read_in_double(struct parser *p)
{
	size_t start = p->at;

	if (peek(p) == '$')
		return read_dollar(p, DOCKERWORD_DOUBLE);
	if (peek(p) == p->escape)
		return read_escape_in_double(p);
	p->at = double_run(p);
	return add_literal(p, start, p->at, start, DOCKERWORD_DOUBLE);
}

/*
 * "literal and $variables". The quotes are empty literals of their own, so that the
 * sources of all segments, put together, are the text.
 */
static bool read_double_quote(struct parser *p)
{
	size_t start = p->at++;

	if (!add_literal(p, start, p->at, p->at, DOCKERWORD_DOUBLE))
		return false;
	while (!at_end(p) && peek(p) != '"')
		if (!read_in_double(p))
			return false;
	if (at_end(p))
		return broken(p, DIAG_UNTERMINATED_QUOTE, start,
			"a double quote opens here and none closes it");
	p->at++;
	return add_literal(p, p->at - 1, p->at, p->at, DOCKERWORD_DOUBLE);
}

/* Outside quotes it protects whatever follows and, unless in a pattern, goes away. */
static bool read_escape(struct parser *p)
{
	size_t start = p->at++, n;

	if (at_end(p))
		return add_literal(
			p, start, p->at, start + !p->keeps_escapes, DOCKERWORD_ESCAPED);
	n = utf8_length(str_from(p->s, p->at));
	p->at += n ? n : 1;
	return add_literal(
		p, start, p->at, start + !p->keeps_escapes, DOCKERWORD_ESCAPED);
}

/* "<<" and the blanks behind it stay together: a heredoc's name may follow. */
static bool read_less(struct parser *p)
{
	size_t start = p->at++;

	if (peek(p) != '<')
		return add_literal(p, start, p->at, start, DOCKERWORD_BARE);
	do
		p->at++;
	while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\r');
	return add_literal(p, start, p->at, start, DOCKERWORD_ESCAPED);
}

static bool name_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_';
}

/* Bytes of a letter outside ASCII; BuildKit takes what Unicode calls a letter. */
static size_t letter_length(struct str s)
{
	static const char *const no_letters[] = {"\xc2", "\xe2\x80", "\xe2\x81",
		"\xe3\x80", "\xef\xbc", "\xef\xbf", "\xf0"};
	size_t n = s.n && (unsigned char)s.p[0] >= 0x80 ? utf8_length(s) : 0;

	for (size_t i = 0; n && i < sizeof(no_letters) / sizeof(no_letters[0]); i++)
		if (str_starts(s, str_c(no_letters[i])))
			return 0;
	return n;
}

/* A name, digits alone, or one special parameter; empty where none stands. */
static struct str read_name(struct parser *p)
{
	size_t start = p->at, n;
	char c = peek(p);

	if (byte_is_digit(c)) {
		while (byte_is_digit(peek(p)))
			p->at++;
	} else if (c && strchr("@*#?-$!", c)) {
		p->at++;
	} else {
		while ((n = name_byte(peek(p))
				       ? 1
				       : letter_length(str_from(p->s, p->at))) > 0)
			p->at += n;
	}
	return str_sub(p->s, start, p->at - start);
}

/* The word behind an operator, to the closing brace (or the slash of a pattern). */
static bool read_operand(struct parser *p, struct stop stop, bool is_pattern,
	const struct dockerword **out)
{
	bool before = p->keeps_escapes, done;

	if (p->depth >= DOCKERWORD_DEPTH_MAX)
		return broken(p, DIAG_LIMIT_REACHED, p->at,
			"${...} stands inside ${...} deeper than oakum reads");
	p->depth++;
	p->keeps_escapes = is_pattern;
	done = read_until(p, stop, out);
	p->keeps_escapes = before;
	p->depth--;
	return done;
}

static const struct stop brace = {'}', "a '}' that closes this ${...} is missing"};
static const struct stop slash = {
	'/', "a second '/' is missing in this ${name/.../...}"};

static bool read_replace(struct parser *p, struct dockerword_segment *seg)
{
	seg->op = DOCKERWORD_REPLACE;
	if (peek(p) == '/') {
		seg->is_greedy = true;
		p->at++;
	}
	return read_operand(p, slash, true, &seg->word) &&
		read_operand(p, brace, true, &seg->replacement);
}

static bool read_cut(struct parser *p, struct dockerword_segment *seg, char op)
{
	seg->op = op == '#' ? DOCKERWORD_CUT_PREFIX : DOCKERWORD_CUT_SUFFIX;
	if (peek(p) == op) {
		seg->is_greedy = true;
		p->at++;
	}
	return read_operand(p, brace, true, &seg->word);
}

/* Behind the name; start is the dollar's place. */
static bool read_operator(
	struct parser *p, struct dockerword_segment *seg, size_t start)
{
	char op = peek(p);

	if (at_end(p))
		return broken(p, DIAG_BAD_SUBSTITUTION, start, brace.missing);
	p->at++;
	if (op == '}')
		return true;
	if (op == '/')
		return read_replace(p, seg);
	if (op == '#' || op == '%')
		return read_cut(p, seg, op);
	if (op == ':') {
		seg->empty_is_unset = true;
		op = peek(p);
		p->at += !at_end(p);
	}
	if (op != '-' && op != '+' && op != '?')
		return broken(p, DIAG_BAD_SUBSTITUTION, start,
			"the builder knows ${name} and ${name} with one of "
			":- - :+ + :? ? # ## % %% / // behind the name, and not this");
	seg->op = op == '-' ? DOCKERWORD_DEFAULT
		: op == '+' ? DOCKERWORD_ALTERNATE
			    : DOCKERWORD_REQUIRED;
	return read_operand(p, brace, false, &seg->word);
}

/* r stands behind "${". */
static bool read_brace(struct parser *p, size_t start, struct dockerword_segment *seg)
{
	char c = peek(p);

	if (at_end(p))
		return broken(p, DIAG_BAD_SUBSTITUTION, start, brace.missing);
	if (c == '{' || c == '}' || c == ':')
		return broken(p, DIAG_BAD_SUBSTITUTION, start,
			"a variable's name was expected behind \"${\"");
	seg->name = read_name(p);
	return read_operator(p, seg, start);
}

static bool read_dollar(struct parser *p, enum dockerword_quote quote)
{
	struct dockerword_segment seg = {.kind = DOCKERWORD_VARIABLE, .quote = quote};
	size_t start = p->at++;

	if (p->count >= DOCKERWORD_SEGMENTS_MAX)
		return add_literal(p, start, p->at, start, quote);
	if (peek(p) == '{') {
		p->at++;
		if (!read_brace(p, start, &seg))
			return false;
	} else {
		seg.name = read_name(p);
		if (!seg.name.n)
			return add_literal(p, start, p->at, start, quote);
	}
	p->count++;
	seg.source = seg.text = text_sub(p->text, start, p->at - start);
	*vec_push(p->arena, &p->open) = seg;
	return true;
}

static size_t bare_run(const struct parser *p, char stop)
{
	size_t at = p->at;

	for (; at < p->s.n; at++) {
		char c = p->s.p[at];

		if (c == '$' || c == '\'' || c == '"' || c == '<' || c == p->escape ||
			(c == stop && stop))
			break;
	}
	return at;
}

static bool read_segment(struct parser *p, char stop)
{
	size_t start = p->at;
	char c = peek(p);

	if (c == '$')
		return read_dollar(p, DOCKERWORD_BARE);
	if (c == '\'')
		return read_single_quote(p);
	if (c == '"')
		return read_double_quote(p);
	if (c == '<')
		return read_less(p);
	if (c == p->escape)
		return read_escape(p);
	p->at = bare_run(p, stop);
	return add_literal(p, start, p->at, start, DOCKERWORD_BARE);
}

/* The segments from mark on become a word of their own. */
static const struct dockerword *close_word(
	struct parser *p, size_t mark, size_t start, size_t end)
{
	struct dockerword *word = arena_new(p->arena, struct dockerword);
	size_t n = p->open.n - mark;
	struct dockerword_segment *own =
		n ? arena_array(p->arena, struct dockerword_segment, n) : NULL;

	if (n)
		memcpy(own, p->open.at + mark, n * sizeof(*own));
	p->open.n = mark;
	word->source = text_sub(p->text, start, end - start);
	word->segments = own;
	word->segment_count = (uint32_t)n;
	return word;
}

static bool read_until(
	struct parser *p, struct stop stop, const struct dockerword **out)
{
	size_t mark = p->open.n, start = p->at;
	bool done = true;

	while (done && !at_end(p) && (!stop.byte || peek(p) != stop.byte))
		done = read_segment(p, stop.byte);
	*out = close_word(p, mark, start, p->at);
	if (!done)
		return false;
	if (stop.byte && at_end(p))
		return broken(p, DIAG_BAD_SUBSTITUTION, start, stop.missing);
	p->at += stop.byte != '\0';
	return true;
}

const struct dockerword *dockerword_parse(
	struct arena *a, const struct text *text, char escape, struct diags *diags)
{
	struct parser p = {.arena = a,
		.diags = diags,
		.text = text,
		.s = text->s,
		.escape = escape};
	const struct dockerword *word;
	struct dockerword *owned;

	if (read_until(&p, (struct stop){0}, &word))
		return word;
	owned = arena_new(a, struct dockerword);
	*owned = *word;
	owned->is_broken = true;
	return owned;
}

/* Cuts the words of one segment's source; *start is the open word's, or SIZE_MAX. */
static void cut_raw(struct arena *a, const struct text *text,
	const struct dockerword_segment *seg, size_t *start,
	struct dockerword_texts *out)
{
	size_t base = seg->source.base - text->base, at = 0, n;
	bool splits = seg->kind == DOCKERWORD_VARIABLE || seg->quote == DOCKERWORD_BARE;

	while (at < seg->source.s.n) {
		n = splits ? space_length(str_from(seg->source.s, at)) : 0;
		if (n && *start != SIZE_MAX)
			*vec_push(a, out) = text_sub(text, *start, base + at - *start);
		if (n)
			*start = SIZE_MAX;
		else if (*start == SIZE_MAX)
			*start = base + at;
		at += n ? n : 1;
	}
}

bool dockerword_split_raw(struct arena *a, const struct text *text, char escape,
	struct diags *diags, struct dockerword_texts *out)
{
	const struct dockerword *word = dockerword_parse(a, text, escape, diags);
	size_t start = SIZE_MAX;

	*out = (struct dockerword_texts){0};
	if (word->is_broken)
		return false;
	for (uint32_t i = 0; i < word->segment_count; i++)
		cut_raw(a, text, &word->segments[i], &start, out);
	if (start != SIZE_MAX)
		*vec_push(a, out) = text_sub(text, start, text->s.n - start);
	return true;
}
