#include "base/path.h"
#include "model/identity.h"
#include "source/context.h"
#include "source/lower.h"

/* What WORKDIR, COPY, ADD and VOLUME do to the owners of paths. */

static void add(struct lowering *l, const struct dockerfile_instruction *in,
	struct str by, struct event e)
{
	e.happens = ANSWER_YES;
	e.by = by;
	e.span = in->span;
	l->state.owners = owners_add(l->arena, l->state.owners, &e);
}

static void add_unseen(struct lowering *l, const struct dockerfile_instruction *in,
	struct str by, enum event_kind kind, struct str path, const char *why)
{
	add(l, in, by, (struct event){.kind = kind, .path = path, .why = str_c(why)});
}

static struct id unknown_id(void)
{
	return (struct id){.know = FACT_UNKNOWN};
}

/* The classic builder makes a WORKDIR as root, BuildKit as the USER of the moment. */
static void workdir_owner(struct lowering *l, struct event *e)
{
	struct identity id;
	struct str user = STR_NONE;

	e->uid = e->gid = id_of(0);
	if (l->options->builder == BUILDER_CLASSIC || l->state.user->know == FACT_UNSET)
		return;
	if (!fact_str(l->arena, l->state.user, &user)) {
		e->uid = e->gid = unknown_id();
		e->why = STR("who the USER is that WORKDIR makes it for is not known");
		return;
	}
	id = identity_resolve(l->arena, user, l->state.accounts);
	if (id.uid.know != FACT_SET || id.gid.know != FACT_SET) {
		e->uid = e->gid = unknown_id();
		e->why = STR("who the USER is that WORKDIR makes it for is not known");
	} else if (l->options->builder == BUILDER_BUILDKIT) {
		e->uid = id.uid;
		e->gid = id.gid;
	} else if (id.uid.n || id.gid.n) {
		e->uid = e->gid = unknown_id();
		e->why = STR(
			"WORKDIR makes it root's with the classic builder and the USER's "
			"with BuildKit");
	}
}

void lower_workdir_owner(
	struct lowering *l, const struct dockerfile_instruction *in, struct value value)
{
	struct event e = {.kind = EVENT_MADE,
		.makes = ENTRY_FOLDER,
		.only_if_missing = true,
		.makes_parents = true,
		.umask = 022};

	if (!value_str(l->arena, value, &e.path) || !path_is_absolute(e.path)) {
		add_unseen(l, in, STR("WORKDIR"), EVENT_CLOUD, STR("/"),
			"a WORKDIR whose path is not known may have made it");
		return;
	}
	workdir_owner(l, &e);
	e.parent_uid = e.uid;
	e.parent_gid = e.gid;
	add(l, in, STR("WORKDIR"), e);
}

void lower_volume_owner(struct lowering *l, const struct dockerfile_instruction *in,
	const struct words *words)
{
	struct event make = {.kind = EVENT_MADE,
		.makes = ENTRY_FOLDER,
		.only_if_missing = true,
		.makes_parents = true,
		.umask = 022,
		.uid = id_of(0),
		.gid = id_of(0),
		.parent_uid = id_of(0),
		.parent_gid = id_of(0)};

	vec_each (const struct word, w, words) {
		struct str path;

		if (!value_str(l->arena, w->value, &path))
			continue;
		make.path = path_join(l->arena, STR("/"), path);
		add(l, in, STR("VOLUME"), make);
		add(l, in, STR("VOLUME"),
			(struct event){.kind = EVENT_VOLUME, .path = make.path});
	}
}

/* ---- COPY and ADD ---- */

/* --chown=user:group; a number alone is the group's number too. */
static void read_chown(struct lowering *l, const struct copy *copy, struct event *e)
{
	const struct accounts *db = l->state.accounts;
	const struct account_group *group = NULL;
	const struct account *user = NULL;
	struct str text, group_text;
	uint32_t n;

	e->uid = e->gid = id_of(0);
	if (!copy->has_chown)
		return;
	e->uid = e->gid = unknown_id();
	e->why = STR("whom --chown names is not known");
	if (!value_str(l->arena, copy->chown.value, &text))
		return;
	group_text = str_from(text, str_find(text, ':') + 1);
	text = str_sub(text, 0, str_find(text, ':'));
	if (str_to_u32(text, &n))
		e->uid = id_of(n);
	else if (accounts_find(db, text, &user) == ANSWER_YES && user &&
		user->uid.know == FACT_SET)
		e->uid = user->uid;
	if (str_to_u32(group_text, &n) || (!group_text.n && str_to_u32(text, &n)))
		e->gid = id_of(n);
	else if (accounts_find_group(db, group_text.n ? group_text : text, &group) ==
			ANSWER_YES &&
		group && group->gid.know == FACT_SET)
		e->gid = group->gid;
	/* A name alone: the account's group, or the group of that name. */
	if (!group_text.n && user &&
		(user->gid.know != FACT_SET || e->gid.know != FACT_SET ||
			user->gid.n != e->gid.n))
		e->gid = unknown_id();
}

