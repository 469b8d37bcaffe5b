/* What engines refuse, ignore and make of a profile, line by line. */
#include "unit.h"

#include <errno.h>

#include "seccomp/profile_parts.h"

#define ALLOW 0x7fff0000u
#define DENY  (0x00050000u | EPERM)
#define NOSYS (0x00050000u | ENOSYS)
#define KILL  0u

static struct arena arena;

static const struct profile_host amd64 = {
	.arch = ARCH_X86_64, .kernel = KERNEL(6, 1), .bounding = CAPABILITIES_ENGINE};

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct file *file_of(const char *text)
{
	return file_new(&arena, STR("p.json"), str_c(text));
}

/* "FAULT 3: text", one a line, in order. */
static struct str notes_text(const struct profile_notes *notes)
{
	static const char *const kinds[] = {"FAULT", "IGNORED", "WEAK"};
	struct buf out = {.arena = &arena};

	vec_each (const struct profile_note, n, &notes->list)
		buf_printf(&out, "%s %u: %.*s\n", kinds[n->kind],
			span_start(n->span).line, STR_ARG(n->text));
	return buf_str(&out);
}

static void expect_notes(const char *json, const char *expected)
{
	struct profile_notes notes = {0};
	const struct profile *p = profile_read(&arena, file_of(json), &notes);
	struct ruleset rules;
	struct str got;
	bool has_fault = false;

	if (p && profile_resolve(&arena, p, &amd64, &rules, &notes) < 0)
		p = NULL;
	vec_each (const struct profile_note, n, &notes.list)
		has_fault |= n->kind == NOTE_FAULT;
	got = notes_text(&notes);
	if (has_fault != !p)
		fail_msg("%s\na fault and a profile: %.*s", json, STR_ARG(got));
	if (!str_starts(got, str_c(expected)) || (!expected[0] && got.n))
		fail_msg("%s\ngot: %.*s\nexpected: %s", json, STR_ARG(got), expected);
}

static struct ruleset resolve(const char *json, const struct profile_host *host)
{
	struct profile_notes notes = {0};
	const struct profile *p = profile_read(&arena, file_of(json), &notes);
	struct ruleset rules = {0};

	if (!p || profile_resolve(&arena, p, host, &rules, &notes) < 0)
		fail_msg("refused: %.*s", STR_ARG(notes_text(&notes)));
	return rules;
}

static uint32_t decide(const struct ruleset *rules, int arch, const char *name,
	uint64_t one, uint64_t two)
{
	struct bpf_call call = {.arch = arch_info(arch)->audit,
		.nr = (uint32_t)call_number(call_find(str_c(name)), arch),
		.args = {one, two}};

	return ruleset_decide(rules, &call);
}

#define RULE(inside)                                                                   \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[\n{" inside "}]}"
#define DENIES(inside)                                                                 \
	"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[\n{" inside "}]}"
#define SETUID(args)                                                                   \
	RULE("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ALLOW\",\n\"args\":[" args  \
	     "]")

