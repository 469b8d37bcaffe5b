#include "effect/tool.h"

/* usermod and userdel of shadow; seen on version 4.13 (Debian 12). */

enum {
	MOD_APPEND,
	MOD_COMMENT,
	MOD_HOME,
	MOD_EXPIRE,
	MOD_INACTIVE,
	MOD_GID,
	MOD_GROUPS,
	MOD_REMOVE,
	MOD_LOGIN,
	MOD_LOCK,
	MOD_MOVE_HOME,
	MOD_NON_UNIQUE,
	MOD_PASSWORD,
	MOD_ROOT,
	MOD_PREFIX,
	MOD_SHELL,
	MOD_UID,
	MOD_UNLOCK,
	MOD_ADD_SUBUIDS,
	MOD_DEL_SUBUIDS,
	MOD_ADD_SUBGIDS,
	MOD_DEL_SUBGIDS,
	MOD_SELINUX,
};

static const struct option mod_rows[] = {
	[MOD_APPEND] = {'a', "append", false},
	[MOD_COMMENT] = {'c', "comment", true},
	[MOD_HOME] = {'d', "home", true},
	[MOD_EXPIRE] = {'e', "expiredate", true},
	[MOD_INACTIVE] = {'f', "inactive", true},
	[MOD_GID] = {'g', "gid", true},
	[MOD_GROUPS] = {'G', "groups", true},
	[MOD_REMOVE] = {'r', "remove", false},
	[MOD_LOGIN] = {'l', "login", true},
	[MOD_LOCK] = {'L', "lock", false},
	[MOD_MOVE_HOME] = {'m', "move-home", false},
	[MOD_NON_UNIQUE] = {'o', "non-unique", false},
	[MOD_PASSWORD] = {'p', "password", true},
	[MOD_ROOT] = {'R', "root", true},
	[MOD_PREFIX] = {'P', "prefix", true},
	[MOD_SHELL] = {'s', "shell", true},
	[MOD_UID] = {'u', "uid", true},
	[MOD_UNLOCK] = {'U', "unlock", false},
	[MOD_ADD_SUBUIDS] = {'v', "add-subuids", true},
	[MOD_DEL_SUBUIDS] = {'V', "del-subuids", true},
	[MOD_ADD_SUBGIDS] = {'w', "add-subgids", true},
	[MOD_DEL_SUBGIDS] = {'W', "del-subgids", true},
	[MOD_SELINUX] = {'Z', "selinux-user", true},
};
static const struct option_table mod_table = {
	mod_rows, OPTION_COUNT(mod_rows), OPTIONS_GNU, false};

/* Without -a the list replaces every supplementary group. */
static void leave_groups(struct call *call, struct str user)
{
	struct state *state = call->run->state;
	struct membership_list all = accounts_memberships(call->arena, state->accounts);

	vec_each (const struct membership *, m, &all)
		if (str_eq((*m)->user, user))
			state->accounts = accounts_remove_member(call->arena,
				state->accounts, user, (*m)->group, call->runs);
}

static void rename_user(
	struct call *call, struct str from, struct str to, const struct word *at)
{
	struct state *state = call->run->state;
	struct membership_list all = accounts_memberships(call->arena, state->accounts);

	vec_each (const struct membership *, m, &all) {
		struct membership moved = **m;

		if (!str_eq((*m)->user, from))
			continue;
		moved.user = to;
		moved.exists = answer_and(moved.exists, call->runs);
		moved.span = at->span;
		state->accounts =
			accounts_add_member(call->arena, state->accounts, &moved);
	}
	user_remove(call, from);
}

/* What the call would make of the account, field by field. */
static bool change_fields(struct call *call, const struct options *o,
	struct account *user, const struct word *at)
{
	struct str text;

	if (o->value[MOD_UID]) {
		user->uid = id_chosen(call->arena, o->value[MOD_UID]);
		if (!o->value[MOD_NON_UNIQUE] &&
			!shadow_uid_is_free(
				call, user->uid, o->value[MOD_UID], user->name))
			return false;
	}
	if (o->value[MOD_GID] && !shadow_group(call, o->value[MOD_GID], &user->gid))
		return false;
	if (o->value[MOD_HOME])
		user->home = word_str(call->arena, o->value[MOD_HOME], &text)
			? text
			: STR_NONE;
	if (o->value[MOD_SHELL])
		user->shell = word_str(call->arena, o->value[MOD_SHELL], &text)
			? text
			: STR_NONE;
	if (o->value[MOD_LOCK])
		user->password = PASSWORD_LOCKED;
	if (o->value[MOD_PASSWORD]) {
		user->password = PASSWORD_SET;
		note_act(call, ACT_PASSWORD, o->value[MOD_PASSWORD], user->name);
	}
	if (call->runs != ANSWER_YES) {
		user->uid = o->value[MOD_UID] ? id_unknown() : user->uid;
		user->gid = o->value[MOD_GID] ? id_unknown() : user->gid;
	}
	(void)at;
	return true;
}

static void change_login(struct call *call, const struct options *o,
	struct account *user, const struct word *at)
{
	struct state *state = call->run->state;
	struct str old = user->name, name;

