#include "source/launch_script.h"

#include "base/path.h"
#include "effect/commands.h"

enum {
	START_WORDS_MAX = 32, /* of ENTRYPOINT and CMD that are looked at */
	BINARY_LOOKED = 512,  /* bytes in which a NUL tells a program from a text */
};

/* ---- the words that start it ---- */

static void add_words(struct arena *a, const struct words *from, struct words *to)
{
	vec_each (const struct word, w, from)
		if (to->n < START_WORDS_MAX)
			*vec_push(a, to) = *w;
}

/* What a program comes down to; false where a shell does more than one thing. */
static bool add_program(struct arena *a, const struct program *p, struct words *to)
{
	if (!p || p->know == FACT_UNSET)
		return true;
	if (p->know != FACT_SET)
		return false;
	if (p->form == PROGRAM_EXEC) {
		add_words(a, &p->argv, to);
		return true;
	}
	if (p->commands.n != 1 || to->n)
		return false;
	add_words(a, &p->commands.at[0]->argv, to);
	return true;
}

static struct words start_words(struct arena *a, const struct workload *w)
{
	struct words words = {0};

	if (!add_program(a, w->entrypoint, &words))
		words.n = 0;
	else if (!w->entrypoint || w->entrypoint->form == PROGRAM_EXEC)
		(void)add_program(a, w->cmd, &words);
	return words;
}

static bool is_one_of(struct str name, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static bool is_init(struct str name)
{
	static const struct str names[] = {STR_INIT("tini"), STR_INIT("tini-static"),
		STR_INIT("dumb-init"), STR_INIT("docker-init"), STR_INIT("catatonit")};

	return is_one_of(name, names, sizeof(names) / sizeof(*names));
}

static bool is_shell(struct str name)
{
	static const struct str names[] = {STR_INIT("sh"), STR_INIT("bash"),
		STR_INIT("dash"), STR_INIT("ash"), STR_INIT("ksh"), STR_INIT("zsh")};

	return is_one_of(name, names, sizeof(names) / sizeof(*names));
}

/* Behind the word at i, the first one that is no option; false: a string, or nothing. */
static bool skip_options(
	struct arena *a, const struct words *w, size_t *i, bool stops_at_string)
{
	struct str word;

	for (++*i; *i < w->n; ++*i) {
		if (!value_str(a, w->at[*i].value, &word))
			return false;
		if (!str_starts(word, STR("-")))
			return true;
		if (str_eq(word, STR("--")))
			return ++*i < w->n;
		if (stops_at_string && str_find(word, 'c') < word.n)
			return false;
	}
	return false;
}

/* The word that names the file; *by_shell: a shell stands in front of it. */
static bool find_word(
	struct arena *a, const struct words *w, size_t *at, bool *by_shell)
{
	struct str word;

	*at = 0;
	*by_shell = false;
	if (!w->n || !value_str(a, w->at[0].value, &word))
		return false;
	if (is_init(path_base(word)) && !skip_options(a, w, at, false))
		return false;
	if (!value_str(a, w->at[*at].value, &word))
		return false;
	if (!is_shell(path_base(word)))
		return true;
	*by_shell = true;
	return skip_options(a, w, at, true);
}

/* ---- the file ---- */

static bool read_entry(struct effect_context *ctx, const struct state *now,
	struct str path, struct text *out)
{
	struct str rest;
	const struct file_entry *entry = files_find(now->files, path, &rest);

	if (!entry)
		return false;
	if (entry->origin == FILE_FROM_TEXT) {
		*out = entry->content;
		return rest.n == 0;
	}
	return ctx->read_script && ctx->read_script(ctx->data, entry, rest, out);
}

/* Where a program without a slash is looked for, when the image says no other PATH. */
static const struct str search[] = {STR_INIT("/usr/local/sbin"),
	STR_INIT("/usr/local/bin"), STR_INIT("/usr/sbin"), STR_INIT("/usr/bin"),
	STR_INIT("/sbin"), STR_INIT("/bin")};

static bool find_file(struct effect_context *ctx, const struct state *now,
	struct str word, bool by_shell, struct script *s)
{
	struct str cwd = STR("/");

	if (str_find(word, '/') == word.n && !by_shell) {
		for (size_t i = 0; i < sizeof(search) / sizeof(*search); i++) {
			s->path = path_join(ctx->arena, search[i], word);
			if (read_entry(ctx, now, s->path, &s->text))
				return true;
		}
		return false;
	}
	if (!path_is_absolute(word) && !fact_str(ctx->arena, now->workdir, &cwd))
		return false;
	s->path = path_join(ctx->arena, cwd, word);
	return read_entry(ctx, now, s->path, &s->text);
}

/* "#!/usr/bin/env -S bash -e" starts bash. */
static struct str interpreter_name(struct str line)
{
	struct str word = STR_NONE;

	while (str_next_word(&line, &word))
		if (!str_eq(path_base(word), STR("env")) && !str_starts(word, STR("-")))
			return path_base(word);
	return path_base(word);
}

static void read_first_line(struct script *s)
{
	struct str line = str_sub(s->text.s, 0, str_find(s->text.s, '\n')), rest;

	s->has_carriage_return = str_ends(line, STR("\r"));
	s->has_interpreter = str_starts(line, STR("#!"));
	if (!s->has_interpreter) {
		s->is_shell = s->is_started_by_shell || str_ends(s->path, STR(".sh"));
		return;
	}
	rest = str_trim(str_from(line, 2));
	s->is_shell = s->is_started_by_shell || is_shell(interpreter_name(rest));
	(void)str_next_word(&rest, &s->interpreter);
}

static bool is_text(struct str text)
{
	struct str head = str_sub(text, 0, BINARY_LOOKED);

	return text.n && text.n <= EFFECT_SCRIPT_MAX && str_find(head, '\0') == head.n;
}

const struct script *launch_script_read(
	struct effect_context *ctx, const struct workload *w, const struct state *now)
{
	struct words words = start_words(ctx->arena, w);
	struct script *s = arena_new(ctx->arena, struct script);
	struct diags unheard = {.arena = ctx->arena};
	struct str word;
	size_t at;

	if (!find_word(ctx->arena, &words, &at, &s->is_started_by_shell) ||
		!value_str(ctx->arena, words.at[at].value, &word) ||
		!find_file(ctx, now, word, s->is_started_by_shell, s) ||
		!is_text(s->text.s))
		return NULL;
	s->named = words.at[at].span;
	read_first_line(s);
	if (s->is_shell)
		s->commands = commands_of_shell(ctx->arena, &s->text,
			str_eq(path_base(s->interpreter), STR("bash")) ||
					!s->has_interpreter
				? COMMANDS_BASH
				: COMMANDS_SH,
			&unheard);
	return s;
}
