/*
 * What filter_compile writes, against what the ruleset says.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "rulesets.h"
#include "seccomp/compile.h"
#include "unit.h"

enum {
	RULESETS = 3000,
	CALLS_EACH = 60,
};

static void assert_same(const struct ruleset *rules, const struct bpf *program,
	const struct bpf_call *call)
{
	uint32_t said = ruleset_decide(rules, call);
	uint32_t answered = bpf_run(program, call, NULL);

	if (said == answered)
		return;
	ruleset_print(rules, call);
	fail_msg("the ruleset says 0x%x, the filter 0x%x", said, answered);
}

static void random_rulesets_keep_their_meaning(void **state)
{
	struct ruleset_form form = ruleset_form_any();
	struct random r = {1};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < RULESETS; i++) {
		struct ruleset rules;
		struct bpf program;
		struct err err;

		ruleset_random(&arena, &r, &form, &rules);
		if (filter_compile(&arena, &rules, &program, &err) < 0)
			fail_msg("ruleset %zu: %s", i, err.text);
		for (size_t j = 0; j < CALLS_EACH; j++) {
			struct bpf_call call = call_random(&r, &rules);

			assert_same(&rules, &program, &call);
		}
		arena_reset(&arena);
	}
	arena_free(&arena);
}

static void add_rule(struct arena *a, struct ruleset *rules, const char *name,
	uint32_t answer, uint8_t count, const struct condition *conditions)
{
	struct call_rule *rule = vec_push(a, &rules->rules);

	*rule = (struct call_rule){.call = call_find(str_c(name)),
		.arches = ARCHES_ALL,
		.answer = answer,
		.count = count};
	assert_true(rule->call != CALL_NONE);
	for (uint8_t i = 0; i < count; i++)
		rule->conditions[i] = conditions[i];
}

static struct condition equal(uint8_t index, uint64_t value)
{
	return (struct condition){index, COMPARE_EQ, value, UINT64_MAX};
}

static struct bpf compiled(struct arena *a, const struct ruleset *rules)
{
	struct bpf program = {0};
	struct err err = {0};

	if (filter_compile(a, rules, &program, &err) < 0)
		fail_msg("%s", err.text);
	return program;
}

/* Several values of one argument: each half is loaded once, each value compared once. */
static void values_of_one_argument_share_their_loads(void **state)
{
	static const uint64_t values[] = {0, 8, 0x20000, 0x20008, 0xffffffff};
	struct ruleset rules = {
		.arches = 1 << ARCH_X86_64, .otherwise = SECCOMP_RET_ERRNO | 1};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	struct bpf program;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct condition c = equal(0, values[i]);

		add_rule(&arena, &rules, "personality", SECCOMP_RET_ALLOW, 1, &c);
	}
	program = compiled(&arena, &rules);
	bpf_disassemble(&out, &program);
	assert_str(buf_str(&out),
		"   0  load arch\n"
		"   1  if arch != x86_64 go to 8\n"
		"   2  load nr\n"
		"   3  if nr >= 0x40000000 (x32) go to 5\n"
		"   4  if nr == 135 (personality) go to 9, else to 18\n"
		"   5  if nr >= 0xc0000000 go to 7\n"
		"   6  if nr >= 0x80000000 go to 18, else to 8\n"
		"   7  if nr >= 0xffffffff go to 18\n"
		"   8  return KILL_THREAD\n"
		"   9  load arg0.high\n"
		"  10  if arg0.high != 0 go to 18\n"
		"  11  load arg0.low\n"
		"  12  if arg0.low == 0 go to 17\n"
		"  13  if arg0.low == 8 go to 17\n"
		"  14  if arg0.low == 0x20000 go to 17\n"
		"  15  if arg0.low == 0x20008 go to 17\n"
		"  16  if arg0.low != 0xffffffff go to 18\n"
		"  17  return ALLOW\n"
		"  18  return ERRNO(EPERM)\n");
	arena_free(&arena);
}

/* A uid that is not 0 in its 32 bits is not 0 in 64: nobody asks twice. */
static void what_failed_before_is_known(void **state)
{
	struct ruleset rules = {
		.arches = 1 << ARCH_AARCH64, .otherwise = SECCOMP_RET_ERRNO | 1};
	struct condition is_root = {0, COMPARE_MASKED_EQ, 0, UINT32_MAX};
	struct condition is_other = {0, COMPARE_GT, 0, UINT64_MAX};
	struct arena arena = {0};
	struct buf out = {.arena = &arena};
	struct bpf program;

	(void)state;
	add_rule(&arena, &rules, "setuid", SECCOMP_RET_ERRNO | 13, 1, &is_root);
	add_rule(&arena, &rules, "setuid", SECCOMP_RET_ALLOW, 1, &is_other);
	program = compiled(&arena, &rules);
	bpf_disassemble(&out, &program);
	assert_str(buf_str(&out),
		"   0  load arch\n"
		"   1  if arch == aarch64 go to 3\n"
		"   2  return KILL_THREAD\n"
		"   3  load nr\n"
		"   4  if nr != 146 (setuid) go to 9\n"
		"   5  load arg0.low\n"
		"   6  if arg0.low != 0 go to 8\n"
		"   7  return ERRNO(EACCES)\n"
		"   8  return ALLOW\n"
		"   9  return ERRNO(EPERM)\n");
	arena_free(&arena);
}

