#include "syntax/json.h"

#include "base/utf8.h"

VEC_TYPE(struct json, open_values);

struct reader {
	struct arena *arena;
	struct diags *diags;
	const struct text *text;
	struct str s;
	size_t at;
	uint32_t depth, nodes, escapes;
	/*
	 * Values whose container is still open. A container is copied out when it
	 * closes, so no array ever has spare room.
	 */
	struct open_values open_items, open_keys;
};

static bool read_value(struct reader *r, struct json *out);

const char *json_kind_name(enum json_kind kind)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",
		[JSON_FALSE] = "false",
		[JSON_TRUE] = "true",
		[JSON_NUMBER] = "a number",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "a list",
		[JSON_OBJECT] = "an object",
	};

	return names[kind];
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->s.n) {
		char c = r->s.p[r->at];

		if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
			break;
		r->at++;
	}
}

/* What stands at the reader's place, for a sentence: 'x', the end, a control byte. */
static struct str found_at(struct reader *r)
{
	struct str rest = str_from(r->s, r->at);
	size_t n = utf8_length(rest);

	if (!rest.n)
		return STR("the end");
	if (n == 0 || (unsigned char)rest.p[0] < 0x20 || rest.p[0] == 0x7f)
		return arena_printf(r->arena, "byte 0x%02x", (unsigned char)rest.p[0]);
	return arena_printf(r->arena, "'%.*s'", (int)n, rest.p);
}

static bool expected(struct reader *r, const char *what)
{
	struct str found = found_at(r);

	diag_add(r->diags, DIAG_JSON_SYNTAX,
		text_span(r->text, r->at, r->at < r->s.n ? 1 : 0),
		"%.*s stands here; JSON expects %s", STR_ARG(found), what);
	return false;
}

static bool over_limit(struct reader *r, const char *what, unsigned limit)
{
	diag_add(r->diags, DIAG_LIMIT_REACHED, text_span(r->text, r->at, 0),
		"this JSON has more than %u %s", limit, what);
	return false;
}

/* The words null, true and false. */
static bool read_word(struct reader *r, struct json *out)
{
	static const struct {
		struct str word;
		enum json_kind kind;
	} words[] = {
		{STR_INIT("null"), JSON_NULL},
		{STR_INIT("false"), JSON_FALSE},
		{STR_INIT("true"), JSON_TRUE},
	};
	struct str rest = str_from(r->s, r->at);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_starts(rest, words[i].word)) {
			out->kind = words[i].kind;
			r->at += words[i].word.n;
			return true;
		}
	return expected(r, "a value");
}

static bool read_digits(struct reader *r)
{
	if (r->at >= r->s.n || !byte_is_digit(r->s.p[r->at]))
		return expected(r, "a digit");
	while (r->at < r->s.n && byte_is_digit(r->s.p[r->at]))
		r->at++;
	return true;
}

static bool take(struct reader *r, char c)
{
	if (r->at >= r->s.n || r->s.p[r->at] != c)
		return false;
	r->at++;
	return true;
}

/* number = [ "-" ] int [ "." digits ] [ ("e" | "E") [ "+" | "-" ] digits ] */
static bool read_number(struct reader *r, struct json *out)
{
	size_t start = r->at;

	out->kind = JSON_NUMBER;
	take(r, '-');
	if (!take(r, '0') && !read_digits(r))
		return false;
	if (take(r, '.') && !read_digits(r))
		return false;
	if (take(r, 'e') || take(r, 'E')) {
		if (!take(r, '+'))
			take(r, '-');
		if (!read_digits(r))
			return false;
	}
	out->text = text_sub(r->text, start, r->at - start);
	return true;
}

static int hex_digit(char c)
{
	if (byte_is_digit(c))
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \uXXXX; r stands on the first one. */
static bool read_hex4(struct reader *r, uint32_t *out)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++, r->at++) {
		int digit = r->at < r->s.n ? hex_digit(r->s.p[r->at]) : -1;

		if (digit < 0)
			return expected(r, "four hexadecimal digits behind \\u");
		value = value << 4 | (uint32_t)digit;
	}
	*out = value;
	return true;
}

