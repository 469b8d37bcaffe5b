/*
 * What others in the container may read or write: data, secrets, shared folders, /tmp.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"
#include "rule/reach.h"

enum { OTHERS_WRITE = 02, OTHERS_READ = 04, GROUP_WRITE = 020, SET_GROUP = 02000 };

/* ---- tmp-not-writable ---- */

/*
 * A container that is read-only as a whole is read-only-missing-tmpfs's to judge, a
 * folder of the host with another owner mount-uid-mismatch's.
 */
static bool is_anothers_business(const struct workload *w)
{
	if (!w->run)
		return false;
	vec_each (const struct mount, m, &w->run->mounts)
		if (str_eq(m->at, STR("/tmp")))
			return m->is_read_only != ANSWER_YES;
	return run_flag(w->run, RUN_READ_ONLY) != ANSWER_NO;
}

void check_tmp_not_writable(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct access_asker asker = deed_asker(audit);
	struct finding *f;
	struct access a;

	if (identity_is_root(&asker.identity) != ANSWER_NO || is_anothers_business(w))
		return;
	a = access_ask(&asker, STR("/tmp"), ACCESS_MAKE);
	/* Where the image has none, who writes there is not known; it may be nobody. */
	if (a.can != ANSWER_NO || !a.span.file)
		return;
	f = finding_add(audit, a.span);
	finding_message(
		audit, f, "The container cannot write to /tmp: %.*s.", STR_ARG(a.why));
	finding_consequence(audit, f,
		"Most programs and nearly every library make files there, and fail with "
		"`Permission denied` or `No usable temporary directory found`.");
	if (!w->run || a.span.file != w->anchor.file)
		finding_help(audit, f, "Write `RUN chmod 1777 /tmp`.");
	else
		finding_help(audit, f, "Write `%s` instead.",
			reach_write(w->run, "tmpfs: [\"/tmp\"]", "--tmpfs /tmp"));
	finding_evidence(audit, f, "/tmp");
}

/* ---- workdir-open-to-others ---- */

