#include <errno.h>

#include "base/path.h"
#include "cli/asking.h"
#include "cli/can_capabilities.h"
#include "cli/covered.h"
#include "cli/options.h"
#include "know/asker.h"
#include "know/know.h"
#include "model/ability.h"
#include "model/writes.h"
#include "report/screen.h"
#include "source/load.h"

enum {
	KEY_USER = 'u',
	KEY_FORMAT = ASKING_KEYS,
	KEY_CAPABILITIES,
};

const struct argp_option can_options[] = {
	{"file", KEY_FILE, "FILE", 0,
		"the Dockerfile, compose file or script (default: Dockerfile, else what this "
		"folder holds); given again, compose files are merged into one project",
		0},
	{"run", KEY_RUN, "LINE", 0,
		"ask for this 'docker run' line (podman, nerdctl); may be given again",
		0},
	{"user", KEY_USER, "USER[:GROUP]", 0,
		"ask for this user (default: the one that the container runs as)", 0},
	{"capabilities", KEY_CAPABILITIES, NULL, 0,
		"say which capabilities the container holds, what each lets it do and "
		"which of them its start needs",
		0},
	{"format", KEY_FORMAT, "text|json", 0,
		"text (default) for people, json for programs", 0},
	{"target", KEY_TARGET, "STAGE", 0,
		"this stage instead of the last one; may be given again", 0},
	{"build-arg", KEY_BUILD_ARG, "NAME[=VALUE]", 0,
		"the value of an ARG; without =VALUE that of the environment", 0},
	{"builder", KEY_BUILDER, "classic|buildkit", 0,
		"answer as for this builder (default: for both)", 0},
	{"as", KEY_AS, "dockerfile|compose|script|template", 0,
		"take the file to be this, whatever it looks like", 0},
	{"env-file", KEY_ENV_FILE, "FILE", 0,
		"what compose files take ${...} from, instead of .env beside them; may be "
		"given again",
		0},
	{"project-directory", KEY_PROJECT_DIRECTORY, "DIR", 0,
		"the folder of the compose project (default: of its first file)", 0},
	{"images", KEY_IMAGES, "FILE", 0,
		"what you know of base images, in the form of data/images.tsv", 0},
	{"context", KEY_CONTEXT, "DIR", 0,
		"the build context (default: the folder of the file)", 0},
	{"config", KEY_CONFIG, "FILE", 0,
		"the configuration, instead of the nearest oakum.yaml", 0},
	{"no-config", KEY_NO_CONFIG, NULL, 0, "read no configuration", 0},
	{0},
};

/* What was said of a workload, but for its name. */
struct body {
	struct str name, user, text;
};

VEC_TYPE(struct body, bodies);

/* What was asked for, and what the answers are made with. */
struct can {
	struct asking asking; /* its paths are files, not those of the container */
	struct arena arena;
	struct strs paths; /* empty: an overview */
	struct str user;
	bool has_user;
	int format;			   /* 0 text, 1 json */
	bool wants_capabilities, is_named; /* named: by -f or --run */
	struct world *world;
	struct buf out;
	bool has_written; /* a workload stands in the output already */
	struct covered covered;
	struct bodies bodies;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct can *c = state->input;

