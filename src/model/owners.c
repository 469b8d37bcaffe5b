#include "model/owners.h"

#include "base/path.h"

const struct event *owners_add(
	struct arena *a, const struct event *older, const struct event *event)
{
	struct event *e;

	if (event->happens == ANSWER_NO || (older && older->count >= OWNERS_EVENTS_MAX))
		return older;
	e = arena_new(a, struct event);
	*e = *event;
	e->older = older;
	e->count = older ? older->count + 1 : 1;
	if (e->count == OWNERS_EVENTS_MAX)
		*e = (struct event){.older = older,
			.count = e->count,
			.kind = EVENT_BLUR,
			.happens = ANSWER_YES,
			.path = STR("/"),
			.why = STR("the build does more than oakum follows"),
			.span = event->span};
	return e;
}

/* ---- one question ---- */

struct volume_path {
	const struct volume_path *older;
	struct str path;
};

/* The log in the order in which it happened, and what all its looks share. */
struct replay {
	const struct view *view;
	struct arena *arena;
	struct ground ground;
	const struct event **events;
	size_t n;
	bool has_setgid; /* a folder may hand its group on */
	unsigned depth;	 /* copies of copies, stages of stages */
	uint32_t *steps; /* events looked at */
};

/* How a path lies to that of an event. */
enum position { PLACE_ELSEWHERE, PLACE_SELF, PLACE_BELOW, PLACE_ABOVE };

static struct look look_at(const struct replay *r, struct str path, size_t upto);
static struct replay replay_of(
	const struct view *view, unsigned depth, uint32_t *steps);

/* Cuts the first folder off an absolute path. */
static bool next_part(struct str *rest, struct str *part)
{
	size_t end;

	while (str_starts(*rest, STR("/")))
		*rest = str_from(*rest, 1);
	end = str_find(*rest, '/');
	*part = str_sub(*rest, 0, end);
	*rest = str_from(*rest, end);
	return part->n != 0;
}

/* As the shell globs: a star does not match a dot in front. */
static enum position glob_place(struct str glob, struct str path)
{
	struct str pattern, name;

	for (;;) {
		bool has_pattern = next_part(&glob, &pattern);
		bool has_name = next_part(&path, &name);

		if (!has_pattern)
			return has_name ? PLACE_BELOW : PLACE_SELF;
		if (!has_name)
			return PLACE_ABOVE;
		if (!str_glob(pattern, name) ||
			(name.p[0] == '.' && pattern.p[0] != '.'))
			return PLACE_ELSEWHERE;
	}
}

static enum position place_of(const struct event *e, struct str path)
{
	if (e->is_glob)
		return glob_place(e->path, path);
	if (str_eq(path, e->path))
		return PLACE_SELF;
	if (path_is_under(path, e->path))
		return PLACE_BELOW;
	return path_is_under(e->path, path) ? PLACE_ABOVE : PLACE_ELSEWHERE;
}

static struct look nothing(void)
{
	return (struct look){.exists = ANSWER_NO,
		.uid = {.know = FACT_UNKNOWN},
		.gid = {.know = FACT_UNKNOWN}};
}

static struct look perhaps(struct str why, struct span span)
{
	struct look l = nothing();

	l.exists = ANSWER_MAYBE;
	l.why = why;
	l.made_span = span;
	return l;
}

static struct look of_base(const struct ground *g, struct str path)
{
	const struct base_entry *best = NULL;
	struct look l;

	for (size_t i = 0; i < g->n; i++) {
		const struct base_entry *b = &g->at[i];

		if (path_is_under(path, b->path) && (!best || b->path.n > best->path.n))
			best = b;
	}
	if (best && str_eq(best->path, path))
		return (struct look){.exists = ANSWER_YES,
			.kind = best->kind,
			.uid = id_of(best->uid),
			.gid = id_of(best->gid),
			.mode = best->mode,
			.mode_known = best->mode_known,
			.target = best->target};
	if (best && (best->is_whole || best->kind == ENTRY_FILE))
		return nothing();
	l = perhaps(g->why, SPAN_NONE);
	return l;
}

/* ---- two possibilities become one look ---- */

static struct id either_id(struct id a, struct id b)
{
	if (a.know == FACT_SET && b.know == FACT_SET && a.n == b.n)
		return a;
	return (struct id){.know = FACT_UNKNOWN};
}

