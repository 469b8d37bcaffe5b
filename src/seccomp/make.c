#include "seccomp/make.h"

#include <errno.h>

#include "seccomp/box.h"

enum {
	RULES_NICE = 8,	  /* of one call: up to here rules that need no order */
	RULES_MOST = 128, /* of one call, where nothing else says it */
};

/*
 * A call can be written anew in two forms. The exact one has rules that do not touch, so
 * the order in which an engine asks them is nothing. It is long where an argument must
 * differ from a value in some of its bits: MASKED_EQ has no opposite, so each bit is a
 * rule, and arguments multiply. There the ordered form says first what is refused and
 * then, by a comparison of all 64 bits that is true of a little more, what is permitted.
 * libseccomp 2.4.0 to 2.6.1 asks such rules in the order in which they came, and so does
 * oakum; the proof of the compiled bytes, not this remark, is what a profile rests on.
 */

/* Which base rules are about a call, in their order. */
VEC_TYPE(const struct call_rule *, rule_list);

/* A part of a call's arguments that must not be answered as the base does. */
struct denial {
	struct box box;
	uint32_t answer;
	struct span at;
	bool is_of_base; /* the base refuses it; its rule stands already */
};

VEC_TYPE(struct denial, denials);

struct maker {
	struct arena *a;
	const struct ruleset *base;
	const struct bans *bans;
	enum make_mode mode;
	struct rule_list *of_call; /* base rules by call */
	struct denials *denied;	   /* by call */
	struct call_rules rules;
	struct err *err;
};

static struct str call_name(int call)
{
	size_t count;

	return call_rows(&count)[call].name;
}

static bool permits(uint32_t answer)
{
	return action_kind(answer) >= ACTION_NOTIFY;
}

/* ---- what is denied ---- */

