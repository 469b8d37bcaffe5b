/*
 * raise_by: how each source writes a change into its own bytes.
 *
 * Private to source/. Depends on raise. One function a source, chosen by
 * raise_changes. The n changes of one call are one, or several that ADD to the same key
 * of the same run (or of the top), so that a key which is not there is made once.
 */
#ifndef OAKUM_SOURCE_RAISE_BY_H
#define OAKUM_SOURCE_RAISE_BY_H

#include "source/raise.h"

struct raising {
	struct arena *arena;
	struct world *world;
	const struct input *input;
	struct edits *out;
	struct str *refused;
	struct raise_memo *memo;
};

/* Instructions, flags and words of a Dockerfile: dockerfile_raise.c */
bool dockerfile_raise(struct raising *r, const struct change *const *changes, size_t n);

/* Keys of a service, the top of the file, scalars: compose_raise.c */
bool compose_raise(struct raising *r, const struct change *const *changes, size_t n);

/* Options and words of a script, or of --run's text: runline_raise.c */
bool runline_raise(struct raising *r, const struct change *const *changes, size_t n);

/* Adds an edit. */
void raise_edit(struct raising *r, struct span at, struct str bytes);

/* Says what to do by hand; false, so that it may be returned. */
bool raise_refuse(struct raising *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
