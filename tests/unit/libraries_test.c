/* What libraries.tsv answers: by mark, by name, by number. */
#include "unit.h"

#include "know/columns.h"
#include "know/libraries.h"
#include "know/table.h"

/* The names of the rows of a mark, joined by blanks. */
static struct str rows_of(struct arena *a, enum library_mark kind, const char *name)
{
	struct know_library lib;
	struct str list = STR_NONE;
	uint32_t at = 0;

	while (know_library_next(kind, str_c(name), &at, &lib))
		list = arena_printf(a, "%.*s%s%.*s", STR_ARG(list), list.n ? " " : "",
			STR_ARG(lib.name));
	return list;
}

static void marks_find_their_rows(void **state)
{
	static const struct {
		enum library_mark kind;
		const char *name, *rows;
	} cases[] = {
		{LIBRARY_PIP, "transformers", "huggingface huggingface-modules"},
		{LIBRARY_PIP, "transformer", ""},
		{LIBRARY_PIP, "", ""},
		{LIBRARY_IMPORT, "sklearn", "scikit-learn"},
		{LIBRARY_IMPORT, "scikit-learn", ""},
		{LIBRARY_RUN, "jupyter lab", "jupyter-runtime"},
		{LIBRARY_RUN, "jupyter", ""},
		{LIBRARY_RUN, "supervisord", "supervisor-log supervisor-pid"},
		{LIBRARY_IMAGE, "redis", "redis-image"},
		{LIBRARY_APT, "nginx",
			"nginx-debian-body nginx-debian-log nginx-debian-pid"},
		{LIBRARY_IMAGE, "nginx", "nginx-cache nginx-pid"},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_str(
			rows_of(&arena, cases[i].kind, cases[i].name), cases[i].rows);
	arena_free(&arena);
}

static void a_row_says_what_it_says(void **state)
{
	struct know_library lib;
	struct know_library_variable v;
	struct str_fields fields;

	(void)state;
	assert_true(know_library_named(STR("huggingface"), &lib));
	assert_int_equal(lib.base, WRITE_IN_HOME);
	assert_str(lib.path, ".cache/huggingface/hub");
	assert_true(lib.is_folder);
	assert_int_equal(lib.when, LIBRARY_AT_CALL);
	assert_true(str_starts(lib.calls, STR("from_pretrained|")));
	assert_str(lib.rule, "cache-huggingface");
	fields = (struct str_fields){.rest = lib.variables};
	assert_true(know_library_variable(&fields, &v));
	assert_str(v.name, "HF_HUB_CACHE");
	assert_false(v.is_advised);
	assert_true(know_library_variable(&fields, &v));
	assert_true(know_library_variable(&fields, &v));
	assert_str(v.name, "HF_HOME");
	assert_str(v.suffix, "hub");
	assert_true(v.is_advised);
	assert_true(know_library_variable(&fields, &v));
	assert_false(know_library_variable(&fields, &v));
	assert_true(know_library_named(STR("supervisor-log"), &lib));
	assert_int_equal(lib.base, WRITE_IN_CWD);
	assert_false(lib.is_folder);
	assert_int_equal(lib.when, LIBRARY_AT_START);
	fields = (struct str_fields){.rest = lib.variables};
	assert_false(know_library_variable(&fields, &v));
	assert_false(know_library_named(STR("supervisor"), &lib));
	assert_false(know_library_named(STR("zzz"), &lib));
}

/* Every row is found by its name and by each of its marks. */
static void every_row_is_found(void **state)
{
	struct know_library lib, found;
	uint32_t row = 0, marks = 0;

	(void)state;
	for (; know_library_at(row, &lib); row++) {
		struct str_fields fields = {
			.rest = table_cell(&know_libraries, row, LIBRARY_MARKS)};
		struct str mark;

		assert_true(know_library_named(lib.name, &found));
		assert_int_equal(found.row, row);
		assert_true(lib.when != LIBRARY_AT_CALL || lib.calls.n);
		while (str_next_field(&fields, ',', &mark))
			marks++;
	}
	assert_true(row >= 90);
	assert_int_equal(marks, know_library_mark_count);
}

static void pip_names_get_their_normal_form(void **state)
{
	static const char *const cases[][2] = {
		{"Scikit_Learn[all]>=1.0", "scikit-learn"},
		{"torch==2.1", "torch"},
		{"ruamel.yaml", "ruamel-yaml"},
		{"a__b--c", "a-b-c"},
		{"name @ file:///x", "name"},
		{"./dist/x.whl", ""},
		{"https://example.org/x", ""},
		{"-r", ""},
		{"", ""},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_str(know_pip_name(&arena, str_c(cases[i][0])), cases[i][1]);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_find_their_rows),
		cmocka_unit_test(a_row_says_what_it_says),
		cmocka_unit_test(every_row_is_found),
		cmocka_unit_test(pip_names_get_their_normal_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
