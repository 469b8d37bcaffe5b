#include "base/path.h"
#include "effect/drop.h"
#include "source/dockerfile.h"
#include "source/lower.h"

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
	return w;
}
