#include "source/runline_script.h"

#include "base/path.h"
#include "effect/commands.h"
#include "source/run_values.h"
#include "source/runline_args.h"
#include "source/runline_variables.h"

/* The working directory lies among the variables, under a name that none can have. */
#define FOLDER STR("/folder")

struct script_reading {
	struct arena *arena;
	struct str home; /* the script's own folder */
	struct script_variables *variables;
	struct script_lines *out;
	struct diags *diags;
	unsigned evals;
	bool is_full;
};

static struct str interpreter(struct str bytes)
{
	struct str line = str_sub(bytes, 0, str_find(bytes, '\n')), word,
		   name = STR("");

	if (!str_starts(line, STR("#!")))
		return name;
	line = str_from(line, 2);
	while (str_next_word(&line, &word)) {
		name = path_base(word);
		if (!str_eq(name, STR("env")) && !str_starts(word, STR("-")))
			break;
	}
	return name;
}

static enum commands_shell shell_of(struct str bytes)
{
	static const struct str plain[] = {
		STR_INIT("sh"), STR_INIT("dash"), STR_INIT("ash")};
	struct str name = interpreter(bytes);

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (str_eq(name, plain[i]))
			return COMMANDS_SH;
	return COMMANDS_BASH;
}

/* ---- the working directory ---- */

static bool is_script_folder(struct value value)
{
	static const struct str marks[] = {STR_INIT("dirname"), STR_INIT("${0%"),
		STR_INIT("BASH_SOURCE"), STR_INIT("readlink")};
	struct str source;

	if (!value.n || value.at[0].kind != SEGMENT_UNKNOWN)
		return false;
	source = span_str(value.at[0].definition.file ? value.at[0].definition
						      : value.at[0].span);
	/* Twice is the folder above; that is more than oakum guesses. */
	if (str_find_str(
		    str_from(source, str_find_str(source, marks[0]) + 1), marks[0]) +
			str_find_str(source, marks[0]) + 1 <
		source.n)
		return false;
	if (str_find_str(source, STR("..")) < source.n)
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_find_str(source, marks[i]) < source.n)
			return true;
	return false;
}

static bool folder_now(const struct script_reading *r, struct str *out)
{
	struct value value;

	return script_variables_get(r->variables, FOLDER, &value) &&
		value_str(r->arena, value, out);
}

/* `cd x`, `pushd x`. */
static void change_folder(struct script_reading *r, const struct words *words)
{
	struct value to = {0}, rest;
	struct str text, now, moved = STR_NONE;

	for (size_t i = 1; i < words->n && !to.n; i++) {
		struct str flat = value_flat(r->arena, words->at[i].value);

		if (flat.n < 2 || flat.p[0] != '-')
			to = words->at[i].value;
	}
	rest = (struct value){to.at + 1, to.n ? to.n - 1 : 0};
	if (is_script_folder(to) && value_str(r->arena, rest, &text))
		moved = path_join(r->arena, r->home,
			str_trim_left(
				str_starts(text, STR("/")) ? str_from(text, 1) : text));
	else if (to.n && value_str(r->arena, to, &text) && text.n &&
		!str_eq(text, STR("-")) &&
		(path_is_absolute(text) || folder_now(r, &now)))
		moved = path_join(
			r->arena, path_is_absolute(text) ? STR("/") : now, text);
	if (moved.n)
		script_variables_put(r->variables, FOLDER,
			value_literal(r->arena, moved, SPAN_NONE));
	else
		script_variables_forget(r->variables, FOLDER);
}

/* ---- what the shell does itself ---- */

static void read_text(
	struct script_reading *r, const struct text *text, enum commands_shell shell);

/* eval "$COMMAND": its words with blanks between them are read once more. */
static void run_eval(struct script_reading *r, const struct words *words)
{
	struct text_builder b = text_builder(r->arena);
	struct text text;

	if (r->evals >= SCRIPT_EVALS_MAX)
		return;
	for (size_t i = 1; i < words->n; i++) {
		struct str bytes;

		if (!value_str(r->arena, words->at[i].value, &bytes))
			return;
		if (i > 1)
			text_add_decoded(&b, STR(" "), words->at[i].span);
		text_add_decoded(&b, bytes, words->at[i].span);
	}
	text = text_finish(&b);
	r->evals++;
	read_text(r, &text, COMMANDS_BASH);
	r->evals--;
}

static void forget_names(struct script_reading *r, const struct words *words)
{
	for (size_t i = 1; i < words->n; i++) {
		struct str name;

		if (value_str(r->arena, words->at[i].value, &name) && name.n &&
			name.p[0] != '-' && name.p[0] != '/')
			script_variables_forget(r->variables, name);
	}
}

static void source_file(struct script_reading *r, const struct words *words)
{
	(void)words;
	script_variables_sourced(r->variables);
}

static void lose_folder(struct script_reading *r, const struct words *words)
{
	(void)words;
	script_variables_forget(r->variables, FOLDER);
}

