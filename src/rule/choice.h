/*
 * choice: which rules run, and how bad their findings are.
 *
 * Depends on rule. Starts as rules.def has it; configuration and command line change
 * it, and then it is frozen and shared. A selector is a rule's name, a group (the part
 * of a name before its first '-'), a severity or "all"; the nearer one wins whatever
 * the order: a name over a group over a severity over "all". Of two equally near ones
 * the one that switches off wins.
 *
 *	struct rule_choice *choice = rule_choice_new(arena);
 *	const struct str on[] = {STR("all")}, off[] = {STR("user-not-numeric")};
 *	rule_choice_apply(choice, on, 1, off, 1);
 */
#ifndef OAKUM_RULE_CHOICE_H
#define OAKUM_RULE_CHOICE_H

#include "rule/rule.h"

struct rule_choice {
	bool *is_on;		 /* a rule, in the order of rule_all */
	bool *has_severity;	 /* … whose findings all get … */
	enum severity *severity; /* … this one */
};

/* As rules.def has it; lives in a. */
struct rule_choice *rule_choice_new(struct arena *a);

/* Switches what the selectors on name on, and what those of off name off. */
void rule_choice_apply(struct rule_choice *c, const struct str *on, size_t on_count,
	const struct str *off, size_t off_count);

/* All findings of a rule get this severity; false when there is no such rule. */
bool rule_choice_set_severity(
	struct rule_choice *c, struct str rule, enum severity severity);

/* Does a rule run? NULL: as rules.def has it. */
bool rule_choice_is_on(const struct rule_choice *c, const struct rule *rule);

/* Does a selector name this rule? */
bool rule_is_selected(const struct rule *rule, struct str selector);

/* Does a selector name anything at all, be it planned? */
bool rule_selector_is_known(struct str selector);

/* The severity of that name; false when there is none. */
bool severity_find(struct str name, enum severity *out);

#endif
