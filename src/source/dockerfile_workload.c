#include "base/path.h"
#include "effect/drop.h"
#include "model/query.h"
#include "source/dockerfile.h"
#include "source/lower.h"

/* A RUN as somebody who cannot be: the build ends there, whatever stands below. */
static void stop_at_run(struct arena *a, struct workload *w)
{
	struct step_list steps = workload_needed_steps(a, w);
	const struct state *seen = NULL;

	vec_each (const struct step *, step, &steps) {
		const struct state *before = (*step)->before;
		struct identity id;
		struct str user;

		if ((*step)->kind != STEP_RUN || before->user->know != FACT_SET ||
			(seen && seen->user == before->user &&
				seen->accounts == before->accounts) ||
			!fact_str(a, before->user, &user))
			continue;
		seen = before;
		id = identity_resolve(a, user, before->accounts);
		if (id.is_valid != ANSWER_NO)
			continue;
		w->launch = (struct launch){.runs_as = RUNS_NOT_AT_ALL,
			.user = before->user,
			.identity = id,
			.why = id.why};
		return;
	}
}

struct workload *dockerfile_workload(struct arena *a, struct world *world,
	const struct knowledge *know, const struct load_options *options,
	const struct build *build, const struct stage *target, struct str name)
{
	struct workload *w = arena_new(a, struct workload);
	const struct state *end = target->end;
	struct lowering l = {.arena = a,
		.world = world,
		.know = know,
		.options = options,
		.stage = (struct stage *)target,
		.context = lower_context(options, build->file->path)};
	struct effect_context ctx;

	*w = (struct workload){.name = name,
		.build = build,
		.stage = target,
		.base = target->base,
		.user = end->user,
		.workdir = end->workdir,
		.entrypoint = end->entrypoint,
		.cmd = end->cmd,
		.env = end->env,
		.accounts = end->accounts,
		.anchor = target->span};
	lower_effect_context(&l, NULL, &ctx);
	w->launch = launch_decide(a, w->user, w->accounts,
		drop_find(&ctx, w->entrypoint, w->cmd, end, target->base));
	if (w->launch.runs_as != RUNS_NOT_AT_ALL)
		stop_at_run(a, w);
	return w;
}
