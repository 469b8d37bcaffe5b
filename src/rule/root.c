/*
 * Who the container runs as: one finding a workload, and it says what to do.
 *
 * user-root, user-missing, user-base-unknown and privilege-drop-entrypoint share the
 * answers of the launch among them; user-created-unused speaks only where none of them
 * would name the account anyway.
 */
#include "rule/advice.h"
#include "rule/checks.h"

/* A USER line decides, not the base image and not the absence of both. */
static bool is_written(const struct launch *l)
{
	return l->user->know != FACT_UNSET && l->user->layer >= LAYER_BUILD &&
		l->user->span.file;
}

/* `USER $UID` of an ARG without a default: empty unless a --build-arg is given. */
static bool is_left_to_build(const struct launch *l)
{
	return value_why_empty(l->user->value).n != 0;
}

/* YES: root for sure; MAYBE: root unless something that cannot be seen helps; NO. */
static enum answer stays_root(const struct launch *l)
{
	/* What a run says itself is user-override-root's to judge. */
	if (l->user->layer == LAYER_RUN && l->user->know == FACT_SET)
		return ANSWER_NO;
	if (l->runs_as == RUNS_AS_ROOT)
		return is_left_to_build(l) ? ANSWER_MAYBE : ANSWER_YES;
	if (l->runs_as != RUNS_AS_UNKNOWN)
		return ANSWER_NO;
	/* It starts as root; whether the entrypoint gives that up cannot be told. */
	return l->user->know != FACT_UNKNOWN &&
			identity_is_root(&l->identity) == ANSWER_YES
		? ANSWER_MAYBE
		: ANSWER_NO;
}

static void say_consequence(struct audit *audit, struct finding *f)
{
	finding_consequence(audit, f,
		"Whoever breaks into %.*s owns the whole container and is one flaw of the "
		"kernel or the engine away from the host; files that it writes to a "
		"mounted folder belong to root there.",
		STR_ARG(advice_program(audit)));
}

/* The spelling of USER when it does not read as root at once. */
static struct str because(struct audit *audit, const struct launch *l)
{
	struct str spec = STR_NONE;

	(void)fact_str(audit->arena, l->user, &spec);
	if (is_left_to_build(l))
		return arena_printf(audit->arena,
			"`USER %.*s` is then `%.*s`, and that means root (%.*s)",
			STR_ARG(span_str(l->user->span)),
			STR_ARG(spec.n ? spec : STR("USER")),
			STR_ARG(value_why_empty(l->user->value)));
	if (!spec.n)
		return STR("an empty USER means root");
	if (str_starts(spec, STR("root")))
		return arena_printf(
			audit->arena, "this line says `USER %.*s`", STR_ARG(spec));
	return arena_printf(audit->arena,
		"`USER %.*s` means the user with the number 0, and that is root",
		STR_ARG(spec));
}

static void say_root(
	struct audit *audit, struct finding *f, enum answer verdict, struct str reason)
{
	const struct launch *l = &audit->workload->launch;

	f->verdict = verdict;
	f->chain = l->user;
	if (verdict == ANSWER_YES)
		finding_message(audit, f, "The container runs as root, because %.*s.",
			STR_ARG(reason));
	else if (is_left_to_build(l))
		finding_message(audit, f,
			"A build that gives no value makes a container that runs as root: "
			"%.*s.",
			STR_ARG(reason));
	else
		finding_message(audit, f,
			"The container starts as root, because %.*s, and may stay so: "
			"%.*s.",
			STR_ARG(reason), STR_ARG(l->why));
	say_consequence(audit, f);
	finding_help(audit, f, "%.*s%.*s", STR_ARG(advice_switch_user(audit)),
		STR_ARG(is_written(l) ? STR_NONE : advice_rootless_sibling(audit)));
	finding_evidence(audit, f, "root");
	if (audit->facts.candidate)
		finding_related(audit, f, audit->facts.candidate->span,
			"the account `%.*s` is made here",
			STR_ARG(audit->facts.candidate->name));
}

void check_user_root(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	enum answer verdict = stays_root(l);

	if (verdict == ANSWER_NO || !is_written(l))
		return;
	say_root(audit, finding_add(audit, l->user->span), verdict, because(audit, l));
}

