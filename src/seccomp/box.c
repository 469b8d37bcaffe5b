#include "seccomp/box.h"

enum { BITS = 64 };

static void add_cube(struct arena *a, struct cubes *out, uint64_t mask, uint64_t value)
{
	*vec_push(a, out) = (struct cube){mask, value};
}

/* The bits of mask above bit. */
static uint64_t above(uint64_t mask, unsigned bit)
{
	return bit == BITS - 1 ? 0 : mask & ~(((uint64_t)2 << bit) - 1);
}

/*
 * From the highest bit on: at each bit that may differ from value's there is one cube of
 * what agrees above it and differs here. Some are less than value, the others are greater.
 */
static void add_unequal(struct arena *a, struct cubes *out, uint64_t mask,
	uint64_t value, bool wants_less, bool wants_greater)
{
	for (unsigned bit = BITS; bit-- > 0;) {
		uint64_t here = (uint64_t)1 << bit, prefix = above(mask, bit);
		bool is_set = value & here;

		if (!(mask & here)) {
			if (!is_set)
				continue;
			/* The argument has a zero where value has a one. */
			if (wants_less)
				add_cube(a, out, prefix, value & prefix);
			return;
		}
		if (is_set ? wants_less : wants_greater)
			add_cube(a, out, prefix | here,
				(value & prefix) | (is_set ? 0 : here));
	}
}

void cubes_add(struct arena *a, enum compare compare, uint64_t mask, uint64_t value,
	struct cubes *out)
{
	static const struct {
		bool less, equal, greater;
	} kinds[] = {
		[COMPARE_NE] = {true, false, true},
		[COMPARE_LT] = {true, false, false},
		[COMPARE_LE] = {true, true, false},
		[COMPARE_EQ] = {false, true, false},
		[COMPARE_GE] = {false, true, true},
		[COMPARE_GT] = {false, false, true},
		[COMPARE_MASKED_EQ] = {false, true, false},
	};

	add_unequal(a, out, mask, value, kinds[compare].less, kinds[compare].greater);
	if (kinds[compare].equal && !(value & ~mask))
		add_cube(a, out, mask, value);
}

bool box_meet(const struct box *one, const struct box *other, struct box *out)
{
	struct box both;

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		struct cube x = one->args[i], y = other->args[i];

		if ((x.value ^ y.value) & x.mask & y.mask)
			return false;
		both.args[i] = (struct cube){x.mask | y.mask, x.value | y.value};
	}
	*out = both;
	return true;
}

bool box_eq(const struct box *one, const struct box *other)
{
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (one->args[i].mask != other->args[i].mask ||
			one->args[i].value != other->args[i].value)
			return false;
	return true;
}

/* Each of boxes with each cube on one argument. */
static int multiply(struct arena *a, const struct boxes *boxes, unsigned index,
	const struct cubes *cubes, size_t most, struct boxes *out)
{
	struct boxes product = {0};

	vec_each (const struct box, b, boxes)
		vec_each (const struct cube, c, cubes) {
			struct box one = {0}, met;

			one.args[index] = *c;
			if (!box_meet(b, &one, &met))
				continue;
			if (product.n >= most)
				return -1;
			*vec_push(a, &product) = met;
		}
	*out = product;
	return 0;
}

static void add_all(struct arena *a, const struct boxes *boxes, struct boxes *out)
{
	vec_each (const struct box, b, boxes)
		*vec_push(a, out) = *b;
}

int box_add_terms(struct arena *a, const struct ban_term *terms, size_t count,
	size_t most, struct boxes *out)
{
	struct boxes boxes = {0};

	*vec_push(a, &boxes) = (struct box){0};
	for (size_t i = 0; i < count; i++) {
		struct cubes cubes = {0};

		cubes_add(a, terms[i].compare, terms[i].mask, terms[i].value, &cubes);
		if (multiply(a, &boxes, terms[i].index, &cubes, most, &boxes) < 0)
			return -1;
	}
	add_all(a, &boxes, out);
	return 0;
}

int box_add_conditions(struct arena *a, const struct condition *conditions,
	size_t count, size_t most, struct boxes *out)
{
	struct ban_term terms[RULESET_CONDITIONS_MAX];

	for (size_t i = 0; i < count; i++)
		terms[i] = (struct ban_term){.index = conditions[i].index,
			.compare = conditions[i].compare,
			.mask = conditions[i].compare == COMPARE_MASKED_EQ
				? conditions[i].mask
				: UINT64_MAX,
			.value = conditions[i].value};
	return box_add_terms(a, terms, count, most, out);
}

/* from without what: as with numbers, one box for each bit that what asks for. */
static int add_rest(struct arena *a, const struct box *from, const struct box *what,
	size_t most, struct boxes *out)
{
	struct box left = *from, met;

	if (!box_meet(from, what, &met)) {
		*vec_push(a, out) = *from;
		return out->n > most ? -1 : 0;
	}
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		uint64_t asked = what->args[i].mask & ~from->args[i].mask;

		for (unsigned bit = BITS; bit-- > 0;) {
			uint64_t here = (uint64_t)1 << bit;
			struct cube *c = &left.args[i];

			if (!(asked & here))
				continue;
			if (out->n >= most)
				return -1;
			c->mask |= here;
			c->value |= ~what->args[i].value & here;
			*vec_push(a, out) = left;
			c->value ^= here;
		}
	}
	return 0;
}

int box_minus(struct arena *a, const struct box *from, const struct boxes *what,
	size_t most, struct boxes *out)
{
	struct boxes left = {0};

	*vec_push(a, &left) = *from;
	vec_each (const struct box, w, what) {
		struct boxes next = {0};

		vec_each (const struct box, b, &left)
			if (add_rest(a, b, w, most, &next) < 0)
				return -1;
		left = next;
	}
	add_all(a, &left, out);
	return 0;
}
