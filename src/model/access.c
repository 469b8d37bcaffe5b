#include "model/access.h"

#include "base/path.h"
#include "model/access_look.h"
#include "model/allow.h"

struct str access_name(enum access_kind kind)
{
	static const struct str names[ACCESS_COUNT] = {[ACCESS_READ] = STR_INIT("read"),
		[ACCESS_WRITE] = STR_INIT("write"),
		[ACCESS_MAKE] = STR_INIT("make"),
		[ACCESS_RUN] = STR_INIT("run")};

	return names[kind];
}

enum { READ = ALLOW_READ, WRITE = ALLOW_WRITE, EXECUTE = ALLOW_EXECUTE };

/* ---- words ---- */

static void add_id(struct buf *b, struct id id)
{
	if (id.know == FACT_SET)
		buf_printf(b, "%u", id.n);
	else
		buf_add(b, STR("?"));
}

static void add_mode(struct buf *b, const struct look *l)
{
	bool has_special = (l->mode & 07000) != 0;

	for (int shift = has_special ? 9 : 6; shift >= 0; shift -= 3)
		if ((l->mode_known >> shift & 7) == 7)
			buf_printf(b, "%u", l->mode >> shift & 7);
		else
			buf_char(b, '?');
}

static bool is_unknown(const struct look *l)
{
	return l->uid.know != FACT_SET && l->gid.know != FACT_SET && !l->mode_known;
}

/* "/app belongs to 0:0 with mode 755, by WORKDIR on line 4" */
static struct str describe(struct arena *a, struct str path, const struct look *l)
{
	struct buf b = {.arena = a};
	bool is_of_mode =
		l->mode_span.file && l->mode_span.offset > l->owner_span.offset;
	struct span span = is_of_mode ? l->mode_span : l->owner_span;
	struct str by = is_of_mode ? l->mode_by : l->owner_by;

	if (is_unknown(l)) {
		buf_printf(&b, "whose %.*s is, is not known", STR_ARG(path));
	} else {
		buf_printf(&b, "%.*s belongs to ", STR_ARG(path));
		add_id(&b, l->uid);
		buf_char(&b, ':');
		add_id(&b, l->gid);
		buf_add(&b, STR(" with mode "));
		add_mode(&b, l);
	}
	if (l->acl)
		buf_add(&b, STR(" and an access list"));
	if (by.n && span.file)
		buf_printf(&b, "%s%.*s on line %u", is_unknown(l) ? " after " : ", by ",
			STR_ARG(by), span_start(span).line);
	else if (!is_unknown(l))
		buf_add(&b, STR(", as the base image has it"));
	return buf_str(&b);
}

static struct access by_look(const struct access_asker *asker, struct str path,
	const struct look *l, uint32_t bit)
{
	enum answer can = allow_bit(asker->workload, &asker->identity, l, bit);
	struct span span = l->mode_span.offset > l->owner_span.offset ? l->mode_span
								      : l->owner_span;
	struct arena *a = asker->view.arena;
	struct str why = describe(a, path, l);

	if (identity_is_root(&asker->identity) == ANSWER_YES && can == ANSWER_YES &&
		allow_passes(asker->workload) == ANSWER_YES)
		why = STR("root passes every permission bit");
	else if (can == ANSWER_MAYBE && l->why.n)
		why = arena_printf(a, "%.*s: %.*s", STR_ARG(why), STR_ARG(l->why));
	return access_answer(can, why, span);
}

/* ---- the walk ---- */

/* Both must hold; what is worse says why. */
static struct access both(struct access a, struct access b)
{
	if (a.can == ANSWER_NO || (a.can == ANSWER_MAYBE && b.can != ANSWER_NO))
		return a;
	return b.can == ANSWER_YES && !b.why.n ? a : b;
}

/* Can it pass through every folder above path? */
static struct access can_reach(const struct access_asker *asker, struct str path)
{
	struct access all = access_answer(ANSWER_YES, STR_NONE, SPAN_NONE);

	while (!str_eq(path, STR("/"))) {
		struct look l;

		path = path_dir(path);
		l = access_look(asker, path);
		if (l.exists == ANSWER_NO)
			continue; /* what is below says that it is missing */
		l.kind = ENTRY_FOLDER;
		all = both(all, by_look(asker, path, &l, EXECUTE));
	}
	return all;
}

