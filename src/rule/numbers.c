/*
 * The numbers behind the names: uid and gid of who runs, and of what is created.
 */
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/run_advice.h"

enum {
	APPLICATION_FIRST = 1000, /* what lies below is the system's (login.defs(5)) */
};

/* A USER line, or what a run says, that the engine accepts: its parts. */
static bool written_user(struct audit *audit, struct owner *o)
{
	const struct launch *l = &audit->workload->launch;
	struct str spec;

	if (l->runs_as != RUNS_AS_USER || l->user->layer < LAYER_BUILD ||
		!l->user->span.file || !fact_str(audit->arena, l->user, &spec))
		return false;
	*o = advice_owner(l->user->value, spec, l->user->span);
	return true;
}

/* The account that matters when this file makes it and nobody chose its number. */
static const struct account *numberless_account(const struct audit *audit)
{
	const struct account *user = advice_service_account(audit);

	return user && !user->uid.is_chosen && user->span.file ? user : NULL;
}

void check_user_not_numeric(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	struct finding *f;
	struct str spec;
	struct owner o;
	int64_t n;

	/* A pod has no service's `user:`; it is the image that Kubernetes asks. */
	if (!written_user(audit, &o) || l->user->layer != LAYER_BUILD ||
		user_spec_number(o.user, &n))
		return;
	/* Users of Windows have no numbers. */
	if (audit->workload->base &&
		str_eq(audit->workload->base->family, BASE_WINDOWS))
		return;
	/* There is no number to write yet; user-uid-not-fixed asks for both at once. */
	if (numberless_account(audit))
		return;
	f = finding_add(audit, l->user->span);
	finding_message(
		audit, f, "USER is the name `%.*s` and not a number.", STR_ARG(o.user));
	finding_consequence(audit, f,
		"A Kubernetes pod with `runAsNonRoot` refuses to start %.*s, because it "
		"cannot tell a name from root.",
		STR_ARG(advice_program(audit)));
	spec = l->identity.account ? advice_spec(audit, l->identity.account) : o.user;
	if (!str_eq(spec, o.user))
		finding_help(audit, f, "Write `USER %.*s`.", STR_ARG(spec));
	else
		finding_help(audit, f,
			"Give the account a number where it is created (`--uid 1777`, or "
			"`-u 1777` on Alpine) and write that number here.");
	finding_evidence(audit, f, "%.*s", STR_ARG(o.user));
}

/* The option that fixes the uid, as the tool that made the account spells it. */
static const char *uid_option(const struct audit *audit, const struct account *user)
{
	const struct stage *stage = audit->workload->stage;

	if (user->made_by && command_is(user->made_by, STR("adduser")) && stage &&
		advice_has_tool(stage->base, STR("busybox")))
		return "-u";
	return "--uid";
}

void check_user_uid_not_fixed(struct audit *audit)
{
	const struct account *user = numberless_account(audit);
	struct finding *f;
	uint32_t number;

	if (!user)
		return;
	number = advice_free_id(audit);
	f = finding_add(audit, user->span);
	f->verdict = user->exists;
	finding_message(audit, f,
		"The account `%.*s` gets whatever user number is free at the build.",
		STR_ARG(user->name));
	if (audit->workload->launch.runs_as == RUNS_AS_ROOT) {
		/* Nothing runs as it yet: user-missing is what to repair first. */
		f->severity = SEVERITY_LOW;
		finding_consequence(audit, f,
			"Files in volumes and mounted folders belong to the number and not "
			"to the name: who switches to this account may lose its data with "
			"the next change of the base image.");
	} else {
		finding_consequence(audit, f,
			"Files in volumes and mounted folders belong to the number and not "
			"to the name: after a change of the base image %.*s may be locked "
			"out of its own data. A Kubernetes pod with `runAsNonRoot` wants a "
			"number in USER anyway.",
			STR_ARG(advice_program(audit)));
	}
	if (audit->workload->launch.runs_as == RUNS_AS_USER)
		finding_help(audit, f,
			"Choose the number: add `%s %u`, and name it too where it is chosen "
			"to run: %.*s.",
			uid_option(audit, user), number,
			STR_ARG(run_advice_user(audit, audit->workload->launch.user,
				arena_printf(audit->arena, "%u", number))));
	else
		finding_help(audit, f, "Choose the number: add `%s %u`.",
			uid_option(audit, user), number);
	finding_evidence(audit, f, "%.*s", STR_ARG(user->name));
}

/* Broken: the engine takes numbers from 0 to 2147483647 only. */
static void check_range(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	struct finding *f;

	if (l->runs_as != RUNS_NOT_AT_ALL || l->identity.problem != IDENTITY_RANGE)
		return;
	f = finding_add(audit,
		l->user->span.file ? l->user->span : workload_anchor(audit->workload));
	f->severity = SEVERITY_HIGH;
	finding_message(
		audit, f, "%.*s", STR_ARG(advice_sentence(audit, l->identity.why)));
	finding_consequence(audit, f, "The engine refuses to start %.*s.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f, "Choose a smaller number, such as %.*s.",
		STR_ARG(run_advice_user(audit, l->user, STR("1777:1777"))));
	finding_evidence(audit, f, "range");
}

