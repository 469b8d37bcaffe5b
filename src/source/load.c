#include "source/load.h"

#include "base/path.h"
#include "source/compose.h"
#include "source/dockerfile.h"
#include "source/runline.h"
#include "syntax/sniff.h"

struct str source_kind_name(enum source_kind kind)
{
	static const struct str names[] = {
		[SOURCE_UNKNOWN] = STR_INIT("unknown"),
		[SOURCE_DOCKERFILE] = STR_INIT("dockerfile"),
		[SOURCE_TEMPLATE] = STR_INIT("template"),
		[SOURCE_COMPOSE] = STR_INIT("compose"),
		[SOURCE_SCRIPT] = STR_INIT("script"),
		[SOURCE_RUN_LINE] = STR_INIT("run line"),
	};

	return names[kind];
}

/* Endings that belong to another language, whatever stands before them. */
static bool has_other_ending(struct str name)
{
	static const struct str endings[] = {STR_INIT(".yml"), STR_INIT(".yaml"),
		STR_INIT(".json"), STR_INIT(".md"), STR_INIT(".py"), STR_INIT(".js"),
		STR_INIT(".ts"), STR_INIT(".go")};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (name.n > endings[i].n &&
			str_eq_nocase(
				str_from(name, name.n - endings[i].n), endings[i]))
			return true;
	return false;
}

bool source_is_dockerfile_name(struct str path)
{
	struct str name = path_base(path);

	/* dockerfiles.yml is a workflow about them. */
	if (has_other_ending(name))
		return false;
	return str_starts_nocase(name, STR("dockerfile")) ||
		str_starts_nocase(name, STR("containerfile")) ||
		(name.n > 11 &&
			str_eq_nocase(str_from(name, name.n - 11), STR(".dockerfile")));
}

/* A name like run.sh, where no "#!" says it. */
static bool is_script_name(struct str path)
{
	return str_ends(path, STR(".sh")) || str_ends(path, STR(".bash"));
}

/* The key at the start of a line, without its colon; empty where none stands. */
static struct str key_of(struct str line)
{
	size_t n = str_find(line, ':');

	return n < line.n && str_find(str_sub(line, 0, n), ' ') == n
		? str_sub(line, 0, n)
		: STR_NONE;
}

/* A key that only stands at the top of a compose file; `service` is a slip of it. */
static bool is_top_key(struct str key)
{
	static const struct str keys[] = {STR_INIT("services"), STR_INIT("service"),
		STR_INIT("include"), STR_INIT("version"), STR_INIT("name"),
		STR_INIT("volumes"), STR_INIT("networks"), STR_INIT("secrets"),
		STR_INIT("configs")};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq(key, keys[i]))
			return true;
	return false;
}

/*
 * May a file of that name be a compose file? Other tools have a docker-compose.yaml
 * too: a recipe that packages the program, a page about it, a list of tasks. The old
 * layout has services at the top.
 */
static bool may_be_compose(struct str bytes)
{
	size_t below = 0; /* the indent of what a key at the top holds; 0: not known */
	bool has_key = false, is_open = false; /* open: that key has a block below it */

	while (bytes.n) {
		size_t n = str_find(bytes, '\n'), indent;
		struct str line = str_trim_right(str_sub(bytes, 0, n)), key;

		bytes = str_from(bytes, n + 1);
		indent = line.n - str_trim_left(line).n;
		key = key_of(str_from(line, indent));
		if (!indent && str_starts(line, STR("- ")))
			return false;
		if (line.n == indent || line.p[indent] == '#' || (!indent && !key.n))
			continue;
		if (!indent) {
			if (is_top_key(key))
				return true;
			has_key = true;
			is_open = key.n + 1 == line.n;
			below = 0;
			continue;
		}
		below = below ? below : indent;
		if (is_open && indent == below &&
			(str_eq(key, STR("image")) || str_eq(key, STR("build"))))
			return true;
	}
	return !has_key;
}

/* Is the first line that says something the start of a template's block? */
static bool begins_as_template(struct str bytes)
{
	struct str rest = str_trim_left(bytes);

	while (str_starts(rest, STR("#")))
		rest = str_trim_left(str_from(rest, str_find(rest, '\n')));
	return str_starts(rest, STR("{{")) || str_starts(rest, STR("{%"));
}

static enum source_kind kind_by_name(const struct file *file)
{
	/* What a person names so is meant to be one, even empty or without a FROM. */
	if (source_is_dockerfile_name(file->path))
		return begins_as_template(file->bytes) ? SOURCE_TEMPLATE
						       : SOURCE_DOCKERFILE;
	/* The old layout, or a file that only includes others. */
	if (source_is_compose_name(file->path) && may_be_compose(file->bytes))
		return SOURCE_COMPOSE;
	return is_script_name(file->path) ? SOURCE_SCRIPT : SOURCE_UNKNOWN;
}

