#include "effect/tool.h"

#include "base/path.h"

static const struct {
	struct str name;
	tool_function *function;
} tools[] = {
	{STR_INIT("."), tool_source},
	{STR_INIT("addgroup"), tool_addgroup},
	{STR_INIT("adduser"), tool_adduser},
	{STR_INIT("ansible-playbook"), tool_configure},
	{STR_INIT("apk"), tool_packages},
	{STR_INIT("apt"), tool_packages},
	{STR_INIT("apt-get"), tool_packages},
	{STR_INIT("aptitude"), tool_packages},
	{STR_INIT("ash"), tool_shell},
	{STR_INIT("awk"), tool_rewrite},
	{STR_INIT("bash"), tool_shell},
	{STR_INIT("cd"), tool_cd},
	{STR_INIT("chef-client"), tool_configure},
	{STR_INIT("chef-solo"), tool_configure},
	{STR_INIT("chgrp"), tool_chown},
	{STR_INIT("chmod"), tool_chmod},
	{STR_INIT("chown"), tool_chown},
	{STR_INIT("chpasswd"), tool_chpasswd},
	{STR_INIT("cp"), tool_copy},
	{STR_INIT("dash"), tool_shell},
	{STR_INIT("delgroup"), tool_delgroup},
	{STR_INIT("deluser"), tool_deluser},
	{STR_INIT("dnf"), tool_packages},
	{STR_INIT("dpkg"), tool_package_files},
	{STR_INIT("ed"), tool_rewrite},
	{STR_INIT("ex"), tool_rewrite},
	{STR_INIT("exit"), tool_exit},
	{STR_INIT("gawk"), tool_rewrite},
	{STR_INIT("gosu"), tool_drops},
	{STR_INIT("gpasswd"), tool_gpasswd},
	{STR_INIT("groupadd"), tool_groupadd},
	{STR_INIT("groupdel"), tool_groupdel},
	{STR_INIT("groupmod"), tool_groupmod},
	{STR_INIT("install"), tool_install},
	{STR_INIT("ksh"), tool_shell},
	{STR_INIT("microdnf"), tool_packages},
	{STR_INIT("mv"), tool_copy},
	{STR_INIT("newusers"), tool_newusers},
	{STR_INIT("passwd"), tool_passwd},
	{STR_INIT("perl"), tool_rewrite},
	{STR_INIT("puppet"), tool_configure},
	{STR_INIT("python"), tool_rewrite},
	{STR_INIT("python3"), tool_rewrite},
	{STR_INIT("read"), tool_read},
	{STR_INIT("rm"), tool_remove},
	{STR_INIT("rpm"), tool_package_files},
	{STR_INIT("ruby"), tool_rewrite},
	{STR_INIT("runuser"), tool_drops},
	{STR_INIT("s6-setuidgid"), tool_drops},
	{STR_INIT("salt-call"), tool_configure},
	{STR_INIT("sed"), tool_sed},
	{STR_INIT("set"), tool_set},
	{STR_INIT("setcap"), tool_setcap},
	{STR_INIT("setfacl"), tool_setfacl},
	{STR_INIT("setuidgid"), tool_drops},
	{STR_INIT("sh"), tool_shell},
	{STR_INIT("shift"), tool_shift},
	{STR_INIT("source"), tool_source},
	{STR_INIT("su"), tool_drops},
	{STR_INIT("su-exec"), tool_drops},
	{STR_INIT("sudo"), tool_drops},
	{STR_INIT("tee"), tool_tee},
	{STR_INIT("truncate"), tool_remove},
	{STR_INIT("unlink"), tool_remove},
	{STR_INIT("unset"), tool_unset},
	{STR_INIT("useradd"), tool_useradd},
	{STR_INIT("userdel"), tool_userdel},
	{STR_INIT("usermod"), tool_usermod},
	{STR_INIT("yum"), tool_packages},
	{STR_INIT("zsh"), tool_shell},
	{STR_INIT("zypper"), tool_packages},
};

tool_function *tool_find(struct str name)
{
	size_t first = 0, end = sizeof(tools) / sizeof(tools[0]);

	while (first < end) {
		size_t middle = (first + end) / 2;
		int order = str_cmp(name, tools[middle].name);

		if (order == 0)
			return tools[middle].function;
		if (order < 0)
			end = middle;
		else
			first = middle + 1;
	}
	return NULL;
}

struct options call_options(struct call *call, const struct option_table *table)
{
	struct options o = options_read(call->arena, table, &call->argv);

	if (!call->is_complete)
		o.is_complete = false;
	return o;
}

bool call_word(const struct call *call, size_t i, struct str *out)
{
	return i < call->argv.n && value_str(call->arena, call->argv.at[i].value, out);
}

/* ---- which distribution ---- */

