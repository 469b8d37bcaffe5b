/*
 * launch_script: reads the file with which a workload starts. Private to source/.
 *
 * Depends on effect, model. Follows ENTRYPOINT and CMD to the first file that the build
 * (or a mount) brought, through init programs and a shell in front of it.
 *
 *	w->script = launch_script_read(&effect, w, &now);
 */
#ifndef OAKUM_SOURCE_LAUNCH_SCRIPT_H
#define OAKUM_SOURCE_LAUNCH_SCRIPT_H

#include "effect/run.h"
#include "model/script.h"
#include "model/workload.h"

/* NULL where no such file is named, or its bytes cannot be seen, or are no text. */
const struct script *launch_script_read(
	struct effect_context *ctx, const struct workload *w, const struct state *now);

#endif
