#include "effect/commands_flat.h"

#include "base/path.h"

static struct str word_at(const struct flat_call *call, size_t i)
{
	return i < call->args.n ? flat_str(&call->args.at[i]) : STR_NONE;
}

/* ---- what goes down with the call ---- */

/* `A=b sh -c ...` and `env A=b f`: the variables are there before what runs. */
static void set_variables(struct flat_call *call)
{
	vec_each (struct assignment, a, &call->command->assignments) {
		struct text name = text_of_str(a->name);

		flat_assign(call->f, &call->scope, name, a->value);
		vec_last(&(*vec_last(&call->f->out))->assignments)->is_exported =
			a->is_exported;
		(*vec_last(&call->f->out))->span = a->value.span;
	}
}

/* The call's own redirections hold for all that it runs. */
static struct flat_scope scope_within(struct flat_call *call)
{
	struct flat_scope scope = call->scope;

	if (call->command->redirects.n)
		scope.redirects = &call->command->redirects;
	return scope;
}

/* $0, $1 ... of what is called: the words from `from` on. body may `shift` them. */
static void set_positional(
	struct flat_call *call, struct flat_scope *scope, size_t from, struct str body)
{
	struct flat_args *words = arena_new(call->f->arena, struct flat_args);
	bool shifts = str_find_str(body, STR("shift")) < body.n;

	scope->hides_positional = true;
	scope->more_positional = shifts;
	scope->known_positional = 0;
	for (size_t i = from; i < call->args.n; i++) {
		scope->more_positional |= flat_is_open(&call->args.at[i]);
		scope->known_positional += !scope->more_positional;
		*vec_push(call->f->arena, words) = call->args.at[i];
	}
	scope->positional = shifts ? NULL : words;
}

/* ---- functions ---- */

/* `main "$@"`: inside, the arguments are those of outside. */
static bool passes_all(const struct flat_call *call)
{
	return call->args.n == call->at + 2 && !call->scope.positional &&
		flat_is_open(&call->args.at[call->at + 1]);
}

bool flat_function(struct flat_call *call, struct flat_outcome *out)
{
	struct flattener *f = call->f;
	struct flat_function *function = f->functions;
	struct str name = word_at(call, call->at);
	struct flat_scope scope;
	struct frame *frame;

	while (function && !str_eq(function->name, name))
		function = function->older;
	if (!function || function->is_running || f->calls >= COMMANDS_CALLS_MAX)
		return false;
	set_variables(call);
	scope = scope_within(call);
	frame = arena_new(f->arena, struct frame);
	frame->outer = scope.frame;
	scope.frame = frame;
	if (!passes_all(call))
		set_positional(call, &scope, call->at, function->body->raw.s);
	function->is_running = function->was_called = true;
	f->calls++;
	*out = flat_list(f, &scope, function->body);
	f->calls--;
	function->is_running = false;
	return true;
}

/* ---- shells ---- */

static const struct {
	struct str name;
	enum commands_shell shell;
} shells[] = {
	{STR_INIT("sh"), COMMANDS_SH},
	{STR_INIT("bash"), COMMANDS_BASH},
	{STR_INIT("dash"), COMMANDS_SH},
	{STR_INIT("ash"), COMMANDS_SH},
	{STR_INIT("ksh"), COMMANDS_BASH},
	{STR_INIT("zsh"), COMMANDS_BASH},
};

static bool find_shell(struct str path, enum commands_shell *out)
{
	struct str name = path.n ? path_base(path) : STR_NONE;

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_eq(name, shells[i].name)) {
			*out = shells[i].shell;
			return true;
		}
	return false;
}

/* What the options of a shell say, and where they end. */
struct shell_options {
	size_t end;
	bool takes_string, reads_input;
};

static bool takes_argument(struct str option)
{
	return str_ends(option, STR("o")) || str_ends(option, STR("O")) ||
		str_eq(option, STR("--rcfile")) || str_eq(option, STR("--init-file"));
}

