/*
 * One instruction that neither branches nor reads the call: what it does to registers
 * that hold a number, a masked word of the call, or something not followed.
 */
#include <linux/filter.h>

#include "seccomp/prove_walk.h"

/* sizeof(struct seccomp_data), which is what a load of the length gives. */
enum { DATA_SIZE = BPF_DATA_WORDS * 4 };

static struct value number(uint32_t k)
{
	return (struct value){VALUE_NUMBER, 0, k};
}

static const struct value unknown = {VALUE_OTHER, 0, 0};

static uint32_t compute(uint16_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return b ? a / b : 0;
	case BPF_OR:
		return a | b;
	case BPF_AND:
		return a & b;
	case BPF_XOR:
		return a ^ b;
	/* The kernel's own shifts of 32-bit registers take five bits of the count. */
	case BPF_LSH:
		return a << (b & 31);
	case BPF_RSH:
		return a >> (b & 31);
	default: /* BPF_NEG */
		return -a;
	}
}

static struct value combine(uint16_t op, struct value a, struct value b)
{
	if (a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER)
		return number(compute(op, a.k, b.k));
	if (op != BPF_AND)
		return unknown;
	if ((a.kind == VALUE_NUMBER && !a.k) || (b.kind == VALUE_NUMBER && !b.k))
		return number(0);
	if (a.kind == VALUE_WORD && b.kind == VALUE_NUMBER)
		a.k &= b.k;
	else if (a.kind == VALUE_NUMBER && b.kind == VALUE_WORD)
		a = (struct value){VALUE_WORD, b.word, a.k & b.k};
	else if (a.kind == VALUE_WORD && b.kind == VALUE_WORD && a.word == b.word)
		a.k &= b.k;
	else
		return unknown;
	return a.k ? a : number(0);
}

static struct value scratch_read(const struct walk_machine *m, uint32_t k)
{
	/* Nearly always bpf_check has seen to it that it was written on the way here. */
	return m->scratch ? m->scratch[k % BPF_MEMWORDS] : unknown;
}

static void scratch_write(
	struct arena *a, struct walk_machine *m, uint32_t k, struct value v)
{
	struct value *copy = arena_array(a, struct value, BPF_MEMWORDS);

	for (unsigned i = 0; i < BPF_MEMWORDS; i++)
		copy[i] = m->scratch ? m->scratch[i] : unknown;
	copy[k % BPF_MEMWORDS] = v;
	m->scratch = copy;
}

static void load(struct walk_machine *m, const struct bpf_insn *insn)
{
	struct value v = unknown;

	if (BPF_MODE(insn->code) == BPF_IMM)
		v = number(insn->k);
	if (BPF_MODE(insn->code) == BPF_LEN)
		v = number(DATA_SIZE);
	if (BPF_MODE(insn->code) == BPF_MEM)
		v = scratch_read(m, insn->k);
	if (BPF_CLASS(insn->code) == BPF_LD)
		m->a = v;
	else
		m->x = v;
}

bool walk_step(struct arena *a, struct walk_machine *m, const struct bpf_insn *insn)
{
	struct value operand = BPF_SRC(insn->code) == BPF_X ? m->x : number(insn->k);
	bool divides = BPF_OP(insn->code) == BPF_DIV;

	m->pc++;
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		load(m, insn);
		return true;
	case BPF_ST:
		scratch_write(a, m, insn->k, m->a);
		return true;
	case BPF_STX:
		scratch_write(a, m, insn->k, m->x);
		return true;
	case BPF_ALU:
		/* Division by a zero in X ends a program, so it must be known. */
		if (divides && (operand.kind != VALUE_NUMBER || !operand.k))
			return false;
		m->a = combine(BPF_OP(insn->code), m->a, operand);
		return true;
	default:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			m->x = m->a;
		else
			m->a = m->x;
		return true;
	}
}
