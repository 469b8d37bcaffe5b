/*
 * Modes that a build gives: too open for everybody, or executable for no reason.
 */
#include "base/path.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"

enum { OTHERS_WRITE = 02, STICKY = 01000, EXECUTE_ALL = 0111 };
enum { OPERANDS_SHOWN = 80 }; /* bytes of a line that is to be copied */

/* The engine lays its own over these when the container starts. */
static bool is_hidden(const struct deed *d)
{
	vec_each (const struct str, path, &d->paths)
		if (!path_is_under(*path, STR("/dev")) &&
			!path_is_under(*path, STR("/proc")) &&
			!path_is_under(*path, STR("/sys")))
			return false;
	return true;
}

/* What the finished image says against it: the path is gone, or the bits are. */
static bool is_undone(
	const struct access_asker *asker, const struct deed *d, uint32_t bits)
{
	struct look look;

	if (d->is_glob || d->paths.n != 1)
		return false;
	look = owners_look(&asker->view, d->paths.at[0]);
	if (look.exists == ANSWER_NO)
		return true;
	return (look.mode_known & bits) == bits && !(look.mode & bits);
}

/* Folders for everybody's temporary files, which the sticky bit keeps apart. */
static bool is_tmp(const struct deed *d)
{
	return d->paths.n &&
		(str_eq(d->paths.at[0], STR("/tmp")) ||
			str_eq(d->paths.at[0], STR("/var/tmp")));
}

static bool is_program(const struct deed *d)
{
	static const struct str globs[] = {STR_INIT("*.sh"), STR_INIT("*/bin/*"),
		STR_INIT("*/entrypoint*"), STR_INIT("*.bash")};

	for (size_t i = 0; d->paths.n == 1 && i < sizeof(globs) / sizeof(*globs); i++)
		if (str_glob(globs[i], d->paths.at[0]))
			return true;
	return false;
}

static enum entry_kind kind_of(const struct access_asker *asker, const struct deed *d)
{
	struct str name;
	enum entry_kind kind;

	if (d->makes_folder)
		return ENTRY_FOLDER;
	if (d->paths.n != 1)
		return ENTRY_UNKNOWN;
	kind = d->is_glob ? ENTRY_UNKNOWN
			  : owners_look(&asker->view, d->paths.at[0]).kind;
	name = path_base(d->paths.at[0]);
	/* A name with an ending is a file's. */
	if (kind == ENTRY_UNKNOWN && str_rfind(name, '.') + 1 < name.n &&
		!str_starts(name, STR(".")))
		return ENTRY_FILE;
	return kind;
}

static bool is_of_system(const struct deed *d)
{
	vec_each (const struct str, path, &d->paths)
		if (!path_is_under(*path, STR("/etc")) &&
			!path_is_under(*path, STR("/usr")) &&
			!path_is_under(*path, STR("/opt/conda")) &&
			!str_eq(*path, STR("/opt")) && !str_eq(*path, STR("/var")) &&
			!str_eq(*path, STR("/var/lib")) && !str_eq(*path, STR("/")))
			return false;
	return d->paths.n != 0;
}

/* What the paths are called in a line that is to be copied. */
static struct str shown(const struct deed *d)
{
	if (d->operands.n && d->operands.n <= OPERANDS_SHOWN)
		return d->operands;
	if (d->shown.n)
		return d->shown;
	return d->paths.n ? d->paths.at[0] : STR("PATH");
}

static void advise_copy(struct audit *audit, struct finding *f, const struct deed *d)
{
	if (is_program(d))
		finding_help(audit, f, "Write `--chmod=0555`: it is run, not changed.");
	else
		finding_help(audit, f,
			"Write `--chown=%.*s --chmod=u=rwX,g=rX,o=` for what the program "
			"writes, and `--chmod=a=rX` for what it only reads.",
			STR_ARG(deed_owner(audit)));
}

static void advise_narrow(struct audit *audit, struct finding *f, const struct deed *d,
	enum entry_kind kind)
{
	struct str path = shown(d), owner = deed_owner(audit);

	if (!d->command)
		advise_copy(audit, f, d);
	else if (is_tmp(d))
		finding_help(audit, f, "Write `chmod 1777 %.*s`.", STR_ARG(path));
	else if (str_starts(d->by, STR("install")) && !d->makes_folder)
		finding_help(audit, f,
			"Write `-m 0555` for what is run, `-m 0640 -o %.*s` for what "
			"the program writes.",
			STR_ARG(str_sub(owner, 0, str_find(owner, ':'))));
	else if (is_program(d) && !d->is_recursive)
		finding_help(audit, f,
			"Write `chmod 0555 %.*s`: everybody may run it, nobody change it.",
			STR_ARG(path));
	else if (is_of_system(d))
		finding_help(audit, f,
			"Write `chmod %su=rwX,go=rX %.*s`: what is installed is for root "
			"to change. Let the program write to a folder of its own.",
			d->is_recursive ? "-R " : "", STR_ARG(path));
	else if (d->is_recursive)
		finding_help(audit, f,
			"Give it to who writes there, and to nobody else: `chown -R %.*s "
			"%.*s && chmod -R u=rwX,g=rX,o= %.*s`.",
			STR_ARG(owner), STR_ARG(path), STR_ARG(path));
	else if (d->makes_folder)
		finding_help(audit, f,
			"Give it to who writes there, and to nobody else: `mkdir -p -m "
			"0750 %.*s && chown %.*s %.*s`.",
			STR_ARG(path), STR_ARG(owner), STR_ARG(path));
	else
		finding_help(audit, f,
			"Give it to who writes there, and to nobody else: `chown %.*s "
			"%.*s && chmod %s %.*s`.",
			STR_ARG(owner), STR_ARG(path),
			kind == ENTRY_FILE ? "0640" : "0750", STR_ARG(path));
}

