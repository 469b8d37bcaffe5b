/*
 * The productions, a function each, over the scanner's tokens. They take what libyaml's
 * own parser takes. A production that fails still closes its node over what it has read,
 * so that the one above may keep it; the level that goes on takes the next line.
 */
#include "syntax/yaml_read.h"

enum context { IN_FLOW, IN_BLOCK, BELOW_KEY /* '-' may stand where the key does */ };

static bool read_node(struct yaml_reader *r, enum context context, struct yaml *out);

/* What stands in place of a node. */
enum {
	BEHIND_ENTRY = 1, /* the next '-' or the end */
	BEHIND_KEY = 2,	  /* the next key, ':' or the end */
	BEHIND_FLOW = 4,  /* ',' or the closing bracket; ':' where a key is awaited */
	BEHIND_FLOW_KEY = 8,
};

static bool is_absent(yaml_token_type_t type, unsigned behind)
{
	switch (type) {
	case YAML_BLOCK_ENTRY_TOKEN:
		return behind & BEHIND_ENTRY;
	case YAML_BLOCK_END_TOKEN:
		return behind & (BEHIND_ENTRY | BEHIND_KEY);
	case YAML_KEY_TOKEN:
		return behind & BEHIND_KEY;
	case YAML_VALUE_TOKEN:
		return behind & (BEHIND_KEY | BEHIND_FLOW_KEY);
	case YAML_FLOW_ENTRY_TOKEN:
	case YAML_FLOW_SEQUENCE_END_TOKEN:
	case YAML_FLOW_MAPPING_END_TOKEN:
		return behind & (BEHIND_FLOW | BEHIND_FLOW_KEY);
	default:
		return false;
	}
}

static bool next_is(struct yaml_reader *r, yaml_token_type_t type)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	return t && t->type == type;
}

static bool take(struct yaml_reader *r, yaml_token_type_t type)
{
	if (!next_is(r, type))
		return false;
	yaml_skip(r);
	return true;
}

static struct span token_span(const struct yaml_reader *r, const struct yaml_lexeme *t)
{
	return span_of(r->file, t->start, t->end - t->start);
}

/* How long what stands at an offset is, roughly, for a sentence about it. */
static uint32_t word_length(const struct yaml_reader *r, uint32_t offset)
{
	struct str rest = str_sub(str_from(r->file->bytes, offset), 0, 40);
	uint32_t n = 0;

	while (n < rest.n && !byte_is_space(rest.p[n]) && rest.p[n] != ':')
		n++;
	return n || !rest.n ? n : 1;
}

/*
 * Something else stands here than what was expected. Directly behind a quoted string on
 * several lines the string is to blame: its own quote is missing and it ended at
 * another's.
 */
static bool fail_expected(struct yaml_reader *r, const char *what)
{
	const struct yaml_lexeme *t = yaml_peek(r);
	struct span quoted =
		span_of(r->file, r->last_start, r->last_end - r->last_start);
	struct str bytes;

	if (!t)
		return false;
	if (r->was_quoted && memchr(span_str(quoted).p, '\n', quoted.length))
		return yaml_fail(r, DIAG_YAML_SYNTAX,
			span_of(r->file, quoted.offset, 1),
			"the quote that opens here is closed on line %u, where something "
			"else follows; is one missing before that?",
			span_end(quoted).line);
	bytes = str_sub(
		str_from(r->file->bytes, t->start), 0, word_length(r, t->start));
	return yaml_fail(r, DIAG_YAML_SYNTAX, span_of(r->file, t->start, bytes.n),
		"%s%.*s%s stands here; expected was %s", bytes.n ? "'" : "the end",
		STR_ARG(bytes), bytes.n ? "'" : "", what);
}

/* In a block mapping, where a key or the end is awaited. */
static bool fail_key(struct yaml_reader *r)
{
	const struct yaml_lexeme *t = yaml_peek(r);
	uint32_t column = vec_last(&r->levels)->column;

	if (!t || t->type != YAML_BLOCK_MAPPING_START_TOKEN)
		return fail_expected(r, "a key of this mapping");
	return yaml_fail(r, DIAG_YAML_SYNTAX,
		span_of(r->file, t->start, word_length(r, t->start)),
		"this key begins in column %u, but the keys of its mapping in column %u",
		t->column + 1, column + 1);
}

