#include "effect/tool.h"

#include "base/path.h"
#include "effect/trail.h"

/* Takes n off what is left of a limit; false, and a doubt once, when it is not. */
bool may_spend(struct runner *run, uint32_t *used, size_t n, uint32_t limit)
{
	struct state *state = run->state;

	if (n <= limit && *used <= limit - n) {
		*used += (uint32_t)n;
		return true;
	}
	if (*used <= limit && !run->is_start)
		state->accounts = accounts_doubt(run->arena, state->accounts,
			STR("the build runs more than oakum follows"), SPAN_NONE);
	*used = limit + 1;
	return false;
}

/* ---- guards ---- */

/* Does a guard let its command run, when the command it watches ended so? */
static enum answer holds(bool if_succeeds, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FAILS:
		return answer_of(!if_succeeds);
	case OUTCOME_SUCCEEDS:
		return answer_of(if_succeeds);
	case OUTCOME_MAY:
		return ANSWER_MAYBE;
	case OUTCOME_DONE:
		break;
	}
	return if_succeeds ? ANSWER_YES : ANSWER_MAYBE;
}

/* How a list's commands ended; a row is found by the index, which may be another's. */
struct endings {
	const struct command **keys;
	struct ending {
		unsigned char own;  /* of the command, as if it ran */
		unsigned char list; /* of the list up to it */
	} * at;
	size_t mask;
};

static struct endings endings_new(struct arena *a, size_t count)
{
	size_t size = 16;

	while (size < 2 * count + 2)
		size *= 2;
	return (struct endings){arena_array(a, const struct command *, size),
		arena_array(a, struct ending, size), size - 1};
}

static size_t slot_of(const struct endings *e, const struct command *c)
{
	size_t i = c->index & e->mask;

	while (e->keys[i] && e->keys[i] != c)
		i = (i + 1) & e->mask;
	return i;
}

/* A guard that kept its command from running left the list with this status. */
static enum outcome inherited(const struct guard *g)
{
	return g->if_succeeds ? OUTCOME_FAILS : OUTCOME_SUCCEEDS;
}

/* What the list's status is when the command only may have run. */
static enum outcome either_ending(const struct command *c, enum outcome own)
{
	if (!c->guard || !c->guard->command)
		return own;
	return inherited(c->guard) == own ? own : OUTCOME_MAY;
}

static void set_ending(
	struct endings *e, const struct command *c, enum outcome own, enum outcome list)
{
	size_t i = slot_of(e, c);

	e->keys[i] = c;
	e->at[i] = (struct ending){(unsigned char)own, (unsigned char)list};
}

static enum outcome ending_of(const struct endings *e, const struct guard *g)
{
	size_t i;

	if (!g->command)
		return OUTCOME_MAY;
	i = slot_of(e, g->command);
	if (!e->keys[i])
		return OUTCOME_MAY;
	return (enum outcome)(g->is_list ? e->at[i].list : e->at[i].own);
}

/* All guards of a command together; *failing: the one that does not hold. */
static enum answer guards_hold(
	const struct endings *e, const struct command *c, const struct guard **failing)
{
	enum answer all = ANSWER_YES;

	for (const struct guard *g = c->guard; g; g = g->outer) {
		enum answer a = holds(g->if_succeeds, ending_of(e, g));

		if (a == ANSWER_NO) {
			*failing = g;
			return ANSWER_NO;
		}
		all = answer_and(all, a);
	}
	return all;
}

/* ---- does the step survive a failure? ---- */

enum { VITAL_MAX = 2000 }; /* commands of a list that are looked through for that */

/* Does d run only when c succeeded? */
static bool needs(const struct command *d, const struct command *c)
{
	for (int i = 0; d && i < VITAL_MAX; i++) {
		const struct guard *inner = d->guard;

		for (const struct guard *g = d->guard; g; g = g->outer)
			if (g->command == c)
				return g->if_succeeds;
		if (!inner || !inner->if_succeeds)
			return false;
		d = inner->command;
	}
	return false;
}

/* Does a later command catch the failure of c? */
static bool catches(const struct command *d, const struct command *c)
{
	for (const struct guard *g = d->guard; g; g = g->outer) {
		if (!g->command || g->if_succeeds)
			continue;
		if (g->command == c || needs(g->command, c))
			return true;
	}
	return false;
}

static bool is_part_of_pipe(const struct command *d, const struct command *c)
{
	return d->reads == c;
}

