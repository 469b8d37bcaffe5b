#include "seccomp/compile.h"

#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>

#include "seccomp/compile_parts.h"

/* The arches that the kernel tells a filter with one AUDIT_ARCH. */
static const struct {
	uint32_t audit;
	int first, second; /* second: those with X32_CALL_BIT, -1 for none */
} gates[] = {
	{AUDIT_ARCH_X86_64, ARCH_X86_64, ARCH_X32},
	{AUDIT_ARCH_I386, ARCH_I386, -1},
	{AUDIT_ARCH_AARCH64, ARCH_AARCH64, -1},
};

enum { GATES = sizeof(gates) / sizeof(gates[0]) };

/* Comparisons that were written: calls with equal rules share them. */
struct written {
	struct rule_list rules;
	bool is_narrow; /* conditions look at the low halves */
	bpf_place place;
};

struct compiler {
	struct arena *arena;
	const struct ruleset *rules;
	struct rule_list *by_call; /* by the rows of calls.h, in the ruleset's order */
	struct bpf_build build;
	VEC(struct written) written;
};

static bool lets_in(const struct compiler *c, int arch)
{
	return arch >= 0 && c->rules->arches >> arch & 1;
}

static void sort_rules(struct compiler *c)
{
	size_t count;

	call_rows(&count);
	c->by_call = arena_array(c->arena, struct rule_list, count);
	vec_each (struct call_rule, rule, &c->rules->rules)
		*vec_push(c->arena, &c->by_call[rule->call]) = rule;
}

static bool rules_equal(const struct rule_list *one, const struct rule_list *other)
{
	if (one->n != other->n)
		return false;
	for (size_t i = 0; i < one->n; i++) {
		const struct call_rule *a = one->at[i], *b = other->at[i];

		if (a->answer != b->answer || a->count != b->count)
			return false;
		for (unsigned j = 0; j < a->count; j++) {
			const struct condition *x = &a->conditions[j];
			const struct condition *y = &b->conditions[j];

			if (x->index != y->index || x->compare != y->compare ||
				x->value != y->value ||
				(x->compare == COMPARE_MASKED_EQ && x->mask != y->mask))
				return false;
		}
	}
	return true;
}

static struct target target_of_checks(
	struct compiler *c, const struct rule_list *rules, int arch)
{
	bool is_narrow = ruleset_is_narrow(arch);
	struct written *added;

	vec_each (struct written, w, &c->written)
		if (w->is_narrow == is_narrow && rules_equal(&w->rules, rules))
			return (struct target){.checks = w->place};
	added = vec_push(c->arena, &c->written);
	added->rules = *rules;
	added->is_narrow = is_narrow;
	added->place = compile_checks(&c->build, rules, arch, c->rules->otherwise);
	return (struct target){.checks = added->place};
}

/* An unconditional rule takes all; without any rule the default answers. */
static struct target target_of_call(struct compiler *c, int call, int arch)
{
	struct rule_list here = {0};

	vec_each (const struct call_rule *, rule, &c->by_call[call]) {
		if (!((*rule)->arches >> arch & 1) ||
			(*rule)->answer == c->rules->otherwise)
			continue;
		if (!(*rule)->count)
			return (struct target){.answer = (*rule)->answer};
		*vec_push(c->arena, &here) = *rule;
	}
	if (!here.n)
		return (struct target){.answer = c->rules->otherwise};
	return target_of_checks(c, &here, arch);
}

static void add_interval(
	struct arena *a, struct intervals *list, uint32_t first, struct target target)
{
	if (list->n && target_eq(vec_last(list)->target, target))
		return;
	*vec_push(a, list) = (struct interval){first, target};
}

/* What a number above the largest is answered. */
static struct target target_beyond(const struct compiler *c, int arch)
{
	if (!lets_in(c, arch))
		return (struct target){.answer = c->rules->bad_arch};
	if (c->rules->too_new && ruleset_largest(c->rules, arch))
		return (struct target){.answer = c->rules->too_new};
	return (struct target){.answer = c->rules->otherwise};
}

static void add_arch(struct compiler *c, struct intervals *list, int arch)
{
	struct target beyond = target_beyond(c, arch);
	uint32_t base = arch_info(arch)->nr_base, end = call_end(arch);
	uint32_t largest = c->rules->too_new ? ruleset_largest(c->rules, arch) : 0;

	if (!lets_in(c, arch)) {
		add_interval(c->arena, list, base, beyond);
		return;
	}
	for (uint32_t nr = base; nr < end; nr++) {
		int call = call_of(arch, nr);
		struct target target = {.answer = c->rules->otherwise};

		if (largest && nr > largest)
			target = beyond;
		else if (call != CALL_NONE)
			target = target_of_call(c, call, arch);
		add_interval(c->arena, list, nr, target);
	}
	add_interval(c->arena, list, end, beyond);
}

/* The intervals of all numbers that may come with one AUDIT_ARCH. */
static struct intervals numbers_of(struct compiler *c, size_t gate)
{
	struct intervals list = {0};

	add_arch(c, &list, gates[gate].first);
	if (gates[gate].second < 0)
		return list;
	add_arch(c, &list, gates[gate].second);
	/* As arch_of: it is the bit that says x32, also above the sign, but for -1. */
	add_interval(c->arena, &list, 2u * X32_CALL_BIT,
		target_beyond(c, gates[gate].first));
	add_interval(c->arena, &list, 3u * X32_CALL_BIT,
		target_beyond(c, gates[gate].second));
	add_interval(c->arena, &list, UINT32_MAX, target_beyond(c, gates[gate].first));
	return list;
}

static bpf_place write_gate(struct compiler *c, const struct intervals *numbers)
{
	if (numbers->n == 1)
		return compile_target(&c->build, numbers->at[0].target);
	compile_tree(&c->build, numbers);
	return build_load(&c->build, 0);
}

/* The comparison of the arch, the native one first. */
static void write_arches(struct compiler *c, const bpf_place entries[GATES])
{
	uint32_t foreign = c->rules->lets_foreign ? action_value(ACTION_ALLOW, 0)
						  : c->rules->bad_arch;
	bpf_place at = build_return(&c->build, foreign);

	for (size_t i = GATES; i-- > 0;)
		if (entries[i])
			at = build_branch(
				&c->build, BPF_JEQ, gates[i].audit, entries[i], at);
	build_load(&c->build, 1);
}

int filter_compile(
	struct arena *a, const struct ruleset *rules, struct bpf *out, struct err *err)
{
	struct compiler *c = arena_new(a, struct compiler);
	struct intervals numbers[GATES];
	bpf_place entries[GATES] = {0};

	c->arena = a;
	c->rules = rules;
	sort_rules(c);
	/* Comparisons of arguments first, that is last in the program: all share them. */
	for (size_t i = 0; i < GATES; i++)
		numbers[i] = numbers_of(c, i);
	for (size_t i = GATES; i-- > 0;)
		if (lets_in(c, gates[i].first) || lets_in(c, gates[i].second) ||
			rules->lets_foreign)
			entries[i] = write_gate(c, &numbers[i]);
	write_arches(c, entries);
	return build_finish(a, &c->build, out, err);
}
