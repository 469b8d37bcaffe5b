/* What a ruleset means, rule by rule, and whether its answer hangs on their order. */
#include "unit.h"

#include <errno.h>
#include <linux/audit.h>

#include "seccomp/ruleset.h"

#define ALLOW	0x7fff0000u
#define DENY	(0x00050000u | EPERM)
#define NOSYS	(0x00050000u | ENOSYS)
#define KILL	0u
#define ONES	UINT64_MAX
#define NEW_UID ((uint64_t)1 << 32)

static struct arena arena;

static struct ruleset rules_of(arch_set arches, uint32_t otherwise)
{
	return (struct ruleset){.arches = arches, .otherwise = otherwise};
}

static struct call_rule *add(struct ruleset *rules, const char *name, uint32_t answer)
{
	struct call_rule *rule = vec_push(&arena, &rules->rules);

	rule->call = call_find(str_c(name));
	assert_true(rule->call >= 0);
	rule->arches = ARCHES_ALL;
	rule->answer = answer;
	return rule;
}

static void when(struct call_rule *rule, uint8_t index, enum compare compare,
	uint64_t value, uint64_t mask)
{
	rule->conditions[rule->count++] =
		(struct condition){index, compare, value, mask};
}

static uint32_t decide(
	const struct ruleset *rules, int arch, uint32_t nr, uint64_t one, uint64_t two)
{
	struct bpf_call call = {
		.nr = nr, .arch = arch_info(arch)->audit, .args = {one, two}};

	return ruleset_decide(rules, &call);
}

static uint32_t decide_name(
	const struct ruleset *rules, int arch, const char *name, uint64_t one)
{
	return decide(rules, arch, (uint32_t)call_number(call_find(str_c(name)), arch),
		one, 0);
}

static void comparisons_are_of_64_bits_without_sign(void **state)
{
	static const struct {
		enum compare compare;
		uint64_t value, mask, argument;
		bool holds;
	} cases[] = {
		{COMPARE_NE, 0, ONES, 0, false},
		{COMPARE_NE, 0, ONES, NEW_UID, true},
		{COMPARE_LT, 5, ONES, 4, true},
		{COMPARE_LT, 5, ONES, 5, false},
		{COMPARE_LE, 5, ONES, 5, true},
		{COMPARE_LE, 5, ONES, 6, false},
		{COMPARE_EQ, 7, ONES, 7, true},
		{COMPARE_EQ, 7, ONES, NEW_UID | 7, false},
		{COMPARE_GE, 5, ONES, 5, true},
		{COMPARE_GE, 5, ONES, 4, false},
		{COMPARE_GT, 5, ONES, ONES, true}, /* -1 is large */
		{COMPARE_GT, 5, ONES, 5, false},
		{COMPARE_MASKED_EQ, 0, 6, 9, true},
		{COMPARE_MASKED_EQ, 0, 6, 2, false},
		{COMPARE_MASKED_EQ, 0, 0xffffffff, NEW_UID, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct condition c = {
			3, cases[i].compare, cases[i].value, cases[i].mask};
		uint64_t args[CALL_ARGUMENTS] = {1, 1, 1, cases[i].argument};

		if (condition_holds(&c, args) != cases[i].holds)
			fail_msg("case %zu", i);
	}
}

static void the_first_rule_that_matches_decides(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);

	(void)state;
	when(add(&rules, "personality", ALLOW), 0, COMPARE_EQ, 8, ONES);
	when(add(&rules, "personality", NOSYS), 0, COMPARE_LT, 16, ONES);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "personality", 8), ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "personality", 9), NOSYS);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "personality", 16), DENY);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "read", 8), DENY);
}

static void all_conditions_of_a_rule_must_hold(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);
	struct call_rule *rule = add(&rules, "setreuid", ALLOW);
	uint32_t nr = (uint32_t)call_number(rule->call, ARCH_X86_64);

	(void)state;
	when(rule, 0, COMPARE_NE, 0, ONES);
	when(rule, 1, COMPARE_NE, 0, ONES);
	assert_int_equal(decide(&rules, ARCH_X86_64, nr, 1, 1), ALLOW);
	assert_int_equal(decide(&rules, ARCH_X86_64, nr, 1, 0), DENY);
	assert_int_equal(decide(&rules, ARCH_X86_64, nr, 0, 1), DENY);
}

