/*
 * runline: `docker run` and its kin, as an argument or found in a shell script.
 *
 * Depends on syntax, model, know, effect. docker, podman and nerdctl; run, create,
 * `container run`, exec; and build, whose -t links the image of a later line to its
 * Dockerfile. Each run line is a workload; words that depend on a shell variable are
 * unknown, never an accusation.
 *
 *	runline_load(arena, world, know, file, options, &in);
 */
#ifndef OAKUM_SOURCE_RUNLINE_H
#define OAKUM_SOURCE_RUNLINE_H

#include "source/load.h"

/*
 * Lowers every line of a script (SOURCE_SCRIPT), or the one line of --run
 * (SOURCE_RUN_LINE), into in->project. Nothing found leaves it empty.
 */
void runline_load(struct arena *a, struct world *world, const struct knowledge *know,
	const struct file *file, const struct load_options *options, struct input *in);

#endif