/* The supervisor of oakum can do these in their narrow form. */
static bool can_be_masked(int call)
{
	static const struct str names[] = {STR_INIT("chmod"), STR_INIT("fchmod"),
		STR_INIT("fchmodat"), STR_INIT("fchmodat2"), STR_INIT("umask")};
	struct str name = call_name(call);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static uint32_t denial_answer(const struct maker *m, const struct ban *ban)
{
	if (m->mode == MAKE_AUDIT)
		return action_value(ACTION_LOG, 0);
	if (m->mode == MAKE_MASK && can_be_masked(ban->call))
		return action_value(ACTION_NOTIFY, 0);
	return ban->answer;
}

static bool is_denied_already(const struct denials *list, const struct box *box)
{
	vec_each (const struct denial, d, list)
		if (box_eq(&d->box, box))
			return true;
	return false;
}

/*
 * A profile has names, not numbers: what is banned on one arch is banned on all that are
 * let in, so that the written file says the same as the ruleset.
 */
static int add_ban(struct maker *m, const struct ban *ban)
{
	struct denials *list = &m->denied[ban->call];
	struct boxes boxes = {0};

	if (!(m->base->arches >> ban->arch & 1))
		return 0;
	if (box_add_terms(m->a, ban->terms, ban->count, RULES_MOST, &boxes) < 0)
		return err_set(m->err, 0,
			"say the ban of %.*s in a profile: it takes more than %d rules",
			STR_ARG(call_name(ban->call)), RULES_MOST);
	vec_each (const struct box, box, &boxes)
		if (!is_denied_already(list, box))
			*vec_push(m->a, list) = (struct denial){
				*box, denial_answer(m, ban), ban->at, false};
	return 0;
}

/* ---- rules ---- */

static void add_rule(struct maker *m, const struct call_rule *rule)
{
	*vec_push(m->a, &m->rules) = *rule;
}

/* like, its conditions being those on arguments that box leaves alone, and box. */
static struct call_rule rule_of(
	const struct call_rule *like, const struct box *box, uint32_t answer)
{
	struct call_rule out = *like;

	out.answer = answer;
	out.count = 0;
	for (uint8_t i = 0; i < CALL_ARGUMENTS; i++) {
		struct cube c = box->args[i];

		if (c.mask)
			out.conditions[out.count++] = (struct condition){i,
				c.mask == UINT64_MAX ? COMPARE_EQ : COMPARE_MASKED_EQ,
				c.value, c.mask};
		else
			for (uint8_t k = 0; k < like->count; k++)
				if (like->conditions[k].index == i)
					out.conditions[out.count++] =
						like->conditions[k];
	}
	return out;
}

/* Engines drop a rule that answers as the default does, and its place with it. */
static uint32_t unlike_default(const struct maker *m, uint32_t answer)
{
	if (answer != m->base->otherwise)
		return answer;
	return action_value(ACTION_ERRNO,
		answer == action_value(ACTION_ERRNO, EPERM) ? EACCES : EPERM);
}

/* Only a single argument differs from all values; -1 when there are more, or none. */
static int only_index(const struct box *box)
{
	int found = -1;

	for (int i = 0; i < CALL_ARGUMENTS; i++)
		if (box->args[i].mask) {
			if (found >= 0)
				return -1;
			found = i;
		}
	return found;
}

static bool constrains(const struct call_rule *rule, int index)
{
	for (uint8_t i = 0; i < rule->count; i++)
		if (rule->conditions[i].index == index)
			return true;
	return false;
}

/* One piece of what a base rule permits: box, and the conditions that it leaves alone. */
struct piece {
	const struct call_rule *rule;
	struct box box;
	const struct denials *denials;
	bool is_default; /* what no rule of the base is about */
};

/*
 * What has the banned bits has these 64: `!= value`, and for 0 `> 0`, which libseccomp
 * before 2.4 orders rightly, too.
 */
static bool add_unequal(struct call_rule *rule, const struct denial *d)
{
	int index = only_index(&d->box);
	uint64_t value;

	if (index < 0)
		return false;
	value = d->box.args[index].value;
	if (!constrains(rule, index))
		rule->conditions[rule->count++] = (struct condition){(uint8_t)index,
			value ? COMPARE_NE : COMPARE_GT, value, UINT64_MAX};
	return true;
}

static bool add_ordered(struct maker *m, const struct piece *p)
{
	struct call_rule permit = rule_of(p->rule, &p->box, p->rule->answer);
	size_t first = m->rules.n;
	uint8_t plain = permit.count;

	vec_each (const struct denial, d, p->denials) {
		struct box met;

		if (!box_meet(&p->box, &d->box, &met))
			continue;
		/* A condition of the piece itself leaves no room for another. */
		for (uint8_t i = 0; i < plain; i++)
			if (d->box.args[permit.conditions[i].index].mask)
				goto cannot;
		if (d->is_of_base || !add_unequal(&permit, d))
			goto cannot;
		struct call_rule refuse =
			rule_of(p->rule, &met, unlike_default(m, d->answer));
		refuse.at = d->at;
		add_rule(m, &refuse);
	}
	add_rule(m, &permit);
	return true;
cannot:
	m->rules.n = first;
	return false;
}

/* The denied part of a piece, as far as it is not answered so by default. */
static void add_refused(struct maker *m, const struct piece *p)
{
	vec_each (const struct denial, d, p->denials) {
		struct box met;
		struct call_rule rule;

		if (d->is_of_base || d->answer == m->base->otherwise ||
			!box_meet(&p->box, &d->box, &met))
			continue;
		rule = rule_of(p->rule, &met, d->answer);
		rule.at = d->at;
		add_rule(m, &rule);
	}
}

static int too_many(struct maker *m, int call)
{
	return err_set(m->err, 0,
		"say what is left of %.*s in a profile: it takes more than %d rules",
		STR_ARG(call_name(call)), RULES_MOST);
}

static int add_piece(struct maker *m, const struct piece *p)
{
	struct boxes denied = {0}, left = {0};
	int answer;

	if (p->is_default) {
		add_refused(m, p);
		return 0;
	}
	vec_each (const struct denial, d, p->denials)
		*vec_push(m->a, &denied) = d->box;
	answer = box_minus(m->a, &p->box, &denied, RULES_MOST, &left);
	if ((answer < 0 || left.n > RULES_NICE) && add_ordered(m, p))
		return 0;
	if (answer < 0)
		return too_many(m, p->rule->call);
	add_refused(m, p);
	vec_each (const struct box, box, &left) {
		struct call_rule rule = rule_of(p->rule, box, p->rule->answer);

		add_rule(m, &rule);
	}
	return 0;
}

/* ---- one call ---- */

/* The conditions of rule on arguments that a denial is about, as boxes. */
static int touched_boxes(struct maker *m, const struct call_rule *rule,
	const struct denials *denials, struct boxes *out)
{
	struct condition touched[RULESET_CONDITIONS_MAX];
	size_t count = 0;

	for (uint8_t i = 0; i < rule->count; i++) {
		bool is_touched = false;

		vec_each (const struct denial, d, denials)
			is_touched |= d->box.args[rule->conditions[i].index].mask != 0;
		if (is_touched)
			touched[count++] = rule->conditions[i];
	}
	return box_add_conditions(m->a, touched, count, RULES_MOST, out);
}

static int add_permit(struct maker *m, const struct call_rule *rule,
	const struct denials *denials, bool is_default)
{
	struct boxes boxes = {0};

	if (touched_boxes(m, rule, denials, &boxes) < 0)
		return too_many(m, rule->call);
	vec_each (const struct box, box, &boxes) {
		struct piece p = {rule, *box, denials, is_default};

		if (add_piece(m, &p) < 0)
			return -1;
	}
	return 0;
}

/* A rule that answers as the default does is none: engines leave it out. */
static struct rule_list real_rules(struct maker *m, int call)
{
	struct rule_list out = {0};

	vec_each (const struct call_rule *, r, &m->of_call[call])
		if ((*r)->answer != m->base->otherwise)
			*vec_push(m->a, &out) = *r;
	return out;
}

/* The rule that decides whatever the arguments are; NULL when there is none. */
static const struct call_rule *unconditional_of(
	const struct rule_list *rules, arch_set arches)
{
	vec_each (const struct call_rule *, r, rules)
		if (!(*r)->count && ((*r)->arches & arches))
			return *r;
	return NULL;
}

/* What the base refuses under conditions is a denial like another. */
static int add_base_denial(
	struct maker *m, const struct call_rule *rule, struct denials *out)
{
	struct boxes boxes = {0};

	if (box_add_conditions(
		    m->a, rule->conditions, rule->count, RULES_MOST, &boxes) < 0)
		return too_many(m, rule->call);
	vec_each (const struct box, box, &boxes)
		*vec_push(m->a, out) =
			(struct denial){*box, rule->answer, rule->at, true};
	return 0;
}

static void keep(struct maker *m, const struct call_rule *rule, arch_set arches)
{
	struct call_rule kept = *rule;

	kept.arches &= arches;
	add_rule(m, &kept);
}

static int make_conditional(
	struct maker *m, int call, const struct rule_list *rules, arch_set arches)
{
	struct call_rule rest = {
		.call = call, .arches = arches, .answer = m->base->otherwise};
	struct denials denials = {0};

	vec_each (const struct denial, d, &m->denied[call])
		*vec_push(m->a, &denials) = *d;
	vec_each (const struct call_rule *, r, rules)
		if (((*r)->arches & arches) && !permits((*r)->answer)) {
			keep(m, *r, arches);
			if (add_base_denial(m, *r, &denials) < 0)
				return -1;
		}
	vec_each (const struct call_rule *, r, rules) {
		struct call_rule permit = **r;

		permit.arches &= arches;
		if (permit.arches && permits(permit.answer) &&
			add_permit(m, &permit, &denials, false) < 0)
			return -1;
	}
	return permits(rest.answer) ? add_permit(m, &rest, &denials, true) : 0;
}

/* A call on arches whose rules are the same. */
static int make_call(
	struct maker *m, int call, const struct rule_list *rules, arch_set arches)
{
	const struct call_rule *always = unconditional_of(rules, arches);
	struct call_rule permit;

	if (!always)
		return make_conditional(m, call, rules, arches);
	if (!permits(always->answer)) {
		keep(m, always, arches);
		return 0;
	}
	permit = *always;
	permit.arches &= arches;
	return add_permit(
		m, &permit, &m->denied[call], permit.answer == m->base->otherwise);
}

/* The arches from arch on for which the very same rules are written. */
static arch_set alike(const struct rule_list *rules, arch_set candidates, arch_set arch)
{
	arch_set found = 0;

	for (int i = 0; i < ARCH_COUNT; i++) {
		arch_set other = (arch_set)1 << i;
		bool is_same = true;

		if (!(candidates & other))
			continue;
		vec_each (const struct call_rule *, r, rules)
			is_same &= !((*r)->arches & other) == !((*r)->arches & arch);
		if (is_same)
			found |= other;
	}
	return found;
}

static int make_calls(struct maker *m)
{
	size_t count;

	call_rows(&count);
	for (int call = 0; call < (int)count; call++) {
		arch_set left = m->base->arches;
		struct rule_list rules;

		if (!m->denied[call].n) {
			vec_each (const struct call_rule *, r, &m->of_call[call])
				add_rule(m, *r);
			continue;
		}
		rules = real_rules(m, call);
		while (left) {
			arch_set arches = alike(&rules, left, left & (~left + 1));

			if (make_call(m, call, &rules, arches) < 0)
				return -1;
			left &= ~arches;
		}
	}
	return 0;
}

int make_ruleset(struct arena *a, const struct ruleset *base, const struct bans *bans,
	enum make_mode mode, struct ruleset *out, struct err *err)
{
	struct maker m = {.a = a, .base = base, .bans = bans, .mode = mode, .err = err};
	size_t count;

	call_rows(&count);
	m.of_call = arena_array(a, struct rule_list, count);
	m.denied = arena_array(a, struct denials, count);
	vec_each (const struct call_rule, r, &base->rules)
		*vec_push(a, &m.of_call[r->call]) = r;
	vec_each (const struct ban, ban, bans)
		if (add_ban(&m, ban) < 0)
			return -1;
	if (make_calls(&m) < 0)
		return -1;
	if (m.rules.n > RULESET_RULES_MAX)
		return err_set(err, 0, "make a profile: it has more than %d rules",
			RULESET_RULES_MAX);
	*out = *base;
	out->rules = m.rules;
	return 0;
}
