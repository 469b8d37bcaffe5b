#include "seccomp/prove_walk.h"

#include <linux/filter.h>
#include <stdlib.h>

enum {
	LOAD_CALL = BPF_LD | BPF_W | BPF_ABS,
	SEEN_FIRST = 512, /* rows; a power of two */
	KEY_MAX = 5 + BPF_MEMWORDS + 2 * BPF_DATA_WORDS,
};

void walk_begin(struct walk *walk, struct arena *a)
{
	*walk = (struct walk){.arena = a, .epoch = 1};
	words_begin(&walk->words, a);
}

void walk_load(struct walk *walk, const struct bpf_stack *stack)
{
	for (uint32_t i = 0; i < stack->count && walk->count < WALK_FILTERS_MAX; i++) {
		uint32_t at = walk->count++;
		const struct walk_live *live =
			walk_live_of(walk->arena, &stack->filters[i]);

		walk->filters[at] = &stack->filters[i];
		walk->live[at] = live;
		for (uint32_t before = 0; before < at; before++)
			walk->read_after[before] |= live[0].words;
	}
}

struct walk_state walk_start(struct walk *walk)
{
	struct walk_state state = {0};

	for (unsigned i = 0; i < BPF_DATA_WORDS; i++)
		state.words[i] = word_any(&walk->words);
	return state;
}

static uint64_t walk_cost(const struct walk *walk)
{
	return walk->steps + walk->words.nodes;
}

void walk_ask(struct walk *walk, bool found_nothing)
{
	if (!found_nothing || walk->blind)
		walk->epoch++;
	walk->steps_before += walk_cost(walk);
	walk->paths = walk->steps = 0;
	walk->words.nodes = 0;
	walk->blind = NULL;
}

struct bpf_call walk_witness(const struct walk_state *state)
{
	struct bpf_call call = {
		.nr = state->words[WORD_NR]->least,
		.arch = state->words[WORD_ARCH]->least,
		.ip = (uint64_t)state->words[3]->least << 32 | state->words[2]->least,
	};

	for (unsigned i = 0; i < 6; i++) {
		const struct word *const *half = &state->words[WORD_ARGS + 2 * i];

		call.args[i] = (uint64_t)half[1]->least << 32 | half[0]->least;
	}
	return call;
}

struct word_test walk_test(const struct bpf_insn *insn, uint32_t mask, uint32_t k)
{
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return (struct word_test){mask, WORD_EQ, k};
	case BPF_JGT:
		return (struct word_test){mask, WORD_GT, k};
	case BPF_JGE:
		return (struct word_test){mask, WORD_GE, k};
	default: /* BPF_JSET */
		return (struct word_test){mask & k, WORD_NE, 0};
	}
}

/* Where the walk cannot go on; what it has found so far stands. */
static void go_blind(struct walk *walk, const struct walk_state *state, const char *why)
{
	if (walk->blind)
		return;
	walk->blind = why;
	walk->blind_filter = state->filter;
	walk->blind_pc = state->machine.pc;
}

/* What is known of a state's register now: a word with one member is a number. */
static struct value settle(const struct walk_state *state, struct value v)
{
	if (v.kind == VALUE_WORD && word_is_one(state->words[v.word]))
		return (struct value){
			VALUE_NUMBER, 0, state->words[v.word]->least & v.k};
	return v;
}

static uint64_t value_key(struct value v)
{
	return (uint64_t)v.kind << 40 | (uint64_t)v.word << 32 | v.k;
}

/* Adds a register that is still read to the key, and the word in it to those read. */
static uint64_t live_value(struct value v, uint16_t *words)
{
	if (v.kind == VALUE_WORD)
		*words |= (uint16_t)(1u << v.word);
	return value_key(v);
}

/* All that can make a difference from this state on; its length. */
static uint32_t state_key(
	const struct walk *walk, const struct walk_state *state, uint64_t key[KEY_MAX])
{
	const struct walk_machine *m = &state->machine;
	const struct walk_live *live = &walk->live[state->filter][m->pc];
	uint16_t words = live->words | walk->read_after[state->filter];
	uint32_t n = 0;

	key[n++] = (uint64_t)state->filter << 32 | m->pc << 1 | state->is_loose;
	key[n++] = (uint64_t)state->answers[0] << 32 | state->answers[1];
	if (live->registers & 1)
		key[n++] = live_value(m->a, &words);
	if (live->registers & 2)
		key[n++] = live_value(m->x, &words);
	for (unsigned i = 0; m->scratch && i < BPF_MEMWORDS; i++)
		if (live->registers >> (2 + i) & 1)
			key[n++] = live_value(m->scratch[i], &words);
	for (unsigned i = 0; i < BPF_DATA_WORDS; i++)
		if (words >> i & 1)
			key[n++] = state->words[i]->number;
	return n;
}

