/*
 * Namespaces that are not the container's own: the host's, or another container's.
 */
#include "rule/reach.h"

#include "rule/checks.h"

enum { JOIN_DEPTH_MAX = 32 }; /* containers that join one that joins one … */

/* The word of a setting is "host", and nobody doubts it. */
static bool is_host(struct audit *audit, const struct run *run, enum run_setting s)
{
	struct str text;

	return run_text(audit->arena, run, s, &text) && str_eq(text, STR("host"));
}

/* A finding at a setting of the run that says "host"; NULL where it does not. */
static struct finding *add_host(struct audit *audit, enum run_setting s)
{
	const struct run *run = reach_run(audit);
	struct finding *f;

	if (!run || !is_host(audit, run, s))
		return NULL;
	f = finding_add(audit, reach_setting(run, s));
	finding_evidence(audit, f, "host");
	return f;
}

void check_host_network(struct audit *audit)
{
	struct finding *f = add_host(audit, RUN_NETWORK);

	if (!f)
		return;
	finding_message(audit, f,
		"The container has no network of its own: it uses that of the host.");
	finding_consequence(audit, f,
		"Every port that %.*s opens is open on the host, whatever `%s` says; "
		"and it reaches what listens on the host's 127.0.0.1 only, databases "
		"and cloud metadata among them.",
		STR_ARG(advice_program(audit)),
		reach_write(reach_run(audit), "ports", "-p"));
	finding_help(audit, f,
		"Take `%s` out and publish the ports that are needed: `%s`.",
		reach_write(reach_run(audit), "network_mode: host", "--network host"),
		reach_write(reach_run(audit), "- \"127.0.0.1:8080:8080\"",
			"-p 127.0.0.1:8080:8080"));
}

void check_host_pid(struct audit *audit)
{
	struct finding *f = add_host(audit, RUN_PID);

	if (!f)
		return;
	finding_message(audit, f, "The container sees every process of the host.");
	finding_consequence(audit, f,
		"Whoever breaks into %.*s reads the command lines of all programs, "
		"passwords in them included, and, as root, stops any of them.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f, "Take `%s` out.",
		reach_write(reach_run(audit), "pid: host", "--pid host"));
}

void check_host_ipc(struct audit *audit)
{
	struct finding *f = add_host(audit, RUN_IPC);

	if (!f)
		return;
	finding_message(
		audit, f, "The container shares the memory segments of the host.");
	finding_consequence(audit, f,
		"It reads and changes the shared memory of programs outside of it, "
		"those of other users' trainings too.");
	finding_help(audit, f,
		"Write `%s` instead: PyTorch's data loaders only need more than the "
		"64 MB of /dev/shm that a container gets, not the host's.",
		reach_write(reach_run(audit), "shm_size: 8gb", "--shm-size 8g"));
}

void check_host_uts(struct audit *audit)
{
	struct finding *f = add_host(audit, RUN_UTS);

	if (!f)
		return;
	finding_message(audit, f, "The container shares the host name of the host.");
	finding_consequence(audit, f,
		"With the capability SYS_ADMIN it renames the host, and what finds the "
		"host by its name does not any more.");
	finding_help(audit, f, "Take `%s` out; a name of its own comes from `%s`.",
		reach_write(reach_run(audit), "uts: host", "--uts host"),
		reach_write(
			reach_run(audit), "hostname: trainer", "--hostname trainer"));
}

void check_host_userns(struct audit *audit)
{
	const struct run *run = audit->workload->run;
	struct finding *f;

	/* For Podman that is what a container gets anyway. */
	if (!run || str_eq(run->engine, STR("podman")))
		return;
	f = add_host(audit, RUN_USERNS);
	if (!f)
		return;
	finding_message(
		audit, f, "The container is taken out of the engine's user namespace.");
	finding_consequence(audit, f,
		"Where the engine maps root of a container to a powerless account of "
		"the host, root of this one is root of the host again.");
	finding_help(audit, f,
		"Take `%s` out; give the account that the mapping leads to what the "
		"container needs.",
		reach_write(reach_run(audit), "userns_mode: host", "--userns host"));
}