void check_user_uid_reserved(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	const struct id *uid = &l->identity.uid;
	struct finding *f;

	check_range(audit);
	if (l->runs_as != RUNS_AS_USER || l->user->layer < LAYER_BUILD ||
		uid->know != FACT_SET || uid->n >= APPLICATION_FIRST ||
		l->identity.has_account == ANSWER_MAYBE)
		return;
	/* The base's authors chose theirs; one that nobody chose is another rule's. */
	if (l->identity.account && !l->identity.account->uid.is_chosen)
		return;
	f = finding_add(audit, uid->span.file ? uid->span : l->user->span);
	finding_message(audit, f,
		"The user number %u is below %d, in the range of the system's own "
		"services.",
		uid->n, APPLICATION_FIRST);
	finding_consequence(audit, f,
		"On the host the same number may belong to a service, which then owns the "
		"files that %.*s writes to a mounted folder.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f, "Take a number from 10000 on, such as %u.",
		advice_free_id(audit));
	finding_evidence(audit, f, "%u", uid->n);
}

/* What stands there already, and what to write instead. */
static void say_taken(struct audit *audit, const struct account_problem *p)
{
	struct finding *f = finding_add(audit, p->span);
	uint32_t free_id = advice_free_id(audit);

	f->verdict = p->is_certain;
	if (p->kind == PROBLEM_NAME_TAKEN)
		finding_message(audit, f, "A %s `%.*s` exists already%.*s.",
			p->is_group ? "group" : "user", STR_ARG(p->name),
			STR_ARG(p->other_span.file ? advice_line(audit, p->other_span)
						   : STR(" in the base image")));
	else
		finding_message(audit, f, "The %s number %u belongs to `%.*s` already.",
			p->kind == PROBLEM_GID_TAKEN ? "group" : "user", p->number,
			STR_ARG(p->other));
	finding_consequence(
		audit, f, "`%.*s` fails and the build stops here.", STR_ARG(p->tool));
	if (p->kind == PROBLEM_NAME_TAKEN)
		finding_help(audit, f,
			"Drop this command and use the one that exists, "
			"or choose another name.");
	else
		finding_help(audit, f,
			"Take a free number, such as %u, or use the `%.*s` that exists.",
			free_id, STR_ARG(p->other));
	if (p->other_span.file)
		finding_related(audit, f, p->other_span, "it is taken here");
	finding_evidence(audit, f, "%.*s %u %.*s", STR_ARG(p->name), p->number,
		STR_ARG(p->other));
}

static bool is_taken(const struct account_problem *p)
{
	return p->kind == PROBLEM_UID_TAKEN || p->kind == PROBLEM_GID_TAKEN ||
		p->kind == PROBLEM_NAME_TAKEN;
}

/* `grep -q app /etc/group || groupadd app`: its author looked before. */
static bool looked_before(const struct account_problem *p)
{
	const struct guard *guard = p->command->guard;

	return p->is_certain == ANSWER_MAYBE && guard && !guard->if_succeeds;
}

void check_user_uid_collides(struct audit *audit)
{
	vec_each (const struct step *, step, &audit->facts.needed)
		vec_each (const struct account_problem, p, &(*step)->notes.problems)
			if (is_taken(p) && !p->is_tolerated && !looked_before(p) &&
				p->is_certain != ANSWER_NO)
				say_taken(audit, p);
}

/* `USER 1001` of nobody: group 0 came in unasked. `USER 1001:0` asks for it. */
void check_user_gid_root(struct audit *audit)
{
	const struct launch *l = &audit->workload->launch;
	struct finding *f;
	struct owner o;

	if (!written_user(audit, &o) || l->identity.gid.know != FACT_SET ||
		l->identity.gid.n != 0)
		return;
	if (!o.group.n && l->identity.account && l->identity.account->is_from_base)
		return;
	f = finding_add(audit, o.group.n ? o.group_span : l->user->span);
	finding_consequence(audit, f,
		"What the group `root` may use, %.*s may use too, in the image and in "
		"mounted folders.",
		STR_ARG(advice_program(audit)));
	finding_evidence(audit, f, "%.*s", STR_ARG(o.user));
	if (o.group.n) {
		f->severity = SEVERITY_INFO;
		finding_message(
			audit, f, "The group of the process is 0, the group root.");
		finding_help(audit, f,
			"OpenShift wants it so, for images that give the group the rights "
			"of the owner (`chmod g=u`). Elsewhere write a group of its own.");
		return;
	}
	if (l->identity.account)
		finding_message(audit, f,
			"The account `%.*s` has the group 0, the group root.",
			STR_ARG(l->identity.name));
	else
		finding_message(audit, f,
			"%.*s names no group and no account has this number, so the group "
			"is 0, the group root.",
			STR_ARG(run_advice_user(audit, l->user, o.user)));
	finding_help(audit, f, "Write the group too: %.*s.",
		STR_ARG(run_advice_user(audit, l->user,
			arena_printf(audit->arena, "%.*s:%.*s", STR_ARG(o.user),
				STR_ARG(l->identity.account ? STR("GROUP")
							    : o.user)))));
}
