#include "seccomp/ruleset.h"

static bool holds_on_word(const struct condition *c, uint64_t word)
{
	switch (c->compare) {
	case COMPARE_NE:
		return word != c->value;
	case COMPARE_LT:
		return word < c->value;
	case COMPARE_LE:
		return word <= c->value;
	case COMPARE_EQ:
		return word == c->value;
	case COMPARE_GE:
		return word >= c->value;
	case COMPARE_GT:
		return word > c->value;
	case COMPARE_MASKED_EQ:
		return (word & c->mask) == c->value;
	}
	return false;
}

bool condition_holds(const struct condition *c, const uint64_t args[CALL_ARGUMENTS])
{
	return holds_on_word(c, args[c->index]);
}

bool ruleset_is_narrow(int arch)
{
	return arch == ARCH_I386 || arch == ARCH_X32;
}

struct condition condition_on(const struct condition *c, int arch)
{
	struct condition on = *c;

	if (ruleset_is_narrow(arch)) {
		on.value = (uint32_t)on.value;
		on.mask = (uint32_t)on.mask;
	}
	return on;
}

static bool rule_is_of(const struct call_rule *rule, int arch)
{
	return rule->arches & (arch_set)1 << arch && call_number(rule->call, arch) >= 0;
}

bool rule_is_repeated(const struct call_rule *rule)
{
	enum { SOCKETCALL_SEND = 9, SOCKETCALL_RECV = 10 };
	uint64_t number = rule->count ? rule->conditions[0].value : 0;

	return rule->is_derived && number != SOCKETCALL_SEND &&
		number != SOCKETCALL_RECV;
}

static bool counts_as_new(const struct call_rule *rule, int arch)
{
	return !rule->is_derived && !(arch == ARCH_I386 && call_is_muxed(rule->call));
}

uint32_t ruleset_largest(const struct ruleset *rules, int arch)
{
	int64_t largest = 0;

	vec_each (const struct call_rule, rule, &rules->rules)
		if (rule_is_of(rule, arch) && call_number(rule->call, arch) > largest &&
			counts_as_new(rule, arch))
			largest = call_number(rule->call, arch);
	return (uint32_t)largest;
}

static bool rule_matches(
	const struct call_rule *rule, int arch, const uint64_t args[CALL_ARGUMENTS])
{
	for (unsigned i = 0; i < rule->count; i++) {
		struct condition c = condition_on(&rule->conditions[i], arch);
		uint64_t word = args[c.index];

		if (!holds_on_word(&c, ruleset_is_narrow(arch) ? (uint32_t)word : word))
			return false;
	}
	return true;
}

/* What the rules of a call say; NULL when none matches. */
static const struct call_rule *deciding_rule(const struct ruleset *rules, int call,
	int arch, const uint64_t args[CALL_ARGUMENTS])
{
	const struct call_rule *first = NULL;

	vec_each (const struct call_rule, rule, &rules->rules) {
		if (rule->call != call || !rule_is_of(rule, arch) ||
			rule->answer == rules->otherwise)
			continue;
		if (!rule->count)
			return rule;
		if (!first && rule_matches(rule, arch, args))
			first = rule;
	}
	return first;
}

uint32_t ruleset_decide(const struct ruleset *rules, const struct bpf_call *call)
{
	const struct call_rule *rule = NULL;
	int arch = arch_of(call->arch, call->nr), row;
	uint32_t largest;

	if (arch < 0)
		return rules->lets_foreign ? action_value(ACTION_ALLOW, 0)
					   : rules->bad_arch;
	if (!(rules->arches & (arch_set)1 << arch))
		return rules->bad_arch;
	largest = rules->too_new ? ruleset_largest(rules, arch) : 0;
	if (largest && call->nr > largest)
		return rules->too_new;
	row = call_of(arch, call->nr);
	if (row != CALL_NONE)
		rule = deciding_rule(rules, row, arch, call->args);
	return rule ? rule->answer : rules->otherwise;
}

/* What a list of conditions on one argument leaves of it. */
struct left {
	uint64_t low, high; /* inclusive */
	uint64_t mask, value;
	uint64_t not [2];
	unsigned not_count;
	bool is_empty;
};

