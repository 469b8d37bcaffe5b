#include "effect/tool.h"

#include <stdarg.h>

/* What holds after the call when it sets something up: as sure as the call runs. */
static enum answer as_sure(const struct call *call)
{
	return call->runs;
}

struct group_ref group_ref(struct call *call, const struct word *word)
{
	struct group_ref ref = {
		.exists = ANSWER_MAYBE, .gid = id_unknown(), .word = word};
	const struct account_group *g = NULL;
	struct str text;
	uint32_t n;

	if (!word_str(call->arena, word, &text))
		return ref;
	if (str_to_u32(text, &n)) {
		ref.exists = accounts_find_gid(call_accounts(call), n, &g);
		ref.gid = id_of(n);
		ref.name = g ? g->name : STR_NONE;
	} else {
		ref.exists = accounts_find_group(call_accounts(call), text, &g);
		ref.gid = g ? g->gid : id_unknown();
		ref.name = text;
	}
	ref.gid.span = word->span;
	ref.gid.is_chosen = g == NULL || !g->is_from_base ? ref.gid.is_chosen : true;
	return ref;
}

/*
 * `id app || useradd app`: when the guard that decides asks for this very name, the
 * name is there afterwards, whoever made it; only what it looks like is open.
 */
static bool guard_asks_for(const struct call *call, struct str name)
{
	for (const struct guard *g = call->command->guard; g; g = g->outer) {
		struct str text;

		if (!g->command || g->if_succeeds)
			continue;
		for (size_t i = 1; i < g->command->argv.n; i++) {
			struct value v = value_resolve(call->arena,
				g->command->argv.at[i].value, &call->run->variables);

			if (!value_str(call->arena, v, &text))
				continue;
			if (str_starts(text, STR("^")))
				text = str_from(text, 1);
			text = str_sub(text, 0, str_find(text, ':'));
			if (str_eq(text, name))
				return true;
		}
	}
	return false;
}

static struct id if_sure(const struct call *call, struct id id)
{
	if (call->runs != ANSWER_YES)
		id.know = FACT_UNKNOWN;
	return id;
}

void user_make(struct call *call, struct account *user, const struct word *name)
{
	struct state *state = call->run->state;

	user->made_by = call->command;
	user->span = name->span;
	user->exists = as_sure(call);
	if (call->runs == ANSWER_MAYBE && guard_asks_for(call, user->name)) {
		user->exists = ANSWER_YES;
		user->uid = if_sure(call, user->uid);
		user->gid = if_sure(call, user->gid);
	}
	state->accounts = accounts_change(call->arena, state->accounts, user);
	if (user->uid.know == FACT_SET && user->uid.n == 0 &&
		!str_eq(user->name, STR("root")))
		note_act(call, ACT_ROOT_ALIAS, name, user->name);
}

void group_make(
	struct call *call, struct str name, struct id gid, const struct word *at)
{
	struct state *state = call->run->state;
	struct account_group group = {.name = name,
		.gid = gid,
		.exists = as_sure(call),
		.made_by = call->command,
		.span = at->span};

	if (call->runs == ANSWER_MAYBE && guard_asks_for(call, name)) {
		group.exists = ANSWER_YES;
		group.gid = if_sure(call, gid);
	}
	state->accounts = accounts_add_group(call->arena, state->accounts, &group);
}

static bool is_admin_group(struct str group)
{
	static const struct str names[] = {STR_INIT("sudo"), STR_INIT("wheel"),
		STR_INIT("docker"), STR_INIT("root"), STR_INIT("admin"),
		STR_INIT("disk"), STR_INIT("shadow"), STR_INIT("lxd")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(group, names[i]))
			return true;
	return false;
}

void member_make(
	struct call *call, struct str user, struct str group, const struct word *at)
{
	struct state *state = call->run->state;
	struct membership m = {user, group, as_sure(call), at->span};

	state->accounts = accounts_add_member(call->arena, state->accounts, &m);
	if (is_admin_group(group)) {
		struct act *act = note_act(call, ACT_ADMIN_GROUP, at, user);

		if (act)
			act->detail = group;
	}
}