static struct shell_options shell_options(const struct flat_call *call)
{
	struct shell_options o = {.end = call->at + 1};

	for (;; o.end++) {
		struct str option = word_at(call, o.end);

		if (option.n < 2 || (option.p[0] != '-' && option.p[0] != '+'))
			return o;
		if (str_eq(option, STR("--"))) {
			o.end++;
			return o;
		}
		if (option.p[1] != '-') {
			o.takes_string |= str_find(option, 'c') < option.n;
			o.reads_input |= str_find(option, 's') < option.n;
		}
		if (option.p[1] != '-' || option.n > 8)
			o.end += takes_argument(option);
	}
}

/* The heredoc that is the command's input, if it has one. */
static const struct shell_heredoc *input_heredoc(const struct flat_call *call)
{
	const struct shell_heredoc *found = NULL;

	if (!call->tree)
		return NULL;
	vec_each (struct shell_redirect, r, &call->tree->redirects)
		if (r->heredoc && (!r->fd.s.n || str_eq(r->fd.s, STR("0"))))
			found = r->heredoc;
	return found;
}

/* The heredoc is the program, no longer input of what the program runs. */
static void drop_heredocs(struct redirects *redirects)
{
	size_t kept = 0;

	for (size_t i = 0; i < redirects->n; i++)
		if (redirects->at[i].kind != REDIRECT_HEREDOC)
			redirects->at[kept++] = redirects->at[i];
	redirects->n = kept;
}

static void run_heredoc(struct flat_call *call, const struct text *text,
	enum commands_shell shell, struct flat_outcome *out)
{
	struct flat_scope scope;

	drop_heredocs(&call->command->redirects);
	set_variables(call);
	scope = scope_within(call);
	scope.shell = shell;
	scope.in_subshell = true;
	scope.positional = NULL;
	scope.hides_positional = true;
	*out = flat_text(call->f, &scope, text);
}

/*
 * The string of `sh -c`. Where the shell around it puts variables into the string, these
 * are left in it as written: the same names mean the same values inside.
 */
static void run_string(struct flat_call *call, size_t at, enum commands_shell shell,
	struct flat_outcome *out)
{
	struct text text = flat_arg_text(call->f, &call->args.at[at]);
	struct flat_scope scope;

	set_variables(call);
	scope = scope_within(call);
	scope.shell = shell;
	scope.in_subshell = true;
	if (flat_str(&call->args.at[at]).p)
		set_positional(call, &scope, at + 1, text.s);
	*out = flat_text(call->f, &scope, &text);
}

static bool run_shell(struct flat_call *call, struct flat_outcome *out)
{
	const struct shell_heredoc *heredoc = input_heredoc(call);
	enum commands_shell shell;
	struct shell_options o;
	struct text text;

	if (!find_shell(word_at(call, call->at), &shell))
		return false;
	o = shell_options(call);
	if (o.takes_string && o.end < call->args.n) {
		run_string(call, o.end, shell, out);
		return true;
	}
	if (!heredoc ||
		(o.end < call->args.n && !o.reads_input &&
			!str_eq(word_at(call, o.end), STR("-"))))
		return false;
	text = flat_word_text(call->f, &heredoc->body);
	run_heredoc(call, &text, shell, out);
	return true;
}

/* ---- su ---- */

/* su [options] [-] [user [argument...]] in any order, as GNU getopt takes it. */
struct su_words {
	size_t user, string; /* index of the word; 0: none */
};

static struct su_words read_su(const struct flat_call *call)
{
	struct su_words su = {0};

	for (size_t i = call->at + 1; i < call->args.n; i++) {
		struct str s = word_at(call, i);
		bool option = s.n > 1 && s.p[0] == '-' && !str_eq(s, STR("--"));

		if (str_eq(s, STR("--command")) ||
			(option && s.p[1] != '-' && str_ends(s, STR("c"))))
			su.string = ++i;
		else if (option && s.p[1] != '-' && strchr("sgGw", s.p[s.n - 1]))
			i++;
		else if (str_eq(s, STR("--shell")) || str_eq(s, STR("--group")))
			i++;
		else if (!option && !str_eq(s, STR("-")) && !str_eq(s, STR("--")) &&
			!su.user)
			su.user = i;
	}
	if (su.string >= call->args.n)
		su.string = 0;
	return su;
}

