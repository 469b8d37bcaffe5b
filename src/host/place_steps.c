/*
 * What is done about one path: nothing where all who use it may do what they need;
 * else it is given to who writes it, shared by a group, or, where it is somebody else's,
 * opened to one more user by an access list.
 */
#include "host/plan.h"

#include "base/path.h"
#include "host/place.h"

/* ---- what is there ---- */

struct host_file host_look(struct host_plan *p, struct str path, bool *is_seen)
{
	struct acl *acl = arena_new(p->arena, struct acl);
	struct host_file host = {.is_there = ANSWER_NO, .is_folder = ANSWER_NO};
	struct world_stat st;
	struct str bytes;
	struct err e = {0};

	*is_seen = world_stat(p->world, path, &st, &e) == 0;
	if (!*is_seen || st.kind == WORLD_ABSENT)
		return host;
	if (st.kind == WORLD_LINK || st.kind == WORLD_OTHER)
		*is_seen = false;
	host = (struct host_file){.is_there = ANSWER_YES,
		.is_folder = answer_of(st.kind == WORLD_DIR),
		.mode = st.mode,
		.uid = st.uid,
		.gid = st.gid};
	if (world_xattr(p->world, path, ACL_ACCESS, &bytes) &&
		acl_read(p->arena, bytes, acl))
		host.acl = acl;
	return host;
}

static bool is_link(struct host_plan *p, struct str path)
{
	struct world_stat st;
	struct err e = {0};

	return world_stat(p->world, path, &st, &e) == 0 && st.kind == WORLD_LINK;
}

/* The first link on the way to path, path included; empty: there is none. */
static struct str link_on_way(struct host_plan *p, struct str path)
{
	struct str link = STR_NONE;

	for (;;) {
		if (is_link(p, path))
			link = path;
		if (str_eq(path, STR("/")) || str_rfind(path, '/') == path.n)
			return link;
		path = path_dir(path);
	}
}

static enum answer fits(
	const struct host_need *need, const struct host_file *host, uint32_t bits)
{
	struct look look = allow_look(host);

	return allow_bits(need->workload, &need->identity, &look, bits);
}

static bool all_fit(const struct host_use *use, const struct host_file *host)
{
	vec_each (const struct host_need, need, &use->needs)
		if (fits(need, host, need->demand.bits) != ANSWER_YES)
			return false;
	return true;
}

/* What one of those who share a folder has made is theirs, as it should be. */
static bool is_of_user(const struct host_use *use, uint32_t uid)
{
	vec_each (const struct host_need, need, &use->needs)
		if (need->identity.uid.n == uid)
			return true;
	return false;
}

/* Entries right in a folder that somebody who needs them may not use. */
static size_t count_unfit(struct host_plan *p, const struct host_use *use)
{
	struct world_entries list = {0};
	struct err e = {0};
	size_t n = 0;

	/* Of a project not all is meant for the container. */
	if (!use->is_folder || use->is_project ||
		world_list(p->world, use->path, &list, &e) < 0)
		return 0;
	for (size_t i = 0; i < list.n && i < HOST_INSIDE_MAX; i++) {
		bool is_seen, is_folder = list.at[i].kind == WORLD_DIR;
		struct host_use one = {.needs = use->needs};
		struct host_file host;

		/* .gitkeep keeps an empty folder, and nobody writes it. */
		if ((!is_folder && list.at[i].kind != WORLD_FILE) ||
			str_starts(list.at[i].name, STR(".git")))
			continue;
		host = host_look(
			p, path_join(p->arena, use->path, list.at[i].name), &is_seen);
		/* A file in a folder that may be written need not be executable. */
		one.needs = (struct host_needs){0};
		vec_each (const struct host_need, need, &use->needs) {
			struct host_need *copy = vec_push(p->arena, &one.needs);

			*copy = *need;
			if (!is_folder)
				copy->demand.bits &= ~(uint32_t)ALLOW_EXECUTE;
		}
		n += is_seen && !is_of_user(use, host.uid) && !all_fit(&one, &host);
	}
	return n;
}

/* ---- whose it is ---- */

/* Somebody works with it who is no service: it stays theirs. */
static bool is_of_person(
	const struct host_plan *p, const struct host_use *use, uint32_t owner)
{
	if (use->is_project)
		return true;
	vec_each (const struct host_need, need, &use->needs)
		if (need->identity.uid.n == owner)
			return false;
	return (owner && owner == p->facts->own_uid) ||
		host_account_is_person(host_account_of(&p->accounts.users, owner));
}

/* ---- steps ---- */

static struct host_step *add(struct host_plan *p, const struct host_use *use,
	enum host_step_kind kind, const struct host_deal *deal)
{
	struct host_step *step = vec_push(p->arena, &p->steps);

	*step = (struct host_step){.kind = kind,
		.path = use->path,
		.uid = id_of(deal->uid),
		.gid = id_of(deal->gid),
		.mode = deal->mode,
		.is_folder = use->is_folder,
		.otherwise = host_otherwise(p, deal->first),
		.workloads = host_whos(p, &use->needs),
		.span = deal->first->mount->span};
	return step;
}

