#include "effect/tool.h"

/*
 * adduser, addgroup, deluser and delgroup of busybox (loginutils/; 1.35 was run, its
 * settings those of Alpine's package but for the range of ids).
 */

enum { FIRST_ID = 1000, LAST_ID = 60000, FIRST_SYSTEM = 100, LAST_SYSTEM = 999 };

enum {
	ADD_HOME,
	ADD_GECOS,
	ADD_SHELL,
	ADD_GROUP,
	ADD_NO_PASSWORD,
	ADD_SYSTEM,
	ADD_NO_HOME,
	ADD_UID,
	ADD_SKEL,
	ADD_EMPTY_PASSWORD,
};

static const struct option add_rows[] = {
	[ADD_HOME] = {'h', "home", true},
	[ADD_GECOS] = {'g', "gecos", true},
	[ADD_SHELL] = {'s', "shell", true},
	[ADD_GROUP] = {'G', "ingroup", true},
	[ADD_NO_PASSWORD] = {'D', "disabled-password", false},
	[ADD_SYSTEM] = {'S', "system", false},
	[ADD_NO_HOME] = {'H', "no-create-home", false},
	[ADD_UID] = {'u', "uid", true},
	[ADD_SKEL] = {'k', "skel", true},
	[ADD_EMPTY_PASSWORD] = {0, "empty-password", false},
};
static const struct option_table add_table = {
	add_rows, OPTION_COUNT(add_rows), OPTIONS_GNU, false};

static bool has_options(const struct options *o)
{
	for (size_t i = 0; i < OPTION_COUNT(add_rows); i++)
		if (o->value[i])
			return true;
	return false;
}

static enum outcome missing(struct call *call, enum account_problem_kind kind,
	const struct word *at, struct str name, bool is_group)
{
	struct account_problem *p = note_problem(call, kind, at, name);

	if (p)
		p->is_group = is_group;
	return call_failed(call, p);
}

/* addgroup USER GROUP, adduser USER GROUP: both must be there. */
static enum outcome add_to_group(struct call *call, const struct words *operands)
{
	const struct account_group *g;
	const struct account *u;
	struct str user, group;

	if (!word_str(call->arena, &operands->at[0], &user) ||
		!word_str(call->arena, &operands->at[1], &group))
		return OUTCOME_DONE;
	if (accounts_find(call_accounts(call), user, &u) == ANSWER_NO)
		return missing(
			call, PROBLEM_USER_MISSING, &operands->at[0], user, false);
	if (accounts_find_group(call_accounts(call), group, &g) == ANSWER_NO)
		return missing(
			call, PROBLEM_GROUP_MISSING, &operands->at[1], group, true);
	member_make(call, user, group, &operands->at[1]);
	return OUTCOME_DONE;
}

/* Options of Debian's script are none here: the applet prints its usage and fails. */
static bool meant_for_debian(
	struct call *call, const struct options *o, enum outcome *outcome)
{
	struct account_problem *p;
	struct str option = STR("");

	if (!o->stranger || run_flavour(call->run) != FLAVOUR_BUSYBOX)
		return false;
	(void)word_str(call->arena, o->stranger, &option);
	p = note_problem(call, PROBLEM_OTHER_DISTRO, o->stranger, option);
	if (p)
		p->other = str_starts(option, STR("--")) ? STR("debian") : STR("rhel");
	*outcome = call_failed(call, p);
	return *outcome == OUTCOME_FAILS;
}

static struct str shell_of_root(const struct runner *run)
{
	const struct fact *shell = binding_find(run->variables.env, STR("SHELL"));
	const struct account *root;
	struct str text;

	if (fact_str(run->arena, shell, &text) && text.n)
		return text;
	if (accounts_find(run->state->accounts, STR("root"), &root) == ANSWER_YES)
		return root->shell;
	return STR_NONE;
}

static struct str system_shell(const struct runner *run)
{
	/* Alpine's package changes this default. */
	if (run->ctx->base && str_eq(run->ctx->base->family, STR("busybox")))
		return STR("/bin/false");
	return STR("/sbin/nologin");
}

static struct str text_or(
	struct arena *a, const struct word *word, struct str otherwise)
{
	struct str text;

	if (!word)
		return otherwise;
	return word_str(a, word, &text) ? text : STR_NONE;
}

/* The group that -G (or -S alone: nogroup) names: a name, never a number. */
static bool given_group(struct call *call, const struct options *o, struct id *gid,
	struct str *name, const struct word *at)
{
	const struct word *word = o->value[ADD_GROUP] ? o->value[ADD_GROUP] : at;
	const struct account_group *g;
	enum answer found;

