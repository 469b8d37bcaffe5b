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

struct trail {
	const struct base_image *base;
	struct identity start; /* who the engine starts it as */
	struct drop drop;      /* the first way that gives up root */
	struct str kept_why;   /* of a way whose end cannot be seen */
	bool may_drop, may_keep, may_hide;
	bool is_over;
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

static struct words words_from(const struct words *w, size_t first)
{
	struct words rest = {0};

	if (first < w->n) {
		rest.at = w->at + first;
		rest.n = rest.cap = w->n - first;
	}
	return rest;
}

static bool word_at(struct arena *a, const struct words *w, size_t i, struct str *out)
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

	for (; word_at(a, w, i, &word); i++) {
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
	return words_from(w, i);
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

		if (!word_at(a, &w, 0, &program))
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

static void gives_up(struct call *call, struct str tool, struct str to,
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

static void drops_to(struct call *call, struct str tool, const struct word *user)
{
	struct arena *a = call->arena;
	struct str spec;

	if (!word_str(a, user, &spec)) {
		cannot_say(call->run->trail,
			arena_printf(a, "%.*s changes to %.*s, which is not known here",
				STR_ARG(tool), STR_ARG(value_display(a, user->value))));
		return;
	}
	gives_up(call, tool, spec, identity_resolve(a, spec, call_accounts(call)),
		call->command->span);
}

static bool drop_by_rows(struct call *call, const struct words *w, struct str tool);

static void start(struct call *call, struct words w);

/* sh -c TEXT NAME ARGUMENTS… */
static bool start_shell_text(struct call *call, const struct words *w)
{
	struct diags diags = {.arena = call->arena};
	struct run *run = call->run, inner = *run;
	struct words *arguments;
	struct commands list;
	struct text text;
	struct str word;
	size_t i = 1;

	while (word_at(call->arena, w, i, &word) && word.n > 1 && word.p[0] == '-' &&
		str_find(word, 'c') == word.n)
		i += word.p[word.n - 1] == 'o' ? 2 : 1;
	if (!word_at(call->arena, w, i, &word) || !str_starts(word, STR("-")) ||
		i + 1 >= w->n)
		return false;
	text = text_of_value(call->arena, w->at[i + 1].value);
	if (!text_is_known(&text)) {
		cannot_say(run->trail, STR("a shell runs a text that is not known"));
		return true;
	}
	list = commands_of_shell(call->arena, &text, COMMANDS_BASH, &diags);
	arguments = arena_new(call->arena, struct words);
	*arguments = words_from(w, i + 3);
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

	if (!word_at(call->arena, w, at, &path)) {
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

static size_t shell_file(struct arena *a, const struct words *w)
{
	struct str word;
	size_t i = 1;

	while (word_at(a, w, i, &word) && word.n > 1 && memchr("-+", word.p[0], 2))
		i += word.p[word.n - 1] == 'o' ? 2 : 1;
	return i;
}

static void start(struct call *call, struct words w)
{
	struct trail *t = call->run->trail;
	bool had_way = false;
	struct str program, name;

	w = unwrap(call->arena, w);
	if (!w.n) {
		keeps_root(t);
		return;
	}
	if (!word_at(call->arena, &w, 0, &program)) {
		cannot_say(t, STR("the program that starts is not known"));
		return;
	}
	name = path_base(program);
	had_way = drop_by_rows(call, &w, name);
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

/* ---- the tools that change user ---- */

/* setpriv(1): ids and groups each by an option of their own. */
struct setpriv {
	const struct word *uid, *gid, *groups;
	bool clears, initialises;
	size_t program; /* index of the program's first word */
};

/* The gids of a list "a,b,3"; false when one of them is not known. */
static bool list_ids(struct call *call, const struct word *list, struct ids *out)
{
	struct str_fields fields = {0};
	struct str name;
	bool is_known = true;

	if (!word_str(call->arena, list, &fields.rest))
		return false;
	while (str_next_field(&fields, ',', &name)) {
		struct word part = *list;

		part.value = value_literal(call->arena, name, list->span);
		*vec_push(call->arena, out) = group_ref(call, &part).gid;
		is_known = is_known && out->at[out->n - 1].know == FACT_SET;
	}
	return is_known;
}

static bool option_is(struct arena *a, const struct words *w, size_t *i,
	struct str name, const struct word **value)
{
	struct str word;

	if (!word_at(a, w, *i, &word)) {
		/* --reuid="$X": what is known of it is the name. */
		if (*i >= w->n || !w->at[*i].value.n)
			return false;
		word = w->at[*i].value.at[0].text;
	}
	if (!str_starts(word, name))
		return false;
	if (word.n > name.n && word.p[name.n] == '=') {
		struct word *rest = arena_new(a, struct word);

		*rest = word_from(a, &w->at[*i], name.n + 1);
		*value = rest;
		return true;
	}
	if (word.n != name.n || *i + 1 >= w->n)
		return false;
	*value = &w->at[++*i];
	return true;
}

static struct setpriv setpriv_read(struct arena *a, const struct words *w)
{
	struct setpriv s = {0};
	const struct word *other;
	struct str word;
	size_t i = 1;

	for (; i < w->n; i++) {
		if (option_is(a, w, &i, STR("--reuid"), &s.uid) ||
			option_is(a, w, &i, STR("--ruid"), &other) ||
			option_is(a, w, &i, STR("--euid"), &s.uid) ||
			option_is(a, w, &i, STR("--regid"), &s.gid) ||
			option_is(a, w, &i, STR("--rgid"), &other) ||
			option_is(a, w, &i, STR("--egid"), &s.gid) ||
			option_is(a, w, &i, STR("--groups"), &s.groups) ||
			option_is(a, w, &i, STR("--inh-caps"), &other) ||
			option_is(a, w, &i, STR("--ambient-caps"), &other) ||
			option_is(a, w, &i, STR("--bounding-set"), &other) ||
			option_is(a, w, &i, STR("--securebits"), &other) ||
			option_is(a, w, &i, STR("--pdeathsig"), &other))
			continue;
		if (!word_at(a, w, i, &word) || !str_starts(word, STR("-")))
			break;
		if (str_eq(word, STR("--"))) {
			i++;
			break;
		}
		s.clears = s.clears || str_eq(word, STR("--clear-groups"));
		s.initialises = s.initialises || str_eq(word, STR("--init-groups"));
	}
	s.program = i;
	return s;
}

/* Unlike USER, it sets what it is told and keeps the rest as the engine made it. */
static void setpriv_groups(
	struct call *call, const struct setpriv *s, struct identity *identity)
{
	const struct identity *start = &call->run->trail->start;
	struct id login = identity->gid;

	identity->gid = s->gid ? group_ref(call, s->gid).gid : start->gid;
	if (s->initialises) {
		/* initgroups(3) counts the group of the passwd line too. */
		*vec_push(call->arena, &identity->groups) = login;
		return;
	}
	identity->groups = (struct ids){0};
	identity->groups_known = true;
	if (s->groups) {
		identity->groups_known = list_ids(call, s->groups, &identity->groups);
	} else if (!s->clears) {
		vec_each (struct id, group, &start->groups)
			*vec_push(call->arena, &identity->groups) = *group;
		/* The engine lists the first group among the others. */
		*vec_push(call->arena, &identity->groups) = start->gid;
		identity->groups_known = start->groups_known;
	}
}

static bool drop_setpriv(struct call *call, const struct words *w, struct str tool)
{
	struct setpriv s = setpriv_read(call->arena, w);
	struct identity identity = call->run->trail->start;
	struct str user = STR("root");

	if (!s.uid && !s.gid && !s.groups && !s.clears) {
		start(call, words_from(w, s.program));
		return true;
	}
	if (s.uid && !word_str(call->arena, s.uid, &user)) {
		drops_to(call, tool, s.uid);
		return true;
	}
	if (s.uid)
		identity = identity_resolve(call->arena, user, call_accounts(call));
	setpriv_groups(call, &s, &identity);
	gives_up(call, tool, user, identity, call->command->span);
	return true;
}

/* gosu USER[:GROUP] PROGRAM … */
static bool drop_first_word(struct call *call, const struct words *w, struct str tool)
{
	if (w->n < 2)
		return false;
	drops_to(call, tool, &w->at[1]);
	return true;
}

/* su(1), runuser(1): who, and the groups instead of the account's own. */
struct su {
	const struct word *user, *gid;
	struct words groups;
};

static bool is_su_option_with_value(struct str word)
{
	static const struct str names[] = {STR_INIT("-c"), STR_INIT("-s"),
		STR_INIT("-w"), STR_INIT("--command"), STR_INIT("--shell"),
		STR_INIT("--whitelist-environment")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(word, names[i]))
			return true;
	return false;
}

/* Options and a user in any order; -c's text is not followed. */
static struct su su_read(struct arena *a, const struct words *w)
{
	const struct word *group;
	struct su su = {0};
	struct str word;

	for (size_t i = 1; i < w->n; i++) {
		if (option_is(a, w, &i, STR("-u"), &su.user) ||
			option_is(a, w, &i, STR("--user"), &su.user) ||
			option_is(a, w, &i, STR("-g"), &su.gid) ||
			option_is(a, w, &i, STR("--group"), &su.gid))
			continue;
		if (option_is(a, w, &i, STR("-G"), &group) ||
			option_is(a, w, &i, STR("--supp-group"), &group)) {
			*vec_push(a, &su.groups) = *group;
			continue;
		}
		if (word_at(a, w, i, &word) && str_eq(word, STR("--")))
			break;
		if (word_at(a, w, i, &word) && str_starts(word, STR("-")))
			i += is_su_option_with_value(word);
		else if (!su.user)
			su.user = &w->at[i];
		else
			break;
	}
	return su;
}

/* With -g or -G the groups are those alone; the first stands in for a missing -g. */
static void su_groups(struct call *call, const struct su *su, struct identity *identity)
{
	const struct word *first = su->gid ? su->gid : su->groups.at;

	if (!first)
		return;
	identity->gid = group_ref(call, first).gid;
	identity->groups = (struct ids){0};
	identity->groups_known = true;
	vec_each (struct word, w, &su->groups) {
		struct id gid = group_ref(call, w).gid;

		if (gid.know != FACT_SET)
			identity->groups_known = false;
		*vec_push(call->arena, &identity->groups) = gid;
	}
}

static bool drop_su(struct call *call, const struct words *w, struct str tool)
{
	struct su su = su_read(call->arena, w);
	struct identity identity;
	struct str user;

	if (!su.user)
		return false;
	if (!word_str(call->arena, su.user, &user)) {
		drops_to(call, tool, su.user);
		return true;
	}
	identity = identity_resolve(call->arena, user, call_accounts(call));
	su_groups(call, &su, &identity);
	gives_up(call, tool, user, identity, call->command->span);
	return true;
}

/* Programs with an option that names the user: sudo -u, chpst -u, chroot --userspec. */
static bool drop_by_option(struct call *call, const struct words *w, struct str tool)
{
	static const struct {
		struct str tool, option;
	} table[] = {
		{STR_INIT("sudo"), STR_INIT("-u")},
		{STR_INIT("sudo"), STR_INIT("--user")},
		{STR_INIT("doas"), STR_INIT("-u")},
		{STR_INIT("chpst"), STR_INIT("-u")},
		{STR_INIT("chroot"), STR_INIT("--userspec")},
		{STR_INIT("capsh"), STR_INIT("--user")},
		{STR_INIT("capsh"), STR_INIT("--uid")},
		{STR_INIT("start-stop-daemon"), STR_INIT("-c")},
		{STR_INIT("start-stop-daemon"), STR_INIT("--chuid")},
		{STR_INIT("s6-applyuidgid"), STR_INIT("-u")},
	};

	for (size_t i = 1; i < w->n; i++)
		for (size_t j = 0; j < sizeof(table) / sizeof(table[0]); j++) {
			const struct word *user;
			size_t at = i;

			if (!str_eq(tool, table[j].tool) ||
				!option_is(call->arena, w, &at, table[j].option, &user))
				continue;
			drops_to(call, tool, user);
			return true;
		}
	return false;
}

static bool drop_by_rows(struct call *call, const struct words *w, struct str tool)
{
	static const struct {
		struct str tool;
		bool (*drop)(struct call *, const struct words *, struct str);
	} rows[] = {
		{STR_INIT("gosu"), drop_first_word},
		{STR_INIT("su-exec"), drop_first_word},
		{STR_INIT("s6-setuidgid"), drop_first_word},
		{STR_INIT("setuidgid"), drop_first_word},
		{STR_INIT("setpriv"), drop_setpriv},
		{STR_INIT("su"), drop_su},
		{STR_INIT("runuser"), drop_su},
		{STR_INIT("sudo"), drop_by_option},
		{STR_INIT("doas"), drop_by_option},
		{STR_INIT("chpst"), drop_by_option},
		{STR_INIT("chroot"), drop_by_option},
		{STR_INIT("capsh"), drop_by_option},
		{STR_INIT("start-stop-daemon"), drop_by_option},
		{STR_INIT("s6-applyuidgid"), drop_by_option},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eq(tool, rows[i].tool))
			return rows[i].drop(call, w, tool);
	return false;
}

/* ---- watching the run ---- */

bool trail_command(struct run *run, struct call *call)
{
	const struct command *c = call->command;
	struct trail *t = run->trail;
	struct word user = c->as_user;
	struct str name;

	if (!call->argv.n || c->is_background || (c->in_subshell && !user.value.n))
		return true;
	if (!c->is_exec && !run->is_last)
		return true;
	/* exec with redirections alone, and words of the shell, start nothing. */
	if (word_at(run->arena, &call->argv, 0, &name) && !c->is_exec &&
		(tool_find(name) == tool_exit || tool_find(name) == tool_set ||
			tool_find(name) == tool_source))
		return true;
	if (user.value.n) {
		user.value = value_resolve(run->arena, user.value, &run->variables);
		drops_to(call, c->is_sudo ? STR("sudo") : STR("su"), &user);
	} else {
		start(call, call->argv);
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
	d.why = STR("the base's entrypoint may not drop root for another CMD");
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
	uint32_t budget = EFFECT_COMMANDS_MAX;
	struct trail trail = {.base = base};
	struct state after = *state;
	struct commands list;
	struct run run;

	if (is_reset(entrypoint))
		base = NULL;
	if (!is_own(entrypoint) && ((base && base->drops_to.n) || !is_own(cmd)))
		return of_base(ctx, cmd, state, base);
	if (is_own(entrypoint) && entrypoint->know == FACT_UNKNOWN)
		return (struct drop){.drops = ANSWER_MAYBE, .why = entrypoint->why};
	silent.notes = NULL;
	after.args = NULL;
	trail.start = identity_at_start(ctx->arena, state);
	list = started(ctx->arena, entrypoint, cmd);
	run = run_new(&silent, &after, &budget);
	run.trail = &trail;
	run.is_root = run.is_start = true;
	run.is_final = true;
	run.variables.is_complete = run.variables.is_run_time = true;
	run_list(&run, &list, ANSWER_YES);
	if (!trail.is_over && !trail.may_hide && !trail.may_keep)
		trail.may_keep = !trail.may_drop;
	return conclude(&trail);
}
