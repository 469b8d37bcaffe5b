#include "model/owners.h"

#include "base/path.h"
#include "model/owners_replay.h"

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

const struct event *owners_unmount(struct arena *a, const struct event *newest,
	const struct event *oldest, struct str path)
{
	size_t n = (newest ? newest->count : 0) - (oldest ? oldest->count : 0), i = n;
	const struct event **events = arena_array(a, const struct event *, n);
	const struct event *log = oldest;

	for (const struct event *e = newest; e && e != oldest && i; e = e->older)
		events[--i] = e;
	for (i = 0; i < n; i++) {
		struct event e = *events[i];

		if (path_is_under(e.path, path) && !e.is_system_wide)
			continue;
		if (e.kind == EVENT_COPIED && path_is_under(e.source, path)) {
			e.kind = e.keeps ? EVENT_BLUR : EVENT_CLOUD;
			e.is_open = true;
			e.is_inside = e.goes_in;
			e.keeps = false;
			e.why = STR("was given something from a mount");
		}
		log = owners_add(a, log, &e);
	}
	return log;
}

/* ---- where a path lies to an event ---- */

struct volume_path {
	const struct volume_path *older;
	struct str path;
};

/* Cuts the first folder off an absolute path. */
bool replay_next_part(struct str *rest, struct str *part)
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
		bool has_pattern = replay_next_part(&glob, &pattern);
		bool has_name = replay_next_part(&path, &name);

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

struct str replay_rest_below(struct str path, struct str above)
{
	struct str rest = str_from(path, above.n);

	while (str_starts(rest, STR("/")))
		rest = str_from(rest, 1);
	return rest;
}

/* The innermost entry that path is or lies in; of those below, where it is none. */
static const struct base_entry *innermost(
	const struct ground *g, struct str path, bool is_below)
{
	const struct base_entry *best = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const struct base_entry *b = &g->at[i];

		if (b->is_below == is_below && path_is_under(path, b->path) &&
			(!best || b->path.n > best->path.n) &&
			!(is_below && str_eq(path, b->path)))
			best = b;
	}
	return best;
}

static struct look of_entry(const struct base_entry *b)
{
	return (struct look){.exists = ANSWER_YES,
		.kind = b->kind,
		.uid = id_of(b->uid),
		.gid = id_of(b->gid),
		.mode = b->mode,
		.mode_known = b->mode_known,
		.target = b->target};
}

static struct look of_base(const struct ground *g, struct str path)
{
	const struct base_entry *best = innermost(g, path, false), *below;
	struct look l;

	if (best && str_eq(best->path, path))
		return of_entry(best);
	if (best && (best->is_whole || best->kind == ENTRY_FILE))
		return look_nothing();
	below = innermost(g, path, true);
	if (!below || (best && best->path.n > below->path.n && best->uid != below->uid))
		return look_perhaps(g->why, SPAN_NONE);
	l = of_entry(below);
	l.exists = ANSWER_MAYBE;
	l.gid.know = FACT_UNKNOWN;
	l.why = g->why;
	return l;
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
			return look_nothing();
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

struct look replay_look(const struct replay *r, struct str path, size_t upto)
{
	struct look now = of_base(&r->ground, path);
	const struct volume_path *volumes = NULL;
	struct replay inner = *r;

	if (r->depth >= OWNERS_DEPTH_MAX)
		return look_perhaps(STR("it is copied too often to follow"), SPAN_NONE);
	inner.depth++;
	for (size_t i = 0; i < upto; i++) {
		const struct event *e = r->events[i];
		enum answer happens;
		struct look then;

		if (++*r->steps > OWNERS_STEPS_MAX)
			return look_perhaps(
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
			then = look_either(now, then,
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
		copy->path = path_join(r->arena, links->target,
			replay_rest_below(e->path, links->path));
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

struct replay replay_of(const struct view *view, unsigned depth, uint32_t *steps)
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

/* ---- what was looked at before ---- */

enum { CACHE_SLOTS = 64 };

struct owners_cache {
	const struct event *log;
	const struct base_image *base;
	enum answer is_classic;
	bool is_filled;
	struct replay replay;
	uint32_t steps;
	struct cached {
		const struct cached *next;
		struct str path;
		struct look look;
	} * slots[CACHE_SLOTS];
};

struct owners_cache *owners_cache_new(struct arena *a)
{
	return arena_new(a, struct owners_cache);
}

static struct owners_cache *cache_of(const struct view *view)
{
	struct owners_cache *c = view->cache;

	if (!c ||
		(c->is_filled && c->log == view->log && c->base == view->base &&
			c->is_classic == view->is_classic))
		return c;
	*c = (struct owners_cache){.log = view->log,
		.base = view->base,
		.is_classic = view->is_classic,
		.is_filled = true};
	c->replay = replay_of(view, 0, &c->steps);
	return c;
}

/* Every question has its own limit of steps. */
static struct look cached_look(
	struct owners_cache *c, const struct view *view, struct str path)
{
	struct cached **slot = &c->slots[str_hash(path) % CACHE_SLOTS], *entry;

	for (const struct cached *e = *slot; e; e = e->next)
		if (str_eq(e->path, path))
			return e->look;
	c->steps = 0;
	c->replay.view = view;
	c->replay.arena = view->arena;
	c->replay.steps = &c->steps;
	entry = arena_new(view->arena, struct cached);
	*entry = (struct cached){
		*slot, path, replay_look(&c->replay, path, c->replay.n)};
	*slot = entry;
	return entry->look;
}

struct look owners_look(const struct view *view, struct str path)
{
	struct owners_cache *cache = cache_of(view);
	uint32_t steps = 0;
	struct replay r;

	if (cache)
		return cached_look(cache, view, path);
	r = replay_of(view, 0, &steps);
	return replay_look(&r, path, r.n);
}

struct str owners_resolve(const struct view *view, struct str path)
{
	struct str done = STR("/"), rest = path, part;
	unsigned links = 0;
	struct view own = *view;

	if (!own.cache)
		own.cache = owners_cache_new(view->arena);
	while (replay_next_part(&rest, &part)) {
		struct str next = path_join(view->arena, done, part);
		struct look l = owners_look(&own, next);

		if (l.kind != ENTRY_LINK || l.exists != ANSWER_YES || !l.target.n) {
			done = next;
			continue;
		}
		if (++links > OWNERS_LINKS_MAX)
			return STR_NONE;
		rest = path_join(view->arena, path_join(view->arena, done, l.target),
			replay_rest_below(rest, STR("")));
		done = STR("/");
	}
	return done;
}
