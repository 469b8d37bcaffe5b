#include "source/compose_lower.h"

enum {
	DISTANCE_MAX = 2,    /* edits from a mistaken name to the one that was meant */
	NAME_SHORT = 3,	     /* bytes; names up to that have one edit */
	PROBLEMS_MAX = 1000, /* what comes behind is left out */
};

struct project_problem *compose_say(struct compose_lowering *c,
	enum project_problem_kind kind, struct span span, struct str name,
	const char *fmt, ...)
{
	struct project_problems *list = &c->in->project.problems;
	struct arena *a = c->ctx->arena;
	struct project_problem *p;
	va_list args;

	/* The last place is for whoever comes when all are taken. */
	p = list->n < PROBLEMS_MAX ? vec_push(a, list) : vec_last(list);
	va_start(args, fmt);
	*p = (struct project_problem){.kind = kind,
		.span = span,
		.name = name,
		.detail = arena_vprintf(a, fmt, args)};
	va_end(args);
	return p;
}

static unsigned kind_bit(enum compose_kind kind)
{
	switch (kind) {
	case COMPOSE_SCALAR:
		return COMPOSE_TAKES_SCALAR;
	case COMPOSE_LIST:
		return COMPOSE_TAKES_LIST;
	case COMPOSE_MAP:
		return COMPOSE_TAKES_MAP;
	case COMPOSE_NULL:
		break;
	}
	return 0;
}

static const char *kind_name(enum compose_kind kind)
{
	static const char *const names[] = {
		[COMPOSE_NULL] = "nothing",
		[COMPOSE_SCALAR] = "a single value",
		[COMPOSE_LIST] = "a list",
		[COMPOSE_MAP] = "a mapping",
	};

	return names[kind];
}

static struct str takes_text(struct arena *a, unsigned takes)
{
	struct str text = STR_NONE;

	for (enum compose_kind kind = COMPOSE_SCALAR; kind <= COMPOSE_MAP; kind++)
		if (takes & kind_bit(kind))
			text = text.n ? arena_printf(a, "%.*s or %s", STR_ARG(text),
						kind_name(kind))
				      : str_c(kind_name(kind));
	return text;
}

static bool wants(struct compose_lowering *c, const struct compose_node *node,
	struct span span, struct str key, unsigned takes)
{
	if (node->kind == COMPOSE_NULL)
		return false;
	if (takes & kind_bit(node->kind))
		return true;
	compose_say(c, PROJECT_BAD_TYPE, span, key,
		"'%.*s' takes %.*s, and here stands %s", STR_ARG(key),
		STR_ARG(takes_text(c->ctx->arena, takes)), kind_name(node->kind));
	return false;
}

bool compose_wants(
	struct compose_lowering *c, const struct compose_entry *e, unsigned takes)
{
	return wants(c, e->node, e->key_span, e->key, takes);
}

bool compose_wants_element(struct compose_lowering *c, const struct compose_node *node,
	struct str key, unsigned takes)
{
	return wants(c, node, node->span, key, takes);
}

struct str compose_nearest(struct str name, const struct str *names, size_t count)
{
	unsigned best = name.n <= NAME_SHORT ? 1 : DISTANCE_MAX;
	struct str found = STR_NONE;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = str_distance(name, names[i], best + 1);

		if (distance < best || (distance == best && !found.n)) {
			best = distance;
			found = names[i];
		}
	}
	return found;
}
