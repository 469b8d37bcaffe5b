/* Which files make a project, and how they reach each other: extends and include. */
#include "compose_bed.h"

/* The paths of the files that were read. */
static struct str read_files(struct compose_bed *bed)
{
	struct buf out = {.arena = &bed->arena};

	vec_each (const struct file *, file, &bed->tree.files)
		buf_printf(&out, "%s%.*s", out.n ? " " : "", STR_ARG((*file)->path));
	return buf_str(&out);
}

static void an_override_is_read_with_the_file_that_compose_takes(void **state)
{
	static const struct {
		const char *files[4], *named, *read;
	} rows[] = {
		{{"compose.yaml", "compose.override.yaml"}, "compose.yaml",
			"compose.yaml compose.override.yaml"},
		{{"compose.yaml", "docker-compose.override.yml"}, "./compose.yaml",
			"./compose.yaml docker-compose.override.yml"},
		{{"d/docker-compose.yml", "d/docker-compose.override.yml"},
			"d/docker-compose.yml",
			"d/docker-compose.yml d/docker-compose.override.yml"},
		{{"compose.yml", "compose.override.yaml", "compose.override.yml"},
			"compose.yml", "compose.yml compose.override.yml"},
		/* not the one that compose takes; not a name that it looks for */
		{{"compose.yaml", "docker-compose.yml", "compose.override.yaml"},
			"docker-compose.yml", "docker-compose.yml"},
		{{"compose.prod.yaml", "compose.override.yaml"}, "compose.prod.yaml",
			"compose.prod.yaml"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_new();

		for (size_t k = 0; k < 4 && rows[i].files[k]; k++)
			bed_put(bed, rows[i].files[k], "services: {a: {image: i}}\n");
		bed_read(bed, rows[i].named);
		assert_str(read_files(bed), rows[i].read);
		bed_done(bed);
	}
}

static void the_environment_names_the_files(void **state)
{
	static const struct {
		const char *env, *named, *read;
	} rows[] = {
		{"COMPOSE_FILE=compose.yaml:b.yaml\n", "compose.yaml",
			"compose.yaml b.yaml"},
		{"COMPOSE_FILE=compose.yaml,b.yaml\nCOMPOSE_PATH_SEPARATOR=,\n",
			"b.yaml", "compose.yaml b.yaml"},
		/* not of those: then it is read alone */
		{"COMPOSE_FILE=compose.yaml\n", "b.yaml", "b.yaml"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_new();

		bed_put(bed, ".env", rows[i].env);
		bed_put(bed, "compose.yaml", "services: {a: {image: i}}\n");
		bed_put(bed, "compose.override.yaml", "services: {a: {image: o}}\n");
		bed_put(bed, "b.yaml", "services: {a: {image: j}}\n");
		bed_read(bed, rows[i].named);
		assert_str(read_files(bed), rows[i].read);
		bed_done(bed);
	}
}

static void a_missing_file_of_the_environment_is_a_problem(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, ".env", "COMPOSE_FILE=compose.yaml:gone.yaml\n");
	bed_put(bed, "compose.yaml", "services: {a: {image: i}}\n");
	bed_read(bed, "compose.yaml");
	assert_problem(
		bed, PROJECT_MISSING_FILE, "COMPOSE_FILE=compose.yaml:gone.yaml");
	assert_tree(bed, "services.a", "{image: i}");
	assert_true(bed->tree.is_partial);
	bed_done(bed);
}

static void a_file_of_another_tool_is_known_by_its_keys(void **state)
{
	static const struct {
		const char *text;
		bool is_compose;
	} rows[] = {
		{"services: {}\n", true},
		{"sevices: {a: {image: i}}\n", true},
		{"service: {a: {image: i}}\n", true},
		{"include: [b.yaml]\n", true},
		{"a: {image: i}\n", true},
		{"x-a: &a {b: c}\n", true},
		{"networks: {n: }\n", true},
		{"", true},
		{"command: docker compose up\nshort: Create\n", false},
		{"package: {name: x}\npipeline: [a]\n", false},
		{"- hosts: all\n", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_of(rows[i].text);

		assert_int_equal(bed->tree.is_compose, rows[i].is_compose);
		bed_done(bed);
	}
}

static void files_that_are_named_are_all(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, "compose.yaml", "services: {a: {image: i}}\n");
	bed_put(bed, "compose.override.yaml", "services: {a: {image: o}}\n");
	*vec_push(&bed->arena, &bed->options.compose_files) = STR("compose.yaml");
	bed_read(bed, "compose.yaml");
	assert_str(read_files(bed), "compose.yaml");
	bed_done(bed);
}

static void env_files_are_those_of_the_option_or_of_the_folder(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, "p/.env", "X=folder\n");
	bed_put(bed, "one.env", "X=one\nY=$X\n");
	bed_put(bed, "two.env", "X=two\nZ=$Y$X\n");
	bed_put(bed, "p/compose.yaml", "services: {a: {image: $X-$Z}}\n");
	bed_read(bed, "p/compose.yaml");
	assert_tree(bed, "services.a.image", "folder-${Z}");
	*vec_push(&bed->arena, &bed->options.env_files) = STR("one.env");
	*vec_push(&bed->arena, &bed->options.env_files) = STR("two.env");
	bed_read(bed, "p/compose.yaml");
	assert_tree(bed, "services.a.image", "two-onetwo");
	assert_str(compose_variable(&bed->tree, STR("X"))->span.file->path, "two.env");
	assert_ptr_equal(compose_variable(&bed->tree, STR("X")),
		binding_find(bed->tree.environment, STR("X")));
	assert_null(compose_variable(&bed->tree, STR("HOME")));
	bed_done(bed);
}

