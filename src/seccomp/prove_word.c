#include "seccomp/prove_word.h"

enum {
	FIRST_ROWS = 256,
	FAILED_ROWS = 256, /* of the search's memory; a power of two */
	EASY_NODES = 128,  /* a search that is over so soon needs no memory */
};

static const uint32_t ALL = UINT32_MAX;

void words_begin(struct words *words, struct arena *a)
{
	*words = (struct words){.arena = a};
	words->row_count = FIRST_ROWS;
	words->rows = arena_array(a, const struct word *, FIRST_ROWS);
}

struct word_test word_test_inverse(struct word_test test)
{
	static const enum word_op inverse[] = {
		[WORD_EQ] = WORD_NE,
		[WORD_NE] = WORD_EQ,
		[WORD_GE] = WORD_LT,
		[WORD_LE] = WORD_GT,
		[WORD_GT] = WORD_LE,
		[WORD_LT] = WORD_GE,
	};

	test.op = inverse[test.op];
	return test;
}

bool word_test_passes(struct word_test test, uint32_t value)
{
	uint32_t v = value & test.mask;

	switch (test.op) {
	case WORD_EQ:
		return v == test.k;
	case WORD_NE:
		return v != test.k;
	case WORD_GE:
		return v >= test.k;
	case WORD_LE:
		return v <= test.k;
	case WORD_GT:
		return v > test.k;
	case WORD_LT:
		return v < test.k;
	}
	return false;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static uint64_t word_hash(const struct word *w)
{
	uint64_t hash = mix(w->least, w->high);

	hash = mix(hash, (uint64_t)w->known << 32 | w->bits);
	hash = mix(hash, w->low);
	hash = mix(hash, (uint64_t)w->hole_count << 32 | w->test_count);
	for (uint32_t i = 0; i < w->hole_count; i++)
		hash = mix(hash, w->holes[i]);
	for (uint32_t i = 0; i < w->test_count; i++) {
		hash = mix(hash, (uint64_t)w->tests[i].mask << 32 | w->tests[i].k);
		hash = mix(hash, w->tests[i].op);
	}
	return mix(hash, w->is_loose);
}

static bool same_test(const struct word_test *a, const struct word_test *b)
{
	return a->mask == b->mask && a->op == b->op && a->k == b->k;
}

static bool same_word(const struct word *a, const struct word *b)
{
	if (a->hash != b->hash || a->least != b->least || a->high != b->high ||
		a->low != b->low || a->known != b->known || a->bits != b->bits ||
		a->hole_count != b->hole_count || a->test_count != b->test_count ||
		a->is_loose != b->is_loose)
		return false;
	for (uint32_t i = 0; i < a->hole_count; i++)
		if (a->holes[i] != b->holes[i])
			return false;
	for (uint32_t i = 0; i < a->test_count; i++)
		if (!same_test(&a->tests[i], &b->tests[i]))
			return false;
	return true;
}

static void rows_double(struct words *words)
{
	size_t count = words->row_count * 2;
	const struct word **rows =
		arena_array(words->arena, const struct word *, count);

	for (size_t i = 0; i < words->row_count; i++) {
		struct word *w = (struct word *)words->rows[i];

		while (w) {
			struct word *next = (struct word *)w->next_in_row;
			const struct word **row = &rows[w->hash & (count - 1)];

			w->next_in_row = *row;
			*row = w;
			w = next;
		}
	}
	words->rows = rows;
	words->row_count = count;
}

/* holes and tests of made must already live in the arena. */
static const struct word *intern(struct words *words, struct word made)
{
	const struct word **row;
	struct word *w;

	if (made.known == ALL)
		made.high = made.least;
	made.hash = word_hash(&made);
	row = &words->rows[made.hash & (words->row_count - 1)];
	for (const struct word *old = *row; old; old = old->next_in_row)
		if (same_word(old, &made))
			return old;
	if (words->count++ >= words->row_count) {
		rows_double(words);
		row = &words->rows[made.hash & (words->row_count - 1)];
	}
	w = arena_new(words->arena, struct word);
	*w = made;
	w->number = words->count;
	w->next_in_row = *row;
	*row = w;
	return w;
}

const struct word *word_any(struct words *words)
{
	if (!words->any)
		words->any = intern(words, (struct word){.high = ALL});
	return words->any;
}

/*
 * The search for the smallest member. Bits are chosen from the highest down. A test is
 * *tight* while the bits chosen so far equal those of its constant, and decided as soon
 * as they differ; what can still become of a choice depends on the tight tests alone, so
 * two choices that leave the same ones are one.
 */
struct hunt {
	const struct word *w;
	struct word_test tests[WORD_TESTS_MAX + 2]; /* with the interval's two ends */
	uint32_t count;
	uint64_t must_differ; /* the NE among them */
	uint32_t nodes;
	bool remembers; /* failed is in use: until then it is not even cleared */
	struct {
		uint64_t tight;
		uint32_t bit; /* 0: nothing; else bit + 1 */
	} failed[FAILED_ROWS];
};

enum hunt_end {
	HUNT_FOUND,
	HUNT_NONE,
	HUNT_GAVE_UP,
};

/* false: the bit breaks a tight test. */
static bool take_bit(const struct hunt *h, uint32_t bit, uint32_t one, uint64_t *tight)
{
	for (uint64_t rest = *tight; rest; rest &= rest - 1) {
		unsigned i = (unsigned)__builtin_ctzll(rest);
		const struct word_test *t = &h->tests[i];
		uint32_t value = t->mask >> bit & one, k = t->k >> bit & 1;

		if (value == k)
			continue;
		if ((t->op == WORD_GE && value < k) || (t->op == WORD_LE && value > k))
			return false;
		*tight &= ~((uint64_t)1 << i);
	}
	return true;
}

static void hunt_remember(struct hunt *h)
{
	memset(h->failed, 0, sizeof(h->failed));
	h->remembers = true;
}

/* count bits, from count - 1 down, are still to be chosen below *value. */
static enum hunt_end hunt_below(
	struct hunt *h, uint32_t count, uint64_t tight, uint32_t *value)
{
	uint64_t tried = tight;
	uint32_t bit = count - 1;
	size_t row = (size_t)(mix(tight, count) & (FAILED_ROWS - 1));

	if (!count)
		return tight & h->must_differ ? HUNT_NONE : HUNT_FOUND;
	if (!tight) {
		*value |= h->w->bits & (uint32_t)(((uint64_t)1 << count) - 1);
		return HUNT_FOUND;
	}
	if (h->remembers && h->failed[row].bit == count &&
		h->failed[row].tight == tight)
		return HUNT_NONE;
	if (h->nodes++ >= WORD_NODES_MAX)
		return HUNT_GAVE_UP;
	if (h->nodes == EASY_NODES)
		hunt_remember(h);
	for (uint32_t one = 0, is_second = 0; one <= 1; one++) {
		uint64_t after = tight;
		enum hunt_end end;

		if (h->w->known >> bit & 1 && (h->w->bits >> bit & 1) != one)
			continue;
		if (!take_bit(h, bit, one, &after) || (is_second && after == tried))
			continue;
		tried = after;
		is_second = 1;
		*value = (*value & ~(uint32_t)(((uint64_t)2 << bit) - 1)) | one << bit;
		end = hunt_below(h, bit, after, value);
		if (end != HUNT_NONE)
			return end;
	}
	if (h->remembers) {
		h->failed[row].tight = tight;
		h->failed[row].bit = count;
	}
	return HUNT_NONE;
}

static bool is_hole(const struct word *w, uint32_t value)
{
	uint32_t low = 0, high = w->hole_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (w->holes[middle] == value)
			return true;
		if (w->holes[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Raises w->least to the smallest member that is at least that. */
static enum hunt_end find_least(struct words *words, struct word *w)
{
	struct hunt h;

	h.w = w;
	h.count = w->test_count;
	h.must_differ = 0;
	h.nodes = 0;
	h.remembers = false;
	for (uint32_t i = 0; i < w->test_count; i++) {
		h.tests[i] = w->tests[i];
		if (w->tests[i].op == WORD_NE)
			h.must_differ |= (uint64_t)1 << i;
	}
	h.tests[h.count++] = (struct word_test){ALL, WORD_LE, w->high};
	h.tests[h.count++] = (struct word_test){ALL, WORD_GE, w->least};
	for (;;) {
		uint32_t value = 0;
		uint64_t tight = ((uint64_t)1 << h.count) - 1;
		enum hunt_end end = hunt_below(&h, 32, tight, &value);

		words->nodes += h.nodes;
		h.nodes = 0;
		if (end != HUNT_FOUND)
			return end;
		w->least = value;
		if (!is_hole(w, value))
			return HUNT_FOUND;
		if (value == ALL)
			return HUNT_NONE;
		/* What failed did so above the old end; the new one is a new search. */
		if (h.remembers)
			hunt_remember(&h);
		h.tests[h.count - 1].k = value + 1;
	}
}

static const struct word *loosen(struct words *words, struct word made)
{
	made.is_loose = true;
	return intern(words, made);
}

/* made: a word whose least passed before test was laid over it. */
static const struct word *narrowed(
	struct words *words, struct word *made, struct word_test test)
{
	uint32_t top = made->bits | ~made->known;

	if (top < made->high)
		made->high = top;
	if (made->high < made->least)
		return NULL;
	if (word_test_passes(test, made->least) && !is_hole(made, made->least))
		return intern(words, *made);
	switch (find_least(words, made)) {
	case HUNT_FOUND:
		return intern(words, *made);
	case HUNT_NONE:
		return NULL;
	case HUNT_GAVE_UP:
		break;
	}
	return loosen(words, *made);
}

static const struct word *only_equal(
	struct words *words, const struct word *w, struct word_test test)
{
	struct word made = *w;

	if (test.k & ~test.mask || (w->known & test.mask & (w->bits ^ test.k)))
		return NULL;
	if (!(test.mask & ~w->known))
		return w;
	if (test.mask == ALL &&
		(test.k < w->least || test.k > w->high || is_hole(w, test.k)))
		return NULL;
	made.known |= test.mask;
	made.bits |= test.k;
	return narrowed(words, &made, test);
}

static const struct word *without_hole(
	struct words *words, const struct word *w, struct word_test test)
{
	struct word made = *w;
	uint32_t *holes, at = 0;

	if (test.k < w->least || test.k > w->high || is_hole(w, test.k))
		return w;
	if (test.k == w->high && w->high != ALL) {
		made.high--;
		return narrowed(words, &made, test);
	}
	if (w->hole_count == WORD_HOLES_MAX)
		return loosen(words, made);
	holes = arena_array(words->arena, uint32_t, w->hole_count + 1);
	while (at < w->hole_count && w->holes[at] < test.k) {
		holes[at] = w->holes[at];
		at++;
	}
	holes[at] = test.k;
	for (uint32_t i = at; i < w->hole_count; i++)
		holes[i + 1] = w->holes[i];
	made.holes = holes;
	made.hole_count++;
	return narrowed(words, &made, test);
}

/* Keeps the list sorted: the order of arrival says nothing. */
static bool comes_before(const struct word_test *a, const struct word_test *b)
{
	if (a->mask != b->mask)
		return a->mask < b->mask;
	return a->op != b->op ? a->op < b->op : a->k < b->k;
}

static const struct word *with_test(
	struct words *words, const struct word *w, struct word_test test)
{
	struct word made = *w;
	struct word_test *tests;
	uint32_t at = 0;

	for (uint32_t i = 0; i < w->test_count; i++)
		if (same_test(&w->tests[i], &test))
			return w;
	if (w->test_count == WORD_TESTS_MAX)
		return loosen(words, made);
	tests = arena_array(words->arena, struct word_test, w->test_count + 1);
	while (at < w->test_count && comes_before(&w->tests[at], &test)) {
		tests[at] = w->tests[at];
		at++;
	}
	tests[at] = test;
	for (uint32_t i = at; i < w->test_count; i++)
		tests[i + 1] = w->tests[i];
	made.tests = tests;
	made.test_count++;
	return narrowed(words, &made, test);
}

static const struct word *only_unequal(
	struct words *words, const struct word *w, struct word_test test)
{
	uint32_t open = test.mask & ~w->known;
	struct word made = *w;

	if (test.k & ~test.mask || (w->known & test.mask & (w->bits ^ test.k)))
		return w;
	if (!open)
		return NULL;
	if (!(open & (open - 1))) {
		made.known |= open;
		made.bits |= ~test.k & open;
		return narrowed(words, &made, test);
	}
	return test.mask == ALL ? without_hole(words, w, test)
				: with_test(words, w, test);
}

/* A mask without holes below its lowest bit's left orders as the word itself does. */
static bool is_prefix(uint32_t mask)
{
	return !(~mask & (~mask + 1));
}

static const struct word *only_at_least(
	struct words *words, const struct word *w, struct word_test test)
{
	uint32_t bottom = w->bits & test.mask;
	uint32_t top = (w->bits | ~w->known) & test.mask;
	struct word made = *w;

	if (bottom >= test.k)
		return w;
	if (top < test.k)
		return NULL;
	if (!is_prefix(test.mask))
		return with_test(words, w, test);
	/* top is a multiple of the step and at least k, so this cannot pass 2^32. */
	test.k = (test.k + ~test.mask) & test.mask;
	if (test.k <= w->least)
		return w;
	if (test.k > w->high)
		return NULL;
	made.low = made.least = test.k;
	/* The bound itself need not be a member: search from it. */
	switch (find_least(words, &made)) {
	case HUNT_FOUND:
		return intern(words, made);
	case HUNT_NONE:
		return NULL;
	case HUNT_GAVE_UP:
		break;
	}
	return loosen(words, made);
}

static const struct word *only_at_most(
	struct words *words, const struct word *w, struct word_test test)
{
	uint32_t bottom = w->bits & test.mask;
	uint32_t top = (w->bits | ~w->known) & test.mask;
	struct word made = *w;

	if (top <= test.k)
		return w;
	if (bottom > test.k)
		return NULL;
	if (!is_prefix(test.mask))
		return with_test(words, w, test);
	test.k = (test.k & test.mask) | ~test.mask;
	if (test.k >= w->high)
		return w;
	if (test.k < w->least)
		return NULL;
	made.high = test.k;
	return intern(words, made);
}

static const struct word *all_or_none(const struct word *w, struct word_test test)
{
	return word_test_passes(test, w->least) ? w : NULL;
}

const struct word *word_only(
	struct words *words, const struct word *w, struct word_test test)
{
	if (!test.mask || word_is_one(w))
		return all_or_none(w, test);
	switch (test.op) {
	case WORD_EQ:
		return only_equal(words, w, test);
	case WORD_NE:
		return only_unequal(words, w, test);
	case WORD_GE:
		return only_at_least(words, w, test);
	case WORD_LE:
		return only_at_most(words, w, test);
	case WORD_GT:
		if (test.k == ALL)
			return NULL;
		return only_at_least(
			words, w, (struct word_test){test.mask, WORD_GE, test.k + 1});
	case WORD_LT:
		if (!test.k)
			return NULL;
		return only_at_most(
			words, w, (struct word_test){test.mask, WORD_LE, test.k - 1});
	}
	return NULL;
}
