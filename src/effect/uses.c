#include "effect/tool.h"

#include "base/path.h"
#include "effect/install.h"

/*
 * Commands that name accounts without changing them (chown, install -o, gosu …), and
 * those that give away privilege (chmod u+s, setcap). They change no account; they
 * leave notes.
 */

enum {
	OWN_FROM,
	OWN_REFERENCE,
	OWN_RECURSIVE,
	OWN_VERBOSE,
	OWN_CHANGES,
	OWN_SILENT,
	OWN_NO_DEREFERENCE,
	OWN_FOLLOW_ALL,
	OWN_FOLLOW_ARGS,
	OWN_FOLLOW_NONE,
	OWN_PRESERVE,
	OWN_NO_PRESERVE,
	OWN_DEREFERENCE,
	OWN_QUIET
};

static const struct option own_rows[] = {
	[OWN_FROM] = {0, "from", true},
	[OWN_REFERENCE] = {0, "reference", true},
	[OWN_RECURSIVE] = {'R', "recursive", false},
	[OWN_VERBOSE] = {'v', "verbose", false},
	[OWN_CHANGES] = {'c', "changes", false},
	[OWN_SILENT] = {'f', "silent", false},
	[OWN_NO_DEREFERENCE] = {'h', "no-dereference", false},
	[OWN_FOLLOW_ALL] = {'L', NULL, false},
	[OWN_FOLLOW_ARGS] = {'H', NULL, false},
	[OWN_FOLLOW_NONE] = {'P', NULL, false},
	[OWN_PRESERVE] = {0, "preserve-root", false},
	[OWN_NO_PRESERVE] = {0, "no-preserve-root", false},
	[OWN_DEREFERENCE] = {0, "dereference", false},
	[OWN_QUIET] = {0, "quiet", false},
};
static const struct option_table own_table = {
	own_rows, OPTION_COUNT(own_rows), OPTIONS_GNU, false};

enum outcome tool_chown(struct call *call)
{
	struct options o = call_options(call, &own_table);
	struct str group;

	if (o.value[OWN_REFERENCE] || !o.operands.n)
		return OUTCOME_DONE;
	if (!str_eq(call->tool, STR("chgrp")))
		note_owner(call, &o.operands.at[0]);
	else if (word_str(call->arena, &o.operands.at[0], &group))
		note_use(call, &o.operands.at[0], group, true);
	return OUTCOME_DONE;
}

/* What a mode adds: the bits 4 (set-user-ID) and 2 (set-group-ID). */
static unsigned special_bits(struct str mode)
{
	unsigned bits = 0;

	if (mode.n && byte_is_digit(mode.p[0])) {
		while (mode.n > 4 && mode.p[0] == '0')
			mode = str_from(mode, 1);
		return mode.n == 4 ? (unsigned)(mode.p[0] - '0') & 6u : 0;
	}
	while (mode.n) {
		size_t end = str_find(mode, ',');
		struct str clause = str_sub(mode, 0, end);
		size_t op = 0;
		bool user, group;

		while (op < clause.n && memchr("ugoa", clause.p[op], 4))
			op++;
		user = str_find(str_sub(clause, 0, op), 'u') < op;
		group = str_find(str_sub(clause, 0, op), 'g') < op;
		if (op == 0 || str_find(str_sub(clause, 0, op), 'a') < op)
			user = group = true;
		if (op < clause.n && memchr("+=", clause.p[op], 2) &&
			str_find(str_from(clause, op), 's') < clause.n - op)
			bits |= (user ? 4u : 0) | (group ? 2u : 0);
		mode = str_from(mode, end + 1);
	}
	return bits;
}

/* set-group-ID on a folder hands its group on and gives nobody a right. */
static bool is_program(struct str path)
{
	return str_find_str(path, STR("bin/")) < path.n ||
		str_find_str(path, STR("/libexec/")) < path.n;
}

/* A folder for sure: there set-user-ID means nothing. */
static bool is_folder(struct str path)
{
	static const struct str every_image[] = {STR_INIT("/"), STR_INIT("/bin"),
		STR_INIT("/etc"), STR_INIT("/home"), STR_INIT("/lib"),
		STR_INIT("/media"), STR_INIT("/mnt"), STR_INIT("/opt"),
		STR_INIT("/root"), STR_INIT("/run"), STR_INIT("/sbin"),
		STR_INIT("/srv"), STR_INIT("/tmp"), STR_INIT("/usr"),
		STR_INIT("/usr/bin"), STR_INIT("/usr/local"),
		STR_INIT("/usr/local/bin"), STR_INIT("/var"), STR_INIT("/var/lib"),
		STR_INIT("/var/log"), STR_INIT("/var/tmp")};

	if (str_ends(path, STR("/")))
		return true;
	for (size_t i = 0; i < sizeof(every_image) / sizeof(*every_image); i++)
		if (str_eq(path, every_image[i]))
			return true;
	return false;
}

