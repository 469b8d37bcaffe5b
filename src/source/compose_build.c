/*
 * build: from a context and a Dockerfile to the stage that is really built.
 */
#include "base/path.h"
#include "source/compose_lower.h"
#include "source/dockerfile.h"
#include "syntax/dockerfile.h"

static const struct str build_keys[] = {STR_INIT("additional_contexts"),
	STR_INIT("args"), STR_INIT("cache_from"), STR_INIT("cache_to"),
	STR_INIT("context"), STR_INIT("dockerfile"), STR_INIT("dockerfile_inline"),
	STR_INIT("entitlements"), STR_INIT("extra_hosts"), STR_INIT("isolation"),
	STR_INIT("labels"), STR_INIT("network"), STR_INIT("no_cache"),
	STR_INIT("no_cache_filter"), STR_INIT("platforms"), STR_INIT("privileged"),
	STR_INIT("provenance"), STR_INIT("pull"), STR_INIT("sbom"), STR_INIT("secrets"),
	STR_INIT("shm_size"), STR_INIT("ssh"), STR_INIT("tags"), STR_INIT("target"),
	STR_INIT("ulimits")};

enum { BUILD_KEY_COUNT = sizeof(build_keys) / sizeof(build_keys[0]) };

/* One `build:` on its way. */
struct building {
	struct compose_service *service;
	struct compose_lowering *c;
	struct arena *arena;
	const struct compose_node *node;    /* the mapping, or the context alone */
	const struct compose_node *context; /* NULL: the project's folder */
	const struct compose_node *dockerfile, *text, *target;
	struct str folder; /* of the context */
	struct build_args args;
};

static const struct compose_node *scalar(struct building *b, struct str key)
{
	const struct compose_entry *e = compose_entry(b->node, key);

	return e && compose_wants(b->c, e, COMPOSE_TAKES_SCALAR) ? e->node : NULL;
}

static bool fail(struct building *b, struct str why)
{
	b->service->build.why = why;
	return false;
}

/* ---- what is said ---- */

static void check_keys(struct building *b)
{
	for (uint32_t i = 0; i < b->node->count; i++) {
		const struct compose_entry *e = &b->node->entries[i];
		struct project_problem *p;
		bool is_known = str_starts(e->key, STR("x-"));

		for (size_t k = 0; !is_known && k < BUILD_KEY_COUNT; k++)
			is_known = str_eq(e->key, build_keys[k]);
		if (is_known)
			continue;
		p = compose_say(b->c, PROJECT_UNKNOWN_KEY, e->key_span, e->key,
			"build has no key '%.*s'", STR_ARG(e->key));
		p->hint = compose_nearest(e->key, build_keys, BUILD_KEY_COUNT);
	}
}

/* An argument without a value is the project's variable, or is not given at all. */
static void add_arg(struct building *b, const struct run_pair *pair)
{
	const struct fact *fact = NULL;

	if (pair->has_value) {
		fact = fact_set(
			b->arena, LAYER_BUILD, pair->value, pair->value_span, NULL);
	} else {
		fact = compose_variable(b->c->tree, pair->name);
		if (!fact)
			return;
	}
	*vec_push(b->arena, &b->args) = (struct build_arg){.name = pair->name,
		.value = value_display(b->arena, fact->value),
		.has_value = true,
		.fact = fact};
}

static void read_args(struct building *b)
{
	const struct compose_entry *e = compose_entry(b->node, STR("args"));
	struct run_pairs *pairs = &b->service->run->build_args;

	if (!e || e->node->kind == COMPOSE_NULL)
		return;
	compose_read_pairs(b->c, e, pairs);
	vec_each (const struct run_pair, pair, pairs)
		add_arg(b, pair);
}

static void read_map(struct building *b)
{
	check_keys(b);
	b->context = scalar(b, STR("context"));
	b->dockerfile = scalar(b, STR("dockerfile"));
	b->text = scalar(b, STR("dockerfile_inline"));
	b->target = scalar(b, STR("target"));
	read_args(b);
}

/* ---- where it is ---- */

/* A URL or a git remote, as docker build understands a context. */
static bool is_remote(struct str context)
{
	return str_find_str(context, STR("://")) < context.n ||
		str_starts(context, STR("git@")) ||
		str_starts(context, STR("github.com/"));
}

