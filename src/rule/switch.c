/*
 * USER lines as such: quotes around them, and how often they switch.
 */
#include "rule/advice.h"
#include "rule/checks.h"

/* What stands between the quotes, variables and all; or what it comes to. */
static struct str without_quotes(struct audit *audit, const struct step *step)
{
	struct str written = span_str(step->argument);
	char quote = written.n > 2 ? written.p[0] : '\0';
	struct str inner;

	if ((quote != '"' && quote != '\'') || written.p[written.n - 1] != quote)
		return value_display(audit->arena, step->value);
	inner = str_sub(written, 1, written.n - 2);
	if (str_find(inner, quote) < inner.n || str_find(inner, '\\') < inner.n ||
		(quote == '\'' && str_find(inner, '$') < inner.n))
		return value_display(audit->arena, step->value);
	return inner;
}

/* The reader has said so itself, and nobody knows what name was meant. */
static bool is_unclosed(struct value v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].kind == SEGMENT_UNKNOWN && !v.at[i].name.n)
			return true;
	return false;
}

enum { SWITCHES_ENOUGH = 2 }; /* to root for packages, and to the user that runs */

void check_quotes_in_user(struct audit *audit)
{
	vec_each (const struct step *, s, &audit->facts.steps) {
		const struct step *step = *s;
		struct finding *f;
		struct str user;

		if (step->kind != STEP_USER || !step->is_quoted ||
			is_unclosed(step->value))
			continue;
		f = finding_add(audit, step->argument);
		user = value_display(audit->arena, step->value);
		finding_message(audit, f, "There are quotes around the user `%.*s`.",
			STR_ARG(user));
		finding_consequence(audit, f,
			"Docker takes them off; other builders and many scanners take "
			"them for a part of the name, and find no such user.");
		finding_help(audit, f, "Write `USER %.*s`.",
			STR_ARG(without_quotes(audit, step)));
		finding_evidence(audit, f, "%.*s", STR_ARG(user));
	}
}

void check_user_switch_many(struct audit *audit)
{
	const struct stage *stage = audit->workload->stage;
	const struct step *last = NULL;
	struct finding *f;
	unsigned n = 0;

	if (!stage)
		return;
	vec_each (const struct step, step, &stage->steps)
		if (step->kind == STEP_USER) {
			last = step;
			n++;
		}
	if (n <= SWITCHES_ENOUGH)
		return;
	f = finding_add(audit, last->argument);
	finding_message(audit, f, "USER is switched %u times in this stage.", n);
	finding_consequence(audit, f,
		"It is hard to see which step runs as whom, and who owns what it made.");
	finding_help(audit, f,
		"Do everything that needs root first, then switch once, at the end.");
	finding_evidence(audit, f, "%u", n);
}

/* Is whom a step runs as of any matter to it? COPY, ENV and the like do not care. */
static bool minds_user(const struct step *step)
{
	return step->kind == STEP_RUN || step->kind == STEP_WORKDIR ||
		step->kind == STEP_FROM || step->is_onbuild;
}

static bool is_root_line(struct audit *audit, const struct step *step)
{
	struct str spec;
	struct identity id;

	if (step->kind != STEP_USER || !value_str(audit->arena, step->value, &spec))
		return false;
	id = identity_resolve(audit->arena, spec, step->before->accounts);
	return identity_is_root(&id) == ANSWER_YES;
}

void check_user_redundant_root_window(struct audit *audit)
{
	const struct step *root = NULL;

	vec_each (const struct step *, s, &audit->facts.steps) {
		const struct step *step = *s;
		struct finding *f;

		if (minds_user(step))
			root = NULL;
		if (step->kind != STEP_USER)
			continue;
		if (root) {
			f = finding_add(audit, root->argument);
			finding_message(audit, f,
				"The switch to root ends%.*s, and nothing between the two "
				"lines runs as root.",
				STR_ARG(advice_line(audit, step->span)));
			finding_consequence(audit, f,
				"COPY, ADD, ENV and LABEL do not run as anybody: the two "
				"lines only look as if root were needed.");
			finding_help(audit, f, "Drop this line.");
			finding_related(audit, f, step->argument, "root ends here");
			finding_evidence(audit, f, "window");
		}
		root = is_root_line(audit, step) ? step : NULL;
	}
}
