#include "base/path.h"
#include "model/owners_replay.h"

/* What an event makes of what was known of a path: made, changed, unseen. */

/* ---- looks ---- */

struct look look_nothing(void)
{
	return (struct look){.exists = ANSWER_NO,
		.uid = {.know = FACT_UNKNOWN},
		.gid = {.know = FACT_UNKNOWN}};
}

struct look look_perhaps(struct str why, struct span span)
{
	struct look l = look_nothing();

	l.exists = ANSWER_MAYBE;
	l.why = why;
	l.made_span = span;
	return l;
}

struct id id_either(struct id a, struct id b)
{
	if (a.know == FACT_SET && b.know == FACT_SET && a.n == b.n)
		return a;
	return (struct id){.know = FACT_UNKNOWN};
}

static struct str either_why(const struct look *a, const struct look *b)
{
	return a->why.n ? a->why : b->why;
}

struct look look_either(struct look a, struct look b, struct str why)
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
	l.uid = id_either(a.uid, b.uid);
	l.gid = id_either(a.gid, b.gid);
	l.mode_known = a.mode_known & b.mode_known & ~(a.mode ^ b.mode);
	l.why = either_why(&a, &b);
	if (!l.why.n)
		l.why = why;
	return l;
}

void look_set_made(struct look *l, const struct event *e)
{
	l->made_by = l->owner_by = l->mode_by = e->by;
	l->made_span = l->owner_span = l->mode_span = e->span;
}

/* ---- made and changed ---- */

/* The folder that holds path has the set-group-ID bit, or may have it. */
static bool hands_group_on(const struct replay *r, struct str path, size_t upto)
{
	struct look folder;

	if (!r->has_setgid || str_eq(path, STR("/")))
		return false;
	folder = replay_look(r, path_dir(path), upto);
	return (folder.mode & folder.mode_known & 02000) ||
		(folder.exists == ANSWER_YES && !(folder.mode_known & 02000) &&
			folder.mode_known);
}

/*
 * Since BuildKit 0.21 (Docker 28.1) the folders that a COPY makes get its --chmod, when it
 * is in digits; before, and in letters, they get 0755. With 0644 nobody but root enters
 * them then (moby/buildkit#5943; fsutil copy.go; 0.23.2 was asked).
 */
static void blur_parent_mode(struct look *l, const struct event *e)
{
	uint32_t mode = 0, known = 0, odd;

	if (e->is_in_run || !e->mode.n || !byte_is_digit(e->mode.p[0]) ||
		!mode_apply(e->mode, 022, true, &mode, &known))
		return;
	odd = (mode ^ 0755) & 0777;
	if (!odd)
		return;
	l->mode_known &= ~odd;
	l->why = STR("since Docker 28.1 the folders that COPY makes get its --chmod, "
		     "before it they got 0755");
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
	if (is_parent)
		blur_parent_mode(&l, e);
	else
		l.mode_known &= ~e->mode_open;
	if (e->is_in_run && hands_group_on(r, path, upto)) {
		l.gid = (struct id){.know = FACT_UNKNOWN};
		l.mode_known &= ~02000u;
		l.why = STR("the folder around it hands its group on");
	}
	look_set_made(&l, e);
	return l;
}

struct look after_made(const struct replay *r, const struct event *e, struct look now,
	struct str path, size_t upto, enum position place)
{
	bool is_parent = place == PLACE_ABOVE;
	struct look fresh;

	if (place == PLACE_BELOW) {
		/* Below what was no folder, or was not there, nothing is. */
		return e->makes == ENTRY_FOLDER || e->only_if_missing ? now
								      : look_nothing();
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
	return look_either(now, fresh, e->why);
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

struct look after_change(const struct event *e, struct look now, enum position place)
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

/* ---- what nobody saw ---- */

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

/*
 * Nearly all that packages bring belongs to who installs them; where services keep their
 * data they give it away.
 */
static bool is_given_away(const struct event *e, struct str path)
{
	return e->is_system_wide &&
		(path_is_under(path, STR("/var")) || path_is_under(path, STR("/run")) ||
			path_is_under(path, STR("/srv")) ||
			path_is_under(path, STR("/tmp")));
}

/* What was made there unseen: it belongs to who made it, and its mode is by the umask. */
static struct look unseen_look(
	const struct replay *r, const struct event *e, struct str path)
{
	struct look l = look_perhaps(e->why, e->span);

	if (e->is_in_run)
		l.why = arena_printf(r->arena, "%.*s on line %u %.*s", STR_ARG(e->by),
			span_start(e->span).line, STR_ARG(e->why));
	if ((e->kind == EVENT_BLUR && !e->keeps) || is_given_away(e, path))
		return l;
	l.uid = e->uid;
	l.gid = e->gid;
	if (!e->is_open && !e->mode_open)
		l.mode_known = e->umask & 022;
	l.made_by = l.owner_by = l.mode_by = e->by;
	l.made_span = l.owner_span = l.mode_span = e->span;
	return l;
}

static bool is_met(const struct event *e, struct str path)
{
	if (str_eq(path, STR("/")) || (e->is_inside && str_eq(path, e->path)))
		return false;
	return path_is_under(path, e->path) ||
		(e->is_system_wide && is_system_place(path));
}

struct look after_cloud(
	const struct replay *r, const struct event *e, struct look now, struct str path)
{
	bool is_there = now.exists == ANSWER_YES;
	struct look unseen;

	if (!is_met(e, path) || (is_there && e->kind == EVENT_CLOUD))
		return now;
	/* Who is not root changes only what is his. */
	if (is_there && e->is_in_run && e->uid.know == FACT_SET && e->uid.n &&
		now.uid.know == FACT_SET && now.uid.n != e->uid.n)
		return now;
	unseen = unseen_look(r, e, path);
	if (is_there && e->keeps) {
		/* A COPY lays things over it, and takes nothing away. */
		unseen.exists = ANSWER_YES;
		unseen.kind = now.kind;
		return look_either(now, unseen, unseen.why);
	}
	if (is_there) {
		unseen.kind = now.kind;
		return unseen;
	}
	return now.exists == ANSWER_NO ? unseen : look_either(now, unseen, unseen.why);
}
