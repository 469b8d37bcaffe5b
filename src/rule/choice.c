#include "rule/choice.h"

/* How near a selector is to one rule; the nearest has the last word. */
enum nearness { NEAR_ALL, NEAR_SEVERITY, NEAR_GROUP, NEAR_NAME, NEAR_COUNT, NEAR_NOT };

bool severity_find(struct str name, enum severity *out)
{
	for (int i = 0; i < SEVERITY_COUNT; i++)
		if (str_eq(severity_name((enum severity)i), name)) {
			*out = (enum severity)i;
			return true;
		}
	return false;
}

static struct str group_of(const struct rule *rule)
{
	return str_sub(rule->name, 0, str_find(rule->name, '-'));
}

static enum nearness nearness_of(const struct rule *rule, struct str selector)
{
	if (str_eq(selector, rule->name))
		return NEAR_NAME;
	if (str_eq(selector, group_of(rule)))
		return NEAR_GROUP;
	if (str_eq(selector, severity_name(rule->severity)))
		return NEAR_SEVERITY;
	return str_eq(selector, STR("all")) ? NEAR_ALL : NEAR_NOT;
}

bool rule_is_selected(const struct rule *rule, struct str selector)
{
	return nearness_of(rule, selector) != NEAR_NOT;
}

bool rule_selector_is_known(struct str selector)
{
	enum severity severity;
	size_t n;
	const struct rule *rules = rule_all(&n);

	if (str_eq(selector, STR("all")) || severity_find(selector, &severity))
		return true;
	for (size_t i = 0; i < n; i++)
		if (rule_is_selected(&rules[i], selector))
			return true;
	return false;
}

struct rule_choice *rule_choice_new(struct arena *a)
{
	struct rule_choice *c = arena_new(a, struct rule_choice);
	size_t n;
	const struct rule *rules = rule_all(&n);

	c->is_on = arena_array(a, bool, n);
	c->has_severity = arena_array(a, bool, n);
	c->severity = arena_array(a, enum severity, n);
	for (size_t i = 0; i < n; i++)
		c->is_on[i] = rules[i].status == RULE_ON;
	return c;
}

static void switch_rules(struct rule_choice *c, const struct str *selectors,
	size_t count, enum nearness nearness, bool on)
{
	size_t n;
	const struct rule *rules = rule_all(&n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < count; j++)
			if (rules[i].check &&
				nearness_of(&rules[i], selectors[j]) == nearness)
				c->is_on[i] = on;
}

void rule_choice_apply(struct rule_choice *c, const struct str *on, size_t on_count,
	const struct str *off, size_t off_count)
{
	for (int near = NEAR_ALL; near < NEAR_COUNT; near++) {
		switch_rules(c, on, on_count, (enum nearness)near, true);
		switch_rules(c, off, off_count, (enum nearness)near, false);
	}
}

static size_t index_of(const struct rule *rule)
{
	size_t n;

	return (size_t)(rule - rule_all(&n));
}

bool rule_choice_set_severity(
	struct rule_choice *c, struct str name, enum severity severity)
{
	const struct rule *rule = rule_find(name);

	if (!rule)
		return false;
	c->has_severity[index_of(rule)] = true;
	c->severity[index_of(rule)] = severity;
	return true;
}

bool rule_choice_is_on(const struct rule_choice *c, const struct rule *rule)
{
	return c ? c->is_on[index_of(rule)] : rule->status == RULE_ON;
}
