#include "source/base_image.h"

#include "know/know.h"

static struct str tool_text(struct str tool)
{
	return str_eq(tool, STR("?")) ? STR_NONE : tool;
}

static void fill_known(struct base_image *base, const struct know_image *image)
{
	base->know = FACT_SET;
	base->family = image->family->name;
	base->nologin = image->nologin;
	base->tools = image->tools;
	base->drops_to = image->drops_to;
	base->drops_by = tool_text(image->drops_by);
	base->end_of_life = image->eol;
	base->source = image->source;
	base->is_scratch = str_eq(base->family, STR("scratch"));
}

/* USER of a known image, or the fact that it sets none. */
static const struct fact *user_of(
	struct lowering *l, const struct know_image *image, struct span span)
{
	struct fact *fact;

	if (!image->user.n)
		return fact_unset(l->arena, LAYER_IMAGE, span);
	fact = (struct fact *)fact_set(l->arena, LAYER_IMAGE,
		value_literal(l->arena, image->user, SPAN_NONE), span, NULL);
	fact->why = STR("the image sets it");
	if (image->source.n)
		fact->why = arena_printf(l->arena, "the image sets it (%.*s, %.*s)",
			STR_ARG(image->source), STR_ARG(image->date));
	return fact;
}

/* What the image's own ENV leaves to its children, as far as it is known. */
static void start_environment(
	struct lowering *l, struct base_image *base, const struct image_ref *ref)
{
	struct know_variables list = know_environment(l->know, l->arena, ref);

	vec_each (struct know_variable, v, &list) {
		struct value value = v->value.n
			? value_literal(l->arena, v->value, SPAN_NONE)
			: value_unknown(l->arena,
				  STR("the base image sets it to what is not known"),
				  base->span);

		l->state.env = binding_put(l->arena, l->state.env, v->name,
			fact_set(l->arena, LAYER_IMAGE, value, base->span, NULL));
	}
}

static void start_known(
	struct lowering *l, struct base_image *base, const struct know_image *image)
{
	fill_known(base, image);
	l->state.user = user_of(l, image, base->span);
	l->state.accounts = know_accounts(l->know, l->arena, image, base->span);
}

/* A digest without a tag: which of the variants it is, Debian or Alpine, is not said. */
static void blur_variant(struct lowering *l, struct base_image *base)
{
	base->family = STR_NONE;
	base->tools = STR("?");
	l->state.accounts = accounts_doubt(l->arena, l->state.accounts,
		STR("the digest does not say which variant of the base image it is"),
		base->span);
}

static void start_unknown(struct lowering *l, struct base_image *base, struct str why)
{
	base->know = FACT_UNKNOWN;
	base->why = why;
	l->state.user = fact_unknown(l->arena, LAYER_IMAGE, why, base->span);
	l->state.accounts =
		accounts_doubt(l->arena, accounts_empty(l->arena), why, base->span);
}

static void start_scratch(struct lowering *l, struct base_image *base)
{
	base->know = FACT_SET;
	base->is_scratch = true;
	base->family = STR("scratch");
	l->state.user = fact_unset(l->arena, LAYER_IMAGE, base->span);
	l->state.accounts = accounts_empty(l->arena);
}

static void start_image(struct lowering *l, struct base_image *base)
{
	const struct know_image *image;
	struct image_ref ref;

	if (!image_ref_parse(base->reference, &ref)) {
		start_unknown(l, base,
			arena_printf(l->arena, "'%.*s' is no image reference",
				STR_ARG(base->reference)));
		return;
	}
	start_environment(l, base, &ref);
	image = know_image(l->know, l->arena, &ref);
	if (image) {
		start_known(l, base, image);
		if (ref.digest.n && !ref.tag.n && know_image_varies(image))
			blur_variant(l, base);
	} else {
		start_unknown(l, base,
			arena_printf(l->arena, "the base image %.*s is not known",
				STR_ARG(base->reference)));
	}
}

void base_image_start(struct lowering *l, struct stage *stage)
{
	struct base_image *base = arena_new(l->arena, struct base_image);

	base->span = stage->image_span;
	base->reference = value_display(l->arena, stage->image);
	stage->base = base;
	l->state = (struct state){
		.workdir = fact_unset(l->arena, LAYER_IMAGE, stage->image_span)};
	if (!value_is_known(stage->image))
		start_unknown(l, base,
			arena_printf(l->arena,
				"the base image depends on a value: %.*s",
				STR_ARG(value_why(stage->image))));
	else if (str_eq(base->reference, STR("scratch")))
		start_scratch(l, base);
	else
		start_image(l, base);
}