static struct str either_why(const struct look *a, const struct look *b)
{
	return a->why.n ? a->why : b->why;
}

/* It is as a or as b says; what is there in one of them only has that one's owner. */
static struct look either(struct look a, struct look b, struct str why)
{
	struct look l;

	if (a.exists == ANSWER_NO || b.exists == ANSWER_NO) {
		l = a.exists == ANSWER_NO ? b : a;
		if (a.exists != b.exists)
			l.exists = ANSWER_MAYBE;
		if (!l.why.n && l.exists == ANSWER_MAYBE)
			l.why = why;
		return l;
	}
	l = b;
	l.exists = a.exists == b.exists ? a.exists : ANSWER_MAYBE;
	l.kind = a.kind == b.kind ? a.kind : ENTRY_UNKNOWN;
	l.uid = either_id(a.uid, b.uid);
	l.gid = either_id(a.gid, b.gid);
	l.mode_known = a.mode_known & b.mode_known & ~(a.mode ^ b.mode);
	l.why = either_why(&a, &b);
	if (!l.why.n)
		l.why = why;
	return l;
}

/* ---- what an event does ---- */

static bool is_system_place(struct str path)
{
	static const struct str places[] = {STR_INIT("/bin"), STR_INIT("/boot"),
		STR_INIT("/etc"), STR_INIT("/lib"), STR_INIT("/lib32"),
		STR_INIT("/lib64"), STR_INIT("/opt"), STR_INIT("/root"),
		STR_INIT("/run"), STR_INIT("/sbin"), STR_INIT("/srv"), STR_INIT("/tmp"),
		STR_INIT("/usr"), STR_INIT("/var")};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_is_under(path, places[i]))
			return true;
	return false;
}

static struct str rest_below(struct str path, struct str above)
{
	struct str rest = str_from(path, above.n);

	while (str_starts(rest, STR("/")))
		rest = str_from(rest, 1);
	return rest;
}

/* The folder that holds path has the set-group-ID bit, or may have it. */
static bool hands_group_on(const struct replay *r, struct str path, size_t upto)
{
	struct look folder;

	if (!r->has_setgid || str_eq(path, STR("/")))
		return false;
	folder = look_at(r, path_dir(path), upto);
	return (folder.mode & folder.mode_known & 02000) ||
		(folder.exists == ANSWER_YES && !(folder.mode_known & 02000) &&
			folder.mode_known);
}

static void set_made(struct look *l, const struct event *e)
{
	l->made_by = l->owner_by = l->mode_by = e->by;
	l->made_span = l->owner_span = l->mode_span = e->span;
}

static struct look made(const struct replay *r, const struct event *e,
	enum entry_kind kind, bool is_parent, struct str path, size_t upto)
{
	struct look l = {.exists = ANSWER_YES,
		.kind = kind,
		.uid = is_parent ? e->parent_uid : e->uid,
		.gid = is_parent ? e->parent_gid : e->gid,
		.mode = (kind == ENTRY_FOLDER ? 0777u : 0666u) & ~e->umask,
		.mode_known = 07777,
		.why = e->why};

	if (kind == ENTRY_LINK) {
		l.mode = 0777;
		l.target = e->source;
	} else if (e->mode.n && !is_parent &&
		!mode_apply(e->mode, e->umask, kind == ENTRY_FOLDER, &l.mode,
			&l.mode_known)) {
		l.why = STR("its mode is not written in a way that oakum reads");
	}
	if (!is_parent)
		l.mode_known &= ~e->mode_open;
	if (e->is_in_run && hands_group_on(r, path, upto)) {
		l.gid = (struct id){.know = FACT_UNKNOWN};
		l.mode_known &= ~02000u;
		l.why = STR("the folder around it hands its group on");
	}
	set_made(&l, e);
	return l;
}

static struct look after_made(const struct replay *r, const struct event *e,
	struct look now, struct str path, size_t upto, enum position place)
{
	bool is_parent = place == PLACE_ABOVE;
	struct look fresh;

