#include "seccomp/engine.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "seccomp/engine_stub.h"

enum {
	TREE_RULES = 32, /* runc: the tree for more than so many */
	/* What is read back of libseccomp's export, in bytes; the kernel takes 32 KiB. */
	EXPORT_MAX = 1 << 20,
	CHILD_SECONDS = 5, /* of processor time; the largest real profile takes 0.02 */
};

/* SCMP_ACT_* are SECCOMP_RET_*, so answers go through as they are. */
_Static_assert(SCMP_ACT_KILL_PROCESS == 0x80000000U && SCMP_ACT_ALLOW == 0x7fff0000U &&
		SCMP_ACT_ERRNO(1) == 0x00050001U,
	"libseccomp's actions are the kernel's");

static const uint32_t scmp_arches[ARCH_COUNT] = {
	[ARCH_X86_64] = SCMP_ARCH_X86_64,
	[ARCH_X32] = SCMP_ARCH_X32,
	[ARCH_I386] = SCMP_ARCH_X86,
	[ARCH_AARCH64] = SCMP_ARCH_AARCH64,
};

static const enum scmp_compare operators[] = {
	[COMPARE_NE] = SCMP_CMP_NE,
	[COMPARE_LT] = SCMP_CMP_LT,
	[COMPARE_LE] = SCMP_CMP_LE,
	[COMPARE_EQ] = SCMP_CMP_EQ,
	[COMPARE_GE] = SCMP_CMP_GE,
	[COMPARE_GT] = SCMP_CMP_GT,
	[COMPARE_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

static void filter_release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

/*
 * The number that libseccomp has for a call on this machine's arch, __NR_SCMP_ERROR for
 * none. Calls that only other arches have get numbers below zero that it makes up.
 */
static int resolve(struct arena *a, int call)
{
	size_t count;

	return seccomp_syscall_resolve_name(
		arena_cstr(a, call_rows(&count)[call].name));
}

static int add_arches(scmp_filter_ctx filter, arch_set arches, struct err *err)
{
	int rc;

	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		if (!(arches >> arch & 1))
			continue;
		rc = seccomp_arch_add(filter, scmp_arches[arch]);
		if (rc < 0 && rc != -EEXIST)
			return err_set(err, -rc, "libseccomp: add the arch %.*s",
				STR_ARG(arch_info(arch)->name));
	}
	/* It begins with the machine's own, which is not always asked for. */
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (!(arches >> arch & 1) &&
			seccomp_arch_exist(filter, scmp_arches[arch]) == 0) {
			rc = seccomp_arch_remove(filter, scmp_arches[arch]);
			if (rc < 0)
				return err_set(err, -rc,
					"libseccomp: remove the arch %.*s",
					STR_ARG(arch_info(arch)->name));
		}
	return 0;
}

/* What a profile cannot say, or runc refuses. */
static int check_rule(
	const struct ruleset *rules, const struct call_rule *rule, struct err *err)
{
	size_t count;
	struct str name = call_rows(&count)[rule->call].name;

	if (action_kind(rule->answer) == ACTION_NOTIFY && str_eq(name, STR("write")))
		return err_set(err, 0, "runc allows no SCMP_ACT_NOTIFY for write");
	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (rules->arches >> arch & 1 && !(rule->arches >> arch & 1) &&
			call_number(rule->call, arch) >= 0)
			return err_set(err, 0,
				"a rule for %.*s leaves out %.*s, and a profile can only "
				"speak of all its arches",
				STR_ARG(name), STR_ARG(arch_info(arch)->name));
	return 0;
}

static int add_rule(scmp_filter_ctx filter, const struct call_rule *rule, int number,
	struct err *err)
{
	struct scmp_arg_cmp conditions[RULESET_CONDITIONS_MAX];
	size_t count;
	int rc;

	for (unsigned i = 0; i < rule->count; i++) {
		const struct condition *c = &rule->conditions[i];
		bool is_masked = c->compare == COMPARE_MASKED_EQ;

		conditions[i] = (struct scmp_arg_cmp){c->index, operators[c->compare],
			is_masked ? c->mask : c->value, is_masked ? c->value : 0};
	}
	rc = seccomp_rule_add_array(
		filter, rule->answer, number, rule->count, conditions);
	if (rc < 0)
		return err_set(err, -rc, "libseccomp: add a rule for %.*s",
			STR_ARG(call_rows(&count)[rule->call].name));
	return 0;
}

static int add_rules(struct arena *a, scmp_filter_ctx filter,
	const struct ruleset *rules, size_t *missing, struct err *err)
{
	vec_each (const struct call_rule, rule, &rules->rules) {
		int number;

		if (check_rule(rules, rule, err) < 0)
			return -1;
		/* runc leaves these out, for libseccomp would refuse them. */
		if (rule->answer == rules->otherwise)
			continue;
		/* And these libseccomp makes by itself. */
		if (rule_is_repeated(rule))
			continue;
		number = resolve(a, rule->call);
		if (number == __NR_SCMP_ERROR)
			++*missing;
		else if (add_rule(filter, rule, number, err) < 0)
			return -1;
	}
	return 0;
}

/* In the child: the filter into fd. */
static int build(struct arena *a, const struct ruleset *rules, bool is_tree, int fd,
	size_t *missing, struct err *err)
{
	__attribute__((cleanup(filter_release))) scmp_filter_ctx filter =
		seccomp_init(rules->otherwise);
	int rc;

	if (!filter)
		return err_set(err, 0, "libseccomp takes no default of 0x%08x",
			rules->otherwise);
	if (add_arches(filter, rules->arches, err) < 0)
		return -1;
	if (is_tree && rules->rules.n > TREE_RULES)
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (add_rules(a, filter, rules, missing, err) < 0)
		return -1;
	rc = seccomp_export_bpf(filter, fd);
	if (rc < 0)
		return err_set(err, -rc, "libseccomp: export the filter");
	return 0;
}

/* What the child says, in memory that it shares with us. */
struct report {
	bool is_built;
	size_t missing;
	struct err err;
};

static void report_unmap(struct report **report)
{
	if (*report != MAP_FAILED)
		munmap(*report, sizeof(**report));
}

static void limit_child(void)
{
	struct rlimit time = {CHILD_SECONDS, CHILD_SECONDS + 1}, core = {0, 0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGXCPU, SIG_DFL);
	setrlimit(RLIMIT_CPU, &time);
	setrlimit(RLIMIT_CORE, &core);
}

/*
 * libseccomp works in a child. For some rulesets that a profile can say 2.5.4 never comes
 * back from seccomp_rule_add or frees what it still uses, and who only asks what an engine
 * would do must not end with it.
 */
static int build_in_child(struct arena *a, const struct ruleset *rules, bool is_tree,
	int fd, size_t *missing, struct err *err)
{
	__attribute__((cleanup(report_unmap))) struct report *report =
		mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	if (report == MAP_FAILED)
		return err_set(err, errno, "memory to share with a child");
	pid = fork();
	if (pid < 0)
		return err_set(err, errno, "start a child for libseccomp");
	if (!pid) {
		limit_child();
		report->is_built = build(a, rules, is_tree, fd, &report->missing,
					   &report->err) == 0;
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(err, errno, "wait for libseccomp");
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return err_set(err, 0,
			"libseccomp did not finish in %d seconds: runc would hang on "
			"this profile",
			CHILD_SECONDS);
	if (!WIFEXITED(status))
		return err_set(err, 0,
			"libseccomp crashed (signal %d): so would runc on this profile",
			WTERMSIG(status));
	if (!report->is_built)
		return err_set(err, report->err.code, "%s", report->err.text);
	*missing = report->missing;
	return 0;
}

static int read_program(struct arena *a, int fd, struct bpf *out, struct err *err)
{
	off_t size = lseek(fd, 0, SEEK_END);
	struct bpf program;

	if (size < 0 || size > EXPORT_MAX)
		return err_set(err, EFBIG, "libseccomp's filter");
	program.count = (uint32_t)((size_t)size / sizeof(struct bpf_insn));
	program.insns = arena_array(a, struct bpf_insn, program.count);
	if (pread(fd, program.insns, (size_t)size, 0) != size)
		return err_set(err, EIO, "read libseccomp's filter");
	*out = program;
	return 0;
}

/* runc makes nothing too new where a number without a rule goes through anyway. */
static bool needs_stub(const struct ruleset *rules)
{
	switch (action_kind(rules->otherwise)) {
	case ACTION_ALLOW:
	case ACTION_LOG:
	case ACTION_TRACE:
		return false;
	default:
		return true;
	}
}

/* The largest number that libseccomp knows for a rule; 0 for none. */
static uint32_t largest_number(struct arena *a, const struct ruleset *rules, int arch)
{
	int largest = 0;
	size_t count;

	vec_each (const struct call_rule, rule, &rules->rules) {
		const char *name = arena_cstr(a, call_rows(&count)[rule->call].name);
		int nr = seccomp_syscall_resolve_name_arch(scmp_arches[arch], name);

		if (nr > largest && !rule->is_derived)
			largest = nr;
	}
	return (uint32_t)largest;
}

static void add_stub(struct arena *a, const struct ruleset *rules, struct bpf *program)
{
	uint32_t largest[ARCH_COUNT] = {0};
	struct bpf stub, both;

	for (int arch = 0; arch < ARCH_COUNT; arch++)
		if (rules->arches >> arch & 1)
			largest[arch] = largest_number(a, rules, arch);
	engine_stub(a, largest, &stub);
	both.count = stub.count + program->count;
	both.insns = arena_array(a, struct bpf_insn, both.count);
	memcpy(both.insns, stub.insns, stub.count * sizeof(*stub.insns));
	memcpy(both.insns + stub.count, program->insns,
		program->count * sizeof(*program->insns));
	*program = both;
}

int engine_compile(struct arena *a, const struct ruleset *rules,
	struct engine_form form, struct bpf *out, size_t *missing, struct err *err)
{
	cleanup_close int fd = memfd_create("oakum", MFD_CLOEXEC);
	struct bpf program;
	size_t unknown = 0;

	if (fd < 0)
		return err_set(err, errno, "a file in memory for libseccomp's filter");
	if (action_kind(rules->otherwise) == ACTION_NOTIFY)
		return err_set(err, 0, "runc allows no SCMP_ACT_NOTIFY as the default");
	if (build_in_child(a, rules, form.is_tree, fd, &unknown, err) < 0 ||
		read_program(a, fd, &program, err) < 0)
		return -1;
	if (form.has_stub && needs_stub(rules))
		add_stub(a, rules, &program);
	if (bpf_check(&program, err) < 0)
		return err_wrap(err, "libseccomp's filter");
	*out = program;
	if (missing)
		*missing = unknown;
	return 0;
}
