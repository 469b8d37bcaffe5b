#include "know/asker.h"

#include "know/know.h"

/* What is known of the base that was asked for last. */
struct asked_ground {
	struct arena *arena;
	const struct base_image *base;
	struct ground ground;
};

static struct ground ground_of(void *data, const struct base_image *base)
{
	struct asked_ground *g = data;
	struct image_ref ref;
	bool has_ref;

	if (base == g->base && base)
		return g->ground;
	has_ref = base && base->know == FACT_SET &&
		image_ref_parse(base->reference, &ref);
	g->base = base;
	g->ground = know_ground(
		g->arena, has_ref ? &ref : NULL, base ? base->family : STR_NONE);
	return g->ground;
}

static enum answer is_classic(const struct workload *w)
{
	if (!w->build || w->build->builder == BUILDER_UNKNOWN)
		return ANSWER_MAYBE;
	return w->build->builder == BUILDER_CLASSIC ? ANSWER_YES : ANSWER_NO;
}

struct access_asker know_asker(struct arena *a, struct world *world,
	const struct workload *w, struct identity identity)
{
	struct asked_ground *g = arena_new(a, struct asked_ground);

	g->arena = a;
	return (struct access_asker){
		.view = {.arena = a,
			.world = world,
			.log = w->stage ? w->stage->end->owners : NULL,
			.base = w->base,
			.ground = ground_of,
			.data = g,
			.cache = owners_cache_new(a),
			.is_classic = is_classic(w)},
		.workload = w,
		.identity = identity};
}

struct identity know_user(struct arena *a, const struct workload *w, uint32_t uid)
{
	return identity_resolve(a, arena_printf(a, "%u:%u", uid, uid), w->accounts);
}
