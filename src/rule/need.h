/*
 * need: which decision of oakum.yaml is about a workload.
 *
 * Depends on rule, model/need. For rule/ and fix/. The first entry that fits counts.
 */
#ifndef OAKUM_RULE_NEED_H
#define OAKUM_RULE_NEED_H

#include "model/need.h"
#include "rule/rule.h"

/* What is decided about w; NULL: nothing. */
const struct need *need_of(const struct audit *audit, const struct workload *w);

/* Is it decided that this must be so? Then grant-exceeds-needs speaks of it. */
bool need_says_capabilities(const struct audit *audit);
bool need_forbids_new_privileges(const struct audit *audit);
bool need_allows_new_privileges(const struct audit *audit); /* false in so many words */
bool need_says_read_only(const struct audit *audit);

#endif
