/* What RUN lines download into root's home, by the knowledge of what starts. */
#include "know/libraries.h"
#include "model/query.h"
#include "source/writes.h"

static bool is_roots(struct arena *a, const struct state *state)
{
	struct str user;

	return state->user->know == FACT_UNSET ||
		(fact_str(a, state->user, &user) &&
			(str_eq(user, STR("root")) || str_eq(user, STR("0")) ||
				str_eq(user, STR("0:0")) ||
				str_eq(user, STR("root:root"))));
}

/* Only where others before it succeeded: where they did not, the build ends. */
static bool is_sure(const struct command *c)
{
	for (const struct guard *g = c->guard; g; g = g->outer)
		if (!g->command || !g->if_succeeds)
			return false;
	return true;
}

/* Does anything go on where something failed (`fetch || true`)? */
static bool forgives(const struct step *step)
{
	vec_each (struct command *const, c, &step->commands)
		for (const struct guard *g = (*c)->guard; g; g = g->outer)
			if (!g->if_succeeds)
				return true;
	return false;
}

/* Does it surely run, as root, with the variables that the step has? */
static bool is_plain(struct arena *a, const struct step *step, const struct command *c)
{
	return is_sure(c) && !c->as_user.value.n && !c->assignments.n &&
		!c->has_wildcard_args &&
		!command_is_ruled_out(a, c, step->before->env, STR_NONE);
}

/* Of the rows that the step's commands write, the downloads at their own place. */
static void keep_downloads(
	struct writes_search *s, const struct step *step, struct writes *out)
{
	writes_rows(s);
	vec_each (const struct write, w, s->out) {
		bool is_there = false;

		if (!w->is_data || w->happens != ANSWER_YES || w->moved ||
			w->base != WRITE_IN_HOME || out->n >= WRITES_MAX)
			continue;
		vec_each (const struct write, old, out)
			is_there |= str_eq(old->path, w->path);
		if (is_there)
			continue;
		*vec_push(s->arena, out) = *w;
		out->at[out->n - 1].span = step->span;
	}
}

/* The step as a workload that starts its commands, one after the other. */
static void add_step(
	const struct writes_input *in, const struct step *step, struct writes *out)
{
	struct arena *a = in->effect->arena;
	struct workload as = {.name = in->workload->name,
		.base = in->workload->base,
		.user = step->before->user,
		.workdir = step->before->workdir,
		.env = step->before->env,
		.accounts = step->before->accounts};
	struct writes_input input = {
		.effect = in->effect, .workload = &as, .now = step->before};
	struct writes_search s = {.arena = a, .in = &input};

	if (!is_roots(a, step->before) || forgives(step) ||
		binding_find(step->before->env, STR("HOME")))
		return;
	s.out = arena_new(a, struct writes);
	vec_each (struct command *const, c, &step->commands) {
		struct writes_words words;

		if (!is_plain(a, step, *c))
			continue;
		words = writes_words_of(&s, &(*c)->argv);
		writes_command(&s, *c, &words);
	}
	s.out = arena_new(a, struct writes);
	keep_downloads(&s, step, out);
}

const struct writes *writes_downloaded(const struct writes_input *in)
{
	struct arena *a = in->effect->arena;
	struct step_list steps = workload_steps(a, in->workload);
	struct writes *out = arena_new(a, struct writes);

	vec_each (const struct step *const, step, &steps)
		if ((*step)->kind == STEP_RUN && (*step)->commands.n)
			add_step(in, *step, out);
	return out;
}
