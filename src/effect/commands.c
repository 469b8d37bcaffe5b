#include "effect/commands_flat.h"

/* ---- guards and limits ---- */

const struct guard *flat_guard(struct flattener *f, const struct guard *outer,
	const struct command *command, bool if_succeeds)
{
	struct guard *g = arena_new(f->arena, struct guard);

	*g = (struct guard){
		.command = command, .if_succeeds = if_succeeds, .outer = outer};
	return g;
}

struct flat_outcome flat_maybe(struct flattener *f, const struct flat_scope *scope)
{
	const struct guard *maybe = flat_guard(f, scope->guard, NULL, true);

	return (struct flat_outcome){
		.succeeded = maybe, .failed = maybe, .and_then = scope->guard};
}

static void stop(struct flattener *f, struct span span, const char *limit)
{
	if (!f->stopped)
		diag_add(f->diags, DIAG_LIMIT_REACHED, span,
			"oakum follows at most %s in one shell text; what comes "
			"after is not seen",
			limit);
	f->stopped = true;
}

static bool may_go_on(struct flattener *f, const struct text *raw)
{
	if (f->steps++ >= COMMANDS_STEPS_MAX)
		stop(f, text_span_all(raw), "50,000 commands");
	else if (f->depth >= COMMANDS_DEPTH_MAX)
		stop(f, text_span_all(raw), "80 constructs inside each other");
	return !f->stopped;
}

/* ---- compound commands ---- */

static struct flat_outcome flat_if(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c)
{
	struct flat_scope at = *scope;

	vec_each (struct shell_branch, branch, &c->branches) {
		struct flat_scope body = at;
		struct flat_outcome condition;

		if (branch->condition) {
			condition = flat_list(f, &at, branch->condition);
			body.guard = condition.succeeded;
			at.guard = condition.failed;
		}
		flat_list(f, &body, branch->body);
	}
	return flat_maybe(f, scope);
}

/* while, until, case, select: nothing says which way they go. */
static struct flat_outcome flat_maybe_branches(struct flattener *f,
	const struct flat_scope *scope, const struct shell_command *c)
{
	vec_each (struct shell_branch, branch, &c->branches) {
		struct flat_scope body = *scope;

		if (branch->condition)
			flat_list(f, scope, branch->condition);
		body.guard = flat_guard(f, scope->guard, NULL, true);
		flat_list(f, &body, branch->body);
	}
	return flat_maybe(f, scope);
}

static bool leaves_early(const struct shell_list *body)
{
	struct str s = body->raw.s;

	return str_find_str(s, STR("break")) < s.n ||
		str_find_str(s, STR("continue")) < s.n;
}

/* True when the words of a `for` are all known and few enough to go through. */
static bool may_repeat(const struct flat_args *words, const struct shell_command *c)
{
	if (!c->in_given || words->n > COMMANDS_REPEAT_MAX ||
		leaves_early(c->branches.at[0].body))
		return false;
	vec_each (struct flat_arg, arg, words)
		if (!flat_str(arg).p || arg->word.is_globbed)
			return false;
	return true;
}

static struct word unknown_item(struct flattener *f, const struct shell_command *c)
{
	struct span span = text_span_all(&c->name);

	return (struct word){.value = value_unknown(
				     f->arena, STR("a loop gives it its value"), span),
		.span = span};
}

static struct flat_outcome flat_for(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c)
{
	const struct shell_list *body = c->branches.at[0].body;
	struct flat_scope maybe = *scope;
	struct flat_args words = {0};

	vec_each (struct shell_word, word, &c->words)
		flat_add_word(f, scope, word, &words);
	if (may_repeat(&words, c)) {
		vec_each (struct flat_arg, arg, &words) {
			flat_assign(f, scope, c->name, arg->word);
			flat_list(f, scope, body);
			if (f->stopped)
				break;
		}
		return flat_maybe(f, scope);
	}
	flat_assign(f, scope, c->name, unknown_item(f, c));
	maybe.guard = flat_guard(f, scope->guard, NULL, true);
	flat_list(f, &maybe, body);
	return flat_maybe(f, scope);
}

static struct flat_outcome flat_group(struct flattener *f,
	const struct flat_scope *scope, const struct shell_command *c)
{
	struct flat_scope inner = *scope;

	inner.in_subshell |= c->kind == SHELL_SUBSHELL;
	return flat_list(f, &inner, c->branches.at[0].body);
}

static struct flat_outcome flat_define(struct flattener *f,
	const struct flat_scope *scope, const struct shell_command *c)
{
	struct flat_function *function = arena_new(f->arena, struct flat_function);

	function->older = f->functions;
	function->name = c->name.s;
	function->body = c->branches.at[0].body;
	f->functions = function;
	return (struct flat_outcome){.succeeded = scope->guard,
		.failed = flat_guard(f, scope->guard, NULL, false),
		.and_then = scope->guard,
		.never_fails = true};
}

