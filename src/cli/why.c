#include "cli/why.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/stream.h"
#include "know/asker.h"
#include "know/know.h"
#include "source/load.h"
#include "why/engine.h"

enum {
	KEY_FILE = 'f',
	KEY_SERVICE = 's',
	KEY_USER = 'u',
	KEY_FORMAT = 1000,
	KEY_ENGINE,
	KEY_IMAGES,
	KEY_COLOR,
};

const struct argp_option why_options[] = {
	{"file", KEY_FILE, "FILE", 0,
		"the Dockerfile, compose file or script that the container comes from",
		0},
	{"service", KEY_SERVICE, "NAME", 0,
		"the service of the compose file (default: the one that fits best)", 0},
	{"user", KEY_USER, "USER[:GROUP]", 0, "it ran as this user, whatever FILE says",
		0},
	{"format", KEY_FORMAT, "text|json", 0,
		"text (default) for people, json for programs", 0},
	{"color", KEY_COLOR, "auto|always|never", 0,
		"colour the text (default: auto, on a terminal only)", 0},
	{"engine", KEY_ENGINE, "docker|podman", 0,
		"ask this engine for the container (default: the first on PATH)", 0},
	{"images", KEY_IMAGES, "FILE", 0,
		"what you know of base images, in the form of data/images.tsv", 0},
	{0},
};

/* What was asked for, and what the answer is made with. */
struct why {
	const struct verb *verb;
	struct arena arena;
	struct world *world;
	struct str subject, file, service, user, images;
	bool has_user;
	int format; /* 0 text, 1 json */
	int engine; /* 0 docker, 1 podman, -1 nobody says */
	enum color_when color;
	struct log log;
	const struct container *container;
	const char *asked; /* the engine that knows it; NULL: none */
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct why *w = state->input;
	int choice;

