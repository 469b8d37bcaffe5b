#include "effect/tool.h"

#include "base/path.h"
#include "know/know.h"

/*
 * Package managers: which packages a step installs, because some make accounts, bring
 * account tools, or run as a user of their own name.
 */

static const struct {
	struct str manager, family;
} managers[] = {
	{STR_INIT("apt-get"), STR_INIT("debian")},
	{STR_INIT("apt"), STR_INIT("debian")},
	{STR_INIT("aptitude"), STR_INIT("debian")},
	{STR_INIT("apk"), STR_INIT("alpine")},
	{STR_INIT("dnf"), STR_INIT("rhel")},
	{STR_INIT("yum"), STR_INIT("rhel")},
	{STR_INIT("microdnf"), STR_INIT("rhel")},
	{STR_INIT("zypper"), STR_INIT("suse")},
};

static struct str family_of(struct str manager)
{
	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++)
		if (str_eq(manager, managers[i].manager))
			return managers[i].family;
	return STR_NONE;
}

static bool is_install(struct str verb)
{
	return str_eq(verb, STR("install")) || str_eq(verb, STR("add")) ||
		str_eq(verb, STR("in")) || str_eq(verb, STR("groupinstall")) ||
		str_eq(verb, STR("reinstall")) || str_eq(verb, STR("localinstall"));
}

/* Options whose value is a word of its own. */
static bool takes_value(struct str option)
{
	static const struct str names[] = {STR_INIT("-t"), STR_INIT("--virtual"),
		STR_INIT("--repository"), STR_INIT("-X"), STR_INIT("-o"),
		STR_INIT("-c"), STR_INIT("--target-release"), STR_INIT("--root"),
		STR_INIT("--installroot"), STR_INIT("-p"), STR_INIT("--setopt"),
		STR_INIT("--enablerepo"), STR_INIT("--disablerepo")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(option, names[i]))
			return true;
	return false;
}

/* The name without a version, an architecture, a release or a repository's tag. */
static struct str plain_name(struct str word)
{
	size_t end = word.n;

	for (size_t i = 0; i < word.n; i++)
		if (memchr("=<>~@:", word.p[i], 6)) {
			end = i;
			break;
		}
	return path_base(str_sub(word, 0, end));
}

static void hint(
	struct call *call, struct str package, struct str name, struct span span)
{
	struct state *state = call->run->state;

	state->accounts = accounts_hint(call->arena, state->accounts, name,
		arena_printf(
			call->arena, "the package %.*s may make it", STR_ARG(package)),
		span);
}

/* The accounts that the table says its installation makes. */
static void make_users(struct call *call, const struct word *word, struct str package,
	struct str family)
{
	struct know_package_list list;
	const struct account *there;

	if (!call->run->ctx->know)
		return;
	list = know_package_users(call->run->ctx->know, call->arena, package, family);
	vec_each (struct know_package, row, &list) {
		struct account user = {.name = row->user,
			.uid = row->uid.know == FACT_SET ? row->uid : id_unknown(),
			.gid = id_unknown(),
			.password = PASSWORD_LOCKED,
			.is_system = true,
			.is_from_package = true};

		if (accounts_find(call_accounts(call), row->user, &there) != ANSWER_YES)
			user_make(call, &user, word);
		/* Most packages make a group of the same name too; the table knows none. */
		hint(call, package, row->user, word->span);
	}
}

static bool is_package_file(struct str word)
{
	return str_ends(word, STR(".deb")) || str_ends(word, STR(".rpm")) ||
		str_ends(word, STR(".apk"));
}

/*
 * What the scripts of a package from elsewhere make is in no table; most make what they
 * are called: telegraf_${VERSION}-1_${ARCH}.deb, openvino-2024.1.rpm.
 */
static void install_file(struct call *call, const struct word *word)
{
	struct str name;
	size_t end = 0;

	if (!word->value.n || word->value.at[0].kind != SEGMENT_LITERAL)
		return;
	name = path_base(word->value.at[0].text);
	while (end < name.n && name.p[end] != '_' &&
		!(name.p[end] == '-' && end + 1 < name.n &&
			byte_is_digit(name.p[end + 1])))
		end++;
	if (end)
		hint(call, str_sub(name, 0, end), str_sub(name, 0, end), word->span);
}

static void install(struct call *call, const struct word *word, struct str family)
{
	struct state *state = call->run->state;
	struct package *p;
	struct str name;

	if (!word_str(call->arena, word, &name))
		return;
	if (is_package_file(name)) {
		install_file(call, word);
		return;
	}
	name = plain_name(name);
	if (!name.n || str_starts(name, STR(".")))
		return;
	p = arena_new(call->arena, struct package);
	*p = (struct package){.older = state->packages,
		.name = name,
		.family = family,
		.installed = call->runs,
		.span = word->span};
	state->packages = p;
	hint(call, name, name, word->span);
	make_users(call, word, name, family);
}

enum outcome tool_packages(struct call *call)
{
	struct str family = family_of(call->tool), word;
	bool installs = false, skip = false;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || skip) {
			skip = false;
			continue;
		}
		if (str_starts(word, STR("-")))
			skip = takes_value(word) ||
				(str_eq(word, STR("-t")) && installs);
		else if (!installs && !is_install(word))
			return OUTCOME_DONE;
		else if (!installs)
			installs = true;
		else
			install(call, &call->argv.at[i], family);
	}
	return OUTCOME_DONE;
}

/* dpkg -i and rpm -i, -U: the files of packages, behind options. */
enum outcome tool_package_files(struct call *call)
{
	bool installs = false;
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || !str_starts(word, STR("-"))) {
			if (installs)
				install_file(call, &call->argv.at[i]);
			continue;
		}
		installs = installs || str_eq(word, STR("--install")) ||
			str_eq(word, STR("--upgrade")) ||
			(word.n > 1 && memchr("iUF", word.p[1], 3));
	}
	return OUTCOME_DONE;
}
