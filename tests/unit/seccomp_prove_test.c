/*
 * The prover against brute force. Programs use constants below 8, so the values below 16
 * and the largest stand for all values of a word: above every constant comes every
 * pattern of the low bits once more. If any call is permitted, one of these is; the
 * prover must find the same on every program that does not compare words with words.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "seccomp/prove.h"
#include "unit.h"

enum {
	PROGRAMS = 4000,
	INSNS = 18,
	CONSTANTS = 8,
	VALUES = 2 * CONSTANTS + 1,
};

#define INSN(code, jt, jf, k)                                                          \
	((struct bpf_insn){(uint16_t)(code), (uint8_t)(jt), (uint8_t)(jf), (k)})
#define LOAD(word)	 INSN(BPF_LD | BPF_W | BPF_ABS, 0, 0, 4 * (word))
#define EQUAL(k, jt, jf) INSN(BPF_JMP | BPF_JEQ | BPF_K, jt, jf, k)
#define AND(k)		 INSN(BPF_ALU | BPF_AND | BPF_K, 0, 0, k)
#define RETURN(k)	 INSN(BPF_RET | BPF_K, 0, 0, k)
#define ALLOW		 RETURN(SECCOMP_RET_ALLOW)
#define REFUSE		 RETURN(SECCOMP_RET_ERRNO | 1)

static const struct prove_options plain = {0};

struct dice {
	uint64_t state;
};

static uint32_t roll(struct dice *d, uint32_t sides)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (uint32_t)((d->state >> 16) % sides);
}

static uint32_t roll_answer(struct dice *d)
{
	static const uint32_t answers[] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 1,
		SECCOMP_RET_ERRNO | 38, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_LOG,
		SECCOMP_RET_USER_NOTIF};

	return answers[roll(d, 6)];
}

/* Arguments 0 and 1, and now and then the number. */
static uint32_t roll_word(struct dice *d)
{
	static const uint32_t words[] = {4, 4, 5, 6, 6, 0};

	return words[roll(d, 6)];
}

static struct bpf_insn roll_jump(struct dice *d, uint32_t left)
{
	static const uint16_t tests[] = {BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
	uint32_t reach = left < 6 ? left : 6;

	return INSN(BPF_JMP | tests[roll(d, 5)] | (roll(d, 12) ? BPF_K : BPF_X),
		roll(d, reach), roll(d, reach), roll(d, CONSTANTS));
}

static struct bpf_insn roll_insn(struct dice *d, uint32_t left)
{
	switch (roll(d, 20)) {
	case 0:
		return INSN(BPF_MISC | BPF_TAX, 0, 0, 0);
	case 1:
		return INSN(BPF_MISC | BPF_TXA, 0, 0, 0);
	case 2:
		return INSN(BPF_ST, 0, 0, 3);
	case 3:
		return INSN(BPF_LD | BPF_MEM, 0, 0, 3);
	case 4:
		return INSN(BPF_LDX | BPF_IMM, 0, 0, roll(d, CONSTANTS));
	case 5:
	case 6:
		return AND(roll(d, CONSTANTS));
	case 7:
		return RETURN(roll_answer(d));
	case 8:
	case 9:
	case 10:
	case 11:
		return LOAD(roll_word(d));
	default:
		return roll_jump(d, left);
	}
}

static struct bpf roll_program(struct arena *a, struct dice *d)
{
	struct bpf program = {arena_array(a, struct bpf_insn, INSNS), INSNS};

