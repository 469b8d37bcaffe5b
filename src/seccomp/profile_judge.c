#include "seccomp/profile_judge.h"

struct judge {
	struct arena *arena;
	const struct ruleset *rules;
	struct profile_notes *notes;
	size_t *pairs; /* of rules that were held against each other */
};

static bool is_permitted(uint32_t answer)
{
	enum action kind = action_kind(answer);

	return kind == ACTION_ALLOW || kind == ACTION_LOG || kind == ACTION_TRACE;
}

/*
 * Is there a word that the kernel takes for another one, and that the condition does
 * not? Only the direction that lets something through is told. example is such a word.
 */
static bool lets_wide_through(const struct judge *j, const struct condition *c,
	unsigned bits, uint32_t answer, uint64_t *example)
{
	uint64_t over = (uint64_t)1 << bits;

	if (c->compare != COMPARE_MASKED_EQ && c->value >= over)
		return false;
	*example = over |
		(c->compare == COMPARE_NE || c->compare == COMPARE_EQ ||
					c->compare == COMPARE_MASKED_EQ
				? c->value
				: 0);
	if (is_permitted(answer))
		return c->compare == COMPARE_NE || c->compare == COMPARE_GT ||
			(c->compare == COMPARE_GE && c->value);
	return is_permitted(j->rules->otherwise) &&
		(c->compare == COMPARE_EQ || c->compare == COMPARE_LE ||
			(c->compare == COMPARE_LT && c->value) ||
			(c->compare == COMPARE_MASKED_EQ && c->mask >= over));
}

/*
 * Another rule is about that very word and answers the other way: whoever wrote it knew
 * how wide the argument is.
 */
static bool is_met_elsewhere(const struct judge *j, const struct condition *c,
	uint64_t example, uint32_t answer, int call, int arch)
{
	uint64_t args[CALL_ARGUMENTS] = {0};

	args[c->index] = example;
	vec_each (const struct call_rule, r, &j->rules->rules) {
		struct condition other;

		if (++*j->pairs > RULESET_PAIRS_MAX)
			return false;
		if (r->call != call || r->count != 1 || !(r->arches >> arch & 1) ||
			r->conditions[0].index != c->index ||
			r->answer == j->rules->otherwise ||
			is_permitted(r->answer) == is_permitted(answer))
			continue;
		other = condition_on(&r->conditions[0], arch);
		if (condition_holds(&other, args))
			return true;
	}
	return false;
}

/* One argument of one call on one arch; true when there was something to say. */
static bool judge_argument(const struct judge *j, const struct profile_condition *at,
	uint32_t answer, int call, int arch)
{
	struct condition c = condition_on(&at->condition, arch);
	struct call_argument argument = call_argument(call, arch, c.index);
	struct str name = call_rows(&(size_t){0})[call].name;
	unsigned compared = ruleset_is_narrow(arch) ? 32 : 64;
	uint64_t example;

	if (!argument.bits && call_argument(call, arch, 0).bits) {
		profile_note(j->arena, j->notes, NOTE_WEAK, at->span,
			"%.*s has no argument %u: whatever the register holds decides",
			STR_ARG(name), c.index);
		return true;
	}
	if (argument.is_pointer && c.value) {
		profile_note(j->arena, j->notes, NOTE_WEAK, at->span,
			"argument %u of %.*s is an address: no filter sees what stands "
			"there",
			c.index, STR_ARG(name));
		return true;
	}
	if (!argument.bits || argument.bits >= compared ||
		!lets_wide_through(j, &c, argument.bits, answer, &example) ||
		is_met_elsewhere(j, &c, example, answer, call, arch))
		return false;
	profile_note(j->arena, j->notes, NOTE_WEAK, at->span,
		"the kernel looks at %u bits of argument %u of %.*s%s%.*s, this at %u: "
		"0x%llx passes, and is %llu to the kernel",
		argument.bits, c.index, STR_ARG(name), arch == ARCH_I386 ? " on " : "",
		STR_ARG(arch == ARCH_I386 ? arch_info(arch)->name : STR_NONE), compared,
		(unsigned long long)example,
		(unsigned long long)(example & (((uint64_t)1 << argument.bits) - 1)));
	return true;
}

/* A condition is told once, for the first of the names and arches that it fails on. */
static void judge_condition(const struct judge *j, const struct profile_held *held,
	const struct profile_condition *at)
{
	vec_each (const struct profile_word, name, &held->rule->names) {
		int call = call_find(name->text);

		for (int arch = 0; call != CALL_NONE && arch < ARCH_COUNT; arch++)
			if (j->rules->arches & (arch_set)1 << arch &&
				call_number(call, arch) >= 0 &&
				judge_argument(j, at, held->answer, call, arch))
				return;
	}
}

/* What else is said about a call: the first rule of each sort, as it is written. */
struct said {
	const struct profile_held *always, *sometimes;
};

static void collect(const struct profile_helds *held, const struct ruleset *rules,
	struct said *said)
{
	vec_each (const struct profile_held, h, held) {
		if (h->answer == rules->otherwise)
			continue;
		vec_each (const struct profile_word, name, &h->rule->names) {
			int call = call_find(name->text);
			struct said *s = call == CALL_NONE ? NULL : &said[call];

			if (s && !h->rule->conditions.n && !s->always)
				s->always = h;
			else if (s && h->rule->conditions.n && !s->sometimes)
				s->sometimes = h;
		}
	}
}

/* true when something was said: one note a rule is enough. */
static bool judge_name(const struct judge *j, const struct profile_held *held,
	const struct profile_word *name, const struct said *said)
{
	const struct profile_held *other =
		said->always ? said->always : said->sometimes;

	if (!other || other->rule == held->rule || other->answer == held->answer)
		return false;
	if (held->answer == j->rules->otherwise) {
		profile_note(j->arena, j->notes, NOTE_WEAK, name->span,
			"answers what the default answers, so runc leaves it out: what "
			"line %u says of %.*s holds alone",
			span_start(other->rule->span).line, STR_ARG(name->text));
		return true;
	}
	if (!held->rule->conditions.n || !said->always)
		return false;
	profile_note(j->arena, j->notes, NOTE_WEAK, name->span,
		"line %u says %.*s for %.*s without a condition, and that takes all: "
		"this rule never counts",
		span_start(other->rule->span).line,
		STR_ARG(action_text(j->arena, other->answer)), STR_ARG(name->text));
	return true;
}

static void judge_rule(
	const struct judge *j, const struct profile_held *held, const struct said *said)
{
	vec_each (const struct profile_condition, at, &held->rule->conditions)
		judge_condition(j, held, at);
	vec_each (const struct profile_word, name, &held->rule->names) {
		int call = call_find(name->text);

		if (call != CALL_NONE && judge_name(j, held, name, &said[call]))
			return;
	}
}

void profile_judge(struct arena *a, const struct profile_helds *held,
	const struct ruleset *rules, struct profile_notes *notes)
{
	struct judge j = {a, rules, notes, &(size_t){0}};
	const struct call_rule *one, *other;
	struct said *said;
	size_t count;

	call_rows(&count);
	said = arena_array(a, struct said, count);
	collect(held, rules, said);
	vec_each (const struct profile_held, h, held)
		judge_rule(&j, h, said);
	if (ruleset_overlaps(rules, &one, &other))
		profile_note(a, notes, NOTE_WEAK, other->at,
			"the rule at line %u matches some of the same arguments and "
			"answers %.*s: an engine decides by an order of its own",
			span_start(one->at).line, STR_ARG(action_text(a, one->answer)));
}
