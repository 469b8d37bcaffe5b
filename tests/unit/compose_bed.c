#include "compose_bed.h"

struct compose_bed *bed_new(void)
{
	struct compose_bed *bed = calloc(1, sizeof(*bed));

	assert_non_null(bed);
	bed->diags.arena = &bed->arena;
	bed->world = world_memory(&bed->arena);
	return bed;
}

void bed_done(struct compose_bed *bed)
{
	arena_free(&bed->arena);
	free(bed);
}

void bed_put(struct compose_bed *bed, const char *path, const char *bytes)
{
	world_put(bed->world, str_c(path), str_c(bytes));
}

void bed_read(struct compose_bed *bed, const char *path)
{
	struct strs files = {0};
	struct err e;

	*vec_push(&bed->arena, &files) = str_c(path);
	if (compose_tree_read(&bed->arena, bed->world, &files, &bed->options,
		    &bed->tree, &bed->diags, &e) < 0)
		fail_msg("%s", e.text);
	assert_non_null(bed->tree.root);
	assert_int_equal(bed->tree.root->kind, COMPOSE_MAP);
}

struct compose_bed *bed_of(const char *bytes)
{
	struct compose_bed *bed = bed_new();

	bed_put(bed, "compose.yaml", bytes);
	bed_read(bed, "compose.yaml");
	return bed;
}

const struct compose_node *bed_at(const struct compose_bed *bed, const char *path)
{
	struct str_fields fields = {.rest = str_c(path)};
	const struct compose_node *node = bed->tree.root;
	struct str name;

	if (!*path)
		return node;
	while (node && str_next_field(&fields, '.', &name)) {
		const struct compose_entry *entry = compose_entry(node, name);
		uint32_t index;

		if (node->kind == COMPOSE_LIST && str_to_u32(name, &index) &&
			index < node->count)
			entry = &node->entries[index];
		node = entry ? entry->node : NULL;
	}
	return node;
}

static void dump(struct buf *out, const struct compose_node *node)
{
	switch (node->kind) {
	case COMPOSE_NULL:
		buf_char(out, '~');
		return;
	case COMPOSE_SCALAR:
		buf_add(out, value_display(out->arena, node->value));
		return;
	case COMPOSE_LIST:
	case COMPOSE_MAP:
		break;
	}
	buf_char(out, node->kind == COMPOSE_MAP ? '{' : '[');
	for (uint32_t i = 0; i < node->count; i++) {
		if (i)
			buf_add(out, STR(", "));
		if (node->kind == COMPOSE_MAP)
			buf_printf(out, "%.*s: ", STR_ARG(node->entries[i].key));
		dump(out, node->entries[i].node);
	}
	buf_char(out, node->kind == COMPOSE_MAP ? '}' : ']');
}

struct str bed_dump(struct compose_bed *bed, const char *path)
{
	const struct compose_node *node = bed_at(bed, path);
	struct buf out = {.arena = &bed->arena};

	if (!node)
		return STR("-");
	dump(&out, node);
	return buf_str(&out);
}

const struct project_problem *bed_problem(
	const struct compose_bed *bed, enum project_problem_kind kind, size_t i)
{
	vec_each (const struct project_problem, p, &bed->tree.problems)
		if (p->kind == kind && i-- == 0)
			return p;
	return NULL;
}
