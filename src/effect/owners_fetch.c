#include "effect/owners.h"

#include "base/path.h"

/* Tools that bring files: archives, downloads, repositories, packages. */

static struct str here(const struct call *call)
{
	return call->run->cwd.n ? call->run->cwd : STR("/");
}

/* ---- archives ---- */

/* tar x, -x, --extract: root's tar gives files the owners that the archive says. */
static bool extracts(struct call *call)
{
	struct str word;

	if (own_has_option(call, 'x', STR("--extract")) ||
		own_has_option(call, 'x', STR("--get")))
		return true;
	return call_word(call, 1, &word) && !str_starts(word, STR("-")) &&
		str_find(word, 'x') < word.n;
}

void own_tar(struct call *call)
{
	struct word room;
	const struct word *into = own_value(call, STR("C"), STR("--directory"), &room);
	struct str path = into ? own_operand(call, into).path : here(call);

	if (!extracts(call))
		own_cloud(call, path);
	else if (own_has_option(call, 'o', STR("--no-same-owner")) &&
		!own_has_option(call, 'p', STR("--preserve")))
		own_cloud(call, path);
	else
		own_blur(call, path);
}

/* unzip gives what it makes to who runs it; the modes are the archive's. */
void own_unzip(struct call *call)
{
	struct word room;
	const struct word *into = own_value(call, STR("d"), STR("--"), &room);
	struct str path = into ? own_operand(call, into).path : here(call);
	struct event e = {.kind = EVENT_CLOUD,
		.path = path,
		.is_open = true,
		.why = STR("may have made it")};

	if (into) {
		struct event folder = own_made(call, ENTRY_FOLDER);

		folder.path = path;
		own_add(call, folder);
	}
	own_ids(call, &e.uid, &e.gid);
	own_add(call, e);
}

/* ---- downloads ---- */

/* What stands behind the last slash of a URL, without its query. */
static struct str name_of_url(struct str url)
{
	url = str_sub(url, 0, str_find(url, '?'));
	url = str_sub(url, 0, str_find(url, '#'));
	while (str_ends(url, STR("/")))
		url = str_sub(url, 0, url.n - 1);
	return path_base(url);
}

static bool is_url(struct str word)
{
	return str_find_str(word, STR("://")) < word.n || str_starts(word, STR("git@"));
}

static void made_file(struct call *call, struct str path)
{
	struct event e = own_made(call, ENTRY_FILE);

	e.path = path;
	own_add(call, e);
}

/* The files that the URLs among the words are called by, in folder. */
static void made_by_urls(struct call *call, struct str folder)
{
	bool has_any = false;

	for (size_t i = 1; i < call->argv.n; i++) {
		struct str word;

		if (!call_word(call, i, &word) || !is_url(word))
			continue;
		has_any = true;
		made_file(call, path_join(call->arena, folder, name_of_url(word)));
	}
	if (!has_any || !call->is_complete)
		own_cloud(call, folder);
}

static void made_at(struct call *call, const struct word *file)
{
	struct operand o = own_operand(call, file);
	struct str word;

	if (word_str(call->arena, file, &word) &&
		(str_eq(word, STR("-")) || str_starts(word, STR("/dev/"))))
		return;
	if (o.is_known)
		made_file(call, o.path);
	else
		own_cloud(call, o.path);
}

void own_curl(struct call *call)
{
	struct word room;
	const struct word *file = own_value(call, STR("o"), STR("--output"), &room);

	if (file) {
		if (own_has_option(call, '\1', STR("--create-dirs"))) {
			struct event folder = own_made(call, ENTRY_FOLDER);

			folder.makes_parents = true;
			folder.path = path_dir(own_operand(call, file).path);
			own_add(call, folder);
		}
		made_at(call, file);
	}
	if (own_has_option(call, 'O', STR("--remote-name")))
		made_by_urls(call, here(call));
}

void own_wget(struct call *call)
{
	struct word room;
	const struct word *file =
		own_value(call, STR("O"), STR("--output-document"), &room);
	const struct word *folder =
		own_value(call, STR("P"), STR("--directory-prefix"), &room);

	if (file)
		made_at(call, file);
	else if (own_has_option(call, 'r', STR("--recursive")))
		own_cloud(call, here(call));
	else if (folder)
		own_filled(call, own_operand(call, folder).path);
	else
		made_by_urls(call, here(call));
}

