#include "effect/tool.h"

/* passwd(1), chpasswd(8), newusers(8): only whether one can log in afterwards. */

static void set_password(struct call *call, struct str name, enum password password)
{
	struct state *state = call->run->state;
	const struct account *u;
	struct account changed;

	if (accounts_find(state->accounts, name, &u) == ANSWER_NO || !u)
		return;
	changed = *u;
	changed.password = call->runs == ANSWER_YES ? password : PASSWORD_UNKNOWN;
	state->accounts = accounts_change(call->arena, state->accounts, &changed);
}

enum {
	PW_DELETE,
	PW_EXPIRE,
	PW_LOCK,
	PW_UNLOCK,
	PW_STDIN,
	PW_QUIET,
	PW_STATUS,
	PW_ROOT,
	PW_ALGORITHM
};

static const struct option passwd_rows[] = {
	[PW_DELETE] = {'d', "delete", false},
	[PW_EXPIRE] = {'e', "expire", false},
	[PW_LOCK] = {'l', "lock", false},
	[PW_UNLOCK] = {'u', "unlock", false},
	[PW_STDIN] = {0, "stdin", false},
	[PW_QUIET] = {'q', "quiet", false},
	[PW_STATUS] = {'S', "status", false},
	[PW_ROOT] = {'R', "root", true},
	[PW_ALGORITHM] = {'a', "all", false},
};
static const struct option_table passwd_table = {
	passwd_rows, OPTION_COUNT(passwd_rows), OPTIONS_GNU, false};

static bool has_input(const struct command *c)
{
	if (c->reads)
		return true;
	vec_each (struct redirect, r, &c->redirects)
		if (r->fd == 0 &&
			(r->kind == REDIRECT_HEREDOC || r->kind == REDIRECT_IN))
			return true;
	return false;
}

enum outcome tool_passwd(struct call *call)
{
	struct options o = call_options(call, &passwd_table);
	const struct account *u;
	const struct word *at;
	struct str name = STR("root");

	if (o.value[PW_ROOT] || o.value[PW_STATUS])
		return OUTCOME_DONE;
	at = o.operands.n ? &o.operands.at[0] : &call->argv.at[0];
	if (o.operands.n && !word_str(call->arena, at, &name))
		name = STR_NONE;
	if (name.n && accounts_find(call_accounts(call), name, &u) == ANSWER_NO)
		return call_failed(
			call, note_problem(call, PROBLEM_USER_MISSING, at, name));
	if (o.value[PW_LOCK]) {
		set_password(call, name, PASSWORD_LOCKED);
	} else if (o.value[PW_DELETE]) {
		set_password(call, name, PASSWORD_EMPTY);
		note_act(call, ACT_PASSWORD_OFF, o.value[PW_DELETE], name);
	} else if (o.value[PW_UNLOCK]) {
		set_password(call, name, PASSWORD_UNKNOWN);
	} else if (!o.value[PW_EXPIRE] && has_input(call->command)) {
		set_password(call, name, PASSWORD_SET);
		note_act(call, ACT_PASSWORD, at, name);
	}
	return OUTCOME_DONE;
}

/* One line "name:password" of chpasswd's input. */
static void password_line(struct call *call, const struct text *line)
{
	struct str name = str_sub(line->s, 0, str_find(line->s, ':'));
	struct word at = {.span = text_span(line, 0, name.n)};

	if (name.n == line->s.n || !name.n)
		return;
	if (str_find(name, TEXT_UNKNOWN) < name.n)
		name = STR_NONE;
	if (!at.span.file)
		at.span = call->command->span;
	set_password(call, name, PASSWORD_SET);
	note_act(call, ACT_PASSWORD, &at, name);
}

enum outcome tool_chpasswd(struct call *call)
{
	struct text input, line;

	if (!command_input(call->run, call->command, &input)) {
		note_act(call, ACT_PASSWORD, &call->argv.at[0], STR_NONE);
		return OUTCOME_DONE;
	}
	while (text_next_line(&input, &line))
		password_line(call, &line);
	return OUTCOME_DONE;
}

/* newusers makes (or changes) a user a line, in the form of passwd. */
enum outcome tool_newusers(struct call *call)
{
	struct text input;

	if (command_input(call->run, call->command, &input))
		passwd_lines(call, input, false);
	else
		call_doubt(call, call->command->span,
			"newusers reads accounts that cannot be seen");
	note_act(call, ACT_PASSWORD, &call->argv.at[0], STR_NONE);
	return OUTCOME_DONE;
}