/* "writes", "reads": what the step's workload does with the path. */
static const char *verb_of(const struct host_need *need)
{
	return need->demand.bits & ALLOW_WRITE ? "writes" : "reads";
}

/* "`trainer` runs as 1777 and writes it at /app/models (torch does)" */
static struct str purpose(struct host_plan *p, const struct host_need *need)
{
	const struct write *write = need->demand.write;

	return arena_printf(p->arena, "`%.*s` runs as %u and %s it at %.*s%s%.*s%s",
		STR_ARG(host_who(need->workload)), need->inside.uid.n, verb_of(need),
		STR_ARG(need->mount->at.n ? need->mount->at : STR("its mount")),
		write ? " (" : "", STR_ARG(write ? write->by : STR_NONE),
		write ? " does)" : "");
}

void host_say_group(
	struct host_plan *p, const struct host_use *use, const struct host_deal *deal)
{
	if (deal->users < 2)
		return;
	vec_each (const struct host_need, need, &use->needs) {
		struct host_step *note;

		if (host_is_member(&need->identity, deal->gid) ||
			need->identity.uid.n == deal->uid ||
			!host_is_new_uid(use, need))
			continue;
		note = host_note(p, use->path, need->mount->span,
			"`%.*s` shares `%.*s` by the group %u and is not in it: write "
			"`group_add: [\"%u\"]` (`--group-add %u`).",
			STR_ARG(host_who(need->workload)), STR_ARG(use->path),
			deal->gid, deal->gid, deal->gid);
		note->workloads = host_who(need->workload);
	}
}

static void claim_all(
	struct host_plan *p, const struct host_use *use, const struct host_deal *deal)
{
	vec_each (const struct host_need, need, &use->needs)
		if (need->identity.uid.n == deal->uid)
			host_claim(p, need);
	host_claim_group(p, deal->first, deal->gid);
}

/* The folders above a missing one; theirs is whose the last one that is there is. */
static void make_parents(struct host_plan *p, const struct host_use *use,
	const struct host_deal *deal, const struct host_file *above)
{
	struct strs_up {
		struct str at[64];
		size_t n;
	} up = {.n = 0};
	bool is_seen;

	for (struct str path = path_dir(use->path); up.n < 64; path = path_dir(path)) {
		if (str_eq(path, STR(".")) || str_eq(path, STR("/")) ||
			host_look(p, path, &is_seen).is_there == ANSWER_YES)
			break;
		up.at[up.n++] = path;
	}
	while (up.n) {
		struct host_deal parent = {.uid = above->uid,
			.gid = above->gid,
			.mode = 0755,
			.first = deal->first};
		struct host_use folder = {
			.path = up.at[--up.n], .is_folder = true, .needs = use->needs};
		bool is_planned = false;

		vec_each (const struct host_step, step, &p->steps)
			is_planned |= str_eq(step->path, folder.path);
		if (is_planned)
			continue;
		add(p, &folder, HOST_FOLDER, &parent)->why = arena_printf(p->arena,
			"`%.*s` lies in it; the engine would make it too, as root.",
			STR_ARG(use->path));
	}
}

/* The nearest folder above path that is there. */
static struct host_file above_of(struct host_plan *p, struct str path)
{
	bool is_seen;
	struct host_file host;

	do {
		path = path_dir(path);
		host = host_look(p, path, &is_seen);
	} while (host.is_there != ANSWER_YES && !str_eq(path, STR(".")) &&
		!str_eq(path, STR("/")));
	return host;
}

static void make_missing(struct host_plan *p, struct host_use *use)
{
	struct host_file above = above_of(p, use->path);
	struct host_deal deal = host_deal_of(use, above.uid);
	struct host_step *step;

	if (!use->is_folder && !deal.writers) {
		host_note(p, use->path, deal.first->mount->span,
			"`%.*s` is not there: put the file in its place before the first "
			"start, or the engine makes a folder of that name.",
			STR_ARG(use->path));
		return;
	}
	make_parents(p, use, &deal, &above);
	step = add(p, use, use->is_folder ? HOST_FOLDER : HOST_FILE, &deal);
	step->why = arena_printf(p->arena,
		"%.*s, and it is not there: the engine would make %s of root.",
		STR_ARG(purpose(p, deal.first)),
		use->is_folder ? "a folder" : "a folder of that name,");
	claim_all(p, use, &deal);
	host_say_group(p, use, &deal);
}

static void add_acl(struct host_plan *p, const struct host_use *use,
	const struct host_file *host, const struct host_need *need)
{
	struct host_deal deal = {
		.uid = need->identity.uid.n, .gid = host_gid_of(need), .first = need};
	struct host_step *step = add(p, use, HOST_ACL, &deal);
	bool writes = host_uid_writes(use, deal.uid);

	step->acl = writes ? STR("rwX") : STR("rX");
	step->owner = host->uid;
	step->is_recursive = p->options.is_recursive && !use->is_project;
	step->workloads = host_who(need->workload);
	step->why = arena_printf(p->arena,
		"%.*s, and it belongs to %u:%u with mode %04o: %s, so that one more user "
		"is let in and the owner stays.",
		STR_ARG(purpose(p, need)), host->uid, host->gid, host->mode,
		use->is_project ? "the project's own files are in it"
				: "somebody works with it");
	host_claim(p, need);
}

