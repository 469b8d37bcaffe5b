#include "seccomp/bpf.h"

#include <errno.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

/*
 * What seccomp lets an instruction be, and so what is to be asked of its k: the cut of
 * two lists of the kernel, chk_code_allowed of net/core/filter.c and the switch of
 * seccomp_check_filter. MOD is in the first and not in the second; loads of halves and
 * bytes and everything that would read a packet neither.
 */
enum shape {
	SHAPE_NONE,
	SHAPE_PLAIN,
	SHAPE_LOAD,   /* k is an offset into struct seccomp_data */
	SHAPE_CELL,   /* k is one of the sixteen words of scratch memory */
	SHAPE_DIVIDE, /* by k */
	SHAPE_SHIFT,  /* by k bits */
	SHAPE_JUMP,   /* by k */
	SHAPE_BRANCH, /* by jt or jf */
	SHAPE_RETURN,
};

enum { CODES = 0x100 };

static const uint8_t shapes[CODES] = {
	[BPF_LD | BPF_W | BPF_ABS] = SHAPE_LOAD,
	[BPF_LD | BPF_W | BPF_LEN] = SHAPE_PLAIN,
	[BPF_LD | BPF_IMM] = SHAPE_PLAIN,
	[BPF_LD | BPF_MEM] = SHAPE_CELL,
	[BPF_LDX | BPF_W | BPF_LEN] = SHAPE_PLAIN,
	[BPF_LDX | BPF_IMM] = SHAPE_PLAIN,
	[BPF_LDX | BPF_MEM] = SHAPE_CELL,
	[BPF_ST] = SHAPE_CELL,
	[BPF_STX] = SHAPE_CELL,
	[BPF_ALU | BPF_ADD] = SHAPE_PLAIN, /* BPF_K is 0, too */
	[BPF_ALU | BPF_ADD | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_SUB | BPF_K] = SHAPE_PLAIN,
	[BPF_ALU | BPF_SUB | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_MUL | BPF_K] = SHAPE_PLAIN,
	[BPF_ALU | BPF_MUL | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_DIV | BPF_K] = SHAPE_DIVIDE,
	[BPF_ALU | BPF_DIV | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_AND | BPF_K] = SHAPE_PLAIN,
	[BPF_ALU | BPF_AND | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_OR | BPF_K] = SHAPE_PLAIN,
	[BPF_ALU | BPF_OR | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_XOR | BPF_K] = SHAPE_PLAIN,
	[BPF_ALU | BPF_XOR | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_LSH | BPF_K] = SHAPE_SHIFT,
	[BPF_ALU | BPF_LSH | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_RSH | BPF_K] = SHAPE_SHIFT,
	[BPF_ALU | BPF_RSH | BPF_X] = SHAPE_PLAIN,
	[BPF_ALU | BPF_NEG] = SHAPE_PLAIN,
	[BPF_JMP | BPF_JA] = SHAPE_JUMP,
	[BPF_JMP | BPF_JEQ | BPF_K] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JEQ | BPF_X] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JGE | BPF_K] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JGE | BPF_X] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JGT | BPF_K] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JGT | BPF_X] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JSET | BPF_K] = SHAPE_BRANCH,
	[BPF_JMP | BPF_JSET | BPF_X] = SHAPE_BRANCH,
	[BPF_RET | BPF_K] = SHAPE_RETURN,
	[BPF_RET | BPF_A] = SHAPE_RETURN,
	[BPF_MISC | BPF_TAX] = SHAPE_PLAIN,
	[BPF_MISC | BPF_TXA] = SHAPE_PLAIN,
};

_Static_assert(sizeof(struct bpf_insn) == sizeof(struct sock_filter) &&
		offsetof(struct bpf_insn, k) == offsetof(struct sock_filter, k),
	"an instruction is the kernel's");
_Static_assert(sizeof(struct bpf_call) == sizeof(struct seccomp_data) &&
		sizeof(struct bpf_call) == BPF_DATA_WORDS * sizeof(uint32_t),
	"a call is the kernel's");

static enum shape shape_of(const struct bpf_insn *insn)
{
	return insn->code < CODES ? shapes[insn->code] : SHAPE_NONE;
}

