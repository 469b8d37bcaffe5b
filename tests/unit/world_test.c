#include "unit.h"

#include "base/path.h"
#include "base/world.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static void log_holds_what_was_absent(void **state)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	const struct world_record *log;
	const struct file *f = NULL;
	struct err e = {0};
	size_t n;

	(void)state;
	world_put(w, STR("./ctx/run.sh"), STR("id\n"));
	assert_int_equal(world_read(w, STR("ctx/run.sh"), &f, &e), 0);
	assert_str(f->bytes, "id\n");
	assert_int_equal(world_read(w, STR("ctx/none"), &f, &e), -1);
	assert_int_equal(e.code, ENOENT);
	log = world_log(w, &n);
	assert_int_equal(n, 2);
	assert_true(log[0].present);
	assert_false(log[1].present);
	assert_str(log[1].name, "ctx/none");
	arena_free(&arena);
}

static void overlay_hides_one_file(void **state)
{
	struct arena arena = {0};
	struct world *under = world_memory(&arena);
	struct world *w = world_overlay(&arena, under, STR("a"), STR("new"));
	const struct file *f = NULL;

	(void)state;
	world_put(under, STR("a"), STR("old"));
	world_put(under, STR("b"), STR("b"));
	assert_int_equal(world_read(w, STR("a"), &f, NULL), 0);
	assert_str(f->bytes, "new");
	assert_int_equal(world_read(w, STR("b"), &f, NULL), 0);
	assert_str(f->bytes, "b");
	arena_free(&arena);
}

static void memory_lists_one_level(void **state)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	struct world_entries list;

	(void)state;
	world_put(w, STR("x/b"), STR(""));
	world_put(w, STR("x/a/1"), STR(""));
	world_put(w, STR("x/a/2"), STR(""));
	world_put(w, STR("y"), STR(""));
	assert_int_equal(world_list(w, STR("x"), &list, NULL), 0);
	assert_int_equal(list.n, 2);
	assert_str(list.at[0].name, "a");
	assert_int_equal(list.at[0].kind, WORLD_DIR);
	assert_str(list.at[1].name, "b");
	assert_int_equal(list.at[1].kind, WORLD_FILE);
	arena_free(&arena);
}

/* A FIFO must be refused, not waited for; a directory and a huge file likewise. */
static void disk_refuses_what_is_no_file(void **state)
{
	char dir[] = "/tmp/oakum-world-XXXXXX";
	struct arena arena = {0};
	struct world *w = world_disk(&arena);
	const struct file *f = NULL;
	struct err e = {0};
	struct str fifo, big;

	(void)state;
	assert_non_null(mkdtemp(dir));
	fifo = arena_printf(&arena, "%s/fifo", dir);
	big = arena_printf(&arena, "%s/big", dir);
	assert_int_equal(mkfifo(fifo.p, 0600), 0);
	fclose(fopen(big.p, "w"));
	assert_int_equal(truncate(big.p, FILE_MAX + 1), 0);
	assert_int_equal(world_read(w, fifo, &f, &e), -1);
	assert_non_null(strstr(e.text, "not a regular file"));
	assert_int_equal(world_read(w, str_c(dir), &f, &e), -1);
	assert_int_equal(e.code, EISDIR);
	assert_int_equal(world_read(w, big, &f, &e), -1);
	assert_int_equal(e.code, EFBIG);
	assert_null(f);
	unlink(fifo.p);
	unlink(big.p);
	rmdir(dir);
	arena_free(&arena);
}

/* One world sees one state of the disk, and many looks find each its own path. */
static void disk_remembers_what_it_saw(void **state)
{
	char dir[] = "/tmp/oakum-world-XXXXXX";
	struct arena arena = {0};
	struct world *w = world_disk(&arena);
	struct world_stat st;
	struct str path;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = arena_printf(&arena, "%s/0", dir);
	fclose(fopen(path.p, "w"));
	for (int i = 0; i < 200; i++) {
		struct str at = arena_printf(&arena, "%s/%d", dir, i);

		assert_int_equal(world_stat(w, at, &st, NULL), 0);
		assert_int_equal(st.kind, i ? WORLD_ABSENT : WORLD_FILE);
	}
	unlink(path.p);
	assert_int_equal(world_stat(w, path, &st, NULL), 0);
	assert_int_equal(st.kind, WORLD_FILE);
	assert_int_equal(world_stat(world_disk(&arena), path, &st, NULL), 0);
	assert_int_equal(st.kind, WORLD_ABSENT);
	assert_int_equal(world_stat(w, str_c(dir), &st, NULL), 0);
	assert_int_equal(st.kind, WORLD_DIR);
	rmdir(dir);
	arena_free(&arena);
}

static void paths_are_cleaned_by_their_letters(void **state)
{
	struct arena arena = {0};
	const struct {
		const char *base, *path, *joined;
	} cases[] = {
		{"/app", "data", "/app/data"},
		{"/app", "../x", "/x"},
		{"/app", "../../x", "/x"},
		{"/app", "/etc//passwd", "/etc/passwd"},
		{"", "./a/./b", "a/b"},
		{"", "../a", "../a"},
		{"..", "../a", "../../a"},
		{"a/b", "..", "a"},
		{"a", "..", "."},
		{"/", "..", "/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(
			path_join(&arena, str_c(cases[i].base), str_c(cases[i].path)),
			cases[i].joined);
	assert_true(path_is_under(STR("/a/b"), STR("/a")));
	assert_false(path_is_under(STR("/ab"), STR("/a")));
	arena_free(&arena);
}

static void memory_says_whose_a_path_is(void **state)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	struct world_stat st;
	struct world_entries list;
	struct str value = STR_NONE;
	struct err e = {0};

	(void)state;
	world_put_stat(w, STR("/srv/models"),
		&(struct world_stat){.kind = WORLD_DIR, .mode = 0750, .uid = 7});
	world_put_xattr(w, STR("/srv/models"), STR("user.x"), STR("y"));
	assert_int_equal(world_stat(w, STR("/srv//models"), &st, &e), 0);
	assert_int_equal(st.uid, 7);
	assert_int_equal(world_stat(w, STR("/srv"), &st, &e), 0);
	assert_int_equal(st.kind, WORLD_DIR);
	assert_int_equal(world_list(w, STR("/srv"), &list, &e), 0);
	assert_int_equal(list.n, 1);
	assert_str(list.at[0].name, "models");
	assert_int_equal(list.at[0].kind, WORLD_DIR);
	assert_true(world_xattr(w, STR("/srv/models"), STR("user.x"), &value));
	assert_str(value, "y");
	assert_false(world_xattr(w, STR("/srv"), STR("user.x"), &value));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_holds_what_was_absent),
		cmocka_unit_test(overlay_hides_one_file),
		cmocka_unit_test(memory_lists_one_level),
		cmocka_unit_test(memory_says_whose_a_path_is),
		cmocka_unit_test(disk_refuses_what_is_no_file),
		cmocka_unit_test(disk_remembers_what_it_saw),
		cmocka_unit_test(paths_are_cleaned_by_their_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
