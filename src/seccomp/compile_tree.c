#include <linux/bpf_common.h>
#include <linux/filter.h>

#include "seccomp/compile_parts.h"

/*
 * A search by halves over intervals costs one comparison a border, two for a call that
 * stands alone between others. Most stand so. Where a few single numbers break into what
 * is otherwise one interval, a chain of equalities asks one comparison each. Which of the
 * two is better where is decided exactly for windows of the tree, as the least number of
 * instructions and then the least depth; the windows are found by halves.
 */

enum {
	WINDOW = 24, /* intervals for which the best tree is sought */
	CHAIN_LINKS =
		4 /* equalities in a row: more would cost the last ones too much */
};

enum shape {
	SHAPE_TARGET, /* one interval */
	SHAPE_CHAIN,  /* single numbers in one interval */
	SHAPE_BORDER, /* intervals below `at`, and those from it on */
	SHAPE_INSIDE, /* the same, with the interval `at` on both sides */
};

/* The best way to tell some intervals apart. */
struct choice {
	uint8_t shape;
	uint8_t at; /* interval of the window */
	uint16_t insns, depth;
};

struct tree {
	struct bpf_build *build;
	const struct interval *at;
	size_t n;
	/* Of the window: from its interval i to its interval j. */
	size_t base;
	struct choice best[WINDOW][WINDOW];
};

bpf_place compile_target(struct bpf_build *b, struct target target)
{
	return target.checks ? target.checks : build_return(b, target.answer);
}

static bool is_single(const struct tree *t, size_t i)
{
	return i + 1 < t->n && t->at[i + 1].first - t->at[i].first == 1;
}

/* Every second one is single, and the others are one interval but for those. */
static bool is_chain(const struct tree *t, size_t from, size_t to)
{
	if ((to - from) % 2 || (to - from) / 2 > CHAIN_LINKS)
		return false;
	for (size_t i = from; i < to; i += 2)
		if (!is_single(t, i + 1) ||
			!target_eq(t->at[i].target, t->at[i + 2].target))
			return false;
	return true;
}

static void improve(struct choice *best, struct choice other)
{
	if (other.insns < best->insns ||
		(other.insns == best->insns && other.depth < best->depth))
		*best = other;
}

/* One comparison, then the better part of the two sides. */
static struct choice split(enum shape shape, size_t at, const struct choice *below,
	const struct choice *above)
{
	uint16_t depth = below->depth > above->depth ? below->depth : above->depth;

	return (struct choice){(uint8_t)shape, (uint8_t)at,
		(uint16_t)(1 + below->insns + above->insns), (uint16_t)(1 + depth)};
}

static struct choice choose(const struct tree *t, size_t from, size_t to)
{
	struct choice best = {.insns = UINT16_MAX};
	uint16_t links = (uint16_t)((to - from) / 2);

	if (from == to)
		return (struct choice){.shape = SHAPE_TARGET};
	if (is_chain(t, t->base + from, t->base + to))
		best = (struct choice){SHAPE_CHAIN, 0, links, links};
	for (size_t i = from + 1; i <= to; i++)
		improve(&best,
			split(SHAPE_BORDER, i, &t->best[from][i - 1], &t->best[i][to]));
	for (size_t i = from + 1; i < to; i++)
		if (!is_single(t, t->base + i))
			improve(&best,
				split(SHAPE_INSIDE, i, &t->best[from][i],
					&t->best[i][to]));
	return best;
}

static bpf_place write_chain(struct tree *t, size_t from, size_t to)
{
	bpf_place at = compile_target(t->build, t->at[from].target);

	for (size_t i = to; i > from; i -= 2)
		at = build_branch(t->build, BPF_JEQ, t->at[i - 1].first,
			compile_target(t->build, t->at[i - 1].target), at);
	return at;
}

/* Intervals of the window, as chosen. */
static bpf_place write_best(struct tree *t, size_t from, size_t to)
{
	const struct choice *c = &t->best[from][to];
	const struct interval *window = t->at + t->base;
	bpf_place below, above;

	switch ((enum shape)c->shape) {
	case SHAPE_TARGET:
		return compile_target(t->build, window[from].target);
	case SHAPE_CHAIN:
		return write_chain(t, t->base + from, t->base + to);
	case SHAPE_BORDER:
		above = write_best(t, c->at, to);
		below = write_best(t, from, c->at - 1u);
		return build_branch(
			t->build, BPF_JGE, window[c->at].first, above, below);
	case SHAPE_INSIDE:
		break;
	}
	above = write_best(t, c->at, to);
	below = write_best(t, from, c->at);
	return build_branch(t->build, BPF_JGE, window[c->at].first + 1, above, below);
}

static bpf_place write_window(struct tree *t, size_t from, size_t to)
{
	t->base = from;
	for (size_t length = 0; length <= to - from; length++)
		for (size_t i = 0; i + length <= to - from; i++)
			t->best[i][i + length] = choose(t, i, i + length);
	return write_best(t, 0, to - from);
}

static bpf_place write_range(struct tree *t, size_t from, size_t to)
{
	size_t middle = from + (to - from + 1) / 2;
	bpf_place below, above;

	if (to - from < WINDOW)
		return write_window(t, from, to);
	above = write_range(t, middle, to);
	below = write_range(t, from, middle - 1);
	return build_branch(t->build, BPF_JGE, t->at[middle].first, above, below);
}

bpf_place compile_tree(struct bpf_build *b, const struct intervals *numbers)
{
	struct tree tree = {.build = b, .at = numbers->at, .n = numbers->n};

	return write_range(&tree, 0, numbers->n - 1);
}
