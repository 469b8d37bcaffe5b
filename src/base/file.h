/*
 * file and span: bytes with a name, and a place in them.
 *
 * Depends on arena. A file is immutable once made; its bytes and its line index
 * live in the arena it was made in. A span is a place in one file: byte offset and
 * length. Lines and columns are 1-based, columns in bytes.
 *
 *	struct place at = span_start(span);
 *	buf_printf(&out, "%.*s:%u:%u", STR_ARG(span.file->path), at.line, at.column);
 */
#ifndef OAKUM_BASE_FILE_H
#define OAKUM_BASE_FILE_H

#include "base/arena.h"

enum { FILE_MAX = 16 * 1024 * 1024 }; /* bytes; larger ones are refused whole */

struct file {
	struct str path;       /* as the user would write it, "-" for standard input */
	struct str bytes;      /* at most FILE_MAX */
	const uint32_t *lines; /* offset at which line i + 1 begins; the first is 0 */
	uint32_t line_count;   /* at least 1 */
};

struct span {
	const struct file *file; /* NULL: no place is known */
	uint32_t offset, length;
};

#define SPAN_NONE ((struct span){NULL, 0, 0})

struct place {
	uint32_t line, column;
};

/* Indexes bytes (which must outlive the file, at most FILE_MAX) under path. */
const struct file *file_new(struct arena *a, struct str path, struct str bytes);

/* The bytes of a span; empty when it has no file. */
struct str span_str(struct span s);

/* Where a span begins, and where the byte behind its last one stands. */
struct place span_start(struct span s);
struct place span_end(struct span s);

/* The line (1-based) without its end-of-line bytes; empty when there is none such. */
struct span file_line(const struct file *f, uint32_t line);

/* The smallest span that covers both; a when they are in different files. */
struct span span_join(struct span a, struct span b);

static inline struct span span_of(const struct file *f, size_t offset, size_t length)
{
	return (struct span){f, (uint32_t)offset, (uint32_t)length};
}

#endif
