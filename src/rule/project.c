/*
 * The compose file as such: what compose refuses, and what makes it another file than
 * it seems.
 */
#include "rule/advice.h"
#include "rule/checks.h"

#define REFUSED "Compose refuses the file, and no service of it starts."

/* What comes of a problem and what to do about it; a kind without a row is no finding. */
static const struct invalid {
	const char *consequence, *help;
	enum severity severity;
	enum answer verdict;
} table[] = {
	[PROJECT_UNKNOWN_KEY] = {REFUSED,
		"Correct the key or take it out; keys of your own begin with `x-`.",
		SEVERITY_MEDIUM, ANSWER_YES},
	[PROJECT_BAD_TYPE] = {REFUSED, "Write it in the form that the key takes.",
		SEVERITY_MEDIUM, ANSWER_YES},
	[PROJECT_BAD_VALUE] = {REFUSED, "Correct the value.", SEVERITY_MEDIUM,
		ANSWER_YES},
	[PROJECT_NO_IMAGE] = {REFUSED, "Add `image:` or `build:` to the service.",
		SEVERITY_MEDIUM, ANSWER_YES},
	[PROJECT_CYCLE] = {REFUSED,
		"Break the circle at the link that is needed least.", SEVERITY_MEDIUM,
		ANSWER_YES},
	[PROJECT_UNDEFINED_REFERENCE] = {REFUSED,
		"Correct the name, or declare what it means.", SEVERITY_MEDIUM,
		ANSWER_YES},
	[PROJECT_SAME_NAME] = {"The engine makes the first of these containers and "
			       "refuses the second.",
		"Give each a name of its own, or leave names to compose.",
		SEVERITY_MEDIUM, ANSWER_YES},
	[PROJECT_OLD_LAYOUT] = {REFUSED,
		"Write `services:` as the first line and indent all others below it.",
		SEVERITY_MEDIUM, ANSWER_YES},
	[PROJECT_MISSING_FILE] = {"Without it compose does not start; and what it says "
				  "is not part of this audit.",
		"Nothing, if it is made before the start; else correct the path.",
		SEVERITY_INFO, ANSWER_MAYBE},
	[PROJECT_REMOTE] = {"What stands there is not part of this audit.",
		"Fetch it and audit it where it is.", SEVERITY_INFO, ANSWER_MAYBE},
};

enum { TABLE_COUNT = sizeof(table) / sizeof(table[0]) };

static const struct invalid *row_of(const struct project_problem *p)
{
	if ((size_t)p->kind >= TABLE_COUNT || !table[p->kind].help)
		return NULL;
	return &table[p->kind];
}

static void say_invalid(
	struct audit *audit, const struct project_problem *p, const struct invalid *row)
{
	struct finding *f = finding_add(audit, p->span);

	f->severity = row->severity;
	f->verdict = row->verdict;
	finding_message(audit, f, "%.*s", STR_ARG(advice_sentence(audit, p->detail)));
	finding_consequence(audit, f, "%s", row->consequence);
	if (p->hint.n)
		finding_help(audit, f, "Is `%.*s` what was meant?", STR_ARG(p->hint));
	else
		finding_help(audit, f, "%s", row->help);
	finding_evidence(audit, f, "%d %.*s", (int)p->kind, STR_ARG(p->name));
	if (p->workload)
		finding_concerns(audit, f, p->workload);
	if (p->related.file)
		finding_related(audit, f, p->related, "the other one");
}

void check_config_invalid(struct audit *audit)
{
	vec_each (const struct project_problem, p, &audit->project->problems) {
		const struct invalid *row = row_of(p);

		if (row)
			say_invalid(audit, p, row);
	}
}

void check_compose_duplicate_key(struct audit *audit)
{
	vec_each (const struct project_problem, p, &audit->project->problems) {
		struct finding *f;

		if (p->kind != PROJECT_DUPLICATE_KEY)
			continue;
		f = finding_add(audit, p->span);
		finding_message(audit, f, "The key `%.*s` stands twice in one mapping.",
			STR_ARG(p->name));
		finding_consequence(audit, f,
			"Compose refuses the file; tools that do not, take one of the two "
			"without a word, and it may be the weaker one.");
		finding_help(audit, f,
			"Keep one of the two; what both say belongs below it.");
		finding_evidence(audit, f, "%.*s", STR_ARG(p->name));
		if (p->related.file)
			finding_related(audit, f, p->related, "the first one");
	}
}

static bool is_always_built(struct audit *audit, const struct project_problem *p)
{
	struct str policy;

	return p->workload && p->workload->run &&
		run_text(audit->arena, p->workload->run, RUN_RESOLVE_IMAGE, &policy) &&
		str_eq(policy, STR("build"));
}

void check_build_and_image(struct audit *audit)
{
	vec_each (const struct project_problem, p, &audit->project->problems) {
		struct finding *f;

		if (p->kind != PROJECT_BOTH_IMAGE_BUILD || is_always_built(audit, p))
			continue;
		f = finding_add(audit, p->span);
		finding_message(audit, f,
			"The service has `build:`, and `image:` is the name that the "
			"result gets.");
		finding_consequence(audit, f,
			"`docker compose pull`, or a start where the name is there "
			"already, runs what a registry has under it and not what the "
			"Dockerfile says.");
		finding_help(audit, f,
			"Say `pull_policy: build`, or give the name a registry of your "
			"own.");
		finding_evidence(audit, f, "%.*s", STR_ARG(p->name));
		if (p->workload)
			finding_concerns(audit, f, p->workload);
	}
}
