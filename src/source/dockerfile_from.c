#include "source/lower.h"
#include "source/workload.h"

static struct str lower_case(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = byte_lower(s.p[i]);
	return (struct str){p, s.n};
}

/* What the reference allows: a letter, then letters, digits, ".", "_", "-". */
static bool is_stage_name(struct str name)
{
	if (!byte_is_alpha(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!byte_is_alpha(name.p[i]) && !byte_is_digit(name.p[i]) &&
			!strchr("._-", name.p[i]))
			return false;
	return true;
}

static const struct stage *stage_named(const struct lowering *l, struct str name)
{
	for (size_t i = l->build->stages.n; i > 0; i--)
		if (l->build->stages.at[i - 1] != l->stage &&
			l->build->stages.at[i - 1]->name.n &&
			str_eq_nocase(l->build->stages.at[i - 1]->name, name))
			return l->build->stages.at[i - 1];
	return NULL;
}

static void check_name(struct lowering *l, struct stage *stage)
{
	const struct stage *twin = stage_named(l, stage->name);

	if (twin)
		lower_problem(l, BUILD_STAGE_NAME_TWICE, stage->name_span,
			twin->name_span, stage->name);
	if (str_eq(stage->name, STR("scratch")) || str_eq(stage->name, STR("context")))
		lower_problem(l, BUILD_STAGE_NAME_RESERVED, stage->name_span, SPAN_NONE,
			stage->name);
	else if (!is_stage_name(stage->name))
		lower_problem(l, BUILD_STAGE_NAME_INVALID, stage->name_span, SPAN_NONE,
			stage->name);
}

/* A variable in FROM that no ARG above the first FROM declares. */
static void check_variables(struct lowering *l, const struct text *image)
{
	struct variable_uses uses = lower_variables_of(l, image);

	vec_each (struct variable_use, use, &uses)
		if (!binding_find(l->globals, use->name) &&
			!lower_is_automatic(use->name))
			lower_problem(l, BUILD_ARG_UNDEFINED_IN_FROM, use->span,
				SPAN_NONE, use->name);
}

static void inherit(struct lowering *l, struct stage *stage, const struct stage *parent)
{
	stage->parent = parent;
	stage->base = parent->base;
	l->state = *parent->end;
	/* The classic builder starts every stage without ARGs; BuildKit hands them on. */
	if (l->options->builder == BUILDER_CLASSIC)
		l->state.args = NULL;
}

static void begin_image(struct lowering *l, struct stage *stage)
{
	struct base_image *base = arena_new(l->arena, struct base_image);

	image_start(
		l->arena, l->know, stage->image, stage->image_span, base, &l->state);
	/* Nobody but a path of Windows needs another escape character. */
	if (l->dockerfile->escape == '`' && base->know == FACT_UNKNOWN)
		base->family = BASE_WINDOWS;
	stage->base = base;
}

static void begin_stage(struct lowering *l, const struct dockerfile_instruction *in)
{
	struct stage *stage = arena_new(l->arena, struct stage);

	stage->build = l->build;
	stage->index = (uint32_t)l->build->stages.n;
	stage->span = in->span;
	stage->image = lower_word(l, &in->image, VARIABLES_GLOBAL);
	stage->image_span = text_span_all(&in->image);
	stage->name = lower_case(l->arena, in->stage_name.s);
	stage->name_span = text_span_all(&in->stage_name);
	l->stage = stage;
	l->triggers = (struct triggers){0};
	l->cmd_is_own = false;
	*vec_push(l->arena, &l->build->stages) = stage;
}

static void run_triggers(struct lowering *l, const struct stage *parent)
{
	const struct triggers *left = &l->stage_triggers[parent->index];

	for (size_t i = 0; i < left->n; i++)
		lower_instruction(l, left->at[i], true);
}

void lower_from(struct lowering *l, const struct dockerfile_instruction *in)
{
	const struct stage *parent = NULL;
	struct stage *stage;
	struct str image;
	struct step *step;

	begin_stage(l, in);
	stage = l->stage;
	if (stage->name.n)
		check_name(l, stage);
	check_variables(l, &in->image);
	if (value_str(l->arena, stage->image, &image))
		parent = stage_named(l, image);
	if (parent)
		inherit(l, stage, parent);
	else
		begin_image(l, stage);
	stage->start = arena_new(l->arena, struct state);
	*(struct state *)stage->start = l->state;
	step = vec_push(l->arena, &stage->steps);
	*step = (struct step){.kind = STEP_FROM,
		.span = in->span,
		.keyword = in->keyword_span,
		.argument = stage->image_span,
		.value = stage->image,
		.before = stage->start,
		.after = stage->start};
	if (parent)
		run_triggers(l, parent);
}

bool lower_has_later_stage(const struct lowering *l, struct str name)
{
	const struct dockerfile *df = l->dockerfile;
	uint32_t index;

	if (str_to_u32(name, &index))
		return false;
	for (uint32_t i = df->instruction_count; i > 0; i--) {
		const struct dockerfile_instruction *in = &df->instructions[i - 1];

		if (in->span.offset <= l->stage->span.offset)
			return false;
		if (in->keyword == DOCKERFILE_FROM &&
			str_eq_nocase(in->stage_name.s, name))
			return true;
	}
	return false;
}
