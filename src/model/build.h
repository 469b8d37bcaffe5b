/*
 * build: stages made of steps, each with the state of the image behind it.
 *
 * Depends on accounts, files, command. A build is what one Dockerfile (or an image's
 * history) says; stages refer to each other; every step has a snapshot of the state
 * before and after it. Snapshots are immutable and share what did not change.
 *
 *	const struct stage *last = build->stages.at[build->stages.n - 1];
 *	const struct fact *user = last->end->user;
 */
#ifndef OAKUM_MODEL_BUILD_H
#define OAKUM_MODEL_BUILD_H

#include "model/accounts.h"
#include "model/files.h"
#include "model/notes.h"
#include "model/owners.h"

/* One variable; newest first, so the first of a name is the one that holds. */
struct binding {
	const struct binding *older;
	struct str name;
	const struct fact *fact;
	uint64_t hash; /* str_hash(name) */
};

/* The fact of a variable, or NULL when nobody set it. */
const struct fact *binding_find(const struct binding *list, struct str name);

const struct binding *binding_put(struct arena *a, const struct binding *list,
	struct str name, const struct fact *fact);

/* A package that a step installed; newest first. What the base has is not listed. */
struct package {
	const struct package *older;
	struct str name;
	struct str family; /* of the package manager: "debian", "alpine", "rhel" */
	enum answer installed;
	struct span span; /* the word that names it */
};

/* Was a package of that name installed by a step? Unlisted is NO. */
enum answer package_find(const struct package *list, struct str name);

/* ENTRYPOINT, CMD, SHELL or HEALTHCHECK as it stands. */
struct program {
	enum know know;
	enum layer layer;
	enum program_form form;
	struct words argv;	  /* EXEC: its words; SHELL: one word, the text */
	struct commands commands; /* what it comes down to; shells are looked into */
	struct span span;
	struct str why;		     /* when it is unknown */
	const struct program *hides; /* what this one overrides, or NULL */
};

struct state {
	const struct fact *user;     /* USER's argument as it stands; never NULL */
	const struct fact *workdir;  /* absolute; never NULL */
	const struct program *shell; /* NULL: the default /bin/sh -c */
	const struct program *entrypoint, *cmd; /* NULL: unset */
	const struct binding *env, *args;
	const struct accounts *accounts;
	const struct files *files;
	const struct event *owners;	/* NULL: nothing happened yet */
	const struct package *packages; /* NULL: no step installed any */
};

/* What stands behind FROM, as far as it is known. */
struct base_image {
	struct str reference; /* as written, variables put in */
	struct span span;     /* of the reference */
	enum know know;	      /* UNKNOWN: not in the tables, or not resolvable */
	struct str why;	      /* a clause that says why it is unknown */
	bool is_scratch;
	struct str family;	/* "debian", "alpine", "rhel", BASE_WINDOWS …; empty:
				   unknown */
	struct str tools;	/* what makes accounts there: "shadow,adduser-debian",
				   "busybox"; "-": nothing, "?" or empty: not known */
	struct str nologin;	/* path of the shell that refuses; empty: unknown */
	struct str drops_to;	/* account its own entrypoint drops to; empty: none */
	struct str drops_by;	/* the tool that does it */
	struct str end_of_life; /* ISO date; empty: unknown */
	struct str source;	/* where the knowledge comes from */
};

/* A family of which nothing is known but that nothing of Linux holds there. */
#define BASE_WINDOWS STR("windows")

enum step_kind {
	STEP_FROM,
	STEP_RUN,
	STEP_USER,
	STEP_COPY,
	STEP_ADD,
	STEP_ENV,
	STEP_ARG,
	STEP_WORKDIR,
	STEP_VOLUME,
	STEP_EXPOSE,
	STEP_SHELL,
	STEP_ENTRYPOINT,
	STEP_CMD,
	STEP_HEALTHCHECK,
	STEP_ONBUILD,
	STEP_OTHER,
};

/* COPY and ADD. */
struct copy {
	struct words sources;
	struct word target;
	struct word chown;	   /* argv n 0 when there is none */
	struct word chmod;	   /* likewise */
	struct word from;	   /* --from as written */
	const struct stage *stage; /* the stage that --from means, or NULL */
	bool has_chown, has_chmod, has_from;
};

struct step {
	enum step_kind kind;
	struct span span;	  /* the whole instruction */
	struct span keyword;	  /* RUN, USER … */
	struct span argument;	  /* what stands behind keyword and flags */
	struct value value;	  /* USER: the argument, variables put in; WORKDIR: the
				     same as an absolute path */
	struct words words;	  /* VOLUME, EXPOSE: the arguments, variables put in */
	struct commands commands; /* RUN */
	const struct copy *copy;  /* COPY, ADD; else NULL */
	bool is_quoted;		  /* USER: quotes stood around (part of) the argument */
	bool is_relative;	  /* WORKDIR: what stands there is no absolute path */
	bool is_onbuild;	  /* a trigger of the base, run here */
	struct notes notes;	  /* RUN: what its commands did on the way */
	const struct state *before, *after;
};

VEC_TYPE(struct step, steps);

struct build;

struct stage {
	const struct build *build;
	uint32_t index;
	struct str name;	    /* AS name in lower case; empty when it has none */
	struct span span;	    /* the FROM instruction */
	struct span image_span;	    /* what stands behind FROM */
	struct span name_span;	    /* what stands behind AS */
	struct value image;	    /* the reference, variables put in */
	const struct stage *parent; /* FROM an earlier stage, or NULL */
	const struct base_image *base; /* of the chain's first stage; never NULL */
	struct steps steps;
	const struct state *start, *end; /* never NULL */
};

VEC_TYPE(struct stage *, stages);

enum builder { BUILDER_UNKNOWN, BUILDER_CLASSIC, BUILDER_BUILDKIT };

/* A problem of the stage graph that the reader of one instruction cannot see. */
enum build_problem_kind {
	BUILD_STAGE_NAME_TWICE,	   /* related: the first one */
	BUILD_STAGE_NAME_RESERVED, /* scratch, context */
	BUILD_STAGE_NAME_INVALID,
	BUILD_COPY_FROM_SELF,
	BUILD_COPY_FROM_UNKNOWN, /* neither stage nor image name */
	BUILD_ARG_UNDEFINED_IN_FROM,
	BUILD_TARGET_UNKNOWN, /* no stage has the name that was asked for */
};

struct build_problem {
	enum build_problem_kind kind;
	struct span span, related;
	struct str name; /* what it is about */
	struct str hint; /* a name that may have been meant; empty when there is none */
	const struct stage *stage; /* where it stands, or NULL */
};

VEC_TYPE(struct build_problem, build_problems);

struct build {
	const struct file *file;
	enum builder builder;
	struct str context; /* folder that COPY reads, where it is on this machine */
	const struct build_context *sent; /* the same folder, less what is ignored */
	struct stages stages;
	struct build_problems problems;
};

/* The stage of a target name or number; NULL when there is none. Case is ignored. */
const struct stage *build_stage(const struct build *b, struct str target);

/* Which stages another one stands on or copies from: an element a stage, by index. */
const bool *build_used_stages(struct arena *a, const struct build *b);

#endif
