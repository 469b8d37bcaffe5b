/*
 * What of the call and of the registers is still read from each instruction on: a
 * filter only jumps forward, so one pass from its end knows.
 */
#include <linux/filter.h>

#include "seccomp/prove_walk.h"

enum {
	LIVE_A = 1,
	LIVE_X = 2,
	LIVE_SCRATCH = 4,
};

struct use {
	uint32_t reads, writes; /* registers */
	uint16_t words;
};

static struct use use_of_load(const struct bpf_insn *insn)
{
	bool into_x = BPF_CLASS(insn->code) == BPF_LDX;
	struct use use = {.writes = into_x ? LIVE_X : LIVE_A};

	if (BPF_MODE(insn->code) == BPF_ABS)
		use.words = (uint16_t)(1u << insn->k / 4 % BPF_DATA_WORDS);
	if (BPF_MODE(insn->code) == BPF_MEM)
		use.reads = (uint32_t)LIVE_SCRATCH << insn->k % BPF_MEMWORDS;
	return use;
}

static struct use use_of(const struct bpf_insn *insn)
{
	uint32_t operand = BPF_SRC(insn->code) == BPF_X ? LIVE_A | LIVE_X : LIVE_A;
	uint32_t scratch = (uint32_t)LIVE_SCRATCH << insn->k % BPF_MEMWORDS;

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		return use_of_load(insn);
	case BPF_ST:
		return (struct use){LIVE_A, scratch, 0};
	case BPF_STX:
		return (struct use){LIVE_X, scratch, 0};
	case BPF_ALU:
		return (struct use){operand, LIVE_A, 0};
	case BPF_JMP:
		return (struct use){BPF_OP(insn->code) == BPF_JA ? 0 : operand, 0, 0};
	case BPF_RET:
		return (struct use){BPF_RVAL(insn->code) == BPF_A ? LIVE_A : 0, 0, 0};
	default:
		return BPF_MISCOP(insn->code) == BPF_TAX
			? (struct use){LIVE_A, LIVE_X, 0}
			: (struct use){LIVE_X, LIVE_A, 0};
	}
}

static void follow(struct walk_live *live, const struct walk_live *next)
{
	live->words |= next->words;
	live->registers |= next->registers;
	live->answers |= next->answers;
}

/* A computed answer may be any. */
static uint8_t answers_of(const struct bpf_insn *insn)
{
	if (BPF_RVAL(insn->code) == BPF_A)
		return UINT8_MAX;
	return (uint8_t)(1u << action_kind(insn->k));
}

static void count_way(uint8_t *ways, uint32_t pc)
{
	if (ways[pc] < 2)
		ways[pc]++;
}

const struct walk_live *walk_live_of(struct arena *a, const struct bpf *filter)
{
	struct walk_live *live = arena_array(a, struct walk_live, filter->count);
	uint8_t *ways = arena_array(a, uint8_t, filter->count);

	for (uint32_t pc = filter->count; pc-- > 0;) {
		const struct bpf_insn *insn = &filter->insns[pc];
		struct use use = use_of(insn);

		if (BPF_CLASS(insn->code) == BPF_JMP) {
			bool is_plain = BPF_OP(insn->code) == BPF_JA;
			uint32_t yes = pc + 1 + (is_plain ? insn->k : insn->jt);
			uint32_t no = pc + 1 + (is_plain ? insn->k : insn->jf);

			follow(&live[pc], &live[yes]);
			follow(&live[pc], &live[no]);
			count_way(ways, yes);
			if (no != yes)
				count_way(ways, no);
		} else if (BPF_CLASS(insn->code) != BPF_RET) {
			follow(&live[pc], &live[pc + 1]);
			count_way(ways, pc + 1);
		}
		if (BPF_CLASS(insn->code) == BPF_RET)
			live[pc].answers = answers_of(insn);
		live[pc].registers &= ~use.writes;
		live[pc].registers |= use.reads;
		live[pc].words |= use.words;
	}
	/* Behind the first filter every return leads to the start of the next. */
	ways[0] = 2;
	for (uint32_t pc = 0; pc < filter->count; pc++)
		live[pc].is_join = ways[pc] > 1;
	return live;
}
