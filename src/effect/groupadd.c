#include "effect/tool.h"

/* groupadd, groupmod, groupdel, gpasswd of shadow; seen on version 4.13 (Debian 12). */

enum { GID_MIN = 1000, GID_MAX = 60000, SYS_GID_MIN = 101, SYS_GID_MAX = 999 };
enum { SYS_GID_MIN_RHEL = 201 };

enum {
	ADD_FORCE,
	ADD_GID,
	ADD_KEY,
	ADD_NON_UNIQUE,
	ADD_PASSWORD,
	ADD_SYSTEM,
	ADD_ROOT,
	ADD_PREFIX,
	ADD_USERS,
};

static const struct option add_rows[] = {
	[ADD_FORCE] = {'f', "force", false},
	[ADD_GID] = {'g', "gid", true},
	[ADD_KEY] = {'K', "key", true},
	[ADD_NON_UNIQUE] = {'o', "non-unique", false},
	[ADD_PASSWORD] = {'p', "password", true},
	[ADD_SYSTEM] = {'r', "system", false},
	[ADD_ROOT] = {'R', "root", true},
	[ADD_PREFIX] = {'P', "prefix", true},
	[ADD_USERS] = {'U', "users", true},
};
static const struct option_table add_table = {
	add_rows, OPTION_COUNT(add_rows), OPTIONS_GNU, false};

static struct id next_gid(const struct call *call, bool is_system)
{
	uint32_t first =
		run_flavour(call->run) == FLAVOUR_RHEL ? SYS_GID_MIN_RHEL : SYS_GID_MIN;

	if (is_system)
		return id_next(
			call->run, SPACE_GROUPS, SEARCH_LOWEST, first, SYS_GID_MAX);
	return id_next(call->run, SPACE_GROUPS, SEARCH_HIGHEST, GID_MIN, GID_MAX);
}

static struct account_problem *gid_taken(struct call *call, struct id gid,
	const struct word *at, struct str name, const struct account_group *by)
{
	struct account_problem *p = note_problem(call, PROBLEM_GID_TAKEN, at, name);

	if (p) {
		p->is_group = true;
		p->number = gid.n;
		p->other = by->name;
		p->other_span = by->span;
	}
	return p;
}

static enum outcome add_group(struct call *call, const struct options *o,
	const struct word *at, struct str name)
{
	bool is_system = o->value[ADD_SYSTEM];
	const struct account_group *by;
	struct id gid;

	if (!o->value[ADD_GID]) {
		gid = o->is_complete ? next_gid(call, is_system) : id_unknown();
		group_make(call, name, gid, at);
		return call_worked(call);
	}
	gid = id_chosen(call->arena, o->value[ADD_GID]);
	if (!o->value[ADD_NON_UNIQUE] && gid.know == FACT_SET &&
		accounts_find_gid(call_accounts(call), gid.n, &by) == ANSWER_YES) {
		/* With -f another number is taken instead. */
		if (o->value[ADD_FORCE])
			gid = next_gid(call, is_system);
		else if (call_failed(call,
				 gid_taken(call, gid, o->value[ADD_GID], name, by)) ==
			OUTCOME_FAILS)
			return OUTCOME_FAILS;
	}
	group_make(call, name, gid, at);
	return call_worked(call);
}

enum outcome tool_groupadd(struct call *call)
{
	struct options o = call_options(call, &add_table);
	const struct account_group *g;
	const struct word *at;
	struct account_problem *p;
	struct str name;

	if (o.value[ADD_ROOT] || o.value[ADD_PREFIX] || !o.operands.n)
		return OUTCOME_DONE;
	at = vec_last(&o.operands);
	if (!word_str(call->arena, at, &name) || !name.n) {
		call_doubt(call, at->span, "groupadd makes a group of an unknown name");
		return OUTCOME_DONE;
	}
	if (accounts_find_group(call_accounts(call), name, &g) != ANSWER_YES)
		return add_group(call, &o, at, name);
	if (o.value[ADD_FORCE])
		return OUTCOME_SUCCEEDS;
	p = note_problem(call, PROBLEM_NAME_TAKEN, at, name);
	if (p)
		p->is_group = true;
	return call_failed(call, p);
}

