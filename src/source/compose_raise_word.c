/*
 * Words of a compose file, wherever they stand: scalars, and parts of them.
 */
#include "source/compose_raise.h"
#include "source/runline_raise.h"

/* Behind the last element of a list: one more. */
static bool add_element(struct raise_place *p, const struct change *change,
	const struct raise_path *path)
{
	const struct yaml *list = path->at[path->n - 2], *map = path->at[path->n - 3];
	struct raise_item item = {.value = change->value};
	struct raise_items items = {.at = &item, .n = 1, .cap = 1};

	if (&list->items[list->count - 1] != path->at[path->n - 1] ||
		map->kind != YAML_MAPPING)
		return raise_by_hand(p, change, "more stands behind it on line %u",
			span_start(change->at).line);
	for (uint32_t i = 0; i < map->count; i++)
		if (&map->items[i] == list)
			return raise_more_items(p, map, i, &items);
	return raise_by_hand(
		p, change, "line %u is used by others as well", raise_line(list));
}

/* Behind a word of a line that compose splits as a shell would. */
static bool add_behind(
	struct raise_place *p, const struct change *change, const struct yaml *node)
{
	struct arena *a = p->r->arena;
	struct span in = raise_inside(node);
	uint32_t at = change->at.offset + change->at.length;
	uint32_t end = in.offset + in.length;
	struct str word;

	if (raise_is_escaped(node) || change->at.offset < in.offset || at > end ||
		(at < end && !byte_is_space(p->file->bytes.p[at])) ||
		!shell_written(a, change->value, SHELL_BARE, &word) ||
		!raise_splice(p, node, at, 0,
			arena_printf(a, " %.*s", STR_ARG(raise_escape(a, word)))))
		return raise_by_hand(
			p, change, "line %u is written unusually", raise_line(node));
	return true;
}

static bool add_word(struct raise_place *p, const struct change *change,
	const struct raise_path *path)
{
	if (path->n > 2 && path->at[path->n - 2]->kind == YAML_SEQUENCE)
		return add_element(p, change, path);
	return add_behind(p, change, path->at[path->n - 1]);
}

bool raise_word(struct raise_place *p, const struct change *change)
{
	struct arena *a = p->r->arena;
	struct str value = raise_escape(a, change->value);
	struct raise_path path;
	const struct yaml *node;
	struct span in;

	raise_find(p->root, change->at.offset, &path);
	node = path.n ? path.at[path.n - 1] : NULL;
	if (!node || node->kind != YAML_SCALAR ||
		change->at.offset < node->span.offset ||
		change->at.offset + change->at.length >
			node->span.offset + node->span.length)
		return raise_by_hand(p, change, "line %u is no single value",
			span_start(change->at).line);
	if (change->workload && change->workload->run) {
		if (!raise_open_service(p, change) || !raise_may_edit(p, change, &path))
			return false;
	}
	if (change->op == CHANGE_ADD)
		return add_word(p, change, &path);
	if (raise_has_variable(span_str(change->at)))
		return raise_refuse_variable(p, change, node);
	if (str_eq(span_str(change->at), value))
		return true;
	in = raise_inside(node);
	if (change->at.offset == node->span.offset &&
		change->at.length == node->span.length) {
		return str_eq(node->text.s, value) ||
			raise_replace(p, node, change->value) ||
			raise_by_hand(p, change, "line %u is written unusually",
				raise_line(node));
	}
	if (raise_is_escaped(node) || change->at.offset < in.offset ||
		change->at.offset + change->at.length > in.offset + in.length ||
		!raise_splice(p, node, change->at.offset, change->at.length, value))
		return raise_by_hand(
			p, change, "line %u is written unusually", raise_line(node));
	return true;
}
