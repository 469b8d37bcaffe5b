/*
 * compile: oakum's own way from a ruleset to a filter.
 *
 * Depends on ruleset. One comparison of the arch, then a tree over intervals of numbers
 * with equal answers, argument checks at its leaves: the path of a call that needs no
 * argument reads only arch and number, so the kernel's bitmap keeps it (kernel/seccomp.c,
 * seccomp_cache_prepare), and a checked call costs a logarithm and its checks. What it
 * means is ruleset_decide; prove_equal shows that it does.
 */
#ifndef OAKUM_SECCOMP_COMPILE_H
#define OAKUM_SECCOMP_COMPILE_H

#include "seccomp/ruleset.h"

/* -1 when it would need more than BPF_INSNS_MAX instructions; the rest lives in a. */
int filter_compile(
	struct arena *a, const struct ruleset *rules, struct bpf *out, struct err *err);

#endif
