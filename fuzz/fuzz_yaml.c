/*
 * fuzz_yaml: any bytes as YAML.
 *
 * Every node lies in the file and inside the node that holds it, every byte of a scalar
 * comes from the scalar, comments stand in order. What libyaml's own parser takes is
 * taken without a diag and is the same tree; what it refuses is not taken silently.
 */
#include <stdlib.h>

#include <yaml.h>

#include "syntax/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_inside(struct span inner, struct span outer)
{
	return inner.file == outer.file && inner.offset >= outer.offset &&
		inner.offset + inner.length <= outer.offset + outer.length;
}

static void check_text(const struct yaml *node)
{
	struct span span = text_span_all(&node->text);

	require(span.file == NULL || is_inside(span, node->span));
}

static void check_node(const struct yaml *node, struct span outer)
{
	require(is_inside(node->span, outer));
	if (node->anchor.length)
		require(is_inside(node->anchor, outer));
	if (node->tag.n)
		require(str_eq(span_str(node->tag_span), node->tag));
	if (node->kind == YAML_SCALAR)
		check_text(node);
	if (node->kind == YAML_ALIAS && node->target)
		require(node->target->anchor.offset < node->span.offset);
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAPPING)
			check_node(&node->keys[i], node->span);
		check_node(&node->items[i], node->span);
	}
}

static void check_stream(const struct yaml_stream *s)
{
	struct span all = span_of(s->file, 0, s->file->bytes.n);
	uint32_t end = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		require(is_inside(s->documents[i].span, all));
		if (s->documents[i].root)
			check_node(s->documents[i].root, s->documents[i].span);
	}
	for (uint32_t i = 0; i < s->comment_count; i++) {
		struct span c = s->comments[i];

		require(is_inside(c, all) && c.offset >= end);
		require(span_str(c).p[0] == '#');
		end = c.offset + c.length;
	}
}

/* Both trees as text: ( ) around collections, a NUL behind every scalar. */
static void write_node(struct buf *out, const struct yaml *node)
{
	if (node->kind == YAML_ALIAS) {
		buf_char(out, '*');
		buf_add(out, span_str(node->anchor));
		buf_char(out, '\0');
		return;
	}
	if (node->kind == YAML_SCALAR) {
		buf_char(out, '=');
		buf_add(out, node->text.s);
		buf_char(out, '\0');
		return;
	}
	buf_char(out, node->kind == YAML_MAPPING ? '{' : '[');
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAPPING)
			write_node(out, &node->keys[i]);
		write_node(out, &node->items[i]);
	}
	buf_char(out, ')');
}

static void write_stream(struct buf *out, const struct yaml_stream *s)
{
	for (uint32_t i = 0; i < s->count; i++) {
		buf_char(out, '-');
		/* An empty document is a null to libyaml. */
		if (s->documents[i].root)
			write_node(out, s->documents[i].root);
		else
			buf_add(out, (struct str){"=\0", 2});
	}
}

static void write_event(struct buf *out, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		buf_char(out, '-');
		break;
	case YAML_ALIAS_EVENT:
		buf_char(out, '*');
		buf_add(out, str_c((const char *)e->data.alias.anchor));
		buf_char(out, '\0');
		break;
	case YAML_SCALAR_EVENT:
		buf_char(out, '=');
		buf_add(out,
			(struct str){(const char *)e->data.scalar.value,
				e->data.scalar.length});
		buf_char(out, '\0');
		break;
	case YAML_SEQUENCE_START_EVENT:
		buf_char(out, '[');
		break;
	case YAML_MAPPING_START_EVENT:
		buf_char(out, '{');
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		buf_char(out, ')');
		break;
	default:
		break;
	}
}

/* False where libyaml refuses the bytes. */
static bool write_oracle(struct buf *out, struct str bytes)
{
	yaml_parser_t parser;
	bool done = false, ok = true;

	require(yaml_parser_initialize(&parser));
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.p, bytes.n);
	while (ok && !done) {
		yaml_event_t event;

		ok = yaml_parser_parse(&parser, &event);
		if (!ok)
			break;
		write_event(out, &event);
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return ok;
}

static bool has_diag(const struct diags *diags, enum diag_id id)
{
	for (size_t i = 0; i < diags->list.n; i++)
		if (diags->list.at[i].id == id)
			return true;
	return false;
}

/* libyaml wants its tag handles declared and at most one version; we keep them as said. */
static bool is_beyond_oracle(struct str bytes)
{
	return str_find(bytes, '%') < bytes.n || str_find(bytes, '!') < bytes.n ||
		str_find(bytes, '?') < bytes.n;
}

static void check_oracle(struct arena *a, struct str bytes, const struct yaml_stream *s,
	const struct diags *diags)
{
	struct buf ours = {.arena = a}, theirs = {.arena = a};
	bool ok;

	if (str_starts(bytes, STR("\xef\xbb\xbf")))
		bytes = str_from(bytes, 3);
	ok = write_oracle(&theirs, bytes);
	if (has_diag(diags, DIAG_LIMIT_REACHED))
		return;
	if (ok) {
		require(!has_diag(diags, DIAG_YAML_SYNTAX) && !s->is_partial);
		write_stream(&ours, s);
		require(str_eq(buf_str(&ours), buf_str(&theirs)));
	} else if (!is_beyond_oracle(bytes)) {
		require(has_diag(diags, DIAG_YAML_SYNTAX) && s->is_partial);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	struct str bytes = {(const char *)data, size};
	const struct file *file = file_new(&arena, STR("f"), bytes);
	const struct yaml_stream *s = yaml_parse(&arena, file, &diags);

	check_stream(s);
	check_oracle(&arena, bytes, s, &diags);
	arena_free(&arena);
	return 0;
}
