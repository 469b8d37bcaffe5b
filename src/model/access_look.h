/*
 * access_look: what stands at a path of a running container: image, mounts, engine.
 *
 * Private to model/access*.c. Over what the build left lie the mounts of the run and what
 * the engine brings by itself; the innermost one holds.
 */
#ifndef OAKUM_MODEL_ACCESS_LOOK_H
#define OAKUM_MODEL_ACCESS_LOOK_H

#include "model/access.h"

static inline struct access access_answer(
	enum answer can, struct str why, struct span span)
{
	return (struct access){can, why, span};
}

struct look access_look(const struct access_asker *asker, struct str path);

/* May anything be changed where path lies, whatever its bits say? */
struct access access_change(const struct access_asker *asker, struct str path);

#endif
