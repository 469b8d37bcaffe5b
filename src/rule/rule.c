#include "rule/rule.h"

#include "rule/checks.h"
#include "rule/choice.h"
#include "rule/ignore.h"
#include "rule/names.h"
#include "rule/outlook.h"

static const struct rule rules[] = {
#define RULE(name, ident, scope, severity, status, inputs, title)                      \
	{STR_INIT(name), STR_INIT(title), STR_INIT(inputs), SCOPE_##scope,             \
		SEVERITY_##severity, RULE_##status, check_##ident},
#define PLANNED(name, scope, severity, title)                                          \
	{STR_INIT(name), STR_INIT(title), STR_INIT(""), SCOPE_##scope,                 \
		SEVERITY_##severity, RULE_PLANNED, NULL},
#include "rule/rules.def"
#undef RULE
#undef PLANNED
};

enum { RULE_COUNT = sizeof(rules) / sizeof(rules[0]) };

const struct rule *rule_all(size_t *count)
{
	*count = RULE_COUNT;
	return rules;
}

const struct rule *rule_find(struct str name)
{
	size_t low = 0, high = RULE_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(name, rules[mid].name);

		if (order == 0)
			return &rules[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static bool is_wanted(const struct audit *audit, const struct rule *rule)
{
	if (audit->only && audit->only != rule)
		return false;
	return rule->check && rule_choice_is_on(audit->choice, rule);
}

static void run_scope(struct audit *audit, enum rule_scope scope)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (rules[i].scope != scope || !is_wanted(audit, &rules[i]) ||
			rule_is_about_ignores(&rules[i]))
			continue;
		audit->rule = &rules[i];
		rules[i].check(audit);
	}
	audit->rule = NULL;
}

static void run_workload(struct audit *audit, const struct workload *w)
{
	audit->workload = w;
	audit->facts = (struct workload_facts){
		.steps = workload_steps(audit->arena, w),
		.needed = workload_needed_steps(audit->arena, w),
		.made = workload_made_accounts(audit->arena, w),
		.candidate = workload_unused_account(audit->arena, w),
	};
	audit->facts.missing = name_uses_missing(audit);
	run_scope(audit, SCOPE_WORKLOAD);
	if (audit->outlooks)
		outlook_add(audit);
	audit->workload = NULL;
	audit->facts = (struct workload_facts){0};
}

/* What the configuration says of a rule is said of all its findings. */
static void set_severities(struct audit *audit, size_t first)
{
	for (size_t i = first; audit->choice && i < audit->findings->n; i++) {
		struct finding *f = &audit->findings->at[i];

		if (audit->choice->has_severity[f->rule - rules])
			f->severity = audit->choice->severity[f->rule - rules];
	}
}

void rules_run_on_ignores(struct audit *audit)
{
	size_t first = audit->findings->n;

	for (size_t i = 0; i < RULE_COUNT; i++) {
		audit->rule = &rules[i];
		if (rule_is_about_ignores(&rules[i]) && is_wanted(audit, &rules[i]))
			rules[i].check(audit);
	}
	audit->rule = NULL;
	set_severities(audit, first);
	ignores_apply(audit, first);
	findings_settle(audit->arena, audit->findings);
}

void rules_run(struct audit *audit)
{
	if (audit->file)
		run_scope(audit, SCOPE_FILE);
	if (audit->project) {
		run_scope(audit, SCOPE_PROJECT);
		vec_each (struct build *, build, &audit->project->builds) {
			audit->build = *build;
			run_scope(audit, SCOPE_BUILD);
		}
		audit->build = NULL;
		vec_each (struct workload *, w, &audit->project->workloads)
			run_workload(audit, *w);
	}
	set_severities(audit, 0);
	findings_settle(audit->arena, audit->findings);
	if (audit->ignore_count) {
		ignores_apply(audit, 0);
		rules_run_on_ignores(audit);
	}
}

/* The three small vocabularies of the output. */
static const struct str severity_names[SEVERITY_COUNT] = {
	[SEVERITY_INFO] = STR_INIT("info"),
	[SEVERITY_LOW] = STR_INIT("low"),
	[SEVERITY_MEDIUM] = STR_INIT("medium"),
	[SEVERITY_HIGH] = STR_INIT("high"),
	[SEVERITY_CRITICAL] = STR_INIT("critical"),
};

static const struct str scope_names[SCOPE_COUNT] = {
	[SCOPE_FILE] = STR_INIT("file"),
	[SCOPE_BUILD] = STR_INIT("build"),
	[SCOPE_WORKLOAD] = STR_INIT("workload"),
	[SCOPE_PROJECT] = STR_INIT("project"),
	[SCOPE_HOST] = STR_INIT("host"),
};

static const struct str status_names[RULE_STATUS_COUNT] = {
	[RULE_PLANNED] = STR_INIT("planned"),
	[RULE_OFF] = STR_INIT("off"),
	[RULE_ON] = STR_INIT("on"),
};

struct str severity_name(enum severity s)
{
	return severity_names[s];
}

struct str rule_scope_name(enum rule_scope s)
{
	return scope_names[s];
}

struct str rule_status_name(enum rule_status s)
{
	return status_names[s];
}
