#include "effect/tool.h"

#include "base/path.h"

/*
 * What commands do to the owners and modes of paths. A tool that is known appends the
 * events that it causes; one that is known to write only where packages go, or nothing,
 * is a row of a table; of every other one it is only known that it may have made files,
 * and of a script that cannot be read that it may have changed any.
 */

/* ---- events ---- */

static void add(struct call *call, struct event e)
{
	struct state *state = call->run->state;

	e.happens = call->runs;
	e.is_in_run = true;
	e.by = call->tool;
	e.span = call->command->span;
	if (!e.umask)
		e.umask = call->run->umask;
	if (call->run->umask_is_unknown)
		e.mode_open = 0777;
	state->owners = owners_add(call->arena, state->owners, &e);
}

static struct id unset_id(void)
{
	return (struct id){.know = FACT_UNSET};
}

/* Is it said already, by the command before, that anything may have been made? */
static bool is_clouded(const struct call *call)
{
	const struct event *e = call->run->state->owners;

	return e && (e->kind == EVENT_CLOUD || e->kind == EVENT_BLUR) &&
		e->path.n == 1 && !e->is_system_wide && e->happens == ANSWER_YES;
}

static void cloud(struct call *call, struct str path)
{
	if (!is_clouded(call))
		add(call,
			(struct event){.kind = EVENT_CLOUD,
				.path = path,
				.why = STR("may have made it")});
}

static void blur(struct call *call, struct str path)
{
	add(call,
		(struct event){.kind = EVENT_BLUR,
			.path = path,
			.why = STR("may have changed it")});
}

/* ---- who runs a command ---- */

static void ids_of_user(
	struct call *call, struct str spec, struct id *uid, struct id *gid)
{
	struct identity id = identity_resolve(call->arena, spec, call_accounts(call));

	*uid = id.uid.know == FACT_SET ? id.uid : id_unknown();
	*gid = id.gid.know == FACT_SET ? id.gid : id_unknown();
}

static void own_ids(struct call *call, struct id *uid, struct id *gid)
{
	const struct command *c = call->command;
	const struct fact *user = call->run->state->user;
	struct str spec = STR("root");

	*uid = *gid = id_of(0);
	if (c->as_user.value.n) {
		struct value v = value_resolve(
			call->arena, c->as_user.value, &call->run->variables);

		if (!value_str(call->arena, v, &spec))
			*uid = *gid = id_unknown();
		else
			ids_of_user(call, spec, uid, gid);
		return;
	}
	if (c->is_sudo || call->run->is_root)
		return;
	if (!fact_str(call->arena, user, &spec))
		*uid = *gid = id_unknown();
	else
		ids_of_user(call, spec, uid, gid);
}

/* ---- operands ---- */

struct operand {
	struct str path; /* absolute; where it is not known, the folder it is in */
	bool is_known, is_glob, is_folder, is_content;
};

/* Before the first byte that is not known, up to the last slash. */
static struct str known_folder(struct call *call, const struct word *w)
{
	struct str head = w->value.n && w->value.at[0].kind != SEGMENT_UNKNOWN
		? w->value.at[0].text
		: STR_NONE;
	size_t slash = str_rfind(head, '/');

	if (!path_is_absolute(head))
		return STR("/");
	return path_join(call->arena, STR("/"), str_sub(head, 0, slash + 1));
}

static struct operand operand_of(struct call *call, const struct word *w)
{
	struct operand o = {.is_glob = w->is_globbed};
	struct str text, cwd = call->run->cwd;

	if (!word_str(call->arena, w, &text) || !text.n ||
		(text.p[0] == '~' && !w->is_quoted) ||
		(str_find(text, '{') < text.n && !w->is_quoted) ||
		(!path_is_absolute(text) && !cwd.n)) {
		o.path = known_folder(call, w);
		return o;
	}
	o.is_known = true;
	o.is_folder = str_ends(text, STR("/"));
	o.is_content = str_ends(text, STR("/.")) || str_eq(text, STR("."));
	o.path = path_join(call->arena, cwd, text);
	return o;
}

