/*
 * live: filters of running processes, and calls made under a filter.
 *
 * Depends on bpf. Linux only, through ptrace (PTRACE_SECCOMP_GET_FILTER, seccomp(2)): the
 * reader needs CAP_SYS_ADMIN and no filter of its own. Calls are made in children that
 * are gone when the function returns.
 */
#ifndef OAKUM_SECCOMP_LIVE_H
#define OAKUM_SECCOMP_LIVE_H

#include <sys/types.h>

#include "seccomp/bpf.h"

/*
 * The filters of a process, first loaded first; none: an empty stack. -1 also when its
 * threads have different ones. Each is stopped while it is read and goes on in every case.
 */
int live_read(struct arena *a, pid_t pid, struct bpf_stack *out, struct err *err);

/* What a call did under the filters. */
struct live_result {
	bool was_killed;     /* by the filter: SIGSYS */
	bool did_not_return; /* it was let through, and blocked or ended the process */
	int64_t value;	     /* what it returned; -1 with code */
	int code;	     /* errno */
};

/*
 * Makes one call in a child under the stack, with no-new-privileges, after prepare (NULL:
 * nothing) ran there. The child has no open files but those that prepare opens. For calls
 * of another arch than the host's: i386 by int 0x80 where the kernel has it; else -1 with
 * a line that says what is missing. ip of the call is not kept.
 */
int live_call(const struct bpf_stack *stack, const struct bpf_call *call,
	void (*prepare)(void *), void *context, struct live_result *out,
	struct err *err);

/* Loads the filters into this thread, for good; -1 with errno in err's code. */
int live_load(const struct bpf_stack *stack, struct err *err);

/* Can a call of this AUDIT_ARCH be made by a program of this machine? */
bool live_can_make(uint32_t audit);

/* Makes a call right here. What the kernel returned: -errno where it failed. */
int64_t live_make(const struct bpf_call *call);

#endif
