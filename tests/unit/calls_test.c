/* The table of calls against the headers of the machine and against libseccomp. */
#include "unit.h"

#include <seccomp.h>

#include "seccomp/calls.h"

/* No call of a kernel that these headers come from may be missing or misnumbered. */
static const char *const headers[ARCH_COUNT] = {
	[ARCH_X86_64] = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
	[ARCH_X32] = "/usr/include/x86_64-linux-gnu/asm/unistd_x32.h",
	[ARCH_I386] = "/usr/include/x86_64-linux-gnu/asm/unistd_32.h",
};

static struct str read_all(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "r");
	char *bytes = arena_alloc(a, 1 << 17);
	size_t n = f ? fread(bytes, 1, 1 << 17, f) : 0;

	if (f)
		fclose(f);
	return (struct str){bytes, n};
}

/* "#define __NR_read 0", "#define __NR_read (__X32_SYSCALL_BIT + 0)" */
static bool read_define(struct str line, struct str *name, uint32_t *number)
{
	struct str define, last = STR_NONE, word;

	if (!str_next_word(&line, &define) || !str_eq(define, STR("#define")) ||
		!str_next_word(&line, name) || !str_starts(*name, STR("__NR_")))
		return false;
	*name = str_from(*name, 5);
	while (str_next_word(&line, &word))
		last = word;
	if (str_ends(last, STR(")")))
		last = str_sub(last, 0, last.n - 1);
	return str_to_u32(last, number);
}

static void check_define(int arch, struct str name, uint32_t number)
{
	uint32_t nr = number + arch_info(arch)->nr_base;
	int call = call_find(name);

	if (nr >= call_end(arch)) {
		note("%.*s %u is newer than the table", STR_ARG(name), number);
		return;
	}
	if (call == CALL_NONE)
		fail_msg("%s: no row for %.*s", arch_info(arch)->name.p, STR_ARG(name));
	if (call_number(call, arch) != nr)
		fail_msg("%s: %.*s is %u in the header, %d in the table",
			arch_info(arch)->name.p, STR_ARG(name), number,
			(int)call_number(call, arch));
}

static void the_headers_of_x86_agree(void **state)
{
	struct arena arena = {0};

	(void)state;
	for (int arch = ARCH_X86_64; arch <= ARCH_I386; arch++) {
		struct str_fields lines = {.rest = read_all(&arena, headers[arch])};
		struct str line, name;
		uint32_t number;
		size_t count = 0;

		if (!lines.rest.n) {
			note("no %s here", headers[arch]);
			continue;
		}
		while (str_next_field(&lines, '\n', &line))
			if (read_define(line, &name, &number) && ++count)
				check_define(arch, name, number);
		assert_true(count > 300);
	}
	arena_free(&arena);
}

/* Names that the common table has for 32-bit arches only, and its two counters. */
static bool is_of_arm64(struct str name, uint32_t number)
{
	return (number < 403 || number > 423) && !str_eq(name, STR("syscalls")) &&
		!str_eq(name, STR("arch_specific_syscall")) &&
		!str_eq(name, STR("sync_file_range2"));
}

static void the_common_header_agrees(void **state)
{
	struct arena arena = {0};
	struct str_fields lines = {
		.rest = read_all(&arena, "/usr/include/asm-generic/unistd.h")};
	struct str line, name;
	uint32_t number;

	(void)state;
	if (!lines.rest.n)
		note("no asm-generic/unistd.h here");
	while (str_next_field(&lines, '\n', &line))
		if (read_define(line, &name, &number) && is_of_arm64(name, number))
			check_define(ARCH_AARCH64, name, number);
	/* What it numbers under a macro: the 64-bit names of shared numbers. */
	assert_int_equal(call_number(call_find(STR("fcntl")), ARCH_AARCH64), 25);
	assert_int_equal(call_number(call_find(STR("lseek")), ARCH_AARCH64), 62);
	assert_int_equal(call_number(call_find(STR("newfstatat")), ARCH_AARCH64), 79);
	assert_int_equal(call_number(call_find(STR("mmap")), ARCH_AARCH64), 222);
	assert_int_equal(
		call_number(call_find(STR("fcntl64")), ARCH_AARCH64), CALL_NONE);
	arena_free(&arena);
}