static void engines_refuse(void **state)
{
	static const char *const cases[][2] = {
		{"", "FAULT 1: an empty file is no profile\n"},
		{"{\"defaultAction\":\n", "FAULT 2: "},
		{"[]", "FAULT 1: expected an object, found a list"},
		{"\n\"x\"", "FAULT 2: expected an object, found a string"},
		{"{\"linux\":{}}", "FAULT 1: expected \"seccomp\""},
		{"{\"linux\":{\"seccomp\":\nnull}}",
			"FAULT 2: expected an object, found null"},
		{"{\"defaultAction\":\n3}",
			"FAULT 2: expected a string, found a number"},
		{"{\"defaultAction\":\n\"ALLOW\"}", "FAULT 2: 'ALLOW' is no action"},
		{"{\"defaultAction\":\n\"SCMP_ACT_NOTIFY\"}",
			"FAULT 2: SCMP_ACT_NOTIFY as default"},
		{"\n{\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}",
			"FAULT 2: expected \"defaultAction\""},
		{RULE("\"names\":[\"read\"]"), "FAULT 2: expected \"action\""},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALOW\""),
			"FAULT 2: 'SCMP_ACT_ALOW' is no action"},
		{RULE("\"names\":\"read\",\"action\":\"SCMP_ACT_ALLOW\""),
			"FAULT 2: expected a list, found a string"},
		{RULE("\"names\":[\n3],\"action\":\"SCMP_ACT_ALLOW\""),
			"FAULT 3: expected a string, found a number"},
		{RULE("\"names\":[\n\"\"],\"action\":\"SCMP_ACT_ALLOW\""),
			"FAULT 3: an empty name"},
		{RULE("\"name\":\n\"read\",\"names\":[\"write\"],"
		      "\"action\":\"SCMP_ACT_ALLOW\""),
			"FAULT 3: both 'name' and 'names'"},
		{RULE("\"names\":[\n\"write\"],\"action\":\"SCMP_ACT_NOTIFY\""),
			"FAULT 3: SCMP_ACT_NOTIFY on write"},
		{SETUID("{\"index\":6,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}"),
			"FAULT 3: a call has the arguments 0 to 5"},
		{SETUID("{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_EQUAL\"}"),
			"FAULT 3: 'SCMP_CMP_EQUAL' is no comparison"},
		{SETUID("{\"index\":0,\"value\":0}"), "FAULT 3: expected \"op\""},
		{SETUID("{\"index\":0,\"value\":-1,\"op\":\"SCMP_CMP_EQ\"}"),
			"FAULT 3: '-1' is no whole number"},
		{SETUID("{\"index\":0,\"value\":1e3,\"op\":\"SCMP_CMP_EQ\"}"),
			"FAULT 3: '1e3' is no whole number"},
		{SETUID("{\"index\":0,\"value\":\"0\",\"op\":\"SCMP_CMP_EQ\"}"),
			"FAULT 3: expected a number, found a string"},
		{SETUID("{\"index\":0,\"value\":18446744073709551616,"
			"\"op\":\"SCMP_CMP_EQ\"}"),
			"FAULT 3: '18446744073709551616' is no whole number"},
		{SETUID("null"), "FAULT 3: expected an object, found null"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[\nnull]}",
			"FAULT 2: expected an object, found null"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
		 "\n\"SCMP_ARCH_AMD64\"]}",
			"FAULT 2: 'SCMP_ARCH_AMD64' is no architecture"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
		 "\n\"x86_64\"]}",
			"FAULT 2: 'x86_64' is no architecture"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
		 "\n\"SCMP_ARCH_X86\"],\"archMap\":[{\"architecture\":"
		 "\"SCMP_ARCH_X86_64\"}]}",
			"FAULT 2: both 'architectures' and 'archMap'"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{\"architecture\":"
		 "\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\n\"X32\"]}]}",
			"FAULT 2: 'X32' is no architecture"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"flags\":[\n\"FAST\"]}",
			"FAULT 2: runc knows no flag 'FAST'"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n\"defaultErrnoRet\":4096}",
			"FAULT 2: libseccomp refuses an errno of 4096"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n\"defaultErrno\":\"EFOO\"}",
			"FAULT 2: podman knows no errno 'EFOO'"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\n\"includes\":"
		      "{\"minKernel\":\"4\"}"),
			"FAULT 3: '4' is no kernel like \"4.8\""},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\n\"includes\":"
		      "{\"minKernel\":\"4.8.1\"}"),
			"FAULT 3: '4.8.1' is no kernel"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_notes(cases[i][0], cases[i][1]);
}

