/*
 * checks: the function of every rule that has one.
 *
 * Depends on rule. Each stands in the file of its concern; rule.c puts them in the
 * table. A check reads audit and adds findings, nothing else.
 */
#ifndef OAKUM_RULE_CHECKS_H
#define OAKUM_RULE_CHECKS_H

#include "rule/rule.h"

#define RULE(name, ident, scope, severity, status, inputs, title)                      \
	void check_##ident(struct audit *audit);
#define PLANNED(name, scope, severity, title)
#include "rule/rules.def"
#undef RULE
#undef PLANNED

#endif
