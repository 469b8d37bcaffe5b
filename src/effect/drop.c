#include "effect/drop.h"

#include "base/path.h"
#include "effect/commands.h"
#include "effect/trail.h"

/*
 * The entrypoint is run like any script, as uid 0, with CMD as its arguments. The
 * command that stays (behind exec, or the last one) either gives up root or keeps it;
 * where a condition cannot be decided, several may be that command.
 */

enum { WRAPPERS_MAX = 16 }; /* programs that start programs that start … */

enum { STARTED_MAX = 500 }; /* commands of one start that are kept */

struct trail {
	const struct base_image *base;
	struct identity start; /* who the engine starts it as */
	struct drop drop;      /* the first way that gives up root */
	struct str kept_why;   /* of a way whose end cannot be seen */
	bool may_drop, may_keep, may_hide;
	bool is_over;
	struct starteds started;
};

/* ---- programs that only start another one ---- */

struct wrapper {
	struct str name;
	struct str values; /* letters of the options that take a word */
	size_t operands;   /* words of its own before the program */
};

static const struct wrapper wrappers[] = {
	{STR_INIT("tini"), STR_INIT("pe"), 0},
	{STR_INIT("tini-static"), STR_INIT("pe"), 0},
	{STR_INIT("docker-init"), STR_INIT("pe"), 0},
	{STR_INIT("dumb-init"), STR_INIT("r"), 0},
	{STR_INIT("catatonit"), STR_INIT(""), 0},
	{STR_INIT("env"), STR_INIT("uCS"), 0},
	{STR_INIT("exec"), STR_INIT("a"), 0},
	{STR_INIT("command"), STR_INIT(""), 0},
	{STR_INIT("nice"), STR_INIT("n"), 0},
	{STR_INIT("ionice"), STR_INIT("cn"), 0},
	{STR_INIT("nohup"), STR_INIT(""), 0},
	{STR_INIT("setsid"), STR_INIT(""), 0},
	{STR_INIT("stdbuf"), STR_INIT("ioe"), 0},
	{STR_INIT("time"), STR_INIT("fo"), 0},
	{STR_INIT("timeout"), STR_INIT("ks"), 1},
	{STR_INIT("chrt"), STR_INIT("TPD"), 1},
	{STR_INIT("numactl"), STR_INIT("Nmpi"), 0},
};

struct words trail_words_from(const struct words *w, size_t first)
{
	struct words rest = {0};

	if (first < w->n) {
		rest.at = w->at + first;
		rest.n = rest.cap = w->n - first;
	}
	return rest;
}

bool trail_word(struct arena *a, const struct words *w, size_t i, struct str *out)
{
	return i < w->n && value_str(a, w->at[i].value, out);
}

static bool is_assignment(struct str word)
{
	size_t equals = str_find(word, '=');

	return equals && equals < word.n && str_find(word, '/') > equals;
}

/* The words of the program that a wrapper starts. */
static struct words inner_words(
	struct arena *a, const struct words *w, const struct wrapper *wrapper)
{
	bool is_env = str_eq(wrapper->name, STR("env"));
	size_t i = 1, operands = wrapper->operands;
	struct str word;

	for (; trail_word(a, w, i, &word); i++) {
		if (str_eq(word, STR("--"))) {
			i++;
			break;
		}
		if (word.n > 1 && word.p[0] == '-') {
			char last = word.p[word.n - 1];

			if (word.n == 2 &&
				str_find(wrapper->values, last) < wrapper->values.n)
				i++;
			continue;
		}
		if (is_env && is_assignment(word))
			continue;
		if (!operands--)
			break;
	}
	while (operands + 1 > 1 && operands-- && i < w->n)
		i++;
	return trail_words_from(w, i);
}

static const struct wrapper *find_wrapper(struct str name)
{
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		if (str_eq(name, wrappers[i].name))
			return &wrappers[i];
	return NULL;
}

static struct words unwrap(struct arena *a, struct words w)
{
	for (int i = 0; i < WRAPPERS_MAX; i++) {
		const struct wrapper *wrapper;
		struct str program;

		if (!trail_word(a, &w, 0, &program))
			break;
		wrapper = find_wrapper(path_base(program));
		if (!wrapper)
			break;
		w = inner_words(a, &w, wrapper);
	}
	return w;
}

/* ---- how one way ends ---- */

static void keeps_root(struct trail *t)
{
	t->may_keep = true;
}

static void cannot_say(struct trail *t, struct str why)
{
	t->may_hide = true;
	if (!t->kept_why.n)
		t->kept_why = why;
}

