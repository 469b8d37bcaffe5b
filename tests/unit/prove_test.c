#include "unit.h"

#include "fix/prove.h"
#include "know/know.h"
#include "model/facts.h"

static struct arena arena;
static const struct knowledge *know;

static int open_tables(void **state)
{
	struct err e = {0};

	(void)state;
	return know_open(&arena, world_memory(&arena), STR_NONE, &know, &e);
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct reading read_text(const char *path, const char *text)
{
	struct world *world = world_memory(&arena);
	static const struct load_options load;
	static const struct fix_options options;
	struct reading r;
	struct err e = {0};

	world_put(world, str_c(path), str_c(text));
	if (reading_make(&arena, world, know, str_c(path), &load, &options, &r, &e) < 0)
		fail_msg("%s", e.text);
	return r;
}

/* Is there a fact of that name and value? */
static bool has_fact(
	const struct fact_lines *lines, const char *name, const char *value)
{
	vec_each (const struct fact_line, line, lines)
		if (str_eq(line->name, str_c(name)) &&
			str_eq(line->value, str_c(value)))
			return true;
	return false;
}

static void facts_of_a_dockerfile(void **state)
{
	struct reading r = read_text("Dockerfile",
		"FROM debian:12\n"
		"RUN useradd -u 1500 -m app\n"
		"ENV A=1\nENV A=2\nEXPOSE 80\nVOLUME /data\n"
		"COPY --chown=app a b /app/\n"
		"WORKDIR /app\nUSER app\nCMD [\"run\", \"it\"]\n");
	struct fact_lines f = project_facts(&arena, &r.input.project);

	(void)state;
	assert_true(has_fact(&f, "Dockerfile/user", "= app"));
	assert_true(has_fact(&f, "Dockerfile/uid", "1500"));
	assert_true(has_fact(&f, "Dockerfile/runs_as", "user"));
	assert_true(has_fact(&f, "Dockerfile/env/A", "= 2"));
	assert_false(has_fact(&f, "Dockerfile/env/A", "= 1"));
	assert_true(has_fact(&f, "Dockerfile/expose/80", ""));
	assert_true(has_fact(&f, "Dockerfile/volume//data", ""));
	assert_true(has_fact(&f, "Dockerfile/workdir", "= /app"));
	assert_true(has_fact(&f, "Dockerfile/cmd", "exec \"run\" \"it\""));
	for (size_t i = 1; i < f.n; i++)
		assert_true(str_cmp(f.at[i - 1].name, f.at[i].name) <= 0);
}

static void facts_of_a_service(void **state)
{
	struct reading r = read_text("compose.yaml",
		"services:\n  web:\n    image: nginx\n    user: \"1:2\"\n"
		"    cap_drop: [ALL]\n    read_only: true\n"
		"    ports: [\"127.0.0.1:80:8080\"]\n    volumes: [./a:/b:ro, c:/d]\n"
		"volumes:\n  c:\nsecrets:\n  s: {file: ./s}\n");
	struct fact_lines f = project_facts(&arena, &r.input.project);
	bool has_bind = false;

	(void)state;
	assert_true(has_fact(&f, "web/user", "= 1:2"));
	assert_true(has_fact(&f, "web/cap/ALL", "drop"));
	assert_true(has_fact(&f, "web/setting/read_only", "= true"));
	assert_true(has_fact(&f, "web/port/8080/tcp", "127.0.0.1:80-80 "));
	vec_each (const struct fact_line, line, &f)
		has_bind |= str_eq(line->name, STR("web/mount//b")) &&
			str_starts(line->value, STR("bind of ./a")) &&
			str_find_str(line->value, STR("read-only yes")) < line->value.n;
	assert_true(has_bind);
	vec_each (const struct fact_line, line, &f)
		has_bind &= !str_eq(line->name, STR("project/secret/x"));
	assert_true(has_bind);
}

struct row {
	const char *name, *path, *before, *after, *rule, *footprint;
	const char *why; /* a part of the sentence; NULL: it is proved */
};

static const struct row rows[] = {
	{"a finding gone, nothing else", "Dockerfile",
		"FROM debian:12\nRUN useradd -u 1500 app\nUSER ap\n",
		"FROM debian:12\nRUN useradd -u 1500 app\nUSER app\n", "user-name-typo",
		"Dockerfile/*", NULL},
	{"it still stands", "Dockerfile",
		"FROM debian:12\nRUN useradd -u 1500 app\nUSER ap\n",
		"FROM debian:12\nRUN useradd -u 1500 app\nENV A=1\nUSER ap\n",
		"user-name-typo", "Dockerfile/*", "would still stand"},
	{"something new", "Dockerfile", "FROM debian:12\nUSER 1500:1500\n",
		"FROM debian:12\nUSER 1500:1500\nEXPOSE 22\nENV A=1\nCOPY --from=x /a /b\n",
		NULL, "Dockerfile/*", "a new finding"},
	{"more than was meant", "Dockerfile", "FROM debian:12\nUSER 1500:1500\n",
		"FROM debian:12\nENV B=1\nUSER 1500:1500\n", NULL, "Dockerfile/env/A",
		"'Dockerfile/env/B' (now = 1)"},
	{"less than there was", "Dockerfile",
		"FROM debian:12\nENV B=1\nUSER 1500:1500\n",
		"FROM debian:12\nUSER 1500:1500\n", NULL, "Dockerfile/env/A",
		"'Dockerfile/env/B' (no longer = 1)"},
	{"only what was meant", "Dockerfile", "FROM debian:12\nUSER 1500:1500\n",
		"FROM debian:12\nENV B=1\nUSER 1500:1500\n", NULL, "Dockerfile/env/*",
		NULL},
	{"it cannot be read any more", "Dockerfile", "FROM debian:12\nUSER 1500:1500\n",
		"FROM debian:12\nUSER 1500:1500\nBUNGLE\n", NULL, "*",
		"line 3 could not be followed"},
	{"a stage that the container does not need", "Dockerfile",
		"FROM debian:12 AS a\nRUN x\nFROM debian:12\nUSER 1500:1500\n",
		"FROM debian:12 AS a\nRUN y\nFROM debian:12\nUSER 1500:1500\n", NULL,
		"Dockerfile/*", "project/stage/a"},
	{"a run line that moves down", "run.sh", "docker run -u 1500:1500 a\n",
		"\n\ndocker run -u 1500:1500 a\n", NULL, "", NULL},
	{"a run line that becomes another", "run.sh", "docker run -u 1500:1500 a\n",
		"\n\ndocker run -u 1500:1500 --cap-drop ALL a\n", NULL, "",
		"1/cap/ALL"},
	{"worse than it was", "compose.yaml",
		"services:\n  web:\n    image: a\n    user: \"1:1\"\n",
		"services:\n  web:\n    image: a\n    user: \"0\"\n", NULL, "web/*",
		"a new finding"},
};

static void parts_are_proved(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct reading before = read_text(row->path, row->before);
		struct reading after = read_text(row->path, row->after);
		struct fix_part part = {0};
		struct str why;

		if (row->rule)
			*vec_push(&arena, &part.rules) = str_c(row->rule);
		*vec_push(&arena, &part.footprint) = str_c(row->footprint);
		why = prove_part(&arena, &part, &before, &after);
		if (!row->why && why.n)
			fail_msg("%s: %.*s", row->name, STR_ARG(why));
		if (row->why && str_find_str(why, str_c(row->why)) == why.n)
			fail_msg("%s: got '%.*s'", row->name, STR_ARG(why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_of_a_dockerfile),
		cmocka_unit_test(facts_of_a_service),
		cmocka_unit_test(parts_are_proved),
	};

	return cmocka_run_group_tests(tests, open_tables, free_arena);
}
