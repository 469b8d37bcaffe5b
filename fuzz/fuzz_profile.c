/*
 * fuzz_profile: any bytes as a seccomp profile.
 *
 * A profile and faults never come together, and every note stands inside the file. What
 * was read is resolved for three hosts; what that comes to is written, read and resolved
 * again, and answers every call of its rules as before.
 */
#include <stdlib.h>

#include "seccomp/profile_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RULES_COMPARED = 12 }; /* of one ruleset, spread over it */

static const struct profile_host hosts[] = {
	{ARCH_X86_64, KERNEL(6, 1), CAPABILITIES_ENGINE, false},
	{ARCH_AARCH64, KERNEL(4, 4), CAPABILITIES_ALL, false},
	{ARCH_X86_64, KERNEL(6, 18), 0, true},
};

static bool has_fault(const struct profile_notes *notes)
{
	vec_each (const struct profile_note, n, &notes->list)
		if (n->kind == NOTE_FAULT)
			return true;
	return false;
}

static void check_spans(const struct profile_notes *notes, size_t size)
{
	vec_each (const struct profile_note, n, &notes->list)
		if (!n->span.file || (size_t)n->span.offset + n->span.length > size)
			abort();
}

/* The call that a rule is about, with arguments at which its conditions turn. */
static void compare_at(const struct ruleset *one, const struct ruleset *other,
	const struct call_rule *rule, int arch, uint64_t aside)
{
	struct bpf_call call = {.arch = arch_info(arch)->audit};

	if (call_number(rule->call, arch) < 0)
		return;
	call.nr = (uint32_t)call_number(rule->call, arch);
	for (unsigned i = 0; i < rule->count; i++)
		call.args[rule->conditions[i].index] =
			rule->conditions[i].value + aside;
	if (ruleset_decide(one, &call) != ruleset_decide(other, &call))
		abort();
}

static void compare(const struct ruleset *one, const struct ruleset *other)
{
	if (one->arches != other->arches || one->lets_foreign != other->lets_foreign ||
		one->otherwise != other->otherwise)
		abort();
	for (size_t i = 0; i < one->rules.n; i += one->rules.n / RULES_COMPARED + 1)
		for (int arch = 0; arch < ARCH_COUNT; arch++)
			for (uint64_t aside = 0; aside < 3; aside++)
				compare_at(
					one, other, &one->rules.at[i], arch, aside - 1);
}

static void write_and_read(struct arena *a, const struct ruleset *rules,
	const struct profile_host *host,
	void (*write)(struct buf *, const struct ruleset *))
{
	struct buf out = {.arena = a};
	struct profile_notes notes = {0};
	const struct profile *again;
	struct ruleset resolved;

	write(&out, rules);
	again = profile_read(a, file_new(a, STR("again"), buf_str(&out)), &notes);
	if (!again || profile_resolve(a, again, host, &resolved, &notes) < 0)
		abort();
	compare(rules, &resolved);
}

static void resolve(struct arena *a, const struct profile *profile,
	const struct profile_host *host, size_t size)
{
	struct profile_notes notes = {0};
	struct ruleset rules;
	bool is_refused = profile_resolve(a, profile, host, &rules, &notes) < 0;

	if (is_refused != has_fault(&notes))
		abort();
	check_spans(&notes, size);
	if (is_refused || profile->is_none)
		return;
	write_and_read(a, &rules, host, profile_write_oci);
	/* A profile for Docker has one native arch a host. */
	if (!(rules.arches & 1u << ARCH_AARCH64) || rules.arches == 1u << ARCH_AARCH64)
		write_and_read(a, &rules, host, profile_write_docker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct profile_notes notes = {0};
	const struct file *file =
		file_new(&arena, STR("f"), (struct str){(const char *)data, size});
	const struct profile *profile = profile_read(&arena, file, &notes);

	if (!profile != has_fault(&notes))
		abort();
	check_spans(&notes, size);
	for (size_t i = 0; profile && i < sizeof(hosts) / sizeof(hosts[0]); i++)
		resolve(&arena, profile, &hosts[i], size);
	arena_free(&arena);
	return 0;
}
