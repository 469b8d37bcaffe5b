/*
 * fuzz_dockerignore: any bytes as a .dockerignore; its own lines are the paths.
 *
 * What a pattern leaves out stays out with everything below it, unless an exception
 * takes it back; without exceptions a later pattern never takes anything back.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/path.h"
#include "syntax/dockerignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 4 };

static void check(struct arena *a, const struct dockerignore *list, struct str path)
{
	bool is_out = dockerignore_excludes(list, path);
	bool is_below = dockerignore_excludes(list, path_join(a, path, STR("below")));

	if (is_out && !is_below && !list->has_exceptions)
		abort();
	vec_each (const struct dockerignore_pattern, p, &list->patterns)
		if (!p->is_exception && dockerignore_fits(p, path) && !is_out &&
			!list->has_exceptions)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct str bytes = {(const char *)data, size}, line;
	const struct dockerignore *list =
		dockerignore_parse(&a, file_new(&a, STR(".dockerignore"), bytes));
	struct str_fields lines = {.rest = bytes};

	for (int i = 0; i < LINES_MAX && str_next_field(&lines, '\n', &line); i++) {
		struct str path = str_from(path_join(&a, STR("/"), line), 1);

		if (path.n) /* the context itself is always sent */
			check(&a, list, path);
	}
	vec_each (const struct dockerignore_pattern, p, &list->patterns)
		if (p->span.offset + p->span.length > size)
			abort();
	arena_free(&a);
	return 0;
}