/* The event for every operand from first on; one that is not known is unseen. */
static void add_each(struct call *call, const struct words *operands, size_t first,
	struct event e, enum event_kind unseen)
{
	for (size_t i = first; i < operands->n; i++) {
		struct operand o = operand_of(call, &operands->at[i]);

		if (!o.is_known) {
			unseen == EVENT_CLOUD ? cloud(call, o.path)
					      : blur(call, o.path);
			continue;
		}
		e.path = o.path;
		e.is_glob = o.is_glob;
		add(call, e);
	}
	if (!call->is_complete)
		unseen == EVENT_CLOUD ? cloud(call, STR("/")) : blur(call, STR("/"));
}

/* ---- things that are made ---- */

enum { MK_PARENTS, MK_MODE, MK_VERBOSE, MK_CONTEXT };

static const struct option mkdir_rows[] = {
	[MK_PARENTS] = {'p', "parents", false},
	[MK_MODE] = {'m', "mode", true},
	[MK_VERBOSE] = {'v', "verbose", false},
	[MK_CONTEXT] = {'Z', NULL, false},
};
static const struct option_table mkdir_table = {
	mkdir_rows, OPTION_COUNT(mkdir_rows), OPTIONS_GNU, false};

/* A mode as written; "?", which is none, where it is not known. */
static struct str mode_of(struct call *call, const struct word *w)
{
	struct str text;

	if (!w)
		return STR_NONE;
	return word_str(call->arena, w, &text) ? text : STR("?");
}

static struct event made_event(struct call *call, enum entry_kind kind)
{
	struct event e = {.kind = EVENT_MADE, .makes = kind, .only_if_missing = true};

	own_ids(call, &e.uid, &e.gid);
	e.parent_uid = e.uid;
	e.parent_gid = e.gid;
	return e;
}

static void own_mkdir(struct call *call)
{
	struct options o = call_options(call, &mkdir_table);
	struct event e = made_event(call, ENTRY_FOLDER);

	e.makes_parents = o.value[MK_PARENTS] != NULL;
	e.only_if_missing = e.makes_parents || !call->is_vital;
	e.mode = mode_of(call, o.value[MK_MODE]);
	add_each(call, &o.operands, 0, e, EVENT_CLOUD);
}

static void own_touch(struct call *call)
{
	struct words operands = {0};
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++)
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")))
			*vec_push(call->arena, &operands) = call->argv.at[i];
	add_each(call, &operands, 0, made_event(call, ENTRY_FILE), EVENT_CLOUD);
}

static void own_redirects(struct call *call)
{
	vec_each (const struct redirect, r, &call->command->redirects) {
		struct word at = r->target;
		struct event e;
		struct operand o;

		if (r->kind != REDIRECT_OUT && r->kind != REDIRECT_APPEND)
			continue;
		at.value = value_resolve(call->arena, at.value, &call->run->variables);
		o = operand_of(call, &at);
		if (path_is_under(o.path, STR("/dev")))
			continue;
		if (!call->tool.n)
			call->tool = STR("the shell");
		e = made_event(call, ENTRY_FILE);
		e.path = o.path;
		if (o.is_known)
			add(call, e);
		else
			cloud(call, o.path);
	}
}

enum { LN_SYMBOLIC, LN_FORCE, LN_NO_DEREFERENCE, LN_VERBOSE, LN_NO_TARGET };

static const struct option ln_rows[] = {
	[LN_SYMBOLIC] = {'s', "symbolic", false},
	[LN_FORCE] = {'f', "force", false},
	[LN_NO_DEREFERENCE] = {'n', "no-dereference", false},
	[LN_VERBOSE] = {'v', "verbose", false},
	[LN_NO_TARGET] = {'T', "no-target-directory", false},
};
static const struct option_table ln_table = {
	ln_rows, OPTION_COUNT(ln_rows), OPTIONS_GNU, false};

static void own_ln(struct call *call)
{
	struct options o = call_options(call, &ln_table);
	struct event e = made_event(call, ENTRY_LINK);
	struct operand at;

	if (o.stranger || o.operands.n != 2 || !o.value[LN_SYMBOLIC] ||
		!word_str(call->arena, &o.operands.at[0], &e.source)) {
		cloud(call, STR("/"));
		return;
	}
	at = operand_of(call, &o.operands.at[1]);
	e.only_if_missing = false;
	e.path = at.is_folder || at.is_content
		? path_join(call->arena, at.path, path_base(e.source))
		: at.path;
	if (at.is_known)
		add(call, e);
	else
		cloud(call, at.path);
}

