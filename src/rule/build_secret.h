/*
 * build_secret: a secret that goes through a build as ARG, and who takes it there.
 *
 * Depends on model, secret_name. The builder gives an ARG to every RUN below it as an
 * environment variable, so a RUN may take it without naming it. Nothing here keeps or
 * copies a value: a secret has its name and its places.
 *
 *	struct build_secrets secrets = build_secrets_of(arena, build);
 *	vec_each (const struct build_secret, s, &secrets)
 *		mark(s->span, s->name);
 */
#ifndef OAKUM_RULE_BUILD_SECRET_H
#define OAKUM_RULE_BUILD_SECRET_H

#include "model/build.h"
#include "rule/secret_name.h"

enum { BUILD_SECRETS_MAX = 20 }; /* of one build; there are one or two */

/* What an instruction below an ARG does with it. */
enum build_take {
	TAKEN_BY_NAME, /* a RUN whose text names it */
	TAKEN_PERHAPS, /* a RUN that does not; what it starts may read its environment */
	TAKEN_NOT,     /* a RUN of programs that look at no such variable */
	TAKEN_FOR_GOOD,	 /* ENV: the image has it from here on */
	TAKEN_OTHERWISE, /* COPY, LABEL, another ARG …: the builder puts it in */
};

struct build_taker {
	enum build_take how;
	const struct step *step;
};

VEC_TYPE(struct build_taker, build_takers);

struct build_secret {
	struct str name;
	struct span span;      /* of the name in the first ARG that says it */
	enum secret_kind kind; /* of the default that stands there; NONE: none */
	VEC(const struct step *) args; /* every ARG instruction that says it */
	struct build_takers takers;    /* in the order of the file */
	bool is_kept; /* a stage that has it is the image, or what that stands on */
};

VEC_TYPE(struct build_secret, build_secrets);

/* ARGs whose names are those of secrets, in the order of the file. */
struct build_secrets build_secrets_of(struct arena *a, const struct build *build);

/* The ARG of that name, whatever it is called; false when no stage says it. */
bool build_secret_of(struct arena *a, const struct build *build, struct str name,
	struct build_secret *out);

/* Is the stage the image that is built last, or what that one stands on? */
bool build_secret_is_kept(const struct build *build, const struct stage *stage);

/* "hf_token": what the builder and compose know the secret by. */
struct str build_secret_id(struct arena *a, struct str name);

VEC_TYPE(struct span, secret_spans);

/* Where values of such ARGs and ENVs are written: bytes that no report may show. */
struct secret_spans build_secret_values(struct arena *a, const struct build *build);

/* The first word of text that is name, bounded by what can be no part of one; or n. */
size_t build_secret_find(struct str text, struct str name);

/* Is there a ${name} or $name that the builder, or a shell, puts a value in for? */
bool build_secret_is_expanded(struct str text, struct str name);

#endif
