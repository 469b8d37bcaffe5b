#include "cli/audit.h"

#include <errno.h>

#include "cli/cli.h"
#include "cli/config.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "know/know.h"
#include "rule/choice.h"

enum {
	KEY_FILE = 'f',
	KEY_JOBS = 'j',
	KEY_QUIET = 'q',
	KEY_TARGET = 't',
	KEY_FORMAT = 1000,
	KEY_FAIL_ON,
	KEY_BUILD_ARG,
	KEY_BUILDER,
	KEY_AS,
	KEY_IMAGES,
	KEY_CONTEXT,
	KEY_COLOR,
	KEY_ENABLE,
	KEY_SELECT,
	KEY_IGNORE,
	KEY_NO_INLINE,
	KEY_CONFIG,
	KEY_NO_CONFIG,
	KEY_RUN,
	KEY_ENV_FILE,
	KEY_PROJECT_DIRECTORY,
};

const struct argp_option audit_options[] = {
	{"format", KEY_FORMAT, "text|json", 0,
		"text (default) for people, json for programs", 0},
	{"fail-on", KEY_FAIL_ON, "info|low|medium|high|critical|never", 0,
		"exit with 1 for findings of this severity or worse (default high)", 0},
	{"target", KEY_TARGET, "STAGE", 0,
		"audit this stage instead of the last one; may be given again", 0},
	{"build-arg", KEY_BUILD_ARG, "NAME[=VALUE]", 0,
		"the value of an ARG; without =VALUE that of the environment", 0},
	{"builder", KEY_BUILDER, "classic|buildkit", 0,
		"judge as this builder would (default: as both may)", 0},
	{"as", KEY_AS, "dockerfile|compose|script|template", 0,
		"take the files to be this, whatever they look like", 0},
	{"file", KEY_FILE, "FILE", 0,
		"a compose file, as of docker compose; given again, the files are merged into "
		"one project",
		0},
	{"env-file", KEY_ENV_FILE, "FILE", 0,
		"what compose files take ${...} from, instead of .env beside them; may be "
		"given again",
		0},
	{"project-directory", KEY_PROJECT_DIRECTORY, "DIR", 0,
		"the folder of the compose project (default: of its first file)", 0},
	{"run", KEY_RUN, "LINE", 0,
		"audit this 'docker run' line (podman, nerdctl); may be given again",
		0},
	{"images", KEY_IMAGES, "FILE", 0,
		"what you know of base images, in the form of data/images.tsv", 0},
	{"context", KEY_CONTEXT, "DIR", 0,
		"the build context (default: the folder of the file)", 0},
	{"select", KEY_SELECT, "RULE", 0,
		"also run this rule, which is off; a group ('user'), a severity and 'all' are "
		"rules too",
		0},
	{"ignore", KEY_IGNORE, "RULE", 0,
		"do not run this rule, group or severity; a name wins over a group, a group "
		"over a severity",
		0},
	{"enable", KEY_ENABLE, "RULE", 0, "the same as --select", 0},
	{"no-inline", KEY_NO_INLINE, NULL, 0,
		"report also what comments in the files ignore", 0},
	{"config", KEY_CONFIG, "FILE", 0,
		"the configuration, instead of the nearest oakum.yaml", 0},
	{"no-config", KEY_NO_CONFIG, NULL, 0, "read no configuration", 0},
	{"jobs", KEY_JOBS, "N", 0, "how many files at a time (default: one a core)", 0},
	{"color", KEY_COLOR, "auto|always|never", 0,
		"colours; auto (default) only on a terminal and without NO_COLOR", 0},
	{"quiet", KEY_QUIET, NULL, 0, "say nothing about what has no finding", 0},
	{0},
};

/* The options as they are being read. */
struct reading {
	const struct verb *verb;
	struct arena arena;
	struct audit_options options;
	struct str images;
	enum color_when color;
	struct strs paths;
	struct strs lines; /* --run */
	struct strs select, ignore;
	struct str config; /* --config; empty: what is found */
	bool no_config;
};

