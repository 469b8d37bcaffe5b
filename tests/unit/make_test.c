/* A made ruleset: the base where it may be, its bans everywhere, in rules that engines take. */
#include "unit.h"

#include <errno.h>
#include <linux/audit.h>

#include "seccomp/box.h"
#include "seccomp/make.h"

#define ALLOW	0x7fff0000u
#define LOG	0x7ffc0000u
#define NOTIFY	0x7fc00000u
#define REFUSE	(0x00050000u | EPERM)
#define NOSYS	(0x00050000u | ENOSYS)
#define LOW	0xffffffffu
#define X86_64	((arch_set)1 << ARCH_X86_64)
#define NEW_UID ((uint64_t)1 << 32)

static struct arena arena;

static struct ruleset base_of(uint32_t otherwise)
{
	return (struct ruleset){.arches = X86_64, .otherwise = otherwise};
}

static struct call_rule *add_rule(
	struct ruleset *rules, const char *name, uint32_t answer)
{
	struct call_rule *rule = vec_push(&arena, &rules->rules);

	*rule = (struct call_rule){
		.call = call_find(str_c(name)), .arches = ARCHES_ALL, .answer = answer};
	assert_true(rule->call >= 0);
	return rule;
}

static struct ban *add_ban(struct bans *bans, const char *name, uint32_t answer)
{
	struct ban *ban = vec_push(&arena, bans);

	*ban = (struct ban){
		.call = call_find(str_c(name)), .arch = ARCH_X86_64, .answer = answer};
	assert_true(ban->call >= 0);
	return ban;
}

static void when(struct ban *ban, uint8_t index, enum compare compare, uint64_t value,
	uint64_t mask)
{
	ban->terms[ban->count++] = (struct ban_term){index, compare, mask, value};
}

static uint32_t decide(const struct ruleset *rules, const char *name, uint64_t one,
	uint64_t two, uint64_t three)
{
	struct bpf_call call = {
		.nr = (uint32_t)call_number(call_find(str_c(name)), ARCH_X86_64),
		.arch = AUDIT_ARCH_X86_64,
		.args = {one, two, three}};

	return ruleset_decide(rules, &call);
}

static struct ruleset made(
	const struct ruleset *base, const struct bans *bans, enum make_mode mode)
{
	struct ruleset out = {0};
	struct err e = {0};

	if (make_ruleset(&arena, base, bans, mode, &out, &e) < 0)
		fail_msg("%s", e.text);
	return out;
}

/* ---- what it writes ---- */

static void a_masked_ban_is_one_rule(void **state)
{
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};

	(void)state;
	add_rule(&base, "chmod", ALLOW);
	when(add_ban(&bans, "chmod", REFUSE), 1, COMPARE_NE, 0, 06);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(out.rules.n, 1);
	assert_int_equal(out.rules.at[0].conditions[0].compare, COMPARE_MASKED_EQ);
	assert_int_equal(out.rules.at[0].conditions[0].mask, 06);
	assert_int_equal(decide(&out, "chmod", 0, 0750, 0), ALLOW);
	assert_int_equal(decide(&out, "chmod", 0, 0752, 0), REFUSE);
	assert_int_equal(decide(&out, "chmod", 0, NEW_UID | 4, 0), REFUSE);
	arena_free(&arena);
}

