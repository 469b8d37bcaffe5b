/*
 * run_look: what stands on the host where a run's binds begin.
 *
 * Private to source/. Depends on world, model. Only what belongs to the project is
 * looked at: a source that is written relative, or from $PWD. An absolute path, and one
 * under somebody's home, is of the machine that will run the container, and this need
 * not be it; both stay MAYBE.
 *
 *	run_look(&ctx, run);	once its mounts are there
 */
#ifndef OAKUM_SOURCE_RUN_LOOK_H
#define OAKUM_SOURCE_RUN_LOOK_H

#include "source/workload.h"

/* Fills `host` of every mount of run. */
void run_look(struct source_context *ctx, struct run *run);

#endif
