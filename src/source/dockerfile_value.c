#include "source/lower.h"
#include "syntax/dockerword.h"

struct scope {
	struct lowering *lowering;
	enum scope_of_variables variables;
};

const struct fact *lower_variable(const struct lowering *l, struct str name)
{
	const struct fact *env = binding_find(l->state.env, name);

	return env ? env : binding_find(l->state.args, name);
}

static const struct fact *find(const struct scope *scope, struct str name)
{
	return scope->variables == VARIABLES_GLOBAL
		? binding_find(scope->lowering->globals, name)
		: lower_variable(scope->lowering, name);
}

/* A base that nobody knows brings an environment that nobody knows. */
static bool base_may_set(const struct scope *scope)
{
	return scope->variables == VARIABLES_STAGE &&
		scope->lowering->stage->base->know == FACT_UNKNOWN;
}

/* Why a variable that nothing here sets may have a value all the same, or empty. */
static struct str why_unknown(const struct scope *scope, struct str name)
{
	if (scope->variables == VARIABLES_GLOBAL && lower_is_automatic(name))
		return STR("it depends on the platform that is built for");
	if (base_may_set(scope))
		return arena_printf(scope->lowering->arena,
			"the base image may set %.*s", STR_ARG(name));
	return STR_NONE;
}

/* The engine gives every image that has none of its own this one. */
static bool is_default_path(const struct scope *scope, struct str name)
{
	return scope->variables == VARIABLES_STAGE && str_eq(name, STR("PATH")) &&
		!base_may_set(scope);
}

static struct dockerword_value look_up(void *ctx, struct str name)
{
	const struct scope *scope = ctx;
	const struct fact *fact = find(scope, name);
	struct dockerword_value v = {.answer = DOCKERWORD_UNSET};

	if (!fact && is_default_path(scope, name)) {
		v.answer = DOCKERWORD_SET;
		v.value = STR("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
			      "/sbin:/bin");
		return v;
	}
	if (!fact || (fact->is_open && base_may_set(scope))) {
		v.value = why_unknown(scope, name);
		v.answer = v.value.n ? DOCKERWORD_UNKNOWN : DOCKERWORD_UNSET;
		return v;
	}
	/* Empty, as the builder takes it; segment_of says what that means. */
	if (fact->is_open)
		return v;
	if (fact->know == FACT_UNKNOWN) {
		v.answer = DOCKERWORD_UNKNOWN;
		v.value = fact->why;
	} else if (fact->know == FACT_SET &&
		value_str(scope->lowering->arena, fact->value, &v.value)) {
		v.answer = DOCKERWORD_SET;
	}
	return v;
}

static struct segment segment_of(
	const struct scope *scope, const struct dockerword_part *p)
{
	const struct fact *fact = p->name.n ? find(scope, p->name) : NULL;
	struct segment s = {.text = p->text.s, .span = p->span, .name = p->name};

	switch (p->kind) {
	case DOCKERWORD_PART_LITERAL:
		s.kind = SEGMENT_LITERAL;
		s.span = text_span_all(&p->text);
		break;
	case DOCKERWORD_PART_VARIABLE:
		s.kind = SEGMENT_EXPANSION;
		s.definition = fact ? fact->span : SPAN_NONE;
		if (!p->is_unset || !fact || !fact->is_open)
			break;
		s.why = fact->why;
		/* No build works with an empty FROM: somebody has to give a value. */
		if (scope->variables == VARIABLES_GLOBAL)
			s.kind = SEGMENT_UNKNOWN;
		break;
	case DOCKERWORD_PART_UNKNOWN:
		s.kind = SEGMENT_UNKNOWN;
		s.text = STR_NONE;
		s.why = p->reason;
		break;
	}
	return s;
}

struct value lower_word(
	struct lowering *l, const struct text *word, enum scope_of_variables variables)
{
	struct scope scope = {l, variables};
	struct dockerword_result r;
	struct segments segments = {0};

	dockerword_expand(
		l->arena, word, l->dockerfile->escape, look_up, &scope, l->diags, &r);
	for (uint32_t i = 0; i < r.part_count; i++)
		*vec_push(l->arena, &segments) = segment_of(&scope, &r.parts[i]);
	/* An empty word still has a place. */
	if (!segments.n)
		return value_literal(l->arena, STR(""), text_span_all(word));
	return value_of(&segments);
}

struct word lower_as_word(struct lowering *l, const struct text *word)
{
	return (struct word){.value = lower_word(l, word, VARIABLES_STAGE),
		.span = text_span_all(word)};
}

static void collect(
	struct arena *a, const struct dockerword *word, struct variable_uses *uses)
{
	for (uint32_t i = 0; word && i < word->segment_count; i++) {
		const struct dockerword_segment *s = &word->segments[i];

		if (s->kind != DOCKERWORD_VARIABLE)
			continue;
		*vec_push(a, uses) =
			(struct variable_use){s->name, text_span_all(&s->source)};
		collect(a, s->word, uses);
		collect(a, s->replacement, uses);
	}
}

struct variable_uses lower_variables_of(struct lowering *l, const struct text *word)
{
	struct diags unheard = {.arena = l->arena};
	struct variable_uses uses = {0};

	collect(l->arena,
		dockerword_parse(l->arena, word, l->dockerfile->escape, &unheard),
		&uses);
	return uses;
}
