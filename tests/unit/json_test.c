/* Strict JSON: what is taken, what is refused and where, and where bytes came from. */
#include "unit.h"

#include "syntax/json.h"

struct fixture {
	struct arena arena;
	struct diags diags;
	struct text text;
	const struct json *root;
};

static struct fixture *read_str(struct str bytes)
{
	struct fixture *fx = calloc(1, sizeof(*fx));
	const struct file *f;

	assert_non_null(fx);
	fx->diags.arena = &fx->arena;
	f = file_new(&fx->arena, STR("f"), bytes);
	fx->text = text_of(&fx->arena, span_of(f, 0, bytes.n));
	fx->root = json_parse(&fx->arena, &fx->text, &fx->diags);
	return fx;
}

static struct fixture *read_json(const char *bytes)
{
	return read_str(str_c(bytes));
}

static void done(struct fixture *fx)
{
	arena_free(&fx->arena);
	free(fx);
}

static void valid_texts_are_taken(void **state)
{
	static const char *const valid[] = {"null", " true\n", "false", "0", "-0", "10",
		"-1.5e+10", "1E5", "0.0001", "1e-2", "\"\"", "\"a\\u00e9\\n\\/\"", "[]",
		"[ ]", "{}", "{\"\":{}}", "[1, [2, [3]]]", "{\"a\":1,\"a\":2}",
		"\t\r\n [ null ] ", "\"\xf0\x9f\x98\x80\"", "\"\x7f\"",
		"\"\\ud83d\\ude00\""};

	(void)state;
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
		struct fixture *fx = read_json(valid[i]);

		if (!fx->root || fx->diags.list.n)
			fail_msg("%s was refused", valid[i]);
		done(fx);
	}
}

/* The column is the byte that cannot be read. */
static const struct {
	const char *text;
	unsigned column;
	const char *expected;
} refused[] = {
	{"", 1, "a value"},
	{" ", 2, "a value"},
	{"nul", 1, "a value"},
	{"nulll", 5, "nothing more"},
	{"True", 1, "a value"},
	{"'a'", 1, "a value"},
	{"// c\n1", 1, "a value"},
	{"1 2", 3, "nothing more"},
	{"01", 2, "nothing more"},
	{"-", 2, "a digit"},
	{"+1", 1, "a value"},
	{".5", 1, "a value"},
	{"1.", 3, "a digit"},
	{"1e", 3, "a digit"},
	{"1e+", 4, "a digit"},
	{"0x10", 2, "nothing more"},
	{"NaN", 1, "a value"},
	{"\"a", 3, "closes the string"},
	{"\"a\nb\"", 3, "control bytes"},
	{"\"\\x41\"", 3, "behind a backslash"},
	{"\"\\u12\"", 6, "hexadecimal"},
	{"\"\\ud800\\u12\"", 12, "hexadecimal"},
	{"\"\\", 3, "behind a backslash"},
	{"[1,]", 4, "a value"},
	{"[1 2]", 4, "',' or ']'"},
	{"[1", 3, "',' or ']'"},
	{"[", 2, "a value"},
	{"]", 1, "a value"},
	{"{\"a\" 1}", 6, "':'"},
	{"{\"a\":1,}", 8, "a key"},
	{"{a:1}", 2, "a key"},
	{"{\"a\":}", 6, "a value"},
	{"{\"a\":1", 7, "',' or '}'"},
	{"{1:2}", 2, "a key"},
	{"\xef\xbb\xbf{}", 1, "a value"},
};

static void broken_texts_are_refused_where_they_break(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct fixture *fx = read_json(refused[i].text);
		const struct diag *d;

		if (fx->root || fx->diags.list.n != 1)
			fail_msg("%s was taken", refused[i].text);
		d = &fx->diags.list.at[0];
		assert_int_equal(d->id, DIAG_JSON_SYNTAX);
		if (d->span.offset + 1 != refused[i].column)
			fail_msg("%s: column %u", refused[i].text, d->span.offset + 1);
		if (str_find_str(d->detail, str_c(refused[i].expected)) == d->detail.n)
			fail_msg("%s: %.*s", refused[i].text, STR_ARG(d->detail));
		done(fx);
	}
}

static void a_break_on_a_later_line_has_its_place(void **state)
{
	struct fixture *fx = read_json("[\"a\",\n/**/]");

	(void)state;
	assert_null(fx->root);
	assert_int_equal(span_start(fx->diags.list.at[0].span).line, 2);
	assert_int_equal(span_start(fx->diags.list.at[0].span).column, 1);
	assert_str(span_str(fx->diags.list.at[0].span), "/");
	done(fx);
}

