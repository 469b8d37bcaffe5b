/*
 * A line that a script comes to more than once, in a function that is called again: each
 * call is a container of its own, and all of them stand in the same bytes. What one needs
 * is written where all need the same, and then it is meant for all.
 */
#include "fix/anchor.h"
#include "fix/making.h"

static bool is_twin(const struct workload *a, const struct workload *b)
{
	return a != b && a->run && b->run && a->run->source == RUN_BY_LINE &&
		b->run->source == RUN_BY_LINE && a->run->file == b->run->file &&
		a->run->span.offset == b->run->span.offset;
}

static bool needs_the_same(const struct fix_part *a, const struct fix_part *b)
{
	if (a->class != b->class || a->changes.n != b->changes.n)
		return false;
	for (size_t i = 0; i < a->changes.n; i++)
		if (!anchor_is_same(&a->changes.at[i], &b->changes.at[i]))
			return false;
	return true;
}

static void add_all(struct arena *a, struct strs *to, const struct strs *from)
{
	vec_each (const struct str, s, from)
		*vec_push(a, to) = *s;
}

void twins_join(struct making *m, const struct maker *maker, size_t at,
	struct world *world, struct fix_part *part)
{
	const struct workloads *all = &m->now.input.project.workloads;
	struct fix_part joined = *part;

	if (at == SIZE_MAX || !all->at[at]->run ||
		all->at[at]->run->source != RUN_BY_LINE)
		return;
	joined.footprint = (struct strs){0};
	joined.accepts = (struct strs){0};
	add_all(&m->work, &joined.footprint, &part->footprint);
	add_all(&m->work, &joined.accepts, &part->accepts);
	for (size_t i = 0; i < all->n; i++) {
		struct fix_lefts unheard = {0};
		struct fix_part other;

		if (!is_twin(all->at[at], all->at[i]))
			continue;
		if (!maker_ask(m, maker, i, world, &unheard, &other) ||
			!needs_the_same(part, &other))
			return;
		add_all(&m->work, &joined.footprint, &other.footprint);
		add_all(&m->work, &joined.accepts, &other.accepts);
	}
	*part = joined;
}
