#include "base/path.h"
#include "model/identity.h"
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
	if (in->keyword == DOCKERFILE_ADD &&
		(is_fetched(source) || lower_is_archive(source))) {
		add_unseen(l, in, by, EVENT_BLUR, e.path, "ADD unpacks or fetches it");
		return;
	}
	if (has_wildcard(source)) {
		add_unseen(l, in, by, EVENT_BLUR, e.path,
			"which files a pattern copies is not known");
		return;
	}
	add(l, in, by, e);
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
	vec_each (const struct word, w, &copy->sources) {
		struct str source;

		if (value_str(l->arena, w->value, &source))
			put_one(l, in, copy, source, e);
		else
			add_unseen(l, in, by, EVENT_BLUR, path,
				"what a COPY brings is not known");
	}
	if (in->heredoc_count == 0)
		return;
	e.kind = EVENT_MADE;
	e.makes = ENTRY_FILE;
	if (!e.mode.n)
		e.mode = STR("0644");
	for (uint32_t i = 0; i < in->heredoc_count; i++) {
		e.path = e.goes_in || in->heredoc_count > 1
			? path_join(l->arena, path, in->heredocs[i].name.s)
			: path;
		add(l, in, by, e);
	}
}

/* What is written where a mount was during a RUN is not in the image. */
void lower_run_mounts(struct lowering *l, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->flag_count; i++) {
		const struct dockerfile_flag *flag = &in->flags[i];
		struct str_fields fields = {.rest = flag->value.s};
		struct str field;

		if (!str_eq(flag->name.s, STR("mount")))
			continue;
		while (str_next_field(&fields, ',', &field)) {
			struct str path = str_from(field, str_find(field, '=') + 1);
			struct str key = str_sub(field, 0, str_find(field, '='));

			if ((str_eq(key, STR("target")) || str_eq(key, STR("dst")) ||
				    str_eq(key, STR("destination"))) &&
				path_is_absolute(path))
				add_unseen(l, in, STR("RUN"), EVENT_BLUR,
					path_join(l->arena, STR("/"), path),
					"a mount of a RUN lay over it");
		}
	}
}
