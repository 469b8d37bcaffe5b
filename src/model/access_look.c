#include "model/access_look.h"

#include "base/path.h"
#include "model/allow.h"
#include "model/host_file.h"

/* ---- which mount ---- */

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

static struct look absent(void)
{
	return (struct look){.exists = ANSWER_NO,
		.uid = {.know = FACT_UNKNOWN},
		.gid = {.know = FACT_UNKNOWN}};
}

/* ---- binds ---- */

enum { SUBORDINATE_FIRST = 100000 }; /* SUB_UID_MIN of login.defs(5) */

/*
 * Podman runs without root more often than not, and then shows the files of the host
 * under other numbers (podman-run(1), --userns), also where it is told "host". Only with
 * keep-id those of people keep theirs; the range of whoever starts it is shifted.
 */
static void map_ids(const struct workload *w, struct look *l)
{
	struct str mode = STR_NONE;

	if (!str_eq(w->run->engine, STR("podman")))
		return;
	l->is_unmapped_perhaps = true;
	(void)run_text(NULL, w->run, RUN_USERNS, &mode);
	if (str_eq(mode, STR("keep-id")) && l->uid.n < SUBORDINATE_FIRST &&
		l->gid.n < SUBORDINATE_FIRST)
		return;
	l->uid = l->gid = (struct id){.know = FACT_UNKNOWN};
	l->why = STR("without root podman shows the host's files under other numbers");
}

/* What the host has below the source of a bind, where the source was looked at. */
static struct host_file look_below(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	const struct view *v = &asker->view;
	struct str rest = str_from(path, m->at.n > 1 ? m->at.n + 1 : 1);

	if (!v->world || m->host.is_there != ANSWER_YES)
		return host_file_unseen;
	return host_file_look(v->arena, v->world, path_join(v->arena, m->path, rest));
}

static struct look bind_look(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	struct host_file host = m->host;
	struct look l;

	if (m->host.is_there == ANSWER_NO && m->creates_source == ANSWER_YES)
		return str_eq(path, m->at) ? engine_folder(0755, m, STR("the engine"))
					   : absent();
	if (!str_eq(path, m->at))
		host = look_below(asker, m, path);
	if (host.is_there == ANSWER_NO && !str_eq(path, m->at))
		return absent();
	if (host.is_there != ANSWER_YES)
		return unseen_mount(m, "what the host has there is not known");
	l = allow_look(&host);
	l.made_by = l.owner_by = l.mode_by = STR("the host");
	l.made_span = l.owner_span = l.mode_span = m->span;
	map_ids(asker->workload, &l);
	return l;
}

/* ---- tmpfs ---- */

/*
 * uid=, gid=, mode= of tmpfs(5). Without a mode it has the one of the image's folder that
 * it covers, else 1777; with one, versions of runc differ in which of the two it has
 * (rootfs_linux.go; 1.1.5 takes the folder's).
 */
static struct look tmpfs_look(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	struct look l = engine_folder(01777, m, STR("tmpfs"));
	struct str_fields options = {.rest = m->options};
	struct look covered;
	struct str option;
	bool has_mode = false;

	if (!str_eq(path, m->at))
		return absent();
	while (str_next_field(&options, ',', &option)) {
		struct str value = str_from(option, str_find(option, '=') + 1);
		struct str name = str_sub(option, 0, str_find(option, '='));

		if (str_eq(name, STR("uid")) && !str_to_u32(value, &l.uid.n))
			l.uid.know = FACT_UNKNOWN;
		if (str_eq(name, STR("gid")) && !str_to_u32(value, &l.gid.n))
			l.gid.know = FACT_UNKNOWN;
		if (!str_eq(name, STR("mode")))
			continue;
		has_mode = true;
		if (!value.n || !byte_is_digit(value.p[0]) ||
			!mode_apply(value, 0, false, &l.mode, &l.mode_known))
			l.mode_known = 0;
	}
	covered = owners_look(&asker->view, path);
	if (has_mode) {
		if (covered.exists != ANSWER_NO)
			l.mode_known &= covered.mode_known & ~(l.mode ^ covered.mode);
		l.why = STR(
			"versions of the engine differ in whether its mode or the one "
			"of the image's folder holds");
	} else if (covered.exists == ANSWER_YES) {
		l.mode = covered.mode;
		l.mode_known = covered.mode_known;
		l.why = covered.why;
	} else if (covered.exists == ANSWER_MAYBE) {
		l.mode_known = 0;
		l.why = STR(
			"it takes over the mode of a folder of the image, where there "
			"is one");
	}
	return l;
}