/* ---- owners and modes ---- */

static struct id user_id(struct call *call, struct str name, struct id *login_group)
{
	const struct account *user = NULL;
	uint32_t n;

	*login_group = id_unknown();
	if (accounts_find(call_accounts(call), name, &user) == ANSWER_YES && user) {
		if (user->gid.know == FACT_SET)
			*login_group = user->gid;
		return user->uid.know == FACT_SET ? user->uid : id_unknown();
	}
	return !user && str_to_u32(name, &n) ? id_of(n) : id_unknown();
}

static struct id group_id(struct call *call, struct str name)
{
	const struct account_group *group = NULL;
	uint32_t n;

	if (accounts_find_group(call_accounts(call), name, &group) == ANSWER_YES &&
		group)
		return group->gid.know == FACT_SET ? group->gid : id_unknown();
	return !group && str_to_u32(name, &n) ? id_of(n) : id_unknown();
}

/* "user", "user:", "user:group", ":group" as chown reads it. */
static void read_owner(struct call *call, const struct word *w, struct event *e)
{
	struct id login_group = unset_id();
	struct str text;
	size_t colon;

	e->uid = e->gid = id_unknown();
	e->why = STR("it is not known whom it is given to");
	if (!word_str(call->arena, w, &text))
		return;
	colon = str_find(text, ':');
	e->uid = colon ? user_id(call, str_sub(text, 0, colon), &login_group)
		       : unset_id();
	if (colon == text.n)
		e->gid = unset_id();
	else if (colon + 1 == text.n)
		e->gid = login_group;
	else
		e->gid = group_id(call, str_from(text, colon + 1));
	if (e->uid.know == FACT_UNKNOWN || e->gid.know == FACT_UNKNOWN)
		e->why = arena_printf(
			call->arena, "who '%.*s' is is not known", STR_ARG(text));
}

static bool has_option(
	const struct words *argv, struct call *call, char letter, struct str name)
{
	struct str word;

	for (size_t i = 1; i < argv->n; i++)
		if (call_word(call, i, &word) && word.n > 1 && word.p[0] == '-' &&
			(word.p[1] == '-' ? str_starts(word, name)
					  : str_find(word, letter) < word.n))
			return true;
	return false;
}

static struct words words_without_options(struct call *call)
{
	struct words out = {0};
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++)
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")))
			*vec_push(call->arena, &out) = call->argv.at[i];
	return out;
}

static void own_chown(struct call *call)
{
	struct words operands = words_without_options(call);
	struct event e = {.kind = EVENT_OWNER,
		.is_recursive = has_option(&call->argv, call, 'R', STR("--recursive"))};
	struct str group;
	size_t first = 1;

	if (!operands.n)
		return;
	if (has_option(&call->argv, call, '\1', STR("--reference"))) {
		e.uid = e.gid = id_unknown();
		e.why = STR("it gets the owner of another file");
		first = 0;
	} else if (str_eq(call->tool, STR("chgrp"))) {
		e.uid = unset_id();
		e.gid = word_str(call->arena, &operands.at[0], &group)
			? group_id(call, group)
			: id_unknown();
		e.why = STR("which group it gets is not known");
	} else {
		read_owner(call, &operands.at[0], &e);
	}
	if (has_option(&call->argv, call, '\1', STR("--from")))
		call->runs = answer_and(call->runs, ANSWER_MAYBE);
	add_each(call, &operands, first, e, EVENT_BLUR);
}

/* A word that begins with a dash and takes bits away: -w, -x, -rwx. */
static bool is_mode(struct str word)
{
	for (size_t i = 1; i < word.n; i++)
		if (!memchr("rwxXst,ugoa+-=", word.p[i], 14))
			return false;
	return word.n > 1;
}

static void own_chmod(struct call *call)
{
	struct words operands = {0};
	struct event e = {.kind = EVENT_MODE};
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")) ||
			(!operands.n && is_mode(word)))
			*vec_push(call->arena, &operands) = call->argv.at[i];
		else if (str_starts(word, STR("--reference")))
			e.mode = STR("?");
		else if (str_eq(word, STR("--recursive")) ||
			str_find(word, 'R') < word.n)
			e.is_recursive = true;
	}
	if (!operands.n)
		return;
	if (!e.mode.n)
		e.mode = mode_of(call, &operands.at[0]);
	add_each(call, &operands, str_eq(e.mode, STR("?")) ? 0 : 1, e, EVENT_BLUR);
}

