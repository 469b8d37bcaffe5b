#include "effect/tool.h"

#include "base/path.h"
#include "effect/commands.h"

/*
 * Programs that are files of the build: a script that was copied in, or written by an
 * earlier command, is read and run in place. What cannot be seen leaves a doubt.
 */

/* ---- what is ordinary, and makes no account without being told to ---- */

static bool is_program_folder(struct str path)
{
	static const struct str folders[] = {STR_INIT("/bin"), STR_INIT("/sbin"),
		STR_INIT("/usr"), STR_INIT("/opt"), STR_INIT("/lib"),
		STR_INIT("/root/.local"), STR_INIT("/root/.cargo"), STR_INIT("/nix"),
		STR_INIT("/etc")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (path_is_under(path, folders[i]))
			return true;
	return false;
}

/* Build systems and installers that come with a project or a download. */
static bool is_ordinary(struct str path)
{
	static const struct str globs[] = {STR_INIT("configure"),
		STR_INIT("autogen.sh"), STR_INIT("bootstrap*"), STR_INIT("gradlew"),
		STR_INIT("mvnw"), STR_INIT("Mini*.sh"), STR_INIT("mini*.sh"),
		STR_INIT("Mamba*.sh"), STR_INIT("Anaconda*.sh"),
		STR_INIT("anaconda*.sh"), STR_INIT("conda*.sh"), STR_INIT("cmake*.sh"),
		STR_INIT("cuda_*.run"), STR_INIT("python*"), STR_INIT("pip*"),
		STR_INIT("node*"), STR_INIT("npm"), STR_INIT("conda"),
		STR_INIT("mamba"), STR_INIT("micromamba"), STR_INIT("b2"),
		STR_INIT("Configure"), STR_INIT("config"), STR_INIT("activate"),
		STR_INIT("*.py"), STR_INIT("get-pip*"), STR_INIT("gunicorn"),
		STR_INIT("poetry"), STR_INIT("uv"), STR_INIT("cargo"), STR_INIT("make"),
		STR_INIT("x.py"), STR_INIT("manage.py")};
	struct str name = path_base(path);

	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++)
		if (str_glob(globs[i], name))
			return true;
	return str_find_str(path, STR("node_modules")) < path.n ||
		str_find_str(path, STR("/bin/")) < path.n ||
		str_starts(path, STR("bin/"));
}

/* ---- reading and running ---- */

static struct str interpreter_of(struct str text)
{
	struct str line = str_sub(text, 0, str_find(text, '\n')), word, rest;

	if (!str_starts(text, STR("#!")))
		return STR("sh");
	rest = str_from(line, 2);
	if (!str_next_word(&rest, &word))
		return STR("sh");
	if (!str_eq(path_base(word), STR("env")))
		return path_base(word);
	while (str_next_word(&rest, &word))
		if (!str_starts(word, STR("-")))
			return path_base(word);
	return STR("sh");
}

