#include "source/writes_python.h"

/* Reading bytes: names, strings, brackets, and where lines begin. */
struct reader {
	struct arena *arena;
	struct str text;
	size_t at, line; /* where the line begins */
	struct python_tokens *out;
	uint32_t open[PYTHON_DEPTH_MAX * 8]; /* brackets that are not closed yet */
	size_t depth;
	bool is_line_start;
};

static char byte_at(const struct reader *r, size_t at)
{
	return at < r->text.n ? r->text.p[at] : '\0';
}

static bool is_name_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_' || (c & 0x80);
}

static struct python_token *add(struct reader *r, enum python_token_kind kind, size_t n)
{
	struct python_token *t = vec_push(r->arena, r->out);

	*t = (struct python_token){.kind = kind,
		.text = str_sub(r->text, r->at, n),
		.at = (uint32_t)r->at,
		.n = (uint32_t)n,
		.column = UINT32_MAX};
	if (r->is_line_start && kind != TOKEN_NEWLINE)
		t->column = (uint32_t)(r->at - r->line);
	r->is_line_start = false;
	r->at += n;
	return t;
}

static void newline(struct reader *r)
{
	if (!r->depth && r->out->n && vec_last(r->out)->kind != TOKEN_NEWLINE)
		add(r, TOKEN_NEWLINE, 1);
	else
		r->at++;
	r->line = r->at;
	r->is_line_start = !r->depth;
}

/* Where the string whose quotes begin at r->at + prefix ends, and what is in it. */
static void string(struct reader *r, size_t prefix)
{
	char quote = byte_at(r, r->at + prefix);
	bool is_triple = byte_at(r, r->at + prefix + 1) == quote &&
		byte_at(r, r->at + prefix + 2) == quote;
	size_t quotes = is_triple ? 3 : 1, from = r->at + prefix + quotes, at = from;
	bool is_f = false, is_odd = false;
	struct python_token *t;

	for (size_t i = 0; i < prefix; i++)
		is_f |= byte_lower(byte_at(r, r->at + i)) == 'f';
	for (; at < r->text.n; at++) {
		char c = r->text.p[at];

		if (c == '\\') {
			is_odd = true;
			at++;
		} else if (c == '\n' && !is_triple) {
			break;
		} else if (c == quote &&
			(!is_triple ||
				(byte_at(r, at + 1) == quote &&
					byte_at(r, at + 2) == quote))) {
			break;
		}
	}
	if (at > r->text.n)
		at = r->text.n;
	quotes = at < r->text.n && r->text.p[at] == quote ? quotes : 0;
	t = add(r, is_f ? TOKEN_FSTRING : TOKEN_STRING, at + quotes - r->at);
	t->text = str_sub(r->text, from, at - from);
	t->is_odd = is_odd;
}

/* Length of the letters in front of a string (rb, f …), or -1 where none begins. */
static int string_prefix(const struct reader *r)
{
	for (int i = 0; i < 3; i++) {
		char c = byte_at(r, r->at + (size_t)i);

		if (c == '"' || c == '\'')
			return i;
		if (!c || !strchr("rRbBuUfF", c))
			return -1;
	}
	return -1;
}

static void bracket(struct reader *r, char c)
{
	uint32_t index = (uint32_t)r->out->n;

	add(r, TOKEN_OPERATOR, 1);
	if (strchr("([{", c)) {
		if (r->depth < sizeof(r->open) / sizeof(r->open[0]))
			r->open[r->depth] = index;
		r->depth++;
	} else if (r->depth) {
		r->depth--;
		if (r->depth < sizeof(r->open) / sizeof(r->open[0]))
			r->out->at[r->open[r->depth]].match = index;
	}
}

static void operator(struct reader *r)
{
	char c = byte_at(r, r->at), next = byte_at(r, r->at + 1);
	bool is_two = next == '='
		? strchr("=!<>+-*/%:|&^", c) != NULL
		: (c == '-' && next == '>') || (c == next && strchr("*/<>", c) != NULL);

	add(r, TOKEN_OPERATOR, is_two ? 2 : 1);
}

static void word(struct reader *r)
{
	size_t n = 0;
	bool is_number = byte_is_digit(byte_at(r, r->at));

	while (is_name_byte(byte_at(r, r->at + n)))
		n++;
	add(r, is_number ? TOKEN_NUMBER : TOKEN_NAME, n);
}

static void step(struct reader *r)
{
	char c = byte_at(r, r->at);
	int prefix;

	if (c == '\n') {
		newline(r);
	} else if (byte_is_space(c) || c == '\0') {
		r->at++;
	} else if (c == '#') {
		r->at += str_find(str_from(r->text, r->at), '\n');
	} else if (c == '\\' && byte_at(r, r->at + 1) == '\n') {
		r->at += 2;
	} else if ((prefix = string_prefix(r)) >= 0) {
		string(r, (size_t)prefix);
	} else if (is_name_byte(c)) {
		word(r);
	} else if (strchr("()[]{}", c)) {
		bracket(r, c);
	} else {
		operator(r);
	}
}

struct python_tokens python_tokens(struct arena *a, struct str text)
{
	struct python_tokens out = {0};
	struct reader r = {.arena = a,
		.text = str_sub(text, 0, PYTHON_BYTES_MAX),
		.out = &out,
		.is_line_start = true};

	if (str_starts(r.text, STR("\xef\xbb\xbf")))
		r.at = r.line = 3;
	while (r.at < r.text.n && out.n < PYTHON_TOKENS_MAX)
		step(&r);
	r.at = r.text.n;
	add(&r, TOKEN_END, 0);
	return out;
}
