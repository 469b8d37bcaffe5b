/*
 * lower: the workbench on which a Dockerfile becomes a build.
 *
 * Private to source/dockerfile_*.c. Depends on syntax, model, know, effect. One lowering
 * walks the tree once, from the first line to the last; `state` is the image as it
 * stands at that point, a fresh copy for every step, so that steps may keep theirs.
 */
#ifndef OAKUM_SOURCE_LOWER_H
#define OAKUM_SOURCE_LOWER_H

#include "base/world.h"
#include "effect/run.h"
#include "model/build.h"
#include "source/load.h"
#include "syntax/dockerfile.h"

struct knowledge;

/* The triggers that a stage leaves to the stages built FROM it. */
VEC_TYPE(const struct dockerfile_instruction *, triggers);

struct lowering {
	struct arena *arena;
	struct world *world;
	const struct knowledge *know;
	const struct load_options *options;
	const struct dockerfile *dockerfile;
	struct diags *diags;
	struct build *build;
	struct str context;		  /* folder of the build context */
	const struct build_context *sent; /* what of it a COPY sees */
	const struct binding *globals;	  /* ARG before the first FROM */
	struct stage *stage;		  /* the one being built; NULL before FROM */
	struct state state;		  /* the image as it stands */
	struct triggers triggers;	  /* ONBUILD of this stage */
	struct triggers *stage_triggers;  /* of each earlier stage, by index */
	bool is_full;			  /* DOCKERFILE_STAGES_MAX was reached */
	bool cmd_is_own;		  /* this stage wrote CMD itself */
	struct effect_spent spent;	  /* of the limits on what effect/ follows */
};

/* Which variables a word may use. */
enum scope_of_variables { VARIABLES_GLOBAL, VARIABLES_STAGE };

/* A word of the Dockerfile as a value; what stands in no scope expands to nothing. */
struct value lower_word(
	struct lowering *l, const struct text *word, enum scope_of_variables scope);
struct word lower_as_word(struct lowering *l, const struct text *word);

/* Looks a variable of the stage up as the builder does; NULL when it is unset. */
const struct fact *lower_variable(const struct lowering *l, struct str name);

/* ARG, ENV: dockerfile_args.c */
void lower_global_arg(struct lowering *l, const struct dockerfile_instruction *in);
void lower_arg(struct lowering *l, const struct dockerfile_instruction *in);
void lower_env(struct lowering *l, const struct dockerfile_instruction *in);

/* Fills ctx for a call into effect/ that may read scripts: dockerfile_run.c */
void lower_effect_context(
	struct lowering *l, struct notes *notes, struct effect_context *ctx);

/* The folder of the build context: as given, else the Dockerfile's own. */
struct str lower_context(const struct load_options *options, struct str path);

/* FROM: dockerfile_from.c */
void lower_from(struct lowering *l, const struct dockerfile_instruction *in);

/* COPY, ADD: dockerfile_copy.c. Fills step->copy. */
void lower_copy(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step);

/* RUN, SHELL, ENTRYPOINT, CMD, HEALTHCHECK: dockerfile_run.c */
void lower_run(
	struct lowering *l, const struct dockerfile_instruction *in, struct step *step);
const struct program *lower_program(struct lowering *l,
	const struct dockerfile_instruction *in, const struct program *hides);

/* One instruction inside a stage; is_onbuild when it is a trigger of the base. */
void lower_instruction(
	struct lowering *l, const struct dockerfile_instruction *in, bool is_onbuild);

/* What ADD unpacks, by its name. */
bool lower_is_archive(struct str source);

/*
 * What a step does to the owners of paths: dockerfile_owners.c. path is where a COPY
 * goes (empty: not known), value where a WORKDIR is.
 */
void lower_workdir_owner(struct lowering *l, const struct dockerfile_instruction *in,
	struct value value);
void lower_volume_owner(struct lowering *l, const struct dockerfile_instruction *in,
	const struct words *words);
void lower_copy_owner(struct lowering *l, const struct dockerfile_instruction *in,
	const struct copy *copy, struct str path);
/* before: the log as it stood before the RUN. */
void lower_run_mounts(struct lowering *l, const struct dockerfile_instruction *in,
	const struct event *before);

/* The variables that a word uses, with the place of each use; nested ones too. */
struct variable_use {
	struct str name;
	struct span span;
};
VEC_TYPE(struct variable_use, variable_uses);
struct variable_uses lower_variables_of(struct lowering *l, const struct text *word);

/* Set by the builder itself: TARGETARCH, BUILDPLATFORM … */
bool lower_is_automatic(struct str name);

/* True when a FROM further down names a stage so: BuildKit lets COPY reach ahead. */
bool lower_has_later_stage(const struct lowering *l, struct str name);

void lower_problem(struct lowering *l, enum build_problem_kind kind, struct span span,
	struct span related, struct str name);

#endif
