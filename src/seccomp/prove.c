#include "seccomp/prove.h"

#include "seccomp/prove_numbers.h"
#include "seccomp/prove_walk.h"

/* Are there arguments for which every filter permits what is banned? */
struct permit_goal {
	struct walk_goal goal;
	const struct bpf_stack *stack;
	struct prove_options options;
	struct proof *proof;
	bool is_undone; /* an end was reached that no call could be shown for */
};

static bool is_permitted(uint32_t answer, struct prove_options options)
{
	switch (action_kind(answer)) {
	case ACTION_ALLOW:
	case ACTION_LOG:
	case ACTION_TRACE:
		return true;
	case ACTION_NOTIFY:
		return !options.notify_holds;
	default:
		return false;
	}
}

static uint8_t permitting(struct prove_options options)
{
	unsigned kinds = 1u << ACTION_ALLOW | 1u << ACTION_LOG | 1u << ACTION_TRACE;

	if (!options.notify_holds)
		kinds |= 1u << ACTION_NOTIFY;
	return (uint8_t)kinds;
}

static bool take_permission(
	struct walk_goal *goal, struct walk_state *state, uint32_t answer)
{
	struct permit_goal *g = (struct permit_goal *)goal;

	(void)state;
	return is_permitted(answer, g->options);
}

/* The walk says that this call gets through; the filters themselves are asked. */
static bool arrive_permitted(struct walk_goal *goal, const struct walk_state *state)
{
	struct permit_goal *g = (struct permit_goal *)goal;
	struct bpf_call call = walk_witness(state);
	uint32_t answer = bpf_stack_run(g->stack, &call, NULL);
	const struct walk_return *link = state->returns;

	if (!is_permitted(answer, g->options) || !ban_covers(&g->proof->ban, &call)) {
		g->is_undone = true;
		return false;
	}
	g->proof->verdict = VERDICT_VIOLATED;
	g->proof->witness = call;
	g->proof->answer = answer;
	for (uint32_t i = g->stack->count; i-- > 0 && link; link = link->older)
		g->proof->returns[i] = link->pc;
	return true;
}

/* A walk for a row of questions about one stack. */
struct session {
	struct arena scratch, *out;
	struct walk walk;
	const struct bpf_stack *stack;
	struct prove_options options;
	bool found_nothing; /* in the question before */
};

static void session_begin(struct session *s, struct arena *a,
	const struct bpf_stack *stack, struct prove_options options)
{
	*s = (struct session){.out = a, .stack = stack, .options = options};
	walk_begin(&s->walk, &s->scratch);
	walk_load(&s->walk, stack);
}

/* Memory is one of the caps, so a question does not inherit too much of it. */
static void session_refresh(struct session *s)
{
	uint64_t steps_before = s->walk.steps_before;

	if (s->scratch.used < WALK_MEMORY_MAX / 2)
		return;
	arena_free(&s->scratch);
	s->scratch = (struct arena){0};
	walk_begin(&s->walk, &s->scratch);
	walk_load(&s->walk, s->stack);
	s->walk.steps_before = steps_before;
}

static struct permit_goal goal_begin(struct session *s, struct proof *proof)
{
	session_refresh(s);
	walk_ask(&s->walk, s->found_nothing);
	return (struct permit_goal){
		.goal = {take_permission, arrive_permitted,
			action_value(ACTION_ALLOW, 0), permitting(s->options)},
		.stack = s->stack,
		.options = s->options,
		.proof = proof,
	};
}

static void goal_end(struct session *s, const struct permit_goal *goal)
{
	struct proof *proof = goal->proof;
	const struct walk *walk = &s->walk;

	s->found_nothing = proof->verdict == VERDICT_HOLDS && !goal->is_undone;
	if (proof->verdict == VERDICT_VIOLATED)
		return;
	if (walk->blind) {
		proof->verdict = VERDICT_UNKNOWN;
		proof->why = arena_printf(s->out,
			"filter %u is not followed past instruction %u: %s",
			walk->blind_filter + 1, walk->blind_pc, walk->blind);
	} else if (goal->is_undone) {
		proof->verdict = VERDICT_UNKNOWN;
		proof->why = STR("a path that permits it depends on a computed value, "
				 "and no call was found that takes it");
	}
}

/* A comparison of a 64-bit argument as comparisons of its two words. */
struct half_tests {
	struct word_test low, high;
};

static const struct word_test no_test = {0, WORD_EQ, 0};

/* Any of the alternatives will do, of each both halves; their count. */
static unsigned term_tests(const struct ban_term *term, struct half_tests out[2])
{
	uint32_t low_mask = (uint32_t)term->mask, low = (uint32_t)term->value;
	uint32_t high_mask = (uint32_t)(term->mask >> 32);
	uint32_t high = (uint32_t)(term->value >> 32);
	enum word_op strict = term->compare == COMPARE_GT || term->compare == COMPARE_GE
		? WORD_GT
		: WORD_LT;
	enum word_op op = term->compare == COMPARE_GT ? WORD_GT
		: term->compare == COMPARE_GE	      ? WORD_GE
		: term->compare == COMPARE_LT	      ? WORD_LT
						      : WORD_LE;

	switch (term->compare) {
	case COMPARE_EQ:
	case COMPARE_MASKED_EQ:
		out[0] = (struct half_tests){
			{low_mask, WORD_EQ, low}, {high_mask, WORD_EQ, high}};
		return 1;
	case COMPARE_NE:
		out[0] = (struct half_tests){{low_mask, WORD_NE, low}, no_test};
		out[1] = (struct half_tests){no_test, {high_mask, WORD_NE, high}};
		return 2;
	default:
		out[0] = (struct half_tests){
			{low_mask, op, low}, {high_mask, WORD_EQ, high}};
		out[1] = (struct half_tests){no_test, {high_mask, strict, high}};
		return 2;
	}
}

