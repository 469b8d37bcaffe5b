/*
 * fuzz_interpolate: any bytes as a text with ${...}.
 *
 * The parts' bytes stand in order in the text, each name is a name, a sign has a word,
 * and a text without a dollar is one literal.
 */
#include <stdlib.h>

#include "syntax/interpolate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!byte_is_alpha(s.p[i]) && s.p[i] != '_' &&
			(!i || !byte_is_digit(s.p[i])))
			return false;
	return s.n > 0;
}

/* Returns how deep words stand in words. */
static uint32_t check(const struct interpolation *parts, uint32_t from)
{
	uint32_t deepest = 0;

	vec_each (const struct interpolation_part, part, parts) {
		struct span span = text_span_all(&part->text);
		uint32_t below;

		if (!part->text.s.n || span.offset < from)
			abort();
		from = span.offset + span.length;
		if (!part->name.s.n) {
			if (part->word.n)
				abort();
			continue;
		}
		if (!is_name(part->name.s) || !str_starts(part->text.s, STR("$")))
			abort();
		if (part->sign == INTERPOLATE_PLAIN && part->word.n)
			abort();
		below = 1 + check(&part->word, span.offset);
		deepest = below > deepest ? below : deepest;
	}
	return deepest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	const struct file *file =
		file_new(&arena, STR("f"), (struct str){(const char *)data, size});
	struct text text = text_of(&arena, span_of(file, 0, size));
	struct interpolation parts = interpolate_parse(&arena, &text, &diags);

	if (check(&parts, 0) > INTERPOLATE_DEPTH_MAX + 1)
		abort();
	if (str_find(text.s, '$') == size &&
		(diags.list.n || parts.n > 1 || (size && !parts.n)))
		abort();
	arena_free(&arena);
	return 0;
}
