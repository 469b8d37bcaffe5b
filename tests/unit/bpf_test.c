#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "seccomp/bpf_known.h"
#include "unit.h"

#define INSN(code, jt, jf, k)                                                          \
	{                                                                              \
		(code), (jt), (jf), (k)                                                \
	}
#define LOAD(offset)	 INSN(BPF_LD | BPF_W | BPF_ABS, 0, 0, (offset))
#define RETURN(k)	 INSN(BPF_RET | BPF_K, 0, 0, (k))
#define RETURN_A	 INSN(BPF_RET | BPF_A, 0, 0, 0)
#define JUMP(k)		 INSN(BPF_JMP | BPF_JA, 0, 0, (k))
#define EQUAL(k, jt, jf) INSN(BPF_JMP | BPF_JEQ | BPF_K, (jt), (jf), (k))
#define ALU(op, k)	 INSN(BPF_ALU | (op) | BPF_K, 0, 0, (k))
#define ALU_X(op)	 INSN(BPF_ALU | (op) | BPF_X, 0, 0, 0)
#define SET_A(k)	 INSN(BPF_LD | BPF_IMM, 0, 0, (k))
#define SET_X(k)	 INSN(BPF_LDX | BPF_IMM, 0, 0, (k))
#define STORE(cell)	 INSN(BPF_ST, 0, 0, (cell))
#define RECALL(cell)	 INSN(BPF_LD | BPF_MEM, 0, 0, (cell))

enum { ROW_INSNS = 6 };

/* The first instruction that is all zero ends a row (it would be LD|W|IMM of 0). */
struct row {
	struct bpf_insn insns[ROW_INSNS];
	const char *said; /* NULL: the kernel takes it */
};

static const struct row rows[] = {
	{{RETURN(0)}, NULL},
	{{LOAD(60), RETURN_A}, NULL},
	{{LOAD(64), RETURN_A},
		"instruction 0: loads offset 64, which is none of the 16 words of a "
		"call"},
	{{LOAD(2), RETURN_A},
		"instruction 0: loads offset 2, which is none of the 16 words of a "
		"call"},
	{{LOAD(0xfffff000), RETURN_A},
		"instruction 0: loads offset 4294963200, which is none of the 16 words "
		"of a call"},
	{{INSN(BPF_LD | BPF_H | BPF_ABS, 0, 0, 0), RETURN_A},
		"instruction 0: no filter may use code 0x28"},
	{{INSN(0xffff, 0, 0, 0), RETURN_A},
		"instruction 0: no filter may use code 0xffff"},
	{{INSN(BPF_LD | BPF_W | BPF_IND, 0, 0, 0), RETURN_A},
		"instruction 0: no filter may use code 0x40"},
	{{INSN(BPF_RET | BPF_X, 0, 0, 0), RETURN_A},
		"instruction 0: no filter may use code 0x0e"},
	{{LOAD(0)}, "instruction 0: the last one is no return"},
	{{RETURN(0), JUMP(0)}, "instruction 1: jumps 0 further, behind the end"},
	{{JUMP(0), RETURN(0)}, NULL},
	{{JUMP(1), RETURN(0)}, "instruction 0: jumps 1 further, behind the end"},
	/* Backwards can only be said as a k that wraps around. */
	{{LOAD(0), JUMP(0xfffffffe), RETURN(0)},
		"instruction 1: jumps 4294967294 further, behind the end"},
	{{JUMP(0xffffffff), RETURN(0)},
		"instruction 0: jumps 4294967295 further, behind the end"},
	{{EQUAL(7, 0, 1), RETURN(0), RETURN(1)}, NULL},
	{{EQUAL(7, 0, 2), RETURN(0), RETURN(1)},
		"instruction 0: jumps 0 or 2 further, behind the end"},
	{{EQUAL(7, 255, 0), RETURN(0), RETURN(1)},
		"instruction 0: jumps 255 or 0 further, behind the end"},
	{{ALU(BPF_DIV, 0), RETURN_A}, "instruction 0: divides by zero"},
	{{ALU_X(BPF_DIV), RETURN_A}, NULL},
	{{ALU(BPF_MOD, 3), RETURN_A}, "instruction 0: no filter may use code 0x94"},
	{{ALU(BPF_LSH, 31), RETURN_A}, NULL},
	{{ALU(BPF_RSH, 32), RETURN_A}, "instruction 0: shifts 32 bits by 32"},
	{{STORE(15), RECALL(15), RETURN_A}, NULL},
	{{STORE(16), RETURN_A}, "instruction 0: scratch memory has no word 16"},
	{{RECALL(3), RETURN_A},
		"instruction 0: reads word 3 of scratch memory, which was not written "
		"on every way here"},
	{{EQUAL(1, 0, 1), STORE(0), RECALL(0), RETURN_A},
		"instruction 2: reads word 0 of scratch memory, which was not written "
		"on every way here"},
	{{STORE(0), EQUAL(1, 0, 1), STORE(1), RECALL(0), RETURN_A}, NULL},
};

