/* The documents of a stream. */
#include "syntax/yaml_read.h"

static bool is_directive(yaml_token_type_t type)
{
	return type == YAML_VERSION_DIRECTIVE_TOKEN || type == YAML_TAG_DIRECTIVE_TOKEN;
}

static bool ends_document(yaml_token_type_t type)
{
	return is_directive(type) || type == YAML_DOCUMENT_START_TOKEN ||
		type == YAML_DOCUMENT_END_TOKEN || type == YAML_STREAM_END_TOKEN;
}

static void add_document(
	struct yaml_reader *r, const struct yaml *root, uint32_t start, uint32_t stop)
{
	struct yaml_document *document = vec_push(r->arena, &r->documents);

	if (root) {
		struct yaml *kept = arena_new(r->arena, struct yaml);

		*kept = *root;
		document->root = kept;
		if (root->span.offset < start)
			start = root->span.offset;
		stop = yaml_node_stop(root) > stop ? yaml_node_stop(root) : stop;
	}
	document->span = span_of(r->file, start, stop - start);
}

/* document = { directive } [ "---" ] [ node ] [ "..." ] */
static bool read_document(struct yaml_reader *r)
{
	const struct yaml_lexeme *t = yaml_peek(r);
	uint32_t start = t->start, stop = t->end;
	struct yaml root = {0};
	bool has_root, ok;

	while ((t = yaml_peek(r)) && is_directive(t->type))
		yaml_skip(r);
	if (yaml_take(r, YAML_DOCUMENT_START_TOKEN))
		stop = r->last_end;
	else if (t && start != t->start)
		return yaml_fail_expected(r, "'---' behind a directive");
	t = yaml_peek(r);
	if (!t)
		return false;
	has_root = !ends_document(t->type);
	ok = !has_root || yaml_read_node(r, YAML_IN_BLOCK, &root);
	has_root = has_root && (ok || yaml_is_read(&root));
	add_document(r, has_root ? &root : NULL, start, has_root ? start : stop);
	return ok;
}

/* What stands between documents and cannot; reading goes on with it. */
static bool say_stray(
	struct yaml_reader *r, const struct yaml_lexeme *t, const char *sentence)
{
	if (r->errors++ >= YAML_ERRORS_MAX)
		return yaml_fail_expected(r, "the end");
	r->is_partial = true;
	diag_add(r->diags, DIAG_YAML_SYNTAX,
		span_of(r->file, t->start, yaml_word_length(r, t->start)), "%s",
		sentence);
	return true;
}

/*
 * Behind a document stands the next one's '---', a directive or nothing. What stands
 * there else may be well in itself (the first lines were indented, say): a new document.
 */
static bool begins_document(struct yaml_reader *r, const struct yaml_lexeme *t)
{
	if (!r->documents.n || is_directive(t->type) ||
		t->type == YAML_DOCUMENT_START_TOKEN)
		return true;
	return say_stray(r, t,
		"this stands behind the end of the document: it is indented less than its "
		"first line, or a ':' is missing, or '---' before it");
}

/* Any number of '...' behind a document; before the first one they end nothing. */
static bool skip_document_ends(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r)) && t->type == YAML_DOCUMENT_END_TOKEN) {
		if (!r->documents.n &&
			!say_stray(r, t, "'...' ends a document, but none has begun"))
			return false;
		yaml_skip(r);
	}
	return t != NULL;
}

/* The first token of the next document; NULL at the end. */
static const struct yaml_lexeme *next_document(struct yaml_reader *r)
{
	while (!r->is_over) {
		const struct yaml_lexeme *t = NULL;

		if (skip_document_ends(r))
			t = yaml_peek(r);
		if (t && t->type == YAML_STREAM_END_TOKEN)
			return NULL;
		if (t && begins_document(r, t))
			return t;
		if (!r->is_over)
			yaml_restart(r);
	}
	return NULL;
}

void yaml_read_documents(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = next_document(r))) {
		if (r->documents.n >= YAML_DOCUMENTS_MAX) {
			yaml_stop(r, span_of(r->file, t->start, 0),
				"this file has more than %d documents; the rest is unread",
				YAML_DOCUMENTS_MAX);
			return;
		}
		if (!read_document(r))
			r->levels.n = 0;
	}
}
