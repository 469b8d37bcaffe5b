/*
 * box: sets of argument values that rules without an order can say.
 *
 * Depends on objective. A cube is what MASKED_EQ says of one argument; a box has one for
 * each of the six, so it is one rule of a profile. Every comparison is a list of cubes
 * that do not touch, and what is left of a box without another is a list of boxes that do
 * not touch: no engine can order them wrongly. Lists may grow exponentially with the
 * number of arguments, so they have a cap and the caller another form.
 *
 *	struct boxes banned = {0}, left = {0};
 *	if (box_add_terms(a, ban->terms, ban->count, MOST, &banned) == 0 &&
 *		box_minus(a, &whole, &banned, MOST, &left) == 0)
 *		...
 */
#ifndef OAKUM_SECCOMP_BOX_H
#define OAKUM_SECCOMP_BOX_H

#include "base/vec.h"
#include "seccomp/objective.h"

struct cube {
	uint64_t mask, value; /* (argument & mask) == value; mask 0: any value */
};

struct box {
	struct cube args[CALL_ARGUMENTS]; /* all zero: every call */
};

VEC_TYPE(struct cube, cubes);
VEC_TYPE(struct box, boxes);

/* Adds cubes that together are (argument & mask) compare value; none touches another. */
void cubes_add(struct arena *a, enum compare compare, uint64_t mask, uint64_t value,
	struct cubes *out);

/* What is in both; false when that is nothing. */
bool box_meet(const struct box *one, const struct box *other, struct box *out);

/* Both hold the same values. */
bool box_eq(const struct box *one, const struct box *other);

/* Adds what all terms together hold for; -1 when that is more than most boxes. */
int box_add_terms(struct arena *a, const struct ban_term *terms, size_t count,
	size_t most, struct boxes *out);

/* The same of the conditions of a rule. */
int box_add_conditions(struct arena *a, const struct condition *conditions,
	size_t count, size_t most, struct boxes *out);

/* Adds what is in from and in none of what; -1 when it takes more than most boxes. */
int box_minus(struct arena *a, const struct box *from, const struct boxes *what,
	size_t most, struct boxes *out);

#endif
