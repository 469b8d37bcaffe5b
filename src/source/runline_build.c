/*
 * `docker build -t NAME`: the Dockerfile behind the image of a later line.
 */
#include "base/path.h"
#include "source/dockerfile.h"
#include "source/runline_lower.h"
#include "syntax/dockerfile.h"

/* ---- is it the image that is run? ---- */

static struct str without_prefix(struct str s, struct str prefix)
{
	return str_starts(s, prefix) ? str_from(s, prefix.n) : s;
}

/* docker.io/library/app:latest and app are one image. */
static struct str short_name(struct str name)
{
	size_t slash, colon;

	name = without_prefix(name, STR("docker.io/"));
	name = without_prefix(name, STR("library/"));
	name = without_prefix(name, STR("localhost/"));
	slash = str_rfind(name, '/');
	colon = str_rfind(name, ':');
	if (colon < name.n && (slash == name.n || colon > slash) &&
		str_eq(str_from(name, colon), STR(":latest")))
		return str_sub(name, 0, colon);
	return name;
}

static bool has_nameless(struct value v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].kind == SEGMENT_UNKNOWN && !v.at[i].name.n)
			return true;
	return false;
}

/* The same bytes, or the same variables in the same places. */
static bool same_image(struct arena *a, struct value built, struct value run)
{
	if (has_nameless(built) || has_nameless(run))
		return false;
	return str_eq(
		short_name(value_display(a, built)), short_name(value_display(a, run)));
}

/* docker run $(docker build -q .): the line stands inside the word. */
static bool is_inside(const struct runline_line *line, const struct word *image)
{
	struct span outer = image->span, inner = line->script->span;

	return image->value.n == 1 && image->value.at[0].kind == SEGMENT_UNKNOWN &&
		outer.file && outer.file == inner.file && inner.offset > outer.offset &&
		inner.offset + inner.length < outer.offset + outer.length;
}

static bool makes(
	struct arena *a, const struct runline_line *line, const struct word *image)
{
	vec_each (const struct runline_option, o, &line->args.options)
		if (o->id == RUNLINE_TAG && same_image(a, o->value.value, image->value))
			return true;
	return is_inside(line, image);
}

/* ---- where it is ---- */

static bool is_remote(struct str context)
{
	return str_eq(context, STR("-")) ||
		str_find_str(context, STR("://")) < context.n ||
		str_starts(context, STR("git@")) ||
		str_starts(context, STR("github.com/"));
}

static bool is_file(const struct runline_lowering *l, struct str path)
{
	struct world_stat st;
	struct err e = {0};

	return world_stat(l->ctx->world, path, &st, &e) == 0 && st.kind == WORLD_FILE;
}

/* What is looked for, in one folder that the line may be started in. */
struct build_place {
	struct arena *arena;
	struct str folder, context, file; /* file: as written; empty: not said */
	bool is_podman;
};

/*
 * -f is relative to the working directory (docker/cli, build/context.go); podman looks
 * in the context too. Without it podman likes a Containerfile better.
 */
static bool find_file(
	const struct runline_lowering *l, const struct build_place *p, struct str *out)
{
	struct arena *a = p->arena;
	struct str context = path_join(a, p->folder, p->context);
	struct str candidates[2] = {STR_NONE};
	size_t n = 0;

	if (p->file.n)
		candidates[n++] = path_join(a, p->folder, p->file);
	if (p->file.n && p->is_podman)
		candidates[n++] = path_join(a, context, p->file);
	if (!p->file.n && p->is_podman)
		candidates[n++] = path_join(a, context, STR("Containerfile"));
	if (!p->file.n)
		candidates[n++] = path_join(a, context, STR("Dockerfile"));
	for (size_t i = 0; i < n; i++) {
		if (!is_file(l, candidates[i]))
			continue;
		*out = candidates[i];
		return true;
	}
	return false;
}

/* Known bytes of an option's value; false when it stands there and is not known. */
static bool option_text(struct arena *a, const struct runline_args *args,
	enum runline_id id, struct str *out)
{
	const struct runline_option *o = runline_option_find(args, id);

	*out = STR_NONE;
	return !o || value_str(a, o->value.value, out);
}

/*
 * Many a script is meant to be started from above its own folder, and says nowhere so:
 * where the Dockerfile is not below the script it may be below where oakum stands.
 */
