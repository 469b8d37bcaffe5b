/*
 * Made filters, changed a little in every place: does the prover see it?
 *
 * Each mutant gets one of five proved verdicts: it breaks an objective; it is equal to
 * the original; it only permits less; it only refuses in another way; or it permits more
 * that no objective speaks of. There is no sixth: what the prover cannot decide fails the
 * test. A second opinion that shares nothing with the prover, calls run through the
 * simulator, may never contradict a verdict.
 */
#include <linux/filter.h>
#include <stdio.h>

#include "seccomp/compile.h"
#include "seccomp/engine.h"
#include "seccomp/make.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"
#include "unit.h"

enum fate {
	FATE_BROKEN, /* an objective is violated */
	FATE_EQUAL,
	FATE_STRICTER,
	FATE_REFUSES, /* permits the same, refuses otherwise */
	FATE_WIDER,   /* permits more, of which no ban speaks */
	FATE_COUNT,
};

struct tally {
	unsigned fates[FATE_COUNT], invalid;
};

static const struct prove_options plain = {0};

VEC_TYPE(struct bpf_call, call_list);

typedef int compiler(
	struct arena *a, const struct ruleset *rules, struct bpf *out, struct err *err);

/* As runc since 1.2 does: the tree, and the stub in front. */
static int compile_as_engine(
	struct arena *a, const struct ruleset *rules, struct bpf *out, struct err *err)
{
	return engine_compile(
		a, rules, (struct engine_form){true, true}, out, NULL, err);
}

struct subject {
	struct arena arena;
	struct bans bans;
	struct ruleset rules;
	struct bpf filter;
	struct call_list calls; /* of the second opinion */
	arch_set arches;
	compiler *compile;
};

static bool is_permitted(uint32_t answer)
{
	return action_kind(answer) >= ACTION_NOTIFY;
}

static uint32_t effect_of(uint32_t answer)
{
	enum action kind = action_kind(answer);

	return (uint32_t)kind << 16 | (kind == ACTION_ERRNO ? answer & 0xffff : 0);
}

/* ---- the second opinion ---- */

/* Arguments that a ban covers: each term made true in one of the usual ways. */
static bool covered_call(const struct ban *ban, unsigned way, struct bpf_call *out)
{
	struct bpf_call call = {.nr = (uint32_t)call_number(ban->call, ban->arch),
		.arch = arch_info(ban->arch)->audit};

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		call.args[i] = way & 1 ? UINT64_MAX : way & 2 ? (uint64_t)1 << 32 : 0;
	for (uint8_t i = 0; i < ban->count; i++) {
		const struct ban_term *t = &ban->terms[i];
		uint64_t *arg = &call.args[t->index], bit = t->mask & (~t->mask + 1);

		*arg = (*arg & ~t->mask) | t->value;
		if (t->compare == COMPARE_NE)
			*arg ^= way & 4 ? t->mask : way & 8 ? bit : t->mask & ~bit;
	}
	*out = call;
	return ban_covers(ban, &call);
}

static void add_calls(struct subject *s)
{
	size_t count;

	vec_each (const struct ban, ban, &s->bans)
		for (unsigned way = 0; way < 16; way++) {
			struct bpf_call call;

			if (covered_call(ban, way, &call))
				*vec_push(&s->arena, &s->calls) = call;
		}
	call_rows(&count);
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		for (size_t call = 0; call < count; call += 3) {
			int64_t nr = call_number((int)call, arch);

			if (nr >= 0 && (s->arches >> arch & 1))
				*vec_push(&s->arena, &s->calls) =
					(struct bpf_call){.nr = (uint32_t)nr,
						.arch = arch_info(arch)->audit,
						.args = {2, 0640, 0640}};
		}
}

struct opinion {
	bool permits_banned, differs, permits_more;
};

static struct opinion second_opinion(const struct subject *s, const struct bpf *mutant)
{
	struct opinion o = {0};

	vec_each (const struct bpf_call, call, &s->calls) {
		uint32_t old = bpf_run(&s->filter, call, NULL);
		uint32_t now = bpf_run(mutant, call, NULL);

		if (effect_of(old) == effect_of(now))
			continue;
		o.differs = true;
		if (!is_permitted(now) || is_permitted(old))
			continue;
		o.permits_more = true;
		vec_each (const struct ban, ban, &s->bans)
			o.permits_banned |= ban_covers(ban, call);
	}
	return o;
}

/* ---- the prover's verdict ---- */

