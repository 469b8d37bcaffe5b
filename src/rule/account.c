/*
 * How an account is made: its shell, its home, its password, its way back to root, and
 * whether the tool that makes it works on this base at all.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"

/* Shells that refuse to log in (nologin(8), false(1)). */
static bool refuses_login(struct str shell)
{
	struct str name = path_base(shell);

	return str_eq(name, STR("nologin")) || str_eq(name, STR("false"));
}

void check_user_login_shell(struct audit *audit)
{
	const struct account *user = advice_service_account(audit);
	struct finding *f;

	if (!user || !user->shell.n || refuses_login(user->shell) || !user->span.file)
		return;
	/* Who sets a password means to log in; user-password-set says what is wrong. */
	if (user->password == PASSWORD_SET)
		return;
	f = finding_add(audit, user->span);
	f->verdict = user->exists;
	finding_message(audit, f, "The account `%.*s` has the login shell `%.*s`.",
		STR_ARG(user->name), STR_ARG(user->shell));
	finding_consequence(audit, f,
		"Nobody has to log in to run %.*s; a shell only helps those who break "
		"in through `su`, `ssh` or cron.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Give it `%.*s` as its shell (`--shell`, or `-s` on "
		"Alpine).",
		STR_ARG(advice_nologin(audit)));
	finding_evidence(audit, f, "%.*s", STR_ARG(user->name));
}

static bool is_below(struct str path, struct str folder)
{
	return str_starts(path, folder) &&
		(path.n == folder.n || path.p[folder.n] == '/');
}

static bool holds(struct audit *audit, struct value value, struct str home)
{
	struct str s = value_display(audit->arena, value);

	return str_find_str(s, home) < s.n;
}

static bool step_uses_home(
	struct audit *audit, const struct step *step, const struct account *user)
{
	struct str path;

	if (step->kind == STEP_WORKDIR && value_str(audit->arena, step->value, &path) &&
		is_below(path, user->home))
		return true;
	if (step->copy && holds(audit, step->copy->target.value, user->home))
		return true;
	vec_each (struct command *const, c, &step->commands) {
		if (*c == user->made_by)
			continue;
		vec_each (const struct word, word, &(*c)->argv)
			if (holds(audit, word->value, user->home) ||
				holds(audit, word->value, STR("~")))
				return true;
	}
	return false;
}

static bool uses_home(struct audit *audit, const struct account *user)
{
	const struct workload *w = audit->workload;

	for (const struct binding *b = w->env; b; b = b->older)
		if (holds(audit, b->fact->value, user->home))
			return true;
	vec_each (const struct step *, step, &audit->facts.steps)
		if (step_uses_home(audit, *step, user))
			return true;
	return false;
}

/*
 * Only for an account that its author calls a service, by a shell that refuses: people
 * and notebooks need their home. What a program writes at run time cannot be seen here.
 */
void check_user_home_created(struct audit *audit)
{
	const struct account *user = advice_service_account(audit);
	struct finding *f;

	if (!user || !user->makes_home || !user->home.n || !user->span.file ||
		!refuses_login(user->shell) || uses_home(audit, user))
		return;
	f = finding_add(audit, user->span);
	f->verdict = ANSWER_MAYBE;
	finding_message(audit, f,
		"The account `%.*s` gets the home folder `%.*s`, and nothing in this file "
		"uses it.",
		STR_ARG(user->name), STR_ARG(user->home));
	finding_consequence(audit, f,
		"It is one more place that %.*s can write to; but libraries that keep a "
		"cache in the home need it.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"If nothing writes there at run time, make none: `--no-create-home`, or "
		"`-H` on Alpine. Otherwise keep it and say so with `ENV HOME=%.*s`.",
		STR_ARG(user->home));
	finding_evidence(audit, f, "%.*s", STR_ARG(user->name));
}

/* One call of say an act of the final image. */
static void each_act(
	struct audit *audit, void (*say)(struct audit *audit, const struct act *act))
{
	vec_each (const struct step *, step, &audit->facts.steps)
		vec_each (const struct act, act, &(*step)->notes.acts)
			if (act->happens != ANSWER_NO)
				say(audit, act);
}

static struct finding *add_act(struct audit *audit, const struct act *act)
{
	struct finding *f = finding_add(audit, act->span);

	f->verdict = act->happens;
	finding_evidence(audit, f, "%d %.*s %.*s", (int)act->kind,
		STR_ARG(act->subject), STR_ARG(act->detail));
	return f;
}

/*
 * "the account `x`", or "an account" when its name is not known; in sudoers(5) a '%' makes
 * it a group and ALL is everybody.
 */
static struct str whom(struct audit *audit, const struct act *act)
{
	bool is_rule = act->kind == ACT_NOPASSWD || act->kind == ACT_SUDOERS;

	if (!act->subject.n)
		return STR("an account");
	if (is_rule && str_eq(act->subject, STR("ALL")))
		return STR("every account");
	if (is_rule && str_starts(act->subject, STR("%")))
		return arena_printf(audit->arena, "everybody in the group `%.*s`",
			STR_ARG(str_from(act->subject, 1)));
	return arena_printf(audit->arena, "the account `%.*s`", STR_ARG(act->subject));
}