/* ---- install ---- */

enum {
	INST_OWNER,
	INST_GROUP,
	INST_MODE,
	INST_DIR,
	INST_PARENTS,
	INST_TARGET,
	INST_VERBOSE,
	INST_COMPARE,
	INST_PRESERVE,
	INST_STRIP,
	INST_OLD
};

static const struct option install_rows[] = {
	[INST_OWNER] = {'o', "owner", true},
	[INST_GROUP] = {'g', "group", true},
	[INST_MODE] = {'m', "mode", true},
	[INST_DIR] = {'d', "directory", false},
	[INST_PARENTS] = {'D', NULL, false},
	[INST_TARGET] = {'t', "target-directory", true},
	[INST_VERBOSE] = {'v', "verbose", false},
	[INST_COMPARE] = {'C', "compare", false},
	[INST_PRESERVE] = {'p', "preserve-timestamps", false},
	[INST_STRIP] = {'s', "strip", false},
	[INST_OLD] = {'c', NULL, false},
};
static const struct option_table install_table = {
	install_rows, OPTION_COUNT(install_rows), OPTIONS_GNU, false};

static void install_ids(struct call *call, const struct options *o, struct event *e)
{
	struct id unused;
	struct str text;

	if (o->value[INST_OWNER])
		e->uid = word_str(call->arena, o->value[INST_OWNER], &text)
			? user_id(call, text, &unused)
			: id_unknown();
	if (o->value[INST_GROUP])
		e->gid = word_str(call->arena, o->value[INST_GROUP], &text)
			? group_id(call, text)
			: id_unknown();
	e->why = STR("whom install gives it to is not known");
}

/* The folder is made where it is missing; owner and mode are set either way. */
static void install_folders(struct call *call, const struct options *o)
{
	struct event make = made_event(call, ENTRY_FOLDER);
	struct event owner = {.kind = EVENT_OWNER}, mode = {.kind = EVENT_MODE};

	make.makes_parents = true;
	make.umask = 022;
	owner.uid = owner.gid = unset_id();
	install_ids(call, o, &owner);
	mode.mode =
		o->value[INST_MODE] ? mode_of(call, o->value[INST_MODE]) : STR("0755");
	add_each(call, &o->operands, 0, make, EVENT_BLUR);
	add_each(call, &o->operands, 0, owner, EVENT_BLUR);
	add_each(call, &o->operands, 0, mode, EVENT_BLUR);
}

/* Copies of every source (but the last operand, which is the target) into target. */
static void copy_each(struct call *call, const struct words *operands,
	const struct word *into, struct event e)
{
	size_t n = into ? operands->n : operands->n - 1;
	struct operand to = operand_of(call, into ? into : vec_last(operands));

	e.goes_in = into || to.is_folder || n > 1;
	e.path = to.path;
	for (size_t i = 0; i < n; i++) {
		struct operand from = operand_of(call, &operands->at[i]);

		if (!to.is_known || !from.is_known || from.is_glob) {
			blur(call, to.path);
			if (e.moves)
				blur(call,
					from.is_glob ? path_dir(from.path) : from.path);
			continue;
		}
		e.source = from.path;
		e.is_content = from.is_content;
		add(call, e);
	}
	if (!call->is_complete)
		blur(call, STR("/"));
}

static void own_install(struct call *call)
{
	struct options o = call_options(call, &install_table);
	struct event e = {.kind = EVENT_COPIED};

	if (o.stranger) {
		blur(call, STR("/"));
		return;
	}
	if (o.value[INST_DIR]) {
		install_folders(call, &o);
		return;
	}
	if (o.operands.n < (o.value[INST_TARGET] ? 1u : 2u))
		return;
	own_ids(call, &e.uid, &e.gid);
	install_ids(call, &o, &e);
	e.mode = o.value[INST_MODE] ? mode_of(call, o.value[INST_MODE]) : STR("0755");
	if (o.value[INST_PARENTS]) {
		struct event folder = made_event(call, ENTRY_FOLDER);
		struct operand to = operand_of(call,
			o.value[INST_TARGET] ? o.value[INST_TARGET]
					     : vec_last(&o.operands));

		folder.makes_parents = true;
		folder.umask = 022;
		folder.path = o.value[INST_TARGET] ? to.path : path_dir(to.path);
		if (to.is_known)
			add(call, folder);
	}
	copy_each(call, &o.operands, o.value[INST_TARGET], e);
}

