#include "know/know.h"
#include "source/workload.h"

/* What is being filled: the image, and the state that it starts a stage with. */
struct start {
	struct arena *arena;
	const struct knowledge *know;
	struct base_image *base;
	struct state *state;
};

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
	struct start *s, const struct know_image *image, struct span span)
{
	struct fact *fact;

	if (!image->user.n)
		return fact_unset(s->arena, LAYER_IMAGE, span);
	fact = (struct fact *)fact_set(s->arena, LAYER_IMAGE,
		value_literal(s->arena, image->user, SPAN_NONE), span, NULL);
	fact->why = STR("the image sets it");
	if (image->source.n)
		fact->why = arena_printf(s->arena, "the image sets it (%.*s, %.*s)",
			STR_ARG(image->source), STR_ARG(image->date));
	return fact;
}

/* What the image's own ENV leaves to its children, as far as it is known. */
static void start_environment(struct start *s, const struct image_ref *ref)
{
	struct know_variables list = know_environment(s->know, s->arena, ref);

	vec_each (struct know_variable, v, &list) {
		struct value value = v->value.n
			? value_literal(s->arena, v->value, SPAN_NONE)
			: value_unknown(s->arena,
				  STR("the base image sets it to what is not known"),
				  s->base->span);

		s->state->env = binding_put(s->arena, s->state->env, v->name,
			fact_set(s->arena, LAYER_IMAGE, value, s->base->span, NULL));
	}
}

static void start_known(struct start *s, const struct know_image *image)
{
	fill_known(s->base, image);
	s->state->user = user_of(s, image, s->base->span);
	s->state->accounts = know_accounts(s->know, s->arena, image, s->base->span);
}

/* A digest without a tag: which of the variants it is, Debian or Alpine, is not said. */
static void blur_variant(struct start *s)
{
	s->base->family = STR_NONE;
	s->base->tools = STR("?");
	s->state->accounts = accounts_doubt(s->arena, s->state->accounts,
		STR("the digest does not say which variant of the base image it is"),
		s->base->span);
}

static void start_unknown(struct start *s, struct str why)
{
	s->base->know = FACT_UNKNOWN;
	s->base->why = why;
	s->state->user = fact_unknown(s->arena, LAYER_IMAGE, why, s->base->span);
	s->state->accounts =
		accounts_doubt(s->arena, accounts_empty(s->arena), why, s->base->span);
}

static void start_scratch(struct start *s)
{
	s->base->know = FACT_SET;
	s->base->is_scratch = true;
	s->base->family = STR("scratch");
	s->state->user = fact_unset(s->arena, LAYER_IMAGE, s->base->span);
	s->state->accounts = accounts_empty(s->arena);
}

/*
 * A container of Windows has other users and another shell than the tables know. Its
 * images say so: mcr.microsoft.com/windows/nanoserver, golang:1.23-windowsservercore.
 */
static bool is_windows(const struct image_ref *ref)
{
	static const struct str words[] = {STR_INIT("windowsservercore"),
		STR_INIT("nanoserver"), STR_INIT("microsoft.com/windows")};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_find_str(ref->name, words[i]) < ref->name.n ||
			str_find_str(ref->tag, words[i]) < ref->tag.n)
			return true;
	return false;
}

static void start_image(struct start *s)
{
	const struct know_image *image;
	struct image_ref ref;

	if (!image_ref_parse(s->base->reference, &ref)) {
		start_unknown(s,
			arena_printf(s->arena, "'%.*s' is no image reference",
				STR_ARG(s->base->reference)));
		return;
	}
	if (is_windows(&ref)) {
		start_unknown(s, STR("it is an image of Windows"));
		s->base->family = BASE_WINDOWS;
		return;
	}
	start_environment(s, &ref);
	image = know_image(s->know, s->arena, &ref);
	if (image) {
		start_known(s, image);
		if (ref.digest.n && !ref.tag.n && know_image_varies(image))
			blur_variant(s);
	} else {
		start_unknown(s,
			arena_printf(s->arena, "the image %.*s is not known",
				STR_ARG(s->base->reference)));
	}
}

void image_start(struct arena *a, const struct knowledge *know, struct value reference,
	struct span span, struct base_image *base, struct state *state)
{
	struct start s = {a, know, base, state};

	*base = (struct base_image){
		.span = span, .reference = value_display(a, reference)};
	*state = (struct state){.workdir = fact_unset(a, LAYER_IMAGE, span)};
	if (!value_is_known(reference))
		start_unknown(&s,
			arena_printf(a, "the image depends on a value: %.*s",
				STR_ARG(value_why(reference))));
	else if (str_eq(base->reference, STR("scratch")))
		start_scratch(&s);
	else
		start_image(&s);
}