/* ---- repositories ---- */

/* git clone [options] URL [folder] */
static void clone(struct call *call, size_t first)
{
	for (size_t i = first; i < call->argv.n; i++) {
		struct str url, folder;

		if (!call_word(call, i, &url)) {
			/* $REPO: the folder behind it is what counts. */
			if (i + 2 == call->argv.n)
				break;
			continue;
		}
		if (!is_url(url) && !str_ends(url, STR(".git")))
			continue;
		if (i + 1 < call->argv.n && call->is_complete) {
			own_filled(call, own_operand(call, &call->argv.at[i + 1]).path);
			return;
		}
		folder = name_of_url(url);
		if (str_ends(folder, STR(".git")))
			folder = str_sub(folder, 0, folder.n - 4);
		own_filled(call, path_join(call->arena, here(call), folder));
		return;
	}
	own_cloud(call, here(call));
}

void own_git(struct call *call)
{
	struct word room;
	const struct word *at = own_value(call, STR("C"), STR("--git-dir"), &room);
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || str_starts(word, STR("-")))
			continue;
		if (str_eq(word, STR("clone"))) {
			clone(call, i + 1);
			return;
		}
		if (str_eq(word, STR("config")))
			return; /* a file in HOME at most */
	}
	own_cloud(call, at ? own_operand(call, at).path : here(call));
}

/* rsync -a from/ to: as cp -a; with options that say otherwise, nobody knows. */
void own_rsync(struct call *call)
{
	struct words operands = own_operands(call);
	struct event e = {.kind = EVENT_COPIED};
	struct operand from, to;
	struct str text;

	if (operands.n != 2 || !call->is_complete ||
		own_has_option(call, '\1', STR("--ch")) ||
		own_has_option(call, '\1', STR("--no-")) ||
		!call_word(call, 1, &text) ||
		!word_str(call->arena, &operands.at[0], &text) ||
		str_find(text, ':') < text.n) {
		own_names(call);
		return;
	}
	from = own_operand(call, &operands.at[0]);
	to = own_operand(call, &operands.at[1]);
	if (!from.is_known || !to.is_known || from.is_glob) {
		own_blur(call, to.path);
		return;
	}
	own_ids(call, &e.uid, &e.gid);
	e.keeps = own_has_option(call, 'a', STR("--archive"));
	e.source = from.path;
	e.path = to.path;
	e.is_content = from.is_folder || from.is_content;
	e.goes_in = true;
	own_add(call, e);
}

/* ---- packages ---- */

/* Package managers: nothing of theirs lies in the folders of an application. */
void own_packages(struct call *call)
{
	own_system(call, EVENT_CLOUD, STR("/root"));
}

/* "." or "-e ./lib": what is built leaves traces beside the sources. */
static bool builds_here(struct call *call)
{
	for (size_t i = 1; i < call->argv.n; i++) {
		struct str word;

		if (call_word(call, i, &word) &&
			(str_starts(word, STR(".")) || str_eq(word, STR("-e")) ||
				str_starts(word, STR("--editable"))))
			return true;
	}
	return false;
}

/*
 * Below the prefix of the Python that runs it, and in its cache; not where services keep
 * their data, and owned by who runs it.
 */
static void fill_prefixes(struct call *call)
{
	static const struct str prefixes[] = {
		STR_INIT("/usr"), STR_INIT("/opt"), STR_INIT("/root")};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		own_cloud(call, prefixes[i]);
}

/* --user: into the home of who runs pip, where another user's Python does not look. */
static void fill_home(struct call *call)
{
	struct str word, home;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || !str_eq(word, STR("--user")) ||
			!own_home(call, &home))
			continue;
		home = path_join(call->arena, home, STR(".local"));
		own_filled(call, home);
		note_act(call, ACT_HOME_PACKAGES, &call->argv.at[i], home);
	}
}

