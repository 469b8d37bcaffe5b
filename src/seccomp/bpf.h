/*
 * bpf: a filter as the kernel runs it, and what it answers to one call.
 *
 * Depends on base; only to name arches and calls, on arch and calls. A program is checked as the kernel checks it (kernel/seccomp.c,
 * seccomp_check_filter; net/core/filter.c, bpf_check_classic) before anything else looks
 * at it: only forward jumps, loads of the sixteen words of struct seccomp_data, known
 * operations, at most BPF_INSNS_MAX instructions, a return at the end. After that it
 * always ends, in at most as many steps as it has instructions.
 *
 *	struct bpf program;
 *	if (bpf_read(&arena, bytes, &program, &err) < 0)
 *		...
 *	uint32_t answer = bpf_run(&program, &data, NULL);
 *	if (action_kind(answer) == ACTION_ALLOW)
 *		...
 */
#ifndef OAKUM_SECCOMP_BPF_H
#define OAKUM_SECCOMP_BPF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
	BPF_INSNS_MAX = 4096, /* BPF_MAXINSNS of include/uapi/linux/bpf_common.h */
	BPF_STACK_MAX = 64,   /* filters of one process that oakum reads */
	BPF_DATA_WORDS = 16,  /* of struct seccomp_data */
};

/* As struct sock_filter, so that an array of them can be handed to the kernel. */
struct bpf_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct bpf {
	struct bpf_insn *insns;
	uint32_t count;
};

/* Several filters of one process: all run, the strictest answer counts. */
struct bpf_stack {
	const struct bpf *filters; /* in the order in which they were loaded */
	uint32_t count;
};

/* As struct seccomp_data of include/uapi/linux/seccomp.h. */
struct bpf_call {
	uint32_t nr;
	uint32_t arch; /* AUDIT_ARCH_* */
	uint64_t ip;
	uint64_t args[6];
};

/* The high half of SECCOMP_RET_*, from the strictest to the mildest. */
enum action {
	ACTION_KILL_PROCESS,
	ACTION_KILL_THREAD,
	ACTION_TRAP,
	ACTION_ERRNO,
	ACTION_NOTIFY, /* a supervisor decides; ENOSYS when there is none */
	ACTION_TRACE,  /* a tracer decides; ENOSYS when there is none */
	ACTION_LOG,    /* the call is made and noted */
	ACTION_ALLOW,
};

/* What the kernel makes of a value that a filter returned; unknown ones kill. */
enum action action_kind(uint32_t value);

/* SECCOMP_RET_* with its data, an errno for ACTION_ERRNO. */
uint32_t action_value(enum action kind, uint16_t data);

/* "ALLOW", "ERRNO(EPERM)", "KILL_PROCESS". */
struct str action_text(struct arena *a, uint32_t value);

/* -1 with the number of the instruction and what the kernel would say against it. */
int bpf_check(const struct bpf *program, struct err *err);

/*
 * bytes as the kernel takes them: eight an instruction, little endian. Read and checked;
 * the instructions live in a.
 */
int bpf_read(struct arena *a, struct str bytes, struct bpf *out, struct err *err);

/* The reverse of bpf_read. */
void bpf_write(struct buf *out, const struct bpf *program);

/* Runs a checked program. steps, unless NULL, is set to the instructions it took. */
uint32_t bpf_run(
	const struct bpf *program, const struct bpf_call *call, uint32_t *steps);

/* What the kernel answers under all of them; steps is the sum. No filter: ALLOW. */
uint32_t bpf_stack_run(
	const struct bpf_stack *stack, const struct bpf_call *call, uint32_t *steps);

/*
 * The kernel knows without running the program that it answers ALLOW to nr, whatever the
 * arguments: such a call costs the entry into the kernel's slow path and no instruction
 * (its bitmap, since Linux 5.11; not for x32, and of a stack all filters must).
 */
bool bpf_is_cached(const struct bpf *program, uint32_t audit, uint32_t nr);

/*
 * One line an instruction: its number and what it does in words, with the names of arches
 * and calls where every path to it compared the arch. For a checked program.
 */
void bpf_disassemble(struct buf *out, const struct bpf *program);

#endif
