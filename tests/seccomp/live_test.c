/*
 * Calls made under a filter, and filters read back from a process.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seccomp/calls.h"
#include "seccomp/live.h"
#include "unit.h"

enum { FILTER_INSNS = 4, NO_SUCH_NUMBER = 3000 };

/* Of x86_64, as which the calls are made. */
static uint32_t number(const char *name)
{
	return (uint32_t)call_number(call_find(str_c(name)), ARCH_X86_64);
}

/* Answers nr of any arch so, and everything else ALLOW. */
static struct bpf only(
	struct bpf_insn insns[FILTER_INSNS], uint32_t nr, uint32_t answer)
{
	insns[0] = (struct bpf_insn){BPF_LD | BPF_W | BPF_ABS, 0, 0, 0};
	insns[1] = (struct bpf_insn){BPF_JMP | BPF_JEQ | BPF_K, 0, 1, nr};
	insns[2] = (struct bpf_insn){BPF_RET | BPF_K, 0, 0, answer};
	insns[3] = (struct bpf_insn){BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	return (struct bpf){insns, FILTER_INSNS};
}

static struct live_result make(
	const struct bpf_stack *stack, const struct bpf_call *call)
{
	struct live_result result = {0};
	struct err err = {0};

	if (live_call(stack, call, NULL, NULL, &result, &err) < 0) {
		fprintf(stderr, "# skipped: %s\n", err.text);
		skip();
	}
	return result;
}

static struct live_result make_under(uint32_t nr, uint32_t answer)
{
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf filter = only(insns, nr, answer);
	struct bpf_stack stack = {&filter, 1};
	struct bpf_call call = {.nr = nr, .arch = AUDIT_ARCH_X86_64};

	return make(&stack, &call);
}

static void an_answer_is_seen_as_it_is(void **state)
{
	struct live_result result;

	(void)state;
	result = make_under(number("getppid"), SECCOMP_RET_ALLOW);
	assert_int_equal(result.value, getpid());
	result = make_under(number("getppid"), SECCOMP_RET_ERRNO | 201);
	assert_int_equal(result.value, -1);
	assert_int_equal(result.code, 201);
	assert_false(result.was_killed);
	result = make_under(number("getppid"), SECCOMP_RET_ERRNO);
	assert_int_equal(result.value, 0);
	assert_true(make_under(number("getppid"), SECCOMP_RET_KILL_PROCESS).was_killed);
	assert_true(make_under(number("getppid"), SECCOMP_RET_KILL_THREAD).was_killed);
	assert_true(make_under(number("getppid"), SECCOMP_RET_TRAP).was_killed);
	/* Nobody traces and nobody supervises. */
	assert_int_equal(make_under(number("getppid"), SECCOMP_RET_TRACE).code, ENOSYS);
	assert_int_equal(
		make_under(number("getppid"), SECCOMP_RET_USER_NOTIF).code, ENOSYS);
	assert_int_equal(make_under(NO_SUCH_NUMBER, SECCOMP_RET_ALLOW).code, ENOSYS);
}

static void calls_that_do_not_return_are_told(void **state)
{
	struct live_result result;

	(void)state;
	result = make_under(number("pause"), SECCOMP_RET_ALLOW);
	assert_true(result.did_not_return);
	assert_false(result.was_killed);
	assert_true(make_under(number("exit_group"), SECCOMP_RET_ALLOW).did_not_return);
	assert_false(
		make_under(number("exit_group"), SECCOMP_RET_ERRNO | 1).did_not_return);
	assert_true(
		make_under(number("exit_group"), SECCOMP_RET_KILL_PROCESS).was_killed);
	assert_true(make_under(number("fork"), SECCOMP_RET_ALLOW).value >= 0);
}

/* All six arguments arrive, by the entry of 32-bit programs, too. */
static void arguments_arrive(void **state)
{
	static const uint32_t audits[] = {AUDIT_ARCH_X86_64, AUDIT_ARCH_I386};

	(void)state;
	for (size_t a = 0; a < 2; a++)
		for (uint32_t i = 0; i < 6; i++) {
			struct bpf_insn insns[FILTER_INSNS];
			struct bpf filter =
				only(insns, 0xabcd0 + i, SECCOMP_RET_ERRNO | (201 + i));
			struct bpf_stack stack = {&filter, 1};
			struct bpf_call call = {
				.nr = NO_SUCH_NUMBER, .arch = audits[a]};
			struct live_result result;

			insns[0].k = 16 + 8 * i;
			for (uint32_t j = 0; j < 6; j++)
				call.args[j] = 0xabcd0 + j;
			result = make(&stack, &call);
			assert_int_equal(result.code, 201 + i);
		}
}

static void prepare_umask(void *context)
{
	umask(*(mode_t *)context);
}

static void what_was_prepared_holds_for_the_call(void **state)
{
	struct bpf_call call = {.nr = number("umask"), .arch = AUDIT_ARCH_X86_64};
	struct live_result result;
	mode_t mask = 0123;

	(void)state;
	assert_int_equal(live_call(&(struct bpf_stack){0}, &call, prepare_umask, &mask,
				 &result, NULL),
		0);
	assert_int_equal(result.value, 0123);
}

static void a_filter_that_forbids_others_goes_last(void **state)
{
	struct bpf_insn one[FILTER_INSNS], other[FILTER_INSNS];
	struct bpf filters[] = {only(one, number("seccomp"), SECCOMP_RET_ERRNO | 1),
		only(other, number("getppid"), SECCOMP_RET_ERRNO | 202)};
	struct bpf_stack stack = {filters, 2};
	struct bpf_call call = {.nr = number("getppid"), .arch = AUDIT_ARCH_X86_64};

	(void)state;
	assert_int_equal(make(&stack, &call).code, 202);
}

static void other_machines_are_refused(void **state)
{
	struct bpf_call call = {.nr = 1, .arch = AUDIT_ARCH_S390X};
	struct live_result result;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		live_call(&(struct bpf_stack){0}, &call, NULL, NULL, &result, &err),
		-1);
	assert_string_equal(err.text,
		"a call of AUDIT_ARCH 0x80000016 cannot be made on this machine");
}

