#include "unit.h"

#include "base/buf.h"
#include "know/know.h"
#include "source/dockerfile.h"
#include "source/load.h"

/*
 * A Dockerfile in memory, and who the image built from it runs as. The first rows are
 * the shapes that other tools get wrong, as measured for the effective-user matrix.
 */
struct expected {
	const char *name, *dockerfile;
	enum runs_as runs_as;
	int64_t uid, gid; /* -1: not known */
};

/* What a user may say beside the file. */
struct choice {
	struct expected expected;
	const char *target, *arg, *value; /* NULL: not given */
	enum builder builder;
};

static const struct expected matrix[] = {
	{"no USER at all", "FROM debian:12\n", RUNS_AS_ROOT, 0, 0},
	{"last USER 0", "FROM debian:12\nUSER app\nUSER 0\n", RUNS_AS_ROOT, 0, 0},
	{"USER 0:0", "FROM debian:12\nUSER 0:0\n", RUNS_AS_ROOT, 0, 0},
	{"USER root:root", "FROM debian:12\nUSER root:root\n", RUNS_AS_ROOT, 0, 0},
	{"USER 00", "FROM debian:12\nUSER 00\n", RUNS_AS_ROOT, 0, 0},
	{"USER +0", "FROM debian:12\nUSER +0\n", RUNS_AS_ROOT, 0, 0},
	{"ARG default 0", "FROM debian:12\nARG U=0\nUSER $U\n", RUNS_AS_ROOT, 0, 0},
	{"builder is app, final has none",
		"FROM debian:12 AS build\nRUN useradd -u 1500 app\nUSER app\n"
		"FROM debian:12\nCOPY --from=build /x /x\n",
		RUNS_AS_ROOT, 0, 0},
	{"builder is root, final is 1000",
		"FROM debian:12 AS build\nUSER root\nFROM debian:12\nUSER 1000\n",
		RUNS_AS_USER, 1000, 0},
	{"builder is root, final base is nonroot",
		"FROM debian:12 AS build\nUSER root\n"
		"FROM gcr.io/distroless/static:nonroot\n",
		RUNS_AS_USER, 65532, 65532},
	{"base is nonroot", "FROM gcr.io/distroless/static:nonroot\n", RUNS_AS_USER,
		65532, 65532},
	{"inherited from an earlier stage",
		"FROM debian:12 AS base\nRUN useradd -u 1500 app\nUSER app\n"
		"FROM base AS final\nENV A=1\n",
		RUNS_AS_USER, 1500, 1500},
	{"stage names ignore case", "FROM debian:12 AS Base\nUSER 7\nFROM bASE\n",
		RUNS_AS_USER, 7, 7},
	{"a name that was never made",
		"FROM debian:12\n"
		"RUN adduser --disabled-password --uid 1200 content\n"
		"WORKDIR /app\nRUN chown -R appuser /app\nUSER appuser\nCMD [\"./run\"]\n",
		RUNS_NOT_AT_ALL, -1, -1},
	{"a RUN as somebody who is not there ends the build",
		"FROM debian:12\nUSER ghost\nRUN true\nUSER 0\n", RUNS_NOT_AT_ALL, -1,
		-1},
	{"another stage's RUN as nobody known ends nothing",
		"FROM debian:12 AS x\nUSER ghost\nRUN true\nFROM debian:12\n",
		RUNS_AS_ROOT, 0, 0},
	{"every image has a PATH", "FROM debian:12\nUSER ${PATH:+1200}\n", RUNS_AS_USER,
		1200, 0},
	{"scratch without USER", "FROM scratch\n", RUNS_AS_ROOT, 0, 0},
	{"scratch with a name", "FROM scratch\nUSER app\n", RUNS_NOT_AT_ALL, -1, -1},
	{"gosu to root in another group",
		"FROM debian:12\nENTRYPOINT [\"gosu\", \"0:4711\", \"server\"]\n",
		RUNS_AS_ROOT, 0, 4711},
	{"gosu in the entrypoint",
		"FROM debian:12\nRUN useradd -r -u 999 db\n"
		"ENTRYPOINT [\"gosu\", \"db\", \"server\"]\n",
		RUNS_AS_ROOT_THEN_DROPS, 999, 999},
	{"a bare number has group 0", "FROM debian:12\nUSER 1001\n", RUNS_AS_USER, 1001,
		0},
	{"a number with a passwd line has its group",
		"FROM debian:12\nRUN groupadd -g 5000 g && useradd -u 1001 -g g app\n"
		"USER 1001\n",
		RUNS_AS_USER, 1001, 5000},
	{"a base that nobody knows", "FROM registry.example/team/base:1\n",
		RUNS_AS_UNKNOWN, -1, -1},
	{"a number on a base that nobody knows",
		"FROM registry.example/team/base:1\nUSER 1001:1001\n", RUNS_AS_USER,
		1001, 1001},
	{"FROM an ARG without default", "ARG BASE\nFROM $BASE\n", RUNS_AS_UNKNOWN, -1,
		-1},
	{"FROM an ARG with default", "ARG V=12\nFROM debian:${V}\n", RUNS_AS_ROOT, 0,
		0},
	{"a global ARG has to be declared again",
		"ARG U=4711\nFROM debian:12\nUSER ${U:-12}\n", RUNS_AS_USER, 12, 0},
	{"a global ARG that is declared again",
		"ARG U=4711\nFROM debian:12\nARG U\nUSER $U\n", RUNS_AS_USER, 4711, 0},
	{"an ENV wins over an older ARG",
		"FROM debian:12\nARG U=1\nENV U=4711\nUSER $U\n", RUNS_AS_USER, 4711,
		0},
	{"an ENV sees the line before it",
		"FROM debian:12\nENV A=4711\nENV A=1 B=$A\nUSER $B\n", RUNS_AS_USER,
		4711, 0},
	{"the last stage counts",
		"FROM debian:12 AS a\nUSER 7777\nFROM debian:12 AS b\n", RUNS_AS_ROOT,
		0, 0},
	{"an ONBUILD USER acts in the child",
		"FROM debian:12 AS base\nONBUILD USER 4711\nFROM base\n", RUNS_AS_USER,
		4711, 0},
	{"an ONBUILD USER does not act where it stands",
		"FROM debian:12\nONBUILD USER 4711\n", RUNS_AS_ROOT, 0, 0},
	{"a script of the context that is copied and run",
		"FROM debian:12\nCOPY mkuser.sh /tmp/\nRUN sh /tmp/mkuser.sh\nUSER app\n",
		RUNS_AS_USER, 1777, 1777},
	{"the same, and the target is a folder without a slash",
		"FROM debian:12\nCOPY mkuser.sh /usr/local/bin\n"
		"RUN /usr/local/bin/mkuser.sh\nUSER app\n",
		RUNS_AS_USER, 1777, 1777},
	{"a heredoc as script",
		"FROM debian:12\nRUN <<EOF\nuseradd -u 1777 app\nEOF\nUSER app\n",
		RUNS_AS_USER, 1777, 1777},
	{"passwd comes from another stage",
		"FROM debian:12 AS build\nRUN useradd -u 1777 app\nFROM scratch\n"
		"COPY --from=build /etc/passwd /etc/passwd\nUSER app\n",
		RUNS_AS_USER, 1777, 1777},
	{"made only in another stage",
		"FROM debian:12 AS build\nRUN useradd -u 1777 app\nFROM debian:12\n"
		"COPY --from=build /srv /srv\nUSER app\n",
		RUNS_NOT_AT_ALL, -1, -1},
	{"an ARG that nobody gave a value is empty",
		"FROM debian:12\nARG U\nUSER ${U}\n", RUNS_AS_ROOT, 0, 0},
	{"an ARG that nobody gave a value leaves the default",
		"ARG B\nFROM ${B:-gcr.io/distroless/static:nonroot}\n", RUNS_AS_USER,
		65532, 65532},
	{"a variable that the unknown base may set",
		"FROM registry.example/team/base:1\nUSER ${NB_UID}\n", RUNS_AS_UNKNOWN,
		-1, -1},
	{"an ARG that has the name of bash's own variable",
		"FROM debian:12\nARG UID=1000\nRUN useradd -u ${UID} app\nUSER app\n",
		RUNS_AS_USER, 1000, 1000},
	{"the base's own variable",
		"FROM quay.io/jupyter/base-notebook:2025-03-31\nUSER root\nUSER ${NB_UID}\n",
		RUNS_AS_USER, 1000, 100},
	{"quotes are taken off", "FROM debian:12\nUSER \"4711\"\n", RUNS_AS_USER, 4711,
		0},
};