typedef struct flat_outcome production(
	struct flattener *, const struct flat_scope *, const struct shell_command *);

static struct flat_outcome flat_command(struct flattener *f,
	const struct flat_scope *scope, const struct shell_command *c)
{
	static production *const productions[] = {
		[SHELL_SIMPLE] = flat_simple,
		[SHELL_TEST] = flat_simple,
		[SHELL_EXPRESSION] = flat_simple,
		[SHELL_SUBSHELL] = flat_group,
		[SHELL_GROUP] = flat_group,
		[SHELL_IF] = flat_if,
		[SHELL_FOR] = flat_for,
		[SHELL_SELECT] = flat_maybe_branches,
		[SHELL_FOR_LOOP] = flat_maybe_branches,
		[SHELL_WHILE] = flat_maybe_branches,
		[SHELL_UNTIL] = flat_maybe_branches,
		[SHELL_CASE_OF] = flat_maybe_branches,
		[SHELL_FUNCTION] = flat_define,
	};
	bool simple = productions[c->kind] == flat_simple;
	struct flat_scope inner = *scope;

	if (!may_go_on(f, &c->raw) || (!simple && !c->branches.n))
		return flat_maybe(f, scope);
	if (!simple)
		inner.redirects = flat_redirects(f, scope, &c->redirects);
	return productions[c->kind](f, &inner, c);
}

/* ---- pipelines and lists ---- */

static struct flat_outcome flat_pipeline(struct flattener *f,
	const struct flat_scope *scope, const struct shell_pipeline *p)
{
	struct flat_scope inner = *scope;
	struct flat_outcome o = flat_maybe(f, scope), flipped;

	inner.in_subshell |= p->commands.n > 1;
	vec_each (struct shell_command, c, &p->commands) {
		size_t before = f->out.n;

		o = flat_command(f, &inner, c);
		inner.reads = f->out.n > before ? *vec_last(&f->out) : NULL;
	}
	if (!p->negated)
		return o;
	flipped = o;
	flipped.succeeded = flipped.and_then = o.failed;
	flipped.failed = o.succeeded;
	flipped.never_fails = o.never_succeeds;
	flipped.never_succeeds = o.never_fails;
	return flipped;
}

/*
 * The status of a whole list by its last command, when that alone decides: own is the
 * guard on it that the command itself gives, inner the one that it ran under.
 */
static const struct guard *list_guard(struct flattener *f,
	const struct flat_scope *scope, const struct guard *inner,
	const struct guard *own, bool if_succeeds)
{
	bool decides = inner && inner != scope->guard && inner->command &&
		own->command && own->outer == inner && own->if_succeeds == if_succeeds;
	struct guard *g = arena_new(f->arena, struct guard);

	*g = (struct guard){.command = decides ? own->command : NULL,
		.if_succeeds = if_succeeds,
		.is_list = decides,
		.outer = scope->guard};
	return g;
}

/* left && right, which ran under left's success. */
static struct flat_outcome both(
	struct flat_outcome left, struct flat_outcome right, const struct guard *failed)
{
	struct flat_outcome o = right;

	if (!left.never_fails)
		o.failed = right.never_fails ? left.failed : failed;
	o.never_fails = left.never_fails && right.never_fails;
	o.never_succeeds = left.never_succeeds || right.never_succeeds;
	return o;
}

/* left || right, which ran under left's failure. */
static struct flat_outcome either(struct flat_outcome left, struct flat_outcome right,
	const struct guard *succeeded, const struct guard *outer)
{
	struct flat_outcome o = {.failed = right.failed};

	if (right.never_succeeds) {
		o.succeeded = left.succeeded;
		o.and_then = left.and_then;
		return o;
	}
	o.never_fails = left.never_fails || right.never_fails;
	o.succeeded = o.never_fails ? outer : succeeded;
	o.and_then = outer;
	return o;
}

static struct flat_outcome flat_and_or(struct flattener *f,
	const struct flat_scope *scope, const struct shell_and_or *item)
{
	struct flat_scope inner = *scope;
	struct flat_outcome o = {0};

	inner.is_background |= item->end == SHELL_END_BACKGROUND;
	inner.in_subshell |= item->end == SHELL_END_BACKGROUND;
	vec_each (struct shell_pipeline, p, &item->pipelines) {
		struct flat_outcome next;

		if (p->join != SHELL_FIRST)
			inner.guard = p->join == SHELL_AND ? o.and_then : o.failed;
		next = flat_pipeline(f, &inner, p);
		if (p->join == SHELL_FIRST)
			o = next;
		else if (p->join == SHELL_AND)
			o = both(o, next,
				list_guard(f, scope, inner.guard, next.failed, false));
		else
			o = either(o, next,
				list_guard(f, scope, inner.guard, next.succeeded, true),
				scope->guard);
	}
	if (item->end == SHELL_END_BACKGROUND)
		o = (struct flat_outcome){.succeeded = scope->guard,
			.failed = flat_guard(f, scope->guard, NULL, false),
			.and_then = scope->guard,
			.never_fails = true};
	return o;
}

