#include "cli/covered.h"

#include "base/path.h"

enum { COVERED_FIRST = 64 };

/* The place of path: its own, or the free one where it belongs. */
static struct covered_path *place_of(const struct covered *set, struct str path)
{
	size_t mask = set->cap - 1, i = str_hash(path) & mask;

	while (set->at[i].path.n && !str_eq(set->at[i].path, path))
		i = (i + 1) & mask;
	return &set->at[i];
}

static void grow(struct covered *set, struct arena *a)
{
	struct covered bigger = {.cap = set->cap ? set->cap * 2 : COVERED_FIRST};

	bigger.at = arena_alloc(a, bigger.cap * sizeof(*bigger.at));
	memset(bigger.at, 0, bigger.cap * sizeof(*bigger.at));
	for (size_t i = 0; i < set->cap; i++)
		if (set->at[i].path.n)
			*place_of(&bigger, set->at[i].path) = set->at[i];
	bigger.n = set->n;
	*set = bigger;
}

void covered_add(struct covered *set, struct arena *a, struct str path, struct str by)
{
	struct str clean = path_join(a, STR("."), path);
	struct covered_path *place;

	if (!clean.n)
		return;
	if (set->n * 2 >= set->cap)
		grow(set, a);
	place = place_of(set, clean);
	if (place->path.n)
		return;
	*place = (struct covered_path){clean, by};
	set->n++;
}

struct str covered_by(const struct covered *set, struct arena *a, struct str path)
{
	struct str clean = path_join(a, STR("."), path);

	return set->n && clean.n ? place_of(set, clean)->by : STR_NONE;
}
