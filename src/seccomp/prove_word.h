/*
 * prove_word: what is known of one 32-bit word on a path, exactly.
 *
 * Private to the prover; depends on base. A word stands for the set of values that an
 * interval, known bits, excluded values and tests under a mask leave over. It is never
 * empty, never changes, and is interned: the same knowledge is the same pointer, which
 * is what lets the walker see that it was here before. The smallest member is always at
 * hand, found by a search from the highest bit, so "can anything take this branch" is
 * answered and not estimated. Where a limit is reached the set is kept too large and
 * says so (is_loose): what is proved of a superset holds, and a witness from it is run.
 *
 *	const struct word *mode = word_any(&words);
 *	mode = word_only(&words, mode, (struct word_test){6, WORD_NE, 0});
 *	assert(mode && mode->least == 2);
 */
#ifndef OAKUM_SECCOMP_PROVE_WORD_H
#define OAKUM_SECCOMP_PROVE_WORD_H

#include "base/arena.h"

enum {
	WORD_TESTS_MAX = 60,	/* under a mask, of one word; each is a bit of a set */
	WORD_HOLES_MAX = 1024,	/* excluded values of one word */
	WORD_NODES_MAX = 20000, /* of one search for a member */
};

enum word_op {
	WORD_EQ,
	WORD_NE,
	WORD_GE,
	WORD_LE,
	WORD_GT,
	WORD_LT,
};

/* (value & mask) op k */
struct word_test {
	uint32_t mask;
	enum word_op op;
	uint32_t k;
};

struct word {
	uint32_t least;	      /* the smallest member */
	uint32_t low, high;   /* as was asked: no member is below or above */
	uint32_t known, bits; /* every member m: (m & known) == bits */
	uint32_t hole_count, test_count;
	const uint32_t *holes;		/* ascending: no members */
	const struct word_test *tests;	/* NE, GE and LE, in an order of their own */
	bool is_loose;			/* some test was forgotten: a superset */
	uint64_t hash;			/* of all above */
	size_t number;			/* counted from 1 as they are made */
	const struct word *next_in_row; /* of the table that interns */
};

struct words {
	struct arena *arena;
	const struct word **rows;
	size_t row_count, count;
	uint64_t nodes; /* of all searches: what they cost */
	const struct word *any;
};

/* The table and its words live in a. */
void words_begin(struct words *words, struct arena *a);

/* All 2^32 values. */
const struct word *word_any(struct words *words);

/* The members of w that pass; w itself when all do, NULL when none does. */
const struct word *word_only(
	struct words *words, const struct word *w, struct word_test test);

/* The test that exactly the others pass. */
struct word_test word_test_inverse(struct word_test test);

bool word_test_passes(struct word_test test, uint32_t value);

static inline bool word_is_one(const struct word *w)
{
	return w->least == w->high; /* of known bits alone, too: high follows them */
}

#endif
