/*
 * dockerfile: lowers the tree of a Dockerfile into a build.
 *
 * Depends on syntax, model, know, effect. The meaning is that of the Dockerfile
 * reference and, where it is silent, of BuildKit (frontend/dockerfile/dockerfile2llb);
 * where the classic builder differs, options->builder decides.
 *
 *	struct build *build = dockerfile_lower(arena, world, know, df, &options, &diags);
 *	vec_each(struct stage *, stage, &build->stages) ...
 */
#ifndef OAKUM_SOURCE_DOCKERFILE_H
#define OAKUM_SOURCE_DOCKERFILE_H

#include "base/world.h"
#include "model/build.h"
#include "source/load.h"
#include "syntax/dockerfile.h"

enum { DOCKERFILE_STAGES_MAX = 16384 }; /* what stands behind is not lowered */

/* The build that df describes; never NULL, possibly without a stage. */
struct build *dockerfile_lower(struct arena *a, struct world *world,
	const struct knowledge *know, const struct dockerfile *df,
	const struct load_options *options, struct diags *diags);

/* The workload that building target and running the result gives. */
struct workload *dockerfile_workload(struct arena *a, struct world *world,
	const struct knowledge *know, const struct load_options *options,
	const struct build *build, const struct stage *target, struct str name);

#endif
