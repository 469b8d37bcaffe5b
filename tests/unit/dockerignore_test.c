/* .dockerignore: what moby's matcher leaves out, and what a hostile pattern costs. */
#include "unit.h"

#include "base/buf.h"
#include "syntax/dockerignore.h"

static const struct dockerignore *reading(struct arena *a, struct str bytes)
{
	return dockerignore_parse(a, file_new(a, STR(".dockerignore"), bytes));
}

static void check_row(const char *list, const char *path, bool is_out)
{
	struct arena a = {0};
	const struct dockerignore *d = reading(&a, str_c(list));

	if (dockerignore_excludes(d, str_c(path)) != is_out)
		fail_msg("'%s' %s '%s'", list, is_out ? "keeps" : "leaves out", path);
	arena_free(&a);
}

static void paths_are_left_out_as_the_builder_does(void **state)
{
	static const struct {
		const char *list, *path;
		bool is_out;
	} rows[] = {
		{"", "a", false},
		{"a", "a", true},
		{"a", "a/b/c", true}, /* with what is below */
		{"a", "ab", false},
		{"a", "b/a", false}, /* from the root only, unlike git */
		{"/a", "a", true},
		{"a/", "a", true},
		{"./a/../b", "b", true},
		{"#a", "#a", false},
		{" #a", "#a", true}, /* a comment begins the line */
		{"  a \t\r\n", "a", true},
		{"\xef\xbb\xbf"
		 "a",
			"a", true},
		{"*.pyc", "x.pyc", true},
		{"*.pyc", "d/x.pyc", false},
		{"*", "a/b", true},
		{"*", ".git", true}, /* a dot in front is no exception */
		{"*/temp*", "d/tempx", true},
		{"*/temp*", "d/e/tempx", false},
		{"*/*/temp*", "d/e/tempx", true},
		{"temp?", "tempa", true},
		{"temp?", "temp", false},
		{"temp?", "temp/", false},
		{"**/x.py", "x.py", true},
		{"**/x.py", "a/b/x.py", true},
		{"**/x.py", "ax.py", false},
		{"**.pyc", "a/b.pyc", true}, /* asks only how it ends */
		{"**/*.pyc", "a/b.pyc", true},
		{"**/*.pyc", "b.pyc", true},
		{"**/*.pyc", "b.pyx", false},
		{"a/**", "a", false},
		{"a/**", "a/b/c", true},
		{"a/**/c", "a/c", true},
		{"a/**/c", "a/b/b/c", true},
		{"a/**/c", "a/bc", false},
		{"**", "a/b", true},
		{"**/.git", "a/.git/config", true},
		{"[a-c]x", "bx", true},
		{"[a-c]x", "dx", false},
		{"[^a-c]x", "dx", true},
		{"[^a-c]x", "bx", false},
		{"[a\\-c]", "-", true},
		{"\\*", "*", true},
		{"\\*", "a", false},
		{"*\n!a", "a", false},
		{"*\n!a", "a/b", false},
		{"*\n!a", "b", true},
		{"*\n!a\na/b", "a/b", true}, /* the last that fits decides */
		{"*\n! a", "a", false},
		{"!a\n*", "a", true},
		{"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
		{"*.md\n!README*.md", "README-x.md", false},
		{"d\n!d/keep", "d/keep", false},
		{"[", "[", false}, /* broken: it fits nothing */
		{"a\\", "a\\", false},
		{"!", "x", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(rows[i].list, rows[i].path, rows[i].is_out);
}

static void patterns_know_where_they_stand(void **state)
{
	struct arena a = {0};
	const struct dockerignore *d = reading(&a, STR("# x\n  ! /a/b/ \r\n["));

	(void)state;
	assert_int_equal(d->patterns.n, 2);
	assert_true(d->has_exceptions);
	assert_str(d->patterns.at[0].text, "a/b");
	assert_str(span_str(d->patterns.at[0].span), "! /a/b/");
	assert_false(d->patterns.at[0].is_broken);
	assert_true(d->patterns.at[1].is_broken);
	arena_free(&a);
}

static struct str repeated(struct arena *a, const char *text, size_t times)
{
	struct buf b = {.arena = a};

	while (times--)
		buf_add(&b, str_c(text));
	return buf_str(&b);
}

static void too_much_is_cut(void **state)
{
	struct arena a = {0};
	const struct dockerignore *d =
		reading(&a, repeated(&a, "a\n", DOCKERIGNORE_PATTERNS_MAX + 1));

	(void)state;
	assert_int_equal(d->patterns.n, DOCKERIGNORE_PATTERNS_MAX);
	assert_true(d->is_cut);
	d = reading(&a, repeated(&a, "*", DOCKERIGNORE_PATTERN_MAX + 1));
	assert_true(d->patterns.at[0].is_broken);
	arena_free(&a);
}

/* A matcher that tries its ways one after the other would not come back. */
static void hostile_patterns_end(void **state)
{
	struct arena a = {0};
	struct str path = repeated(&a, "a", 4000);

	(void)state;
	assert_false(dockerignore_excludes(
		reading(&a, repeated(&a, "*a", DOCKERIGNORE_PATTERN_MAX / 2 - 1)),
		repeated(&a, "ab", 400)));
	assert_false(dockerignore_excludes(
		reading(&a, STR("*a*a*a*a*a*a*a*a*a*a*b")), path));
	assert_false(
		dockerignore_excludes(reading(&a, STR("**/a/**/a/**/a/**/a/**/a/**/b")),
			repeated(&a, "a/", 2000)));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_left_out_as_the_builder_does),
		cmocka_unit_test(patterns_know_where_they_stand),
		cmocka_unit_test(too_much_is_cut),
		cmocka_unit_test(hostile_patterns_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