/* "no USER line", "neither a USER line nor `user:`", "no `user:`" */
static const char *nothing_written(const struct workload *w)
{
	bool is_line = w->run && w->run->source == RUN_BY_LINE;

	if (!w->run)
		return "no USER line";
	if (!w->stage)
		return is_line ? "no `--user`" : "no `user:`";
	return is_line ? "neither a USER line nor `--user`"
		       : "neither a USER line nor `user:`";
}

static struct str nobody_says(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const char *nothing = nothing_written(w);

	if (!w->stage && w->base)
		return arena_printf(audit->arena,
			"the image %.*s starts so and %s says otherwise",
			STR_ARG(w->base->reference), nothing);
	if (!w->base || w->user->know != FACT_SET)
		return arena_printf(audit->arena, "%s says otherwise", nothing);
	return arena_printf(audit->arena,
		"the base image %.*s says so and %s says otherwise",
		STR_ARG(w->base->reference), nothing);
}

void check_user_missing(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	enum answer verdict = stays_root(l);

	if (verdict == ANSWER_NO || is_written(l))
		return;
	say_root(audit, finding_add(audit, workload_anchor(audit->workload)), verdict,
		nobody_says(audit));
}

/* The account that a USER line names, when only the unknown base could have it. */
static bool names_account_of_unknown_base(const struct launch *l)
{
	return l->runs_as == RUNS_AS_USER && is_written(l) &&
		l->identity.is_valid == ANSWER_MAYBE && !l->identity.account &&
		l->identity.problem == IDENTITY_NO_USER;
}

static bool is_left_to_base(const struct launch *l)
{
	return l->runs_as == RUNS_AS_UNKNOWN && l->user->know == FACT_UNKNOWN;
}

/* What is not known: the base's own USER, or what a USER line takes from the base. */
static struct str what_is_left(struct audit *audit, const struct launch *l)
{
	if (!is_written(l))
		return arena_printf(
			audit->arena, "%s says it", nothing_written(audit->workload));
	return arena_printf(audit->arena, "`USER %.*s` depends on it",
		STR_ARG(span_str(l->user->span)));
}

static const char *or_write(const struct workload *w)
{
	if (w->stage || !w->run)
		return ", or write a USER line with a number: `USER 1777:1777`";
	return w->run->source == RUN_BY_LINE
		? ", or say a number: `--user 1777:1777`"
		: ", or say a number: `user: \"1777:1777\"`";
}

void check_user_base_unknown(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct launch *l = &w->launch;
	const struct base_image *base = w->base;
	struct finding *f;

	if (!base || base->know != FACT_UNKNOWN)
		return;
	/* No uid runs there, so there is nothing to give advice about. */
	if (str_eq(base->family, BASE_WINDOWS))
		return;
	if (!is_left_to_base(l) && !names_account_of_unknown_base(l))
		return;
	/* user-created-unused says it better: it knows whom to switch to. */
	if (is_left_to_base(l) && !is_written(l) && audit->facts.candidate)
		return;
	f = finding_add(audit, base->span.file ? base->span : workload_anchor(w));
	f->verdict = ANSWER_MAYBE;
	f->chain = l->user;
	if (is_left_to_base(l))
		finding_message(audit, f,
			"Who the container runs as cannot be told: %.*s, and %.*s.",
			STR_ARG(what_is_left(audit, l)), STR_ARG(base->why));
	else
		finding_message(audit, f,
			"Whether the account `%.*s` exists cannot be told: nothing here "
			"makes it, and %.*s.",
			STR_ARG(l->identity.name), STR_ARG(base->why));
	finding_consequence(audit, f,
		is_left_to_base(l)
			? "Most images run as root when nobody says otherwise."
			: "Without it the engine refuses to start the container.");
	finding_help(audit, f,
		"Give oakum a row about this image with `--images FILE`%s.",
		is_left_to_base(l) ? or_write(w) : "");
	finding_evidence(audit, f, "%.*s", STR_ARG(base->reference));
}

