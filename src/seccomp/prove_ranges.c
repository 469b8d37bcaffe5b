#include <stdlib.h>

#include "seccomp/prove_numbers.h"

struct named {
	uint32_t nr;
	int call;
};

VEC_TYPE(struct named, named_list);

static int by_number(const void *one, const void *other)
{
	const struct named *a = one, *b = other;

	return (a->nr > b->nr) - (a->nr < b->nr);
}

static void add_named(struct arena *a, uint32_t audit, struct named_list *out)
{
	size_t count;

	call_rows(&count);
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		if (arch_info(arch)->audit != audit)
			continue;
		for (size_t call = 0; call < count; call++) {
			int64_t nr = call_number((int)call, arch);

			if (nr >= 0)
				*vec_push(a, out) =
					(struct named){(uint32_t)nr, (int)call};
		}
	}
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_number);
}

/* What lies between two names, cut where the arch changes. */
static void add_gap(struct arena *a, uint32_t audit, uint64_t low, uint64_t end,
	struct number_ranges *out)
{
	while (low < end) {
		uint64_t turn = (low / X32_CALL_BIT + 1) * X32_CALL_BIT;
		uint64_t stop = turn < end ? turn : end;

		*vec_push(a, out) = (struct number_range){(uint32_t)low,
			(uint32_t)(stop - 1), arch_of(audit, (uint32_t)low), CALL_NONE};
		low = stop;
	}
}

void number_ranges_of(struct arena *a, uint32_t audit, struct number_ranges *out)
{
	struct named_list named = {0};
	uint64_t next = 0;

	add_named(a, audit, &named);
	vec_each (const struct named, n, &named) {
		/* Two names of one number (an old and a new one): the first has it. */
		if (n->nr < next)
			continue;
		add_gap(a, audit, next, n->nr, out);
		*vec_push(a, out) = (struct number_range){
			n->nr, n->nr, arch_of(audit, n->nr), n->call};
		next = (uint64_t)n->nr + 1;
	}
	add_gap(a, audit, next, (uint64_t)UINT32_MAX + 1, out);
}
