/*
 * fuzz_compose: any bytes as the files of a compose project.
 *
 * A line "=== name" begins another file; what stands before the first one is
 * compose.yaml. So one input holds an override, an .env, files that are included and
 * extended. Every node has a place, sizes add up, keys are there once, no mark is left.
 */
#include <stdlib.h>

#include "source/compose_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_scalar(struct arena *a, const struct compose_node *node)
{
	struct str bytes;

	if (!node->value.n)
		abort();
	if (value_str(a, node->value, &bytes) && bytes.n > COMPOSE_VALUE_MAX + FILE_MAX)
		abort();
}

static void check(struct arena *a, const struct compose_node *node)
{
	uint64_t size = 1;

	if (!node->yaml || node->mark || node->has_marks)
		abort();
	if (node->kind == COMPOSE_SCALAR)
		check_scalar(a, node);
	else if (node->value.n)
		abort();
	for (uint32_t i = 0; i < node->count; i++) {
		const struct compose_entry *entry = &node->entries[i];

		if (node->kind == COMPOSE_MAP &&
			compose_entry(node, entry->key) != entry)
			abort();
		/* Shared nodes are many when aliases are followed; a few levels do. */
		if (node->size < 10000)
			check(a, entry->node);
		size += entry->node->size;
	}
	if (node->size != (size < COMPOSE_NODES_MAX ? size : COMPOSE_NODES_MAX))
		abort();
}

static void put_files(struct world *w, struct str input)
{
	struct str name = STR("compose.yaml");

	for (;;) {
		size_t end = str_find_str(input, STR("\n=== "));

		world_put(w, name, str_sub(input, 0, end));
		if (end == input.n)
			return;
		input = str_from(input, end + 5);
		name = str_sub(input, 0, str_find(input, '\n'));
		input = str_from(input, name.n);
		name = str_sub(name, 0, 200);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	struct diags diags = {.arena = &arena};
	struct load_options options = {0};
	struct strs files = {0};
	struct compose_tree tree;

	put_files(w, (struct str){(const char *)data, size});
	*vec_push(&arena, &files) = STR("compose.yaml");
	if (compose_tree_read(&arena, w, &files, &options, &tree, &diags, NULL) == 0) {
		if (tree.root->kind != COMPOSE_MAP)
			abort();
		check(&arena, tree.root);
		vec_each (const struct project_problem, p, &tree.problems)
			if (!p->span.file || !p->detail.n)
				abort();
	}
	arena_free(&arena);
	return 0;
}
