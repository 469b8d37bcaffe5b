/* Compose files that want to exhaust the reader: bounded time and memory, one line. */
#include "compose_bed.h"

enum { MEMORY_MAX = 1024 * 1024 * 1024 }; /* bytes; the largest of these takes half */

static struct compose_bed *bed_of_buf(struct compose_bed *bed, const struct buf *text)
{
	world_put(bed->world, STR("compose.yaml"), buf_str(text));
	bed_read(bed, "compose.yaml");
	assert_true(bed->arena.used < MEMORY_MAX);
	return bed;
}

static size_t diags_of(const struct compose_bed *bed, enum diag_id id)
{
	size_t n = 0;

	vec_each (const struct diag, d, &bed->diags.list)
		n += d->id == id;
	return n;
}

static void billions_of_laughs_stand_for_nothing(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	buf_add(&text, STR("x-0: &x0 {k: v}\n"));
	for (unsigned i = 1; i < 30; i++) {
		buf_printf(&text, "x-%u: &x%u [", i, i);
		for (unsigned k = 0; k < 9; k++)
			buf_printf(&text, "%s*x%u", k ? ", " : "", i - 1);
		buf_add(&text, STR("]\n"));
	}
	buf_add(&text, STR("services:\n  a: {image: i, environment: *x29}\n"));
	bed_of_buf(bed, &text);
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_tree(bed, "services.a.image", "i");
	assert_true(bed->tree.root->size <= COMPOSE_NODES_MAX);
	bed_done(bed);
}

static void a_tower_of_aliases_has_a_height(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	buf_add(&text, STR("x-0: &x0 {k: v}\n"));
	for (unsigned i = 1; i < 20000; i++)
		buf_printf(&text, "x-%u: &x%u [*x%u]\n", i, i, i - 1);
	buf_add(&text, STR("services:\n  a: {image: i}\n"));
	bed_of_buf(bed, &text);
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_true(bed->tree.root->height <= COMPOSE_HEIGHT_MAX + 2);
	assert_tree(bed, "services", "{a: {image: i}}");
	bed_done(bed);
}

static void a_thousand_merges_deep(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	buf_add(&text, STR("x-0: &x0 {image: i, user: root}\n"));
	for (unsigned i = 1; i < 1000; i++)
		buf_printf(&text, "x-%u: &x%u {<<: *x%u, k%u: v, user: u%u}\n", i, i,
			i - 1, i, i);
	buf_add(&text, STR("services:\n  a:\n    <<: *x999\n"));
	bed_of_buf(bed, &text);
	assert_clean(bed);
	assert_int_equal(bed_at(bed, "services.a")->count, 1001);
	assert_tree(bed, "services.a.image", "i");
	assert_tree(bed, "services.a.user", "u999");
	bed_done(bed);
}

static void ten_thousand_merges_deep(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	buf_add(&text, STR("x-0: &x0 {image: i}\n"));
	for (unsigned i = 1; i < 10000; i++)
		buf_printf(&text, "x-%u: &x%u {<<: *x%u, k%u: v}\n", i, i, i - 1, i);
	buf_add(&text, STR("services:\n  a:\n    <<: *x9999\n    image: j\n"));
	bed_of_buf(bed, &text);
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_tree(bed, "services.a.image", "j");
	bed_done(bed);
}

static void one_merge_of_ten_thousand(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	for (unsigned i = 0; i < 10000; i++)
		buf_printf(&text, "x-%u: &x%u {image: i%u}\n", i, i, i);
	buf_add(&text, STR("services:\n  a:\n    <<: [*x0"));
	for (unsigned i = 1; i < 10000; i++)
		buf_printf(&text, ", *x%u", i);
	buf_add(&text, STR("]\n"));
	bed_of_buf(bed, &text);
	assert_tree(bed, "services.a", "{image: i0}");
	bed_done(bed);
}

