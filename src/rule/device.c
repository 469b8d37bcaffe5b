/*
 * Devices: nodes of the host that are handed over, and more of a GPU than is used.
 */
#include "rule/reach.h"

#include "rule/checks.h"

/* The nodes worth a word; GPU nodes, cameras, serial ports and the rest are not. */
struct node {
	struct str glob;
	enum severity severity;
	bool is_disk;
	const char *name, *harm;
};

#define READS_DISK "reads and writes the disk past all permissions, accounts included"
#define READS_KEYS "sees what is typed on the host, and types itself"

static const struct node nodes[] = {
	{STR_INIT("/dev"), SEVERITY_CRITICAL, false, "every device of the host",
		READS_DISK},
	{STR_INIT("/dev/mem"), SEVERITY_CRITICAL, false, "the memory of the host",
		"reads and changes the memory of the kernel"},
	{STR_INIT("/dev/kmem"), SEVERITY_CRITICAL, false, "the memory of the kernel",
		"reads and changes the memory of the kernel"},
	{STR_INIT("/dev/port"), SEVERITY_CRITICAL, false, "the ports of the hardware",
		"talks to the hardware past the kernel"},
	{STR_INIT("/dev/kmsg"), SEVERITY_MEDIUM, false, "the log of the kernel",
		"reads addresses out of the kernel's log, and writes lies into it"},
	{STR_INIT("/dev/sd[a-z]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/hd[a-z]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/vd[a-z]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/xvd[a-z]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/nvme[0-9]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/mmcblk*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/md[0-9]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/dm-*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/mapper/*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/disk/*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/sg[0-9]*"), SEVERITY_CRITICAL, true, "a disk of the host",
		READS_DISK},
	{STR_INIT("/dev/loop-control"), SEVERITY_HIGH, false, "the loop devices",
		"makes disks out of files of their own and lets the kernel mount them"},
	{STR_INIT("/dev/loop[0-9]*"), SEVERITY_HIGH, true, "a loop device of the host",
		"reads and writes the disk image behind it"},
	{STR_INIT("/dev/cpu/*"), SEVERITY_HIGH, false, "the registers of the processor",
		"changes registers of the processor"},
	{STR_INIT("/dev/ipmi*"), SEVERITY_HIGH, false, "the management of the machine",
		"switches the machine off, or gives it another firmware"},
	{STR_INIT("/dev/uinput"), SEVERITY_HIGH, false, "the keyboard of the host",
		READS_KEYS},
	{STR_INIT("/dev/input*"), SEVERITY_HIGH, false, "the keyboard of the host",
		READS_KEYS},
	{STR_INIT("/dev/fuse"), SEVERITY_LOW, false, "the door to file systems",
		"mounts file systems of their own, where SYS_ADMIN comes with it"},
	{STR_INIT("/dev/net/tun"), SEVERITY_LOW, false, "the door to tunnels",
		"opens a tunnel into another network, where NET_ADMIN comes with it"},
	{STR_INIT("/dev/kvm"), SEVERITY_LOW, false, "the virtual machines of the host",
		"reaches the part of the kernel that runs virtual machines"},
	{STR_INIT("/dev/vhost-*"), SEVERITY_LOW, false, "the virtual machines' network",
		"reaches the part of the kernel that runs virtual machines"},
};

/* A glob with one "[x-y]" in it; str_glob knows none. */
static bool node_matches(struct str glob, struct str path)
{
	size_t open = str_find(glob, '[');

	if (open == glob.n)
		return str_glob(glob, path);
	return path.n > open &&
		str_eq(str_sub(glob, 0, open), str_sub(path, 0, open)) &&
		path.p[open] >= glob.p[open + 1] && path.p[open] <= glob.p[open + 3];
}

static const struct node *node_find(struct str path)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++)
		if (node_matches(nodes[i].glob, path))
			return &nodes[i];
	return NULL;
}

static void say_node(
	struct audit *audit, const struct device *d, const struct node *node)
{
	struct finding *f = finding_add(audit, d->span);
	bool is_read_only =
		d->permissions.n && str_find(d->permissions, 'w') == d->permissions.n;

	f->severity = node->severity;
	if (is_read_only && node->is_disk)
		f->severity = SEVERITY_HIGH;
	finding_message(audit, f, "The container gets %s: the device `%.*s`.",
		node->name, STR_ARG(d->path));
	finding_consequence(audit, f, "Whoever breaks into %.*s %s.",
		STR_ARG(advice_program(audit)),
		is_read_only && node->is_disk
			? "reads the disk past all permissions, passwords included"
			: node->harm);
	if (node->is_disk)
		finding_help(audit, f,
			"Take it out; mount the folder that is needed instead.");
	else
		finding_help(audit, f,
			"Take it out, unless %.*s does nothing without it.",
			STR_ARG(advice_program(audit)));
	finding_evidence(audit, f, "%.*s", STR_ARG(d->path));
}

