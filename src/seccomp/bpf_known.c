#include "seccomp/bpf_known.h"

#include <linux/bpf_common.h>
#include <linux/filter.h>

static void meet(struct bpf_known *at, const struct bpf_known *from)
{
	if (!at->is_reached) {
		*at = *from;
		return;
	}
	if (at->word != from->word || at->mask != from->mask)
		at->word = BPF_WORD_NONE;
	if (at->audit != from->audit)
		at->audit = 0;
}

static struct bpf_known after(struct bpf_known k, const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		k.word = BPF_MODE(insn->code) == BPF_ABS ? (int)(insn->k / 4)
							 : BPF_WORD_NONE;
		k.mask = UINT32_MAX;
		break;
	case BPF_ALU:
		if (insn->code == (BPF_ALU | BPF_AND | BPF_K))
			k.mask &= insn->k;
		else
			k.word = BPF_WORD_NONE;
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TXA)
			k.word = BPF_WORD_NONE;
		break;
	}
	return k;
}

static void spread(struct bpf_known *all, const struct bpf *program, uint32_t pc)
{
	const struct bpf_insn *insn = &program->insns[pc];
	struct bpf_known k = after(all[pc], insn), equal = k;

	if (BPF_CLASS(insn->code) == BPF_RET)
		return;
	if (BPF_CLASS(insn->code) != BPF_JMP) {
		meet(&all[pc + 1], &k);
	} else if (BPF_OP(insn->code) == BPF_JA) {
		meet(&all[pc + 1 + insn->k], &k);
	} else {
		if (insn->code == (BPF_JMP | BPF_JEQ | BPF_K) &&
			k.word == BPF_WORD_ARCH && k.mask == UINT32_MAX)
			equal.audit = insn->k;
		meet(&all[pc + 1 + insn->jt], &equal);
		meet(&all[pc + 1 + insn->jf], &k);
	}
}

/* Jumps only go forward: one pass over the program knows it all. */
const struct bpf_known *bpf_known(struct arena *a, const struct bpf *program)
{
	struct bpf_known *all = arena_array(a, struct bpf_known, program->count);

	all[0] = (struct bpf_known){true, BPF_WORD_NONE, UINT32_MAX, 0};
	for (uint32_t pc = 0; pc < program->count; pc++)
		if (all[pc].is_reached)
			spread(all, program, pc);
	return all;
}

bool bpf_is_plain(struct arena *a, const struct bpf *program, uint32_t *where)
{
	const struct bpf_known *all = bpf_known(a, program);

	for (uint32_t pc = 0; pc < program->count; pc++) {
		const struct bpf_insn *insn = &program->insns[pc];
		struct bpf_known k = all[pc];

		if (!k.is_reached || BPF_CLASS(insn->code) != BPF_JMP ||
			BPF_OP(insn->code) == BPF_JA)
			continue;
		if (k.word != BPF_WORD_NONE && BPF_SRC(insn->code) == BPF_K &&
			(k.word != BPF_WORD_ARCH || arch_of(insn->k, 0) >= 0))
			continue;
		if (where)
			*where = pc;
		return false;
	}
	return true;
}
