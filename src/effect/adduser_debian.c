#include "effect/tool.h"

#include "base/path.h"

/*
 * adduser, addgroup, deluser and delgroup of Debian: Perl scripts in front of useradd
 * (adduser(8), deluser(8); version 3.134 of Debian 12 was read and run, with its
 * adduser.conf, in which every setting keeps its default).
 */

enum { FIRST_ID = 1000, LAST_ID = 59999, FIRST_SYSTEM = 100, LAST_SYSTEM = 999 };
enum { NOGROUP_GID = 65534 };

enum {
	ADD_EXTRA_GROUPS,
	ADD_ALL_NAMES,
	ADD_BAD_NAMES,
	ADD_BAD_NAME,
	ADD_FORCE_BAD_NAME,
	ADD_COMMENT,
	ADD_CONF,
	ADD_DEBUG,
	ADD_DISABLED_LOGIN,
	ADD_DISABLED_PASSWORD,
	ADD_FIRST_GID,
	ADD_FIRST_UID,
	ADD_GECOS,
	ADD_GID,
	ADD_GROUP,
	ADD_HELP,
	ADD_HOME,
	ADD_INGROUP,
	ADD_LAST_GID,
	ADD_LAST_UID,
	ADD_NO_HOME,
	ADD_QUIET,
	ADD_SHELL,
	ADD_SYSTEM,
	ADD_UID,
	ADD_VERBOSE,
	ADD_VERSION,
};

static const struct option add_rows[] = {
	[ADD_EXTRA_GROUPS] = {0, "add-extra-groups", false},
	[ADD_ALL_NAMES] = {0, "allow-all-names", false},
	[ADD_BAD_NAMES] = {0, "allow-bad-names", false},
	[ADD_BAD_NAME] = {0, "allow-badname", false},
	[ADD_FORCE_BAD_NAME] = {0, "force-badname", false},
	[ADD_COMMENT] = {0, "comment", true},
	[ADD_CONF] = {'c', "conf", true},
	[ADD_DEBUG] = {0, "debug", false},
	[ADD_DISABLED_LOGIN] = {0, "disabled-login", false},
	[ADD_DISABLED_PASSWORD] = {0, "disabled-password", false},
	[ADD_FIRST_GID] = {0, "firstgid", true},
	[ADD_FIRST_UID] = {0, "firstuid", true},
	[ADD_GECOS] = {0, "gecos", true},
	[ADD_GID] = {0, "gid", true},
	[ADD_GROUP] = {0, "group", false},
	[ADD_HELP] = {0, "help", false},
	[ADD_HOME] = {0, "home", true},
	[ADD_INGROUP] = {0, "ingroup", true},
	[ADD_LAST_GID] = {0, "lastgid", true},
	[ADD_LAST_UID] = {0, "lastuid", true},
	[ADD_NO_HOME] = {0, "no-create-home", false},
	[ADD_QUIET] = {'q', "quiet", false},
	[ADD_SHELL] = {0, "shell", true},
	[ADD_SYSTEM] = {0, "system", false},
	[ADD_UID] = {0, "uid", true},
	[ADD_VERBOSE] = {0, "verbose", false},
	[ADD_VERSION] = {'v', "version", false},
};
static const struct option_table add_table = {
	add_rows, OPTION_COUNT(add_rows), OPTIONS_PERL, false};

/* The releases whose adduser is 3.118: no group `users`, a home for system users. */
static bool is_older_release(const struct runner *run)
{
	static const struct str marks[] = {STR_INIT("bullseye"), STR_INIT("buster"),
		STR_INIT("stretch"), STR_INIT("jammy"), STR_INIT("focal"),
		STR_INIT("bionic"), STR_INIT("22.04"), STR_INIT("20.04"),
		STR_INIT("18.04"), STR_INIT("debian:11"), STR_INIT("debian:10")};
	struct str ref;

	if (!run->ctx->base)
		return false;
	ref = run->ctx->base->reference;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_find_str(ref, marks[i]) < ref.n)
			return true;
	return false;
}

