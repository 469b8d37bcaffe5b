/*
 * Mounts that hand over the host: its engine, its files, somebody's keys.
 *
 * Three rules share one table (host_place.h); a mount is the business of one of them.
 */
#include "rule/host_place.h"
#include "rule/reach.h"

#include "rule/checks.h"

/* A mount of a place of the host, and how bad it is. */
struct exposure {
	const struct mount *mount;
	const struct host_place *place;
	struct host_path host;
	enum answer is_writable;
	int severity; /* PLACE_FINE: of no concern */
	enum answer verdict;
};

/* Where the engine's socket goes tells what a source is that a variable decides. */
static bool host_path_guess(const struct mount *m, struct host_path *out)
{
	static const struct str sockets[] = {STR_INIT("/var/run/docker.sock"),
		STR_INIT("/run/docker.sock"),
		STR_INIT("/run/containerd/containerd.sock"),
		STR_INIT("/run/podman/podman.sock")};

	if (m->kind != MOUNT_UNKNOWN && m->kind != MOUNT_BIND)
		return false;
	for (size_t i = 0; i < sizeof(sockets) / sizeof(*sockets); i++)
		if (str_eq(m->at, sockets[i])) {
			*out = (struct host_path){.path = STR("/run/docker.sock"),
				.is_whole = true,
				.span = m->source_span.length ? m->source_span
							      : m->span};
			return true;
		}
	return false;
}

static void weigh(struct exposure *e)
{
	const struct host_place *p = e->place;

	e->severity = e->is_writable == ANSWER_NO ? p->readable : p->writable;
	if (e->is_writable == ANSWER_MAYBE && p->readable != p->writable)
		e->verdict = ANSWER_MAYBE;
}

/* What this mount exposes; false when it is of no concern. */
static bool exposure_of(
	struct audit *audit, const struct mount *m, struct exposure *out)
{
	*out = (struct exposure){.mount = m, .verdict = ANSWER_YES};
	if (!reach_host_path(audit, m, &out->host)) {
		if (value_is_known(m->source) || !host_path_guess(m, &out->host))
			return false;
		out->verdict = ANSWER_MAYBE;
	}
	out->place = host_place_find(out->host.path, out->host.is_whole);
	if (!out->place)
		return false;
	out->is_writable = answer_not(m->is_read_only);
	weigh(out);
	return out->severity != PLACE_FINE;
}

/* The account is not root, and nothing on the host lets it write there. */
static bool is_harmless_user(const struct workload *w)
{
	return w->launch.runs_as == RUNS_AS_USER &&
		identity_is_root(&w->launch.identity) == ANSWER_NO;
}

static struct finding *add(struct audit *audit, const struct exposure *e)
{
	struct finding *f = finding_add(audit, e->host.span);

	f->severity = (enum severity)e->severity;
	f->verdict = e->verdict;
	finding_evidence(audit, f, "%.*s", STR_ARG(e->host.path));
	return f;
}

static void say_socket(struct audit *audit, const struct exposure *e)
{
	struct finding *f = add(audit, e);

	finding_message(audit, f, "%s is mounted: the container can give orders to it.",
		e->place->name);
	f->message = advice_sentence(audit, f->message);
	finding_consequence(audit, f, "Whoever breaks into %.*s %s.%s",
		STR_ARG(advice_program(audit)), e->place->harm,
		e->mount->is_read_only == ANSWER_YES
			? " That it is mounted read-only does not help: it keeps the "
			  "file from being replaced, and orders from nothing."
			: "");
	finding_help(audit, f,
		"Take the mount out. A program that only looks (a dashboard, a router) "
		"gets a proxy between itself and the socket that lets nothing but "
		"reading requests through; one that starts containers gets an engine "
		"of its own, best a rootless one.");
}

/* The host of "tcp://host:port". */
static struct str url_host(struct str url)
{
	struct str rest = str_from(url, str_find_str(url, STR("://")) + 3);

	rest = str_sub(rest, 0, str_find(rest, '/'));
	return str_sub(rest, 0, str_rfind(rest, ':'));
}

enum { NEIGHBOURS_MAX = 1000 }; /* of more workloads nobody is accused */

