/*
 * random: numbers for generated tests, the same in every run of one seed.
 *
 * Depends on nothing. A test says its seed when it fails, so that the case can be made
 * again. (splitmix64, by its published constants.)
 */
#ifndef OAKUM_TESTS_SECCOMP_RANDOM_H
#define OAKUM_TESTS_SECCOMP_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* 0 to n - 1; n must not be 0. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	return (uint32_t)(random_next(r) % n);
}

static inline bool random_one_in(struct random *r, uint32_t n)
{
	return random_below(r, n) == 0;
}

/* One of the elements of an array. */
#define random_of(r, array)                                                            \
	((array)[random_below((r), sizeof(array) / sizeof((array)[0]))])

#endif