/* Supplementary groups are listed once, and without the first group. */
static void groups_tidy(struct identity *identity)
{
	struct ids *ids = &identity->groups, kept = {.at = ids->at};

	for (size_t i = 0; i < ids->n; i++) {
		bool is_new = ids->at[i].know == FACT_SET &&
			!(identity->gid.know == FACT_SET &&
				identity->gid.n == ids->at[i].n);

		for (size_t j = 0; j < kept.n; j++)
			is_new = is_new && kept.at[j].n != ids->at[i].n;
		if (is_new)
			kept.at[kept.n++] = ids->at[i];
	}
	ids->n = kept.n;
}

const struct identity *trail_of_start(const struct call *call)
{
	return &call->run->trail->start;
}

void trail_gives_up(struct call *call, struct str tool, struct str to,
	struct identity identity, struct span span)
{
	struct trail *t = call->run->trail;

	groups_tidy(&identity);
	if (!t->may_drop)
		t->drop = (struct drop){.drops = ANSWER_YES,
			.tool = tool,
			.to = to,
			.identity = identity,
			.span = span};
	t->may_drop = true;
}

/* ---- the program that stays ---- */

void trail_drops_to(struct call *call, struct str tool, const struct word *user)
{
	struct arena *a = call->arena;
	struct str spec;

	if (!word_str(a, user, &spec)) {
		cannot_say(call->run->trail,
			arena_printf(a, "%.*s changes to %.*s, which is not known here",
				STR_ARG(tool), STR_ARG(value_display(a, user->value))));
		return;
	}
	trail_gives_up(call, tool, spec, identity_resolve(a, spec, call_accounts(call)),
		call->command->span);
}

/* sh -c TEXT NAME ARGUMENTS… */
static bool start_shell_text(struct call *call, const struct words *w)
{
	struct diags diags = {.arena = call->arena};
	struct runner *run = call->run, inner = *run;
	struct words *arguments;
	struct commands list;
	struct text text;
	struct str word;
	size_t i = 1;

	while (trail_word(call->arena, w, i, &word) && word.n > 1 && word.p[0] == '-' &&
		str_find(word, 'c') == word.n)
		i += word.p[word.n - 1] == 'o' ? 2 : 1;
	if (!trail_word(call->arena, w, i, &word) || !str_starts(word, STR("-")) ||
		i + 1 >= w->n)
		return false;
	text = text_of_value(call->arena, w->at[i + 1].value);
	if (!text_is_known(&text)) {
		cannot_say(run->trail, STR("a shell runs a text that is not known"));
		return true;
	}
	list = commands_of_shell(call->arena, &text, COMMANDS_BASH, &diags);
	arguments = arena_new(call->arena, struct words);
	*arguments = trail_words_from(w, i + 3);
	inner.variables.positional = arguments;
	inner.depth++;
	inner.is_final = true;
	run_list(&inner, &list, call->runs);
	return true;
}

static bool is_shell(struct str name)
{
	return str_eq(name, STR("sh")) || str_eq(name, STR("bash")) ||
		str_eq(name, STR("dash")) || str_eq(name, STR("ash")) ||
		str_eq(name, STR("zsh"));
}

/* A name without a slash that was copied into a folder of PATH. */
static struct str find_program(struct call *call, struct str name)
{
	static const struct str folders[] = {STR_INIT("/usr/local/sbin"),
		STR_INIT("/usr/local/bin"), STR_INIT("/usr/sbin"), STR_INIT("/usr/bin"),
		STR_INIT("/sbin"), STR_INIT("/bin")};

	if (str_find(name, '/') < name.n)
		return name;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct str path = path_join(call->arena, folders[i], name);
		bool is_copied;
		struct text text;

		if (script_text(call->run, path, &text, &is_copied))
			return path;
	}
	return name;
}

/* The base's own entrypoint, called by hand. */
static bool is_base_entrypoint(const struct trail *t, struct str path)
{
	struct str name = path_base(path);

	return t->base && t->base->drops_to.n &&
		str_find_str(name, STR("entrypoint")) < name.n;
}

static void drops_as_base(struct call *call)
{
	struct trail *t = call->run->trail;

	if (t->may_drop)
		return;
	t->may_drop = true;
	t->drop = (struct drop){.drops = ANSWER_YES,
		.tool = t->base->drops_by,
		.to = t->base->drops_to,
		.identity = identity_resolve(
			call->arena, t->base->drops_to, call_accounts(call)),
		.why = t->base->source};
}