/* ---- volumes ---- */

static bool is_alike(const struct look *a, const struct look *b)
{
	return a->exists == b->exists && a->mode == b->mode &&
		a->mode_known == b->mode_known && a->uid.know == b->uid.know &&
		a->gid.know == b->gid.know && a->uid.n == b->uid.n &&
		a->gid.n == b->gid.n;
}

/* The first service that starts fills a volume; another one's folder may differ. */
static bool is_filled_alike(const struct access_asker *asker, const struct mount *m,
	struct str rest, const struct look *own)
{
	vec_each (const struct volume_use, use, &m->volume->uses) {
		struct view view = asker->view;
		struct look other;

		if (use->workload == asker->workload || !use->mount->at.n)
			continue;
		view.log =
			use->workload->stage ? use->workload->stage->end->owners : NULL;
		view.base = use->workload->base;
		view.cache = NULL;
		other = owners_look(&view, path_join(view.arena, use->mount->at, rest));
		if (!is_alike(own, &other))
			return false;
	}
	return true;
}

/* A fresh one takes over owner, mode and content of the image's folder. */
static struct look volume_look(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	bool is_top = str_eq(path, m->at);
	struct str rest = str_from(path, m->at.n);
	struct look l;

	while (str_starts(rest, STR("/")))
		rest = str_from(rest, 1);
	if (m->volume && (m->volume->options.n || m->volume->is_external))
		return unseen_mount(m, "the volume's owner is not written here");
	if (m->has_no_copy)
		return is_top ? engine_folder(0755, m, STR("the engine")) : absent();
	l = owners_look(&asker->view, path);
	if (m->volume && m->volume->uses.n > 1 && !is_filled_alike(asker, m, rest, &l))
		return unseen_mount(
			m, "another service shares the volume and may fill it first");
	if (l.exists == ANSWER_NO && is_top)
		return engine_folder(0755, m, STR("the engine"));
	return l;
}

static struct look mounted_look(
	const struct access_asker *asker, const struct mount *m, struct str path)
{
	switch (m->kind) {
	case MOUNT_BIND:
		return bind_look(asker, m, path);
	case MOUNT_TMPFS:
		return tmpfs_look(asker, m, path);
	case MOUNT_VOLUME:
		return volume_look(asker, m, path);
	default:
		return unseen_mount(m, "what is mounted there cannot be seen");
	}
}

/* ---- what the engine brings ---- */

/*
 * As docker and podman set them up (moby oci/defaults.go, daemon/container_operations
 * for the files of /etc). What is below a folder of this table is unknown.
 */
static const struct engine_place {
	struct str path;
	enum entry_kind kind;
	uint32_t mode;
	bool is_mount; /* stays as it is where the root file system is read-only */
} places[] = {
	{STR_INIT("/dev"), ENTRY_FOLDER, 0755, true},
	{STR_INIT("/dev/shm"), ENTRY_FOLDER, 01777, true},
	{STR_INIT("/dev/mqueue"), ENTRY_FOLDER, 01777, true},
	{STR_INIT("/dev/null"), ENTRY_FILE, 0666, true},
	{STR_INIT("/dev/zero"), ENTRY_FILE, 0666, true},
	{STR_INIT("/dev/full"), ENTRY_FILE, 0666, true},
	{STR_INIT("/dev/random"), ENTRY_FILE, 0666, true},
	{STR_INIT("/dev/urandom"), ENTRY_FILE, 0666, true},
	{STR_INIT("/proc"), ENTRY_FOLDER, 0555, true},
	{STR_INIT("/sys"), ENTRY_FOLDER, 0555, true},
	{STR_INIT("/etc/hosts"), ENTRY_FILE, 0644, false},
	{STR_INIT("/etc/hostname"), ENTRY_FILE, 0644, false},
	{STR_INIT("/etc/resolv.conf"), ENTRY_FILE, 0644, false},
};