static void an_unconditional_rule_takes_all(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, NOSYS);

	(void)state;
	when(add(&rules, "setuid", DENY), 0, COMPARE_EQ, 0, ONES);
	add(&rules, "setuid", ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "setuid", 0), ALLOW);
}

static void a_rule_with_the_answer_of_the_default_is_none(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);

	(void)state;
	add(&rules, "setuid", DENY);
	when(add(&rules, "setuid", ALLOW), 0, COMPARE_NE, 0, ONES);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "setuid", 1), ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "setuid", 0), DENY);
	/* Another errno is another answer. */
	rules.otherwise = NOSYS;
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "setuid", 1), DENY);
}

static void arches_that_are_not_let_in_get_their_answer(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);
	struct bpf_call foreign = {.nr = 1, .arch = AUDIT_ARCH_S390X};

	(void)state;
	rules.bad_arch = KILL;
	add(&rules, "getpid", ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "getpid", 0), ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_I386, "getpid", 0), KILL);
	assert_int_equal(decide_name(&rules, ARCH_X32, "getpid", 0), KILL);
	assert_int_equal(ruleset_decide(&rules, &foreign), KILL);
	rules.lets_foreign = true;
	assert_int_equal(ruleset_decide(&rules, &foreign), ALLOW);
	rules.arches = ARCHES_ALL;
	assert_int_equal(decide_name(&rules, ARCH_I386, "getpid", 0), ALLOW);
	/* 39 is getpid on x86_64 and mkdir on i386. */
	assert_int_equal(decide(&rules, ARCH_I386, 39, 0, 0), DENY);
	rules.rules.at[0].arches = 1u << ARCH_I386;
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "getpid", 0), DENY);
}

static void numbers_above_all_rules_are_too_new(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64 | 1u << ARCH_X32, DENY);

	(void)state;
	rules.too_new = NOSYS;
	assert_int_equal(decide(&rules, ARCH_X86_64, 1000, 0, 0), DENY);
	add(&rules, "getpid", ALLOW);
	add(&rules, "openat2", DENY); /* none, but known */
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "openat2", 0), DENY);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "pidfd_getfd", 0), NOSYS);
	assert_int_equal(decide(&rules, ARCH_X86_64, 1000, 0, 0), NOSYS);
	assert_int_equal(decide_name(&rules, ARCH_X32, "openat2", 0), DENY);
	assert_int_equal(decide(&rules, ARCH_X32, 0xffffffff, 0, 0), NOSYS);
}

static void where_an_engine_is_narrow_the_upper_half_is_dropped(void **state)
{
	struct ruleset rules = rules_of(ARCHES_ALL, DENY);

	(void)state;
	when(add(&rules, "personality", ALLOW), 0, COMPARE_EQ, NEW_UID | 8, ONES);
	assert_int_equal(decide_name(&rules, ARCH_I386, "personality", 8), ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_X32, "personality", 8), ALLOW);
	assert_int_equal(
		decide_name(&rules, ARCH_X32, "personality", 0x100000008), ALLOW);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "personality", 8), DENY);
}

/* semget is 393 there, and also ipc(2): libseccomp has no number for the name. */
static void what_i386_muxes_is_not_the_newest(void **state)
{
	struct ruleset rules = rules_of(ARCHES_ALL, DENY);

	(void)state;
	rules.too_new = NOSYS;
	add(&rules, "semget", ALLOW);
	assert_int_equal(ruleset_largest(&rules, ARCH_I386), 0);
	assert_int_equal(ruleset_largest(&rules, ARCH_X86_64), 64);
	add(&rules, "rseq", ALLOW);
	assert_int_equal(ruleset_largest(&rules, ARCH_I386), 386);
	assert_int_equal(decide_name(&rules, ARCH_I386, "semget", 0), NOSYS);
	assert_int_equal(decide_name(&rules, ARCH_X86_64, "semget", 0), ALLOW);
	rules.too_new = 0;
	assert_int_equal(decide_name(&rules, ARCH_I386, "semget", 0), ALLOW);
}

