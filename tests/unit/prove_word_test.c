/*
 * What is known of a word, against a list of all its members: random tests are laid over
 * each other, in the low six bits and the highest, where every value can be tried.
 */
#include "seccomp/prove_word.h"
#include "unit.h"

enum {
	ROUNDS = 20000,
	TESTS = 5,
	VALUES = 256, /* six low bits, bit 6 for bit 30, bit 7 for bit 31 */
};

struct dice {
	uint64_t state;
};

static uint32_t roll(struct dice *d, uint32_t sides)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (uint32_t)((d->state >> 16) % sides);
}

static uint32_t spread(uint32_t i)
{
	return (i & 63) | (i >> 6) << 30;
}

static struct word_test roll_test(struct dice *d)
{
	struct word_test t = {
		UINT32_MAX, (enum word_op)roll(d, 6), spread(roll(d, VALUES))};

	if (roll(d, 2))
		t.mask = spread(roll(d, VALUES));
	return t;
}

/* The other bits are zero in every value that is tried. */
static const struct word *begin(struct words *words)
{
	return word_only(words, word_any(words),
		(struct word_test){~spread(VALUES - 1), WORD_EQ, 0});
}

static uint32_t least_of(const bool members[VALUES])
{
	for (uint32_t i = 0; i < VALUES; i++)
		if (members[i])
			return spread(i);
	return UINT32_MAX;
}

static void test_members(void **unused)
{
	struct dice dice = {0x2545f4914f6cdd1d};
	unsigned empty = 0;

	(void)unused;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct arena arena = {0};
		struct words words;
		const struct word *w;
		bool members[VALUES];

		words_begin(&words, &arena);
		memset(members, true, sizeof(members));
		w = begin(&words);
		for (unsigned t = 0; t < TESTS && w; t++) {
			struct word_test test = roll_test(&dice);

			for (uint32_t i = 0; i < VALUES; i++)
				members[i] &= word_test_passes(test, spread(i));
			w = word_only(&words, w, test);
			if (least_of(members) != (w ? w->least : UINT32_MAX))
				fail_msg("round %u, test %u: least is %x, not %x",
					round, t, least_of(members),
					w ? w->least : UINT32_MAX);
			assert_true(!w || !w->is_loose);
		}
		empty += !w;
		arena_free(&arena);
	}
	assert_true(empty > ROUNDS / 10 && empty < ROUNDS - ROUNDS / 50);
}

/* A test and its opposite share a word between them. */
static void test_halves(void **unused)
{
	struct dice dice = {0x9e3779b97f4a7c15};

	(void)unused;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct word_test t = roll_test(&dice), inverse = word_test_inverse(t);

		for (uint32_t i = 0; i < VALUES; i++)
			assert_true(word_test_passes(t, spread(i)) !=
				word_test_passes(inverse, spread(i)));
	}
}

/* Equal knowledge is one pointer, in whatever order it came. */
static void test_interned(void **unused)
{
	struct arena arena = {0};
	struct words words;
	const struct word_test tests[] = {
		{UINT32_MAX, WORD_NE, 5}, {6, WORD_NE, 0}, {UINT32_MAX, WORD_NE, 9}};
	const struct word *one, *other;

	(void)unused;
	words_begin(&words, &arena);
	one = other = word_any(&words);
	for (size_t i = 0; i < 3; i++) {
		one = word_only(&words, one, tests[i]);
		other = word_only(&words, other, tests[2 - i]);
	}
	assert_ptr_equal(one, other);
	assert_ptr_equal(one, word_only(&words, one, tests[0]));
	assert_int_equal(one->least, 2);
	arena_free(&arena);
}

/* Beyond the limits a word is a superset, and says so. */
static void test_limits(void **unused)
{
	struct arena arena = {0};
	struct words words;
	const struct word *w;

	(void)unused;
	words_begin(&words, &arena);
	w = word_any(&words);
	for (uint32_t i = 0; i < WORD_HOLES_MAX; i++)
		w = word_only(
			&words, w, (struct word_test){UINT32_MAX, WORD_NE, 3 * i});
	assert_false(w->is_loose);
	assert_int_equal(w->least, 1);
	w = word_only(
		&words, w, (struct word_test){UINT32_MAX, WORD_NE, 3 * WORD_HOLES_MAX});
	assert_true(w->is_loose);
	arena_free(&arena);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_members),
	cmocka_unit_test(test_halves),
	cmocka_unit_test(test_interned),
	cmocka_unit_test(test_limits),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
