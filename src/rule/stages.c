/*
 * The graph of stages: names that clash, and references that lead nowhere.
 */
#include "rule/advice.h"
#include "rule/checks.h"

static void each_problem(struct audit *audit, enum build_problem_kind kind,
	void (*say)(
		struct audit *audit, struct finding *f, const struct build_problem *p))
{
	vec_each (const struct build_problem, p, &audit->build->problems) {
		struct finding *f;

		if (p->kind != kind)
			continue;
		f = finding_add(audit, p->span);
		finding_evidence(audit, f, "%.*s", STR_ARG(p->name));
		say(audit, f, p);
	}
}

static void say_twice(
	struct audit *audit, struct finding *f, const struct build_problem *p)
{
	finding_message(audit, f, "Two stages have the name `%.*s`.", STR_ARG(p->name));
	finding_consequence(audit, f,
		"`FROM %.*s` and `COPY --from=%.*s` mean the one that stands last, which "
		"need not be the one that was meant.",
		STR_ARG(p->name), STR_ARG(p->name));
	finding_help(audit, f, "Give one of them another name.");
	if (p->related.file)
		finding_related(audit, f, p->related, "the first one");
}

void check_stage_name_duplicate(struct audit *audit)
{
	each_problem(audit, BUILD_STAGE_NAME_TWICE, say_twice);
}

static void say_reserved(
	struct audit *audit, struct finding *f, const struct build_problem *p)
{
	finding_message(audit, f, "The stage name `%.*s` has a meaning of its own.",
		STR_ARG(p->name));
	finding_consequence(audit, f,
		"`FROM %.*s` does not lead to this stage, so that the image that is built "
		"is not the one that one reads.",
		STR_ARG(p->name));
	finding_help(audit, f, "Give the stage another name.");
}

static void say_invalid(
	struct audit *audit, struct finding *f, const struct build_problem *p)
{
	f->severity = SEVERITY_HIGH;
	finding_message(
		audit, f, "`%.*s` cannot be the name of a stage.", STR_ARG(p->name));
	finding_consequence(audit, f, "The builder refuses the file.");
	finding_help(audit, f,
		"Begin with a letter and go on with letters, digits, `.`, `_` and `-`.");
}

void check_stage_name_reserved(struct audit *audit)
{
	each_problem(audit, BUILD_STAGE_NAME_RESERVED, say_reserved);
	each_problem(audit, BUILD_STAGE_NAME_INVALID, say_invalid);
}

static void say_self(
	struct audit *audit, struct finding *f, const struct build_problem *p)
{
	finding_message(audit, f, "`--from=%.*s` names the stage in which it stands.",
		STR_ARG(p->name));
	finding_consequence(audit, f, "The builder refuses the file.");
	finding_help(audit, f,
		"Name the stage that makes the files, or drop `--from` to copy from the "
		"build context.");
	if (p->related.file)
		finding_related(audit, f, p->related, "this stage begins here");
}

void check_copy_from_self(struct audit *audit)
{
	each_problem(audit, BUILD_COPY_FROM_SELF, say_self);
}

/* The name of a stage that is near, or empty. */
static struct str near_stage(const struct build *build, struct str name)
{
	struct str best = STR_NONE;
	unsigned distance = name.n > 3 ? 3 : 2;

	vec_each (struct stage *const, stage, &build->stages) {
		unsigned d;

		if (!(*stage)->name.n)
			continue;
		d = str_distance(name, (*stage)->name, distance);
		if (d < distance) {
			best = (*stage)->name;
			distance = d;
		}
	}
	return best;
}

static void say_unknown_stage(
	struct audit *audit, struct finding *f, const struct build_problem *p)
{
	struct str hint = p->hint.n ? p->hint : near_stage(audit->build, p->name);

	finding_message(audit, f, "No stage above this line is named `%.*s`.",
		STR_ARG(p->name));
	finding_consequence(audit, f,
		"The builder takes it for an image and fetches `%.*s` from the registry: "
		"the build fails, or copies a stranger's files.",
		STR_ARG(p->name));
	if (hint.n) {
		finding_help(audit, f, "Write `--from=%.*s`.", STR_ARG(hint));
		return;
	}
	/* Only whoever starts the build knows: `--build-context`, a bake file. */
	f->verdict = ANSWER_MAYBE;
	finding_help(audit, f,
		"Name a stage of this file, or write an image with its tag. Where "
		"`--build-context %.*s=…` names it, nothing.",
		STR_ARG(p->name));
}

void check_copy_from_unknown_stage(struct audit *audit)
{
	each_problem(audit, BUILD_COPY_FROM_UNKNOWN, say_unknown_stage);
}

static void say_undefined_arg(
	struct audit *audit, struct finding *f, const struct build_problem *p)
{
	finding_message(audit, f, "FROM uses `%.*s`, and no ARG declares it above.",
		STR_ARG(p->name));
	finding_consequence(audit, f,
		"The variable is empty there, even with `--build-arg`: the build fails or "
		"starts from another image than one reads.");
	finding_help(audit, f,
		"Write `ARG %.*s=…` above the first FROM; an ARG inside a stage does not "
		"count for FROM.",
		STR_ARG(p->name));
}

void check_undefined_arg_in_from(struct audit *audit)
{
	each_problem(audit, BUILD_ARG_UNDEFINED_IN_FROM, say_undefined_arg);
}
