#include "seccomp/prove.h"

#include "seccomp/prove_numbers.h"
#include "seccomp/prove_walk.h"

struct equal_goal {
	struct walk_goal goal;
	struct arena *out_arena;
	const struct bpf_stack *one, *other;
	struct differences *out;
	int arch, call; /* of the question */
	bool is_glance; /* does anything differ at all? nothing is told yet */
	bool is_undone;
};

/* As the kernel weighs it: signed, the data left out. */
static int32_t strictness(uint32_t answer)
{
	return (int32_t)(answer & 0xffff0000);
}

/* The filter that was loaded later wins between equals (kernel/seccomp.c, run_filters). */
static uint32_t stricter(uint32_t before, uint32_t answer)
{
	return strictness(answer) <= strictness(before) ? answer : before;
}

/* Two answers with one effect become one value. */
static uint32_t effect_of(uint32_t answer)
{
	enum { ERRNO_MAX = 4095 };
	enum action kind = action_kind(answer);
	uint16_t data = (uint16_t)answer;

	switch (kind) {
	case ACTION_ERRNO:
		return action_value(kind, data > ERRNO_MAX ? ERRNO_MAX : data);
	case ACTION_TRAP:
	case ACTION_TRACE:
		return action_value(kind, data);
	default:
		return action_value(kind, 0);
	}
}

static bool take_answer(
	struct walk_goal *goal, struct walk_state *state, uint32_t answer)
{
	struct equal_goal *g = (struct equal_goal *)goal;
	uint32_t *sum = &state->answers[state->filter >= g->one->count];

	*sum = stricter(*sum, answer);
	return true;
}

/* One of each pair of answers is told for a call. */
static bool is_told(const struct equal_goal *g, uint32_t one, uint32_t other)
{
	for (size_t i = g->out->n; i-- > 0;) {
		const struct difference *d = &g->out->at[i];
		int arch = arch_of(d->witness.arch, d->witness.nr);

		if (arch != g->arch)
			continue;
		if (call_of(arch, d->witness.nr) == g->call &&
			effect_of(d->one) == one && effect_of(d->other) == other)
			return true;
	}
	return false;
}

/* true: enough of them. */
static bool add_difference(struct equal_goal *g, const struct bpf_call *call)
{
	struct difference d = {*call, bpf_stack_run(g->one, call, NULL),
		bpf_stack_run(g->other, call, NULL)};

	if (effect_of(d.one) == effect_of(d.other)) {
		g->is_undone = true;
		return false;
	}
	if (is_told(g, effect_of(d.one), effect_of(d.other)))
		return false;
	*vec_push(g->out_arena, g->out) = d;
	return g->out->n >= DIFFERENCES_MAX;
}

static bool arrive_answered(struct walk_goal *goal, const struct walk_state *state)
{
	struct equal_goal *g = (struct equal_goal *)goal;
	struct bpf_call call = walk_witness(state);

	if (effect_of(state->answers[0]) == effect_of(state->answers[1]))
		return false;
	return g->is_glance || add_difference(g, &call);
}

/* Where each filter stands in its list of intervals. */
struct sweep {
	struct walk_numbers_list lists[WALK_FILTERS_MAX];
	size_t at[WALK_FILTERS_MAX];
};

/* The last number that all filters treat as they treat low. */
static uint32_t sweep_to(
	struct sweep *s, const struct walk *walk, uint32_t low, uint32_t high)
{
	for (uint32_t i = 0; i < walk->count; i++) {
		while (s->lists[i].at[s->at[i]].high < low)
			s->at[i]++;
		if (s->lists[i].at[s->at[i]].high < high)
			high = s->lists[i].at[s->at[i]].high;
	}
	return high;
}

/* false: some filter looks at more than the number. */
static bool closed_answers(const struct sweep *s, const struct walk *walk,
	uint32_t one_count, uint32_t answers[2])
{
	for (uint32_t i = 0; i < walk->count; i++) {
		const struct walk_numbers *n = &s->lists[i].at[s->at[i]];

		if (n->is_open)
			return false;
		answers[i >= one_count] = stricter(answers[i >= one_count], n->answer);
	}
	return true;
}

/* Compares what both answer to the numbers from low to high; true: enough. */
static bool compare_numbers(struct walk *walk, struct equal_goal *g,
	const struct sweep *s, uint32_t low, uint32_t high)
{
	uint32_t allow = action_value(ACTION_ALLOW, 0), answers[2] = {allow, allow};
	uint32_t audit = arch_info(g->arch)->audit;
	struct walk_state state;
	const struct word *nr;

	if (closed_answers(s, walk, g->one->count, answers)) {
		struct bpf_call call = {.nr = low, .arch = audit};

		return effect_of(answers[0]) != effect_of(answers[1]) &&
			(g->is_glance || add_difference(g, &call));
	}
	state = walk_start(walk);
	state.answers[0] = state.answers[1] = allow;
	state.words[WORD_ARCH] = word_only(&walk->words, state.words[WORD_ARCH],
		(struct word_test){UINT32_MAX, WORD_EQ, audit});
	nr = word_only(&walk->words, state.words[WORD_NR],
		(struct word_test){UINT32_MAX, WORD_GE, low});
	state.words[WORD_NR] = word_only(
		&walk->words, nr, (struct word_test){UINT32_MAX, WORD_LE, high});
	/* Which differences are told depends on the call, so nothing is remembered. */
	walk_ask(walk, false);
	return walk_run(walk, state, &g->goal);
}

