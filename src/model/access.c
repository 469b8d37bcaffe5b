#include "model/access.h"

#include "base/path.h"
#include "model/allow.h"
#include "model/host_file.h"

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

/* "/app belongs to 0:0 with mode 755, made by WORKDIR on line 4" */
static struct str describe(struct arena *a, struct str path, const struct look *l)
{
	struct buf b = {.arena = a};
	bool is_of_mode =
		l->mode_span.file && l->mode_span.offset > l->owner_span.offset;
	struct span span = is_of_mode ? l->mode_span : l->owner_span;
	struct str by = is_of_mode ? l->mode_by : l->owner_by;

	buf_printf(&b, "%.*s belongs to ", STR_ARG(path));
	add_id(&b, l->uid);
	buf_char(&b, ':');
	add_id(&b, l->gid);
	buf_add(&b, STR(" with mode "));
	add_mode(&b, l);
	if (l->acl)
		buf_add(&b, STR(" and an access list"));
	if (by.n && span.file)
		buf_printf(
			&b, ", by %.*s on line %u", STR_ARG(by), span_start(span).line);
	else
		buf_add(&b, STR(", as the base image has it"));
	return buf_str(&b);
}

static struct access answered(enum answer can, struct str why, struct span span)
{
	return (struct access){can, why, span};
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
	return answered(can, why, span);
}

/* ---- mounts ---- */

/* The innermost mount that path lies in, or NULL. */
static const struct mount *mount_of(const struct workload *w, struct str path)
{
	const struct mount *best = NULL;

	if (!w->run)
		return NULL;
	vec_each (const struct mount, m, &w->run->mounts)
		if (m->at.n && path_is_under(path, m->at) &&
			(!best || m->at.n >= best->at.n))
			best = m;
	return best;
}

static bool has_unknown_mount(const struct workload *w)
{
	if (!w->run)
		return false;
	vec_each (const struct mount, m, &w->run->mounts)
		if (!m->at.n)
			return true;
	return false;
}

static struct look engine_folder(uint32_t mode, const struct mount *m, struct str by)
{
	return (struct look){.exists = ANSWER_YES,
		.kind = ENTRY_FOLDER,
		.uid = id_of(0),
		.gid = id_of(0),
		.mode = mode,
		.mode_known = 07777,
		.made_by = by,
		.owner_by = by,
		.mode_by = by,
		.made_span = m->span,
		.owner_span = m->span,
		.mode_span = m->span};
}

static struct look unseen_mount(const struct mount *m, const char *why)
{
	struct look l = engine_folder(0, m, STR("the mount"));

	l.exists = ANSWER_MAYBE;
	l.kind = ENTRY_UNKNOWN;
	l.uid = l.gid = (struct id){.know = FACT_UNKNOWN};
	l.mode_known = 0;
	l.why = str_c(why);
	return l;
}

/* What a file of the host is in the container. */
static struct look of_host(const struct host_file *host, const struct mount *m)
{
	struct look l = allow_look(host);

	l.made_by = l.owner_by = l.mode_by = STR("the host");
	l.made_span = l.owner_span = l.mode_span = m->span;
	return l;
}

/* Below a bind whose beginning was looked at; where it was not, nobody looks. */
static struct look below_bind(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	const struct view *v = &asker->view;
	struct str rest = str_from(path, m->at.n > 1 ? m->at.n + 1 : 1);
	struct host_file file = host_file_unseen;
	struct look l = unseen_mount(m, "what the host has below it was not looked at");

	if (v->world && m->host.is_there == ANSWER_YES)
		file = host_file_look(
			v->arena, v->world, path_join(v->arena, m->path, rest));
	if (file.is_there == ANSWER_YES)
		return of_host(&file, m);
	if (file.is_there == ANSWER_NO || m->host.is_there == ANSWER_NO)
		l.exists = ANSWER_NO;
	return l;
}

static struct look bind_look(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	if (!str_eq(path, m->at))
		return below_bind(asker, m, path);
	if (m->host.is_there == ANSWER_NO && m->creates_source == ANSWER_YES)
		return engine_folder(0755, m, STR("the engine"));
	if (m->host.is_there != ANSWER_YES)
		return unseen_mount(m, "what the host has there is not known");
	return of_host(&m->host, m);
}

