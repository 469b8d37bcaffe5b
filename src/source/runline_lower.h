/*
 * runline_lower: the workbench on which a script's lines become workloads.
 *
 * Private to source/runline*.c. Depends on runline_args, runline_script, run_values,
 * workload. First every line is read; then each `docker run` becomes a run (its options,
 * runline_run.c) with the Dockerfile that a `docker build` of the same script makes its
 * image from (runline_build.c), a workload, and its links to the volumes and containers
 * that the other lines of the script name (runline.c).
 */
#ifndef OAKUM_SOURCE_RUNLINE_LOWER_H
#define OAKUM_SOURCE_RUNLINE_LOWER_H

#include "source/run_values.h"
#include "source/runline.h"
#include "source/runline_args.h"
#include "source/runline_script.h"
#include "source/workload.h"

enum {
	RUNLINE_LOOKS_MAX = 16, /* at earlier calls of one place, to tell repetitions */
	RUNLINE_BUILDS_MAX = 100,	    /* Dockerfiles that one script lowers */
	RUNLINE_ENV_FILE_MAX = 1024 * 1024, /* bytes of an --env-file */
};

/* One line of the script, and what its words are. */
struct runline_line {
	const struct script_line *script;
	struct runline_args args;
};

VEC_TYPE(struct runline_line, runline_lines);

/* A Dockerfile that a line builds, lowered when somebody runs its image. */
struct runline_built {
	const struct runline_line *line;
	bool is_tried;
	const struct build *build; /* NULL: it cannot be seen */
	const struct stage *stage;
};

VEC_TYPE(struct runline_built, runline_builts);
VEC_TYPE(struct span, runline_comments);

struct runline_lowering {
	struct source_context *ctx;
	struct input *in;
	struct runline_lines lines;
	struct runline_builts builts; /* in the order of their lines */
	struct runline_comments comments;
};

/* What a run line says. */
struct runline_run {
	struct run *run;
	const struct word *image;	   /* NULL: none is there */
	const struct fact *user, *workdir; /* NULL: not said */
	const struct program *entrypoint, *cmd;
	struct run_pairs environment; /* env files first */
};

/* Reads the options of a START line. What the engine refuses becomes a diag. */
void runline_run_read(struct runline_lowering *l, const struct runline_line *line,
	struct runline_run *out);

/* A fact of layer for a word; its value may be known in part. hides may be NULL. */
const struct fact *runline_fact(struct arena *a, enum layer layer,
	const struct word *word, const struct fact *hides);

/* The build that makes the image of a line, or NULL. */
const struct runline_built *runline_find_built(struct runline_lowering *l,
	const struct runline_line *line, const struct word *image);

/* A host path of a line: from the folder that it is started in. */
struct run_reader runline_reader(
	const struct runline_lowering *l, const struct runline_line *line);

#endif