/* A lookup that decides whether the script refuses; notes why it does. */
static bool refuse(struct call *call, enum account_problem_kind kind,
	const struct word *at, struct str name, bool is_group)
{
	struct account_problem *p = note_problem(call, kind, at, name);

	if (p)
		p->is_group = is_group;
	return call_failed(call, p) == OUTCOME_FAILS;
}

static bool uid_is_taken(
	struct call *call, struct id uid, const struct word *at, struct str name)
{
	const struct account *u;
	struct account_problem *p;

	if (uid.know != FACT_SET ||
		accounts_find_uid(call_accounts(call), uid.n, &u) != ANSWER_YES)
		return false;
	p = note_problem(call, PROBLEM_UID_TAKEN, at, name);
	if (p) {
		p->number = uid.n;
		p->other = u->name;
		p->other_span = u->span;
	}
	return call_failed(call, p) == OUTCOME_FAILS;
}

static bool gid_is_taken(
	struct call *call, struct id gid, const struct word *at, struct str name)
{
	const struct account_group *g;
	struct account_problem *p;

	if (gid.know != FACT_SET ||
		accounts_find_gid(call_accounts(call), gid.n, &g) != ANSWER_YES)
		return false;
	p = note_problem(call, PROBLEM_GID_TAKEN, at, name);
	if (p) {
		p->is_group = true;
		p->number = gid.n;
		p->other = g->name;
		p->other_span = g->span;
	}
	return call_failed(call, p) == OUTCOME_FAILS;
}

static uint32_t number_or(struct arena *a, const struct word *word, uint32_t otherwise)
{
	struct str text;

	if (word_str(a, word, &text))
		(void)str_to_u32(text, &otherwise);
	return otherwise;
}

static struct str text_or(
	struct arena *a, const struct word *word, struct str otherwise)
{
	struct str text;

	if (!word)
		return otherwise;
	return word_str(a, word, &text) ? text : STR_NONE;
}

/* addgroup NAME, adduser --group NAME */
static enum outcome add_group(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	bool is_system = o->value[ADD_SYSTEM];
	const struct account_group *g;
	struct id gid;

	if (accounts_find_group(call_accounts(call), name, &g) == ANSWER_YES) {
		if (is_system && g->gid.know == FACT_SET && g->gid.n >= FIRST_SYSTEM &&
			g->gid.n <= LAST_SYSTEM)
			return OUTCOME_SUCCEEDS;
		return refuse(call, PROBLEM_NAME_TAKEN, at, name, true) ? OUTCOME_FAILS
									: OUTCOME_DONE;
	}
	if (o->value[ADD_GID]) {
		gid = id_chosen(call->arena, o->value[ADD_GID]);
		if (gid_is_taken(call, gid, o->value[ADD_GID], name))
			return OUTCOME_FAILS;
	} else {
		uint32_t first = number_or(call->arena, o->value[ADD_FIRST_GID],
			is_system ? FIRST_SYSTEM : FIRST_ID);
		uint32_t last = number_or(call->arena, o->value[ADD_LAST_GID],
			is_system ? LAST_SYSTEM : LAST_ID);

		gid = id_next(call->run, SPACE_GROUPS, SEARCH_UP, first, last);
	}
	group_make(call, name, gid, at);
	return call_worked(call);
}

/* --gid or --ingroup; false when the group is missing and the script refuses. */
static bool given_group(struct call *call, const struct options *o, struct id *gid)
{
	const struct word *word =
		o->value[ADD_INGROUP] ? o->value[ADD_INGROUP] : o->value[ADD_GID];
	struct group_ref ref = group_ref(call, word);
	struct str text = STR("");

	*gid = ref.gid;
	if (ref.exists != ANSWER_NO)
		return true;
	(void)word_str(call->arena, word, &text);
	return !refuse(call, PROBLEM_GROUP_MISSING, word, text, true);
}