static enum flavour flavour_of_family(struct str family)
{
	static const struct {
		struct str family;
		enum flavour flavour;
	} table[] = {
		{STR_INIT("debian"), FLAVOUR_DEBIAN},
		{STR_INIT("ubuntu"), FLAVOUR_DEBIAN},
		{STR_INIT("alpine"), FLAVOUR_BUSYBOX},
		{STR_INIT("wolfi"), FLAVOUR_BUSYBOX},
		{STR_INIT("busybox"), FLAVOUR_BUSYBOX},
		{STR_INIT("rhel"), FLAVOUR_RHEL},
		{STR_INIT("fedora"), FLAVOUR_RHEL},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(family, table[i].family))
			return table[i].flavour;
	return FLAVOUR_UNKNOWN;
}

enum flavour run_flavour(const struct runner *run)
{
	const struct package *p = run->state->packages;

	if (run->ctx->base && run->ctx->base->family.n)
		return flavour_of_family(run->ctx->base->family);
	/* A base that is not known still shows its package manager. */
	return p ? flavour_of_family(p->family) : FLAVOUR_UNKNOWN;
}

/*
 * Who has what from the start, and which package brings it. Debian's adduser is left
 * out of its newer images, so its absence is never certain.
 */
static const struct presence {
	struct str tool;
	enum answer debian, rhel, busybox;
	struct str package;
} presences[] = {
	{STR_INIT("useradd"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("usermod"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("userdel"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("groupadd"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("groupmod"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("groupdel"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("gpasswd"), ANSWER_YES, ANSWER_MAYBE, ANSWER_NO, STR_INIT("shadow")},
	{STR_INIT("adduser"), ANSWER_MAYBE, ANSWER_MAYBE, ANSWER_YES,
		STR_INIT("adduser")},
	{STR_INIT("addgroup"), ANSWER_MAYBE, ANSWER_NO, ANSWER_YES,
		STR_INIT("adduser")},
	{STR_INIT("deluser"), ANSWER_MAYBE, ANSWER_NO, ANSWER_YES, STR_INIT("adduser")},
	{STR_INIT("delgroup"), ANSWER_MAYBE, ANSWER_NO, ANSWER_YES,
		STR_INIT("adduser")},
	{STR_INIT("apt-get"), ANSWER_YES, ANSWER_NO, ANSWER_NO, STR_INIT("apt")},
	{STR_INIT("apk"), ANSWER_NO, ANSWER_NO, ANSWER_MAYBE, STR_INIT("apk-tools")},
	{STR_INIT("yum"), ANSWER_NO, ANSWER_MAYBE, ANSWER_NO, STR_INIT("yum")},
	{STR_INIT("dnf"), ANSWER_NO, ANSWER_MAYBE, ANSWER_NO, STR_INIT("dnf")},
	{STR_INIT("microdnf"), ANSWER_NO, ANSWER_MAYBE, ANSWER_NO,
		STR_INIT("microdnf")},
	{STR_INIT("sh"), ANSWER_YES, ANSWER_YES, ANSWER_YES, STR_INIT("")},
	{STR_INIT("id"), ANSWER_YES, ANSWER_YES, ANSWER_YES, STR_INIT("")},
};

static bool shadow_is_installed(const struct runner *run)
{
	static const struct str names[] = {STR_INIT("shadow"), STR_INIT("shadow-utils"),
		STR_INIT("passwd"), STR_INIT("util-linux-user")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (package_find(run->state->packages, names[i]) != ANSWER_NO)
			return true;
	return false;
}

static enum answer present_by_row(const struct runner *run, const struct presence *row)
{
	if (package_find(run->state->packages, row->package) != ANSWER_NO)
		return ANSWER_YES;
	if (str_eq(row->package, STR("shadow")) && shadow_is_installed(run))
		return ANSWER_YES;
	switch (run_flavour(run)) {
	case FLAVOUR_DEBIAN:
		return row->debian;
	case FLAVOUR_RHEL:
		return row->rhel;
	case FLAVOUR_BUSYBOX:
		return row->busybox;
	case FLAVOUR_UNKNOWN:
		break;
	}
	return ANSWER_MAYBE;
}

/* Something that was copied into a folder of programs may be the program. */
static bool may_be_copied(const struct runner *run, struct str name)
{
	static const struct str folders[] = {STR_INIT("/usr/local/bin"),
		STR_INIT("/usr/local/sbin"), STR_INIT("/usr/bin"),
		STR_INIT("/usr/sbin"), STR_INIT("/bin"), STR_INIT("/sbin")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct str rest, path = path_join(run->arena, folders[i], name);

		if (files_find(run->state->files, path, &rest))
			return true;
	}
	return false;
}

enum answer tool_present(const struct runner *run, struct str name)
{
	for (size_t i = 0; i < sizeof(presences) / sizeof(presences[0]); i++) {
		enum answer a;

		if (!str_eq(name, presences[i].tool))
			continue;
		a = present_by_row(run, &presences[i]);
		return a == ANSWER_NO && may_be_copied(run, name) ? ANSWER_MAYBE : a;
	}
	return package_find(run->state->packages, name) != ANSWER_NO ? ANSWER_YES
								     : ANSWER_MAYBE;
}
