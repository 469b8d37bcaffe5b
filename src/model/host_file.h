/*
 * host_file: what stands on the host at a path, as it can be looked at from here.
 *
 * Depends on run, world. Links are not followed: where one leads is another question,
 * and the answer is "nobody could look".
 *
 *	struct host_file f = host_file_look(&arena, world, STR("models/model.joblib"));
 *	if (f.is_there == ANSWER_YES)
 *		use(f.uid, f.mode);
 */
#ifndef OAKUM_MODEL_HOST_FILE_H
#define OAKUM_MODEL_HOST_FILE_H

#include "base/world.h"
#include "model/run.h"

/* Nobody could look. */
extern const struct host_file host_file_unseen;

/* Kind, owner, mode and access list; label and first_missing stay empty. */
struct host_file host_file_look(struct arena *a, struct world *world, struct str path);

#endif
