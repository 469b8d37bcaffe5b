/*
 * Steps in the wrong order: what needs root below USER, changes below a VOLUME.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"

/* ---- root-needed-after-user ---- */

/* Programs that only root may use for that; a blank word: whatever their words are. */
static const struct {
	struct str tool;
	const char *words; /* one of these must be among theirs; "": none need */
} needs[] = {
	{STR_INIT("addgroup"), ""},
	{STR_INIT("adduser"), ""},
	{STR_INIT("apk"), " add del upgrade update fix "},
	{STR_INIT("apt"), " install update upgrade remove purge full-upgrade "},
	{STR_INIT("apt-get"), " install update upgrade remove purge dist-upgrade "},
	{STR_INIT("aptitude"), " install update upgrade remove purge "},
	{STR_INIT("chpasswd"), ""},
	{STR_INIT("deluser"), ""},
	{STR_INIT("dnf"), " install update upgrade remove groupinstall "},
	{STR_INIT("dpkg"), " -i --install --configure --purge --remove "},
	{STR_INIT("groupadd"), ""},
	{STR_INIT("groupmod"), ""},
	{STR_INIT("ldconfig"), ""},
	{STR_INIT("locale-gen"), ""},
	{STR_INIT("microdnf"), " install update upgrade remove "},
	{STR_INIT("setcap"), ""},
	{STR_INIT("update-ca-certificates"), ""},
	{STR_INIT("useradd"), ""},
	{STR_INIT("userdel"), ""},
	{STR_INIT("usermod"), ""},
	{STR_INIT("yum"), " install update upgrade remove groupinstall "},
	{STR_INIT("zypper"), " install in update up remove rm refresh ref "},
};

/* Package tools and builds that write into the folder in which they run. */
static const struct {
	struct str tool;
	const char *words;
} cwd_writers[] = {
	{STR_INIT("bundle"), " install "},
	{STR_INIT("cargo"), " build install "},
	{STR_INIT("composer"), " install update require "},
	{STR_INIT("dotnet"), " build publish restore "},
	{STR_INIT("npm"), " install ci i "},
	{STR_INIT("pnpm"), " install i "},
	{STR_INIT("yarn"), " install add "},
};

/* A RUN that an ordinary user runs, and how to ask what that user may do in it. */
struct unprivileged {
	const struct step *step;
	struct access_asker asker;
	struct workload frame; /* the workload without its run: a build has no mounts */
	uint32_t uid;	       /* where is_known */
	bool is_known;	 /* false: a name of an unknown base, which is not root's */
	struct str user; /* as USER says it */
	size_t asked;
};

/* The first command that fails, and why; command NULL: none does. */
struct denial {
	const struct command *command;
	struct str needs;  /* "`apt-get install`", "to write `/opt`" */
	struct str why;	   /* a sentence without full stop; or empty */
	struct str folder; /* that the user should own; empty: root it must be */
};

/* Commands that are there to be asked, not to do something. */
static bool asks(const struct command *c)
{
	static const struct str names[] = {STR_INIT("["), STR_INIT("[["),
		STR_INIT("test"), STR_INIT("grep"), STR_INIT("which"),
		STR_INIT("command"), STR_INIT("getent"), STR_INIT("id"),
		STR_INIT("type"), STR_INIT("hash"), STR_INIT("false")};
	struct str name;

	if (!command_name(c, &name))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* In `a && b && c` all run; behind `||`, if, for and case it is not sure. */
static bool surely_runs(const struct command *c)
{
	for (const struct guard *g = c->guard; g; g = g->outer)
		if (!g->command || !g->if_succeeds || asks(g->command))
			return false;
	return !c->is_sudo && !c->as_user.value.n && !c->is_background;
}

/* Does something stand behind it for the case that it fails: `|| true`? */
static bool is_tolerated(const struct step *step, const struct command *c)
{
	vec_each (struct command *const, other, &step->commands)
		for (const struct guard *g = (*other)->guard; g; g = g->outer)
			if (g->command == c && !g->if_succeeds)
				return true;
	return false;
}

static bool has_one_of(struct audit *audit, const struct command *c, const char *words,
	struct str *found)
{
	for (size_t i = 1; i < c->argv.n; i++) {
		struct str word, padded;

		if (!value_str(audit->arena, c->argv.at[i].value, &word) || !word.n)
			continue;
		padded = arena_printf(audit->arena, " %.*s ", STR_ARG(word));
		if (str_find_str(str_c(words), padded) == strlen(words))
			continue;
		*found = word;
		return true;
	}
	return false;
}

/* "apt-get install" of a command that only root may use; empty: it is none. */
static struct str root_tool(struct audit *audit, const struct command *c)
{
	struct str name, word;

	if (!command_name(c, &name))
		return STR_NONE;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (!str_eq(name, needs[i].tool))
			continue;
		if (!*needs[i].words)
			return c->argv.n > 1 || str_eq(name, STR("ldconfig")) ||
					str_ends(name, STR("certificates"))
				? name
				: STR_NONE;
		if (has_one_of(audit, c, needs[i].words, &word))
			return arena_printf(audit->arena, "%.*s %.*s", STR_ARG(name),
				STR_ARG(word));
		return STR_NONE;
	}
	return STR_NONE;
}

