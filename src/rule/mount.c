/*
 * Mounts as such: what is not there, what could be read-only, what hides the image.
 */
#include "rule/need.h"
#include "rule/reach.h"

#include "base/path.h"
#include "model/demand.h"
#include "model/host_file.h"

#include "rule/checks.h"

static struct span source_span(const struct mount *m)
{
	return m->source_span.length ? m->source_span : m->span;
}

/* A mount that somebody wrote, not a VOLUME of the image or a neighbour's. */
static bool is_written_bind(const struct mount *m)
{
	return m->kind == MOUNT_BIND && m->origin == MOUNT_WRITTEN;
}

/* Programs that write the file which looks like their configuration. */
static bool writes_own_config(struct str target)
{
	return str_find_str(target, STR("sentinel")) < target.n ||
		str_starts(target, STR("/config")) ||
		path_is_under(target, STR("/etc/letsencrypt")) ||
		path_is_under(target, STR("/etc/pihole"));
}

/* Folders from which the program of the image only reads. */
static bool is_read_folder(struct str target)
{
	static const struct str folders[] = {STR_INIT("/docker-entrypoint-initdb.d"),
		STR_INIT("/etc/nginx"), STR_INIT("/usr/share/nginx/html"),
		STR_INIT("/etc/prometheus"), STR_INIT("/etc/alertmanager"),
		STR_INIT("/etc/grafana"), STR_INIT("/etc/loki"),
		STR_INIT("/etc/promtail"), STR_INIT("/etc/otel"),
		STR_INIT("/etc/otelcol"), STR_INIT("/etc/otelcol-contrib"),
		STR_INIT("/etc/mysql/conf.d"), STR_INIT("/etc/ssl")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (path_is_under(target, folders[i]))
			return true;
	return false;
}

/* Where a server that is known for it finds its models, and only reads them. */
static bool is_model_folder(const struct audit *audit, const struct mount *m)
{
	const struct base_image *base = audit->workload->base;

	if (!base || !m->at.n)
		return false;
	return (str_starts(base->reference, STR("nvcr.io/nvidia/tritonserver")) ||
		       str_starts(base->reference, STR("tensorflow/serving"))) &&
		str_starts(m->at, STR("/models"));
}

void check_mount_not_readonly(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts) {
		bool is_config;
		struct finding *f;

		if (!is_written_bind(m) || m->is_read_only != ANSWER_NO || !m->at.n ||
			writes_own_config(m->at) || m->host.is_there == ANSWER_NO)
			continue;
		is_config = reach_is_config(reach_source_name(audit, m)) &&
			m->host.is_folder != ANSWER_YES;
		if (!is_config && !is_read_folder(m->at) && !is_model_folder(audit, m))
			continue;
		f = finding_add(audit, source_span(m));
		finding_message(audit, f,
			"The container may change `%.*s`, which it only has to read.",
			STR_ARG(reach_source(audit, m)));
		finding_consequence(audit, f,
			"Whoever breaks into %.*s changes it on the host, and the change "
			"outlives the container.",
			STR_ARG(advice_program(audit)));
		finding_help(audit, f, "Mount it read-only: %.*s.",
			STR_ARG(reach_read_only(audit, m)));
		finding_evidence(audit, f, "%.*s", STR_ARG(m->at));
	}
}

/* The folder, for who writes there; a number where it is known. */
static void say_make(struct audit *audit, struct finding *f, const struct mount *m)
{
	struct str source = reach_source(audit, m);
	uint32_t uid, gid = 0;

	if (!reach_uid(audit->workload, &uid) || !uid) {
		finding_help(audit, f,
			"Make it yourself before the first start, for the account that "
			"writes there: `mkdir -p %.*s`.",
			STR_ARG(source));
		return;
	}
	if (!reach_gid(audit->workload, &gid) || !gid)
		gid = uid;
	finding_help(audit, f,
		"Make it before the first start, for the number that %s there: `install "
		"-d -o %u -g %u -m 0750 %.*s`. `oakum prepare` says and does it, with "
		"the folders above it.",
		m->is_read_only == ANSWER_YES ? "reads" : "writes", uid, gid,
		STR_ARG(source));
}

