#include "source/compose_read.h"

#include <stdlib.h>

/* An anchor that an alias stands for: its node is made once and shared. */
struct anchored {
	uint32_t offset; /* of the anchor's name: one node, wherever it is met */
	const struct compose_node *node;
};

struct maker {
	struct compose_reader *r;
	const struct compose_source *source;
	struct anchored *anchored; /* by offset */
	size_t anchored_count;
};

static const struct compose_node *make(
	struct maker *m, const struct yaml *y, bool is_shared);

VEC_TYPE(struct anchored, anchors);

static void collect_targets(
	struct arena *a, const struct yaml *y, struct anchors *found)
{
	if (y->kind == YAML_ALIAS && y->target)
		vec_push(a, found)->offset = y->target->anchor.offset;
	if (y->kind != YAML_SEQUENCE && y->kind != YAML_MAPPING)
		return;
	for (uint32_t i = 0; i < y->count; i++) {
		if (y->kind == YAML_MAPPING)
			collect_targets(a, &y->keys[i], found);
		collect_targets(a, &y->items[i], found);
	}
}

static int by_offset(const void *a, const void *b)
{
	const struct anchored *left = a, *right = b;

	return (left->offset > right->offset) - (left->offset < right->offset);
}

static struct anchored *find_anchored(const struct maker *m, const struct yaml *y)
{
	struct anchored key = {.offset = y->anchor.offset};

	if (!y->anchor.length || !m->anchored_count || y->kind == YAML_ALIAS)
		return NULL;
	return bsearch(&key, m->anchored, m->anchored_count, sizeof(key), by_offset);
}

static void list_targets(struct maker *m, const struct yaml *root)
{
	struct anchors found = {0};
	size_t n = 0;

	collect_targets(m->r->arena, root, &found);
	if (!found.n)
		return;
	qsort(found.at, found.n, sizeof(*found.at), by_offset);
	for (size_t i = 1; i < found.n; i++)
		if (found.at[i].offset != found.at[n].offset)
			found.at[++n] = found.at[i];
	m->anchored = found.at;
	m->anchored_count = n + 1;
}

static struct compose_node *new_node(
	struct maker *m, const struct yaml *y, enum compose_kind kind, bool is_shared)
{
	struct compose_node *node = arena_new(m->r->arena, struct compose_node);

	m->r->nodes++;
	*node = (struct compose_node){.kind = kind,
		.yaml = y,
		.span = y->span,
		.folder = m->source->folder,
		.is_shared = is_shared,
		.size = 1};
	if (str_eq(y->tag, STR("!reset")))
		node->mark = COMPOSE_MARK_RESET;
	else if (str_eq(y->tag, STR("!override")))
		node->mark = COMPOSE_MARK_OVERRIDE;
	return node;
}

static const struct compose_node *make_scalar(
	struct maker *m, const struct yaml *y, bool is_shared)
{
	struct compose_node *node;

	if (yaml_scalar_is_null(y))
		return new_node(m, y, COMPOSE_NULL, is_shared);
	node = new_node(m, y, COMPOSE_SCALAR, is_shared);
	if (y->text.s.n)
		node->span = text_span_all(&y->text);
	node->value = compose_value(m->r, m->source->env, &y->text);
	/* "" has no bytes: the quotes are where it stands. */
	if (!y->text.s.n)
		node->value = value_literal(m->r->arena, STR(""), y->span);
	return node;
}

static const struct compose_node *make_list(
	struct maker *m, const struct yaml *y, bool is_shared)
{
	struct compose_items items = {0};

	for (uint32_t i = 0; i < y->count; i++) {
		const struct compose_node *item = make(m, &y->items[i], is_shared);

		if (item->mark != COMPOSE_MARK_RESET)
			*vec_push(m->r->arena, &items) =
				(struct compose_entry){STR_NONE, SPAN_NONE, item};
	}
	return compose_list_finish(
		m->r->arena, &items, new_node(m, y, COMPOSE_LIST, is_shared));
}

/* What a merge key brings: an entry that is there wins and hides it. */
static void merge_map(
	struct maker *m, struct compose_map *out, const struct compose_node *from)
{
	if (!compose_spend(m->r, from->count, from->span))
		return;
	for (uint32_t i = 0; i < from->count; i++) {
		const struct compose_entry *entry = &from->entries[i];
		struct compose_entry *there = compose_map_find(out, entry->key);

		if (there)
			there->node =
				node_hiding(m->r->arena, there->node, entry->node);
		else
			compose_map_add(out, *entry);
	}
}

static void merge_value(
	struct maker *m, struct compose_map *out, const struct compose_node *value)
{
	if (value->kind == COMPOSE_MAP) {
		merge_map(m, out, value);
		return;
	}
	for (uint32_t i = 0; value->kind == COMPOSE_LIST && i < value->count; i++)
		if (value->entries[i].node->kind == COMPOSE_MAP)
			merge_map(m, out, value->entries[i].node);
	if (value->kind == COMPOSE_SCALAR)
		compose_problem(m->r, PROJECT_BAD_TYPE, value->span, STR("<<"),
			"a merge key takes a mapping or a list of mappings");
}

