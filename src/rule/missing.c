/*
 * Names without an account: four rules of users and groups, and one of groups alone.
 *
 * A name that is missing in several places is one mistake: the first place has the
 * finding, the others are told in it.
 */
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/names.h"
#include "rule/run_advice.h"

static const char *kind_of(const struct name_use *use)
{
	return use->is_group ? "group" : "user";
}

static bool is_same_mistake(const struct name_use *a, const struct name_use *b)
{
	return a->reason == b->reason && a->is_group == b->is_group &&
		str_eq(a->name, b->name);
}

static bool is_first(const struct name_uses *uses, const struct name_use *use)
{
	for (const struct name_use *u = uses->at; u < use; u++)
		if (is_same_mistake(u, use))
			return false;
	return true;
}

/* What comes of it depends on who needs the name. */
static struct str consequence(struct audit *audit, const struct name_use *use)
{
	if (!use->step)
		return arena_printf(audit->arena,
			"The engine refuses to start %.*s: it looks the %s up in the "
			"image and does not find it.",
			STR_ARG(advice_program(audit)), kind_of(use));
	if (str_eq(use->by, STR("USER")))
		return arena_printf(audit->arena,
			"The build stops at the RUN on line %u, which runs as this %s.",
			span_start(use->step->span).line, kind_of(use));
	return STR("The build stops here.");
}

/* Says it of every place, in the words of the one that comes first. */
static struct finding *add_missing(struct audit *audit, const struct name_use *use)
{
	const struct name_uses *uses = audit->facts.missing;
	struct finding *f = finding_add(audit, use->span);
	struct str so = consequence(audit, use);

	f->verdict = use->certain;
	finding_evidence(audit, f, "%s %.*s", kind_of(use), STR_ARG(use->name));
	finding_consequence(audit, f, "%.*s", STR_ARG(so));
	vec_each (const struct name_use, other, uses) {
		if (other <= use || !is_same_mistake(use, other))
			continue;
		f->verdict = answer_or(f->verdict, other->certain);
		if (other->span.offset == use->span.offset)
			continue;
		finding_related(
			audit, f, other->span, "%.*s names it too", STR_ARG(other->by));
	}
	return f;
}

/* One call of say a mistake of that reason. */
static void each_mistake(struct audit *audit, enum missing reason, bool groups_only,
	void (*say)(struct audit *audit, const struct name_use *use))
{
	vec_each (const struct name_use, use, audit->facts.missing)
		if (use->reason == reason && (!groups_only || use->is_group) &&
			is_first(audit->facts.missing, use))
			say(audit, use);
}

static void say_not_created(struct audit *audit, const struct name_use *use)
{
	const struct account *made = audit->facts.candidate;
	struct finding *f;

	if (use->is_group)
		return;
	f = add_missing(audit, use);
	finding_message(audit, f, "%.*s names the user `%.*s`, which nobody creates.",
		STR_ARG(use->by), STR_ARG(use->name));
	if (!made)
		finding_help(audit, f,
			"Create `%.*s` in a RUN above this line, or write a number: a "
			"number needs no account.",
			STR_ARG(use->name));
	else
		finding_help(audit, f,
			"The file creates `%.*s`%.*s: write that name here, or give it "
			"the name `%.*s` there.",
			STR_ARG(made->name), STR_ARG(advice_line(audit, made->span)),
			STR_ARG(use->name));
	if (made)
		finding_related(audit, f, made->span, "`%.*s` is created here",
			STR_ARG(made->name));
}

void check_user_not_created(struct audit *audit)
{
	each_mistake(audit, MISSING_NOWHERE, false, say_not_created);
}

static void say_too_late(struct audit *audit, const struct name_use *use)
{
	struct finding *f = add_missing(audit, use);

	finding_message(audit, f, "%.*s needs the %s `%.*s` before it is created%.*s.",
		STR_ARG(use->by), kind_of(use), STR_ARG(use->name),
		STR_ARG(advice_line(audit, use->made_at)));
	finding_help(audit, f, "Move the line that creates `%.*s` above this one.",
		STR_ARG(use->name));
	finding_related(audit, f, use->made_at, "`%.*s` is created only here",
		STR_ARG(use->name));
}

void check_user_created_too_late(struct audit *audit)
{
	each_mistake(audit, MISSING_LATER, false, say_too_late);
}

static void say_typo(struct audit *audit, const struct name_use *use)
{
	struct finding *f = add_missing(audit, use);

	finding_message(audit, f,
		"%.*s names the %s `%.*s`, which nobody creates; there is `%.*s`.",
		STR_ARG(use->by), kind_of(use), STR_ARG(use->name),
		STR_ARG(use->meant));
	finding_help(audit, f, "Write `%.*s`.", STR_ARG(use->meant));
}

void check_user_name_typo(struct audit *audit)
{
	each_mistake(audit, MISSING_TYPO, false, say_typo);
}

/* "1001:1001" of an account in the stage that made it, or empty. */
static struct str numbers_in(struct audit *audit, const struct name_use *use)
{
	const struct account *user;

	if (use->is_group ||
		accounts_find(use->made_in->end->accounts, use->name, &user) !=
			ANSWER_YES)
		return STR_NONE;
	if (user->uid.know != FACT_SET || user->gid.know != FACT_SET)
		return STR_NONE;
	return arena_printf(audit->arena, "%u:%u", user->uid.n, user->gid.n);
}