/* The password itself is never shown. */
static void say_password(struct audit *audit, const struct act *act)
{
	struct finding *f;

	if (act->kind != ACT_PASSWORD && act->kind != ACT_PASSWORD_OFF)
		return;
	f = add_act(audit, act);
	finding_evidence(audit, f, "%d %.*s", (int)act->kind, STR_ARG(act->subject));
	if (act->kind == ACT_PASSWORD) {
		finding_message(audit, f,
			"A password for %.*s is baked into the image.",
			STR_ARG(whom(audit, act)));
		finding_consequence(audit, f,
			"Everybody who can pull the image can read it in its history or "
			"guess it from its hash, and all its containers share it.");
	} else {
		finding_message(audit, f, "The password of %.*s is taken away.",
			STR_ARG(whom(audit, act)));
		finding_consequence(audit, f,
			"Everybody in the container can become that account without a "
			"password.");
	}
	finding_help(audit, f,
		"Drop the line: a container needs no password, neither to run nor to be "
		"entered with `docker exec`. Change the password where else it was used.");
}

void check_user_password_set(struct audit *audit)
{
	each_act(audit, say_password);
}

static struct str way_to_root(struct audit *audit, const struct act *act)
{
	struct str who = whom(audit, act);

	switch (act->kind) {
	case ACT_NOPASSWD:
		return arena_printf(audit->arena,
			"A sudo rule without password lets %.*s become root",
			STR_ARG(who));
	case ACT_SUDOERS:
		return arena_printf(audit->arena, "A sudo rule lets %.*s become root",
			STR_ARG(who));
	case ACT_ADMIN_GROUP:
		return arena_printf(audit->arena,
			"The group `%.*s` lets %.*s become root", STR_ARG(act->detail),
			STR_ARG(who));
	case ACT_ROOT_ALIAS:
		return advice_sentence(audit,
			arena_printf(audit->arena,
				"%.*s has the user number 0 and so is root",
				STR_ARG(who)));
	default:
		return STR_NONE;
	}
}

/* Does the container run as an account that this is not about? */
static bool is_of_another(const struct audit *audit, const struct act *act)
{
	const struct workload *w = audit->workload;
	const struct identity *id = &w->launch.identity;
	const struct account *subject = NULL;

	return w->launch.runs_as == RUNS_AS_USER && w->accounts &&
		id->uid.know == FACT_SET &&
		accounts_find(w->accounts, act->subject, &subject) == ANSWER_YES &&
		subject &&
		(subject->uid.know == FACT_SET
				? subject->uid.n != id->uid.n
				: id->name.n && !str_eq(subject->name, id->name));
}

static void say_sudoer(struct audit *audit, const struct act *act)
{
	struct str way = way_to_root(audit, act);
	struct finding *f;

	if (!way.n)
		return;
	f = add_act(audit, act);
	finding_message(audit, f, "%.*s", STR_ARG(advice_sentence(audit, way)));
	/* Who is root already gains nothing: then user-root is what to repair first. */
	if (audit->workload->launch.runs_as == RUNS_AS_ROOT) {
		f->severity = SEVERITY_MEDIUM;
		finding_consequence(audit, f,
			"A USER line that switches to it would protect nothing: it is one "
			"command away from root.");
	} else if (is_of_another(audit, act)) {
		f->severity = SEVERITY_MEDIUM;
		finding_consequence(audit, f,
			"%.*s does not run as it; but whoever comes to be it is one "
			"command away from root.",
			STR_ARG(advice_program(audit)));
	} else {
		finding_consequence(audit, f,
			"Whoever breaks into %.*s is one command away from root, as if "
			"there were no USER line.",
			STR_ARG(advice_program(audit)));
	}
	finding_help(audit, f,
		"Drop it. What needs root belongs in a RUN above the USER line; for a "
		"look inside there is `docker exec --user 0`.");
}

void check_user_sudoer(struct audit *audit)
{
	each_act(audit, say_sudoer);
}

/* One call of say a problem of that kind, with the base on which it arises. */
static void each_problem(struct audit *audit, enum account_problem_kind kind,
	void (*say)(struct audit *audit, const struct account_problem *p,
		const struct base_image *base))
{
	vec_each (const struct step *, step, &audit->facts.needed)
		vec_each (const struct account_problem, p, &(*step)->notes.problems) {
			if (p->kind != kind || p->is_tolerated ||
				p->is_certain == ANSWER_NO)
				continue;
			say(audit, p, step_stage(audit->workload, *step)->base);
		}
}

static struct finding *add_problem(struct audit *audit, const struct account_problem *p)
{
	struct finding *f = finding_add(audit, p->span);

	f->verdict = p->is_certain;
	finding_evidence(audit, f, "%.*s %.*s", STR_ARG(p->tool), STR_ARG(p->name));
	return f;
}