enum { MOD_GID, MOD_NAME, MOD_NON_UNIQUE, MOD_PASSWORD, MOD_ROOT, MOD_PREFIX };

static const struct option mod_rows[] = {
	[MOD_GID] = {'g', "gid", true},
	[MOD_NAME] = {'n', "new-name", true},
	[MOD_NON_UNIQUE] = {'o', "non-unique", false},
	[MOD_PASSWORD] = {'p', "password", true},
	[MOD_ROOT] = {'R', "root", true},
	[MOD_PREFIX] = {'P', "prefix", true},
};
static const struct option_table mod_table = {
	mod_rows, OPTION_COUNT(mod_rows), OPTIONS_GNU, false};

/* groupmod -g takes the users whose primary group it is along. */
static void move_users(struct call *call, struct id from, struct id to)
{
	struct state *state = call->run->state;
	struct account_list users = accounts_users(call->arena, state->accounts);

	if (from.know != FACT_SET)
		return;
	vec_each (const struct account *, u, &users) {
		struct account moved = **u;

		if (moved.gid.know != FACT_SET || moved.gid.n != from.n)
			continue;
		moved.gid = call->runs == ANSWER_YES ? to : id_unknown();
		state->accounts = accounts_change(call->arena, state->accounts, &moved);
	}
}

static void rename_group(
	struct call *call, struct str from, struct str to, const struct word *at)
{
	struct state *state = call->run->state;
	struct membership_list all = accounts_memberships(call->arena, state->accounts);

	vec_each (const struct membership *, m, &all)
		if (str_eq((*m)->group, from))
			member_make(call, (*m)->user, to, at);
	group_remove(call, from);
}

static enum outcome group_missing(
	struct call *call, const struct word *at, struct str name)
{
	struct account_problem *p = note_problem(call, PROBLEM_GROUP_MISSING, at, name);

	if (p)
		p->is_group = true;
	return call_failed(call, p);
}

static enum outcome modify(struct call *call, const struct options *o,
	const struct word *at, const struct account_group *old)
{
	const struct account_group *by;
	struct id gid = old->gid;
	struct str name = old->name;

	if (o->value[MOD_GID]) {
		gid = id_chosen(call->arena, o->value[MOD_GID]);
		if (!o->value[MOD_NON_UNIQUE] && gid.know == FACT_SET &&
			accounts_find_gid(call_accounts(call), gid.n, &by) ==
				ANSWER_YES &&
			!str_eq(by->name, old->name) &&
			call_failed(call,
				gid_taken(call, gid, o->value[MOD_GID], name, by)) ==
				OUTCOME_FAILS)
			return OUTCOME_FAILS;
		move_users(call, old->gid, gid);
	}
	if (o->value[MOD_NAME] && !word_str(call->arena, o->value[MOD_NAME], &name)) {
		call_doubt(call, at->span, "groupmod gives a group an unknown name");
		group_remove(call, old->name);
		return OUTCOME_DONE;
	}
	if (o->value[MOD_GID] && call->runs != ANSWER_YES)
		gid = id_unknown();
	if (o->value[MOD_NAME])
		at = o->value[MOD_NAME];
	group_make(call, name, gid, at);
	if (!str_eq(name, old->name))
		rename_group(call, old->name, name, at);
	return OUTCOME_DONE;
}

enum outcome tool_groupmod(struct call *call)
{
	struct options o = call_options(call, &mod_table);
	struct account_group unseen = {.gid = id_unknown(), .exists = ANSWER_YES};
	const struct account_group *g;
	const struct word *at;
	enum answer found;

	if (o.value[MOD_ROOT] || o.value[MOD_PREFIX] || !o.operands.n)
		return OUTCOME_DONE;
	at = vec_last(&o.operands);
	if (!word_str(call->arena, at, &unseen.name)) {
		call_doubt(
			call, at->span, "groupmod changes a group of an unknown name");
		return OUTCOME_DONE;
	}
	found = accounts_find_group(call_accounts(call), unseen.name, &g);
	if (found == ANSWER_NO)
		return group_missing(call, at, unseen.name);
	return modify(call, &o, at, g ? g : &unseen);
}