static bool has_wildcard(struct str source)
{
	for (size_t i = 0; i < source.n; i++)
		if (memchr("*?[", source.p[i], 3))
			return true;
	return false;
}

static bool is_fetched(struct str source)
{
	return str_find_str(source, STR("://")) < source.n ||
		str_starts(source, STR("git@"));
}

/*
 * What is copied cannot be seen, whose it will be can: the target is a folder for sure
 * where goes_in says so, and what is in it then may be new.
 */
static void put_unseen(struct lowering *l, const struct dockerfile_instruction *in,
	struct str by, const struct event *put, const char *why)
{
	struct event e = {.kind = EVENT_BLUR,
		.path = put->path,
		.is_inside = put->goes_in,
		.keeps = true,
		.uid = put->uid,
		.gid = put->gid,
		.umask = 022,
		.is_open = put->mode.n || put->is_open,
		.why = str_c(why)};
	struct event folder = *put;

	if (put->goes_in) {
		folder.kind = EVENT_MADE;
		folder.makes = ENTRY_FOLDER;
		folder.only_if_missing = true;
		folder.mode = STR_NONE;
		add(l, in, by, folder);
	}
	add(l, in, by, e);
}

/* COPY *.py /app/: every one that fits, as if its name were written. */
static bool put_matches(struct lowering *l, const struct dockerfile_instruction *in,
	struct str by, struct event e)
{
	struct context_files found = {0};

	if (!e.context ||
		!context_matches(l->arena, l->world, e.context, e.source, &found) ||
		!found.n)
		return false;
	e.goes_in |= found.n > 1;
	vec_each (const struct context_file, f, &found) {
		e.source = f->path;
		add(l, in, by, e);
	}
	return true;
}

/* A file that ADD downloads: for its owner alone (buildkit source/http, 0600). */
static void put_download(struct lowering *l, const struct dockerfile_instruction *in,
	const struct copy *copy, struct str source, struct event e)
{
	struct str name = path_base(str_sub(source, 0, str_find(source, '?')));
	bool is_repository = str_starts(source, STR("git@")) ||
		str_ends(name, STR(".git")) || str_find(name, '#') < name.n;

	if (is_repository || !name.n) {
		put_unseen(l, in, STR("ADD"), &e, "ADD fetches it");
		return;
	}
	e.kind = EVENT_MADE;
	e.makes = ENTRY_FILE;
	if (!copy->has_chmod)
		e.mode = STR("0600");
	if (e.goes_in)
		e.path = path_join(l->arena, e.path, name);
	add(l, in, STR("ADD"), e);
}

/* One source. What is unpacked, fetched or taken from an image cannot be seen. */
static void put_one(struct lowering *l, const struct dockerfile_instruction *in,
	const struct copy *copy, struct str source, struct event e)
{
	struct str by = in->keyword == DOCKERFILE_ADD ? STR("ADD") : STR("COPY");

	if (copy->has_from) {
		e.is_from_stage = copy->stage != NULL;
		e.from = copy->stage ? copy->stage->end->owners : NULL;
		e.from_base = copy->stage ? copy->stage->base : NULL;
		e.source = path_join(l->arena, STR("/"), source);
		if (!copy->has_chown)
			e.uid = e.gid = copy->stage ? (struct id){.know = FACT_UNSET}
						    : unknown_id();
		e.why = STR("whose it is in the image that it comes from is not known");
	} else {
		e.context = l->sent;
		/* Nothing of a context lies above it. */
		e.source = str_from(path_join(l->arena, STR("/"), source), 1);
	}
	if (in->keyword == DOCKERFILE_ADD && is_fetched(source)) {
		put_download(l, in, copy, source, e);
	} else if (in->keyword == DOCKERFILE_ADD && lower_is_archive(source)) {
		/* Its files bring their own owners and modes. */
		if (!copy->has_chown)
			e.uid = e.gid = unknown_id();
		e.is_open = true;
		e.goes_in = true;
		put_unseen(l, in, by, &e, "ADD unpacks it");
	} else if (dockerfile_flag_of(in, STR("parents")) ||
		dockerfile_flag_of(in, STR("exclude"))) {
		put_unseen(l, in, by, &e, "which of it is copied is not known");
	} else if (has_wildcard(source)) {
		if (!put_matches(l, in, by, e))
			put_unseen(l, in, by, &e,
				"which files a pattern copies is not known");
	} else {
		add(l, in, by, e);
	}
}

static void put_heredocs(struct lowering *l, const struct dockerfile_instruction *in,
	struct str by, struct event e)
{
	struct str folder = e.path;

	e.kind = EVENT_MADE;
	e.makes = ENTRY_FILE;
	if (!e.mode.n)
		e.mode = STR("0644");
	for (uint32_t i = 0; i < in->heredoc_count; i++) {
		if (e.goes_in || in->heredoc_count > 1)
			e.path = path_join(l->arena, folder, in->heredocs[i].name.s);
		add(l, in, by, e);
	}
}

