/*
 * fuzz_json: any bytes as JSON.
 *
 * A text is taken without a diag or refused with one. What was taken is written out and
 * read again, and must be the same tree.
 */
#include <stdlib.h>

#include "syntax/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(struct buf *out, const struct json *value);

static void write_items(struct buf *out, const struct json *value)
{
	bool is_object = value->kind == JSON_OBJECT;

	buf_char(out, is_object ? '{' : '[');
	for (uint32_t i = 0; i < value->count; i++) {
		if (i)
			buf_char(out, ',');
		if (is_object) {
			buf_json(out, value->keys[i].text.s);
			buf_char(out, ':');
		}
		write_value(out, &value->items[i]);
	}
	buf_char(out, is_object ? '}' : ']');
}

static void write_value(struct buf *out, const struct json *value)
{
	switch (value->kind) {
	case JSON_STRING:
		buf_json(out, value->text.s);
		break;
	case JSON_NUMBER:
		buf_add(out, value->text.s);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		write_items(out, value);
		break;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
		buf_add(out, str_c(json_kind_name(value->kind)));
		break;
	}
}

static const struct json *read_bytes(struct arena *a, struct str bytes)
{
	const struct file *file = file_new(a, STR("f"), bytes);
	struct text *text = arena_new(a, struct text);
	struct diags diags = {.arena = a};
	const struct json *root;

	*text = text_of(a, span_of(file, 0, bytes.n));
	root = json_parse(a, text, &diags);
	if (!root != (diags.list.n > 0))
		abort();
	if (root && (size_t)root->span.offset + root->span.length > bytes.n)
		abort();
	return root;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct buf once = {.arena = &arena}, twice = {.arena = &arena};
	const struct json *root =
		read_bytes(&arena, (struct str){(const char *)data, size});

	if (root) {
		write_value(&once, root);
		root = read_bytes(&arena, buf_str(&once));
		if (!root)
			abort();
		write_value(&twice, root);
		if (!str_eq(buf_str(&once), buf_str(&twice)))
			abort();
	}
	arena_free(&arena);
	return 0;
}