	do {
		program.insns[0] = INSN(BPF_ST, 0, 0, 3);
		program.insns[1] = LOAD(roll_word(d));
		for (uint32_t i = 2; i < INSNS - 1; i++)
			program.insns[i] = roll_insn(d, INSNS - 1 - i);
		program.insns[INSNS - 1] = RETURN(roll_answer(d));
	} while (bpf_check(&program, NULL) < 0);
	return program;
}

static uint32_t value_of(uint32_t i)
{
	return i < 2 * CONSTANTS ? i : UINT32_MAX;
}

static bool next_call(struct bpf_call *call, uint32_t at[3])
{
	for (unsigned i = 0; i < 3; i++) {
		at[i] = (at[i] + 1) % VALUES;
		if (at[i])
			break;
	}
	call->args[0] = (uint64_t)value_of(at[1]) << 32 | value_of(at[0]);
	call->args[1] = value_of(at[2]);
	return at[0] || at[1] || at[2];
}

static bool is_permitted(uint32_t answer)
{
	return action_kind(answer) >= ACTION_NOTIFY;
}

/* What all calls say that stand for all others. */
static bool brute_permits(const struct bpf_stack *stack, const struct ban *ban)
{
	struct bpf_call call = {.arch = AUDIT_ARCH_X86_64,
		.nr = (uint32_t)call_number(ban->call, ban->arch)};
	uint32_t at[3] = {0};

	do
		if (ban_covers(ban, &call) &&
			is_permitted(bpf_stack_run(stack, &call, NULL)))
			return true;
	while (next_call(&call, at));
	return false;
}

static struct ban roll_ban(struct dice *d)
{
	static const enum compare compares[] = {
		COMPARE_NE, COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_GE, COMPARE_GT};
	struct ban ban = {.call = call_of(ARCH_X86_64, roll(d, CONSTANTS)),
		.arch = ARCH_X86_64,
		.count = (uint8_t)roll(d, 3)};

	for (uint8_t i = 0; i < ban.count; i++) {
		uint64_t value = roll(d, CONSTANTS), mask = UINT64_MAX;

		if (roll(d, 2))
			mask = roll(d, CONSTANTS) |
				(uint64_t)roll(d, 2) * roll(d, CONSTANTS) << 32;
		else if (roll(d, 2))
			mask = UINT32_MAX;
		if (roll(d, 4) == 0)
			value |= (uint64_t)roll(d, CONSTANTS) << 32;
		ban.terms[i] = (struct ban_term){
			(uint8_t)roll(d, 2), compares[roll(d, 6)], mask, value};
		/* Of argument 1 brute force tries the low half alone. */
		if (ban.terms[i].index == 1) {
			ban.terms[i].mask &= UINT32_MAX;
			ban.terms[i].value &= UINT32_MAX;
		}
	}
	return ban;
}

static void test_ban_is_brute_force(void **unused)
{
	struct dice dice = {0x2545f4914f6cdd1d};
	unsigned violated = 0, held = 0;

	(void)unused;
	for (unsigned i = 0; i < PROGRAMS; i++) {
		struct arena arena = {0};
		struct bpf programs[2] = {
			roll_program(&arena, &dice), roll_program(&arena, &dice)};
		struct bpf_stack stack = {programs, 1 + i % 2};
		struct ban ban = roll_ban(&dice);
		struct proof proof = prove_ban(&arena, &stack, &ban, plain);
		bool permits = brute_permits(&stack, &ban);

		/* Two words compared with each other are beyond the prover, and it says so. */
		if (proof.verdict == VERDICT_VIOLATED) {
			assert_true(is_permitted(
				bpf_stack_run(&stack, &proof.witness, NULL)));
			assert_true(ban_covers(&ban, &proof.witness));
		}
		if (proof.verdict != VERDICT_UNKNOWN &&
			permits != (proof.verdict == VERDICT_VIOLATED))
			fail_msg("program %u: brute force says %d", i, permits);
		violated += proof.verdict == VERDICT_VIOLATED;
		held += proof.verdict == VERDICT_HOLDS;
		arena_free(&arena);
	}
	note("%u programs: %u violated, %u held, %u unknown", PROGRAMS, violated, held,
		PROGRAMS - violated - held);
	assert_true(violated > PROGRAMS / 4 && held > PROGRAMS / 4);
	assert_true(violated + held > PROGRAMS * 9 / 10);
}

/* Another program that is nearly the first one. */
static struct bpf change_one(struct arena *a, struct dice *d, const struct bpf *program)
{
	struct bpf changed = {
		arena_array(a, struct bpf_insn, program->count), program->count};

