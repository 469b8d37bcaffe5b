/*
 * fuzz_env: any bytes as an .env file.
 *
 * Lines stand in order in the file, names and values inside their lines, and a literal
 * value has no parts.
 */
#include <stdlib.h>

#include "syntax/env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(struct span inner, struct span outer)
{
	return inner.offset >= outer.offset &&
		inner.offset + inner.length <= outer.offset + outer.length;
}

static void check(const struct env_line *line)
{
	if (!is_inside(text_span_all(&line->name), line->span))
		abort();
	if (line->is_inherited && (!line->name.s.n || line->value.s.n))
		abort();
	if (line->value.s.n && !is_inside(text_span_all(&line->value), line->span))
		abort();
	if (line->is_literal && line->parts.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	const struct env_lines *lines = env_parse(&arena,
		file_new(&arena, STR(".env"), (struct str){(const char *)data, size}),
		&diags);
	uint32_t from = 0;

	vec_each (const struct env_line, line, lines) {
		if (line->span.offset < from)
			abort();
		from = line->span.offset + line->span.length;
		check(line);
	}
	arena_free(&arena);
	return 0;
}
