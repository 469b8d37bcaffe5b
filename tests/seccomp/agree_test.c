/*
 * Three ways to one answer, and the kernel's: what a ruleset says (ruleset_decide), what
 * oakum's own compiler writes and what libseccomp writes as runc drives it, both through
 * bpf_run, and what this kernel does with either when a child makes the call.
 *
 * What is left out of the comparison with libseccomp, each for a reason that is known
 * before its answer: programs that bpf_is_plain finds miscompiled (and counts); numbers
 * with the sign bit, at which libseccomp and runc's stub disagree with each other about
 * what is x32; calls that libseccomp 2.5.4 does not know or numbers otherwise; and calls
 * that i386 has once more inside of socketcall and ipc.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include "kernel_calls.h"
#include "rulesets.h"
#include "seccomp/bpf_known.h"
#include "seccomp/compile.h"
#include "seccomp/engine.h"
#include "seccomp/live.h"
#include "seccomp/profile.h"
#include "unit.h"

enum {
	RULESETS_ANY = 700, /* without the kernel: all calls, all arches, all answers */
	CALLS_ANY = 60,
	RULESETS_KERNEL = 360,
	CALLS_KERNEL = 720,
	CALLS_REAL = 4000, /* a real profile */
	KILLS_MAX = 300,   /* children that are killed */
	KNOWN_MAX = 2048,
	TRIPLES_MIN = 100 * 1000,
};

static struct {
	size_t triples, engine, kernel, kills;
	size_t rulesets, refused, misread;
} counts;

static int known[KNOWN_MAX];
static size_t known_count;
static bool has_i386, has_filters;

/* Calls that i386 reaches through socketcall and ipc, too. */
static bool is_multiplexed(struct str name)
{
	static const char *const names[] = {"accept", "accept4", "bind", "connect",
		"getpeername", "getsockname", "getsockopt", "listen", "recv",
		"recvfrom", "recvmmsg", "recvmsg", "send", "sendmmsg", "sendmsg",
		"sendto", "setsockopt", "shutdown", "socket", "socketpair", "msgctl",
		"msgget", "msgrcv", "msgsnd", "semctl", "semget", "semop", "semtimedop",
		"shmat", "shmctl", "shmdt", "shmget", "socketcall", "ipc"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, str_c(names[i])))
			return true;
	return false;
}

/* libseccomp has the same numbers for it as oakum's table, on every arch. */
static bool is_known_alike(struct arena *a, int call)
{
	static const uint32_t scmp[] = {
		SCMP_ARCH_X86_64, SCMP_ARCH_X32, SCMP_ARCH_X86, SCMP_ARCH_AARCH64};
	size_t count;
	const char *name = arena_cstr(a, call_rows(&count)[call].name);

	if (seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
		return false;
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		int64_t nr = call_number(call, arch);
		int other = seccomp_syscall_resolve_name_arch(scmp[arch], name);

		if (nr < 0 ? other >= 0 : nr != other)
			return false;
	}
	return true;
}

static void find_known(void)
{
	struct arena arena = {0};
	size_t count;
	const struct call_row *rows = call_rows(&count);

	for (size_t i = 0; i < count; i++)
		if (!is_multiplexed(rows[i].name) && is_known_alike(&arena, (int)i))
			known[known_count++] = (int)i;
	arena_free(&arena);
}

static void find_kernel(void)
{
	struct bpf_insn allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	struct bpf filter = {&allow, 1};
	struct bpf_stack stack = {&filter, 1};
	struct bpf_call call = {.nr = 39, .arch = AUDIT_ARCH_X86_64};
	struct live_result result;
	struct err err = {0};

	has_filters = live_call(&stack, &call, NULL, NULL, &result, &err) == 0;
	if (!has_filters)
		fprintf(stderr, "# without the kernel: %s\n", err.text);
	call = (struct bpf_call){.nr = 20, .arch = AUDIT_ARCH_I386};
	has_i386 =
		has_filters && live_call(&stack, &call, NULL, NULL, &result, &err) == 0;
	if (has_filters && !has_i386)
		fprintf(stderr, "# without calls of i386: %s\n", err.text);
}

/* The programs of a ruleset; engine.count is 0 when libseccomp has none that counts. */
struct programs {
	struct bpf own, engine;
};