/* The base says it in halves, as the engines do of socket(2). */
static void few_values_that_the_base_permits_are_named(void **state)
{
	static const uint64_t kept[] = {1, 2, 10, 16};
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};
	struct ban *ban;

	(void)state;
	add_rule(&base, "socket", ALLOW)->count = 1;
	base.rules.at[0].conditions[0] =
		(struct condition){0, COMPARE_LT, 38, UINT64_MAX};
	add_rule(&base, "socket", ALLOW)->count = 1;
	base.rules.at[1].conditions[0] =
		(struct condition){0, COMPARE_GT, 40, UINT64_MAX};
	ban = add_ban(&bans, "socket", REFUSE);
	for (size_t i = 0; i < 4; i++)
		when(ban, 0, COMPARE_NE, kept[i], LOW);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(out.rules.n, 4);
	for (uint64_t family = 0; family < 64; family++) {
		bool is_kept =
			family == 1 || family == 2 || family == 10 || family == 16;

		assert_int_equal(
			decide(&out, "socket", family, 0, 0), is_kept ? ALLOW : REFUSE);
		assert_int_equal(decide(&out, "socket", NEW_UID | family, 0, 0),
			is_kept ? ALLOW : REFUSE);
	}
	/* What the base does not permit in whole is not let in for that. */
	base.rules.at[1].conditions[0].value = NEW_UID;
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(decide(&out, "socket", 2, 0, 0), ALLOW);
	assert_int_equal(decide(&out, "socket", NEW_UID, 0, 0), REFUSE);
	arena_free(&arena);
}

static void umask_is_answered_with_success(void **state)
{
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};

	(void)state;
	add_rule(&base, "umask", ALLOW);
	when(add_ban(&bans, "umask", 0x00050000u), 0, COMPARE_NE, 06, 06);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(decide(&out, "umask", 027, 0, 0), ALLOW);
	assert_int_equal(decide(&out, "umask", 0, 0, 0), 0x00050000u);
	assert_int_equal(decide(&out, "umask", 02, 0, 0), 0x00050000u);
	assert_int_equal(decide(&out, "umask", 04, 0, 0), 0x00050000u);
	arena_free(&arena);
}

static void ids_are_refused_before_they_are_let_in(void **state)
{
	static const uint64_t zeros[] = {0, NEW_UID, UINT64_MAX << 32};
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};

	(void)state;
	add_rule(&base, "setresuid", ALLOW);
	for (uint8_t i = 0; i < 3; i++)
		when(add_ban(&bans, "setresuid", REFUSE), i, COMPARE_EQ, 0, LOW);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(out.rules.n, 4);
	for (size_t i = 0; i < 3; i++) {
		/* EPERM is the default: engines would drop a rule that says it. */
		assert_int_equal(out.rules.at[i].answer, 0x00050000u | EACCES);
		assert_int_equal(decide(&out, "setresuid", zeros[i], 1, 1),
			0x00050000u | EACCES);
		assert_int_equal(decide(&out, "setresuid", 1, zeros[i], 1),
			0x00050000u | EACCES);
		assert_int_equal(decide(&out, "setresuid", 1, LOW, zeros[i]),
			0x00050000u | EACCES);
	}
	assert_int_equal(decide(&out, "setresuid", LOW, 1777, LOW), ALLOW);
	assert_int_equal(decide(&out, "setresuid", UINT64_MAX, 1777, 1), ALLOW);
	arena_free(&arena);
}

static void what_the_base_refuses_stays_refused(void **state)
{
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};

	(void)state;
	add_rule(&base, "clone3", NOSYS);
	add_ban(&bans, "clone3", REFUSE);
	add_ban(&bans, "bpf", NOSYS);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(out.rules.n, 1);
	assert_int_equal(decide(&out, "clone3", 0, 0, 0), NOSYS);
	assert_int_equal(decide(&out, "bpf", 0, 0, 0), REFUSE);
	arena_free(&arena);
}

static void conditions_of_the_base_and_of_a_ban_become_one(void **state)
{
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};
	struct call_rule *rule;

	(void)state;
	rule = add_rule(&base, "clone", ALLOW);
	rule->conditions[rule->count++] =
		(struct condition){0, COMPARE_MASKED_EQ, 0, 0x7c020000};
	when(add_ban(&bans, "clone", REFUSE), 0, COMPARE_NE, 0, 0x02000080);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(out.rules.n, 1);
	assert_int_equal(out.rules.at[0].count, 1);
	assert_int_equal(out.rules.at[0].conditions[0].mask, 0x7e020080);
	arena_free(&arena);
}

