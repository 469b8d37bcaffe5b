/* What a build is sent: which .dockerignore holds, what is counted, what a COPY sees. */
#include "unit.h"

#include "know/asker.h"
#include "know/know.h"
#include "source/context.h"
#include "source/load.h"

static struct world *context_world(struct arena *a)
{
	struct world *w = world_memory(a);

	world_put(w, STR("p/Dockerfile"),
		STR("FROM debian:12\nCOPY . /app\nCOPY data/big.bin /data/\n"));
	world_put(w, STR("p/main.py"), STR("12345"));
	world_put(w, STR("p/data/big.bin"), STR("1234567890"));
	world_put(w, STR("p/data/keep.txt"), STR("1"));
	world_put(w, STR("p/.env"), STR("A=b"));
	world_put(w, STR("p/conf/.env.example"), STR("A="));
	return w;
}

static struct context_summary looking(struct arena *a, struct world *w)
{
	return context_look(a, w,
		context_open(a, w, STR("p"), STR("p/Dockerfile"), BUILDER_UNKNOWN));
}

static void everything_is_counted(void **state)
{
	struct arena a = {0};
	struct context_summary s = looking(&a, context_world(&a));

	(void)state;
	assert_int_equal(s.files, 6);
	assert_int_equal(s.largest_count, 6);
	assert_str(s.largest[0].path, "Dockerfile");
	assert_str(s.largest[1].path, "data/big.bin");
	assert_int_equal(s.largest[1].bytes, 10);
	assert_int_equal(s.secret_count, 1);
	assert_str(s.secrets.at[0].path, ".env");
	assert_false(s.is_cut);
	arena_free(&a);
}

static void what_is_ignored_is_not_counted(void **state)
{
	struct arena a = {0};
	struct world *w = context_world(&a);
	struct context_summary s;

	(void)state;
	world_put(w, STR("p/.dockerignore"), STR(".env\ndata\n!data/keep.txt\n"));
	s = looking(&a, w);
	assert_int_equal(s.secret_count, 0);
	assert_int_equal(s.files, 5); /* the .dockerignore itself is sent */
	arena_free(&a);
}

static void the_one_beside_the_dockerfile_wins(void **state)
{
	struct arena a = {0};
	struct world *w = context_world(&a);
	const struct build_context *c;

	(void)state;
	world_put(w, STR("p/.dockerignore"), STR("main.py\n"));
	world_put(w, STR("p/Dockerfile.dockerignore"), STR(".env\n"));
	c = context_open(&a, w, STR("p"), STR("p/Dockerfile"), BUILDER_BUILDKIT);
	assert_str(c->ignored_by, "p/Dockerfile.dockerignore");
	assert_int_equal(context_sends(c, STR("main.py"), false), ANSWER_YES);
	assert_int_equal(context_sends(c, STR(".env"), false), ANSWER_NO);
	c = context_open(&a, w, STR("p"), STR("p/Dockerfile"), BUILDER_CLASSIC);
	assert_str(c->ignored_by, "p/.dockerignore");
	assert_int_equal(context_sends(c, STR("main.py"), false), ANSWER_NO);
	arena_free(&a);
}

static enum answer is_copied(struct arena *a, struct world *w, struct str path)
{
	static const struct load_options options;
	struct input in = {0};
	struct err e = {0};
	struct access_asker asker;

	assert_int_equal(input_load(a, w, know_builtin(a), STR("p/Dockerfile"),
				 &options, &in, &e),
		0);
	asker = know_asker(a, w, in.project.workloads.at[0],
		in.project.workloads.at[0]->launch.identity);
	return owners_look(&asker.view, path).exists;
}

static void a_copy_sees_what_is_sent(void **state)
{
	struct arena a = {0};
	struct world *w = context_world(&a);

	(void)state;
	assert_int_equal(is_copied(&a, w, STR("/app/.env")), ANSWER_YES);
	assert_int_equal(is_copied(&a, w, STR("/app/data/big.bin")), ANSWER_YES);
	world_put(w, STR("p/.dockerignore"), STR(".env\ndata\n!data/keep.txt\n"));
	assert_int_equal(is_copied(&a, w, STR("/app/.env")), ANSWER_NO);
	assert_int_equal(is_copied(&a, w, STR("/app/main.py")), ANSWER_YES);
	assert_int_equal(is_copied(&a, w, STR("/app/data/keep.txt")), ANSWER_YES);
	assert_int_equal(is_copied(&a, w, STR("/app/data/big.bin")), ANSWER_NO);
	assert_int_equal(is_copied(&a, w, STR("/app/data")), ANSWER_MAYBE);
	arena_free(&a);
}

static void names_of_secrets_are_known(void **state)
{
	static const char *const yes[] = {".env", "a/.env.prod", "x/id_rsa", "tls.key",
		".docker/config.json", "secrets.yaml", "credentials.json"};
	static const char *const no[] = {"a/.env.example", "id_rsa.pub", "secrets.py",
		"config.json", "main.py", "keyboard"};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_true(context_is_secret_name(str_c(yes[i])));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(context_is_secret_name(str_c(no[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_counted),
		cmocka_unit_test(what_is_ignored_is_not_counted),
		cmocka_unit_test(the_one_beside_the_dockerfile_wins),
		cmocka_unit_test(a_copy_sees_what_is_sent),
		cmocka_unit_test(names_of_secrets_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
