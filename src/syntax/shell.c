#include "syntax/shell_reader.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- what the reader's files share ---- */

void *shell_copy_array(struct arena *a, const void *from, size_t size)
{
	return memcpy(arena_alloc(a, size), from, size);
}

struct diag *shell_complain(
	struct shell_reader *r, uint32_t from, uint32_t to, const char *fmt, ...)
{
	char detail[256];
	va_list args;

	if (r->stopped)
		return NULL;
	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	return diag_add(r->diags, DIAG_SHELL_SYNTAX,
		text_span(&r->src.text, from, to > from ? to - from : 0), "%s", detail);
}

struct diag *shell_complain_here(struct shell_reader *r, const char *expected)
{
	const struct shell_token *t = shell_peek(r);
	struct str what;

	if (r->stopped || r->complained == r->src.text.s.p + t->from)
		return NULL;
	r->complained = r->src.text.s.p + t->from;
	what = shell_describe(r);
	return shell_complain(r, t->from,
		t->kind == TOKEN_WORD ? t->from + (uint32_t)(what.n - 2) : t->to,
		"%.*s where %s was expected", STR_ARG(what), expected);
}

void shell_stop(struct shell_reader *r, const char *limit)
{
	struct shell_source *s = &r->src;

	if (r->stopped)
		return;
	diag_add(r->diags, DIAG_LIMIT_REACHED, text_span(&s->text, s->at, 0),
		"oakum reads at most %s in one shell text; it stopped here", limit);
	r->stopped = true;
	r->unread = shell_cut(r, s->at, s->end);
	s->end = s->at;
	s->peeked = false;
}

bool shell_enter(struct shell_reader *r)
{
	if (r->depth == SHELL_DEPTH_MAX) {
		shell_stop(r, "64 constructs inside each other");
		return false;
	}
	r->depth++;
	return true;
}

void shell_leave(struct shell_reader *r)
{
	r->depth--;
}

struct shell_source shell_source_start(struct shell_reader *r, const struct text *text)
{
	struct shell_source outer = r->src;

	r->src = (struct shell_source){.text = text->s.p ? *text : text_of_str(STR("")),
		.end = r->stopped ? 0 : (uint32_t)text->s.n};
	return outer;
}

void shell_source_finish(struct shell_reader *r, struct shell_source outer)
{
	r->src = outer;
	if (r->stopped) {
		r->src.end = r->src.at;
		r->src.peeked = false;
	}
}

/* ---- lists ---- */

static bool command_begins(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);

	return t->kind == TOKEN_OPEN || t->kind == TOKEN_FD ||
		t->kind >= TOKEN_REDIRECT ||
		(t->kind == TOKEN_WORD && !shell_token_closer(t));
}

static void skip_newlines(struct shell_reader *r)
{
	while (shell_peek(r)->kind == TOKEN_NEWLINE)
		shell_take(r);
}

static void read_prefixes(struct shell_reader *r, struct shell_pipeline *p)
{
	for (;;) {
		if (shell_at_keyword(r, KEYWORD_NOT))
			p->negated = !p->negated;
		else if (shell_at_keyword(r, KEYWORD_TIME))
			p->timed = true;
		else if (!p->timed || !shell_at_keyword(r, KEYWORD_TIME_POSIX))
			return;
		shell_take_keyword(r);
	}
}

static struct shell_pipeline read_pipeline(struct shell_reader *r, enum shell_join join)
{
	struct shell_pipeline p = {.join = join};
	size_t base = r->commands.n;
	uint32_t from = shell_peek(r)->from;
	bool more = true;

	read_prefixes(r, &p);
	if (!command_begins(r)) {
		if (p.negated)
			shell_complain_here(r, "a command after '!'");
		more = false;
	}
	while (more) {
		struct shell_command c = shell_read_command(r);
		int kind = shell_peek(r)->kind;

		more = kind == TOKEN_PIPE || kind == TOKEN_PIPE_BOTH;
		c.pipes_stderr = kind == TOKEN_PIPE_BOTH;
		SHELL_PUSH(r, commands, c);
		if (!more)
			break;
		shell_take(r);
		skip_newlines(r);
		more = command_begins(r);
		if (!more)
			shell_complain_here(r, "a command after '|'");
	}
	SHELL_MOVE(r, commands, base, &p.commands);
	p.raw = shell_cut(r, from, r->src.last_end);
	return p;
}

static enum shell_end read_end(struct shell_reader *r)
{
	static const enum shell_end ends[] = {
		[TOKEN_NEWLINE] = SHELL_END_NEWLINE,
		[TOKEN_SEMICOLON] = SHELL_END_SEMICOLON,
		[TOKEN_BACKGROUND] = SHELL_END_BACKGROUND,
	};
	int kind = shell_peek(r)->kind;