static struct access is_there(
	const struct access_asker *asker, struct str path, const struct look *l)
{
	struct arena *a = asker->view.arena;

	if (l->exists == ANSWER_YES)
		return access_answer(ANSWER_YES, STR_NONE, SPAN_NONE);
	if (l->exists == ANSWER_NO)
		return access_answer(ANSWER_NO,
			arena_printf(a, "there is no %.*s", STR_ARG(path)), SPAN_NONE);
	return access_answer(ANSWER_MAYBE,
		arena_printf(a, "%.*s may be there or not: %.*s", STR_ARG(path),
			STR_ARG(l->why)),
		l->made_span);
}

static struct access with_bits(
	const struct access_asker *asker, struct str path, uint32_t bits)
{
	struct look l = access_look(asker, path);
	struct access all = both(can_reach(asker, path), is_there(asker, path, &l));

	if (l.exists == ANSWER_NO)
		return all;
	if (bits & READ)
		all = both(all, by_look(asker, path, &l, READ));
	if (bits & WRITE)
		all = both(all, by_look(asker, path, &l, WRITE));
	if (bits & EXECUTE)
		all = both(all, by_look(asker, path, &l, EXECUTE));
	return bits & WRITE ? both(all, access_change(asker, path)) : all;
}

/* Makes files in the folder that is there. */
static struct access can_fill(
	const struct access_asker *asker, struct str path, const struct look *l)
{
	struct look folder = *l;
	struct access all;

	folder.kind = ENTRY_FOLDER;
	all = both(both(can_reach(asker, path), by_look(asker, path, &folder, EXECUTE)),
		by_look(asker, path, &folder, WRITE));
	if (l->kind == ENTRY_UNKNOWN && all.can == ANSWER_YES)
		all = access_answer(ANSWER_MAYBE,
			arena_printf(asker->view.arena,
				"whether %.*s is a folder is not known", STR_ARG(path)),
			l->made_span);
	return both(all, access_change(asker, path));
}

/* Makes files in path; where it is missing, makes it first. */
static struct access can_make(const struct access_asker *asker, struct str path)
{
	struct look l = access_look(asker, path);
	struct access missing, there;

	if (l.exists == ANSWER_YES && l.kind == ENTRY_FILE)
		return access_answer(ANSWER_NO,
			arena_printf(
				asker->view.arena, "%.*s is a file", STR_ARG(path)),
			l.made_span);
	if (l.exists == ANSWER_YES)
		return can_fill(asker, path, &l);
	if (str_eq(path, STR("/")))
		return is_there(asker, path, &l);
	missing = can_make(asker, path_dir(path));
	if (l.exists == ANSWER_NO)
		return missing;
	there = can_fill(asker, path, &l);
	if (there.can == missing.can)
		return missing;
	return access_answer(ANSWER_MAYBE, is_there(asker, path, &l).why, l.made_span);
}

static struct access can_write(const struct access_asker *asker, struct str path)
{
	struct look l = access_look(asker, path);
	struct access there, fresh;

	if (l.exists == ANSWER_YES)
		return with_bits(asker, path, WRITE);
	fresh = can_make(asker, path_dir(path));
	if (l.exists == ANSWER_NO)
		return fresh;
	there = with_bits(asker, path, WRITE);
	if (there.can != fresh.can)
		there.can = ANSWER_MAYBE;
	return there;
}

struct access access_ask(
	const struct access_asker *asker, struct str path, enum access_kind kind)
{
	struct str real = owners_resolve(&asker->view, path);

	if (!real.n)
		return access_answer(ANSWER_NO,
			arena_printf(asker->view.arena, "the links of %.*s go round",
				STR_ARG(path)),
			SPAN_NONE);
	switch (kind) {
	case ACCESS_READ:
		return with_bits(asker, real, READ);
	case ACCESS_WRITE:
		return can_write(asker, real);
	case ACCESS_MAKE:
		return can_make(asker, real);
	default:
		return with_bits(asker, real, EXECUTE);
	}
}