static void say_world_writable(
	struct audit *audit, const struct access_asker *asker, const struct deed *d)
{
	enum runs_as who = audit->workload->launch.runs_as;
	struct finding *f = finding_add(audit, d->span);

	f->verdict = d->happens;
	/* Nobody else is there yet; it is what makes the step away from root hollow. */
	if (who == RUNS_AS_ROOT)
		f->severity = SEVERITY_MEDIUM;
	finding_message(audit, f, "Everybody may write %.*s: the mode `%.*s` says so.",
		STR_ARG(deed_paths_words(audit, d)), STR_ARG(d->text));
	finding_consequence(audit, f, "%s",
		is_tmp(d)
			? "Without the sticky bit everybody may remove and replace the "
			  "files of the others."
			: is_program(d)
			? "Whoever breaks into any process of the container can replace "
			  "the program that the next start runs."
			: "Whoever breaks into any process of the container, whatever "
			  "user it has, can change what lies there: code, data or model.");
	advise_narrow(audit, f, d, kind_of(asker, d));
	finding_evidence(audit, f, "%.*s %.*s", STR_ARG(d->text), STR_ARG(shown(d)));
}

static bool is_world_writable(const struct deed *d)
{
	if (d->happens == ANSWER_NO || !deed_opens(d, OTHERS_WRITE) || is_hidden(d))
		return false;
	/* 1777 on a folder is the way of /tmp; behind -R it reaches all files. */
	return !deed_opens(d, STICKY) ||
		(d->is_recursive && !d->only_folders && !is_tmp(d));
}

void check_chmod_world_writable(struct audit *audit)
{
	struct deeds list = deeds_of(audit, DEED_MODE);
	struct access_asker asker = deed_asker(audit);
	size_t asked = 0;

	vec_each (const struct deed, d, &list) {
		if (!is_world_writable(d))
			continue;
		if (asked++ < DEED_QUESTIONS_MAX && is_undone(&asker, d, OTHERS_WRITE))
			continue;
		say_world_writable(audit, &asker, d);
	}
}

/* Trees of data by their name; any other may be full of programs. */
static bool is_data_tree(struct str path)
{
	static const struct str words[] = {STR_INIT("data"), STR_INIT("model"),
		STR_INIT("weight"), STR_INIT("checkpoint"), STR_INIT("corpus"),
		STR_INIT("corpora"), STR_INIT("cache"), STR_INIT("logs"),
		STR_INIT("upload"), STR_INIT("static"), STR_INIT("media"),
		STR_INIT("assets"), STR_INIT("images"), STR_INIT("templates")};
	struct str name = path_base(path);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_find_str(name, words[i]) < name.n)
			return true;
	return false;
}

static bool makes_programs(const struct deed *d)
{
	if (d->happens == ANSWER_NO || !d->is_recursive || d->only_folders ||
		!d->command || d->makes_folder || !d->paths.n || d->is_glob)
		return false;
	vec_each (const struct str, path, &d->paths)
		if (!is_data_tree(*path))
			return false;
	return deed_opens(d, EXECUTE_ALL) && !is_world_writable(d);
}

/* The same mode with X: folders can be entered, files stay what they are. */
static struct str with_folders_only(struct audit *audit, const struct deed *d)
{
	uint32_t mode = 0, known = 07777;
	static const char *const bits[] = {"", "X", "w", "wX", "r", "rX", "rw", "rwX"};

	if (!mode_apply(d->text, 022, true, &mode, &known))
		return STR("a+rX");
	if (d->text.p[0] < '0' || d->text.p[0] > '9')
		return STR("a+rX");
	return arena_printf(audit->arena, "u=%s,g=%s,o=%s", bits[mode >> 6 & 7],
		bits[mode >> 3 & 7], bits[mode & 7]);
}

void check_chmod_recursive_exec(struct audit *audit)
{
	struct deeds list = deeds_of(audit, DEED_MODE);
	struct access_asker asker = deed_asker(audit);
	size_t asked = 0;

	vec_each (const struct deed, d, &list) {
		struct finding *f;

		if (!makes_programs(d) ||
			(asked++ < DEED_QUESTIONS_MAX &&
				is_undone(&asker, d, EXECUTE_ALL)))
			continue;
		f = finding_add(audit, d->span);
		f->verdict = d->happens;
		finding_message(audit, f,
			"Every file below %.*s becomes a program: `%.*s` is set on all "
			"of them.",
			STR_ARG(deed_paths_words(audit, d)), STR_ARG(d->text));
		finding_consequence(audit, f,
			"Data and models can be executed, and the image stores a second "
			"copy of each file whose mode changes.");
		finding_help(audit, f,
			"Write `chmod -R %.*s %.*s`: a capital X lets folders be entered "
			"and leaves files alone.",
			STR_ARG(with_folders_only(audit, d)), STR_ARG(shown(d)));
		finding_evidence(
			audit, f, "%.*s %.*s", STR_ARG(d->text), STR_ARG(shown(d)));
	}
}
