#include "source/dockerfile.h"

#include "base/path.h"
#include "source/context.h"
#include "source/lower.h"

void lower_problem(struct lowering *l, enum build_problem_kind kind, struct span span,
	struct span related, struct str name)
{
	struct build_problem *p = vec_push(l->arena, &l->build->problems);

	*p = (struct build_problem){.kind = kind,
		.span = span,
		.related = related,
		.name = name,
		.stage = l->stage};
}

static enum step_kind step_kind_of(enum dockerfile_keyword keyword)
{
	static const enum step_kind kinds[DOCKERFILE_KEYWORD_COUNT] = {
		[DOCKERFILE_NONE] = STEP_OTHER,
		[DOCKERFILE_ADD] = STEP_ADD,
		[DOCKERFILE_ARG] = STEP_ARG,
		[DOCKERFILE_CMD] = STEP_CMD,
		[DOCKERFILE_COPY] = STEP_COPY,
		[DOCKERFILE_ENTRYPOINT] = STEP_ENTRYPOINT,
		[DOCKERFILE_ENV] = STEP_ENV,
		[DOCKERFILE_EXPOSE] = STEP_EXPOSE,
		[DOCKERFILE_FROM] = STEP_FROM,
		[DOCKERFILE_HEALTHCHECK] = STEP_HEALTHCHECK,
		[DOCKERFILE_LABEL] = STEP_OTHER,
		[DOCKERFILE_MAINTAINER] = STEP_OTHER,
		[DOCKERFILE_ONBUILD] = STEP_ONBUILD,
		[DOCKERFILE_RUN] = STEP_RUN,
		[DOCKERFILE_SHELL] = STEP_SHELL,
		[DOCKERFILE_STOPSIGNAL] = STEP_OTHER,
		[DOCKERFILE_USER] = STEP_USER,
		[DOCKERFILE_VOLUME] = STEP_VOLUME,
		[DOCKERFILE_WORKDIR] = STEP_WORKDIR,
	};

	return kinds[keyword];
}

static bool holds_quote(struct str s)
{
	return str_find(s, '"') < s.n || str_find(s, '\'') < s.n;
}

static void lower_user(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step)
{
	if (!in->arg_count)
		return;
	step->value = lower_word(l, &in->args[0], VARIABLES_STAGE);
	step->is_quoted = holds_quote(in->args[0].s);
	l->state.user = fact_set(l->arena, LAYER_BUILD, step->value,
		text_span_all(&in->args[0]), l->state.user);
}

static void lower_workdir(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step)
{
	struct str path, before = STR("/");

	if (!in->arg_count)
		return;
	step->value = lower_word(l, &in->args[0], VARIABLES_STAGE);
	(void)fact_str(l->arena, l->state.workdir, &before);
	if (value_str(l->arena, step->value, &path)) {
		step->is_relative = path.n && !path_is_absolute(path);
		step->value = value_literal(l->arena,
			path_join(
				l->arena, path_join(l->arena, STR("/"), before), path),
			text_span_all(&in->args[0]));
	}
	l->state.workdir = fact_set(l->arena, LAYER_BUILD, step->value,
		text_span_all(&in->args[0]), l->state.workdir);
	lower_workdir_owner(l, in, step->value);
}

/* An ENTRYPOINT forgets the base's CMD, as the reference says. */
static void lower_start(struct lowering *l, const struct dockerfile_instruction *in)
{
	if (in->keyword == DOCKERFILE_CMD) {
		l->state.cmd = lower_program(l, in, l->state.cmd);
		l->cmd_is_own = true;
		return;
	}
	l->state.entrypoint = lower_program(l, in, l->state.entrypoint);
	if (!l->cmd_is_own)
		l->state.cmd = NULL;
}

static void lower_health(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step)
{
	const struct program *p;

	if (!in->arg_count || str_eq_nocase(in->health_type.s, STR("NONE")))
		return;
	p = lower_program(l, in, NULL);
	step->commands = p->commands;
}

