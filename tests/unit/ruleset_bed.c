#include "ruleset_bed.h"

#include <linux/audit.h>

enum {
	WORDS_MAX = 48,	    /* tried for one argument */
	RANDOM_WORDS = 3,   /* of them */
	PRODUCT_MAX = 4096, /* of all arguments; beyond, they are drawn */
};

struct words {
	uint64_t at[WORDS_MAX];
	size_t n;
};

static void add_word(struct words *words, uint64_t word)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->at[i] == word)
			return;
	if (words->n < WORDS_MAX)
		words->at[words->n++] = word;
}

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void add_around(struct words *words, const struct condition *c, uint64_t *seed)
{
	uint64_t over = (uint64_t)1 << 32, masked = c->mask & ~(c->mask - 1);

	add_word(words, c->value);
	add_word(words, c->value + 1);
	add_word(words, c->value - 1);
	add_word(words, c->value ^ over);
	add_word(words, c->value ^ 1u << 16);
	if (c->compare == COMPARE_MASKED_EQ) {
		add_word(words, c->value ^ masked);
		add_word(words, ~c->mask | c->value);
		add_word(words, (draw(seed) & ~c->mask) | c->value);
	}
}

static bool collect(struct words args[CALL_ARGUMENTS], const struct ruleset *rules,
	int call, uint64_t *seed)
{
	bool has_conditions = false;

	vec_each (const struct call_rule, rule, &rules->rules)
		for (unsigned i = 0; rule->call == call && i < rule->count; i++) {
			const struct condition *c = &rule->conditions[i];

			has_conditions = true;
			add_around(&args[c->index], c, seed);
		}
	return has_conditions;
}

static void assert_same(const struct ruleset *one, const struct ruleset *other,
	const struct bpf_call *call, const char *what)
{
	uint32_t a = ruleset_decide(one, call), b = ruleset_decide(other, call);

	if (a != b)
		fail_msg("%s: arch 0x%x nr %u (0x%llx 0x%llx 0x%llx): 0x%x and 0x%x",
			what, call->arch, call->nr, (unsigned long long)call->args[0],
			(unsigned long long)call->args[1],
			(unsigned long long)call->args[2], a, b);
}

static void try_call(const struct ruleset *one, const struct ruleset *other,
	struct bpf_call *call, int row, const char *what)
{
	struct words args[CALL_ARGUMENTS] = {0};
	uint64_t seed = 0x9e3779b97f4a7c15 + call->nr;
	size_t product = 1;
	bool has_conditions = collect(args, one, row, &seed);

	has_conditions |= collect(args, other, row, &seed);
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		add_word(&args[i], 0);
		for (int k = 0; has_conditions && k < RANDOM_WORDS && args[i].n > 1;
			k++)
			add_word(&args[i], draw(&seed));
		product *= args[i].n;
	}
	for (size_t n = 0; n < product && n < PRODUCT_MAX; n++) {
		size_t rest = product <= PRODUCT_MAX ? n : draw(&seed) % product;

		for (unsigned i = 0; i < CALL_ARGUMENTS; rest /= args[i++].n)
			call->args[i] = args[i].at[rest % args[i].n];
		assert_same(one, other, call, what);
	}
}

void assert_same_answers(
	const struct ruleset *one, const struct ruleset *other, const char *what)
{
	static const uint32_t beyond[] = {0x3fffffff, 0x7fffffff, 0x80000000};
	struct bpf_call call = {.arch = AUDIT_ARCH_S390X};

	assert_same(one, other, &call, what);
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		const struct arch *info = arch_info(arch);

		call.arch = info->audit;
		for (call.nr = info->nr_base; call.nr < call_end(arch) + 2; call.nr++)
			try_call(one, other, &call, call_of(arch, call.nr), what);
		for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
			call.nr = beyond[i];
			assert_same(one, other, &call, what);
		}
	}
}