void own_pip(struct call *call)
{
	struct word room;
	const struct word *into = own_value(call, STR("t"), STR("--target"), &room);

	if (!into)
		into = own_value(call, STR_NONE, STR("--prefix"), &room);
	if (into) {
		own_filled(call, own_operand(call, into).path);
		return;
	}
	fill_prefixes(call);
	fill_home(call);
	if (builds_here(call))
		own_cloud(call, here(call));
}

/* conda create -p /env, mamba env create --prefix /env */
void own_conda(struct call *call)
{
	struct word room;
	const struct word *into = own_value(call, STR("p"), STR("--prefix"), &room);

	if (into)
		own_filled(call, own_operand(call, into).path);
	own_packages(call);
}

/* npm, yarn, poetry, go …: packages beside the sources, and where packages go. */
void own_project(struct call *call)
{
	own_system(call, EVENT_CLOUD, here(call));
}

static void make_environment(struct call *call, size_t first)
{
	struct str word;

	for (size_t i = first; i < call->argv.n; i++)
		if (!call_word(call, i, &word) || !str_starts(word, STR("-")))
			own_filled(call, own_operand(call, &call->argv.at[i]).path);
}

/* virtualenv [options] DIR */
void own_virtualenv(struct call *call)
{
	make_environment(call, 1);
}

/* python -m venv DIR, python -m pip …; of every other program nothing is known. */
void own_python(struct call *call)
{
	struct str option, module;

	if (!call_word(call, 1, &option) || !call_word(call, 2, &module) ||
		!str_eq(option, STR("-m"))) {
		if (!str_starts(option, STR("--version")) && !str_eq(option, STR("-V")))
			own_cloud(call, STR("/"));
		return;
	}
	if (str_eq(module, STR("venv")) || str_eq(module, STR("virtualenv")))
		make_environment(call, 3);
	else if (str_eq(module, STR("pip")) || str_eq(module, STR("ensurepip")))
		own_pip(call);
	else
		own_cloud(call, STR("/"));
}

/* uv venv DIR, uv pip install, uv sync */
void own_uv(struct call *call)
{
	struct str word;

	if (call_word(call, 1, &word) && str_eq(word, STR("venv")) && call->argv.n > 2)
		make_environment(call, 2);
	else if (str_eq(word, STR("venv")))
		own_filled(call, path_join(call->arena, here(call), STR(".venv")));
	else
		own_project(call);
}

/* ---- the others ---- */

/* Does every -exec give another owner or mode, so that nothing comes or goes? */
static bool only_changes(struct call *call)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word) || str_eq(word, STR("-delete")))
			return false;
		if ((str_starts(word, STR("-exec")) || str_starts(word, STR("-ok"))) &&
			(!call_word(call, i + 1, &word) ||
				(!str_eq(word, STR("chmod")) &&
					!str_eq(word, STR("chown")) &&
					!str_eq(word, STR("chgrp")))))
			return false;
	}
	return true;
}

/* find … -exec, -delete: everything below where it starts. */
void own_find(struct call *call)
{
	struct str word;
	bool acts = false;

	for (size_t i = 1; i < call->argv.n; i++)
		acts = acts || !call_word(call, i, &word) ||
			str_starts(word, STR("-exec")) ||
			str_starts(word, STR("-ok")) || str_eq(word, STR("-delete"));
	for (size_t i = 1; acts && i < call->argv.n; i++) {
		struct event e = {.kind = EVENT_BLUR,
			.keeps = only_changes(call),
			.is_open = true,
			.uid = id_unknown(),
			.gid = id_unknown(),
			.why = STR("may have changed it")};

		if (call_word(call, i, &word) && word.n && memchr("-(!", word.p[0], 3))
			break;
		e.path = own_operand(call, &call->argv.at[i]).path;
		own_add(call, e);
	}
}

/* setfacl and its kin: every path that they name. */
void own_names(struct call *call)
{
	for (size_t i = 1; i < call->argv.n; i++) {
		struct str word;

		if (!call_word(call, i, &word) || path_is_absolute(word) ||
			!str_starts(word, STR("-")))
			own_blur(call, own_operand(call, &call->argv.at[i]).path);
	}
}
