#include <errno.h>

#include "base/path.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "know/asker.h"
#include "know/know.h"
#include "report/screen.h"
#include "source/load.h"

enum {
	KEY_FILE = 'f',
	KEY_TARGET = 't',
	KEY_USER = 'u',
	KEY_FORMAT = 1000,
	KEY_BUILDER,
	KEY_IMAGES,
	KEY_CONTEXT,
};

const struct argp_option can_options[] = {
	{"file", KEY_FILE, "FILE", 0,
		"the Dockerfile, compose file or script (default: Dockerfile)", 0},
	{"user", KEY_USER, "USER[:GROUP]", 0,
		"ask for this user (default: the one that the container runs as)", 0},
	{"format", KEY_FORMAT, "text|json", 0,
		"text (default) for people, json for programs", 0},
	{"target", KEY_TARGET, "STAGE", 0, "this stage instead of the last one", 0},
	{"builder", KEY_BUILDER, "classic|buildkit", 0,
		"answer as for this builder (default: for both)", 0},
	{"images", KEY_IMAGES, "FILE", 0,
		"what you know of base images, in the form of data/images.tsv", 0},
	{"context", KEY_CONTEXT, "DIR", 0,
		"the build context (default: the folder of the file)", 0},
	{0},
};

/* What was asked for, and what the answers are made with. */
struct can {
	const struct verb *verb;
	struct arena arena;
	struct strs paths;
	struct str file, user, images;
	bool has_user;
	int format; /* 0 text, 1 json */
	struct load_options load;
	const struct knowledge *know;
	struct world *world;
	struct buf out;
	bool has_written; /* a workload stands in the JSON already */
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct can *c = state->input;
	int choice;

