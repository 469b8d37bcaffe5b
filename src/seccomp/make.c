#include "seccomp/make.h"

#include <errno.h>

#include "seccomp/box.h"

enum {
	RULES_NICE = 8,	  /* of one call: up to here rules that need no order */
	RULES_MOST = 128, /* of one call, where nothing else says it */
	PERMIT_BOXES =
		256, /* of one rule of the base; beyond, it is taken as a whole */
};

/*
 * A call can be written anew in two forms. The exact one has rules that do not touch, so
 * the order in which an engine asks them is nothing. It is long where an argument must
 * differ from a value in some of its bits: MASKED_EQ has no opposite, so each bit is a
 * rule, and arguments multiply. There the ordered form says first what is refused and
 * then what is permitted, by a comparison of all 64 bits that is true of a little more.
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
};

VEC_TYPE(struct denial, denials);

struct maker {
	struct arena *a;
	const struct ruleset *base;
	const struct bans *bans;
	enum make_mode mode;
	struct rule_list *of_call; /* base rules by call */
	struct denials *denied;	   /* by call */
	struct arena scratch; /* for one rule of the base: hostile ones have many */
	struct call_rules rules;
	struct call_rules refusals, permits; /* of the call at work, in this order */
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
			*vec_push(m->a, list) =
				(struct denial){*box, denial_answer(m, ban), ban->at};
	return 0;
}

/* ---- rules ---- */

static bool is_same_rule(const struct call_rule *one, const struct call_rule *other)
{
	if (one->arches != other->arches || one->answer != other->answer ||
		one->count != other->count)
		return false;
	for (uint8_t i = 0; i < one->count; i++) {
		const struct condition *a = &one->conditions[i];
		const struct condition *b = &other->conditions[i];

		if (a->index != b->index || a->compare != b->compare ||
			a->value != b->value || a->mask != b->mask)
			return false;
	}
	return true;
}

static void add_rule(
	struct maker *m, struct call_rules *list, const struct call_rule *rule)
{
	size_t from = list->n > RULES_MOST ? list->n - RULES_MOST : 0;

	for (size_t i = from; i < list->n; i++)
		if (is_same_rule(&list->at[i], rule))
			return;
	*vec_push(m->a, list) = *rule;
}

/* like, its conditions being those on arguments that box leaves alone, and box. */
static struct call_rule rule_of(
	const struct call_rule *like, const struct box *box, uint32_t answer)
{
	struct call_rule out = *like;

	out.answer = answer;
	out.count = 0;
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++) {
		struct cube c = box->args[i];

		if (c.mask)
			out.conditions[out.count++] = (struct condition){(uint8_t)i,
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

/* The one argument that a box is about; -1 when there are more, or none. */
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

/* ---- what one rule of the base permits ---- */

/* The rule, and what it permits as far as denials are about it. */
struct permit {
	const struct call_rule *rule;
	struct boxes boxes;    /* of the arguments that a denial is about */
	struct denials denied; /* those that have something of it */
	bool is_default;       /* no rule: what the base permits without one */
	bool is_vast;	       /* boxes were too many: only the whole rule is known */
};

static int too_many(struct maker *m, int call)
{
	return err_set(m->err, 0,
		"say what is left of %.*s in a profile: it takes more than %d rules",
		STR_ARG(call_name(call)), RULES_MOST);
}

static void open_permit(
	struct maker *m, const struct denials *denials, struct permit *p)
{
	const struct call_rule *rule = p->rule;
	struct condition touched[RULESET_CONDITIONS_MAX];
	size_t count = 0;

	for (uint8_t i = 0; i < rule->count; i++) {
		bool is_touched = false;

		vec_each (const struct denial, d, denials)
			is_touched |= d->box.args[rule->conditions[i].index].mask != 0;
		if (is_touched)
			touched[count++] = rule->conditions[i];
	}
	p->is_vast = box_add_conditions(
			     &m->scratch, touched, count, PERMIT_BOXES, &p->boxes) < 0;
	vec_each (const struct denial, d, denials) {
		bool meets = p->is_vast;
		struct box met;

		vec_each (const struct box, box, &p->boxes)
			meets |= box_meet(box, &d->box, &met);
		if (meets)
			*vec_push(&m->scratch, &p->denied) = *d;
	}
}

/* Just what the denial has of the permit, as far as the default does not say the same. */
static void add_denied(struct maker *m, const struct permit *p, const struct denial *d)
{
	vec_each (const struct box, box, &p->boxes) {
		struct call_rule rule;
		struct box met;

		if (d->answer == m->base->otherwise || !box_meet(box, &d->box, &met))
			continue;
		rule = rule_of(p->rule, &met, d->answer);
		rule.at = d->at;
		add_rule(m, &m->refusals, &rule);
	}
}

/*
 * What has the banned bits is let out by a comparison of 64: `!= value`, and for 0 `> 0`,
 * which libseccomp before 2.4 orders rightly, too. A condition that the base has on the
 * argument does as well. false: the denial is about several arguments.
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

static bool add_ordered(struct maker *m, const struct permit *p)
{
	static const struct box whole = {0};
	struct call_rule permit = *p->rule;

	vec_each (const struct denial, d, &p->denied)
		if ((p->is_vast && permits(d->answer)) || !add_unequal(&permit, d))
			return false;
	vec_each (const struct denial, d, &p->denied) {
		struct call_rule bare = {
			.call = p->rule->call, .arches = p->rule->arches, .at = d->at};

		/* What is noted must have been permitted; what is refused need not. */
		if (permits(d->answer)) {
			add_denied(m, p, d);
			continue;
		}
		bare = rule_of(&bare, &d->box, unlike_default(m, d->answer));
		add_rule(m, &m->refusals, &bare);
	}
	permit = rule_of(&permit, &whole, p->rule->answer);
	add_rule(m, &m->permits, &permit);
	return true;
}