static struct programs compile_both(
	struct arena *a, const struct ruleset *rules, bool is_tree)
{
	struct engine_form form = {.is_tree = is_tree, .has_stub = rules->too_new != 0};
	struct programs p = {0};
	struct err err = {0};

	counts.rulesets++;
	if (filter_compile(a, rules, &p.own, &err) < 0)
		fail_msg("oakum's own compiler: %s", err.text);
	assert_true(bpf_is_plain(a, &p.own, NULL));
	if (engine_compile(a, rules, form, &p.engine, NULL, &err) < 0) {
		counts.refused++;
		p.engine.count = 0;
	} else if (!bpf_is_plain(a, &p.engine, NULL)) {
		counts.misread++;
		p.engine.count = 0;
	}
	return p;
}

static void disagree(const struct ruleset *rules, const struct bpf_call *call,
	const char *who, uint32_t said, int64_t answered)
{
	ruleset_print(rules, call);
	fail_msg("the ruleset says 0x%x, %s 0x%llx", said, who,
		(unsigned long long)answered);
}

/* A call of which a filter of libseccomp must say the same. */
static bool is_engines(const struct ruleset *rules, const struct bpf_call *call)
{
	/* engine_compile does not know which arch without a table is meant. */
	if (rules->lets_foreign && arch_of(call->arch, call->nr) < 0)
		return false;
	return call->nr < 0x80000000;
}

/* The answer of the ruleset, after both programs agreed with it. */
static uint32_t assert_agreed(const struct ruleset *rules, const struct programs *p,
	const struct bpf_call *call)
{
	uint32_t said = ruleset_decide(rules, call), answer;

	counts.triples++;
	answer = bpf_run(&p->own, call, NULL);
	if (answer != said)
		disagree(rules, call, "oakum's filter", said, answer);
	if (!p->engine.count || !is_engines(rules, call))
		return said;
	counts.engine++;
	answer = bpf_run(&p->engine, call, NULL);
	if (answer != said)
		disagree(rules, call, "libseccomp's filter", said, answer);
	return said;
}

/* Answers of filters that no harmless call has by itself. */
static bool is_as_said(
	uint32_t said, const struct bpf_call *call, const struct kernel_answer *seen)
{
	bool is_x32 = arch_of(call->arch, call->nr) == ARCH_X32;
	bool is_unknown = call_of(arch_of(call->arch, call->nr), call->nr) == CALL_NONE;

	if (seen->was_trapped)
		return action_kind(said) == ACTION_TRAP &&
			seen->data == (said & SECCOMP_RET_DATA);
	switch (action_kind(said)) {
	case ACTION_ERRNO:
		return seen->result == -(int64_t)(said & SECCOMP_RET_DATA);
	case ACTION_NOTIFY:
	case ACTION_TRACE:
		return seen->result == -ENOSYS;
	case ACTION_ALLOW:
	case ACTION_LOG:
		/* Of x32 this kernel may have no calls. */
		if (is_x32 || is_unknown)
			return seen->result == -ENOSYS || is_x32;
		return seen->result != -ENOSYS && seen->result != -EPERM &&
			(seen->result > -200 || seen->result < -299);
	default:
		return false;
	}
}

static bool kills(uint32_t answer)
{
	return action_kind(answer) <= ACTION_KILL_THREAD;
}

static void assert_killed(const struct ruleset *rules, const struct bpf *program,
	const struct bpf_call *call)
{
	struct bpf_stack stack = {program, 1};
	struct live_result result = {0};
	struct err err = {0};

	if (live_call(&stack, call, NULL, NULL, &result, &err) < 0)
		fail_msg("%s", err.text);
	counts.kills++;
	if (!result.was_killed)
		disagree(rules, call, "the kernel", ruleset_decide(rules, call),
			result.value);
}

/* The calls of one ruleset that can be made here, under both programs. */
struct made {
	struct bpf_call calls[CALLS_KERNEL];
	uint32_t said[CALLS_KERNEL];
	size_t n;
};

