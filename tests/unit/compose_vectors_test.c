/*
 * The fixtures of compose-go, loaded as its own tests expect. They are no part of this
 * tree; where they are absent the tests skip, and say so. Refused ones keep a line.
 */
#include "compose_bed.h"

#include "base/path.h"

static struct str vectors_folder(struct arena *a, struct world *w)
{
	struct str shared, project;

	if (!world_env(w, STR("OAKUM_ROOT"), &project))
		project = STR(".");
	if (!world_env(w, STR("OAKUM_SHARED"), &shared))
		shared = path_join(a, project, STR("../shared"));
	return path_join(a, shared, STR("conformance/compose-go"));
}

/* A bed over the disk, its folder the fixtures'; skips the test where they are not. */
static struct compose_bed *bed_of_vectors(struct str *folder)
{
	struct compose_bed *bed = bed_new();
	struct world_entries entries;

	bed->world = world_disk(&bed->arena);
	*folder = vectors_folder(&bed->arena, bed->world);
	if (world_list(bed->world, *folder, &entries, NULL) < 0) {
		note("skipped: no vectors in %.*s", STR_ARG(*folder));
		bed_done(bed);
		skip();
	}
	return bed;
}

/* Reads files of the fixtures (names separated by blanks) as one project. */
static struct compose_bed *vector_of(const char *names, const char *env_files)
{
	struct str folder, rest = str_c(names), name;
	struct compose_bed *bed = bed_of_vectors(&folder);
	struct strs files = {0};
	struct err e;

	while (str_next_word(&rest, &name))
		*vec_push(&bed->arena, &files) = path_join(&bed->arena, folder, name);
	rest = str_c(env_files);
	while (str_next_word(&rest, &name))
		*vec_push(&bed->arena, &bed->options.env_files) =
			path_join(&bed->arena, folder, name);
	if (files.n > 1)
		bed->options.compose_files = files;
	if (compose_tree_read(&bed->arena, bed->world, &files, &bed->options,
		    &bed->tree, &bed->diags, &e) < 0)
		fail_msg("%s", e.text);
	return bed;
}

static const struct {
	const char *files, *env_files, *path, *dump;
} vectors[] = {
	/* cli/options_test.go */
	{"cli/testdata/simple/compose.yaml", "", "",
		"{services: {simple: {image: nginx}}}"},
	{"cli/testdata/simple/compose.yaml "
	 "cli/testdata/simple/compose-with-overrides.yaml",
		"", "services", "{simple: {image: haproxy}}"},
	{"cli/testdata/simple/compose-with-variables.yaml", "", "services.simple.ports",
		"[8000:80]"},
	{"cli/testdata/simple/compose-with-variables.yaml",
		"cli/testdata/env-file/second-env", "services.simple.ports",
		"[${PUBLIC_PORT}:80]"},
	{"cli/testdata/simple/compose-with-paths.yaml", "", "services.test.volumes",
		"[{type: bind, source: C:\\docker\\project, target: /test}, {type: bind, "
		"source: ./relative, target: /test-relative}, ./relative2:/test-relative2]"},
	{"cli/testdata/env-file/compose-with-env-file.yaml", "",
		"services.simple.env_file", "[./simple-env]"},
	{"cli/testdata/env-file/compose-with-env-files.yaml",
		"cli/testdata/env-file/.env cli/testdata/env-file/override.env",
		"services.simple.ports", "[9000:80]"},
	/* loader/include_test.go */
	{"loader/testdata/combined/compose.yaml", "", "services",
		"{service: {build: .}}"},
	{"loader/testdata/include/compose.yaml", "", "services",
		"{included: {build: ., volumes: [./:/mnt]}}"},
	{"loader/testdata/include/project-directory.yaml", "",
		"services.service.volumes",
		"[{type: bind, source: compose-test-extends-imported.yaml, "
		"target: /mnt/bind/compose.yaml}]"},
	{"loader/testdata/compose-include.yaml", "", "services",
		"{bar: {image: bar, environment: [FOO=BAR]}, imported: {image: nginx, "
		"container_name: imported, env_file: [./extra.env], "
		"volumes: [/opt/data:/var/lib/mysql]}}"},
	{"loader/testdata/compose-include.yaml", "loader/testdata/subdir/extra.env",
		"services.imported.container_name", "extends"},
	/* loader/extends_test.go and loader_test.go */
	{"loader/testdata/extends/base.yaml", "", "services",
		"{base: {image: base}, another: {image: base}, "
		"with-port: {ports: [8000:8000]}, withUlimits: {image: test, ulimits: "
		"{nproc: 65535, nofile: {soft: 20000, hard: 40000}}}, "
		"with-build: {build: .}, nil: ~}"},
	{"loader/testdata/extends/nested.yaml", "", "services",
		"{with-build: {build: .}}"},
	{"loader/testdata/extends/reset.yaml", "", "services.base",
		"{image: alpine:latest}"},
	{"loader/testdata/extends/interpolated.yaml", "", "services.foo.volumes",
		"[/dev/null:/tmp/foo:ro]"},
	{"loader/testdata/extends/withdir/compose.yaml", "", "services",
		"{test: {image: hello-world}}"},
	{"loader/testdata/extends/ports.yaml loader/testdata/extends/ports.yaml", "",
		"services.test.ports", "[8080:8080]"},
	{"loader/testdata/extends/depends_on.yaml", "",
		"services.with_depends_on.depends_on", "[zot]"},
	{"loader/testdata/compose-test-extends.yaml", "", "services.importer",
		"{image: nginx, container_name: imported, env_file: [./extra.env], "
		"volumes: [/opt/data:/var/lib/mysql]}"},
	{"loader/testdata/compose-test-extends-with-context-url.yaml", "", "services",
		"{importer-with-https-url: {build: {context: "
		"https://github.com/docker/compose.git}}}"},
	{"loader/testdata/compose-test-with-version.yaml", "", "services.web",
		"{build: ./Dockerfile, networks: [front, default], "
		"volumes_from: [other]}"},
	{"loader/testdata/remote/compose.yaml", "", "services.foo.volumes", "[.:/foo]"},
};