/* Two conditions on one argument, and whether some value satisfies both. */
static void overlaps_are_found_by_value(void **state)
{
	static const struct {
		struct condition one, other;
		bool overlaps;
	} cases[] = {
		{{0, COMPARE_EQ, 1, ONES}, {0, COMPARE_EQ, 2, ONES}, false},
		{{0, COMPARE_EQ, 1, ONES}, {0, COMPARE_EQ, 1, ONES}, true},
		{{0, COMPARE_EQ, 1, ONES}, {1, COMPARE_EQ, 2, ONES}, true},
		{{0, COMPARE_NE, 1, ONES}, {0, COMPARE_EQ, 1, ONES}, false},
		{{0, COMPARE_NE, 1, ONES}, {0, COMPARE_NE, 2, ONES}, true},
		{{0, COMPARE_LT, 1, ONES}, {0, COMPARE_NE, 0, ONES}, false},
		{{0, COMPARE_LT, 2, ONES}, {0, COMPARE_NE, 0, ONES}, true},
		{{0, COMPARE_LT, 0, ONES}, {0, COMPARE_NE, 9, ONES}, false},
		{{0, COMPARE_GT, ONES, ONES}, {0, COMPARE_NE, 9, ONES}, false},
		{{0, COMPARE_GE, ONES, ONES}, {0, COMPARE_NE, ONES, ONES}, false},
		{{0, COMPARE_LT, 38, ONES}, {0, COMPARE_GT, 40, ONES}, false},
		{{0, COMPARE_LE, 40, ONES}, {0, COMPARE_GE, 40, ONES}, true},
		{{0, COMPARE_LT, 40, ONES}, {0, COMPARE_GT, 39, ONES}, false},
		{{0, COMPARE_MASKED_EQ, 2, 6}, {0, COMPARE_MASKED_EQ, 4, 6}, false},
		{{0, COMPARE_MASKED_EQ, 2, 6}, {0, COMPARE_MASKED_EQ, 9, 9}, true},
		{{0, COMPARE_MASKED_EQ, 2, 6}, {0, COMPARE_LT, 2, ONES}, false},
		{{0, COMPARE_MASKED_EQ, 2, 6}, {0, COMPARE_LE, 2, ONES}, true},
		{{0, COMPARE_MASKED_EQ, 2, 6}, {0, COMPARE_EQ, 0xfa, ONES}, true},
		{{0, COMPARE_MASKED_EQ, 2, 6}, {0, COMPARE_EQ, 0xfe, ONES}, false},
		{{0, COMPARE_MASKED_EQ, 7, ONES}, {0, COMPARE_NE, 7, ONES}, false},
		{{0, COMPARE_MASKED_EQ, 0, ~(uint64_t)6}, {0, COMPARE_GT, 6, ONES},
			false},
		{{0, COMPARE_MASKED_EQ, 0, ~(uint64_t)6}, {0, COMPARE_GT, 5, ONES},
			true},
		{{0, COMPARE_MASKED_EQ, 8, 0xf8}, {0, COMPARE_GE, ONES - 0x10, ONES},
			false},
		{{0, COMPARE_MASKED_EQ, 0xf0, 0xf8}, {0, COMPARE_GE, ONES - 0x10, ONES},
			true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);
		const struct call_rule *one, *other;
		struct call_rule *rule = add(&rules, "setreuid", ALLOW);

		rule->conditions[rule->count++] = cases[i].one;
		add(&rules, "getpid", ALLOW);
		rule = add(&rules, "setreuid", NOSYS);
		rule->conditions[rule->count++] = cases[i].other;
		if (ruleset_overlaps(&rules, &one, &other) != cases[i].overlaps)
			fail_msg("case %zu", i);
		if (cases[i].overlaps &&
			(one->answer != ALLOW || other->answer != NOSYS))
			fail_msg("case %zu: another pair", i);
	}
}