static void assert_kernel_agrees(
	const struct ruleset *rules, const struct programs *p, const struct made *made)
{
	static struct kernel_answer seen[CALLS_KERNEL];

	for (unsigned which = 0; which < 2; which++) {
		const struct bpf *program = which ? &p->engine : &p->own;
		int64_t count;

		if (!program->count)
			continue;
		memset(seen, 0, sizeof(seen));
		count = kernel_calls(program, made->calls, made->n, seen);
		assert_int_equal(count, made->n);
		for (size_t i = 0; i < made->n; i++) {
			if (!is_as_said(made->said[i], &made->calls[i], &seen[i]))
				disagree(rules, &made->calls[i], "the kernel",
					made->said[i],
					seen[i].was_trapped ? -1000000
							    : seen[i].result);
			counts.kernel += !which;
		}
	}
}

/*
 * No other call is ever made: as root a random one with random arguments can end this
 * machine. Numbers that no kernel knows yet do nothing, either.
 */
static bool is_harmless(const struct bpf_call *call)
{
	enum { NO_KERNELS = 3000 };
	int arch = arch_of(call->arch, call->nr);
	size_t count;
	const int *calls = kernel_harmless_calls(&count);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);

	if (arch < 0)
		return false;
	if (row == CALL_NONE)
		return (call->nr & ~(uint32_t)X32_CALL_BIT) >= NO_KERNELS;
	for (size_t i = 0; i < count; i++)
		if (calls[i] == row)
			return true;
	return false;
}

static bool can_be_made(const struct bpf_call *call)
{
	return has_filters && live_can_make(call->arch) && call->nr < 0x80000000 &&
		(call->arch != AUDIT_ARCH_I386 || has_i386) && is_harmless(call);
}

/* Calls near to a ruleset: all ways agree about each, and the kernel where it can. */
static void compare_all(const struct ruleset *rules, const struct ruleset *near,
	const struct programs *p, struct random *r)
{
	static struct made made;

	made.n = 0;
	for (size_t i = 0; i < CALLS_KERNEL; i++) {
		struct bpf_call call = call_random(r, near);
		uint32_t said = assert_agreed(rules, p, &call);

		if (!can_be_made(&call))
			continue;
		if (kills(said)) {
			if (random_one_in(r, 32) && counts.kills < KILLS_MAX)
				assert_killed(rules, &p->own, &call);
			continue;
		}
		made.calls[made.n] = call;
		made.said[made.n++] = said;
	}
	if (made.n)
		assert_kernel_agrees(rules, p, &made);
}

/* runc makes nothing too new where the default lets it through. */
static void drop_useless_too_new(struct ruleset *rules)
{
	enum action action = action_kind(rules->otherwise);

	if (action == ACTION_ALLOW || action == ACTION_LOG || action == ACTION_TRACE)
		rules->too_new = 0;
}

static void random_rulesets_agree(void **state)
{
	struct ruleset_form form = ruleset_form_any();
	struct arena arena = {0};
	struct random r = {11};

	(void)state;
	form.is_engines = true;
	form.calls = known;
	form.calls_count = known_count;
	for (size_t i = 0; i < RULESETS_ANY; i++) {
		struct ruleset rules;
		struct programs p;

		ruleset_random(&arena, &r, &form, &rules);
		drop_useless_too_new(&rules);
		p = compile_both(&arena, &rules, i % 2);
		for (size_t j = 0; j < CALLS_ANY; j++) {
			struct bpf_call call = call_random(&r, &rules);

			assert_agreed(&rules, &p, &call);
		}
		arena_reset(&arena);
	}
	arena_free(&arena);
}

/* Answers that show which of them was given; KILL seldom, for it takes a child each. */
static const uint32_t answers_seen[] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW,
	SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 200, SECCOMP_RET_ERRNO | 201,
	SECCOMP_RET_ERRNO | 202, SECCOMP_RET_ERRNO | 299, SECCOMP_RET_TRAP,
	SECCOMP_RET_TRACE | 7, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_KILL_PROCESS,
	SECCOMP_RET_KILL_THREAD};

static void the_kernel_agrees(void **state)
{
	struct ruleset_form form = {.arches = ARCHES_ALL,
		.rules_max = 40,
		.answers = answers_seen,
		.answers_count = sizeof(answers_seen) / sizeof(answers_seen[0]),
		.is_engines = true};
	struct arena arena = {0};
	struct random r = {12};

	(void)state;
	form.calls = kernel_harmless_calls(&form.calls_count);
	for (size_t i = 0; i < RULESETS_KERNEL; i++) {
		struct ruleset rules;
		struct programs p;

		ruleset_random(&arena, &r, &form, &rules);
		drop_useless_too_new(&rules);
		p = compile_both(&arena, &rules, i % 2);
		compare_all(&rules, &rules, &p, &r);
		arena_reset(&arena);
	}
	arena_free(&arena);
}

