#include "unit.h"

#include "base/text.h"

/* "RUN a \<newline>  b" joined as the Dockerfile reader does. */
static void joined_lines_know_their_bytes(void **state)
{
	struct arena arena = {0};
	const struct file *f =
		file_new(&arena, STR("Dockerfile"), STR("RUN a \\\n  bcd && e\n"));
	struct text whole = text_of(&arena, span_of(f, 0, f->bytes.n));
	struct text_builder b = text_builder(&arena);
	struct text joined;
	struct span span;

	(void)state;
	text_add(&b, &whole, 4, 2);
	text_add(&b, &whole, 8, 10);
	joined = text_finish(&b);
	assert_str(joined.s, "a   bcd && e");
	span = text_span(&joined, 4, 3);
	assert_str(span_str(span), "bcd");
	assert_int_equal(span_start(span).line, 2);
	assert_int_equal(span_start(span).column, 3);
	span = text_span(&joined, 0, 7);
	assert_str(span_str(span), "a \\\n  bcd");
	arena_free(&arena);
}

static void decoded_bytes_stand_for_their_source(void **state)
{
	struct arena arena = {0};
	const struct file *f = file_new(&arena, STR("f"), STR("[\"a\\tbc\"]"));
	struct text whole = text_of(&arena, span_of(f, 0, f->bytes.n));
	struct text_builder b = text_builder(&arena), again = text_builder(&arena);
	struct text inner, outer;

	(void)state;
	text_add(&b, &whole, 2, 1);
	text_add_decoded(&b, STR("\t"), span_of(f, 3, 2));
	text_add(&b, &whole, 5, 2);
	inner = text_finish(&b);
	assert_str(inner.s, "a\tbc");
	/* A second reader cuts and joins what the first one decoded. */
	inner = text_sub(&inner, 1, 3);
	text_add(&again, &inner, 0, 3);
	outer = text_finish(&again);
	assert_str(outer.s, "\tbc");
	assert_str(span_str(text_span(&outer, 0, 1)), "\\t");
	assert_str(span_str(text_span(&outer, 1, 2)), "bc");
	assert_str(span_str(text_span_all(&outer)), "\\tbc");
	assert_int_equal(text_span(&outer, 3, 0).offset, 7);
	assert_int_equal(text_span(&outer, 3, 0).length, 0);
	arena_free(&arena);
}

static void runs_that_touch_are_one_piece(void **state)
{
	struct arena arena = {0};
	const struct file *f = file_new(&arena, STR("f"), STR("abcdef"));
	struct text whole = text_of(&arena, span_of(f, 0, 6));
	struct text_builder b = text_builder(&arena);

	(void)state;
	text_add(&b, &whole, 0, 2);
	text_add(&b, &whole, 2, 2);
	text_add(&b, &whole, 5, 1);
	assert_int_equal(text_finish(&b).piece_count, 2);
	arena_free(&arena);
}

static void text_without_a_file_has_no_place(void **state)
{
	struct text t = text_of_str(STR("abc"));

	(void)state;
	assert_null(text_span(&t, 1, 1).file);
}

static void places_are_one_based_in_bytes(void **state)
{
	struct arena arena = {0};
	const struct file *f = file_new(&arena, STR("f"), STR("\xc3\xa4x\r\ny"));

	(void)state;
	assert_int_equal(f->line_count, 2);
	assert_int_equal(span_start(span_of(f, 2, 1)).column, 3);
	assert_int_equal(span_start(span_of(f, 5, 1)).line, 2);
	assert_int_equal(span_end(span_of(f, 5, 1)).column, 2);
	assert_str(span_str(file_line(f, 1)), "\xc3\xa4x");
	assert_str(span_str(file_line(f, 2)), "y");
	assert_str(span_str(file_line(f, 3)), "");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined_lines_know_their_bytes),
		cmocka_unit_test(decoded_bytes_stand_for_their_source),
		cmocka_unit_test(runs_that_touch_are_one_piece),
		cmocka_unit_test(text_without_a_file_has_no_place),
		cmocka_unit_test(places_are_one_based_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
