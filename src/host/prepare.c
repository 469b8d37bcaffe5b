/*
 * What a project needs of its host: every bind, volume and mount point that who runs
 * has to use is gathered by path, then decided once.
 */
#include "host/prepare.h"

#include <stdlib.h>

#include "base/path.h"
#include "host/place.h"
#include "host/plan.h"

bool host_needs_look(
	const struct host_plan *p, const struct workload *w, struct identity *out)
{
	if (!w->run || !demand_identity(w, out))
		return false;
	if (out->uid.n != 0)
		return true;
	if (p->options.uid) {
		*out = (struct identity){.is_valid = ANSWER_YES,
			.uid = id_of(p->options.uid),
			.gid = id_of(p->options.uid),
			.groups_known = true,
			.home = out->home};
		return true;
	}
	return allow_passes(w) == ANSWER_NO;
}

/* Where the mount begins on the host, clean; empty: nowhere, or not known. */
static struct str source_of(const struct host_plan *p, const struct mount *m)
{
	struct str path = m->path;

	if (m->kind == MOUNT_VOLUME && m->volume)
		path = m->volume->device;
	else if (m->kind != MOUNT_BIND)
		return STR_NONE;
	if (str_starts(path, STR("~/")) && p->facts->home.n)
		return path_join(p->arena, p->facts->home, str_from(path, 2));
	if (!path.n || str_starts(path, STR("~")))
		return STR_NONE;
	return path_join(p->arena, STR("."), path);
}

static bool holds_file(struct host_plan *p, const struct workload *w, struct str path)
{
	struct str file = w->run->file ? w->run->file->path : STR_NONE;

	if (!file.n)
		return false;
	file = path_join(p->arena, STR("."), file);
	return str_eq(path, STR(".")) ? !path_is_absolute(file)
				      : path_is_under(file, path);
}

static struct host_use *use_of(struct host_plan *p, struct str path)
{
	struct host_use *use;

	vec_each (struct host_use, old, &p->uses)
		if (str_eq(old->path, path))
			return old;
	if (p->uses.n == HOST_PLACES_MAX)
		return NULL;
	use = vec_push(p->arena, &p->uses);
	*use = (struct host_use){.path = path, .order = (uint32_t)p->uses.n};
	return use;
}

static void add_need(struct host_plan *p, struct str path, const struct host_need *need)
{
	struct host_use *use = use_of(p, path);

	if (!use)
		return;
	use->is_folder |= need->demand.is_folder;
	use->is_project |= holds_file(p, need->workload, path);
	*vec_push(p->arena, &use->needs) = *need;
}

/*
 * A mount that stands in another one: the engine makes the way to it in the other's
 * source, as root, and what else the program wants to put there fails.
 */
static void gather_mount_points(
	struct host_plan *p, const struct host_need *outer, struct str source)
{
	const struct mount *m = outer->mount;

	vec_each (const struct mount, inner, &outer->workload->run->mounts) {
		struct str path;

		if (inner == m || !m->at.n || inner->at.n <= m->at.n ||
			!path_is_under(inner->at, m->at))
			continue;
		for (path = path_dir(inner->at); path.n > m->at.n;
			path = path_dir(path)) {
			struct host_need need = *outer;

			need.demand = (struct demand){
				.is_folder = true, .bits = outer->demand.bits};
			add_need(p,
				path_join(p->arena, source,
					str_from(path,
						m->at.n + !str_eq(m->at, STR("/")))),
				&need);
		}
	}
}

static void gather_mount(struct host_plan *p, struct host_need *need)
{
	struct mount here = *need->mount;
	struct str source = source_of(p, need->mount);
	bool is_seen;

	if (!source.n)
		return;
	here.path = source;
	here.kind = MOUNT_BIND;
	here.host = host_look(p, source, &is_seen);
	need->demand = demand_of(p->arena, need->workload, &need->inside, &here);
	if (need->demand.bits)
		add_need(p, source, need);
	if (need->demand.is_folder)
		gather_mount_points(p, need, source);
}

static bool has_bind(const struct host_plan *p, const struct workload *w)
{
	vec_each (const struct mount, m, &w->run->mounts)
		if (m->origin == MOUNT_WRITTEN && source_of(p, m).n)
			return true;
	return false;
}

/* Why nothing can be said of a workload's mounts. */
static void say_unknown(
	struct host_plan *p, const struct workload *w, const char *fmt, struct str why)
{
	if (has_bind(p, w))
		host_note(
			p, STR_NONE, w->anchor, fmt, STR_ARG(host_who(w)), STR_ARG(why))
			->workloads = host_who(w);
}

