/*
 * kernel_calls: what the kernel makes of many calls under one filter.
 *
 * Depends on bpf, live. One child makes them all, one after the other, and is gone then;
 * its files are closed, so that a call on a small descriptor meets nothing. Calls that a
 * filter kills for end the child: they must be left to live_call.
 */
#ifndef OAKUM_TESTS_SECCOMP_KERNEL_CALLS_H
#define OAKUM_TESTS_SECCOMP_KERNEL_CALLS_H

#include "seccomp/bpf.h"

struct kernel_answer {
	int64_t result; /* -errno where it failed */
	bool was_trapped;
	uint16_t data; /* of SECCOMP_RET_TRAP */
};

/* How many of the calls were made; out has room for count. -1: no filter can be loaded. */
int64_t kernel_calls(const struct bpf *program, const struct bpf_call *calls,
	size_t count, struct kernel_answer *out);

/* Calls that do nothing to anybody else whatever their arguments are. */
const int *kernel_harmless_calls(size_t *count);

#endif
