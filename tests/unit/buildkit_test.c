/*
 * What BuildKit's own tests expect: its parser's trees byte for byte, the files it
 * refuses, its expansion of variables and its cutting of words. The vectors are not
 * part of this tree; where they are absent the tests skip, and say so.
 */
#include "unit.h"

#include "base/path.h"
#include "base/world.h"
#include "syntax/dockerfile_dump.h"
#include "syntax/dockerword.h"

struct fixture {
	struct arena arena;
	struct world *world;
	struct str root;
	bool is_absent;
};

static struct str find_root(struct fixture *fx)
{
	struct str shared, project;

	if (!world_env(fx->world, STR("OAKUM_ROOT"), &project))
		project = STR(".");
	if (!world_env(fx->world, STR("OAKUM_SHARED"), &shared))
		shared = path_join(&fx->arena, project, STR("../shared"));
	return path_join(&fx->arena, shared, STR("conformance/buildkit-parser"));
}

static int set_up(void **state)
{
	struct fixture *fx = calloc(1, sizeof(*fx));
	struct world_entries entries;

	assert_non_null(fx);
	fx->world = world_disk(&fx->arena);
	fx->root = find_root(fx);
	fx->is_absent = world_list(fx->world, fx->root, &entries, NULL) < 0;
	*state = fx;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fx = *state;

	arena_free(&fx->arena);
	free(fx);
	return 0;
}

static void skip_when_absent(const struct fixture *fx)
{
	if (!fx->is_absent)
		return;
	note("skipped: no vectors in %.*s", STR_ARG(fx->root));
	skip();
}

static const struct file *load(struct fixture *fx, struct str path)
{
	const struct file *f = NULL;
	struct err e;

	if (world_read(fx->world, path_join(&fx->arena, fx->root, path), &f, &e) < 0)
		fail_msg("%s", e.text);
	return f;
}

static void trees_are_equal_byte_for_byte(void **state)
{
	struct fixture *fx = *state;
	struct arena *a = &fx->arena;
	struct world_entries dirs;

	skip_when_absent(fx);
	assert_int_equal(world_list(fx->world, path_join(a, fx->root, STR("testfiles")),
				 &dirs, NULL),
		0);
	assert_int_equal(dirs.n, 33);
	vec_each (struct world_entry, dir, &dirs) {
		struct str path = path_join(a, STR("testfiles"), dir->name);
		struct diags diags = {.arena = a};
		struct buf out = {.arena = a};

		dockerfile_dump(dockerfile_parse(a,
					load(fx, path_join(a, path, STR("Dockerfile"))),
					&diags),
			&out);
		if (!str_eq(buf_str(&out),
			    str_trim_right(load(fx, path_join(a, path, STR("result")))
						   ->bytes)))
			fail_msg("%.*s: got\n%.*s", STR_ARG(dir->name),
				STR_ARG(buf_str(&out)));
	}
}

/* Each file that BuildKit refuses, with what is said about it and where. */
static const struct {
	const char *path;
	enum diag_id id;
	unsigned line, column;
} refused[] = {
	{"testfiles-negative/empty_dockerfile/Dockerfile", DIAG_NO_INSTRUCTION, 1, 1},
	{"testfiles-negative/only_comments/Dockerfile", DIAG_NO_INSTRUCTION, 1, 1},
	{"testfiles-negative/env_no_value/Dockerfile", DIAG_MISSING_ARGUMENT, 3, 5},
	{"testfiles-negative/shykes-nested-json/Dockerfile", DIAG_NESTED_JSON, 1, 15},
};

static void refused_files_are_reported_at_their_line(void **state)
{
	struct fixture *fx = *state;

	skip_when_absent(fx);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct diags diags = {.arena = &fx->arena};
		const struct diag *found = NULL;

		dockerfile_parse(&fx->arena, load(fx, str_c(refused[i].path)), &diags);
		vec_each (struct diag, d, &diags.list)
			if (d->id == refused[i].id)
				found = d;
		if (!found)
			fail_msg("%s: no diag %s", refused[i].path,
				diag_name(refused[i].id));
		assert_int_equal(span_start(found->span).line, refused[i].line);
		assert_int_equal(span_start(found->span).column, refused[i].column);
	}
}

struct environment {
	bool ignores_case;     /* as on Windows */
	VEC(struct str) lines; /* "NAME=value"; the last one counts */
};

