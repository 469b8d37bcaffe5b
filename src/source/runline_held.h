/*
 * runline_held: what a shell variable holds, and what is left of it behind a condition.
 *
 * Private to source/runline_variables.c. Depends on model/command. A variable that was
 * set under a condition holds one of two things behind it. Where both are the same, that
 * is known; where the later only adds to the earlier, the beginning is; else nothing is.
 *
 *	variable->now = held_merged(arena, variable->name, before, variable->now);
 */
#ifndef OAKUM_SOURCE_RUNLINE_HELD_H
#define OAKUM_SOURCE_RUNLINE_HELD_H

#include "model/command.h"

struct held {
	bool is_set; /* by this script */
	struct value value;
	const struct words *elements; /* of an array; NULL: it is none */
};

/* A value that nobody knows, of the variable of that name. */
struct value held_unknown(struct arena *a, struct str name, struct span span);

/* One value and behind it another. */
struct value held_joined(struct arena *a, struct value first, struct value last);

/* What holds behind a condition under which `was` may have become `now`. */
struct held held_merged(
	struct arena *a, struct str name, struct held was, struct held now);

#endif