static struct id next_user(const struct call *call, const struct options *o,
	bool is_system, enum id_space space)
{
	uint32_t first = number_or(call->arena, o->value[ADD_FIRST_UID],
		is_system ? FIRST_SYSTEM : FIRST_ID);
	uint32_t last = number_or(
		call->arena, o->value[ADD_LAST_UID], is_system ? LAST_SYSTEM : LAST_ID);

	if (!o->is_complete)
		return id_unknown();
	return id_next(call->run, space, SEARCH_UP, first, last);
}

static bool is_nonexistent(struct str home)
{
	return path_is_under(home, STR("/nonexistent"));
}

/* A system user that is there already is what the author wants. */
static enum outcome system_user_exists(struct call *call, const struct account *u,
	const struct options *o, const struct word *at)
{
	struct id wanted = {0};

	if (o->value[ADD_UID])
		wanted = id_chosen(call->arena, o->value[ADD_UID]);
	if (u->uid.know != FACT_SET)
		return OUTCOME_DONE;
	if (u->uid.n >= FIRST_SYSTEM && u->uid.n <= LAST_SYSTEM &&
		(wanted.know != FACT_SET || wanted.n == u->uid.n))
		return OUTCOME_SUCCEEDS;
	return refuse(call, PROBLEM_NAME_TAKEN, at, u->name, false) ? OUTCOME_FAILS
								    : OUTCOME_DONE;
}

/* --group: the uid and the gid are looked for each on its own. */
static bool system_group(struct call *call, const struct options *o,
	struct account *user, const struct word *at)
{
	const struct account_group *g;

	if (o->value[ADD_INGROUP] || o->value[ADD_GID])
		return given_group(call, o, &user->gid);
	if (!o->value[ADD_GROUP]) {
		user->gid = id_of(NOGROUP_GID);
		return true;
	}
	if (accounts_find_group(call_accounts(call), user->name, &g) == ANSWER_YES) {
		user->gid = g->gid;
		return true;
	}
	user->gid = o->value[ADD_UID] ? user->uid
				      : id_next(call->run, SPACE_GROUPS, SEARCH_UP,
						FIRST_SYSTEM, LAST_SYSTEM);
	if (o->value[ADD_UID] &&
		gid_is_taken(call, user->gid, o->value[ADD_UID], user->name))
		return false;
	group_make(call, user->name, user->gid, at);
	return true;
}

static enum outcome add_system_user(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	struct account user = {.name = name, .is_system = true};
	bool is_older = is_older_release(call->run);
	const struct account *u;

	if (accounts_find(call_accounts(call), name, &u) == ANSWER_YES)
		return system_user_exists(call, u, o, at);
	user.uid = next_user(call, o, true, SPACE_USERS);
	if (o->value[ADD_UID]) {
		user.uid = id_chosen(call->arena, o->value[ADD_UID]);
		if (uid_is_taken(call, user.uid, o->value[ADD_UID], name))
			return OUTCOME_FAILS;
	}
	if (!system_group(call, o, &user, at))
		return OUTCOME_FAILS;
	user.home = text_or(call->arena, o->value[ADD_HOME],
		is_older ? arena_printf(call->arena, "/home/%.*s", STR_ARG(name))
			 : STR("/nonexistent"));
	user.makes_home = !o->value[ADD_NO_HOME] && !is_nonexistent(user.home);
	user.shell =
		text_or(call->arena, o->value[ADD_SHELL], STR("/usr/sbin/nologin"));
	user.password = PASSWORD_LOCKED;
	user_make(call, &user, at);
	return call_worked(call);
}

/* The same number for user and group, unless a group is given. */
static bool ordinary_ids(struct call *call, const struct options *o,
	struct account *user, const struct word *at)
{
	bool has_group = o->value[ADD_INGROUP] || o->value[ADD_GID];
	const struct account_group *g;