static bool is_vital(
	const struct runner *run, const struct commands *list, size_t index)
{
	const struct command *c = list->at[index];

	if (!run->is_vital || c->is_background || list->n > VITAL_MAX)
		return run->is_vital && !c->is_background;
	for (size_t i = index + 1; i < list->n; i++) {
		const struct command *d = list->at[i];

		if (is_part_of_pipe(d, c) || catches(d, c))
			return false;
		if (!run->errexit && !needs(d, c))
			return false;
	}
	return true;
}

/* ---- assignments ---- */

static void bind(
	struct runner *run, struct str name, const struct fact *fact, bool is_exported)
{
	struct variables *v = &run->variables;

	v->shell = binding_put(run->arena, v->shell, name, fact);
	if (is_exported)
		run->exported = binding_put(run->arena, run->exported, name, fact);
}

static void assign(struct runner *run, const struct command *c, enum answer runs)
{
	vec_each (struct assignment, as, &c->assignments) {
		struct value v =
			value_resolve(run->arena, as->value.value, &run->variables);
		const struct fact *fact;

		if (as->is_prefix)
			continue;
		if (runs == ANSWER_YES)
			fact = fact_set(
				run->arena, LAYER_BUILD, v, as->value.span, NULL);
		else
			fact = fact_unknown(run->arena, LAYER_BUILD,
				STR("it is set only under a condition"),
				as->value.span);
		bind(run, as->name, fact, as->is_exported);
	}
}

/* ---- one command ---- */

/* `ARG UID=1000` reaches the shell as its environment, and dash takes it from there. */
static bool is_bound(const struct runner *run, struct str name)
{
	return binding_find(run->variables.shell, name) ||
		binding_find(run->variables.env, name) ||
		binding_find(run->variables.args, name);
}

/* $(id -u) and its kin have one answer where it is known who runs. */
static void put_own_identity(struct runner *run, struct word *word)
{
	static const struct {
		struct str written, meaning;
	} table[] = {
		{STR_INIT("$(id -u)"), STR_INIT("0")},
		{STR_INIT("`id -u`"), STR_INIT("0")},
		{STR_INIT("$(id -g)"), STR_INIT("0")},
		{STR_INIT("$(id -un)"), STR_INIT("root")},
		{STR_INIT("$(id -u -n)"), STR_INIT("root")},
		{STR_INIT("$(whoami)"), STR_INIT("root")},
		{STR_INIT("`whoami`"), STR_INIT("root")},
	};
	const struct segment *s = word->value.at;

	if (!run->is_root || word->value.n != 1 || s->kind != SEGMENT_UNKNOWN)
		return;
	if (str_eq(s->name, STR("UID")) || str_eq(s->name, STR("EUID"))) {
		if (!s->sign.n && !is_bound(run, s->name))
			word->value = value_literal(run->arena, STR("0"), s->span);
		return;
	}
	for (size_t i = 0; !s->name.n && i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(span_str(s->span), table[i].written))
			word->value =
				value_literal(run->arena, table[i].meaning, s->span);
}

static struct words own_words(struct runner *run, const struct words *argv)
{
	struct words out = {0};

	vec_each (struct word, w, argv) {
		struct word *copy = vec_push(run->arena, &out);

		*copy = *w;
		put_own_identity(run, copy);
	}
	return out;
}

/* A loop's variable is bound by nobody that is seen. */
static bool is_in_loop(const struct command *c)
{
	for (const struct guard *g = c->guard; g; g = g->outer)
		if (!g->command)
			return true;
	return false;
}

static struct call call_of(
	struct runner *run, const struct command *c, enum answer runs)
{
	struct variables variables = run->variables;
	struct call call = {.run = run,
		.arena = run->arena,
		.command = c,
		.runs = runs,
		.is_complete = !c->has_wildcard_args || run->variables.positional};
	struct words own = own_words(run, &c->argv);

	if (is_in_loop(c))
		variables.is_complete = false;
	call.argv = words_resolve(run->arena, &own, &variables, &call.is_complete);
	return call;
}

static void note_as_user(struct call *call)
{
	const struct command *c = call->command;
	struct word user = c->as_user;

	if (!user.value.n)
		return;
	user.value = value_resolve(call->arena, user.value, &call->run->variables);
	call->tool = c->is_sudo ? STR("sudo") : STR("su");
	note_owner(call, &user);
}

static bool names_account_tool(struct str tool)
{
	return str_ends(tool, STR("add")) || str_ends(tool, STR("mod")) ||
		str_ends(tool, STR("del")) || str_ends(tool, STR("user")) ||
		str_ends(tool, STR("group")) || str_eq(tool, STR("gpasswd"));
}