	switch (key) {
	case KEY_FILE:
		*vec_push(&c->arena, &c->asking.paths) = str_c(arg);
		return 0;
	case KEY_USER:
		c->user = str_c(arg);
		c->has_user = true;
		return 0;
	case KEY_FORMAT:
		c->format = option_choice(c->asking.verb, key, arg);
		return c->format < 0 ? EINVAL : 0;
	case KEY_CAPABILITIES:
		c->wants_capabilities = true;
		return 0;
	case ARGP_KEY_ARG:
		*vec_push(&c->arena, &c->paths) = str_c(arg);
		return 0;
	default:
		return asking_parse(&c->asking, key, arg);
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

/* What one wants to know of every container. */
struct spot {
	const char *name;
	struct str path;
};

VEC_TYPE(struct spot, spots);

static void add_place(
	struct can *c, struct spots *out, const char *name, struct str path)
{
	if (!path.n)
		return;
	vec_each (const struct spot, p, out)
		if (str_eq(p->path, path))
			return;
	*vec_push(&c->arena, out) = (struct spot){name, path};
}

static struct spots places_of(
	struct can *c, const struct workload *w, const struct access_asker *asker)
{
	struct spots out = {0};
	const struct fact *tmp = binding_find(w->env, STR("TMPDIR"));
	struct str folder = STR("/tmp");

	add_place(c, &out, "home", identity_home(&c->arena, w, &asker->identity));
	add_place(c, &out, "working directory", path_of(c, w, STR(".")));
	if (tmp)
		(void)fact_str(&c->arena, tmp, &folder);
	add_place(c, &out, "temporary files", folder);
	if (w->run)
		vec_each (const struct mount, m, &w->run->mounts)
			add_place(c, &out, "mount", m->at);
	add_place(c, &out, "Python packages",
		path_join(&c->arena, ability_python_prefix(asker), STR("lib")));
	add_place(c, &out, "programs", STR("/usr/local/bin"));
	add_place(c, &out, "settings", STR("/etc"));
	return out;
}

/* "uid 1777"; "gid not known" */
static struct str id_text(struct can *c, const char *what, struct id id)
{
	return id.know == FACT_SET ? arena_printf(&c->arena, "%s %u", what, id.n)
				   : arena_printf(&c->arena, "%s not known", what);
}

/* "app (uid 1777, gid 1777)", as the first line of the audit says it. */
static struct str user_text(struct can *c, const struct identity *id)
{
	struct str ids = arena_printf(&c->arena, "%.*s, %.*s",
		STR_ARG(id_text(c, "uid", id->uid)),
		STR_ARG(id_text(c, "gid", id->gid)));

	if (id->name.n)
		return arena_printf(
			&c->arena, "%.*s (%.*s)", STR_ARG(id->name), STR_ARG(ids));
	return id->uid.know == FACT_SET ? ids : STR("a user that is not known");
}

/* ---- the answers ---- */

static const char *const asked[ACCESS_COUNT] = {[ACCESS_READ] = "read it",
	[ACCESS_WRITE] = "write it",
	[ACCESS_MAKE] = "make files in it",
	[ACCESS_RUN] = "run or enter it"};
static const char *const short_names[ACCESS_COUNT] = {[ACCESS_READ] = "read",
	[ACCESS_WRITE] = "write",
	[ACCESS_MAKE] = "write",
	[ACCESS_RUN] = "enter"};

static const char *const words[] = {
	[ANSWER_NO] = "no", [ANSWER_MAYBE] = "maybe", [ANSWER_YES] = "yes"};

static void add_text(struct can *c, const char *what, const struct access *a)
{
	struct screen screen = {.out = &c->out};

	buf_printf(&c->out, "    %-17s  %-5s", what, words[a->can]);
	if (a->why.n) {
		buf_add(&c->out, STR("  "));
		screen_add(&screen, a->why);
	}
	buf_char(&c->out, '\n');
}

static void add_json(struct can *c, struct str name, const struct access *a)
{
	buf_char(&c->out, ',');
	buf_json(&c->out, name);
	buf_add(&c->out, STR(":{\"can\":"));
	buf_json(&c->out, str_c(words[a->can]));
	buf_add(&c->out, STR(",\"why\":"));
	buf_json(&c->out, a->why);
	if (a->span.file)
		buf_printf(&c->out, ",\"line\":%u", span_start(a->span).line);
	buf_char(&c->out, '}');
}

static bool is_same(const struct access *a, const struct access *b)
{
	return a->can == b->can && str_eq(a->why, b->why);
}

static void answer_path(
	struct can *c, const struct access_asker *asker, struct str path, bool is_first)
{
	struct screen screen = {.out = &c->out};
	struct access all[ACCESS_COUNT];
	bool is_one = true; /* one answer to all four */

	if (c->format) {
		buf_add(&c->out, is_first ? STR("\n{\"path\":") : STR(",\n{\"path\":"));
		buf_json(&c->out, path);
	} else {
		buf_add(&c->out, STR("  "));
		screen_add(&screen, path);
		buf_char(&c->out, '\n');
	}
	for (int kind = 0; kind < ACCESS_COUNT; kind++) {
		all[kind] = access_ask(asker, path, (enum access_kind)kind);
		is_one &= is_same(&all[kind], &all[0]);
	}
	if (!c->format && is_one)
		add_text(c, "read, write, run", &all[0]);
	for (int kind = 0; kind < ACCESS_COUNT; kind++)
		if (c->format)
			add_json(c, access_name((enum access_kind)kind), &all[kind]);
		else if (!is_one)
			add_text(c, asked[kind], &all[kind]);
	if (c->format)
		buf_char(&c->out, '}');
}

/* One line a place; the reason is that of the gravest answer. */
static void answer_place(
	struct can *c, const struct access_asker *asker, const struct spot *place)
{
	struct screen screen = {.out = &c->out};
	struct access worst = {.can = ANSWER_YES};

	buf_printf(&c->out, "  %-18s ", place->name);
	screen_add(&screen, place->path);
	buf_char(&c->out, ':');
	for (int kind = 0; kind < ACCESS_COUNT; kind++) {
		struct access a =
			access_ask(asker, place->path, (enum access_kind)kind);

		if (kind == ACCESS_WRITE)
			continue; /* of a folder, that is to make files in it */
		buf_printf(&c->out, "%s %s %s", kind ? "," : "", short_names[kind],
			words[a.can]);
		if (a.can < worst.can)
			worst = a;
	}
	if (worst.why.n) {
		buf_add(&c->out, STR("  "));
		screen_add(&screen, worst.why);
	}
	buf_char(&c->out, '\n');
}

static void answer_overview(
	struct can *c, const struct workload *w, const struct access_asker *asker)
{
	struct spots places = places_of(c, w, asker);

	for (size_t i = 0; i < places.n; i++)
		if (c->format)
			answer_path(c, asker, places.at[i].path, i == 0);
		else
			answer_place(c, asker, &places.at[i]);
}

/* What it may do whatever the path. */
static void answer_abilities(struct can *c, const struct access_asker *asker)
{
	const struct {
		struct str name;
		const char *what;
		struct access access;
	} rows[] = {
		{STR("install"), "install packages", ability_install(asker)},
		{STR("install_python"), "pip install", ability_install_python(asker)},
		{STR("listen"), "listen below 1024", ability_listen(asker)},
	};

	if (!c->format)
		buf_add(&c->out, STR("  anywhere\n"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (c->format)
			add_json(c, rows[i].name, &rows[i].access);
		else
			add_text(c, rows[i].what, &rows[i].access);
}

/* In JSON always; in text one line, or with --capabilities all there is. */
static void answer_capabilities(
	struct can *c, const struct workload *w, const struct access_asker *asker)
{
	struct can_subject subject = {&c->arena, w, &asker->identity};

	if (c->format)
		can_capabilities_json(&c->out, &subject);
	else if (c->wants_capabilities)
		can_capabilities_text(&c->out, &subject);
	else
		can_capabilities_line(&c->out, &subject);
}

/* What a program reads before the paths. */
static void add_json_head(
	struct can *c, const struct workload *w, const struct identity *id)
{
	const struct id *const ids[] = {&id->uid, &id->gid};
	static const char *const keys[] = {",\"uid\":", ",\"gid\":"};

	buf_add(&c->out, c->has_written ? STR(",\n{\"name\":") : STR("\n{\"name\":"));
	buf_json(&c->out, w->name);
	for (size_t i = 0; i < 2; i++) {
		buf_add(&c->out, str_c(keys[i]));
		if (ids[i]->know == FACT_SET)
			buf_printf(&c->out, "%u", ids[i]->n);
		else
			buf_add(&c->out, STR("null"));
	}
	buf_add(&c->out, STR(",\"paths\":["));
}

static void add_head(struct can *c, const struct workload *w, struct str user)
{
	struct screen screen = {.out = &c->out};

	if (c->has_written)
		buf_char(&c->out, '\n');
	screen_add(&screen, w->name);
	buf_add(&c->out, STR(", as "));
	screen_add(&screen, user);
	buf_char(&c->out, '\n');
}

/* Services of one anchor can the same: what begins at `from` is said once. */
static void fold_body(
	struct can *c, const struct workload *w, struct str user, size_t from)
{
	struct screen screen = {.out = &c->out};
	struct str text = str_from(buf_str(&c->out), from);

	vec_each (const struct body, old, &c->bodies) {
		if (!str_eq(old->user, user) || !str_eq(old->text, text))
			continue;
		c->out.n = from;
		buf_add(&c->out, STR("  the same as "));
		screen_add(&screen, old->name);
		buf_char(&c->out, '\n');
		return;
	}
	*vec_push(&c->arena, &c->bodies) =
		(struct body){w->name, user, arena_str(&c->arena, text)};
}

static bool answer_workload(struct can *c, const struct workload *w)
{
	struct access_asker asker = asker_of(c, w);
	struct str user;
	size_t from;

	if (c->has_user && asker.identity.is_valid == ANSWER_NO) {
		complain("can: --user: %.*s", STR_ARG(asker.identity.why));
		return false;
	}
	user = user_text(c, &asker.identity);
	if (c->format)
		add_json_head(c, w, &asker.identity);
	else
		add_head(c, w, user);
	from = c->out.n;
	for (size_t i = 0; i < c->paths.n; i++)
		answer_path(c, &asker, path_of(c, w, c->paths.at[i]), i == 0);
	if (!c->paths.n && (c->format || !c->wants_capabilities))
		answer_overview(c, w, &asker);
	if (c->format)
		buf_add(&c->out, STR("\n]"));
	if (c->format || !c->wants_capabilities)
		answer_abilities(c, &asker);
	answer_capabilities(c, w, &asker);
	if (c->format)
		buf_char(&c->out, '}');
	else
		fold_body(c, w, user, from);
	c->has_written = true;
	return true;
}

/* ---- the inputs ---- */

/* One named or found file; what was found and is no input is left silently. */
static int answer_item(struct can *c, const struct walk_item *item)
{
	const struct audit_options *options = &c->asking.options;
	struct load_options load;
	struct input input = {0};
	struct err e = {0};

	if (item->kind == WALK_ABSENT || item->kind == WALK_UNSEEN) {
		complain("%.*s: %.*s", STR_ARG(item->path), STR_ARG(item->why));
		return item->kind == WALK_ABSENT ? EXIT_FAILED : EXIT_CLEAN;
	}
	/* A Dockerfile that a service builds was answered for as it runs. */
	if (item->is_found && covered_by(&c->covered, &c->arena, item->path).n)
		return EXIT_CLEAN;
	if (audit_open(options, item, &c->arena, &c->world, &load, &e) < 0 ||
		input_load(&c->arena, c->world, options->know, item->path, &load,
			&input, &e) < 0) {
		complain("cannot %s", e.text);
		return EXIT_FAILED;
	}
	if (!item->is_found && (input.skipped.n || !input.project.workloads.n)) {
		complain("can: '%.*s': %.*s", STR_ARG(item->path),
			STR_ARG(input.skipped.n ? input.skipped
						: STR("no container in it")));
		return EXIT_UNSEEN;
	}
	vec_each (const struct str, path, &input.covered)
		if (!str_eq(*path, input.path))
			covered_add(&c->covered, &c->arena, *path, input.path);
	vec_each (struct workload *, w, &input.project.workloads)
		if (!answer_workload(c, *w))
			return EXIT_USAGE;
	return EXIT_CLEAN;
}

/* Several -f are one compose project; without any it is the Dockerfile, or the folder. */
static void choose_files(struct can *c, struct walk *walk)
{
	struct asking *r = &c->asking;
	struct world_stat st;

	c->is_named = r->paths.n || r->lines.n;
	if (r->paths.n > 1) {
		r->options.load.compose_files = r->paths;
		r->paths = (struct strs){0};
	} else if (!r->paths.n && !r->lines.n &&
		world_stat(world_disk(&c->arena), STR("Dockerfile"), &st, NULL) == 0 &&
		st.kind == WORLD_FILE) {
		*vec_push(&c->arena, &r->paths) = STR("Dockerfile");
	}
	asking_items(r, walk);
}

static int answer_all(struct can *c)
{
	struct walk walk;
	int status = asking_open(&c->asking);

	if (status)
		return status;
	c->out.arena = &c->arena;
	choose_files(c, &walk);
	if (c->format)
		buf_add(&c->out, STR("{\"version\":1,\"workloads\":["));
	vec_each (const struct walk_item, item, &walk.items) {
		status = answer_item(c, item);
		if (status)
			return status;
	}
	if (!c->has_written) {
		if (c->is_named)
			complain("can: no container in what was named");
		else
			complain("can: no Dockerfile, compose file or run line here; "
				 "name one with -f");
		return EXIT_UNSEEN;
	}
	if (c->format)
		buf_add(&c->out, STR("\n]}\n"));
	return output_all(buf_str(&c->out)) ? EXIT_CLEAN : EXIT_FAILED;
}

int can_main(const struct verb *verb, int argc, char **argv)
{
	struct can c = {.asking = {.verb = verb, .options = {.fail_on = -1}}};
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
	arena_free(&c.asking.arena);
	arena_free(&c.arena);
	return status;
}
