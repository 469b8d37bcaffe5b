/* Logs: lines made alike, patterns with holes, what is one cause and what is two. */
#include "unit.h"

#include "why/why.h"

/* ---- log ---- */

static void lines_are_made_alike(void **state)
{
	struct arena a = {0};
	struct log log = log_read(&a,
		STR("\x1b[31mError\x1b[0m: open \"/x\"\r\n"
		    "10%\r50%\rdone \u2018y\u2019\n"
		    "last \\\"z\\\" `w`"));

	(void)state;
	assert_int_equal(log.n, 3);
	assert_str(log.at[0].text, "Error: open '/x'");
	assert_str(log.at[0].lower, "error: open '/x'");
	assert_str(log.at[1].text, "done 'y'");
	assert_str(log.at[2].text, "last 'z' 'w'");
	assert_int_equal(log.at[2].number, 3);
	arena_free(&a);
}

static void long_lines_and_logs_are_cut(void **state)
{
	struct arena a = {0};
	size_t n = LOG_MAX + 100;
	char *bytes = arena_alloc(&a, n);
	struct log log;

	(void)state;
	memset(bytes, 'x', n);
	bytes[50] = bytes[200] = '\n';
	log = log_read(&a, (struct str){bytes, n});
	assert_int_equal(log.skipped, 2);
	assert_int_equal(log.n, 1);
	assert_int_equal(log.at[0].number, 3);
	assert_int_equal(log.at[0].text.n, LOG_LINE_MAX);
	arena_free(&a);
}

/* ---- pattern ---- */

static bool fits(
	struct arena *a, const char *pattern, const char *line, struct caught *caught)
{
	struct pattern p = pattern_read(str_c(pattern));
	struct log log = log_read(a, str_c(line));

	*caught = (struct caught){0};
	return pattern_match(&p, &log.at[0], caught);
}

static void holes_catch_words(void **state)
{
	static const struct {
		const char *pattern, *line, *path;
	} cases[] = {
		{"open {path}: permission denied", "x open /a/b: permission denied",
			"/a/b"},
		{"open {path}: permission denied", "open /A: Permission denied", "/A"},
		/* A blank ends a word, but not between quotes. */
		{"open {path}: denied", "open a b: denied", NULL},
		{"open '{path}': denied", "open 'a b': denied", "a b"},
		/* The last word of a sentence loses its stop. */
		{"denied: {path}", "denied: /tmp/x.", "/tmp/x"},
		/* At the beginning the word is taken backwards. */
		{"{path}: denied", "ls: /root/x: denied", "/root/x"},
		{"{path~/}: denied", "bind: denied", NULL},
		{"open {path~.pid}: denied", "open /run/a.pid: denied", "/run/a.pid"},
		{"open {path~.pid}: denied", "open /run/a.sock: denied", NULL},
		/* The first place where it begins is not the one where it fits. */
		{"open {path}: denied", "open a b, open /c: denied", "/c"},
		{"mkdir {} {path}: no", "mkdir mode 7 /x: no", NULL},
		{"a {}, {path}: no", "a b c, /x: no", "/x"},
		{"open {path}: denied", "open : denied", NULL},
	};
	struct arena a = {0};
	struct caught caught;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool is_hit = fits(&a, cases[i].pattern, cases[i].line, &caught);

		if (is_hit != (cases[i].path != NULL))
			fail_msg("'%s' in '%s': %d", cases[i].pattern, cases[i].line,
				is_hit);
		if (is_hit)
			assert_str(caught.at[HOLE_PATH], cases[i].path);
	}
	arena_free(&a);
}

static void numbers_are_digits(void **state)
{
	struct arena a = {0};
	struct caught caught;

	(void)state;
	assert_true(
		fits(&a, "uid not found: {uid}", "x uid not found: 12345'", &caught));
	assert_str(caught.at[HOLE_UID], "12345");
	assert_true(fits(
		&a, "bind to {}:{port} failed", "bind to 0.0.0.0:80 failed", &caught));
	assert_str(caught.at[HOLE_PORT], "80");
	assert_false(fits(&a, "port {port} failed", "port 80a failed", &caught));
	arena_free(&a);
}

/* ---- causes ---- */