static int read_choice(struct reading *r, int key, const char *arg, int *out)
{
	*out = option_choice(r->verb, key, arg);
	return *out < 0 ? EINVAL : 0;
}

/* In the order of the option's values. */
static const enum source_kind as_kinds[] = {
	SOURCE_DOCKERFILE, SOURCE_COMPOSE, SOURCE_SCRIPT, SOURCE_TEMPLATE};

static int read_enum(struct reading *r, int key, const char *arg)
{
	int choice, wrong = read_choice(r, key, arg, &choice);

	if (wrong)
		return wrong;
	switch (key) {
	case KEY_FORMAT:
		r->options.format = (enum audit_format)choice;
		break;
	case KEY_FAIL_ON:
		r->options.fail_on = choice; /* "never" stands behind the last */
		break;
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

static int read_jobs(struct reading *r, const char *arg)
{
	uint32_t jobs;

	if (!str_to_u32(str_c(arg), &jobs) || jobs == 0 || jobs > 1024) {
		complain("audit: --jobs: '%s' is no number from 1 to 1024", arg);
		return EINVAL;
	}
	r->options.jobs = jobs;
	return 0;
}

static int read_build_arg(struct reading *r, const char *arg)
{
	struct str text = str_c(arg);
	size_t equals = str_find(text, '=');

	if (equals == 0) {
		complain("audit: --build-arg: '%s' has no name", arg);
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
	struct reading *r, int key, const char *arg, struct strs *selectors)
{
	struct str_fields fields = {.rest = str_c(arg)};
	struct str selector;

	while (str_next_field(&fields, ',', &selector)) {
		if (!rule_selector_is_known(selector)) {
			complain(
				"audit: --%s: no rule, group or severity '%.*s'; 'oakum "
				"rules' lists them",
				option_row(r->verb, key)->name, STR_ARG(selector));
			return EINVAL;
		}
		*vec_push(&r->arena, selectors) = selector;
	}
	return 0;
}

static int read_target(struct reading *r, const char *arg)
{
	vec_each (const struct str, old, &r->options.load.targets)
		if (str_eq_nocase(*old, str_c(arg)))
			return 0;
	if (!*arg) {
		complain("audit: --target: the name of a stage is empty");
		return EINVAL;
	}
	*vec_push(&r->arena, &r->options.load.targets) = str_c(arg);
	return 0;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct reading *r = state->input;

	switch (key) {
	case KEY_FORMAT:
	case KEY_FAIL_ON:
	case KEY_BUILDER:
	case KEY_AS:
	case KEY_COLOR:
		return read_enum(r, key, arg);
	case KEY_JOBS:
		return read_jobs(r, arg);
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
	case KEY_QUIET:
		r->options.style.is_quiet = true;
		return 0;
	case ARGP_KEY_END:
		if (r->config.n && r->no_config) {
			complain("audit: --config and --no-config exclude each other");
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
static int open_world(struct reading *r)
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
static void add_items(struct reading *r, struct walk *walk)
{
	const struct strs *files = &r->options.load.compose_files;

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
static struct strs config_paths(struct reading *r)
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

static int find_config(struct reading *r, struct world *disk)
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
static int choose_rules(struct reading *r)
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

static int run_audit(struct reading *r)
{
	struct walk walk = {.arena = &r->arena, .tick = show_walking};
	int status = open_world(r);

	if (!status)
		status = choose_rules(r);
	if (status)
		return status;
	r->options.style.has_color = output_has_color(r->color);
	r->options.style.width = output_width();
	progress_start(!r->options.style.is_quiet);
	add_items(r, &walk);
	return audit_run(&r->options, &walk);
}

int audit_main(const struct verb *verb, int argc, char **argv)
{
	struct reading r = {.verb = verb, .options = {.fail_on = -1}};
	int status = EXIT_CLEAN;

	switch (options_parse(verb, parse_option, argc, argv, &r)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = run_audit(&r);
		break;
	}
	arena_free(&r.arena);
	return status;
}
