/* Our table of what engines let through, against the profiles that they carry. */
#include "unit.h"

#include <errno.h>

#include "ruleset_bed.h"
#include "seccomp/compile.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"

static struct arena arena;

static struct str read_shared(const char *name)
{
	const char *shared = getenv("OAKUM_SHARED"), *root = getenv("OAKUM_ROOT");
	struct str path = shared
		? arena_printf(&arena, "%s/conformance/engine-default/%s", shared, name)
		: arena_printf(&arena, "%s/../shared/conformance/engine-default/%s",
			  root ? root : ".", name);
	FILE *f = fopen(path.p, "r");
	char *bytes = arena_alloc(&arena, 1 << 17);
	size_t n = f ? fread(bytes, 1, 1 << 17, f) : 0;

	if (f)
		fclose(f);
	else
		note("no %s here: not compared", path.p);
	return (struct str){bytes, n};
}

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Of sixteen: nothing, the default, each that matters, all, then some at random. */
static capability_set bounding(size_t n, uint64_t *seed)
{
	static const char *const alone[] = {"SYS_ADMIN", "BPF", "PERFMON", "SYS_PTRACE",
		"AUDIT_WRITE", "SYS_NICE", "SYSLOG", "SYS_TIME", "SYS_BOOT"};
	static const size_t count = sizeof(alone) / sizeof(alone[0]);

	if (n == 0)
		return 0;
	if (n == 1)
		return CAPABILITIES_ENGINE;
	if (n == 2)
		return CAPABILITIES_ALL;
	if (n < 3 + count)
		return capability_bit(capability_find(str_c(alone[n - 3])));
	return draw(seed) & CAPABILITIES_ALL;
}

static struct bpf_stack compiled(const struct ruleset *rules)
{
	struct bpf *filter = arena_new(&arena, struct bpf);
	struct err err;

	if (filter_compile(&arena, rules, filter, &err) < 0)
		fail_msg("%s", err.text);
	return (struct bpf_stack){filter, 1};
}

/* The same by proof: no call of any number with any arguments tells them apart. */
static void assert_proved_equal(
	const struct ruleset *one, const struct ruleset *other, const char *what)
{
	struct bpf_stack a = compiled(one), b = compiled(other);
	struct differences found = {0};
	struct err err;

	if (prove_equal(&arena, &a, &b, ARCHES_ALL, &found, &err) < 0)
		fail_msg("%s: %s", what, err.text);
	if (found.n)
		fail_msg("%s: arch 0x%x nr %u: 0x%x and 0x%x", what,
			found.at[0].witness.arch, found.at[0].witness.nr,
			found.at[0].one, found.at[0].other);
}

static void compare(struct str text, const struct profile_host *host, const char *what)
{
	struct profile_notes notes = {0};
	const struct file *file = file_new(&arena, STR("default.json"), text);
	const struct profile *p = profile_read(&arena, file, &notes);
	struct ruleset theirs, ours;

	if (!p || profile_resolve(&arena, p, host, &theirs, &notes) < 0)
		fail_msg("%.*s", STR_ARG(notes.list.at[0].text));
	profile_default(&arena, host, &ours);
	assert_int_equal(ours.arches, theirs.arches);
	assert_int_equal(ours.lets_foreign, theirs.lets_foreign);
	assert_same_answers(&theirs, &ours, what);
	assert_proved_equal(&theirs, &ours, what);
}

static void compare_all(const char *name, bool is_podman)
{
	static const kernel_version kernels[] = {
		KERNEL(4, 7), KERNEL(4, 8), KERNEL(6, 18)};
	struct str text = read_shared(name);
	uint64_t seed = 1777;

	for (size_t n = 0; text.n && n < 16; n++)
		for (int arch = ARCH_X86_64; arch < ARCH_COUNT; arch += ARCH_AARCH64) {
			struct profile_host host = {
				arch, kernels[n % 3], bounding(n, &seed), is_podman};
			char what[96];

			snprintf(what, sizeof(what), "%s, %s, kernel %x, caps %llx",
				name, arch_info(arch)->name.p, host.kernel,
				(unsigned long long)host.bounding);
			compare(text, &host, what);
		}
	arena_reset(&arena);
}

static void docker_is_moby(void **state)
{
	(void)state;
	compare_all("moby.json", false);
}

static void podman_is_containers_common(void **state)
{
	(void)state;
	compare_all("podman.json", true);
}

static uint32_t asked(const struct profile_host *host, const char *name, uint64_t one)
{
	struct ruleset rules;
	struct bpf_call call = {.arch = arch_info(host->arch)->audit,
		.nr = (uint32_t)call_number(call_find(str_c(name)), host->arch),
		.args = {one}};

	profile_default(&arena, host, &rules);
	return ruleset_decide(&rules, &call);
}

/* What people know of the default, where the conformance folder is absent, too. */
static void what_the_default_is_known_for(void **state)
{
	static const uint32_t allow = 0x7fff0000, deny = 0x00050001, nosys = 0x00050026;
	struct profile_host host = {
		ARCH_X86_64, KERNEL(6, 1), CAPABILITIES_ENGINE, false};

	(void)state;
	assert_int_equal(asked(&host, "read", 0), allow);
	assert_int_equal(asked(&host, "unshare", 0x10000000), deny);
	assert_int_equal(asked(&host, "clone", 0x11), allow);
	assert_int_equal(asked(&host, "clone", 0x10000000), deny);
	assert_int_equal(asked(&host, "clone3", 0), nosys);
	assert_int_equal(asked(&host, "io_uring_setup", 0), deny);
	assert_int_equal(asked(&host, "keyctl", 0), deny);
	assert_int_equal(asked(&host, "socket", 2), allow);
	assert_int_equal(asked(&host, "socket", 38), deny); /* AF_ALG */
	assert_int_equal(asked(&host, "ptrace", 0), allow);
	assert_int_equal(asked(&host, "file_setattr", 0), nosys); /* too new */
	host.kernel = KERNEL(4, 4);
	assert_int_equal(asked(&host, "ptrace", 0), deny);
	host.bounding |= capability_bit(capability_find(STR("SYS_ADMIN")));
	assert_int_equal(asked(&host, "unshare", 0x10000000), allow);
	assert_int_equal(asked(&host, "clone3", 0), allow);
	host.is_podman = true;
	assert_int_equal(asked(&host, "io_uring_setup", 0), nosys);
	host.bounding = CAPABILITIES_PODMAN;
	assert_int_equal(asked(&host, "chroot", 0), allow);
	assert_int_equal(asked(&host, "acct", 0), deny);
	host.arch = ARCH_AARCH64;
	assert_int_equal(asked(&host, "openat", 0), allow);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(docker_is_moby),
		cmocka_unit_test(podman_is_containers_common),
		cmocka_unit_test(what_the_default_is_known_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