/* The one instruction at pc; left are those behind it. */
static int check_insn(
	const struct bpf_insn *insn, uint32_t pc, uint32_t left, struct err *err)
{
	switch (shape_of(insn)) {
	case SHAPE_NONE:
		return err_set(err, 0, "instruction %u: no filter may use code 0x%02x",
			pc, insn->code);
	case SHAPE_LOAD:
		if (insn->k < sizeof(struct bpf_call) && insn->k % 4 == 0)
			return 0;
		return err_set(err, 0,
			"instruction %u: loads offset %u, which is none of the "
			"16 words of a call",
			pc, insn->k);
	case SHAPE_CELL:
		if (insn->k < BPF_MEMWORDS)
			return 0;
		return err_set(err, 0, "instruction %u: scratch memory has no word %u",
			pc, insn->k);
	case SHAPE_DIVIDE:
		if (insn->k)
			return 0;
		return err_set(err, 0, "instruction %u: divides by zero", pc);
	case SHAPE_SHIFT:
		if (insn->k < 32)
			return 0;
		return err_set(
			err, 0, "instruction %u: shifts 32 bits by %u", pc, insn->k);
	case SHAPE_JUMP:
		if (insn->k < left)
			return 0;
		return err_set(err, 0,
			"instruction %u: jumps %u further, behind the end", pc,
			insn->k);
	case SHAPE_BRANCH:
		if (insn->jt < left && insn->jf < left)
			return 0;
		return err_set(err, 0,
			"instruction %u: jumps %u or %u further, behind the end", pc,
			insn->jt, insn->jf);
	case SHAPE_PLAIN:
	case SHAPE_RETURN:
		break;
	}
	return 0;
}

/*
 * A word of scratch memory must have been written on every path to where it is read, so
 * that no filter sees what the kernel's stack held (check_load_and_stores). As there,
 * what was written before a return counts for the instruction behind it: stricter would
 * be right and not what the kernel does.
 */
static int check_cells(const struct bpf *program, struct err *err)
{
	uint16_t masks[BPF_INSNS_MAX];
	uint16_t written = 0;

	memset(masks, 0xff, sizeof(masks));
	for (uint32_t pc = 0; pc < program->count; pc++) {
		const struct bpf_insn *insn = &program->insns[pc];
		enum shape shape = shape_of(insn);
		uint16_t cell = 0;

		written &= masks[pc];
		if (shape == SHAPE_CELL)
			cell = (uint16_t)(1u << insn->k);
		if (BPF_CLASS(insn->code) == BPF_ST || BPF_CLASS(insn->code) == BPF_STX)
			written |= cell;
		else if (cell & ~written)
			return err_set(err, 0,
				"instruction %u: reads word %u of scratch memory, "
				"which was not written on every way here",
				pc, insn->k);
		if (shape == SHAPE_JUMP) {
			masks[pc + 1 + insn->k] &= written;
			written = 0xffff;
		} else if (shape == SHAPE_BRANCH) {
			masks[pc + 1 + insn->jt] &= written;
			masks[pc + 1 + insn->jf] &= written;
			written = 0xffff;
		}
	}
	return 0;
}

int bpf_check(const struct bpf *program, struct err *err)
{
	if (!program->count)
		return err_set(err, 0, "a filter needs at least one instruction");
	if (program->count > BPF_INSNS_MAX)
		return err_set(err, 0, "%u instructions, and the kernel takes %d",
			program->count, BPF_INSNS_MAX);
	for (uint32_t pc = 0; pc < program->count; pc++)
		if (check_insn(&program->insns[pc], pc, program->count - pc - 1, err) <
			0)
			return -1;
	if (shape_of(&program->insns[program->count - 1]) != SHAPE_RETURN)
		return err_set(err, 0, "instruction %u: the last one is no return",
			program->count - 1);
	return check_cells(program, err);
}

/* Little endian, whatever this program runs on. */
static uint32_t read_number(const unsigned char *p, unsigned bytes)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < bytes; i++)
		n |= (uint32_t)p[i] << (8 * i);
	return n;
}

int bpf_read(struct arena *a, struct str bytes, struct bpf *out, struct err *err)
{
	enum { INSN_BYTES = 8 };
	size_t count = bytes.n / INSN_BYTES;
	struct bpf program;

	if (bytes.n % INSN_BYTES)
		return err_set(err, 0, "%zu bytes are no whole number of instructions",
			bytes.n);
	if (count > BPF_INSNS_MAX)
		return err_set(err, 0, "%zu instructions, and the kernel takes %d",
			count, BPF_INSNS_MAX);
	program.count = (uint32_t)count;
	program.insns = arena_array(a, struct bpf_insn, count);
	for (size_t i = 0; i < count; i++) {
		const unsigned char *p =
			(const unsigned char *)bytes.p + i * INSN_BYTES;

		program.insns[i] = (struct bpf_insn){
			(uint16_t)read_number(p, 2), p[2], p[3], read_number(p + 4, 4)};
	}
	if (bpf_check(&program, err) < 0)
		return -1;
	*out = program;
	return 0;
}