static bool is_shell(struct str name)
{
	static const struct str names[] = {STR_INIT("sh"), STR_INIT("bash"),
		STR_INIT("dash"), STR_INIT("ash"), STR_INIT("ksh"), STR_INIT("zsh")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static bool has_errexit(struct str text)
{
	struct str line = str_sub(text, 0, str_find(text, '\n')), word;

	if (!str_starts(text, STR("#!")))
		return false;
	while (str_next_word(&line, &word))
		if (word.n > 1 && word.p[0] == '-' && str_find(word, 'e') < word.n)
			return true;
	return false;
}

/* Only what the parent exported reaches a script; a sourced one shares it all. */
static const struct binding *exported(struct runner *run)
{
	return run->exported;
}

static void run_text(struct call *call, const struct text *text, size_t first_argument,
	struct str shell, bool sources)
{
	struct diags diags = {.arena = call->arena};
	struct commands list = commands_of_shell(call->arena, text,
		str_eq(shell, STR("bash")) ? COMMANDS_BASH : COMMANDS_SH, &diags);
	struct words arguments = {0};
	struct runner inner = *call->run;

	for (size_t i = first_argument; i < call->argv.n; i++)
		*vec_push(call->arena, &arguments) = call->argv.at[i];
	inner.depth++;
	inner.alive = ANSWER_YES;
	inner.is_final = call->run->is_last && !sources;
	/* What a child of the entrypoint execs is not what the container runs. */
	if (!sources && !inner.is_final)
		inner.trail = NULL;
	if (first_argument > 0 && first_argument <= call->argv.n)
		inner.variables.self = call->argv.at[first_argument - 1];
	if (!sources || arguments.n) {
		struct words *kept = arena_new(call->arena, struct words);

		*kept = arguments;
		inner.variables.positional = call->is_complete ? kept : NULL;
	}
	if (!sources) {
		inner.variables.shell = exported(call->run);
		inner.errexit = has_errexit(text->s);
	}
	inner.is_vital = call->is_vital;
	run_list(&inner, &list, call->runs);
	if (!sources)
		return;
	call->run->variables.shell = inner.variables.shell;
	call->run->exported = inner.exported;
	call->run->cwd = inner.cwd;
	call->run->errexit = inner.errexit;
}

static bool is_binary(struct str text)
{
	return str_find(str_sub(text, 0, 512), '\0') < (text.n < 512 ? text.n : 512);
}

bool script_text(struct runner *run, struct str path, struct text *out, bool *is_copied)
{
	const struct file_entry *entry;
	struct str rest;

	*is_copied = false;
	if (!path_is_absolute(path) && !run->cwd.n)
		return false;
	path = path_join(run->arena, run->cwd, path);
	entry = files_find(run->state->files, path, &rest);
	if (!entry)
		return false;
	*is_copied = true;
	if (!may_spend(run, &run->spent->bytes, 0, EFFECT_BYTES_MAX))
		return false;
	if (entry->origin == FILE_FROM_TEXT && !rest.n)
		*out = entry->content;
	else if (entry->origin == FILE_FROM_TEXT || !run->ctx->read_script ||
		!run->ctx->read_script(run->ctx->data, entry, rest, out))
		return false;
	return may_spend(run, &run->spent->bytes, out->s.n, EFFECT_BYTES_MAX) &&
		out->s.n <= EFFECT_SCRIPT_MAX;
}

static void cannot_see(struct call *call, struct str path)
{
	call_doubt(call, call->argv.at[0].span, "%.*s is run and cannot be seen",
		STR_ARG(path));
}

/* True when path is a shell script that was read, or nothing that could matter. */
bool script_run(struct call *call, struct str path, size_t first_argument, bool sources)
{
	struct text text;
	struct str shell;
	bool is_copied;

	if (!script_text(call->run, path, &text, &is_copied))
		return false;
	if (call->run->depth >= EFFECT_DEPTH_MAX) {
		call_doubt(call, call->argv.at[0].span,
			"%.*s is run by too many scripts inside each other",
			STR_ARG(path));
		return true;
	}
	shell = interpreter_of(text.s);
	if (is_binary(text.s) || !is_shell(shell))
		return true;
	run_text(call, &text, first_argument, shell, sources);
	return true;
}

static bool reads_download(const struct command *c)
{
	for (int depth = 0; c && depth < 8; c = c->reads, depth++)
		if (command_is(c, STR("curl")) || command_is(c, STR("wget")))
			return true;
	return false;
}

/* sh with nothing but options: it runs what it reads. */
static enum outcome shell_reads(struct call *call)
{
	struct text text;

	if (command_input(call->run, call->command, &text) && text_is_known(&text))
		run_text(call, &text, call->argv.n, call->tool, false);
	else if (reads_download(call->command))
		call_doubt(call, call->command->span,
			"a script from the network is run and cannot be seen");
	else if (call->command->reads)
		call_doubt(call, call->command->span,
			"%.*s runs what another program writes", STR_ARG(call->tool));
	return OUTCOME_DONE;
}

/* sh [-eux] [-o NAME] FILE …; strings of -c were looked into before. */
enum outcome tool_shell(struct call *call)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word)) {
			call_doubt(call, call->argv.at[i].span,
				"%.*s runs a text that is not known",
				STR_ARG(call->tool));
			return OUTCOME_DONE;
		}
		if (word.n > 1 && memchr("-+", word.p[0], 2)) {
			if (str_eq(word, STR("-s")))
				return shell_reads(call);
			if (word.p[1] != '-' && str_find(word, 'c') < word.n)
				return OUTCOME_DONE;
			if (word.p[word.n - 1] == 'o' && word.p[1] != '-')
				i++;
			continue;
		}
		if (!script_run(call, word, i + 1, false) && !is_ordinary(word))
			cannot_see(call, word);
		return OUTCOME_DONE;
	}
	return shell_reads(call);
}

/* . FILE: what is not of the build is a profile of some program. */
enum outcome tool_source(struct call *call)
{
	struct str path;
	struct text text;
	bool is_copied;

	if (!call_word(call, 1, &path) || script_run(call, path, 2, true))
		return OUTCOME_DONE;
	if (!script_text(call->run, path, &text, &is_copied) && is_copied &&
		!is_ordinary(path))
		cannot_see(call, path);
	return OUTCOME_DONE;
}

/* An absolute path that nothing was copied to is a program of the base, not a script. */
static bool is_of_base(struct runner *run, struct str path)
{
	struct text text;
	bool is_copied;

	(void)script_text(run, path, &text, &is_copied);
	return path_is_absolute(path) && !is_copied && !str_ends(path, STR(".sh"));
}

/* A program that is called by its path. */
void program_run(struct call *call, struct str path)
{
	if (script_run(call, path, 1, false))
		return;
	if (is_ordinary(path) || (path_is_absolute(path) && is_program_folder(path)) ||
		is_of_base(call->run, path))
		return;
	cannot_see(call, path);
}

