/*
 * Lists of words and of NAME=VALUE, which compose takes as a list or as a mapping.
 */
#include "source/compose_lower.h"

static bool is_full(struct compose_lowering *c, const struct compose_entry *e, size_t n)
{
	if (n < RUN_ITEMS_MAX)
		return false;
	if (n == RUN_ITEMS_MAX)
		diag_add(c->ctx->diags, DIAG_LIMIT_REACHED, e->key_span,
			"what stands behind the first %d elements is not looked at",
			RUN_ITEMS_MAX);
	return true;
}

static void add_word(struct compose_lowering *c, const struct compose_entry *e,
	struct value value, struct span span, struct run_words *out)
{
	struct run_reader r = compose_values(c, e->node);

	run_read_word(&r, value, span, e->key_span, vec_push(c->ctx->arena, out));
}

void compose_read_words(struct compose_lowering *c, const struct compose_entry *e,
	struct run_words *out)
{
	if (!compose_wants(c, e,
		    COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_LIST | COMPOSE_TAKES_MAP))
		return;
	if (e->node->kind == COMPOSE_SCALAR) {
		add_word(c, e, e->node->value, e->node->span, out);
		return;
	}
	for (uint32_t i = 0; i < e->node->count && !is_full(c, e, out->n); i++) {
		const struct compose_entry *item = &e->node->entries[i];

		/* A mapping says more about each: networks, depends_on. */
		if (e->node->kind == COMPOSE_MAP)
			add_word(c, e,
				value_literal(c->ctx->arena, item->key, item->key_span),
				item->key_span, out);
		else if (compose_wants_element(
				 c, item->node, e->key, COMPOSE_TAKES_SCALAR))
			add_word(c, e, item->node->value, item->node->span, out);
	}
}

/* {soft: 1, hard: 2} of ulimits: as a run line has it, "1:2". */
static struct value soft_and_hard(struct arena *a, const struct compose_node *map)
{
	const struct compose_node *soft = compose_get(map, STR("soft"));
	const struct compose_node *hard = compose_get(map, STR("hard"));
	struct segments all = {0};

	for (size_t i = 0; soft && i < soft->value.n; i++)
		*vec_push(a, &all) = soft->value.at[i];
	*vec_push(a, &all) = (struct segment){
		.kind = SEGMENT_LITERAL, .text = STR(":"), .span = map->span};
	for (size_t i = 0; hard && i < hard->value.n; i++)
		*vec_push(a, &all) = hard->value.at[i];
	return value_of(&all);
}

static struct run_pair pair_of(struct arena *a, const struct compose_entry *item)
{
	bool has_value = item->node->kind != COMPOSE_NULL;
	struct run_pair pair = {.name = item->key,
		.has_value = has_value,
		.span = item->key_span,
		.name_span = item->key_span,
		.value_span = item->node->span};

	if (!has_value)
		return pair;
	pair.value = item->node->kind == COMPOSE_MAP ? soft_and_hard(a, item->node)
						     : item->node->value;
	if (item->node->span.file == item->key_span.file)
		pair.span = span_join(item->key_span, item->node->span);
	return pair;
}

void compose_read_pairs(struct compose_lowering *c, const struct compose_entry *e,
	struct run_pairs *out)
{
	struct run_reader r = compose_values(c, e->node);
	struct arena *a = c->ctx->arena;
	bool is_map = e->node->kind == COMPOSE_MAP;
	unsigned element = COMPOSE_TAKES_SCALAR;

	if (str_eq(e->key, STR("ulimits")))
		element |= COMPOSE_TAKES_MAP;
	if (!compose_wants(c, e, COMPOSE_TAKES_LIST | COMPOSE_TAKES_MAP))
		return;
	for (uint32_t i = 0; i < e->node->count && !is_full(c, e, out->n); i++) {
		const struct compose_entry *item = &e->node->entries[i];

		if (is_map &&
			(item->node->kind == COMPOSE_NULL ||
				compose_wants(c, item, element)))
			*vec_push(a, out) = pair_of(a, item);
		else if (!is_map &&
			compose_wants_element(
				c, item->node, e->key, COMPOSE_TAKES_SCALAR))
			run_read_pair(&r, item->node->value, item->node->span,
				vec_push(a, out));
	}
}