/* More than 255 instructions lie between a number and where it leads. */
static void long_ways_are_gone(void **state)
{
	struct ruleset rules = {.arches = 1 << ARCH_X86_64 | 1 << ARCH_AARCH64,
		.otherwise = SECCOMP_RET_ERRNO | 1,
		.too_new = SECCOMP_RET_ERRNO | 38};
	struct arena arena = {0};
	struct random r = {9};
	size_t count;
	struct bpf program;

	(void)state;
	call_rows(&count);
	for (size_t i = 0; i < count; i++) {
		struct condition c = equal((uint8_t)(i % 6), i * 0x100000001);

		*vec_push(&arena, &rules.rules) = (struct call_rule){.call = (int)i,
			.arches = ARCHES_ALL,
			.answer = SECCOMP_RET_ERRNO | (uint32_t)(i % 300),
			.count = i % 3 != 0,
			.conditions = {c}};
	}
	program = compiled(&arena, &rules);
	assert_true(program.count > 2000);
	for (size_t i = 0; i < 20000; i++) {
		struct bpf_call call = call_random(&r, &rules);

		assert_same(&rules, &program, &call);
	}
	arena_free(&arena);
}

static void what_the_kernel_would_not_take_is_refused(void **state)
{
	struct ruleset rules = {.arches = ARCHES_ALL, .otherwise = SECCOMP_RET_ALLOW};
	struct arena arena = {0};
	struct bpf program;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		struct condition c = equal(0, i * 0x100000001);

		add_rule(&arena, &rules, "setuid", SECCOMP_RET_ERRNO | 1, 1, &c);
	}
	assert_int_equal(filter_compile(&arena, &rules, &program, &err), -1);
	assert_string_equal(err.text,
		"the filter needs more than the 4096 instructions that the kernel takes");
	arena_free(&arena);
}

/* The number that a tracer leaves where it skipped a call is none of x32. */
static void a_skipped_call_is_no_call_of_x32(void **state)
{
	struct ruleset rules = {.arches = 1 << ARCH_X86_64,
		.otherwise = SECCOMP_RET_ERRNO | 1,
		.bad_arch = SECCOMP_RET_KILL_PROCESS};
	struct bpf_call call = {.nr = UINT32_MAX, .arch = AUDIT_ARCH_X86_64};
	struct arena arena = {0};
	struct bpf program;

	(void)state;
	program = compiled(&arena, &rules);
	assert_int_equal(bpf_run(&program, &call, NULL), SECCOMP_RET_ERRNO | 1);
	call.nr--;
	assert_int_equal(bpf_run(&program, &call, NULL), SECCOMP_RET_KILL_PROCESS);
	arena_free(&arena);
}

/* One call with conditions costs no other call its place in the kernel's bitmap. */
static void calls_without_conditions_stay_cached(void **state)
{
	struct ruleset rules = {
		.arches = ARCHES_ALL, .otherwise = SECCOMP_RET_ERRNO | 1};
	struct condition c = {0, COMPARE_GT, 0x100000000, UINT64_MAX};
	struct arena arena = {0};
	struct bpf program;

	(void)state;
	add_rule(&arena, &rules, "setuid", SECCOMP_RET_ALLOW, 1, &c);
	add_rule(&arena, &rules, "getpid", SECCOMP_RET_ALLOW, 0, NULL);
	add_rule(&arena, &rules, "read", SECCOMP_RET_LOG, 0, NULL);
	program = compiled(&arena, &rules);
	assert_true(bpf_is_cached(&program, AUDIT_ARCH_X86_64, 39));
	assert_true(bpf_is_cached(&program, AUDIT_ARCH_I386, 20));
	assert_false(bpf_is_cached(&program, AUDIT_ARCH_X86_64, 105));
	assert_false(bpf_is_cached(&program, AUDIT_ARCH_X86_64, 0));
	assert_false(bpf_is_cached(&program, AUDIT_ARCH_X86_64, 40));
	assert_false(bpf_is_cached(&program, AUDIT_ARCH_PPC, 20));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rulesets_keep_their_meaning),
		cmocka_unit_test(values_of_one_argument_share_their_loads),
		cmocka_unit_test(what_failed_before_is_known),
		cmocka_unit_test(long_ways_are_gone),
		cmocka_unit_test(what_the_kernel_would_not_take_is_refused),
		cmocka_unit_test(calls_without_conditions_stay_cached),
		cmocka_unit_test(a_skipped_call_is_no_call_of_x32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
