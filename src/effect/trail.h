/*
 * trail: who watches a run that is looked at for what it becomes, not for what it does.
 *
 * Depends on tool. drop_find runs an entrypoint like any script, with a trail that is
 * asked about each command before it runs.
 */
#ifndef OAKUM_EFFECT_TRAIL_H
#define OAKUM_EFFECT_TRAIL_H

#include "effect/tool.h"

/* False: the command was the end of the matter, or is none to run. */
bool trail_command(struct run *run, struct call *call);

#endif