/* false: no argument is left. */
static bool lay_over(struct walk *walk, struct walk_state *state, unsigned word,
	struct word_test test)
{
	const struct word *left = word_only(&walk->words, state->words[word], test);

	if (!left)
		return false;
	state->words[word] = left;
	state->is_loose |= left->is_loose;
	return true;
}

/* Walks each way to make the terms from index on true; true: the goal has enough. */
static bool walk_terms(struct session *s, const struct ban *ban, unsigned index,
	const struct walk_state *state, struct walk_goal *goal)
{
	struct half_tests ways[2];
	unsigned count;

	if (index == ban->count)
		return walk_run(&s->walk, *state, goal);
	count = term_tests(&ban->terms[index], ways);
	for (unsigned i = 0; i < count; i++) {
		struct walk_state next = *state;
		unsigned word = WORD_ARGS + 2u * ban->terms[index].index;

		if (lay_over(&s->walk, &next, word, ways[i].low) &&
			lay_over(&s->walk, &next, word + 1, ways[i].high) &&
			walk_terms(s, ban, index + 1, &next, goal))
			return true;
	}
	return false;
}

static void state_fix(
	struct walk *walk, struct walk_state *state, unsigned word, uint32_t value)
{
	lay_over(walk, state, word, (struct word_test){UINT32_MAX, WORD_EQ, value});
}

static struct proof session_ban(struct session *s, const struct ban *ban)
{
	struct proof proof = {.verdict = VERDICT_HOLDS, .ban = *ban};
	struct permit_goal goal = goal_begin(s, &proof);
	struct walk_state state = walk_start(&s->walk);
	int64_t nr = call_number(ban->call, ban->arch);

	/* A call that the arch does not have cannot be made there. */
	if (nr < 0)
		return proof;
	state_fix(&s->walk, &state, WORD_NR, (uint32_t)nr);
	state_fix(&s->walk, &state, WORD_ARCH, arch_info(ban->arch)->audit);
	walk_terms(s, ban, 0, &state, &goal.goal);
	goal_end(s, &goal);
	return proof;
}

static const struct str every_filter = STR_INIT("every-filter");

static struct proof session_foreign(struct session *s)
{
	struct proof proof = {.verdict = VERDICT_HOLDS,
		.ban = {.objective = every_filter,
			.call = CALL_NONE,
			.arch = -1,
			.answer = action_value(ACTION_KILL_PROCESS, 0),
			.why = STR("enters the kernel by an architecture whose calls "
				   "no rule speaks of")}};
	struct permit_goal goal = goal_begin(s, &proof);
	struct walk_state state = walk_start(&s->walk);

	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		uint32_t audit = arch_info(arch)->audit;

		lay_over(&s->walk, &state, WORD_ARCH,
			(struct word_test){UINT32_MAX, WORD_NE, audit});
	}
	walk_run(&s->walk, state, &goal.goal);
	goal_end(s, &goal);
	return proof;
}

/* Every number of an arch that no table names. */
static struct proof session_unnamed(
	struct session *s, int arch, const struct number_ranges *ranges)
{
	struct proof proof = {.verdict = VERDICT_HOLDS,
		.ban = {.objective = every_filter,
			.call = CALL_NONE,
			.arch = arch,
			.answer = action_value(ACTION_ERRNO, 38),
			.why = STR("makes a call that no table knows, so no rule "
				   "speaks of it")}};
	struct permit_goal goal = goal_begin(s, &proof);
	struct walk_state start = walk_start(&s->walk);

	state_fix(&s->walk, &start, WORD_ARCH, arch_info(arch)->audit);
	vec_each (const struct number_range, r, ranges) {
		struct walk_state state = start;

		if (r->arch != arch || r->call != CALL_NONE)
			continue;
		if (lay_over(&s->walk, &state, WORD_NR,
			    (struct word_test){UINT32_MAX, WORD_GE, r->low}) &&
			lay_over(&s->walk, &state, WORD_NR,
				(struct word_test){UINT32_MAX, WORD_LE, r->high}) &&
			walk_run(&s->walk, state, &goal.goal))
			break;
	}
	goal_end(s, &goal);
	return proof;
}

struct proof prove_ban(struct arena *a, const struct bpf_stack *stack,
	const struct ban *ban, struct prove_options options)
{
	struct session s;
	struct proof proof;

	session_begin(&s, a, stack, options);
	proof = session_ban(&s, ban);
	arena_free(&s.scratch);
	return proof;
}

void prove_all(struct arena *a, const struct bpf_stack *stack, const struct bans *bans,
	arch_set arches, struct prove_options options, struct proofs *out)
{
	struct session s;

	session_begin(&s, a, stack, options);
	vec_each (const struct ban, ban, bans)
		*vec_push(a, out) = session_ban(&s, ban);
	*vec_push(a, out) = session_foreign(&s);
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		struct arena ranges_arena = {0};
		struct number_ranges ranges = {0};

		if (!(arches >> arch & 1))
			continue;
		number_ranges_of(&ranges_arena, arch_info(arch)->audit, &ranges);
		*vec_push(a, out) = session_unnamed(&s, arch, &ranges);
		arena_free(&ranges_arena);
	}
	arena_free(&s.scratch);
}