static bool is_question(struct audit *audit, const struct command *c)
{
	struct str found;

	return has_one_of(
		audit, c, " --help --version -h --simulate -s --dry-run ", &found);
}

/* Is the path somebody else's, so that chmod and chown are refused? */
static bool is_anothers(const struct unprivileged *u, const struct look *look)
{
	return look->exists == ANSWER_YES && look->uid.know == FACT_SET &&
		look->uid.n != u->uid;
}

static bool deny(struct unprivileged *u, struct str path, enum access_kind kind,
	struct str needs_what, struct denial *out)
{
	struct access a = access_ask(&u->asker, path, kind);

	if (a.can != ANSWER_NO)
		return false;
	out->needs = needs_what;
	out->why = a.why;
	return true;
}

static struct str to_write(struct unprivileged *u, struct str path)
{
	return arena_printf(u->asker.view.arena, "to write `%.*s`", STR_ARG(path));
}

static bool denies_making(
	struct unprivileged *u, const struct event *e, struct denial *out)
{
	struct look look = owners_look(&u->asker.view, e->path);

	if (look.exists == ANSWER_YES && look.kind != ENTRY_FILE)
		return false;
	if (e->makes == ENTRY_LINK)
		return deny(u, path_dir(e->path), ACCESS_MAKE,
			to_write(u, path_dir(e->path)), out);
	return deny(u, e->path, e->makes == ENTRY_FOLDER ? ACCESS_MAKE : ACCESS_WRITE,
		to_write(u, e->path), out);
}

static bool denies_change(
	struct unprivileged *u, const struct event *e, struct denial *out)
{
	struct look look = owners_look(&u->asker.view, e->path);
	struct arena *a = u->asker.view.arena;

	if (e->is_glob || !is_anothers(u, &look))
		return false;
	if (e->kind == EVENT_OWNER && e->uid.know == FACT_SET && e->uid.n == look.uid.n)
		return false;
	out->needs = arena_printf(a, "to change %s of `%.*s`",
		e->kind == EVENT_OWNER ? "the owner" : "the mode", STR_ARG(e->path));
	out->why = arena_printf(a, "%.*s belongs to %u", STR_ARG(e->path), look.uid.n);
	return true;
}

static bool denies_removal(
	struct unprivileged *u, const struct event *e, struct denial *out)
{
	struct look look;

	if (e->is_glob)
		return false;
	look = owners_look(&u->asker.view, e->path);
	return look.exists == ANSWER_YES &&
		deny(u, path_dir(e->path), ACCESS_MAKE, to_write(u, path_dir(e->path)),
			out);
}

/* Is what the log says of the step refused to its user? */
static bool is_refused(
	struct unprivileged *u, const struct event *e, struct denial *out)
{
	if (e->happens != ANSWER_YES || !e->is_in_run ||
		u->asked++ >= DEED_QUESTIONS_MAX)
		return false;
	u->asker.view.log = e->older;
	switch (e->kind) {
	case EVENT_MADE:
		return denies_making(u, e, out);
	case EVENT_OWNER:
	case EVENT_MODE:
		return denies_change(u, e, out);
	case EVENT_GONE:
		return denies_removal(u, e, out);
	case EVENT_COPIED:
		return deny(u, e->path, e->goes_in ? ACCESS_MAKE : ACCESS_WRITE,
			to_write(u, e->path), out);
	default:
		return false;
	}
}

/* Does it work in the step's WORKDIR: no cd before it, no folder named? */
static bool works_in_workdir(
	struct audit *audit, const struct step *step, const struct command *c)
{
	struct str found;