/* ---- cp, mv, rm ---- */

enum {
	CP_ARCHIVE,
	CP_PRESERVE,
	CP_RECURSIVE,
	CP_RECURSIVE_OLD,
	CP_FORCE,
	CP_VERBOSE,
	CP_NO_CLOBBER,
	CP_UPDATE,
	CP_TARGET,
	CP_LINKS,
	CP_FOLLOW,
	CP_FOLLOW_ARGS,
	CP_INTERACTIVE
};

static const struct option cp_rows[] = {
	[CP_ARCHIVE] = {'a', "archive", false},
	[CP_PRESERVE] = {'p', NULL, false},
	[CP_RECURSIVE] = {'r', "recursive", false},
	[CP_RECURSIVE_OLD] = {'R', NULL, false},
	[CP_FORCE] = {'f', "force", false},
	[CP_VERBOSE] = {'v', "verbose", false},
	[CP_NO_CLOBBER] = {'n', "no-clobber", false},
	[CP_UPDATE] = {'u', NULL, false},
	[CP_TARGET] = {'t', "target-directory", true},
	[CP_LINKS] = {'d', NULL, false},
	[CP_FOLLOW] = {'L', "dereference", false},
	[CP_FOLLOW_ARGS] = {'H', NULL, false},
	[CP_INTERACTIVE] = {'i', "interactive", false},
};
static const struct option_table cp_table = {
	cp_rows, OPTION_COUNT(cp_rows), OPTIONS_GNU, false};

static void own_copy(struct call *call)
{
	struct options o = call_options(call, &cp_table);
	bool moves = str_eq(call->tool, STR("mv"));
	struct event e = {.kind = EVENT_COPIED, .moves = moves};

	if (o.stranger || o.operands.n < (o.value[CP_TARGET] ? 1u : 2u)) {
		blur(call, STR("/"));
		return;
	}
	own_ids(call, &e.uid, &e.gid);
	e.keeps = moves || o.value[CP_ARCHIVE] || o.value[CP_PRESERVE];
	if (o.value[CP_NO_CLOBBER] || o.value[CP_UPDATE])
		call->runs = answer_and(call->runs, ANSWER_MAYBE);
	copy_each(call, &o.operands, o.value[CP_TARGET], e);
}

static void own_remove(struct call *call)
{
	struct words operands = words_without_options(call);
	struct event e = {.kind = EVENT_GONE,
		.is_recursive =
			has_option(&call->argv, call, 'r', STR("--recursive")) ||
			has_option(&call->argv, call, 'R', STR("--recursive"))};

	add_each(call, &operands, 0, e, EVENT_BLUR);
}

/* ---- homes ---- */

/* What the tools leave of a new home's mode: nobody else writes there. */
static void add_home(struct call *call, const struct account *user)
{
	struct event e = {.kind = EVENT_MADE,
		.makes = ENTRY_FOLDER,
		.only_if_missing = true,
		.makes_parents = true,
		.path = user->home,
		.uid = user->uid.know == FACT_SET ? user->uid : id_unknown(),
		.gid = user->gid.know == FACT_SET ? user->gid : id_unknown(),
		.parent_uid = id_of(0),
		.parent_gid = id_of(0),
		.mode = STR("0755"),
		.mode_open = 02055,
		.umask = 022,
		.why = STR("the tool that made it decides its mode")};

	/* A home that was there before is taken over by some tools and left by others. */
	add(call, e);
	cloud(call, user->home);
}

static void own_account(struct call *call)
{
	struct account_list users = accounts_users(call->arena, call_accounts(call));

	vec_each (const struct account *, u, &users)
		if ((*u)->made_by == call->command && (*u)->makes_home &&
			path_is_absolute((*u)->home))
			add_home(call, *u);
}

static void own_usermod(struct call *call)
{
	blur(call, STR("/home"));
	if (has_option(&call->argv, call, 'u', STR("--uid")) ||
		str_eq(call->tool, STR("groupmod")))
		blur(call, STR("/"));
}

/* ---- the others ---- */

