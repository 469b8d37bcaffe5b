/*
 * buf: bytes that are being written, in an arena.
 *
 * Depends on arena. Writers (reports, edits) fill a buf and never print; only cli/
 * hands its bytes to a descriptor.
 *
 *	struct buf out = {.arena = arena};
 *	buf_printf(&out, "%.*s:%u", STR_ARG(path), line);
 *	return buf_str(&out);
 */
#ifndef OAKUM_BASE_BUF_H
#define OAKUM_BASE_BUF_H

#include "base/arena.h"

struct buf {
	struct arena *arena;
	char *p;
	size_t n, cap;
};

void buf_add(struct buf *b, struct str s);
void buf_char(struct buf *b, char c);
void buf_repeat(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* s as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void buf_json(struct buf *b, struct str s);

/* What was written so far; valid until the next write. */
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->p, b->n};
}

#endif