static void engines_drop_and_say_nothing(void **state)
{
	static const char *const cases[][2] = {
		{RULE("\"names\":[\n\"fchmodat3\"],\"action\":\"SCMP_ACT_ALLOW\""),
			"IGNORED 3: no system call is called 'fchmodat3': the engine "
			"leaves it out; 'fchmodat' is one\n"},
		{RULE("\"names\":[\n\"no_such_call_at_all\"],\"action\":"
		      "\"SCMP_ACT_ALLOW\""),
			"IGNORED 3: no system call is called 'no_such_call_at_all': the "
			"engine leaves it out\n"},
		{RULE("\"names\":[\"swapcontext\"],\"action\":\"SCMP_ACT_ALLOW\""), ""},
		{RULE("\"names\":[],\"action\":\"SCMP_ACT_ALLOW\""),
			"IGNORED 2: a rule without names"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\n"
		      "\"errnoRet\":38"),
			"IGNORED 3: errnoRet counts for"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\n"
		      "\"argument\":[]"),
			"IGNORED 3: no engine reads a key 'argument' here"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n\"defaultErrnoRet\":38}",
			"IGNORED 2: defaultErrnoRet counts for"},
		{SETUID("{\"index\":0,\"value\":5,\"valueTwo\":1,"
			"\"op\":\"SCMP_CMP_EQ\"}"),
			"IGNORED 3: valueTwo counts for SCMP_CMP_MASKED_EQ only\n"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{"
		      "\"caps\":[\n\"SYS_ADMIN\"]}"),
			"IGNORED 3: engines know this capability as CAP_SYS_ADMIN only"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{"
		      "\"caps\":[\n\"CAP_SYSADMIN\"]}"),
			"IGNORED 3: 'CAP_SYSADMIN' is no capability"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{"
		      "\"arches\":[\n\"x86_64\"]}"),
			"IGNORED 3: 'x86_64' is no architecture as Go names them"},
		{RULE("\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\n"
		      "\"errno\":\"ENOSYS\""),
			"IGNORED 3: Docker does not know this key and answers "
			"ERRNO(EPERM)"},
		{"{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\n"
		 "\"archMap\":[]}}}",
			"IGNORED 2: no engine reads a key 'archMap' here"},
		{"{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\","
		 "\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\n"
		 "\"includes\":{}}]}}}",
			"IGNORED 2: no engine reads a key 'includes' here"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_notes(cases[i][0], cases[i][1]);
}

