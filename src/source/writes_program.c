/* The program that starts, the programs that it starts, and what their words open. */
#include "base/path.h"
#include "effect/commands.h"
#include "effect/resolve.h"
#include "source/writes.h"

enum { PROGRAM_NAME_MAX = 256 }; /* bytes; longer ones are looked for nowhere */

/* ---- words ---- */

struct writes_words writes_words_of(struct writes_search *s, const struct words *argv)
{
	struct variables variables = {.env = s->in->workload->env, .is_run_time = true};
	struct writes_words out = {0};

	vec_each (const struct word, word, argv) {
		struct writes_word *w;

		if (s->words++ >= WRITES_WORDS_MAX)
			break;
		w = vec_push(s->arena, &out);
		w->span = word->span;
		w->word = word;
		if (!value_str(s->arena,
			    value_resolve(s->arena, word->value, &variables), &w->text))
			w->text = STR_NONE;
	}
	return out;
}

struct writes_words writes_words_from(const struct writes_words *words, size_t first)
{
	struct writes_words rest = {0};

	if (first < words->n) {
		rest.at = words->at + first;
		rest.n = rest.cap = words->n - first;
	}
	return rest;
}

const struct writes_word *writes_option(struct writes_search *s,
	const struct writes_words *words, struct str option, struct writes_word *room)
{
	(void)s;
	for (size_t i = 0; i < words->n; i++) {
		struct str text = words->at[i].text;

		if (!str_starts(text, option))
			continue;
		if (text.n == option.n)
			return i + 1 < words->n ? &words->at[i + 1] : NULL;
		/* -c/etc/x.conf and --pid=/run/x */
		if (text.p[option.n] == '=' || option.n == 2) {
			*room = words->at[i];
			room->text =
				str_from(text, option.n + (text.p[option.n] == '='));
			return room;
		}
	}
	return NULL;
}

/* ---- what a shell and the small tools write ---- */

static void add_command_write(struct writes_search *s, const struct writes_word *word,
	struct str by, bool is_folder)
{
	struct write *w;

	if (!word->text.n || !(w = writes_add(s, word->text)))
		return;
	writes_place(s, w, word->text);
	w->how = WRITE_BY_COMMAND;
	w->by = by;
	w->is_folder = is_folder;
	w->failure = WRITE_FAILS;
	w->span = w->path_span = word->span;
	w->rule = w->base == WRITE_IN_CWD ? STR("workdir-not-writable")
					  : STR("model-save-path");
}

static void redirects(struct writes_search *s, const struct command *c)
{
	vec_each (const struct redirect, r, &c->redirects) {
		struct words one = {.at = (struct word *)&r->target, .n = 1, .cap = 1};
		struct writes_words words;

		if (r->kind != REDIRECT_OUT && r->kind != REDIRECT_APPEND)
			continue;
		words = writes_words_of(s, &one);
		if (words.n)
			add_command_write(s, &words.at[0], STR("the shell"), false);
	}
}

/* -r, -R, -a, in a bundle or by their long names. */
static bool copies_folders(struct str option)
{
	if (str_starts(option, STR("--")))
		return str_eq(option, STR("--recursive")) ||
			str_eq(option, STR("--archive"));
	return str_find(option, 'r') < option.n || str_find(option, 'R') < option.n ||
		str_find(option, 'a') < option.n;
}

/* Do cp or mv put several things there, or a whole folder? */
static bool is_folder_target(const struct writes_words *words, struct str target)
{
	size_t operands = 0;

	if (str_ends(target, STR("/")))
		return true;
	for (size_t i = 1; i < words->n; i++) {
		const struct writes_word *w = &words->at[i];

		if (str_starts(w->text, STR("-")) && copies_folders(w->text))
			return true;
		if (w->word && w->word->is_globbed)
			return true;
		operands += !str_starts(w->text, STR("-"));
	}
	return operands > 2;
}

/* mkdir, touch, tee: every operand; cp, mv, install: the last one. */
static bool small_tool(
	struct writes_search *s, struct str name, const struct writes_words *words)
{
	bool is_folder = str_eq(name, STR("mkdir"));
	bool is_copy = str_eq(name, STR("cp")) || str_eq(name, STR("mv"));
	const struct writes_word *last = NULL;

	if (!is_folder && !is_copy && !str_eq(name, STR("touch")) &&
		!str_eq(name, STR("tee")))
		return false;
	for (size_t i = 1; i < words->n; i++) {
		if (str_starts(words->at[i].text, STR("-"))) {
			if (str_eq(words->at[i].text, STR("-m")) ||
				str_eq(words->at[i].text, STR("-t")))
				i++;
			continue;
		}
		if (!is_copy)
			add_command_write(s, &words->at[i], name, is_folder);
		last = &words->at[i];
	}
	if (is_copy && last)
		add_command_write(s, last, name, is_folder_target(words, last->text));
	return true;
}

