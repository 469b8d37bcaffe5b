#include "effect/owners.h"

/* chown, chgrp, chmod, setfacl, usermod: what is there gets another owner or mode. */

struct id own_user_id(struct call *call, struct str name, struct id *login_group)
{
	const struct account *user = NULL;
	uint32_t n;

	*login_group = id_unknown();
	if (accounts_find(call_accounts(call), name, &user) == ANSWER_YES && user) {
		if (user->gid.know == FACT_SET)
			*login_group = user->gid;
		return user->uid.know == FACT_SET ? user->uid : id_unknown();
	}
	return !user && str_to_u32(name, &n) ? id_of(n) : id_unknown();
}

struct id own_group_id(struct call *call, struct str name)
{
	const struct account_group *group = NULL;
	uint32_t n;

	if (accounts_find_group(call_accounts(call), name, &group) == ANSWER_YES &&
		group)
		return group->gid.know == FACT_SET ? group->gid : id_unknown();
	return !group && str_to_u32(name, &n) ? id_of(n) : id_unknown();
}

/* "user", "user:", "user:group", ":group" as chown reads it. */
static void read_owner(struct call *call, const struct word *w, struct event *e)
{
	struct id login_group = id_unset();
	struct str text;
	size_t colon;

	e->uid = e->gid = id_unknown();
	e->why = STR("it is not known whom it is given to");
	if (!word_str(call->arena, w, &text))
		return;
	colon = str_find(text, ':');
	e->uid = colon ? own_user_id(call, str_sub(text, 0, colon), &login_group)
		       : id_unset();
	if (colon == text.n)
		e->gid = id_unset();
	else if (colon + 1 == text.n)
		e->gid = login_group;
	else
		e->gid = own_group_id(call, str_from(text, colon + 1));
	if (e->uid.know == FACT_UNKNOWN || e->gid.know == FACT_UNKNOWN)
		e->why = arena_printf(
			call->arena, "who '%.*s' is is not known", STR_ARG(text));
}

void own_chown(struct call *call)
{
	struct words operands = own_operands(call);
	struct event e = {.kind = EVENT_OWNER,
		.is_recursive = own_has_option(call, 'R', STR("--recursive"))};
	struct str group;
	size_t first = 1;

	if (!operands.n)
		return;
	if (own_has_option(call, '\1', STR("--reference"))) {
		e.uid = e.gid = id_unknown();
		e.why = STR("it gets the owner of another file");
		first = 0;
	} else if (str_eq(call->tool, STR("chgrp"))) {
		e.uid = id_unset();
		e.gid = word_str(call->arena, &operands.at[0], &group)
			? own_group_id(call, group)
			: id_unknown();
		e.why = STR("which group it gets is not known");
	} else {
		read_owner(call, &operands.at[0], &e);
	}
	if (own_has_option(call, '\1', STR("--from")))
		call->runs = answer_and(call->runs, ANSWER_MAYBE);
	own_each(call, &operands, first, e, EVENT_BLUR);
}

/* A word that begins with a dash and takes bits away: -w, -x, -rwx. */
static bool is_mode(struct str word)
{
	for (size_t i = 1; i < word.n; i++)
		if (!memchr("rwxXst,ugoa+-=", word.p[i], 14))
			return false;
	return word.n > 1;
}

void own_chmod(struct call *call)
{
	struct words operands = {0};
	struct event e = {.kind = EVENT_MODE};
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")) ||
			(!operands.n && is_mode(word)))
			*vec_push(call->arena, &operands) = call->argv.at[i];
		else if (str_starts(word, STR("--reference")))
			e.mode = STR("?");
		else if (str_eq(word, STR("--recursive")) ||
			str_find(word, 'R') < word.n)
			e.is_recursive = true;
	}
	if (!operands.n)
		return;
	if (!e.mode.n)
		e.mode = own_mode(call, &operands.at[0]);
	own_each(call, &operands, str_eq(e.mode, STR("?")) ? 0 : 1, e, EVENT_BLUR);
}

void own_usermod(struct call *call)
{
	own_blur(call, STR("/home"));
	if (own_has_option(call, 'u', STR("--uid")) ||
		str_eq(call->tool, STR("groupmod")))
		own_blur(call, STR("/"));
}
