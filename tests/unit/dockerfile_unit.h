/*
 * dockerfile_unit: what the tests of the Dockerfile reader share.
 *
 * A test reads bytes with read_dockerfile(), asks, and gives everything back with
 * done(). The dump is the shortest way to say what a tree holds; spans say where.
 */
#ifndef OAKUM_TESTS_DOCKERFILE_UNIT_H
#define OAKUM_TESTS_DOCKERFILE_UNIT_H

#include "unit.h"

#include "syntax/dockerfile_dump.h"

struct reading {
	struct arena arena;
	struct diags diags;
	const struct dockerfile *df;
};

static inline struct reading *read_bytes(struct str bytes)
{
	struct reading *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->diags.arena = &r->arena;
	r->df = dockerfile_parse(
		&r->arena, file_new(&r->arena, STR("Dockerfile"), bytes), &r->diags);
	assert_non_null(r->df);
	return r;
}

static inline struct reading *read_dockerfile(const char *bytes)
{
	return read_bytes(str_c(bytes));
}

static inline void done(struct reading *r)
{
	arena_free(&r->arena);
	free(r);
}

/* Instruction i, which must be there. */
static inline const struct dockerfile_instruction *nth(
	const struct reading *r, unsigned i)
{
	assert_true(i < r->df->instruction_count);
	return &r->df->instructions[i];
}

/* The first diag of that id, NULL when there is none. */
static inline const struct diag *diag_of(const struct reading *r, enum diag_id id)
{
	vec_each (struct diag, d, &r->diags.list)
		if (d->id == id)
			return d;
	return NULL;
}

#define assert_dump(r, expected)                                                       \
	do {                                                                           \
		struct buf dump_ = {.arena = &(r)->arena};                             \
		dockerfile_dump((r)->df, &dump_);                                      \
		assert_str(buf_str(&dump_), expected);                                 \
	} while (0)

#define assert_quiet(r)                                                                \
	do {                                                                           \
		vec_each (struct diag, d_, &(r)->diags.list)                           \
			fail_msg("%s: %.*s", diag_name(d_->id), STR_ARG(d_->detail));  \
	} while (0)

/* A diag of that id stands over exactly these bytes, and its detail is a sentence. */
#define assert_diag(r, id, bytes)                                                      \
	do {                                                                           \
		const struct diag *d_ = diag_of((r), (id));                            \
		if (!d_)                                                               \
			fail_msg("no diag %s", diag_name(id));                         \
		assert_str(span_str(d_->span), bytes);                                 \
		assert_true(d_->detail.n > 10);                                        \
	} while (0)

#define assert_place(span, l, c)                                                       \
	do {                                                                           \
		struct place place_ = span_start(span);                                \
		assert_int_equal(place_.line, l);                                      \
		assert_int_equal(place_.column, c);                                    \
	} while (0)

#endif
