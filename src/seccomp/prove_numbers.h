/*
 * prove_numbers: the 2^32 numbers of an AUDIT_ARCH by what they name.
 *
 * Private to the prover; depends on calls. The ranges ascend without gaps; a named call
 * is a range of its own, what lies between is one of CALL_NONE.
 */
#ifndef OAKUM_SECCOMP_PROVE_NUMBERS_H
#define OAKUM_SECCOMP_PROVE_NUMBERS_H

#include "base/vec.h"
#include "seccomp/calls.h"

struct number_range {
	uint32_t low, high;
	int arch; /* x32 and x86_64 share an AUDIT_ARCH and take turns */
	int call;
};

VEC_TYPE(struct number_range, number_ranges);

void number_ranges_of(struct arena *a, uint32_t audit, struct number_ranges *out);

#endif
