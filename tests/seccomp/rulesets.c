#include "rulesets.h"

#include <linux/seccomp.h>
#include <stdio.h>

static const uint32_t answers_any[] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW,
	SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 95,
	SECCOMP_RET_ERRNO | 201, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
	SECCOMP_RET_TRAP, SECCOMP_RET_TRACE | 7, SECCOMP_RET_LOG,
	SECCOMP_RET_USER_NOTIF};

static const uint64_t words[] = {0, 1, 2, 3, 6, 7, 8, 27, 0x1000, 0x7fffffff,
	0x80000000, 0xffffffff, 0x100000000, 0x100000001, 0x1ffffffff, 0x700000000,
	0x7fffffffffffffff, 0x8000000000000000, 0xffffffff00000000, 0xfffffffffffffffe,
	0xffffffffffffffff};

static const uint64_t masks[] = {1, 2, 6, 7, 0xff, 0xffff, 0x7fffffff, 0x80000000,
	0xffffffff, 0x100000000, 0xffffffff00000000, 0x600000006, 0x8000000000000001,
	0xffffffffffffffff};

struct ruleset_form ruleset_form_any(void)
{
	return (struct ruleset_form){.arches = ARCHES_ALL,
		.rules_max = 60,
		.answers = answers_any,
		.answers_count = sizeof(answers_any) / sizeof(answers_any[0])};
}

static uint64_t some_word(struct random *r)
{
	switch (random_below(r, 8)) {
	case 0:
		return random_next(r);
	case 1:
		return random_below(r, 64);
	case 2:
		return random_next(r) >> 32;
	default:
		return random_of(r, words);
	}
}

/* is_engines: on no arch a mask is empty, for which libseccomp has no clear answer. */
static struct condition some_condition(
	struct random *r, unsigned index, bool is_engines)
{
	struct condition c = {.index = (uint8_t)index,
		.compare = (enum compare)random_below(r, COMPARE_MASKED_EQ + 1),
		.value = some_word(r),
		.mask = UINT64_MAX};

	if (c.compare == COMPARE_MASKED_EQ) {
		c.mask = random_one_in(r, 5) ? some_word(r) : random_of(r, masks);
		if (is_engines && !(uint32_t)c.mask)
			c.mask |= 1;
		c.value = random_one_in(r, 3) ? 0 : c.value & c.mask;
	}
	return c;
}

static uint32_t some_answer(struct random *r, const struct ruleset_form *form)
{
	return form->answers[random_below(r, (uint32_t)form->answers_count)];
}

static int some_call(struct random *r, const struct ruleset_form *form)
{
	size_t count;

	call_rows(&count);
	if (form->calls)
		return form->calls[random_below(r, (uint32_t)form->calls_count)];
	return (int)random_below(r, (uint32_t)count);
}

static struct call_rule some_rule(
	struct random *r, const struct ruleset_form *form, int call)
{
	struct call_rule rule = {
		.call = call, .arches = ARCHES_ALL, .answer = some_answer(r, form)};
	unsigned first = random_below(r, CALL_ARGUMENTS);

	if (!form->is_engines && random_one_in(r, 4))
		rule.arches = (arch_set)random_below(r, ARCHES_ALL + 1);
	if (!random_one_in(r, 3))
		rule.count =
			(uint8_t)(1 + random_below(r, random_one_in(r, 4) ? 6 : 2));
	for (unsigned i = 0; i < rule.count; i++)
		rule.conditions[i] = some_condition(
			r, (first + i) % CALL_ARGUMENTS, form->is_engines);
	return rule;
}

/*
 * libseccomp 2.5.4 goes wrong where a call has several rules, one of them compares two
 * arguments and another is no plain equality: such calls keep one argument a rule.
 */
static void narrow_rules(struct ruleset *rules)
{
	vec_each (struct call_rule, rule, &rules->rules) {
		size_t count = 0;

		vec_each (struct call_rule, other, &rules->rules)
			count += other->call == rule->call;
		if (count > 1 && rule->count > 1)
			rule->count = 1;
	}
}

/* Takes rules out until no two meet: an order of rules is not what an engine keeps. */
static void take_overlaps_out(struct ruleset *rules)
{
	const struct call_rule *one, *other;

	while (ruleset_overlaps(rules, &one, &other))
		rules->rules.at[other - rules->rules.at] =
			rules->rules.at[--rules->rules.n];
}

void ruleset_random(struct arena *a, struct random *r, const struct ruleset_form *form,
	struct ruleset *out)
{
	size_t count = 1 + random_below(r, (uint32_t)form->rules_max);
	int call = some_call(r, form);