static bool breaks_objective(
	struct subject *s, struct arena *a, const struct bpf_stack *stack)
{
	struct proofs proofs = {0};
	bool is_broken = false;

	/* Of no arch the numbers without a name: an open base permits them. */
	prove_all(a, stack, &s->bans, 0, plain, &proofs);
	vec_each (const struct proof, p, &proofs) {
		if (p->verdict == VERDICT_UNKNOWN)
			fail_msg("unknown: %.*s", STR_ARG(p->why));
		is_broken |= p->verdict == VERDICT_VIOLATED;
	}
	return is_broken;
}

static enum fate fate_of_differences(const struct differences *list)
{
	bool permits_more = false, permits_less = false;

	vec_each (const struct difference, d, list) {
		permits_more |= !is_permitted(d->one) && is_permitted(d->other);
		permits_less |= is_permitted(d->one) && !is_permitted(d->other);
	}
	return !list->n	       ? FATE_EQUAL
		: permits_more ? FATE_WIDER
		: permits_less ? FATE_STRICTER
			       : FATE_REFUSES;
}

static enum fate judge(struct subject *s, const struct bpf *mutant, const char *what)
{
	struct arena a = {0};
	struct bpf_stack one = {&s->filter, 1}, other = {mutant, 1};
	struct opinion opinion = second_opinion(s, mutant);
	struct differences differences = {0};
	struct err err = {0};
	enum fate fate = FATE_BROKEN;

	if (!breaks_objective(s, &a, &other)) {
		if (prove_equal(&a, &one, &other, ARCHES_ALL, &differences, &err) < 0)
			fail_msg("%s: %s", what, err.text);
		fate = fate_of_differences(&differences);
	}
	if (opinion.permits_banned && fate != FATE_BROKEN)
		fail_msg("%s: a banned call is permitted, and the prover sees nothing",
			what);
	if (opinion.differs && fate == FATE_EQUAL)
		fail_msg("%s: is said to be equal, and a call is answered otherwise",
			what);
	if (opinion.permits_more && (fate == FATE_STRICTER || fate == FATE_REFUSES))
		fail_msg("%s: is said to permit nothing more, and does", what);
	arena_free(&a);
	return fate;
}

static void tell(const char *name, const struct tally *t)
{
	unsigned all = 0;

	for (int i = 0; i < FATE_COUNT; i++)
		all += t->fates[i];
	note("%s: %u mutants: %u break an objective, %u are equal, %u are stricter, "
	     "%u refuse otherwise, %u permit what no ban speaks of (%u not valid)",
		name, all, t->fates[FATE_BROKEN], t->fates[FATE_EQUAL],
		t->fates[FATE_STRICTER], t->fates[FATE_REFUSES], t->fates[FATE_WIDER],
		t->invalid);
}

/* ---- subjects ---- */

static void finish_subject(struct subject *s, const struct ruleset *base)
{
	struct err err = {0};
	struct bpf_stack stack = {&s->filter, 1};

	objective_bans(&s->arena, STR("no-root"), ARCHES_ALL, &s->bans);
	objective_bans(&s->arena, STR("no-others"), ARCHES_ALL, &s->bans);
	objective_bans(&s->arena, STR("no-new-namespaces"), ARCHES_ALL, &s->bans);
	s->arches = base->arches;
	if (make_ruleset(&s->arena, base, &s->bans, MAKE_REFUSE, &s->rules, &err) < 0 ||
		s->compile(&s->arena, &s->rules, &s->filter, &err) < 0)
		fail_msg("%s", err.text);
	add_calls(s);
	assert_false(breaks_objective(s, &s->arena, &stack));
}

/* Everything is permitted but the bans. */
static void open_subject(struct subject *s, arch_set arches)
{
	struct ruleset base = {.arches = arches,
		.otherwise = action_value(ACTION_ALLOW, 0),
		.bad_arch = action_value(ACTION_KILL_PROCESS, 0)};

	*s = (struct subject){.compile = filter_compile};
	finish_subject(s, &base);
}

/* What `oakum seccomp make` gives: the engine's default with the bans. */
static void default_subject(struct subject *s, compiler *compile)
{
	struct profile_host host = profile_host_here();
	struct ruleset base = {0};

	*s = (struct subject){.compile = compile};
	host.arch = ARCH_X86_64;
	profile_default(&s->arena, &host, &base);
	base.arches &= 1u << ARCH_X86_64;
	base.lets_foreign = false;
	finish_subject(s, &base);
}

