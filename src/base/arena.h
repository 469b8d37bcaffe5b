/*
 * arena: memory that is given back all at once.
 *
 * Depends on nothing. What is parsed or modelled lives in an arena that is handed
 * in; nobody frees a single object. Every allocation is zeroed and aligned for any
 * type. An arena belongs to one thread at a time.
 *
 * Memory that cannot be had ends the process with one line and status 3: there is
 * nothing useful left to do, and a check at every allocation would bury the code.
 * Readers keep hostile input away from that point by their caps.
 *
 *	struct arena arena = {0};
 *	struct stage *stage = arena_new(&arena, struct stage);
 *	struct str name = arena_printf(&arena, "stage %u", index);
 *	arena_free(&arena);
 */
#ifndef OAKUM_BASE_ARENA_H
#define OAKUM_BASE_ARENA_H

#include <stdarg.h>

#include "base/str.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *head;  /* the chunk that is being filled */
	struct arena_chunk *spare; /* kept by arena_reset for the next use */
	size_t used;		   /* bytes handed out, for bounds in tests */
};

/* Zeroed bytes, aligned to 16; size 0 gives a pointer that must not be read. */
void *arena_alloc(struct arena *a, size_t size);

/* Zeroed room for count objects of size bytes each; an overflow ends the process. */
void *arena_alloc_many(struct arena *a, size_t count, size_t size);

/*
 * A larger block that begins with the old bytes; in place when old was the newest
 * allocation. The bytes after old_size are zero.
 */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count)                                                    \
	((type *)arena_alloc_many((a), (count), sizeof(type)))

/* A copy of s that lives in a. */
struct str arena_str(struct arena *a, struct str s);

/* A copy of s with a NUL behind it, for calls into libc. */
const char *arena_cstr(struct arena *a, struct str s);

/* printf into a; the result is not NUL-counted but is NUL-terminated. */
struct str arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *a, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Forgets every object and keeps the memory for the next use. */
void arena_reset(struct arena *a);

/* Gives everything back; the arena is empty and may be used again. */
void arena_free(struct arena *a);

#endif
