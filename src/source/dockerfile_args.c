#include "source/lower.h"

static const struct build_arg *given(const struct lowering *l, struct str name)
{
	vec_each (struct build_arg, arg, &l->options->args)
		if (str_eq(arg->name, name))
			return arg;
	return NULL;
}

/* --build-arg NAME without a value takes the environment's, as the command line does. */
static const struct fact *fact_given(
	struct lowering *l, const struct build_arg *arg, struct span span)
{
	struct str value = arg->value;

	if (arg->fact)
		return arg->fact;
	if (!arg->has_value && !world_env(l->world, arg->name, &value))
		return NULL;
	return fact_set(l->arena, LAYER_BUILD,
		value_literal(l->arena, value, SPAN_NONE), span, NULL);
}

/*
 * Set by BuildKit in FROM, and in a stage that asks for them with ARG. The classic
 * builder knows none of them.
 */
bool lower_is_automatic(struct str name)
{
	static const struct str prefixes[] = {STR_INIT("TARGET"), STR_INIT("BUILD")};
	static const struct str rests[] = {STR_INIT("PLATFORM"), STR_INIT("OS"),
		STR_INIT("ARCH"), STR_INIT("VARIANT"), STR_INIT("OSVERSION")};

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < sizeof(rests) / sizeof(rests[0]); j++)
			if (str_starts(name, prefixes[i]) &&
				str_eq(str_from(name, prefixes[i].n), rests[j]))
				return true;
	return false;
}

static const struct fact *fact_without_value(
	struct lowering *l, struct str name, struct span span)
{
	const struct fact *global = l->stage ? binding_find(l->globals, name) : NULL;
	struct fact *open;

	if (global)
		return global;
	if (lower_is_automatic(name))
		return fact_unknown(l->arena, LAYER_BUILD,
			arena_printf(l->arena,
				"%.*s depends on the platform that is built for",
				STR_ARG(name)),
			span);
	open = (struct fact *)fact_unknown(l->arena, LAYER_BUILD,
		arena_printf(l->arena,
			"ARG %.*s has no default (give --build-arg %.*s=...)",
			STR_ARG(name), STR_ARG(name)),
		span);
	open->is_open = true;
	return open;
}

static const struct fact *arg_fact(struct lowering *l,
	const struct dockerfile_pair *pair, enum scope_of_variables scope)
{
	const struct build_arg *arg = given(l, pair->key.s);
	struct span span = text_span_all(pair->has_value ? &pair->value : &pair->key);
	const struct fact *fact = arg ? fact_given(l, arg, span) : NULL;

	if (fact)
		return fact;
	if (!pair->has_value)
		return fact_without_value(l, pair->key.s, span);
	return fact_set(
		l->arena, LAYER_BUILD, lower_word(l, &pair->value, scope), span, NULL);
}

void lower_global_arg(struct lowering *l, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->pair_count; i++)
		l->globals = binding_put(l->arena, l->globals, in->pairs[i].key.s,
			arg_fact(l, &in->pairs[i], VARIABLES_GLOBAL));
}

/*
 * BuildKit puts an ARG into the same environment as ENV, where the later one wins; the
 * classic builder keeps them apart and ENV always wins.
 */
void lower_arg(struct lowering *l, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->pair_count; i++) {
		struct str name = in->pairs[i].key.s;
		const struct fact *fact = arg_fact(l, &in->pairs[i], VARIABLES_STAGE);

		l->state.args = binding_put(l->arena, l->state.args, name, fact);
		if (l->options->builder != BUILDER_CLASSIC && fact->know == FACT_SET &&
			binding_find(l->state.env, name))
			l->state.env = binding_put(l->arena, l->state.env, name, fact);
	}
}

/* Every value of one line sees the environment as it was before the line. */
void lower_env(struct lowering *l, const struct dockerfile_instruction *in)
{
	const struct binding *env = l->state.env;

	for (uint32_t i = 0; i < in->pair_count; i++) {
		const struct dockerfile_pair *pair = &in->pairs[i];
		struct value key = lower_word(l, &pair->key, VARIABLES_STAGE);
		struct value value = lower_word(l, &pair->value, VARIABLES_STAGE);
		struct str name;

		if (!value_str(l->arena, key, &name))
			continue;
		env = binding_put(l->arena, env, name,
			fact_set(l->arena, LAYER_BUILD, value,
				text_span_all(&pair->value),
				binding_find(l->state.env, name)));
	}
	l->state.env = env;
}