/* Every pair of small conditions, against trying all the values. */
static void overlaps_agree_with_trying_all(void **state)
{
	static const uint64_t values[] = {0, 1, 3, 6};

	(void)state;
	for (unsigned n = 0; n < 7 * 7 * 4 * 4 * 4 * 4; n++) {
		unsigned rest = n;
		struct condition c[2];
		struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);
		const struct call_rule *one, *other;
		bool fits = false;

		for (unsigned i = 0; i < 2; i++, rest /= 7 * 4 * 4) {
			uint64_t mask = values[rest / 7 / 4 % 4];

			c[i] = (struct condition){.compare = rest % 7,
				.value = values[rest / 7 % 4],
				.mask = ONES};
			if (c[i].compare == COMPARE_MASKED_EQ) {
				c[i].mask = mask;
				c[i].value &= mask;
			}
			when(add(&rules, "setuid", i ? NOSYS : ALLOW), 0, c[i].compare,
				c[i].value, c[i].mask);
		}
		for (uint64_t word = 0; word < 18; word++) {
			uint64_t args[CALL_ARGUMENTS] = {
				word < 16 ? word : ONES - word};

			fits |= condition_holds(&c[0], args) &&
				condition_holds(&c[1], args);
		}
		if (ruleset_overlaps(&rules, &one, &other) != fits)
			fail_msg(
				"%u: compare %d and %d", n, c[0].compare, c[1].compare);
	}
	arena_reset(&arena);
}

static void what_is_no_overlap(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);
	const struct call_rule *one, *other;

	(void)state;
	when(add(&rules, "setuid", NOSYS), 0, COMPARE_EQ, 0, ONES);
	add(&rules, "setuid", ALLOW); /* takes all */
	assert_false(ruleset_overlaps(&rules, &one, &other));
	when(add(&rules, "setuid", NOSYS), 0, COMPARE_LT, 9,
		ONES); /* the same answer */
	assert_false(ruleset_overlaps(&rules, &one, &other));
	when(add(&rules, "setuid", DENY), 0, COMPARE_LT, 9,
		ONES); /* the default: none */
	assert_false(ruleset_overlaps(&rules, &one, &other));
	add(&rules, "chown32", ALLOW);
	add(&rules, "chown32", NOSYS); /* of i386, which is not let in */
	assert_false(ruleset_overlaps(&rules, &one, &other));
	rules.arches = ARCHES_ALL;
	assert_true(ruleset_overlaps(&rules, &one, &other));
	assert_int_equal(one->call, call_find(STR("chown32")));
}

static void many_rules_of_one_call_end_in_time(void **state)
{
	struct ruleset rules = rules_of(1u << ARCH_X86_64, DENY);
	const struct call_rule *one, *other;

	(void)state;
	for (unsigned i = 0; i < RULESET_RULES_MAX; i++)
		when(add(&rules, "ioctl", i % 2 ? ALLOW : NOSYS), 1, COMPARE_EQ, i,
			ONES);
	assert_true(ruleset_overlaps(&rules, &one, &other));
	arena_reset(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparisons_are_of_64_bits_without_sign),
		cmocka_unit_test(the_first_rule_that_matches_decides),
		cmocka_unit_test(all_conditions_of_a_rule_must_hold),
		cmocka_unit_test(an_unconditional_rule_takes_all),
		cmocka_unit_test(a_rule_with_the_answer_of_the_default_is_none),
		cmocka_unit_test(arches_that_are_not_let_in_get_their_answer),
		cmocka_unit_test(numbers_above_all_rules_are_too_new),
		cmocka_unit_test(where_an_engine_is_narrow_the_upper_half_is_dropped),
		cmocka_unit_test(what_i386_muxes_is_not_the_newest),
		cmocka_unit_test(overlaps_are_found_by_value),
		cmocka_unit_test(overlaps_agree_with_trying_all),
		cmocka_unit_test(what_is_no_overlap),
		cmocka_unit_test(many_rules_of_one_call_end_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