	*gid = id_unknown();
	*name = STR("nogroup");
	if (o->value[ADD_GROUP] && !word_str(call->arena, word, name)) {
		*name = STR_NONE;
		return true;
	}
	found = accounts_find_group(call_accounts(call), *name, &g);
	if (g)
		*gid = g->gid;
	if (found != ANSWER_NO)
		return true;
	return missing(call, PROBLEM_GROUP_MISSING, word, *name, true) != OUTCOME_FAILS;
}

static bool uid_is_taken(struct call *call, struct id uid, const struct word *at,
	struct str name, bool needs_gid)
{
	const struct account_group *g;
	const struct account *u;
	struct account_problem *p;

	if (uid.know != FACT_SET)
		return false;
	if (accounts_find_uid(call_accounts(call), uid.n, &u) == ANSWER_YES) {
		p = note_problem(call, PROBLEM_UID_TAKEN, at, name);
		if (p) {
			p->number = uid.n;
			p->other = u->name;
			p->other_span = u->span;
		}
		return call_failed(call, p) == OUTCOME_FAILS;
	}
	if (needs_gid &&
		accounts_find_gid(call_accounts(call), uid.n, &g) == ANSWER_YES) {
		p = note_problem(call, PROBLEM_GID_TAKEN, at, name);
		if (p) {
			p->is_group = true;
			p->number = uid.n;
			p->other = g->name;
			p->other_span = g->span;
		}
		return call_failed(call, p) == OUTCOME_FAILS;
	}
	return false;
}

/* uid and gid, and the group that is made or joined; false when the applet fails. */
static bool take_ids(struct call *call, const struct options *o, struct account *user,
	const struct word *at)
{
	bool is_system = o->value[ADD_SYSTEM], joins = is_system || o->value[ADD_GROUP];
	const struct account_group *g;
	struct str group = STR_NONE;

	if (joins && !given_group(call, o, &user->gid, &group, at))
		return false;
	if (o->value[ADD_UID]) {
		user->uid = id_chosen(call->arena, o->value[ADD_UID]);
		if (uid_is_taken(
			    call, user->uid, o->value[ADD_UID], user->name, !joins))
			return false;
	} else {
		user->uid = id_next(call->run, joins ? SPACE_USERS : SPACE_BOTH,
			SEARCH_UP, is_system ? FIRST_SYSTEM : FIRST_ID,
			is_system ? LAST_SYSTEM : LAST_ID);
	}
	if (!o->is_complete)
		user->uid.know = o->value[ADD_UID] ? user->uid.know : FACT_UNKNOWN;
	if (joins) {
		if (group.n)
			member_make(call, user->name, group, at);
		return true;
	}
	user->gid = user->uid;
	if (accounts_find_group(call_accounts(call), user->name, &g) == ANSWER_YES) {
		user->gid = g->gid;
		return missing(call, PROBLEM_NAME_TAKEN, at, user->name, true) !=
			OUTCOME_FAILS;
	}
	group_make(call, user->name, user->gid, at);
	return true;
}

static enum outcome add_user(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	bool is_system = o->value[ADD_SYSTEM];
	bool asks = !is_system && !o->value[ADD_NO_PASSWORD] &&
		!o->value[ADD_EMPTY_PASSWORD];
	struct account user = {
		.name = name, .is_system = is_system, .password = PASSWORD_LOCKED};
	const struct account *u;

	if (accounts_find(call_accounts(call), name, &u) == ANSWER_YES)
		return missing(call, PROBLEM_NAME_TAKEN, at, name, false);
	if (!take_ids(call, o, &user, at))
		return OUTCOME_FAILS;
	user.home = text_or(call->arena, o->value[ADD_HOME],
		arena_printf(call->arena, "/home/%.*s", STR_ARG(name)));
	user.makes_home = !o->value[ADD_NO_HOME];
	user.shell = text_or(call->arena, o->value[ADD_SHELL],
		is_system ? system_shell(call->run) : shell_of_root(call->run));
	user_make(call, &user, at);
	/* Without a terminal the question for a password ends the applet with 1. */
	if (asks && run_flavour(call->run) == FLAVOUR_BUSYBOX)
		return missing(call, PROBLEM_PASSWORD_ASKED, at, name, false);
	return OUTCOME_DONE;
}

enum outcome tool_busybox_adduser(struct call *call)
{
	struct options o = call_options(call, &add_table);
	enum outcome outcome;
	struct str name;

	if (!o.operands.n)
		return OUTCOME_DONE;
	if (meant_for_debian(call, &o, &outcome))
		return outcome;
	if (o.operands.n >= 2 && !has_options(&o))
		return add_to_group(call, &o.operands);
	if (!word_str(call->arena, &o.operands.at[0], &name) || !name.n) {
		call_doubt(call, o.operands.at[0].span,
			"adduser makes an account of an unknown name");
		return OUTCOME_DONE;
	}
	return add_user(call, &o, &o.operands.at[0], name);
}

enum { GROUP_GID, GROUP_SYSTEM };

