/*
 * ruleset_bed: two rulesets asked about every call of every arch.
 *
 * Depends on ruleset. The values that are tried are those at which a condition of either
 * can change its mind: on, beside and 1 << 32 away from each of its values, for all
 * arguments together, and a few at random.
 */
#ifndef OAKUM_TESTS_RULESET_BED_H
#define OAKUM_TESTS_RULESET_BED_H

#include "unit.h"

#include "seccomp/ruleset.h"

/* Fails the test with the first call that the two answer differently. */
void assert_same_answers(
	const struct ruleset *one, const struct ruleset *other, const char *what);

#endif
