#include "effect/tool.h"

#include "base/path.h"

/*
 * Every tool that is known, sorted by name: what it does to accounts, and what to the
 * owners of paths. It is searched once for every command.
 */
static const struct tool tools[] = {
	{STR_INIT("."), tool_source, NULL},
	{STR_INIT(":"), NULL, own_nothing},
	{STR_INIT("["), NULL, own_nothing},
	{STR_INIT("[["), NULL, own_nothing},
	{STR_INIT("add-apt-repository"), NULL, own_packages},
	{STR_INIT("addgroup"), tool_addgroup, own_nothing},
	{STR_INIT("adduser"), tool_adduser, own_account},
	{STR_INIT("alias"), NULL, own_nothing},
	{STR_INIT("ansible-playbook"), tool_configure, NULL},
	{STR_INIT("apk"), tool_packages, own_packages},
	{STR_INIT("apt"), tool_packages, own_packages},
	{STR_INIT("apt-get"), tool_packages, own_packages},
	{STR_INIT("apt-key"), NULL, own_packages},
	{STR_INIT("apt-mark"), NULL, own_packages},
	{STR_INIT("aptitude"), tool_packages, own_packages},
	{STR_INIT("arch"), NULL, own_nothing},
	{STR_INIT("ash"), tool_shell, NULL},
	{STR_INIT("awk"), tool_rewrite, own_nothing},
	{STR_INIT("base64"), NULL, own_nothing},
	{STR_INIT("basename"), NULL, own_nothing},
	{STR_INIT("bash"), tool_shell, NULL},
	{STR_INIT("break"), NULL, own_nothing},
	{STR_INIT("bun"), NULL, own_project},
	{STR_INIT("bundle"), NULL, own_project},
	{STR_INIT("cargo"), NULL, own_project},
	{STR_INIT("cat"), NULL, own_nothing},
	{STR_INIT("cd"), tool_cd, own_nothing},
	{STR_INIT("chef-client"), tool_configure, NULL},
	{STR_INIT("chef-solo"), tool_configure, NULL},
	{STR_INIT("chgrp"), tool_chown, own_chown},
	{STR_INIT("chmod"), tool_chmod, own_chmod},
	{STR_INIT("chown"), tool_chown, own_chown},
	{STR_INIT("chpasswd"), tool_chpasswd, own_nothing},
	{STR_INIT("cksum"), NULL, own_nothing},
	{STR_INIT("clear"), NULL, own_nothing},
	{STR_INIT("cmp"), NULL, own_nothing},
	{STR_INIT("command"), NULL, own_nothing},
	{STR_INIT("composer"), NULL, own_project},
	{STR_INIT("conda"), NULL, own_conda},
	{STR_INIT("continue"), NULL, own_nothing},
	{STR_INIT("corepack"), NULL, own_project},
	{STR_INIT("cp"), tool_copy, own_copy},
	{STR_INIT("curl"), NULL, own_curl},
	{STR_INIT("cut"), NULL, own_nothing},
	{STR_INIT("dash"), tool_shell, NULL},
	{STR_INIT("date"), NULL, own_nothing},
	{STR_INIT("debconf-set-selections"), NULL, own_packages},
	{STR_INIT("declare"), NULL, own_nothing},
	{STR_INIT("delgroup"), tool_delgroup, NULL},
	{STR_INIT("deluser"), tool_deluser, own_usermod},
	{STR_INIT("df"), NULL, own_nothing},
	{STR_INIT("diff"), NULL, own_nothing},
	{STR_INIT("dirname"), NULL, own_nothing},
	{STR_INIT("dnf"), tool_packages, own_packages},
	{STR_INIT("dpkg"), tool_package_files, own_packages},
	{STR_INIT("dpkg-architecture"), NULL, own_nothing},
	{STR_INIT("dpkg-query"), NULL, own_packages},
	{STR_INIT("dpkg-reconfigure"), NULL, own_packages},
	{STR_INIT("du"), NULL, own_nothing},
	{STR_INIT("easy_install"), NULL, own_packages},
	{STR_INIT("echo"), NULL, own_nothing},
	{STR_INIT("ed"), tool_rewrite, NULL},
	{STR_INIT("egrep"), NULL, own_nothing},
	{STR_INIT("env"), NULL, own_nothing},
	{STR_INIT("ex"), tool_rewrite, NULL},
	{STR_INIT("exit"), tool_exit, own_nothing},
	{STR_INIT("export"), NULL, own_nothing},
	{STR_INIT("expr"), NULL, own_nothing},
	{STR_INIT("false"), NULL, own_nothing},
	{STR_INIT("fc-cache"), NULL, own_packages},
	{STR_INIT("fgrep"), NULL, own_nothing},
	{STR_INIT("file"), NULL, own_nothing},
	{STR_INIT("find"), NULL, own_find},
	{STR_INIT("fix-permissions"), NULL, own_names}, /* of the Jupyter images */
	{STR_INIT("free"), NULL, own_nothing},
	{STR_INIT("gawk"), tool_rewrite, own_nothing},
	{STR_INIT("gem"), NULL, own_packages},
	{STR_INIT("getent"), NULL, own_nothing},
	{STR_INIT("getopt"), NULL, own_nothing},
	{STR_INIT("git"), NULL, own_git},
	{STR_INIT("go"), NULL, own_project},
	{STR_INIT("gosu"), tool_drops, NULL},
	{STR_INIT("gpasswd"), tool_gpasswd, own_nothing},
	{STR_INIT("gpg"), NULL, own_packages},
	{STR_INIT("gradle"), NULL, own_project},
	{STR_INIT("grep"), NULL, own_nothing},
	{STR_INIT("groupadd"), tool_groupadd, own_nothing},
	{STR_INIT("groupdel"), tool_groupdel, NULL},
	{STR_INIT("groupmod"), tool_groupmod, own_usermod},
	{STR_INIT("hash"), NULL, own_nothing},
	{STR_INIT("head"), NULL, own_nothing},
	{STR_INIT("hexdump"), NULL, own_nothing},
	{STR_INIT("hostname"), NULL, own_nothing},
	{STR_INIT("id"), NULL, own_nothing},
	{STR_INIT("install"), tool_install, own_install},
	{STR_INIT("ipython"), NULL, own_packages},
	{STR_INIT("jq"), NULL, own_nothing},
	{STR_INIT("jupyter"), NULL, own_packages},
	{STR_INIT("ksh"), tool_shell, NULL},
	{STR_INIT("ldconfig"), NULL, own_packages},
	{STR_INIT("ldd"), NULL, own_nothing},
	{STR_INIT("less"), NULL, own_nothing},
	{STR_INIT("ln"), NULL, own_ln},
	{STR_INIT("local"), NULL, own_nothing},
	{STR_INIT("locale-gen"), NULL, own_packages},
	{STR_INIT("ls"), NULL, own_nothing},
	{STR_INIT("lsb_release"), NULL, own_nothing},
	{STR_INIT("mamba"), NULL, own_conda},
	{STR_INIT("md5sum"), NULL, own_nothing},
	{STR_INIT("microdnf"), tool_packages, own_packages},
	{STR_INIT("micromamba"), NULL, own_conda},
	{STR_INIT("mkdir"), NULL, own_mkdir},
	{STR_INIT("mkfifo"), NULL, own_touch},
	{STR_INIT("more"), NULL, own_nothing},
	{STR_INIT("mv"), tool_copy, own_copy},
	{STR_INIT("mvn"), NULL, own_project},
	{STR_INIT("newusers"), tool_newusers, NULL},
	{STR_INIT("npm"), NULL, own_project},
	{STR_INIT("nproc"), NULL, own_nothing},
	{STR_INIT("npx"), NULL, own_project},
	{STR_INIT("nvidia-smi"), NULL, own_nothing},
	{STR_INIT("nvm"), NULL, own_packages},
	{STR_INIT("od"), NULL, own_nothing},
	{STR_INIT("passwd"), tool_passwd, own_nothing},
	{STR_INIT("paste"), NULL, own_nothing},
	{STR_INIT("pdm"), NULL, own_project},
	{STR_INIT("perl"), tool_rewrite, NULL},
	{STR_INIT("pidof"), NULL, own_nothing},
	{STR_INIT("pip"), NULL, own_pip},
	{STR_INIT("pip2"), NULL, own_pip},
	{STR_INIT("pip3"), NULL, own_pip},
	{STR_INIT("pipenv"), NULL, own_project},
	{STR_INIT("pipx"), NULL, own_pip},
	{STR_INIT("playwright"), NULL, own_packages},
	{STR_INIT("pnpm"), NULL, own_project},
	{STR_INIT("poetry"), NULL, own_project},
	{STR_INIT("printenv"), NULL, own_nothing},
	{STR_INIT("printf"), NULL, own_nothing},
	{STR_INIT("ps"), NULL, own_nothing},
	{STR_INIT("puppet"), tool_configure, NULL},
	{STR_INIT("pwd"), NULL, own_nothing},
	{STR_INIT("python"), tool_rewrite, own_python},
	{STR_INIT("python2"), NULL, own_python},
	{STR_INIT("python3"), tool_rewrite, own_python},
	{STR_INIT("read"), tool_read, own_nothing},
	{STR_INIT("readlink"), NULL, own_nothing},
	{STR_INIT("readonly"), NULL, own_nothing},
	{STR_INIT("realpath"), NULL, own_nothing},
	{STR_INIT("return"), NULL, own_nothing},
	{STR_INIT("rev"), NULL, own_nothing},
	{STR_INIT("rm"), tool_remove, own_remove},
	{STR_INIT("rmdir"), NULL, own_remove},
	{STR_INIT("rpm"), tool_package_files, own_packages},
	{STR_INIT("rsync"), NULL, own_rsync},
	{STR_INIT("ruby"), tool_rewrite, NULL},
	{STR_INIT("runuser"), tool_drops, NULL},
	{STR_INIT("rustup"), NULL, own_packages},
	{STR_INIT("s6-setuidgid"), tool_drops, NULL},
	{STR_INIT("salt-call"), tool_configure, NULL},
	{STR_INIT("sed"), tool_sed, own_nothing},
	{STR_INIT("seq"), NULL, own_nothing},
	{STR_INIT("set"), tool_set, own_nothing},
	{STR_INIT("setcap"), tool_setcap, own_nothing},
	{STR_INIT("setfacl"), tool_setfacl, own_names},
	{STR_INIT("setuidgid"), tool_drops, NULL},
	{STR_INIT("sh"), tool_shell, NULL},
	{STR_INIT("sha1sum"), NULL, own_nothing},
	{STR_INIT("sha256sum"), NULL, own_nothing},
	{STR_INIT("sha512sum"), NULL, own_nothing},
	{STR_INIT("shasum"), NULL, own_nothing},
	{STR_INIT("shift"), tool_shift, own_nothing},
	{STR_INIT("shopt"), NULL, own_nothing},
	{STR_INIT("sleep"), NULL, own_nothing},
	{STR_INIT("sort"), NULL, own_nothing},
	{STR_INIT("source"), tool_source, NULL},
	{STR_INIT("stat"), NULL, own_nothing},
	{STR_INIT("strings"), NULL, own_nothing},
	{STR_INIT("su"), tool_drops, NULL},
	{STR_INIT("su-exec"), tool_drops, NULL},
	{STR_INIT("subscription-manager"), NULL, own_packages},
	{STR_INIT("sudo"), tool_drops, NULL},
	{STR_INIT("sync"), NULL, own_nothing},
	{STR_INIT("tac"), NULL, own_nothing},
	{STR_INIT("tail"), NULL, own_nothing},
	{STR_INIT("tar"), NULL, own_tar},
	{STR_INIT("tee"), tool_tee, own_touch},
	{STR_INIT("test"), NULL, own_nothing},
	{STR_INIT("touch"), NULL, own_touch},
	{STR_INIT("tr"), NULL, own_nothing},
	{STR_INIT("trap"), NULL, own_nothing},
	{STR_INIT("true"), NULL, own_nothing},
	{STR_INIT("truncate"), tool_remove, own_touch},
	{STR_INIT("tty"), NULL, own_nothing},
	{STR_INIT("type"), NULL, own_nothing},
	{STR_INIT("typeset"), NULL, own_nothing},
	{STR_INIT("ulimit"), NULL, own_nothing},
	{STR_INIT("umask"), NULL, own_umask},
	{STR_INIT("uname"), NULL, own_nothing},
	{STR_INIT("uniq"), NULL, own_nothing},
	{STR_INIT("unlink"), tool_remove, own_remove},
	{STR_INIT("unset"), tool_unset, own_nothing},
	{STR_INIT("unzip"), NULL, own_unzip},
	{STR_INIT("update-alternatives"), NULL, own_packages},
	{STR_INIT("update-ca-certificates"), NULL, own_packages},
	{STR_INIT("update-locale"), NULL, own_packages},
	{STR_INIT("useradd"), tool_useradd, own_account},
	{STR_INIT("userdel"), tool_userdel, own_usermod},
	{STR_INIT("usermod"), tool_usermod, own_usermod},
	{STR_INIT("uv"), NULL, own_uv},
	{STR_INIT("virtualenv"), NULL, own_virtualenv},
	{STR_INIT("wait"), NULL, own_nothing},
	{STR_INIT("wc"), NULL, own_nothing},
	{STR_INIT("wget"), NULL, own_wget},
	{STR_INIT("which"), NULL, own_nothing},
	{STR_INIT("whoami"), NULL, own_nothing},
	{STR_INIT("xargs"), NULL, own_nothing},
	{STR_INIT("yarn"), NULL, own_project},
	{STR_INIT("yum"), tool_packages, own_packages},
	{STR_INIT("yum-config-manager"), NULL, own_packages},
	{STR_INIT("zsh"), tool_shell, NULL},
	{STR_INIT("zypper"), tool_packages, own_packages},
};

const struct tool *tool_find(struct str name)
{
	size_t first = 0, end = sizeof(tools) / sizeof(tools[0]);

	while (first < end) {
		size_t middle = (first + end) / 2;
		int order = str_cmp(name, tools[middle].name);

		if (order == 0)
			return &tools[middle];
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
