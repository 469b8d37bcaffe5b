#include "rule/ignore.h"

#include "base/path.h"
#include "know/date.h"
#include "rule/checks.h"
#include "rule/choice.h"

bool rule_is_about_ignores(const struct rule *rule)
{
	return rule->check == check_ignore_expired ||
		rule->check == check_ignore_unused ||
		rule->check == check_ignore_without_reason;
}

/* A last day that cannot be read is over: what it meant is not known. */
static bool is_expired(const struct audit *audit, const struct ignore *ignore)
{
	int32_t day;

	if (!ignore->until.n)
		return false;
	return !date_parse(ignore->until, &day) || day < date_of(audit->now);
}

/* A glob over the path, or a folder above it. */
static bool path_matches(struct str glob, struct str path)
{
	return str_glob(glob, path) || path_is_under(path, glob);
}

static bool covers_path(
	const struct audit *audit, const struct ignore *ignore, const struct file *file)
{
	if (!ignore->path.n)
		return true;
	return file &&
		path_matches(ignore->path,
			path_join(audit->arena, audit->folder, file->path));
}

/* A file that was read twice is the same all the same. */
static bool is_same_file(const struct file *a, const struct file *b)
{
	return a == b || (a && b && str_eq(a->path, b->path));
}

static bool covers_place(const struct ignore *ignore, struct span span)
{
	uint32_t line;

	if (ignore->file && !is_same_file(ignore->file, span.file))
		return false;
	if (!ignore->first)
		return true;
	line = span_start(span).line;
	return line >= ignore->first && line <= ignore->last;
}

static bool covers_rule(const struct ignore *ignore, const struct rule *rule)
{
	for (uint32_t i = 0; i < ignore->rule_count; i++)
		if (rule_is_selected(rule, ignore->rules[i]))
			return true;
	return false;
}

/* How many of the finding's workloads the ignore means. */
static size_t count_workloads(const struct ignore *ignore, const struct finding *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->workloads.n; i++)
		n += str_glob(ignore->workload, f->workloads.at[i]);
	return n;
}

/* The workloads that the ignore means become a finding of their own, the last one. */
static struct finding *split_finding(
	struct audit *audit, const struct ignore *ignore, size_t index)
{
	struct finding *taken = vec_push(audit->arena, audit->findings), *left;
	struct finding whole = audit->findings->at[index];

	left = &audit->findings->at[index];
	*taken = whole;
	taken->workloads.at = left->workloads.at = NULL;
	taken->workloads.n = taken->workloads.cap = 0;
	left->workloads.n = left->workloads.cap = 0;
	for (size_t i = 0; i < whole.workloads.n; i++) {
		struct str name = whole.workloads.at[i];
		bool is_meant = str_glob(ignore->workload, name);

		*vec_push(audit->arena,
			is_meant ? &taken->workloads : &left->workloads) = name;
	}
	return taken;
}

static void apply_to(struct audit *audit, size_t at, size_t index)
{
	const struct ignore *ignore = &audit->ignores[at];
	struct finding *f = &audit->findings->at[index];
	size_t meant;

	if (!covers_rule(ignore, f->rule) || !covers_place(ignore, f->span) ||
		!covers_path(audit, ignore, f->span.file ? f->span.file : audit->file))
		return;
	if (ignore->workload.n) {
		meant = count_workloads(ignore, f);
		if (!meant)
			return;
		if (meant < f->workloads.n && !f->ignored)
			f = split_finding(audit, ignore, index);
	}
	/* Two that cover the same are both of use. */
	audit->ignore_uses[at].was_used = true;
	if (!f->ignored)
		f->ignored = ignore;
}

void ignores_apply(struct audit *audit, size_t first)
{
	for (size_t at = 0; at < audit->ignore_count; at++) {
		struct ignore_use *use = &audit->ignore_uses[at];

		if (covers_path(audit, &audit->ignores[at], audit->file))
			use->was_met = true;
		if (is_expired(audit, &audit->ignores[at]))
			continue;
		for (size_t i = first; i < audit->findings->n; i++)
			apply_to(audit, at, i);
	}
}

/* The rules. An entry of oakum.yaml is looked at once a run, with that file. */

static bool is_here(const struct audit *audit, const struct ignore *ignore)
{
	return ignore->origin != IGNORE_CONFIG ||
		is_same_file(ignore->span.file, audit->file);
}

/* "this comment", "this entry" */
static const char *noun_of(const struct ignore *ignore)
{
	return ignore->origin == IGNORE_CONFIG ? "entry" : "comment";
}

static struct str word_of(const struct ignore *ignore)
{
	return span_str(ignore->span);
}

void check_ignore_expired(struct audit *audit)
{
	for (size_t i = 0; i < audit->ignore_count; i++) {
		const struct ignore *ignore = &audit->ignores[i];
		struct finding *f;
		int32_t day;

		if (!is_here(audit, ignore) || !is_expired(audit, ignore))
			continue;
		f = finding_add(audit, ignore->span);
		if (date_parse(ignore->until, &day))
			finding_message(audit, f,
				"This %s ignored `%.*s` until %.*s, which is over.",
				noun_of(ignore), STR_ARG(word_of(ignore)),
				STR_ARG(ignore->until));
		else
			finding_message(audit, f,
				"`%.*s` is no day of the calendar, so this %s ignores "
				"nothing.",
				STR_ARG(ignore->until), noun_of(ignore));
		finding_consequence(audit, f,
			"What it covered is reported again, and counts for the exit status.");
		finding_help(audit, f,
			"Mend what it covered and delete the %s, or decide again and set a "
			"later day, as in %s.",
			noun_of(ignore),
			ignore->origin == IGNORE_CONFIG ? "`expires: 2027-01-31`"
							: "`until=2027-01-31`");
		finding_evidence(audit, f, "%.*s %.*s", STR_ARG(word_of(ignore)),
			STR_ARG(ignore->until));
	}
}