enum outcome tool_configure(struct call *call)
{
	call_doubt(call, call->command->span,
		"%.*s changes the image in a way that cannot be seen",
		STR_ARG(call->tool));
	return OUTCOME_DONE;
}

/* ---- files that move ---- */

enum outcome tool_copy(struct call *call)
{
	struct state *state = call->run->state;
	struct words operands = {0};
	struct file_entry entry;
	struct text text;
	struct str from, to, word, rest;
	const struct file_entry *found;

	for (size_t i = 1; i < call->argv.n; i++)
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")))
			*vec_push(call->arena, &operands) = call->argv.at[i];
	if (operands.n != 2 || !word_str(call->arena, &operands.at[0], &from) ||
		!word_str(call->arena, &operands.at[1], &to))
		return OUTCOME_DONE;
	if ((!path_is_absolute(from) || !path_is_absolute(to)) && !call->run->cwd.n)
		return OUTCOME_DONE;
	from = path_join(call->arena, call->run->cwd, from);
	if (str_ends(to, STR("/")))
		to = path_join(call->arena, to, path_base(from));
	to = path_join(call->arena, call->run->cwd, to);
	found = files_find(state->files, from, &rest);
	if (str_eq(to, STR("/etc/passwd")) || str_eq(to, STR("/etc/group"))) {
		bool is_copied, known = script_text(call->run, from, &text, &is_copied);

		file_written(call, to, known ? &text : NULL, false, &operands.at[1]);
		return OUTCOME_DONE;
	}
	if (!found || call->runs != ANSWER_YES)
		return OUTCOME_DONE;
	entry = *found;
	entry.path = to;
	entry.source =
		rest.n ? path_join(call->arena, entry.source, rest) : entry.source;
	state->files = files_put(call->arena, state->files, &entry);
	return OUTCOME_DONE;
}

/* rm, unlink, truncate: the lines of the account files are gone. */
enum outcome tool_remove(struct call *call)
{
	static const struct text no_lines;
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++)
		if (call_word(call, i, &word) &&
			is_accounts_file(path_join(call->arena, call->run->cwd, word)))
			file_written(call, word, &no_lines, false, &call->argv.at[i]);
	return OUTCOME_DONE;
}

/* The account file that a word is or, in a program's text, names; empty: neither. */
static struct str accounts_file_in(struct str word)
{
	static const struct str files[] = {
		STR_INIT("/etc/passwd"), STR_INIT("/etc/group")};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t at = str_find_str(word, files[i]);
		struct str behind = str_from(word, at + files[i].n);

		if (at < word.n && !str_starts(behind, STR("-")))
			return files[i];
	}
	return STR_NONE;
}

/* perl -i, python -c, ed and their kin: what they do with the file is not followed. */
enum outcome tool_rewrite(struct call *call)
{
	bool may_write = str_eq(call->tool, STR("ed")) || str_eq(call->tool, STR("ex"));
	bool names_root = false;
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word))
			continue;
		may_write = may_write || str_eq(word, STR("-c")) ||
			str_eq(word, STR("inplace")) ||
			(str_starts(word, STR("-")) && str_find(word, 'i') < word.n);
		names_root = names_root || str_find_str(word, STR("root")) < word.n;
	}
	for (size_t i = 1; may_write && i < call->argv.n; i++)
		if (call_word(call, i, &word) && accounts_file_in(word).n)
			accounts_file_blurred(call, accounts_file_in(word),
				&call->argv.at[i], names_root);
	return OUTCOME_DONE;
}

/* Can that expression have changed ids or lines? Most often it changes a shell. */
static bool changes_ids(struct str expression)
{
	for (size_t i = 0; i < expression.n; i++)
		if (byte_is_digit(expression.p[i]))
			return true;
	return str_ends(expression, STR("d"));
}

/* sed -i on the account files. */
enum outcome tool_sed(struct call *call)
{
	bool in_place = false, may_change = false, names_root = false, grants = false;
	const struct word *file = NULL, *sudoers = NULL;
	struct str word, path = STR_NONE;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word)) {
			may_change = names_root = true;
			continue;
		}
		if (str_starts(word, STR("-i")) || str_eq(word, STR("--in-place"))) {
			in_place = true;
		} else if (is_accounts_file(word)) {
			file = &call->argv.at[i];
			path = word;
		} else if (str_starts(word, STR("/etc/sudoers"))) {
			sudoers = &call->argv.at[i];
		} else if (!str_starts(word, STR("-"))) {
			grants = grants || str_find_str(word, STR("NOPASSWD")) < word.n;
			may_change = may_change || changes_ids(word);
			names_root = names_root ||
				str_find_str(word, STR("root")) < word.n ||
				str_find_str(word, STR(":0:")) < word.n;
		}
	}
	/* Other expressions for it put a '#' before a rule, or before `requiretty`. */
	if (sudoers && in_place && grants)
		note_act(call, ACT_NOPASSWD, sudoers, STR_NONE);
	if (in_place && file && may_change)
		accounts_file_blurred(call, path, file, names_root);
	return OUTCOME_DONE;
}