static struct look mounted_look(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	struct look l;

	switch (m->kind) {
	case MOUNT_BIND:
		return bind_look(asker, m, path);
	case MOUNT_TMPFS:
		if (m->options.n)
			return unseen_mount(m, "its options may say whose it is");
		if (str_eq(path, m->at))
			return engine_folder(01777, m, STR("tmpfs"));
		l = unseen_mount(m, "");
		l.exists = ANSWER_NO;
		return l;
	case MOUNT_VOLUME:
		/* A fresh one takes over the folder of the image. */
		if (m->volume && (m->volume->options.n || m->volume->is_external))
			return unseen_mount(
				m, "the volume's owner is not written here");
		l = owners_look(&asker->view, path);
		if (l.exists == ANSWER_NO && str_eq(path, m->at))
			return engine_folder(0755, m, STR("the engine"));
		if (m->has_no_copy && str_eq(path, m->at))
			return engine_folder(0755, m, STR("the engine"));
		if (m->has_no_copy)
			return unseen_mount(m, "the volume does not copy the image");
		return l;
	default:
		return unseen_mount(m, "what is mounted there cannot be seen");
	}
}

/* What the engine itself puts there when a container starts. */
static bool is_of_engine(struct str path)
{
	static const struct str places[] = {STR_INIT("/proc"), STR_INIT("/sys"),
		STR_INIT("/dev"), STR_INIT("/etc/hosts"), STR_INIT("/etc/hostname"),
		STR_INIT("/etc/resolv.conf"), STR_INIT("/.dockerenv")};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_is_under(path, places[i]))
			return true;
	return false;
}

static struct look look_of(const struct access_asker *asker, struct str path)
{
	const struct mount *m = mount_of(asker->workload, path);
	struct look l;

	if (m)
		return mounted_look(asker, m, path);
	l = owners_look(&asker->view, path);
	if (is_of_engine(path) || has_unknown_mount(asker->workload)) {
		l.exists = ANSWER_MAYBE;
		l.mode_known = 0;
		l.why = STR("the engine puts something there when it starts");
	}
	if (l.exists == ANSWER_NO && asker->workload->run)
		vec_each (const struct mount, mount, &asker->workload->run->mounts)
			if (path_is_under(mount->at, path))
				return engine_folder(0755, mount, STR("the engine"));
	return l;
}

static struct access can_change(const struct access_asker *asker, struct str path)
{
	const struct mount *m = mount_of(asker->workload, path);
	enum answer read_only;

	if (m && m->is_read_only != ANSWER_NO)
		return answered(answer_not(m->is_read_only),
			arena_printf(asker->view.arena,
				"the mount at %.*s %s read-only", STR_ARG(m->at),
				m->is_read_only == ANSWER_YES ? "is" : "may be"),
			m->span);
	if (m || !asker->workload->run || is_of_engine(path))
		return answered(ANSWER_YES, STR_NONE, SPAN_NONE);
	read_only = run_flag(asker->workload->run, RUN_READ_ONLY);
	return answered(answer_not(read_only),
		read_only == ANSWER_YES
			? STR("the container's root file system is read-only")
			: STR("the container's root file system may be read-only"),
		asker->workload->run->settings[RUN_READ_ONLY]->span);
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
	struct access all = answered(ANSWER_YES, STR_NONE, SPAN_NONE);

	while (!str_eq(path, STR("/"))) {
		struct look l;

		path = path_dir(path);
		l = look_of(asker, path);
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
		return answered(ANSWER_YES, STR_NONE, SPAN_NONE);
	if (l->exists == ANSWER_NO)
		return answered(ANSWER_NO,
			arena_printf(a, "there is no %.*s", STR_ARG(path)), SPAN_NONE);
	return answered(ANSWER_MAYBE,
		arena_printf(a, "%.*s may be there or not: %.*s", STR_ARG(path),
			STR_ARG(l->why)),
		l->made_span);
}

static struct access with_bits(
	const struct access_asker *asker, struct str path, uint32_t bits)
{
	struct look l = look_of(asker, path);
	struct access all = both(can_reach(asker, path), is_there(asker, path, &l));

	if (l.exists == ANSWER_NO)
		return all;
	if (bits & READ)
		all = both(all, by_look(asker, path, &l, READ));
	if (bits & WRITE)
		all = both(all, by_look(asker, path, &l, WRITE));
	if (bits & EXECUTE)
		all = both(all, by_look(asker, path, &l, EXECUTE));
	return bits & WRITE ? both(all, can_change(asker, path)) : all;
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
		all = answered(ANSWER_MAYBE,
			arena_printf(asker->view.arena,
				"whether %.*s is a folder is not known", STR_ARG(path)),
			l->made_span);
	return both(all, can_change(asker, path));
}

/* Makes files in path; where it is missing, makes it first. */
static struct access can_make(const struct access_asker *asker, struct str path)
{
	struct look l = look_of(asker, path);
	struct access missing, there;

	if (l.exists == ANSWER_YES && l.kind == ENTRY_FILE)
		return answered(ANSWER_NO,
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
	return answered(ANSWER_MAYBE, is_there(asker, path, &l).why, l.made_span);
}

static struct access can_write(const struct access_asker *asker, struct str path)
{
	struct look l = look_of(asker, path);
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
		return answered(ANSWER_NO,
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