static uint64_t key_hash(const uint64_t *key, uint32_t length)
{
	uint64_t hash = length;

	for (uint32_t i = 0; i < length; i++) {
		hash = (hash ^ key[i]) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 32;
	}
	return hash;
}

/* The row of a key, or the free one where it belongs. */
static struct walk_seen *seen_row(struct walk_seen *rows, uint32_t row_count,
	uint64_t hash, const uint64_t *key, uint32_t length)
{
	for (size_t at = hash & (row_count - 1);; at = (at + 1) & (row_count - 1)) {
		struct walk_seen *row = &rows[at];

		if (!row->key ||
			(row->hash == hash && row->length == length &&
				memcmp(row->key, key, length * sizeof(*key)) == 0))
			return row;
	}
}

static void seen_double(struct walk *walk)
{
	uint32_t count = walk->seen_rows ? walk->seen_rows * 2 : SEEN_FIRST;
	struct walk_seen *rows = arena_array(walk->arena, struct walk_seen, count);

	for (uint32_t i = 0; i < walk->seen_rows; i++) {
		const struct walk_seen *old = &walk->seen[i];

		if (old->key)
			*seen_row(rows, count, old->hash, old->key, old->length) = *old;
	}
	walk->seen = rows;
	walk->seen_rows = count;
}

/* true when an equal state was here; else this one is remembered. */
static bool was_here(struct walk *walk, const struct walk_state *state)
{
	uint64_t key[KEY_MAX], *copy;
	uint32_t length = state_key(walk, state, key);
	uint64_t hash = key_hash(key, length);
	struct walk_seen *row;

	if (walk->seen_count < WALK_SEEN_MAX && walk->seen_count * 2 >= walk->seen_rows)
		seen_double(walk);
	row = seen_row(walk->seen, walk->seen_rows, hash, key, length);
	if (row->key) {
		bool was = row->epoch == walk->epoch;

		row->epoch = walk->epoch;
		return was;
	}
	if (walk->seen_count == WALK_SEEN_MAX)
		return false;
	walk->seen_count++;
	copy = arena_array(walk->arena, uint64_t, length);
	memcpy(copy, key, length * sizeof(*key));
	*row = (struct walk_seen){hash, copy, length, walk->epoch};
	return false;
}

/* A copy that goes the other way, for later. */
static void leave_for_later(struct walk *walk, const struct walk_state *state,
	uint32_t pc, const struct word *word, uint32_t index)
{
	struct walk_state *other;

	if (++walk->paths >= WALK_PATHS_MAX) {
		go_blind(walk, state, "it has more paths than are followed");
		return;
	}
	other = vec_push(walk->arena, &walk->waiting);
	*other = *state;
	other->machine.pc = pc;
	if (!word)
		return;
	other->words[index] = word;
	other->is_loose |= word->is_loose;
}

static void branch_on_word(struct walk *walk, struct walk_state *state, struct value v,
	struct word_test test, uint32_t yes_pc, uint32_t no_pc)
{
	const struct word *word = state->words[v.word];
	const struct word *yes = word_only(&walk->words, word, test);
	const struct word *no = yes == word
		? NULL
		: word_only(&walk->words, word, word_test_inverse(test));

	if (yes && no)
		leave_for_later(walk, state, no_pc, no, v.word);
	/* A superset can turn out empty on both sides: then nobody was here. */
	if (!yes && !no) {
		state->filter = UINT32_MAX;
		return;
	}
	state->machine.pc = yes ? yes_pc : no_pc;
	state->words[v.word] = yes ? yes : no;
	state->is_loose |= state->words[v.word]->is_loose;
}

static void branch(
	struct walk *walk, struct walk_state *state, const struct bpf_insn *insn)
{
	struct walk_machine *m = &state->machine;
	uint32_t yes = m->pc + 1 + insn->jt, no = m->pc + 1 + insn->jf;
	struct value a = settle(state, m->a);
	struct value k = {VALUE_NUMBER, 0, insn->k};

