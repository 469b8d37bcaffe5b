#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "fix/edit.h"

static struct arena arena;

static int free_arena(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* ---- edits ---- */

static void push(struct edits *edits, const struct file *file, size_t offset,
	size_t length, const char *bytes)
{
	*vec_push(&arena, edits) = (struct edit){.file = file,
		.offset = (uint32_t)offset,
		.length = (uint32_t)length,
		.bytes = str_c(bytes)};
}

static void edits_come_in_any_order(void **state)
{
	const struct file *file = file_new(&arena, STR("f"), STR("one two three\n"));
	struct edited_files files = {0};
	struct edits edits = {0};
	struct err e = {0};

	(void)state;
	push(&edits, file, 8, 5, "3");
	push(&edits, file, 4, 0, "a");
	push(&edits, file, 4, 0, "b");
	push(&edits, file, 0, 3, "1");
	push(&edits, file, 4, 3, "2");
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), 0);
	assert_int_equal(files.n, 1);
	assert_str(files.at[0].before, "one two three\n");
	assert_str(files.at[0].after, "1 ab2 3\n");
}

static void edits_that_overlap_do_nothing(void **state)
{
	const struct file *file = file_new(&arena, STR("f"), STR("abcdef"));
	struct edited_files files = {0};
	struct edits edits = {0};
	struct err e = {0};

	(void)state;
	push(&edits, file, 0, 3, "x");
	push(&edits, file, 2, 1, "y");
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), -1);
	assert_int_equal(files.n, 0);
	edits.n = 0;
	push(&edits, file, 5, 2, "z");
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), -1);
	assert_int_equal(files.n, 0);
}

static void a_second_part_edits_what_the_first_left(void **state)
{
	const struct file *old = file_new(&arena, STR("f"), STR("a\n"));
	const struct file *new = file_new(&arena, STR("./f"), STR("ab\n"));
	struct edited_files files = {0};
	struct edits edits = {0};
	struct err e = {0};

	(void)state;
	push(&edits, old, 1, 0, "b");
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), 0);
	/* The bytes of the first reading are out of date now. */
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), -1);
	assert_int_equal(e.code, ESTALE);
	edits.n = 0;
	push(&edits, new, 2, 0, "c");
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), 0);
	assert_int_equal(files.n, 1);
	assert_str(files.at[0].before, "a\n");
	assert_str(files.at[0].after, "abc\n");
}

static void a_file_is_made_once(void **state)
{
	struct edited_files files = {0};
	struct edits edits = {0};
	struct err e = {0};
	const struct file *read;
	struct world *w;

	(void)state;
	*vec_push(&arena, &edits) =
		(struct edit){.path = STR("d/new"), .bytes = STR("x\n"), .mode = 0600};
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), 0);
	assert_true(files.at[0].is_new);
	assert_int_equal(files.at[0].mode, 0600);
	w = edited_world(&arena, world_memory(&arena), &files);
	assert_int_equal(world_read(w, STR("./d/new"), &read, &e), 0);
	assert_str(read->bytes, "x\n");
	assert_int_equal(edits_apply(&arena, &edits, &files, &e), -1);
}

/* ---- diffs ---- */