static void say_other_stage(struct audit *audit, const struct name_use *use)
{
	struct finding *f = add_missing(audit, use);
	struct str numbers = numbers_in(audit, use);
	struct str stage = use->made_in->name.n
		? arena_printf(audit->arena, "`%.*s`", STR_ARG(use->made_in->name))
		: arena_printf(audit->arena, "number %u", use->made_in->index);

	finding_message(audit, f,
		"The %s `%.*s` is created in the stage %.*s only, and accounts do not "
		"come along with COPY --from.",
		kind_of(use), STR_ARG(use->name), STR_ARG(stage));
	if (numbers.n)
		finding_help(audit, f,
			"Create it in this stage too, or write its numbers, which need "
			"no account: `%.*s`.",
			STR_ARG(numbers));
	else
		finding_help(
			audit, f, "Create it in this stage too, with the same number.");
	finding_related(
		audit, f, use->made_at, "`%.*s` is created here", STR_ARG(use->name));
}

void check_user_created_in_other_stage(struct audit *audit)
{
	each_mistake(audit, MISSING_STAGE, false, say_other_stage);
}

static void say_group_missing(struct audit *audit, const struct name_use *use)
{
	struct finding *f = add_missing(audit, use);

	f->severity = SEVERITY_HIGH; /* nothing works without it */
	finding_message(audit, f, "%.*s names the group `%.*s`, which nobody creates.",
		STR_ARG(use->by), STR_ARG(use->name));
	finding_help(audit, f,
		"Create it in a RUN above this line (`groupadd`, or `addgroup` on "
		"Alpine), or write a number: a number needs no group.");
}

/* A primary group without a line works, but has no name. */
static void check_primary_group(struct audit *audit)
{
	const struct account *user = advice_service_account(audit);
	const struct account_group *group;
	struct finding *f;

	if (!user || user->gid.know != FACT_SET || user->gid.n == 0 ||
		accounts_find_gid(audit->workload->accounts, user->gid.n, &group) !=
			ANSWER_NO)
		return;
	f = finding_add(audit, user->gid.span.file ? user->gid.span : user->span);
	f->severity = SEVERITY_LOW;
	finding_message(audit, f,
		"The account `%.*s` has the group %u, and no group has that number.",
		STR_ARG(user->name), user->gid.n);
	finding_consequence(audit, f,
		"It runs, but tools that look the group up by name fail or complain "
		"(`cannot find name for group ID %u`).",
		user->gid.n);
	finding_help(audit, f, "Create the group first: `groupadd --gid %u %.*s`.",
		user->gid.n, STR_ARG(user->name));
	finding_evidence(audit, f, "primary %.*s", STR_ARG(user->name));
}

void check_user_group_missing(struct audit *audit)
{
	each_mistake(audit, MISSING_NOWHERE, true, say_group_missing);
	check_primary_group(audit);
}

/*
 * The groups that a user was put in, beside gid; empty when there are none. What a tool
 * does unasked (Debian's adduser puts everybody into `users`) stands at the name of the
 * account itself.
 */
static struct str groups_beside(struct audit *audit, const struct account *user,
	struct id gid, struct span *joined_at)
{
	const struct accounts *db = audit->workload->accounts;
	struct membership_list all = accounts_memberships(audit->arena, db);
	struct str names = STR_NONE;

	vec_each (const struct membership *, m, &all) {
		const struct account_group *group;

		if (!str_eq((*m)->user, user->name) || !(*m)->span.file ||
			(*m)->span.offset == user->span.offset)
			continue;
		(void)accounts_find_group(db, (*m)->group, &group);
		if (group && group->gid.know == FACT_SET && gid.know == FACT_SET &&
			group->gid.n == gid.n)
			continue;
		*joined_at = (*m)->span;
		names = arena_printf(audit->arena, "%.*s%s`%.*s`", STR_ARG(names),
			names.n ? ", " : "", STR_ARG((*m)->group));
	}
	return names;
}

void check_user_group_drops_supplementary(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	struct span joined_at = SPAN_NONE;
	struct str spec, lost;
	struct owner o;
	struct finding *f;

	if (l->runs_as != RUNS_AS_USER || !l->identity.account ||
		!fact_str(audit->arena, l->user, &spec))
		return;
	o = advice_owner(l->user->value, spec, l->user->span);
	if (!o.group.n || !l->user->span.file)
		return;
	lost = groups_beside(audit, l->identity.account, l->identity.gid, &joined_at);
	if (!lost.n)
		return;
	f = finding_add(audit, o.group_span);
	finding_message(audit, f,
		"%.*s names a group, so the account loses its other groups: %.*s.",
		STR_ARG(run_advice_user(audit, l->user, spec)), STR_ARG(lost));
	finding_consequence(audit, f,
		"%.*s cannot reach what those groups open, although the account is a "
		"member of them.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Write %.*s: without a group the engine takes all of them.",
		STR_ARG(run_advice_user(audit, l->user, o.user)));
	finding_related(audit, f, joined_at, "it joins a group here");
	finding_evidence(audit, f, "%.*s", STR_ARG(lost));
}
