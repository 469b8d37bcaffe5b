/*
 * What SELinux says of a mount: `:z` and `:Z` give the host's files a label that
 * containers may use. Without it they are refused, with it others may be.
 */
#include "rule/reach.h"

#include "base/path.h"

#include "rule/checks.h"

/* Places whose label programs of the host need. */
static const struct host_owned {
	struct str path;
	bool is_whole; /* only itself, not what lies below it */
} host_owned[] = {
	{STR_INIT("/"), true},
	{STR_INIT("/bin"), false},
	{STR_INIT("/boot"), false},
	{STR_INIT("/dev"), false},
	{STR_INIT("/etc"), true},
	{STR_INIT("/etc/group"), false},
	{STR_INIT("/etc/hosts"), false},
	{STR_INIT("/etc/localtime"), false},
	{STR_INIT("/etc/machine-id"), false},
	{STR_INIT("/etc/passwd"), false},
	{STR_INIT("/etc/pki"), false},
	{STR_INIT("/etc/resolv.conf"), false},
	{STR_INIT("/etc/shadow"), false},
	{STR_INIT("/etc/ssh"), false},
	{STR_INIT("/etc/ssl"), false},
	{STR_INIT("/etc/timezone"), false},
	{STR_INIT("/home"), true},
	{STR_INIT("/lib"), false},
	{STR_INIT("/lib64"), false},
	{STR_INIT("/opt"), true},
	{STR_INIT("/proc"), false},
	{STR_INIT("/root"), true},
	{STR_INIT("/run"), false},
	{STR_INIT("/sbin"), false},
	{STR_INIT("/srv"), true},
	{STR_INIT("/sys"), false},
	{STR_INIT("/tmp"), true},
	{STR_INIT("/usr/local"), true},
	{STR_INIT("/usr/bin"), false},
	{STR_INIT("/usr/lib"), false},
	{STR_INIT("/usr/share"), false},
	{STR_INIT("/usr"), true},
	{STR_INIT("/var"), true},
	{STR_INIT("/var/lib"), true},
	{STR_INIT("/var/log"), true},
	{STR_INIT("/var/run"), false},
	{STR_INIT("~"), true},
	{STR_INIT("~/.ssh"), false},
};

static bool is_host_owned(struct str path)
{
	for (size_t i = 0; i < sizeof(host_owned) / sizeof(*host_owned); i++)
		if (host_owned[i].is_whole ? str_eq(path, host_owned[i].path)
					   : path_is_under(path, host_owned[i].path))
			return true;
	return false;
}

/* The type and the level of "user:role:type:level". */
static void label_read(struct str label, struct str *type, struct str *level)
{
	struct str rest = str_from(label, str_find(label, ':') + 1);

	rest = str_from(rest, str_find(rest, ':') + 1);
	*type = str_sub(rest, 0, str_find(rest, ':'));
	*level = str_from(rest, str_find(rest, ':') + 1);
}

/*
 * May containers use what has this label (container-selinux, container.te)? Each kind of
 * container has its types; one with categories is another container's own. What the
 * system has installed they may read.
 */
static enum answer may_use(struct str label, enum answer is_read_only)
{
	static const struct str shared[] = {STR_INIT("container_file_t"),
		STR_INIT("container_ro_file_t"), STR_INIT("container_share_t"),
		STR_INIT("svirt_sandbox_file_t")};
	static const struct str denied[] = {STR_INIT("admin_home_t"),
		STR_INIT("default_t"), STR_INIT("home_root_t"), STR_INIT("mnt_t"),
		STR_INIT("tmp_t"), STR_INIT("unlabeled_t"), STR_INIT("user_home_dir_t"),
		STR_INIT("user_home_t"), STR_INIT("user_tmp_t"), STR_INIT("var_lib_t"),
		STR_INIT("var_t")};
	struct str type, level;

	label_read(label, &type, &level);
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (str_eq(type, shared[i]))
			return str_find_str(level, STR(":c")) < level.n ? ANSWER_MAYBE
									: ANSWER_YES;
	for (size_t i = 0; i < sizeof(denied) / sizeof(*denied); i++)
		if (str_eq(type, denied[i]))
			return ANSWER_NO;
	return is_read_only == ANSWER_NO ? ANSWER_MAYBE : ANSWER_YES;
}

static bool is_unconfined(const struct run *run)
{
	vec_each (const struct security_option, o, &run->security)
		if (o->kind == SECURITY_LABEL && !str_starts(o->text, STR("level:")))
			return true;
	return run_flag(run, RUN_PRIVILEGED) != ANSWER_NO;
}

static void say_unlabeled(struct audit *audit, const struct mount *m, enum answer may)
{
	const struct run *run = reach_run(audit);
	struct finding *f =
		finding_add(audit, m->source_span.length ? m->source_span : m->span);
	struct str source = reach_source(audit, m);
	char z = reach_relabel(audit->project, audit->workload, m);

	/* podman always has SELinux judge; dockerd where it is told to. */
	f->verdict = may == ANSWER_NO && run->source == RUN_BY_LINE &&
			str_eq(run->engine, STR("podman"))
		? ANSWER_YES
		: ANSWER_MAYBE;
	finding_message(audit, f,
		"SELinux is on here, and `%.*s` has a label that containers may not use.",
		STR_ARG(source));
	finding_consequence(audit, f,
		"`%.*s` is refused with \"Permission denied\", whatever its owner and mode "
		"say; its label is `%.*s`.",
		STR_ARG(m->at.n ? m->at : source), STR_ARG(m->host.label));
	finding_help(audit, f,
		"Have the engine label it: add `%c` to its options, as in `%.*s:%.*s:%c`%s.",
		z, STR_ARG(source), STR_ARG(m->at), z,
		z == 'z' ? ", small, since others mount it too"
			 : " (`z` where another container uses it, too)");
	finding_evidence(audit, f, "%.*s", STR_ARG(m->at));
}

static void say_relabeled(struct audit *audit, const struct mount *m)
{
	struct finding *f =
		finding_add(audit, m->options_span.length ? m->options_span : m->span);

	f->verdict = m->host.label.n ? ANSWER_YES : ANSWER_MAYBE;
	finding_message(audit, f,
		"`:%c` gives `%.*s` of the host the label of a container.", m->relabel,
		STR_ARG(reach_source(audit, m)));
	finding_consequence(audit, f,
		"Where SELinux is on, the host's own programs are then refused what lies "
		"there: nobody logs in, or the machine does not start again.");
	finding_help(audit, f,
		"Take `%c` out and mount only the folder that the container needs. What has "
		"to stay as it is on the host is read with `security_opt: "
		"[\"label=disable\"]`, or as a copy.",
		m->relabel);
	finding_evidence(audit, f, "%.*s", STR_ARG(m->at));
}

void check_mount_selinux_z(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run || is_unconfined(run))
		return;
	vec_each (const struct mount, m, &run->mounts) {
		struct host_path host;
		bool is_owned = reach_host_path(audit, m, &host) && host.is_whole &&
			is_host_owned(host.path);
		enum answer may;

		if (m->kind != MOUNT_BIND || m->origin != MOUNT_WRITTEN)
			continue;
		if (m->relabel) {
			if (is_owned)
				say_relabeled(audit, m);
			continue;
		}
		if (is_owned || !m->host.label.n || !m->at.n)
			continue;
		may = may_use(m->host.label, m->is_read_only);
		if (may != ANSWER_YES)
			say_unlabeled(audit, m, may);
	}
}
