#include "cli/config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/cli.h"
#include "rule/choice.h"
#include "seccomp/objective.h"

enum { FAULTS_SHOWN_MAX = 20 };

struct str config_folder(struct arena *a)
{
	char *folder = getcwd(NULL, 0);
	struct str copy = folder ? arena_str(a, str_c(folder)) : STR("/");

	free(folder);
	return copy;
}

static bool is_there(struct world *world, struct str path)
{
	struct world_stat st;

	return world_stat(world, path, &st, NULL) == 0 && st.kind != WORLD_ABSENT;
}

static bool is_folder(struct world *world, struct str path)
{
	struct world_entries entries;
	struct world_stat st;

	if (world_stat(world, path, &st, NULL) < 0)
		return false;
	/* A link may lead to one. */
	return st.kind == WORLD_DIR ||
		(st.kind == WORLD_LINK && world_list(world, path, &entries, NULL) == 0);
}

/* The folder of the repository that holds an absolute folder; empty: none. */
static struct str repository_of(struct arena *a, struct world *world, struct str folder)
{
	for (;; folder = path_dir(folder)) {
		if (is_there(world, path_join(a, folder, STR(".git"))))
			return folder;
		if (folder.n <= 1)
			return STR_NONE;
	}
}

/* The last folder, going upward, in which one is looked for. */
static struct str bound_of(
	struct arena *a, struct world *world, struct str here, struct str folder)
{
	struct str repository = repository_of(a, world, folder);

	if (repository.n)
		return repository;
	return path_is_under(folder, here) ? here : folder;
}

static struct str nearest(
	struct arena *a, struct world *world, struct str here, struct str folder)
{
	struct str bound = bound_of(a, world, here, folder);

	for (;; folder = path_dir(folder)) {
		struct str path = path_join(a, folder, STR("oakum.yaml"));

		if (is_there(world, path))
			return path;
		if (str_eq(folder, bound) || folder.n <= 1)
			return STR_NONE;
	}
}

/* An absolute path as a user in the folder here would write it. */
static struct str shown(struct str path, struct str here)
{
	if (here.n > 1 && path_is_under(path, here) && path.n > here.n)
		return str_from(path, here.n + 1);
	return path;
}

int config_find(struct arena *a, struct world *world, struct str here,
	const struct strs *paths, struct str *out, struct err *e)
{
	struct str last = STR_NONE, found = STR_NONE, by = STR_NONE;

	vec_each (const struct str, path, paths) {
		struct str folder = path_join(a, here, *path), config;

		if (!is_folder(world, folder))
			folder = path_dir(folder);
		if (str_eq(folder, last)) /* most files have neighbours */
			continue;
		last = folder;
		config = nearest(a, world, here, folder);
		if (by.n && !str_eq(config, found))
			return err_set(e, 0,
				"'%.*s' has %s%.*s and '%.*s' has %s%.*s: name the one "
				"that counts by --config, or --no-config",
				STR_ARG(by), found.n ? "" : "no oakum.yaml",
				STR_ARG(shown(found, here)), STR_ARG(*path),
				config.n ? "" : "no oakum.yaml",
				STR_ARG(shown(config, here)));
		by = *path;
		found = config;
	}
	*out = shown(found, here);
	return 0;
}

static struct config_names names_of(struct arena *a)
{
	struct config_names names = {0};
	struct str *rules, *severities = arena_array(a, struct str, SEVERITY_COUNT);
	const struct rule *all = rule_all(&names.rule_count);

	rules = arena_array(a, struct str, names.rule_count);
	for (size_t i = 0; i < names.rule_count; i++)
		rules[i] = all[i].name;
	for (size_t i = 0; i < SEVERITY_COUNT; i++)
		severities[i] = severity_name((enum severity)i);
	names.rules = rules;
	names.severities = severities;
	names.severity_count = SEVERITY_COUNT;
	names.objectives = objective_names(&names.objective_count);
	return names;
}

static void complain_of(const struct config_faults *faults)
{
	for (size_t i = 0; i < faults->n && i < FAULTS_SHOWN_MAX; i++) {
		const struct config_fault *f = &faults->at[i];
		struct place at = span_start(f->span);

		complain("%.*s:%u:%u: %.*s", STR_ARG(f->span.file->path), at.line,
			at.column, STR_ARG(f->detail));
	}
	if (faults->n > FAULTS_SHOWN_MAX)
		complain("%zu more faults of it are not shown",
			faults->n - FAULTS_SHOWN_MAX);
}

static void take_severities(const struct config *config, struct rule_choice *choice,
	struct audit_options *options)
{
	enum severity severity;

	vec_each (const struct config_severity, row, &config->severities)
		if (severity_find(row->severity, &severity))
			rule_choice_set_severity(choice, row->rule, severity);
	if (options->fail_on >= 0 || !config->fail_on.n)
		return;
	options->fail_on = SEVERITY_COUNT;
	if (severity_find(config->fail_on, &severity))
		options->fail_on = (int)severity;
}

static void take_ignores(
	struct arena *a, const struct config *config, struct audit_options *options)
{
	vec_each (const struct ignore, ignore, &config->ignores) {
		struct ignore *copy = vec_push(a, &options->ignores);

		*copy = *ignore;
		if (ignore->path.n)
			copy->path = path_join(a, options->config_folder, ignore->path);
	}
}

static void take_needs(
	struct arena *a, const struct config *config, struct audit_options *options)
{
	vec_each (const struct need, need, &config->needs) {
		struct need *copy = vec_push(a, &options->needs);

		*copy = *need;
		if (need->path.n)
			copy->path = path_join(a, options->config_folder, need->path);
	}
}

int config_apply(struct arena *a, struct world *world, struct str path,
	struct rule_choice *choice, struct audit_options *options)
{
	struct config_names names = names_of(a);
	struct config_faults faults = {0};
	const struct config *config;
	const struct file *file;
	struct err e = {0};

	if (world_read(world, path, &file, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	config = config_read(a, file, &names, &faults);
	if (faults.n) {
		complain_of(&faults);
		return EXIT_USAGE;
	}
	options->config = config;
	options->config_folder = path_dir(path_join(a, options->folder, path));
	take_severities(config, choice, options);
	take_ignores(a, config, options);
	take_needs(a, config, options);
	rule_choice_apply(choice, config->select.at, config->select.n,
		config->ignore.at, config->ignore.n);
	return 0;
}

static const struct config_file *file_row(
	struct arena *a, const struct audit_options *options, struct str path)
{
	struct str whole = path_join(a, options->folder, path);

	vec_each (const struct config_file, row, &options->config->files)
		if (str_glob(path_join(a, options->config_folder, row->path), whole))
			return row;
	return NULL;
}

static bool has_arg(const struct build_args *args, struct str name)
{
	vec_each (const struct build_arg, arg, args)
		if (str_eq(arg->name, name))
			return true;
	return false;
}

void config_load_options(struct arena *a, const struct audit_options *options,
	struct str path, struct load_options *load)
{
	const struct config_file *row;
	struct build_args args = {0};

	row = options->config ? file_row(a, options, path) : NULL;
	if (!row)
		return;
	if (!load->targets.n)
		vec_each (const struct str, target, &row->targets)
			*vec_push(a, &load->targets) = *target;
	vec_each (const struct build_arg, arg, &load->args)
		*vec_push(a, &args) = *arg;
	vec_each (const struct config_arg, arg, &row->args)
		if (!has_arg(&load->args, arg->name))
			*vec_push(a, &args) = (struct build_arg){.name = arg->name,
				.value = arg->value,
				.has_value = arg->has_value};
	load->args = args;
}
