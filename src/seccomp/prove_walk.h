/*
 * prove_walk: every path that some call takes through a row of filters.
 *
 * Private to the prover; depends on bpf, prove_word. Filters are walked one behind the
 * other with one set of words, because a call is under all of them at once. A goal says
 * what each return adds to what was answered so far, and hears of every end that a call
 * can reach. Paths that meet at one instruction with the same knowledge of all that is
 * read from there on are one path from there on: what was only tested and is read no
 * more does not keep them apart, and that is what makes real filters linear.
 *
 * Two things can be less than exact, and say so: a state is_loose when a branch was
 * taken both ways without knowing (a computed value, a word with too many tests), so an
 * end may be one that no call reaches; and walk.blind is set when a path could not be
 * followed at all.
 */
#ifndef OAKUM_SECCOMP_PROVE_WALK_H
#define OAKUM_SECCOMP_PROVE_WALK_H

#include "base/vec.h"
#include "seccomp/bpf.h"
#include "seccomp/prove_word.h"

enum {
	WALK_FILTERS_MAX = 2 * BPF_STACK_MAX,
	WALK_PATHS_MAX = 1 << 20, /* PROVE_PATHS_MAX */
	WALK_STEPS_MAX =
		1 << 22, /* instructions, and nodes of searches, of a question */
	WALK_STEPS_ALL = 1 << 25,   /* of all questions about the same filters */
	WALK_SEEN_MAX = 1 << 17,    /* remembered states */
	WALK_MEMORY_MAX = 96 << 20, /* bytes of words and states */
	WORD_NR = 0,
	WORD_ARCH = 1,
	WORD_ARGS = 4, /* the low half of argument 0; the high one follows */
};

/* What a register or a scratch word holds. */
struct value {
	enum value_kind {
		VALUE_NUMBER, /* k */
		VALUE_WORD,   /* word & k */
		VALUE_OTHER,  /* computed: not followed */
	} kind;
	uint32_t word, k;
};

/* Where a filter returned; the newest first. */
struct walk_return {
	uint32_t pc;
	const struct walk_return *older;
};

struct walk_machine {
	uint32_t pc;
	struct value a, x;
	const struct value *scratch; /* BPF_MEMWORDS of them; NULL: never written */
};

struct walk_state {
	uint32_t filter;
	uint32_t steps; /* instructions so far */
	struct walk_machine machine;
	bool is_loose;
	uint32_t answers[2]; /* what the goal made of the returns so far */
	const struct word *words[BPF_DATA_WORDS];
	const struct walk_return *returns;
};

struct walk;

struct walk_goal {
	/* Takes the answer of a filter into state->answers; false: not wanted further. */
	bool (*take)(struct walk_goal *goal, struct walk_state *state, uint32_t answer);
	/* All filters have answered; true: enough, end the walk. */
	bool (*arrive)(struct walk_goal *goal, const struct walk_state *state);
	/* A path whose answer is not followed counts as this one; 0: it blinds. */
	uint32_t assumed;
	/* Bit n: an enum action worth a walk; where no other can come a path ends. */
	uint8_t wanted;
};

struct walk_seen {
	uint64_t hash;
	uint64_t *key; /* NULL: free */
	uint32_t length, epoch;
};

/* What is read from an instruction on. */
struct walk_live {
	uint16_t words;
	uint8_t answers;    /* bit n: an enum action that can still be returned */
	bool is_join;	    /* more than one way leads here */
	uint32_t registers; /* 1: A, 2: X, 4 << n: scratch word n */
};

struct walk {
	struct arena *arena;
	struct words words;
	const struct bpf *filters[WALK_FILTERS_MAX];
	const struct walk_live *live[WALK_FILTERS_MAX]; /* an element an instruction */
	uint16_t read_after[WALK_FILTERS_MAX]; /* words that later filters read */
	uint32_t count;
	bool keeps_paths;      /* every path is wanted: equal states are not joined */
	uint32_t paths, steps; /* of the question */
	uint64_t steps_before; /* of the questions before it */
	const char *blind;     /* why not all was seen; NULL: it was */
	uint32_t blind_filter, blind_pc;
	struct walk_seen *seen; /* a table, at most half full */
	uint32_t seen_rows, seen_count, epoch;
	VEC(struct walk_state) waiting;
};

/* An element an instruction of a checked filter. */
const struct walk_live *walk_live_of(struct arena *a, const struct bpf *filter);

/* Neither a branch, a return nor a load of the call; false: not followed from here on. */
bool walk_step(struct arena *a, struct walk_machine *m, const struct bpf_insn *insn);

/* A conditional jump as a test of its first operand; its second is a number. */
struct word_test walk_test(const struct bpf_insn *insn, uint32_t mask, uint32_t k);

/* The filters must be checked ones; they are read, never changed. */
void walk_begin(struct walk *walk, struct arena *a);
void walk_load(struct walk *walk, const struct bpf_stack *stack);

/* A state before the first instruction in which every call is possible. */
struct walk_state walk_start(struct walk *walk);

/*
 * All ends from a state on. Several calls are one question as long as walk_ask is not
 * called between them; true when the goal ended it.
 */
bool walk_run(struct walk *walk, struct walk_state state, struct walk_goal *goal);

/*
 * Begins a question. What was learned by the one before is kept when it saw all and
 * found nothing (and the same goal asks): no state it has been through leads anywhere.
 */
void walk_ask(struct walk *walk, bool found_nothing);

/* One call of the state: the smallest member of each word. */
struct bpf_call walk_witness(const struct walk_state *state);

/* The numbers of one arch, without arguments. */
struct walk_numbers {
	uint32_t low, high;
	uint32_t answer;
	bool is_open; /* the answer depends on more than number and arch */
};

VEC_TYPE(struct walk_numbers, walk_numbers_list);

/*
 * What one filter answers to each number under one AUDIT_ARCH, ascending, without gaps.
 * -1: more than max intervals.
 */
int walk_filter_numbers(struct arena *a, const struct bpf *filter, uint32_t audit,
	uint32_t max, struct walk_numbers_list *out);

#endif