static void lower_by_kind(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step)
{
	switch (in->keyword) {
	case DOCKERFILE_ARG:
		lower_arg(l, in);
		break;
	case DOCKERFILE_ENV:
		lower_env(l, in);
		break;
	case DOCKERFILE_USER:
		lower_user(l, in, step);
		break;
	case DOCKERFILE_WORKDIR:
		lower_workdir(l, in, step);
		break;
	case DOCKERFILE_ADD:
	case DOCKERFILE_COPY:
		lower_copy(l, in, step);
		break;
	case DOCKERFILE_RUN:
		lower_run(l, in, step);
		break;
	case DOCKERFILE_SHELL:
		l->state.shell = lower_program(l, in, l->state.shell);
		break;
	case DOCKERFILE_ENTRYPOINT:
	case DOCKERFILE_CMD:
		lower_start(l, in);
		break;
	case DOCKERFILE_HEALTHCHECK:
		lower_health(l, in, step);
		break;
	case DOCKERFILE_VOLUME:
	case DOCKERFILE_EXPOSE:
		for (uint32_t i = 0; i < in->arg_count; i++)
			*vec_push(l->arena, &step->words) =
				lower_as_word(l, &in->args[i]);
		if (in->keyword == DOCKERFILE_VOLUME)
			lower_volume_owner(l, in, &step->words);
		break;
	case DOCKERFILE_ONBUILD:
		if (in->trigger)
			*vec_push(l->arena, &l->triggers) = in->trigger;
		break;
	default:
		break;
	}
}

static const struct state *snapshot(struct lowering *l, const struct state *before)
{
	struct state *s;

	/* Most instructions change nothing that is kept here. */
	if (memcmp(before, &l->state, sizeof(*before)) == 0)
		return before;
	s = arena_new(l->arena, struct state);
	*s = l->state;
	return s;
}

void lower_instruction(
	struct lowering *l, const struct dockerfile_instruction *in, bool is_onbuild)
{
	struct step step = {.kind = step_kind_of(in->keyword),
		.span = in->span,
		.keyword = in->keyword_span,
		.argument = text_span_all(&in->rest),
		.is_onbuild = is_onbuild,
		.before = vec_last(&l->stage->steps)->after};

	lower_by_kind(l, in, &step);
	step.after = snapshot(l, step.before);
	*vec_push(l->arena, &l->stage->steps) = step;
}

static void end_stage(struct lowering *l)
{
	if (!l->stage)
		return;
	l->stage->end = vec_last(&l->stage->steps)->after;
	l->stage_triggers[l->stage->index] = l->triggers;
}

static uint32_t count_stages(const struct dockerfile *df)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < df->instruction_count; i++)
		n += df->instructions[i].keyword == DOCKERFILE_FROM;
	return n;
}

static void say_full(struct lowering *l, const struct dockerfile_instruction *in)
{
	l->is_full = true;
	diag_add(l->diags, DIAG_LIMIT_REACHED, in->span,
		"the stages from here on are not looked at: there are more than %u",
		DOCKERFILE_STAGES_MAX);
}

static void lower_one(struct lowering *l, const struct dockerfile_instruction *in)
{
	if (l->is_full)
		return;
	if (in->keyword == DOCKERFILE_FROM &&
		l->build->stages.n == DOCKERFILE_STAGES_MAX) {
		say_full(l, in);
	} else if (in->keyword == DOCKERFILE_FROM) {
		end_stage(l);
		lower_from(l, in);
	} else if (l->stage) {
		lower_instruction(l, in, false);
	} else if (in->keyword == DOCKERFILE_ARG) {
		lower_global_arg(l, in);
	}
}

struct str lower_context(const struct load_options *options, struct str path)
{
	if (options->context.n)
		return options->context;
	return str_eq(path, STR("-")) ? STR(".") : path_dir(path);
}

struct build *dockerfile_lower(struct arena *a, struct world *world,
	const struct knowledge *know, const struct dockerfile *df,
	const struct load_options *options, struct diags *diags)
{
	struct lowering l = {.arena = a,
		.world = world,
		.know = know,
		.options = options,
		.dockerfile = df,
		.diags = diags,
		.build = arena_new(a, struct build),
		.context = lower_context(options, df->file->path)};

	l.build->file = df->file;
	l.build->builder = options->builder;
	l.build->context = l.context;
	l.build->sent = l.sent =
		context_open(a, world, l.context, df->file->path, options->builder);
	l.stage_triggers = arena_array(a, struct triggers, count_stages(df));
	for (uint32_t i = 0; i < df->instruction_count; i++)
		lower_one(&l, &df->instructions[i]);
	end_stage(&l);
	return l.build;
}
