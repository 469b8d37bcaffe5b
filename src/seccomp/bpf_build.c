#include "seccomp/bpf_build.h"

#include <linux/bpf_common.h>
#include <linux/filter.h>

enum { REACH = 255 }; /* jt and jf are bytes */

static bpf_place emit(struct bpf_build *b, struct bpf_insn insn)
{
	if (b->count == BPF_INSNS_MAX) {
		b->is_full = true;
		return b->count;
	}
	b->count++;
	b->insns[BPF_INSNS_MAX - b->count] = insn;
	return b->count;
}

bpf_place build_return(struct bpf_build *b, uint32_t answer)
{
	/* As far back as a branch written next can reach. */
	uint32_t first = b->count > REACH ? b->count - REACH : 0;

	for (bpf_place at = b->count; at > first; at--)
		if (build_at(b, at)->code == (BPF_RET | BPF_K) &&
			build_at(b, at)->k == answer)
			return at;
	return emit(b, (struct bpf_insn){BPF_RET | BPF_K, 0, 0, answer});
}

bpf_place build_load(struct bpf_build *b, unsigned word)
{
	return emit(b, (struct bpf_insn){BPF_LD | BPF_W | BPF_ABS, 0, 0, word * 4});
}

bpf_place build_and(struct bpf_build *b, uint32_t mask)
{
	return emit(b, (struct bpf_insn){BPF_ALU | BPF_AND | BPF_K, 0, 0, mask});
}

/* How far a jump of the instruction that is written next goes to place. */
static uint32_t distance(const struct bpf_build *b, bpf_place place)
{
	return b->count - place;
}

/* A place that leads to place and that the branch after `more` others still reaches. */
static bpf_place near(struct bpf_build *b, bpf_place place, uint32_t more)
{
	const struct bpf_insn *there = build_at(b, place);

	if (distance(b, place) + more <= REACH)
		return place;
	if (there->code == (BPF_RET | BPF_K))
		return build_return(b, there->k);
	return emit(b, (struct bpf_insn){BPF_JMP | BPF_JA, 0, 0, distance(b, place)});
}

bpf_place build_branch(
	struct bpf_build *b, uint16_t op, uint32_t k, bpf_place yes, bpf_place no)
{
	no = near(b, no, 1);
	yes = near(b, yes, 0);
	return emit(b,
		(struct bpf_insn){(uint16_t)(BPF_JMP | BPF_K | op),
			(uint8_t)distance(b, yes), (uint8_t)distance(b, no), k});
}

static bool is_jump(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JA);
}

/*
 * Numbers the instructions that something leads to; what was written for a way that is
 * never gone is left out. numbers[i] is 0 for those, else one more than the new number.
 */
static uint32_t number_reached(
	const struct bpf_insn *insns, uint32_t count, uint16_t *numbers)
{
	uint32_t n = 0;

	numbers[0] = 1;
	for (uint32_t pc = 0; pc < count; pc++) {
		const struct bpf_insn *insn = &insns[pc];

		if (!numbers[pc])
			continue;
		numbers[pc] = (uint16_t)++n;
		if (BPF_CLASS(insn->code) == BPF_RET)
			continue;
		if (is_jump(insn)) {
			numbers[pc + 1 + insn->k] = 1;
		} else if (BPF_CLASS(insn->code) == BPF_JMP) {
			numbers[pc + 1 + insn->jt] = 1;
			numbers[pc + 1 + insn->jf] = 1;
		} else {
			numbers[pc + 1] = 1;
		}
	}
	return n;
}

/* Copies what is reached. Jumps only become shorter. */
static void copy_reached(const struct bpf_insn *insns, uint32_t count,
	const uint16_t *numbers, struct bpf_insn *out)
{
	for (uint32_t pc = 0; pc < count; pc++) {
		const struct bpf_insn *insn = &insns[pc];
		uint32_t next = numbers[pc]; /* the new number of the one behind it */
		struct bpf_insn *copy;

		if (!next)
			continue;
		copy = &out[next - 1];
		*copy = *insn;
		if (is_jump(insn)) {
			copy->k = numbers[pc + 1 + insn->k] - 1 - next;
		} else if (BPF_CLASS(insn->code) == BPF_JMP) {
			copy->jt = (uint8_t)(numbers[pc + 1 + insn->jt] - 1 - next);
			copy->jf = (uint8_t)(numbers[pc + 1 + insn->jf] - 1 - next);
		}
	}
}

int build_finish(
	struct arena *a, const struct bpf_build *b, struct bpf *out, struct err *err)
{
	const struct bpf_insn *insns = build_at(b, b->count);
	uint16_t numbers[BPF_INSNS_MAX] = {0};
	struct bpf program;

	if (b->is_full)
		return err_set(err, 0,
			"the filter needs more than the %d instructions that the "
			"kernel takes",
			BPF_INSNS_MAX);
	program.count = number_reached(insns, b->count, numbers);
	program.insns = arena_array(a, struct bpf_insn, program.count);
	copy_reached(insns, b->count, numbers, program.insns);
	if (bpf_check(&program, err) < 0)
		return -1;
	*out = program;
	return 0;
}