static const struct file *real_file(struct arena *a, const char *name)
{
	const char *shared = getenv("OAKUM_SHARED"), *root = getenv("OAKUM_ROOT");
	struct str path = shared ? arena_printf(a, "%s/conformance/%s", shared, name)
				 : arena_printf(a, "%s/../shared/conformance/%s",
					   root ? root : ".", name);
	enum { REAL_MAX = 1 << 18 };
	char *bytes = arena_alloc(a, REAL_MAX);
	FILE *file = fopen(path.p, "re");
	size_t n;

	if (!file)
		return NULL;
	n = fread(bytes, 1, REAL_MAX, file);
	fclose(file);
	return file_new(a, str_c(name), (struct str){bytes, n});
}

/* Without the rules that this machine's libseccomp leaves out or numbers otherwise. */
static void keep_known(struct arena *a, struct ruleset *rules)
{
	struct call_rules kept = {0};

	vec_each (struct call_rule, rule, &rules->rules)
		if (is_known_alike(a, rule->call))
			*vec_push(a, &kept) = *rule;
	rules->rules = kept;
}

static void compare_real(struct arena *a, const struct ruleset *rules, struct random *r)
{
	struct ruleset harmless = *rules;
	struct programs p = compile_both(a, rules, true);
	const int *calls;
	size_t count;

	assert_true(p.engine.count > 0);
	for (size_t i = 0; i < CALLS_REAL; i++) {
		struct bpf_call call = call_random(r, rules);

		assert_agreed(rules, &p, &call);
	}
	/* Calls near to what it says of those that may be made. */
	calls = kernel_harmless_calls(&count);
	harmless.rules = (struct call_rules){0};
	vec_each (struct call_rule, rule, &rules->rules)
		for (size_t i = 0; i < count; i++)
			if (rule->call == calls[i])
				*vec_push(a, &harmless.rules) = *rule;
	compare_all(rules, &harmless, &p, r);
}

static void real_profiles_agree(void **state)
{
	static const char *const names[] = {"engine-default/moby.json",
		"engine-default/podman.json", "article/seccomp_profile.json"};
	static const capability_set bounding[] = {
		0, CAPABILITIES_ENGINE, CAPABILITIES_ALL};
	struct arena arena = {0};
	struct random r = {13};
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < 3 * 3 * 2; i++) {
		struct profile_host host = profile_host_here();
		const struct file *file = real_file(&arena, names[i % 3]);
		struct profile_notes notes = {0};
		const struct profile *profile;
		struct ruleset rules;

		if (!file)
			continue;
		found++;
		host.arch = i / 9 ? ARCH_AARCH64 : ARCH_X86_64;
		host.bounding = bounding[i / 3 % 3];
		host.is_podman = i % 3 == 1;
		profile = profile_read(&arena, file, &notes);
		assert_non_null(profile);
		assert_int_equal(
			profile_resolve(&arena, profile, &host, &rules, &notes), 0);
		keep_known(&arena, &rules);
		drop_useless_too_new(&rules);
		compare_real(&arena, &rules, &r);
		arena_reset(&arena);
	}
	arena_free(&arena);
	if (!found) {
		fprintf(stderr, "# skipped: no real profiles beside the project\n");
		skip();
	}
}

static void enough_was_compared(void **state)
{
	(void)state;
	fprintf(stderr,
		"# %zu rulesets (libseccomp refuses %zu and miscompiles %zu), %zu "
		"triples: %zu with libseccomp, %zu with this kernel, and %zu children "
		"killed\n",
		counts.rulesets, counts.refused, counts.misread, counts.triples,
		counts.engine, counts.kernel, counts.kills);
	assert_true(counts.triples >= TRIPLES_MIN);
	assert_true(counts.engine >= counts.triples / 10 * 8);
	if (has_i386)
		assert_true(counts.kernel >= TRIPLES_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rulesets_agree),
		cmocka_unit_test(the_kernel_agrees),
		cmocka_unit_test(real_profiles_agree),
		cmocka_unit_test(enough_was_compared),
	};

	find_known();
	find_kernel();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
