#include "effect/commands_flat.h"

#include "base/path.h"

enum prefix_kind {
	PREFIX_PLAIN,
	PREFIX_EXEC,
	PREFIX_COMMAND, /* command -v only asks */
	PREFIX_ENV,
	PREFIX_SUDO,
	PREFIX_XARGS,
};

/* What may stand between a prefix and the command that it starts. */
static const struct prefix {
	struct str name;
	enum prefix_kind kind;
	unsigned operands; /* words of its own behind the options */
	const char *takes; /* short options with an argument */
	const char *longs; /* long options with an argument, each between blanks */
} prefixes[] = {
	{STR_INIT("exec"), PREFIX_EXEC, 0, "a", " "},
	{STR_INIT("command"), PREFIX_COMMAND, 0, "", " "},
	{STR_INIT("builtin"), PREFIX_PLAIN, 0, "", " "},
	{STR_INIT("env"), PREFIX_ENV, 0, "uCS", " --unset --chdir --split-string "},
	{STR_INIT("sudo"), PREFIX_SUDO, 0, "ugpChDRTUrt",
		" --user --group --prompt --close-from --host --chdir --chroot "
		"--command-timeout --other-user --role --type "},
	{STR_INIT("doas"), PREFIX_SUDO, 0, "uC", " "},
	{STR_INIT("nohup"), PREFIX_PLAIN, 0, "", " "},
	{STR_INIT("setsid"), PREFIX_PLAIN, 0, "", " "},
	{STR_INIT("time"), PREFIX_PLAIN, 0, "fo", " --format --output "},
	{STR_INIT("nice"), PREFIX_PLAIN, 0, "n", " --adjustment "},
	{STR_INIT("ionice"), PREFIX_PLAIN, 0, "cn", " --class --classdata "},
	{STR_INIT("stdbuf"), PREFIX_PLAIN, 0, "ioe", " --input --output --error "},
	{STR_INIT("timeout"), PREFIX_PLAIN, 1, "ks", " --kill-after --signal "},
	{STR_INIT("eatmydata"), PREFIX_PLAIN, 0, "", " "},
	{STR_INIT("xargs"), PREFIX_XARGS, 0, "aEILnPsd",
		" --arg-file --delimiter --replace --max-lines --max-args --max-procs "
		"--max-chars "},
};

static struct str word_at(const struct flat_call *call, size_t i)
{
	return i < call->args.n ? flat_str(&call->args.at[i]) : STR_NONE;
}

static const struct prefix *find_prefix(const struct flat_call *call)
{
	struct str name = word_at(call, call->at);

	if (!name.n)
		return NULL;
	name = path_base(name);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (str_eq(name, prefixes[i].name))
			return &prefixes[i];
	return NULL;
}

/* ---- options ---- */

/* What the options of a prefix said, as far as anybody wants to know. */
struct options {
	size_t end;	      /* behind the last option */
	struct flat_arg user; /* -u X */
	struct str replace;   /* xargs -I X */
	bool asks, splits;    /* command -v; env -S */
};

static void note_option(struct options *o, char letter, const struct flat_arg *value)
{
	if (letter == 'u' && value)
		o->user = *value;
	if (letter == 'I' && value)
		o->replace = flat_str(value);
	o->asks |= letter == 'v' || letter == 'V';
	o->splits |= letter == 'S';
}

/* The rest of an option's word, or the word behind it. Gives the words used. */
static size_t read_value(
	struct flat_call *call, struct options *o, size_t n, struct flat_arg *value)
{
	const struct flat_arg *at = &call->args.at[o->end];

	if (n == flat_str(at).n && o->end + 1 < call->args.n) {
		*value = at[1];
		return 2;
	}
	*value = flat_arg_behind(call->f, &call->scope, at, n);
	return 1;
}

/* "-Eu" "app": letters up to one that takes an argument. Gives the words used. */
static size_t read_cluster(struct flat_call *call, const struct prefix *prefix,
	struct str letters, struct options *o)
{
	for (size_t i = 1; i < letters.n; i++) {
		struct flat_arg value;
		size_t used;

		if (!strchr(prefix->takes, letters.p[i])) {
			note_option(o, letters.p[i], NULL);
			continue;
		}
		used = read_value(call, o, i + 1, &value);
		note_option(o, letters.p[i], &value);
		return used;
	}
	return 1;
}