static void a_project_has_a_name(void **state)
{
	static const struct {
		const char *env, *name, *result;
	} rows[] = {
		{"", "", "myproj_1"},
		{"", "name: given", "given"},
		{"X=y\n", "name: a-${X}", "a-y"},
		{"", "name: a-${X}", ""},
		{"COMPOSE_PROJECT_NAME=env\n", "name: given", "env"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_new();
		struct str text = arena_printf(&bed->arena,
			"%s\nservices: {a: {image: $COMPOSE_PROJECT_NAME}}\n",
			rows[i].name);

		bed_put(bed, "x/My Proj_1/.env", rows[i].env);
		world_put(bed->world, STR("x/My Proj_1/compose.yaml"), text);
		bed_read(bed, "x/My Proj_1/compose.yaml");
		assert_str(bed->tree.name, rows[i].result);
		if (*rows[i].result)
			assert_tree(bed, "services.a.image", rows[i].result);
		bed_done(bed);
	}
}

static void a_service_extends_others(void **state)
{
	struct compose_bed *bed = bed_new();
	const struct compose_node *node;

	(void)state;
	bed_put(bed, "compose.yaml",
		"services:\n"
		"  last: {extends: middle, user: app, ports: [3:3]}\n"
		"  middle:\n"
		"    extends: {service: first}\n"
		"    command: !reset\n"
		"    ports: [2:2]\n"
		"  first: {image: i, command: c, user: root, ports: [1:1]}\n"
		"  far:\n"
		"    extends: {file: sub/base.yaml, service: base}\n"
		"    environment: {A: 1}\n");
	bed_put(bed, "sub/base.yaml",
		"services:\n"
		"  base:\n"
		"    extends: {file: ../other/deep.yaml, service: deep}\n"
		"    environment: [A=0, B=$X]\n"
		"    volumes: [\"./d:/d\"]\n");
	bed_put(bed, "other/deep.yaml",
		"services:\n  deep: {build: ., extends: here}\n  here: {tty: true}\n");
	bed_put(bed, ".env", "X=x\n");
	bed_read(bed, "compose.yaml");
	assert_clean(bed);
	assert_tree(
		bed, "services.last", "{image: i, user: app, ports: [1:1, 2:2, 3:3]}");
	assert_tree(
		bed, "services.middle", "{image: i, user: root, ports: [1:1, 2:2]}");
	assert_tree(bed, "services.far",
		"{tty: true, build: ., environment: {A: 1, B: x}, "
		"volumes: [./d:/d]}");
	assert_str(bed_at(bed, "services.far.build")->folder, "other");
	assert_str(bed_at(bed, "services.far.volumes.0")->folder, "sub");
	assert_str(bed_at(bed, "services.far.environment.A")->folder, ".");
	node = bed_at(bed, "services.last.user");
	assert_str(span_str(node->hides->span), "root");
	assert_false(bed_at(bed, "services.far")->is_partial);
	assert_str(read_files(bed), "compose.yaml sub/base.yaml other/deep.yaml");
	/* a service's key is its own, whoever it extends */
	assert_str(
		compose_entry(bed_at(bed, "services"), STR("far"))->key_span.file->path,
		"compose.yaml");
	assert_str(bed_at(bed, "services.far")->span.file->path, "compose.yaml");
	bed_done(bed);
}

static void extends_of_nothing_is_said_and_leaves_the_rest(void **state)
{
	static const struct {
		const char *extends;
		enum project_problem_kind kind;
		const char *span;
	} rows[] = {
		{"nobody", PROJECT_UNDEFINED_REFERENCE, "nobody"},
		{"{service: nobody}", PROJECT_UNDEFINED_REFERENCE, "nobody"},
		{"{file: b.yaml, service: nobody}", PROJECT_UNDEFINED_REFERENCE,
			"nobody"},
		{"{file: no.yaml, service: x}", PROJECT_MISSING_FILE, "no.yaml"},
		{"{file: empty.yaml, service: x}", PROJECT_UNDEFINED_REFERENCE,
			"empty.yaml"},
		{"{file: \"https://x/y.yaml\", service: x}", PROJECT_REMOTE,
			"https://x/y.yaml"},
		{"{file: b.yaml}", PROJECT_BAD_VALUE, "{file: b.yaml}"},
		{"a", PROJECT_CYCLE, "a"},
		{"c", PROJECT_CYCLE, "c"},
		{"{file: compose.yaml, service: a}", PROJECT_CYCLE,
			"{file: compose.yaml, service: a}"},
		{"{file: loop.yaml, service: l}", PROJECT_CYCLE,
			"{file: compose.yaml, service: a}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_new();

		world_put(bed->world, STR("compose.yaml"),
			arena_printf(&bed->arena,
				"services:\n  a:\n    extends: %s\n    image: i\n"
				"  c: {extends: a}\n  d: {image: k}\n",
				rows[i].extends));
		bed_put(bed, "b.yaml", "services: {b: {image: j}}\n");
		bed_put(bed, "empty.yaml", "volumes: {}\n");
		bed_put(bed, "loop.yaml",
			"services:\n  l: {extends: {file: compose.yaml, service: a}}\n");
		bed_read(bed, "compose.yaml");
		assert_problem(bed, rows[i].kind, rows[i].span);
		assert_int_equal(bed->tree.problems.n, 1);
		assert_tree(bed, "services.a", "{image: i}");
		assert_tree(bed, "services.d", "{image: k}");
		assert_true(bed_at(bed, "services.a")->is_partial);
		assert_true(bed_at(bed, "services.c")->is_partial);
		assert_false(bed_at(bed, "services.d")->is_partial);
		bed_done(bed);
	}
}

static void an_unknown_file_makes_a_service_partial_without_a_word(void **state)
{
	struct compose_bed *bed = bed_of(
		"services:\n  a: {extends: {file: $NO, service: x}, image: i}\n");

	(void)state;
	assert_clean(bed);
	assert_true(bed_at(bed, "services.a")->is_partial);
	bed_done(bed);
}

static void an_extended_null_is_no_service(void **state)
{
	struct compose_bed *bed =
		bed_of("services:\n  a: {extends: b, image: i}\n  b:\n");

	(void)state;
	assert_clean(bed);
	assert_tree(bed, "services.a", "{image: i}");
	assert_false(bed_at(bed, "services.a")->is_partial);
	bed_done(bed);
}

static void includes_are_imported(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, "p/compose.yaml",
		"include:\n"
		"  - mod/a.yaml\n"
		"  - path: [mod/b.yaml, over.yaml]\n"
		"    project_directory: mod/work\n"
		"    env_file: [mod/b.env]\n"
		"services:\n"
		"  own: {extends: a, user: me}\n"
		"  b: {user: root}\n"
		"  c: {image: $WHO-$SET}\n");
	bed_put(bed, "p/.env", "SET=parent\n");
	bed_put(bed, "p/mod/.env", "WHO=a\nSET=child\n");
	bed_put(bed, "p/mod/b.env", "WHO=b\n");
	bed_put(bed, "p/mod/a.yaml",
		"include: [sub/c.yaml]\n"
		"services: {a: {image: $WHO-$SET, volumes: [\"./x:/y\"]}}\n"
		"volumes: {v: }\n");
	bed_put(bed, "p/mod/sub/c.yaml", "networks: {n: {internal: true}}\n");
	bed_put(bed, "p/mod/b.yaml", "services: {b: {image: $WHO-$SET, user: x}}\n");
	bed_put(bed, "p/over.yaml", "services: {b: {tty: true}}\n");
	bed_read(bed, "p/compose.yaml");
	assert_clean(bed);
	assert_tree(bed, "services.a", "{image: a-parent, volumes: [./x:/y]}");
	assert_tree(
		bed, "services.own", "{image: a-parent, volumes: [./x:/y], user: me}");
	assert_tree(bed, "services.b", "{image: b-parent, user: root, tty: true}");
	assert_tree(bed, "services.c.image", "${WHO}-parent");
	assert_tree(bed, "volumes", "{v: ~}");
	assert_tree(bed, "networks", "{n: {internal: true}}");
	assert_tree(bed, "include", "-");
	assert_str(bed_at(bed, "services.a.volumes.0")->folder, "p/mod");
	assert_str(bed_at(bed, "services.b.image")->folder, "p/mod/work");
	assert_str(span_str(bed_at(bed, "services.b.user")->hides->span), "x");
	assert_str(read_files(bed),
		"p/compose.yaml p/mod/a.yaml p/mod/sub/c.yaml p/mod/b.yaml p/over.yaml");
	bed_done(bed);
}

static void extends_in_an_include_is_relative_to_its_project(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, "compose.yaml",
		"include:\n  - {project_directory: ., path: dir/included.yaml}\n");
	bed_put(bed, "dir/included.yaml",
		"services:\n  i:\n    extends: {file: dir/e.yaml, service: e}\n");
	bed_put(bed, "dir/e.yaml", "services: {e: {image: alpine}}\n");
	bed_read(bed, "compose.yaml");
	assert_clean(bed);
	assert_tree(bed, "services", "{i: {image: alpine}}");
	bed_done(bed);
}