void bpf_write(struct buf *out, const struct bpf *program)
{
	for (uint32_t i = 0; i < program->count; i++) {
		const struct bpf_insn *insn = &program->insns[i];

		buf_char(out, (char)(insn->code & 0xff));
		buf_char(out, (char)(insn->code >> 8));
		buf_char(out, (char)insn->jt);
		buf_char(out, (char)insn->jf);
		for (unsigned shift = 0; shift < 32; shift += 8)
			buf_char(out, (char)(insn->k >> shift & 0xff));
	}
}

/* false: a division by zero, which ends the program with 0, SECCOMP_RET_KILL_THREAD. */
static bool compute(uint16_t code, uint32_t *a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		*a += operand;
		break;
	case BPF_SUB:
		*a -= operand;
		break;
	case BPF_MUL:
		*a *= operand;
		break;
	case BPF_DIV:
		if (!operand)
			return false;
		*a /= operand;
		break;
	case BPF_AND:
		*a &= operand;
		break;
	case BPF_OR:
		*a |= operand;
		break;
	case BPF_XOR:
		*a ^= operand;
		break;
	case BPF_LSH:
		/* Of a count in X only five bits count: ALU32 of the kernel's eBPF. */
		*a <<= operand & 31;
		break;
	case BPF_RSH:
		*a >>= operand & 31;
		break;
	case BPF_NEG:
		*a = -*a;
		break;
	}
	return true;
}

static bool compares(uint16_t code, uint32_t a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == operand;
	case BPF_JGT:
		return a > operand;
	case BPF_JGE:
		return a >= operand;
	default: /* BPF_JSET */
		return a & operand;
	}
}

static uint32_t loaded(const struct bpf_insn *insn, const struct bpf_call *call,
	const uint32_t cells[BPF_MEMWORDS])
{
	uint32_t word;

	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		memcpy(&word, (const char *)call + insn->k, sizeof(word));
		return word;
	case BPF_MEM:
		return cells[insn->k];
	case BPF_LEN:
		return sizeof(*call);
	default: /* BPF_IMM */
		return insn->k;
	}
}

uint32_t bpf_run(
	const struct bpf *program, const struct bpf_call *call, uint32_t *steps)
{
	uint32_t a = 0, x = 0, cells[BPF_MEMWORDS] = {0};
	uint32_t pc = 0, taken = 1, answer = SECCOMP_RET_KILL_THREAD;

	for (;; pc++, taken++) {
		const struct bpf_insn *insn = &program->insns[pc];
		uint16_t code = insn->code;
		uint32_t operand = BPF_SRC(code) == BPF_X ? x : insn->k;

		switch (BPF_CLASS(code)) {
		case BPF_LD:
			a = loaded(insn, call, cells);
			continue;
		case BPF_LDX:
			x = loaded(insn, call, cells);
			continue;
		case BPF_ST:
			cells[insn->k] = a;
			continue;
		case BPF_STX:
			cells[insn->k] = x;
			continue;
		case BPF_ALU:
			if (compute(code, &a, operand))
				continue;
			break;
		case BPF_JMP:
			if (BPF_OP(code) == BPF_JA)
				pc += insn->k;
			else
				pc += compares(code, a, operand) ? insn->jt : insn->jf;
			continue;
		case BPF_MISC:
			if (BPF_MISCOP(code) == BPF_TAX)
				x = a;
			else
				a = x;
			continue;
		case BPF_RET:
			answer = BPF_RVAL(code) == BPF_A ? a : insn->k;
			break;
		}
		break;
	}
	if (steps)
		*steps = taken;
	return answer;
}

uint32_t bpf_stack_run(
	const struct bpf_stack *stack, const struct bpf_call *call, uint32_t *steps)
{
	uint32_t answer = SECCOMP_RET_ALLOW, sum = 0;

	/* The newest first: of equal actions its data counts (seccomp_run_filters). */
	for (uint32_t i = stack->count; i > 0; i--) {
		uint32_t taken;
		uint32_t one = bpf_run(&stack->filters[i - 1], call, &taken);

		sum += taken;
		if ((int32_t)(one & SECCOMP_RET_ACTION_FULL) <
			(int32_t)(answer & SECCOMP_RET_ACTION_FULL))
			answer = one;
	}
	if (steps)
		*steps = sum;
	return answer;
}