static bool count_node(struct yaml_reader *r, uint32_t at)
{
	if (r->nodes++ < YAML_NODES_MAX)
		return true;
	return yaml_stop(r, span_of(r->file, at, 0),
		"this YAML has more than %d values; the rest is unread",
		YAML_NODES_MAX);
}

/* A null that nobody wrote stands where its bytes would. */
static void set_absent(struct yaml_reader *r, struct yaml *out)
{
	out->kind = YAML_SCALAR;
	out->style = YAML_PLAIN;
	out->span = span_of(r->file, r->last_end, 0);
	out->text = text_sub(&r->whole, r->last_end, 0);
	r->nodes++;
}

static bool read_node_or_absent(
	struct yaml_reader *r, enum context context, unsigned behind, struct yaml *out)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	*out = (struct yaml){0};
	if (!t)
		return false;
	if (!is_absent(t->type, behind))
		return read_node(r, context, out);
	set_absent(r, out);
	return true;
}

static uint32_t span_stop(struct span s)
{
	return s.file ? s.offset + s.length : 0;
}

/* Behind a node and its properties: `a: !!null` ends with its tag. */
static uint32_t node_stop(const struct yaml *node)
{
	uint32_t stop = span_stop(node->span), anchor = span_stop(node->anchor);
	uint32_t tag = span_stop(node->tag_span);

	stop = anchor > stop ? anchor : stop;
	return tag > stop ? tag : stop;
}

/* An open collection: its level and where its children begin on the stacks. */
struct open {
	struct yaml *node;
	size_t items, keys, level;
};

static bool open_collection(struct yaml_reader *r, enum yaml_kind kind,
	enum yaml_level_kind level, struct yaml *out, struct open *open)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	out->kind = kind;
	out->style = level == YAML_LEVEL_FLOW ? YAML_FLOW : YAML_BLOCK;
	*open = (struct open){out, r->items.n, r->keys.n, r->levels.n};
	if (r->levels.n >= YAML_DEPTH_MAX)
		return yaml_fail(r, DIAG_LIMIT_REACHED, token_span(r, t),
			"more than %d collections stand inside each other here; this one "
			"is unread",
			YAML_DEPTH_MAX);
	*vec_push(r->arena, &r->levels) = (struct yaml_level){
		.kind = level, .column = t->column, .current = t->start};
	out->span = span_of(r->file, t->start, t->end - t->start);
	return true;
}

/* What an error swallowed is read again: it must not stay here too. */
static void drop_swallowed(struct yaml_reader *r, const struct open *open)
{
	while (r->items.n > open->items &&
		node_stop(vec_last(&r->items)) > r->cut_from) {
		r->items.n--;
		if (open->node->kind == YAML_MAPPING)
			r->keys.n--;
	}
}

static const struct yaml *copy_out(
	struct yaml_reader *r, struct yaml_nodes *stack, size_t first)
{
	size_t n = stack->n - first;
	struct yaml *nodes = arena_array(r->arena, struct yaml, n);

	if (n)
		memcpy(nodes, stack->at + first, n * sizeof(*nodes));
	stack->n = first;
	return nodes;
}

/* Gives the node its children; a block collection ends with the last of them. */
static void close_collection(struct yaml_reader *r, const struct open *open)
{
	struct yaml *node = open->node;
	size_t n;
	uint32_t stop;

	if (r->is_failing)
		drop_swallowed(r, open);
	n = r->items.n - open->items;
	stop = n ? node_stop(vec_last(&r->items)) : node->span.offset;
	if (n && node->kind == YAML_MAPPING && node_stop(vec_last(&r->keys)) > stop)
		stop = node_stop(vec_last(&r->keys));
	if (node->style == YAML_FLOW && !r->is_failing)
		stop = r->last_end;
	if (stop > node->span.offset)
		node->span.length = stop - node->span.offset;
	node->count = (uint32_t)n;
	if (node->kind == YAML_MAPPING)
		node->keys = copy_out(r, &r->keys, open->keys);
	node->items = copy_out(r, &r->items, open->items);
	if (r->levels.n > open->level)
		r->levels.n = open->level;
}

