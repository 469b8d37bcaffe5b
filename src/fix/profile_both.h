/*
 * profile_both: what two profiles permit, as one.
 *
 * Private to fix/. Depends on seccomp. The second one is an engine's own: it refuses what
 * it does not name. Rules of the first one that refuse under a condition cannot be said
 * beside permissions that are wider; they come out as bans, which make_ruleset takes off.
 */
#ifndef OAKUM_FIX_PROFILE_BOTH_H
#define OAKUM_FIX_PROFILE_BOTH_H

#include "seccomp/objective.h"

/*
 * Adds to *out the rules that hold on the one arch. false: it takes more rules than a
 * person would read.
 */
bool profile_both(struct arena *a, const struct ruleset *old,
	const struct ruleset *engine, int arch, struct ruleset *out,
	struct bans *refused);

#endif
