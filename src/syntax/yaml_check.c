/*
 * What is only known of a whole document: which node an alias stands for, and which
 * keys are there twice. One walk in the order of the file, so that an anchor which is
 * set again means the later node from there on.
 */
#include "syntax/yaml_read.h"

enum { KEYS_COMPARED_MAX = 12 /* pairwise; more go through a table */ };

struct anchor {
	struct str name;
	const struct yaml *node;
	bool is_open; /* the walk is inside it */
};

struct checker {
	struct arena *arena;
	struct diags *diags;
	bool has_alias, is_partial;
	struct anchor *anchors; /* open addressing, a power of two, never full */
	size_t anchor_count, anchor_room;
};

static struct anchor *anchor_slot(const struct checker *c, struct str name)
{
	size_t mask = c->anchor_room - 1, i = str_hash(name) & mask;

	while (c->anchors[i].node && !str_eq(c->anchors[i].name, name))
		i = (i + 1) & mask;
	return &c->anchors[i];
}

static void grow_anchors(struct checker *c)
{
	struct anchor *old = c->anchors;
	size_t n = c->anchor_room;

	if (c->anchor_count * 2 < n)
		return;
	c->anchor_room = n ? n * 2 : 16;
	c->anchors = arena_array(c->arena, struct anchor, c->anchor_room);
	for (size_t i = 0; i < n; i++)
		if (old[i].node)
			*anchor_slot(c, old[i].name) = old[i];
}

static void set_anchor(struct checker *c, const struct yaml *node)
{
	struct str name = span_str(node->anchor);
	struct anchor *slot;

	grow_anchors(c);
	slot = anchor_slot(c, name);
	if (!slot->node)
		c->anchor_count++;
	*slot = (struct anchor){name, node, true};
}

static void leave_anchor(struct checker *c, const struct yaml *node)
{
	struct anchor *slot = anchor_slot(c, span_str(node->anchor));

	if (slot->node == node)
		slot->is_open = false;
}

static void find_target(struct checker *c, struct yaml *alias)
{
	struct str name = span_str(alias->anchor);
	const struct anchor *slot = c->anchor_room ? anchor_slot(c, name) : NULL;

	if (slot && slot->node && !slot->is_open)
		alias->target = slot->node;
	else if ((!slot || !slot->node) && !c->is_partial)
		diag_add(c->diags, DIAG_UNKNOWN_ALIAS, alias->span,
			"no '&%.*s' stands before this alias", STR_ARG(name));
}

static void say_duplicate(
	struct checker *c, const struct yaml *first, const struct yaml *second)
{
	struct str name = second->text.s;
	struct diag *d = diag_add(c->diags, DIAG_DUPLICATE_KEY, second->span,
		"the key '%.*s' stands on line %u already",
		(int)(name.n < 80 ? name.n : 80), str_bytes_(name),
		span_start(first->span).line);

	if (d)
		d->related = first->span;
}

static bool keys_equal(const struct yaml *a, const struct yaml *b)
{
	return a->kind == YAML_SCALAR && b->kind == YAML_SCALAR &&
		str_eq(a->text.s, b->text.s);
}

static void compare_keys(struct checker *c, const struct yaml *mapping)
{
	for (uint32_t i = 1; i < mapping->count; i++) {
		uint32_t j = 0;

		while (j < i && !keys_equal(&mapping->keys[j], &mapping->keys[i]))
			j++;
		if (j < i)
			say_duplicate(c, &mapping->keys[j], &mapping->keys[i]);
	}
}

static void look_up_keys(struct checker *c, const struct yaml *mapping)
{
	size_t room = 32;
	const struct yaml **table;

	while (room < (size_t)mapping->count * 2)
		room *= 2;
	table = arena_array(c->arena, const struct yaml *, room);
	for (uint32_t i = 0; i < mapping->count; i++) {
		const struct yaml *key = &mapping->keys[i];
		size_t slot = str_hash(key->text.s) & (room - 1);

		if (key->kind != YAML_SCALAR)
			continue;
		while (table[slot] && !keys_equal(table[slot], key))
			slot = (slot + 1) & (room - 1);
		if (table[slot])
			say_duplicate(c, table[slot], key);
		else
			table[slot] = key;
	}
}

static void check_node(struct checker *c, struct yaml *node);

/* The reader made these nodes; they are const to everybody else. */
static void check_children(struct checker *c, const struct yaml *node)
{
	struct yaml *keys = (struct yaml *)node->keys;
	struct yaml *items = (struct yaml *)node->items;

	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAPPING)
			check_node(c, &keys[i]);
		check_node(c, &items[i]);
	}
	if (node->kind != YAML_MAPPING)
		return;
	if (node->count <= KEYS_COMPARED_MAX)
		compare_keys(c, node);
	else
		look_up_keys(c, node);
}

static void check_node(struct checker *c, struct yaml *node)
{
	if (node->kind == YAML_ALIAS) {
		find_target(c, node);
		return;
	}
	if (c->has_alias && node->anchor.length)
		set_anchor(c, node);
	check_children(c, node);
	if (c->has_alias && node->anchor.length)
		leave_anchor(c, node);
}

void yaml_check(struct yaml_reader *r, struct yaml *root)
{
	struct checker c = {.arena = r->arena,
		.diags = r->diags,
		.has_alias = r->has_alias,
		.is_partial = r->is_partial};

	check_node(&c, root);
}
