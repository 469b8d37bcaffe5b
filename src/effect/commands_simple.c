#include "effect/commands_flat.h"

/* ---- redirections ---- */

static enum redirect_kind redirect_kind(const struct shell_redirect *r)
{
	static const enum redirect_kind kinds[] = {
		[SHELL_READ] = REDIRECT_IN,
		[SHELL_WRITE] = REDIRECT_OUT,
		[SHELL_CLOBBER] = REDIRECT_OUT,
		[SHELL_APPEND] = REDIRECT_APPEND,
		[SHELL_READ_WRITE] = REDIRECT_OTHER,
		[SHELL_READ_FD] = REDIRECT_OTHER,
		[SHELL_WRITE_FD] = REDIRECT_OTHER,
		[SHELL_WRITE_BOTH] = REDIRECT_OUT,
		[SHELL_APPEND_BOTH] = REDIRECT_APPEND,
		[SHELL_HEREDOC] = REDIRECT_HEREDOC,
		[SHELL_HEREDOC_STRIPPED] = REDIRECT_HEREDOC,
		[SHELL_HERE_STRING] = REDIRECT_HEREDOC,
	};
	struct str target = r->target.raw.s;
	uint32_t fd;

	/* ">&file" writes to a file where "file" is neither a number nor "-". */
	if (r->kind == SHELL_WRITE_FD && !r->fd.s.n && target.n &&
		!str_to_u32(target, &fd) && !str_eq(target, STR("-")))
		return REDIRECT_OUT;
	return kinds[r->kind];
}

static int redirect_fd(const struct shell_redirect *r)
{
	enum { NAMED_FD = 10 }; /* {name}> takes one from 10 on */
	uint32_t fd;
	bool reads = r->kind == SHELL_READ || r->kind == SHELL_READ_WRITE ||
		r->kind == SHELL_READ_FD || r->kind == SHELL_HEREDOC ||
		r->kind == SHELL_HEREDOC_STRIPPED || r->kind == SHELL_HERE_STRING;

	if (!r->fd.s.n)
		return reads ? 0 : 1;
	return str_to_u32(r->fd.s, &fd) && fd < 1024 ? (int)fd : NAMED_FD;
}

static void add_redirects(struct flattener *f, const struct flat_scope *scope,
	const struct shell_redirects *redirects, struct redirects *out)
{
	vec_each (struct shell_redirect, r, redirects) {
		struct redirect converted = {
			.kind = redirect_kind(r), .fd = redirect_fd(r)};

		converted.target = flat_word(
			f, scope, r->heredoc ? &r->heredoc->body : &r->target);
		*vec_push(f->arena, out) = converted;
	}
}

/*
 * "{ a; b; } >f" opens f once: the first command that gets the redirection truncates,
 * the later ones append.
 */
static void inherit_redirects(
	struct flattener *f, const struct flat_scope *scope, struct redirects *out)
{
	if (!scope->redirects)
		return;
	vec_each (struct redirect, r, scope->redirects) {
		*vec_push(f->arena, out) = *r;
		if (r->kind == REDIRECT_OUT)
			r->kind = REDIRECT_APPEND;
	}
}

struct redirects *flat_redirects(struct flattener *f, const struct flat_scope *scope,
	const struct shell_redirects *redirects)
{
	struct redirects *all;

	if (!redirects->n)
		return scope->redirects;
	all = arena_new(f->arena, struct redirects);
	inherit_redirects(f, scope, all);
	add_redirects(f, scope, redirects, all);
	return all;
}

/* ---- commands inside words ---- */

static void run_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word)
{
	vec_each (struct shell_segment, s, &word->segments) {
		if (s->kind == SHELL_COMMAND || s->kind == SHELL_PROCESS)
			flat_list(f, scope, s->list);
		else if (s->kind == SHELL_ARITHMETIC)
			run_word(f, scope, s->expression);
		else if (s->kind == SHELL_PARAMETER && s->parameter->operand)
			run_word(f, scope, s->parameter->operand);
		else if (s->kind == SHELL_ARRAY)
			vec_each (struct shell_word, element, s->elements)
				run_word(f, scope, element);
	}
}

/* $(...) runs before the command that it is part of, in a shell of its own. */
static void run_substitutions(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c)
{
	struct flat_scope inner = *scope;

	inner.in_subshell = true;
	inner.redirects = NULL;
	inner.reads = NULL;
	vec_each (struct shell_assign, assign, &c->assigns)
		run_word(f, &inner, &assign->value);
	vec_each (struct shell_word, word, &c->words)
		run_word(f, &inner, word);
	vec_each (struct shell_redirect, r, &c->redirects)
		run_word(f, &inner, r->heredoc ? &r->heredoc->body : &r->target);
}

/* ---- outcomes ---- */

