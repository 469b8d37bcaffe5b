/*
 * A Python script that a container starts: bytes that nobody checked. Every place that
 * the scan gives lies in them.
 */
#include <stdlib.h>

#include "source/writes_python.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(struct span span, size_t size)
{
	if (span.offset > size || span.length > size - span.offset)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct str bytes = {(const char *)data, size};
	const struct file *file = file_new(&arena, STR("x.py"), bytes);
	struct text text = text_of(&arena, span_of(file, 0, (uint32_t)size));
	struct python_scan *scan = python_scan(&arena, &text);

	vec_each (const struct python_import, i, &scan->imports)
		inside(i->span, size);
	vec_each (const struct python_call, c, &scan->calls)
		inside(c->span, size);
	vec_each (const struct python_write, w, &scan->writes) {
		inside(w->span, size);
		for (size_t k = 0; k < w->path.n; k++)
			inside(w->path.at[k].span, size);
	}
	arena_free(&arena);
	return 0;
}