/* A scalar key, an alias followed; false for all else. */
static bool read_key(const struct yaml *y, struct compose_entry *entry)
{
	const struct yaml *key = yaml_resolve(y);

	if (!key || key->kind != YAML_SCALAR)
		return false;
	entry->key = key->text.s;
	entry->key_span = key->text.s.n ? text_span_all(&key->text) : key->span;
	return true;
}

/* Said twice: the reader of YAML has a diag for it; the last one holds. */
static void set_entry(
	struct maker *m, struct compose_map *out, struct compose_entry entry)
{
	struct compose_entry *there = compose_map_find(out, entry.key);

	if (there)
		entry.node = node_hiding(m->r->arena, entry.node, there->node);
	compose_map_set(out, entry);
}

static const struct compose_node *make_map(
	struct maker *m, const struct yaml *y, bool is_shared)
{
	struct compose_map out = compose_map(m->r->arena);

	for (uint32_t i = 0; i < y->count; i++) {
		struct compose_entry entry;

		if (!read_key(&y->keys[i], &entry))
			continue;
		entry.node = make(m, &y->items[i], is_shared);
		if (str_eq(entry.key, STR("<<")))
			merge_value(m, &out, entry.node);
		else
			set_entry(m, &out, entry);
	}
	return compose_map_finish(&out, new_node(m, y, COMPOSE_MAP, is_shared));
}

static const struct compose_node *make_new(
	struct maker *m, const struct yaml *y, bool is_shared)
{
	switch (y->kind) {
	case YAML_SCALAR:
		return make_scalar(m, y, is_shared);
	case YAML_SEQUENCE:
		return make_list(m, y, is_shared);
	case YAML_MAPPING:
		return make_map(m, y, is_shared);
	case YAML_ALIAS:
		break;
	}
	return new_node(m, y, COMPOSE_NULL, is_shared);
}

/* An alias is the node that it stands for, unless that makes the tree too large. */
static const struct compose_node *make_alias(struct maker *m, const struct yaml *y)
{
	const struct compose_node *node;

	if (!y->target || y->target->kind == YAML_ALIAS)
		return new_node(m, y, COMPOSE_NULL, true);
	node = make(m, y->target, true);
	m->r->nodes += node->size;
	if (m->r->nodes <= COMPOSE_NODES_MAX && node->height <= COMPOSE_HEIGHT_MAX)
		return node;
	m->r->nodes -= node->size;
	compose_full(m->r, LIMIT_NODES, y->span);
	return new_node(m, y, COMPOSE_NULL, true);
}

static const struct compose_node *make(
	struct maker *m, const struct yaml *y, bool is_shared)
{
	struct anchored *anchored = find_anchored(m, y);

	if (y->kind == YAML_ALIAS)
		return make_alias(m, y);
	if (!anchored)
		return make_new(m, y, is_shared);
	if (!anchored->node)
		anchored->node = make_new(m, y, true);
	return anchored->node;
}

const struct compose_node *compose_nodes(struct compose_reader *r,
	const struct compose_source *source, const struct yaml *root)
{
	struct maker m = {.r = r, .source = source};

	list_targets(&m, root);
	return make(&m, root, false);
}

static struct compose_node *copy_of(struct arena *a, const struct compose_node *node)
{
	struct compose_node *copy = arena_new(a, struct compose_node);

	*copy = *node;
	return copy;
}

const struct compose_node *node_hiding(struct arena *a, const struct compose_node *node,
	const struct compose_node *hidden)
{
	struct compose_node *first = copy_of(a, node), *last = first;
	uint32_t length = 0;

	if (node == hidden)
		return node;
	while (last->hides && last->hides != hidden) {
		struct compose_node *next = copy_of(a, last->hides);

		/* Nobody reads a longer one. */
		if (++length > COMPOSE_DEPTH_MAX)
			return node;
		last->hides = next;
		last = next;
	}
	last->hides = hidden;
	return first;
}

static const struct compose_node *strip_entries(
	struct compose_reader *r, const struct compose_node *node)
{
	struct compose_map map = compose_map(r->arena);
	struct compose_items items = {0};

	for (uint32_t i = 0; i < node->count; i++) {
		struct compose_entry entry = node->entries[i];

		if (entry.node->mark == COMPOSE_MARK_RESET)
			continue;
		entry.node = node_strip(r, entry.node);
		if (node->kind == COMPOSE_MAP)
			compose_map_add(&map, entry);
		else
			*vec_push(r->arena, &items) = entry;
	}
	return node->kind == COMPOSE_MAP ? compose_map_finish(&map, node)
					 : compose_list_finish(r->arena, &items, node);
}

const struct compose_node *node_strip(
	struct compose_reader *r, const struct compose_node *node)
{
	struct compose_node *copy;

	if (node->has_marks)
		node = strip_entries(r, node);
	if (!node->mark)
		return node;
	copy = copy_of(r->arena, node);
	copy->mark = COMPOSE_MARK_NONE;
	return copy;
}
