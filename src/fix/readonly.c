/*
 * The image's files stay as they were built: read_only, and memory for what is written.
 */
#include "base/buf.h"
#include "base/path.h"
#include "fix/makers.h"
#include "fix/run.h"
#include "know/asker.h"
#include "model/writes.h"
#include "rule/need.h"

struct readonly {
	struct fixing *f;
	struct fix_part *part;
	const struct workload *w;
	const struct identity *identity; /* whoever writes in the end */
	struct strs tmpfs;
	bool is_recognised; /* the tables know what starts */
	bool is_unclear; /* a write goes nobody knows where, or state would be lost */
};

static bool is_mounted(const struct readonly *r, struct str path)
{
	vec_each (const struct mount, m, &r->w->run->mounts)
		if (m->at.n && path_is_under(path, m->at))
			return true;
	return false;
}

/* The one that holds both, where one lies in the other. */
static void add_place(struct readonly *r, struct str path)
{
	vec_each (struct str, old, &r->tmpfs) {
		if (path_is_under(path, *old))
			return;
		if (path_is_under(*old, path)) {
			*old = path;
			return;
		}
	}
	*vec_push(r->f->arena, &r->tmpfs) = path;
}

/* What may lie in memory: caches, pids, scratch. State and the code itself may not. */
static bool is_passing(const struct write *write, struct str path)
{
	static const struct str folders[] = {STR_INIT("/run"), STR_INIT("/tmp"),
		STR_INIT("/var/cache"), STR_INIT("/var/log"), STR_INIT("/var/run"),
		STR_INIT("/var/tmp")};

	if (write->base == WRITE_IN_TMP || write->base == WRITE_IN_HOME)
		return true;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (path_is_under(path, folders[i]))
			return true;
	return write->how == WRITE_BY_LIBRARY && write->is_folder &&
		write->base != WRITE_IN_CWD;
}

/* Downloads that the build brought along: memory would hide them, and they grow. */
static bool is_brought(
	const struct readonly *r, const struct write *write, struct str at)
{
	if (!write->is_data)
		return false;
	for (const struct event *e = r->w->stage->end->owners; e; e = e->older)
		if ((e->kind == EVENT_PUT || e->kind == EVENT_COPIED) &&
			e->path.n > 1 &&
			(path_is_under(e->path, at) || path_is_under(at, e->path)))
			return true;
	return false;
}

static void need(struct readonly *r, const struct forecast *fc)
{
	const struct write *write = fc->write;
	struct str folder = write->is_folder ? fc->path : path_dir(fc->path);

	r->is_recognised |= write->happens == ANSWER_YES;
	/* People install packages in a notebook, and save beside it. */
	r->is_unclear |= str_eq(write->rule, STR("runtime-jupyter"));
	if (write->happens == ANSWER_NO || (fc->path.n && is_mounted(r, fc->path)) ||
		str_eq(write->rule, STR("cache-python-bytecode")) ||
		(fc->fails == ANSWER_YES && write->failure != WRITE_FAILS))
		return;
	if (!fc->path.n || str_eq(folder, STR("/"))) {
		r->is_unclear |= write->failure == WRITE_FAILS;
		return;
	}
	if (is_brought(r, write, folder))
		r->is_unclear = true;
	else if (is_passing(write, fc->path))
		add_place(r, folder);
	else
		r->is_unclear |= write->failure == WRITE_FAILS;
}

/* Did the build put something of its own there? Memory would hide it. */
static bool holds_program(const struct readonly *r, struct str folder)
{
	struct str workdir;

	if (fact_str(r->f->arena, r->w->workdir, &workdir) &&
		path_is_under(workdir, folder))
		return true;
	for (const struct event *e = r->w->stage->end->owners; e; e = e->older)
		if ((e->kind == EVENT_PUT || e->kind == EVENT_COPIED) &&
			path_is_under(e->path, folder))
			return true;
	return false;
}

/* A home that nobody can write is a finding of its own. */
static void need_home(struct readonly *r)
{
	struct str home = identity_home(r->f->arena, r->w, r->identity);

	if (home.n > 1 && path_is_absolute(home) && !is_mounted(r, home) &&
		!holds_program(r, home))
		add_place(r, home);
}

/* As the engine mounts it: /tmp for everybody, all else for who runs. */
static struct str tmpfs_of(const struct readonly *r, struct str path)
{
	struct arena *a = r->f->arena;

	if (str_eq(path, STR("/tmp")) || str_eq(path, STR("/var/tmp")))
		return path;
	return arena_printf(a, "%.*s:uid=%u,gid=%u,mode=0750", STR_ARG(path),
		r->identity->uid.n, r->identity->gid.n);
}

/* Is all of what it writes known? A build that can be seen, an ordinary user. */
static bool is_known(const struct workload *w)
{
	return w->run && w->stage && w->writes && !w->run->is_only_made &&
		w->launch.runs_as == RUNS_AS_USER &&
		w->launch.identity.uid.know == FACT_SET &&
		w->launch.identity.gid.know == FACT_SET &&
		run_says(w->run, RUN_READ_ONLY) == ANSWER_NO &&
		run_flag(w->run, RUN_PRIVILEGED) != ANSWER_YES;
}

bool fix_readonly(struct fixing *f, struct fix_part *part)
{
	struct readonly r = {.f = f,
		.part = part,
		.w = f->workload,
		.identity = &f->workload->launch.identity};
	struct access_asker asker;
	struct forecasts list;
	struct audit audit;

	if (!is_known(f->workload))
		return false;
	asker = know_asker(f->arena, f->world, r.w, *r.identity);
	list = forecast(&asker);
	if (!is_mounted(&r, STR("/tmp")))
		add_place(&r, STR("/tmp"));
	need_home(&r);
	vec_each (const struct forecast, fc, &list)
		need(&r, fc);
	if (r.is_unclear || !r.is_recognised)
		return false;
	run_set(f, part, "read_only", STR("true"), SPAN_NONE);
	vec_each (const struct str, path, &r.tmpfs)
		run_add(f, part, "tmpfs", tmpfs_of(&r, *path));
	part->title = STR("Keep its image read-only");
	part->why =
		STR("Whoever breaks in cannot change the program. What it is known to "
		    "write lies in memory, and is gone after each start.");
	part->class = FIX_CHANGES_RUN;
	run_cures(f, part, "rootfs-writable");
	audit = run_audit(f);
	if (need_says_read_only(&audit))
		fix_helps(f, part, STR("grant-exceeds-needs"));
	run_claim(f, part, "setting/read_only");
	run_claim(f, part, "mount/*");
	return true;
}