	do {
		uint32_t at = 1 + roll(d, 5);

		memcpy(changed.insns, program->insns,
			program->count * sizeof(*changed.insns));
		if (roll(d, 2))
			changed.insns[at] = roll_insn(d, INSNS - 1 - at);
		else
			changed.insns[at].k ^= 1u << roll(d, 3);
	} while (bpf_check(&changed, NULL) < 0);
	return changed;
}

static bool has_difference(const struct differences *list, const struct bpf_call *call)
{
	vec_each (const struct difference, d, list)
		if (arch_of(d->witness.arch, d->witness.nr) == ARCH_X86_64 &&
			call_of(ARCH_X86_64, d->witness.nr) ==
				call_of(ARCH_X86_64, call->nr))
			return true;
	return false;
}

/* What an answer does: the data of most kinds does nothing. */
static uint32_t effect_of(uint32_t answer)
{
	enum action kind = action_kind(answer);

	return (uint32_t)kind << 16 | (kind == ACTION_ERRNO ? answer & 0xffff : 0);
}

/* Every difference that brute force sees is told for its call. */
static bool brute_differs(const struct bpf_stack *one, const struct bpf_stack *other,
	const struct differences *told)
{
	bool differs = false;

	for (uint32_t nr = 0; nr <= CONSTANTS; nr++) {
		struct bpf_call call = {.arch = AUDIT_ARCH_X86_64, .nr = nr};
		uint32_t at[3] = {0};

		do {
			if (effect_of(bpf_stack_run(one, &call, NULL)) ==
				effect_of(bpf_stack_run(other, &call, NULL)))
				continue;
			differs = true;
			if (arch_of(call.arch, call.nr) == ARCH_X86_64 &&
				!has_difference(told, &call))
				fail_msg("a difference at number %u is not told",
					call.nr);
		} while (next_call(&call, at));
	}
	return differs;
}

static void test_equal_is_brute_force(void **unused)
{
	struct dice dice = {0x9e3779b97f4a7c15};
	unsigned equal = 0, different = 0;

	(void)unused;
	for (unsigned i = 0; i < PROGRAMS / 20; i++) {
		struct arena arena = {0};
		struct bpf first = roll_program(&arena, &dice);
		struct bpf second = change_one(&arena, &dice, &first);
		struct bpf_stack one = {&first, 1}, other = {&second, 1};
		struct differences told = {0};
		struct err err;

		if (prove_equal(&arena, &one, &other, ARCHES_ALL, &told, &err) == 0) {
			vec_each (const struct difference, d, &told) {
				assert_int_equal(
					d->one, bpf_stack_run(&one, &d->witness, NULL));
				assert_int_equal(d->other,
					bpf_stack_run(&other, &d->witness, NULL));
				assert_int_not_equal(
					effect_of(d->one), effect_of(d->other));
			}
			if (brute_differs(&one, &other, &told) && !told.n)
				fail_msg(
					"program %u: brute force sees a difference", i);
			equal += !told.n;
			different += told.n > 0;
		}
		arena_free(&arena);
	}
	note("%u equal, %u different", equal, different);
	assert_true(equal > PROGRAMS / 100 && different > PROGRAMS / 200);
	assert_true(equal + different > PROGRAMS / 20 * 9 / 10);
}

static bool part_covers(const struct answer_part *part, const struct bpf_call *call)
{
	struct ban ban = {.call = call_of(ARCH_X86_64, call->nr), .arch = ARCH_X86_64};

	/* A ban holds half as many terms. */
	for (uint8_t i = 0; i < part->count; i++) {
		ban.terms[0] = part->terms[i];
		ban.count = 1;
		if (!ban_covers(&ban, call))
			return false;
	}
	return true;
}

/* Of the paths of a call exactly one takes each set of arguments, and says its answer. */
static void test_answers_are_brute_force(void **unused)
{
	struct dice dice = {0xda942042e4dd58b5};
	unsigned told = 0;

	(void)unused;
	for (unsigned i = 0; i < PROGRAMS / 20; i++) {
		struct arena arena = {0};
		struct bpf program = roll_program(&arena, &dice);
		struct answer_parts parts = {0};
		struct bpf_call call = {
			.arch = AUDIT_ARCH_X86_64, .nr = roll(&dice, CONSTANTS)};
		uint32_t at[3] = {0};

		if (prove_answers(
			    &arena, &program, ARCH_X86_64, call.nr, &parts, NULL) < 0) {
			arena_free(&arena);
			continue;
		}
		told++;
		do {
			unsigned covering = 0;
			uint32_t steps;

			vec_each (const struct answer_part, part, &parts) {
				if (!part_covers(part, &call))
					continue;
				covering++;
				assert_int_equal(
					part->answer, bpf_run(&program, &call, &steps));
				assert_int_equal(part->steps, steps);
			}
			assert_int_equal(covering, 1);
		} while (next_call(&call, at));
		arena_free(&arena);
	}
	assert_true(told > PROGRAMS / 20 * 9 / 10);
}

/* A filter that ways multiply in, made so that no two of them meet as equals. */
static struct bpf entangled(struct arena *a, struct dice *d)
{
	struct bpf program = {arena_array(a, struct bpf_insn, BPF_INSNS_MAX), 0};
	struct bpf_insn *insns = program.insns;