static enum source_kind decide_kind(struct arena *a, const struct file *file,
	const struct load_options *options, struct sniffed *sniffed)
{
	if (options->as != SOURCE_UNKNOWN)
		return options->as;
	switch (sniff(a, file, sniffed)) {
	case INPUT_DOCKERFILE:
		return SOURCE_DOCKERFILE;
	case INPUT_TEMPLATE:
		return SOURCE_TEMPLATE;
	case INPUT_COMPOSE:
		return SOURCE_COMPOSE;
	case INPUT_SHELL:
		return SOURCE_SCRIPT;
	case INPUT_UNKNOWN:
		return kind_by_name(file);
	case INPUT_JSON:
		break;
	}
	return SOURCE_UNKNOWN;
}

static struct str workload_name(
	struct arena *a, struct str path, struct str target, bool is_default)
{
	if (is_default)
		return path;
	return arena_printf(a, "%.*s:%.*s", STR_ARG(path), STR_ARG(target));
}

static void list_other_targets(struct arena *a, struct input *in, const struct build *b)
{
	const bool *used = build_used_stages(a, b);

	for (size_t i = 0; i + 1 < b->stages.n; i++)
		if (b->stages.at[i]->name.n && !used[i])
			*vec_push(a, &in->other_targets) = b->stages.at[i]->name;
}

static void add_problem(struct arena *a, struct build *build, struct str target)
{
	struct build_problem *p = vec_push(a, &build->problems);

	*p = (struct build_problem){.kind = BUILD_TARGET_UNKNOWN,
		.span = span_of(build->file, 0, 0),
		.name = target};
}

static void load_dockerfile(struct arena *a, struct world *world,
	const struct knowledge *know, const struct load_options *options,
	const struct dockerfile *df, struct input *out)
{
	struct build *build =
		dockerfile_lower(a, world, know, df, options, &out->diags);

	*vec_push(a, &out->project.builds) = build;
	out->comments = df->comments;
	out->comment_count = df->comment_count;
	if (!options->targets.n && build->stages.n) {
		const struct stage *last = *vec_last(&build->stages);

		*vec_push(a, &out->project.workloads) =
			dockerfile_workload(a, world, know, options, build, last,
				workload_name(a, out->path, STR_NONE, true));
		list_other_targets(a, out, build);
	}
	vec_each (const struct str, target, &options->targets) {
		const struct stage *stage = build_stage(build, *target);

		if (stage)
			*vec_push(a, &out->project.workloads) = dockerfile_workload(a,
				world, know, options, build, stage,
				workload_name(a, out->path, *target, false));
		else
			add_problem(a, build, *target);
	}
}

static int load_compose(struct arena *a, struct world *world,
	const struct knowledge *know, const struct load_options *options,
	struct input *in, struct err *e)
{
	struct strs files = {0};

	*vec_push(a, &files) = in->path;
	return compose_load(a, world, know,
		options->compose_files.n ? &options->compose_files : &files, options,
		in, e);
}

/* Most scripts start no container: that is found out before their text is read. */
static bool names_an_engine(struct str bytes)
{
	return str_find_str(bytes, STR("docker")) < bytes.n ||
		str_find_str(bytes, STR("podman")) < bytes.n ||
		str_find_str(bytes, STR("nerdctl")) < bytes.n;
}

static void load_script(struct arena *a, struct world *world,
	const struct knowledge *know, const struct load_options *options,
	struct input *in)
{
	if (names_an_engine(in->file->bytes))
		runline_load(a, world, know, in->file, options, in);
	if (in->project.workloads.n || in->project.execs.n)
		return;
	in->is_left = options->is_found;
	if (!in->is_left)
		in->skipped = STR("no line of it starts a container");
}

static void leave(const struct load_options *options, struct input *in)
{
	in->is_left = options->is_found;
	if (!in->is_left)
		in->skipped =
			STR("neither a Dockerfile nor a compose file nor a script "
			    "by its content (--as says what it is)");
}

int input_load(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *options, struct input *out,
	struct err *e)
{
	struct input in = {.path = path, .diags = {.arena = a}};
	struct sniffed sniffed = {0};

	if (world_read(world, path, &in.file, e) < 0)
		return -1;
	in.kind = options->compose_files.n ? SOURCE_COMPOSE
					   : decide_kind(a, in.file, options, &sniffed);
	switch (in.kind) {
	case SOURCE_DOCKERFILE:
		if (sniffed.tree)
			in.diags = sniffed.diags;
		else
			sniffed.tree = dockerfile_parse(a, in.file, &in.diags);
		load_dockerfile(a, world, know, options, sniffed.tree, &in);
		break;
	case SOURCE_COMPOSE:
		if (load_compose(a, world, know, options, &in, e) < 0)
			return -1;
		break;
	case SOURCE_SCRIPT:
	case SOURCE_RUN_LINE:
		load_script(a, world, know, options, &in);
		break;
	case SOURCE_TEMPLATE:
		in.skipped =
			STR("a template: what it makes is audited, not the template");
		break;
	case SOURCE_UNKNOWN:
		leave(options, &in);
		break;
	}
	*out = in;
	return 0;
}