static bool is_data_name(struct str path)
{
	static const struct str names[] = {STR_INIT("data"), STR_INIT("dataset"),
		STR_INIT("datasets"), STR_INIT("model"), STR_INIT("models"),
		STR_INIT("weights"), STR_INIT("checkpoints"), STR_INIT("artifacts"),
		STR_INIT("model_store"), STR_INIT("model-store"), STR_INIT("uploads")};
	struct str name = path_base(path);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* A folder made for the user, that everybody else can list and read. */
static bool is_open(const struct look *look, uint32_t uid)
{
	return look->exists == ANSWER_YES && look->kind == ENTRY_FOLDER &&
		look->uid.know == FACT_SET && look->uid.n == uid &&
		(look->mode_known & 07) == 07 && (look->mode & OTHERS_READ) &&
		!(look->mode & OTHERS_WRITE);
}

static void say_open(struct audit *audit, struct str path, const struct look *look)
{
	struct span at = look->mode_span.offset > look->made_span.offset
		? look->mode_span
		: look->made_span;
	struct finding *f;

	if (!at.file)
		return;
	f = finding_add(audit, at);
	finding_message(audit, f,
		"Everybody in the container can read what is in `%.*s` (mode %03o).",
		STR_ARG(path), look->mode & 0777);
	finding_consequence(audit, f,
		"The data belongs to the user %u alone, and every other account and "
		"process reads it as well; on a volume, those of other containers too.",
		look->uid.n);
	finding_help(audit, f, "Make it with `install -d -o %.*s -m 0750 %.*s`.",
		STR_ARG(str_sub(
			deed_owner(audit), 0, str_find(deed_owner(audit), ':'))),
		STR_ARG(path));
	finding_evidence(audit, f, "%.*s", STR_ARG(path));
}

void check_workdir_open_to_others(struct audit *audit)
{
	struct access_asker asker = deed_asker(audit);
	struct deed_paths said = {0};
	size_t asked = 0;
	uint32_t uid;

	if (!audit->workload->stage || !reach_uid(audit->workload, &uid) || !uid)
		return;
	for (const struct event *e = asker.view.log; e; e = e->older) {
		struct look look;
		bool is_new = true;

		if ((e->kind != EVENT_MADE && e->kind != EVENT_VOLUME) ||
			!(e->kind == EVENT_VOLUME || is_data_name(e->path)))
			continue;
		vec_each (const struct str, p, &said)
			is_new = is_new && !str_eq(*p, e->path);
		if (!is_new || asked++ >= DEED_QUESTIONS_MAX)
			continue;
		*vec_push(audit->arena, &said) = e->path;
		look = owners_look(&asker.view, e->path);
		if (is_open(&look, uid))
			say_open(audit, e->path, &look);
	}
}

/* ---- chmod-world-readable-secret ---- */

static bool is_secret(struct str path)
{
	static const struct str globs[] = {STR_INIT("id_rsa"), STR_INIT("id_dsa"),
		STR_INIT("id_ecdsa"), STR_INIT("id_ed25519"), STR_INIT("*.key"),
		STR_INIT("*key.pem"), STR_INIT("privkey*.pem"), STR_INIT("*.p12"),
		STR_INIT("*.pfx"), STR_INIT(".pgpass"), STR_INIT(".netrc"),
		STR_INIT(".git-credentials"), STR_INIT("credentials"),
		STR_INIT("credentials.json"), STR_INIT("service-account*.json"),
		STR_INIT("service_account*.json"), STR_INIT("kubeconfig"),
		STR_INIT("*.htpasswd"), STR_INIT(".env")};
	struct str name = path_base(path);

	if (str_find_str(name, STR("pub")) < name.n)
		return false;
	for (size_t i = 0; i < sizeof(globs) / sizeof(*globs); i++)
		if (str_glob(globs[i], name))
			return true;
	return false;
}

/* Folders in which keys lie; with all that is in them. */
static bool is_secret_tree(const struct deed *d, struct str path)
{
	struct str name = path_base(path);

	return d->is_recursive && !d->only_folders &&
		(str_eq(name, STR(".ssh")) || str_eq(name, STR(".aws")) ||
			str_eq(name, STR(".gnupg")) || str_eq(name, STR("private")));
}

static void say_readable(struct audit *audit, struct span span, enum answer verdict,
	struct str path, const char *line)
{
	struct finding *f = finding_add(audit, span);
	struct str owner = deed_owner(audit);

	f->verdict = verdict;
	finding_message(audit, f, "Everybody may read `%.*s`.", STR_ARG(path));
	finding_consequence(audit, f,
		"By its name it is a secret: every process that somebody breaks into, "
		"whatever user it has, can take it along.");
	finding_help(audit, f, line, STR_ARG(owner), STR_ARG(path), STR_ARG(path));
	finding_evidence(audit, f, "%.*s", STR_ARG(path));
}

static void check_secret_modes(struct audit *audit)
{
	struct deeds list = deeds_of(audit, DEED_MODE);
	struct access_asker asker = deed_asker(audit);
	size_t asked = 0;

	vec_each (const struct deed, d, &list) {
		if (d->happens == ANSWER_NO || d->is_glob ||
			!deed_opens(d, OTHERS_READ) || deed_opens(d, OTHERS_WRITE) ||
			d->makes_folder)
			continue;
		vec_each (const struct str, path, &d->paths) {
			struct look look;

			if ((!is_secret(*path) && !is_secret_tree(d, *path)) ||
				asked++ >= DEED_QUESTIONS_MAX)
				continue;
			look = owners_look(&asker.view, *path);
			if (look.exists == ANSWER_NO ||
				((look.mode_known & OTHERS_READ) &&
					!(look.mode & OTHERS_READ)))
				continue;
			say_readable(audit, d->span, d->happens, *path,
				"Write `chown %.*s %.*s && chmod 0400 %.*s`; better still, "
				"mount it at run time and keep it out of the image.");
			break;
		}
	}
}

/* A key of the host that a run mounts, and that everybody on the host may read. */
static void check_secret_mounts(struct audit *audit)
{
	const struct run *run = audit->workload->run;

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts) {
		if (m->kind != MOUNT_BIND || m->host.is_there != ANSWER_YES ||
			m->host.is_folder != ANSWER_NO ||
			!(m->host.mode & OTHERS_READ) || !is_secret(m->path))
			continue;
		say_readable(audit, m->source_span.length ? m->source_span : m->span,
			ANSWER_YES, m->path,
			"On the host: `chown %.*s %.*s && chmod 0400 %.*s`.");
	}
}

void check_chmod_world_readable_secret(struct audit *audit)
{
	check_secret_modes(audit);
	check_secret_mounts(audit);
}

/* ---- group-write-needed ---- */

/* How many made users belong to a group, by its number. */
static size_t count_members(struct audit *audit, uint32_t gid)
{
	const struct accounts *db = audit->workload->accounts;
	const struct account_group *group = NULL;
	struct membership_list all = accounts_memberships(audit->arena, db);
	size_t n = 0;

	if (accounts_find_gid(db, gid, &group) != ANSWER_YES || !group)
		return 0;
	vec_each (const struct account *const, u, &audit->facts.made) {
		bool is_in = (*u)->gid.know == FACT_SET && (*u)->gid.n == gid;

		vec_each (const struct membership *, m, &all)
			is_in = is_in ||
				(str_eq((*m)->user, (*u)->name) &&
					str_eq((*m)->group, group->name) &&
					(*m)->exists == ANSWER_YES);
		n += is_in && (*u)->exists == ANSWER_YES;
	}
	return n;
}