static void a_default_that_permits_gets_refusals_only(void **state)
{
	struct ruleset base = base_of(ALLOW), out;
	struct bans bans = {0};

	(void)state;
	add_ban(&bans, "bpf", NOSYS);
	when(add_ban(&bans, "setuid", REFUSE), 0, COMPARE_EQ, 0, LOW);
	out = made(&base, &bans, MAKE_REFUSE);
	assert_int_equal(out.rules.n, 2);
	assert_int_equal(decide(&out, "bpf", 0, 0, 0), NOSYS);
	assert_int_equal(decide(&out, "setuid", NEW_UID, 0, 0), REFUSE);
	assert_int_equal(decide(&out, "setuid", 1, 0, 0), ALLOW);
	arena_free(&arena);
}

static void modes_change_the_answer_alone(void **state)
{
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};

	(void)state;
	add_rule(&base, "fchmod", ALLOW);
	add_rule(&base, "setuid", ALLOW);
	add_rule(&base, "io_uring_setup", ALLOW);
	when(add_ban(&bans, "fchmod", REFUSE), 1, COMPARE_NE, 0, 06);
	when(add_ban(&bans, "setuid", REFUSE), 0, COMPARE_EQ, 0, LOW);
	add_ban(&bans, "io_uring_setup", NOSYS);
	out = made(&base, &bans, MAKE_MASK);
	assert_int_equal(decide(&out, "fchmod", 0, 0644, 0), NOTIFY);
	assert_int_equal(decide(&out, "fchmod", 0, 0640, 0), ALLOW);
	assert_int_equal(decide(&out, "setuid", 0, 0, 0), 0x00050000u | EACCES);
	out = made(&base, &bans, MAKE_AUDIT);
	assert_int_equal(decide(&out, "fchmod", 0, 0644, 0), LOG);
	assert_int_equal(decide(&out, "setuid", NEW_UID, 0, 0), LOG);
	assert_int_equal(decide(&out, "io_uring_setup", 0, 0, 0), LOG);
	assert_int_equal(decide(&out, "bpf", 0, 0, 0), REFUSE);
	arena_free(&arena);
}

static void what_takes_too_many_rules_is_said(void **state)
{
	struct ruleset base = base_of(REFUSE), out;
	struct bans bans = {0};
	struct ban *ban;
	struct err e = {0};

	(void)state;
	add_rule(&base, "mmap", ALLOW);
	for (uint8_t i = 0; i < 3; i++) {
		ban = add_ban(&bans, "mmap", REFUSE);
		when(ban, i, COMPARE_EQ, 1, UINT64_MAX);
		when(ban, (uint8_t)(i + 1), COMPARE_EQ, 5, UINT64_MAX);
	}
	assert_int_equal(make_ruleset(&arena, &base, &bans, MAKE_REFUSE, &out, &e), -1);
	assert_non_null(strstr(e.text, "mmap"));
	arena_free(&arena);
}

/* ---- whatever the base and the bans are ---- */

static uint64_t seed = 1;

static uint64_t draw(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % below;
}

static uint64_t draw_value(void)
{
	return draw(4) ? draw(8) : NEW_UID * draw(3) + draw(4);
}

static struct ban_term draw_term(void)
{
	static const uint64_t masks[] = {1, 3, 6, 7, LOW, UINT64_MAX};

	return (struct ban_term){
		(uint8_t)draw(3), (enum compare)draw(6), masks[draw(6)], draw(8)};
}

static bool term_holds(const struct ban_term *t, const uint64_t *args)
{
	struct condition c = {t->index, t->compare, t->value, UINT64_MAX};
	uint64_t masked[CALL_ARGUMENTS] = {0};

	masked[t->index] = args[t->index] & t->mask;
	return condition_holds(&c, masked);
}