/* Whether something of a node was read, so that it may stay. */
static bool is_read(const struct yaml *node)
{
	return node->kind == YAML_MAPPING || node->kind == YAML_SEQUENCE
		? node->count > 0
		: node->span.file != NULL;
}

/* On the level that owns the line where reading goes on: scans from there. */
static bool goes_on(struct yaml_reader *r, const struct open *open)
{
	if (!r->is_failing || r->is_over || r->resume_level != open->level + 1)
		return false;
	drop_swallowed(r, open);
	yaml_restart(r);
	return true;
}

static void push_item(struct yaml_reader *r, const struct yaml *item)
{
	*vec_push(r->arena, &r->items) = *item;
}

static void push_pair(
	struct yaml_reader *r, const struct yaml *key, const struct yaml *value)
{
	*vec_push(r->arena, &r->keys) = *key;
	*vec_push(r->arena, &r->items) = *value;
}

/* A pair of which at least the key and something of its value were read stays. */
static bool end_pair(struct yaml_reader *r, bool ok, const struct yaml *key,
	const struct yaml *value)
{
	if (ok || is_read(value))
		push_pair(r, key, value);
	return ok;
}

static void note_current(struct yaml_reader *r)
{
	vec_last(&r->levels)->current = r->token.start;
}

/* pair = KEY [ node ] [ VALUE [ node ] ] */
static bool read_block_pair(struct yaml_reader *r)
{
	struct yaml key, value = {0};
	bool ok;

	if (!read_node_or_absent(r, BELOW_KEY, BEHIND_KEY, &key) || !yaml_peek(r))
		return false;
	if (take(r, YAML_VALUE_TOKEN)) {
		ok = read_node_or_absent(r, BELOW_KEY, BEHIND_KEY, &value);
	} else {
		set_absent(r, &value);
		ok = true;
	}
	return end_pair(r, ok, &key, &value);
}

static bool read_pairs(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		if (take(r, YAML_BLOCK_END_TOKEN))
			return true;
		if (t->type != YAML_KEY_TOKEN)
			return fail_key(r);
		note_current(r);
		yaml_skip(r);
		if (!read_block_pair(r))
			return false;
	}
	return false;
}

/* block_mapping = BLOCK-MAPPING-START { pair } BLOCK-END */
static bool read_block_mapping(struct yaml_reader *r, struct yaml *out)
{
	struct open open;
	bool ok = open_collection(r, YAML_MAPPING, YAML_LEVEL_MAPPING, out, &open);

	if (ok) {
		yaml_skip(r);
		do
			ok = read_pairs(r);
		while (!ok && goes_on(r, &open));
	}
	close_collection(r, &open);
	return ok;
}

static bool read_items(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		struct yaml item;
		bool ok;

		if (take(r, YAML_BLOCK_END_TOKEN))
			return true;
		if (t->type != YAML_BLOCK_ENTRY_TOKEN)
			return fail_expected(
				r, "a '-', as for the other items of this list");
		note_current(r);
		yaml_skip(r);
		ok = read_node_or_absent(r, IN_BLOCK, BEHIND_ENTRY, &item);
		if (ok || is_read(&item))
			push_item(r, &item);
		if (!ok)
			return false;
	}
	return false;
}

/* block_sequence = BLOCK-SEQUENCE-START { ENTRY [ node ] } BLOCK-END */
static bool read_block_sequence(struct yaml_reader *r, struct yaml *out)
{
	struct open open;
	bool ok = open_collection(r, YAML_SEQUENCE, YAML_LEVEL_SEQUENCE, out, &open);

	if (ok) {
		yaml_skip(r);
		do
			ok = read_items(r);
		while (!ok && goes_on(r, &open));
	}
	close_collection(r, &open);
	return ok;
}

static bool read_indentless_items(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		struct yaml item;
		bool ok;

		if (t->type != YAML_BLOCK_ENTRY_TOKEN)
			return true;
		note_current(r);
		yaml_skip(r);
		ok = read_node_or_absent(r, IN_BLOCK, BEHIND_ENTRY | BEHIND_KEY, &item);
		if (ok || is_read(&item))
			push_item(r, &item);
		if (!ok)
			return false;
	}
	return false;
}