	if (kind != TOKEN_NEWLINE && kind != TOKEN_SEMICOLON &&
		kind != TOKEN_BACKGROUND)
		return SHELL_END_NONE;
	shell_take(r);
	return ends[kind];
}

static struct shell_and_or read_and_or(struct shell_reader *r)
{
	struct shell_and_or item = {0};
	enum shell_join join = SHELL_FIRST;
	size_t base = r->pipelines.n;
	uint32_t from = shell_peek(r)->from;

	for (;;) {
		struct shell_pipeline p = read_pipeline(r, join);
		int kind = shell_peek(r)->kind;

		SHELL_PUSH(r, pipelines, p);
		if (kind != TOKEN_AND && kind != TOKEN_OR)
			break;
		join = kind == TOKEN_AND ? SHELL_AND : SHELL_OR;
		shell_take(r);
		skip_newlines(r);
		if (!command_begins(r)) {
			shell_complain_here(r,
				join == SHELL_AND ? "a command after '&&'"
						  : "a command after '||'");
			break;
		}
	}
	SHELL_MOVE(r, pipelines, base, &item.pipelines);
	item.raw = shell_cut(r, from, r->src.last_end);
	item.end = read_end(r);
	return item;
}

/* A token that begins no command and that nobody waits for: said, and skipped. */
static void skip_stray(struct shell_reader *r)
{
	shell_complain_here(r, "a command");
	if (shell_peek(r)->kind == TOKEN_WORD)
		shell_take_keyword(r);
	else
		shell_take(r);
}

/* One step of a list; false where the list ends. */
static bool read_item(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);
	enum shell_closer closer = shell_token_closer(t);
	struct shell_and_or item;

	if (t->kind == TOKEN_END || (closer & r->closers))
		return false;
	if (t->kind == TOKEN_NEWLINE) {
		shell_take(r);
		return true;
	}
	if (!command_begins(r)) {
		skip_stray(r);
		return true;
	}
	item = read_and_or(r);
	SHELL_PUSH(r, items, item);
	if (item.end == SHELL_END_NONE && command_begins(r))
		shell_complain_here(r, "the end of the command");
	return true;
}

const struct shell_list *shell_read_list(struct shell_reader *r, unsigned closers)
{
	struct shell_list *list = arena_new(r->arena, struct shell_list);
	unsigned outer = r->closers;
	size_t base = r->items.n;
	uint32_t from = shell_peek(r)->from;

	r->closers |= closers;
	while (read_item(r))
		continue;
	r->closers = outer;
	SHELL_MOVE(r, items, base, &list->items);
	list->raw = shell_cut(r, from, r->src.last_end);
	return list;
}

const struct shell_list *shell_read_body(struct shell_reader *r, unsigned closers)
{
	const struct shell_list *list = shell_read_list(r, closers);

	if (!list->items.n)
		shell_complain_here(r, "a command");
	return list;
}

const struct shell_list *shell_read_single_command(struct shell_reader *r)
{
	struct shell_list *list = arena_new(r->arena, struct shell_list);
	struct shell_pipeline pipeline = {0};
	struct shell_and_or item = {0};
	struct shell_command command;
	size_t commands = r->commands.n, pipelines = r->pipelines.n, items = r->items.n;

	if (!command_begins(r)) {
		shell_complain_here(r, "the body of a function");
		return list;
	}
	command = shell_read_command(r);
	list->raw = item.raw = pipeline.raw = command.raw;
	SHELL_PUSH(r, commands, command);
	SHELL_MOVE(r, commands, commands, &pipeline.commands);
	SHELL_PUSH(r, pipelines, pipeline);
	SHELL_MOVE(r, pipelines, pipelines, &item.pipelines);
	SHELL_PUSH(r, items, item);
	SHELL_MOVE(r, items, items, &list->items);
	return list;
}

/* ---- the whole ---- */

struct shell_reader shell_reader_for(
	struct arena *a, const struct text *text, struct diags *diags)
{
	return (struct shell_reader){
		.arena = a,
		.diags = diags,
		.src = {.text = text->s.p ? *text : text_of_str(STR("")),
			.end = (uint32_t)text->s.n},
		.look_ahead = 4 * text->s.n + 4096,
	};
}

const struct shell_list *shell_parse(
	struct arena *a, const struct text *text, struct diags *diags)
{
	struct shell_reader r = shell_reader_for(a, text, diags);
	struct shell_list *list = arena_new(a, struct shell_list);

	*list = *shell_read_list(&r, CLOSER_NONE);
	list->raw = *text;
	list->unread = r.unread;
	SHELL_MOVE(&r, comments, 0, &list->comments);
	if (r.heredocs.n)
		shell_read_heredocs(&r);
	return list;
}