static const struct {
	const char *name, *before, *after, *diff;
} diffs[] = {
	{"one line", "a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
	{"three lines of context", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
		"1\n2\n3\n4\n5\nx\n6\n7\n8\n9\n",
		"@@ -3,6 +3,7 @@\n 3\n 4\n 5\n+x\n 6\n 7\n 8\n"},
	{"near changes share a hunk", "1\n2\n3\n4\n5\n6\n7\n8\n",
		"x\n2\n3\n4\n5\n6\n7\ny\n",
		"@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n"},
	{"far ones do not", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
		"x\n2\n3\n4\n5\n6\n7\n8\ny\n",
		"@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n"
		"@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n"},
	{"the last line end comes", "a", "a\n",
		"@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
	{"none stands there", "a\nb", "x\nb",
		"@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n"},
	{"into nothing", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
	{"line ends of DOS", "a\r\nb\r\n", "a\r\nc\r\n",
		"@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
};

static void diffs_are_unified(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(diffs) / sizeof(*diffs); i++) {
		struct str out = edited_diff(&arena, STR("f"), str_c(diffs[i].before),
			str_c(diffs[i].after), false);

		if (!str_starts(out, STR("--- a/f\n+++ b/f\n")))
			fail_msg("%s: '%.*s'", diffs[i].name, STR_ARG(out));
		assert_str(str_from(out, 16), diffs[i].diff);
	}
	assert_str(edited_diff(&arena, STR("f"), STR(""), STR("x\n"), true),
		"--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n");
	assert_str(edited_diff(&arena, STR("f"), STR("x"), STR("x"), false), "");
}

/* Applies a diff as patch(1) does, strictly; the result in out. */
static bool patch(struct str before, struct str diff, struct buf *out)
{
	struct str_fields lines = {.rest = diff};
	struct str line, left = before;
	bool is_open = false;

	while (str_next_field(&lines, '\n', &line)) {
		size_t end = str_find(left, '\n');
		struct str next = str_sub(left, 0, end);

		if (!line.n || str_starts(line, STR("---")) ||
			str_starts(line, STR("+++")))
			continue;
		if (str_starts(line, STR("@@"))) {
			struct str number = str_from(line, 4);
			uint32_t from = 0;
			size_t at = 0;

			for (; at < number.n && byte_is_digit(number.p[at]); at++)
				from = from * 10 + (uint32_t)(number.p[at] - '0');
			/* The text up to there is the same. */
			if (at < number.n &&
				str_starts(str_from(number, at), STR(",0")))
				from++;
			while (from > 1 && (size_t)(left.p - before.p) < before.n) {
				uint32_t done = 1;

				for (const char *c = before.p; c < left.p; c++)
					done += *c == '\n';
				if (done >= from)
					break;
				end = str_find(left, '\n');
				buf_add(out, str_sub(left, 0, end + 1));
				left = str_from(left, end + 1);
			}
			continue;
		}
		if (line.p[0] == '\\') {
			if (is_open && out->n)
				out->n--;
			continue;
		}
		is_open = line.p[0] != '-';
		if (line.p[0] != '+') {
			if (!str_eq(next, str_from(line, 1)))
				return false;
			left = str_from(left, end + 1);
		}
		if (is_open) {
			buf_add(out, str_from(line, 1));
			buf_char(out, '\n');
		}
	}
	buf_add(out, left);
	return true;
}

static struct str random_text(uint32_t *seed, size_t lines, unsigned words)
{
	struct buf out = {.arena = &arena};

	for (size_t i = 0; i < lines; i++) {
		*seed = *seed * 1664525 + 1013904223;
		buf_printf(&out, "%u\n", (*seed >> 16) % words);
	}
	return buf_str(&out);
}

/* Whatever way was found, the diff leads from one text to the other. */
static void diffs_lead_there(void **state)
{
	uint32_t seed = 4;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct str before = random_text(&seed, (size_t)i, 3 + (unsigned)i / 4);
		struct str after =
			random_text(&seed, (size_t)(i * 7) % 90, 3 + (unsigned)i / 4);
		struct str diff = edited_diff(&arena, STR("f"), before, after, false);
		struct buf out = {.arena = &arena};

		if (!patch(before, diff, &out) || !str_eq(buf_str(&out), after))
			fail_msg("round %d: '%.*s'", i, STR_ARG(diff));
		arena_reset(&arena);
	}
}

/* A line in front of each of many: more changes than the exact search goes through. */
static void a_long_diff_stays_small(void **state)
{
	struct buf before = {.arena = &arena}, after = {.arena = &arena};
	struct str diff;
	size_t changed = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		buf_printf(&before, "line %d\n", i);
		if (i % 5 == 0)
			buf_printf(&after, "new\n");
		buf_printf(&after, "line %d\n", i);
	}
	diff = edited_diff(&arena, STR("f"), buf_str(&before), buf_str(&after), false);
	for (size_t i = 1; i < diff.n; i++)
		changed +=
			diff.p[i - 1] == '\n' && (diff.p[i] == '+' || diff.p[i] == '-');
	assert_int_equal(changed, 10000 + 1);
}

/* ---- writing ---- */

static char folder[] = "/tmp/oakum-edit-XXXXXX";
static int home = -1;

static int enter_folder(void **state)
{
	(void)state;
	home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(folder, sizeof(folder), "/tmp/oakum-edit-XXXXXX");
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (fchdir(home) < 0 || system(command) != 0)
		return -1;
	close(home);
	return free_arena(state);
}

static void put(const char *path, const char *bytes, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static struct str get(const char *path)
{
	const struct file *file;
	struct err e = {0};

	if (world_read(world_disk(&arena), str_c(path), &file, &e) < 0)
		fail_msg("%s", e.text);
	return file->bytes;
}

static int write_file(
	const char *path, const char *before, const char *after, struct err *e)
{
	struct edited_file file = {
		.path = str_c(path), .before = str_c(before), .after = str_c(after)};
	struct edited_files files = {.at = &file, .n = 1};
	size_t done;

	return edited_write(&files, &done, e);
}

/* Nothing but what the test put there: no temporary file is left. */
static void assert_entries(size_t n)
{
	struct world_entries list;

	assert_int_equal(world_list(world_disk(&arena), STR("."), &list, NULL), 0);
	assert_int_equal(list.n, n);
}

static void mode_and_owner_are_kept(void **state)
{
	struct err e = {0};
	struct stat st;

	(void)state;
	put("f", "old\n", 0640);
	if (geteuid() == 0)
		assert_int_equal(chown("f", 12, 34), 0);
	assert_int_equal(write_file("f", "old\n", "new\n", &e), 0);
	assert_str(get("f"), "new\n");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	if (geteuid() == 0)
		assert_true(st.st_uid == 12 && st.st_gid == 34);
	assert_entries(1);
}

static void what_changed_meanwhile_stays(void **state)
{
	struct err e = {0};

	(void)state;
	put("f", "other\n", 0644);
	assert_int_equal(write_file("f", "old\n", "new\n", &e), -1);
	assert_int_equal(e.code, ESTALE);
	assert_str(get("f"), "other\n");
	assert_entries(1);
}

static void links_are_refused(void **state)
{
	struct err e = {0};

	(void)state;
	put("real", "old\n", 0644);
	assert_int_equal(symlink("real", "soft"), 0);
	assert_int_equal(write_file("soft", "old\n", "new\n", &e), -1);
	assert_non_null(strstr(e.text, "'real'"));
	assert_int_equal(link("real", "hard"), 0);
	assert_int_equal(write_file("hard", "old\n", "new\n", &e), -1);
	assert_str(get("real"), "old\n");
	assert_entries(3);
}

static void what_is_no_file_is_refused(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(write_file("d", "", "new\n", &e), -1);
	assert_non_null(strstr(e.text, "folder"));
	assert_int_equal(mkfifo("p", 0644), 0);
	assert_int_equal(write_file("p", "", "new\n", &e), -1);
	put("f", "old\n", 0444);
	assert_int_equal(write_file("f", "old\n", "new\n", &e), -1);
	assert_non_null(strstr(e.text, "read-only"));
	assert_str(get("f"), "old\n");
	assert_entries(3);
}

/* All are looked at first: one that is refused keeps the others from being written. */
static void all_or_none_of_what_can_be_seen(void **state)
{
	struct edited_file two[] = {
		{.path = STR("a"), .before = STR("a\n"), .after = STR("A\n")},
		{.path = STR("b"), .before = STR("b\n"), .after = STR("B\n")},
	};
	struct edited_files files = {.at = two, .n = 2};
	struct err e = {0};
	size_t done = 7;

	(void)state;
	put("a", "a\n", 0644);
	put("b", "b\n", 0444);
	assert_int_equal(edited_write(&files, &done, &e), -1);
	assert_int_equal(done, 0);
	assert_str(get("a"), "a\n");
}

static void new_files_are_made_with_their_folder(void **state)
{
	struct edited_file file = {.path = STR("secrets/key"),
		.after = STR("s\n"),
		.mode = 0600,
		.is_new = true};
	struct edited_files files = {.at = &file, .n = 1};
	struct err e = {0};
	struct stat st;
	size_t done;

	(void)state;
	assert_int_equal(edited_write(&files, &done, &e), 0);
	assert_int_equal(done, 1);
	assert_str(get("secrets/key"), "s\n");
	assert_int_equal(stat("secrets/key", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(stat("secrets", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(edited_write(&files, &done, &e), -1);
	assert_int_equal(e.code, EEXIST);
}

#define ON_DISK(name)	cmocka_unit_test_setup_teardown(name, enter_folder, leave_folder)
#define IN_MEMORY(name) cmocka_unit_test_teardown(name, free_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_MEMORY(edits_come_in_any_order),
		IN_MEMORY(edits_that_overlap_do_nothing),
		IN_MEMORY(a_second_part_edits_what_the_first_left),
		IN_MEMORY(a_file_is_made_once),
		IN_MEMORY(diffs_are_unified),
		IN_MEMORY(diffs_lead_there),
		IN_MEMORY(a_long_diff_stays_small),
		ON_DISK(mode_and_owner_are_kept),
		ON_DISK(what_changed_meanwhile_stays),
		ON_DISK(links_are_refused),
		ON_DISK(what_is_no_file_is_refused),
		ON_DISK(all_or_none_of_what_can_be_seen),
		ON_DISK(new_files_are_made_with_their_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
