/*
 * fuzz_dockerword: any bytes as a word of a Dockerfile.
 *
 * The first byte chooses the escape character, the first line is the value of $V, the
 * rest is the word. The tree's sources are the word, a result's bytes are its parts',
 * a word is broken exactly when a diag says so, and raw words are slices in order.
 */
#include <stdlib.h>

#include "syntax/dockerword.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dockerword_value look(void *ctx, struct str name)
{
	const struct str *value = ctx;

	if (str_eq(name, STR("V")))
		return (struct dockerword_value){DOCKERWORD_SET, *value};
	if (str_eq(name, STR("U")))
		return (struct dockerword_value){DOCKERWORD_UNKNOWN, STR("unknown")};
	return (struct dockerword_value){DOCKERWORD_UNSET, STR_NONE};
}

static void check_tree(const struct dockerword *word)
{
	size_t at = 0;

	for (uint32_t i = 0; i < word->segment_count; i++) {
		const struct dockerword_segment *seg = &word->segments[i];

		if (seg->source.s.p != word->source.s.p + at)
			abort();
		at += seg->source.s.n;
		if (seg->word)
			check_tree(seg->word);
		if (seg->replacement)
			check_tree(seg->replacement);
	}
	if (!word->is_broken && at != word->source.s.n)
		abort();
}

static void check_result(struct arena *a, const struct dockerword_result *r)
{
	struct buf joined = {.arena = a};
	bool is_known = true;

	for (uint32_t i = 0; i < r->part_count; i++) {
		if (r->parts[i].kind == DOCKERWORD_PART_UNKNOWN)
			is_known = false;
		else
			buf_add(&joined, r->parts[i].text.s);
	}
	if (r->is_known != is_known || !str_eq(buf_str(&joined), r->s))
		abort();
}

static void check_raw(const struct text *text, const struct dockerword_texts *words)
{
	size_t at = 0;

	vec_each (struct text, w, words) {
		if (!w->s.n || w->s.p < text->s.p + at)
			abort();
		at = (size_t)(w->s.p - text->s.p) + w->s.n;
	}
}

static void try_word(struct arena *a, struct text *text, char escape, struct str value)
{
	struct diags diags = {.arena = a}, again = {.arena = a};
	struct dockerword_results words;
	struct dockerword_texts raw;
	struct dockerword_result r;

	check_tree(dockerword_parse(a, text, escape, NULL));
	dockerword_expand(a, text, escape, look, &value, &diags, &r);
	if (r.is_broken != (diags.list.n > 0))
		abort();
	check_result(a, &r);
	if (dockerword_split(a, text, escape, look, &value, &again, &words) ==
		r.is_broken)
		abort();
	vec_each (struct dockerword_result, w, &words)
		check_result(a, w);
	if (dockerword_split_raw(a, text, escape, NULL, &raw))
		check_raw(text, &raw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = {(const char *)data, size};
	struct str value = str_sub(input, 0, str_find(input, '\n'));
	struct arena arena = {0};
	const struct file *file =
		file_new(&arena, STR("f"), str_from(input, value.n + 1));
	struct text text = text_of(&arena, span_of(file, 0, file->bytes.n));

	try_word(&arena, &text, size && data[0] == '`' ? '`' : '\\', value);
	arena_free(&arena);
	return 0;
}