/* sed -i writes a new file beside the old one, so the folder has to be writable. */
static void edit_in_place(struct writes_search *s, const struct writes_words *words)
{
	const struct writes_word *last = &words->at[words->n - 1];
	struct writes_word folder = *last;
	bool is_in_place = false;

	for (size_t i = 1; i < words->n; i++)
		is_in_place |= str_starts(words->at[i].text, STR("-i")) ||
			str_starts(words->at[i].text, STR("--in-place")) ||
			str_eq(words->at[i].text, STR("-ri")) ||
			str_eq(words->at[i].text, STR("-ei")) ||
			str_eq(words->at[i].text, STR("-Ei"));
	if (!is_in_place || !path_is_absolute(last->text))
		return;
	folder.text = path_dir(last->text);
	add_command_write(s, &folder, STR("sed"), true);
}

static void change_folder(struct writes_search *s, const struct writes_words *words)
{
	struct str to = words->n > 1 ? words->at[1].text : STR_NONE, cwd = s->cwd;

	if (!to.n)
		return;
	if (!path_is_absolute(to) && !cwd.n && s->in->workload->workdir)
		(void)fact_str(s->arena, s->in->workload->workdir, &cwd);
	if (path_is_absolute(to) || cwd.n)
		s->cwd = path_join(s->arena, path_join(s->arena, STR("/"), cwd), to);
}

/* ---- programs that start another one ---- */

/* `sub` is its second word, or empty; `values`: options that take a word. */
static const struct starter {
	struct str name, sub, values;
	size_t operands; /* words of its own before the program */
} starters[] = {
	{STR_INIT("tini"), STR_INIT(""), STR_INIT("-p -e"), 0},
	{STR_INIT("docker-init"), STR_INIT(""), STR_INIT("-p -e"), 0},
	{STR_INIT("dumb-init"), STR_INIT(""), STR_INIT("-r --rewrite"), 0},
	{STR_INIT("catatonit"), STR_INIT(""), STR_INIT(""), 0},
	{STR_INIT("gosu"), STR_INIT(""), STR_INIT(""), 1},
	{STR_INIT("su-exec"), STR_INIT(""), STR_INIT(""), 1},
	{STR_INIT("setpriv"), STR_INIT(""), STR_INIT(""), 0},
	{STR_INIT("timeout"), STR_INIT(""), STR_INIT("-k -s"), 1},
	{STR_INIT("nice"), STR_INIT(""), STR_INIT("-n"), 0},
	{STR_INIT("stdbuf"), STR_INIT(""), STR_INIT("-i -o -e"), 0},
	{STR_INIT("xvfb-run"), STR_INIT(""), STR_INIT("-s -n -e"), 0},
	{STR_INIT("conda"), STR_INIT("run"), STR_INIT("-n --name -p --prefix --cwd"),
		0},
	{STR_INIT("mamba"), STR_INIT("run"), STR_INIT("-n --name -p --prefix"), 0},
	{STR_INIT("micromamba"), STR_INIT("run"), STR_INIT("-n --name -p --prefix"), 0},
	{STR_INIT("poetry"), STR_INIT("run"), STR_INIT(""), 0},
	{STR_INIT("pipenv"), STR_INIT("run"), STR_INIT(""), 0},
	{STR_INIT("pdm"), STR_INIT("run"), STR_INIT("-p"), 0},
	{STR_INIT("uv"), STR_INIT("run"),
		STR_INIT("--with --python -p --project --extra --group --directory"),
		0},
	{STR_INIT("accelerate"), STR_INIT("launch"),
		STR_INIT("--config_file --num_processes --num_machines "
			 "--mixed_precision"),
		0},
	{STR_INIT("torchrun"), STR_INIT(""),
		STR_INIT("--nproc_per_node --nnodes --node_rank --master_addr "
			 "--master_port --rdzv_endpoint --rdzv_backend"),
		0},
	{STR_INIT("deepspeed"), STR_INIT(""),
		STR_INIT("--num_gpus --num_nodes --hostfile --include --master_port"),
		0},
	{STR_INIT("mpirun"), STR_INIT(""), STR_INIT("-np -n --hostfile -H -x"), 0},
	{STR_INIT("npx"), STR_INIT(""), STR_INIT("-p --package"), 0},
	{STR_INIT("opentelemetry-instrument"), STR_INIT(""), STR_INIT(""), 0},
	{STR_INIT("ddtrace-run"), STR_INIT(""), STR_INIT(""), 0},
	{STR_INIT("streamlit"), STR_INIT("run"), STR_INIT(""), 0},
	{STR_INIT("fastapi"), STR_INIT("run"), STR_INIT("--port --host --app"), 0},
	{STR_INIT("fastapi"), STR_INIT("dev"), STR_INIT("--port --host --app"), 0},
	{STR_INIT("gradio"), STR_INIT(""), STR_INIT(""), 0},
};

