/*
 * A value that is said once, at the top, under an anchor: "x-oakum-seccomp:
 * &oakum-seccomp seccomp=./seccomp/oakum.json".
 */
#include "source/compose_raise.h"

/* Is there an anchor of that name anywhere in the file? A second one would hide it. */
static bool is_used(const struct raise_place *p, struct str name)
{
	struct str mark = arena_printf(p->r->arena, "&%.*s", STR_ARG(name));

	return str_find_str(p->file->bytes, mark) < p->file->bytes.n;
}

/* Does a blank line stand between a key's value and the next key? */
static bool is_apart(
	const struct raise_place *p, const struct yaml *before, uint32_t next)
{
	uint32_t end = raise_line_end(p->file, raise_end(before));
	struct str between =
		span_str(span_of(p->file, end, p->root->keys[next].span.offset - end));

	return str_find_str(between,
		       arena_printf(p->r->arena, "%.*s%.*s", STR_ARG(p->style.eol),
			       STR_ARG(p->style.eol))) < between.n;
}

/* An alias stands behind its anchor: in front of the services, below what is said first. */
static void insert_in_front(struct raise_place *p, uint32_t services, struct str line)
{
	struct arena *a = p->r->arena;
	struct str eol = p->style.eol;
	const struct yaml *before = services ? &p->root->items[services - 1] : NULL;

	if (before)
		raise_insert(p, raise_line_end(p->file, raise_end(before)),
			arena_printf(a, "%.*s%.*s%.*s", STR_ARG(eol),
				STR_ARG(is_apart(p, before, services) ? eol : STR("")),
				STR_ARG(line)));
	else
		raise_edit(p->r,
			span_of(p->file,
				raise_line_start(
					p->file, p->root->keys[services].span.offset),
				0),
			arena_printf(a, "%.*s%.*s%.*s", STR_ARG(line), STR_ARG(eol),
				STR_ARG(eol)));
}

bool raise_set_alias(struct raise_place *p, const struct change *change)
{
	struct str value = raise_value(p, change->key, change->value, false);
	uint32_t index, services;

	if (raise_key(p->root, change->key, &index)) {
		const struct yaml *node = &p->root->items[index];

		return (node->kind == YAML_SCALAR &&
			       str_eq(node->text.s, change->value) &&
			       str_eq(span_str(node->anchor), change->alias)) ||
			raise_by_hand(p, change, "line %u says something else",
				raise_line(&p->root->keys[index]));
	}
	if (p->root->style == YAML_FLOW || is_used(p, change->alias) ||
		!raise_key(p->root, STR("services"), &services))
		return raise_by_hand(
			p, change, "the file is written in an unusual way");
	insert_in_front(p, services,
		arena_printf(p->r->arena, "%.*s: &%.*s %.*s", STR_ARG(change->key),
			STR_ARG(change->alias), STR_ARG(value)));
	return true;
}
