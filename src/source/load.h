/*
 * load: from a path to a model: read, sniff, parse, lower.
 *
 * Depends on base, syntax, model, know, effect. One input is one file that a user named
 * or a walk found. What cannot be loaded is skipped with a reason, never silently; what
 * a reader could not follow is in diags. Everything lives in the arena that is handed
 * in.
 *
 *	struct input in;
 *	if (input_load(&arena, world, know, path, &options, &in, e) < 0)
 *		return -1;
 *	if (in.skipped.n)
 *		note("skipped %.*s: %.*s", ...);
 */
#ifndef OAKUM_SOURCE_LOAD_H
#define OAKUM_SOURCE_LOAD_H

#include "base/diag.h"
#include "base/world.h"
#include "model/workload.h"

struct knowledge;

/* What a file is, decided by its content. */
enum source_kind {
	SOURCE_UNKNOWN,
	SOURCE_DOCKERFILE,
	SOURCE_TEMPLATE,
	SOURCE_COMPOSE,
	SOURCE_SCRIPT,	 /* a shell script: the run lines in it */
	SOURCE_RUN_LINE, /* --run */
};

struct build_arg {
	struct str name, value;
	bool has_value;		 /* false: --build-arg NAME takes the environment's */
	const struct fact *fact; /* where a compose file gives it: its value, perhaps
				    unknown, and its place; else NULL */
};

VEC_TYPE(struct build_arg, build_args);
VEC_TYPE(struct str, strs);

struct load_options {
	enum source_kind as; /* UNKNOWN: decide by content */
	struct strs targets; /* empty: the last stage, as the builder would */
	struct build_args args;
	enum builder builder;
	struct str context; /* empty: the Dockerfile's folder */
	bool is_found;	    /* a walk found it: what is no input is left silently */
	struct strs compose_files; /* -f: the files of one project; empty: as compose
				      finds them beside the input */
	struct strs env_files;	   /* --env-file; empty: the project's .env */
	struct str project_folder; /* --project-directory; empty: of the first file */
};

struct input {
	struct str path;
	enum source_kind kind;
	const struct file *file; /* NULL when it could not be read */
	struct str skipped;	 /* the reason why it was not audited; else empty */
	bool is_left;		 /* no input of ours, and nobody named it */
	struct diags diags;
	struct project project;
	struct strs other_targets; /* leaf stages that were not audited */
	/*
	 * What was read as a part of this input and needs no look of its own: Dockerfiles
	 * that its workloads build, compose files that it includes, extends or merges.
	 */
	struct strs covered;
	const struct span
		*comments; /* of every file that was read, for inline ignores */
	uint32_t comment_count;
};

/* The word of the JSON output: "dockerfile", "template", "compose", "script" … */
struct str source_kind_name(enum source_kind kind);

/* Dockerfile, Dockerfile.gpu, Containerfile, serve.Dockerfile: what people name one. */
bool source_is_dockerfile_name(struct str path);

/*
 * Reads path through world and lowers it. -1 only when the path cannot be read at all
 * (absent, no permission, too large, changed while reading); e says so in one line.
 */
int input_load(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *options, struct input *out,
	struct err *e);

#endif
