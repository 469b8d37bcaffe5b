/*
 * Does the work of a plan grow with the services, or with their square? What is counted
 * is what the world is asked: every look at a path that a forecast takes is one question
 * or several, whatever the machine does meanwhile.
 */
#include "unit.h"

#include "base/buf.h"
#include "fix/fix.h"
#include "know/know.h"

enum { FEW = 10, MANY = 80 };

static const char dockerfile[] = "FROM python:3.13-slim-bookworm\n"
				 "WORKDIR /app\n"
				 "COPY requirements.txt app.py ./\n"
				 "RUN pip install -r requirements.txt && mkdir data\n"
				 "CMD [\"python\", \"app.py\"]\n";

/* n services of one Dockerfile, each with a program and a volume of its own. */
static struct str compose_of(struct arena *a, int n, const char *rest)
{
	struct buf out = {.arena = a};

	buf_add(&out, STR("services:\n"));
	for (int i = 0; i < n; i++)
		buf_printf(&out,
			"  s%d:\n    build: .\n    command: [python, app.py, \"%d\"]\n%s",
			i, i, rest);
	return buf_str(&out);
}

struct work {
	size_t questions, parts;
};

static struct work plan(int n, const char *rest)
{
	struct arena arena = {0};
	struct world *world = world_memory(&arena);
	struct load_options load = {0};
	struct fix_options options = {0};
	struct fix_plan plan;
	struct work work;
	struct err e;

	world_put(world, STR("Dockerfile"), str_c(dockerfile));
	world_put(world, STR("requirements.txt"), STR("transformers==4.55.0\n"));
	world_put(world, STR("app.py"),
		STR("import transformers\nopen('/app/data/x', 'w')\n"));
	world_put(world, STR("compose.yaml"), compose_of(&arena, n, rest));
	assert_int_equal(fix_make(&arena, world, know_builtin(&arena),
				 STR("compose.yaml"), &load, &options, &plan, &e),
		0);
	(void)world_log(world, &work.questions);
	work.parts = plan.parts.n;
	arena_free(&arena);
	return work;
}

/* A tenth more a service is room enough; the square would be eight times as much. */
static void assert_linear(struct work few, struct work many)
{
	size_t share = few.questions / FEW;

	assert_true(few.questions > FEW);
	assert_in_range(many.questions, 1, MANY * (share + share / 10 + 1));
}

static void test_one_stage_for_all(void **state)
{
	struct work few = plan(FEW, ""), many = plan(MANY, "");

	(void)state;
	/* One part makes the user, and each service has some of its own. */
	assert_true(few.parts > FEW);
	assert_true(many.parts > MANY);
	assert_linear(few, many);
}

/* What has to move with the user, in every service. */
static void test_mounts_in_every_service(void **state)
{
	const char *rest = "    volumes:\n      - ./state:/root/state\n";
	struct work few = plan(FEW, rest), many = plan(MANY, rest);

	(void)state;
	assert_linear(few, many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_stage_for_all),
		cmocka_unit_test(test_mounts_in_every_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