	switch (key) {
	case KEY_FILE:
		c->file = str_c(arg);
		return 0;
	case KEY_USER:
		c->user = str_c(arg);
		c->has_user = true;
		return 0;
	case KEY_FORMAT:
		c->format = option_choice(c->verb, key, arg);
		return c->format < 0 ? EINVAL : 0;
	case KEY_BUILDER:
		choice = option_choice(c->verb, key, arg);
		c->load.builder = choice ? BUILDER_BUILDKIT : BUILDER_CLASSIC;
		return choice < 0 ? EINVAL : 0;
	case KEY_TARGET:
		*vec_push(&c->arena, &c->load.targets) = str_c(arg);
		return 0;
	case KEY_IMAGES:
		c->images = str_c(arg);
		return 0;
	case KEY_CONTEXT:
		c->load.context = str_c(arg);
		return 0;
	case ARGP_KEY_ARG:
		*vec_push(&c->arena, &c->paths) = str_c(arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		complain("can: which path of the container? try 'oakum can /app'");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- from a workload to one who asks ---- */

static struct access_asker asker_of(struct can *c, const struct workload *w)
{
	struct identity identity = w->launch.identity;

	if (c->has_user)
		identity = identity_resolve(&c->arena, c->user, w->accounts);
	else if (w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS)
		identity = w->launch.drop.identity;
	else if (w->launch.runs_as == RUNS_AS_UNKNOWN)
		identity = (struct identity){
			.uid = {.know = FACT_UNKNOWN}, .gid = {.know = FACT_UNKNOWN}};
	return know_asker(&c->arena, c->world, w, identity);
}

/* A path of the container; a relative one stands below its working directory. */
static struct str path_of(struct can *c, const struct workload *w, struct str path)
{
	struct str folder = STR("/");

	if (w->workdir)
		(void)fact_str(&c->arena, w->workdir, &folder);
	return path_join(&c->arena, path_join(&c->arena, STR("/"), folder), path);
}

static struct str id_text(struct can *c, struct id id)
{
	return id.know == FACT_SET ? arena_printf(&c->arena, "%u", id.n) : STR("?");
}

/* ---- the answers ---- */

static const char *const asked[ACCESS_COUNT] = {[ACCESS_READ] = "read it",
	[ACCESS_WRITE] = "write it",
	[ACCESS_MAKE] = "make files in it",
	[ACCESS_RUN] = "run or enter it"};

static void add_text(struct can *c, enum access_kind kind, const struct access *a)
{
	static const char *const words[] = {
		[ANSWER_NO] = "no", [ANSWER_MAYBE] = "maybe", [ANSWER_YES] = "yes"};
	struct screen screen = {.out = &c->out};

	buf_printf(&c->out, "    %-16s  %-5s", asked[kind], words[a->can]);
	if (a->why.n) {
		buf_add(&c->out, STR("  "));
		screen_add(&screen, a->why);
	}
	buf_char(&c->out, '\n');
}

static void add_json(struct can *c, enum access_kind kind, const struct access *a)
{
	static const struct str words[] = {[ANSWER_NO] = STR_INIT("no"),
		[ANSWER_MAYBE] = STR_INIT("maybe"),
		[ANSWER_YES] = STR_INIT("yes")};

	buf_char(&c->out, ',');
	buf_json(&c->out, access_name(kind));
	buf_add(&c->out, STR(":{\"can\":"));
	buf_json(&c->out, words[a->can]);
	buf_add(&c->out, STR(",\"why\":"));
	buf_json(&c->out, a->why);
	if (a->span.file)
		buf_printf(&c->out, ",\"line\":%u", span_start(a->span).line);
	buf_char(&c->out, '}');
}

static void answer_path(
	struct can *c, const struct access_asker *asker, struct str path, bool is_first)
{
	struct screen screen = {.out = &c->out};

	if (c->format) {
		buf_add(&c->out, is_first ? STR("\n{\"path\":") : STR(",\n{\"path\":"));
		buf_json(&c->out, path);
	} else {
		buf_add(&c->out, STR("  "));
		screen_add(&screen, path);
		buf_char(&c->out, '\n');
	}
	for (int kind = 0; kind < ACCESS_COUNT; kind++) {
		struct access a = access_ask(asker, path, (enum access_kind)kind);

		if (c->format)
			add_json(c, (enum access_kind)kind, &a);
		else
			add_text(c, (enum access_kind)kind, &a);
	}
	if (c->format)
		buf_char(&c->out, '}');
}

static void add_head(struct can *c, const struct workload *w, const struct identity *id)
{
	struct screen screen = {.out = &c->out};

	if (c->format) {
		buf_add(&c->out,
			c->has_written ? STR(",\n{\"name\":") : STR("\n{\"name\":"));
		buf_json(&c->out, w->name);
		buf_add(&c->out, STR(",\"uid\":"));
		buf_add(&c->out,
			id->uid.know == FACT_SET ? id_text(c, id->uid) : STR("null"));
		buf_add(&c->out, STR(",\"gid\":"));
		buf_add(&c->out,
			id->gid.know == FACT_SET ? id_text(c, id->gid) : STR("null"));
		buf_add(&c->out, STR(",\"paths\":["));
		return;
	}
	if (c->has_written)
		buf_char(&c->out, '\n');
	screen_add(&screen, w->name);
	buf_printf(&c->out, ", as %.*s:%.*s", STR_ARG(id_text(c, id->uid)),
		STR_ARG(id_text(c, id->gid)));
	if (id->name.n) {
		buf_add(&c->out, STR(" ("));
		screen_add(&screen, id->name);
		buf_char(&c->out, ')');
	}
	buf_char(&c->out, '\n');
}

static bool answer_workload(struct can *c, const struct workload *w)
{
	struct access_asker asker = asker_of(c, w);

	if (c->has_user && asker.identity.is_valid == ANSWER_NO) {
		complain("can: --user: %.*s", STR_ARG(asker.identity.why));
		return false;
	}
	add_head(c, w, &asker.identity);
	for (size_t i = 0; i < c->paths.n; i++)
		answer_path(c, &asker, path_of(c, w, c->paths.at[i]), i == 0);
	if (c->format)
		buf_add(&c->out, STR("\n]}"));
	c->has_written = true;
	return true;
}

static int answer_all(struct can *c)
{
	struct input input = {0};
	struct err e = {0};

	c->world = world_disk(&c->arena);
	c->out.arena = &c->arena;
	if (know_open(&c->arena, c->world, c->images, &c->know, &e) < 0 ||
		input_load(&c->arena, c->world, c->know, c->file, &c->load, &input,
			&e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	if (input.skipped.n || !input.project.workloads.n) {
		complain("can: '%.*s': %.*s", STR_ARG(c->file),
			STR_ARG(input.skipped.n ? input.skipped
						: STR("no container in it")));
		return EXIT_UNSEEN;
	}
	if (c->format)
		buf_add(&c->out, STR("{\"version\":1,\"workloads\":["));
	vec_each (struct workload *, w, &input.project.workloads)
		if (!answer_workload(c, *w))
			return EXIT_USAGE;
	if (c->format)
		buf_add(&c->out, STR("\n]}\n"));
	return output_all(buf_str(&c->out)) ? EXIT_CLEAN : EXIT_FAILED;
}

int can_main(const struct verb *verb, int argc, char **argv)
{
	struct can c = {.verb = verb, .file = STR("Dockerfile")};
	int status = EXIT_CLEAN;

	switch (options_parse(verb, parse_option, argc, argv, &c)) {
	case OPTIONS_HELPED:
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_GOOD:
		status = answer_all(&c);
		break;
	}
	arena_free(&c.arena);
	return status;
}