/* indentless_sequence = { ENTRY [ node ] }, below a key and no deeper */
static bool read_indentless(struct yaml_reader *r, struct yaml *out)
{
	struct open open;
	bool ok = open_collection(r, YAML_SEQUENCE, YAML_LEVEL_INDENTLESS, out, &open);

	if (ok)
		do
			ok = read_indentless_items(r);
		while (!ok && goes_on(r, &open));
	close_collection(r, &open);
	return ok;
}

/* [ VALUE [ node ] ] of a pair in brackets, whose key was read. */
static bool read_flow_value(struct yaml_reader *r, const struct yaml *key)
{
	struct yaml value = {0};
	bool ok = yaml_peek(r) != NULL;

	if (ok && take(r, YAML_VALUE_TOKEN))
		ok = read_node_or_absent(r, IN_FLOW, BEHIND_FLOW, &value);
	else if (ok)
		set_absent(r, &value);
	return end_pair(r, ok, key, &value);
}

/* A mapping of one pair without braces: [a: 1]. */
static bool read_single_pair(struct yaml_reader *r, struct yaml *out)
{
	struct open open;
	struct yaml key;
	bool ok = open_collection(r, YAML_MAPPING, YAML_LEVEL_FLOW, out, &open);

	if (ok) {
		yaml_skip(r);
		ok = read_node_or_absent(r, IN_FLOW, BEHIND_FLOW_KEY, &key) &&
			read_flow_value(r, &key);
	}
	close_collection(r, &open);
	/* It has no bracket of its own to end with. */
	if (ok)
		out->span.length = node_stop(&out->items[0]) - out->span.offset;
	return ok;
}

static bool read_flow_item(struct yaml_reader *r)
{
	struct yaml item = {0};
	bool ok;

	if (next_is(r, YAML_KEY_TOKEN))
		ok = count_node(r, r->token.start) && read_single_pair(r, &item);
	else
		ok = read_node(r, IN_FLOW, &item);
	if (ok || is_read(&item))
		push_item(r, &item);
	return ok;
}

/* The ',' before every entry but the first; true with *done at the bracket. */
static bool read_flow_separator(struct yaml_reader *r, yaml_token_type_t bracket,
	bool is_first, const char *expected, bool *done)
{
	if (!yaml_peek(r))
		return false;
	*done = take(r, bracket);
	if (*done || is_first)
		return true;
	if (!take(r, YAML_FLOW_ENTRY_TOKEN))
		return fail_expected(r, expected);
	*done = take(r, bracket);
	return *done || yaml_peek(r) != NULL;
}

/* flow_sequence = "[" [ item { "," item } [ "," ] ] "]" */
static bool read_flow_sequence(struct yaml_reader *r, struct yaml *out)
{
	struct open open;
	bool ok = open_collection(r, YAML_SEQUENCE, YAML_LEVEL_FLOW, out, &open);
	bool done = false;

	if (ok)
		yaml_skip(r);
	for (bool is_first = true; ok && !done; is_first = false) {
		ok = read_flow_separator(
			r, YAML_FLOW_SEQUENCE_END_TOKEN, is_first, "',' or ']'", &done);
		if (ok && !done)
			ok = read_flow_item(r);
	}
	close_collection(r, &open);
	return ok;
}

static bool read_flow_pair(struct yaml_reader *r)
{
	struct yaml key;

	if (take(r, YAML_KEY_TOKEN))
		return read_node_or_absent(r, IN_FLOW, BEHIND_FLOW_KEY, &key) &&
			read_flow_value(r, &key);
	/* A lone word is a key without a value: {a, b}. */
	return read_node_or_absent(r, IN_FLOW, 0, &key) && read_flow_value(r, &key);
}

/* flow_mapping = "{" [ pair { "," pair } [ "," ] ] "}" */
static bool read_flow_mapping(struct yaml_reader *r, struct yaml *out)
{
	struct open open;
	bool ok = open_collection(r, YAML_MAPPING, YAML_LEVEL_FLOW, out, &open);
	bool done = false;

	if (ok)
		yaml_skip(r);
	for (bool is_first = true; ok && !done; is_first = false) {
		ok = read_flow_separator(
			r, YAML_FLOW_MAPPING_END_TOKEN, is_first, "',' or '}'", &done);
		if (ok && !done)
			ok = read_flow_pair(r);
	}
	close_collection(r, &open);
	return ok;
}