static void say_group(struct audit *audit, const struct event *e, size_t members)
{
	struct finding *f = finding_add(audit, e->span);

	finding_message(audit, f,
		"`%.*s` is given to a group of %zu users, and the group may not write it.",
		STR_ARG(e->path), members);
	finding_consequence(audit, f,
		"Only its owner can write there; the others of the group get `Permission "
		"denied`.");
	finding_help(audit, f,
		"Write `chmod 2770 %.*s` behind it: the group may write, and what is made "
		"there belongs to the group too.",
		STR_ARG(e->path));
	finding_evidence(audit, f, "%.*s", STR_ARG(e->path));
}

void check_group_write_needed(struct audit *audit)
{
	struct access_asker asker = deed_asker(audit);
	size_t asked = 0;

	for (const struct event *e = asker.view.log; e; e = e->older) {
		struct look look;
		size_t members;

		if (e->kind != EVENT_OWNER || !e->is_in_run || e->is_glob ||
			e->happens != ANSWER_YES || e->gid.know != FACT_SET ||
			!e->gid.n || asked++ >= DEED_QUESTIONS_MAX)
			continue;
		members = count_members(audit, e->gid.n);
		if (members < 2)
			continue;
		look = owners_look(&asker.view, e->path);
		if (look.exists == ANSWER_YES && look.kind == ENTRY_FOLDER &&
			look.gid.know == FACT_SET && look.gid.n == e->gid.n &&
			(look.mode_known & GROUP_WRITE) && !(look.mode & GROUP_WRITE))
			say_group(audit, e, members);
	}
}

/* ---- umask-not-set ---- */

static bool sets_umask(const struct commands *list)
{
	vec_each (struct command *const, c, list)
		if (command_is(*c, STR("umask")))
			return true;
	return false;
}

/* Does nothing that starts the container set one? MAYBE for a script nobody can see. */
static enum answer starts_without_umask(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct program *programs[] = {w->entrypoint, w->cmd};
	enum answer all = ANSWER_NO;
	struct str word;

	if (w->script)
		return answer_of(w->script->is_shell && w->script->commands.n &&
			!sets_umask(&w->script->commands));
	for (size_t i = 0; i < 2; i++) {
		const struct program *p = programs[i];

		if (!p || p->know == FACT_UNSET || !p->argv.n)
			continue;
		if (p->know != FACT_SET || p->layer < LAYER_BUILD ||
			sets_umask(&p->commands))
			return ANSWER_NO;
		if (all != ANSWER_NO)
			continue;
		all = value_str(audit->arena, p->argv.at[0].value, &word) &&
				(str_ends(word, STR(".sh")) ||
					str_find(word, '/') < word.n ||
					str_find_str(word, STR("entrypoint")) < word.n)
			? ANSWER_MAYBE
			: ANSWER_YES;
	}
	return all;
}

/* The first folder that it shares and writes; NULL: none is known. */
static const struct mount *shared_folder(const struct workload *w)
{
	if (w->run)
		vec_each (const struct mount, m, &w->run->mounts)
			if ((m->kind == MOUNT_VOLUME ||
				    (m->kind == MOUNT_BIND &&
					    m->host.is_folder != ANSWER_NO)) &&
				m->origin == MOUNT_WRITTEN && m->at.n &&
				m->is_read_only == ANSWER_NO)
				return m;
	return NULL;
}

static struct str first_volume(struct audit *audit)
{
	vec_each (const struct step *, s, &audit->facts.steps)
		if ((*s)->kind == STEP_VOLUME && (*s)->words.n)
			return value_display(audit->arena, (*s)->words.at[0].value);
	return STR_NONE;
}

void check_umask_not_set(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct mount *m = shared_folder(w);
	const struct program *p =
		w->entrypoint && w->entrypoint->argv.n ? w->entrypoint : w->cmd;
	struct str at = m ? m->at : first_volume(audit);
	enum answer verdict = starts_without_umask(audit);
	struct finding *f;
	uint32_t uid;

	if (!at.n || str_eq(at, STR("/tmp")) || !p || !reach_uid(w, &uid) || !uid ||
		verdict == ANSWER_NO)
		return;
	f = finding_add(audit, p->span);
	f->verdict = verdict;
	finding_message(audit, f,
		"Nothing sets a umask, and `%.*s` outlives the container.",
		STR_ARG(at));
	finding_consequence(audit, f,
		"Every new file gets the mode 644: whoever else has the volume reads the "
		"data and the models in it.");
	finding_help(audit, f,
		"Start with a script: `#!/bin/sh`, `umask 027`, `exec \"$@\"`.");
	finding_evidence(audit, f, "%.*s", STR_ARG(at));
}
