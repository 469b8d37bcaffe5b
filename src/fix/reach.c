/*
 * What reaches the container, and what it reaches: ports, mounts, processes.
 */
#include "rule/reach.h"
#include "fix/makers.h"
#include "fix/run.h"

static bool is_port_finding(const struct fixing *f, const struct port *port)
{
	static const char *const rules[] = {
		"port-bound-all-interfaces", "port-unauthenticated-service"};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct finding *found = NULL;

		while ((found = fix_next_finding(f, str_c(rules[i]), found)))
			if (found->span.file == port->span.file &&
				found->span.offset == port->span.offset)
				return true;
	}
	return false;
}

/* What the whole network is meant to reach. */
static bool is_front_door(const struct port *p)
{
	return p->know == FACT_SET && p->published_first == p->published_last &&
		(p->published_first == 80 || p->published_first == 443);
}

bool fix_ports(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;
	bool is_open = false;

	if (!run)
		return false;
	vec_each (const struct port, port, &run->ports) {
		struct change *c;

		if (port->host_ip_known != FACT_SET || !is_port_finding(f, port))
			continue;
		if (is_front_door(port)) {
			is_open = true;
			continue;
		}
		c = fix_change(f, part, CHANGE_RUN, CHANGE_SET);
		c->key = STR("ports");
		c->name = STR("host_ip");
		c->value = STR("127.0.0.1");
		c->at = port->span;
	}
	if (!part->changes.n)
		return false;
	part->title = STR("Publish its ports on this machine only");
	part->why = STR("The engine opens a port in front of the host's firewall. From "
			"another machine it is then reached through ssh or a proxy.");
	part->class = FIX_CHANGES_RUN;
	if (is_open)
		*vec_push(f->arena, &part->by_hand) =
			STR("Ports 80 and 443 stay open to the network: decide whether "
			    "they are meant to be.");
	run_cures(f, part, "port-unauthenticated-service");
	run_cures(f, part, "port-bound-all-interfaces");
	run_claim(f, part, "port/*");
	return true;
}

static const struct mount *mount_of(const struct run *run, struct span at)
{
	vec_each (const struct mount, m, &run->mounts)
		if (m->span.file == at.file && at.offset >= m->span.offset &&
			at.offset <= m->span.offset + m->span.length)
			return m;
	return NULL;
}

bool fix_mounts(struct fixing *f, struct fix_part *part)
{
	const struct finding *found = NULL;
	const struct run *run = f->workload->run;

	if (!run)
		return false;
	while ((found = fix_next_finding(f, STR("mount-not-readonly"), found))) {
		const struct mount *m = mount_of(run, found->span);
		struct change *c;

		if (!m || found->verdict != ANSWER_YES)
			continue;
		c = fix_change(f, part, CHANGE_RUN, CHANGE_SET);
		c->key = STR("volumes");
		c->name = STR("read_only");
		c->value = STR("true");
		c->at = m->span;
		fix_footprint(f, part, "%.*s/mount/%.*s", STR_ARG(run_name(f)),
			STR_ARG(m->at));
	}
	if (!part->changes.n)
		return false;
	part->title = STR("Mount what it only reads read-only");
	part->why = STR("Whoever breaks in cannot change it on the host.");
	part->class = FIX_CHANGES_RUN;
	fix_cures(f, part, STR("mount-not-readonly"));
	return true;
}

/* What SELinux keeps from the container; a mount that has a label too many is a person's. */
bool fix_labels(struct fixing *f, struct fix_part *part)
{
	const struct finding *found = NULL;
	const struct run *run = f->workload->run;

	if (!run)
		return false;
	while ((found = fix_next_finding(f, STR("mount-selinux-z"), found))) {
		const struct mount *m = mount_of(run, found->span);
		struct change *c;

		if (!m || m->relabel)
			continue;
		c = fix_change(f, part, CHANGE_RUN, CHANGE_SET);
		c->key = STR("volumes");
		c->name = STR("selinux");
		c->value = reach_relabel(&f->input->project, f->workload, m) == 'z'
			? STR("z")
			: STR("Z");
		c->at = m->span;
		fix_footprint(f, part, "%.*s/mount/%.*s", STR_ARG(run_name(f)),
			STR_ARG(m->at));
	}
	if (!part->changes.n)
		return false;
	part->title = STR("Have its mounts labelled for SELinux");
	part->why = STR(
		"SELinux is on here, and refuses the container what has no label of "
		"one. The engine sets it at each start.");
	part->class = FIX_CHANGES_RUN;
	fix_cures(f, part, STR("mount-selinux-z"));
	return true;
}

bool fix_limits(struct fixing *f, struct fix_part *part)
{
	const struct run *run = f->workload->run;

	if (!run || run_says(run, RUN_PIDS) != ANSWER_NO ||
		!run_cures(f, part, "pids-limit-missing"))
		return false;
	run_set(f, part, "pids_limit", STR("512"), SPAN_NONE);
	part->title = STR("Limit its processes to 512");
	part->why = STR("A loop that forks cannot take the last process number of the "
			"host. Threads count: give large data loaders more.");
	part->class = FIX_CHANGES_RUN;
	run_claim(f, part, "setting/pids_limit");
	return true;
}