static const struct {
	struct str name;
	void (*run)(struct script_reading *r, const struct words *words);
	bool keeps_places; /* the words are looked at where they were assigned */
} builtins[] = {
	{STR_INIT("cd"), change_folder, true},
	{STR_INIT("pushd"), change_folder, true},
	{STR_INIT("popd"), lose_folder, false},
	{STR_INIT("eval"), run_eval, false},
	{STR_INIT("read"), forget_names, false},
	{STR_INIT("unset"), forget_names, false},
	{STR_INIT("getopts"), forget_names, false},
	{STR_INIT("mapfile"), forget_names, false},
	{STR_INIT("readarray"), forget_names, false},
	{STR_INIT("."), source_file, false},
	{STR_INIT("source"), source_file, false},
};

static struct words expand_all(struct script_reading *r, const struct words *argv)
{
	struct words out = {0};

	vec_each (struct word, word, argv)
		script_variables_expand(r->variables, word, &out);
	return out;
}

static bool run_builtin(struct script_reading *r, const struct command *c)
{
	struct str name;

	if (!command_name(c, &name))
		return false;
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		struct words words = c->argv;

		if (!str_eq(name, builtins[i].name))
			continue;
		if (builtins[i].keeps_places && words.n == 2) {
			struct word *to = arena_array(r->arena, struct word, 2);

			to[1] = words.at[1];
			to[1].value = script_variables_places(
				r->variables, words.at[1].value);
			words.at = to;
		} else {
			words = expand_all(r, &c->argv);
		}
		builtins[i].run(r, &words);
		return true;
	}
	return false;
}

/* In front of a command they are for that command alone. */
static bool keeps_assignments(const struct command *c)
{
	static const struct str names[] = {STR_INIT("export"), STR_INIT("local"),
		STR_INIT("declare"), STR_INIT("readonly"), STR_INIT("typeset")};
	struct str name;

	if (!c->argv.n)
		return true;
	if (!command_name(c, &name))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* ---- the list ---- */

/* $SUDO docker run: a variable in front that may be sudo, echo or nothing at all. */
static bool is_bare_variable(const struct word *word)
{
	return !word->is_quoted && word->value.n == 1 &&
		word->value.at[0].kind == SEGMENT_UNKNOWN && word->value.at[0].name.n;
}

static bool begins_with_engine(struct script_reading *r, const struct words *argv)
{
	struct words first = {0};

	script_variables_expand(r->variables, &argv->at[0], &first);
	return first.n && runline_names_engine(r->arena, &first.at[0]);
}

/* Where the engine's own words begin; argv->n: nowhere. */
static size_t find_engine(struct script_reading *r, const struct words *argv)
{
	struct words rest = {argv->at + 1, argv->n - 1, 0};
	struct words first = {0};

	if (begins_with_engine(r, argv))
		return 0;
	if (argv->n < 2 || !is_bare_variable(&argv->at[0]))
		return argv->n;
	script_variables_expand(r->variables, &argv->at[0], &first);
	if (first.n && !is_bare_variable(&first.at[0]))
		return argv->n;
	return begins_with_engine(r, &rest) ? 1 : argv->n;
}

static void add_line(struct script_reading *r, const struct command *c)
{
	size_t at = find_engine(r, &c->argv);
	struct words argv = {c->argv.at + at, c->argv.n - at, 0};
	struct script_line line = {
		.runs = answer_of(!c->guard && !at), .span = c->span};

	if (!argv.n)
		return;
	if (line.runs == ANSWER_NO)
		line.runs = ANSWER_MAYBE;
	if (r->out->n == SCRIPT_LINES_MAX) {
		r->is_full = true;
		return;
	}
	line.words = expand_all(r, &argv);
	line.folder_known = folder_now(r, &line.folder);
	*vec_push(r->arena, r->out) = line;
}

static void run_command(struct script_reading *r, const struct command *c)
{
	script_variables_enter(r->variables, c);
	if (keeps_assignments(c))
		vec_each (struct assignment, assignment, &c->assignments)
			script_variables_assign(r->variables, assignment);
	if (!c->argv.n || run_builtin(r, c))
		return;
	add_line(r, c);
}

static void read_text(
	struct script_reading *r, const struct text *text, enum commands_shell shell)
{
	struct diags own = {.arena = r->arena};
	struct commands list = commands_of_script(r->arena, text, shell, &own);

	vec_each (struct diag, d, &own.list)
		if (d->id == DIAG_LIMIT_REACHED)
			diag_add(r->diags, d->id, d->span, "%.*s", STR_ARG(d->detail));
	vec_each (struct command *, c, &list) {
		run_command(r, *c);
		r->is_full |= script_variables_full(r->variables);
		if (!r->is_full)
			continue;
		diag_add(r->diags, DIAG_LIMIT_REACHED, (*c)->span,
			"the script does more than oakum follows; what stands behind "
			"this is not looked at");
		return;
	}
}

struct script_lines script_lines_read(struct arena *a, const struct file *file,
	struct str folder, struct diags *diags)
{
	struct script_lines out = {0};
	struct script_reading r = {.arena = a,
		.home = folder,
		.variables = script_variables_new(a),
		.out = &out,
		.diags = diags};
	struct text text = text_of(a, span_of(file, 0, file->bytes.n));

	script_variables_put(r.variables, FOLDER, value_literal(a, folder, SPAN_NONE));
	read_text(&r, &text, shell_of(file->bytes));
	return out;
}
