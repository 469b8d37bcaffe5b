#include "base/path.h"
#include "model/owners_replay.h"

/* ---- COPY and ADD ---- */

static enum entry_kind kind_of_world(enum world_kind kind)
{
	switch (kind) {
	case WORLD_FILE:
		return ENTRY_FILE;
	case WORLD_DIR:
		return ENTRY_FOLDER;
	case WORLD_LINK:
		return ENTRY_LINK;
	default:
		return ENTRY_UNKNOWN;
	}
}

/* What is copied there from where nobody can look: a repository keeps 0644 and 0755. */
static struct look unseen_source(const struct event *e)
{
	struct look l =
		look_perhaps(STR("what is copied there cannot be seen"), e->span);

	if (e->context) {
		l.mode = 0644;
		l.mode_known = 07777 & ~0111u;
	}
	return l;
}

/*
 * What the context holds there. False where nobody can look: what is missing below a
 * folder is not there, a source itself may come before the build does.
 */
static bool context_source(
	const struct replay *r, const struct event *e, struct str rest, struct look *l)
{
	struct str path = path_join(r->arena, e->source, rest);
	struct world_stat st;

	if (!r->view->world ||
		world_stat(r->view->world,
			path_join(r->arena, e->context->folder, path), &st, NULL) < 0 ||
		st.kind == WORLD_LINK || (st.kind == WORLD_ABSENT && !rest.n))
		return false;
	l->exists = answer_of(st.kind != WORLD_ABSENT);
	if (e->context->sends && !str_eq(path, STR(".")))
		l->exists = answer_and(l->exists,
			e->context->sends(
				e->context->list, path, st.kind == WORLD_DIR));
	if (l->exists == ANSWER_MAYBE)
		l->why = STR(".dockerignore leaves out some of it");
	l->kind = kind_of_world(st.kind);
	l->mode = st.mode;
	l->mode_known = 07777;
	return true;
}

/* What stands at the other end of a COPY: owner aside. */
static struct look put_source(
	const struct replay *r, const struct event *e, struct str rest)
{
	struct look l = look_nothing();

	if (e->context && context_source(r, e, rest, &l))
		return l;
	if (e->is_from_stage && r->depth < OWNERS_DEPTH_MAX) {
		struct view view = *r->view;
		struct replay other;

		view.log = e->from;
		view.base = e->from_base;
		view.cache = NULL;
		other = replay_of(&view, r->depth + 1, r->steps);
		return replay_look(
			&other, path_join(r->arena, e->source, rest), other.n);
	}
	return unseen_source(e);
}

/* A folder where several files, or files of unknown kinds, go. */
static struct look put_folder(const struct replay *r, const struct event *e,
	struct look now, struct str path, size_t upto)
{
	struct event folder = *e;

	folder.umask = 022;
	folder.makes_parents = true;
	return after_made(r, &folder, now, path, upto, PLACE_ABOVE);
}

/*
 * Where the source itself goes: a folder's content into path, a file to path or, where
 * that is a folder, into it. False where that is not known.
 */
static bool put_target(const struct replay *r, const struct event *e,
	const struct look *source, size_t upto, struct str *target)
{
	struct look at;

	*target = e->path;
	if (source->kind == ENTRY_FOLDER)
		return true;
	if (!e->goes_in && source->kind == ENTRY_FILE) {
		at = replay_look(r, e->path, upto);
		if (at.exists == ANSWER_NO || at.kind == ENTRY_FILE)
			return true;
		if (at.exists != ANSWER_YES || at.kind != ENTRY_FOLDER)
			return false;
	}
	*target = path_join(r->arena, e->path, path_base(e->source));
	return source->kind == ENTRY_FILE;
}

/*
 * The owner and the mode that a COPY gives. From a stage the owner comes along, but of
 * the folder whose content is copied.
 */
static struct look put_look(const struct event *e, struct look l, bool is_top)
{
	if (e->uid.know != FACT_UNSET) {
		l.uid = e->uid;
		l.gid = e->gid;
	} else if (is_top && l.kind == ENTRY_FOLDER) {
		l.uid = l.gid = id_of(0);
	}
	if (e->mode.n &&
		!mode_apply(
			e->mode, 022, l.kind == ENTRY_FOLDER, &l.mode, &l.mode_known))
		l.why = STR("its --chmod is not known");
	if (e->uid.know == FACT_UNKNOWN || e->gid.know == FACT_UNKNOWN)
		l.why = e->why;
	look_set_made(&l, e);
	return l;
}

/*
 * The folders that a COPY makes on its way get the owner of --chown, but for those above
 * a folder's content in the classic builder.
 */