/* Does anything but its own making name the account: chown, su, COPY --chown …? */
static bool is_used(struct audit *audit, const struct account *user)
{
	vec_each (const struct step *, step, &audit->facts.steps) {
		struct owner owner;

		vec_each (struct identity_use, use, &(*step)->notes.uses)
			if (str_eq(use->text, user->name))
				return true;
		if (advice_copy_owner(audit, *step, &owner) &&
			str_eq(owner.user, user->name))
			return true;
	}
	return false;
}

static bool may_be_the_runner(const struct launch *l, const struct account *user)
{
	if (str_eq(l->identity.name, user->name))
		return true;
	if (l->identity.uid.know != FACT_SET || user->uid.know != FACT_SET)
		return true;
	return l->identity.uid.n == user->uid.n;
}

static void say_unused(struct audit *audit, const struct account *user)
{
	const struct launch *l = &audit->workload->launch;
	struct finding *f = finding_add(audit, user->span);

	finding_evidence(audit, f, "%.*s", STR_ARG(user->name));
	if (l->runs_as == RUNS_AS_UNKNOWN) {
		f->verdict = ANSWER_MAYBE;
		finding_message(audit, f,
			"The account `%.*s` is made, but no USER line switches to it, "
			"and %.*s.",
			STR_ARG(user->name), STR_ARG(l->why));
		finding_consequence(audit, f,
			"If that image runs as root, %.*s does too, and the account "
			"protects nothing.",
			STR_ARG(advice_program(audit)));
		finding_help(audit, f, "%.*s", STR_ARG(advice_switch_user(audit)));
		return;
	}
	f->severity = SEVERITY_LOW;
	finding_message(audit, f,
		"The account `%.*s` is made, but the container runs as %.*s.",
		STR_ARG(user->name),
		STR_ARG(value_display(audit->arena, l->user->value)));
	finding_consequence(audit, f,
		"What was prepared for `%.*s` is of no use to %.*s.",
		STR_ARG(user->name), STR_ARG(advice_program(audit)));
	finding_help(audit, f, "Write `USER %.*s`, or drop the account.",
		STR_ARG(advice_spec(audit, user)));
}

void check_user_created_unused(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	const struct account *candidate = audit->facts.candidate;

	/* Who says it at the start means it so. */
	if (l->user->layer == LAYER_RUN)
		return;
	if (is_left_to_base(l) && !is_written(l) && candidate &&
		candidate->exists == ANSWER_YES) {
		say_unused(audit, candidate);
		return;
	}
	/* A run that names another user is compose-user-vs-image-user's to judge. */
	if (l->runs_as != RUNS_AS_USER || l->user->layer == LAYER_RUN)
		return;
	vec_each (const struct account *, u, &audit->facts.made)
		if ((*u)->exists == ANSWER_YES && !(*u)->is_system &&
			!may_be_the_runner(l, *u) && !is_used(audit, *u))
			say_unused(audit, *u);
}

static void say_drop(struct audit *audit, struct finding *f)
{
	const struct drop *d = &audit->workload->launch.drop;
	struct arena *a = audit->arena;

	/* The tables know of some bases that they do it, not with what. */
	finding_message(audit, f,
		"The container starts as root, and its entrypoint gives that up%.*s%.*s.",
		STR_ARG(d->to.n ? arena_printf(
					  a, " for the account `%.*s`", STR_ARG(d->to))
				: STR("")),
		STR_ARG(d->tool.n ? arena_printf(a, " with %.*s", STR_ARG(d->tool))
				  : STR("")));
}

void check_privilege_drop_entrypoint(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct drop *d = &w->launch.drop;
	struct finding *f;

	if (w->launch.runs_as != RUNS_AS_ROOT_THEN_DROPS)
		return;
	f = finding_add(audit, d->span.file ? d->span : workload_anchor(w));
	f->chain = w->launch.user;
	say_drop(audit, f);
	finding_consequence(audit, f,
		"Only the few steps before it have the powers of root; it needs the "
		"capabilities SETUID and SETGID for that (and CHOWN where it prepares "
		"folders), so a run that drops every capability does not start.");
	finding_help(audit, f,
		"Keep it: %s would switch these steps off. Where all folders are "
		"prepared before, %s is the better way.",
		advice_user_line(audit), advice_user_line(audit));
	finding_evidence(audit, f, "%.*s %.*s", STR_ARG(d->tool), STR_ARG(d->to));
}