static void fixtures_load_as_compose_go_loads_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct compose_bed *bed =
			vector_of(vectors[i].files, vectors[i].env_files);

		assert_clean(bed);
		assert_tree(bed, vectors[i].path, vectors[i].dump);
		bed_done(bed);
	}
}

/* What is relative to a folder that is not the project's. */
static void fixtures_know_their_folders(void **state)
{
	static const struct {
		const char *file, *path, *folder;
	} rows[] = {
		{"loader/testdata/compose-test-extends.yaml",
			"services.importer.env_file.0", "loader/testdata/subdir"},
		{"loader/testdata/compose-include.yaml", "services.imported.env_file.0",
			"loader/testdata/subdir"},
		{"loader/testdata/combined/compose.yaml", "services.service.build",
			"loader/testdata/combined/dir"},
		{"loader/testdata/include/project-directory.yaml",
			"services.service.env_file.0", "loader/testdata/subdir"},
		{"loader/testdata/extends/base.yaml", "services.with-build.build",
			"loader/testdata/extends"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = vector_of(rows[i].file, "");
		struct str root = vectors_folder(&bed->arena, bed->world);
		struct str expected =
			path_join(&bed->arena, root, str_c(rows[i].folder));

		assert_true(str_eq(bed_at(bed, rows[i].path)->folder, expected));
		bed_done(bed);
	}
}

static void fixtures_have_the_names_that_compose_go_gives(void **state)
{
	static const struct {
		const char *file, *env_files, *name;
	} rows[] = {
		{"cli/testdata/simple/compose.yaml", "", "simple"},
		{"cli/testdata/simple/compose-name.yaml", "", ""},
		{"cli/testdata/env-file/compose-with-env-file.yaml",
			"cli/testdata/env-file/second-env", "env-file"},
		{"cli/testdata/env-file/compose-with-env-file.yaml", "",
			"my_project_from_dot_env"},
		{"loader/testdata/compose-test-extends.yaml", "",
			"compose-test-extends"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = vector_of(rows[i].file, rows[i].env_files);

		assert_str(bed->tree.name, rows[i].name);
		bed_done(bed);
	}
}

static void what_compose_go_refuses_is_refused_with_a_line(void **state)
{
	static const struct {
		const char *file;
		enum project_problem_kind kind;
		const char *span;
		uint32_t line;
	} rows[] = {
		{"loader/testdata/compose-include-cycle.yaml", PROJECT_CYCLE,
			"compose-include-cycle.yaml", 2},
		{"loader/testdata/empty.yaml", PROJECT_BAD_TYPE, "", 1},
		{"loader/testdata/remote/cycle/compose.yaml", PROJECT_MISSING_FILE,
			"remote:cycle/compose-cycle.yaml", 4},
		{"loader/testdata/remote/nested/compose.yaml", PROJECT_MISSING_FILE,
			"remote:nested/compose-nested.yaml", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct compose_bed *bed = vector_of(rows[i].file, "");

		assert_problem(bed, rows[i].kind, rows[i].span);
		assert_int_equal(
			span_start(bed_problem(bed, rows[i].kind, 0)->span).line,
			rows[i].line);
		assert_int_equal(bed->tree.problems.n, 1);
		bed_done(bed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixtures_load_as_compose_go_loads_them),
		cmocka_unit_test(fixtures_know_their_folders),
		cmocka_unit_test(fixtures_have_the_names_that_compose_go_gives),
		cmocka_unit_test(what_compose_go_refuses_is_refused_with_a_line),
	};

	return cmocka_run_group_tests_name("compose_vectors", tests, NULL, NULL);
}
