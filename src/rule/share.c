/*
 * What containers of a project share: volumes and folders, and the default network.
 */
#include "rule/reach.h"

#include <stdlib.h>

#include "base/path.h"

#include "rule/checks.h"

/* One workload's use of something that others use too. */
struct share {
	const struct workload *workload;
	const struct mount *mount;
	struct str path; /* of a bind, clean; empty for a volume */
	uint32_t uid, gid;
	bool has_gid;
	uint32_t order; /* as they stand in the project */
};

VEC_TYPE(struct share, shares);

static bool share_of(const struct workload *w, const struct mount *m, struct share *out)
{
	*out = (struct share){.workload = w, .mount = m};
	out->has_gid = reach_gid(w, &out->gid);
	return reach_uid(w, &out->uid);
}

/* Why two uids on the same files do not go together. */
static bool is_conflict(const struct share *a, const struct share *b)
{
	bool a_writes = a->mount->is_read_only == ANSWER_NO;
	bool b_writes = b->mount->is_read_only == ANSWER_NO;

	if (a->uid == b->uid || (!a_writes && !b_writes))
		return false;
	/* Root reads what it likes; only what it writes gets in the way of others. */
	if (!a->uid)
		return a_writes;
	if (!b->uid)
		return b_writes;
	return true;
}

/* Both write, and the group is not the same: the second one fails for sure. */
static enum severity weigh(const struct share *a, const struct share *b)
{
	if (a->mount->is_read_only != ANSWER_NO || b->mount->is_read_only != ANSWER_NO)
		return SEVERITY_LOW;
	return SEVERITY_HIGH;
}

static bool shares_group(const struct share *a, const struct share *b)
{
	return a->has_gid && b->has_gid && a->gid && a->gid == b->gid;
}

/* The pair that goes together worst; false when all of them do. */
static bool worst_pair(const struct share *list, size_t n, const struct share **first,
	const struct share **second)
{
	enum { NEIGHBOURS_MAX = 64 }; /* a thousand services on a volume are a test */
	enum severity worst = SEVERITY_INFO;

	for (size_t i = 0; i < n && i < NEIGHBOURS_MAX; i++)
		for (size_t j = i + 1; j < n && j < NEIGHBOURS_MAX; j++) {
			if (!is_conflict(&list[i], &list[j]) ||
				weigh(&list[i], &list[j]) <= worst)
				continue;
			worst = weigh(&list[i], &list[j]);
			*first = &list[i];
			*second = &list[j];
		}
	return worst != SEVERITY_INFO;
}

static struct str uid_words(struct audit *audit, uint32_t uid)
{
	return uid ? arena_printf(audit->arena, "as user %u", uid) : STR("as root");
}

static struct span share_span(const struct share *s)
{
	return s->mount->source_span.length ? s->mount->source_span : s->mount->span;
}

static void say_consequence(struct audit *audit, struct finding *f,
	const struct share *a, const struct share *b)
{
	const struct share *reader = a->mount->is_read_only == ANSWER_YES ? a : b;
	const struct share *writer = reader == a ? b : a;

	if (f->severity == SEVERITY_LOW)
		finding_consequence(audit, f,
			"%.*s reads only what %.*s writes readable for everybody; a model "
			"saved with the mode 0600 gives `Permission denied`.",
			STR_ARG(reader->workload->service),
			STR_ARG(writer->workload->service));
	else
		finding_consequence(audit, f,
			"What one of them writes belongs to it, and the other one gets "
			"`Permission denied` when it wants to change it.");
}

static void say_share(struct audit *audit, const struct share *a, const struct share *b,
	struct str what)
{
	struct finding *f = finding_add(audit, share_span(b));
	uint32_t uid = a->uid ? a->uid : b->uid;

	finding_concerns(audit, f, a->workload);
	finding_concerns(audit, f, b->workload);
	f->severity = weigh(a, b);
	f->verdict = shares_group(a, b) ? ANSWER_MAYBE : ANSWER_YES;
	finding_message(audit, f, "%.*s runs %.*s and %.*s %.*s, and both use %.*s.",
		STR_ARG(reach_who(audit, a->workload)),
		STR_ARG(uid_words(audit, a->uid)),
		STR_ARG(reach_who(audit, b->workload)),
		STR_ARG(uid_words(audit, b->uid)), STR_ARG(what));
	f->message = advice_sentence(audit, f->message);
	say_consequence(audit, f, a, b);
	finding_help(audit, f,
		"Let both run as the same number: `%s%u:%u%s`. Who only reads mounts it "
		"with `:ro`.",
		reach_write(b->workload->run, "user: \"", "--user "), uid, uid,
		reach_write(b->workload->run, "\"", ""));
	finding_related(audit, f, share_span(a), "%.*s uses it here",
		STR_ARG(a->workload->service));
	finding_evidence(audit, f, "%.*s", STR_ARG(what));
}

