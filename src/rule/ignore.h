/*
 * ignore: marks the findings that somebody has decided not to hear of.
 *
 * Depends on rule, model/ignore. An ignore whose last day is over covers nothing. The
 * rules about ignores run behind all others, for they ask what came of them.
 */
#ifndef OAKUM_RULE_IGNORE_H
#define OAKUM_RULE_IGNORE_H

#include "rule/rule.h"

/*
 * Sets `ignored` of the findings from index first on that an ignore of the audit
 * covers. One that is about some workloads of a finding only takes these out: the list
 * gets a second finding for them.
 */
void ignores_apply(struct audit *audit, size_t first);

/* One of the rules about ignores. */
bool rule_is_about_ignores(const struct rule *rule);

#endif
