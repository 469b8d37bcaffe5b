#include <linux/bpf_common.h>
#include <linux/filter.h>

#include "seccomp/bpf_known.h"
#include "seccomp/calls.h"

static void add_word(struct buf *out, const struct bpf_known *k)
{
	static const char *const halves[] = {"low", "high"};
	unsigned half = (unsigned)k->word % 2;

	if (k->word == BPF_WORD_NONE)
		buf_char(out, 'A');
	else if (k->word == BPF_WORD_NR)
		buf_add(out, STR("nr"));
	else if (k->word == BPF_WORD_ARCH)
		buf_add(out, STR("arch"));
	else if (k->word < BPF_WORD_ARGS)
		buf_printf(out, "ip.%s", halves[half]);
	else
		buf_printf(
			out, "arg%d.%s", (k->word - BPF_WORD_ARGS) / 2, halves[half]);
	if (k->word != BPF_WORD_NONE && k->mask != UINT32_MAX)
		buf_printf(out, " & 0x%x", k->mask);
}

static void add_number(struct buf *out, uint32_t n)
{
	buf_printf(out, n < 10 ? "%u" : "0x%x", n);
}

static void add_call_number(struct buf *out, uint32_t audit, uint16_t code, uint32_t nr)
{
	int arch = arch_of(audit, nr);
	int call = arch < 0 ? CALL_NONE : call_of(arch, nr);
	size_t count;

	buf_printf(out, nr < X32_CALL_BIT ? "%u" : "0x%x", nr);
	/* Where the numbers of x32 begin, the first of them is not meant. */
	if (arch == ARCH_X32 && nr == X32_CALL_BIT && BPF_OP(code) != BPF_JEQ)
		buf_add(out, STR(" (x32)"));
	else if (call != CALL_NONE)
		buf_printf(out, " (%s%.*s)", arch == ARCH_X32 ? "x32 " : "",
			STR_ARG(call_rows(&count)[call].name));
}

static void add_arch(struct buf *out, uint32_t audit)
{
	int arch = arch_of(audit, 0);

	if (arch < 0)
		buf_printf(out, "0x%x", audit);
	else
		buf_add(out, arch_info(arch)->name);
}

static void add_operand(
	struct buf *out, const struct bpf_known *k, const struct bpf_insn *insn)
{
	bool is_whole = k->mask == UINT32_MAX;

	if (BPF_SRC(insn->code) == BPF_X)
		buf_char(out, 'X');
	else if (k->word == BPF_WORD_NR && is_whole && BPF_OP(insn->code) != BPF_JSET)
		add_call_number(out, k->audit, insn->code, insn->k);
	else if (k->word == BPF_WORD_ARCH && is_whole)
		add_arch(out, insn->k);
	else
		add_number(out, insn->k);
}

/* The side that does not follow is named; so the condition may be turned around. */
static void add_branch(struct buf *out, uint32_t pc, const struct bpf_insn *insn,
	const struct bpf_known *k)
{
	static const char *const signs[][2] = {
		[BPF_JEQ >> 4] = {"==", "!="},
		[BPF_JGT >> 4] = {">", "<="},
		[BPF_JGE >> 4] = {">=", "<"},
	};
	bool is_turned = insn->jt == 0 && insn->jf != 0;

	if (BPF_OP(insn->code) == BPF_JSET) {
		buf_add(out, is_turned ? STR("if no bit of ") : STR("if a bit of "));
		add_word(out, k);
		buf_add(out, STR(" is in "));
	} else {
		buf_add(out, STR("if "));
		add_word(out, k);
		buf_printf(out, " %s ", signs[BPF_OP(insn->code) >> 4][is_turned]);
	}
	add_operand(out, k, insn);
	buf_printf(out, " go to %u", pc + 1 + (is_turned ? insn->jf : insn->jt));
	if (insn->jt && insn->jf)
		buf_printf(out, ", else to %u", pc + 1 + insn->jf);
}

static void add_load(struct buf *out, const struct bpf_insn *insn)
{
	char to = BPF_CLASS(insn->code) == BPF_LD ? 'A' : 'X';
	struct bpf_known k = {true, (int)(insn->k / 4), UINT32_MAX, 0};

	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		buf_add(out, STR("load "));
		add_word(out, &k);
		return;
	case BPF_MEM:
		buf_printf(out, "%c = M[%u]", to, insn->k);
		return;
	case BPF_LEN:
		buf_printf(out, "%c = %zu", to, sizeof(struct bpf_call));
		return;
	default:
		buf_printf(out, "%c = 0x%x", to, insn->k);
	}
}

static void add_compute(struct buf *out, const struct bpf_insn *insn)
{
	static const char *const signs[] = {
		"+", "-", "*", "/", "|", "&", "<<", ">>", [BPF_XOR >> 4] = "^"};

	if (BPF_OP(insn->code) == BPF_NEG)
		buf_add(out, STR("A = -A"));
	else if (BPF_SRC(insn->code) == BPF_X)
		buf_printf(out, "A %s= X", signs[BPF_OP(insn->code) >> 4]);
	else
		buf_printf(out, "A %s= 0x%x", signs[BPF_OP(insn->code) >> 4], insn->k);
}

static void add_insn(struct buf *out, uint32_t pc, const struct bpf_insn *insn,
	const struct bpf_known *k)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		add_load(out, insn);
		return;
	case BPF_ST:
		buf_printf(out, "M[%u] = A", insn->k);
		return;
	case BPF_STX:
		buf_printf(out, "M[%u] = X", insn->k);
		return;
	case BPF_ALU:
		add_compute(out, insn);
		return;
	case BPF_JMP:
		if (BPF_OP(insn->code) == BPF_JA)
			buf_printf(out, "go to %u", pc + 1 + insn->k);
		else
			add_branch(out, pc, insn, k);
		return;
	case BPF_MISC:
		buf_add(out,
			BPF_MISCOP(insn->code) == BPF_TAX ? STR("X = A")
							  : STR("A = X"));
		return;
	default:
		buf_add(out, STR("return "));
		if (BPF_RVAL(insn->code) == BPF_A)
			buf_char(out, 'A');
		else
			buf_add(out, action_text(out->arena, insn->k));
	}
}

void bpf_disassemble(struct buf *out, const struct bpf *program)
{
	const struct bpf_known *all = bpf_known(out->arena, program);

	for (uint32_t pc = 0; pc < program->count; pc++) {
		buf_printf(out, "%4u  ", pc);
		add_insn(out, pc, &program->insns[pc], &all[pc]);
		if (!all[pc].is_reached)
			buf_add(out, STR("  (nothing leads here)"));
		buf_char(out, '\n');
	}
}
