#include "effect/owners.h"

#include "base/path.h"

/* Which tool does what to owners: the shell itself, and whoever is not in the table. */

void own_redirects(struct call *call)
{
	vec_each (const struct redirect, r, &call->command->redirects) {
		struct word at = r->target;
		struct event e;
		struct operand o;

		if (r->kind != REDIRECT_OUT && r->kind != REDIRECT_APPEND)
			continue;
		at.value = value_resolve(call->arena, at.value, &call->run->variables);
		o = own_operand(call, &at);
		if (path_is_under(o.path, STR("/dev")))
			continue;
		if (!call->tool.n)
			call->tool = STR("the shell");
		e = own_made(call, ENTRY_FILE);
		e.path = o.path;
		if (o.is_known)
			own_add(call, e);
		else
			own_cloud(call, o.path);
	}
}

void own_umask(struct call *call)
{
	struct runner *run = call->run;
	uint32_t allowed = 0777 & ~run->umask, known = 07777, n = 0;
	struct str word;

	if (call->argv.n == 1)
		return;
	run->umask_is_unknown = true;
	if (call->runs != ANSWER_YES || !call_word(call, 1, &word) || !word.n)
		return;
	if (byte_is_digit(word.p[0])) {
		for (size_t i = 0; i < word.n; i++) {
			if (word.p[i] < '0' || word.p[i] > '7' || i > 4)
				return;
			n = n * 8 + (uint32_t)(word.p[i] - '0');
		}
		run->umask = n & 0777;
	} else {
		/* In letters it says what stays allowed. */
		if (!mode_apply(word, 0, false, &allowed, &known))
			return;
		run->umask = 0777 & ~allowed;
	}
	run->umask_is_unknown = false;
}

void own_nothing(struct call *call)
{
	(void)call;
}

/* ---- scripts that nobody read ---- */

/* A shell whose script was not followed may have done anything. */
static bool is_shell(struct str tool)
{
	static const struct str names[] = {STR_INIT("sh"), STR_INIT("bash"),
		STR_INIT("dash"), STR_INIT("ash"), STR_INIT("zsh"), STR_INIT("ksh"),
		STR_INIT("source"), STR_INIT("."), STR_INIT("eval"),
		STR_INIT("ansible-playbook"), STR_INIT("puppet")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(tool, names[i]))
			return true;
	return str_ends(tool, STR(".sh")) || str_ends(tool, STR(".bash"));
}

/* What one sources for the variables that it sets. */
static bool only_sets_variables(struct call *call)
{
	static const struct str names[] = {STR_INIT("activate"), STR_INIT("os-release"),
		STR_INIT("lsb-release"), STR_INIT("profile"), STR_INIT(".profile"),
		STR_INIT(".bashrc"), STR_INIT("bash.bashrc"), STR_INIT("conda.sh"),
		STR_INIT("nvm.sh"), STR_INIT("env"), STR_INIT(".env"),
		STR_INIT("envvars"), STR_INIT("setup.bash"), STR_INIT("setvars.sh")};
	static const struct str hooks[] = {STR_INIT("hook"), STR_INIT("ssh-agent"),
		STR_INIT(" init"), STR_INIT("dircolors")};
	struct str text = span_str(call->command->span), word;

	if (str_eq(call->tool, STR("eval"))) {
		for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
			if (str_find_str(text, hooks[i]) < text.n)
				return true;
		return false;
	}
	if (!str_eq(call->tool, STR(".")) && !str_eq(call->tool, STR("source")))
		return false;
	/* "$NVM_DIR/nvm.sh": the last name tells. */
	if (!call_word(call, 1, &word))
		word = str_trim(text);
	while (word.n && memchr("\"'", word.p[word.n - 1], 2))
		word.n--;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(path_base(word), names[i]))
			return true;
	return false;
}

enum { FETCHED_MAX = 200 }; /* events that are looked back through */

/* Did this build fetch the script from elsewhere? Then it knows nothing of the build. */
static bool is_fetched(struct call *call)
{
	const struct event *e = call->run->state->owners;
	const struct command *from = call->command->reads;
	struct operand script;

	if (from)
		return command_is(from, STR("curl")) || command_is(from, STR("wget"));
	if (call->argv.n < 2)
		return false;
	script = own_operand(call, &call->argv.at[1]);
	for (int i = 0; e && script.is_known && i < FETCHED_MAX; i++, e = e->older)
		if (e->kind == EVENT_MADE && str_eq(e->path, script.path))
			return str_eq(e->by, STR("curl")) || str_eq(e->by, STR("wget"));
	return false;
}

static void own_script(struct call *call)
{
	struct str script = STR_NONE;
	struct word room;
	const struct word *prefix;

	if (only_sets_variables(call))
		return;
	for (size_t i = 1; i < call->argv.n && !str_ends(script, STR(".sh")); i++)
		(void)call_word(call, i, &script);
	script = path_base(script);
	/* bash Miniconda3-latest-Linux-x86_64.sh -b -p /opt/conda */
	prefix = own_value(call, STR("p"), STR("--prefix"), &room);
	if (prefix && str_ends(script, STR(".sh")) &&
		(str_starts_nocase(script, STR("mini")) ||
			str_starts_nocase(script, STR("anaconda")) ||
			str_starts_nocase(script, STR("mamba")) ||
			str_find_str(script, STR("conda")) < script.n)) {
		own_filled(call, own_operand(call, prefix).path);
		return;
	}
	if (is_fetched(call))
		own_system(call, EVENT_BLUR, call->run->cwd);
	else
		own_blur(call, STR("/"));
}

/* ---- one command ---- */

void owners_of_command(struct call *call, bool was_followed)
{
	/* What an entrypoint does when it runs is no part of the image. */
	if (call->run->is_start || call->run->trail)
		return;
	if (call->command->redirects.n)
		own_redirects(call);
	if (!call->argv.n || was_followed)
		return;
	if (!call->tool.n) {
		call->tool = STR("a command that is not known");
		own_blur(call, STR("/"));
	} else if (call->row && call->row->owners) {
		call->row->owners(call);
	} else if (is_shell(call->tool)) {
		own_script(call);
	} else {
		own_cloud(call, STR("/"));
	}
}