	if (place == PLACE_BELOW) {
		/* Below what was no folder, or was not there, nothing is. */
		return e->makes == ENTRY_FOLDER || e->only_if_missing ? now : nothing();
	}
	if (is_parent && !e->makes_parents) {
		now.exists = ANSWER_YES; /* or the command would have failed */
		return now;
	}
	if (!is_parent && e->makes == ENTRY_LINK && now.exists == ANSWER_YES &&
		now.kind == ENTRY_FOLDER)
		return now; /* the link is made in it */
	fresh = made(r, e, is_parent ? ENTRY_FOLDER : e->makes, is_parent, path, upto);
	if (!is_parent && !e->only_if_missing)
		return fresh;
	if (now.exists == ANSWER_YES)
		return now;
	if (now.exists == ANSWER_NO)
		return fresh;
	now.exists = ANSWER_YES;
	if (fresh.kind == ENTRY_FOLDER)
		now.kind = ENTRY_FOLDER; /* or the command would have failed */
	return either(now, fresh, e->why);
}

static void set_owner(struct look *l, const struct event *e)
{
	if (e->uid.know != FACT_UNSET)
		l->uid = e->uid;
	if (e->gid.know != FACT_UNSET)
		l->gid = e->gid;
	if (e->uid.know == FACT_UNKNOWN || e->gid.know == FACT_UNKNOWN)
		l->why = e->why;
	l->owner_by = e->by;
	l->owner_span = e->span;
}

static void set_mode(struct look *l, const struct event *e)
{
	bool is_folder = l->kind == ENTRY_FOLDER;
	uint32_t file_mode = l->mode, file_known = l->mode_known;

	(void)mode_apply(e->mode, e->umask, is_folder, &l->mode, &l->mode_known);
	if (l->kind == ENTRY_UNKNOWN) {
		/* X means one thing for a folder and another for a file. */
		(void)mode_apply(e->mode, e->umask, true, &file_mode, &file_known);
		l->mode_known &= file_known & ~(l->mode ^ file_mode);
	}
	l->mode_by = e->by;
	l->mode_span = e->span;
}

static struct look after_change(
	const struct event *e, struct look now, enum position place)
{
	if (place == PLACE_ABOVE || (place == PLACE_BELOW && !e->is_recursive)) {
		if (place == PLACE_ABOVE && !e->is_glob)
			now.exists = ANSWER_YES;
		return now;
	}
	if (now.exists == ANSWER_NO && (place == PLACE_BELOW || e->is_glob))
		return now;
	if (place == PLACE_SELF && !e->is_glob)
		now.exists = ANSWER_YES;
	if (e->kind == EVENT_OWNER)
		set_owner(&now, e);
	else
		set_mode(&now, e);
	return now;
}

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
	struct look l = perhaps(STR("what is copied there cannot be seen"), e->span);

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
	struct look l = nothing();

	if (e->context && context_source(r, e, rest, &l))
		return l;
	if (e->is_from_stage && r->depth < OWNERS_DEPTH_MAX) {
		struct view view = *r->view;
		struct replay other;

		view.log = e->from;
		view.base = e->from_base;
		other = replay_of(&view, r->depth + 1, r->steps);
		return look_at(&other, path_join(r->arena, e->source, rest), other.n);
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
		at = look_at(r, e->path, upto);
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
	set_made(&l, e);
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
		above.parent_uid = either_id(e->parent_uid, id_of(0));
		above.parent_gid = either_id(e->parent_gid, id_of(0));
		above.why =
			STR("builders differ in whose the folders are that COPY makes");
	}
	return put_folder(r, &above, now, path, upto);
}

static struct look after_put(const struct replay *r, const struct event *e,
	struct look now, struct str path, size_t upto, enum position place)
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
		return either(now, l, l.why);
	}
	if (!path_is_under(path, target))
		return place == PLACE_SELF ? put_folder(r, e, now, path, upto) : now;
	l = put_source(r, e, rest_below(path, target));
	if (l.exists == ANSWER_NO)
		return now;
	l = put_look(e, l, str_eq(path, target));
	if (l.exists == ANSWER_MAYBE)
		return either(now, l, l.why);
	/* A folder that was there keeps its owner, or not: builders differ. */
	if (now.exists != ANSWER_NO && l.kind != ENTRY_FILE) {
		now.exists = ANSWER_YES;
		return either(now, l, STR("COPY lays a folder over one that is there"));
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
		target = look_at(r, e->path, upto);
		if (target.exists == ANSWER_NO || target.kind == ENTRY_FILE)
			return e->path;
		if (target.exists != ANSWER_YES || target.kind != ENTRY_FOLDER)
			*is_sure = false;
	}
	return path_join(r->arena, e->path, path_base(e->source));
}

