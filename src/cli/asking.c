#include "cli/asking.h"

#include <errno.h>

#include "cli/config.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "know/know.h"
#include "rule/choice.h"

/* In the order of the option's values. */
static const enum source_kind as_kinds[] = {
	SOURCE_DOCKERFILE, SOURCE_COMPOSE, SOURCE_SCRIPT, SOURCE_TEMPLATE};

static int read_enum(struct asking *r, int key, const char *arg)
{
	int choice = option_choice(r->verb, key, arg);

	if (choice < 0)
		return EINVAL;
	switch (key) {
	case KEY_BUILDER:
		r->options.load.builder = choice ? BUILDER_BUILDKIT : BUILDER_CLASSIC;
		break;
	case KEY_AS:
		r->options.load.as = as_kinds[choice];
		break;
	default:
		r->color = (enum color_when)choice;
		break;
	}
	return 0;
}

static int read_build_arg(struct asking *r, const char *arg)
{
	struct str text = str_c(arg);
	size_t equals = str_find(text, '=');

	if (equals == 0) {
		complain("%s: --build-arg: '%s' has no name", r->verb->name, arg);
		return EINVAL;
	}
	*vec_push(&r->arena, &r->options.load.args) = (struct build_arg){
		.name = str_sub(text, 0, equals),
		.value = str_from(text, equals + 1),
		.has_value = equals < text.n,
	};
	return 0;
}

/* What --select and --ignore take; several may stand in one, with commas between. */
static int read_selectors(
	struct asking *r, int key, const char *arg, struct strs *selectors)
{
	struct str_fields fields = {.rest = str_c(arg)};
	struct str selector;

	while (str_next_field(&fields, ',', &selector)) {
		if (!rule_selector_is_known(selector)) {
			complain("%s: --%s: no rule, group or severity '%.*s'; 'oakum "
				 "rules' lists them",
				r->verb->name, option_row(r->verb, key)->name,
				STR_ARG(selector));
			return EINVAL;
		}
		*vec_push(&r->arena, selectors) = selector;
	}
	return 0;
}

static int read_target(struct asking *r, const char *arg)
{
	vec_each (const struct str, old, &r->options.load.targets)
		if (str_eq_nocase(*old, str_c(arg)))
			return 0;
	if (!*arg) {
		complain("%s: --target: the name of a stage is empty", r->verb->name);
		return EINVAL;
	}
	*vec_push(&r->arena, &r->options.load.targets) = str_c(arg);
	return 0;
}

error_t asking_parse(struct asking *r, int key, const char *arg)
{
	switch (key) {
	case KEY_BUILDER:
	case KEY_AS:
	case KEY_COLOR:
		return read_enum(r, key, arg);
	case KEY_BUILD_ARG:
		return read_build_arg(r, arg);
	case KEY_ENABLE:
	case KEY_SELECT:
		return read_selectors(r, key, arg, &r->select);
	case KEY_IGNORE:
		return read_selectors(r, key, arg, &r->ignore);
	case KEY_TARGET:
		return read_target(r, arg);
	case KEY_IMAGES:
		r->images = str_c(arg);
		return 0;
	case KEY_CONTEXT:
		r->options.load.context = str_c(arg);
		return 0;
	case KEY_FILE:
		*vec_push(&r->arena, &r->options.load.compose_files) = str_c(arg);
		return 0;
	case KEY_ENV_FILE:
		*vec_push(&r->arena, &r->options.load.env_files) = str_c(arg);
		return 0;
	case KEY_PROJECT_DIRECTORY:
		r->options.load.project_folder = str_c(arg);
		return 0;
	case KEY_RUN:
		*vec_push(&r->arena, &r->lines) = str_c(arg);
		return 0;
	case KEY_CONFIG:
		r->config = str_c(arg);
		return 0;
	case KEY_NO_CONFIG:
		r->no_config = true;
		return 0;
	case KEY_NO_INLINE:
		r->options.no_inline = true;
		return 0;
	case ARGP_KEY_END:
		if (r->config.n && r->no_config) {
			complain("%s: --config and --no-config exclude each other",
				r->verb->name);
			return EINVAL;
		}
		return 0;
	case ARGP_KEY_ARG:
		*vec_push(&r->arena, &r->paths) = str_c(arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Paths and tables that the options name have to be there before anything is said. */
static int open_world(struct asking *r)
{
	struct world *disk = world_disk(&r->arena);
	struct str context = r->options.load.context;
	struct world_entries entries;
	struct err e = {0};

	if (know_open(&r->arena, disk, r->images, &r->options.know, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	if (context.n && world_list(disk, context, &entries, &e) < 0) {
		complain("--context: cannot %s", e.text);
		return EXIT_FAILED;
	}
	return 0;
}

static void show_walking(void *context, size_t count)
{
	(void)context;
	progress_show("oakum: %zu files found", count);
}

/* What to look at: all that was named, or this folder where nothing was. */
void asking_items(struct asking *r, struct walk *walk)
{
	const struct strs *files = &r->options.load.compose_files;

	*walk = (struct walk){.arena = &r->arena, .tick = show_walking};
	if (files->n)
		walk_add_project(walk, files->at[0]);
	vec_each (const struct str, line, &r->lines)
		walk_add_line(walk, *line);
	if (!r->paths.n && !walk->items.n)
		*vec_push(&r->arena, &r->paths) = STR(".");
	vec_each (const struct str, path, &r->paths)
		walk_add(walk, *path);
	walk_sort(walk);
}

/* What a run looks at decides where its configuration is looked for. */
static struct strs config_paths(struct asking *r)
{
	struct strs paths = {0};

	vec_each (const struct str, path, &r->paths)
		if (!str_eq(*path, walk_stdin))
			*vec_push(&r->arena, &paths) = *path;
	vec_each (const struct str, file, &r->options.load.compose_files)
		*vec_push(&r->arena, &paths) = *file;
	if (!paths.n)
		*vec_push(&r->arena, &paths) = STR(".");
	return paths;
}

static int find_config(struct asking *r, struct world *disk)
{
	struct strs paths = config_paths(r);
	struct err e = {0};

	r->options.folder = config_folder(&r->arena);
	if (r->config.n || r->no_config)
		return 0;
	if (config_find(&r->arena, disk, r->options.folder, &paths, &r->config, &e) ==
		0)
		return 0;
	complain("%s", e.text);
	return EXIT_USAGE;
}

/* The configuration first, and the command line over it. */
static int choose_rules(struct asking *r)
{
	struct rule_choice *choice = rule_choice_new(&r->arena);
	struct world *disk = world_disk(&r->arena);
	int status = find_config(r, disk);

	if (!status && r->config.n)
		status = config_apply(&r->arena, disk, r->config, choice, &r->options);
	rule_choice_apply(choice, r->select.at, r->select.n, r->ignore.at, r->ignore.n);
	r->options.choice = choice;
	if (r->options.fail_on < 0)
		r->options.fail_on = SEVERITY_HIGH;
	return status;
}

int asking_open(struct asking *r)
{
	int status = open_world(r);

	if (!status)
		status = choose_rules(r);
	if (status)
		return status;
	r->options.style.has_color = output_has_color(r->color);
	r->options.style.width = output_width();
	return 0;
}
