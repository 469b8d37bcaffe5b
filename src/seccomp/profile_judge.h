/*
 * profile_judge: what of a profile is less than was meant, on the host it was resolved for.
 *
 * Depends on profile_parts. Nothing here changes the ruleset.
 */
#ifndef OAKUM_SECCOMP_PROFILE_JUDGE_H
#define OAKUM_SECCOMP_PROFILE_JUDGE_H

#include "seccomp/profile_parts.h"

/* A rule that holds on the host, and what it answers there. */
struct profile_held {
	const struct profile_rule *rule;
	uint32_t answer;
};

VEC_TYPE(struct profile_held, profile_helds);

/* Notes what each rule does not do, alone and beside the others. */
void profile_judge(struct arena *a, const struct profile_helds *held,
	const struct ruleset *rules, struct profile_notes *notes);

#endif
