/*
 * fuzz_shell: any bytes as shell text.
 *
 * Every node lies in the file and in its parent's order; a top-level command that was
 * read without a diag reads the same when it is all there is.
 */
#include <stdlib.h>

#include "syntax/shell_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct shell_list *read_text(
	struct arena *a, struct str bytes, struct diags *diags)
{
	const struct file *file = file_new(a, STR("f"), bytes);
	struct text *text = arena_new(a, struct text);

	*text = text_of(a, span_of(file, 0, bytes.n));
	return shell_parse(a, text, diags);
}

static void check_span(struct str whole, const struct text *raw)
{
	struct span span = text_span_all(raw);

	if (!span.file || (size_t)span.offset + span.length > whole.n)
		abort();
}

static struct str dump_item(struct arena *a, const struct shell_and_or *item)
{
	struct shell_and_or alone = *item;
	struct shell_list list = {.items = {&alone, 1, 1}};
	struct buf out = {.arena = a};

	alone.end = SHELL_END_NONE;
	shell_dump(&out, &list);
	return buf_str(&out);
}

static void check_alone(struct arena *a, const struct shell_and_or *item)
{
	struct diags diags = {.arena = a};
	const struct shell_list *again = read_text(a, item->raw.s, &diags);

	if (diags.list.n || again->items.n != 1 ||
		!str_eq(dump_item(a, item), dump_item(a, &again->items.at[0])))
		abort();
}

static void check_words(struct arena *a, struct str whole, const struct text *text)
{
	struct diags diags = {.arena = a};
	struct shell_words words = {0};

	shell_parse_words(a, text, &diags, &words);
	vec_each (struct shell_word, word, &words) {
		struct text literal;

		check_span(whole, &word->raw);
		if (!shell_word_literal(word, a, &literal) ||
			literal.s.n > word->raw.s.n)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	const struct shell_list *list = read_text(&arena, bytes, &diags);
	bool heredocs = str_find_str(bytes, STR("<<")) < size;
	const char *at = list->raw.s.p;

	vec_each (struct shell_and_or, item, &list->items) {
		check_span(bytes, &item->raw);
		if (item->raw.s.p < at)
			abort();
		at = item->raw.s.p + item->raw.s.n;
		if (!diags.list.n && !heredocs)
			check_alone(&arena, item);
	}
	vec_each (struct diag, diag, &diags.list)
		if (diag->span.file &&
			(size_t)diag->span.offset + diag->span.length > size)
			abort();
	check_words(&arena, bytes, &list->raw);
	arena_free(&arena);
	return 0;
}