/* What no denial has of a permit; -1 when it takes too many boxes. */
static int left_of(struct maker *m, const struct permit *p, struct boxes *left)
{
	struct boxes denied = {0};

	if (p->is_vast)
		return -1;
	vec_each (const struct denial, d, &p->denied)
		*vec_push(&m->scratch, &denied) = d->box;
	vec_each (const struct box, box, &p->boxes)
		if (box_minus(&m->scratch, box, &denied, RULES_MOST, left) < 0 ||
			left->n > RULES_MOST)
			return -1;
	return 0;
}

static size_t count_denied(const struct permit *p)
{
	size_t count = 0;
	struct box met;

	vec_each (const struct denial, d, &p->denied)
		vec_each (const struct box, box, &p->boxes)
			count += box_meet(box, &d->box, &met);
	return count;
}

/*
 * The reverse of the ordered form, for what is noted or handed over: the little that is
 * left comes first, and the rest of the permit is answered as a whole. Noted is then too
 * much, never too little: where what is left is not little (a value of 32 bits under a
 * base that compares 64), and where an engine has another order. In these modes all
 * denials of a call have one answer.
 */
static bool add_noted(
	struct maker *m, const struct permit *p, const struct boxes *left, bool is_long)
{
	struct call_rule rest = *p->rule;
	const struct denial *first = p->denied.at;
	bool is_little = !is_long && left->n <= RULES_NICE;

	if (!permits(first->answer) || (!p->is_vast && count_denied(p) <= RULES_NICE))
		return false;
	if (is_little)
		vec_each (const struct box, box, left) {
			struct call_rule permit =
				rule_of(p->rule, box, p->rule->answer);

			add_rule(m, &m->refusals, &permit);
		}
	rest.answer = first->answer;
	rest.at = first->at;
	/* Without a condition it would take all. */
	for (uint8_t i = 0; is_little && left->n && !rest.count; i++)
		if (first->box.args[i].mask)
			rest.conditions[rest.count++] =
				(struct condition){i, COMPARE_GE, 0, UINT64_MAX};
	add_rule(m, &m->permits, &rest);
	return true;
}

static int add_permit(struct maker *m, const struct call_rule *rule,
	const struct denials *denials, bool is_default)
{
	struct permit p = {.rule = rule, .is_default = is_default};
	struct boxes left = {0};
	bool is_long;

	arena_reset(&m->scratch);
	open_permit(m, denials, &p);
	if (!p.denied.n && !is_default)
		add_rule(m, &m->permits, rule);
	if (!p.denied.n)
		return 0;
	is_long = !is_default && left_of(m, &p, &left) < 0;
	if (!is_default && add_noted(m, &p, &left, is_long))
		return 0;
	if ((is_long || left.n > RULES_NICE) && add_ordered(m, &p))
		return 0;
	if (is_long)
		return too_many(m, rule->call);
	vec_each (const struct denial, d, &p.denied)
		add_denied(m, &p, d);
	vec_each (const struct box, box, &left) {
		struct call_rule permit = rule_of(rule, box, rule->answer);

		add_rule(m, &m->permits, &permit);
	}
	return 0;
}

/* ---- one call ---- */

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

