/*
 * Collections that are open: their level and their children so far, and what becomes of
 * these when an error stands inside.
 */
#include "syntax/yaml_read.h"

static uint32_t span_stop(struct span s)
{
	return s.file ? s.offset + s.length : 0;
}

/* Behind a node and its properties: `a: !!null` ends with its tag. */
uint32_t yaml_node_stop(const struct yaml *node)
{
	uint32_t stop = span_stop(node->span), anchor = span_stop(node->anchor);
	uint32_t tag = span_stop(node->tag_span);

	stop = anchor > stop ? anchor : stop;
	return tag > stop ? tag : stop;
}
bool yaml_open_collection(struct yaml_reader *r, enum yaml_kind kind,
	enum yaml_level_kind level, struct yaml *out, struct yaml_open *open)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	out->kind = kind;
	out->style = level == YAML_LEVEL_FLOW ? YAML_FLOW : YAML_BLOCK;
	*open = (struct yaml_open){out, r->items.n, r->keys.n, r->levels.n};
	if (r->levels.n >= YAML_DEPTH_MAX)
		return yaml_fail(r, DIAG_LIMIT_REACHED, yaml_token_span(r, t),
			"more than %d collections stand inside each other here; this one "
			"is unread",
			YAML_DEPTH_MAX);
	*vec_push(r->arena, &r->levels) = (struct yaml_level){
		.kind = level, .column = t->column, .current = t->start};
	out->span = span_of(r->file, t->start, t->end - t->start);
	return true;
}

/* What an error swallowed is read again: it must not stay here too. */
static void drop_swallowed(struct yaml_reader *r, const struct yaml_open *open)
{
	while (r->items.n > open->items &&
		yaml_node_stop(vec_last(&r->items)) > r->cut_from) {
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
void yaml_close_collection(struct yaml_reader *r, const struct yaml_open *open)
{
	struct yaml *node = open->node;
	size_t n;
	uint32_t stop;

	if (r->is_failing)
		drop_swallowed(r, open);
	n = r->items.n - open->items;
	stop = n ? yaml_node_stop(vec_last(&r->items)) : node->span.offset;
	if (n && node->kind == YAML_MAPPING &&
		yaml_node_stop(vec_last(&r->keys)) > stop)
		stop = yaml_node_stop(vec_last(&r->keys));
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
bool yaml_is_read(const struct yaml *node)
{
	return node->kind == YAML_MAPPING || node->kind == YAML_SEQUENCE
		? node->count > 0
		: node->span.file != NULL;
}

/* On the level that owns the line where reading goes on: scans from there. */
bool yaml_goes_on(struct yaml_reader *r, const struct yaml_open *open)
{
	if (!r->is_failing || r->is_over || r->resume_level != open->level + 1)
		return false;
	drop_swallowed(r, open);
	yaml_restart(r);
	return true;
}

void yaml_push_item(struct yaml_reader *r, const struct yaml *item)
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
bool yaml_end_pair(struct yaml_reader *r, bool ok, const struct yaml *key,
	const struct yaml *value)
{
	if (ok || yaml_is_read(value))
		push_pair(r, key, value);
	return ok;
}

void yaml_note_current(struct yaml_reader *r)
{
	vec_last(&r->levels)->current = r->token.start;
}
