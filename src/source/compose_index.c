/*
 * A service by a name that it has: its own, its container's, that of the image which it
 * builds. Sorted once, for a project may have twenty thousand of them.
 */
#include <stdlib.h>

#include "source/compose_lower.h"

struct compose_indexed {
	struct str name;
	size_t place; /* among the services */
	struct compose_service *service;
};

static int compare(const void *left, const void *right)
{
	const struct compose_indexed *a = left, *b = right;
	int order = str_cmp(a->name, b->name);

	return order ? order : (a->place > b->place) - (a->place < b->place);
}

struct compose_index compose_index(struct arena *a,
	const struct compose_services *services, compose_name_of *name_of)
{
	struct compose_index index = {
		.at = arena_array(a, struct compose_indexed, services->n)};

	for (size_t i = 0; i < services->n; i++) {
		struct compose_indexed one = {
			name_of(a, services->at[i]), i, services->at[i]};

		if (one.name.n)
			index.at[index.n++] = one;
	}
	if (index.n)
		qsort(index.at, index.n, sizeof(*index.at), compare);
	return index;
}

struct compose_service *compose_index_find(
	const struct compose_index *index, struct str name)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(index->at[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->n || !str_eq(index->at[low].name, name))
		return NULL;
	return index->at[low].service;
}
