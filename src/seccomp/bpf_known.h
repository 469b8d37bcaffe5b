/*
 * bpf_known: what is in A where an instruction begins.
 *
 * Depends on bpf, arch. What holds on every path to an instruction: which word of the call
 * A is, under a mask, and which AUDIT_ARCH was compared with success. The disassembler
 * names things by it, and it shows where a compiler lost track of what it had loaded.
 */
#ifndef OAKUM_SECCOMP_BPF_KNOWN_H
#define OAKUM_SECCOMP_BPF_KNOWN_H

#include "seccomp/arch.h"
#include "seccomp/bpf.h"

/* Words of struct seccomp_data; from ARGS on the low and the high half of each. */
enum {
	BPF_WORD_NONE = -1,
	BPF_WORD_NR = 0,
	BPF_WORD_ARCH = 1,
	BPF_WORD_IP = 2,
	BPF_WORD_ARGS = 4,
};

struct bpf_known {
	bool is_reached;
	int word; /* BPF_WORD_NONE: another on each path, or none of the call */
	uint32_t mask;
	uint32_t audit; /* 0: any */
};

/* By instruction; for a checked program. */
const struct bpf_known *bpf_known(struct arena *a, const struct bpf *program);

/*
 * Every comparison asks one word of the call, the same on all paths to it, and the arch
 * only for one of the four: what a compiler of profiles means to write. Otherwise *where,
 * unless NULL, is the first that does not. libseccomp 2.5.4 goes wrong so for several rules
 * of one call that compare more than one argument, and on i386 and aarch64 when only one
 * call has rules: it leaves a load out.
 */
bool bpf_is_plain(struct arena *a, const struct bpf *program, uint32_t *where);

#endif