static const struct option group_rows[] = {
	[GROUP_GID] = {'g', "gid", true},
	[GROUP_SYSTEM] = {'S', "system", false},
};
static const struct option_table group_table = {
	group_rows, OPTION_COUNT(group_rows), OPTIONS_GNU, false};

static enum outcome add_group(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	bool is_system = o->value[GROUP_SYSTEM];
	const struct account_group *g;
	struct account_problem *p;
	struct id gid;

	if (accounts_find_group(call_accounts(call), name, &g) == ANSWER_YES)
		return missing(call, PROBLEM_NAME_TAKEN, at, name, true);
	gid = id_next(call->run, SPACE_GROUPS, SEARCH_UP,
		is_system ? FIRST_SYSTEM : FIRST_ID, is_system ? LAST_SYSTEM : LAST_ID);
	if (o->value[GROUP_GID])
		gid = id_chosen(call->arena, o->value[GROUP_GID]);
	if (o->value[GROUP_GID] && gid.know == FACT_SET &&
		accounts_find_gid(call_accounts(call), gid.n, &g) == ANSWER_YES) {
		p = note_problem(call, PROBLEM_GID_TAKEN, o->value[GROUP_GID], name);
		if (p) {
			p->is_group = true;
			p->number = gid.n;
			p->other = g->name;
			p->other_span = g->span;
		}
		if (call_failed(call, p) == OUTCOME_FAILS)
			return OUTCOME_FAILS;
	}
	group_make(call, name, gid, at);
	return call_worked(call);
}

enum outcome tool_busybox_addgroup(struct call *call)
{
	struct options o = call_options(call, &group_table);
	enum outcome outcome;
	struct str name;

	if (!o.operands.n)
		return OUTCOME_DONE;
	if (meant_for_debian(call, &o, &outcome))
		return outcome;
	if (o.operands.n >= 2)
		return add_to_group(call, &o.operands);
	if (!word_str(call->arena, &o.operands.at[0], &name) || !name.n) {
		call_doubt(call, o.operands.at[0].span,
			"addgroup makes a group of an unknown name");
		return OUTCOME_DONE;
	}
	return add_group(call, &o, &o.operands.at[0], name);
}

enum { DEL_REMOVE_HOME };

static const struct option del_rows[] = {
	[DEL_REMOVE_HOME] = {0, "remove-home", false},
};
static const struct option_table del_table = {
	del_rows, OPTION_COUNT(del_rows), OPTIONS_GNU, false};

static bool is_primary(const struct call *call, const struct account_group *g)
{
	struct account_list users = accounts_users(call->arena, call_accounts(call));

	vec_each (const struct account *, u, &users)
		if (g->gid.know == FACT_SET && (*u)->gid.know == FACT_SET &&
			(*u)->gid.n == g->gid.n && (*u)->exists == ANSWER_YES)
			return true;
	return false;
}

/* delgroup GROUP */
static enum outcome remove_group(
	struct call *call, const struct word *at, struct str name)
{
	const struct account_group *g;

	if (accounts_find_group(call_accounts(call), name, &g) == ANSWER_NO)
		return missing(call, PROBLEM_GROUP_MISSING, at, name, true);
	if (g && is_primary(call, g))
		return missing(call, PROBLEM_USER_BUSY, at, name, true);
	group_remove(call, name);
	return OUTCOME_DONE;
}

/* deluser USER, and with it the group of that name where it is nobody's. */
static enum outcome remove_user(
	struct call *call, const struct word *at, struct str name)
{
	const struct account_group *g;
	const struct account *u;

	if (accounts_find(call_accounts(call), name, &u) == ANSWER_NO)
		return missing(call, PROBLEM_USER_MISSING, at, name, false);
	user_remove(call, name);
	if (accounts_find_group(call_accounts(call), name, &g) != ANSWER_NO && g &&
		!is_primary(call, g))
		group_remove(call, name);
	return u && u->exists == ANSWER_YES ? call_worked(call) : OUTCOME_DONE;
}

enum outcome tool_busybox_deluser(struct call *call)
{
	struct options o = call_options(call, &del_table);
	bool of_group = str_eq(call->tool, STR("delgroup"));
	struct state *state = call->run->state;
	struct str name, group;

	if (!o.operands.n)
		return OUTCOME_DONE;
	if (!word_str(call->arena, &o.operands.at[0], &name)) {
		if (o.operands.n == 1)
			anybody_may_go(call);
		return OUTCOME_DONE;
	}
	if (o.operands.n == 1)
		return of_group ? remove_group(call, &o.operands.at[0], name)
				: remove_user(call, &o.operands.at[0], name);
	if (word_str(call->arena, &o.operands.at[1], &group))
		state->accounts = accounts_remove_member(
			call->arena, state->accounts, name, group, call->runs);
	return OUTCOME_DONE;
}