void check_host_cgroup(struct audit *audit)
{
	struct finding *f = add_host(audit, RUN_CGROUPNS);

	if (!f)
		return;
	finding_message(
		audit, f, "The container sees the control groups of the whole host.");
	finding_consequence(audit, f,
		"It learns what else runs there, and a process with SYS_ADMIN reaches "
		"the limits of other containers.");
	finding_help(audit, f, "Take `%s` out: `private` is what a container needs.",
		reach_write(reach_run(audit), "cgroup: host", "--cgroupns host"));
}

/* Of the settings, which one a shared namespace comes from. */
static const enum run_setting join_settings[SHARED_COUNT] = {
	[SHARED_NETWORK] = RUN_NETWORK,
	[SHARED_PID] = RUN_PID,
	[SHARED_IPC] = RUN_IPC,
};

/* The end of the chain of joins. */
static const struct workload *last_joined(
	const struct workload *w, enum shared_namespace n)
{
	for (int i = 0; i < JOIN_DEPTH_MAX && w->joins[n]; i++)
		w = w->joins[n];
	return w;
}

/* Why the other one may do more; a clause, or empty. */
static struct str may_do_more(
	struct audit *audit, const struct workload *other, enum shared_namespace n)
{
	const struct workload *w = audit->workload;
	enum answer certain;
	capability_set more;

	if (!other->run)
		return STR_NONE;
	if (is_host(audit, other->run, join_settings[n]))
		return STR("has that of the host");
	/* Who shares a network cannot touch the processes behind it. */
	if (n == SHARED_NETWORK)
		return STR_NONE;
	if (reach_is_privileged(other->run) && !reach_is_privileged(w->run))
		return STR("is privileged");
	if (other->launch.runs_as == RUNS_AS_ROOT && w->launch.runs_as == RUNS_AS_USER)
		return STR("runs as root");
	more = run_capability_set(other->run, &certain);
	if (certain == ANSWER_NO)
		return STR_NONE;
	more &= ~run_capability_set(w->run, &certain);
	if (!more || certain == ANSWER_NO)
		return STR_NONE;
	return STR("has more capabilities");
}

static const char *const join_names[SHARED_COUNT] = {
	[SHARED_NETWORK] = "network",
	[SHARED_PID] = "processes",
	[SHARED_IPC] = "shared memory",
};

static const char *const join_harms[SHARED_COUNT] = {
	[SHARED_NETWORK] =
		"It listens on the host's ports and reaches what is bound to "
		"127.0.0.1 there, although its own lines do not say so.",
	[SHARED_PID] =
		"Whoever breaks into the weaker of the two sees and signals the "
		"programs of the stronger one, and gets at its powers from there.",
	[SHARED_IPC] = "Whoever breaks into the weaker of the two changes what the "
		       "stronger one reads from shared memory.",
};

void check_namespace_container_join(struct audit *audit)
{
	const struct workload *w = audit->workload;

	if (!w->run)
		return;
	for (int n = 0; n < SHARED_COUNT; n++) {
		const struct workload *other = last_joined(w, (enum shared_namespace)n);
		struct str why;
		struct finding *f;

		if (other == w)
			continue;
		why = may_do_more(audit, other, (enum shared_namespace)n);
		if (!why.n)
			continue;
		f = finding_add(audit, reach_setting(w->run, join_settings[n]));
		finding_message(audit, f,
			"The container shares the %s of %.*s, which %.*s.",
			join_names[n], STR_ARG(reach_who(audit, other)), STR_ARG(why));
		finding_consequence(audit, f, "%s", join_harms[n]);
		finding_help(audit, f,
			"Let the two talk over a network or a volume, or give the other "
			"one no more than this one has.");
		finding_related(
			audit, f, run_anchor(other->run), "the one that it joins");
		finding_evidence(
			audit, f, "%s %.*s", join_names[n], STR_ARG(other->service));
	}
}
