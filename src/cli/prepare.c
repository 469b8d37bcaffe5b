#include "cli/prepare.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/cli.h"
#include "cli/covered.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/walk.h"
#include "host/apply.h"
#include "host/engine.h"
#include "know/asker.h"
#include "know/know.h"
#include "source/load.h"

enum {
	KEY_FILE = 'f',
	KEY_FORMAT = 1000,
	KEY_APPLY,
	KEY_RECURSIVE,
	KEY_ENGINE,
	KEY_UID,
	KEY_ENV_FILE,
	KEY_PROJECT_DIRECTORY,
	KEY_RUN,
	KEY_IMAGES,
};

const struct argp_option prepare_options[] = {
	{"apply", KEY_APPLY, NULL, 0, "do it, as root, and say what was done", 0},
	{"recursive", KEY_RECURSIVE, NULL, 0,
		"what is in a folder or volume is given away with it", 0},
	{"engine", KEY_ENGINE, "rootful|remapped|rootless|desktop", 0,
		"the kind of engine (default: what this machine says)", 0},
	{"uid", KEY_UID, "N", 0,
		"prepare for this number where a container runs as root now", 0},
	{"format", KEY_FORMAT, "text|json|sh", 0,
		"text (default) for people, json for programs, sh: a script for root",
		0},
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
		"prepare for this 'docker run' line (podman, nerdctl); may be given again",
		0},
	{"images", KEY_IMAGES, "FILE", 0,
		"what you know of base images, in the form of data/images.tsv", 0},
	{0},
};

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SH };

/* What was asked for, and what was found. */
struct prepare {
	const struct verb *verb;
	struct arena arena;
	struct strs paths, lines;
	struct str images;
	int format;
	bool is_applied;
	struct host_asker asker;
	struct host_options options;
	struct load_options load;
	const struct knowledge *know;
	struct world *world;
	struct covered covered;
	struct host_facts facts;
	struct host_steps steps;
	bool has_failed; /* a named path could not be read */
};

/* In the order of the option's values. */
static const enum host_engine engines[] = {HOST_ENGINE_ROOTFUL, HOST_ENGINE_REMAPPED,
	HOST_ENGINE_ROOTLESS, HOST_ENGINE_DESKTOP};

static int read_choice(struct prepare *p, int key, const char *arg)
{
	int choice = option_choice(p->verb, key, arg);

	if (choice < 0)
		return EINVAL;
	if (key == KEY_FORMAT)
		p->format = choice;
	else
		p->asker.engine = engines[choice];
	return 0;
}