static bool is_banned(const struct subject *s, int call)
{
	vec_each (const struct ban, ban, &s->bans)
		if (ban->call == call)
			return true;
	return false;
}

/* ---- rules ---- */

struct changed {
	struct ruleset rules;
	struct call_rule *rule; /* the one that is to be changed */
};

static struct changed copy_rules(
	struct arena *a, const struct ruleset *rules, size_t at)
{
	struct changed c = {*rules, NULL};

	c.rules.rules.at = arena_array(a, struct call_rule, rules->rules.n);
	memcpy(c.rules.rules.at, rules->rules.at,
		rules->rules.n * sizeof(*rules->rules.at));
	c.rule = &c.rules.rules.at[at];
	return c;
}

static void drop_rule(struct changed *c)
{
	size_t at = (size_t)(c->rule - c->rules.rules.at);

	memmove(c->rule, c->rule + 1, (--c->rules.rules.n - at) * sizeof(*c->rule));
}

/* Condition number i changed in its way-th manner; false: there is none such. */
static bool change_condition(struct condition *c, unsigned way)
{
	static const enum compare inverse[] = {
		[COMPARE_NE] = COMPARE_EQ,
		[COMPARE_LT] = COMPARE_GE,
		[COMPARE_LE] = COMPARE_GT,
		[COMPARE_EQ] = COMPARE_NE,
		[COMPARE_GE] = COMPARE_LT,
		[COMPARE_GT] = COMPARE_LE,
	};
	bool is_masked = c->compare == COMPARE_MASKED_EQ;
	uint64_t lowest = c->mask & (~c->mask + 1);

	switch (way) {
	case 0: /* the opposite, as far as there is one */
		if (is_masked)
			c->value ^= lowest;
		else
			c->compare = inverse[c->compare];
		return true;
	case 1: /* one bit fewer is looked at */
		if (!is_masked)
			return false;
		c->mask &= ~lowest;
		c->value &= c->mask;
		return c->mask != 0;
	case 2: /* one bit more */
		if (!is_masked || c->mask == UINT64_MAX)
			return false;
		c->mask |= ~c->mask & (c->mask + 1);
		return true;
	case 3: /* all 64 bits: 1 << 32 is no longer 0 */
		if (!is_masked)
			return false;
		c->compare = COMPARE_EQ;
		c->mask = UINT64_MAX;
		return true;
	case 4:
		c->index = (uint8_t)((c->index + 1) % CALL_ARGUMENTS);
		return true;
	default:
		c->value += 1;
		c->value &= is_masked ? c->mask : UINT64_MAX;
		return true;
	}
}

enum {
	RULE_WAYS = 4,
	CONDITION_WAYS = 6,
};

/* The mutant of rule `at` in the way-th manner; false: not for this rule. */
static bool mutate_rule(struct changed *c, unsigned way)
{
	const uint32_t allow = action_value(ACTION_ALLOW, 0);
	unsigned condition;

	switch (way) {
	case 0:
		drop_rule(c);
		return true;
	case 1: /* refused becomes permitted, and the other way around */
		c->rule->answer = is_permitted(c->rule->answer)
			? action_value(ACTION_ERRNO, 1)
			: allow;
		return true;
	case 2: /* whatever the arguments are */
		if (!c->rule->count)
			return false;
		c->rule->count = 0;
		return true;
	case 3:
		if (c->rule->count < 2)
			return false;
		c->rule->count--;
		return true;
	default:
		condition = (way - RULE_WAYS) / CONDITION_WAYS;
		if (condition >= c->rule->count)
			return false;
		return change_condition(&c->rule->conditions[condition],
			(way - RULE_WAYS) % CONDITION_WAYS);
	}
}

/* Of all rules, or of those of banned calls. */
static void mutate_rules(struct subject *s, const char *name, bool all)
{
	const unsigned ways = RULE_WAYS + CONDITION_WAYS * RULESET_CONDITIONS_MAX;
	struct tally tally = {0};

	for (size_t at = 0; at < s->rules.rules.n; at++) {
		if (!all && !is_banned(s, s->rules.rules.at[at].call))
			continue;
		for (unsigned way = 0; way < ways; way++) {
			struct arena a = {0};
			struct changed c = copy_rules(&a, &s->rules, at);
			struct bpf mutant;
			char what[64];

			snprintf(what, sizeof(what), "%s: rule %zu, way %u", name, at,
				way);
			if (!mutate_rule(&c, way))
				;
			else if (s->compile(&a, &c.rules, &mutant, NULL) < 0)
				tally.invalid++;
			else
				tally.fates[judge(s, &mutant, what)]++;
			arena_free(&a);
		}
	}
	tell(name, &tally);
	assert_true(tally.fates[FATE_BROKEN] > 40);
}

