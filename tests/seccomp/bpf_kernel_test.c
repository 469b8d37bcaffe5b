/*
 * What bpf_check accepts and bpf_run answers, against the kernel that runs the test.
 *
 * The kernel looks at a program before it finds that a process may have only one
 * listener. So a child that has one asks for a second with every generated program: EBUSY
 * says that the program was taken, EINVAL that it was not, and none of them stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "random.h"
#include "seccomp/bpf.h"
#include "unit.h"

enum {
	PROGRAMS = 40000,
	COMPUTED = 600,	    /* programs that are run */
	COMPUTED_EACH = 12, /* a child: filters of a process add up */
	STATUS_SAME = 0,
	STATUS_DIFFERS = 1,
	STATUS_NO_KERNEL = 77,
	UNUSED_NR = 3000, /* a number that no kernel of today knows */
};

static int install(const struct bpf *program, unsigned flags)
{
	struct sock_fprog raw = {(unsigned short)program->count,
		(struct sock_filter *)(void *)program->insns};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &raw);
}

static const uint16_t codes[] = {BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_W | BPF_LEN, BPF_LD | BPF_IMM, BPF_LD | BPF_MEM, BPF_LDX | BPF_IMM,
	BPF_LDX | BPF_MEM, BPF_LDX | BPF_W | BPF_LEN, BPF_ST, BPF_STX, BPF_ST,
	BPF_ALU | BPF_ADD | BPF_K, BPF_ALU | BPF_SUB | BPF_X, BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_K, BPF_ALU | BPF_DIV | BPF_X, BPF_ALU | BPF_AND | BPF_K,
	BPF_ALU | BPF_OR | BPF_X, BPF_ALU | BPF_XOR | BPF_K, BPF_ALU | BPF_LSH | BPF_K,
	BPF_ALU | BPF_LSH | BPF_X, BPF_ALU | BPF_RSH | BPF_K, BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_NEG, BPF_MISC | BPF_TAX, BPF_MISC | BPF_TXA,
	BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JEQ | BPF_X, BPF_JMP | BPF_JGT | BPF_K,
	BPF_JMP | BPF_JGE | BPF_X, BPF_JMP | BPF_JSET | BPF_K,
	BPF_JMP | BPF_JSET | BPF_X, BPF_JMP | BPF_JGE | BPF_K,
	BPF_JMP | BPF_JGT | BPF_X};

static uint32_t some_k(struct random *r, uint16_t code)
{
	static const uint32_t odd[] = {
		0, 1, 31, 32, 60, 64, 15, 16, 0xffffffff, 0xfffff000, 0xfffffffe};

	if (random_one_in(r, 24))
		return random_of(r, odd);
	switch (BPF_CLASS(code)) {
	case BPF_LD:
		if (BPF_MODE(code) == BPF_ABS)
			return random_below(r, 16) * 4;
		return random_below(r, 3);
	case BPF_LDX:
	case BPF_ST:
	case BPF_STX:
		return random_below(r, 3);
	case BPF_ALU:
		return random_one_in(r, 2) ? 1 + random_below(r, 31)
					   : (uint32_t)random_next(r);
	default:
		return (uint32_t)random_next(r);
	}
}

/* left: the instructions behind this one. */
static struct bpf_insn some_insn(struct random *r, uint32_t left)
{
	struct bpf_insn insn = {random_of(r, codes), 0, 0, 0};

	if (random_one_in(r, 60))
		insn.code = (uint16_t)random_below(r, 0x120);
	if (random_one_in(r, 12))
		insn.code = BPF_JMP | BPF_JA;
	if (random_one_in(r, 16))
		insn.code = random_one_in(r, 2) ? BPF_RET | BPF_A : BPF_RET | BPF_K;
	insn.k = some_k(r, insn.code);
	if (insn.code == (BPF_JMP | BPF_JA) && !random_one_in(r, 20))
		insn.k = random_below(r, left + 1);
	if (BPF_CLASS(insn.code) == BPF_JMP) {
		insn.jt = (uint8_t)random_below(r, left + (random_one_in(r, 20) != 0));
		insn.jf = (uint8_t)random_below(r, left + (random_one_in(r, 20) != 0));
	}
	return insn;
}

static void some_program(struct random *r, struct bpf *program)
{
	program->count = 1 + random_below(r, 14);
	for (uint32_t i = 0; i + 1 < program->count; i++)
		program->insns[i] = some_insn(r, program->count - i - 1);
	program->insns[program->count - 1] = (struct bpf_insn){
		random_one_in(r, 30) ? BPF_LD | BPF_IMM : BPF_RET | BPF_K, 0, 0,
		SECCOMP_RET_ALLOW};
}

static void print_program(const struct bpf *program)
{
	for (uint32_t i = 0; i < program->count; i++)
		fprintf(stderr, "# %u: code 0x%02x jt %u jf %u k 0x%x\n", i,
			program->insns[i].code, program->insns[i].jt,
			program->insns[i].jf, program->insns[i].k);
}

