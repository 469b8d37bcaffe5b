/*
 * fuzz_prove: two programs and a condition, both proved about.
 *
 * Whatever a checked program does, the prover ends within its caps, and a call that it
 * shows is one that the filters permit (or answer differently). The first byte says where
 * the first program ends.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>

#include "seccomp/prove.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INSNS_MAX = 64,
	INSN_BYTES = 8,
};

/* What compilers use, and what they do not. */
static const uint16_t codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_JMP | BPF_JEQ | BPF_K,
	BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JSET | BPF_K,
	BPF_RET | BPF_K,
	BPF_ALU | BPF_AND | BPF_K,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
	BPF_ST,
	BPF_STX,
	BPF_LD | BPF_MEM,
	BPF_LDX | BPF_IMM,
	BPF_LD | BPF_IMM,
	BPF_LD | BPF_W | BPF_LEN,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_K,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_RSH | BPF_K,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_NEG,
	BPF_RET | BPF_A,
};

static const uint32_t numbers[] = {0, 1, 2, 6, 0xff, 0xffff, 0x10000, 0x40000000,
	0x80000000, 0xfffffffe, 0xffffffff, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, 95, 105,
	SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 1, SECCOMP_RET_USER_NOTIF};

enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

/* Of eight bytes an instruction that is valid at a place with so many behind it. */
static struct bpf_insn insn_of(const uint8_t b[INSN_BYTES], uint32_t left)
{
	struct bpf_insn insn = {codes[b[0] % (sizeof(codes) / sizeof(codes[0]))],
		(uint8_t)(b[1] % left), (uint8_t)(b[2] % left),
		numbers[b[3] % NUMBERS]};

	if (b[3] >= 128)
		memcpy(&insn.k, b + 4, sizeof(insn.k));
	if (BPF_CLASS(insn.code) == BPF_JMP && BPF_OP(insn.code) == BPF_JA)
		insn.k %= left;
	else if (insn.code == codes[0])
		insn.k = b[4] % BPF_DATA_WORDS * 4;
	else if (BPF_CLASS(insn.code) == BPF_ST || BPF_CLASS(insn.code) == BPF_STX ||
		insn.code == (BPF_LD | BPF_MEM))
		insn.k %= BPF_MEMWORDS;
	else if (insn.code == (BPF_ALU | BPF_RSH | BPF_K))
		insn.k %= 32;
	return insn;
}

/* false: one that reads what it has not written. */
static bool program_of(struct arena *a, struct str bytes, struct bpf *out)
{
	uint32_t count = (uint32_t)(bytes.n / INSN_BYTES);

	if (count > INSNS_MAX)
		count = INSNS_MAX;
	out->insns = arena_array(a, struct bpf_insn, count + 1);
	for (uint32_t i = 0; i < count; i++)
		out->insns[i] =
			insn_of((const uint8_t *)bytes.p + i * INSN_BYTES, count - i);
	out->insns[count] = (struct bpf_insn){BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	out->count = count + 1;
	return bpf_check(out, NULL) == 0;
}

static void check_bans(
	struct arena *a, const struct bpf_stack *stack, struct bans *bans)
{
	struct proofs proofs = {0};

	prove_all(a, stack, bans, ARCHES_ALL, (struct prove_options){0}, &proofs);
	vec_each (const struct proof, p, &proofs) {
		if (p->verdict == VERDICT_UNKNOWN && !p->why.n)
			abort();
		if (p->verdict != VERDICT_VIOLATED)
			continue;
		if (!ban_covers(&p->ban, &p->witness) ||
			bpf_stack_run(stack, &p->witness, NULL) != p->answer ||
			action_kind(p->answer) < ACTION_NOTIFY)
			abort();
	}
}

static void check_equal(
	struct arena *a, const struct bpf_stack *one, const struct bpf_stack *other)
{
	struct differences list = {0};
	struct err err = {0};

	if (prove_equal(a, one, other, ARCHES_ALL, &list, &err) < 0 && !err.text[0])
		abort();
	vec_each (const struct difference, d, &list)
		if (bpf_stack_run(one, &d->witness, NULL) != d->one ||
			bpf_stack_run(other, &d->witness, NULL) != d->other ||
			d->one == d->other)
			abort();
	/* A filter is always equal to itself, or not decidable. */
	list = (struct differences){0};
	if (prove_equal(a, one, one, ARCHES_ALL, &list, &err) == 0 && list.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char words[] =
		"setuid: arg0 == 0\nread: arg2 & 7 != 3 && arg1 > 4\n"
		"umask: arg0 & 06 != 06 || arg0 >= 0x100\nwrite: arg2 <= 0x100000001";
	struct str input = {(const char *)data, size};
	struct arena arena = {0};
	struct bpf programs[2];
	struct bpf_stack stack = {programs, 2}, first = {programs, 1};
	struct answer_parts parts = {0};
	struct bans bans = {0};
	size_t cut;

	if (!size)
		return 0;
	cut = 1 + INSN_BYTES * (size_t)(data[0] % INSNS_MAX);
	if (!program_of(&arena, str_sub(input, 1, cut - 1), &programs[0]) ||
		!program_of(&arena, str_from(input, cut), &programs[1])) {
		arena_free(&arena);
		return 0;
	}
	objective_parse(&arena, file_new(&arena, STR("-"), str_c(words)), STR("own"),
		ARCHES_ALL, &bans, NULL, NULL);
	check_bans(&arena, &stack, &bans);
	check_equal(&arena, &first, &stack);
	prove_answers(&arena, &programs[0], ARCH_X86_64, 0, &parts, NULL);
	arena_free(&arena);
	return 0;
}