/* Each service extends the one before it, or the one behind it. */
static struct compose_bed *chain(unsigned count, bool is_backwards)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	buf_add(&text, STR("services:\n"));
	for (unsigned i = 0; i < count; i++) {
		unsigned to = is_backwards ? i + 1 : i - 1;

		buf_printf(&text, "  s%u:\n    image: i%u\n", i, i);
		if (to < count)
			buf_printf(&text, "    extends: s%u\n", to);
	}
	return bed_of_buf(bed, &text);
}

static void chains_of_extends_are_followed_to_a_depth(void **state)
{
	struct compose_bed *bed = chain(10000, false);

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services.s9999", "{image: i9999}");
	bed_done(bed);
	bed = chain(10000, true);
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_tree(bed, "services.s0", "{image: i0}");
	assert_true(bed_at(bed, "services.s0")->is_partial);
	assert_false(bed_at(bed, "services.s9999")->is_partial);
	bed_done(bed);
}

static void ten_thousand_services_are_read(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	buf_add(&text,
		STR("x-c: &c {restart: always, environment: {A: \"${X:-y}\"}}\n"
		    "services:\n"));
	for (unsigned i = 0; i < 10000; i++)
		buf_printf(&text,
			"  service_%u:\n    <<: *c\n    image: \"i:${TAG:-%u}\"\n"
			"    ports: [\"%u:80\"]\n    extends: base\n",
			i, i, i);
	buf_add(&text, STR("  base: {tty: true, ports: [\"1:1\"]}\n"));
	bed_of_buf(bed, &text);
	assert_clean(bed);
	assert_int_equal(bed_at(bed, "services")->count, 10001);
	assert_tree(bed, "services.service_9999",
		"{tty: true, ports: [1:1, 9999:80], restart: always, "
		"environment: {A: y}, image: i:9999}");
	bed_done(bed);
}

static void files_that_include_two_each_come_to_an_end(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		for (unsigned side = 0; side < 2; side++) {
			struct str path =
				arena_printf(&bed->arena, "d%u%u/c.yaml", i, side);
			struct str env =
				arena_printf(&bed->arena, "d%u%u/.env", i, side);

			world_put(bed->world, env, STR("X=1\n"));
			world_put(bed->world, path,
				arena_printf(&bed->arena,
					"include: [../d%u0/c.yaml, "
					"../d%u1/c.yaml]\n"
					"services: {s%u: {image: i}}\n",
					i + 1, i + 1, i));
		}
	}
	bed_put(bed, "compose.yaml", "include: [d00/c.yaml, d01/c.yaml]\n");
	bed_read(bed, "compose.yaml");
	assert_true(diags_of(bed, DIAG_LIMIT_REACHED) >= 1);
	assert_true(diags_of(bed, DIAG_LIMIT_REACHED) <= 2);
	assert_true(bed->tree.is_partial);
	assert_tree(bed, "services.s0.image", "i");
	bed_done(bed);
}

static void a_long_line_of_includes_has_a_depth(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		world_put(bed->world, arena_printf(&bed->arena, "c%u.yaml", i),
			arena_printf(&bed->arena,
				"include: [c%u.yaml]\nservices: {s%u: {image: i}}\n",
				i + 1, i));
	bed_read(bed, "c0.yaml");
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_tree(bed, "services.s50.image", "i");
	bed_done(bed);
}

static void variables_that_double_are_unknown_at_some_length(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf env = {.arena = &bed->arena};

	(void)state;
	buf_add(&env, STR("X0=aaaaaaaaaa\n"));
	for (unsigned i = 1; i < 200; i++)
		buf_printf(&env, "X%u=$X%u$X%u\n", i, i - 1, i - 1);
	world_put(bed->world, STR(".env"), buf_str(&env));
	bed_put(bed, "compose.yaml",
		"services: {a: {image: $X10, user: $X199}, b: {image: $X1}}\n");
	bed_read(bed, "compose.yaml");
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_tree(bed, "services.a.user", "${X199}");
	assert_tree(bed, "services.b.image", "aaaaaaaaaaaaaaaaaaaa");
	assert_true(bed->arena.used < MEMORY_MAX);
	bed_done(bed);
}

