#include "source/dockerfile.h"
#include "source/workload.h"

struct workload *dockerfile_workload(struct arena *a, struct world *world,
	const struct knowledge *know, const struct load_options *options,
	const struct build *build, const struct stage *target, struct str name)
{
	struct source_context ctx = {
		.arena = a, .world = world, .know = know, .options = options};

	return workload_make(&ctx,
		&(struct workload_plan){.name = name,
			.build = build,
			.stage = target,
			.anchor = target->span});
}