static bool find_context(struct building *b)
{
	struct str context;

	b->folder = b->c->tree->folder;
	if (!b->context)
		return true;
	if (!value_str(b->arena, b->context->value, &context))
		return fail(b,
			arena_printf(b->arena,
				"the build context depends on a value: %.*s",
				STR_ARG(value_why(b->context->value))));
	if (is_remote(context)) {
		compose_say(b->c, PROJECT_REMOTE, b->context->span, context,
			"the build context %.*s is fetched", STR_ARG(context));
		return fail(b,
			arena_printf(b->arena,
				"it is built from %.*s, which oakum does not fetch",
				STR_ARG(context)));
	}
	b->folder = path_join(b->arena, b->context->folder, context);
	return true;
}

static bool find_path(struct building *b, struct str *path)
{
	struct str name = STR("Dockerfile");

	if (b->dockerfile && !value_str(b->arena, b->dockerfile->value, &name))
		return fail(b,
			arena_printf(b->arena,
				"the Dockerfile's name depends on a value: %.*s",
				STR_ARG(value_why(b->dockerfile->value))));
	*path = path_join(b->arena, b->folder, name);
	return true;
}

/* ---- the Dockerfile ---- */

static const struct compose_parsed *find_parsed(
	const struct compose_lowering *c, struct str path)
{
	for (const struct compose_parsed *p = c->parsed; p; p = p->older)
		if (str_eq(p->file->path, path))
			return p;
	return NULL;
}

static const struct dockerfile *parse(struct building *b, const struct file *file)
{
	struct compose_parsed *p = arena_new(b->arena, struct compose_parsed);

	p->file = file;
	p->tree = dockerfile_parse(b->arena, file, b->c->ctx->diags);
	p->older = b->c->parsed;
	b->c->parsed = p;
	return p->tree;
}

/*
 * An inline Dockerfile as a file of its own in which every byte keeps its place: all
 * that stands around it is blank. Where escapes or variables part the text from its
 * place it is a file by itself.
 */
static const struct file *inline_file(struct building *b)
{
	const struct compose_node *node = b->text;
	const struct file *outer = node->span.file;
	struct str text = STR_NONE;
	bool is_marked;
	char *bytes;

	if (!value_str(b->arena, node->value, &text))
		return NULL;
	if (!outer || !node->yaml || node->yaml->style != YAML_LITERAL ||
		node->value.n != 1 || node->value.at[0].kind != SEGMENT_LITERAL)
		return file_new(b->arena, b->c->in->path, text);
	is_marked = span_str(node->span).n && outer->bytes.p[node->span.offset] == '|';
	bytes = (char *)arena_alloc(b->arena, outer->bytes.n + 1);
	for (size_t i = 0; i < outer->bytes.n; i++)
		bytes[i] = outer->bytes.p[i] == '\n' ? '\n' : ' ';
	for (size_t i = node->span.offset; i < node->span.offset + node->span.length;
		i++)
		bytes[i] = outer->bytes.p[i];
	/* The | and what stands behind it in its line. */
	for (size_t i = node->span.offset;
		is_marked && i < outer->bytes.n && bytes[i] != '\n'; i++)
		bytes[i] = ' ';
	return file_new(b->arena, outer->path,
		(struct str){bytes, node->span.offset + node->span.length});
}

static const struct dockerfile *open_inline(struct building *b)
{
	const struct file *file = inline_file(b);

	if (!file) {
		fail(b, STR("its Dockerfile depends on a value"));
		return NULL;
	}
	return dockerfile_parse(b->arena, file, b->c->ctx->diags);
}

static const struct dockerfile *open_file(struct building *b, struct str path)
{
	const struct compose_parsed *parsed = find_parsed(b->c, path);
	const struct compose_node *said = b->dockerfile ? b->dockerfile : b->context;
	struct span span = said ? said->span : b->service->build.span;
	const struct file *file;
	struct err e = {0};

	if (parsed)
		return parsed->tree;
	if (world_read(b->c->ctx->world, path, &file, &e) == 0) {
		*vec_push(b->arena, &b->c->in->covered) = path;
		return parse(b, file);
	}
	compose_say(b->c, PROJECT_MISSING_FILE, span, path,
		"the Dockerfile %.*s cannot be read", STR_ARG(path));
	fail(b,
		arena_printf(
			b->arena, "its Dockerfile %.*s cannot be read", STR_ARG(path)));
	return NULL;
}