static void note_bits(
	struct call *call, unsigned bits, struct str mode, const struct word *path)
{
	struct str subject = STR_NONE;
	struct act *act;

	(void)word_str(call->arena, path, &subject);
	if (is_folder(subject))
		return;
	if (bits & 4u) {
		act = note_act(call, ACT_SETUID, path, subject);
		if (act)
			act->detail = mode;
	}
	if ((bits & 2u) && is_program(subject)) {
		act = note_act(call, ACT_SETGID, path, subject);
		if (act)
			act->detail = mode;
	}
}

/* chmod's mode may look like an option (-s takes bits away); those add nothing. */
enum outcome tool_chmod(struct call *call)
{
	const struct word *mode = NULL;
	struct str text = STR(""), word;
	unsigned bits = 0;

	for (size_t i = 1; i < call->argv.n; i++) {
		bool known = call_word(call, i, &word);

		if (known && str_starts(word, STR("-")))
			continue;
		if (mode) {
			note_bits(call, bits, text, &call->argv.at[i]);
			continue;
		}
		mode = &call->argv.at[i];
		text = known ? word : STR("");
		bits = special_bits(text);
	}
	return OUTCOME_DONE;
}

enum outcome tool_install(struct call *call)
{
	struct options o = install_options(call);
	struct str text;

	if (word_str(call->arena, o.value[INST_OWNER], &text))
		note_use(call, o.value[INST_OWNER], text, false);
	if (word_str(call->arena, o.value[INST_GROUP], &text))
		note_use(call, o.value[INST_GROUP], text, true);
	if (word_str(call->arena, o.value[INST_MODE], &text) && o.operands.n &&
		!o.value[INST_DIR])
		note_bits(call, special_bits(text), text, vec_last(&o.operands));
	return OUTCOME_DONE;
}

enum outcome tool_setcap(struct call *call)
{
	const struct word *caps = NULL;
	struct str word, path;

	for (size_t i = 1; i < call->argv.n; i++) {
		struct act *act;

		if (call_word(call, i, &word) && word.n > 1 && word.p[0] == '-')
			continue;
		if (!caps) {
			caps = &call->argv.at[i];
			continue;
		}
		path = STR_NONE;
		(void)call_word(call, i, &path);
		act = note_act(call, ACT_FILE_CAPS, caps, path);
		if (act)
			act->detail = value_display(call->arena, caps->value);
		caps = NULL;
	}
	return OUTCOME_DONE;
}

/* setfacl -m u:app:rwX,g:data:rx PATH */
enum outcome tool_setfacl(struct call *call)
{
	struct str word, entry, kind, name;

	for (size_t i = 1; i < call->argv.n; i++) {
		struct str_fields entries = {0};

		if (!call_word(call, i, &word) || str_starts(word, STR("-")) ||
			path_is_absolute(word))
			continue;
		entries.rest = word;
		while (str_next_field(&entries, ',', &entry)) {
			struct str_fields fields = {.rest = entry};

			if (!str_next_field(&fields, ':', &kind) ||
				!str_next_field(&fields, ':', &name))
				continue;
			if (str_eq(kind, STR("u")) || str_eq(kind, STR("user")))
				note_use(call, &call->argv.at[i], name, false);
			if (str_eq(kind, STR("g")) || str_eq(kind, STR("group")))
				note_use(call, &call->argv.at[i], name, true);
		}
	}
	return OUTCOME_DONE;
}

/* gosu USER[:GROUP] …: the first word that is no option, or -u's. */
enum outcome tool_drops(struct call *call)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word)) {
			note_owner(call, &call->argv.at[i]);
			break;
		}
		if (str_eq(word, STR("-u")) && i + 1 < call->argv.n) {
			note_owner(call, &call->argv.at[i + 1]);
			break;
		}
		if (str_eq(word, STR("-s")) || str_eq(word, STR("-c")) ||
			str_eq(word, STR("-g"))) {
			i++;
			continue;
		}
		if (str_starts(word, STR("-")))
			continue;
		if (!str_eq(call->tool, STR("sudo")))
			note_owner(call, &call->argv.at[i]);
		break;
	}
	return OUTCOME_DONE;
}