	switch (key) {
	case KEY_FILE:
		w->file = str_c(arg);
		return 0;
	case KEY_SERVICE:
		w->service = str_c(arg);
		return 0;
	case KEY_USER:
		w->user = str_c(arg);
		w->has_user = true;
		return 0;
	case KEY_FORMAT:
		w->format = option_choice(w->verb, key, arg);
		return w->format < 0 ? EINVAL : 0;
	case KEY_COLOR:
		choice = option_choice(w->verb, key, arg);
		w->color = (enum color_when)choice;
		return choice < 0 ? EINVAL : 0;
	case KEY_ENGINE:
		w->engine = option_choice(w->verb, key, arg);
		return w->engine < 0 ? EINVAL : 0;
	case KEY_IMAGES:
		w->images = str_c(arg);
		return 0;
	case ARGP_KEY_ARG:
		if (w->subject.n) {
			complain("why: one log or container at a time");
			return EINVAL;
		}
		w->subject = str_c(arg);
		return 0;
	case ARGP_KEY_END:
		if (w->subject.n && (w->file.n || (!w->has_user && !w->service.n)))
			return 0;
		if (w->subject.n) {
			complain("why: --user and --service say more of a FILE: "
				 "name it with -f");
			return EINVAL;
		}
		complain("why: which log or container? try 'oakum why crash.log'");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- the log ---- */

/* Everything on standard input, but no more than the reader takes. */
static int read_input(struct why *w, struct str *out, struct err *e)
{
	if (stream_read(&w->arena, STDIN_FILENO, STR("standard input"), LOG_MAX, out,
		    e) == 0)
		return 0;
	return e->code == EFBIG ? err_wrap(e, "give the end of it (tail -c)") : -1;
}

/* The engine's name, with what the environment says. */
static const char *engine_name(const struct why *w)
{
	const char *named = getenv("OAKUM_DOCKER");

	if (w->engine >= 0)
		return w->engine ? "podman" : "docker";
	return named && *named ? named : NULL;
}

/* Asks engine about the container; *is_missing: there is no such program. */
static int ask_engine(struct why *w, const char *engine, struct str *log,
	bool *is_missing, struct err *e)
{
	const char *name = arena_cstr(&w->arena, w->subject);
	const char *inspect[] = {
		engine, "inspect", "--type", "container", "--", name, NULL};
	const char *logs[] = {engine, "logs", "--tail", "20000", "--", name, NULL};
	struct container *c = arena_new(&w->arena, struct container);
	struct engine_said said;

	*is_missing = false;
	if (engine_ask(&w->arena, inspect, false, ENGINE_BYTES_MAX, &said, e) < 0) {
		*is_missing = e->code == ENOENT;
		return -1;
	}
	if (said.status != 0)
		return err_set(e, 0, "find '%s': no such file, and %s says: %.*s", name,
			engine, STR_ARG(said.err));
	if (container_read(&w->arena, said.out, c, e) < 0)
		return -1;
	if (engine_ask(&w->arena, logs, true, ENGINE_BYTES_MAX, &said, e) < 0)
		return -1;
	if (said.status != 0)
		return err_set(e, 0, "read the log of '%s': %s says: %.*s", name,
			engine, STR_ARG(said.out));
	w->asked = engine;
	*log = c->error.n ? arena_printf(&w->arena, "%.*s\n%.*s", STR_ARG(said.out),
				    STR_ARG(c->error))
			  : said.out;
	w->container = c;
	return 0;
}

/* Whose path is in the container; false where the engine does not say. */
static bool ask_owner(struct why *w, struct str path, struct owned *out)
{
	const char *from = arena_cstr(&w->arena,
		arena_printf(
			&w->arena, "%.*s:%.*s", STR_ARG(w->subject), STR_ARG(path)));
	const char *copy[] = {w->asked, "cp", "--", from, "-", NULL};
	struct engine_said said;

	out->path = path;
	return engine_ask(&w->arena, copy, false, TAR_HEADER, &said, NULL) == 0 &&
		said.status == 0 && tar_owner_read(said.out, out);
}

/* What a file may only suppose, the container itself knows: whose the path is. */
static void look_into(struct why *w, struct why_answer *answer)
{
	enum { FOLDERS_MAX = 4 }; /* upwards, where the path is not there yet */
	struct cause *first = answer->causes.at;
	struct str path = answer->causes.n && w->asked ? why_wants(first) : STR_NONE;
	struct owned owned;

	for (int i = 0; i < FOLDERS_MAX && path.n > 1; i++) {
		if (ask_owner(w, path, &owned)) {
			why_hear(&answer->scene, first, &owned);
			return;
		}
		path = path_dir(path);
	}
}

static int read_container(struct why *w, struct str *log, struct err *e)
{
	static const char *const engines[] = {"docker", "podman"};
	const char *named = engine_name(w);
	bool is_missing;

	if (!engine_may_know(w->subject))
		return err_set(e, ENOENT, "find '%.*s'", STR_ARG(w->subject));
	if (named)
		return ask_engine(w, named, log, &is_missing, e);
	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (ask_engine(w, engines[i], log, &is_missing, e) == 0)
			return 0;
		else if (!is_missing)
			return -1;
	return err_set(e, 0,
		"find '%.*s': no such file, and neither docker nor podman is on PATH to "
		"ask for a container",
		STR_ARG(w->subject));
}

static int read_log(struct why *w, struct err *e)
{
	struct world_stat stat;
	struct str bytes = STR_NONE;
	const struct file *file;

	if (str_eq(w->subject, STR("-"))) {
		if (read_input(w, &bytes, e) < 0)
			return -1;
	} else if (world_stat(w->world, w->subject, &stat, e) < 0) {
		return -1;
	} else if (stat.kind != WORLD_ABSENT) {
		if (world_read(w->world, w->subject, &file, e) < 0)
			return -1;
		bytes = file->bytes;
	} else if (read_container(w, &bytes, e) < 0) {
		return -1;
	}
	w->log = log_read(&w->arena, bytes);
	return 0;
}

/* ---- the file ---- */

static struct access_asker asker_of(struct why *w, const struct workload *workload)
{
	struct identity identity = workload->launch.identity;

	if (w->has_user)
		identity = identity_resolve(&w->arena, w->user, workload->accounts);
	else if (w->container)
		identity = identity_resolve(
			&w->arena, w->container->user, workload->accounts);
	else if (workload->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS)
		identity = workload->launch.drop.identity;
	else if (workload->launch.runs_as == RUNS_AS_UNKNOWN)
		identity = (struct identity){
			.uid = {.know = FACT_UNKNOWN}, .gid = {.know = FACT_UNKNOWN}};
	return know_asker(&w->arena, w->world, workload, identity);
}

static bool is_wanted(const struct why *w, const struct workload *workload)
{
	return !w->service.n || str_eq(workload->service, w->service);
}

static bool log_holds(const struct log *log, struct str word)
{
	vec_each (const struct log_line, line, log)
		if (str_find_str(line->text, word) < line->text.n)
			return true;
	return false;
}

/* Does the log speak of a file that the workload's program is given: "train.py"? */
static bool names_program(struct why *w, const struct workload *workload)
{
	const struct program *programs[] = {workload->entrypoint, workload->cmd};

	for (size_t i = 0; i < 2; i++) {
		if (!programs[i] || programs[i]->know != FACT_SET)
			continue;
		vec_each (const struct word, word, &programs[i]->argv) {
			struct str text;

			if (!value_str(&w->arena, word->value, &text))
				continue;
			text = path_base(text);
			if (text.n > 3 && str_find(text, '.') < text.n &&
				log_holds(&w->log, text))
				return true;
		}
	}
	return false;
}

/*
 * How well a workload fits the log: causes that its file says, too; else what is mounted
 * where they are, and the program that the log names.
 */
static int fit_of(
	struct why *w, const struct workload *workload, const struct why_answer *answer)
{
	int fit = names_program(w, workload) ? 2 : 0;

	vec_each (const struct cause, c, &answer->causes)
		fit += (c->is_agreed == ANSWER_YES		   ? 4
				       : c->is_agreed == ANSWER_NO ? -2
								   : 0) +
			(c->spot.mount != NULL);
	return fit;
}

/* The answer of the workload that fits best; the first of those that fit alike. */
static bool ask_workloads(struct why *w, const struct input *input,
	struct why_subject *subject, struct why_answer *out)
{
	int best = 0;

	subject->file = input->path;
	vec_each (struct workload *, workload, &input->project.workloads) {
		struct access_asker *asker;
		struct why_answer answer;
		int fit;

		if (!is_wanted(w, *workload))
			continue;
		asker = arena_new(&w->arena, struct access_asker);
		*asker = asker_of(w, *workload);
		answer = why_ask(&w->arena, &w->log, w->container, asker);
		fit = fit_of(w, *workload, &answer);
		if (subject->workload.n && fit <= best) {
			subject->alike += fit == best;
			continue;
		}
		best = fit;
		subject->alike = 0;
		subject->workload = (*workload)->name;
		*out = answer;
	}
	return subject->workload.n != 0;
}

static int load_file(struct why *w, struct input *out, struct err *e)
{
	struct load_options load = {0};
	const struct knowledge *know;

	if (know_open(&w->arena, w->world, w->images, &know, e) < 0)
		return -1;
	return input_load(&w->arena, w->world, know, w->file, &load, out, e);
}

/* ---- the answer ---- */

static int print(
	struct why *w, const struct why_subject *subject, struct why_answer *answer)
{
	struct buf out = {.arena = &w->arena};
	struct screen screen = {.out = &out,
		.has_color = output_has_color(w->color),
		.width = output_width()};

	look_into(w, answer);
	if (w->format)
		why_json(&out, subject, answer);
	else
		why_text(&screen, subject, answer);
	if (!output_all(buf_str(&out)))
		return EXIT_FAILED;
	return answer->causes.n ? EXIT_CLEAN : EXIT_FOUND;
}

static int answer_all(struct why *w)
{
	struct why_subject subject = {.log = &w->log,
		.name = str_eq(w->subject, STR("-")) ? STR("<stdin>") : w->subject};
	struct why_answer answer;
	struct input input = {0};
	struct err e = {0};

	w->world = world_disk(&w->arena);
	if (read_log(w, &e) < 0 || (w->file.n && load_file(w, &input, &e) < 0)) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	if (!w->file.n) {
		answer = why_ask(&w->arena, &w->log, w->container, NULL);
		return print(w, &subject, &answer);
	}
	if (input.skipped.n || !ask_workloads(w, &input, &subject, &answer)) {
		complain("why: '%.*s': %.*s", STR_ARG(w->file),
			STR_ARG(input.skipped.n	       ? input.skipped
					: w->service.n ? STR("no such service in it")
						       : STR("no container in it")));
		return EXIT_UNSEEN;
	}
	return print(w, &subject, &answer);
}

int why_main(const struct verb *verb, int argc, char **argv)
{
	struct why w = {.verb = verb, .engine = -1};
	int status = EXIT_CLEAN;

	switch (options_parse(verb, parse_option, argc, argv, &w)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = answer_all(&w);
		break;
	}
	arena_free(&w.arena);
	return status;
}