/* ---- lowering, once for the same file, folder and arguments ---- */

static bool same_args(const struct build_args *a, const struct build_args *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->at[i].name, b->at[i].name) ||
			!str_eq(a->at[i].value, b->at[i].value))
			return false;
	return true;
}

static struct build *find_built(const struct building *b, struct str path)
{
	for (const struct compose_built *old = b->c->built; old; old = old->older)
		if (str_eq(old->path, path) && str_eq(old->context, b->folder) &&
			same_args(&old->args, &b->args))
			return old->build;
	return NULL;
}

static bool is_lowered_already(const struct building *b, struct str path)
{
	for (const struct compose_built *old = b->c->built; old; old = old->older)
		if (str_eq(old->path, path))
			return true;
	return false;
}

static struct build *lower_file(
	struct building *b, const struct dockerfile *df, struct str path)
{
	struct compose_built *built = arena_new(b->arena, struct compose_built);
	struct diags unheard = {.arena = b->arena};
	struct load_options options = *b->c->ctx->options;

	/* With other arguments the same lines would be reported twice. */
	bool is_again = path.n && is_lowered_already(b, path);

	options.args = b->args;
	options.context = b->folder;
	*built = (struct compose_built){.older = b->c->built,
		.path = path,
		.context = b->folder,
		.args = b->args,
		.build = dockerfile_lower(b->arena, b->c->ctx->world, b->c->ctx->know,
			df, &options, is_again ? &unheard : b->c->ctx->diags)};
	b->c->built = built;
	*vec_push(b->arena, &b->c->in->project.builds) = built->build;
	return built->build;
}

static bool is_full(struct building *b)
{
	if (b->c->build_count < COMPOSE_BUILDS_MAX) {
		b->c->build_count++;
		return false;
	}
	diag_add(b->c->ctx->diags, DIAG_LIMIT_REACHED, b->service->build.span,
		"this build is not looked at: there are more than %d",
		COMPOSE_BUILDS_MAX);
	return true;
}

static struct build *build_of(struct building *b)
{
	const struct dockerfile *df;
	struct str path = STR_NONE;
	struct build *build;

	if (!find_context(b) || (!b->text && !find_path(b, &path)))
		return NULL;
	build = b->text ? NULL : find_built(b, path);
	if (build)
		return build;
	if (is_full(b)) {
		fail(b, STR("there are more builds than oakum looks at"));
		return NULL;
	}
	df = b->text ? open_inline(b) : open_file(b, path);
	return df ? lower_file(b, df, path) : NULL;
}

static void pick_stage(struct building *b, const struct build *build)
{
	struct compose_build *out = &b->service->build;
	struct str target;

	if (!build->stages.n) {
		fail(b, STR("its Dockerfile has no FROM"));
		return;
	}
	if (!b->target) {
		out->stage = *vec_last(&build->stages);
	} else if (!value_str(b->arena, b->target->value, &target)) {
		fail(b,
			arena_printf(b->arena, "the stage depends on a value: %.*s",
				STR_ARG(value_why(b->target->value))));
	} else if (!target.n) {
		out->stage = *vec_last(&build->stages);
	} else {
		out->stage = build_stage(build, target);
		if (out->stage)
			return;
		compose_say(b->c, PROJECT_UNDEFINED_REFERENCE, b->target->span, target,
			"%.*s has no stage '%.*s'", STR_ARG(build->file->path),
			STR_ARG(target));
		fail(b,
			arena_printf(b->arena, "its Dockerfile has no stage '%.*s'",
				STR_ARG(target)));
	}
}

void compose_read_build(struct compose_service *s, const struct compose_entry *e)
{
	struct building b = {
		.service = s, .c = s->c, .arena = s->c->ctx->arena, .node = e->node};

	s->build.is_said = true;
	s->build.span = e->key_span;
	s->build.why = STR("what it is built from cannot be read");
	if (!compose_wants(s->c, e, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_MAP))
		return;
	if (e->node->kind == COMPOSE_MAP)
		read_map(&b);
	else
		b.context = e->node;
	if (s->c->is_old_layout && !b.dockerfile)
		b.dockerfile = compose_scalar(s->node, STR("dockerfile"));
	s->build.build = build_of(&b);
	if (s->build.build)
		pick_stage(&b, s->build.build);
}
