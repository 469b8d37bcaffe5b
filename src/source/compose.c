#include "source/compose.h"

#include "base/path.h"
#include "source/compose_lower.h"
#include "syntax/dockerfile.h"

/* ---- services ---- */

static void read_services(struct compose_lowering *c)
{
	const struct compose_entry *services =
		compose_entry(c->tree->root, STR("services"));

	if (!services || !compose_wants(c, services, COMPOSE_TAKES_MAP))
		return;
	if (services->node->count > COMPOSE_SERVICES_MAX)
		diag_add(c->ctx->diags, DIAG_LIMIT_REACHED,
			services->node->entries[COMPOSE_SERVICES_MAX].key_span,
			"oakum reads %d services of one project; this one and those "
			"behind it are left out",
			COMPOSE_SERVICES_MAX);
	for (uint32_t i = 0; i < services->node->count && i < COMPOSE_SERVICES_MAX;
		i++) {
		const struct compose_entry *e = &services->node->entries[i];

		if (!str_starts(e->key, STR("x-")))
			*vec_push(c->ctx->arena, &c->services) =
				compose_service_read(c, e);
	}
}

/* The name under which a service leaves what it builds. */
static struct str built_image(struct arena *a, const struct compose_service *s)
{
	struct str name = STR_NONE;

	if (s->build.stage)
		(void)fact_str(a, s->run->image, &name);
	return name;
}

/*
 * A service that runs the image which a sibling builds: `build:` with `image: app` in
 * one, `image: app` alone in the other.
 */
static const struct compose_build *built_by_sibling(
	const struct compose_service *s, struct str image)
{
	const struct compose_service *other =
		compose_index_find(&s->c->by_built_image, image);

	return other && other != s ? &other->build : NULL;
}

/* What the container is made of: a stage, an image, or the reason why neither is known. */
static void set_origin(const struct compose_service *s, struct workload_plan *plan)
{
	const struct compose_build *build = s->build.is_said ? &s->build : NULL;
	struct str image;

	if (!build && fact_str(s->c->ctx->arena, s->run->image, &image))
		build = built_by_sibling(s, image);
	if (build && build->stage) {
		plan->build = build->build;
		plan->stage = build->stage;
	} else if (build) {
		plan->why = build->why;
		plan->image_span = build->span;
	} else if (s->run->image->know != FACT_UNSET) {
		plan->image = s->run->image->value;
		plan->image_span = s->run->image->span;
	}
}

static struct run_pairs environment_of(const struct compose_service *s)
{
	struct run_pairs all = {0};

	vec_each (const struct run_pair, pair, &s->env_from_files)
		*vec_push(s->c->ctx->arena, &all) = *pair;
	vec_each (const struct run_pair, pair, &s->run->environment)
		*vec_push(s->c->ctx->arena, &all) = *pair;
	return all;
}

/*
 * A service without image and build is half of one: its other half is in the file that
 * this one is laid over, as compose.gpu.yaml is. Only in a file that compose takes by
 * itself it is a mistake.
 */
static bool is_half(const struct compose_service *s)
{
	return !s->build.is_said && s->run->image->know == FACT_UNSET &&
		!s->has_provider;
}

static void make_workload(struct compose_service *s)
{
	struct compose_lowering *c = s->c;
	struct workload_plan plan = {.name = arena_printf(c->ctx->arena, "%.*s:%.*s",
					     STR_ARG(c->in->path), STR_ARG(s->name)),
		.service = s->name,
		.run = s->run,
		.user = s->user,
		.workdir = s->workdir,
		.entrypoint = s->entrypoint,
		.cmd = s->cmd,
		.environment = environment_of(s),
		.anchor = s->key_span};
	bool is_whole = !s->run->is_partial;

	s->run->is_partial |= is_half(s);
	set_origin(s, &plan);
	s->workload = workload_make(c->ctx, &plan);
	*vec_push(c->ctx->arena, &c->in->project.workloads) = s->workload;
	if (s->build.is_said && s->run->image->know != FACT_UNSET)
		compose_say(c, PROJECT_BOTH_IMAGE_BUILD, s->run->image->span, s->name,
			"the image is a name for what is built")
			->workload = s->workload;
	if (is_whole && is_half(s) && source_is_compose_main(c->in->path))
		compose_say(c, PROJECT_NO_IMAGE, s->key_span, s->name,
			"the service '%.*s' has neither image nor build",
			STR_ARG(s->name))
			->workload = s->workload;
}

/* ---- the input ---- */

static void cover(struct arena *a, struct input *in, const struct compose_tree *tree)
{
	vec_each (const struct str, path, &tree->covered)
		*vec_push(a, &in->covered) = *path;
}

/* Comments of the compose files and of the Dockerfiles, for inline ignores. */
static void collect_comments(struct compose_lowering *c)
{
	VEC(struct span) all = {0};

	for (size_t i = 0; i < c->tree->comment_count; i++)
		*vec_push(c->ctx->arena, &all) = c->tree->comments[i];
	for (const struct compose_parsed *p = c->parsed; p; p = p->older)
		for (uint32_t i = 0; i < p->tree->comment_count; i++)
			*vec_push(c->ctx->arena, &all) = p->tree->comments[i];
	c->in->comments = all.at;
	c->in->comment_count = (uint32_t)all.n;
}

static void take_problems(struct compose_lowering *c)
{
	vec_each (const struct project_problem, p, &c->tree->problems) {
		*vec_push(c->ctx->arena, &c->in->project.problems) = *p;
		c->is_old_layout |= p->kind == PROJECT_OLD_LAYOUT;
	}
}

/* Another tool's file that a walk took for one by its name: said where compose would. */
static void leave(struct input *in)
{
	in->diags.list.n = in->diags.dropped = 0;
	in->is_left = !source_is_compose_main(in->path);
	if (!in->is_left)
		in->skipped = STR("none of its keys is one of compose's");
}

int compose_load(struct arena *a, struct world *world, const struct knowledge *know,
	const struct strs *files, const struct load_options *options, struct input *in,
	struct err *e)
{
	struct compose_tree tree = {0};
	struct source_context ctx = {.arena = a,
		.world = world,
		.know = know,
		.options = options,
		.diags = &in->diags};
	struct compose_lowering c = {.ctx = &ctx, .tree = &tree, .in = in};

	if (compose_tree_read(a, world, files, options, &tree, &in->diags, e) < 0)
		return -1;
	if (options->is_found && !tree.is_compose) {
		leave(in);
		return 0;
	}
	in->project.name = tree.name;
	cover(a, in, &tree);
	take_problems(&c);
	compose_project_read(&c);
	read_services(&c);
	c.by_built_image = compose_index(a, &c.services, built_image);
	vec_each (struct compose_service *, s, &c.services)
		make_workload(*s);
	compose_project_link(&c);
	collect_comments(&c);
	return 0;
}