/*
 * Programs that drop root on their own are few and known by name; what starts as root
 * and cannot be seen stays so, unless it looks like a script that may call such a one.
 */
static bool looks_like_script(struct str path)
{
	struct str name = path_base(path);

	return str_ends(name, STR(".sh")) || str_ends(name, STR(".bash")) ||
		str_starts(name, STR("docker-start")) ||
		str_find_str(name, STR("entry")) < name.n;
}

/*
 * A file: a script that can be read is followed, another is what it seems to be. A
 * program's name without a slash is looked for in PATH and never in the working folder,
 * so that what was copied there says nothing about it. What sh is given is a script.
 */
static void start_file(struct call *call, const struct words *w, size_t at)
{
	struct trail *t = call->run->trail;
	struct call inner = *call;
	struct str path;

	if (!trail_word(call->arena, w, at, &path)) {
		cannot_say(t, STR("the program that starts is not known"));
		return;
	}
	path = find_program(call, path);
	inner.argv = *w;
	call->run->is_last = true;
	if (script_run(&inner, path, at + 1, false))
		return;
	if (is_base_entrypoint(t, path))
		drops_as_base(call);
	else if (at > 0 || looks_like_script(path))
		cannot_say(t,
			arena_printf(
				call->arena, "%.*s cannot be seen", STR_ARG(path)));
	else
		keeps_root(t);
}

static bool is_shell_word(struct str name)
{
	const struct tool *tool = tool_find(name);

	return tool &&
		(tool->function == tool_exit || tool->function == tool_set ||
			tool->function == tool_source);
}

static size_t shell_file(struct arena *a, const struct words *w)
{
	struct str word;
	size_t i = 1;

	while (trail_word(a, w, i, &word) && word.n > 1 && memchr("-+", word.p[0], 2))
		i += word.p[word.n - 1] == 'o' ? 2 : 1;
	return i;
}

void trail_start(struct call *call, struct words w)
{
	struct trail *t = call->run->trail;
	bool had_way = false;
	struct str program, name;

	w = unwrap(call->arena, w);
	if (!w.n) {
		keeps_root(t);
		return;
	}
	if (!trail_word(call->arena, &w, 0, &program)) {
		cannot_say(t, STR("the program that starts is not known"));
		return;
	}
	name = path_base(program);
	had_way = trail_tool(call, &w, name);
	if (had_way)
		return;
	if (!is_shell(name)) {
		start_file(call, &w, 0);
		return;
	}
	if (start_shell_text(call, &w))
		return;
	if (shell_file(call->arena, &w) < w.n)
		start_file(call, &w, shell_file(call->arena, &w));
	else
		keeps_root(t);
}

/* ---- watching the run ---- */

bool trail_command(struct runner *run, struct call *call)
{
	const struct command *c = call->command;
	struct trail *t = run->trail;
	struct word user = c->as_user;
	struct str name;

	if (call->argv.n && t->started.n < STARTED_MAX)
		*vec_push(run->arena, &t->started) =
			(struct started){call->argv, call->runs};
	if (!call->argv.n || c->is_background || (c->in_subshell && !user.value.n))
		return true;
	if (!c->is_exec && !run->is_last)
		return true;
	/* exec with redirections alone, and words of the shell, start nothing. */
	if (trail_word(run->arena, &call->argv, 0, &name) && !c->is_exec &&
		is_shell_word(name))
		return true;
	if (user.value.n) {
		user.value = value_resolve(run->arena, user.value, &run->variables);
		trail_drops_to(call, c->is_sudo ? STR("sudo") : STR("su"), &user);
	} else {
		trail_start(call, call->argv);
	}
	if (call->runs == ANSWER_YES)
		t->is_over = true;
	if (t->is_over)
		run->alive = ANSWER_NO;
	else if (c->is_exec)
		run->alive = ANSWER_MAYBE;
	return false;
}

/* ---- the question ---- */

static bool is_own(const struct program *p)
{
	return p && p->know != FACT_UNSET && p->layer != LAYER_IMAGE;
}

/* ENTRYPOINT []: the base's own is gone, and with it what that would have done. */
static bool is_reset(const struct program *entrypoint)
{
	return entrypoint && entrypoint->know == FACT_UNSET &&
		entrypoint->layer != LAYER_IMAGE;
}

