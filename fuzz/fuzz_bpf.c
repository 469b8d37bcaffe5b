/*
 * fuzz_bpf: any bytes as a filter.
 *
 * They are refused with a line or taken. What was taken is the same bytes when it is
 * written, ends for every call in at most as many steps as it has instructions, reads as
 * one line an instruction, and answers ALLOW where the kernel's bitmap would.
 */
#include <linux/audit.h>
#include <stdlib.h>

#include "seccomp/bpf_known.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Calls at the edges of words, and one out of the program's own bytes. */
static size_t make_calls(const uint8_t *data, size_t size, struct bpf_call calls[4])
{
	calls[0] = (struct bpf_call){.arch = AUDIT_ARCH_X86_64};
	calls[1] = (struct bpf_call){.nr = 0x40000001,
		.arch = AUDIT_ARCH_X86_64,
		.args = {1, 2, 0x100000000, UINT64_MAX}};
	calls[2] = (struct bpf_call){.nr = 105, .arch = AUDIT_ARCH_I386};
	if (size < sizeof(calls[3]))
		return 3;
	memcpy(&calls[3], data, sizeof(calls[3]));
	return 4;
}

static void run_all(const struct bpf *program, const uint8_t *data, size_t size)
{
	struct bpf_call calls[4];
	size_t count = make_calls(data, size, calls);

	for (size_t i = 0; i < count; i++) {
		uint32_t steps = 0, answer = bpf_run(program, &calls[i], &steps);
		struct bpf_stack stack = {program, 1};

		if (!steps || steps > program->count)
			abort();
		if (bpf_is_cached(program, calls[i].arch, calls[i].nr) &&
			action_kind(answer) != ACTION_ALLOW)
			abort();
		if (action_kind(bpf_stack_run(&stack, &calls[i], NULL)) !=
			action_kind(answer))
			abort();
	}
}

static void read_words(struct arena *a, const struct bpf *program)
{
	struct buf words = {.arena = a};
	struct str rest;
	size_t lines = 0;

	bpf_disassemble(&words, program);
	rest = buf_str(&words);
	for (size_t i = 0; i < rest.n; i++)
		lines += rest.p[i] == '\n';
	if (lines != program->count)
		abort();
	bpf_is_plain(a, program, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	struct arena arena = {0};
	struct buf written = {.arena = &arena};
	struct bpf program = {0};
	struct err err = {0};

	if (bpf_read(&arena, bytes, &program, &err) < 0) {
		if (!err.text[0] || program.count)
			abort();
	} else {
		bpf_write(&written, &program);
		if (!str_eq(buf_str(&written), bytes))
			abort();
		run_all(&program, data, size);
		read_words(&arena, &program);
	}
	arena_free(&arena);
	return 0;
}