/* shadow's tools on Alpine, apt-get on Red Hat: there is no such program. */
static void note_missing_tool(struct call *call)
{
	if (!names_account_tool(call->tool) ||
		tool_present(call->run, call->tool) != ANSWER_NO)
		return;
	(void)call_failed(call,
		note_problem(
			call, PROBLEM_TOOL_MISSING, &call->argv.at[0], call->tool));
}

static enum outcome run_program(struct call *call, struct str path)
{
	tool_function *tool;
	bool is_question;
	enum outcome o;

	call->row = tool_find(call->tool);
	tool = call->row ? call->row->function : NULL;
	if (tool) {
		if (!may_spend(
			    call->run, &call->run->spent->tools, 1, EFFECT_TOOLS_MAX))
			return OUTCOME_DONE;
		note_missing_tool(call);
		return tool(call);
	}
	o = question_answer(call, &is_question);
	if (is_question)
		return o;
	if (str_find(path, '/') < path.n)
		program_run(call, path);
	return OUTCOME_DONE;
}

static bool may_be_name(struct str word)
{
	if (!word.n || word.n > 32 || !(byte_is_alpha(word.p[0]) || word.p[0] == '_'))
		return false;
	for (size_t i = 1; i < word.n; i++)
		if (!byte_is_alpha(word.p[i]) && !byte_is_digit(word.p[i]) &&
			!memchr("-_", word.p[i], 2))
			return false;
	return true;
}

/*
 * "${user_cmd[@]}" -u 1000 app: which program runs is not known; what it names may be an
 * account that it makes. A path whose end is known names its program.
 */
static void run_unknown(struct call *call)
{
	const struct value *program = &call->argv.at[0].value;
	struct state *state = call->run->state;
	struct str word;

	if (program->n &&
		str_find(program->at[program->n - 1].text, '/') <
			program->at[program->n - 1].text.n)
		return;
	for (size_t i = 1; i < call->argv.n && !call->run->is_start; i++)
		if (call_word(call, i, &word) && may_be_name(word))
			state->accounts = accounts_hint(call->arena, state->accounts,
				word, STR("a command that is not known may make it"),
				call->argv.at[i].span);
}

static enum outcome run_command(
	struct runner *run, const struct commands *list, size_t index, enum answer runs)
{
	const struct command *c = list->at[index];
	struct call call = call_of(run, c, runs);
	enum outcome o = OUTCOME_DONE;
	uint32_t spent = run->spent->commands;
	struct str path;

	if (c->assignments.n)
		assign(run, c, runs);
	if (run->trail && !trail_command(run, &call))
		return OUTCOME_DONE;
	if (!call.argv.n) {
		redirects_apply(&call);
		owners_of_command(&call, false);
		return OUTCOME_DONE;
	}
	call.is_vital = is_vital(run, list, index);
	note_as_user(&call);
	if (c->is_sudo && run->was_raised)
		*run->was_raised = true;
	if (call_word(&call, 0, &path)) {
		call.tool = path_base(path);
		o = run_program(&call, path);
	} else {
		run_unknown(&call);
	}
	if (c->redirects.n)
		redirects_apply(&call);
	owners_of_command(&call, run->spent->commands != spent);
	if (c->is_exec && !c->in_subshell)
		run->alive = answer_and(run->alive, answer_not(runs));
	return o;
}

enum { FRAMES_MAX = 64 }; /* functions that call functions; deeper ones lose `set` */

/* What ( ) changes of the shell is forgotten behind it. */
struct subshell {
	bool is_inside;
	struct runner outside; /* as it stood before */
};

static void enter_or_leave(struct runner *run, struct subshell *sub, bool is_inside)
{
	if (is_inside && !sub->is_inside)
		sub->outside = *run;
	if (!is_inside && sub->is_inside) {
		run->variables = sub->outside.variables;
		run->exported = sub->outside.exported;
		run->cwd = sub->outside.cwd;
		run->errexit = sub->outside.errexit;
		run->umask = sub->outside.umask;
		run->umask_is_unknown = sub->outside.umask_is_unknown;
	}
	sub->is_inside = is_inside;
}

/* The arguments of the shell as they stood before each call of a function. */
struct frames {
	const struct frame *now;
	const struct words *outside[FRAMES_MAX];
	size_t depth;
};

static bool is_within(const struct frame *frame, const struct frame *outer)
{
	for (; frame; frame = frame->outer)
		if (frame == outer)
			return true;
	return false;
}