static const struct choice choices[] = {
	{{"the stage that was asked for",
		 "FROM debian:12 AS a\nUSER 7777\nFROM debian:12 AS b\n", RUNS_AS_USER,
		 7777, 0},
		"A", NULL, NULL, BUILDER_UNKNOWN},
	{{"a stage by number", "FROM debian:12\nUSER 7777\nFROM debian:12\n",
		 RUNS_AS_USER, 7777, 0},
		"0", NULL, NULL, BUILDER_UNKNOWN},
	{{"a build argument wins over the default",
		 "FROM debian:12\nARG U=0\nUSER $U\n", RUNS_AS_USER, 4711, 0},
		NULL, "U", "4711", BUILDER_UNKNOWN},
	{{"a build argument gives the base", "ARG BASE\nFROM ${BASE}\n", RUNS_AS_USER,
		 65532, 65532},
		NULL, "BASE", "gcr.io/distroless/base-debian12:nonroot",
		BUILDER_UNKNOWN},
	{{"ENV always wins in the classic builder",
		 "FROM debian:12\nENV U=4711\nARG U=1\nUSER $U\n", RUNS_AS_USER, 4711,
		 0},
		NULL, NULL, NULL, BUILDER_CLASSIC},
	{{"an ARG ends with its stage in the classic builder",
		 "FROM debian:12 AS a\nARG U=4711\nFROM a\nUSER ${U:-4712}\n",
		 RUNS_AS_USER, 4712, 0},
		NULL, NULL, NULL, BUILDER_CLASSIC},
	{{"an ARG goes on into the stages on top in BuildKit",
		 "FROM debian:12 AS a\nARG U=4711\nFROM a\nUSER ${U:-4712}\n",
		 RUNS_AS_USER, 4711, 0},
		NULL, NULL, NULL, BUILDER_BUILDKIT},
	{{"the later one wins in BuildKit",
		 "FROM debian:12\nENV U=1\nARG U=4711\nUSER $U\n", RUNS_AS_USER, 4711,
		 0},
		NULL, NULL, NULL, BUILDER_BUILDKIT},
};

