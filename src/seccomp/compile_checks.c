#include <linux/bpf_common.h>
#include <linux/filter.h>

#include "seccomp/compile_parts.h"

/*
 * A program compares 32 bits at a time, so a condition on a register is one comparison of
 * each half. What they cost is mostly asked twice: five rules on one argument would load
 * and compare its high half five times. So a branch goes not to the next rule's first
 * instruction but as far into it as what is known on that branch decides (path_follow):
 * the five rules come to one load of each half and one comparison a value.
 */

enum {
	WORD_ARGS = 4, /* the low half of the first argument */
	FAILED_MAX =
		16, /* rules before one of which it is remembered that they failed */
	FACTS_MAX = 2 * RULESET_CONDITIONS_MAX + CALL_ARGUMENTS + FAILED_MAX + 2,
};

/* A word under a mask. */
struct field {
	unsigned word;
	uint32_t mask;
};

/* (word & mask) is value, or is not. */
struct fact {
	struct field field;
	uint32_t value;
	bool is_equal;
};

/* What is known at a branch: what was compared on the way, and what A holds. */
struct path {
	struct fact facts[FACTS_MAX];
	unsigned count;
	struct field a;
};

static bool field_eq(struct field x, struct field y)
{
	return x.word == y.word && x.mask == y.mask;
}

static struct path path_with(
	const struct path *path, struct field field, uint32_t value, bool is_equal)
{
	struct path more = *path;

	if (more.count < FACTS_MAX)
		more.facts[more.count++] = (struct fact){field, value, is_equal};
	return more;
}

enum outcome {
	OUTCOME_NO,
	OUTCOME_YES,
	OUTCOME_OPEN,
};

/* (field op k) of a field that is not value. */
static enum outcome other_decides(
	const struct fact *fact, struct field field, uint16_t op, uint32_t k)
{
	if (op == BPF_JEQ && field_eq(fact->field, field) && fact->value == k)
		return OUTCOME_NO;
	/* A bit of the fact's mask is set, and the field has that bit. */
	if (fact->value || (fact->field.mask & ~field.mask))
		return OUTCOME_OPEN;
	if (op == BPF_JEQ && !k)
		return OUTCOME_NO;
	if ((op == BPF_JGT && !k) || (op == BPF_JGE && k <= 1) || op == BPF_JSET)
		return OUTCOME_YES;
	return OUTCOME_OPEN;
}

/* What a fact says about (field op k); of JSET the field has only the bits of k. */
static enum outcome fact_decides(
	const struct fact *fact, struct field field, uint16_t op, uint32_t k)
{
	uint32_t value;

	if (fact->field.word != field.word)
		return OUTCOME_OPEN;
	if (!fact->is_equal)
		return other_decides(fact, field, op, k);
	/* Of the bits that are not under the fact's mask nothing is known. */
	if (field.mask & ~fact->field.mask)
		return OUTCOME_OPEN;
	value = fact->value & field.mask;
	switch (op) {
	case BPF_JEQ:
		return value == k ? OUTCOME_YES : OUTCOME_NO;
	case BPF_JGT:
		return value > k ? OUTCOME_YES : OUTCOME_NO;
	case BPF_JGE:
		return value >= k ? OUTCOME_YES : OUTCOME_NO;
	default: /* BPF_JSET */
		return value & k ? OUTCOME_YES : OUTCOME_NO;
	}
}

static enum outcome path_decides(
	const struct path *path, struct field field, uint16_t op, uint32_t k)
{
	if (op == BPF_JGE && !k)
		return OUTCOME_YES;
	/* Bits that JSET does not look at need not be known. */
	if (op == BPF_JSET)
		field.mask &= k;
	for (unsigned i = 0; i < path->count; i++) {
		enum outcome outcome = fact_decides(&path->facts[i], field, op, k);

		if (outcome != OUTCOME_OPEN)
			return outcome;
	}
	return OUTCOME_OPEN;
}

/*
 * The last place on the way from `at` to which a branch may go instead: everything before
 * it is decided, and there A holds what it should or is loaded anew.
 */