static void first_cause_first(void **state)
{
	struct arena a = {0};
	struct log log = log_read(&a,
		STR("WARN The directory '/.cache/pip' or its parent directory is not owned or "
		    "is not writable by the current user\n"
		    "touch: cannot touch '/opt/a': Permission denied\n"
		    "mkdir: cannot create directory '/srv/x': Permission denied\n"
		    "touch: cannot touch '/opt/a': Permission denied\n"
		    "touch: cannot touch '/opt/b': Permission denied\n"));
	struct why_answer answer = why_ask(&a, &log, NULL, NULL);

	(void)state;
	/* Two folders are two causes; a file of the first one again is none. */
	assert_int_equal(answer.causes.n, 4);
	assert_str(answer.causes.at[0].spot.path, "/opt/a");
	assert_int_equal(answer.causes.at[0].clue->times, 2);
	assert_str(answer.causes.at[1].spot.path, "/srv/x");
	assert_int_equal(answer.causes.at[3].clue->weight, ERROR_WARNS);
	arena_free(&a);
}

static void one_home_is_one_cause(void **state)
{
	struct arena a = {0};
	struct log log = log_read(&a,
		STR("OSError: [Errno 13] Permission denied: '/.cache'\n"
		    "OSError: [Errno 13] Permission denied: '/.config'\n"));
	struct why_answer answer = why_ask(&a, &log, NULL, NULL);

	(void)state;
	assert_int_equal(answer.causes.n, 1);
	assert_int_equal(answer.causes.at[0].spot.kind, SPOT_SLASH_HOME);
	assert_int_equal(answer.causes.at[0].also.n, 1);
	arena_free(&a);
}

/* ---- container ---- */

static void engines_are_believed(void **state)
{
	struct arena a = {0};
	struct log log = log_read(&a, STR("open x/y: permission denied\nKilled"));
	struct container c;
	struct why_answer answer;

	(void)state;
	assert_int_equal(
		container_read(&a,
			STR("[{\"Name\":\"/w\",\"Config\":{\"User\":\"1200:1300\","
			    "\"WorkingDir\":\"/app\"},\"State\":{\"ExitCode\":137,"
			    "\"OOMKilled\":true},\"Mounts\":[{\"Type\":\"volume\","
			    "\"Name\":\"v\",\"Destination\":\"/app/x\",\"RW\":true}]}]"),
			&c, NULL),
		0);
	answer = why_ask(&a, &log, &c, NULL);
	assert_int_equal(answer.causes.n, 2);
	assert_str(answer.causes.at[0].spot.path, "/app/x/y");
	assert_int_equal(answer.causes.at[0].spot.kind, SPOT_VOLUME);
	assert_str(scene_owner(&answer.scene), "1200:1300");
	assert_int_equal(answer.causes.at[1].clue->row.cause, CAUSE_MEMORY);
	assert_int_equal(container_read(&a, STR("Error: no such"), &c, NULL), -1);
	arena_free(&a);
}

static void headers_of_tar_are_read(void **state)
{
	char header[TAR_HEADER] = {0};
	struct owned owned = {.uid = 5};

	(void)state;
	memcpy(header + 100, "0040750", 7);
	memcpy(header + 108, " 003361 ", 8);
	memcpy(header + 116, "0000010", 7);
	assert_false(tar_owner_read((struct str){header, sizeof(header)}, &owned));
	memcpy(header + 257, "ustar", 5);
	assert_false(tar_owner_read((struct str){header, TAR_HEADER - 1}, &owned));
	assert_true(tar_owner_read((struct str){header, sizeof(header)}, &owned));
	assert_int_equal(owned.uid, 1777);
	assert_int_equal(owned.gid, 8);
	assert_int_equal(owned.mode, 0750);
	header[110] = 'x';
	assert_false(tar_owner_read((struct str){header, sizeof(header)}, &owned));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_made_alike),
		cmocka_unit_test(long_lines_and_logs_are_cut),
		cmocka_unit_test(holes_catch_words),
		cmocka_unit_test(numbers_are_digits),
		cmocka_unit_test(first_cause_first),
		cmocka_unit_test(one_home_is_one_cause),
		cmocka_unit_test(engines_are_believed),
		cmocka_unit_test(headers_of_tar_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
