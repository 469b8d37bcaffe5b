#include "seccomp/engine_stub.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

/*
 * One section for each AUDIT_ARCH, and before them a row of comparisons that leads to
 * them. It has at most 14 instructions, so that every jump is a short one.
 *
 *	load arch
 *	if arch == x86_64 go to its section
 *	...
 *	go to the filter
 *	section of x86_64:
 *	load nr
 *	if it has the bit of x32, the second comparison, else the first one
 *	if nr > largest of x86_64 go to ENOSYS, else to the filter
 *	if nr > largest of x32 go to ENOSYS, else to the filter
 *	...
 *	return ENOSYS
 *	the filter
 */

enum { STUB_MAX = 14 };

struct stub {
	struct bpf_insn insns[STUB_MAX];
	uint32_t count;
};

struct section {
	uint32_t audit;
	int first, second; /* second: those with X32_CALL_BIT, -1 for none */
};

static const struct section sections[] = {
	{AUDIT_ARCH_X86_64, ARCH_X86_64, ARCH_X32},
	{AUDIT_ARCH_I386, ARCH_I386, -1},
	{AUDIT_ARCH_AARCH64, ARCH_AARCH64, -1},
};

enum {
	SECTIONS = sizeof(sections) / sizeof(sections[0]),
	LONGEST_SECTION = 4,
};

static void put(struct stub *s, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	s->insns[s->count++] = (struct bpf_insn){code, jt, jf, k};
}

static uint32_t largest_of(const uint32_t *largest, int arch)
{
	return arch < 0 ? 0 : largest[arch];
}

static uint32_t section_length(const struct section *section, const uint32_t *largest)
{
	uint32_t first = largest_of(largest, section->first);
	uint32_t second = largest_of(largest, section->second);

	if (!first && !second)
		return 0;
	if (section->second < 0)
		return 2;
	return first && second ? LONGEST_SECTION : 3;
}

/* behind: the instructions from the section's end to the return of ENOSYS. */
static void put_section(struct stub *s, const struct section *section,
	const uint32_t *largest, uint32_t behind)
{
	uint16_t above = BPF_JMP | BPF_JGT | BPF_K;
	uint32_t first = largest_of(largest, section->first);
	uint32_t second = largest_of(largest, section->second);
	uint8_t last = (uint8_t)behind; /* of the section's last comparison */
	uint8_t filter = (uint8_t)(last + 1);

	put(s, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
	if (section->second < 0) {
		put(s, above, last, filter, first);
		return;
	}
	if (first && second) {
		put(s, BPF_JMP | BPF_JSET | BPF_K, 1, 0, X32_CALL_BIT);
		put(s, above, (uint8_t)(last + 1), (uint8_t)(filter + 1), first);
		put(s, above, last, filter, second);
	} else if (first) {
		put(s, BPF_JMP | BPF_JSET | BPF_K, (uint8_t)(filter + 1), 0,
			X32_CALL_BIT);
		put(s, above, last, filter, first);
	} else {
		put(s, BPF_JMP | BPF_JSET | BPF_K, 0, (uint8_t)(filter + 1),
			X32_CALL_BIT);
		put(s, above, last, filter, second);
	}
}

void engine_stub(struct arena *a, const uint32_t largest[ARCH_COUNT], struct bpf *out)
{
	struct stub s = {.count = 0};
	uint32_t lengths[SECTIONS], left = 0, ahead;

	for (size_t i = 0; i < SECTIONS; i++) {
		lengths[i] = section_length(&sections[i], largest);
		left += lengths[i];
	}
	put(&s, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
	for (size_t i = 0; i < SECTIONS; i++) {
		/* The comparisons and the jump that are still to come, then sections. */
		ahead = 1;
		for (size_t j = i + 1; j < SECTIONS; j++)
			ahead += lengths[j] != 0;
		for (size_t j = 0; j < i; j++)
			ahead += lengths[j];
		if (lengths[i])
			put(&s, BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)ahead, 0,
				sections[i].audit);
	}
	put(&s, BPF_JMP | BPF_JA, 0, 0, left + 1);
	for (size_t i = 0; i < SECTIONS; i++) {
		left -= lengths[i];
		if (lengths[i])
			put_section(&s, &sections[i], largest, left);
	}
	put(&s, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS);
	out->count = s.count;
	out->insns = arena_array(a, struct bpf_insn, s.count);
	memcpy(out->insns, s.insns, s.count * sizeof(*s.insns));
}