static void check_volume(struct audit *audit, const struct volume *v)
{
	struct shares list = {0};
	const struct share *a, *b;
	struct share s;

	vec_each (const struct volume_use, use, &v->uses)
		if (share_of(use->workload, use->mount, &s))
			*vec_push(audit->arena, &list) = s;
	if (worst_pair(list.at, list.n, &a, &b))
		say_share(audit, a, b,
			arena_printf(
				audit->arena, "the volume `%.*s`", STR_ARG(v->name)));
}

/* Folders that hold data of the project, not files of the system. */
static bool is_data(struct audit *audit, const struct mount *m)
{
	static const struct str system[] = {STR_INIT("/etc"), STR_INIT("/run"),
		STR_INIT("/var/run"), STR_INIT("/dev"), STR_INIT("/sys"),
		STR_INIT("/proc"), STR_INIT("/usr"), STR_INIT("/lib")};

	if (m->kind != MOUNT_BIND || m->origin != MOUNT_WRITTEN || !m->path.n ||
		m->host.is_folder == ANSWER_NO ||
		reach_is_config(reach_source_name(audit, m)))
		return false;
	for (size_t i = 0; i < sizeof(system) / sizeof(*system); i++)
		if (path_is_under(m->path, system[i]))
			return false;
	return true;
}

static int compare_shares(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	int order = str_cmp(a->path, b->path);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static struct shares bind_shares(struct audit *audit)
{
	struct shares list = {0};
	struct share s;

	vec_each (struct workload *, w, &audit->project->workloads) {
		if (!(*w)->run)
			continue;
		vec_each (const struct mount, m, &(*w)->run->mounts) {
			if (!is_data(audit, m) || !share_of(*w, m, &s))
				continue;
			s.path = m->path;
			s.order = (uint32_t)list.n;
			*vec_push(audit->arena, &list) = s;
		}
	}
	if (list.n)
		qsort(list.at, list.n, sizeof(*list.at), compare_shares);
	return list;
}

void check_volume_uid_across_services(struct audit *audit)
{
	struct shares binds = bind_shares(audit);
	const struct share *a, *b;

	vec_each (struct volume *, v, &audit->project->volumes)
		check_volume(audit, *v);
	for (size_t i = 0, n; i < binds.n; i += n) {
		struct str path = binds.at[i].path;

		for (n = 1; i + n < binds.n && str_eq(binds.at[i + n].path, path); n++)
			;
		if (worst_pair(&binds.at[i], n, &a, &b))
			say_share(audit, a, b,
				arena_printf(audit->arena, "the folder `%.*s`",
					STR_ARG(value_display(
						audit->arena, b->mount->source))));
	}
}

/* Does a run put its container on the network that is there without asking? */
static bool is_on_default_bridge(struct audit *audit, const struct run *run)
{
	struct str text;

	if (run_says(run, RUN_NETWORK) == ANSWER_NO)
		return run->source == RUN_BY_LINE && !run->networks.n &&
			!run->is_partial;
	return run_text(audit->arena, run, RUN_NETWORK, &text) &&
		(str_eq(text, STR("bridge")) || str_eq(text, STR("default")));
}

/* It stays while others are started: only then do they meet. */
static bool stays(const struct run *run)
{
	return run->source == RUN_BY_COMPOSE ||
		run_flag(run, RUN_DETACHED) == ANSWER_YES;
}

static void say_bridge(
	struct audit *audit, const struct workload *w, const struct workload *other)
{
	struct finding *f = finding_add(audit, reach_setting(w->run, RUN_NETWORK));

	finding_concerns(audit, f, w);
	finding_message(audit, f,
		"The container is on the default network, together with every other one "
		"that names none.");
	finding_consequence(audit, f,
		"All of them reach all ports of each other, and they find each other by "
		"address only, not by name.");
	finding_help(audit, f, "%s",
		reach_write(w->run,
			"Take `network_mode: bridge` out: a project has a network of its "
			"own.",
			"Make one with `docker network create app` and write `--network "
			"app`."));
	if (other)
		finding_related(
			audit, f, run_anchor(other->run), "this one is there too");
	finding_evidence(audit, f, "bridge");
}

void check_default_bridge(struct audit *audit)
{
	const struct workload *previous = NULL;
	size_t count = 0;

	vec_each (struct workload *, w, &audit->project->workloads)
		if ((*w)->run && stays((*w)->run) &&
			is_on_default_bridge(audit, (*w)->run))
			count += (*w)->run->source == RUN_BY_LINE ? 1 : 2;
	if (count < 2)
		return;
	vec_each (struct workload *, w, &audit->project->workloads) {
		if (!(*w)->run || !stays((*w)->run) ||
			!is_on_default_bridge(audit, (*w)->run))
			continue;
		say_bridge(audit, *w, previous);
		previous = *w;
	}
}