	user->uid = next_user(
		call, o, false, o->value[ADD_INGROUP] ? SPACE_USERS : SPACE_BOTH);
	if (o->value[ADD_UID]) {
		user->uid = id_chosen(call->arena, o->value[ADD_UID]);
		if (uid_is_taken(call, user->uid, o->value[ADD_UID], user->name))
			return false;
	}
	if (has_group)
		return given_group(call, o, &user->gid);
	if (accounts_find_group(call_accounts(call), user->name, &g) == ANSWER_YES) {
		user->gid = g->gid;
		return !refuse(call, PROBLEM_NAME_TAKEN, at, user->name, true);
	}
	if (o->value[ADD_UID] &&
		gid_is_taken(call, user->uid, o->value[ADD_UID], user->name))
		return false;
	user->gid = user->uid;
	group_make(call, user->name, user->gid, at);
	return true;
}

static void join_users(struct call *call, struct str name, const struct word *at)
{
	const struct account_group *g;

	if (run_flavour(call->run) == FLAVOUR_UNKNOWN || is_older_release(call->run))
		return;
	if (accounts_find_group(call_accounts(call), STR("users"), &g) != ANSWER_NO)
		member_make(call, name, STR("users"), at);
}

static enum outcome add_ordinary_user(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	bool no_login = o->value[ADD_DISABLED_LOGIN];
	struct account user = {.name = name, .password = PASSWORD_LOCKED};
	const struct account *u;

	if (accounts_find(call_accounts(call), name, &u) == ANSWER_YES)
		return refuse(call, PROBLEM_NAME_TAKEN, at, name, false) ? OUTCOME_FAILS
									 : OUTCOME_DONE;
	if (!ordinary_ids(call, o, &user, at))
		return OUTCOME_FAILS;
	user.home = text_or(call->arena, o->value[ADD_HOME],
		arena_printf(call->arena, "/home/%.*s", STR_ARG(name)));
	user.makes_home = !o->value[ADD_NO_HOME] && !is_nonexistent(user.home);
	user.shell = text_or(call->arena, o->value[ADD_SHELL],
		no_login && !is_older_release(call->run) ? STR("/usr/sbin/nologin")
							 : STR("/bin/bash"));
	if (!no_login && !o->value[ADD_DISABLED_PASSWORD])
		note_problem(call, PROBLEM_PASSWORD_ASKED, at, name);
	user_make(call, &user, at);
	join_users(call, name, at);
	return call_worked(call);
}

/* adduser USER GROUP */
static enum outcome add_to_group(
	struct call *call, const struct word *user_word, const struct word *group_word)
{
	const struct account_group *g;
	const struct account *u;
	struct str user, group;

	if (!word_str(call->arena, user_word, &user) ||
		!word_str(call->arena, group_word, &group))
		return OUTCOME_DONE;
	if (accounts_find(call_accounts(call), user, &u) == ANSWER_NO &&
		refuse(call, PROBLEM_USER_MISSING, user_word, user, false))
		return OUTCOME_FAILS;
	if (accounts_find_group(call_accounts(call), group, &g) == ANSWER_NO) {
		if (refuse(call, PROBLEM_GROUP_MISSING, group_word, group, true))
			return OUTCOME_FAILS;
		return OUTCOME_DONE;
	}
	member_make(call, user, group, group_word);
	return OUTCOME_DONE;
}

/*
 * Options of busybox's adduser make the script print its usage and fail. Where the step
 * cannot survive that, it is read as its author meant it.
 */
static bool meant_for_busybox(struct call *call, const struct options *o,
	struct str name, enum outcome *outcome)
{
	struct account_problem *p;
	struct str option = STR("");

	if (!o->stranger || run_flavour(call->run) == FLAVOUR_UNKNOWN)
		return false;
	(void)word_str(call->arena, o->stranger, &option);
	p = note_problem(call, PROBLEM_OTHER_DISTRO, o->stranger, option);
	if (p)
		p->other = STR("busybox");
	(void)name;
	*outcome = call_failed(call, p);
	if (*outcome != OUTCOME_FAILS)
		*outcome = str_eq(call->tool, STR("addgroup"))
			? tool_busybox_addgroup(call)
			: tool_busybox_adduser(call);
	return true;
}