bool groups_exist(struct call *call, const struct word *list)
{
	struct str_fields fields = {0};
	struct str name;
	bool all_exist = true;

	if (!word_str(call->arena, list, &fields.rest))
		return true;
	while (str_next_field(&fields, ',', &name)) {
		struct account_problem *p;
		struct word part = *list;

		if (!name.n)
			continue;
		part.value = value_literal(call->arena, name, list->span);
		if (group_ref(call, &part).exists != ANSWER_NO)
			continue;
		p = note_problem(call, PROBLEM_GROUP_MISSING, list, name);
		if (p)
			p->is_group = true;
		all_exist = false;
	}
	return all_exist;
}

void members_from_list(struct call *call, struct str user, const struct word *list)
{
	struct str_fields fields = {0};
	struct str name;

	if (!word_str(call->arena, list, &fields.rest))
		return;
	while (str_next_field(&fields, ',', &name)) {
		struct word part = *list;
		struct group_ref ref;

		if (!name.n)
			continue;
		part.value = value_literal(call->arena, name, list->span);
		ref = group_ref(call, &part);
		if (ref.exists != ANSWER_NO && ref.name.n)
			member_make(call, user, ref.name, list);
	}
}

void user_remove(struct call *call, struct str name)
{
	struct state *state = call->run->state;
	struct membership_list all = accounts_memberships(call->arena, state->accounts);

	state->accounts =
		accounts_remove(call->arena, state->accounts, name, call->runs);
	vec_each (const struct membership *, m, &all)
		if (str_eq((*m)->user, name))
			state->accounts = accounts_remove_member(call->arena,
				state->accounts, name, (*m)->group, call->runs);
}

void group_remove(struct call *call, struct str name)
{
	struct state *state = call->run->state;

	state->accounts =
		accounts_remove_group(call->arena, state->accounts, name, call->runs);
}

/* Nobody takes away what the system runs on, nor the account nobody. */
enum { FIRST_ORDINARY = 100, LAST_ORDINARY = 60000 };

static bool is_ordinary(struct id id)
{
	return id.know != FACT_SET || (id.n >= FIRST_ORDINARY && id.n <= LAST_ORDINARY);
}

void anybody_may_go(struct call *call)
{
	struct state *state = call->run->state;
	struct account_list users = accounts_users(call->arena, state->accounts);
	struct group_list groups = accounts_groups(call->arena, state->accounts);

	vec_each (const struct account *, u, &users)
		if (is_ordinary((*u)->uid))
			state->accounts = accounts_remove(
				call->arena, state->accounts, (*u)->name, ANSWER_MAYBE);
	vec_each (const struct account_group *, g, &groups)
		if (is_ordinary((*g)->gid))
			state->accounts = accounts_remove_group(
				call->arena, state->accounts, (*g)->name, ANSWER_MAYBE);
}

void call_doubt(struct call *call, struct span span, const char *fmt, ...)
{
	struct state *state = call->run->state;
	struct str why;
	va_list args;

	/* What an entrypoint does when it runs is no reason to doubt the image. */
	if (call->run->is_start)
		return;
	va_start(args, fmt);
	why = arena_vprintf(call->arena, fmt, args);
	va_end(args);
	state->accounts = accounts_doubt(call->arena, state->accounts, why, span);
}

/* Where all is known, a tool that has no reason to fail does not. */
enum outcome call_worked(const struct call *call)
{
	return accounts_doubts(call_accounts(call)) || !call->is_complete
		? OUTCOME_DONE
		: OUTCOME_SUCCEEDS;
}

/*
 * A failure that ends the step is somebody's mistake, not a state of the image: what
 * follows is read as if the tool had worked, so that one mistake makes one finding.
 * Where the step survives it, the failure is what really happens.
 */
enum outcome call_failed(struct call *call, struct account_problem *problem)
{
	if (problem)
		problem->is_tolerated = !call->is_vital;
	return call->is_vital ? OUTCOME_DONE : OUTCOME_FAILS;
}