struct flat_outcome flat_list(struct flattener *f, const struct flat_scope *scope,
	const struct shell_list *list)
{
	struct flat_outcome o = flat_maybe(f, scope);

	f->depth++;
	vec_each (struct shell_and_or, item, &list->items) {
		o = flat_and_or(f, scope, item);
		if (f->stopped)
			break;
	}
	f->depth--;
	return o;
}

struct flat_outcome flat_text(
	struct flattener *f, const struct flat_scope *scope, const struct text *text)
{
	struct flat_outcome o;

	if (f->calls >= COMMANDS_CALLS_MAX) {
		stop(f, text_span_all(text),
			"8 functions and strings inside each other");
		return flat_maybe(f, scope);
	}
	f->calls++;
	o = flat_list(f, scope, shell_parse(f->arena, text, f->diags));
	f->calls--;
	return o;
}

/* ---- the whole ---- */

struct commands commands_of_shell(struct arena *a, const struct text *text,
	enum commands_shell shell, struct diags *diags)
{
	struct flattener f = {.arena = a, .diags = diags};
	struct flat_scope scope = {.shell = shell};

	flat_text(&f, &scope, text);
	return f.out;
}

/* The last one first: it is the one that calls the others. */
static void flat_uncalled(struct flattener *f, enum commands_shell shell)
{
	for (struct flat_function *function = f->functions; function;
		function = function->older) {
		struct flat_scope scope = {.shell = shell,
			.guard = flat_guard(f, NULL, NULL, true),
			.hides_positional = true,
			.frame = arena_new(f->arena, struct frame)};

		if (function->was_called)
			continue;
		function->is_running = function->was_called = true;
		flat_list(f, &scope, function->body);
		function->is_running = false;
	}
}

struct commands commands_of_script(struct arena *a, const struct text *text,
	enum commands_shell shell, struct diags *diags)
{
	struct flattener f = {.arena = a, .diags = diags};
	struct flat_scope scope = {.shell = shell};

	flat_text(&f, &scope, text);
	flat_uncalled(&f, shell);
	return f.out;
}

static struct flat_arg json_arg(struct arena *a, const struct text *text)
{
	struct span span = text_span_all(text);

	return (struct flat_arg){.text = *text,
		.word = {.value = value_literal(a, text->s, span),
			.span = span,
			.is_quoted = true}};
}

static struct commands commands_of_args(
	struct arena *a, struct flat_args args, struct diags *diags)
{
	struct flattener f = {.arena = a, .diags = diags};
	struct flat_call call = {
		.f = &f, .command = arena_new(a, struct command), .args = args};

	if (!args.n)
		return f.out;
	call.command->span =
		span_join(args.at[0].word.span, vec_last(&args)->word.span);
	flat_call(&call);
	return f.out;
}

struct commands commands_of_argv(
	struct arena *a, const struct text *argv, size_t n, struct diags *diags)
{
	struct flat_args args = {0};

	for (size_t i = 0; i < n; i++)
		*vec_push(a, &args) = json_arg(a, &argv[i]);
	return commands_of_args(a, args, diags);
}

/* The bytes of a value; what is not known stands there as the variable that it is. */
static struct text value_text(struct arena *a, struct value v)
{
	struct text_builder b = text_builder(a);

	for (size_t i = 0; i < v.n; i++) {
		const struct segment *s = &v.at[i];

		if (s->kind == SEGMENT_LITERAL && s->span.length == s->text.n &&
			s->span.file) {
			struct text whole = text_of(a, s->span);

			text_add(&b, &whole, 0, s->text.n);
		} else {
			text_add_decoded(
				&b, value_display(a, (struct value){s, 1}), s->span);
		}
	}
	return text_finish(&b);
}

struct commands commands_of_words(
	struct arena *a, const struct words *argv, struct diags *diags)
{
	struct flat_args args = {0};

	vec_each (const struct word, word, argv) {
		struct flat_arg *arg = vec_push(a, &args);
		struct str known;

		*arg = (struct flat_arg){
			.text = value_text(a, word->value), .word = *word};
		/* Whatever it was put together from, it is one word of known bytes. */
		if (word->value.n > 1 && value_str(a, word->value, &known))
			arg->word.value = value_literal(a, known, word->span);
	}
	return commands_of_args(a, args, diags);
}