static struct drop of_base(struct effect_context *ctx, const struct program *cmd,
	const struct state *state, const struct base_image *base)
{
	struct drop d = {.drops = ANSWER_NO};
	struct str word, root;

	if (!base || !base->drops_to.n)
		return d;
	d = (struct drop){.drops = ANSWER_YES,
		.tool = base->drops_by,
		.to = base->drops_to,
		.identity =
			identity_resolve(ctx->arena, base->drops_to, state->accounts),
		.why = base->source};
	if (!is_own(cmd) || !cmd->argv.n)
		return d;
	/* Such entrypoints drop for their own program and its options, not for others. */
	root = str_sub(base->drops_to, 0, 4);
	if (cmd->form == PROGRAM_EXEC &&
		value_str(ctx->arena, cmd->argv.at[0].value, &word) &&
		(str_starts(word, STR("-")) || str_starts(path_base(word), root)))
		return d;
	d.drops = ANSWER_MAYBE;
	d.why = cmd->layer == LAYER_BUILD
		? STR("the base's entrypoint may not drop root for another CMD")
		: STR("the image's entrypoint may not drop root for another command");
	return d;
}

static void add_words(struct arena *a, struct words *out, const struct program *p)
{
	if (!p || p->know != FACT_SET)
		return;
	if (p->form == PROGRAM_SHELL) {
		*vec_push(a, out) = (struct word){
			.value = value_literal(a, STR("/bin/sh"), p->span),
			.span = p->span};
		*vec_push(a, out) = (struct word){
			.value = value_literal(a, STR("-c"), p->span), .span = p->span};
	}
	vec_each (struct word, w, &p->argv)
		*vec_push(a, out) = *w;
}

static struct commands one_command(struct arena *a, struct words argv, struct span span)
{
	struct command *c = arena_new(a, struct command);
	struct commands list = {0};

	c->argv = argv;
	c->is_exec = true;
	c->span = span;
	*vec_push(a, &list) = c;
	return list;
}

/* What the engine starts: ENTRYPOINT with CMD behind it, or one of them alone. */
static struct commands started(
	struct arena *a, const struct program *entrypoint, const struct program *cmd)
{
	const struct program *first = is_own(entrypoint) ? entrypoint : cmd;
	struct words argv = {0};

	if (first->form == PROGRAM_SHELL && first->commands.n)
		return first->commands;
	if (is_own(entrypoint)) {
		add_words(a, &argv, entrypoint);
		if (entrypoint->form == PROGRAM_EXEC)
			add_words(a, &argv, cmd);
	} else {
		add_words(a, &argv, cmd);
	}
	return one_command(a, argv, first->span);
}

static struct drop conclude(const struct trail *t)
{
	struct drop d = t->drop;

	if (!t->may_drop && !t->may_hide)
		return (struct drop){.drops = ANSWER_NO};
	if (t->may_drop && !t->may_keep && !t->may_hide)
		return d;
	d.drops = ANSWER_MAYBE;
	d.why = t->may_hide ? t->kept_why
			    : STR("the entrypoint drops root only under a condition");
	return d;
}

/* Root, unless USER says more: 0:GROUP starts as root too. */
static struct identity identity_at_start(struct arena *a, const struct state *state)
{
	struct str user = STR("");

	if (state->user->know == FACT_SET && !fact_str(a, state->user, &user))
		user = STR("");
	return identity_resolve(a, user, state->accounts);
}

struct drop drop_find(struct effect_context *ctx, const struct program *entrypoint,
	const struct program *cmd, const struct state *state,
	const struct base_image *base)
{
	struct effect_context silent = *ctx;
	struct effect_spent spent = {0};
	struct trail trail = {.base = base};
	struct state after = *state;
	struct drop found;
	struct commands list;
	struct runner run;

	if (is_reset(entrypoint))
		base = NULL;
	if (!is_own(entrypoint) && ((base && base->drops_to.n) || !is_own(cmd)))
		return of_base(ctx, cmd, state, base);
	if (is_own(entrypoint) && entrypoint->know == FACT_UNKNOWN)
		return (struct drop){.drops = ANSWER_MAYBE, .why = entrypoint->why};
	silent.notes = NULL;
	silent.spent = NULL;
	after.args = NULL;
	trail.start = identity_at_start(ctx->arena, state);
	list = started(ctx->arena, entrypoint, cmd);
	run = run_new(&silent, &after, &spent);
	run.trail = &trail;
	run.is_root = run.is_start = true;
	run.is_final = true;
	run.variables.is_complete = run.variables.is_run_time = true;
	run_list(&run, &list, ANSWER_YES);
	if (!trail.is_over && !trail.may_hide && !trail.may_keep)
		trail.may_keep = !trail.may_drop;
	found = conclude(&trail);
	found.started = trail.started;
	return found;
}