/* Have all the rules that it names had their say? */
static bool could_be_used(const struct audit *audit, const struct ignore *ignore)
{
	size_t n;
	const struct rule *rules = rule_all(&n);

	for (size_t i = 0; i < n; i++)
		if (covers_rule(ignore, &rules[i]) &&
			(rule_is_about_ignores(&rules[i]) ||
				!rule_choice_is_on(audit->choice, &rules[i])))
			return false;
	return true;
}

static bool holds_line(struct span span, const struct file *file, uint32_t line)
{
	return is_same_file(span.file, file) && span_start(span).line <= line &&
		span_end(span).line >= line;
}

static bool stage_holds_line(
	const struct stage *stage, const struct file *file, uint32_t line)
{
	struct span whole = stage->span;

	if (stage->steps.n)
		whole = span_join(whole, vec_last(&stage->steps)->span);
	return holds_line(whole, file, line);
}

/* Is a workload built from this stage? */
static bool is_needed(const struct audit *audit, const struct stage *stage)
{
	const struct step *first = stage->steps.at;

	vec_each (struct workload *, w, &audit->project->workloads) {
		struct step_list steps;

		if ((*w)->stage == stage)
			return true;
		steps = workload_needed_steps(audit->arena, *w);
		for (size_t i = 0; i < steps.n; i++)
			if (steps.at[i] >= first &&
				steps.at[i] < first + stage->steps.n)
				return true;
	}
	return false;
}

/* A stage that is not built for what was audited has no findings to cover. */
static bool is_unseen_stage(const struct audit *audit, const struct ignore *ignore)
{
	if (!audit->project || !ignore->first)
		return false;
	vec_each (struct build *, build, &audit->project->builds)
		vec_each (struct stage *, stage, &(*build)->stages)
			if (stage_holds_line(*stage, ignore->file, ignore->last) &&
				!is_needed(audit, *stage))
				return true;
	return false;
}

/* Of all names of rules the one that was perhaps meant; empty when none is near. */
static struct str nearest_rule(struct str written)
{
	unsigned best = 3;
	struct str nearest = STR_NONE;
	size_t n;
	const struct rule *rules = rule_all(&n);

	for (size_t i = 0; i < n; i++) {
		unsigned distance = str_distance(written, rules[i].name, best);

		if (distance < best) {
			best = distance;
			nearest = rules[i].name;
		}
	}
	return nearest;
}

static void say_unused(struct audit *audit, const struct ignore *ignore)
{
	struct finding *f = finding_add(audit, ignore->span);
	struct str word = word_of(ignore), near;

	finding_evidence(audit, f, "%.*s", STR_ARG(word));
	if (ignore->rule_count && !rule_selector_is_known(ignore->rules[0])) {
		near = nearest_rule(word);
		finding_message(audit, f, "No rule is called `%.*s`%s%.*s%s",
			STR_ARG(word), near.n ? "; did you mean `" : "", STR_ARG(near),
			near.n ? "`?" : ".");
		finding_help(audit, f, "`oakum rules` lists the names of all rules.");
	} else {
		finding_message(audit, f,
			"This %s ignores `%.*s`, but nothing of it is "
			"found here.",
			noun_of(ignore), STR_ARG(word));
		finding_help(audit, f,
			"Delete the %s, or move it: it covers what begins on its own line, "
			"or the whole of what stands directly below it.",
			noun_of(ignore));
	}
	finding_consequence(audit, f,
		"It ignores nothing today, and may hide something that comes later.");
}

void check_ignore_unused(struct audit *audit)
{
	for (size_t i = 0; i < audit->ignore_count; i++) {
		const struct ignore *ignore = &audit->ignores[i];

		/* What another tool makes of its comments we cannot know. */
		if (ignore->origin == IGNORE_FOREIGN || !is_here(audit, ignore) ||
			audit->ignore_uses[i].was_used || is_expired(audit, ignore))
			continue;
		if (ignore->origin == IGNORE_CONFIG &&
			(!ignore->path.n || !audit->ignore_uses[i].was_met))
			continue;
		if (could_be_used(audit, ignore) && !is_unseen_stage(audit, ignore))
			say_unused(audit, ignore);
	}
}

void check_ignore_without_reason(struct audit *audit)
{
	for (size_t i = 0; i < audit->ignore_count; i++) {
		const struct ignore *ignore = &audit->ignores[i];
		struct finding *f;

		if (ignore->origin == IGNORE_FOREIGN || !is_here(audit, ignore) ||
			ignore->reason.n)
			continue;
		f = finding_add(audit, ignore->span);
		finding_message(audit, f,
			"This %s ignores `%.*s` and does not say why.", noun_of(ignore),
			STR_ARG(word_of(ignore)));
		finding_consequence(audit, f,
			"Whoever reads it next cannot tell whether the reason still holds.");
		finding_help(audit, f, "Add the reason: %s.",
			ignore->origin == IGNORE_CONFIG
				? "`reason: the image needs it until 2.0`"
				: "`reason=the image needs it until 2.0`");
		finding_evidence(audit, f, "%.*s", STR_ARG(word_of(ignore)));
	}
}
