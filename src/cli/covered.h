/*
 * covered: which files an input of this run has read as a part of itself.
 *
 * Depends on base. A Dockerfile that a service builds, a compose file that another one
 * includes: each is audited as what really runs, and not once more by itself. A hash
 * table of clean paths; it only grows.
 *
 *	covered_add(&set, arena, STR("web/Dockerfile"), STR("compose.yaml"));
 *	struct str by = covered_by(&set, arena, STR("./web/Dockerfile"));
 */
#ifndef OAKUM_CLI_COVERED_H
#define OAKUM_CLI_COVERED_H

#include "base/arena.h"

struct covered_path {
	struct str path, by; /* path empty: a free place */
};

struct covered {
	struct covered_path *at;
	size_t n, cap; /* cap: a power of two, or 0 */
};

/* path and by must live as long as the set; the first to cover a path stays its owner. */
void covered_add(struct covered *set, struct arena *a, struct str path, struct str by);

/* Who covers path; empty when nobody does. Both paths are cleaned before. */
struct str covered_by(const struct covered *set, struct arena *a, struct str path);

#endif