/* The innermost place that path lies in, or NULL. */
static const struct engine_place *place_of(struct str path)
{
	const struct engine_place *best = NULL;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (path_is_under(path, places[i].path) &&
			(!best || places[i].path.n > best->path.n))
			best = &places[i];
	return best;
}

static struct look placed_look(const struct engine_place *place, struct str path)
{
	struct look l = {.exists = ANSWER_YES,
		.kind = place->kind,
		.uid = id_of(0),
		.gid = id_of(0),
		.mode = place->mode,
		.mode_known = 07777};

	if (str_eq(path, place->path))
		return l;
	if (place->mode & 01000)
		return absent(); /* an empty tmpfs */
	l = absent();
	l.exists = ANSWER_MAYBE;
	l.why = STR("the engine puts something there when it starts");
	return l;
}

struct look access_look(const struct access_asker *asker, struct str path)
{
	const struct mount *m = mount_of(asker->workload, path);
	const struct engine_place *place = place_of(path);
	struct look l;

	if (m && (!place || place->path.n <= m->at.n))
		return mounted_look(asker, m, path);
	if (place)
		return placed_look(place, path);
	l = owners_look(&asker->view, path);
	if (has_unknown_mount(asker->workload)) {
		l.exists = ANSWER_MAYBE;
		l.mode_known = 0;
		l.why = STR("a mount whose path is not known may lie over it");
	}
	if (l.exists == ANSWER_NO && asker->workload->run)
		vec_each (const struct mount, mount, &asker->workload->run->mounts)
			if (path_is_under(mount->at, path))
				return engine_folder(0755, mount, STR("the engine"));
	return l;
}

/* ---- read-only ---- */

/* podman's --read-only leaves these writable unless --read-only-tmpfs=false is said. */
static bool is_spared_by_podman(const struct run *run, struct str path)
{
	return str_eq(run->engine, STR("podman")) &&
		(path_is_under(path, STR("/tmp")) || path_is_under(path, STR("/run")) ||
			path_is_under(path, STR("/var/tmp")));
}

struct access access_change(const struct access_asker *asker, struct str path)
{
	const struct run *run = asker->workload->run;
	const struct mount *m = mount_of(asker->workload, path);
	const struct engine_place *place = place_of(path);
	enum answer read_only;

	if (m && m->is_read_only != ANSWER_NO)
		return access_answer(answer_not(m->is_read_only),
			arena_printf(asker->view.arena,
				"the mount at %.*s %s read-only", STR_ARG(m->at),
				m->is_read_only == ANSWER_YES ? "is" : "may be"),
			m->span);
	if (m || !run || (place && place->is_mount))
		return access_answer(ANSWER_YES, STR_NONE, SPAN_NONE);
	read_only = run_flag(run, RUN_READ_ONLY);
	if (read_only == ANSWER_YES && is_spared_by_podman(run, path))
		read_only = ANSWER_MAYBE;
	if (read_only == ANSWER_NO)
		return access_answer(ANSWER_YES, STR_NONE, SPAN_NONE);
	return access_answer(answer_not(read_only),
		read_only == ANSWER_YES
			? STR("the container's root file system is read-only")
			: STR("the container's root file system may be read-only"),
		run->settings[RUN_READ_ONLY]->span);
}
