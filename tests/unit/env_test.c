/* .env files: what compose-go's dotenv package takes, and where each byte is from. */
#include "unit.h"

#include "base/path.h"
#include "base/world.h"
#include "syntax/env.h"

struct fixture {
	struct arena arena;
	struct diags diags;
	const struct env_lines *lines;
};

static struct fixture *reading_bytes(struct str bytes)
{
	struct fixture *fx = calloc(1, sizeof(*fx));

	assert_non_null(fx);
	fx->diags.arena = &fx->arena;
	fx->lines = env_parse(
		&fx->arena, file_new(&fx->arena, STR(".env"), bytes), &fx->diags);
	assert_non_null(fx->lines);
	return fx;
}

static struct fixture *reading(const char *bytes)
{
	return reading_bytes(str_c(bytes));
}

static void done(struct fixture *fx)
{
	arena_free(&fx->arena);
	free(fx);
}

/* NAME[value] of each line; NAME alone is inherited, {value} is literal. */
static struct str dump(struct fixture *fx)
{
	struct buf out = {.arena = &fx->arena};

	vec_each (const struct env_line, line, fx->lines) {
		if (out.n)
			buf_char(&out, ' ');
		buf_add(&out, line->name.s);
		if (line->is_inherited)
			continue;
		buf_printf(&out, line->is_literal ? "{%.*s}" : "[%.*s]",
			STR_ARG(line->value.s));
	}
	return buf_str(&out);
}

