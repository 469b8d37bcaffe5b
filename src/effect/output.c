#include "effect/tool.h"

#include "base/path.h"

/*
 * The text that flows between commands, as far as it is known: what echo, printf and
 * cat write, through pipes and into files. A byte that cannot be known is TEXT_UNKNOWN,
 * so that one variable in a line does not hide the rest of it.
 */

enum { PIPE_DEPTH_MAX = 8 };

bool text_next_line(struct text *rest, struct text *line)
{
	size_t end;

	if (!rest->s.n)
		return false;
	end = str_find(rest->s, '\n');
	*line = text_sub(rest, 0, end);
	*rest = text_sub(rest, end < rest->s.n ? end + 1 : end, rest->s.n);
	return true;
}

bool text_is_known(const struct text *t)
{
	return str_find(t->s, TEXT_UNKNOWN) == t->s.n;
}

static void add_str(struct text_builder *b, struct str s, struct span from)
{
	if (s.n)
		text_add_decoded(b, s, from);
}

/* A segment byte by byte where its bytes stand in the file as they are. */
static void add_segment(
	struct arena *a, struct text_builder *b, const struct segment *s)
{
	if (s->kind == SEGMENT_UNKNOWN) {
		static const char mark[] = {TEXT_UNKNOWN};

		add_str(b, (struct str){mark, 1}, s->span);
	} else if (s->kind == SEGMENT_LITERAL && s->span.file && s->text.n &&
		str_eq(span_str(s->span), s->text)) {
		struct text whole = text_of(a, s->span);

		text_add(b, &whole, 0, whole.s.n);
	} else {
		add_str(b, s->text, s->span);
	}
}

static void add_value(struct arena *a, struct text_builder *b, struct value v)
{
	for (size_t i = 0; i < v.n; i++)
		add_segment(a, b, &v.at[i]);
}

struct text text_of_value(struct arena *a, struct value v)
{
	struct text_builder b = text_builder(a);

	add_value(a, &b, v);
	return text_finish(&b);
}

/* One backslash escape at s.p[0] == '\\'; how many bytes it takes. */
static size_t unescape(struct str s, char *out)
{
	static const struct {
		char letter, meaning;
	} table[] = {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'\\', '\\'}, {'"', '"'},
		{'a', '\a'}};

	for (size_t i = 0; s.n > 1 && i < sizeof(table) / sizeof(table[0]); i++)
		if (s.p[1] == table[i].letter) {
			*out = table[i].meaning;
			return 2;
		}
	*out = '\\';
	return 1;
}

/* A value with its escapes carried out, as echo -e and printf do. */
static void add_unescaped(struct arena *a, struct text_builder *b, struct value v)
{
	for (size_t i = 0; i < v.n; i++) {
		const struct segment *s = &v.at[i];
		struct str rest = s->text;

		if (s->kind == SEGMENT_UNKNOWN || str_find(rest, '\\') == rest.n) {
			add_segment(a, b, s);
			continue;
		}
		while (rest.n) {
			size_t n = str_find(rest, '\\');
			char *c = arena_alloc(a, 1);

			add_str(b, str_sub(rest, 0, n), s->span);
			rest = str_from(rest, n);
			if (!rest.n)
				break;
			rest = str_from(rest, unescape(rest, c));
			add_str(b, (struct str){c, 1}, s->span);
		}
	}
}

static void echo_output(
	struct runner *run, const struct words *argv, struct text_builder *b)
{
	bool newline = true;
	size_t first = 1;
	struct str word;

	while (first < argv->n && value_str(run->arena, argv->at[first].value, &word) &&
		word.n > 1 && word.p[0] == '-' &&
		str_find_str(STR("-neE"), str_from(word, 1)) < 4) {
		newline = newline && str_find(word, 'n') == word.n;
		first++;
	}
	/* dash and busybox carry escapes out without -e; in bash few lines have any. */
	for (size_t i = first; i < argv->n; i++) {
		if (i > first)
			add_str(b, STR(" "), argv->at[i].span);
		add_unescaped(run->arena, b, argv->at[i].value);
	}
	if (newline)
		add_str(b, STR("\n"), SPAN_NONE);
}

/* %s and %d in turn; every other conversion is not known. */
static size_t format_once(struct runner *run, const struct words *argv, size_t next,
	struct str format, struct text_builder *b, struct span at)
{
	while (format.n) {
		size_t n = str_find(format, '%');
		struct segment literal = {.text = str_sub(format, 0, n), .span = at};

		add_unescaped(run->arena, b, (struct value){&literal, 1});
		format = str_from(format, n);
		if (!format.n)
			break;
		if (format.n > 1 && format.p[1] == '%') {
			add_str(b, STR("%"), at);
		} else if (format.n > 1 && memchr("sdb", format.p[1], 3)) {
			if (next < argv->n)
				add_value(run->arena, b, argv->at[next++].value);
		} else {
			struct segment unknown = {.kind = SEGMENT_UNKNOWN, .span = at};

			add_segment(run->arena, b, &unknown);
		}
		format = str_from(format, 2);
	}
	return next;
}

