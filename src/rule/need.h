/*
 * need: which decision of oakum.yaml is about a workload.
 *
 * Depends on rule, model/need. For rule/ and fix/. The first entry that fits counts.
 */
#ifndef OAKUM_RULE_NEED_H
#define OAKUM_RULE_NEED_H

#include "model/need.h"
#include "rule/rule.h"
#include "seccomp/objective.h"

/* What is decided about w; NULL: nothing. */
const struct need *need_of(const struct audit *audit, const struct workload *w);

/* Is it decided that this must be so? Then grant-exceeds-needs speaks of it. */
bool need_says_capabilities(const struct audit *audit);
bool need_forbids_new_privileges(const struct audit *audit);
bool need_allows_new_privileges(const struct audit *audit); /* false in so many words */
bool need_says_read_only(const struct audit *audit);

/* What its objectives and denials forbid on these arches. */
void need_bans(
	struct arena *a, const struct need *need, arch_set arches, struct bans *out);

/* Does the filter of w keep what the need forbids, as far as it can be seen? */
bool need_holds(
	const struct audit *audit, const struct workload *w, const struct need *need);

#endif