	vec_each (struct command *const, other, &step->commands) {
		if (*other == c)
			break;
		if (command_is(*other, STR("cd")) || command_is(*other, STR("pushd")))
			return false;
	}
	return !has_one_of(audit, c,
		" -g --global --prefix --cwd -C --dir --working-dir --root ", &found);
}

/* npm ci and its kin, where they may not write. */
static bool denies_cwd(struct audit *audit, struct unprivileged *u,
	const struct command *c, struct denial *out)
{
	struct str name, word, cwd;

	if (!u->is_known || !command_name(c, &name) ||
		!works_in_workdir(audit, u->step, c) ||
		!fact_str(audit->arena, u->step->before->workdir, &cwd) ||
		u->step->before->workdir->layer < LAYER_BUILD)
		return false;
	for (size_t i = 0; i < sizeof(cwd_writers) / sizeof(*cwd_writers); i++) {
		if (!str_eq(name, cwd_writers[i].tool) ||
			!has_one_of(audit, c, cwd_writers[i].words, &word))
			continue;
		u->asker.view.log = u->step->before->owners;
		out->folder = cwd;
		return deny(u, cwd, ACCESS_MAKE,
			arena_printf(audit->arena, "for `%.*s %.*s` to write `%.*s`",
				STR_ARG(name), STR_ARG(word), STR_ARG(cwd)),
			out);
	}
	return false;
}

static bool is_of(const struct event *e, const struct command *c)
{
	return e->span.file == c->span.file && e->span.offset == c->span.offset &&
		e->span.length == c->span.length;
}

/* The events of a step, oldest first. */
VEC_TYPE(const struct event *, event_list);

static struct event_list events_of(struct audit *audit, const struct step *step)
{
	const struct event *end = step->before->owners;
	struct event_list list = {0};

	for (const struct event *e = step->after->owners; e && e != end; e = e->older)
		*vec_push(audit->arena, &list) = e;
	for (size_t i = 0; i < list.n / 2; i++) {
		const struct event *swap = list.at[i];

		list.at[i] = list.at[list.n - 1 - i];
		list.at[list.n - 1 - i] = swap;
	}
	return list;
}

static bool is_denied(struct audit *audit, struct unprivileged *u,
	const struct command *c, const struct event_list *events, size_t *at,
	struct denial *out)
{
	struct str tool = root_tool(audit, c);

	*out = (struct denial){.command = c};
	if (tool.n && !is_question(audit, c)) {
		out->needs = arena_printf(audit->arena, "for `%.*s`", STR_ARG(tool));
		return true;
	}
	if (denies_cwd(audit, u, c, out))
		return true;
	for (size_t i = *at; u->is_known && i < events->n; i++) {
		if (!is_of(events->at[i], c)) {
			if (i > *at)
				break;
			continue;
		}
		*at = i + 1;
		if (is_refused(u, events->at[i], out))
			return true;
	}
	return false;
}

static bool first_denial(
	struct audit *audit, struct unprivileged *u, struct denial *out)
{
	struct event_list events = events_of(audit, u->step);
	size_t at = 0;

	vec_each (struct command *const, c, &u->step->commands) {
		if (!surely_runs(*c))
			continue;
		if (is_denied(audit, u, *c, &events, &at, out) &&
			!is_tolerated(u->step, *c))
			return true;
	}
	return false;
}

/* False where the step's user is root, or nobody knows who it is. */
static bool is_unprivileged(
	struct audit *audit, const struct step *step, struct unprivileged *out)
{
	const struct stage *stage = step_stage(audit->workload, step);
	struct identity id;

	if (step->kind != STEP_RUN || !stage ||
		!fact_str(audit->arena, step->before->user, &out->user))
		return false;
	id = identity_resolve(audit->arena, out->user, step->before->accounts);
	out->is_known = id.is_valid == ANSWER_YES && id.uid.know == FACT_SET;
	if (id.is_valid == ANSWER_NO || (out->is_known && !id.uid.n) ||
		(!out->is_known && str_starts(out->user, STR("root"))))
		return false;
	out->step = step;
	out->uid = id.uid.n;
	out->frame = *audit->workload;
	out->frame.run = NULL;
	out->asker = know_asker(audit->arena, audit->world, &out->frame, id);
	out->asker.view.base = stage->base;
	return true;
}