	*out = (struct ruleset){.otherwise = some_answer(r, form)};
	while (!out->arches)
		out->arches = (arch_set)random_next(r) & form->arches;
	if (!form->is_engines) {
		out->bad_arch = some_answer(r, form);
		out->lets_foreign = random_one_in(r, 8);
	}
	if (random_one_in(r, 2))
		out->too_new = SECCOMP_RET_ERRNO | 38;
	for (size_t i = 0; i < count; i++) {
		/* Several rules of one call, one after the other. */
		if (!random_one_in(r, 3))
			call = some_call(r, form);
		*vec_push(a, &out->rules) = some_rule(r, form, call);
	}
	if (form->is_engines) {
		narrow_rules(out);
		take_overlaps_out(out);
	}
}

/* A word that a condition has a border at. */
static uint64_t word_near(struct random *r, const struct condition *c)
{
	switch (random_below(r, 8)) {
	case 0:
		return c->value + 1;
	case 1:
		return c->value - 1;
	case 2:
		return c->value ^ ((uint64_t)1 << random_below(r, 64));
	case 3:
		return c->value | (random_next(r) & ~c->mask);
	case 4:
		return c->value + 0x100000000;
	case 5:
		return (uint32_t)c->value;
	default:
		return c->value;
	}
}

void arguments_random(struct random *r, const struct ruleset *rules, int call,
	uint64_t args[CALL_ARGUMENTS])
{
	const struct call_rule *meant = NULL;
	uint32_t seen = 0;

	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		args[i] = some_word(r);
	/* One of its rules, each as likely. */
	vec_each (const struct call_rule, rule, &rules->rules)
		if (rule->call == call && random_below(r, ++seen) == 0)
			meant = rule;
	for (unsigned i = 0; meant && i < meant->count; i++)
		args[meant->conditions[i].index] = word_near(r, &meant->conditions[i]);
}

static uint32_t some_number(
	struct random *r, const struct ruleset *rules, int arch, int *call)
{
	uint32_t base = arch_info(arch)->nr_base;
	int64_t nr;

	*call = CALL_NONE;
	if (rules->rules.n && !random_one_in(r, 6)) {
		*call = rules->rules.at[random_below(r, (uint32_t)rules->rules.n)].call;
		nr = call_number(*call, arch);
		if (nr >= 0)
			return (uint32_t)nr + (random_one_in(r, 10) ? 1 : 0) -
				(random_one_in(r, 10) && nr > base ? 1 : 0);
	}
	switch (random_below(r, 6)) {
	case 0:
		return (uint32_t)random_next(r);
	case 1:
		return X32_CALL_BIT - 1 + random_below(r, 3);
	case 2:
		return 0x80000000 - 1 + random_below(r, 3);
	default:
		return base + random_below(r, 600);
	}
}

struct bpf_call call_random(struct random *r, const struct ruleset *rules)
{
	struct bpf_call call = {0};
	int arch = (int)random_below(r, ARCH_COUNT), row;

	/* Mostly one that is let in. */
	for (int tries = 0; tries < 4 && !(rules->arches >> arch & 1); tries++)
		arch = (int)random_below(r, ARCH_COUNT);
	call.arch = random_one_in(r, 40) ? (uint32_t)random_next(r)
					 : arch_info(arch)->audit;
	call.nr = some_number(r, rules, arch, &row);
	if (row == CALL_NONE && rules->rules.n)
		row = rules->rules.at[random_below(r, (uint32_t)rules->rules.n)].call;
	arguments_random(r, rules, row, call.args);
	if (arch_of(call.arch, call.nr) == ARCH_I386)
		for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
			call.args[i] = (uint32_t)call.args[i];
	return call;
}

void ruleset_print(const struct ruleset *rules, const struct bpf_call *call)
{
	static const char *const signs[] = {"!=", "<", "<=", "==", ">=", ">", "&=="};
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	size_t count;

	fprintf(stderr, "# arches 0x%x, otherwise 0x%x, bad arch 0x%x, too new 0x%x\n",
		rules->arches, rules->otherwise, rules->bad_arch, rules->too_new);
	vec_each (const struct call_rule, rule, &rules->rules) {
		if (rule->call != row)
			continue;
		fprintf(stderr, "# %.*s on 0x%x: 0x%x",
			STR_ARG(call_rows(&count)[row].name), rule->arches,
			rule->answer);
		for (unsigned i = 0; i < rule->count; i++) {
			const struct condition *c = &rule->conditions[i];

			fprintf(stderr, ", arg%u %s 0x%llx (mask 0x%llx)", c->index,
				signs[c->compare], (unsigned long long)c->value,
				(unsigned long long)c->mask);
		}
		fputc('\n', stderr);
	}
	fprintf(stderr, "# call: arch 0x%x nr 0x%x args", call->arch, call->nr);
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		fprintf(stderr, " 0x%llx", (unsigned long long)call->args[i]);
	fputc('\n', stderr);
}