static int sweep_begin(struct arena *a, const struct walk *walk, uint32_t audit,
	struct sweep *s, struct err *err)
{
	for (uint32_t i = 0; i < walk->count; i++)
		if (walk_filter_numbers(a, walk->filters[i], audit, PROVE_NUMBERS_MAX,
			    &s->lists[i]) < 0)
			return err_set(err, 0,
				"filter %u splits the numbers into more than %d ranges",
				i + 1, PROVE_NUMBERS_MAX);
	return 0;
}

/* What to do with numbers that all filters treat alike as far as numbers decide. */
struct stretch {
	uint32_t low, high;
};

/* Each call in a stretch for itself; true: enough differences. */
static bool compare_calls(struct walk *walk, struct equal_goal *g,
	const struct sweep *s, const struct number_ranges *ranges, struct stretch in)
{
	vec_each (const struct number_range, r, ranges) {
		if (r->high < in.low || r->low > in.high)
			continue;
		g->call = r->call;
		if (compare_numbers(walk, g, s, r->low < in.low ? in.low : r->low,
			    r->high > in.high ? in.high : r->high) ||
			walk->blind)
			return true;
	}
	return false;
}

/* Most stretches are equal as a whole, and then no call in them needs a look. */
static bool compare_stretch(struct walk *walk, struct equal_goal *g,
	const struct sweep *s, const struct number_ranges *ranges, struct stretch in)
{
	bool differs;

	g->is_glance = true;
	differs = compare_numbers(walk, g, s, in.low, in.high);
	g->is_glance = false;
	if (walk->blind)
		return true;
	return differs && compare_calls(walk, g, s, ranges, in);
}

/* All numbers under one AUDIT_ARCH; 1: enough differences. */
static int compare_audit(struct arena *scratch, struct walk *walk, struct equal_goal *g,
	uint32_t audit, arch_set arches, struct err *err)
{
	struct sweep *s = arena_new(scratch, struct sweep);
	struct number_ranges ranges = {0};
	uint64_t low = 0;

	if (sweep_begin(scratch, walk, audit, s, err) < 0)
		return -1;
	number_ranges_of(scratch, audit, &ranges);
	while (low <= UINT32_MAX) {
		/* Where the arch changes, x32 and x86_64, a stretch ends. */
		uint32_t turn = (uint32_t)low | (X32_CALL_BIT - 1);
		struct stretch in = {
			(uint32_t)low, sweep_to(s, walk, (uint32_t)low, turn)};

		low = (uint64_t)in.high + 1;
		g->arch = arch_of(audit, in.low);
		if (!(arches >> g->arch & 1))
			continue;
		if (compare_stretch(walk, g, s, &ranges, in) && !walk->blind)
			return 1;
		if (walk->blind)
			return err_set(err, 0,
				"filter %u is not followed past instruction %u: %s",
				walk->blind_filter + 1, walk->blind_pc, walk->blind);
	}
	return 0;
}

static bool is_first_of_audit(int arch)
{
	for (int i = 0; i < arch; i++)
		if (arch_info(i)->audit == arch_info(arch)->audit)
			return false;
	return true;
}

static int compare_all(
	struct arena *scratch, struct equal_goal *g, arch_set arches, struct err *err)
{
	struct walk *walk = arena_new(scratch, struct walk);

	walk_begin(walk, scratch);
	walk_load(walk, g->one);
	walk_load(walk, g->other);
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		int end;

		if (!is_first_of_audit(arch))
			continue;
		end = compare_audit(
			scratch, walk, g, arch_info(arch)->audit, arches, err);
		if (end)
			return end < 0 ? -1 : 0;
	}
	if (g->is_undone)
		return err_set(err, 0,
			"a path depends on a computed value, and no call was found that "
			"takes it");
	return 0;
}

int prove_equal(struct arena *a, const struct bpf_stack *one,
	const struct bpf_stack *other, arch_set arches, struct differences *out,
	struct err *err)
{
	struct arena scratch = {0};
	struct differences found = {0};
	struct equal_goal goal = {
		.goal = {take_answer, arrive_answered, 0, UINT8_MAX},
		.out_arena = a,
		.one = one,
		.other = other,
		.out = &found,
	};
	int end = compare_all(&scratch, &goal, arches, err);

	arena_free(&scratch);
	if (end == 0)
		*out = found;
	return end;
}