static void lines_are_read_as_dotenv_does(void **state)
{
	static const struct {
		const char *text, *dump;
	} rows[] = {
		{"", ""},
		{"\n \t\r\n# x\n\t # y", ""},
		{"FOO=bar", "FOO[bar]"},
		{"FOO =bar\nBAR= b\n", "FOO[bar] BAR[b]"},
		{" KEY =value\n\tK=v", "KEY[value] K[v]"},
		{"FOO=foobar=", "FOO[foobar=]"},
		{"OPTION_A: 1\nB: Foo=bar\nC=1:B", "OPTION_A[1] B[Foo=bar] C[1:B]"},
		{"F=\nG = \nH=x", "F[] G[] H[x]"},
		{"FOO=bar \t\r\nX=y\r\n", "FOO[bar] X[y]"},
		{"=v", "[v]"},
		/* export */
		{"export A=2", "A[2]"},
		{"  export\tA=2\nexport exportFoo=2", "A[2] exportFoo[2]"},
		{"exportFOO=2\nexport_FOO =2\nexport.FOO= 2",
			"exportFOO[2] export_FOO[2] export.FOO[2]"},
		/* names */
		{"FOO.BAR=a\nA-B=b\na[1]=c", "FOO.BAR[a] A-B[b] a[1][c]"},
		{"\xc3\xa1rv\xc3\xadz=\xc5\xb0", "\xc3\xa1rv\xc3\xadz[\xc5\xb0]"},
		{"NAME\nX=1", "NAME X[1]"},
		{"NAME\r\nX", "NAME X"},
		/* a comment needs a space before it */
		{"FOO=bar # this is foo\nB=c #x", "FOO[bar] B[c]"},
		{"FOO=123#not", "FOO[123#not]"},
		/* quotes */
		{"A='1'\nB=\"2\"", "A{1} B[2]"},
		{"A=''\nB=\"\"", "A{} B[]"},
		{"A='\\n'\nB=\"\\n\"", "A{\\n} B[\n]"},
		{"A='Let\\'s go!'", "A{Let's go!}"},
		{"A='x\\\\' B=c", "A{x\\\\} B[c]"},
		{"A=\"es\\\"c\"\nB=\"'d'\"", "A[es\"c] B['d']"},
		{"A='one\ntwo'\nB=\"x\ny\"", "A{one\ntwo} B[x\ny]"},
		{"A=\"b#z\" # c\nB='x' # y", "A[b#z] B{x}"},
		{"A=\"a\" B=c", "A[a] B[c]"},
		{"K=\"Z\\aZ\\bZ\\fZ\\nZ\\rZ\\tZ\\vZ\\\\Z\\0123Z\"",
			"K[Z\aZ\bZ\fZ\nZ\rZ\tZ\vZ\\ZSZ]"},
		{"K=\"\\x07\\u12e4\\c\\012\"", "K[\\x07\\u12e4\\c\\012]"},
		{"K=\"\\01234\\0999\\0777\"", "K[S4\\0999\\0777]"},
		{"K=a\\tb", "K[a\\tb]"},
		{"K=\"a\\ b\\az\"", "K[a\\ b\az]"},
		{"K=\"bar\\\\\\n\\ b\"", "K[bar\\\n\\ b]"},
		/* a dollar that a backslash protects is doubled for what comes next */
		{"K=\"foo\\$BAR\"", "K[foo$$BAR]"},
		{"K='quote $FOO'", "K{quote $FOO}"},
		{"\xef\xbb\xbfOPTION_A=1\nB=2", "OPTION_A[1] B[2]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *fx = reading(rows[i].text);

		assert_str(dump(fx), rows[i].dump);
		assert_int_equal(fx->diags.list.n, 0);
		done(fx);
	}
}

static void bad_lines_are_passed_over(void **state)
{
	static const struct {
		const char *text, *dump, *span;
	} rows[] = {
		{"lol$wut\nA=1", "A[1]", "lol$wut"},
		{"%!(x)=foo\nA=1", "A[1]", "%!(x)=foo"},
		{"INVALID LINE\nA=1", "A[1]", "INVALID LINE"},
		{"two words=1 \r\nA=1", "A[1]", "two words=1"},
		{"X=\"\nA=1", "A[1]", "\""},
		{"X=\"value\\\"\nA=1", "A[1]", "\"value\\\""},
		{"X='value\"\nA=1", "A[1]", "'value\""},
		{"A=1\nX='", "A[1]", "'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *fx = reading(rows[i].text);

		assert_str(dump(fx), rows[i].dump);
		assert_int_equal(fx->diags.list.n, 1);
		assert_int_equal(fx->diags.list.at[0].id, DIAG_ENV_SYNTAX);
		assert_str(span_str(fx->diags.list.at[0].span), rows[i].span);
		done(fx);
	}
}

static void every_byte_knows_its_origin(void **state)
{
	struct fixture *fx = reading("# c\nexport URL = \"h\\t://${HOST:-x}\" # d\n");
	const struct env_line *line = fx->lines->at;

	(void)state;
	assert_int_equal(fx->lines->n, 1);
	assert_str(span_str(text_span_all(&line->name)), "URL");
	assert_str(line->value.s, "h\t://${HOST:-x}");
	assert_str(span_str(text_span(&line->value, 1, 1)), "\\t");
	assert_str(span_str(line->span), "export URL = \"h\\t://${HOST:-x}\"");
	assert_int_equal(line->parts.n, 2);
	assert_str(span_str(text_span_all(&line->parts.at[1].text)), "${HOST:-x}");
	assert_int_equal(span_start(line->span).line, 2);
	done(fx);
}

static void an_empty_value_has_a_place(void **state)
{
	struct fixture *fx = reading("A=\nB=\"\"\n");

	(void)state;
	assert_int_equal(text_span_all(&fx->lines->at[0].value).offset, 2);
	assert_int_equal(text_span_all(&fx->lines->at[1].value).offset, 6);
	done(fx);
}

static void large_files_are_refused_with_one_diag(void **state)
{
	size_t n = ENV_SIZE_MAX + 1;
	char *bytes = malloc(n);
	struct fixture *fx;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'A', n);
	fx = reading_bytes((struct str){bytes, n});
	assert_int_equal(fx->lines->n, 0);
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_FILE_TOO_LARGE);
	done(fx);
	/* The largest that is read, as many short lines. */
	for (size_t i = 0; i + 4 <= n; i += 4)
		memcpy(bytes + i, "A=1\n", 4);
	fx = reading_bytes((struct str){bytes, ENV_SIZE_MAX});
	assert_int_equal(fx->lines->n, ENV_LINES_MAX);
	assert_int_equal(fx->diags.list.at[0].id, DIAG_LIMIT_REACHED);
	assert_true(fx->arena.used < 100 * (size_t)ENV_SIZE_MAX);
	done(fx);
	free(bytes);
}