static const uint32_t scmp[ARCH_COUNT] = {
	[ARCH_X86_64] = SCMP_ARCH_X86_64,
	[ARCH_X32] = SCMP_ARCH_X32,
	[ARCH_I386] = SCMP_ARCH_X86,
	[ARCH_AARCH64] = SCMP_ARCH_AARCH64,
};

/* libseccomp has negative numbers for what an arch lacks or reaches in another way. */
static void libseccomp_agrees_where_it_knows(void **state)
{
	size_t count, known = 0;
	const struct call_row *rows = call_rows(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (int arch = 0; arch < ARCH_COUNT; arch++) {
			int theirs = seccomp_syscall_resolve_name_arch(
				scmp[arch], rows[i].name.p);
			int64_t ours = call_number((int)i, arch);

			if (theirs < 0)
				continue;
			known++;
			if (ours != theirs)
				fail_msg("%s on %s: %d, libseccomp %d", rows[i].name.p,
					arch_info(arch)->name.p, (int)ours, theirs);
		}
	assert_true(known > 1200);
}

/* And the other way: every number that libseccomp can name has that name here. */
static void libseccomp_names_the_same_calls(void **state)
{
	(void)state;
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		for (uint32_t nr = arch_info(arch)->nr_base; nr < call_end(arch);
			nr++) {
			char *name =
				seccomp_syscall_resolve_num_arch(scmp[arch], (int)nr);
			int call = call_of(arch, nr);

			if (name && call == CALL_NONE)
				fail_msg("%s: no row for %s", arch_info(arch)->name.p,
					name);
			if (name)
				assert_str(call_rows(&(size_t){0})[call].name, name);
			free(name);
		}
}

/* Names that libseccomp has no number for on i386 are those of socketcall and ipc. */
static void libseccomp_muxes_the_same_calls(void **state)
{
	size_t count;
	const struct call_row *rows = call_rows(&count);
	static const char *const lone[] = {"send", "recv"};
	uint8_t number;
	int through;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		int theirs = seccomp_syscall_resolve_name_arch(
			SCMP_ARCH_X86, rows[i].name.p);
		bool is_pseudo = theirs <= -100 && theirs > -300;

		if (call_is_muxed((int)i) != is_pseudo)
			fail_msg("%s: libseccomp %d", rows[i].name.p, theirs);
		if (is_pseudo) {
			assert_true(call_muxed(rows[i].name, &through, &number));
			assert_int_equal(number, -theirs % 100);
			assert_str(rows[through].name,
				theirs > -200 ? "socketcall" : "ipc");
		}
	}
	for (size_t i = 0; i < 2; i++) {
		assert_true(call_muxed(str_c(lone[i]), &through, &number));
		assert_int_equal(number,
			-seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, lone[i]) %
				100);
	}
}

static void names_and_numbers_lead_to_each_other(void **state)
{
	size_t count;
	const struct call_row *rows = call_rows(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(call_find(rows[i].name), i);
		for (int arch = 0; arch < ARCH_COUNT; arch++) {
			int64_t nr = call_number((int)i, arch);

			if (nr != CALL_NONE)
				assert_int_equal(call_of(arch, (uint32_t)nr), i);
		}
	}
	assert_int_equal(call_find(STR("setuid0")), CALL_NONE);
	assert_int_equal(call_find(STR("")), CALL_NONE);
	assert_int_equal(call_of(ARCH_X86_64, 0xffffffff), CALL_NONE);
	assert_int_equal(call_of(ARCH_X32, 105), CALL_NONE);
	assert_int_equal(call_of(ARCH_X32, 0x40000000 | 105), call_find(STR("setuid")));
}