static bpf_place path_follow(
	const struct path *path, const struct bpf_build *b, bpf_place at)
{
	bpf_place landing = at;
	struct field a = path->a; /* what A would hold, had the way been gone */

	while (!b->is_full) {
		const struct bpf_insn *insn = build_at(b, at);
		enum outcome outcome;

		if (insn->code == (BPF_RET | BPF_K))
			return at;
		if (insn->code == (BPF_LD | BPF_W | BPF_ABS) || field_eq(a, path->a))
			landing = at;
		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			a = (struct field){insn->k / 4, UINT32_MAX};
			at--;
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a.mask &= insn->k;
			at--;
			continue;
		case BPF_JMP | BPF_JA:
			at -= 1 + insn->k;
			continue;
		}
		outcome = path_decides(path, a, BPF_OP(insn->code), insn->k);
		if (outcome == OUTCOME_OPEN)
			break;
		at -= 1 + (outcome == OUTCOME_YES ? insn->jt : insn->jf);
	}
	return landing;
}

/* (word & mask) == value of one half. path is what holds when it is asked. */
static bpf_place write_equal(struct bpf_build *b, const struct path *path,
	struct field field, uint32_t value, bpf_place yes, bpf_place no)
{
	bool is_bit = !(field.mask & (field.mask - 1)) && value == field.mask;
	bool is_clear = field.mask != UINT32_MAX && value == 0;
	struct path if_yes = path_with(path, field, value, true);
	struct path if_no = path_with(path, field, value, false);
	struct field whole = {field.word, UINT32_MAX};
	enum outcome known = path_decides(path, field, BPF_JEQ, value);

	if (known != OUTCOME_OPEN)
		return known == OUTCOME_YES ? yes : no;
	if_yes.a = if_no.a = is_bit || is_clear ? whole : field;
	yes = path_follow(&if_yes, b, yes);
	no = path_follow(&if_no, b, no);
	if (is_bit) {
		build_branch(b, BPF_JSET, field.mask, yes, no);
	} else if (is_clear) {
		build_branch(b, BPF_JSET, field.mask, no, yes);
	} else {
		build_branch(b, BPF_JEQ, value, yes, no);
		if (field.mask != UINT32_MAX)
			build_and(b, field.mask);
	}
	return build_load(b, field.word);
}

/* (argument & mask) == value. */
static bpf_place write_masked(struct bpf_build *b, const struct path *path,
	unsigned index, uint64_t mask, uint64_t value, bpf_place yes, bpf_place no)
{
	struct field low = {WORD_ARGS + 2 * index, (uint32_t)mask};
	struct field high = {low.word + 1, (uint32_t)(mask >> 32)};
	struct path behind = path_with(path, high, (uint32_t)(value >> 32), true);

	if (value & ~mask)
		return no;
	if (low.mask)
		yes = write_equal(
			b, high.mask ? &behind : path, low, (uint32_t)value, yes, no);
	if (high.mask)
		yes = write_equal(b, path, high, (uint32_t)(value >> 32), yes, no);
	return yes;
}

/* The low half, where the high one is that of value. */
static bpf_place write_above_low(struct bpf_build *b, const struct path *path,
	unsigned index, uint16_t op, uint64_t value, bpf_place yes, bpf_place no)
{
	struct field low = {WORD_ARGS + 2 * index, UINT32_MAX};
	struct field high = {low.word + 1, UINT32_MAX};
	struct path behind = path_with(path, high, (uint32_t)(value >> 32), true);
	enum outcome known = path_decides(path, low, op, (uint32_t)value);

	if (known != OUTCOME_OPEN)
		return known == OUTCOME_YES ? yes : no;
	behind.a = low;
	build_branch(b, op, (uint32_t)value, path_follow(&behind, b, yes),
		path_follow(&behind, b, no));
	return build_load(b, low.word);
}

/* argument > value by BPF_JGT, argument >= value by BPF_JGE. */
static bpf_place write_above(struct bpf_build *b, const struct path *path,
	unsigned index, uint16_t op, uint64_t value, bpf_place yes, bpf_place no)
{
	struct field high = {WORD_ARGS + 2 * index + 1, UINT32_MAX};
	uint32_t top = (uint32_t)(value >> 32);
	struct path beside = path_with(path, high, top, false);
	bpf_place same = write_above_low(b, path, index, op, value, yes, no);

	if (path_decides(path, high, BPF_JEQ, top) == OUTCOME_YES)
		return same;
	beside.a = high;
	/* Nothing is less than a top of 0. */
	if (!top && same == yes)
		return yes;
	/* A is still the high half: the two comparisons share its load. */
	if (top)
		same = build_branch(b, BPF_JEQ, top, same, path_follow(&beside, b, no));
	build_branch(b, BPF_JGT, top, path_follow(&beside, b, yes), same);
	return build_load(b, high.word);
}