static void enter_or_return(
	struct runner *run, struct frames *frames, const struct frame *to)
{
	const struct frame *entered = to;

	for (; frames->now && !is_within(to, frames->now);
		frames->now = frames->now->outer)
		if (frames->depth-- <= FRAMES_MAX)
			run->variables.positional = frames->outside[frames->depth];
	for (; entered != frames->now; entered = entered->outer) {
		if (frames->depth < FRAMES_MAX)
			frames->outside[frames->depth] = run->variables.positional;
		frames->depth++;
	}
	frames->now = to;
}

void run_list(struct runner *run, const struct commands *commands, enum answer runs)
{
	struct endings endings = endings_new(run->arena, commands->n);
	struct subshell sub = {0};
	struct frames frames = {0};

	for (size_t i = 0; i < commands->n && run->alive != ANSWER_NO; i++) {
		const struct command *c = commands->at[i];
		const struct guard *failing = NULL;
		enum answer own = guards_hold(&endings, c, &failing);
		enum answer really = answer_and(own, answer_and(runs, run->alive));
		enum outcome ending;

		if (!may_spend(run, &run->spent->commands, 1, EFFECT_COMMANDS_MAX))
			return;
		enter_or_leave(run, &sub, c->in_subshell);
		enter_or_return(run, &frames, c->frame);
		run->is_last = run->is_final && i + 1 == commands->n;
		if (failing) {
			ending = inherited(failing);
			set_ending(&endings, c, ending, ending);
			continue;
		}
		ending = run_command(run, commands, i, really);
		set_ending(&endings, c, ending,
			own == ANSWER_YES ? ending : either_ending(c, ending));
	}
	enter_or_leave(run, &sub, false);
}

/* ---- the whole ---- */

/* USER says who runs a RUN; nothing said means root. */
static bool is_root(struct arena *a, const struct state *state)
{
	struct str user, name, group;

	if (!state->user || state->user->know == FACT_UNSET)
		return true;
	if (!fact_str(a, state->user, &user))
		return false;
	user_spec_split(user, &name, &group);
	return !name.n || str_eq(name, STR("root")) || str_eq(name, STR("0"));
}

static bool shell_has_errexit(struct arena *a, const struct program *shell)
{
	if (!shell)
		return false;
	for (size_t i = 1; i < shell->argv.n; i++) {
		struct str word;

		if (value_str(a, shell->argv.at[i].value, &word) && word.n > 1 &&
			word.p[0] == '-' && word.p[1] != '-' &&
			str_find(word, 'e') < word.n)
			return true;
	}
	return false;
}

struct runner run_new(
	struct effect_context *ctx, struct state *state, struct effect_spent *spent)
{
	struct runner run = {.ctx = ctx,
		.arena = ctx->arena,
		.state = state,
		.spent = ctx->spent ? ctx->spent : spent,
		.alive = ANSWER_YES,
		.is_vital = true,
		.umask = 022};

	run.variables.env = state->env;
	run.variables.args = state->args;
	run.variables.is_complete = ctx->base && ctx->base->know == FACT_SET;
	run.errexit = shell_has_errexit(ctx->arena, state->shell);
	run.is_root = is_root(ctx->arena, state);
	/* Where nobody set one, it is taken as COPY takes it. */
	if (!state->workdir || state->workdir->know == FACT_UNSET)
		run.cwd = STR("/");
	else if (!fact_str(ctx->arena, state->workdir, &run.cwd))
		run.cwd = STR_NONE;
	return run;
}

/* Somebody else than root changes no account, unless sudo makes root of him. */
static bool is_powerless(struct arena *a, const struct state *state)
{
	struct identity id;
	struct str user;

	if (state->user->know != FACT_SET || !fact_str(a, state->user, &user))
		return false;
	id = identity_resolve(a, user, state->accounts);
	return id.uid.know == FACT_SET && id.uid.n != 0;
}

void effect_run(struct effect_context *ctx, const struct commands *commands,
	const struct state *before, struct state *after)
{
	struct effect_spent spent = {0};
	struct state state = *before;
	struct runner run = run_new(ctx, &state, &spent);
	bool was_raised = false;

	run.was_raised = &was_raised;
	run_list(&run, commands, ANSWER_YES);
	*after = *before;
	if (state.accounts != before->accounts && !was_raised &&
		is_powerless(ctx->arena, before))
		state.accounts = before->accounts;
	after->accounts = state.accounts;
	after->files = state.files;
	after->owners = state.owners;
	after->packages = state.packages;
}