/* A device_cgroup_rule taken apart: "c 189:* rmw". */
struct device_rule {
	char type; /* 'a', 'b', 'c' */
	struct str major, minor;
};

static bool device_rule_read(struct str text, struct device_rule *out)
{
	struct str type, numbers;

	if (!str_next_word(&text, &type) || type.n != 1)
		return false;
	out->type = type.p[0];
	if (!str_next_word(&text, &numbers))
		numbers = STR("*:*");
	out->major = str_sub(numbers, 0, str_find(numbers, ':'));
	out->minor = str_from(numbers, out->major.n + 1);
	return true;
}

/* What kind of device a rule opens that nobody should have; NULL: none. */
static const char *rule_opens(const struct device_rule *r)
{
	bool is_all = str_eq(r->major, STR("*"));

	if (r->type == 'a')
		return "every device of the host";
	if (r->type == 'b')
		return is_all ? "every disk of the host" : "disks of the host";
	if (r->type != 'c')
		return NULL;
	if (is_all)
		return "every device of the host but the disks";
	/* Documentation/admin-guide/devices.txt: 1:1 is mem, 1:4 is port */
	if (str_eq(r->major, STR("1")) &&
		(str_eq(r->minor, STR("*")) || str_eq(r->minor, STR("1")) ||
			str_eq(r->minor, STR("4"))))
		return "the memory of the host";
	return NULL;
}

static void check_rule(struct audit *audit, const struct run_word *word)
{
	struct device_rule r;
	const char *opens;
	struct finding *f;

	if (!word->text.n || !device_rule_read(word->text, &r))
		return;
	opens = rule_opens(&r);
	if (!opens)
		return;
	f = finding_add(audit, word->span);
	f->severity = SEVERITY_CRITICAL;
	finding_message(audit, f, "The rule `%.*s` opens %s to the container.",
		STR_ARG(word->text), opens);
	finding_consequence(audit, f,
		"Root in the container may make such nodes itself, and " READS_DISK
		".");
	finding_help(audit, f,
		"Name the one device that is needed: `%s`, or a rule with its number: "
		"`%s`.",
		reach_write(reach_run(audit), "devices: [/dev/video0]",
			"--device /dev/video0"),
		reach_write(reach_run(audit), "- \"c 81:* rmw\"",
			"--device-cgroup-rule 'c 81:* rmw'"));
	finding_evidence(audit, f, "%.*s", STR_ARG(word->text));
}

void check_device_host_exposed(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run || reach_is_privileged(run))
		return;
	vec_each (const struct device, d, &run->devices) {
		const struct node *node = d->path.n ? node_find(d->path) : NULL;

		if (node)
			say_node(audit, d, node);
	}
	vec_each (const struct run_word, word, &run->device_rules)
		check_rule(audit, word);
}

/* The driver's abilities beyond what computing needs, joined; empty: none. */
static struct str beyond_computing(struct audit *audit, struct str list)
{
	struct str_fields fields = {.rest = list};
	struct str one, sum = STR_NONE;

	while (str_next_field(&fields, ',', &one)) {
		one = str_trim(one);
		if (!one.n || str_eq(one, STR("gpu")) || str_eq(one, STR("compute")) ||
			str_eq(one, STR("utility")) || str_eq(one, STR("nvidia")) ||
			str_eq(one, STR("tpu")))
			continue;
		sum = sum.n ? arena_printf(audit->arena, "%.*s, %.*s", STR_ARG(sum),
				      STR_ARG(one))
			    : one;
	}
	return sum;
}

static void say_gpu(struct audit *audit, struct span span, struct str more)
{
	struct finding *f = finding_add(audit, span);

	if (str_eq(more, STR("all")))
		finding_message(
			audit, f, "The container gets every ability of the driver.");
	else
		finding_message(audit, f,
			"Of the GPU's driver the container gets more than computing "
			"needs: %.*s.",
			STR_ARG(more));
	finding_consequence(audit, f,
		"The libraries for screens and video come in from the host, a large "
		"part of the driver that a broken model server can then attack.");
	finding_help(audit, f, "Ask for `%s`; add `video` where it decodes films.",
		reach_write(reach_run(audit), "capabilities: [gpu, compute, utility]",
			"--gpus 'all,\"capabilities=compute,utility\"'"));
	finding_evidence(audit, f, "%.*s", STR_ARG(more));
}

void check_gpu_over_granted(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run)
		return;
	vec_each (const struct gpu, gpu, &run->gpus) {
		struct str more = beyond_computing(audit, gpu->capabilities);

		if (more.n)
			say_gpu(audit, gpu->span, more);
	}
	vec_each (const struct run_pair, env, &run->environment) {
		struct str list;

		if (!str_eq(env->name, STR("NVIDIA_DRIVER_CAPABILITIES")) ||
			!env->has_value || !value_str(audit->arena, env->value, &list))
			continue;
		list = beyond_computing(audit, list);
		if (list.n)
			say_gpu(audit,
				env->value_span.length ? env->value_span : env->span,
				list);
	}
}