static bool has_word(struct str list, struct str word)
{
	struct str one;

	while (str_next_word(&list, &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static bool is_script(struct str text)
{
	return str_ends(text, STR(".py")) || str_ends(text, STR(".sh"));
}

/* Where the program begins that a starter of those words starts; 0: it is none. */
static size_t started_at(const struct writes_words *words, struct str name)
{
	struct str sub = words->n > 1 ? words->at[1].text : STR_NONE;

	for (size_t k = 0; k < sizeof(starters) / sizeof(starters[0]); k++) {
		const struct starter *st = &starters[k];
		size_t i = st->sub.n ? 2 : 1, operands = st->operands;

		if (!str_eq(name, st->name) || (st->sub.n && !str_eq(sub, st->sub)))
			continue;
		for (; i < words->n; i++) {
			struct str word = words->at[i].text;

			if (str_eq(word, STR("--")))
				return i + 1;
			if (str_starts(word, STR("-"))) {
				i += has_word(st->values, word);
				continue;
			}
			if (!operands--)
				return i;
		}
		return 0;
	}
	return 0;
}

/* ---- Python ---- */

static bool is_python(struct str name)
{
	return str_starts(name, STR("python")) || str_starts(name, STR("pypy"));
}

/* python [options] script | -m module | -c text */
static void python(struct writes_search *s, const struct writes_words *words)
{
	for (size_t i = 1; i < words->n; i++) {
		struct str word = words->at[i].text;
		struct writes_words rest = writes_words_from(words, i + 1);

		if (str_eq(word, STR("-m")) && rest.n) {
			struct str module = rest.at[0].text;

			if (!writes_python_module(s, module, &rest))
				writes_program(s, &rest);
			return;
		}
		if (str_eq(word, STR("-c")) && rest.n) {
			writes_python_text(s, &rest);
			return;
		}
		if (str_eq(word, STR("-W")) || str_eq(word, STR("-X"))) {
			i++;
			continue;
		}
		if (str_starts(word, STR("-")))
			continue;
		rest = writes_words_from(words, i);
		if (word.n)
			writes_python(s, word, &rest);
		return;
	}
}

/* uvicorn serve:app, gunicorn -w 2 pkg.module:app, celery -A module worker */
static void application(
	struct writes_search *s, struct str name, const struct writes_words *words)
{
	bool is_server = str_eq(name, STR("uvicorn")) ||
		str_eq(name, STR("gunicorn")) || str_eq(name, STR("hypercorn")) ||
		str_eq(name, STR("daphne"));
	struct writes_word room;
	const struct writes_word *app = NULL;

	if (str_eq(name, STR("celery")) || str_eq(name, STR("flask")))
		app = writes_option(s, words,
			str_eq(name, STR("celery")) ? STR("-A") : STR("--app"), &room);
	for (size_t i = 1; is_server && !app && i < words->n; i++) {
		struct str text = words->at[i].text;

		if (str_find(text, ':') < text.n && str_find(text, '/') == text.n &&
			text.p[0] != '-' && !byte_is_digit(text.p[0]))
			app = &words->at[i];
	}
	if (app)
		(void)writes_python_module(
			s, str_sub(app->text, 0, str_find(app->text, ':')), words);
	else if (str_eq(name, STR("flask")) && words->n > 1)
		(void)writes_python_module(s, STR("app"), words);
}

/* ---- programs ---- */

static bool is_shell_name(struct str name)
{
	return str_eq(name, STR("sh")) || str_eq(name, STR("bash")) ||
		str_eq(name, STR("dash")) || str_eq(name, STR("ash"));
}

/* The first lines tell who reads a script. */
static bool is_python_text(struct str text)
{
	struct str line = str_sub(text, 0, str_find(text, '\n'));

	return str_starts(line, STR("#!")) &&
		str_find_str(line, STR("python")) < line.n;
}

static bool is_text(struct str text)
{
	return str_find(str_sub(text, 0, 512), '\0') == (text.n < 512 ? text.n : 512);
}

static void script(
	struct writes_search *s, struct str path, const struct writes_words *words)
{
	struct text text;

	if (str_ends(path, STR(".py"))) {
		writes_python(s, path, words);
		return;
	}
	if (!writes_read(s, path, &text) || !is_text(text.s))
		return;
	if (is_python_text(text.s)) {
		s->seen.n--;
		writes_python(s, path, words);
	} else {
		writes_shell(s, &text);
	}
}

/* Two texts behind each other in room; empty where they do not fit. */
static struct str both(char *room, struct str first, struct str second)
{
	if (first.n + second.n > PROGRAM_NAME_MAX)
		return STR_NONE;
	memmove(room, first.p, first.n);
	memcpy(room + first.n, second.p, second.n);
	return (struct str){room, first.n + second.n};
}

/* A file that was put where programs lie is started by its bare name. */
static void bare_name(
	struct writes_search *s, struct str name, const struct writes_words *words)
{
	static const struct str folders[] = {STR_INIT("/usr/local/bin/"),
		STR_INIT("/usr/bin/"), STR_INIT("/bin/"), STR_INIT("/")};
	char room[PROGRAM_NAME_MAX];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct str path = both(room, folders[i], name), rest;
		const struct file_entry *entry;

		if (!path.n)
			return;
		entry = files_find(s->in->now->files, path, &rest);
		if (entry && (!rest.n || entry->origin == FILE_FROM_CONTEXT)) {
			script(s, arena_str(s->arena, path), words);
			return;
		}
	}
}

static void mark_program(
	struct writes_search *s, struct str name, const struct writes_words *words)
{
	char room[PROGRAM_NAME_MAX];

	writes_mark(s, LIBRARY_RUN, name, WRITES_STARTED, name, words->at[0].span);
	for (size_t i = 1; i < words->n && i < 16; i++) {
		struct str sub = words->at[i].text, both_words;

		if (!sub.n || sub.p[0] == '-' || name.n + 1 + sub.n > sizeof(room))
			continue;
		memcpy(room, name.p, name.n);
		room[name.n] = ' ';
		both_words = both(room, (struct str){room, name.n + 1}, sub);
		writes_mark(s, LIBRARY_RUN, both_words, WRITES_STARTED, name,
			words->at[0].span);
		if (!str_eq(name, STR("celery")))
			break;
	}
	/* What its package writes when it starts, it writes now. */
	if (s->rows)
		writes_mark_started(s, name, words->at[0].span);
}

void writes_program(struct writes_search *s, const struct writes_words *words)
{
	struct str first, name;
	size_t inner;

	if (!words->n || !words->at[0].text.n || s->depth >= WRITES_DEPTH_MAX)
		return;
	s->depth++;
	first = words->at[0].text;
	name = path_base(first);
	inner = started_at(words, name);
	if (str_eq(name, STR("sed")))
		edit_in_place(s, words);
	if (small_tool(s, name, words)) {
		s->depth--;
		return;
	}
	mark_program(s, is_python(name) ? STR("python") : name, words);
	writes_by_option(s, name, words);
	writes_by_config(s, name, words);
	if (is_python(name)) {
		python(s, words);
	} else if (inner && inner < words->n) {
		struct writes_words rest = writes_words_from(words, inner);

		writes_program(s, &rest);
	} else if (is_shell_name(name)) {
		for (size_t i = 1; i < words->n; i++)
			if (!str_starts(words->at[i].text, STR("-"))) {
				struct writes_words rest = writes_words_from(words, i);

				script(s, words->at[i].text, &rest);
				break;
			}
	} else if (is_script(first) || str_find(first, '/') < first.n) {
		script(s, first, words);
	} else {
		application(s, name, words);
		bare_name(s, name, words);
	}
	s->depth--;
}

void writes_command(struct writes_search *s, const struct command *command,
	const struct writes_words *words)
{
	struct str name;

	redirects(s, command);
	if (command_name(command, &name) && str_eq(name, STR("cd"))) {
		if (!command->in_subshell)
			change_folder(s, words);
		return;
	}
	writes_program(s, words);
}

/* What a shell's own variables hold is not followed here: only the workload's are. */
void writes_shell(struct writes_search *s, const struct text *text)
{
	struct diags unheard = {.arena = s->arena};
	struct commands list;
	struct str cwd = s->cwd;

	if (s->depth >= WRITES_DEPTH_MAX)
		return;
	s->depth++;
	list = commands_of_shell(s->arena, text, COMMANDS_BASH, &unheard);
	vec_each (struct command *, c, &list) {
		struct writes_words words = writes_words_of(s, &(*c)->argv);

		if (!command_is_ruled_out(s->arena, *c, s->in->workload->env, text->s))
			writes_command(s, *c, &words);
	}
	s->cwd = cwd;
	s->depth--;
}