static int read_uid(struct prepare *p, const char *arg)
{
	if (str_to_u32(str_c(arg), &p->options.uid) && p->options.uid &&
		p->options.uid <= ID_MAX_ENGINE)
		return 0;
	complain("prepare: --uid: '%s' is no number from 1 to %d", arg, ID_MAX_ENGINE);
	return EINVAL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct prepare *p = state->input;

	switch (key) {
	case KEY_APPLY:
		p->is_applied = true;
		return 0;
	case KEY_RECURSIVE:
		p->options.is_recursive = true;
		return 0;
	case KEY_ENGINE:
	case KEY_FORMAT:
		return read_choice(p, key, arg);
	case KEY_UID:
		return read_uid(p, arg);
	case KEY_FILE:
		*vec_push(&p->arena, &p->load.compose_files) = str_c(arg);
		return 0;
	case KEY_ENV_FILE:
		*vec_push(&p->arena, &p->load.env_files) = str_c(arg);
		return 0;
	case KEY_PROJECT_DIRECTORY:
		p->load.project_folder = str_c(arg);
		return 0;
	case KEY_RUN:
		*vec_push(&p->arena, &p->lines) = str_c(arg);
		return 0;
	case KEY_IMAGES:
		p->images = str_c(arg);
		return 0;
	case ARGP_KEY_ARG:
		*vec_push(&p->arena, &p->paths) = str_c(arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- what there is to do ---- */

static bool is_same(
	struct arena *a, const struct host_step *x, const struct host_step *y)
{
	if (x->kind != y->kind)
		return false;
	return prepare_is_command(x) ? str_eq(host_command(a, x), host_command(a, y))
				     : str_eq(x->why, y->why);
}

/* Two inputs may need the same. */
static void take_steps(struct prepare *p, const struct host_steps *steps)
{
	vec_each (const struct host_step, step, steps) {
		bool is_known = false;

		vec_each (const struct host_step, old, &p->steps)
			is_known |= is_same(&p->arena, old, step);
		if (!is_known)
			*vec_push(&p->arena, &p->steps) = *step;
	}
}

static void take_input(struct prepare *p, const struct input *input)
{
	struct host_steps steps = host_prepare_as(
		&p->arena, p->world, &input->project, &p->facts, &p->options);

	vec_each (const struct str, path, &input->covered)
		if (!str_eq(*path, input->path))
			covered_add(&p->covered, &p->arena,
				path_join(&p->arena, STR("."), *path), input->path);
	take_steps(p, &steps);
}

static void refuse(struct prepare *p, const struct walk_item *item, struct str why)
{
	if (item->is_found)
		return;
	complain("cannot %.*s", STR_ARG(why));
	p->has_failed = true;
}

static void look_at(struct prepare *p, const struct walk_item *item)
{
	struct load_options load = p->load;
	struct world *world = p->world;
	struct input input = {0};
	struct err e = {0};

	if (item->kind == WALK_ABSENT || item->kind == WALK_UNSEEN ||
		item->kind == WALK_STREAM) {
		refuse(p, item,
			item->kind == WALK_STREAM ? STR("prepare for a stream")
						  : item->why);
		return;
	}
	if (covered_by(&p->covered, &p->arena, item->path).n)
		return;
	load.is_found = item->is_found;
	if (item->kind != WALK_PROJECT)
		load.compose_files = (struct strs){0};
	if (item->kind == WALK_LINE) {
		load.as = SOURCE_RUN_LINE;
		world = world_overlay(&p->arena, world, item->path, item->text);
	}
	if (input_load(&p->arena, world, p->know, item->path, &load, &input, &e) < 0)
		refuse(p, item, str_c(e.text));
	else if (!input.is_left && !input.skipped.n)
		take_input(p, &input);
}

static void look_at_all(struct prepare *p)
{
	struct walk walk = {.arena = &p->arena};

	if (p->load.compose_files.n)
		walk_add_project(&walk, p->load.compose_files.at[0]);
	vec_each (const struct str, line, &p->lines)
		walk_add_line(&walk, *line);
	if (!p->paths.n && !walk.items.n)
		*vec_push(&p->arena, &p->paths) = STR(".");
	vec_each (const struct str, path, &p->paths)
		walk_add(&walk, *path);
	walk_sort(&walk);
	vec_each (const struct walk_item, item, &walk.items)
		look_at(p, item);
}

/* ---- saying and doing ---- */

static int show(struct prepare *p)
{
	struct buf out = {.arena = &p->arena};
	char folder[PATH_MAX];

	switch (p->format) {
	case FORMAT_JSON:
		prepare_json(&out, &p->facts, &p->steps);
		break;
	case FORMAT_SH:
		if (!getcwd(folder, sizeof(folder))) {
			complain("prepare: the folder you are in is gone");
			return EXIT_FAILED;
		}
		prepare_script(&out, &p->facts, &p->steps, str_c(folder));
		break;
	default:
		prepare_text(&out, &p->facts, &p->steps);
		break;
	}
	return output_all(buf_str(&out)) ? EXIT_CLEAN : EXIT_FAILED;
}

/* What a volume holds is somebody's data: it changes hands only when that is said. */
static bool is_left(const struct prepare *p, const struct host_step *step)
{
	return step->kind == HOST_VOLUME && step->is_recursive &&
		!p->options.is_recursive;
}

/* Where people read: what the commands above came to. */
static bool say_done(struct prepare *p, size_t done)
{
	struct buf out = {.arena = &p->arena};

	if (p->format != FORMAT_TEXT || !done)
		return true;
	buf_printf(&out, "\n# Done: %zu step%s.\n", done, done == 1 ? "" : "s");
	return output_all(buf_str(&out));
}

static int apply(struct prepare *p)
{
	size_t done = 0, left = 0;
	struct err e = {0};

	vec_each (const struct host_step, step, &p->steps) {
		size_t skipped = 0;

		if (!prepare_is_command(step))
			continue;
		if (is_left(p, step)) {
			complain(
				"prepare: the volume '%.*s' is left as it is: what is in "
				"it changes hands only with --recursive",
				STR_ARG(step->name));
			left++;
			continue;
		}
		if (host_apply(&p->arena, step, &skipped, &e) < 0) {
			complain("prepare: cannot %s; %zu %s done before it", e.text,
				done, done == 1 ? "step was" : "steps were");
			return EXIT_FAILED;
		}
		done++;
		if (skipped)
			complain("prepare: %zu %s in '%.*s' stay as they are: links, "
				 "files with several names, other file systems",
				skipped, skipped == 1 ? "entry" : "entries",
				STR_ARG(step->path));
	}
	if (!say_done(p, done))
		return EXIT_FAILED;
	return left ? EXIT_FOUND : EXIT_CLEAN;
}

static int prepare_all(struct prepare *p)
{
	struct err e = {0};
	int status;

	p->asker.uid = getuid();
	p->asker.gid = getgid();
	p->world = world_disk(&p->arena);
	if (p->is_applied && geteuid() != 0) {
		complain(
			"prepare: --apply changes owners, and that takes root; without "
			"it the commands are only printed");
		return EXIT_FAILED;
	}
	if (know_open(&p->arena, p->world, p->images, &p->know, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	p->options.asker = know_asker;
	p->facts = host_engine_find(&p->arena, p->world, &p->asker);
	look_at_all(p);
	if (p->has_failed && p->is_applied)
		return EXIT_FAILED;
	status = show(p);
	if (p->is_applied && status == EXIT_CLEAN)
		status = apply(p);
	return p->has_failed ? EXIT_FAILED : status;
}

int prepare_main(const struct verb *verb, int argc, char **argv)
{
	struct prepare p = {.verb = verb};
	int status = EXIT_CLEAN;

	switch (options_parse(verb, parse_option, argc, argv, &p)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = prepare_all(&p);
		break;
	}
	arena_free(&p.arena);
	return status;
}
