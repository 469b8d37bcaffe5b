#include "effect/tool.h"

#include "base/path.h"

/*
 * useradd of shadow (useradd(8), login.defs(5); where the pages are silent, what version
 * 4.13 of Debian 12 was seen to do).
 */

enum { UID_MIN = 1000, UID_MAX = 60000, SYS_UID_MIN = 101, SYS_UID_MAX = 999 };

/* Red Hat's login.defs keeps 0-200 for packages. */
enum { SYS_UID_MIN_RHEL = 201 };

/* /var/log/lastlog grows to uid * 292 bytes; above this it is many megabytes. */
enum { UID_HUGE = 99999 };

enum {
	ADD_BASE,
	ADD_COMMENT,
	ADD_HOME,
	ADD_DEFAULTS,
	ADD_EXPIRE,
	ADD_INACTIVE,
	ADD_GID,
	ADD_GROUPS,
	ADD_SKEL,
	ADD_KEY,
	ADD_NO_LOG,
	ADD_MAKE_HOME,
	ADD_NO_HOME,
	ADD_NO_GROUP,
	ADD_NON_UNIQUE,
	ADD_PASSWORD,
	ADD_SYSTEM,
	ADD_ROOT,
	ADD_PREFIX,
	ADD_SHELL,
	ADD_UID,
	ADD_USER_GROUP,
	ADD_SELINUX,
	ADD_BAD_NAME,
	ADD_BAD_NAMES,
	ADD_HELP,
	ADD_SUBIDS,
};

static const struct option add_rows[] = {
	[ADD_BASE] = {'b', "base-dir", true},
	[ADD_COMMENT] = {'c', "comment", true},
	[ADD_HOME] = {'d', "home-dir", true},
	[ADD_DEFAULTS] = {'D', "defaults", false},
	[ADD_EXPIRE] = {'e', "expiredate", true},
	[ADD_INACTIVE] = {'f', "inactive", true},
	[ADD_GID] = {'g', "gid", true},
	[ADD_GROUPS] = {'G', "groups", true},
	[ADD_SKEL] = {'k', "skel", true},
	[ADD_KEY] = {'K', "key", true},
	[ADD_NO_LOG] = {'l', "no-log-init", false},
	[ADD_MAKE_HOME] = {'m', "create-home", false},
	[ADD_NO_HOME] = {'M', "no-create-home", false},
	[ADD_NO_GROUP] = {'N', "no-user-group", false},
	[ADD_NON_UNIQUE] = {'o', "non-unique", false},
	[ADD_PASSWORD] = {'p', "password", true},
	[ADD_SYSTEM] = {'r', "system", false},
	[ADD_ROOT] = {'R', "root", true},
	[ADD_PREFIX] = {'P', "prefix", true},
	[ADD_SHELL] = {'s', "shell", true},
	[ADD_UID] = {'u', "uid", true},
	[ADD_USER_GROUP] = {'U', "user-group", false},
	[ADD_SELINUX] = {'Z', "selinux-user", true},
	[ADD_BAD_NAME] = {0, "badname", false},
	[ADD_BAD_NAMES] = {0, "badnames", false},
	[ADD_HELP] = {'h', "help", false},
	[ADD_SUBIDS] = {'F', "add-subids-for-system", false},
};
static const struct option_table add_table = {
	add_rows, OPTION_COUNT(add_rows), OPTIONS_GNU, false};

/* The range that ids come from, with -K UID_MIN=… of the same command. */
struct range {
	uint32_t first, last;
};

static void key_value(
	struct arena *a, const struct word *key, struct str name, uint32_t *out)
{
	struct str text;

	if (word_str(a, key, &text) && str_starts(text, name) &&
		str_sub(text, name.n, 1).n && text.p[name.n] == '=')
		(void)str_to_u32(str_from(text, name.n + 1), out);
}

static struct range range_of(
	const struct call *call, bool is_system, const struct word *key)
{
	struct range r = {UID_MIN, UID_MAX};

	if (is_system) {
		r.first = run_flavour(call->run) == FLAVOUR_RHEL ? SYS_UID_MIN_RHEL
								 : SYS_UID_MIN;
		r.last = SYS_UID_MAX;
	}
	key_value(call->arena, key, is_system ? STR("SYS_UID_MIN") : STR("UID_MIN"),
		&r.first);
	key_value(call->arena, key, is_system ? STR("SYS_UID_MAX") : STR("UID_MAX"),
		&r.last);
	return r;
}