static struct look put_above(const struct replay *r, const struct event *e,
	struct look now, struct str path, size_t upto)
{
	struct event above = *e;
	enum answer is_roots = r->view->is_classic;

	if (is_roots != ANSWER_NO) {
		struct look source = put_source(r, e, STR(""));

		if (source.kind == ENTRY_FILE)
			is_roots = ANSWER_NO;
		else if (source.kind != ENTRY_FOLDER)
			is_roots = ANSWER_MAYBE;
	}
	if (is_roots == ANSWER_YES) {
		above.parent_uid = above.parent_gid = id_of(0);
	} else if (is_roots == ANSWER_MAYBE) {
		above.parent_uid = id_either(e->parent_uid, id_of(0));
		above.parent_gid = id_either(e->parent_gid, id_of(0));
		above.why =
			STR("builders differ in whose the folders are that COPY makes");
	}
	return put_folder(r, &above, now, path, upto);
}

struct look after_put(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto, enum position place)
{
	struct look l;
	struct str target;

	if (place == PLACE_ABOVE)
		return put_above(r, e, now, path, upto);
	l = put_source(r, e, STR(""));
	if (!put_target(r, e, &l, upto, &target)) {
		if (place == PLACE_SELF && e->goes_in)
			return put_folder(r, e, now, path, upto);
		l = put_look(e, unseen_source(e), false);
		return look_either(now, l, l.why);
	}
	if (!path_is_under(path, target))
		return place == PLACE_SELF ? put_folder(r, e, now, path, upto) : now;
	l = put_source(r, e, replay_rest_below(path, target));
	if (l.exists == ANSWER_NO)
		return now;
	l = put_look(e, l, str_eq(path, target));
	if (l.exists == ANSWER_MAYBE)
		return look_either(now, l, l.why);
	/*
	 * The folder that content goes into stays whose it was; those below it become
	 * what they are in the source (moby pkg/archive; fsutil copy.go).
	 */
	if (str_eq(path, target) && l.kind == ENTRY_FOLDER && now.exists == ANSWER_YES)
		return now;
	if (str_eq(path, target) && l.kind != ENTRY_FILE && now.exists != ANSWER_NO) {
		now.exists = ANSWER_YES;
		return look_either(
			now, l, STR("COPY may lay a folder over one that is there"));
	}
	return l;
}

/* ---- cp and mv ---- */

/* Where the copy of e's source is: path itself, or below it by its own name. */
static struct str copy_target(
	const struct replay *r, const struct event *e, size_t upto, bool *is_sure)
{
	struct look target;

	*is_sure = true;
	if (e->is_content)
		return e->path;
	if (!e->goes_in) {
		target = replay_look(r, e->path, upto);
		if (target.exists == ANSWER_NO || target.kind == ENTRY_FILE)
			return e->path;
		if (target.exists != ANSWER_YES || target.kind != ENTRY_FOLDER)
			*is_sure = false;
	}
	return path_join(r->arena, e->path, path_base(e->source));
}

struct look after_copied(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto)
{
	struct look l;
	struct str target;
	bool is_sure;

	if (e->moves && path_is_under(path, e->source))
		return look_nothing();
	if (!path_is_under(path, e->path)) {
		if (path_is_under(e->path, path))
			now.exists = ANSWER_YES;
		return now;
	}
	target = copy_target(r, e, upto, &is_sure);
	if (!is_sure)
		return look_perhaps(
			STR("it is not known whether the copy went into a folder"),
			e->span);
	if (!path_is_under(path, target)) {
		if (str_eq(path, e->path))
			now.exists = ANSWER_YES;
		return now;
	}
	l = replay_look(r,
		path_join(r->arena, e->source, replay_rest_below(path, target)), upto);
	if (l.exists == ANSWER_NO)
		return now;
	if (str_eq(path, target))
		l.exists = ANSWER_YES; /* or the command would have failed */
	if (!e->keeps) {
		l.uid = e->uid;
		l.gid = e->gid;
		l.mode &= ~e->umask & 0777;
	}
	look_set_made(&l, e);
	if (e->mode.n) {
		(void)mode_apply(e->mode, e->umask, false, &l.mode, &l.mode_known);
		return l;
	}
	/* What is copied over keeps its own owner and mode; what is moved does not. */
	if (now.exists == ANSWER_NO || (e->moves && l.exists == ANSWER_YES))
		return l;
	if (now.exists == ANSWER_YES && !e->keeps)
		return now;
	return look_either(now, l, STR("something was copied over it"));
}