/* The smallest word from low up with (word & mask) == value; false when there is none. */
static bool smallest_match(uint64_t low, uint64_t mask, uint64_t value, uint64_t *word)
{
	uint64_t wrong = (low & mask) ^ value, bit, free, upper;

	if (!wrong) {
		*word = low;
		return true;
	}
	bit = (uint64_t)1 << (63 - __builtin_clzll(wrong));
	if (!(value & bit)) {
		/* low is too large there: carry into the next free bit that is not set. */
		upper = ~(bit | (bit - 1));
		free = ~mask & ~low & upper;
		if (!free)
			return false;
		bit = free & -free;
	}
	*word = (low & ~(bit | (bit - 1))) | (bit & ~mask) |
		(value & (bit | (bit - 1)));
	return true;
}

static void left_after(struct left *left, const struct condition *c)
{
	uint64_t both;

	switch (c->compare) {
	case COMPARE_NE:
		left->not [left->not_count++] = c->value;
		return;
	case COMPARE_LT:
	case COMPARE_LE:
		left->is_empty |= c->compare == COMPARE_LT && !c->value;
		both = c->value - (c->compare == COMPARE_LT);
		left->high = both < left->high ? both : left->high;
		return;
	case COMPARE_GE:
	case COMPARE_GT:
		left->is_empty |= c->compare == COMPARE_GT && c->value == UINT64_MAX;
		both = c->value + (c->compare == COMPARE_GT);
		left->low = both > left->low ? both : left->low;
		return;
	case COMPARE_EQ:
		left->low = c->value > left->low ? c->value : left->low;
		left->high = c->value < left->high ? c->value : left->high;
		return;
	case COMPARE_MASKED_EQ:
		both = left->mask & c->mask;
		left->is_empty |= (c->value & ~c->mask) ||
			(left->value & both) != (c->value & both);
		left->mask |= c->mask;
		left->value |= c->value;
		return;
	}
}

static bool left_has_word(const struct left *left)
{
	uint64_t low = left->low, word;

	if (left->is_empty)
		return false;
	for (;;) {
		bool is_excluded = false;

		if (!smallest_match(low, left->mask, left->value, &word) ||
			word > left->high)
			return false;
		for (unsigned i = 0; i < left->not_count; i++)
			is_excluded |= left->not [i] == word;
		if (!is_excluded)
			return true;
		/* At most as often as there are words excluded. */
		if (word == UINT64_MAX)
			return false;
		low = word + 1;
	}
}

/* Is there a value for this argument under which both rules hold? */
static bool argument_fits(const struct call_rule *one, const struct call_rule *other,
	unsigned index, int arch)
{
	const struct call_rule *both[] = {one, other};
	struct left left = {.high = ruleset_is_narrow(arch) ? UINT32_MAX : UINT64_MAX};

	for (unsigned r = 0; r < 2; r++)
		for (unsigned i = 0; i < both[r]->count; i++) {
			struct condition c =
				condition_on(&both[r]->conditions[i], arch);

			if (c.index == index)
				left_after(&left, &c);
		}
	return left_has_word(&left);
}

static bool rules_meet(
	const struct call_rule *one, const struct call_rule *other, int arch)
{
	if (!rule_is_of(one, arch) || !rule_is_of(other, arch))
		return false;
	/* An unconditional rule takes all, wherever it stands: that is no order. */
	if (!one->count != !other->count)
		return false;
	for (unsigned index = 0; index < CALL_ARGUMENTS; index++)
		if (!argument_fits(one, other, index, arch))
			return false;
	return true;
}

static bool rules_overlap(const struct ruleset *rules, const struct call_rule *one,
	const struct call_rule *other)
{
	if (one->call != other->call || one->answer == other->answer ||
		one->answer == rules->otherwise || other->answer == rules->otherwise)
		return false;
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (rules->arches & (arch_set)1 << arch && rules_meet(one, other, arch))
			return true;
	return false;
}

bool ruleset_overlaps(const struct ruleset *rules, const struct call_rule **one,
	const struct call_rule **other)
{
	size_t count, pairs = 0;
	/* The rules of a call as a chain: its last one, and before each the one above. */
	struct arena arena = {0};
	size_t *last, *above;
	bool found = false;

	call_rows(&count);
	last = arena_array(&arena, size_t, count);
	above = arena_array(&arena, size_t, rules->rules.n + 1);
	for (size_t i = 0; i < rules->rules.n && !found; i++) {
		const struct call_rule *rule = &rules->rules.at[i];

		for (size_t j = last[rule->call]; j && !found; j = above[j]) {
			const struct call_rule *before = &rules->rules.at[j - 1];

			found = rules_overlap(rules, before, rule) ||
				++pairs > RULESET_PAIRS_MAX;
			*one = before;
			*other = rule;
		}
		above[i + 1] = last[rule->call];
		last[rule->call] = i + 1;
	}
	arena_free(&arena);
	return found;
}
