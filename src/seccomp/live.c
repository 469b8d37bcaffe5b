#include "seccomp/live.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "seccomp/arch.h"

enum { CALL_MS = 2000 }; /* a call that takes longer blocks */

static int load_filter(const struct bpf *filter)
{
	struct sock_fprog program = {(unsigned short)filter->count,
		(struct sock_filter *)(void *)filter->insns};

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* Would this filter let the next one be loaded? */
static bool lets_load(const struct bpf *filter)
{
	struct bpf_call call = {.nr = SYS_seccomp, .args = {SECCOMP_SET_MODE_FILTER}};
	int host = arch_host();
	enum action action;

	if (host < 0)
		return true;
	call.arch = arch_info(host)->audit;
	action = action_kind(bpf_run(filter, &call, NULL));
	return action == ACTION_ALLOW || action == ACTION_LOG;
}

/*
 * The first filter often forbids to load another one; the second was there before it, or
 * was loaded by somebody else. As the strictest answer counts, such a one can go last.
 */
int live_load(const struct bpf_stack *stack, struct err *err)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(err, errno, "set no-new-privileges");
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < stack->count; i++) {
			if (lets_load(&stack->filters[i]) != !pass)
				continue;
			if (load_filter(&stack->filters[i]) < 0)
				return err_set(err, errno, "load filter %u of %u",
					i + 1, stack->count);
		}
	return 0;
}

enum stage {
	STAGE_BEGUN,
	STAGE_FAILED, /* err says why */
	STAGE_CALLING,
	STAGE_DONE,
};

/* What the child says, in memory that it shares with us: under a filter it may not
 * write. */
struct report {
	atomic_int stage;
	int64_t result;
	struct err err;
};

static void report_unmap(struct report **report)
{
	if (*report != MAP_FAILED)
		munmap(*report, sizeof(**report));
}

/* Ends without a system call, for none need be allowed. */
static _Noreturn void run_child(const struct bpf_stack *stack,
	const struct bpf_call *call, void (*prepare)(void *), void *context,
	struct report *report)
{
	struct rlimit none = {0, 0};
	int64_t result;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGSYS, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	syscall(SYS_close_range, 0, ~0u, 0);
	if (prepare)
		prepare(context);
	if (live_load(stack, &report->err) < 0) {
		atomic_store(&report->stage, STAGE_FAILED);
		__builtin_trap();
	}
	atomic_store(&report->stage, STAGE_CALLING);
	result = live_make(call);
	/* A call that forks returns twice: the first result counts. */
	if (atomic_exchange(&report->stage, STAGE_DONE) == STAGE_CALLING)
		report->result = result;
	__builtin_trap();
}

/* Waits for the child, at most CALL_MS; kills what is left of it. */
static int end_child(pid_t pid, int *status, struct err *err)
{
	cleanup_close int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd event = {.fd = fd, .events = POLLIN};

	if (fd >= 0)
		poll(&event, 1, CALL_MS);
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return err_set(err, errno, "wait for the child");
	return fd < 0 ? err_set(err, ENOSYS, "wait for the child by pidfd_open") : 0;
}

static int judge(const struct report *report, const struct bpf_call *call, int status,
	struct live_result *out, struct err *err)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	switch ((enum stage)atomic_load(&report->stage)) {
	case STAGE_BEGUN:
		return err_set(
			err, 0, "the child ended before its filters were loaded");
	case STAGE_FAILED:
		return err_set(err, report->err.code, "%s", report->err.text);
	case STAGE_CALLING:
		if (call->arch == AUDIT_ARCH_I386 && signal == SIGSEGV)
			return err_set(err, 0,
				"this kernel takes no calls of 32-bit programs "
				"(CONFIG_IA32_EMULATION)");
		*out = (struct live_result){.was_killed = signal == SIGSYS,
			.did_not_return = signal != SIGSYS};
		return 0;
	case STAGE_DONE:
		break;
	}
	*out = (struct live_result){.value = report->result};
	/* As libc tells errors from addresses. */
	if (report->result < 0 && report->result >= -4095)
		*out = (struct live_result){.value = -1, .code = (int)-report->result};
	return 0;
}

int live_call(const struct bpf_stack *stack, const struct bpf_call *call,
	void (*prepare)(void *), void *context, struct live_result *out,
	struct err *err)
{
	__attribute__((cleanup(report_unmap))) struct report *report =
		mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	if (report == MAP_FAILED)
		return err_set(err, errno, "memory to share with a child");
	if (!live_can_make(call->arch))
		return err_set(err, 0,
			"a call of AUDIT_ARCH 0x%08x cannot be made on this machine",
			call->arch);
	pid = fork();
	if (pid < 0)
		return err_set(err, errno, "start a child");
	if (!pid)
		run_child(stack, call, prepare, context, report);
	if (end_child(pid, &status, err) < 0)
		return -1;
	return judge(report, call, status, out, err);
}
