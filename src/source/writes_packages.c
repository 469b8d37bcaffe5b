/* Packages that the build of a workload installs, by RUN and by the files it names. */
#include "base/path.h"
#include "model/query.h"
#include "source/writes.h"

enum { PACKAGES_LINES_MAX = 2000 }; /* of one list of packages */

/* Commands that install; `sub` is what stands between program and verb, or empty. */
static const struct installer {
	struct str program, verb, second;
	enum library_mark kind;
} installers[] = {
	{STR_INIT("pip"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("pip3"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("pipx"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("pip"), STR_INIT("install"), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("add"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("sync"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("poetry"), STR_INIT("add"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("poetry"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("conda"), STR_INIT("install"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("conda"), STR_INIT("create"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("conda"), STR_INIT("env"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("mamba"), STR_INIT("install"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("mamba"), STR_INIT("create"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("mamba"), STR_INIT("env"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("micromamba"), STR_INIT("install"), STR_INIT(""), LIBRARY_CONDA},
	{STR_INIT("micromamba"), STR_INIT("create"), STR_INIT(""), LIBRARY_CONDA},
};

/* Options whose value is a word of its own and names no package. */
static bool takes_value(struct str option)
{
	static const struct str names[] = {STR_INIT("-i"), STR_INIT("--index-url"),
		STR_INIT("--extra-index-url"), STR_INIT("-f"), STR_INIT("--find-links"),
		STR_INIT("-t"), STR_INIT("--target"), STR_INIT("--prefix"),
		STR_INIT("--root"), STR_INIT("--trusted-host"), STR_INIT("--timeout"),
		STR_INIT("--retries"), STR_INIT("--python"), STR_INIT("-p"),
		STR_INIT("-n"), STR_INIT("--name"), STR_INIT("--channel"),
		STR_INIT("--index"), STR_INIT("--cache-dir"), STR_INIT("--group"),
		STR_INIT("--extra"), STR_INIT("--with"), STR_INIT("--without")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(option, names[i]))
			return true;
	return false;
}

static bool is_list_option(struct str option)
{
	return str_eq(option, STR("-r")) || str_eq(option, STR("--requirement")) ||
		str_eq(option, STR("--requirements")) || str_eq(option, STR("--file"));
}

static void mark_pip(struct writes_search *s, struct str text, struct span span)
{
	struct str name = know_pip_name(s->arena, text);

	if (name.n)
		writes_mark(s, LIBRARY_PIP, name, WRITES_INSTALLED, name, span);
}

/* What conda installs is known under its own name, else under pip's. */
static void mark_conda(struct writes_search *s, struct str text, struct span span)
{
	size_t colons = str_find_str(text, STR("::"));
	struct str name;

	if (colons < text.n)
		text = str_from(text, colons + 2);
	name = know_pip_name(s->arena, text);
	if (str_eq(name, STR("pytorch")))
		name = STR("torch");
	if (!name.n)
		return;
	writes_mark(s, LIBRARY_CONDA, name, WRITES_INSTALLED, name, span);
	writes_mark(s, LIBRARY_PIP, name, WRITES_INSTALLED, name, span);
}

/* ---- files that list packages ---- */

static bool next_line(const struct text *t, size_t *at, struct text *line)
{
	size_t n;

	if (*at >= t->s.n)
		return false;
	n = str_find(str_from(t->s, *at), '\n');
	*line = text_sub(t, *at, n);
	*at += n + 1;
	return true;
}

static void read_list(struct writes_search *s, const struct state *before,
	struct str path, int depth);

/* requirements.txt: a name a line, options, other lists. */
static void requirements(struct writes_search *s, const struct state *before,
	const struct text *t, struct str folder, int depth)
{
	struct text line;
	size_t at = 0, lines = 0;

	while (next_line(t, &at, &line) && lines++ < PACKAGES_LINES_MAX) {
		struct str text = str_trim(line.s), word;

		if (str_starts(text, STR("-r")) ||
			str_starts(text, STR("--requirement"))) {
			str_next_word(&text, &word);
			if (str_starts(word, STR("-r")) && word.n > 2)
				text = str_from(word, 2);
			text = str_trim(text);
			if (text.n)
				read_list(s, before, path_join(s->arena, folder, text),
					depth + 1);
		} else if (text.n && text.p[0] != '#' && text.p[0] != '-') {
			mark_pip(s, text, text_span(&line, 0, line.s.n));
		}
	}
}

/* The quoted strings of the lists in pyproject.toml, and the keys of poetry's tables. */
static void pyproject(struct writes_search *s, const struct text *t)
{
	struct text line;
	size_t at = 0, lines = 0;
	bool in_list = false, in_table = false;

	while (next_line(t, &at, &line) && lines++ < PACKAGES_LINES_MAX) {
		struct str text = str_trim(line.s), rest;

		if (str_starts(text, STR("["))) {
			in_list = false;
			in_table = str_find_str(text, STR("dependencies]")) < text.n;
			continue;
		}
		if (str_starts(text, STR("dependencies")) &&
			str_find(text, '[') < text.n)
			in_list = true;
		if (in_table && text.n && byte_is_alpha(text.p[0]))
			mark_pip(s, text, text_span_all(&line));
		for (rest = text; (in_list || in_table) && rest.n;) {
			size_t quote = str_find(rest, '"');
			struct str inside = str_from(rest, quote + 1);
			size_t end = str_find(inside, '"');

			if (quote >= rest.n || end >= inside.n)
				break;
			if (!in_table || !byte_is_alpha(text.p[0]))
				mark_pip(s, str_sub(inside, 0, end),
					text_span_all(&line));
			rest = str_from(inside, end + 1);
		}
		if (in_list && str_ends(text, STR("]")))
			in_list = false;
	}
}

/* environment.yml: "  - name=1.2" in its lists; below `pip:` pip's. setup.cfg: lines. */
static void environment(struct writes_search *s, const struct text *t)
{
	struct text line;
	size_t at = 0, lines = 0;

	while (next_line(t, &at, &line) && lines++ < PACKAGES_LINES_MAX) {
		struct str text = str_trim(line.s);

		if (str_starts(text, STR("- ")))
			mark_conda(
				s, str_trim(str_from(text, 2)), text_span_all(&line));
	}
}

static void setup_cfg(struct writes_search *s, const struct text *t)
{
	struct text line;
	size_t at = 0, lines = 0;
	bool in_list = false;

	while (next_line(t, &at, &line) && lines++ < PACKAGES_LINES_MAX) {
		struct str text = str_trim(line.s);
		bool is_indented = line.s.n && byte_is_blank(line.s.p[0]);

		if (!is_indented)
			in_list = str_starts(text, STR("install_requires"));
		else if (in_list)
			mark_pip(s, text, text_span_all(&line));
	}
}

/* A file as a RUN sees it: copied in, or bound from the context for this RUN alone. */
static bool read_for_build(struct writes_search *s, const struct state *before,
	struct str path, struct text *out)
{
	struct effect_context *effect = s->in->effect;
	struct file_entry bound = {.origin = FILE_FROM_CONTEXT, .source = path};
	const struct file_entry *entry;
	struct str cwd = STR("/"), rest = STR_NONE, full;

	(void)fact_str(s->arena, before->workdir, &cwd);
	full = path_join(s->arena, path_join(s->arena, STR("/"), cwd), path);
	entry = files_find(before->files, full, &rest);
	if (!effect->read_script || s->seen.n >= WRITES_FILES_MAX ||
		s->bytes >= WRITES_BYTES_MAX)
		return false;
	if (entry && entry->origin == FILE_FROM_TEXT) {
		*out = entry->content;
		return rest.n == 0;
	}
	if (entry && effect->read_script(effect->data, entry, rest, out))
		return true;
	return !path_is_absolute(path) && s->in->workload->build &&
		effect->read_script(effect->data, &bound, STR_NONE, out);
}

static void read_list(
	struct writes_search *s, const struct state *before, struct str path, int depth)
{
	struct text text;
	struct str name = path_base(path);

	if (depth > WRITES_DEPTH_MAX || !read_for_build(s, before, path, &text))
		return;
	*vec_push(s->arena, &s->seen) = path;
	s->bytes +=
		(uint32_t)(text.s.n < WRITES_BYTES_MAX ? text.s.n : WRITES_BYTES_MAX);
	if (str_ends(name, STR(".toml")))
		pyproject(s, &text);
	else if (str_ends(name, STR(".cfg")))
		setup_cfg(s, &text);
	else if (str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml")))
		environment(s, &text);
	else
		requirements(s, before, &text, path_dir(path), depth);
}

/* `pip install .`: what the project itself asks for. */
static void read_project(
	struct writes_search *s, const struct state *before, struct str folder)
{
	read_list(s, before, path_join(s->arena, folder, STR("pyproject.toml")), 0);
	read_list(s, before, path_join(s->arena, folder, STR("setup.cfg")), 0);
}

/* ---- commands ---- */

static bool word_at(
	struct writes_search *s, const struct command *c, size_t i, struct str *out)
{
	return i < c->argv.n && value_str(s->arena, c->argv.at[i].value, out);
}

/* The installer that c calls, and where its words begin; NULL: none. */
static const struct installer *installer_of(
	struct writes_search *s, const struct command *c, size_t *first)
{
	struct str name, verb, second;
	size_t at = 1;

	if (!command_name(c, &name))
		return NULL;
	if (str_starts(name, STR("python")) && word_at(s, c, 1, &verb) &&
		str_eq(verb, STR("-m")) && word_at(s, c, 2, &name))
		at = 3;
	if (str_starts(name, STR("pip3.")))
		name = STR("pip3");
	for (size_t i = 0; i < sizeof(installers) / sizeof(installers[0]); i++) {
		const struct installer *k = &installers[i];

		if (!str_eq(name, k->program) || !word_at(s, c, at, &verb) ||
			!str_eq(verb, k->verb))
			continue;
		*first = at + 1;
		if (!k->second.n)
			return k;
		if (word_at(s, c, at + 1, &second) && str_eq(second, k->second)) {
			++*first;
			return k;
		}
	}
	return NULL;
}

static bool is_folder_word(struct str word)
{
	return str_eq(word, STR(".")) || str_starts(word, STR("./")) ||
		str_starts(word, STR(".["));
}

static void installed_word(struct writes_search *s, const struct installer *k,
	const struct state *before, struct str word, struct span span)
{
	if (is_folder_word(word))
		read_project(s, before, str_sub(word, 0, str_find(word, '[')));
	else if (k->kind == LIBRARY_CONDA)
		mark_conda(s, word, span);
	else
		mark_pip(s, word, span);
}

static void install(struct writes_search *s, const struct installer *k,
	const struct command *c, size_t first, const struct state *before)
{
	bool is_conda = k->kind == LIBRARY_CONDA;
	size_t packages = 0;

	for (size_t i = first; i < c->argv.n; i++) {
		struct str word, value;

		if (!word_at(s, c, i, &word))
			continue;
		if (is_list_option(word) || (is_conda && str_eq(word, STR("-f")))) {
			if (word_at(s, c, ++i, &value))
				read_list(s, before, value, 0);
			packages++;
		} else if (str_starts(word, STR("-r")) && word.n > 2) {
			read_list(s, before, str_from(word, 2), 0);
			packages++;
		} else if (takes_value(word) ||
			(str_eq(word, STR("-c")) && word.n == 2)) {
			i++;
		} else if (word.n && word.p[0] != '-') {
			installed_word(s, k, before, word, c->argv.at[i].span);
			packages++;
		}
	}
	/* `poetry install`, `uv sync`: the project where it stands. */
	if (!packages && !is_conda)
		read_project(s, before, STR(""));
}

static void installed_by_system(struct writes_search *s, const struct package *list)
{
	for (; list; list = list->older) {
		enum library_mark kind = LIBRARY_APT;

		if (str_eq(list->family, STR("alpine")))
			kind = LIBRARY_APK;
		else if (str_eq(list->family, STR("rhel")))
			kind = LIBRARY_DNF;
		if (list->installed != ANSWER_NO)
			writes_mark(s, kind, list->name, WRITES_INSTALLED, list->name,
				list->span);
	}
}

void writes_packages(struct writes_search *s)
{
	struct step_list steps = workload_needed_steps(s->arena, s->in->workload);

	vec_each (const struct step *, step, &steps) {
		if ((*step)->kind != STEP_RUN)
			continue;
		vec_each (struct command *, c, &(*step)->commands) {
			size_t first = 0;
			const struct installer *k = installer_of(s, *c, &first);

			if (k)
				install(s, k, *c, first, (*step)->before);
		}
	}
	if (s->in->workload->stage)
		installed_by_system(s, s->in->now->packages);
}