static void what_is_included_twice_is_there_once(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, "compose.yaml", "include: [x/a.yaml, x/b.yaml]\n");
	bed_put(bed, "x/a.yaml", "include: [c.yaml]\n");
	bed_put(bed, "x/b.yaml", "include: [c.yaml]\n");
	bed_put(bed, "x/c.yaml",
		"services: {c: {image: i, security_opt: [s], group_add: [g]}}\n");
	bed_read(bed, "compose.yaml");
	assert_clean(bed);
	assert_tree(bed, "services.c", "{image: i, security_opt: [s], group_add: [g]}");
	bed_done(bed);
}

static void includes_that_cannot_be_read_are_said(void **state)
{
	static const struct {
		const char *include;
		enum project_problem_kind kind;
		const char *span;
	} rows[] = {
		{"[no.yaml]", PROJECT_MISSING_FILE, "no.yaml"},
		{"[{path: [b.yaml, no.yaml]}]", PROJECT_MISSING_FILE, "no.yaml"},
		{"[compose.yaml]", PROJECT_CYCLE, "compose.yaml"},
		{"[./d/../compose.yaml]", PROJECT_CYCLE, "./d/../compose.yaml"},
		{"[loop.yaml]", PROJECT_CYCLE, "compose.yaml"},
		{"[\"oci://x/y:1\"]", PROJECT_REMOTE, "oci://x/y:1"},
		{"[\"https://g.h/x.git#main:y\"]", PROJECT_REMOTE,
			"https://g.h/x.git#main:y"},
		{"[{env_file: x}]", PROJECT_BAD_VALUE, "{env_file: x}"},
		{"[]", PROJECT_CYCLE, NULL},
		{"b.yaml", PROJECT_BAD_TYPE, "b.yaml"},
		{"[{path: b.yaml, env_file: no.env}]", PROJECT_MISSING_FILE, "no.env"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = bed_new();

		world_put(bed->world, STR("compose.yaml"),
			arena_printf(&bed->arena,
				"include: %s\nservices: {a: {image: i}}\n",
				rows[i].include));
		bed_put(bed, "b.yaml", "services: {b: {image: j}}\n");
		bed_put(bed, "loop.yaml", "include: [compose.yaml]\n");
		bed_read(bed, "compose.yaml");
		assert_tree(bed, "services.a", "{image: i}");
		if (rows[i].span) {
			assert_problem(bed, rows[i].kind, rows[i].span);
			assert_int_equal(bed->tree.problems.n, 1);
		} else {
			assert_clean(bed);
		}
		bed_done(bed);
	}
}

static void a_missing_include_makes_the_project_partial(void **state)
{
	struct compose_bed *bed =
		bed_of("include: [\"oci://x\"]\nservices: {a: {image: i}}\n");

	(void)state;
	assert_true(bed->tree.is_partial);
	bed_done(bed);
	bed = bed_of("services: {a: {image: i}}\n");
	assert_false(bed->tree.is_partial);
	bed_done(bed);
}

static void what_is_only_extended_is_looked_at_again(void **state)
{
	struct compose_bed *bed = bed_new();
	struct buf out = {.arena = &bed->arena};

	(void)state;
	bed_put(bed, "docker-compose.gpu.yaml",
		"include: [inc.yaml]\n"
		"services:\n"
		"  a: {extends: {file: compose.yaml, service: a}}\n"
		"  b: {extends: {file: all.yaml, service: b}}\n"
		"  c: {extends: {file: some.yaml, service: c}}\n");
	bed_put(bed, "compose.yaml", "services: {a: {image: i}}\n");
	bed_put(bed, "all.yaml", "services: {b: {extends: d}, d: {image: i}}\n");
	bed_put(bed, "some.yaml", "services: {c: {image: i}, d: {image: i}}\n");
	bed_put(bed, "inc.yaml", "services: {e: {image: i}}\n");
	bed_read(bed, "docker-compose.gpu.yaml");
	assert_clean(bed);
	vec_each (struct str, path, &bed->tree.covered)
		buf_printf(&out, "%s%.*s", out.n ? " " : "", STR_ARG(*path));
	assert_str(buf_str(&out), "docker-compose.gpu.yaml inc.yaml all.yaml");
	bed_done(bed);
}

static void comments_of_all_files_are_kept(void **state)
{
	struct compose_bed *bed = bed_new();

	(void)state;
	bed_put(bed, "compose.yaml", "include: [b.yaml] # one\n# two\n");
	bed_put(bed, "b.yaml", "services: {a: {image: i}} # three\n");
	bed_read(bed, "compose.yaml");
	assert_int_equal(bed->tree.comment_count, 3);
	assert_str(span_str(bed->tree.comments[2]), "# three");
	bed_done(bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_override_is_read_with_the_file_that_compose_takes),
		cmocka_unit_test(the_environment_names_the_files),
		cmocka_unit_test(a_missing_file_of_the_environment_is_a_problem),
		cmocka_unit_test(a_file_of_another_tool_is_known_by_its_keys),
		cmocka_unit_test(files_that_are_named_are_all),
		cmocka_unit_test(env_files_are_those_of_the_option_or_of_the_folder),
		cmocka_unit_test(a_project_has_a_name),
		cmocka_unit_test(a_service_extends_others),
		cmocka_unit_test(extends_of_nothing_is_said_and_leaves_the_rest),
		cmocka_unit_test(
			an_unknown_file_makes_a_service_partial_without_a_word),
		cmocka_unit_test(an_extended_null_is_no_service),
		cmocka_unit_test(includes_are_imported),
		cmocka_unit_test(extends_in_an_include_is_relative_to_its_project),
		cmocka_unit_test(what_is_included_twice_is_there_once),
		cmocka_unit_test(includes_that_cannot_be_read_are_said),
		cmocka_unit_test(a_missing_include_makes_the_project_partial),
		cmocka_unit_test(what_is_only_extended_is_looked_at_again),
		cmocka_unit_test(comments_of_all_files_are_kept),
	};

	return cmocka_run_group_tests_name("compose_files", tests, NULL, NULL);
}