static struct bpf program_of(struct bpf_insn *insns)
{
	static const struct bpf_insn none;
	uint32_t count = 0;

	while (count < ROW_INSNS && memcmp(&insns[count], &none, sizeof(none)) != 0)
		count++;
	return (struct bpf){insns, count};
}

static void the_check_says_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = rows[i];
		struct bpf program = program_of(row.insns);
		struct err err = {0};
		int taken = bpf_check(&program, &err);

		if (row.said) {
			assert_int_equal(taken, -1);
			assert_string_equal(err.text, row.said);
		} else if (taken < 0) {
			fail_msg("row %zu: %s", i, err.text);
		}
	}
}

static void a_filter_has_a_largest_and_a_smallest_size(void **state)
{
	static struct bpf_insn insns[BPF_INSNS_MAX + 1];
	struct bpf program = {insns, BPF_INSNS_MAX};
	struct err err;

	(void)state;
	for (size_t i = 0; i <= BPF_INSNS_MAX; i++)
		insns[i] = (struct bpf_insn)RETURN(SECCOMP_RET_ALLOW);
	assert_int_equal(bpf_check(&program, &err), 0);
	program.count++;
	assert_int_equal(bpf_check(&program, &err), -1);
	assert_string_equal(err.text, "4097 instructions, and the kernel takes 4096");
	program.count = 0;
	assert_int_equal(bpf_check(&program, &err), -1);
	assert_string_equal(err.text, "a filter needs at least one instruction");
}

static void bytes_are_read_and_written(void **state)
{
	static const char bytes[] = "\x20\0\0\0\x04\0\0\0\x15\0\1\1\x3e\0\0\xc0"
				    "\6\0\0\0\1\0\5\0\6\0\0\0\0\0\xff\x7f\6\0\0\0\0\0\0"
				    "\x80";
	struct str all = {bytes, sizeof(bytes) - 1};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	struct bpf program = {0};
	struct err err;

	(void)state;
	assert_int_equal(bpf_read(&arena, all, &program, &err), 0);
	assert_int_equal(program.count, 5);
	assert_int_equal(program.insns[1].k, AUDIT_ARCH_X86_64);
	assert_int_equal(program.insns[1].jf, 1);
	bpf_write(&out, &program);
	assert_true(str_eq(buf_str(&out), all));
	for (size_t n = 0; n < all.n; n++) {
		struct bpf cut = {0};

		/* Without its last instruction it still is a whole program. */
		assert_int_equal(bpf_read(&arena, str_sub(all, 0, n), &cut, &err),
			n == 32 ? 0 : -1);
	}
	assert_int_equal(bpf_read(&arena, str_sub(all, 0, 39), &program, &err), -1);
	assert_string_equal(err.text, "39 bytes are no whole number of instructions");
	arena_free(&arena);
}

static uint32_t run(struct bpf_insn insns[ROW_INSNS], uint32_t *steps)
{
	struct bpf_call call = {.nr = 7,
		.arch = AUDIT_ARCH_I386,
		.ip = 0x1122334455667788,
		.args = {0xaabbccdd99887766, 0, 0, 0, 0, 0x0123456789abcdef}};
	struct bpf program = program_of(insns);
	struct err err;

	assert_int_equal(bpf_check(&program, &err), 0);
	return bpf_run(&program, &call, steps);
}

#define RUN(...) run((struct bpf_insn[ROW_INSNS]){__VA_ARGS__}, NULL)

static void every_word_of_a_call_can_be_loaded(void **state)
{
	(void)state;
	assert_int_equal(RUN(LOAD(0), RETURN_A), 7);
	assert_int_equal(RUN(LOAD(4), RETURN_A), AUDIT_ARCH_I386);
	assert_int_equal(RUN(LOAD(8), RETURN_A), 0x55667788);
	assert_int_equal(RUN(LOAD(12), RETURN_A), 0x11223344);
	assert_int_equal(RUN(LOAD(16), RETURN_A), 0x99887766);
	assert_int_equal(RUN(LOAD(20), RETURN_A), 0xaabbccdd);
	assert_int_equal(RUN(LOAD(60), RETURN_A), 0x01234567);
	assert_int_equal(RUN(INSN(BPF_LD | BPF_LEN, 0, 0, 0), RETURN_A), 64);
}