enum { DEL_FORCE, DEL_ROOT, DEL_PREFIX };

static const struct option del_rows[] = {
	[DEL_FORCE] = {'f', "force", false},
	[DEL_ROOT] = {'R', "root", true},
	[DEL_PREFIX] = {'P', "prefix", true},
};
static const struct option_table del_table = {
	del_rows, OPTION_COUNT(del_rows), OPTIONS_GNU, false};

static const struct account *primary_user(
	const struct call *call, const struct account_group *g)
{
	struct account_list users = accounts_users(call->arena, call_accounts(call));

	vec_each (const struct account *, u, &users)
		if (g->gid.know == FACT_SET && (*u)->gid.know == FACT_SET &&
			(*u)->gid.n == g->gid.n && (*u)->exists == ANSWER_YES)
			return *u;
	return NULL;
}

enum outcome tool_groupdel(struct call *call)
{
	struct options o = call_options(call, &del_table);
	const struct account_group *g;
	const struct account *busy;
	struct str name;

	if (o.value[DEL_ROOT] || o.value[DEL_PREFIX] || !o.operands.n)
		return OUTCOME_DONE;
	if (!word_str(call->arena, vec_last(&o.operands), &name)) {
		anybody_may_go(call);
		return OUTCOME_DONE;
	}
	if (accounts_find_group(call_accounts(call), name, &g) == ANSWER_NO)
		return group_missing(call, vec_last(&o.operands), name);
	busy = g && !o.value[DEL_FORCE] ? primary_user(call, g) : NULL;
	if (busy) {
		struct account_problem *p = note_problem(
			call, PROBLEM_USER_BUSY, vec_last(&o.operands), name);

		if (p) {
			p->is_group = true;
			p->other = busy->name;
			p->other_span = busy->span;
		}
		return call_failed(call, p);
	}
	group_remove(call, name);
	return g && g->exists == ANSWER_YES ? call_worked(call) : OUTCOME_DONE;
}

enum { GP_ADD, GP_DELETE, GP_ADMINS, GP_MEMBERS, GP_REMOVE, GP_RESTRICT, GP_ROOT };

static const struct option gpasswd_rows[] = {
	[GP_ADD] = {'a', "add", true},
	[GP_DELETE] = {'d', "delete", true},
	[GP_ADMINS] = {'A', "administrators", true},
	[GP_MEMBERS] = {'M', "members", true},
	[GP_REMOVE] = {'r', "remove-password", false},
	[GP_RESTRICT] = {'R', "restrict", false},
	[GP_ROOT] = {'Q', "root", true},
};
static const struct option_table gpasswd_table = {
	gpasswd_rows, OPTION_COUNT(gpasswd_rows), OPTIONS_GNU, false};

enum outcome tool_gpasswd(struct call *call)
{
	struct options o = call_options(call, &gpasswd_table);
	struct state *state = call->run->state;
	const struct account_group *g;
	const struct account *u;
	struct str group, user;

	if (o.value[GP_ROOT] || !o.operands.n ||
		!word_str(call->arena, &o.operands.at[0], &group))
		return OUTCOME_DONE;
	if (accounts_find_group(state->accounts, group, &g) == ANSWER_NO)
		return group_missing(call, &o.operands.at[0], group);
	if (word_str(call->arena, o.value[GP_ADD], &user)) {
		if (accounts_find(state->accounts, user, &u) == ANSWER_NO)
			return call_failed(call,
				note_problem(call, PROBLEM_USER_MISSING,
					o.value[GP_ADD], user));
		member_make(call, user, group, o.value[GP_ADD]);
	}
	if (word_str(call->arena, o.value[GP_DELETE], &user))
		state->accounts = accounts_remove_member(
			call->arena, state->accounts, user, group, call->runs);
	if (o.value[GP_MEMBERS]) {
		struct str_fields names = {0};

		(void)word_str(call->arena, o.value[GP_MEMBERS], &names.rest);
		while (str_next_field(&names, ',', &user))
			if (user.n)
				member_make(call, user, group, o.value[GP_MEMBERS]);
	}
	return OUTCOME_DONE;
}
