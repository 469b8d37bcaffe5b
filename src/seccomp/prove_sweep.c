/*
 * The numbers of one arch in one pass: as long as a filter looks at number and arch
 * alone it is a walk of intervals, each number on one way, so nothing can multiply.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <stdlib.h>

#include "seccomp/prove_walk.h"

enum { LOAD_CALL = BPF_LD | BPF_W | BPF_ABS };

struct piece {
	uint32_t low, high;
	struct walk_machine machine;
};

struct sweep {
	struct arena *arena;
	const struct bpf *filter;
	uint32_t audit, max;
	VEC(struct piece) waiting;
	struct walk_numbers_list *out;
};

/* What a test says of all members of an aligned block: -1 when not the same. */
static int block_passes(struct word_test test, uint32_t base, uint32_t free_bits)
{
	uint32_t least = base & test.mask, most = (base | free_bits) & test.mask;

	switch (test.op) {
	case WORD_EQ:
	case WORD_NE:
		if (((base ^ test.k) & test.mask & ~free_bits) || test.k & ~test.mask)
			return test.op == WORD_NE;
		return least == most ? test.op == WORD_EQ : -1;
	case WORD_GE:
		return least >= test.k ? 1 : most < test.k ? 0 : -1;
	default: /* WORD_GT: a jump knows no other */
		return least > test.k ? 1 : most <= test.k ? 0 : -1;
	}
}

static bool leave(struct sweep *s, const struct piece *of, uint32_t low, uint32_t high,
	uint32_t pc)
{
	struct piece *last = s->waiting.n ? vec_last(&s->waiting) : NULL;

	if (last && last->high + 1 == low && last->machine.pc == pc && low > of->low) {
		last->high = high;
		return true;
	}
	if (s->waiting.n > s->max)
		return false;
	last = vec_push(s->arena, &s->waiting);
	*last = *of;
	last->low = low;
	last->high = high;
	last->machine.pc = pc;
	return true;
}

struct cut {
	struct word_test test;
	uint32_t yes, no; /* where to */
};

/* The part of an aligned block of 2^bits numbers that lies in the piece. */
static bool cut_block(struct sweep *s, const struct piece *p, const struct cut *cut,
	uint32_t base, unsigned bits)
{
	uint32_t free_bits = (uint32_t)(((uint64_t)1 << bits) - 1);
	uint32_t low = base < p->low ? p->low : base;
	uint32_t high = (base | free_bits) > p->high ? p->high : base | free_bits;
	int passes;

	if (low > high)
		return true;
	passes = block_passes(cut->test, base, free_bits);
	if (passes >= 0)
		return leave(s, p, low, high, passes ? cut->yes : cut->no);
	return cut_block(s, p, cut, base, bits - 1) &&
		cut_block(s, p, cut, base | (uint32_t)1 << (bits - 1), bits - 1);
}

static bool add_answer(
	struct sweep *s, const struct piece *p, uint32_t answer, bool is_open)
{
	if (s->out->n >= s->max)
		return false;
	*vec_push(s->arena, s->out) =
		(struct walk_numbers){p->low, p->high, answer, is_open};
	return true;
}

/* The second operand of a jump, when it is a number. */
static bool jump_number(
	const struct walk_machine *m, const struct bpf_insn *insn, uint32_t *k)
{
	*k = BPF_SRC(insn->code) == BPF_X ? m->x.k : insn->k;
	return BPF_SRC(insn->code) != BPF_X || m->x.kind == VALUE_NUMBER;
}

/* false: too many pieces; *done says that the piece itself goes no further. */
static bool jump(
	struct sweep *s, struct piece *p, const struct bpf_insn *insn, bool *done)
{
	struct walk_machine *m = &p->machine;
	struct cut cut = {.yes = m->pc + 1 + insn->jt, .no = m->pc + 1 + insn->jf};
	uint32_t k;

	if (BPF_OP(insn->code) == BPF_JA || cut.yes == cut.no) {
		m->pc = BPF_OP(insn->code) == BPF_JA ? m->pc + 1 + insn->k : cut.yes;
		return true;
	}
	*done = !jump_number(m, insn, &k) || m->a.kind == VALUE_OTHER ||
		(m->a.kind == VALUE_WORD && m->a.word != WORD_NR);
	if (*done)
		return add_answer(s, p, 0, true);
	if (m->a.kind == VALUE_NUMBER) {
		cut.test = walk_test(insn, UINT32_MAX, k);
		m->pc = word_test_passes(cut.test, m->a.k) ? cut.yes : cut.no;
		return true;
	}
	cut.test = walk_test(insn, m->a.k, k);
	if (cut.test.op == WORD_EQ && cut.test.mask == UINT32_MAX &&
		(k < p->low || k > p->high)) {
		m->pc = cut.no;
		return true;
	}
	*done = true;
	return cut_block(s, p, &cut, 0, 32);
}

static void load_call(struct sweep *s, struct walk_machine *m, uint32_t word)
{
	m->a = (struct value){VALUE_WORD, word, UINT32_MAX};
	if (word == WORD_ARCH)
		m->a = (struct value){VALUE_NUMBER, 0, s->audit};
	m->pc++;
}

static bool follow(struct sweep *s, struct piece p)
{
	bool done = false;

	while (!done) {
		const struct bpf_insn *insn = &s->filter->insns[p.machine.pc];
		unsigned class = BPF_CLASS(insn->code);

		if (insn->code == LOAD_CALL) {
			load_call(s, &p.machine, insn->k / 4);
		} else if (class == BPF_JMP) {
			if (!jump(s, &p, insn, &done))
				return false;
		} else if (class == BPF_RET) {
			bool is_a = BPF_RVAL(insn->code) == BPF_A;
			struct value a = p.machine.a;

			return add_answer(s, &p, is_a ? a.k : insn->k,
				is_a && a.kind != VALUE_NUMBER);
		} else if (!walk_step(s->arena, &p.machine, insn)) {
			return add_answer(s, &p, 0, true);
		}
	}
	return true;
}

static int by_low(const void *one, const void *other)
{
	const struct walk_numbers *a = one, *b = other;

	return (a->low > b->low) - (a->low < b->low);
}

static void join_equal(struct walk_numbers_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct walk_numbers *last = &list->at[n ? n - 1 : 0],
				    *now = &list->at[i];

		if (n && !last->is_open && !now->is_open && last->answer == now->answer)
			last->high = now->high;
		else
			list->at[n++] = *now;
	}
	list->n = n;
}

int walk_filter_numbers(struct arena *a, const struct bpf *filter, uint32_t audit,
	uint32_t max, struct walk_numbers_list *out)
{
	struct sweep s = {a, filter, audit, max, {0}, out};

	*vec_push(a, &s.waiting) = (struct piece){.high = UINT32_MAX};
	while (s.waiting.n)
		if (!follow(&s, s.waiting.at[--s.waiting.n]))
			return -1;
	qsort(out->at, out->n, sizeof(*out->at), by_low);
	join_equal(out);
	return 0;
}