	if (BPF_SRC(insn->code) == BPF_X)
		k = settle(state, m->x);
	if (yes == no) {
		m->pc = yes;
	} else if (k.kind == VALUE_NUMBER && a.kind == VALUE_NUMBER) {
		struct word_test test = walk_test(insn, UINT32_MAX, k.k);

		m->pc = word_test_passes(test, a.k) ? yes : no;
	} else if (k.kind == VALUE_NUMBER && a.kind == VALUE_WORD) {
		branch_on_word(walk, state, a, walk_test(insn, a.k, k.k), yes, no);
	} else {
		/* Not followed: both ways, and what is found must be tried. */
		state->is_loose = true;
		leave_for_later(walk, state, no, NULL, 0);
		m->pc = yes;
	}
}

/* false: the path ends here. */
static bool give_answer(struct walk *walk, struct walk_state *state,
	const struct bpf_insn *insn, struct walk_goal *goal)
{
	struct value v = {VALUE_NUMBER, 0, insn->k};
	struct walk_return *link;

	if (BPF_RVAL(insn->code) == BPF_A)
		v = settle(state, state->machine.a);
	if (v.kind != VALUE_NUMBER) {
		if (!goal->assumed)
			go_blind(walk, state, "it returns a computed value");
		state->is_loose = true;
		v.k = goal->assumed;
	}
	if (!goal->take(goal, state, v.k))
		return false;
	link = arena_new(walk->arena, struct walk_return);
	*link = (struct walk_return){state->machine.pc, state->returns};
	state->returns = link;
	state->filter++;
	state->machine = (struct walk_machine){0};
	return true;
}

/* One instruction; false: the path ends. */
static bool advance(struct walk *walk, struct walk_state *state, struct walk_goal *goal)
{
	const struct bpf_insn *insn =
		&walk->filters[state->filter]->insns[state->machine.pc];
	struct walk_machine *m = &state->machine;

	state->steps++;
	if (insn->code == LOAD_CALL) {
		m->a = settle(
			state, (struct value){VALUE_WORD, insn->k / 4, UINT32_MAX});
		m->pc++;
		return true;
	}
	if (BPF_CLASS(insn->code) == BPF_RET)
		return give_answer(walk, state, insn, goal);
	if (BPF_CLASS(insn->code) != BPF_JMP) {
		if (walk_step(walk->arena, m, insn))
			return true;
		go_blind(walk, state, "it divides by a value that is not followed");
		return false;
	}
	if (BPF_OP(insn->code) == BPF_JA)
		m->pc += 1 + insn->k;
	else
		branch(walk, state, insn);
	return state->filter != UINT32_MAX;
}

static bool is_meeting(const struct walk *walk, const struct walk_state *state)
{
	return !walk->keeps_paths && (state->filter || state->machine.pc) &&
		walk->live[state->filter][state->machine.pc].is_join;
}

/* One path to its end; true: the goal has enough. */
static bool follow(struct walk *walk, struct walk_state *state, struct walk_goal *goal)
{
	while (state->filter < walk->count) {
		if (!(walk->live[state->filter][state->machine.pc].answers &
			    goal->wanted))
			return false;
		if (is_meeting(walk, state) && was_here(walk, state))
			return false;
		walk->steps++;
		if (walk_cost(walk) > WALK_STEPS_MAX)
			go_blind(walk, state, "its paths are longer than is followed");
		if (walk_cost(walk) + walk->steps_before > WALK_STEPS_ALL)
			go_blind(walk, state,
				"the questions before it took all the time there is");
		if (walk->arena->used > WALK_MEMORY_MAX)
			go_blind(walk, state, "its paths need too much memory");
		if (!advance(walk, state, goal) || walk->blind)
			return false;
	}
	return goal->arrive(goal, state);
}

bool walk_run(struct walk *walk, struct walk_state state, struct walk_goal *goal)
{
	walk->waiting.n = 0;
	*vec_push(walk->arena, &walk->waiting) = state;
	while (walk->waiting.n && !walk->blind) {
		state = walk->waiting.at[--walk->waiting.n];
		if (follow(walk, &state, goal))
			return true;
	}
	return false;
}