static bool find_dockerfile(const struct runline_lowering *l,
	const struct runline_line *line, struct str *path, struct str *context)
{
	struct arena *a = l->ctx->arena;
	struct build_place p = {.arena = a,
		.folder = line->script->folder,
		.is_podman = line->args.engine == RUNLINE_PODMAN};

	if (line->args.operands.n != 1 || !line->script->folder_known ||
		!value_str(a, line->args.operands.at[0].value, &p.context) ||
		is_remote(p.context) ||
		!option_text(a, &line->args, RUNLINE_FILE, &p.file) ||
		str_eq(p.file, STR("-")))
		return false;
	if (!find_file(l, &p, path)) {
		p.folder = STR(".");
		if (!find_file(l, &p, path))
			return false;
	}
	*context = path_join(a, p.folder, p.context);
	return true;
}

/* ---- lowering ---- */

static void read_args(struct runline_lowering *l, const struct runline_line *line,
	struct build_args *out)
{
	struct run_reader values = runline_reader(l, line);

	vec_each (const struct runline_option, o, &line->args.options) {
		struct run_pair pair;
		struct build_arg *arg;

		if (o->id != RUNLINE_BUILD_ARG)
			continue;
		run_read_pair(&values, o->value.value, o->value.span, &pair);
		if (!pair.name.n)
			continue;
		arg = vec_push(l->ctx->arena, out);
		*arg = (struct build_arg){
			.name = pair.name, .has_value = pair.has_value};
		if (!pair.has_value)
			continue;
		arg->value = value_display(l->ctx->arena, pair.value);
		arg->fact = fact_set(
			l->ctx->arena, LAYER_BUILD, pair.value, pair.value_span, NULL);
	}
}

static bool is_covered(const struct runline_lowering *l, struct str path)
{
	vec_each (const struct str, covered, &l->in->covered)
		if (str_eq(*covered, path))
			return true;
	return false;
}

static const struct build *lower_file(struct runline_lowering *l,
	const struct runline_line *line, const struct file *file, struct str context)
{
	struct load_options options = *l->ctx->options;
	struct diags unheard = {.arena = l->ctx->arena};
	/* What it says was said when it was read for the first time. */
	struct diags *diags = is_covered(l, file->path) ? &unheard : l->ctx->diags;
	const struct dockerfile *df = dockerfile_parse(l->ctx->arena, file, diags);
	struct build *build;

	options.args = (struct build_args){0};
	read_args(l, line, &options.args);
	options.context = context;
	build = dockerfile_lower(
		l->ctx->arena, l->ctx->world, l->ctx->know, df, &options, diags);
	*vec_push(l->ctx->arena, &l->in->project.builds) = build;
	if (diags == &unheard)
		return build;
	*vec_push(l->ctx->arena, &l->in->covered) = file->path;
	for (uint32_t i = 0; i < df->comment_count; i++)
		*vec_push(l->ctx->arena, &l->comments) = df->comments[i];
	return build;
}

static void add_target_problem(
	struct runline_lowering *l, const struct build *build, struct str target)
{
	struct build_problem *p =
		vec_push(l->ctx->arena, &((struct build *)build)->problems);

	*p = (struct build_problem){.kind = BUILD_TARGET_UNKNOWN,
		.span = span_of(build->file, 0, 0),
		.name = target};
}

/* The stage that --target means, else the last; NULL where that is not known. */
static const struct stage *pick_stage(struct runline_lowering *l,
	const struct runline_line *line, const struct build *build)
{
	const struct stage *stage;
	struct str target;

	if (!build->stages.n ||
		!option_text(l->ctx->arena, &line->args, RUNLINE_TARGET, &target))
		return NULL;
	if (!target.n)
		return *vec_last(&build->stages);
	stage = build_stage(build, target);
	if (!stage)
		add_target_problem(l, build, target);
	return stage;
}

static void lower_built(struct runline_lowering *l, struct runline_built *b)
{
	struct str path, context;
	const struct file *file;
	struct err e = {0};

	b->is_tried = true;
	if (!find_dockerfile(l, b->line, &path, &context) ||
		world_read(l->ctx->world, path, &file, &e) < 0)
		return;
	b->build = lower_file(l, b->line, file, context);
	b->stage = pick_stage(l, b->line, b->build);
}

const struct runline_built *runline_find_built(struct runline_lowering *l,
	const struct runline_line *line, const struct word *image)
{
	struct runline_built *found = NULL;

	/* The last one before the line; where there is none, the first behind it. */
	vec_each (struct runline_built, b, &l->builts) {
		if (b->line > line && found)
			break;
		if (makes(l->ctx->arena, b->line, image))
			found = b;
		if (b->line > line && found)
			break;
	}
	if (found && !found->is_tried)
		lower_built(l, found);
	return found;
}
