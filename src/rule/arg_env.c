/*
 * Secrets that a Dockerfile passes as ARG or keeps as ENV.
 *
 * No text of a finding holds a value. What a compose file hands over is found there
 * (compose-build-args-secret), and what an ENV makes of an ARG is found at the ENV.
 */
#include "rule/build_secret.h"
#include "rule/checks.h"
#include "rule/secret.h"

static void concern(struct audit *audit, struct finding *f)
{
	vec_each (struct workload *const, w, &audit->project->workloads)
		if ((*w)->build == audit->build)
			finding_concerns(audit, f, *w);
}

/* ---- ARG ---- */

static bool is_found_in_compose(struct audit *audit, struct str name)
{
	vec_each (struct workload *const, w, &audit->project->workloads) {
		struct secret_uses uses;

		if ((*w)->build != audit->build || !(*w)->run ||
			!(*w)->run->build_args.n)
			continue;
		uses = secret_uses_of(audit->arena, *w);
		vec_each (const struct secret_use, use, &uses)
			if (use->place == SECRET_BY_BUILD_ARG &&
				str_eq(use->name, name))
				return true;
	}
	return false;
}

static size_t count_runs(const struct build_secret *s)
{
	size_t n = 0;

	vec_each (const struct build_taker, t, &s->takers)
		n += t->step->kind == STEP_RUN;
	return n;
}

static bool is_kept_by_env(const struct build_secret *s)
{
	vec_each (const struct build_taker, t, &s->takers)
		if (t->how == TAKEN_FOR_GOOD)
			return true;
	return false;
}

static bool has_default(const struct build_secret *s)
{
	return s->kind == SECRET_OWN || s->kind == SECRET_EVERYBODYS;
}

static void say_argument(struct audit *audit, const struct build_secret *s)
{
	struct str id = build_secret_id(audit->arena, s->name);
	struct finding *f = finding_add(audit, s->span);

	concern(audit, f);
	finding_message(audit, f,
		has_default(s)
			? "The build argument `%.*s` has a secret for its default."
			: "A secret goes into the build as the argument `%.*s`.",
		STR_ARG(s->name));
	if (!s->is_kept && !has_default(s))
		f->severity = SEVERITY_LOW;
	finding_consequence(audit, f,
		has_default(s)
			? "This file is kept, copied and committed, and so is the secret."
			: s->is_kept
			? "The image keeps the values of build arguments: `docker history` "
			  "shows them to everybody who can pull it."
			: "The cache of the builder and the provenance of the image keep "
			  "the values of build arguments.");
	finding_help(audit, f,
		"Hand it over as a build secret: `RUN --mount=type=secret,id=%.*s,"
		"env=%.*s` in the steps that need it, and `docker build --secret "
		"id=%.*s,env=%.*s`. Then change it.",
		STR_ARG(id), STR_ARG(s->name), STR_ARG(id), STR_ARG(s->name));
	finding_evidence(audit, f, "ARG %.*s", STR_ARG(s->name));
}

static void look_at_arguments(struct audit *audit)
{
	struct build_secrets all = build_secrets_of(audit->arena, audit->build);

	vec_each (const struct build_secret, s, &all)
		if ((has_default(s) || count_runs(s)) && !is_kept_by_env(s) &&
			!is_found_in_compose(audit, s->name))
			say_argument(audit, s);
}

/* ---- ENV ---- */

/* The ARG that the value is made of, or NULL. */
static const struct segment *argument_of(
	const struct step *step, const struct binding *variable)
{
	const struct value *v = &variable->fact->value;

	for (size_t i = 0; i < v->n; i++)
		if (v->at[i].name.n && binding_find(step->before->args, v->at[i].name))
			return &v->at[i];
	return NULL;
}

static void say_variable(struct audit *audit, const struct stage *stage,
	const struct step *step, const struct binding *variable, enum secret_kind kind)
{
	bool is_kept = build_secret_is_kept(audit->build, stage);
	const struct segment *from = argument_of(step, variable);
	struct finding *f = finding_add(audit, variable->fact->span);

	concern(audit, f);
	if (kind == SECRET_PLACEHOLDER)
		f->severity = SEVERITY_LOW;
	if (kind == SECRET_EVERYBODYS)
		f->severity = SEVERITY_MEDIUM;
	if (from && !is_kept)
		f->severity = SEVERITY_LOW;
	if (from)
		finding_message(audit, f,
			"The variable `%.*s` keeps a secret that the build was given as "
			"`%.*s`.",
			STR_ARG(variable->name), STR_ARG(from->name));
	else if (kind == SECRET_PLACEHOLDER)
		finding_message(audit, f,
			"A place for a secret is kept in the variable `%.*s`.",
			STR_ARG(variable->name));
	else
		finding_message(audit, f, "A secret stands in the variable `%.*s`.",
			STR_ARG(variable->name));
	finding_consequence(audit, f,
		is_kept ? "It is part of the image: `docker inspect` shows it to everybody "
			  "who can pull the image, and every process of the container "
			  "inherits it."
			: from
			? "The cache of the builder keeps it, and what that stage makes may "
			  "hold it."
			: "This file is kept, copied and committed, and so is the secret.");
	finding_help(audit, f,
		"Drop it from the image. What the program needs is given when it starts: "
		"`--env-file`, or a file under `/run/secrets`; what only the build needs "
		"is `RUN --mount=type=secret,id=%.*s,env=%.*s`. Then change it.",
		STR_ARG(build_secret_id(audit->arena, variable->name)),
		STR_ARG(variable->name));
	finding_evidence(audit, f, "ENV %.*s", STR_ARG(variable->name));
}

static void look_at_variable(struct audit *audit, const struct stage *stage,
	const struct step *step, const struct binding *variable)
{
	enum secret_kind kind = SECRET_OWN;
	struct str text;

	if (!secret_name_is(variable->name) || !variable->fact->span.file)
		return;
	if (!argument_of(step, variable)) {
		if (!value_str(audit->arena, variable->fact->value, &text))
			return;
		kind = secret_value_kind(text);
	}
	if (kind != SECRET_NONE)
		say_variable(audit, stage, step, variable, kind);
}

static void look_at_variables(struct audit *audit)
{
	vec_each (struct stage *const, stage, &audit->build->stages)
		vec_each (const struct step, step, &(*stage)->steps) {
			if (step->kind != STEP_ENV || step->is_onbuild)
				continue;
			for (const struct binding *b = step->after->env;
				b && b != step->before->env; b = b->older)
				look_at_variable(audit, *stage, step, b);
		}
}

void check_secret_in_arg_env(struct audit *audit)
{
	look_at_arguments(audit);
	look_at_variables(audit);
}