/* A workload of the project answers to that name: a proxy, or an engine of its own. */
static bool is_of_project(const struct audit *audit, struct str host)
{
	if (audit->project->workloads.n > NEIGHBOURS_MAX)
		return true;
	vec_each (struct workload *, w, &audit->project->workloads) {
		struct str name;

		if (str_eq((*w)->service, host))
			return true;
		if (!(*w)->run)
			continue;
		if (run_text(audit->arena, (*w)->run, RUN_NAME, &name) &&
			str_eq(name, host))
			return true;
		if (run_text(audit->arena, (*w)->run, RUN_HOSTNAME, &name) &&
			str_eq(name, host))
			return true;
	}
	return false;
}

/* Addresses under which a container finds the machine that it runs on. */
static bool is_this_host(struct str host)
{
	return str_eq(host, STR("host.docker.internal")) ||
		str_eq(host, STR("host.containers.internal")) ||
		str_eq(host, STR("gateway.docker.internal")) ||
		str_eq(host, STR("172.17.0.1"));
}

static void say_docker_host(struct audit *audit, const struct run_pair *env)
{
	struct str url, host;
	struct finding *f;

	if (!value_str(audit->arena, env->value, &url) ||
		!str_starts(url, STR("tcp://")))
		return;
	host = url_host(url);
	if (is_of_project(audit, host))
		return;
	f = finding_add(audit, env->value_span.length ? env->value_span : env->span);
	f->severity = SEVERITY_HIGH;
	f->verdict = is_this_host(host) ? ANSWER_YES : ANSWER_MAYBE;
	finding_message(audit, f,
		"DOCKER_HOST lets the container command the engine at `%.*s`.",
		STR_ARG(host));
	finding_consequence(audit, f,
		"Whoever breaks into %.*s starts a container there that has the whole "
		"disk of that machine, and is root on it.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Take the variable out, or let it lead to a proxy that lets nothing but "
		"reading requests through; and close that port of the engine.");
	finding_evidence(audit, f, "DOCKER_HOST %.*s", STR_ARG(host));
}

void check_docker_socket_mounted(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct exposure e;

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts)
		if (exposure_of(audit, m, &e) && e.place->kind == PLACE_SOCKET)
			say_socket(audit, &e);
	vec_each (const struct run_pair, env, &run->environment)
		if (str_eq(env->name, STR("DOCKER_HOST")) && env->has_value)
			say_docker_host(audit, env);
}

static const char *access(const struct exposure *e)
{
	return e->is_writable == ANSWER_NO ? "read" : "write to";
}

static void say_folder(struct audit *audit, const struct exposure *e)
{
	struct finding *f = add(audit, e);

	finding_message(audit, f, "The container can %s %s: `%.*s` is mounted.",
		access(e), e->place->name, STR_ARG(e->host.path));
	finding_consequence(audit, f, "Whoever breaks into %.*s %s.",
		STR_ARG(advice_program(audit)),
		e->is_writable == ANSWER_NO && e->place->kind == PLACE_ROOT
			? "reads what is private there: keys, passwords, data"
			: e->place->harm);
	if (e->place->readable == PLACE_FINE && e->mount->kind == MOUNT_BIND)
		finding_help(audit, f, "Mount it read-only: %.*s.",
			STR_ARG(reach_read_only(audit, e->mount)));
	else
		finding_help(audit, f,
			"Mount no more than the folder that the program needs, and "
			"read-only where it only reads: `%s`.%s",
			reach_write(reach_run(audit), "- /srv/data:/data:ro",
				"-v /srv/data:/data:ro"),
			str_starts(e->place->pattern, STR("~"))
				? " A key is handed over as a secret, one key for one "
				  "service."
				: "");
}

void check_mount_root_equivalent(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct exposure e;

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts) {
		if (!exposure_of(audit, m, &e) || e.place->kind != PLACE_ROOT ||
			e.is_writable == ANSWER_NO)
			continue;
		if (is_harmless_user(audit->workload) && e.severity > SEVERITY_HIGH)
			e.severity = SEVERITY_HIGH;
		say_folder(audit, &e);
	}
}

void check_mount_sensitive_host_path(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct exposure e;

	if (!run)
		return;
	vec_each (const struct mount, m, &run->mounts)
		if (exposure_of(audit, m, &e) &&
			(e.place->kind == PLACE_SECRET ||
				(e.place->kind == PLACE_ROOT &&
					e.is_writable == ANSWER_NO)))
			say_folder(audit, &e);
}
