/*
 * effect_bed: a small image to run commands in, and what became of its accounts.
 *
 * The account files are those of the packages that the live tests install (Debian's
 * base-passwd, a busybox root as Alpine's), so a row that holds here can be tried there.
 */
#ifndef OAKUM_TESTS_EFFECT_BED_H
#define OAKUM_TESTS_EFFECT_BED_H

#include "unit.h"

#include "effect/commands.h"
#include "effect/drop.h"
#include "effect/run.h"

struct bed {
	struct arena arena;
	struct base_image base;
	struct notes notes;
	struct state state;
	struct effect_context ctx;
	struct world *context;	      /* the build context: world_put adds a file */
	const struct accounts *first; /* the base's, to compare with */
};

/* base: "debian", "ubuntu", "rhel", "alpine", "busybox", "scratch" or "unknown". */
void bed_make(struct bed *bed, const char *base);
void bed_free(struct bed *bed);

/* A file of the context that COPY put at path. */
void bed_copy(struct bed *bed, const char *path, const char *text);

void bed_env(struct bed *bed, const char *name, const char *value);

/* A RUN of that shell text. */
void bed_run(struct bed *bed, const char *text);

/*
 * What differs from the base, in the order of the files: "app:1000:1000:/home/app:/bin/
 * sh", "%app:1000", "app@users" (a member), "-games" and "-%games" (gone), "!" (a doubt
 * that was not there). "?" stands before what only may be and for what is not known.
 */
struct str bed_difference(struct bed *bed);

/* The kinds of problems that were noted, in order: "NAME_TAKEN app". */
struct str bed_problems(struct bed *bed);

/* ENTRYPOINT or CMD: '[' begins the JSON form; NULL: none. */
const struct program *bed_program(struct bed *bed, const char *text);

#endif
