#include "model/fact.h"

const struct fact *fact_set(struct arena *a, enum layer layer, struct value value,
	struct span span, const struct fact *hides)
{
	struct fact *f = arena_new(a, struct fact);

	*f = (struct fact){.know = value_is_known(value) ? FACT_SET : FACT_UNKNOWN,
		.layer = layer,
		.value = value,
		.span = span,
		.why = value_why(value),
		.hides = hides};
	return f;
}

const struct fact *fact_unset(struct arena *a, enum layer layer, struct span span)
{
	struct fact *f = arena_new(a, struct fact);

	*f = (struct fact){.know = FACT_UNSET, .layer = layer, .span = span};
	return f;
}

const struct fact *fact_unknown(
	struct arena *a, enum layer layer, struct str why, struct span span)
{
	struct fact *f = arena_new(a, struct fact);

	*f = (struct fact){
		.know = FACT_UNKNOWN, .layer = layer, .span = span, .why = why};
	return f;
}

bool fact_str(struct arena *a, const struct fact *f, struct str *out)
{
	return f && f->know == FACT_SET && value_str(a, f->value, out);
}

struct str layer_name(enum layer layer)
{
	static const struct str names[] = {
		[LAYER_ENGINE] = STR_INIT("engine"),
		[LAYER_DAEMON] = STR_INIT("daemon"),
		[LAYER_IMAGE] = STR_INIT("image"),
		[LAYER_BUILD] = STR_INIT("build"),
		[LAYER_POD] = STR_INIT("pod"),
		[LAYER_RUN] = STR_INIT("run"),
		[LAYER_EXEC] = STR_INIT("exec"),
		[LAYER_LIVE] = STR_INIT("live"),
	};

	return names[layer];
}