static void say_missing(struct audit *audit, const struct mount *m)
{
	struct finding *f = finding_add(audit, source_span(m));
	struct str source = reach_source(audit, m);
	const struct launch *l = &audit->workload->launch;

	finding_evidence(audit, f, "%.*s", STR_ARG(source));
	/* A script may be started from anywhere, and go elsewhere first. */
	if (reach_run(audit)->source == RUN_BY_LINE)
		f->verdict = ANSWER_MAYBE;
	finding_message(
		audit, f, "There is no `%.*s` beside this file.", STR_ARG(source));
	if (m->creates_source == ANSWER_NO) {
		finding_consequence(audit, f,
			"The engine refuses to start the container: it does not make "
			"what this kind of mount names.");
		finding_help(
			audit, f, "Make it first: `mkdir -p %.*s`.", STR_ARG(source));
	} else if (demand_looks_like_file(reach_source_name(audit, m))) {
		finding_consequence(audit, f,
			"The engine makes an empty folder of that name, owned by root, and "
			"the program finds a folder where it wants a file.");
		finding_help(audit, f,
			"Put the file there before the start, or say in the README where "
			"it comes from.");
	} else {
		f->severity =
			l->runs_as == RUNS_AS_USER ? SEVERITY_MEDIUM : SEVERITY_LOW;
		finding_consequence(audit, f,
			l->runs_as == RUNS_AS_USER && m->is_read_only == ANSWER_NO
				? "The engine makes it as root with the first start, and "
				  "the account that the container runs as cannot write "
				  "there: `Permission denied`."
				: "The engine makes it as root with the first start, and "
				  "whoever works on the host cannot write there or "
				  "delete it without sudo.");
		say_make(audit, f, m);
	}
}

/* Where on the host the folder at (inside a mount's target) is. */
static struct str path_in(struct audit *audit, const struct mount *m, struct str at)
{
	return path_join(audit->arena, m->path,
		str_from(at, m->at.n + !str_eq(m->at, STR("/"))));
}

static void say_way(struct audit *audit, const struct mount *outer,
	const struct mount *inner, struct str path)
{
	struct finding *f = finding_add(
		audit, inner->target_span.length ? inner->target_span : inner->span);

	if (audit->workload->launch.runs_as != RUNS_AS_USER)
		f->severity = SEVERITY_LOW;
	if (reach_run(audit)->source == RUN_BY_LINE)
		f->verdict = ANSWER_MAYBE;
	finding_message(audit, f,
		"`%.*s` is mounted in `%.*s`, and the folder `%.*s` on the way is not "
		"there.",
		STR_ARG(inner->at), STR_ARG(outer->at), STR_ARG(path));
	finding_consequence(audit, f,
		"The engine makes it on the host as root with the first start: what else "
		"the program wants to put there gets `Permission denied`.");
	finding_help(audit, f,
		"Make it before the first start: `mkdir -p %.*s`; `oakum prepare` does "
		"so for the number that writes there.",
		STR_ARG(path));
	finding_evidence(audit, f, "way %.*s", STR_ARG(inner->at));
}

/* The first folder between a bind and a mount in it that the host does not have. */
static void check_way(
	struct audit *audit, const struct mount *outer, const struct mount *inner)
{
	struct str missing = STR_NONE;

	for (struct str at = path_dir(inner->at); at.n > outer->at.n;
		at = path_dir(at)) {
		struct str path = path_in(audit, outer, at);

		if (host_file_look(audit->arena, audit->world, path).is_there ==
			ANSWER_NO)
			missing = path;
	}
	if (missing.n)
		say_way(audit, outer, inner, missing);
}

/* A bind of the project that is there, and through which the host's folder is seen. */
static bool is_seen_folder(const struct mount *m)
{
	return is_written_bind(m) && m->at.n && m->host.is_there == ANSWER_YES &&
		m->host.is_folder == ANSWER_YES;
}

static void check_ways(struct audit *audit, const struct run *run)
{
	enum { MOUNTS_MAX = 64 }; /* a thousand mounts of a service are a test */

	if (!audit->world)
		return;
	for (size_t i = 0; i < run->mounts.n && i < MOUNTS_MAX; i++) {
		const struct mount *inner = &run->mounts.at[i], *outer = NULL;

		if (!inner->at.n || inner->origin != MOUNT_WRITTEN)
			continue;
		for (size_t j = 0; j < run->mounts.n && j < MOUNTS_MAX; j++) {
			const struct mount *m = &run->mounts.at[j];

			if (m != inner && m->at.n && m->at.n < inner->at.n &&
				path_is_under(inner->at, m->at) &&
				(!outer || m->at.n > outer->at.n))
				outer = m;
		}
		if (outer && is_seen_folder(outer))
			check_way(audit, outer, inner);
	}
}

void check_mount_missing_host_dir(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts)
		if (is_written_bind(m) && m->host.is_there == ANSWER_NO)
			say_missing(audit, m);
	check_ways(audit, run);
}

/* The bytes of one word among the options, or all of them. */
static struct span option_span(const struct mount *m, struct str word)
{
	struct str written = span_str(m->options_span);
	struct str_fields fields = {.rest = written};
	struct str one;

	while (str_next_field(&fields, ',', &one))
		if (str_eq(str_trim(one), word))
			return span_of(m->options_span.file,
				m->options_span.offset + (size_t)(one.p - written.p),
				one.n);
	return m->options_span.length ? m->options_span : m->span;
}

