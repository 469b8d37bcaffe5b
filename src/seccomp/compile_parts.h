/*
 * compile_parts: the three steps of filter_compile, each in a file of its own.
 *
 * Depends on bpf_build, ruleset. compile.c asks the ruleset what each number of each arch
 * is answered, compile_checks.c writes the comparisons of arguments that some need, and
 * compile_tree.c the search for the number. The program is written from its end, so they
 * run in that order.
 */
#ifndef OAKUM_SECCOMP_COMPILE_PARTS_H
#define OAKUM_SECCOMP_COMPILE_PARTS_H

#include "seccomp/bpf_build.h"
#include "seccomp/ruleset.h"

/* Where a number leads: an answer at once, or the comparisons that begin at a place. */
struct target {
	bpf_place checks; /* 0: none */
	uint32_t answer;  /* without checks */
};

static inline bool target_eq(struct target a, struct target b)
{
	return a.checks == b.checks && (a.checks || a.answer == b.answer);
}

/* Call numbers from first to the one before the next interval's have one target. */
struct interval {
	uint32_t first;
	struct target target;
};

VEC_TYPE(struct interval, intervals);

/* The rules of one call in one arch, in their order, all with conditions. */
VEC_TYPE(const struct call_rule *, rule_list);

/* Writes the comparisons of a call of arch; what no rule matches gets `otherwise`. */
bpf_place compile_checks(struct bpf_build *b, const struct rule_list *rules, int arch,
	uint32_t otherwise);

/* Writes the search for the number in A; the first interval begins at 0. */
bpf_place compile_tree(struct bpf_build *b, const struct intervals *numbers);

/* A place that leads to target. */
bpf_place compile_target(struct bpf_build *b, struct target target);

#endif
