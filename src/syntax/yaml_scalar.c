/*
 * Scalars decoded, each byte with its origin. What comes out is what libyaml makes of
 * the same bytes (fuzz_yaml holds us to it), but libyaml cannot say where a byte came
 * from. Most scalars are one run of the file and cost nothing.
 */
#include "syntax/yaml_read.h"

#include "base/utf8.h"

struct decoder {
	struct yaml_reader *reader;
	struct str s; /* what is decoded: the inside of the quotes, the whole block */
	uint32_t offset; /* of s in the file */
	size_t at;
	struct text_builder out;
};

size_t yaml_break_length(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (!s.n)
		return 0;
	if (p[0] == '\r')
		return s.n > 1 && p[1] == '\n' ? 2 : 1;
	if (p[0] == '\n')
		return 1;
	if (s.n >= 2 && p[0] == 0xc2 && p[1] == 0x85)
		return 2;
	if (s.n >= 3 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
		return 3;
	return 0;
}

static size_t break_at(const struct decoder *d)
{
	return yaml_break_length(str_from(d->s, d->at));
}

static bool blank_at(const struct decoder *d)
{
	return d->at < d->s.n && byte_is_blank(d->s.p[d->at]);
}

/* Bytes of the file as they stand; what is no text becomes U+FFFD. */
static void add_run(struct decoder *d, size_t from, size_t to)
{
	struct yaml_reader *r = d->reader;
	size_t start = from;

	if (r->clean.p != r->file->bytes.p)
		for (size_t at = from; at < to; at++) {
			size_t offset = d->offset + at;

			if (r->clean.p[offset] == r->file->bytes.p[offset])
				continue;
			text_add(&d->out, &r->whole, d->offset + start, at - start);
			text_add_decoded(&d->out, STR("\xef\xbf\xbd"),
				span_of(r->file, offset, 1));
			start = at + 1;
		}
	if (to > start)
		text_add(&d->out, &r->whole, d->offset + start, to - start);
}

static struct span span_here(const struct decoder *d, size_t from, size_t to)
{
	return span_of(d->reader->file, d->offset + from, to - from);
}

static void add_decoded(struct decoder *d, struct str bytes, size_t from, size_t to)
{
	text_add_decoded(&d->out, bytes, span_here(d, from, to));
}

/* A line break of n bytes at offset: LF and the Unicode ones as they are. */
static void add_break(struct decoder *d, size_t at, size_t n)
{
	if (n == 3 || d->s.p[at] == '\n')
		add_run(d, at, at + n);
	else
		add_decoded(d, STR("\n"), at, at + n);
}

/*
 * Blanks and line breaks between words: blanks stay; a single break becomes a space,
 * and of several all but the first stay. Behind a break that is gone already (an
 * escaped one) all stay.
 */
static void fold(struct decoder *d, bool is_escaped)
{
	size_t from = d->at, n;
	bool has_break = is_escaped, has_more = false;
	size_t first = 0, first_length = 0;

	while (blank_at(d) || break_at(d)) {
		n = break_at(d);
		if (n && !has_break) {
			has_break = true;
			first = d->at;
			first_length = n;
			if (n == 3) {
				add_break(d, d->at, n);
				has_more = true;
			}
		} else if (n) {
			add_break(d, d->at, n);
			has_more = true;
		}
		d->at += n ? n : 1;
	}
	if (!has_break)
		add_run(d, from, d->at);
	else if (first_length && !has_more)
		add_decoded(d, STR(" "), first, first + first_length);
}

/* Words up to a byte of stop (or the end), with the blanks between them folded. */
static void add_words(struct decoder *d, const char *stop)
{
	while (d->at < d->s.n && !strchr(stop, d->s.p[d->at])) {
		size_t from = d->at;

		while (d->at < d->s.n && !strchr(stop, d->s.p[d->at]) && !blank_at(d) &&
			!break_at(d))
			d->at++;
		add_run(d, from, d->at);
		if (blank_at(d) || break_at(d))
			fold(d, false);
	}
}

static void decode_plain(struct decoder *d)
{
	add_words(d, "");
}

static void decode_single_quoted(struct decoder *d)
{
	while (d->at < d->s.n) {
		add_words(d, "'");
		if (d->at < d->s.n) {
			add_decoded(d, STR("'"), d->at, d->at + 2);
			d->at += 2;
		}
	}
}

static const struct {
	char name;
	uint32_t code_point;
} escapes[] = {
	{'0', 0},
	{'a', 7},
	{'b', 8},
	{'t', 9},
	{'\t', 9},
	{'n', 10},
	{'v', 11},
	{'f', 12},
	{'r', 13},
	{'e', 27},
	{'N', 0x85},
	{'_', 0xa0},
	{'L', 0x2028},
	{'P', 0x2029},
};

static uint32_t hex_value(struct str digits)
{
	uint32_t value = 0;

	for (size_t i = 0; i < digits.n; i++) {
		char c = byte_lower(digits.p[i]);

		value = value * 16 +
			(uint32_t)(byte_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	return value;
}

/* The scanner has refused what is no escape; others stand for themselves: \" \\ \/. */
static uint32_t escaped_point(struct decoder *d)
{
	char c = d->at < d->s.n ? d->s.p[d->at++] : '\\';
	size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	uint32_t value;

	if (digits) {
		value = hex_value(str_sub(d->s, d->at, digits));
		d->at += digits;
		return value;
	}
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
		if (escapes[i].name == c)
			return escapes[i].code_point;
	return (unsigned char)c;
}

static void decode_escape(struct decoder *d)
{
	size_t from = d->at++, n = break_at(d);
	char bytes[4];
	struct str decoded = {bytes, 0};

	if (n) {
		d->at += n;
		fold(d, true);
		return;
	}
	decoded.n = utf8_encode(escaped_point(d), bytes);
	add_decoded(d, decoded, from, d->at);
}

static void decode_double_quoted(struct decoder *d)
{
	while (d->at < d->s.n) {
		add_words(d, "\\");
		if (d->at < d->s.n)
			decode_escape(d);
	}
}

/* Of a block scalar: what its first line says. */
struct header {
	uint32_t increment; /* 0: found out */
	char chomp;	    /* '-', '+' or 0 */
};

static struct header read_header(struct decoder *d)
{
	struct header h = {0};

	for (d->at = 1; d->at < d->s.n; d->at++) {
		char c = d->s.p[d->at];

		if (c == '-' || c == '+')
			h.chomp = c;
		else if (byte_is_digit(c))
			h.increment = (uint32_t)(c - '0');
		else
			break;
	}
	while (blank_at(d))
		d->at++;
	if (d->at < d->s.n && d->s.p[d->at] == '#') {
		size_t from = d->at;

		while (d->at < d->s.n && !break_at(d))
			d->at++;
		*vec_push(d->reader->arena, &d->reader->comments) =
			span_here(d, from, d->at);
	}
	d->at += break_at(d);
	return h;
}

/* The column where the block's lines begin, by libyaml's rule. */
static uint32_t block_indent(struct decoder *d, struct header h)
{
	uint32_t parent = 0, indent = 0;
	bool has_parent = false;
	const struct yaml_reader *r = d->reader;

	for (size_t i = r->levels.n; i-- && !has_parent;) {
		has_parent = r->levels.at[i].kind != YAML_LEVEL_FLOW;
		parent = r->levels.at[i].column;
	}
	if (h.increment)
		return has_parent ? parent + h.increment : h.increment;
	for (size_t at = d->at; at < d->s.n;) {
		uint32_t column = 0;
		size_t n;

		for (; at < d->s.n && d->s.p[at] == ' '; at++)
			column++;
		indent = column > indent ? column : indent;
		n = yaml_break_length(str_from(d->s, at));
		if (!n)
			break;
		at += n;
	}
	if (has_parent && indent < parent + 1)
		return parent + 1;
	return indent ? indent : 1;
}

/* Skips at most indent spaces; whether a line of text begins behind them. */
static bool skip_indent(struct decoder *d, uint32_t indent)
{
	uint32_t column = 0;

	while (column < indent && d->at < d->s.n && d->s.p[d->at] == ' ') {
		d->at++;
		column++;
	}
	return column == indent && d->at < d->s.n && !break_at(d);
}

/* The breaks of blank lines, from where they stand; returns how many there are. */
static size_t skip_blank_lines(struct decoder *d, uint32_t indent)
{
	size_t count = 0;

	while (d->at < d->s.n && !skip_indent(d, indent) && break_at(d)) {
		d->at += break_at(d);
		count++;
	}
	return count;
}

static void add_blank_lines(struct decoder *d, size_t from, size_t to)
{
	struct decoder lines = *d;

	for (lines.at = from; lines.at < to;) {
		size_t n = break_at(&lines);

		if (n)
			add_break(d, lines.at, n);
		lines.at += n ? n : 1;
	}
}

/*
 * The break behind a line, and the blank lines behind that. In a folded block a break
 * between two lines that do not begin with a blank is a space, or nothing where blank
 * lines follow.
 */
static void join_lines(struct decoder *d, size_t line_break, size_t blank_from,
	size_t blank_count, bool is_folding)
{
	size_t n = yaml_break_length(str_from(d->s, line_break));

	if (!is_folding || n == 3)
		add_break(d, line_break, n);
	else if (!blank_count)
		add_decoded(d, STR(" "), line_break, line_break + n);
	add_blank_lines(d, blank_from, d->at);
}

static void decode_block(struct decoder *d)
{
	bool is_folded = d->s.p[0] == '>', was_blank = false;
	struct header h = read_header(d);
	uint32_t indent = block_indent(d, h);
	size_t blank_from = d->at, blanks = skip_blank_lines(d, indent);
	size_t line_break = d->at, n = 0;

	if (d->at < d->s.n || h.chomp == '+')
		add_blank_lines(d, blank_from, d->at);
	while (d->at < d->s.n) {
		bool is_blank = blank_at(d);
		size_t from = d->at;

		if (n)
			join_lines(d, line_break, blank_from, blanks,
				is_folded && !was_blank && !is_blank);
		was_blank = is_blank;
		while (d->at < d->s.n && !break_at(d))
			d->at++;
		add_run(d, from, d->at);
		line_break = d->at;
		n = break_at(d);
		d->at += n;
		blank_from = d->at;
		blanks = skip_blank_lines(d, indent);
		if (!n)
			break;
	}
	if (n && h.chomp != '-')
		add_break(d, line_break, n);
	if (n && h.chomp == '+')
		add_blank_lines(d, blank_from, d->at);
}

/* Where the last byte of a block scalar came from, so that its blank lines are not its. */
static uint32_t block_stop(const struct decoder *d, const struct text *text)
{
	struct span last;
	size_t n = 0;

	if (text->s.n) {
		last = text_span(text, text->s.n - 1, 1);
		return last.offset + last.length;
	}
	while (n < d->s.n && !byte_is_space(d->s.p[n]))
		n++;
	return d->offset + (uint32_t)n;
}

static const struct style {
	yaml_scalar_style_t from;
	enum yaml_style style;
	uint32_t quote;	     /* bytes at each end */
	const char *special; /* where none of these stands the bytes are the text */
	void (*decode)(struct decoder *d);
} styles[] = {
	{YAML_PLAIN_SCALAR_STYLE, YAML_PLAIN, 0, "", decode_plain},
	{YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_SINGLE_QUOTED, 1, "'",
		decode_single_quoted},
	{YAML_DOUBLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED, 1, "\\",
		decode_double_quoted},
	{YAML_LITERAL_SCALAR_STYLE, YAML_LITERAL, 0, NULL, decode_block},
	{YAML_FOLDED_SCALAR_STYLE, YAML_FOLDED, 0, NULL, decode_block},
};

static const struct style *style_of(yaml_scalar_style_t from)
{
	size_t i = 0;

	while (i + 1 < sizeof(styles) / sizeof(styles[0]) && styles[i].from != from)
		i++;
	return &styles[i];
}

/* Whether the bytes are the text: one line, nothing special, nothing replaced. */
static bool is_as_written(const struct decoder *d, const char *special)
{
	const struct yaml_reader *r = d->reader;

	if (!special || memcmp(d->s.p, r->file->bytes.p + d->offset, d->s.n) != 0)
		return false;
	for (size_t i = 0; i < d->s.n; i++)
		if (strchr(special, d->s.p[i]) || yaml_break_length(str_from(d->s, i)))
			return false;
	return true;
}

void yaml_read_scalar(
	struct yaml_reader *r, const struct yaml_lexeme *token, struct yaml *out)
{
	const struct style *style = style_of(token->style);
	struct decoder d = {.reader = r,
		.s = str_sub(r->clean, token->start + style->quote,
			token->end - token->start - 2 * style->quote),
		.offset = token->start + style->quote,
		.out = text_builder(r->arena)};

	out->kind = YAML_SCALAR;
	out->style = style->style;
	out->span = span_of(r->file, token->start, token->end - token->start);
	if (is_as_written(&d, style->special)) {
		out->text = text_sub(&r->whole, d.offset, d.s.n);
		return;
	}
	text_reserve(&d.out, d.s.n, 0);
	style->decode(&d);
	out->text = text_finish(&d.out);
	if (!style->special)
		out->span.length = block_stop(&d, &out->text) - out->span.offset;
}
