/*
 * fact: a value, how we know it, who said it, and what it hides.
 *
 * Depends on value. Facts are immutable; a later statement makes a new fact that hides
 * the older one, so the chain tells why a container runs as it does:
 *
 *	root: compose.yml:12 overrides Dockerfile:9 USER app
 *
 * Absence is a fact too (FACT_UNSET), with the span of the place where one would write
 * it. FACT_UNKNOWN makes a rule answer maybe.
 */
#ifndef OAKUM_MODEL_FACT_H
#define OAKUM_MODEL_FACT_H

#include "model/value.h"

enum know { FACT_UNKNOWN, FACT_UNSET, FACT_SET };

/* Who said it: what stands later in this list wins over what stands earlier. */
enum layer {
	LAYER_ENGINE,
	LAYER_DAEMON,
	LAYER_IMAGE,
	LAYER_BUILD,
	LAYER_POD,
	LAYER_RUN,
	LAYER_EXEC,
	LAYER_LIVE,
};

struct fact {
	enum know know;
	enum layer layer;
	struct value value; /* empty unless FACT_SET */
	struct span span;   /* the bytes that said it, or where to say it */
	struct str why;	    /* one clause: the source of knowledge, or the reason
	                             why it is unknown */
	bool is_open;	    /* UNKNOWN: an ARG that nobody gave a value; a build without
			 --build-arg takes it as empty */
	const struct fact *hides; /* what this one overrides, or NULL */
};

const struct fact *fact_set(struct arena *a, enum layer layer, struct value value,
	struct span span, const struct fact *hides);
const struct fact *fact_unset(struct arena *a, enum layer layer, struct span span);
const struct fact *fact_unknown(
	struct arena *a, enum layer layer, struct str why, struct span span);

/* The known bytes of a fact; false when it is unset, unknown or partly unknown. */
bool fact_str(struct arena *a, const struct fact *f, struct str *out);

/* "engine", "image", "build" … */
struct str layer_name(enum layer layer);

#endif