static struct word root_word(struct flattener *f, struct span span)
{
	return (struct word){
		.value = value_literal(f->arena, STR("root"), span), .span = span};
}

static bool run_su(struct flat_call *call, struct flat_outcome *out)
{
	const struct shell_heredoc *heredoc = input_heredoc(call);
	struct str name = word_at(call, call->at);
	struct su_words su;
	struct text text;

	if (!name.n || !str_eq(path_base(name), STR("su")))
		return false;
	su = read_su(call);
	if (!su.string && !heredoc)
		return false;
	call->scope.as_user = su.user
		? call->args.at[su.user].word
		: root_word(call->f, call->args.at[call->at].word.span);
	if (su.string) {
		run_string(call, su.string, COMMANDS_SH, out);
	} else {
		text = flat_word_text(call->f, &heredoc->body);
		run_heredoc(call, &text, COMMANDS_SH, out);
	}
	return true;
}

/* ---- eval ---- */

static bool run_eval(struct flat_call *call, struct flat_outcome *out)
{
	struct text_builder b = text_builder(call->f->arena);
	struct flat_scope scope;
	struct text text;

	if (!str_eq(word_at(call, call->at), STR("eval")))
		return false;
	for (size_t i = call->at + 1; i < call->args.n; i++) {
		struct text word = flat_arg_text(call->f, &call->args.at[i]);

		if (i > call->at + 1)
			text_add_decoded(&b, STR(" "), text_span(&word, 0, 0));
		text_add(&b, &word, 0, word.s.n);
	}
	text = text_finish(&b);
	set_variables(call);
	scope = scope_within(call);
	*out = flat_text(call->f, &scope, &text);
	return true;
}

bool flat_nested(struct flat_call *call, struct flat_outcome *out)
{
	if (call->f->calls >= COMMANDS_CALLS_MAX)
		return false;
	return run_shell(call, out) || run_su(call, out) || run_eval(call, out);
}

/* ---- RUN <<EOF ---- */

/* The words of a "#!" line; false when the script has none. */
static bool read_shebang(
	struct flattener *f, const struct text *script, struct flat_args *out)
{
	struct diags ignored = {.arena = f->arena};
	struct shell_words words = {0};
	struct text line;
	struct flat_scope scope = {0};

	if (!str_starts(script->s, STR("#!")))
		return false;
	line = text_sub(script, 2, str_find(script->s, '\n') - 2);
	shell_parse_words(f->arena, &line, &ignored, &words);
	for (size_t i = 0; i < words.n; i++)
		flat_add_word(f, &scope, &words.at[i], out);
	return out->n != 0;
}

static bool runs_a_shell(const struct flat_args *shebang, enum commands_shell *shell)
{
	struct str first = flat_str(&shebang->at[0]);

	if (shebang->n > 1 && str_eq(path_base(first), STR("env")))
		first = flat_str(vec_last(shebang));
	return find_shell(first, shell);
}

bool flat_script(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c, struct flat_outcome *out)
{
	struct flat_call call = {.f = f, .scope = *scope, .tree = c};
	const struct shell_heredoc *heredoc = input_heredoc(&call);
	enum commands_shell shell = scope->shell;

	if (!heredoc || c->kind != SHELL_SIMPLE || c->words.n || c->assigns.n ||
		c->redirects.n != 1)
		return false;
	call.command = arena_new(f->arena, struct command);
	call.command->span = text_span_all(&c->raw);
	if (read_shebang(f, &heredoc->raw, &call.args) &&
		!runs_a_shell(&call.args, &shell)) {
		*out = flat_call(&call);
		return true;
	}
	/* The builder hands the body on as written; no shell expands it before. */
	run_heredoc(&call, &heredoc->body.raw, shell, out);
	return true;
}
