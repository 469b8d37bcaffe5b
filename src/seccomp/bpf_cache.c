#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "seccomp/bpf.h"

/*
 * As seccomp_is_const_allow of kernel/seccomp.c: it runs the program with nr and arch only
 * and gives up at whatever else it meets, a computation that is no AND of a constant or a
 * return in A included. So must we, or the cost that is told would not be the kernel's.
 */
bool bpf_is_cached(const struct bpf *program, uint32_t audit, uint32_t nr)
{
	uint32_t a = 0;

	for (uint32_t pc = 0; pc < program->count; pc++) {
		const struct bpf_insn *insn = &program->insns[pc];
		bool is_yes;

		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (insn->k > offsetof(struct seccomp_data, arch))
				return false;
			a = insn->k ? audit : nr;
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= insn->k;
			continue;
		case BPF_JMP | BPF_JA:
			pc += insn->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			is_yes = a == insn->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			is_yes = a > insn->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			is_yes = a >= insn->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			is_yes = a & insn->k;
			break;
		case BPF_RET | BPF_K:
			return insn->k == SECCOMP_RET_ALLOW;
		default:
			return false;
		}
		pc += is_yes ? insn->jt : insn->jf;
	}
	return false;
}
