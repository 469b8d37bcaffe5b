/*
 * answer: yes, no, or maybe.
 *
 * Depends on nothing. What cannot be known is MAYBE; it never becomes a confident
 * finding. The order makes `and` the smaller and `or` the larger of two answers.
 */
#ifndef OAKUM_MODEL_ANSWER_H
#define OAKUM_MODEL_ANSWER_H

#include <stdbool.h>

enum answer { ANSWER_NO, ANSWER_MAYBE, ANSWER_YES };

static inline enum answer answer_of(bool claim)
{
	return claim ? ANSWER_YES : ANSWER_NO;
}

static inline enum answer answer_not(enum answer a)
{
	return (enum answer)(ANSWER_YES - a);
}

static inline enum answer answer_and(enum answer a, enum answer b)
{
	return a < b ? a : b;
}

static inline enum answer answer_or(enum answer a, enum answer b)
{
	return a > b ? a : b;
}

#endif
