/*
 * bpf_build: writes a filter from its end to its beginning.
 *
 * Depends on bpf. All jumps go forward, so who writes backwards knows where each one
 * lands: there is nothing to patch. A place is the number of instructions from one to the
 * end of the program, itself included; it stays right whatever is written before it. A
 * conditional jump reaches 255 instructions: to a place further away it goes by an
 * unconditional one beside it, or to a copy when a return stands there.
 *
 *	struct bpf_build b = {0};
 *	bpf_place no = build_return(&b, SECCOMP_RET_ERRNO | EPERM);
 *	bpf_place yes = build_return(&b, SECCOMP_RET_ALLOW);
 *	build_branch(&b, BPF_JEQ, 39, yes, no);
 *	build_load(&b, 0);
 *	if (build_finish(arena, &b, &program, &err) < 0)
 *		...
 */
#ifndef OAKUM_SECCOMP_BPF_BUILD_H
#define OAKUM_SECCOMP_BPF_BUILD_H

#include "seccomp/bpf.h"

typedef uint32_t bpf_place; /* 1: the last instruction */

struct bpf_build {
	struct bpf_insn insns[BPF_INSNS_MAX]; /* filled from the end */
	uint32_t count;
	bool is_full; /* more was asked for: places mean nothing any more */
};

/* The instruction at a place. */
static inline const struct bpf_insn *build_at(
	const struct bpf_build *b, bpf_place place)
{
	return &b->insns[BPF_INSNS_MAX - place];
}

/* A return of answer: one that stands near, or a new one. */
bpf_place build_return(struct bpf_build *b, uint32_t answer);

/* Loads a word of struct seccomp_data into A and goes on at the place written last. */
bpf_place build_load(struct bpf_build *b, unsigned word);

/* A &= mask, and on. */
bpf_place build_and(struct bpf_build *b, uint32_t mask);

/* Compares A with k by BPF_JEQ, JGT, JGE or JSET. yes and no may be any place. */
bpf_place build_branch(
	struct bpf_build *b, uint16_t op, uint32_t k, bpf_place yes, bpf_place no);

/*
 * The program in a, checked and without what nothing leads to; -1 when it would be too
 * long.
 */
int build_finish(
	struct arena *a, const struct bpf_build *b, struct bpf *out, struct err *err);

#endif