static void gather(struct host_plan *p, const struct workload *w)
{
	struct host_need need = {.workload = w};
	struct str why = STR_NONE;

	if (!w->run || w->launch.runs_as == RUNS_NOT_AT_ALL)
		return;
	if (!demand_identity(w, &need.inside)) {
		say_unknown(p, w,
			"Who `%.*s` runs as is not known, and so what its mounts need: "
			"%.*s.",
			w->launch.why.n ? w->launch.why
					: STR("its user is not said by number"));
		return;
	}
	if (!host_needs_look(p, w, &need.inside))
		return;
	if (host_engine_of(p, w) == HOST_ENGINE_DESKTOP) {
		say_unknown(p, w,
			"What `%.*s` mounts needs no other owner: %.*s, and it shows files "
			"of this machine to every user of a container as their own.",
			p->facts->why);
		return;
	}
	if (!host_identity(p, w, &need.inside, &need.identity, &why)) {
		say_unknown(p, w,
			"Which ids of this machine `%.*s` has is not known: %.*s.",
			why);
		return;
	}
	vec_each (const struct mount, m, &w->run->mounts) {
		need.mount = m;
		gather_mount(p, &need);
	}
}

/* ---- SELinux ---- */

static bool is_enforcing(struct host_plan *p)
{
	const struct file *file;
	struct err e = {0};

	return world_read(p->world, STR("/sys/fs/selinux/enforce"), &file, &e) == 0 &&
		str_starts(file->bytes, STR("1"));
}

static bool has_container_label(struct host_plan *p, struct str path)
{
	struct str label = STR_NONE;

	return world_xattr(p->world, path, STR("security.selinux"), &label) &&
		(str_find_str(label, STR(":container_file_t")) < label.n ||
			str_find_str(label, STR(":container_ro_file_t")) < label.n);
}

static bool is_unlabeled_run(const struct run *run)
{
	const struct security_option *o = run_security(run, SECURITY_LABEL);

	return (o && str_eq(o->text, STR("disable"))) ||
		run_flag(run, RUN_PRIVILEGED) != ANSWER_NO;
}

static void label_steps(struct host_plan *p, const struct host_use *use)
{
	const struct host_need *need = &use->needs.at[0];
	struct host_step *step;

	if (need->mount->relabel || is_unlabeled_run(need->workload->run) ||
		host_place_kept(&p->accounts, p->facts->home, use->path) ||
		has_container_label(p, use->path))
		return;
	step = vec_push(p->arena, &p->notes);
	*step = (struct host_step){.kind = HOST_LABEL,
		.path = use->path,
		.why = arena_printf(p->arena,
			"SELinux is on here, and `%.*s` has no label of a container: "
			"mount it with `:z`%s.",
			STR_ARG(use->path),
			use->needs.n == 1 ? " (or `:Z`, where no other container "
					    "uses it)"
					  : ""),
		.workloads = host_whos(p, &use->needs),
		.span = need->mount->span};
}

/* ---- all of it ---- */

static int compare_uses(const void *left, const void *right)
{
	const struct host_use *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

/* Groups in front of the users that are in them. */
static void add_names(struct host_plan *p, enum host_step_kind kind)
{
	vec_each (const struct host_step, step, &p->names)
		if (step->kind == kind)
			*vec_push(p->arena, &p->steps) = *step;
}

static struct host_steps finish(struct host_plan *p)
{
	struct host_steps places = p->steps;

	p->steps = (struct host_steps){0};
	add_names(p, HOST_GROUP);
	add_names(p, HOST_USER);
	vec_each (const struct host_step, step, &places)
		*vec_push(p->arena, &p->steps) = *step;
	vec_each (const struct host_step, note, &p->notes)
		*vec_push(p->arena, &p->steps) = *note;
	return p->steps;
}

struct host_steps host_prepare_as(struct arena *a, struct world *world,
	const struct project *project, const struct host_facts *facts,
	const struct host_options *options)
{
	struct host_plan p = {.arena = a,
		.world = world,
		.project = project,
		.facts = facts,
		.options = *options,
		.accounts = host_accounts_read(a, world)};
	bool has_selinux = is_enforcing(&p);

	vec_each (struct workload *, w, &project->workloads)
		gather(&p, *w);
	if (p.uses.n)
		qsort(p.uses.at, p.uses.n, sizeof(*p.uses.at), compare_uses);
	vec_each (struct host_use, use, &p.uses) {
		host_place_steps(&p, use);
		if (has_selinux)
			label_steps(&p, use);
	}
	vec_each (struct volume *, volume, &project->volumes)
		host_volume_steps(&p, *volume);
	return finish(&p);
}

struct host_steps host_prepare(struct arena *a, struct world *world,
	const struct project *project, const struct host_facts *facts)
{
	static const struct host_options none;

	return host_prepare_as(a, world, project, facts, &none);
}