	while (program.count < BPF_INSNS_MAX - 10) {
		insns[program.count++] = LOAD(4 + roll(d, 12));
		insns[program.count++] =
			INSN(BPF_JMP | BPF_JGT | BPF_K, 0, 1, roll(d, UINT32_MAX));
		insns[program.count++] = INSN(BPF_JMP | BPF_JA, 0, 0, 0);
	}
	/* What it permits nothing can have: two numbers at once. */
	insns[program.count++] = LOAD(0);
	insns[program.count++] = EQUAL(1, 0, 2);
	insns[program.count++] = EQUAL(2, 0, 1);
	insns[program.count++] = ALLOW;
	insns[program.count++] = REFUSE;
	assert_int_equal(bpf_check(&program, NULL), 0);
	return program;
}

/* It ends, and it does not say that what it gave up holds. */
static void test_gives_up_aloud(void **unused)
{
	struct dice dice = {0xda942042e4dd58b5};
	struct arena arena = {0};
	struct bpf program = entangled(&arena, &dice);
	struct bpf_stack stack = {&program, 1};
	struct ban ban = {.call = call_find(STR("setuid")), .arch = ARCH_X86_64};
	struct proof proof = prove_ban(&arena, &stack, &ban, plain);
	struct differences list = {0};
	struct err err = {0};

	(void)unused;
	assert_int_equal(proof.verdict, VERDICT_UNKNOWN);
	assert_true(proof.why.n > 0);
	assert_int_equal(
		prove_equal(&arena, &stack, &stack, ARCHES_ALL, &list, &err), -1);
	assert_true(err.text[0] != 0);
	arena_free(&arena);
}

/* A number that no table knows, let in by a filter that refuses everything else. */
static void test_finds_a_number_without_a_name(void **unused)
{
	enum { NAMELESS = 9999 };
	struct bpf_insn insns[] = {LOAD(0), EQUAL(NAMELESS, 0, 1), ALLOW, REFUSE};
	struct bpf program = {insns, 4};
	struct bpf_stack stack = {&program, 1};
	struct bans none = {0};
	struct proofs list = {0};
	struct arena arena = {0};
	bool is_found = false;

	(void)unused;
	prove_all(&arena, &stack, &none, 1u << ARCH_X86_64, plain, &list);
	vec_each (const struct proof, proof, &list)
		if (proof->ban.arch == ARCH_X86_64) {
			assert_int_equal(proof->verdict, VERDICT_VIOLATED);
			assert_int_equal(proof->witness.nr, NAMELESS);
			is_found = true;
		}
	assert_true(is_found);
	arena_free(&arena);
}

/* uid_t has 32 bits: the 64 that libseccomp compares let 1 << 32 through. */
static void test_witness_is_the_truncated_zero(void **unused)
{
	struct bpf_insn insns[] = {
		LOAD(5), EQUAL(0, 0, 2), LOAD(4), EQUAL(0, 1, 0), ALLOW, REFUSE};
	struct bpf program = {insns, 6};
	struct bpf_stack stack = {&program, 1};
	struct ban ban = {.call = call_find(STR("setuid")),
		.arch = ARCH_X86_64,
		.count = 1,
		.terms = {{0, COMPARE_EQ, UINT32_MAX, 0}}};
	struct arena arena = {0};
	struct proof proof = prove_ban(&arena, &stack, &ban, plain);

	(void)unused;
	assert_int_equal(bpf_check(&program, NULL), 0);
	assert_int_equal(proof.verdict, VERDICT_VIOLATED);
	assert_int_equal(proof.witness.args[0], (uint64_t)1 << 32);
	assert_int_equal(proof.returns[0], 4);
	ban.terms[0].mask = UINT64_MAX;
	assert_int_equal(prove_ban(&arena, &stack, &ban, plain).verdict, VERDICT_HOLDS);
	arena_free(&arena);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_witness_is_the_truncated_zero),
	cmocka_unit_test(test_finds_a_number_without_a_name),
	cmocka_unit_test(test_gives_up_aloud),
	cmocka_unit_test(test_ban_is_brute_force),
	cmocka_unit_test(test_equal_is_brute_force),
	cmocka_unit_test(test_answers_are_brute_force),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