static void own_umask(struct call *call)
{
	struct runner *run = call->run;
	uint32_t n = 0;
	struct str word;

	run->umask_is_unknown = call->runs != ANSWER_YES || !call_word(call, 1, &word);
	for (size_t i = 0; !run->umask_is_unknown && i < word.n; i++) {
		run->umask_is_unknown = word.p[i] < '0' || word.p[i] > '7' || i > 4;
		n = n * 8 + (uint32_t)(word.p[i] - '0');
	}
	if (!run->umask_is_unknown)
		run->umask = n & 0777;
}

/* tar -C DIR, unzip -d DIR: what is in an archive brings its own owners and modes. */
static void own_archive(struct call *call)
{
	char letter = str_eq(call->tool, STR("tar")) ? 'C' : 'd';
	struct str word;
	bool is_said = false;

	for (size_t i = 1; i + 1 < call->argv.n; i++)
		if (call_word(call, i, &word) && word.n > 1 && word.p[0] == '-' &&
			word.p[word.n - 1] == letter) {
			blur(call, operand_of(call, &call->argv.at[i + 1]).path);
			is_said = true;
		}
	if (!is_said && call->run->cwd.n)
		blur(call, call->run->cwd);
	else if (!is_said)
		blur(call, STR("/"));
}

/* find … -exec, -delete: everything below where it starts. */
static void own_find(struct call *call)
{
	struct str word;
	bool acts = false;

	for (size_t i = 1; i < call->argv.n; i++)
		acts = acts || !call_word(call, i, &word) ||
			str_starts(word, STR("-exec")) ||
			str_starts(word, STR("-ok")) || str_eq(word, STR("-delete"));
	for (size_t i = 1; acts && i < call->argv.n; i++) {
		if (call_word(call, i, &word) && memchr("-(!", word.p[0], 3))
			break;
		blur(call, operand_of(call, &call->argv.at[i]).path);
	}
}

/* setfacl, rsync and their kin: every path that they name. */
static void own_blur(struct call *call)
{
	for (size_t i = 1; i < call->argv.n; i++) {
		struct str word;

		if (!call_word(call, i, &word) || path_is_absolute(word) ||
			!str_starts(word, STR("-")))
			blur(call, operand_of(call, &call->argv.at[i]).path);
	}
}

/* Package managers: nothing of theirs lies in the folders of an application. */
static void own_packages(struct call *call)
{
	struct str cwd = call->run->cwd;

	if (is_clouded(call))
		return;
	add(call,
		(struct event){.kind = EVENT_CLOUD,
			.is_system_wide = true,
			.path = cwd.n > 1 ? cwd : STR("/root"),
			.why = STR("may have made it")});
}

static void own_nothing(struct call *call)
{
	(void)call;
}

typedef void owners_function(struct call *call);

