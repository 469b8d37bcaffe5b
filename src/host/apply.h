/*
 * apply: does a step of a preparation.
 *
 * Depends on prepare. Needs root. A path is walked component by component from a
 * descriptor to the next, none of them a symbolic link, and what is changed is what the
 * last descriptor holds: whoever swaps a name for a link meanwhile gets an error, not
 * somebody else's file. What is made is made with mkdirat and checked to be that. Groups
 * and users are made by groupadd and useradd, volumes by the engine's client (volume.h);
 * nothing else is started.
 *
 *	vec_each (const struct host_step, s, &steps)
 *		if (host_apply(&arena, s, e) < 0)
 *			return -1;
 */
#ifndef OAKUM_HOST_APPLY_H
#define OAKUM_HOST_APPLY_H

#include "host/prepare.h"

enum {
	HOST_DEPTH_MAX = 128, /* folders in a folder that is given away as a whole */
};

/*
 * 0 when the step is done, or had nothing to do. With is_recursive all below the path
 * goes the same way, except files with several names (hard links) and other file
 * systems: skipped (may be NULL) counts those.
 */
int host_apply(
	struct arena *a, const struct host_step *step, size_t *skipped, struct err *e);

#endif
