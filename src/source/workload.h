/*
 * workload: a container from what is built (or pulled) and how it is run.
 *
 * Private to source/. Depends on model, know, effect. One way from "this stage, or that
 * image, started so" to a workload with its launch decided, for Dockerfiles, compose
 * services and run lines alike.
 *
 *	struct workload *w = workload_make(&ctx, &(struct workload_plan){
 *		.name = name, .image = value, .image_span = span, .run = run,
 *		.user = user_fact, .anchor = run->anchor});
 */
#ifndef OAKUM_SOURCE_WORKLOAD_H
#define OAKUM_SOURCE_WORKLOAD_H

#include "base/diag.h"
#include "base/world.h"
#include "model/workload.h"
#include "source/load.h"

struct source_context {
	struct arena *arena;
	struct world *world;
	const struct knowledge *know;
	const struct load_options *options;
	struct diags *diags;
};

struct workload_plan {
	struct str name, service;
	const struct build *build; /* with stage: what is built; else image is pulled */
	const struct stage *stage;
	struct value image; /* the reference, where nothing is built */
	struct str why;	    /* where neither is known: a clause, or empty */
	struct span image_span;
	const struct run *run; /* NULL: only built */
	/* What the run says on top of the image; NULL: nothing. Facts of the layer RUN;
	   workload_make sets what they hide. */
	const struct fact *user, *workdir;
	const struct program *entrypoint, *cmd; /* an entrypoint alone unsets CMD */
	struct run_pairs environment; /* NAME without a value: the asker's, unknown */
	struct span anchor;
};

/*
 * Never NULL. Its run is a copy of plan->run, with the image's VOLUMEs as further mounts
 * of origin FROM_IMAGE: links of a project go to its elements.
 */
struct workload *workload_make(
	struct source_context *ctx, const struct workload_plan *plan);

/*
 * The program of a list of words that no shell reads (compose's lists, the words
 * behind the image of a run line), with the commands that it comes down to.
 */
const struct program *workload_program(
	struct source_context *ctx, const struct words *argv, struct span span);

/*
 * What stands in the place of FROM: fills *base and *state (user, accounts, env) from
 * the tables; what is not there is unknown, with a reason.
 */
void image_start(struct arena *a, const struct knowledge *know, struct value reference,
	struct span span, struct base_image *base, struct state *state);

#endif