/* What compose-go's own tests expect of its fixtures. */
static const struct {
	const char *file, *dump;
} vectors[] = {
	{"equals.env", "OPTION_A{postgres://localhost:5432/database?sslmode=disable}"},
	{"exported.env", "OPTION_A[2] OPTION_B{\\n}"},
	{"inherited-multi-var.env", "foo[bar] VAR_TO_BE_LOADED_FROM_OS_ENV bar[baz]"},
	{"inherited-not-found.env", "VARIABLE_NOT_FOUND"},
	{"inherited-single-var.env", "VAR_TO_BE_LOADED_FROM_OS_ENV"},
	{"plain.env",
		"OPTION_A[1] OPTION_B[2] OPTION_C[3] OPTION_D[4] OPTION_E[5] 456[ABC] "
		"OPTION_F[] OPTION_G[] OPTION_H[my string]"},
	{"quoted.env",
		"OPTION_A{1} OPTION_B{2} OPTION_C{} OPTION_D{\\n} OPTION_E[1] "
		"OPTION_F[2] OPTION_G[] OPTION_H[\n] OPTION_I[echo 'asd'] "
		"OPTION_J{first line\nsecond line\nthird line\nand so on} "
		"OPTION_K{Let's go!} OPTION_Z[last value]"},
	{"special.env",
		"VAR.WITH.DOTS[dots] VAR_WITH_UNDERSCORES[underscores] "
		"VAR-WITH-DASHES[dashes]"},
	{"substitutions-default.env",
		"OPTION_A[${OPTION_A:-1}] OPTION_B[${OPTION_A}] OPTION_C[$OPTION_B] "
		"OPTION_D[${OPTION_A}_${OPTION_B}] OPTION_E[${OPTION_NOT_DEFINED}]"},
	{"substitutions.env",
		"OPTION_A[1] OPTION_B[${OPTION_A}] OPTION_C[$OPTION_B] "
		"OPTION_D[${OPTION_A}_${OPTION_B}] OPTION_E[${OPTION_NOT_DEFINED}]"},
	{"unquoted.env",
		"OPTION_A[some quoted phrase] "
		"OPTION_B[first one with an unquoted phrase] "
		"OPTION_C[then another one with an unquoted phrase] "
		"OPTION_D[then another one with an unquoted phrase special \xc3\xa8 "
		"char] OPTION_E[then another one quoted phrase]"},
	{"utf8-bom.env",
		"OPTION_A[1] OPTION_B[2] OPTION_C[3] OPTION_D[4] OPTION_E[5] 456[ABC] "
		"OPTION_F[] OPTION_G[] OPTION_H[my string]"},
};

static struct str fixtures_folder(struct arena *a, struct world *w)
{
	struct str shared, project;

	if (!world_env(w, STR("OAKUM_ROOT"), &project))
		project = STR(".");
	if (!world_env(w, STR("OAKUM_SHARED"), &shared))
		shared = path_join(a, project, STR("../shared"));
	return path_join(a, shared, STR("conformance/compose-go/dotenv/fixtures"));
}

static const struct file *fixture_file(
	struct arena *a, struct world *w, const char *name)
{
	struct str folder = fixtures_folder(a, w);
	struct world_entries entries;
	const struct file *file = NULL;
	struct err e;

	if (world_list(w, folder, &entries, NULL) < 0) {
		note("skipped: no vectors in %.*s", STR_ARG(folder));
		skip();
	}
	if (world_read(w, path_join(a, folder, str_c(name)), &file, &e) < 0)
		fail_msg("%s", e.text);
	return file;
}

static void vectors_of_compose_go(void **state)
{
	struct arena a = {0};
	struct world *w = world_disk(&a);

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct fixture *fx =
			reading_bytes(fixture_file(&a, w, vectors[i].file)->bytes);

		assert_str(dump(fx), vectors[i].dump);
		assert_int_equal(fx->diags.list.n, 0);
		done(fx);
	}
	arena_free(&a);
}

static void the_vector_that_compose_go_refuses(void **state)
{
	struct arena a = {0};
	struct world *w = world_disk(&a);
	struct fixture *fx = reading_bytes(fixture_file(&a, w, "invalid1.env")->bytes);

	(void)state;
	assert_int_equal(fx->diags.list.n, 1);
	assert_int_equal(span_start(fx->diags.list.at[0].span).line, 7);
	assert_str(dump(fx), "foo[\n  a\n  multine\n  value\n] zot[qix]");
	done(fx);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_dotenv_does),
		cmocka_unit_test(bad_lines_are_passed_over),
		cmocka_unit_test(every_byte_knows_its_origin),
		cmocka_unit_test(an_empty_value_has_a_place),
		cmocka_unit_test(large_files_are_refused_with_one_diag),
		cmocka_unit_test(vectors_of_compose_go),
		cmocka_unit_test(the_vector_that_compose_go_refuses),
	};

	return cmocka_run_group_tests_name("env", tests, NULL, NULL);
}