static void open_by_lists(
	struct host_plan *p, const struct host_use *use, const struct host_file *host)
{
	vec_each (const struct host_need, need, &use->needs)
		if (host_is_new_uid(use, need) &&
			fits(need, host, need->demand.bits) != ANSWER_YES)
			add_acl(p, use, host, need);
}

static void give_away(struct host_plan *p, const struct host_use *use,
	const struct host_file *host, bool is_open_to_all)
{
	struct host_deal deal = host_deal_of(use, host->uid);
	bool is_owned = host->uid == deal.uid && host->gid == deal.gid;
	struct host_step *step;

	if (!use->is_folder && (host->mode & 0111))
		deal.mode |= 0110;
	step = add(p, use,
		is_owned && !p->options.is_recursive ? HOST_MODE : HOST_OWNER, &deal);
	step->is_recursive = p->options.is_recursive && use->is_folder;
	step->why = is_open_to_all
		? arena_printf(p->arena,
			  "%.*s, and so can everybody on this host: mode %04o.",
			  STR_ARG(purpose(p, deal.first)), host->mode)
		: arena_printf(p->arena,
			  "%.*s, and it belongs to %u:%u with mode %04o.",
			  STR_ARG(purpose(p, deal.first)), host->uid, host->gid,
			  host->mode);
	claim_all(p, use, &deal);
	host_say_group(p, use, &deal);
}

static void say_inside(struct host_plan *p, const struct host_use *use, size_t unfit)
{
	const struct host_need *first = &use->needs.at[0];
	struct host_step *note = host_note(p, use->path, first->mount->span,
		"%zu of the entries in `%.*s` belong to others, and `%.*s` cannot use "
		"them: `--recursive` gives them away with the folder.",
		unfit, STR_ARG(use->path), STR_ARG(host_who(first->workload)));

	note->workloads = host_whos(p, &use->needs);
}

static bool everybody_writes(const struct host_use *use, const struct host_file *host)
{
	bool is_sticky = (host->mode & 01000) != 0;

	if (!(host->mode & 02) || (is_sticky && use->is_folder))
		return false;
	vec_each (const struct host_need, need, &use->needs)
		if (need->demand.bits & ALLOW_WRITE)
			return true;
	return false;
}

static void change_present(
	struct host_plan *p, struct host_use *use, const struct host_file *host)
{
	bool is_fit = all_fit(use, host), is_open = everybody_writes(use, host);
	bool is_person = is_of_person(p, use, host->uid);
	size_t unfit = count_unfit(p, use);

	if (unfit && !p->options.is_recursive)
		say_inside(p, use, unfit);
	if (is_fit && (!is_open || is_person) && !(unfit && p->options.is_recursive)) {
		vec_each (const struct host_need, need, &use->needs)
			if (need->identity.uid.n == host->uid)
				host_claim(p, need);
		return;
	}
	if (!is_person)
		give_away(p, use, host, is_fit && is_open);
	else if (is_fit)
		vec_each (const struct host_need, need, &use->needs) {
			if (host_is_new_uid(use, need) &&
				need->identity.uid.n != host->uid)
				add_acl(p, use, host, need);
		}
	else
		open_by_lists(p, use, host);
}

/* Where oakum has no business: says so, and true. */
static bool is_kept(struct host_plan *p, const struct host_use *use)
{
	const struct host_need *need = &use->needs.at[0];
	struct str pwd, path = use->path, link;
	struct host_step *note;
	const char *what;

	if (!path_is_absolute(path) && world_env(p->world, STR("PWD"), &pwd))
		path = path_join(p->arena, pwd, path);
	what = host_place_kept(&p->accounts, p->facts->home, path);
	if (what) {
		note = host_note(p, use->path, need->mount->span,
			"`%.*s` is %s: nothing is changed there. Mount a folder of the "
			"project in its place.",
			STR_ARG(use->path), what);
		note->workloads = host_whos(p, &use->needs);
		return true;
	}
	link = link_on_way(p, use->path);
	if (!link.n)
		return false;
	note = host_note(p, use->path, need->mount->span,
		"`%.*s` is a symbolic link, and oakum follows none: mount what it points "
		"to.",
		STR_ARG(link));
	note->workloads = host_whos(p, &use->needs);
	return true;
}

void host_place_steps(struct host_plan *p, struct host_use *use)
{
	struct host_file host;
	bool is_seen;

	if (is_kept(p, use))
		return;
	host = host_look(p, use->path, &is_seen);
	if (!is_seen) {
		host_note(p, use->path, use->needs.at[0].mount->span,
			host.is_there == ANSWER_YES
				? "`%.*s` is neither a file nor a folder: nothing is "
				  "changed there."
				: "`%.*s` could not be looked at: ask as root.",
			STR_ARG(use->path));
		return;
	}
	if (host.is_there != ANSWER_YES) {
		make_missing(p, use);
		return;
	}
	use->is_folder = host.is_folder == ANSWER_YES;
	change_present(p, use, &host);
}