enum outcome tool_debian_adduser(struct call *call)
{
	struct options o = call_options(call, &add_table);
	bool is_addgroup = str_eq(call->tool, STR("addgroup"));
	enum outcome outcome;
	struct str name = STR("");

	if (!o.operands.n)
		return OUTCOME_DONE;
	if (meant_for_busybox(call, &o, name, &outcome))
		return outcome;
	if (o.value[ADD_HELP] || o.value[ADD_VERSION])
		return OUTCOME_SUCCEEDS;
	if (o.operands.n >= 2)
		return add_to_group(call, &o.operands.at[0], &o.operands.at[1]);
	if (!word_str(call->arena, &o.operands.at[0], &name) || !name.n) {
		call_doubt(call, o.operands.at[0].span,
			"%.*s makes an account of an unknown name",
			STR_ARG(call->tool));
		return OUTCOME_DONE;
	}
	if (is_addgroup || (o.value[ADD_GROUP] && !o.value[ADD_SYSTEM]))
		return add_group(call, &o, &o.operands.at[0], name);
	if (o.value[ADD_SYSTEM])
		return add_system_user(call, &o, &o.operands.at[0], name);
	return add_ordinary_user(call, &o, &o.operands.at[0], name);
}

enum {
	DEL_SYSTEM,
	DEL_GROUP,
	DEL_HOME,
	DEL_FILES,
	DEL_BACKUP,
	DEL_BACKUP_TO,
	DEL_QUIET,
	DEL_CONF,
	DEL_EMPTY,
	DEL_NO_PRESERVE,
	DEL_DEBUG
};

static const struct option del_rows[] = {
	[DEL_SYSTEM] = {0, "system", false},
	[DEL_GROUP] = {0, "group", false},
	[DEL_HOME] = {0, "remove-home", false},
	[DEL_FILES] = {0, "remove-all-files", false},
	[DEL_BACKUP] = {0, "backup", false},
	[DEL_BACKUP_TO] = {0, "backup-to", true},
	[DEL_QUIET] = {'q', "quiet", false},
	[DEL_CONF] = {'c', "conf", true},
	[DEL_EMPTY] = {0, "only-if-empty", false},
	[DEL_NO_PRESERVE] = {0, "no-preserve-root", false},
	[DEL_DEBUG] = {0, "debug", false},
};
static const struct option_table del_table = {
	del_rows, OPTION_COUNT(del_rows), OPTIONS_PERL, false};

static enum outcome leave_group(struct call *call, const struct options *o)
{
	struct state *state = call->run->state;
	struct str user, group;

	if (!word_str(call->arena, &o->operands.at[0], &user) ||
		!word_str(call->arena, &o->operands.at[1], &group))
		return OUTCOME_DONE;
	state->accounts = accounts_remove_member(
		call->arena, state->accounts, user, group, call->runs);
	return OUTCOME_DONE;
}

enum outcome tool_debian_deluser(struct call *call)
{
	struct options o = call_options(call, &del_table);
	bool of_group = o.value[DEL_GROUP] || str_eq(call->tool, STR("delgroup"));
	const struct account *u;
	struct str name;

	if (!o.operands.n)
		return OUTCOME_DONE;
	if (o.operands.n >= 2)
		return leave_group(call, &o);
	call->argv = (struct words){0};
	*vec_push(call->arena, &call->argv) =
		(struct word){.span = call->command->span};
	*vec_push(call->arena, &call->argv) = o.operands.at[0];
	if (of_group)
		return tool_groupdel(call);
	if (o.value[DEL_SYSTEM] && word_str(call->arena, &o.operands.at[0], &name) &&
		accounts_find(call_accounts(call), name, &u) == ANSWER_NO)
		return OUTCOME_SUCCEEDS;
	return tool_userdel(call);
}
