#include <errno.h>
#include <linux/audit.h>

#include "seccomp/objective.h"
#include "unit.h"

static int parse(struct arena *a, const char *text, arch_set arches, struct bans *bans,
	struct span *at, struct err *err)
{
	const struct file *file = file_new(a, STR("own.txt"), str_c(text));

	return objective_parse(a, file, STR("--deny"), arches, bans, at, err);
}

/* Every row of the table is understood: add_row of objective.c has no other check. */
static void test_table_is_understood(void **unused)
{
	struct arena arena = {0};
	struct bans bans = {0};
	size_t count;
	const struct str *names = objective_names(&count);

	(void)unused;
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++) {
		size_t before = bans.n;
		struct beyonds beyonds = {0};

		assert_true(objective_title(names[i]).n > 0);
		assert_true(objective_bans(&arena, names[i], ARCHES_ALL, &bans));
		assert_true(bans.n >= before + 12);
		objective_beyond(&arena, names[i], &beyonds);
		assert_true(beyonds.n >= 1);
	}
	vec_each (const struct ban, ban, &bans) {
		assert_true(ban->why.n && ban->source.n);
		assert_true(call_number(ban->call, ban->arch) >= 0);
		assert_int_equal(action_kind(ban->answer), ACTION_ERRNO);
	}
	assert_false(objective_bans(&arena, STR("no-such"), ARCHES_ALL, &bans));
	assert_int_equal(objective_title(STR("no-such")).n, 0);
	arena_free(&arena);
}