/* ---- instructions ---- */

enum { INSN_WAYS = 9 };

static bool is_test(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA;
}

static bool mutate_insn(struct bpf_insn *insn, unsigned way)
{
	uint8_t jt = insn->jt;

	switch (way) {
	case 0:
	case 1:
	case 2:
		insn->k ^= way == 0 ? 1
			: way == 1  ? 1u << 16
				    : insn->k & (~insn->k + 1);
		return BPF_CLASS(insn->code) != BPF_LD || way == 0;
	case 3:
		insn->k += BPF_CLASS(insn->code) == BPF_LD ? 4 : 1;
		return true;
	case 4:
		insn->jt = insn->jf;
		insn->jf = jt;
		return is_test(insn) && insn->jt != insn->jf;
	case 5:
		insn->jt++;
		return is_test(insn);
	case 6:
		insn->jf++;
		return is_test(insn);
	case 7: /* another comparison */
		if (!is_test(insn))
			return false;
		insn->code = (uint16_t)(BPF_JMP | BPF_K |
			(BPF_OP(insn->code) == BPF_JEQ ? BPF_JGE : BPF_JEQ));
		return true;
	default:
		if (insn->code != (BPF_RET | BPF_K))
			return false;
		insn->k = is_permitted(insn->k) ? action_value(ACTION_ERRNO, 1)
						: action_value(ACTION_ALLOW, 0);
		return true;
	}
}

static void mutate_insns(struct subject *s, const char *name)
{
	struct tally tally = {0};

	for (uint32_t at = 0; at < s->filter.count; at++)
		for (unsigned way = 0; way < INSN_WAYS; way++) {
			struct arena a = {0};
			struct bpf mutant = {
				arena_array(&a, struct bpf_insn, s->filter.count),
				s->filter.count};
			char what[64];

			memcpy(mutant.insns, s->filter.insns,
				mutant.count * sizeof(*mutant.insns));
			snprintf(what, sizeof(what), "%s: instruction %u, way %u", name,
				at, way);
			if (!mutate_insn(&mutant.insns[at], way))
				;
			else if (bpf_check(&mutant, NULL) < 0)
				tally.invalid++;
			else
				tally.fates[judge(s, &mutant, what)]++;
			arena_free(&a);
		}
	tell(name, &tally);
	assert_true(tally.fates[FATE_BROKEN] > s->filter.count / 2);
}

static void test_rules_of_a_lock(void **unused)
{
	struct subject s;

	(void)unused;
	open_subject(&s, 1u << ARCH_X86_64);
	mutate_rules(&s, "lock, rules", true);
	arena_free(&s.arena);
}

static void test_rules_of_a_lock_of_three(void **unused)
{
	struct subject s;

	(void)unused;
	open_subject(&s, 1u << ARCH_X86_64 | 1u << ARCH_X32 | 1u << ARCH_I386);
	mutate_rules(&s, "lock of three arches, rules", true);
	arena_free(&s.arena);
}

static void test_insns_of_a_lock(void **unused)
{
	struct subject s;

	(void)unused;
	open_subject(&s, 1u << ARCH_X86_64);
	mutate_insns(&s, "lock, instructions");
	arena_free(&s.arena);
}

static void test_rules_on_the_default(void **unused)
{
	struct subject s;

	(void)unused;
	default_subject(&s, filter_compile);
	mutate_rules(&s, "engine's default with bans, rules", true);
	arena_free(&s.arena);
}

static void test_insns_on_the_default(void **unused)
{
	struct subject s;

	(void)unused;
	default_subject(&s, filter_compile);
	mutate_insns(&s, "engine's default with bans, instructions");
	arena_free(&s.arena);
}

static void test_rules_by_the_library(void **unused)
{
	struct subject s;

	(void)unused;
	default_subject(&s, compile_as_engine);
	mutate_rules(&s, "the same by libseccomp, rules of banned calls", false);
	arena_free(&s.arena);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_rules_on_the_default),
	cmocka_unit_test(test_insns_on_the_default),
	cmocka_unit_test(test_rules_by_the_library),
	cmocka_unit_test(test_rules_of_a_lock),
	cmocka_unit_test(test_rules_of_a_lock_of_three),
	cmocka_unit_test(test_insns_of_a_lock),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