/*
 * What --link copies is made in an empty tree, with all folders on the way, and that tree
 * is laid over the image: so /tmp gets 0755, and a --chown gets /usr. Without containerd's
 * image store Docker leaves the folders that are there alone; with --chmod no builder
 * links (dockerfile2llb/convert.go; moby/buildkit#3602, #3912).
 */
static void put_linked(struct lowering *l, const struct dockerfile_instruction *in,
	const struct copy *copy, const struct event *put)
{
	const struct dockerfile_flag *link = dockerfile_flag_of(in, STR("link"));
	struct event e = {.happens = ANSWER_MAYBE,
		.is_glob = true, /* what is not there it makes as any COPY does */
		.by = STR("COPY --link"),
		.span = in->span,
		.uid = put->uid,
		.gid = put->gid,
		.mode = STR("0755"),
		.why = STR("where COPY --link makes layers of its own, it lays its "
			   "folders over those that are there")};

	if (!link || copy->has_chmod ||
		(link->has_value && !str_eq_nocase(link->value.s, STR("true"))))
		return;
	for (struct str path = put->path; !str_eq(path, STR("/"));
		path = path_dir(path)) {
		e.path = path;
		e.kind = EVENT_OWNER;
		l->state.owners = owners_add(l->arena, l->state.owners, &e);
		e.kind = EVENT_MODE;
		l->state.owners = owners_add(l->arena, l->state.owners, &e);
	}
}

void lower_copy_owner(struct lowering *l, const struct dockerfile_instruction *in,
	const struct copy *copy, struct str path)
{
	struct event e = {.kind = EVENT_PUT, .path = path, .umask = 022};
	struct str target,
		by = in->keyword == DOCKERFILE_ADD ? STR("ADD") : STR("COPY");

	if (!path.n || !value_str(l->arena, copy->target.value, &target)) {
		add_unseen(l, in, by, EVENT_BLUR, STR("/"),
			"where a COPY puts things is not known");
		return;
	}
	read_chown(l, copy, &e);
	e.goes_in = str_ends(target, STR("/")) || str_eq(target, STR(".")) ||
		copy->sources.n > 1;
	e.parent_uid = e.uid;
	e.parent_gid = e.gid;
	e.makes_parents = true;
	if (copy->has_chmod && !value_str(l->arena, copy->chmod.value, &e.mode))
		e.mode = STR("?");
	put_linked(l, in, copy, &e);
	vec_each (const struct word, w, &copy->sources) {
		struct str source;

		if (value_str(l->arena, w->value, &source))
			put_one(l, in, copy, source, e);
		else
			put_unseen(l, in, by, &e, "what a COPY brings is not known");
	}
	put_heredocs(l, in, by, e);
}

/* ---- mounts of a RUN ---- */

static bool is_target(struct str key)
{
	return str_eq(key, STR("target")) || str_eq(key, STR("dst")) ||
		str_eq(key, STR("destination"));
}

/* The targets of --mount, without those whose path is not known. */
static struct strs mounts_of(
	struct lowering *l, const struct dockerfile_instruction *in)
{
	struct strs out = {0};

	for (uint32_t i = 0; i < in->flag_count; i++) {
		struct str_fields fields = {.rest = in->flags[i].value.s};
		struct str field;

		if (!str_eq(in->flags[i].name.s, STR("mount")))
			continue;
		while (str_next_field(&fields, ',', &field)) {
			struct str path = str_from(field, str_find(field, '=') + 1);

			if (is_target(str_sub(field, 0, str_find(field, '='))) &&
				path_is_absolute(path) && str_find(path, '$') == path.n)
				*vec_push(l->arena, &out) =
					path_join(l->arena, STR("/"), path);
		}
	}
	return out;
}

/* What is written where a mount was during a RUN is not in the image. */
void lower_run_mounts(struct lowering *l, const struct dockerfile_instruction *in,
	const struct event *before)
{
	struct strs mounts = mounts_of(l, in);
	/* Folders on the way to a mount stay, with some versions. */
	struct event e = {.kind = EVENT_MADE,
		.makes = ENTRY_FOLDER,
		.only_if_missing = true,
		.makes_parents = true,
		.umask = 022,
		.happens = ANSWER_MAYBE,
		.by = STR("RUN --mount"),
		.uid = id_of(0),
		.gid = id_of(0),
		.parent_uid = id_of(0),
		.parent_gid = id_of(0),
		.why = STR("the builder may leave the folders on the way to a mount"),
		.span = in->span};

	vec_each (const struct str, path, &mounts) {
		l->state.owners =
			owners_unmount(l->arena, l->state.owners, before, *path);
		e.path = *path;
		l->state.owners = owners_add(l->arena, l->state.owners, &e);
	}
}
