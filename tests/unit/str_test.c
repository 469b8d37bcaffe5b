#include "unit.h"

static void numbers_are_only_digits(void **state)
{
	uint32_t n = 77;

	(void)state;
	assert_true(str_to_u32(STR("007"), &n));
	assert_int_equal(n, 7);
	assert_true(str_to_u32(STR("4294967295"), &n));
	assert_int_equal(n, UINT32_MAX);
	assert_false(str_to_u32(STR("4294967296"), &n));
	assert_false(str_to_u32(STR("+0"), &n));
	assert_false(str_to_u32(STR("-1"), &n));
	assert_false(str_to_u32(STR(""), &n));
	assert_false(str_to_u32(STR("1 "), &n));
	assert_int_equal(n, UINT32_MAX);
}

static void globs_cover_the_whole(void **state)
{
	(void)state;
	assert_true(str_glob(STR("*-alpine*"), STR("3.11-alpine3.19")));
	assert_true(str_glob(STR("*"), STR("")));
	assert_true(str_glob(STR("a*b*c"), STR("aXbYbZc")));
	assert_false(str_glob(STR("a*b*c"), STR("aXbYbZ")));
	assert_true(str_glob(STR("3.?"), STR("3.9")));
	assert_false(str_glob(STR("3.?"), STR("3.11")));
	assert_false(str_glob(STR(""), STR("x")));
}

static void distance_counts_a_swap_as_one(void **state)
{
	(void)state;
	assert_int_equal(str_distance(STR("appuser"), STR("appuser"), 9), 0);
	assert_int_equal(str_distance(STR("annoliduser"), STR("appuser"), 3), 3);
	assert_int_equal(str_distance(STR("appuser"), STR("apuser"), 9), 1);
	assert_int_equal(str_distance(STR("jovyan"), STR("jovayn"), 9), 1);
	assert_int_equal(str_distance(STR("content"), STR("appuser"), 99), 7);
	assert_int_equal(str_distance(STR(""), STR("ab"), 9), 2);
}

static void fields_keep_the_empty_ones(void **state)
{
	struct str_fields f = {.rest = STR("a,,b,")};
	const char *expected[] = {"a", "", "b", ""};
	struct str field;
	size_t n = 0;

	(void)state;
	while (str_next_field(&f, ',', &field)) {
		assert_true(n < 4);
		assert_str(field, expected[n++]);
	}
	assert_int_equal(n, 4);
}

static void finds_and_trims(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("a:b:c"), ':'), 1);
	assert_int_equal(str_rfind(STR("a:b:c"), ':'), 3);
	assert_int_equal(str_find(STR("abc"), ':'), 3);
	assert_int_equal(str_find_str(STR("docker.io/library/x"), STR("/lib")), 9);
	assert_str(str_trim(STR(" \t a b\r\n")), "a b");
	assert_true(str_eq_nocase(STR("From"), STR("FROM")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_only_digits),
		cmocka_unit_test(globs_cover_the_whole),
		cmocka_unit_test(distance_counts_a_swap_as_one),
		cmocka_unit_test(fields_keep_the_empty_ones),
		cmocka_unit_test(finds_and_trims),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
