/*
 * prove: what filters permit, for every argument there is.
 *
 * Depends on bpf, objective. A checked classic program is a graph without loops over
 * sixteen words. The prover walks every path with what is known of each word, cuts those
 * that nothing can take, and at a return that permits asks whether some call takes it; the
 * answer is a call with its arguments, never a guess. Filters in a stack are walked
 * together: a call is permitted when all permit it. What it does not understand (a
 * computed value, a limit reached) is UNKNOWN, never HOLDS.
 */
#ifndef OAKUM_SECCOMP_PROVE_H
#define OAKUM_SECCOMP_PROVE_H

#include "seccomp/bpf.h"
#include "seccomp/objective.h"

enum {
	PROVE_PATHS_MAX = 1 << 20, /* of one question, then it is UNKNOWN */
	PROVE_NUMBERS_MAX = 8192,  /* intervals of call numbers of one arch */
};

enum verdict {
	VERDICT_HOLDS,
	VERDICT_VIOLATED,
	VERDICT_UNKNOWN,
};

struct proof {
	enum verdict verdict;
	struct ban ban;
	struct bpf_call witness;	 /* VIOLATED: the filters permit this call */
	uint32_t answer;		 /* what they answer to it */
	uint32_t returns[BPF_STACK_MAX]; /* the instruction at which each returned */
	struct str why;			 /* UNKNOWN: in one sentence */
};

VEC_TYPE(struct proof, proofs);

struct prove_options {
	bool notify_holds; /* NOTIFY counts as refused: the supervisor is known to */
};

/* One question. false only when memory or PROVE_PATHS_MAX ended it: then UNKNOWN. */
struct proof prove_ban(struct arena *a, const struct bpf_stack *stack,
	const struct ban *ban, struct prove_options options);

/*
 * All of them, and what holds for every objective: no arch without a table is let in,
 * every number (of 2^32) that no table knows is refused on each arch of arches.
 */
void prove_all(struct arena *a, const struct bpf_stack *stack, const struct bans *bans,
	arch_set arches, struct prove_options options, struct proofs *out);

/* A call to which the two give different answers. */
struct difference {
	struct bpf_call witness;
	uint32_t one, other; /* answers */
};

VEC_TYPE(struct difference, differences);

enum { DIFFERENCES_MAX = 4096 };

/*
 * One difference for each (arch, call, pair of answers); none: the two are equal for
 * every call of the four arches, numbers without a name included. -1: not decidable.
 */
int prove_equal(struct arena *a, const struct bpf_stack *one,
	const struct bpf_stack *other, arch_set arches, struct differences *out,
	struct err *err);

/* How one call is answered: always the same, or by its arguments. */
struct answer_part {
	uint32_t answer;
	struct ban_term terms[BAN_TERMS_MAX * 2]; /* of one path, all hold */
	uint8_t count;
	uint32_t steps; /* instructions of the path */
};

VEC_TYPE(struct answer_part, answer_parts);

/* Every path of one call, in the order of the program; -1 when it has too many. */
int prove_answers(struct arena *a, const struct bpf *program, int arch, uint32_t nr,
	struct answer_parts *out, struct err *err);

#endif