static struct id next_id(
	const struct call *call, enum id_space space, bool is_system, struct range r)
{
	return id_next(call->run, space, is_system ? SEARCH_LOWEST : SEARCH_HIGHEST,
		r.first, r.last);
}

/* Is id free, as far as one can see? Then a new user's group takes the same number. */
static struct id own_gid(
	const struct call *call, struct id uid, bool is_system, struct range r)
{
	const struct account_group *g;

	if (uid.know != FACT_SET)
		return id_unknown();
	if (uid.n < r.first || uid.n > r.last)
		return next_id(call, SPACE_GROUPS, is_system, r);
	switch (accounts_find_gid(call_accounts(call), uid.n, &g)) {
	case ANSWER_NO:
		return id_of(uid.n);
	case ANSWER_YES:
		return next_id(call, SPACE_GROUPS, is_system, r);
	case ANSWER_MAYBE:
		break;
	}
	return id_unknown();
}

/* True when the name is free; else notes that it is not. */
static bool name_is_free(struct call *call, struct str name, const struct word *at)
{
	const struct account *u;

	if (accounts_find(call_accounts(call), name, &u) != ANSWER_YES)
		return true;
	(void)call_failed(call, note_problem(call, PROBLEM_NAME_TAKEN, at, name));
	return false;
}

/* Notes a uid that another account has; false when the tool fails for it. */
bool shadow_uid_is_free(
	struct call *call, struct id uid, const struct word *at, struct str name)
{
	const struct account *u;
	struct account_problem *p;

	if (uid.know != FACT_SET ||
		accounts_find_uid(call_accounts(call), uid.n, &u) != ANSWER_YES)
		return true;
	if (str_eq(u->name, name))
		return true;
	p = note_problem(call, PROBLEM_UID_TAKEN, at, name);
	if (p) {
		p->number = uid.n;
		p->other = u->name;
		p->other_span = u->span;
	}
	return call_failed(call, p) != OUTCOME_FAILS;
}

/* The group of -g; false when it does not exist and the tool fails for it. */
bool shadow_group(struct call *call, const struct word *word, struct id *gid)
{
	struct group_ref ref = group_ref(call, word);

	*gid = ref.gid;
	if (ref.exists == ANSWER_NO) {
		struct str text = STR("");
		struct account_problem *p;

		(void)word_str(call->arena, word, &text);
		p = note_problem(call, PROBLEM_GROUP_MISSING, word, text);
		if (p)
			p->is_group = true;
		return call_failed(call, p) != OUTCOME_FAILS;
	}
	return true;
}

static void note_huge(
	struct call *call, const struct options *o, struct id uid, struct str name)
{
	struct account_problem *p;

	if (uid.know != FACT_SET || uid.n <= UID_HUGE || o->value[ADD_NO_LOG])
		return;
	p = note_problem(call, PROBLEM_HUGE_LOG, o->value[ADD_UID], name);
	if (p)
		p->number = uid.n;
}

static struct str home_of(struct call *call, const struct options *o, struct str name)
{
	struct str text;

	if (o->value[ADD_HOME])
		return word_str(call->arena, o->value[ADD_HOME], &text) ? text
									: STR_NONE;
	if (o->value[ADD_BASE])
		return word_str(call->arena, o->value[ADD_BASE], &text)
			? path_join(call->arena, text, name)
			: STR_NONE;
	return arena_printf(call->arena, "/home/%.*s", STR_ARG(name));
}

static struct str shell_of(struct call *call, const struct options *o)
{
	struct str text;

	if (o->value[ADD_SHELL])
		return word_str(call->arena, o->value[ADD_SHELL], &text) ? text
									 : STR_NONE;
	switch (run_flavour(call->run)) {
	case FLAVOUR_DEBIAN:
		return STR("/bin/sh");
	case FLAVOUR_RHEL:
		return STR("/bin/bash");
	default:
		return STR_NONE;
	}
}

/* Red Hat's login.defs says CREATE_HOME yes; Debian's does not. */
static bool makes_home(const struct call *call, const struct options *o)
{
	if (o->value[ADD_MAKE_HOME])
		return true;
	return run_flavour(call->run) == FLAVOUR_RHEL && !o->value[ADD_NO_HOME] &&
		!o->value[ADD_SYSTEM];
}