static void the_kernel_looks_at_so_many_bits(void **state)
{
	static const struct {
		const char *name;
		int arch;
		unsigned index, bits;
		bool is_pointer;
	} cases[] = {
		{"setuid", ARCH_X86_64, 0, 32, false},
		{"setuid", ARCH_AARCH64, 0, 32, false},
		{"setuid", ARCH_X32, 0, 32, false},
		{"setuid", ARCH_I386, 0, 16, false},
		{"setuid32", ARCH_I386, 0, 32, false},
		{"setresgid", ARCH_I386, 2, 16, false},
		{"setresgid", ARCH_X86_64, 2, 32, false},
		{"chown", ARCH_I386, 1, 16, false},
		{"chown32", ARCH_I386, 2, 32, false},
		{"chmod", ARCH_X86_64, 0, 64, true},
		{"chmod", ARCH_X86_64, 1, 16, false}, /* umode_t */
		{"fchmodat2", ARCH_AARCH64, 2, 16, false},
		{"fchmodat", ARCH_I386, 2, 16, false},
		{"openat", ARCH_X86_64, 3, 16, false},
		{"umask", ARCH_X86_64, 0, 32, false},
		{"clone", ARCH_X86_64, 0, 32, false}, /* lower_32_bits */
		{"unshare", ARCH_X86_64, 0, 64, false},
		{"unshare", ARCH_I386, 0, 32, false},
		{"personality", ARCH_X86_64, 0, 32, false},
		{"read", ARCH_X86_64, 2, 64, false},
		{"read", ARCH_I386, 1, 32, true},
		{"ioctl", ARCH_X86_64, 2, 64, false},
		{"ioctl", ARCH_X32, 2, 32, false}, /* compat_sys_ioctl */
		{"setgroups", ARCH_X86_64, 0, 32, false},
		{"setgroups", ARCH_X86_64, 1, 64, true},
		{"fanotify_mark", ARCH_X86_64, 2, 64, false},
		{"fanotify_mark", ARCH_I386, 3, 32, false}, /* its high half */
		{"fanotify_mark", ARCH_I386, 5, 32, true},
		{"ipc", ARCH_I386, 0, 16, false}, /* call & 0xffff */
		{"getpid", ARCH_X86_64, 0, 0, false},
		{"setuid", ARCH_X86_64, 1, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct call_argument got = call_argument(
			call_find(str_c(cases[i].name)), cases[i].arch, cases[i].index);

		if (got.bits != cases[i].bits || got.is_pointer != cases[i].is_pointer)
			fail_msg("%s: argument %u: %u bits", cases[i].name,
				cases[i].index, got.bits);
	}
}

static void kernels_begin_with_calls(void **state)
{
	size_t n;
	const struct call_row *rows = call_rows(&n);

	(void)state;
	assert_int_equal(
		rows[call_find(STR("fchmodat2"))].since[ARCH_X86_64], KERNEL(6, 6));
	assert_int_equal(rows[call_find(STR("socket"))].since[ARCH_I386], KERNEL(4, 3));
	assert_int_equal(rows[call_find(STR("socket"))].since[ARCH_X86_64], 0);
	assert_int_equal(rows[call_find(STR("kexec_file_load"))].since[ARCH_AARCH64],
		KERNEL(5, 0));
	assert_true(KERNEL(6, 10) > KERNEL(6, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_headers_of_x86_agree),
		cmocka_unit_test(the_common_header_agrees),
		cmocka_unit_test(libseccomp_agrees_where_it_knows),
		cmocka_unit_test(libseccomp_names_the_same_calls),
		cmocka_unit_test(libseccomp_muxes_the_same_calls),
		cmocka_unit_test(names_and_numbers_lead_to_each_other),
		cmocka_unit_test(the_kernel_looks_at_so_many_bits),
		cmocka_unit_test(kernels_begin_with_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