static bpf_place write_condition(struct bpf_build *b, const struct path *path,
	const struct condition *c, bpf_place yes, bpf_place no)
{
	switch (c->compare) {
	case COMPARE_EQ:
		return write_masked(b, path, c->index, UINT64_MAX, c->value, yes, no);
	case COMPARE_NE:
		return write_masked(b, path, c->index, UINT64_MAX, c->value, no, yes);
	case COMPARE_MASKED_EQ:
		return write_masked(b, path, c->index, c->mask, c->value, yes, no);
	case COMPARE_GT:
		return write_above(b, path, c->index, BPF_JGT, c->value, yes, no);
	case COMPARE_GE:
		return write_above(b, path, c->index, BPF_JGE, c->value, yes, no);
	case COMPARE_LT:
		return write_above(b, path, c->index, BPF_JGE, c->value, no, yes);
	case COMPARE_LE:
		return write_above(b, path, c->index, BPF_JGT, c->value, no, yes);
	}
	return no;
}

/* What a condition that held says about the words of its argument. */
static void learn(struct path *path, const struct condition *c)
{
	struct field low = {WORD_ARGS + 2 * (unsigned)c->index, (uint32_t)c->mask};
	struct field high = {low.word + 1, (uint32_t)(c->mask >> 32)};

	if (c->compare == COMPARE_EQ)
		low.mask = high.mask = UINT32_MAX;
	else if (c->compare != COMPARE_MASKED_EQ)
		return;
	*path = path_with(path, low, (uint32_t)c->value, true);
	*path = path_with(path, high, (uint32_t)(c->value >> 32), true);
}

/* A failed comparison of one word says that it is something else. */
static void learn_failed(struct path *path, const struct call_rule *rule, int arch)
{
	struct condition c = condition_on(&rule->conditions[0], arch);
	struct field low = {WORD_ARGS + 2 * (unsigned)c.index, (uint32_t)c.mask};
	struct field high = {low.word + 1, (uint32_t)(c.mask >> 32)};

	if (rule->count != 1 || (c.value & ~c.mask))
		return;
	if (c.compare == COMPARE_EQ)
		low.mask = high.mask = UINT32_MAX;
	else if (c.compare != COMPARE_MASKED_EQ)
		return;
	if (ruleset_is_narrow(arch))
		high.mask = 0;
	if (!high.mask)
		*path = path_with(path, low, (uint32_t)c.value, false);
	else if (!low.mask)
		*path = path_with(path, high, (uint32_t)(c.value >> 32), false);
}

/* What holds wherever a rule is asked: those before it did not match. */
static struct path path_to(const struct rule_list *rules, size_t rule, int arch)
{
	size_t first = rule > FAILED_MAX ? rule - FAILED_MAX : 0;
	struct path path = {.count = 0};

	/* Upper halves that do not count are never asked when they are known. */
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (ruleset_is_narrow(arch))
			path = path_with(&path,
				(struct field){WORD_ARGS + 2 * i + 1, UINT32_MAX}, 0,
				true);
	for (size_t i = first; i < rule; i++)
		learn_failed(&path, rules->at[i], arch);
	return path;
}

static bpf_place write_rule(struct bpf_build *b, const struct rule_list *rules,
	size_t at, int arch, bpf_place yes, bpf_place no)
{
	const struct call_rule *rule = rules->at[at];
	struct path before = path_to(rules, at, arch);

	for (unsigned i = rule->count; i-- > 0;) {
		struct condition c = condition_on(&rule->conditions[i], arch);
		struct path path = before;

		for (unsigned j = 0; j < i; j++) {
			struct condition held =
				condition_on(&rule->conditions[j], arch);

			learn(&path, &held);
		}
		yes = write_condition(b, &path, &c, yes, no);
	}
	return yes;
}

bpf_place compile_checks(struct bpf_build *b, const struct rule_list *rules, int arch,
	uint32_t otherwise)
{
	bpf_place at = build_return(b, otherwise);

	for (size_t i = rules->n; i-- > 0 && !b->is_full;)
		at = write_rule(
			b, rules, i, arch, build_return(b, rules->at[i]->answer), at);
	return at;
}
