#include <stdlib.h>

#include "seccomp/prove.h"
#include "seccomp/prove_walk.h"

enum {
	TERMS_MAX = BAN_TERMS_MAX * 2,
	PARTS_MAX = 4096, /* paths of one call that anybody would read */
};

struct answers_goal {
	struct walk_goal goal;
	struct arena *arena;
	struct answer_parts *out;
	const struct word *any; /* what is known of a word that nothing looked at */
	const char *trouble;
};

static bool take_any(struct walk_goal *goal, struct walk_state *state, uint32_t answer)
{
	(void)goal;
	state->answers[0] = answer;
	return true;
}

static bool add_term(struct answer_part *part, unsigned index, enum compare compare,
	uint64_t mask, uint64_t value)
{
	if (part->count == TERMS_MAX)
		return false;
	part->terms[part->count++] =
		(struct ban_term){(uint8_t)index, compare, mask, value};
	return true;
}

static const enum compare compare_of[] = {
	[WORD_EQ] = COMPARE_EQ,
	[WORD_NE] = COMPARE_NE,
	[WORD_GE] = COMPARE_GE,
	[WORD_LE] = COMPARE_LE,
	[WORD_GT] = COMPARE_GT,
	[WORD_LT] = COMPARE_LT,
};

/* What is known of one half of an argument besides its fixed bits. */
static bool add_half(
	struct answer_part *part, unsigned index, const struct word *w, unsigned shift)
{
	const uint64_t all = (uint64_t)UINT32_MAX << shift;

	if (w->known == UINT32_MAX)
		return true;
	if (w->low &&
		!add_term(part, index, COMPARE_GE, all, (uint64_t)w->low << shift))
		return false;
	/* Fixed bits pull the upper end down by themselves. */
	if (w->high < (w->bits | ~w->known) &&
		!add_term(part, index, COMPARE_LE, all, (uint64_t)w->high << shift))
		return false;
	for (uint32_t i = 0; i < w->hole_count; i++)
		if (!add_term(part, index, COMPARE_NE, all,
			    (uint64_t)w->holes[i] << shift))
			return false;
	for (uint32_t i = 0; i < w->test_count; i++)
		if (!add_term(part, index, compare_of[w->tests[i].op],
			    (uint64_t)w->tests[i].mask << shift,
			    (uint64_t)w->tests[i].k << shift))
			return false;
	return true;
}

static bool add_argument(
	struct answer_part *part, unsigned index, const struct word *const half[2])
{
	uint64_t known = (uint64_t)half[1]->known << 32 | half[0]->known;
	uint64_t bits = (uint64_t)half[1]->bits << 32 | half[0]->bits;

	if (known && !add_term(part, index, COMPARE_EQ, known, bits))
		return false;
	return add_half(part, index, half[0], 0) && add_half(part, index, half[1], 32);
}

static bool arrive_part(struct walk_goal *goal, const struct walk_state *state)
{
	struct answers_goal *g = (struct answers_goal *)goal;
	struct answer_part part = {.answer = state->answers[0], .steps = state->steps};

	if (g->out->n == PARTS_MAX)
		g->trouble = "it has more paths than anybody would read";
	if (state->is_loose || state->words[2] != g->any || state->words[3] != g->any)
		g->trouble = "a path depends on more than number and arguments";
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		if (!add_argument(&part, i, &state->words[WORD_ARGS + 2 * i]))
			g->trouble = "a path has more conditions than are told";
	if (g->trouble)
		return true;
	*vec_push(g->arena, g->out) = part;
	return false;
}

static int walk_parts(struct walk *walk, const struct bpf *program, int arch,
	uint32_t nr, struct answers_goal *g, struct err *err)
{
	struct bpf_stack stack = {program, 1};
	struct walk_state state;

	walk_load(walk, &stack);
	walk->keeps_paths = true;
	state = walk_start(walk);
	g->any = word_any(&walk->words);
	state.words[WORD_NR] = word_only(&walk->words, state.words[WORD_NR],
		(struct word_test){UINT32_MAX, WORD_EQ, nr});
	state.words[WORD_ARCH] = word_only(&walk->words, state.words[WORD_ARCH],
		(struct word_test){UINT32_MAX, WORD_EQ, arch_info(arch)->audit});
	walk_run(walk, state, &g->goal);
	if (g->trouble)
		return err_set(err, 0, "%s", g->trouble);
	if (walk->blind)
		return err_set(
			err, 0, "instruction %u: %s", walk->blind_pc, walk->blind);
	return 0;
}

int prove_answers(struct arena *a, const struct bpf *program, int arch, uint32_t nr,
	struct answer_parts *out, struct err *err)
{
	struct arena scratch = {0};
	struct walk *walk = arena_new(&scratch, struct walk);
	struct answer_parts found = {0};
	struct answers_goal goal = {.goal = {take_any, arrive_part, 0, UINT8_MAX},
		.arena = a,
		.out = &found};
	int end;

	walk_begin(walk, &scratch);
	end = walk_parts(walk, program, arch, nr, &goal, err);
	arena_free(&scratch);
	if (end == 0)
		*out = found;
	return end;
}