static bool own_group_is_free(struct call *call, struct str name, const struct word *at)
{
	const struct account_group *g;
	struct account_problem *p;

	if (accounts_find_group(call_accounts(call), name, &g) != ANSWER_YES)
		return true;
	p = note_problem(call, PROBLEM_NAME_TAKEN, at, name);
	if (p)
		p->is_group = true;
	return call_failed(call, p) != OUTCOME_FAILS;
}

/* The group that a new user gets: -g, an own one, or users (100) with -N. */
static bool take_group(struct call *call, const struct options *o, struct account *user,
	const struct word *at, struct range r)
{
	const struct account_group *g = NULL;

	if (o->value[ADD_GID])
		return shadow_group(call, o->value[ADD_GID], &user->gid);
	if (o->value[ADD_NO_GROUP]) {
		user->gid = id_of(100);
		return true;
	}
	if (!own_group_is_free(call, user->name, at))
		return false;
	user->gid = o->is_complete ? own_gid(call, user->uid, user->is_system, r)
				   : id_unknown();
	if (accounts_find_group(call_accounts(call), user->name, &g) != ANSWER_YES)
		group_make(call, user->name, user->gid, at);
	else
		user->gid = g->gid;
	return true;
}

static void set_password(
	struct call *call, const struct options *o, struct account *user)
{
	struct str text;

	user->password = PASSWORD_LOCKED;
	if (!o->value[ADD_PASSWORD])
		return;
	user->password = PASSWORD_SET;
	if (word_str(call->arena, o->value[ADD_PASSWORD], &text)) {
		if (!text.n)
			user->password = PASSWORD_EMPTY;
		else if (text.p[0] == '!' || text.p[0] == '*')
			user->password = PASSWORD_LOCKED;
	}
	if (user->password != PASSWORD_LOCKED)
		note_act(call, ACT_PASSWORD, o->value[ADD_PASSWORD], user->name);
}

static enum outcome add_user(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	struct account user = {.name = name, .is_system = o->value[ADD_SYSTEM]};
	struct range r = range_of(call, user.is_system, o->value[ADD_KEY]);

	if (o->value[ADD_GROUPS] && !groups_exist(call, o->value[ADD_GROUPS]) &&
		!call->is_vital)
		return OUTCOME_FAILS;
	user.uid = o->is_complete ? next_id(call, SPACE_USERS, user.is_system, r)
				  : id_unknown();
	if (o->value[ADD_UID]) {
		user.uid = id_chosen(call->arena, o->value[ADD_UID]);
		if (!o->value[ADD_NON_UNIQUE] &&
			!shadow_uid_is_free(call, user.uid, o->value[ADD_UID], name))
			return OUTCOME_FAILS;
		note_huge(call, o, user.uid, name);
	}
	if (!take_group(call, o, &user, at, r))
		return OUTCOME_FAILS;
	user.home = home_of(call, o, name);
	user.shell = shell_of(call, o);
	user.makes_home = makes_home(call, o);
	set_password(call, o, &user);
	if (o->value[ADD_GROUPS])
		members_from_list(call, name, o->value[ADD_GROUPS]);
	user_make(call, &user, at);
	return call_worked(call);
}

enum outcome tool_useradd(struct call *call)
{
	struct options o = call_options(call, &add_table);
	const struct word *at;
	struct str name;

	if (o.value[ADD_ROOT] || o.value[ADD_PREFIX] || o.value[ADD_DEFAULTS] ||
		o.value[ADD_HELP])
		return OUTCOME_DONE;
	if (!o.operands.n)
		return OUTCOME_MAY;
	at = vec_last(&o.operands);
	if (!word_str(call->arena, at, &name) || !name.n) {
		call_doubt(call, at->span, "%.*s makes an account of an unknown name",
			STR_ARG(call->tool));
		return OUTCOME_DONE;
	}
	if (o.stranger)
		note_problem(call, PROBLEM_OTHER_DISTRO, o.stranger, name);
	if (!name_is_free(call, name, at))
		return call->is_vital ? OUTCOME_DONE : OUTCOME_FAILS;
	return add_user(call, &o, at, name);
}