static bool is_one_of(const struct command *c, const struct str *names, size_t count)
{
	struct str name;

	if (!command_name(c, &name))
		return false;
	for (size_t i = 0; i < count; i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static struct flat_outcome outcome_of(
	struct flattener *f, const struct flat_scope *scope, const struct command *c)
{
	static const struct str never_fail[] = {
		STR_INIT("true"), STR_INIT(":"), STR_INIT("echo"), STR_INIT("printf")};
	static const struct str never_succeed[] = {STR_INIT("false"), STR_INIT("exit"),
		STR_INIT("return"), STR_INIT("break"), STR_INIT("continue")};
	struct flat_outcome o = {
		.succeeded = flat_guard(f, scope->guard, c, true),
		.failed = flat_guard(f, scope->guard, c, false),
		.never_fails = is_one_of(c, never_fail, 4),
		.never_succeeds = is_one_of(c, never_succeed, 5),
	};

	o.and_then = o.succeeded;
	return o;
}

/* ---- commands ---- */

static void finish(struct flattener *f, const struct flat_scope *scope,
	const struct flat_call *call)
{
	struct command *c = call->command;

	for (size_t i = call->at; i < call->args.n; i++)
		*vec_push(f->arena, &c->argv) = call->args.at[i].word;
	c->guard = scope->guard;
	c->reads = scope->reads;
	c->as_user = scope->as_user;
	c->is_sudo = scope->is_sudo;
	c->is_background = scope->is_background;
	c->in_subshell = scope->in_subshell;
	c->frame = scope->frame;
	c->has_wildcard_args |= scope->has_wildcard_args;
	c->index = f->out.n;
	*vec_push(f->arena, &f->out) = c;
}

/* `export A=b` and its kin: the words stay, and are assignments too. */
static void note_declared(struct flat_call *call)
{
	static const struct str names[] = {STR_INIT("export"), STR_INIT("local"),
		STR_INIT("declare"), STR_INIT("readonly"), STR_INIT("typeset")};
	struct str name =
		call->at < call->args.n ? flat_str(&call->args.at[call->at]) : STR_NONE;
	bool declares = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		declares |= str_eq(name, names[i]);
	for (size_t i = call->at + 1; declares && i < call->args.n; i++) {
		struct assignment a = {.is_exported = str_eq(name, STR("export"))};

		if (flat_assignment_word(call->f, &call->scope, &call->args.at[i], &a))
			*vec_push(call->f->arena, &call->command->assignments) = a;
	}
}

struct flat_outcome flat_call(struct flat_call *call)
{
	struct flat_outcome out;

	while (flat_peel(call))
		continue;
	if (flat_function(call, &out) || flat_nested(call, &out))
		return out;
	note_declared(call);
	finish(call->f, &call->scope, call);
	return outcome_of(call->f, &call->scope, call->command);
}

/* name=(a "b c" $d): the words of the array; NULL when the value is none. */
static const struct words *array_words(
	struct flat_call *call, const struct shell_word *value)
{
	const struct shell_segment *s = value->segments.at;
	struct flat_args args = {0};
	struct words *words;

	if (value->segments.n != 1 || s->kind != SHELL_ARRAY)
		return NULL;
	words = arena_new(call->f->arena, struct words);
	vec_each (struct shell_word, element, s->elements)
		flat_add_word(call->f, &call->scope, element, &args);
	vec_each (struct flat_arg, arg, &args)
		*vec_push(call->f->arena, words) = arg->word;
	return words;
}

static void add_assigns(struct flat_call *call, const struct shell_command *c)
{
	vec_each (struct shell_assign, assign, &c->assigns) {
		struct assignment a = {.name = assign->name.s,
			.is_exported = c->words.n != 0,
			.is_prefix = c->words.n != 0};

		/* a[i]= and a+= make something that is not just the value. */
		a.value = a.added = flat_word(call->f, &call->scope, &assign->value);
		a.is_added = assign->append && !assign->subscript.s.n;
		if (!assign->subscript.s.n)
			a.elements = array_words(call, &assign->value);
		if (assign->append || assign->subscript.s.n)
			a.value.value = value_unknown(call->f->arena,
				STR("a variable that is put together"), a.value.span);
		*vec_push(call->f->arena, &call->command->assignments) = a;
	}
}

static struct word bracket(struct flattener *f, struct text text)
{
	struct span span = text_span_all(&text);

	return (struct word){
		.value = value_literal(f->arena, text.s, span), .span = span};
}

/* [[ and (( are no programs, but read best as if they were. */
static void add_brackets(struct flat_call *call, const struct shell_command *c)
{
	size_t end = c->raw.s.n, first = c->redirects.n ? 0 : 2;
	struct flat_arg open = {.word = bracket(call->f, text_sub(&c->raw, 0, 2))};
	struct flat_arg close = {
		.word = bracket(call->f, text_sub(&c->raw, end - first, first))};

	*vec_push(call->f->arena, &call->args) = open;
	vec_each (struct shell_word, word, &c->words)
		flat_add_word(call->f, &call->scope, word, &call->args);
	if (!first)
		close.word.value = value_literal(call->f->arena,
			c->kind == SHELL_TEST ? STR("]]") : STR("))"), SPAN_NONE);
	*vec_push(call->f->arena, &call->args) = close;
}

struct flat_outcome flat_simple(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c)
{
	struct flat_call call = {.f = f, .scope = *scope, .tree = c};
	struct flat_outcome out;

	if (flat_script(f, scope, c, &out))
		return out;
	run_substitutions(f, scope, c);
	call.command = arena_new(f->arena, struct command);
	call.command->span = text_span_all(&c->raw);
	inherit_redirects(f, scope, &call.command->redirects);
	add_redirects(f, scope, &c->redirects, &call.command->redirects);
	add_assigns(&call, c);
	if (c->kind == SHELL_TEST || c->kind == SHELL_EXPRESSION)
		add_brackets(&call, c);
	else
		vec_each (struct shell_word, word, &c->words)
			flat_add_word(f, scope, word, &call.args);
	vec_each (struct flat_arg, arg, &call.args)
		call.command->has_wildcard_args |= flat_is_open(arg);
	return flat_call(&call);
}

void flat_assign(struct flattener *f, const struct flat_scope *scope, struct text name,
	struct word value)
{
	struct flat_call call = {.f = f, .scope = *scope};
	struct assignment assignment = {.name = name.s, .value = value};

	call.command = arena_new(f->arena, struct command);
	call.command->span = text_span_all(&name);
	*vec_push(f->arena, &call.command->assignments) = assignment;
	finish(f, scope, &call);
}