static void draw_base(struct ruleset *base)
{
	size_t count = draw(4);

	*base = base_of(draw(4) ? REFUSE : ALLOW);
	for (size_t i = 0; i < count; i++) {
		struct call_rule *rule =
			add_rule(base, "setresuid", draw(4) ? ALLOW : NOSYS);
		size_t conditions = draw(3);

		for (uint8_t k = 0; k < conditions; k++) {
			enum compare compare = (enum compare)draw(7);
			uint64_t mask =
				compare == COMPARE_MASKED_EQ ? 1 + draw(7) : UINT64_MAX;

			rule->conditions[rule->count++] = (struct condition){
				k, compare, draw_value() & mask, mask};
		}
	}
}

static void draw_bans(struct bans *bans)
{
	size_t count = 1 + draw(3);

	*bans = (struct bans){0};
	for (size_t i = 0; i < count; i++) {
		struct ban *ban = add_ban(bans, "setresuid", draw(2) ? REFUSE : NOSYS);

		ban->count = draw(12) ? (uint8_t)(1 + draw(2)) : 0;
		for (uint8_t k = 0; k < ban->count; k++)
			ban->terms[k] = draw_term();
	}
}

static bool is_banned(const struct bans *bans, const uint64_t *args)
{
	vec_each (const struct ban, ban, bans) {
		bool holds = true;

		for (uint8_t k = 0; k < ban->count; k++)
			holds &= term_holds(&ban->terms[k], args);
		if (holds)
			return true;
	}
	return false;
}

static bool permits(uint32_t answer)
{
	return action_kind(answer) >= ACTION_NOTIFY;
}

/* A base refusal of another rule may be kept where an earlier one permitted. */
static void check_call(const struct ruleset *base, const struct ruleset *out,
	const struct bans *bans, bool has_refusals)
{
	uint64_t args[CALL_ARGUMENTS] = {draw_value(), draw_value(), draw_value()};
	bool was = permits(decide(base, "setresuid", args[0], args[1], args[2]));
	bool is = permits(decide(out, "setresuid", args[0], args[1], args[2]));
	bool wanted = was && !is_banned(bans, args);

	if (is && !wanted)
		fail_msg("permits %llx %llx %llx", (unsigned long long)args[0],
			(unsigned long long)args[1], (unsigned long long)args[2]);
	if (wanted && !is && !has_refusals)
		fail_msg("refuses %llx %llx %llx", (unsigned long long)args[0],
			(unsigned long long)args[1], (unsigned long long)args[2]);
}

static void it_permits_the_base_without_the_bans(void **state)
{
	enum { ROUNDS = 4000, CALLS = 60 };
	size_t made_count = 0;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct ruleset base, out;
		struct bans bans;
		bool has_refusals = false;

		draw_base(&base);
		draw_bans(&bans);
		vec_each (const struct call_rule, r, &base.rules)
			has_refusals |= !permits(r->answer);
		if (make_ruleset(&arena, &base, &bans, MAKE_REFUSE, &out, NULL) == 0) {
			made_count++;
			for (size_t i = 0; i < CALLS; i++)
				check_call(&base, &out, &bans, has_refusals);
		}
		arena_free(&arena);
	}
	assert_true(made_count > ROUNDS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_masked_ban_is_one_rule),
		cmocka_unit_test(few_values_that_the_base_permits_are_named),
		cmocka_unit_test(umask_is_answered_with_success),
		cmocka_unit_test(ids_are_refused_before_they_are_let_in),
		cmocka_unit_test(what_the_base_refuses_stays_refused),
		cmocka_unit_test(conditions_of_the_base_and_of_a_ban_become_one),
		cmocka_unit_test(a_default_that_permits_gets_refusals_only),
		cmocka_unit_test(modes_change_the_answer_alone),
		cmocka_unit_test(what_takes_too_many_rules_is_said),
		cmocka_unit_test(it_permits_the_base_without_the_bans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
