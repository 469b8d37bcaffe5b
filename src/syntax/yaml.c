#include "syntax/yaml.h"

#include "syntax/yaml_read.h"

const struct yaml_stream *yaml_parse(
	struct arena *a, const struct file *file, struct diags *diags)
{
	struct yaml_stream *stream = arena_new(a, struct yaml_stream);
	struct yaml_reader r = {.arena = a,
		.diags = diags,
		.file = file,
		.whole = text_of(a, span_of(file, 0, file->bytes.n))};

	yaml_scan_prepare(&r);
	yaml_scan_begin(&r);
	yaml_read_documents(&r);
	yaml_scan_end(&r);
	for (size_t i = 0; i < r.documents.n; i++)
		if (r.documents.at[i].root)
			yaml_check(&r, (struct yaml *)r.documents.at[i].root);
	stream->file = file;
	stream->documents = r.documents.at;
	stream->count = (uint32_t)r.documents.n;
	stream->comments = r.comments.at;
	stream->comment_count = (uint32_t)r.comments.n;
	stream->is_partial = r.is_partial;
	return stream;
}

const struct yaml *yaml_resolve(const struct yaml *node)
{
	/* A target is never an alias: an alias cannot have an anchor. */
	return node && node->kind == YAML_ALIAS ? node->target : node;
}

const struct yaml *yaml_get(const struct yaml *node, struct str key)
{
	const struct yaml *mapping = yaml_resolve(node);

	if (!mapping || mapping->kind != YAML_MAPPING)
		return NULL;
	for (uint32_t i = 0; i < mapping->count; i++) {
		const struct yaml *k = yaml_resolve(&mapping->keys[i]);

		if (k && k->kind == YAML_SCALAR && str_eq(k->text.s, key))
			return &mapping->items[i];
	}
	return NULL;
}

/* The text of a plain scalar without a tag, behind aliases; p NULL when it is none. */
static struct str plain_text(const struct yaml *node)
{
	const struct yaml *n = yaml_resolve(node);

	if (!n || n->kind != YAML_SCALAR || n->style != YAML_PLAIN || n->tag.n)
		return STR_NONE;
	return n->text.s.p ? n->text.s : STR("");
}

static bool is_one_of(struct str s, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s.p && str_eq(s, words[i]))
			return true;
	return false;
}

bool yaml_scalar_is_null(const struct yaml *node)
{
	static const struct str words[] = {STR_INIT(""), STR_INIT("~"),
		STR_INIT("null"), STR_INIT("Null"), STR_INIT("NULL")};

	return is_one_of(plain_text(node), words, 5);
}

bool yaml_scalar_bool(const struct yaml *node, bool *out)
{
	static const struct str yes[] = {
		STR_INIT("true"), STR_INIT("True"), STR_INIT("TRUE")};
	static const struct str no[] = {
		STR_INIT("false"), STR_INIT("False"), STR_INIT("FALSE")};
	struct str s = plain_text(node);

	bool is_yes = is_one_of(s, yes, 3);

	if (!is_yes && !is_one_of(s, no, 3))
		return false;
	*out = is_yes;
	return true;
}

static int digit_value(char c)
{
	if (byte_is_digit(c))
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

bool yaml_scalar_int(const struct yaml *node, int64_t *out)
{
	struct str s = plain_text(node);
	bool is_negative = s.n && s.p[0] == '-';
	int base = str_starts(s, STR("0x")) ? 16 : str_starts(s, STR("0o")) ? 8 : 10;
	int64_t value = 0;

	if (base != 10)
		s = str_from(s, 2);
	else if (s.n && (is_negative || s.p[0] == '+'))
		s = str_from(s, 1);
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = digit_value(s.p[i]);

		/* Downwards, for the smallest number has no positive counterpart. */
		if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
			__builtin_sub_overflow(value, digit, &value))
			return false;
	}
	if (!is_negative && __builtin_sub_overflow(0, value, &value))
		return false;
	*out = value;
	return true;
}

const char *yaml_kind_name(const struct yaml *node)
{
	const struct yaml *n = yaml_resolve(node);
	int64_t number;
	bool truth;

	if (!n || yaml_scalar_is_null(n))
		return "nothing";
	if (n->kind != YAML_SCALAR)
		return n->kind == YAML_MAPPING ? "a mapping" : "a list";
	if (yaml_scalar_bool(n, &truth))
		return "true or false";
	return yaml_scalar_int(n, &number) ? "a number" : "a string";
}
