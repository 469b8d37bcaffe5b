#include "fix/profile_both.h"

#include "seccomp/box.h"

enum { BOXES_MAX = 64 }; /* of one pair of rules that are about the same argument */

/* One call on one arch, as one profile has it. */
struct view {
	const struct call_rule *refused; /* whatever its arguments are, or NULL */
	VEC(struct call_rule) permits;
};

/* One call in both. */
struct meeting {
	struct arena *a;
	int call, arch;
	struct ruleset *out;
};

static bool permits(uint32_t answer)
{
	return action_kind(answer) >= ACTION_NOTIFY;
}

static const struct call_rule *unconditional_of(const struct call_rules *rules)
{
	vec_each (const struct call_rule, rule, rules)
		if (!rule->count)
			return rule;
	return NULL;
}

/* The rules about every call on the arch; those that say what is the default are none. */
static struct call_rules *rules_by_call(
	struct arena *a, const struct ruleset *rules, int arch)
{
	size_t count;
	struct call_rules *list;

	call_rows(&count);
	list = arena_array(a, struct call_rules, count);
	vec_each (const struct call_rule, rule, &rules->rules)
		if (rule->arches >> arch & 1 && rule->answer != rules->otherwise)
			*vec_push(a, &list[rule->call]) = *rule;
	return list;
}

static struct ban ban_of(const struct call_rule *rule, int arch)
{
	struct ban ban = {.objective = STR("the old profile"),
		.call = rule->call,
		.arch = arch,
		.count = rule->count,
		.answer = rule->answer,
		.why = STR("is refused by it"),
		.at = rule->at};

	for (uint8_t i = 0; i < rule->count; i++) {
		const struct condition *c = &rule->conditions[i];
		bool is_masked = c->compare == COMPARE_MASKED_EQ;

		ban.terms[i] = (struct ban_term){.index = c->index,
			.compare = is_masked ? COMPARE_EQ : c->compare,
			.mask = is_masked ? c->mask : UINT64_MAX,
			.value = c->value};
	}
	return ban;
}

static struct view view_of(const struct meeting *m, const struct call_rules *rules,
	uint32_t otherwise, struct bans *refused)
{
	const struct call_rule *always = unconditional_of(rules);
	struct view out = {0};

	if (always && !permits(always->answer)) {
		out.refused = always;
	} else if (always) {
		*vec_push(m->a, &out.permits) = *always;
	} else {
		vec_each (const struct call_rule, rule, rules)
			if (permits(rule->answer))
				*vec_push(m->a, &out.permits) = *rule;
			else
				*vec_push(m->a, refused) = ban_of(rule, m->arch);
		if (permits(otherwise))
			*vec_push(m->a, &out.permits) = (struct call_rule){
				.call = m->call, .answer = otherwise};
	}
	return out;
}

static void add(struct meeting *m, struct call_rule rule, uint32_t answer)
{
	rule.call = m->call;
	rule.arches = (arch_set)1 << m->arch;
	rule.answer = answer;
	*vec_push(m->a, &m->out->rules) = rule;
}

static bool is_same_condition(const struct condition *x, const struct condition *y)
{
	return x->index == y->index && x->compare == y->compare &&
		x->value == y->value && x->mask == y->mask;
}

static const struct condition *condition_at(const struct call_rule *rule, uint8_t index)
{
	for (uint8_t i = 0; i < rule->count; i++)
		if (rule->conditions[i].index == index)
			return &rule->conditions[i];
	return NULL;
}

/* Conditions of both, where no argument has two that differ. */
static bool join(
	const struct call_rule *x, const struct call_rule *y, struct call_rule *out)
{
	*out = *x;
	for (uint8_t i = 0; i < y->count; i++) {
		const struct condition *there = condition_at(x, y->conditions[i].index);

		if (there && !is_same_condition(there, &y->conditions[i]))
			return false;
		if (!there)
			out->conditions[out->count++] = y->conditions[i];
	}
	return true;
}

