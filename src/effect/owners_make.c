#include "effect/owners.h"

#include "base/path.h"

/* mkdir, touch, ln, and the homes of new users. */

enum { MK_PARENTS, MK_MODE, MK_VERBOSE, MK_CONTEXT };

static const struct option mkdir_rows[] = {
	[MK_PARENTS] = {'p', "parents", false},
	[MK_MODE] = {'m', "mode", true},
	[MK_VERBOSE] = {'v', "verbose", false},
	[MK_CONTEXT] = {'Z', NULL, false},
};
static const struct option_table mkdir_table = {
	mkdir_rows, OPTION_COUNT(mkdir_rows), OPTIONS_GNU, false};

void own_mkdir(struct call *call)
{
	struct options o = call_options(call, &mkdir_table);
	struct event e = own_made(call, ENTRY_FOLDER);

	e.makes_parents = o.value[MK_PARENTS] != NULL;
	e.only_if_missing = e.makes_parents || !call->is_vital;
	e.mode = own_mode(call, o.value[MK_MODE]);
	own_each(call, &o.operands, 0, e, EVENT_CLOUD);
}

void own_touch(struct call *call)
{
	struct words operands = own_operands(call);

	own_each(call, &operands, 0, own_made(call, ENTRY_FILE), EVENT_CLOUD);
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

static void link_one(
	struct call *call, const struct word *target, struct operand at, bool goes_in)
{
	struct event e = own_made(call, ENTRY_LINK);

	if (!word_str(call->arena, target, &e.source) || !at.is_known) {
		own_cloud(call, at.path);
		return;
	}
	e.only_if_missing = false;
	e.path = goes_in || at.is_folder || at.is_content
		? path_join(call->arena, at.path, path_base(e.source))
		: at.path;
	own_add(call, e);
}

/* A hard link is the file itself under another name, as cp -a would leave it. */
static void hard_link(struct call *call, const struct words *operands)
{
	struct event e = {.kind = EVENT_COPIED, .keeps = true};
	struct operand from, to;

	if (operands->n != 2) {
		own_cloud(call, STR("/"));
		return;
	}
	from = own_operand(call, &operands->at[0]);
	to = own_operand(call, &operands->at[1]);
	if (!from.is_known || !to.is_known || from.is_glob) {
		own_cloud(call, to.path);
		return;
	}
	e.source = from.path;
	e.path = to.path;
	e.goes_in = to.is_folder;
	own_add(call, e);
}

void own_ln(struct call *call)
{
	struct options o = call_options(call, &ln_table);
	struct word here = {
		.value = value_literal(call->arena, STR("."), call->command->span)};
	struct operand at;

	if (o.stranger || !o.operands.n || !call->is_complete) {
		own_cloud(call, STR("/"));
		return;
	}
	if (!o.value[LN_SYMBOLIC]) {
		hard_link(call, &o.operands);
		return;
	}
	at = own_operand(call, o.operands.n > 1 ? vec_last(&o.operands) : &here);
	for (size_t i = 0; i < (o.operands.n > 1 ? o.operands.n - 1 : 1); i++)
		link_one(call, &o.operands.at[i], at, o.operands.n > 2);
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
	/* What distributions put into /etc/skel. */
	static const struct str skeleton[] = {STR_INIT(".bashrc"), STR_INIT(".profile"),
		STR_INIT(".bash_profile"), STR_INIT(".bash_logout")};
	enum answer runs = call->runs;

	own_add(call, e);
	e.makes = ENTRY_FILE;
	e.mode = STR_NONE;
	call->runs = answer_and(call->runs, ANSWER_MAYBE);
	for (size_t i = 0; i < sizeof(skeleton) / sizeof(skeleton[0]); i++) {
		e.path = path_join(call->arena, user->home, skeleton[i]);
		own_add(call, e);
	}
	call->runs = runs;
}

void own_account(struct call *call)
{
	struct account_list users = accounts_users(call->arena, call_accounts(call));

	vec_each (const struct account *, u, &users)
		if ((*u)->made_by == call->command && (*u)->makes_home &&
			path_is_absolute((*u)->home))
			add_home(call, *u);
}

void own_filled(struct call *call, struct str path)
{
	struct event e = own_made(call, ENTRY_FOLDER);

	e.path = path;
	e.makes_parents = true;
	own_add(call, e);
	own_cloud(call, path);
}
