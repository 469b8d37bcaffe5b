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

/* The same in a text within a compose file: raise_inline.c */
bool raise_inline(struct raising *r, const struct file *inner,
	const struct change *const *changes, size_t n);

/* Keys of a service, the top of the file, scalars: compose_raise.c */
bool compose_raise(struct raising *r, const struct change *const *changes, size_t n);

/* Options and words of a script, or of --run's text: runline_raise.c */
bool runline_raise(struct raising *r, const struct change *const *changes, size_t n);

/* Is it a Dockerfile that the project builds? */
bool raise_is_of_a_build(const struct input *input, const struct file *file);

/* Nothing in it means anything to any reader: builder, shell, JSON. */
bool raise_is_bare(struct str value);

/*
 * The line that holds offset: its first byte, behind a byte order mark; its end-of-line
 * bytes.
 */
uint32_t raise_line_start(const struct file *f, uint32_t offset);
uint32_t raise_line_end(const struct file *f, uint32_t offset);

/* Behind the last byte of a span; 0 for SPAN_NONE. */
static inline uint32_t span_stop(struct span s)
{
	return s.file ? s.offset + s.length : 0;
}

/* Adds an edit. */
void raise_edit(struct raising *r, struct span at, struct str bytes);

/* Says what to do by hand; false, so that it may be returned. */
bool raise_refuse(struct raising *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