static void arithmetic_has_32_bits(void **state)
{
	(void)state;
	assert_int_equal(RUN(SET_A(5), ALU(BPF_SUB, 6), RETURN_A), 0xffffffff);
	assert_int_equal(RUN(SET_A(0x80000001), ALU(BPF_MUL, 3), RETURN_A), 0x80000003);
	assert_int_equal(RUN(SET_A(1), ALU(BPF_NEG, 0), RETURN_A), 0xffffffff);
	assert_int_equal(
		RUN(SET_A(0xfffffff0), ALU(BPF_DIV, 16), RETURN_A), 0x0fffffff);
	/* Which is SECCOMP_RET_KILL_THREAD. */
	assert_int_equal(RUN(SET_A(9), SET_X(0), ALU_X(BPF_DIV), RETURN(5)), 0);
	assert_int_equal(RUN(SET_A(9), SET_X(33), ALU_X(BPF_LSH), RETURN_A), 18);
	assert_int_equal(RUN(SET_X(3), INSN(BPF_MISC | BPF_TXA, 0, 0, 0), RETURN_A), 3);
	assert_int_equal(RUN(SET_X(3), INSN(BPF_STX, 0, 0, 2), RECALL(2), RETURN_A), 3);
}

static void steps_are_counted(void **state)
{
	uint32_t steps;

	(void)state;
	run((struct bpf_insn[ROW_INSNS]){LOAD(0), EQUAL(7, 1, 0), RETURN(1), RETURN(2)},
		&steps);
	assert_int_equal(steps, 3);
	run((struct bpf_insn[ROW_INSNS]){RETURN(1)}, &steps);
	assert_int_equal(steps, 1);
}

static uint32_t stacked(uint32_t first, uint32_t second)
{
	struct bpf_insn one[] = {RETURN(first)}, other[] = {RETURN(second)};
	struct bpf filters[] = {{one, 1}, {other, 1}};
	struct bpf_stack stack = {filters, 2};
	struct bpf_call call = {0};
	uint32_t steps = 0, answer = bpf_stack_run(&stack, &call, &steps);

	assert_int_equal(steps, 2);
	return answer;
}

static void the_strictest_of_a_stack_counts(void **state)
{
	static const uint32_t order[] = {SECCOMP_RET_KILL_PROCESS,
		SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO | 1,
		SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_LOG,
		SECCOMP_RET_ALLOW};
	struct bpf_call call = {0};

	(void)state;
	for (size_t i = 0; i < 8; i++)
		for (size_t j = 0; j < 8; j++)
			assert_int_equal(
				stacked(order[i], order[j]), order[i < j ? i : j]);
	assert_int_equal(stacked(SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 2),
		SECCOMP_RET_ERRNO | 2);
	/* An unknown one has its place in the order, too. */
	assert_int_equal(stacked(0x7ffd0000, SECCOMP_RET_LOG), SECCOMP_RET_LOG);
	assert_int_equal(
		bpf_stack_run(&(struct bpf_stack){0}, &call, NULL), SECCOMP_RET_ALLOW);
}

static void actions_have_names(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_str(action_text(&arena, SECCOMP_RET_ALLOW), "ALLOW");
	assert_str(action_text(&arena, 0), "KILL_THREAD");
	assert_str(action_text(&arena, SECCOMP_RET_ERRNO | 1), "ERRNO(EPERM)");
	assert_str(action_text(&arena, SECCOMP_RET_ERRNO), "ERRNO(0)");
	assert_str(action_text(&arena, SECCOMP_RET_ERRNO | 999), "ERRNO(999)");
	assert_str(action_text(&arena, SECCOMP_RET_TRACE | 5), "TRACE(5)");
	assert_str(action_text(&arena, SECCOMP_RET_TRAP), "TRAP");
	assert_str(action_text(&arena, 0x00010000), "KILL_PROCESS(0x00010000)");
	assert_int_equal(action_kind(0x00010000), ACTION_KILL_PROCESS);
	assert_int_equal(action_kind(0x7fff1234), ACTION_ALLOW);
	for (int kind = ACTION_KILL_PROCESS; kind <= ACTION_ALLOW; kind++)
		assert_int_equal(
			action_kind(action_value((enum action)kind, 77)), kind);
	arena_free(&arena);
}