/* "--user" "app" or "--user=app". */
static size_t read_long(struct flat_call *call, const struct prefix *prefix,
	struct str option, struct options *o)
{
	size_t n = str_find(option, '='), used = 1;
	struct str name =
		arena_printf(call->f->arena, " %.*s ", STR_ARG(str_sub(option, 0, n)));
	struct flat_arg value;

	if (str_find_str(str_c(prefix->longs), name) == strlen(prefix->longs))
		return 1;
	if (n < option.n)
		value = flat_arg_behind(
			call->f, &call->scope, &call->args.at[o->end], n + 1);
	else
		used = read_value(call, o, n, &value);
	if (str_eq(name, STR(" --user ")))
		note_option(o, 'u', &value);
	return used;
}

static struct options read_options(struct flat_call *call, const struct prefix *prefix)
{
	struct options o = {.end = call->at + 1};

	while (o.end < call->args.n) {
		struct str head = flat_head(&call->args.at[o.end]);

		if (str_eq(word_at(call, o.end), STR("--"))) {
			o.end++;
			break;
		}
		if (str_starts(head, STR("--")))
			o.end += read_long(call, prefix, head, &o);
		else if (head.n > 1 && head.p[0] == '-')
			o.end += read_cluster(call, prefix, head, &o);
		else if (str_eq(head, STR("-")) && prefix->kind == PREFIX_ENV)
			o.end++;
		else
			break;
	}
	return o;
}

/* ---- what each kind adds ---- */

static void take_assignments(struct flat_call *call, size_t *at)
{
	struct assignment assignment = {.is_exported = true, .is_prefix = true};

	while (*at < call->args.n &&
		flat_assignment_word(
			call->f, &call->scope, &call->args.at[*at], &assignment)) {
		*vec_push(call->f->arena, &call->command->assignments) = assignment;
		(*at)++;
	}
}

/* xargs -I {}: what stands for the input is not known. */
static void replace_words(struct flat_call *call, size_t at, struct str mark)
{
	for (; mark.n && at < call->args.n; at++) {
		struct word *word = &call->args.at[at].word;
		struct str s = flat_str(&call->args.at[at]);

		if (str_find_str(s, mark) < s.n)
			word->value = value_unknown(call->f->arena,
				STR("a word that xargs reads"), word->span);
	}
}

static void apply(struct flat_call *call, const struct prefix *prefix,
	const struct options *o, size_t *at)
{
	struct flat_scope *scope = &call->scope;

	if (prefix->kind == PREFIX_ENV || prefix->kind == PREFIX_SUDO)
		take_assignments(call, at);
	if (prefix->kind == PREFIX_EXEC)
		call->command->is_exec = true;
	if (prefix->kind == PREFIX_SUDO) {
		scope->is_sudo = true;
		scope->as_user = o->user.word;
	}
	if (prefix->kind == PREFIX_XARGS) {
		scope->has_wildcard_args = true;
		scope->guard = flat_guard(call->f, scope->guard, NULL, true);
		replace_words(call, *at, o->replace);
	}
}

bool flat_peel(struct flat_call *call)
{
	const struct prefix *prefix = find_prefix(call);
	size_t assignments = call->command->assignments.n, at;
	struct flat_scope scope = call->scope;
	struct options o;

	if (!prefix)
		return false;
	o = read_options(call, prefix);
	at = o.end + prefix->operands;
	if ((prefix->kind == PREFIX_COMMAND && o.asks) ||
		(prefix->kind == PREFIX_ENV && o.splits) || at >= call->args.n)
		return false;
	apply(call, prefix, &o, &at);
	/* Alone ("env A=b", "exec >log") it is a command of its own. */
	if (at >= call->args.n) {
		call->command->assignments.n = assignments;
		call->scope = scope;
		return false;
	}
	call->at = at;
	return true;
}