/* A low surrogate that follows a high one; anything else is left unread. */
static uint32_t join_surrogate(struct reader *r, uint32_t high)
{
	size_t before = r->at;
	uint32_t low = 0;

	if (high < 0xdc00 && str_starts(str_from(r->s, r->at), STR("\\u"))) {
		size_t diags = r->diags->list.n;

		r->at += 2;
		if (read_hex4(r, &low) && low >= 0xdc00 && low <= 0xdfff)
			return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
		r->at = before; /* the next round reads it, and complains if it must */
		r->diags->list.n = diags;
	}
	return 0xfffd;
}

static bool read_unicode(struct reader *r, struct text_builder *b, size_t start)
{
	uint32_t code = 0;
	char bytes[4];

	if (!read_hex4(r, &code))
		return false;
	if (code >= 0xd800 && code <= 0xdfff)
		code = join_surrogate(r, code);
	text_add_decoded(b, (struct str){bytes, utf8_encode(code, bytes)},
		text_span(r->text, start, r->at - start));
	return true;
}

/* r stands on the backslash. */
static bool read_escape(struct reader *r, struct text_builder *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t start = r->at++;
	const char *p;

	if (take(r, 'u'))
		return read_unicode(r, b, start);
	p = r->at < r->s.n ? memchr(from, r->s.p[r->at], sizeof(from) - 1) : NULL;
	if (!p)
		return expected(r, "one of \" \\ / b f n r t u behind a backslash");
	r->at++;
	text_add_decoded(
		b, (struct str){&to[p - from], 1}, text_span(r->text, start, 2));
	return true;
}

/* How many bytes from offset need no decoding: neither quote, backslash, control. */
static size_t plain_run(struct str s, size_t offset)
{
	size_t at = offset;

	while (at < s.n) {
		unsigned char c = (unsigned char)s.p[at];
		size_t n = c < 0x80 ? 1 : utf8_length(str_from(s, at));

		if (c == '"' || c == '\\' || c < 0x20 || !n)
			break;
		at += n;
	}
	return at - offset;
}

/* Room for the string that begins at start: most strings are short and many. */
static void reserve(struct reader *r, size_t start, struct text_builder *b)
{
	size_t at = start, escapes = 0;

	for (; at < r->s.n && r->s.p[at] != '"'; at++)
		if (r->s.p[at] == '\\') {
			escapes++;
			at++;
		}
	if (escapes <= JSON_ESCAPES_MAX)
		text_reserve(b, at - start, 2 * escapes + 1);
}

static bool read_decoded(struct reader *r, size_t start, struct text *out)
{
	struct text_builder b = text_builder(r->arena);

	reserve(r, start, &b);
	text_add(&b, r->text, start, r->at - start);
	while (r->at < r->s.n && r->s.p[r->at] != '"') {
		size_t n = plain_run(r->s, r->at);

		if (n) {
			text_add(&b, r->text, r->at, n);
			r->at += n;
		} else if (++r->escapes > JSON_ESCAPES_MAX) {
			return over_limit(r, "escapes", JSON_ESCAPES_MAX);
		} else if (r->s.p[r->at] == '\\') {
			if (!read_escape(r, &b))
				return false;
		} else if ((unsigned char)r->s.p[r->at] < 0x20) {
			return expected(r, "control bytes in a string as \\u00XX");
		} else {
			text_add_decoded(
				&b, STR("\xef\xbf\xbd"), text_span(r->text, r->at, 1));
			r->at++;
		}
	}
	*out = text_finish(&b);
	return true;
}

/* r stands on the opening quote. */
static bool read_string(struct reader *r, struct json *out)
{
	size_t start = ++r->at;

	out->kind = JSON_STRING;
	r->at += plain_run(r->s, start);
	if (r->at < r->s.n && r->s.p[r->at] == '"')
		out->text = text_sub(r->text, start, r->at - start);
	else if (!read_decoded(r, start, &out->text))
		return false;
	if (!take(r, '"'))
		return expected(r, "the '\"' that closes the string");
	return true;
}

