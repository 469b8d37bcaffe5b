#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "seccomp/live.h"

enum {
	STOP_TRIES = 2000, /* of a millisecond each: a process deep in the kernel */
	STATUS_MAX = 8192, /* bytes of /proc/PID/status */
};

/* The value of a line "Seccomp:\t2" of /proc/PID/status; -1 when there is none. */
static int mode_of(pid_t pid, struct err *err)
{
	char path[64], text[STATUS_MAX];
	FILE *file;
	size_t n;
	const char *line;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return err_set(err, errno == ENOENT ? ESRCH : errno, "process %d", pid);
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	line = strstr(text, "\nSeccomp:\t");
	if (!line)
		return err_set(err, 0,
			"this kernel says of no process whether it has filters");
	return line[sizeof("\nSeccomp:\t") - 1] - '0';
}

/* Waits until it stops; the signal that it would have got goes to *signal. */
static int wait_for_stop(pid_t pid, int *signal, struct err *err)
{
	struct timespec pause = {0, 1000000};
	int status;

	for (int i = 0; i < STOP_TRIES; i++) {
		pid_t who = waitpid(pid, &status, __WALL | WNOHANG);

		if (who < 0)
			return err_set(err, errno, "wait for process %d", pid);
		if (who == pid && WIFSTOPPED(status)) {
			/* A stop that was asked for is no signal of its own. */
			if (status >> 16 == 0)
				*signal = WSTOPSIG(status);
			return 0;
		}
		if (who == pid)
			return err_set(err, ESRCH, "process %d ended", pid);
		nanosleep(&pause, NULL);
	}
	return err_set(err, ETIMEDOUT, "process %d does not stop", pid);
}

static int refused(pid_t pid, int code, struct err *err)
{
	switch (code) {
	case EACCES:
		return err_set(err, 0,
			"read the filters of process %d: needs CAP_SYS_ADMIN and no "
			"seccomp filter on oakum itself",
			pid);
	case EIO:
	case EINVAL:
		return err_set(err, 0,
			"read the filters of process %d: this kernel does not show "
			"them (CONFIG_CHECKPOINT_RESTORE)",
			pid);
	case EMEDIUMTYPE:
		return err_set(err, 0,
			"read the filters of process %d: the kernel did not keep one "
			"as it was loaded",
			pid);
	default:
		return err_set(err, code, "read the filters of process %d", pid);
	}
}

/* The kernel counts from the one that was loaded first (get_nth_filter). */
static int read_stopped(
	struct arena *a, pid_t pid, struct bpf_stack *out, struct err *err)
{
	VEC(struct bpf) filters = {0};

	for (unsigned long i = 0;; i++) {
		struct bpf filter;
		long count = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, i, NULL);

		if (count < 0 && errno == ENOENT)
			break;
		if (count < 0)
			return refused(pid, errno, err);
		if (i == BPF_STACK_MAX)
			return err_set(err, 0, "process %d has more than %d filters",
				pid, BPF_STACK_MAX);
		filter.count = (uint32_t)count;
		filter.insns = arena_array(a, struct bpf_insn, (size_t)count);
		if (ptrace(PTRACE_SECCOMP_GET_FILTER, pid, i, filter.insns) != count)
			return refused(pid, errno, err);
		if (bpf_check(&filter, err) < 0)
			return err_wrap(err, "filter %lu of process %d", i, pid);
		*vec_push(a, &filters) = filter;
	}
	*out = (struct bpf_stack){filters.at, (uint32_t)filters.n};
	return 0;
}

static int read_thread(
	struct arena *a, pid_t pid, struct bpf_stack *out, struct err *err)
{
	int mode = mode_of(pid, err), signal = 0, rc;

	if (mode < 0)
		return -1;
	if (mode == 1)
		return err_set(err, 0,
			"process %d is in seccomp's strict mode, which has no filters",
			pid);
	if (!mode) {
		*out = (struct bpf_stack){NULL, 0};
		return 0;
	}
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return err_set(err, errno,
			"look into process %d (needs CAP_SYS_PTRACE, and no other "
			"tracer)",
			pid);
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		return err_set(err, errno, "stop process %d", pid);
	if (wait_for_stop(pid, &signal, err) < 0)
		return -1;
	rc = read_stopped(a, pid, out, err);
	ptrace(PTRACE_DETACH, pid, NULL, (long)signal);
	return rc;
}

static bool is_same(const struct bpf_stack *one, const struct bpf_stack *other)
{
	if (one->count != other->count)
		return false;
	for (uint32_t i = 0; i < one->count; i++) {
		const struct bpf *a = &one->filters[i], *b = &other->filters[i];

		if (a->count != b->count ||
			memcmp(a->insns, b->insns, a->count * sizeof(*a->insns)) != 0)
			return false;
	}
	return true;
}

/* 1: the same, or the thread has ended meanwhile; 0: others; -1: err. */
static int compare_thread(pid_t thread, const struct bpf_stack *stack, struct err *err)
{
	struct arena a = {0};
	struct bpf_stack other = {0};
	struct err why = {0};
	int answer;

	if (read_thread(&a, thread, &other, &why) == 0)
		answer = is_same(stack, &other);
	else
		answer = why.code == ESRCH ? 1 : -1;
	if (answer < 0 && err)
		*err = why;
	arena_free(&a);
	return answer;
}

/*
 * A filter is a thread's: what is loaded without TSYNC the other threads do not have, and
 * each of them makes the calls that this one may not.
 */
static int check_threads(pid_t pid, const struct bpf_stack *stack, struct err *err)
{
	char path[64];
	cleanup_closedir DIR *tasks = NULL;
	const struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		uint32_t thread;
		int answer;

		if (!str_to_u32(str_c(entry->d_name), &thread) || (pid_t)thread == pid)
			continue;
		answer = compare_thread((pid_t)thread, stack, err);
		if (answer < 0)
			return -1;
		if (!answer)
			return err_set(err, 0,
				"process %d: its thread %u runs under other filters; "
				"no answer would be true of both",
				pid, thread);
	}
	return 0;
}

int live_read(struct arena *a, pid_t pid, struct bpf_stack *out, struct err *err)
{
	struct bpf_stack stack = {0};

	if (read_thread(a, pid, &stack, err) < 0 || check_threads(pid, &stack, err) < 0)
		return -1;
	*out = stack;
	return 0;
}
