#include "source/compose_read.h"

enum { SLOTS_FROM = 16 }; /* entries; a smaller map is searched from its start */

struct compose_map compose_map(struct arena *a)
{
	return (struct compose_map){.arena = a};
}

/* The slot of key: empty, or of its entry. A slot holds an index and one. */
static uint32_t *slot_of(uint32_t *slots, uint32_t mask,
	const struct compose_entry *entries, struct str key)
{
	uint32_t at = (uint32_t)str_hash(key) & mask;

	while (slots[at] && !str_eq(entries[slots[at] - 1].key, key))
		at = (at + 1) & mask;
	return &slots[at];
}

static void index_again(struct compose_map *map)
{
	uint32_t size = 4 * (uint32_t)map->entries.n;
	uint32_t power = 4 * SLOTS_FROM;

	while (power < size)
		power *= 2;
	map->slots = arena_array(map->arena, uint32_t, power);
	map->slot_mask = power - 1;
	for (uint32_t i = 0; i < map->entries.n; i++)
		*slot_of(map->slots, map->slot_mask, map->entries.at,
			map->entries.at[i].key) = i + 1;
}

struct compose_entry *compose_map_find(struct compose_map *map, struct str key)
{
	uint32_t slot;

	if (map->slots) {
		slot = *slot_of(map->slots, map->slot_mask, map->entries.at, key);
		return slot ? &map->entries.at[slot - 1] : NULL;
	}
	vec_each (struct compose_entry, entry, &map->entries)
		if (str_eq(entry->key, key))
			return entry;
	return NULL;
}

void compose_map_add(struct compose_map *map, struct compose_entry entry)
{
	*vec_push(map->arena, &map->entries) = entry;
	if (map->slots && 2 * map->entries.n <= map->slot_mask)
		*slot_of(map->slots, map->slot_mask, map->entries.at, entry.key) =
			(uint32_t)map->entries.n;
	else if (map->entries.n > SLOTS_FROM)
		index_again(map);
}

void compose_map_set(struct compose_map *map, struct compose_entry entry)
{
	struct compose_entry *there = compose_map_find(map, entry.key);

	if (there)
		*there = entry;
	else
		compose_map_add(map, entry);
}

/* What a collection knows of what is in it. */
static void sum_up(struct compose_node *node)
{
	uint64_t size = 1;
	uint32_t height = 0;

	node->has_marks = false;
	for (uint32_t i = 0; i < node->count; i++) {
		const struct compose_node *child = node->entries[i].node;

		size += child->size;
		if (child->height + 1u > height)
			height = child->height + 1u;
		node->has_marks |= child->has_marks || child->mark;
	}
	node->size = size < COMPOSE_NODES_MAX ? (uint32_t)size : COMPOSE_NODES_MAX;
	node->height = (uint16_t)height;
}

const struct compose_node *compose_map_finish(
	struct compose_map *map, const struct compose_node *like)
{
	struct compose_node *node = arena_new(map->arena, struct compose_node);

	*node = *like;
	node->kind = COMPOSE_MAP;
	node->value = (struct value){0};
	node->entries = map->entries.at;
	node->count = (uint32_t)map->entries.n;
	node->slots = map->slots;
	node->slot_mask = map->slot_mask;
	sum_up(node);
	return node;
}

const struct compose_node *compose_list_finish(struct arena *a,
	const struct compose_items *items, const struct compose_node *like)
{
	struct compose_node *node = arena_new(a, struct compose_node);

	*node = *like;
	node->kind = COMPOSE_LIST;
	node->value = (struct value){0};
	node->entries = items->at;
	node->count = (uint32_t)items->n;
	node->slots = NULL;
	sum_up(node);
	return node;
}

const struct compose_node *compose_map_with(struct compose_reader *r,
	const struct compose_node *map, struct str key, const struct compose_node *node)
{
	struct compose_map out = compose_map(r->arena);

	for (uint32_t i = 0; i < map->count; i++) {
		struct compose_entry entry = map->entries[i];

		if (str_eq(entry.key, key)) {
			if (!node)
				continue;
			entry.node = node;
		}
		compose_map_add(&out, entry);
	}
	if (node && !compose_map_find(&out, key))
		compose_map_add(&out, (struct compose_entry){key, node->span, node});
	return compose_map_finish(&out, map);
}

const struct compose_entry *compose_entry(
	const struct compose_node *map, struct str key)
{
	uint32_t slot;

	if (!map || map->kind != COMPOSE_MAP)
		return NULL;
	if (map->slots) {
		/* A finished map is only read; the cast is slot_of's. */
		slot = *slot_of(
			(uint32_t *)map->slots, map->slot_mask, map->entries, key);
		return slot ? &map->entries[slot - 1] : NULL;
	}
	for (uint32_t i = 0; i < map->count; i++)
		if (str_eq(map->entries[i].key, key))
			return &map->entries[i];
	return NULL;
}

const struct compose_node *compose_get(const struct compose_node *map, struct str key)
{
	const struct compose_entry *entry = compose_entry(map, key);

	return entry && entry->node->kind != COMPOSE_NULL ? entry->node : NULL;
}
