/*
 * Words of a compose file, wherever they stand: scalars, and parts of them.
 */
#include "source/compose_raise.h"

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
	if (raise_has_variable(span_str(change->at)))
		return raise_refuse_variable(p, change, node);
	if (str_eq(span_str(change->at), value))
		return true;
	in = raise_inside(node);
	if (change->at.offset == node->span.offset &&
		change->at.length == node->span.length) {
		if (!str_eq(node->text.s, value))
			raise_replace(p, node, change->value);
		return true;
	}
	if (raise_is_escaped(node) || change->at.offset < in.offset ||
		change->at.offset + change->at.length > in.offset + in.length ||
		!raise_splice(p, node, change->at.offset, change->at.length, value))
		return raise_by_hand(
			p, change, "line %u is written unusually", raise_line(node));
	return true;
}