static void what_is_less_than_was_meant(void **state)
{
	static const char *const cases[][2] = {
		{"{}", "WEAK 1: neither a default action nor a rule"},
		{SETUID("{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_NE\"}"),
			"WEAK 3: the kernel looks at 32 bits of argument 0 of setuid, "
			"this at 64: 0x100000000 passes, and is 0 to the kernel\n"},
		{SETUID("{\"index\":0,\"value\":999,\"op\":\"SCMP_CMP_GT\"}"),
			"WEAK 3: the kernel looks at 32 bits"},
		{SETUID("{\"index\":0,\"value\":1777,\"op\":\"SCMP_CMP_EQ\"}"), ""},
		{SETUID("{\"index\":0,\"value\":4294967295,\"valueTwo\":1777,"
			"\"op\":\"SCMP_CMP_MASKED_EQ\"}"),
			""},
		{DENIES("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ERRNO\",\n\"args\":["
			"{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]"),
			"WEAK 3: the kernel looks at 32 bits of argument 0 of setuid, "
			"this at 64: 0x100000000 passes, and is 0 to the kernel\n"},
		{DENIES("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ERRNO\",\n\"args\":["
			"{\"index\":0,\"value\":4294967295,\"valueTwo\":0,"
			"\"op\":\"SCMP_CMP_MASKED_EQ\"}]"),
			""},
		/* On i386 32 bits are too many: setuid is of 16. */
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":["
		 "\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],\"syscalls\":[{\"names\":["
		 "\"setuid\"],\"action\":\"SCMP_ACT_ERRNO\",\n\"args\":[{\"index\":0,"
		 "\"value\":4294967295,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}",
			"WEAK 2: the kernel looks at 16 bits of argument 0 of setuid on "
			"i386, this at 32: 0x10000 passes, and is 0 to the kernel\n"},
		{SETUID("{\"index\":0,\"value\":6,\"valueTwo\":7,"
			"\"op\":\"SCMP_CMP_MASKED_EQ\"}"),
			"WEAK 3: has bits that the mask 0x6 has not"},
		{SETUID("{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_EQ\"},\n"
			"{\"index\":0,\"value\":6,\"op\":\"SCMP_CMP_EQ\"}"),
			"WEAK 4: two conditions on argument 0: runc makes a rule of each "
			"of the 2 conditions"},
		{SETUID("{\"index\":3,\"value\":5,\"op\":\"SCMP_CMP_EQ\"}"),
			"WEAK 3: setuid has no argument 3"},
		{RULE("\"names\":[\"open\"],\"action\":\"SCMP_ACT_ALLOW\",\n\"args\":["
		      "{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_EQ\"}]"),
			"WEAK 3: argument 0 of open is an address"},
		{SETUID("{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_EQ\"}") "", ""},
		{RULE("\"names\":[\"read\",\"setuid\"],\"action\":\"SCMP_ACT_ALLOW\"},\n{"
		      "\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_KILL\",\"args\":["
		      "{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]"),
			"WEAK 3: line 2 says ALLOW for setuid without a condition, and "
			"that takes all: this rule never counts\n"},
		{RULE("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_KILL\",\"args\":["
		      "{\"index\":0,\"value\":0,\"op\":\"SCMP_CMP_EQ\"}]},\n{"
		      "\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ALLOW\""),
			"WEAK 2: line 3 says ALLOW for setuid"},
		{RULE("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ERRNO\"},\n{"
		      "\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ALLOW\""),
			"WEAK 2: answers what the default answers, so runc leaves it "
			"out: what line 3 says of setuid holds alone\n"},
		{RULE("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_KILL\",\"args\":["
		      "{\"index\":0,\"value\":9,\"op\":\"SCMP_CMP_LT\"}]},\n{"
		      "\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":["
		      "{\"index\":0,\"value\":8,\"op\":\"SCMP_CMP_EQ\"}]"),
			"WEAK 3: the rule at line 2 matches some of the same arguments "
			"and answers KILL_THREAD"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\n\"defaultErrnoRet\":65536}",
			"WEAK 2: no errno is larger than 4095, and runc takes the low 16 bits: 0\n"},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
		 "\n\"SCMP_ARCH_AARCH64\"]}",
			"WEAK 2: SCMP_ARCH_X86_64 is not named, and let in all the same"},
		{RULE("\"names\":[\"chmod\"],\"action\":\"SCMP_ACT_NOTIFY\""),
			"WEAK 1: SCMP_ACT_NOTIFY without listenerPath"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_notes(cases[i][0], cases[i][1]);
}

static void keys_are_found_as_go_finds_them(void **state)
{
	struct ruleset rules = resolve(
		"{\"DEFAULTACTION\":\"SCMP_ACT_ALLOW\",\"syscalls\":null,"
		"\"Syscalls\":[{\"Names\":[\"read\"],\"names\":[\"ptrace\"],"
		"\"action\":\"SCMP_ACT_ERRNO\",\"args\":null,\"includes\":null}]}",
		&amd64);

	(void)state;
	assert_int_equal(decide(&rules, ARCH_X86_64, "ptrace", 0, 0), DENY);
	assert_int_equal(decide(&rules, ARCH_X86_64, "read", 0, 0), ALLOW);
}

static void every_action_and_its_errno(void **state)
{
	static const struct {
		const char *action, *more;
		uint32_t answer;
	} cases[] = {
		{"SCMP_ACT_KILL", "", 0},
		{"SCMP_ACT_KILL_THREAD", "", 0},
		{"SCMP_ACT_KILL_PROCESS", "", 0x80000000},
		{"SCMP_ACT_TRAP", "", 0x00030000},
		{"SCMP_ACT_ERRNO", "", 0x00050001},
		{"SCMP_ACT_ERRNO", ",\"errnoRet\":38", 0x00050026},
		{"SCMP_ACT_ERRNO", ",\"errnoRet\":0", 0x00050000},
		{"SCMP_ACT_NOTIFY", "", 0x7fc00000},
		{"SCMP_ACT_TRACE", "", 0x7ff00001},
		{"SCMP_ACT_TRACE", ",\"errnoRet\":7", 0x7ff00007},
		{"SCMP_ACT_LOG", "", 0x7ffc0000},
		{"SCMP_ACT_ALLOW", ",\"errnoRet\":7", 0x7fff0000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str json = arena_printf(&arena,
			"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":99,"
			"\"syscalls\":[{\"names\":[\"ptrace\"],\"action\":\"%s\"%s}]}",
			cases[i].action, cases[i].more);
		struct ruleset rules = resolve(json.p, &amd64);

		assert_int_equal(
			decide(&rules, ARCH_X86_64, "ptrace", 0, 0), cases[i].answer);
		assert_int_equal(
			decide(&rules, ARCH_X86_64, "read", 0, 0), 0x00050000 | 99);
	}
}

static void includes_and_excludes_ask_the_host(void **state)
{
	static const struct {
		const char *filter;
		struct profile_host host;
		bool holds;
	} cases[] = {
		{"\"includes\":{}", {ARCH_X86_64, 0, 0, false}, true},
		{"\"includes\":{\"caps\":[\"CAP_CHOWN\"]}", {ARCH_X86_64, 0, 1, false},
			true},
		{"\"includes\":{\"caps\":[\"CAP_CHOWN\"]}", {ARCH_X86_64, 0, 2, false},
			false},
		{"\"includes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_FOWNER\"]}",
			{ARCH_X86_64, 0, 1, false}, false},
		{"\"includes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_FOWNER\"]}",
			{ARCH_X86_64, 0, 9, false}, true},
		{"\"includes\":{\"caps\":[\"cap_chown\"]}", {ARCH_X86_64, 0, 1, false},
			false},
		{"\"excludes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_FOWNER\"]}",
			{ARCH_X86_64, 0, 8, false}, false},
		{"\"excludes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_FOWNER\"]}",
			{ARCH_X86_64, 0, 4, false}, true},
		{"\"includes\":{\"arches\":[\"arm64\",\"s390x\"]}",
			{ARCH_X86_64, 0, 0, false}, false},
		{"\"includes\":{\"arches\":[\"arm64\",\"s390x\"]}",
			{ARCH_AARCH64, 0, 0, false}, true},
		{"\"excludes\":{\"arches\":[\"amd64\"]}", {ARCH_X86_64, 0, 0, false},
			false},
		{"\"includes\":{\"minKernel\":\"4.8\"}",
			{ARCH_X86_64, KERNEL(4, 8), 0, false}, true},
		{"\"includes\":{\"minKernel\":\"4.10\"}",
			{ARCH_X86_64, KERNEL(4, 9), 0, false}, false},
		{"\"includes\":{\"minKernel\":\"4.10\"}",
			{ARCH_X86_64, KERNEL(4, 9), 0, true}, true}, /* podman */
		{"\"excludes\":{\"minKernel\":\"4.8\"}",
			{ARCH_X86_64, KERNEL(4, 8), 0, false}, false},
		{"\"excludes\":{\"minKernel\":\"4.8\"}",
			{ARCH_X86_64, KERNEL(4, 8), 0, true}, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str json = arena_printf(&arena,
			"{\"defaultAction\":\"SCMP_ACT_KILL\",\"syscalls\":[{\"names\":["
			"\"ptrace\"],\"action\":\"SCMP_ACT_ALLOW\",%s}]}",
			cases[i].filter);
		struct ruleset rules = resolve(json.p, &cases[i].host);

		if (decide(&rules, cases[i].host.arch, "ptrace", 0, 0) !=
			(cases[i].holds ? ALLOW : KILL))
			fail_msg("case %zu: %s", i, cases[i].filter);
	}
}

static void arches_are_the_hosts_entry(void **state)
{
	static const char map[] =
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":["
		"{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":["
		"\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]},"
		"{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":["
		"\"SCMP_ARCH_ARM\"]},{\"architecture\":\"SCMP_ARCH_X86_64\"}]}";
	struct profile_host arm = {.arch = ARCH_AARCH64};
	struct ruleset rules = resolve(map, &amd64);

	(void)state;
	assert_int_equal(
		rules.arches, 1u << ARCH_X86_64 | 1u << ARCH_I386 | 1u << ARCH_X32);
	assert_false(rules.lets_foreign);
	assert_int_equal(rules.bad_arch, KILL);
	rules = resolve(map, &arm);
	assert_int_equal(rules.arches, 1u << ARCH_AARCH64);
	assert_true(rules.lets_foreign);
	rules = resolve("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
			"\"SCMP_ARCH_S390X\"]}",
		&amd64);
	assert_int_equal(rules.arches, 1u << ARCH_X86_64);
	assert_true(rules.lets_foreign);
	rules = resolve("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", &amd64);
	assert_int_equal(rules.arches, 1u << ARCH_X86_64);
	rules = resolve("{}", &amd64); /* no filter at all */
	assert_int_equal(rules.arches, ARCHES_ALL);
	assert_int_equal(decide(&rules, ARCH_I386, "reboot", 0, 0), ALLOW);
}

static void two_conditions_on_one_argument_are_an_or(void **state)
{
	struct ruleset rules =
		resolve(SETUID("{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_EQ\"},"
			       "{\"index\":1,\"value\":7,\"op\":\"SCMP_CMP_EQ\"},"
			       "{\"index\":0,\"value\":6,\"op\":\"SCMP_CMP_EQ\"}"),
			&amd64);

	(void)state;
	assert_int_equal(decide(&rules, ARCH_X86_64, "setuid", 5, 0), ALLOW);
	assert_int_equal(decide(&rules, ARCH_X86_64, "setuid", 6, 0), ALLOW);
	assert_int_equal(decide(&rules, ARCH_X86_64, "setuid", 0, 7), ALLOW);
	assert_int_equal(decide(&rules, ARCH_X86_64, "setuid", 0, 0), DENY);
}

static void numbers_beyond_the_profile_are_too_new(void **state)
{
	struct ruleset rules = resolve(SETUID(""), &amd64);
	struct profile_host podman = amd64;

	(void)state;
	assert_int_equal(decide(&rules, ARCH_X86_64, "openat2", 0, 0), NOSYS);
	assert_int_equal(decide(&rules, ARCH_X86_64, "read", 0, 0), DENY);
	rules = resolve(
		DENIES("\"names\":[\"setuid\"],\"action\":\"SCMP_ACT_KILL\""), &amd64);
	assert_int_equal(decide(&rules, ARCH_X86_64, "openat2", 0, 0), ALLOW);
	podman.is_podman = true;
	rules = resolve(SETUID(""), &podman);
	assert_int_equal(decide(&rules, ARCH_X86_64, "openat2", 0, 0), DENY);
}

static void i386_reaches_sockets_through_socketcall(void **state)
{
	struct ruleset rules = resolve(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":["
		"\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],\"syscalls\":[{\"names\":["
		"\"socket\",\"send\",\"shmget\"],\"action\":\"SCMP_ACT_ALLOW\"}]}",
		&amd64);

	(void)state;
	assert_int_equal(decide(&rules, ARCH_X86_64, "socket", 2, 1), ALLOW);
	assert_int_equal(decide(&rules, ARCH_I386, "socket", 2, 1), ALLOW);
	assert_int_equal(decide(&rules, ARCH_I386, "socketcall", 1, 0), ALLOW);
	assert_int_equal(decide(&rules, ARCH_I386, "socketcall", 9, 0), ALLOW);
	assert_int_equal(decide(&rules, ARCH_I386, "socketcall", 2, 0), DENY);
	assert_int_equal(decide(&rules, ARCH_I386, "ipc", 23, 0), ALLOW);
	assert_int_equal(decide(&rules, ARCH_I386, "ipc", 24, 0), DENY);
}

static void a_config_json_is_read_where_it_stands(void **state)
{
	struct profile_notes notes = {0};
	const struct file *file = file_of(
		"{\"ociVersion\":\"1.0.2\",\"process\":{},\"linux\":{\"seccomp\":{"
		"\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":["
		"\"SCMP_ARCH_X86_64\"],\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],"
		"\"listenerPath\":\"/run/agent\",\"syscalls\":[{\"names\":[\"chmod\"],"
		"\"action\":\"SCMP_ACT_NOTIFY\"}]}}}");
	const struct profile *p = profile_read(&arena, file, &notes);
	struct ruleset rules;

	(void)state;
	assert_non_null(p);
	assert_str(notes_text(&notes), "");
	assert_int_equal(profile_form(p), PROFILE_OCI);
	assert_str(p->listener.text, "/run/agent");
	assert_int_equal(profile_resolve(&arena, p, &amd64, &rules, &notes), 0);
	assert_int_equal(decide(&rules, ARCH_X86_64, "chmod", 0, 0), 0x7fc00000);
}

static void rules_know_where_they_were_written(void **state)
{
	struct ruleset rules = resolve(
		RULE("\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"read\",\n\"write\"]"),
		&amd64);

	(void)state;
	assert_int_equal(rules.rules.n, 2);
	assert_int_equal(span_start(rules.rules.at[1].at).line, 3);
	assert_str(span_str(rules.rules.at[1].at), "\"write\"");
}

static void this_host_is_known(void **state)
{
	struct profile_host host = profile_host_here();

	(void)state;
	assert_int_equal(host.arch, arch_host());
	assert_true(host.kernel >= KERNEL(3, 5));
	assert_int_equal(host.bounding, CAPABILITIES_ENGINE);
}

/* Many of a kind, each of which must end in one clear line and soon. */
static struct str repeated(
	const char *before, const char *each, size_t count, const char *after)
{
	struct buf out = {.arena = &arena};

	buf_add(&out, str_c(before));
	for (size_t i = 0; i < count; i++)
		buf_add(&out, str_c(each));
	buf_add(&out, str_c(after));
	buf_char(&out, 0);
	return buf_str(&out);
}

static void hostile_profiles_end_in_one_line(void **state)
{
	static const char rule[] =
		"{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"},";
	static const char open[] =
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[";
	const struct {
		struct str json;
		const char *expected;
	} cases[] = {
		{repeated(open, rule, 1000 * 1000, "{}]}"), "FAULT "},
		{repeated(open, rule, PROFILE_RULES_MAX + 1, "{}]}"),
			"FAULT 1: more than 16384 rules or 65536 names"},
		{repeated(open, "[", 100 * 1000, ""), "FAULT "},
		{repeated("{\"defaultAction\":\"", "x", 1 << 20, "\"}"),
			"FAULT 1: 'xxx"},
		{repeated(
			 "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[",
			 "\"read\",", PROFILE_NAMES_MAX + 1,
			 "\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}]}"),
			"FAULT 1: more than 16384 rules or 65536 names"},
		{repeated(
			 "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":["
			 "\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[",
			 "{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},", 1000,
			 "{}]}]}"),
			"FAULT 1: more than 256 conditions in one rule"},
		{repeated(open, "{\"names\":[\"read\",", 9, ""), "FAULT 1: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct profile_notes notes = {0};

		if (profile_read(&arena, file_of(cases[i].json.p), &notes))
			fail_msg("case %zu is a profile", i);
		if (notes.list.n != 1 ||
			!str_starts(notes_text(&notes), str_c(cases[i].expected)))
			fail_msg("case %zu: %zu notes: %.*s", i, notes.list.n,
				STR_ARG(str_sub(notes_text(&notes), 0, 300)));
	}
}

static void what_multiplies_is_stopped(void **state)
{
	struct buf out = {.arena = &arena};
	struct profile_notes notes = {0};
	const struct profile *p;
	struct ruleset rules;

	(void)state;
	buf_add(&out,
		STR("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{"
		    "\"action\":\"SCMP_ACT_ALLOW\",\"args\":["));
	for (int i = 0; i < 200; i++)
		buf_printf(&out, "%s{\"index\":0,\"value\":%d,\"op\":\"SCMP_CMP_EQ\"}",
			i ? "," : "", i);
	buf_add(&out, STR("],\"names\":["));
	for (int i = 0; i < 60000; i++)
		buf_add(&out, i ? STR(",\"ioctl\"") : STR("\"ioctl\""));
	buf_add(&out, STR("]}]}"));
	buf_char(&out, 0);
	p = profile_read(&arena, file_of(buf_str(&out).p), &notes);
	assert_non_null(p);
	assert_int_equal(profile_resolve(&arena, p, &amd64, &rules, &notes), -1);
	assert_int_equal(vec_last(&notes.list)->kind, NOTE_FAULT);
}

static void a_fault_is_said_beside_any_number_of_warnings(void **state)
{
	struct str json = repeated(
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[",
		"\"unknown_call\",", 500, "\"read\"],\"action\":\"DENY\"}]}");
	struct profile_notes notes = {0};
	size_t faults = 0;

	(void)state;
	assert_null(profile_read(&arena, file_of(json.p), &notes));
	assert_int_equal(notes.list.n, PROFILE_NOTES_MAX);
	assert_int_equal(notes.more, 500 + 1 - PROFILE_NOTES_MAX);
	vec_each (const struct profile_note, n, &notes.list)
		faults += n->kind == NOTE_FAULT;
	assert_true(faults > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engines_refuse),
		cmocka_unit_test(engines_drop_and_say_nothing),
		cmocka_unit_test(what_is_less_than_was_meant),
		cmocka_unit_test(keys_are_found_as_go_finds_them),
		cmocka_unit_test(every_action_and_its_errno),
		cmocka_unit_test(includes_and_excludes_ask_the_host),
		cmocka_unit_test(arches_are_the_hosts_entry),
		cmocka_unit_test(two_conditions_on_one_argument_are_an_or),
		cmocka_unit_test(numbers_beyond_the_profile_are_too_new),
		cmocka_unit_test(i386_reaches_sockets_through_socketcall),
		cmocka_unit_test(a_config_json_is_read_where_it_stands),
		cmocka_unit_test(rules_know_where_they_were_written),
		cmocka_unit_test(this_host_is_known),
		cmocka_unit_test(hostile_profiles_end_in_one_line),
		cmocka_unit_test(what_multiplies_is_stopped),
		cmocka_unit_test(a_fault_is_said_beside_any_number_of_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