/* A row of data/objectives.tsv that does not parse would silently be no ban. */
static void test_each_row_makes_bans(void **unused)
{
	static const struct {
		const char *objective, *call;
		int arch;
		const char *terms; /* of its first ban */
	} rows[] = {
		{"no-root", "setuid", ARCH_X86_64, "arg0 == 0"},
		{"no-root", "setuid32", ARCH_I386, "arg0 == 0"},
		{"no-root", "setgroups", ARCH_AARCH64, "arg0 != 0"},
		{"no-root", "unshare", ARCH_X32, "arg0 & 0x10000000 != 0"},
		{"no-root", "setns", ARCH_X86_64, "arg1 == 0"},
		{"no-root", "clone3", ARCH_AARCH64, ""},
		{"no-others", "chmod", ARCH_I386, "arg1 & 6 != 0"},
		{"no-others", "fchmodat2", ARCH_I386, "arg2 & 6 != 0"},
		{"no-others", "umask", ARCH_X86_64, "arg0 & 6 != 6"},
		{"no-others", "semctl", ARCH_X86_64, "arg2 & 0xfffffeff == 1"},
		{"no-others", "ipc", ARCH_I386, ""},
		{"no-new-namespaces", "clone", ARCH_X86_64, "arg0 & 0x7e020000 != 0"},
		{"no-kernel-surface", "bdflush", ARCH_I386, ""},
		{"no-kernel-surface", "socketcall", ARCH_I386, ""},
		{"network-none", "socket", ARCH_AARCH64, "arg0 != 1"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena = {0};
		struct bans bans = {0};
		struct buf out = {.arena = &arena};
		const struct ban *found = NULL;

		objective_bans(&arena, str_c(rows[i].objective), ARCHES_ALL, &bans);
		vec_each (const struct ban, ban, &bans)
			if (!found && ban->arch == rows[i].arch &&
				ban->call == call_find(str_c(rows[i].call)))
				found = ban;
		if (!found)
			fail_msg("%s has no %s", rows[i].objective, rows[i].call);
		ban_terms_write(&out, found);
		assert_str(buf_str(&out), rows[i].terms);
		arena_free(&arena);
	}
}

static void test_width_decides(void **unused)
{
	struct arena arena = {0};
	struct bans bans = {0};
	struct bpf_call call = {.arch = AUDIT_ARCH_X86_64, .nr = 105};

	(void)unused;
	assert_int_equal(
		parse(&arena, "setuid: arg0 == 0", ARCHES_ALL, &bans, NULL, NULL), 0);
	assert_int_equal(bans.n, ARCH_COUNT);
	assert_int_equal(bans.at[ARCH_X86_64].terms[0].mask, UINT32_MAX);
	assert_int_equal(bans.at[ARCH_I386].terms[0].mask, 0xffff);
	call.args[0] = (uint64_t)1 << 32;
	assert_true(ban_covers(&bans.at[ARCH_X86_64], &call));
	call.args[0] = 0x10000;
	assert_false(ban_covers(&bans.at[ARCH_X86_64], &call));
	call = (struct bpf_call){.arch = AUDIT_ARCH_I386, .nr = 23, .args = {0x10000}};
	assert_true(ban_covers(&bans.at[ARCH_I386], &call));
	assert_false(ban_covers(&bans.at[ARCH_X86_64], &call));

	/* What does not fit in 16 bits cannot be set there; != holds for all that do. */
	bans.n = 0;
	assert_int_equal(
		parse(&arena, "setuid: arg0 == 70000", ARCHES_ALL, &bans, NULL, NULL),
		0);
	assert_int_equal(bans.n, ARCH_COUNT - 1);
	bans.n = 0;
	assert_int_equal(
		parse(&arena, "setuid: arg0 != 70000", ARCHES_ALL, &bans, NULL, NULL),
		0);
	assert_int_equal(bans.at[ARCH_I386].count, 0);
	assert_int_equal(bans.at[ARCH_X86_64].count, 1);

	bans.n = 0;
	assert_int_equal(
		parse(&arena, "setreuid: arg1 == -1", ARCHES_ALL, &bans, NULL, NULL),
		0);
	assert_int_equal(bans.at[ARCH_X86_64].terms[0].value, UINT32_MAX);
	assert_int_equal(bans.at[ARCH_I386].terms[0].value, 0xffff);
	arena_free(&arena);
}

static void test_words(void **unused)
{
	static const struct {
		const char *text, *said; /* all bans of x86_64, one behind the other */
	} rows[] = {
		{"setreuid, setregid: arg0 == 0 || arg1 == 0",
			"x86_64 setreuid: arg0 == 0;x86_64 setreuid: arg1 == 0;"
			"x86_64 setregid: arg0 == 0;x86_64 setregid: arg1 == 0;"},
		{"chmod: arg1 & 06 != 0", "x86_64 chmod: arg1 & 6 != 0;"},
		{"chmod: (arg1 & 0x6) != 0", "x86_64 chmod: arg1 & 6 != 0;"},
		{"  io_uring_setup  ", "x86_64 io_uring_setup;"},
		{"socket:arg0==2&&arg1&0xf==3||arg0>=16",
			"x86_64 socket: arg0 == 2 && arg1 & 15 == 3;"
			"x86_64 socket: arg0 >= 16;"},
		{"# a comment\n\nptrace\n  # one more\nsetns: arg1 < 0x20000000",
			"x86_64 ptrace;x86_64 setns: arg1 < 0x20000000;"},
		{"write: arg2 > 0xffffffff", "x86_64 write: arg2 > 0xffffffff;"},
		{"open: arg0 == 0", "x86_64 open: arg0 == 0;"},
		{"chown32", ""},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena = {0};
		struct bans bans = {0};
		struct buf out = {.arena = &arena};
		struct err err = {0};

		if (parse(&arena, rows[i].text, 1u << ARCH_X86_64, &bans, NULL, &err) <
			0)
			fail_msg("%s: %s", rows[i].text, err.text);
		vec_each (const struct ban, ban, &bans) {
			ban_write(&out, ban);
			buf_char(&out, ';');
		}
		assert_str(buf_str(&out), rows[i].said);
		arena_free(&arena);
	}
}

static void test_faults(void **unused)
{
	static const struct {
		const char *text;
		unsigned line, column, length;
		const char *said;
	} rows[] = {
		{"setued: arg0 == 0", 1, 1, 6,
			"no arch knows a call 'setued'; meant 'setuid'?"},
		{"ptrace\nfrobnicate", 2, 1, 10, "no arch knows a call 'frobnicate'"},
		{": arg0 == 0", 1, 1, 1, "expected the name of a call, found ':'"},
		{"setuid,", 1, 8, 0,
			"expected the name of a call, found the end of the line"},
		{"setuid arg0", 1, 8, 4,
			"expected ',', ':' or the end of the line, found 'arg0'"},
		{"setuid:", 1, 8, 0,
			"expected 'arg0' to 'arg5', found the end of the line"},
		{"setuid: arg6 == 0", 1, 9, 4,
			"expected 'arg0' to 'arg5', found 'arg6'"},
		{"setuid: arg0 = 0", 1, 14, 1,
			"expected one of == != < <= > >=, found '='"},
		{"setuid: arg0 ==", 1, 16, 0,
			"expected a number, found the end of the line"},
		{"setuid: arg0 == 08", 1, 18, 1,
			"'8' is no digit of a number in base 8"},
		{"setuid: arg0 == 0x1g", 1, 20, 1,
			"'g' is no digit of a number in base 16"},
		{"setuid: arg0 == 0x10000000000000000", 1, 17, 19,
			"a number has at most 64 bits"},
		{"setuid: arg0 == 0 arg1", 1, 19, 4,
			"expected '&&', '||' or the end of the line, found 'arg1'"},
		{"setuid: (arg0 & 1 == 0", 1, 19, 2, "expected ')', found '=='"},
		{"setuid: arg1 == 0", 1, 9, 9, "setuid has no argument 1"},
		{"chmod: arg1 == 0x10000", 1, 16, 7,
			"argument 1 of chmod is narrower: no comparison with this value "
			"says anything"},
		{"open: arg0 == 5", 1, 7, 9,
			"argument 0 of open is an address: a filter cannot see what stands "
			"there"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena = {0};
		struct bans bans = {0};
		struct span at = SPAN_NONE;
		struct err err = {0};

		assert_int_equal(
			parse(&arena, rows[i].text, ARCHES_ALL, &bans, &at, &err), -1);
		assert_str(str_c(err.text), rows[i].said);
		assert_int_equal(span_start(at).line, rows[i].line);
		assert_int_equal(span_start(at).column, rows[i].column);
		assert_int_equal(at.length, rows[i].length);
		assert_int_equal(bans.n, 0);
		arena_free(&arena);
	}
}

/* "setuid, setuid32" is no fault where there is no setuid32: no ban may get lost. */
static void test_one_arch_has_what_all_have(void **unused)
{
	size_t count;
	const struct str *names = objective_names(&count);

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		struct arena arena = {0};
		struct bans all = {0}, one[ARCH_COUNT] = {{0}};
		size_t sum = 0;

		objective_bans(&arena, names[i], ARCHES_ALL, &all);
		for (int arch = 0; arch < ARCH_COUNT; arch++) {
			objective_bans(&arena, names[i], 1u << arch, &one[arch]);
			sum += one[arch].n;
		}
		assert_true(one[ARCH_X86_64].n > 0);
		assert_int_equal(sum, all.n);
		arena_free(&arena);
	}
}

static void test_answers_suit_programs(void **unused)
{
	(void)unused;
	assert_int_equal(objective_answer(call_find(STR("umask"))),
		action_value(ACTION_ERRNO, 0));
	assert_int_equal(objective_answer(call_find(STR("clone3"))),
		action_value(ACTION_ERRNO, ENOSYS));
	assert_int_equal(objective_answer(call_find(STR("ptrace"))),
		action_value(ACTION_ERRNO, EPERM));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_table_is_understood),
	cmocka_unit_test(test_each_row_makes_bans),
	cmocka_unit_test(test_width_decides),
	cmocka_unit_test(test_words),
	cmocka_unit_test(test_faults),
	cmocka_unit_test(test_one_arch_has_what_all_have),
	cmocka_unit_test(test_answers_suit_programs),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
