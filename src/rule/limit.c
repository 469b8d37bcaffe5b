/*
 * Limits that are missing, and kernel settings that reach beyond the container.
 */
#include "rule/reach.h"

#include "rule/checks.h"

/* "0" and "-1" mean that there is none. */
static bool is_unlimited(struct str text)
{
	bool is_negative = str_starts(text, STR("-"));

	while (text.n && (text.p[0] == '0' || text.p[0] == '.'))
		text = str_from(text, 1);
	return is_negative || !text.n;
}

/* No run says one of the settings, or the last says "none"; *span is where. */
static bool is_missing(struct audit *audit, const struct run *run,
	const enum run_setting *settings, size_t count, struct span *span)
{
	*span = run_anchor(run);
	for (size_t i = 0; i < count; i++) {
		struct str text;

		switch (run_says(run, settings[i])) {
		case ANSWER_NO:
			continue;
		case ANSWER_MAYBE:
			return false;
		default:
			break;
		}
		if (!run_text(audit->arena, run, settings[i], &text) ||
			!is_unlimited(text))
			return false;
		*span = reach_setting(run, settings[i]);
	}
	return !run->is_partial || !str_eq(span_str(*span), span_str(run_anchor(run)));
}

/* A finding where none of the settings limits anything; NULL where one does. */
static struct finding *add_missing(
	struct audit *audit, const enum run_setting *settings, size_t count)
{
	const struct run *run = reach_run(audit);
	struct finding *f;
	struct span span;

	if (!run || !is_missing(audit, run, settings, count, &span))
		return NULL;
	f = finding_add(audit, span);
	finding_evidence(audit, f, "none");
	return f;
}

void check_memory_limit_missing(struct audit *audit)
{
	static const enum run_setting settings[] = {RUN_MEMORY};
	struct finding *f = add_missing(audit, settings, 1);

	if (!f)
		return;
	finding_message(audit, f, "Nothing limits the memory of the container.");
	finding_consequence(audit, f,
		"One request that is too large lets %.*s take all of the host's memory, "
		"and the kernel stops whatever it likes, other containers included.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Look with `docker stats` what it needs at most, and write a bit more: "
		"`%s`.",
		reach_write(reach_run(audit), "mem_limit: 8g", "--memory 8g"));
}

void check_cpu_limit_missing(struct audit *audit)
{
	static const enum run_setting settings[] = {
		RUN_CPUS, RUN_CPU_QUOTA, RUN_CPUSET};
	struct finding *f = add_missing(audit, settings, 3);

	if (!f)
		return;
	finding_message(
		audit, f, "Nothing limits the processor time of the container.");
	finding_consequence(audit, f,
		"While %.*s is busy, everything else on the host waits.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f, "Write `%s`.",
		reach_write(reach_run(audit), "cpus: \"4\"", "--cpus 4"));
}

void check_pids_limit_missing(struct audit *audit)
{
	static const enum run_setting settings[] = {RUN_PIDS};
	const struct run *run = reach_run(audit);
	struct finding *f;

	/* Podman sets a limit of 2048 itself (containers.conf, pids_limit). */
	if (!run || str_eq(run->engine, STR("podman")) || !reach_stays(run))
		return;
	f = add_missing(audit, settings, 1);
	if (!f)
		return;
	finding_message(
		audit, f, "The container may start as many processes as it likes.");
	finding_consequence(audit, f,
		"A loop that forks, by mistake or by an intruder, takes the last "
		"process number of the host, and nobody can log in to stop it.");
	finding_help(audit, f,
		"Write `%s`; threads count, so that large data loaders need more.",
		reach_write(run, "pids_limit: 512", "--pids-limit 512"));
}

void check_ulimit_missing(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct finding *f;

	if (!run || run->is_partial)
		return;
	vec_each (const struct run_pair, p, &run->ulimits)
		if (str_eq(p->name, STR("nofile")))
			return;
	f = finding_add(audit, run_anchor(run));
	finding_message(
		audit, f, "The container takes the engine's limit for open files.");
	finding_consequence(audit, f,
		"That is about a million with many engines: a program that loses "
		"descriptors is only noticed when the host has none left.");
	finding_help(audit, f, "Write `%s`.",
		reach_write(run, "ulimits: {nofile: 65536}", "--ulimit nofile=65536"));
	finding_evidence(audit, f, "none");
}

/* Has each container its own (opts.ValidateSysctl of docker/cli)? */
static bool is_namespaced(struct str name)
{
	static const struct str names[] = {STR_INIT("kernel.msgmax"),
		STR_INIT("kernel.msgmnb"), STR_INIT("kernel.msgmni"),
		STR_INIT("kernel.sem"), STR_INIT("kernel.shmall"),
		STR_INIT("kernel.shmmax"), STR_INIT("kernel.shmmni"),
		STR_INIT("kernel.shm_rmid_forced"), STR_INIT("kernel.domainname")};

	if (str_starts(name, STR("net.")) || str_starts(name, STR("fs.mqueue.")))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* The namespace of the host that such a setting would reach; RUN_SETTING_COUNT: none */
static enum run_setting sysctl_reaches(
	struct audit *audit, const struct run *run, struct str name)
{
	enum run_setting s = str_starts(name, STR("net.")) ? RUN_NETWORK : RUN_IPC;
	struct str text;

	if (run_text(audit->arena, run, s, &text) && str_eq(text, STR("host")))
		return s;
	return RUN_SETTING_COUNT;
}

static void say_sysctl(
	struct audit *audit, const struct run_pair *p, enum run_setting reaches)
{
	struct finding *f =
		finding_add(audit, p->name_span.length ? p->name_span : p->span);

	if (reaches == RUN_SETTING_COUNT)
		finding_message(audit, f,
			"`%.*s` is a setting of the whole host; a container has none of "
			"its own.",
			STR_ARG(p->name));
	else
		finding_message(audit, f,
			"`%.*s` would be set for the host: the container has no %s of "
			"its own.",
			STR_ARG(p->name),
			reaches == RUN_NETWORK ? "network" : "shared memory");
	finding_consequence(
		audit, f, "The engine refuses it, and the container does not start.");
	if (reaches == RUN_SETTING_COUNT)
		finding_help(audit, f,
			"Take it out, and set it on the host: `sysctl -w %.*s=…`.",
			STR_ARG(p->name));
	else
		finding_help(audit, f, "Take `%s` out, or this setting.",
			reaches == RUN_NETWORK
				? reach_write(reach_run(audit), "network_mode: host",
					  "--network host")
				: reach_write(
					  reach_run(audit), "ipc: host", "--ipc host"));
	finding_evidence(audit, f, "%.*s", STR_ARG(p->name));
}

void check_sysctl_unsafe(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run)
		return;
	vec_each (const struct run_pair, p, &run->sysctls) {
		enum run_setting reaches;

		if (!p->name.n)
			continue;
		reaches = sysctl_reaches(audit, run, p->name);
		if (!is_namespaced(p->name) || reaches != RUN_SETTING_COUNT)
			say_sysctl(audit, p,
				is_namespaced(p->name) ? reaches : RUN_SETTING_COUNT);
	}
}