static struct dockerword_value look(void *ctx, struct str name)
{
	const struct environment *env = ctx;

	for (size_t i = env->lines.n; i-- > 0;) {
		struct str line = env->lines.at[i];
		size_t equals = str_find(line, '=');
		struct str key = str_sub(line, 0, equals);

		if (env->ignores_case ? str_eq_nocase(key, name) : str_eq(key, name))
			return (struct dockerword_value){
				DOCKERWORD_SET, str_from(line, equals + 1)};
	}
	return (struct dockerword_value){DOCKERWORD_UNSET, STR_NONE};
}

static void expand_line(struct fixture *fx, struct environment *env, struct str source,
	struct str expected)
{
	struct text text = text_of_str(source);
	struct diags diags = {.arena = &fx->arena};
	struct dockerword_result got;

	dockerword_expand(&fx->arena, &text, '\\', look, env, &diags, &got);
	assert_int_equal(got.is_broken, diags.list.n > 0);
	if (got.is_broken != str_eq(expected, STR("error")) ||
		(!got.is_broken && !str_eq(got.s, expected)))
		fail_msg("'%.*s' gave '%.*s', expected '%.*s'", STR_ARG(source),
			STR_ARG(got.is_broken ? STR("error") : got.s),
			STR_ARG(expected));
}

static void variables_expand_as_in_its_table(void **state)
{
	static const struct str set[] = {STR_INIT("PWD=/home"), STR_INIT("SHELL=bash"),
		STR_INIT("KOREAN=\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4"),
		STR_INIT("NULL=")};
	struct fixture *fx = *state;
	struct environment env = {0};
	struct str_fields lines;
	struct str line;
	unsigned count = 0;

	skip_when_absent(fx);
	for (size_t i = 0; i < 4; i++)
		*vec_push(&fx->arena, &env.lines) = set[i];
	lines = (struct str_fields){.rest = load(fx, STR("envVarTest"))->bytes};
	while (str_next_field(&lines, '\n', &line)) {
		struct str_fields columns = {.rest = line};
		struct str column[3];

		if (!str_trim(line).n || line.p[0] == '#')
			continue;
		for (size_t i = 0; i < 3; i++)
			assert_true(str_next_field(&columns, '|', &column[i]));
		env.ignores_case = line.p[0] == 'W';
		expand_line(fx, &env, str_trim(column[1]), str_trim(column[2]));
		count++;
	}
	assert_int_equal(count, 230);
}

static struct str joined_words(
	struct fixture *fx, struct environment *env, struct str source)
{
	struct text text = text_of_str(source);
	struct diags diags = {.arena = &fx->arena};
	struct buf out = {.arena = &fx->arena};
	struct dockerword_results words;

	if (!dockerword_split(&fx->arena, &text, '\\', look, env, &diags, &words))
		return STR("error");
	vec_each (struct dockerword_result, word, &words) {
		if (word != words.at)
			buf_char(&out, ',');
		buf_add(&out, word->s);
	}
	return buf_str(&out);
}

static void words_are_cut_as_in_its_table(void **state)
{
	struct fixture *fx = *state;
	struct environment env = {0};
	struct str_fields lines;
	struct str line;
	unsigned count = 0;

	skip_when_absent(fx);
	lines = (struct str_fields){.rest = load(fx, STR("wordsTest"))->bytes};
	while (str_next_field(&lines, '\n', &line)) {
		size_t bar = str_find(line, '|');
		struct str expected = str_from(line, bar + 1), got;

		if (str_starts(line, STR("ENV "))) {
			line = str_from(line, 4);
			while (line.n && line.p[0] == ' ')
				line = str_from(line, 1);
			*vec_push(&fx->arena, &env.lines) = line;
			continue;
		}
		if (bar == line.n || line.p[0] == '#')
			continue;
		while (expected.n && expected.p[0] == ' ')
			expected = str_from(expected, 1);
		got = joined_words(fx, &env, str_trim(str_sub(line, 0, bar)));
		if (!str_eq(got, expected))
			fail_msg("'%.*s' gave '%.*s'", STR_ARG(line), STR_ARG(got));
		count++;
	}
	assert_int_equal(count, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			trees_are_equal_byte_for_byte, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			refused_files_are_reported_at_their_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			variables_expand_as_in_its_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			words_are_cut_as_in_its_table, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