static int compare_checks(void)
{
	struct bpf_insn allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	struct bpf_insn insns[16];
	struct bpf program = {&allow, 1};
	struct random r = {5};
	size_t accepted = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		install(&program, SECCOMP_FILTER_FLAG_NEW_LISTENER) < 0)
		return STATUS_NO_KERNEL;
	program.insns = insns;
	for (size_t i = 0; i < PROGRAMS; i++) {
		struct err err = {0};
		bool ours, kernels;

		some_program(&r, &program);
		ours = bpf_check(&program, &err) == 0;
		kernels = install(&program, SECCOMP_FILTER_FLAG_NEW_LISTENER) < 0 &&
			errno == EBUSY;
		if (ours != kernels) {
			print_program(&program);
			fprintf(stderr, "# program %zu: oakum %s, kernel %s: %s\n", i,
				ours ? "takes it" : "refuses it",
				kernels ? "takes it" : "refuses it", err.text);
			return STATUS_DIFFERS;
		}
		accepted += ours;
	}
	fprintf(stderr, "# %d programs, the kernel took %zu of them\n", PROGRAMS,
		accepted);
	/* A generator that makes only one kind would compare nothing. */
	return accepted > PROGRAMS / 5 && accepted < PROGRAMS / 5 * 4 ? STATUS_SAME
								      : STATUS_DIFFERS;
}

/*
 * Makes a checked program one that answers nr only, with an errno made of the low bits
 * that it computed: everything else stays allowed, so that the child can go on.
 */
static void answer_for(uint32_t nr, const struct bpf *inner, struct bpf *out)
{
	uint32_t n = 0, returns;

	out->insns[n++] = (struct bpf_insn){BPF_LD | BPF_W | BPF_ABS, 0, 0, 0};
	out->insns[n++] = (struct bpf_insn){BPF_JMP | BPF_JEQ | BPF_K, 1, 0, nr};
	out->insns[n++] = (struct bpf_insn){BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	for (uint32_t i = 0; i < inner->count; i++)
		out->insns[n++] = inner->insns[i];
	returns = n;
	for (uint32_t i = 3; i < returns; i++)
		if (BPF_CLASS(out->insns[i].code) == BPF_RET)
			out->insns[i] = (struct bpf_insn){
				BPF_JMP | BPF_JA, 0, 0, returns - i - 1};
	out->insns[n++] = (struct bpf_insn){BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xfff};
	out->insns[n++] =
		(struct bpf_insn){BPF_ALU | BPF_OR | BPF_K, 0, 0, SECCOMP_RET_ERRNO};
	out->insns[n++] = (struct bpf_insn){BPF_RET | BPF_A, 0, 0, 0};
	out->count = n;
}

/* true: the same answer, or one that ends the thread, which is not tried here. */
static bool answers_same(struct random *r, const struct bpf *program, uint32_t nr)
{
	/* As the kernel fills it in for syscall(2) of this process, without ip. */
	struct bpf_call call = {.nr = nr, .arch = AUDIT_ARCH_X86_64};
	uint32_t answer;
	long result;

	for (size_t i = 0; i < 6; i++)
		call.args[i] =
			random_one_in(r, 2) ? random_below(r, 40) : random_next(r);
	answer = bpf_run(program, &call, NULL);
	if (action_kind(answer) != ACTION_ERRNO)
		return true;
	errno = 0;
	result = syscall(nr, call.args[0], call.args[1], call.args[2], call.args[3],
		call.args[4], call.args[5]);
	if (answer == SECCOMP_RET_ERRNO ? result == 0
					: (uint32_t)errno == (answer & 0xffff))
		return true;
	print_program(program);
	fprintf(stderr, "# oakum answers 0x%x, the kernel %ld with errno %d\n", answer,
		result, errno);
	return false;
}

static bool reads_ip(const struct bpf *program)
{
	for (uint32_t i = 0; i < program->count; i++)
		if (program->insns[i].code == (BPF_LD | BPF_W | BPF_ABS) &&
			(program->insns[i].k == 8 || program->insns[i].k == 12))
			return true;
	return false;
}

static int compare_answers(uint64_t seed)
{
	struct bpf_insn insns[16], framed[24];
	struct bpf inner = {insns, 0}, program = {framed, 0};
	struct random r = {seed};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return STATUS_NO_KERNEL;
	for (uint32_t made = 0; made < COMPUTED_EACH;) {
		some_program(&r, &inner);
		answer_for(UNUSED_NR + made, &inner, &program);
		if (inner.count < 4 || reads_ip(&inner) ||
			bpf_check(&program, NULL) < 0)
			continue;
		if (install(&program, 0) < 0)
			return errno == EINVAL ? STATUS_DIFFERS : STATUS_NO_KERNEL;
		for (size_t i = 0; i < 8; i++)
			if (!answers_same(&r, &program, UNUSED_NR + made))
				return STATUS_DIFFERS;
		made++;
	}
	return STATUS_SAME;
}

/* The status of a child in which the function ran. */
static int in_child(int (*function)(uint64_t), uint64_t seed)
{
	pid_t pid = fork();
	int status = -1;

	assert_true(pid >= 0);
	if (!pid)
		_exit(function(seed));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int compare_checks_once(uint64_t seed)
{
	(void)seed;
	return compare_checks();
}

static void the_kernel_takes_the_same_programs(void **state)
{
	int status = in_child(compare_checks_once, 0);

	(void)state;
	if (status == STATUS_NO_KERNEL) {
		fprintf(stderr, "# skipped: no listener can be installed here\n");
		skip();
	}
	assert_int_equal(status, STATUS_SAME);
}

static void the_kernel_computes_the_same(void **state)
{
	(void)state;
#ifndef __x86_64__
	fprintf(stderr, "# skipped: the calls are made as x86_64\n");
	skip();
#endif
	for (uint64_t seed = 0; seed < COMPUTED / COMPUTED_EACH; seed++) {
		int status = in_child(compare_answers, seed);

		if (status == STATUS_NO_KERNEL) {
			fprintf(stderr, "# skipped: no filter can be installed here\n");
			skip();
		}
		if (status != STATUS_SAME)
			fail_msg("seed %llu: status %d", (unsigned long long)seed,
				status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_takes_the_same_programs),
		cmocka_unit_test(the_kernel_computes_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
