#include "source/compose_lower.h"

const struct compose_node *compose_scalar(
	const struct compose_node *map, struct str key)
{
	const struct compose_node *node = compose_get(map, key);

	return node && node->kind == COMPOSE_SCALAR ? node : NULL;
}

struct str compose_text(struct arena *a, const struct compose_node *map, struct str key)
{
	const struct compose_node *node = compose_scalar(map, key);
	struct str text = STR_NONE;

	if (node)
		(void)value_str(a, node->value, &text);
	return text;
}

enum answer compose_flag(
	struct arena *a, const struct compose_node *node, enum answer otherwise)
{
	static const struct str yes[] = {STR_INIT("true"), STR_INIT("yes"),
		STR_INIT("on"), STR_INIT("y"), STR_INIT("1")};
	static const struct str no[] = {STR_INIT("false"), STR_INIT("no"),
		STR_INIT("off"), STR_INIT("n"), STR_INIT("0")};
	struct str text;

	if (!node)
		return otherwise;
	if (node->kind != COMPOSE_SCALAR || !value_str(a, node->value, &text))
		return ANSWER_MAYBE;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (str_eq_nocase(text, yes[i]))
			return ANSWER_YES;
		if (str_eq_nocase(text, no[i]))
			return ANSWER_NO;
	}
	return ANSWER_MAYBE;
}