static void values_have_kinds_texts_and_spans(void **state)
{
	struct fixture *fx =
		read_json("{\"n\": -1.50e3, \"l\": [true, null], \"s\": \"x\","
			  " \"n\": 9007199254740993}");
	const struct json *list = json_get(fx->root, STR("l"));

	(void)state;
	assert_int_equal(fx->root->count, 4);
	assert_str(fx->root->items[0].text.s, "-1.50e3");
	assert_str(span_str(fx->root->items[0].span), "-1.50e3");
	assert_int_equal(list->kind, JSON_ARRAY);
	assert_int_equal(list->items[0].kind, JSON_TRUE);
	assert_int_equal(list->items[1].kind, JSON_NULL);
	assert_str(span_str(list->span), "[true, null]");
	assert_str(span_str(fx->root->keys[2].span), "\"s\"");
	assert_str(json_get(fx->root, STR("n"))->text.s, "9007199254740993");
	assert_null(json_get(fx->root, STR("x")));
	assert_null(json_get(list, STR("n")));
	done(fx);
}

static void strings_know_where_their_bytes_came_from(void **state)
{
	struct fixture *fx = read_json("\"ab\\u20ac\\\"c\\ud83d\\ude00d\"");
	const struct text *t = &fx->root->text;

	(void)state;
	assert_str(t->s,
		"ab\xe2\x82\xac\"c\xf0\x9f\x98\x80"
		"d");
	assert_str(span_str(text_span(t, 2, 3)), "\\u20ac");
	assert_str(span_str(text_span(t, 5, 1)), "\\\"");
	assert_str(span_str(text_span(t, 7, 4)), "\\ud83d\\ude00");
	assert_str(span_str(text_span(t, 11, 1)), "d");
	done(fx);
}

/* As Go's encoding/json, which reads the same files. */
static void what_is_no_text_becomes_a_replacement(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{"\"\\ud800\"", "\xef\xbf\xbd"},
		{"\"\\udc00x\"", "\xef\xbf\xbdx"},
		{"\"\\ud800\\ud800\"", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\"\\ud800\\u0041\"",
			"\xef\xbf\xbd"
			"A"},
		{"\"a\xff"
		 "b\"",
			"a\xef\xbf\xbd"
			"b"},
		{"\"\xc3\"", "\xef\xbf\xbd"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture *fx = read_json(cases[i].json);

		assert_non_null(fx->root);
		assert_str(fx->root->text.s, cases[i].text);
		assert_int_equal(fx->diags.list.n, 0);
		done(fx);
	}
}

static struct str repeated(
	struct arena *a, struct str unit, size_t count, const char *end)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < count; i++)
		buf_add(&b, unit);
	buf_add(&b, str_c(end));
	return buf_str(&b);
}

static void limits_are_said(void **state)
{
	static const struct {
		struct str unit;
		size_t count;
		const char *start;
	} cases[] = {
		{STR_INIT("["), JSON_DEPTH_MAX + 1, ""},
		{STR_INIT("{\"a\":"), 1000000, ""},
		{STR_INIT("0,"), JSON_NODES_MAX + 1, "["},
		{STR_INIT("\\n"), JSON_ESCAPES_MAX + 1, "\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = {0};
		struct buf b = {.arena = &arena};
		struct fixture *fx;

		buf_add(&b, str_c(cases[i].start));
		buf_add(&b, repeated(&arena, cases[i].unit, cases[i].count, ""));
		fx = read_str(buf_str(&b));
		assert_null(fx->root);
		assert_int_equal(fx->diags.list.at[0].id, DIAG_LIMIT_REACHED);
		done(fx);
		arena_free(&arena);
	}
}

static void the_deepest_allowed_is_taken(void **state)
{
	struct arena arena = {0};
	struct buf b = {.arena = &arena};
	struct fixture *fx;

	(void)state;
	buf_repeat(&b, '[', JSON_DEPTH_MAX);
	buf_repeat(&b, ']', JSON_DEPTH_MAX);
	fx = read_str(buf_str(&b));
	assert_non_null(fx->root);
	done(fx);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_texts_are_taken),
		cmocka_unit_test(broken_texts_are_refused_where_they_break),
		cmocka_unit_test(a_break_on_a_later_line_has_its_place),
		cmocka_unit_test(values_have_kinds_texts_and_spans),
		cmocka_unit_test(strings_know_where_their_bytes_came_from),
		cmocka_unit_test(what_is_no_text_becomes_a_replacement),
		cmocka_unit_test(limits_are_said),
		cmocka_unit_test(the_deepest_allowed_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