static struct look after_copied(const struct replay *r, const struct event *e,
	struct look now, struct str path, size_t upto)
{
	struct look l;
	struct str target;
	bool is_sure;

	if (e->moves && path_is_under(path, e->source))
		return nothing();
	if (!path_is_under(path, e->path)) {
		if (path_is_under(e->path, path))
			now.exists = ANSWER_YES;
		return now;
	}
	target = copy_target(r, e, upto, &is_sure);
	if (!is_sure)
		return perhaps(
			STR("it is not known whether the copy went into a folder"),
			e->span);
	if (!path_is_under(path, target)) {
		if (str_eq(path, e->path))
			now.exists = ANSWER_YES;
		return now;
	}
	l = look_at(r, path_join(r->arena, e->source, rest_below(path, target)), upto);
	if (l.exists == ANSWER_NO)
		return now;
	if (str_eq(path, target))
		l.exists = ANSWER_YES; /* or the command would have failed */
	if (!e->keeps) {
		l.uid = e->uid;
		l.gid = e->gid;
		l.mode &= ~e->umask & 0777;
	}
	set_made(&l, e);
	if (e->mode.n) {
		(void)mode_apply(e->mode, e->umask, false, &l.mode, &l.mode_known);
		return l;
	}
	/* What is copied over keeps its own owner and mode; what is moved does not. */
	if (now.exists == ANSWER_NO || (e->moves && l.exists == ANSWER_YES))
		return l;
	if (now.exists == ANSWER_YES && !e->keeps)
		return now;
	return either(now, l, STR("something was copied over it"));
}

/* ---- what nobody saw ---- */

static struct look after_cloud(
	const struct replay *r, const struct event *e, struct look now, struct str path)
{
	bool is_met = path_is_under(path, e->path) ||
		(e->is_system_wide && is_system_place(path));
	struct str why = e->why;
	struct look then;

	if (!is_met || str_eq(path, STR("/")) ||
		(now.exists == ANSWER_YES && e->kind == EVENT_CLOUD))
		return now;
	if (e->is_in_run)
		why = arena_printf(r->arena, "%.*s on line %u %.*s", STR_ARG(e->by),
			span_start(e->span).line, STR_ARG(why));
	then = perhaps(why, e->span);
	if (now.exists == ANSWER_YES)
		then.kind = now.kind;
	return then;
}

static struct look after(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto)
{
	enum position place;

	if (e->kind == EVENT_COPIED)
		return after_copied(r, e, now, path, upto);
	if (e->kind == EVENT_CLOUD || e->kind == EVENT_BLUR)
		return after_cloud(r, e, now, path);
	place = place_of(e, path);
	if (place == PLACE_ELSEWHERE)
		return now;
	switch (e->kind) {
	case EVENT_MADE:
		return after_made(r, e, now, path, upto, place);
	case EVENT_PUT:
		return after_put(r, e, now, path, upto, place);
	case EVENT_OWNER:
	case EVENT_MODE:
		return after_change(e, now, place);
	case EVENT_GONE:
		if (place == PLACE_SELF || (place == PLACE_BELOW && e->is_recursive))
			return nothing();
		return now;
	default:
		return now;
	}
}

/* Behind a VOLUME the classic builder forgets what a RUN does there. */
static enum answer is_kept(const struct replay *r, const struct event *e,
	const struct volume_path *volumes, struct str path)
{
	for (; e->is_in_run && volumes; volumes = volumes->older)
		if (path_is_under(path, volumes->path))
			return answer_not(r->view->is_classic);
	return ANSWER_YES;
}

static struct look look_at(const struct replay *r, struct str path, size_t upto)
{
	struct look now = of_base(&r->ground, path);
	const struct volume_path *volumes = NULL;
	struct replay inner = *r;