/* Takes the last n of the open ones into an array of their own. */
static const struct json *close_items(
	struct reader *r, struct open_values *open, uint32_t n)
{
	struct json *own;

	if (!n)
		return NULL;
	own = arena_array(r->arena, struct json, n);
	open->n -= n;
	memcpy(own, open->at + open->n, n * sizeof(*own));
	return own;
}

static bool read_items(struct reader *r, uint32_t *count)
{
	struct json item;

	skip_blanks(r);
	if (take(r, ']'))
		return true;
	for (;;) {
		if (!read_value(r, &item))
			return false;
		*vec_push(r->arena, &r->open_items) = item;
		++*count;
		skip_blanks(r);
		if (take(r, ']'))
			return true;
		if (!take(r, ','))
			return expected(r, "',' or ']'");
	}
}

static bool read_key(struct reader *r, struct json *key)
{
	size_t start;

	skip_blanks(r);
	start = r->at;
	*key = (struct json){0};
	if (r->at >= r->s.n || r->s.p[r->at] != '"')
		return expected(r, "a key in double quotes");
	if (!read_string(r, key))
		return false;
	key->span = text_span(r->text, start, r->at - start);
	skip_blanks(r);
	return take(r, ':') || expected(r, "':'");
}

static bool read_members(struct reader *r, uint32_t *count)
{
	struct json key, item;

	skip_blanks(r);
	if (take(r, '}'))
		return true;
	for (;;) {
		if (!read_key(r, &key))
			return false;
		*vec_push(r->arena, &r->open_keys) = key;
		if (!read_value(r, &item))
			return false;
		*vec_push(r->arena, &r->open_items) = item;
		++*count;
		skip_blanks(r);
		if (take(r, '}'))
			return true;
		if (!take(r, ','))
			return expected(r, "',' or '}'");
	}
}

/* r stands on the opening bracket. */
static bool read_container(struct reader *r, struct json *out)
{
	bool is_object = r->s.p[r->at] == '{';
	uint32_t n = 0;

	if (r->depth >= JSON_DEPTH_MAX)
		return over_limit(r, "levels", JSON_DEPTH_MAX);
	r->at++;
	r->depth++;
	if (!(is_object ? read_members(r, &n) : read_items(r, &n)))
		return false;
	r->depth--;
	out->kind = is_object ? JSON_OBJECT : JSON_ARRAY;
	out->count = n;
	out->items = close_items(r, &r->open_items, n);
	if (is_object)
		out->keys = close_items(r, &r->open_keys, n);
	return true;
}

static bool read_value(struct reader *r, struct json *out)
{
	size_t start;
	bool done;
	char c;

	skip_blanks(r);
	*out = (struct json){0};
	if (++r->nodes > JSON_NODES_MAX)
		return over_limit(r, "values", JSON_NODES_MAX);
	start = r->at;
	c = r->at < r->s.n ? r->s.p[r->at] : '\0';
	if (c == '"')
		done = read_string(r, out);
	else if (c == '[' || c == '{')
		done = read_container(r, out);
	else if (c == '-' || byte_is_digit(c))
		done = read_number(r, out);
	else
		done = read_word(r, out);
	if (done)
		out->span = text_span(r->text, start, r->at - start);
	return done;
}

const struct json *json_parse(
	struct arena *a, const struct text *text, struct diags *diags)
{
	struct reader r = {.arena = a, .diags = diags, .text = text, .s = text->s};
	struct json *root = arena_new(a, struct json);

	if (text->s.n > JSON_SIZE_MAX) {
		over_limit(&r, "bytes", JSON_SIZE_MAX);
		return NULL;
	}
	if (!read_value(&r, root))
		return NULL;
	skip_blanks(&r);
	if (r.at < r.s.n) {
		expected(&r, "nothing more behind the value");
		return NULL;
	}
	return root;
}

const struct json *json_get(const struct json *object, struct str key)
{
	if (object->kind != JSON_OBJECT)
		return NULL;
	for (uint32_t i = object->count; i-- > 0;)
		if (str_eq(object->keys[i].text.s, key))
			return &object->items[i];
	return NULL;
}
