/*
 * How an account is made: its shell, its log; one more option each.
 */
#include "base/path.h"
#include "fix/makers.h"
#include "model/query.h"

/* The account that a finding is about, where this Dockerfile makes it by a command. */
static const struct account *account_of(
	const struct fixing *f, const struct finding *found)
{
	const struct account *user;

	if (!found || !f->workload->accounts)
		return NULL;
	if (accounts_find(f->workload->accounts, found->evidence, &user) != ANSWER_YES)
		return NULL;
	return user->made_by && user->made_by->argv.n ? user : NULL;
}

static bool has_tool(const struct fixing *f, struct str tool)
{
	struct str_fields fields = {
		.rest = f->workload->base ? f->workload->base->tools : STR_NONE};
	struct str field;

	while (str_next_field(&fields, ',', &field))
		if (str_eq(field, tool))
			return true;
	return false;
}

/* Busybox has only the short options. */
static bool is_short(const struct fixing *f, const struct command *c)
{
	return command_is(c, STR("adduser")) && has_tool(f, STR("busybox"));
}

static void footprint_account(struct fixing *f, struct fix_part *part)
{
	fix_footprint_build(f, part, "run/*");
	fix_footprint_build(f, part, "account/*");
}

/* ---- its shell ---- */

static bool calls_su(const struct commands *commands)
{
	vec_each (struct command *const, c, commands)
		if (command_is(*c, STR("su")) || command_is(*c, STR("runuser")) ||
			command_is(*c, STR("sshd")) || command_is(*c, STR("cron")) ||
			(*c)->as_user.value.n)
			return true;
	return false;
}

/* Does anything log in as a user here? It would stop doing so. */
static bool logs_in(const struct fixing *f)
{
	const struct workload *w = f->workload;
	struct step_list steps = workload_steps(f->arena, w);

	if (w->entrypoint && calls_su(&w->entrypoint->commands))
		return true;
	if (w->cmd && calls_su(&w->cmd->commands))
		return true;
	vec_each (const struct step *, step, &steps)
		if (calls_su(&(*step)->commands))
			return true;
	return false;
}

/* The word that says the shell, where one does. */
static const struct word *shell_word(
	const struct fixing *f, const struct account *user, struct str *prefix)
{
	struct str long_option =
		arena_printf(f->arena, "--shell=%.*s", STR_ARG(user->shell));

	vec_each (const struct word, word, &user->made_by->argv) {
		struct str text;

		if (!value_str(f->arena, word->value, &text))
			continue;
		*prefix = str_eq(text, long_option) ? STR("--shell=") : STR_NONE;
		if (prefix->n || str_eq(text, user->shell))
			return word;
	}
	return NULL;
}

bool fix_user_login_shell(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("user-login-shell"), prefix;
	const struct account *user = account_of(f, fix_finding(f, rule));
	const struct base_image *base = f->workload->base;
	const struct word *word;
	struct change *c;

	if (!user || !base || !path_is_absolute(base->nologin) || logs_in(f))
		return false;
	word = shell_word(f, user, &prefix);
	if (word) {
		c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
		c->at = word->span;
		c->value = arena_printf(
			f->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(base->nologin));
	} else {
		fix_add_word(f, part, user->made_by,
			is_short(f, user->made_by) ? STR("-s") : STR("--shell"));
		fix_add_word(f, part, user->made_by, base->nologin);
	}
	part->title = arena_printf(
		f->arena, "Give '%.*s' no login shell", STR_ARG(user->name));
	part->why = STR("Nobody logs in to run a service; `docker exec` needs no login "
			"shell either.");
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	/* Whose author calls it a service needs no home either, perhaps. */
	fix_accepts(f, part, STR("user-home-created"));
	footprint_account(f, part);
	return true;
}

/* ---- its log ---- */

static const struct command *command_at(const struct fixing *f, struct span span)
{
	struct step_list steps = workload_needed_steps(f->arena, f->workload);

	vec_each (const struct step *, step, &steps)
		vec_each (const struct account_problem, p, &(*step)->notes.problems)
			if (p->kind == PROBLEM_HUGE_LOG && p->span.file == span.file &&
				p->span.offset == span.offset)
				return p->command;
	return NULL;
}

bool fix_user_high_uid(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("useradd-high-uid-no-log-init");

	for (const struct finding *found = fix_finding(f, rule); found;
		found = fix_next_finding(f, rule, found)) {
		const struct command *c = command_at(f, found->span);

		if (c && c->argv.n)
			fix_add_word(f, part, c, STR("--no-log-init"));
	}
	part->title = STR("Make no huge log for a large user number");
	part->why =
		STR("Without the option a log file gets room for every number below "
		    "it, which can make the layer gigabytes larger.");
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	footprint_account(f, part);
	return part->changes.n > 0;
}