static void say_denial(
	struct audit *audit, const struct unprivileged *u, const struct denial *d)
{
	const struct fact *user = u->step->before->user;
	bool is_here = user->layer == LAYER_BUILD && user->span.file;
	struct finding *f = finding_add(audit, d->command->span);

	finding_message(audit, f,
		"Root is needed %.*s, and this step runs as `%.*s`%s.",
		STR_ARG(d->needs), STR_ARG(u->user),
		is_here ? "" : ", the user of the base image");
	finding_consequence(audit, f,
		"The build stops here with a permission error%s%.*s.",
		d->why.n ? ": " : "", STR_ARG(d->why));
	if (d->folder.n)
		finding_help(audit, f,
			"Give the folder to the user before: `USER root`, `RUN chown %.*s "
			"%.*s`, `USER %.*s`.",
			STR_ARG(u->user), STR_ARG(d->folder), STR_ARG(u->user));
	else if (is_here)
		finding_help(audit, f,
			"Move it above the USER line, or write `USER root` in front of "
			"this RUN and `USER %.*s` behind it.",
			STR_ARG(u->user));
	else
		finding_help(audit, f,
			"Write `USER root` in front of this RUN and `USER %.*s` behind it.",
			STR_ARG(u->user));
	if (is_here)
		finding_related(audit, f, user->span, "the user is set here");
	finding_evidence(audit, f, "%.*s %.*s", STR_ARG(d->needs), STR_ARG(u->user));
}

void check_root_needed_after_user(struct audit *audit)
{
	size_t asked = 0;

	vec_each (const struct step *, step, &audit->facts.needed) {
		struct unprivileged u = {.asked = asked};
		struct denial denial;

		if (!is_unprivileged(audit, *step, &u))
			continue;
		if (first_denial(audit, &u, &denial))
			say_denial(audit, &u, &denial);
		asked = u.asked;
	}
}

/* ---- volume-then-modify ---- */

/* The VOLUME line that was before the step and that path lies in; NULL: none. */
static const struct event *volume_above(const struct step *step, struct str path)
{
	for (const struct event *e = step->before->owners; e; e = e->older)
		if (e->kind == EVENT_VOLUME && path_is_under(path, e->path))
			return e;
	return NULL;
}

static bool is_change(struct access_asker *asker, const struct event *e)
{
	struct look look;

	asker->view.log = e->older;
	if (e->kind == EVENT_OWNER && e->uid.know == FACT_SET) {
		look = owners_look(&asker->view, e->path);
		if (look.uid.know == FACT_SET && look.uid.n == e->uid.n)
			return false;
	}
	return e->is_in_run && e->happens != ANSWER_NO && !e->is_glob &&
		(e->kind == EVENT_MADE || e->kind == EVENT_OWNER ||
			e->kind == EVENT_MODE || e->kind == EVENT_COPIED);
}

static void say_lost(struct audit *audit, const struct event *e,
	const struct event *volume, enum answer is_classic)
{
	struct finding *f = finding_add(audit, e->span);

	f->verdict = answer_and(is_classic, e->happens);
	if (is_classic != ANSWER_YES)
		f->severity = SEVERITY_MEDIUM;
	finding_message(audit, f,
		"`%.*s` is in the VOLUME `%.*s` already, and %.*s changes it.",
		STR_ARG(e->path), STR_ARG(volume->path), STR_ARG(e->by));
	finding_consequence(audit, f,
		"The classic builder throws away, without a word, what a RUN does below a "
		"VOLUME; BuildKit keeps it.");
	finding_help(audit, f, "Move the VOLUME line below this one.");
	finding_related(audit, f, volume->span, "the VOLUME is declared here");
	finding_evidence(
		audit, f, "%.*s %.*s", STR_ARG(volume->path), STR_ARG(e->path));
}

void check_volume_then_modify(struct audit *audit)
{
	struct access_asker asker = deed_asker(audit);
	enum answer is_classic = asker.view.is_classic;
	size_t asked = 0;

	if (is_classic == ANSWER_NO)
		return;
	vec_each (const struct step *, step, &audit->facts.steps) {
		struct event_list events;

		if ((*step)->kind != STEP_RUN)
			continue;
		events = events_of(audit, *step);
		vec_each (const struct event *, e, &events) {
			const struct event *volume;

			volume = volume_above(*step, (*e)->path);
			if (!volume || asked++ >= DEED_QUESTIONS_MAX ||
				!is_change(&asker, *e))
				continue;
			say_lost(audit, *e, volume, is_classic);
			break;
		}
	}
}
