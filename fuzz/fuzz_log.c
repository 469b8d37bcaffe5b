/*
 * fuzz_log: a log of a stranger, explained with nothing, and as a container's.
 *
 * Whatever stands in it, the answer is a list of causes whose sentences are whole, whose
 * lines are lines of the log, and whose texts leave no {name} behind.
 */
#include <stdlib.h>

#include "why/why.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct log *log, const struct why_answer *answer)
{
	vec_each (const struct cause, c, &answer->causes) {
		const struct log_line *line = c->clue->line;

		if (line && (line < log->at || line >= log->at + log->n))
			abort();
		if (!str_ends(c->sentence, STR(".")))
			abort();
		vec_each (const struct cure, cure, &c->cures)
			if (!cure->text.n || (!cure->is_sentence && !cure->where.n))
				abort();
	}
	for (size_t i = 0; i < answer->suspects.n; i++)
		if (answer->suspects.at[i] < log->at ||
			answer->suspects.at[i] >= log->at + log->n)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct str bytes = {(const char *)data, size};
	/* The first line may be what an engine says of the container. */
	struct str inspect = str_sub(bytes, 0, str_find(bytes, '\n'));
	struct log log = log_read(&arena, str_from(bytes, inspect.n + 1));
	struct container container;
	struct why_answer answer = why_ask(&arena, &log, NULL, NULL);

	check(&log, &answer);
	if (container_read(&arena, inspect, &container, NULL) == 0) {
		answer = why_ask(&arena, &log, &container, NULL);
		check(&log, &answer);
	}
	arena_free(&arena);
	return 0;
}