static struct call_rule rule_of_box(const struct call_rule *like, const struct box *box)
{
	struct call_rule out = *like;

	out.count = 0;
	for (uint8_t i = 0; i < (uint8_t)CALL_ARGUMENTS; i++) {
		struct cube c = box->args[i];

		if (c.mask)
			out.conditions[out.count++] = (struct condition){i,
				c.mask == UINT64_MAX ? COMPARE_EQ : COMPARE_MASKED_EQ,
				c.value, c.mask};
	}
	return out;
}

/* Where both compare one argument, bit by bit. */
static bool meet_boxes(struct meeting *m, const struct call_rule *x,
	const struct call_rule *y, uint32_t answer)
{
	struct boxes one = {0}, other = {0};
	struct box met;

	if (box_add_conditions(m->a, x->conditions, x->count, BOXES_MAX, &one) < 0 ||
		box_add_conditions(m->a, y->conditions, y->count, BOXES_MAX, &other) <
			0)
		return false;
	vec_each (const struct box, b, &one)
		vec_each (const struct box, c, &other)
			if (box_meet(b, c, &met))
				add(m, rule_of_box(x, &met), answer);
	return true;
}

/* The stricter of two answers is the one that the kernel would take. */
static uint32_t stricter(uint32_t x, uint32_t y)
{
	return action_kind(x) < action_kind(y) ? x : y;
}

static bool meet(struct meeting *m, const struct view *old, const struct view *engine)
{
	vec_each (const struct call_rule, x, &old->permits)
		vec_each (const struct call_rule, y, &engine->permits) {
			uint32_t answer = stricter(x->answer, y->answer);
			struct call_rule both;

			if (join(x, y, &both))
				add(m, both, answer);
			else if (!meet_boxes(m, x, y, answer))
				return false;
		}
	return true;
}

/* Two lists of one meaning: nothing has to be met, however long their conditions are. */
static bool is_same(const struct view *x, const struct view *y)
{
	if (x->permits.n != y->permits.n)
		return false;
	for (size_t i = 0; i < x->permits.n; i++) {
		const struct call_rule *p = &x->permits.at[i], *q = &y->permits.at[i];

		if (p->count != q->count || p->answer != q->answer)
			return false;
		for (uint8_t k = 0; k < p->count; k++)
			if (!is_same_condition(&p->conditions[k], &q->conditions[k]))
				return false;
	}
	return true;
}

static bool meet_call(struct meeting *m, const struct view *old,
	const struct view *engine, uint32_t otherwise)
{
	const struct call_rule *refused = old->refused ? old->refused : engine->refused;

	/* An errno that somebody chose; the default's need not be written. */
	if (refused) {
		if (refused->answer != otherwise)
			add(m, *refused, refused->answer);
		return true;
	}
	if (is_same(old, engine)) {
		vec_each (const struct call_rule, rule, &old->permits)
			add(m, *rule, rule->answer);
		return true;
	}
	return meet(m, old, engine);
}

bool profile_both(struct arena *a, const struct ruleset *old,
	const struct ruleset *engine, int arch, struct ruleset *out,
	struct bans *refused)
{
	struct call_rules *olds = rules_by_call(a, old, arch);
	struct call_rules *engines = rules_by_call(a, engine, arch);
	size_t count;

	call_rows(&count);
	out->otherwise = permits(old->otherwise) ? engine->otherwise : old->otherwise;
	for (int call = 0; call < (int)count; call++) {
		struct meeting m = {.a = a, .call = call, .arch = arch, .out = out};
		struct view x, y;

		if (call_number(call, arch) < 0)
			continue;
		x = view_of(&m, &olds[call], old->otherwise, refused);
		y = view_of(&m, &engines[call], engine->otherwise, refused);
		if (!meet_call(&m, &x, &y, out->otherwise))
			return false;
	}
	return true;
}