	if (!o->value[MOD_LOGIN]) {
		state->accounts = accounts_change(call->arena, state->accounts, user);
		return;
	}
	if (!word_str(call->arena, o->value[MOD_LOGIN], &name)) {
		call_doubt(call, at->span, "usermod gives '%.*s' an unknown name",
			STR_ARG(old));
		user_remove(call, old);
		return;
	}
	user->name = name;
	user->span = o->value[MOD_LOGIN]->span;
	user->exists = answer_and(user->exists, call->runs);
	user->is_from_base = false;
	user->made_by = call->command;
	state->accounts = accounts_change(call->arena, state->accounts, user);
	rename_user(call, old, name, o->value[MOD_LOGIN]);
}

/* The user that a tool changes: NULL when there is none that is known. */
static const struct account *existing_user(
	struct call *call, const struct word *at, struct str name, enum answer *found)
{
	const struct account *u;

	*found = accounts_find(call_accounts(call), name, &u);
	if (*found == ANSWER_NO)
		(void)call_failed(
			call, note_problem(call, PROBLEM_USER_MISSING, at, name));
	return u;
}

enum outcome tool_usermod(struct call *call)
{
	struct options o = call_options(call, &mod_table);
	const struct account *old;
	const struct word *at;
	struct account user;
	enum answer found;
	struct str name;

	if (o.value[MOD_ROOT] || o.value[MOD_PREFIX] || !o.operands.n)
		return OUTCOME_DONE;
	at = vec_last(&o.operands);
	if (!word_str(call->arena, at, &name)) {
		call_doubt(call, at->span,
			"usermod changes an account of an unknown "
			"name");
		return OUTCOME_DONE;
	}
	old = existing_user(call, at, name, &found);
	if (found == ANSWER_NO)
		return call->is_vital ? OUTCOME_DONE : OUTCOME_FAILS;
	if (o.value[MOD_GROUPS] && !groups_exist(call, o.value[MOD_GROUPS]) &&
		!call->is_vital)
		return OUTCOME_FAILS;
	if (o.value[MOD_GROUPS]) {
		if (!o.value[MOD_APPEND] && !o.value[MOD_REMOVE])
			leave_groups(call, name);
		members_from_list(call, name, o.value[MOD_GROUPS]);
	}
	user = old ? *old
		   : (struct account){.name = name,
			     .uid = id_unknown(),
			     .gid = id_unknown(),
			     .exists = ANSWER_YES,
			     .password = PASSWORD_UNKNOWN};
	/* That it works proves that the account is there. */
	if (call->runs == ANSWER_YES && call->is_vital)
		user.exists = ANSWER_YES;
	else if (!old)
		user.exists = ANSWER_MAYBE;
	if (!change_fields(call, &o, &user, at))
		return OUTCOME_FAILS;
	change_login(call, &o, &user, at);
	return found == ANSWER_YES ? call_worked(call) : OUTCOME_DONE;
}

enum { DEL_FORCE, DEL_REMOVE, DEL_ROOT, DEL_PREFIX, DEL_SELINUX };

static const struct option del_rows[] = {
	[DEL_FORCE] = {'f', "force", false},
	[DEL_REMOVE] = {'r', "remove", false},
	[DEL_ROOT] = {'R', "root", true},
	[DEL_PREFIX] = {'P', "prefix", true},
	[DEL_SELINUX] = {'Z', "selinux-user", false},
};
static const struct option_table del_table = {
	del_rows, OPTION_COUNT(del_rows), OPTIONS_GNU, false};

static bool is_primary_of_another(
	const struct call *call, struct id gid, struct str user)
{
	struct account_list users = accounts_users(call->arena, call_accounts(call));

	vec_each (const struct account *, u, &users)
		if (!str_eq((*u)->name, user) && (*u)->gid.know == FACT_SET &&
			gid.know == FACT_SET && (*u)->gid.n == gid.n)
			return true;
	return false;
}

static bool has_other_members(
	const struct call *call, struct str group, struct str user)
{
	struct membership_list all =
		accounts_memberships(call->arena, call_accounts(call));

	vec_each (const struct membership *, m, &all)
		if (str_eq((*m)->group, group) && !str_eq((*m)->user, user))
			return true;
	return false;
}

/* userdel takes the group of the same name along, where nobody else needs it. */
static void remove_own_group(struct call *call, const struct account *user)
{
	const struct account_group *g;

	if (accounts_find_group(call_accounts(call), user->name, &g) == ANSWER_NO || !g)
		return;
	if (user->gid.know == FACT_SET && g->gid.know == FACT_SET &&
		user->gid.n != g->gid.n)
		return;
	if (is_primary_of_another(call, g->gid, user->name) ||
		has_other_members(call, g->name, user->name))
		return;
	group_remove(call, g->name);
}

enum outcome tool_userdel(struct call *call)
{
	struct options o = call_options(call, &del_table);
	const struct account *user;
	enum answer found;
	struct str name;

	if (o.value[DEL_ROOT] || o.value[DEL_PREFIX] || !o.operands.n)
		return OUTCOME_DONE;
	if (!word_str(call->arena, vec_last(&o.operands), &name)) {
		anybody_may_go(call);
		return OUTCOME_DONE;
	}
	user = existing_user(call, vec_last(&o.operands), name, &found);
	if (found == ANSWER_NO)
		return call->is_vital ? OUTCOME_DONE : OUTCOME_FAILS;
	if (user)
		remove_own_group(call, user);
	user_remove(call, name);
	return found == ANSWER_YES ? call_worked(call) : OUTCOME_DONE;
}
