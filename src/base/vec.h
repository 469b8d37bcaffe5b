/*
 * vec: a typed array that grows in an arena.
 *
 * Depends on arena. VEC(type) declares the struct; it starts as all zero. Elements
 * move when it grows, so keep an index, not a pointer, while pushing.
 *
 *	VEC(struct span) spans = {0};
 *	*vec_push(arena, &spans) = span;
 *	vec_each(struct span, s, &spans)
 *		use(*s);
 */
#ifndef OAKUM_BASE_VEC_H
#define OAKUM_BASE_VEC_H

#include "base/arena.h"

#define VEC(type)                                                                      \
	struct {                                                                       \
		type *at;                                                              \
		size_t n, cap;                                                         \
	}

/* The same under a name, for use across functions: struct tag. */
#define VEC_TYPE(type, tag)                                                            \
	struct tag {                                                                   \
		type *at;                                                              \
		size_t n, cap;                                                         \
	}

/*
 * Makes room for one more and gives the pointer to the new, zeroed element. Without
 * room there is no array either: the second question says so to whoever reads the
 * code of one function alone, clang's analyzer among them.
 */
#define vec_push(arena, v)                                                             \
	((v)->n == (v)->cap || !(v)->at ? (void)((v)->at = vec_grow_((arena), (v)->at, \
							 &(v)->cap, sizeof(*(v)->at))) \
					: (void)0,                                     \
		&(v)->at[(v)->n++])

#define vec_each(type, item, v)                                                        \
	for (type *item = (v)->at; (v)->n && item < (v)->at + (v)->n; item++)

/* The element at the end; the vec must not be empty. */
#define vec_last(v) (&(v)->at[(v)->n - 1])

static inline void *vec_grow_(struct arena *a, void *at, size_t *cap, size_t size)
{
	/* Most lists of large things (the segments of a word) hold one or two. */
	size_t first = size > 64 ? 2 : 8;
	size_t old = *cap, next = old ? old * 2 : first;

	*cap = next;
	return arena_grow(a, at, old * size, next * size);
}

#endif
