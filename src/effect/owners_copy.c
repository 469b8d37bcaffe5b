#include "effect/owners.h"

#include "base/path.h"
#include "effect/install.h"

/* install, cp, mv, rm. */

/* ---- install ---- */

static void install_ids(struct call *call, const struct options *o, struct event *e)
{
	struct id unused;
	struct str text;

	if (o->value[INST_OWNER])
		e->uid = word_str(call->arena, o->value[INST_OWNER], &text)
			? own_user_id(call, text, &unused)
			: id_unknown();
	if (o->value[INST_GROUP])
		e->gid = word_str(call->arena, o->value[INST_GROUP], &text)
			? own_group_id(call, text)
			: id_unknown();
	e->why = STR("whom install gives it to is not known");
}

/* The folder is made where it is missing; owner and mode are set either way. */
static void install_folders(struct call *call, const struct options *o)
{
	struct event make = own_made(call, ENTRY_FOLDER);
	struct event owner = {.kind = EVENT_OWNER}, mode = {.kind = EVENT_MODE};

	make.makes_parents = true;
	make.umask = 022;
	owner.uid = owner.gid = id_unset();
	install_ids(call, o, &owner);
	mode.mode =
		o->value[INST_MODE] ? own_mode(call, o->value[INST_MODE]) : STR("0755");
	own_each(call, &o->operands, 0, make, EVENT_BLUR);
	own_each(call, &o->operands, 0, owner, EVENT_BLUR);
	own_each(call, &o->operands, 0, mode, EVENT_BLUR);
}

/* A pattern, or a name that is not known: what it fits lies in the target now. */
static void copy_unseen(struct call *call, const struct operand *from,
	const struct operand *to, const struct event *copied)
{
	struct event e = {.kind = copied->keeps ? EVENT_BLUR : EVENT_CLOUD,
		.path = to->path,
		.is_inside = from->is_glob,
		.is_open = true,
		.uid = copied->uid,
		.gid = copied->gid,
		.why = copied->keeps ? STR("may have changed it")
				     : STR("may have made it")};
	struct event gone = {.kind = EVENT_GONE,
		.path = from->path,
		.is_glob = true,
		.is_recursive = true};

	own_add(call, e);
	if (copied->moves && from->is_known)
		own_add(call, gone);
	else if (copied->moves)
		own_blur(call, from->path);
}

/* Copies of every source (but the last operand, which is the target) into target. */
static void copy_each(struct call *call, const struct words *operands,
	const struct word *into, struct event e)
{
	size_t n = into ? operands->n : operands->n - 1;
	struct operand to = own_operand(call, into ? into : vec_last(operands));

	bool whole = e.is_content;

	e.goes_in = into || to.is_folder || n > 1;
	e.path = to.path;
	for (size_t i = 0; i < n; i++) {
		struct operand from = own_operand(call, &operands->at[i]);

		if (!to.is_known || !from.is_known || from.is_glob) {
			copy_unseen(call, &from, &to, &e);
			continue;
		}
		e.source = from.path;
		e.is_content = from.is_content || whole;
		own_add(call, e);
	}
	if (!call->is_complete)
		own_blur(call, STR("/"));
}

void own_install(struct call *call)
{
	struct options o = install_options(call);
	struct event e = {.kind = EVENT_COPIED};

	if (o.stranger) {
		own_blur(call, STR("/"));
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
	e.is_content = o.value[INST_NO_TARGET] != NULL;
	e.mode = o.value[INST_MODE] ? own_mode(call, o.value[INST_MODE]) : STR("0755");
	if (o.value[INST_PARENTS]) {
		struct event folder = own_made(call, ENTRY_FOLDER);
		struct operand to = own_operand(call,
			o.value[INST_TARGET] ? o.value[INST_TARGET]
					     : vec_last(&o.operands));

		folder.makes_parents = true;
		folder.umask = 022;
		folder.path = o.value[INST_TARGET] ? to.path : path_dir(to.path);
		if (to.is_known)
			own_add(call, folder);
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
	CP_INTERACTIVE,
	CP_NO_TARGET,
	CP_ONE_SYSTEM,
	CP_ATTRIBUTES,
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
	[CP_NO_TARGET] = {'T', "no-target-directory", false},
	[CP_ONE_SYSTEM] = {'x', "one-file-system", false},
	[CP_ATTRIBUTES] = {0, "attributes-only", false},
};
static const struct option_table cp_table = {
	cp_rows, OPTION_COUNT(cp_rows), OPTIONS_GNU, false};

void own_copy(struct call *call)
{
	struct options o = call_options(call, &cp_table);
	bool moves = str_eq(call->tool, STR("mv"));
	struct event e = {.kind = EVENT_COPIED, .moves = moves};

	if (o.operands.n < (o.value[CP_TARGET] ? 1u : 2u)) {
		own_blur(call, STR("/"));
		return;
	}
	if (o.stranger) {
		/* --parents, --preserve=…: where it goes is all that is known. */
		own_blur(call,
			own_operand(call,
				o.value[CP_TARGET] ? o.value[CP_TARGET]
						   : vec_last(&o.operands))
				.path);
		return;
	}
	own_ids(call, &e.uid, &e.gid);
	e.keeps = moves || o.value[CP_ARCHIVE] || o.value[CP_PRESERVE];
	/* cp -rT a b: what is in a goes into b, or a itself is b. */
	e.is_content = o.value[CP_NO_TARGET] != NULL;
	if (o.value[CP_NO_CLOBBER] || o.value[CP_UPDATE])
		call->runs = answer_and(call->runs, ANSWER_MAYBE);
	copy_each(call, &o.operands, o.value[CP_TARGET], e);
}

void own_remove(struct call *call)
{
	struct words operands = own_operands(call);
	struct event e = {.kind = EVENT_GONE,
		.is_recursive = own_has_option(call, 'r', STR("--recursive")) ||
			own_has_option(call, 'R', STR("--recursive"))};

	own_each(call, &operands, 0, e, EVENT_BLUR);
}