static void say_asked(struct audit *audit, const struct account_problem *p,
	const struct base_image *base)
{
	struct finding *f = add_problem(audit, p);
	bool is_busybox = advice_has_tool(base, STR("busybox"));

	finding_message(audit, f,
		"`%.*s` asks for a password here, and nobody answers.",
		STR_ARG(p->tool));
	finding_consequence(audit, f,
		"The build stops or waits here, or leaves an account that is half made.");
	finding_help(audit, f, "Add `%s`: nobody needs to log in.",
		is_busybox ? "-D" : "--disabled-password --gecos \"\"");
}

void check_user_password_disabled_missing(struct audit *audit)
{
	each_problem(audit, PROBLEM_PASSWORD_ASKED, say_asked);
}

static void say_tool_missing(struct audit *audit, const struct account_problem *p,
	const struct base_image *base)
{
	struct finding *f = add_problem(audit, p);
	bool is_busybox = advice_has_tool(base, STR("busybox"));

	finding_message(audit, f, "There is no `%.*s` in this base image%s%.*s%s.",
		STR_ARG(p->tool), p->family.n ? " (" : "", STR_ARG(p->family),
		p->family.n ? ")" : "");
	finding_consequence(audit, f, "The build stops here.");
	finding_help(audit, f,
		is_busybox
			? "Use the tools of Alpine: `addgroup -g 1777 app && adduser -D "
			  "-H -u 1777 -G app -s /sbin/nologin app`."
			: "Use `groupadd` and `useradd`, or install the package that has "
			  "the tool; where there is no shell, a number does: "
			  "`USER 1777:1777`.");
}

static void say_other_distro(struct audit *audit, const struct account_problem *p,
	const struct base_image *base)
{
	struct finding *f = add_problem(audit, p);
	bool is_busybox = advice_has_tool(base, STR("busybox"));

	finding_message(audit, f,
		"`%.*s` of this base image does not know `%.*s`; that is how %.*s "
		"writes it.",
		STR_ARG(p->tool), STR_ARG(p->name), STR_ARG(p->other));
	finding_consequence(audit, f, "The build stops here.");
	finding_help(audit, f, "Write it as this base does: `%s`.",
		is_busybox ? "adduser -D -H -u 1777 -s /sbin/nologin app"
			   : "adduser --disabled-password --gecos \"\" "
			     "--no-create-home --uid 1777 app");
}

void check_user_tool_wrong_distro(struct audit *audit)
{
	each_problem(audit, PROBLEM_TOOL_MISSING, say_tool_missing);
	each_problem(audit, PROBLEM_OTHER_DISTRO, say_other_distro);
}

static void say_huge_log(struct audit *audit, const struct account_problem *p,
	const struct base_image *base)
{
	struct finding *f = add_problem(audit, p);

	(void)base;
	finding_message(audit, f,
		"`%.*s` with the user number %u writes a log file with room for every "
		"number below it.",
		STR_ARG(p->tool), p->number);
	finding_consequence(audit, f,
		"The layer can grow by gigabytes, or the build fills the disk.");
	finding_help(audit, f, "Add `--no-log-init`, or take a smaller number.");
}

void check_useradd_high_uid_no_log_init(struct audit *audit)
{
	each_problem(audit, PROBLEM_HUGE_LOG, say_huge_log);
}

static void say_setuid(struct audit *audit, const struct act *act)
{
	struct finding *f;

	if (act->kind != ACT_SETUID && act->kind != ACT_SETGID)
		return;
	f = add_act(audit, act);
	finding_message(audit, f,
		"`%.*s` is made to run with the rights of its %s, whoever starts it.",
		STR_ARG(act->subject.n ? act->subject : STR("A file")),
		act->kind == ACT_SETUID ? "owner" : "group");
	finding_consequence(audit, f,
		"A mistake in it turns any user of the container into root; and under "
		"`no-new-privileges` it stops working.");
	finding_help(audit, f,
		"Drop the bit, and do what needs root in a RUN above the USER line.");
}

void check_setuid_in_image(struct audit *audit)
{
	each_act(audit, say_setuid);
}

static void say_file_capabilities(struct audit *audit, const struct act *act)
{
	struct finding *f;

	if (act->kind != ACT_FILE_CAPS)
		return;
	f = add_act(audit, act);
	finding_message(audit, f, "`%.*s` gets a power of root of its own%s%.*s%s.",
		STR_ARG(act->subject.n ? act->subject : STR("A file")),
		act->detail.n ? " (" : "", STR_ARG(act->detail),
		act->detail.n ? ")" : "");
	finding_consequence(audit, f,
		"Whoever starts it has that power; where the run drops the capability or "
		"sets `no-new-privileges`, it fails or does not even start.");
	finding_help(audit, f,
		"A port below 1024 needs no capability in current engines; for other "
		"needs give the capability to the run (`--cap-add`), where it can be "
		"seen.");
}

void check_file_capabilities_in_image(struct audit *audit)
{
	each_act(audit, say_file_capabilities);
}
