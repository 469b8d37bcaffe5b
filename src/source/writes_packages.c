/* Packages that the build of a workload installs, by RUN and by the files it names. */
#include "model/query.h"
#include "source/writes_lists.h"

/* Commands that install; `sub` is what stands between program and verb, or empty. */
static const struct installer {
	struct str program, verb, second;
	enum library_mark kind;
} installers[] = {
	{STR_INIT("pip"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("pip3"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("pipx"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("pip"), STR_INIT("install"), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("pip"), STR_INIT("sync"), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("add"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("uv"), STR_INIT("sync"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("poetry"), STR_INIT("add"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("poetry"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
	{STR_INIT("pipenv"), STR_INIT("install"), STR_INIT(""), LIBRARY_PIP},
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
		STR_INIT("-c"), STR_INIT("--constraint"),
		STR_INIT("--build-constraint"), STR_INIT("--index"),
		STR_INIT("--cache-dir"), STR_INIT("--group"), STR_INIT("--extra"),
		STR_INIT("--with"), STR_INIT("--without")};

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

/* `-rlist`, `--requirement=list` */
static bool joined_list(struct str word, struct str *value)
{
	size_t equals = str_find(word, '=');

	*value = str_from(word, equals + 1);
	if (equals < word.n)
		return is_list_option(str_sub(word, 0, equals));
	*value = str_from(word, 2);
	return str_starts(word, STR("-r")) && value->n;
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

static void installed_word(struct writes_search *s, const struct installer *k,
	const struct state *before, struct str word, struct span span)
{
	if (str_eq(k->second, STR("sync")))
		writes_list(s, before, word);
	else if (k->kind == LIBRARY_CONDA)
		writes_conda(s, word, span);
	else
		writes_package(s, before, word, span);
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
				writes_list(s, before, value);
			packages++;
		} else if (joined_list(word, &value)) {
			writes_list(s, before, value);
			packages++;
		} else if (takes_value(word)) {
			i++;
		} else if (word.n && word.p[0] != '-') {
			installed_word(s, k, before, word, c->argv.at[i].span);
			packages++;
		}
	}
	/* `poetry install`, `uv sync`: the project where it stands. */
	if (!packages && !is_conda)
		writes_project(s, before, STR(""));
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
