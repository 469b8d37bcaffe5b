/*
 * secret: where a run carries a secret in plain sight.
 *
 * Depends on rule. The rules on secrets ask it, and so does the report, which never
 * shows these bytes. Nothing here keeps or copies a secret: a use has its place.
 *
 *	struct secret_uses uses = secret_uses_of(arena, workload);
 *	vec_each (const struct secret_use, use, &uses)
 *		mask(use->span);
 */
#ifndef OAKUM_RULE_SECRET_H
#define OAKUM_RULE_SECRET_H

#include "model/workload.h"
#include "rule/secret_name.h"

enum secret_place {
	SECRET_BY_VARIABLE, /* environment, -e */
	SECRET_BY_LABEL,
	SECRET_BY_COMMAND, /* a word of command, entrypoint, or behind the image */
	SECRET_BY_BUILD_ARG,
};

enum { SECRET_USES_MAX = 1000 }; /* of one workload */

struct secret_use {
	enum secret_place place;
	enum secret_kind kind; /* not NONE */
	struct str name;       /* of the variable, label or option */
	bool is_default;       /* stands as the default of a ${NAME:-…} */
	bool is_known;	       /* false: of a build arg that comes from outside */
	struct span span;      /* of the secret bytes; of the name where not known */
};

VEC_TYPE(struct secret_use, secret_uses);

/* In the order of the run: what it says itself, not what its image brings along. */
struct secret_uses secret_uses_of(struct arena *a, const struct workload *w);

/* May the words of a command line behind this one be shown? False: it is a secret. */
bool secret_word_is_shown(struct arena *a, const struct words *argv, size_t index);

#endif