static void a_large_variable_is_not_copied_for_each_use(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf env = {.arena = &bed->arena}, text = {.arena = &bed->arena};

	(void)state;
	buf_add(&env, STR("BIG="));
	buf_repeat(&env, 'x', 1000 * 1000);
	world_put(bed->world, STR(".env"), buf_str(&env));
	buf_add(&text, STR("services:\n"));
	for (unsigned i = 0; i < 10000; i++)
		buf_printf(&text, "  s%u: {image: \"$BIG\"}\n", i);
	bed_of_buf(bed, &text);
	assert_int_equal(diags_of(bed, DIAG_LIMIT_REACHED), 1);
	assert_true(bed->arena.used < 200 * 1000 * 1000);
	bed_done(bed);
}

static void an_env_file_that_is_too_large_is_one_line(void **state)
{
	struct compose_bed *bed = bed_new();
	size_t n = 100 * 1000 * 1000;
	char *bytes = malloc(n);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'A', n);
	world_put(bed->world, STR(".env"), (struct str){bytes, n});
	bed_put(bed, "compose.yaml", "services: {a: {image: $X}}\n");
	bed_read(bed, "compose.yaml");
	assert_non_null(bed_problem(bed, PROJECT_MISSING_FILE, 0));
	assert_int_equal(bed->tree.problems.n, 1);
	assert_int_equal(bed->diags.list.n, 0);
	assert_tree(bed, "services.a.image", "${X}");
	bed_done(bed);
	free(bytes);
}

static void a_long_env_file_is_searched_at_once(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf env = {.arena = &bed->arena}, text = {.arena = &bed->arena};

	(void)state;
	for (unsigned i = 0; i < 50000; i++)
		buf_printf(&env, "V%u=%u\n", i, i);
	world_put(bed->world, STR(".env"), buf_str(&env));
	buf_add(&text, STR("services:\n"));
	for (unsigned i = 0; i < 20000; i++)
		buf_printf(&text, "  s%u: {image: \"$V%u\"}\n", i, i);
	bed_of_buf(bed, &text);
	assert_clean(bed);
	assert_tree(bed, "services.s19999.image", "19999");
	bed_done(bed);
}

static void lists_of_equals_are_made_unique_in_one_pass(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf text = {.arena = &bed->arena};

	(void)state;
	buf_add(&text, STR("services:\n  a:\n    environment:\n"));
	for (unsigned i = 0; i < 100000; i++)
		buf_printf(&text, "      - V%u=%u\n", i % 50000, i);
	bed_of_buf(bed, &text);
	assert_int_equal(bed_at(bed, "services.a.environment")->count, 50000);
	assert_tree(bed, "services.a.environment.0", "V0=50000");
	bed_done(bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(billions_of_laughs_stand_for_nothing),
		cmocka_unit_test(a_tower_of_aliases_has_a_height),
		cmocka_unit_test(a_thousand_merges_deep),
		cmocka_unit_test(ten_thousand_merges_deep),
		cmocka_unit_test(one_merge_of_ten_thousand),
		cmocka_unit_test(chains_of_extends_are_followed_to_a_depth),
		cmocka_unit_test(ten_thousand_services_are_read),
		cmocka_unit_test(files_that_include_two_each_come_to_an_end),
		cmocka_unit_test(a_long_line_of_includes_has_a_depth),
		cmocka_unit_test(variables_that_double_are_unknown_at_some_length),
		cmocka_unit_test(a_large_variable_is_not_copied_for_each_use),
		cmocka_unit_test(an_env_file_that_is_too_large_is_one_line),
		cmocka_unit_test(a_long_env_file_is_searched_at_once),
		cmocka_unit_test(lists_of_equals_are_made_unique_in_one_pass),
	};

	return cmocka_run_group_tests_name("compose_hostile", tests, NULL, NULL);
}