static bool printf_output(
	struct runner *run, const struct words *argv, struct text_builder *b)
{
	struct str format;
	size_t next = 2;

	if (argv->n < 2)
		return false;
	if (!value_str(run->arena, argv->at[1].value, &format)) {
		add_unescaped(run->arena, b, argv->at[1].value);
		return true;
	}
	do {
		size_t before = next;

		next = format_once(run, argv, next, format, b, argv->at[1].span);
		if (next == before)
			break;
	} while (next < argv->n);
	return true;
}

static struct words resolved(struct runner *run, const struct command *c)
{
	bool complete = true;

	return words_resolve(run->arena, &c->argv, &run->variables, &complete);
}

static bool file_text(struct runner *run, struct str path, struct text *out)
{
	const struct file_entry *entry;
	struct str rest;

	if (!path_is_absolute(path) && !run->cwd.n)
		return false;
	path = path_join(run->arena, run->cwd, path);
	entry = files_find(run->state->files, path, &rest);
	if (!entry)
		return false;
	if (entry->origin == FILE_FROM_TEXT) {
		*out = entry->content;
		return rest.n == 0;
	}
	return run->ctx->read_script &&
		run->ctx->read_script(run->ctx->data, entry, rest, out);
}

static bool output(
	struct runner *run, const struct command *c, struct text *out, unsigned depth);

static bool input(
	struct runner *run, const struct command *c, struct text *out, unsigned depth)
{
	for (size_t i = c->redirects.n; i > 0; i--) {
		const struct redirect *r = &c->redirects.at[i - 1];
		struct value v =
			value_resolve(run->arena, r->target.value, &run->variables);
		struct text_builder b = text_builder(run->arena);
		struct str path;

		if (r->fd != 0)
			continue;
		if (r->kind == REDIRECT_HEREDOC) {
			add_value(run->arena, &b, v);
			*out = text_finish(&b);
			return true;
		}
		return r->kind == REDIRECT_IN && value_str(run->arena, v, &path) &&
			file_text(run, path, out);
	}
	return c->reads && depth < PIPE_DEPTH_MAX &&
		output(run, c->reads, out, depth + 1);
}

static bool cat_output(struct runner *run, const struct command *c,
	const struct words *argv, struct text *out, unsigned depth)
{
	struct str path;

	if (argv->n == 1)
		return input(run, c, out, depth);
	if (argv->n != 2 || !value_str(run->arena, argv->at[1].value, &path))
		return false;
	if (str_eq(path, STR("-")))
		return input(run, c, out, depth);
	return file_text(run, path, out);
}

static bool output(
	struct runner *run, const struct command *c, struct text *out, unsigned depth)
{
	struct text_builder b = text_builder(run->arena);
	struct words argv = resolved(run, c);
	struct str name;

	if (!c->argv.n || command_is(c, STR(":")) || command_is(c, STR("true"))) {
		*out = text_finish(&b);
		return true;
	}
	if (!command_name(c, &name) || !argv.n)
		return false;
	if (str_eq(name, STR("cat")))
		return cat_output(run, c, &argv, out, depth);
	if (str_eq(name, STR("tee")))
		return input(run, c, out, depth);
	if (str_eq(name, STR("echo")))
		echo_output(run, &argv, &b);
	else if (!str_eq(name, STR("printf")) || !printf_output(run, &argv, &b))
		return false;
	*out = text_finish(&b);
	return true;
}

bool command_output(struct runner *run, const struct command *c, struct text *out)
{
	return output(run, c, out, 0);
}

bool command_input(struct runner *run, const struct command *c, struct text *out)
{
	return input(run, c, out, 0);
}

void redirects_apply(struct call *call)
{
	struct runner *run = call->run;

	vec_each (struct redirect, r, &call->command->redirects) {
		struct word at = r->target;
		struct text text;
		struct str path;
		bool known;

		if (r->fd != 1 ||
			(r->kind != REDIRECT_OUT && r->kind != REDIRECT_APPEND))
			continue;
		at.value = value_resolve(call->arena, at.value, &run->variables);
		if (!value_str(call->arena, at.value, &path))
			continue;
		known = command_output(run, call->command, &text);
		file_written(call, path, known ? &text : NULL,
			r->kind == REDIRECT_APPEND, &at);
	}
}

enum { TEE_APPEND, TEE_IGNORE };

static const struct option tee_rows[] = {
	[TEE_APPEND] = {'a', "append", false},
	[TEE_IGNORE] = {'i', "ignore-interrupts", false},
};
static const struct option_table tee_table = {
	tee_rows, OPTION_COUNT(tee_rows), OPTIONS_GNU, false};

enum outcome tool_tee(struct call *call)
{
	struct options o = call_options(call, &tee_table);
	struct text text;
	bool known = command_input(call->run, call->command, &text);

	vec_each (struct word, w, &o.operands) {
		struct str path;

		if (word_str(call->arena, w, &path))
			file_written(call, path, known ? &text : NULL,
				o.value[TEE_APPEND] != NULL, w);
	}
	return OUTCOME_DONE;
}