static struct launch launch_of(struct arena *a, const struct choice *c)
{
	const struct expected *expected = &c->expected;
	struct world *w = world_memory(a);
	struct load_options options = {.builder = c->builder};
	struct input in;
	struct err e = {0};

	world_put(w, STR("ctx/Dockerfile"), str_c(expected->dockerfile));
	world_put(w, STR("ctx/mkuser.sh"),
		STR("#!/bin/sh\nset -e\nuseradd -u 1777 app\n"));
	if (c->target)
		*vec_push(a, &options.targets) = str_c(c->target);
	if (c->arg)
		*vec_push(a, &options.args) = (struct build_arg){.name = str_c(c->arg),
			.value = str_c(c->value),
			.has_value = true};
	if (input_load(a, w, know_builtin(a), STR("ctx/Dockerfile"), &options, &in,
		    &e) < 0)
		fail_msg("%s: %s", expected->name, e.text);
	assert_int_equal(in.project.workloads.n, 1);
	return in.project.workloads.at[0]->launch;
}

static int64_t number(struct id id)
{
	return id.know == FACT_SET ? (int64_t)id.n : -1;
}

/* True when the launch is as expected; else it says what it is instead. */
static bool check(const struct choice *choice)
{
	const struct expected *c = &choice->expected;
	struct arena a = {0};
	struct launch l = launch_of(&a, choice);
	struct identity *id =
		l.runs_as == RUNS_AS_ROOT_THEN_DROPS ? &l.drop.identity : &l.identity;

	bool fits = l.runs_as == c->runs_as && number(id->uid) == c->uid &&
		number(id->gid) == c->gid;

	if (!fits)
		print_error("%s: %.*s uid %ld gid %ld (%.*s)\n", c->name,
			STR_ARG(runs_as_name(l.runs_as)), (long)number(id->uid),
			(long)number(id->gid), STR_ARG(l.why));
	arena_free(&a);
	return fits;
}

static void every_shape_of_the_matrix(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++)
		wrong += !check(&(struct choice){.expected = matrix[i]});
	assert_int_equal(wrong, 0);
}

static void target_arguments_and_builder_choose(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		wrong += !check(&choices[i]);
	assert_int_equal(wrong, 0);
}

/* The chain prints "USER 0 (line 3) hides USER app (line 2)". */
static void a_later_user_hides_the_older(void **state)
{
	struct arena a = {0};
	const struct choice c = {
		.expected = {"chain", "FROM debian:12\nUSER app\nUSER 0\n",
			RUNS_AS_ROOT, 0, 0}};
	struct launch l = launch_of(&a, &c);

	(void)state;
	assert_int_equal(span_start(l.user->span).line, 3);
	assert_non_null(l.user->hides);
	assert_int_equal(span_start(l.user->hides->span).line, 2);
	assert_int_equal(l.user->hides->hides->know, FACT_UNSET);
	assert_int_equal(l.user->hides->hides->layer, LAYER_IMAGE);
	arena_free(&a);
}

static void stages_have_a_limit(void **state)
{
	struct arena a = {0};
	struct buf text = {.arena = &a};
	struct world *w = world_memory(&a);
	struct load_options options = {0};
	struct input in;

	(void)state;
	for (int i = 0; i < DOCKERFILE_STAGES_MAX + 2; i++)
		buf_printf(&text, "FROM scratch AS s%d\n", i);
	world_put(w, STR("Dockerfile"), buf_str(&text));
	assert_int_equal(input_load(&a, w, know_builtin(&a), STR("Dockerfile"),
				 &options, &in, NULL),
		0);
	assert_int_equal(in.project.builds.at[0]->stages.n, DOCKERFILE_STAGES_MAX);
	assert_int_equal(in.diags.list.n, 1);
	assert_int_equal(in.diags.list.at[0].id, DIAG_LIMIT_REACHED);
	assert_int_equal(
		span_start(in.diags.list.at[0].span).line, DOCKERFILE_STAGES_MAX + 1);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_of_the_matrix),
		cmocka_unit_test(target_arguments_and_builder_choose),
		cmocka_unit_test(a_later_user_hides_the_older),
		cmocka_unit_test(stages_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