	if (r->depth >= OWNERS_DEPTH_MAX)
		return perhaps(STR("it is copied too often to follow"), SPAN_NONE);
	inner.depth++;
	for (size_t i = 0; i < upto; i++) {
		const struct event *e = r->events[i];
		enum answer happens;
		struct look then;

		if (++*r->steps > OWNERS_STEPS_MAX)
			return perhaps(
				STR("the build does more than oakum follows"), e->span);
		if (e->kind == EVENT_VOLUME) {
			struct volume_path *v = arena_new(r->arena, struct volume_path);

			*v = (struct volume_path){volumes, e->path};
			volumes = v;
			continue;
		}
		happens = answer_and(e->happens, is_kept(r, e, volumes, path));
		if (happens == ANSWER_NO)
			continue;
		then = after(&inner, e, now, path, i);
		if (happens == ANSWER_MAYBE)
			then = either(now, then,
				e->why.n ? e->why
					 : STR("a command that only may have run "
					       "changes it"));
		now = then;
	}
	return now;
}

/* ---- links on the way ---- */

struct link {
	const struct link *older;
	struct str path, target;
};

/* An event under a link happens where the link leads. */
static const struct event *led(
	const struct replay *r, const struct link *links, const struct event *e)
{
	struct event *copy;

	for (; links; links = links->older) {
		bool follows = e->kind == EVENT_OWNER || e->kind == EVENT_MODE;

		if (!path_is_under(e->path, links->path) ||
			(!follows && e->path.n == links->path.n))
			continue;
		copy = arena_new(r->arena, struct event);
		*copy = *e;
		copy->path = path_join(
			r->arena, links->target, rest_below(e->path, links->path));
		return copy;
	}
	return e;
}

static const struct link *link_put(const struct replay *r, const struct link *older,
	struct str path, struct str target)
{
	struct link *l = arena_new(r->arena, struct link);

	*l = (struct link){older, path, path_join(r->arena, path_dir(path), target)};
	return l;
}

static bool may_set_gid(const struct event *e)
{
	return str_find(e->mode, 's') < e->mode.n || e->mode.n > 3;
}

static struct replay replay_of(const struct view *view, unsigned depth, uint32_t *steps)
{
	struct replay r = {.view = view,
		.arena = view->arena,
		.depth = depth,
		.steps = steps,
		.n = view->log ? view->log->count : 0};
	const struct link *links = NULL;
	unsigned link_count = 0;
	size_t i = r.n;

	r.events = arena_array(view->arena, const struct event *, r.n);
	for (const struct event *e = view->log; e && i; e = e->older)
		r.events[--i] = e;
	r.ground = view->ground(view->data, view->base);
	for (size_t k = 0; k < r.ground.n; k++) {
		r.has_setgid |= (r.ground.at[k].mode & 02000) != 0;
		if (r.ground.at[k].kind == ENTRY_LINK)
			links = link_put(
				&r, links, r.ground.at[k].path, r.ground.at[k].target);
	}
	for (size_t k = 0; k < r.n; k++) {
		const struct event *e = r.events[k] = led(&r, links, r.events[k]);

		r.has_setgid |= may_set_gid(e);
		if (e->kind == EVENT_MADE && e->makes == ENTRY_LINK &&
			e->happens == ANSWER_YES && link_count++ < OWNERS_LINKS_MAX)
			links = link_put(&r, links, e->path, e->source);
	}
	*steps += (uint32_t)r.n;
	return r;
}

struct look owners_look(const struct view *view, struct str path)
{
	uint32_t steps = 0;
	struct replay r = replay_of(view, 0, &steps);

	return look_at(&r, path, r.n);
}

struct str owners_resolve(const struct view *view, struct str path)
{
	uint32_t steps = 0;
	struct replay r = replay_of(view, 0, &steps);
	struct str done = STR("/"), rest = path, part;
	unsigned links = 0;

	while (next_part(&rest, &part)) {
		struct str next = path_join(view->arena, done, part);
		struct look l = look_at(&r, next, r.n);

		if (l.kind != ENTRY_LINK || l.exists != ANSWER_YES || !l.target.n) {
			done = next;
			continue;
		}
		if (++links > OWNERS_LINKS_MAX)
			return STR_NONE;
		rest = path_join(view->arena, path_join(view->arena, done, l.target),
			rest_below(rest, STR("")));
		done = STR("/");
	}
	return done;
}