/* Sorted by name: it is searched for every command. */
static const struct {
	struct str name;
	owners_function *function;
} owners[] = {
	{STR_INIT(":"), own_nothing},
	{STR_INIT("["), own_nothing},
	{STR_INIT("[["), own_nothing},
	{STR_INIT("addgroup"), own_nothing},
	{STR_INIT("adduser"), own_account},
	{STR_INIT("apk"), own_packages},
	{STR_INIT("apt"), own_packages},
	{STR_INIT("apt-get"), own_packages},
	{STR_INIT("aptitude"), own_packages},
	{STR_INIT("cat"), own_nothing},
	{STR_INIT("cd"), own_nothing},
	{STR_INIT("chgrp"), own_chown},
	{STR_INIT("chmod"), own_chmod},
	{STR_INIT("chown"), own_chown},
	{STR_INIT("chpasswd"), own_nothing},
	{STR_INIT("command"), own_nothing},
	{STR_INIT("conda"), own_packages},
	{STR_INIT("cp"), own_copy},
	{STR_INIT("cut"), own_nothing},
	{STR_INIT("date"), own_nothing},
	{STR_INIT("deluser"), own_usermod},
	{STR_INIT("dnf"), own_packages},
	{STR_INIT("dpkg"), own_packages},
	{STR_INIT("echo"), own_nothing},
	{STR_INIT("exit"), own_nothing},
	{STR_INIT("export"), own_nothing},
	{STR_INIT("false"), own_nothing},
	{STR_INIT("find"), own_find},
	{STR_INIT("fix-permissions"), own_blur}, /* of the Jupyter images */
	{STR_INIT("getent"), own_nothing},
	{STR_INIT("gpasswd"), own_nothing},
	{STR_INIT("grep"), own_nothing},
	{STR_INIT("groupadd"), own_nothing},
	{STR_INIT("groupmod"), own_usermod},
	{STR_INIT("head"), own_nothing},
	{STR_INIT("id"), own_nothing},
	{STR_INIT("install"), own_install},
	{STR_INIT("ldconfig"), own_packages},
	{STR_INIT("ln"), own_ln},
	{STR_INIT("ls"), own_nothing},
	{STR_INIT("mamba"), own_packages},
	{STR_INIT("microdnf"), own_packages},
	{STR_INIT("mkdir"), own_mkdir},
	{STR_INIT("mv"), own_copy},
	{STR_INIT("passwd"), own_nothing},
	{STR_INIT("pip"), own_packages},
	{STR_INIT("pip3"), own_packages},
	{STR_INIT("printf"), own_nothing},
	{STR_INIT("read"), own_nothing},
	{STR_INIT("rm"), own_remove},
	{STR_INIT("rmdir"), own_remove},
	{STR_INIT("rsync"), own_blur},
	{STR_INIT("sed"), own_nothing},
	{STR_INIT("set"), own_nothing},
	{STR_INIT("setcap"), own_nothing},
	{STR_INIT("setfacl"), own_blur},
	{STR_INIT("sha256sum"), own_nothing},
	{STR_INIT("shift"), own_nothing},
	{STR_INIT("sleep"), own_nothing},
	{STR_INIT("sort"), own_nothing},
	{STR_INIT("stat"), own_nothing},
	{STR_INIT("tail"), own_nothing},
	{STR_INIT("tar"), own_archive},
	{STR_INIT("tee"), own_touch},
	{STR_INIT("test"), own_nothing},
	{STR_INIT("touch"), own_touch},
	{STR_INIT("tr"), own_nothing},
	{STR_INIT("true"), own_nothing},
	{STR_INIT("umask"), own_umask},
	{STR_INIT("uname"), own_nothing},
	{STR_INIT("unlink"), own_remove},
	{STR_INIT("unset"), own_nothing},
	{STR_INIT("unzip"), own_archive},
	{STR_INIT("update-ca-certificates"), own_packages},
	{STR_INIT("useradd"), own_account},
	{STR_INIT("userdel"), own_usermod},
	{STR_INIT("usermod"), own_usermod},
	{STR_INIT("wc"), own_nothing},
	{STR_INIT("which"), own_nothing},
	{STR_INIT("whoami"), own_nothing},
	{STR_INIT("yum"), own_packages},
	{STR_INIT("zypper"), own_packages},
};

/* A shell whose script was not followed may have done anything. */
static bool is_shell(struct str tool)
{
	static const struct str names[] = {STR_INIT("sh"), STR_INIT("bash"),
		STR_INIT("dash"), STR_INIT("ash"), STR_INIT("zsh"), STR_INIT("ksh"),
		STR_INIT("source"), STR_INIT("."), STR_INIT("eval"),
		STR_INIT("ansible-playbook"), STR_INIT("puppet")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(tool, names[i]))
			return true;
	return str_ends(tool, STR(".sh")) || str_ends(tool, STR(".bash"));
}

static owners_function *find(struct str name)
{
	size_t first = 0, end = sizeof(owners) / sizeof(owners[0]);

	while (first < end) {
		size_t middle = (first + end) / 2;
		int order = str_cmp(name, owners[middle].name);

		if (order == 0)
			return owners[middle].function;
		if (order < 0)
			end = middle;
		else
			first = middle + 1;
	}
	return NULL;
}

void owners_of_command(struct call *call, bool was_followed)
{
	owners_function *function;

	/* What an entrypoint does when it runs is no part of the image. */
	if (call->run->is_start || call->run->trail)
		return;
	if (call->command->redirects.n)
		own_redirects(call);
	if (!call->argv.n || was_followed)
		return;
	if (!call->tool.n) {
		call->tool = STR("a command that is not known");
		blur(call, STR("/"));
		return;
	}
	function = find(call->tool);
	if (function)
		function(call);
	else if (is_shell(call->tool))
		blur(call, STR("/"));
	else
		cloud(call, STR("/"));
}