static bool read_alias(struct yaml_reader *r, struct yaml *out)
{
	struct span span = token_span(r, yaml_peek(r));

	if (out->tag.n || out->anchor.length)
		return fail_expected(
			r, "a value behind the anchor or tag, not an alias");
	out->kind = YAML_ALIAS;
	out->span = span;
	out->anchor = span_of(r->file, span.offset + 1, span.length - 1);
	r->has_alias = true;
	yaml_skip(r);
	return true;
}

/* properties = [ ANCHOR ] [ TAG ] in any order, each at most once */
static bool read_properties(struct yaml_reader *r, struct yaml *out)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		if (t->type == YAML_ANCHOR_TOKEN && !out->anchor.length) {
			out->anchor =
				span_of(r->file, t->start + 1, t->end - t->start - 1);
		} else if (t->type == YAML_TAG_TOKEN && !out->tag.n) {
			out->tag_span = token_span(r, t);
			out->tag = span_str(out->tag_span);
		} else {
			return true;
		}
		yaml_skip(r);
	}
	return false;
}

static bool read_content(struct yaml_reader *r, enum context context, struct yaml *out)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	switch (t->type) {
	case YAML_SCALAR_TOKEN:
		yaml_read_scalar(r, t, out);
		yaml_skip(r);
		return true;
	case YAML_FLOW_SEQUENCE_START_TOKEN:
		return read_flow_sequence(r, out);
	case YAML_FLOW_MAPPING_START_TOKEN:
		return read_flow_mapping(r, out);
	case YAML_BLOCK_SEQUENCE_START_TOKEN:
		if (context != IN_FLOW)
			return read_block_sequence(r, out);
		break;
	case YAML_BLOCK_MAPPING_START_TOKEN:
		if (context != IN_FLOW)
			return read_block_mapping(r, out);
		break;
	case YAML_BLOCK_ENTRY_TOKEN:
		if (context == BELOW_KEY)
			return read_indentless(r, out);
		break;
	default:
		break;
	}
	if (!out->anchor.length && !out->tag.n)
		return fail_expected(r, "a value");
	set_absent(r, out);
	return true;
}

/* node = ALIAS | properties [ content ] | content */
static bool read_node(struct yaml_reader *r, enum context context, struct yaml *out)
{
	*out = (struct yaml){0};
	if (!count_node(r, r->token.start) || !read_properties(r, out))
		return false;
	if (next_is(r, YAML_ALIAS_TOKEN))
		return read_alias(r, out);
	return yaml_peek(r) && read_content(r, context, out);
}

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
		stop = node_stop(root) > stop ? node_stop(root) : stop;
	}
	document->span = span_of(r->file, start, stop - start);
}

/* What follows may be well in itself (the first lines were indented): a new document. */
static bool say_document_ended(struct yaml_reader *r, const struct yaml_lexeme *t)
{
	if (r->errors++ >= YAML_ERRORS_MAX)
		return fail_expected(r, "the end");
	r->is_partial = true;
	diag_add(r->diags, DIAG_YAML_SYNTAX,
		span_of(r->file, t->start, word_length(r, t->start)),
		"this stands behind the end of the document: it is indented less than its "
		"first line, or a ':' is missing");
	return true;
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
	if (take(r, YAML_DOCUMENT_START_TOKEN))
		stop = r->last_end;
	else if (t && start != t->start)
		return fail_expected(r, "'---' behind a directive");
	t = yaml_peek(r);
	if (!t)
		return false;
	has_root = !ends_document(t->type);
	ok = !has_root || read_node(r, IN_BLOCK, &root);
	has_root = has_root && (ok || is_read(&root));
	add_document(r, has_root ? &root : NULL, start, has_root ? start : stop);
	if (!ok || !(t = yaml_peek(r)))
		return false;
	return ends_document(t->type) || say_document_ended(r, t);
}

/* Where no document goes on, the next '---' does; NULL at the end. */
static const struct yaml_lexeme *next_document(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	for (;;) {
		while ((t = yaml_peek(r)) && t->type == YAML_DOCUMENT_END_TOKEN)
			yaml_skip(r);
		if (t)
			return t->type == YAML_STREAM_END_TOKEN ? NULL : t;
		if (r->is_over)
			return NULL;
		yaml_restart(r);
	}
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