static void a_program_reads_as_words(void **state)
{
	struct bpf_insn insns[] = {
		LOAD(4),
		EQUAL(AUDIT_ARCH_X86_64, 0, 14),
		LOAD(0),
		INSN(BPF_JMP | BPF_JGE | BPF_K, 12, 0, 0x40000000),
		EQUAL(105, 3, 0),
		EQUAL(90, 4, 0),
		EQUAL(3000, 0, 10),
		RETURN(SECCOMP_RET_TRAP),
		LOAD(16),
		EQUAL(0, 7, 6),
		LOAD(24),
		INSN(BPF_JMP | BPF_JSET | BPF_K, 5, 0, 6),
		ALU(BPF_AND, 0xfff),
		INSN(BPF_JMP | BPF_JGT | BPF_K, 0, 2, 0x1ff),
		INSN(BPF_JMP | BPF_JSET | BPF_K, 0, 1, 8),
		JUMP(1),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_ERRNO | 1),
		RETURN(0),
	};
	struct bpf program = {insns, sizeof(insns) / sizeof(insns[0])};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	struct err err = {0};

	(void)state;
	assert_int_equal(bpf_check(&program, &err), 0);
	bpf_disassemble(&out, &program);
	assert_str(buf_str(&out),
		"   0  load arch\n"
		"   1  if arch != x86_64 go to 16\n"
		"   2  load nr\n"
		"   3  if nr >= 0x40000000 (x32) go to 16\n"
		"   4  if nr == 105 (setuid) go to 8\n"
		"   5  if nr == 90 (chmod) go to 10\n"
		"   6  if nr != 3000 go to 17\n"
		"   7  return TRAP\n"
		"   8  load arg0.low\n"
		"   9  if arg0.low == 0 go to 17, else to 16\n"
		"  10  load arg1.low\n"
		"  11  if a bit of arg1.low is in 6 go to 17\n"
		"  12  A &= 0xfff\n"
		"  13  if arg1.low & 0xfff <= 0x1ff go to 16\n"
		"  14  if no bit of arg1.low & 0xfff is in 8 go to 16\n"
		"  15  go to 17\n"
		"  16  return ALLOW\n"
		"  17  return ERRNO(EPERM)\n"
		"  18  return KILL_THREAD  (nothing leads here)\n");
	arena_free(&arena);
}

static bool is_plain(struct bpf_insn insns[ROW_INSNS], uint32_t *where)
{
	struct bpf program = program_of(insns);
	struct arena arena = {0};
	bool plain;

	assert_int_equal(bpf_check(&program, NULL), 0);
	plain = bpf_is_plain(&arena, &program, where);
	arena_free(&arena);
	return plain;
}

static void a_comparison_must_know_what_it_compares(void **state)
{
	uint32_t where = 0;

	(void)state;
	assert_true(is_plain((struct bpf_insn[ROW_INSNS]){LOAD(0), EQUAL(7, 0, 1),
				     LOAD(16), RETURN(1), RETURN(2)},
		NULL));
	/* The arch is compared with a number: a load of nr was left out. */
	assert_false(is_plain(
		(struct bpf_insn[ROW_INSNS]){LOAD(4), EQUAL(AUDIT_ARCH_AARCH64, 0, 1),
			EQUAL(93, 0, 0), RETURN(1)},
		&where));
	assert_int_equal(where, 2);
	/* Over one way it is an argument, over the other the number. */
	assert_false(is_plain((struct bpf_insn[ROW_INSNS]){LOAD(0), EQUAL(7, 0, 1),
				      LOAD(16), EQUAL(93, 0, 0), RETURN(1)},
		&where));
	assert_int_equal(where, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_says_what_is_wrong),
		cmocka_unit_test(a_filter_has_a_largest_and_a_smallest_size),
		cmocka_unit_test(bytes_are_read_and_written),
		cmocka_unit_test(every_word_of_a_call_can_be_loaded),
		cmocka_unit_test(arithmetic_has_32_bits),
		cmocka_unit_test(steps_are_counted),
		cmocka_unit_test(the_strictest_of_a_stack_counts),
		cmocka_unit_test(actions_have_names),
		cmocka_unit_test(a_program_reads_as_words),
		cmocka_unit_test(a_comparison_must_know_what_it_compares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