static void keep(struct maker *m, struct call_rules *list, const struct call_rule *rule,
	arch_set arches)
{
	struct call_rule kept = *rule;

	kept.arches &= arches;
	if (kept.arches)
		add_rule(m, list, &kept);
}

/* Together the rules permit every call in box. */
static bool permit_all_of(struct maker *m, const struct rule_list *rules,
	arch_set arches, const struct box *box)
{
	struct boxes permitted = {0}, missing = {0};

	vec_each (const struct call_rule *, r, rules)
		if (((*r)->arches & arches) == arches &&
			box_add_conditions(&m->scratch, (*r)->conditions, (*r)->count,
				PERMIT_BOXES, &permitted) < 0)
			return false;
	return box_minus(&m->scratch, box, &permitted, PERMIT_BOXES, &missing) == 0 &&
		!missing.n;
}

/*
 * Where a ban leaves a few values and the base permits them whatever else the arguments
 * are, those values are the rules: `socket` of four families, of which the engines'
 * default permits the low halves by one comparison and the rest by another. false: it is
 * not so.
 */
static bool add_few(
	struct maker *m, int call, const struct rule_list *rules, arch_set arches)
{
	static const struct box whole = {0};
	struct boxes denied = {0}, left = {0};

	arena_reset(&m->scratch);
	vec_each (const struct denial, d, &m->denied[call]) {
		if (d->answer != m->base->otherwise)
			return false;
		*vec_push(&m->scratch, &denied) = d->box;
	}
	vec_each (const struct call_rule *, r, rules)
		if ((*r)->answer != rules->at[0]->answer || !permits((*r)->answer))
			return false;
	if (!rules->n || permits(m->base->otherwise) ||
		box_minus(&m->scratch, &whole, &denied, RULES_MOST, &left) < 0 ||
		left.n > RULES_NICE)
		return false;
	vec_each (const struct box, box, &left)
		if (!permit_all_of(m, rules, arches, box))
			return false;
	vec_each (const struct box, box, &left) {
		struct call_rule bare = {
			.call = call, .arches = arches, .at = rules->at[0]->at};

		bare = rule_of(&bare, box, rules->at[0]->answer);
		add_rule(m, &m->permits, &bare);
	}
	return true;
}

static int make_conditional(
	struct maker *m, int call, const struct rule_list *rules, arch_set arches)
{
	struct call_rule rest = {
		.call = call, .arches = arches, .answer = m->base->otherwise};

	if (add_few(m, call, rules, arches))
		return 0;
	vec_each (const struct call_rule *, r, rules) {
		struct call_rule permit = **r;

		permit.arches &= arches;
		if (!permits(permit.answer))
			keep(m, &m->refusals, *r, arches);
		else if (permit.arches &&
			add_permit(m, &permit, &m->denied[call], false) < 0)
			return -1;
	}
	return permits(rest.answer) ? add_permit(m, &rest, &m->denied[call], true) : 0;
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
		keep(m, &m->refusals, always, arches);
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
				*vec_push(m->a, &m->rules) = **r;
			continue;
		}
		m->refusals.n = m->permits.n = 0;
		rules = real_rules(m, call);
		while (left) {
			arch_set arches = alike(&rules, left, left & (~left + 1));

			if (make_call(m, call, &rules, arches) < 0)
				return -1;
			left &= ~arches;
		}
		vec_each (const struct call_rule, r, &m->refusals)
			*vec_push(m->a, &m->rules) = *r;
		vec_each (const struct call_rule, r, &m->permits)
			*vec_push(m->a, &m->rules) = *r;
	}
	return 0;
}

int make_ruleset(struct arena *a, const struct ruleset *base, const struct bans *bans,
	enum make_mode mode, struct ruleset *out, struct err *err)
{
	struct maker m = {.a = a, .base = base, .bans = bans, .mode = mode, .err = err};
	size_t count;
	int made;

	call_rows(&count);
	m.of_call = arena_array(a, struct rule_list, count);
	m.denied = arena_array(a, struct denials, count);
	vec_each (const struct call_rule, r, &base->rules)
		*vec_push(a, &m.of_call[r->call]) = r;
	vec_each (const struct ban, ban, bans)
		if (add_ban(&m, ban) < 0)
			return -1;
	made = make_calls(&m);
	arena_free(&m.scratch);
	if (made < 0)
		return -1;
	if (m.rules.n > RULESET_RULES_MAX)
		return err_set(err, 0, "make a profile: it has more than %d rules",
			RULESET_RULES_MAX);
	*out = *base;
	out->rules = m.rules;
	return 0;
}