void check_mount_propagation_shared(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts) {
		struct finding *f;

		if (!str_eq(m->propagation, STR("shared")) &&
			!str_eq(m->propagation, STR("rshared")))
			continue;
		f = finding_add(audit, option_span(m, m->propagation));
		finding_message(audit, f,
			"What the container mounts below `%.*s` appears on the host too.",
			STR_ARG(m->at));
		finding_consequence(audit, f,
			"A container that may mount puts its own files over those of the "
			"host, for every program there.");
		finding_help(audit, f,
			"Take `%.*s` out; `rslave` is enough to see what the host mounts "
			"later.",
			STR_ARG(m->propagation));
		finding_evidence(audit, f, "%.*s", STR_ARG(m->at));
	}
}

static const char *tmpfs_harm(struct str word)
{
	if (str_eq(word, STR("exec")))
		return "Whoever gets a file written there can start it: the place where "
		       "intruders put their tools.";
	if (str_eq(word, STR("suid")))
		return "A program that is copied there with its setuid bit gives the "
		       "rights of its owner.";
	if (str_eq(word, STR("dev")))
		return "A device node that is made there works.";
	return NULL;
}

/* The first of the options that open it, and all of them joined; false: none. */
static bool tmpfs_opens(
	struct audit *audit, const struct mount *m, struct str *first, struct str *all)
{
	struct str_fields fields = {.rest = m->options};
	struct str word;

	*all = STR_NONE;
	while (str_next_field(&fields, ',', &word)) {
		word = str_trim(word);
		if (!tmpfs_harm(word))
			continue;
		if (!all->n)
			*first = word;
		*all = all->n ? arena_printf(audit->arena, "%.*s,%.*s", STR_ARG(*all),
					STR_ARG(word))
			      : word;
	}
	return all->n != 0;
}

void check_tmpfs_exec_suid(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts) {
		struct str first, all;
		struct finding *f;

		if (m->kind != MOUNT_TMPFS || !tmpfs_opens(audit, m, &first, &all))
			continue;
		f = finding_add(audit, option_span(m, first));
		finding_message(audit, f,
			"The memory disk at `%.*s` is mounted with `%.*s`, which the "
			"engine leaves out for good reason.",
			STR_ARG(m->at), STR_ARG(all));
		finding_consequence(audit, f, "%s", tmpfs_harm(first));
		finding_help(audit, f, "Take `%.*s` out of the options.", STR_ARG(all));
		finding_evidence(audit, f, "%.*s %.*s", STR_ARG(m->at), STR_ARG(all));
	}
}

void check_rootfs_writable(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct finding *f;

	if (!run || run->is_partial || run_flag(run, RUN_READ_ONLY) != ANSWER_NO ||
		need_says_read_only(audit))
		return;
	f = finding_add(audit, reach_setting(run, RUN_READ_ONLY));
	finding_message(
		audit, f, "The container may change the files of its own image.");
	finding_consequence(audit, f,
		"Whoever breaks into %.*s leaves their tools there, and changes the code "
		"that runs next.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Write `%s`, and a memory disk where the program writes what nobody "
		"keeps: `%s`.",
		reach_write(run, "read_only: true", "--read-only"),
		reach_write(run, "tmpfs: [/tmp]", "--tmpfs /tmp"));
	finding_evidence(audit, f, "writable");
}

/* May the account read a file with this owner and mode? */
static bool can_read(
	const struct host_file *host, uint32_t uid, bool has_gid, uint32_t gid)
{
	if (!uid)
		return true;
	if (uid == host->uid)
		return host->mode & 0400;
	if (!has_gid || gid == host->gid)
		return host->mode & 0044;
	return host->mode & 0004;
}

void check_secret_mount_unreadable(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	uint32_t uid, gid = 0;
	bool has_gid;

	if (!run || !reach_uid(audit->workload, &uid))
		return;
	has_gid = reach_gid(audit->workload, &gid);
	vec_each (const struct mount, m, &run->mounts) {
		struct finding *f;

		if ((m->origin != MOUNT_SECRET && m->origin != MOUNT_CONFIG) ||
			m->host.is_there != ANSWER_YES ||
			can_read(&m->host, uid, has_gid, gid))
			continue;
		f = finding_add(audit, m->span);
		finding_message(audit, f,
			"The container runs as %u, and `%.*s` may only be read by %s %u.",
			uid, STR_ARG(m->path), m->host.mode & 0040 ? "group" : "user",
			m->host.mode & 0040 ? m->host.gid : m->host.uid);
		finding_consequence(audit, f,
			"Compose mounts the file as it lies on the host, whatever `uid` and "
			"`mode` say: the program gets `Permission denied`.");
		finding_help(audit, f,
			"Give the file to that account on the host: `chown %u %.*s && chmod "
			"0400 %.*s`.",
			uid, STR_ARG(m->path), STR_ARG(m->path));
		finding_evidence(audit, f, "%.*s", STR_ARG(m->path));
	}
}