/* A child that loads the stack, says so and waits until it is told to end. */
static pid_t child_under(const struct bpf_stack *stack, int say, int hear)
{
	pid_t pid = fork();
	char c = 'x';

	assert_true(pid >= 0);
	if (pid)
		return pid;
	if (live_load(stack, NULL) < 0)
		c = '!';
	if (write(say, &c, 1) != 1 || read(hear, &c, 1) != 1)
		_exit(1);
	_exit(0);
}

static void filters_of_a_process_are_read(void **state)
{
	struct bpf_insn one[FILTER_INSNS], other[FILTER_INSNS];
	struct bpf filters[] = {only(one, NO_SUCH_NUMBER, SECCOMP_RET_ERRNO | 201),
		only(other, NO_SUCH_NUMBER, SECCOMP_RET_ERRNO | 202)};
	struct bpf_stack stack = {filters, 2}, read_back = {0};
	struct arena arena = {0};
	struct err err = {0};
	int up[2], down[2], status, rc;
	char c = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	pid = child_under(&stack, up[1], down[0]);
	assert_int_equal(read(up[0], &c, 1), 1);
	rc = c == 'x' ? live_read(&arena, pid, &read_back, &err) : -1;
	/* It was stopped to be read; it must go on. */
	assert_int_equal(write(down[1], &c, 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	for (int i = 0; i < 2; i++) {
		close(up[i]);
		close(down[i]);
	}
	if (rc < 0) {
		arena_free(&arena);
		fprintf(stderr, "# skipped: %s\n", err.text);
		skip();
	}
	assert_int_equal(read_back.count, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(read_back.filters[i].count, FILTER_INSNS);
		assert_memory_equal(read_back.filters[i].insns, filters[i].insns,
			FILTER_INSNS * sizeof(struct bpf_insn));
	}
	arena_free(&arena);
}

struct thread {
	const struct bpf_stack *stack;
	int say, hear;
};

/* As child_under, but without an end of its own. */
static void *thread_under(void *context)
{
	const struct thread *thread = context;
	char c = live_load(thread->stack, NULL) < 0 ? '!' : 'x';

	if (write(thread->say, &c, 1) != 1 || read(thread->hear, &c, 1) != 1)
		_exit(1);
	_exit(0);
}

/* Nobody may say that a process is held by a filter that one thread alone has. */
static void threads_that_differ_are_no_process(void **state)
{
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf filter = only(insns, NO_SUCH_NUMBER, SECCOMP_RET_ERRNO | 201);
	struct bpf_stack stack = {&filter, 1}, read_back = {.count = 7};
	struct arena arena = {0};
	struct err err = {0};
	int up[2], down[2], status, rc;
	char c = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct thread thread = {&stack, up[1], down[0]};
		pthread_t unused;

		if (pthread_create(&unused, NULL, thread_under, &thread))
			_exit(1);
		for (;;)
			pause();
	}
	close(up[1]);
	if (read(up[0], &c, 1) != 1)
		c = '!';
	rc = c == 'x' ? live_read(&arena, pid, &read_back, &err) : 0;
	assert_int_equal(write(down[1], &c, 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(up[0]);
	close(down[0]);
	close(down[1]);
	arena_free(&arena);
	if (c != 'x' || strstr(err.text, "CAP_SYS"))
		skip();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "runs under other filters"));
	assert_int_equal(read_back.count, 7);
}

static void a_process_without_filters_has_an_empty_stack(void **state)
{
	struct bpf_stack stack = {.count = 7};
	struct arena arena = {0};
	struct err err = {0};
	int rc = live_read(&arena, getpid(), &stack, &err);

	(void)state;
	/* The test itself may run under an engine's filter: then it is none's to read. */
	if (rc < 0)
		skip();
	assert_int_equal(stack.count, 0);
	assert_int_equal(live_read(&arena, 0x3fffff0, &stack, &err), -1);
	assert_string_equal(err.text, "process 67108848: No such process");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_seen_as_it_is),
		cmocka_unit_test(calls_that_do_not_return_are_told),
		cmocka_unit_test(arguments_arrive),
		cmocka_unit_test(what_was_prepared_holds_for_the_call),
		cmocka_unit_test(a_filter_that_forbids_others_goes_last),
		cmocka_unit_test(other_machines_are_refused),
		cmocka_unit_test(filters_of_a_process_are_read),
		cmocka_unit_test(threads_that_differ_are_no_process),
		cmocka_unit_test(a_process_without_filters_has_an_empty_stack),
	};

#ifndef __x86_64__
	fprintf(stderr, "# skipped: the calls are those of x86_64\n");
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
