/* What is written is read again as the same, whatever the ruleset. */
#include "unit.h"

#include <errno.h>

#include "ruleset_bed.h"
#include "seccomp/profile.h"

#define ALLOW 0x7fff0000u
#define DENY  (0x00050000u | EPERM)
#define NOSYS (0x00050000u | ENOSYS)

static struct arena arena;

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct ruleset read_text(struct str text, const struct profile_host *host)
{
	struct profile_notes notes = {0};
	const struct file *file = file_new(&arena, STR("p.json"), text);
	const struct profile *p = profile_read(&arena, file, &notes);
	struct ruleset rules = {0};

	if (!p || profile_resolve(&arena, p, host, &rules, &notes) < 0)
		fail_msg("refused: %.*s\n%.*s", STR_ARG(notes.list.at[0].text),
			STR_ARG(text));
	return rules;
}

typedef void writer(struct buf *out, const struct ruleset *rules);

static struct str written(writer *write, const struct ruleset *rules)
{
	struct buf out = {.arena = &arena};

	write(&out, rules);
	return buf_str(&out);
}

static void check_again(writer *write, const struct ruleset *rules,
	const struct profile_host *host, const char *what)
{
	struct str text = written(write, rules);
	struct ruleset again = read_text(text, host);
	struct str twice = written(write, &again);

	assert_same_answers(rules, &again, what);
	if (!str_eq(text, twice))
		fail_msg("%s: another text the second time:\n%.*s\n%.*s", what,
			STR_ARG(text), STR_ARG(twice));
}

static struct call_rule *add(struct ruleset *rules, const char *name, uint32_t answer)
{
	struct call_rule *rule = vec_push(&arena, &rules->rules);

	rule->call = call_find(str_c(name));
	rule->arches = ARCHES_ALL;
	rule->answer = answer;
	return rule;
}

static void when(struct call_rule *rule, uint8_t index, enum compare compare,
	uint64_t value, uint64_t mask)
{
	rule->conditions[rule->count++] =
		(struct condition){index, compare, value, mask};
}

static void names_stand_together_by_what_is_said(void **state)
{
	struct ruleset rules = {.arches = 1u << ARCH_X86_64, .otherwise = DENY};
	struct str text;

	(void)state;
	add(&rules, "write", ALLOW);
	when(add(&rules, "setuid", ALLOW), 0, COMPARE_MASKED_EQ, 1777, 0xffffffff);
	add(&rules, "read", ALLOW);
	add(&rules, "clone3", NOSYS);
	when(add(&rules, "setgid", ALLOW), 0, COMPARE_MASKED_EQ, 1777, 0xffffffff);
	add(&rules, "read", ALLOW); /* twice is once */
	text = written(profile_write_docker, &rules);
	assert_str(text,
		"{\n"
		"\t\"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
		"\t\"defaultErrnoRet\": 1,\n"
		"\t\"archMap\": [\n"
		"\t\t{\n"
		"\t\t\t\"architecture\": \"SCMP_ARCH_X86_64\",\n"
		"\t\t\t\"subArchitectures\": []\n"
		"\t\t}\n"
		"\t],\n"
		"\t\"syscalls\": [\n"
		"\t\t{\n"
		"\t\t\t\"names\": [\n"
		"\t\t\t\t\"read\", \"write\"\n"
		"\t\t\t],\n"
		"\t\t\t\"action\": \"SCMP_ACT_ALLOW\"\n"
		"\t\t},\n"
		"\t\t{\n"
		"\t\t\t\"names\": [\n"
		"\t\t\t\t\"clone3\"\n"
		"\t\t\t],\n"
		"\t\t\t\"action\": \"SCMP_ACT_ERRNO\",\n"
		"\t\t\t\"errnoRet\": 38\n"
		"\t\t},\n"
		"\t\t{\n"
		"\t\t\t\"names\": [\n"
		"\t\t\t\t\"setgid\", \"setuid\"\n"
		"\t\t\t],\n"
		"\t\t\t\"action\": \"SCMP_ACT_ALLOW\",\n"
		"\t\t\t\"args\": [\n"
		"\t\t\t\t{\"index\": 0, \"value\": 4294967295, \"valueTwo\": 1777, "
		"\"op\": \"SCMP_CMP_MASKED_EQ\"}\n"
		"\t\t\t]\n"
		"\t\t}\n"
		"\t]\n"
		"}\n");
}

static void an_oci_block_names_its_arches(void **state)
{
	struct ruleset rules = {.otherwise = ALLOW,
		.arches = 1u << ARCH_X86_64 | 1u << ARCH_I386,
		.lets_foreign = true};

	(void)state;
	assert_str(written(profile_write_oci, &rules),
		"{\n\t\"defaultAction\": \"SCMP_ACT_ALLOW\",\n\t\"architectures\": ["
		"\"SCMP_ARCH_X86_64\", \"SCMP_ARCH_X86\", \"SCMP_ARCH_ARM\"],\n"
		"\t\"syscalls\": []\n}");
}

static void one_profile_for_two_hosts(void **state)
{
	struct ruleset rules = {.otherwise = DENY,
		.arches = 1u << ARCH_X86_64 | 1u << ARCH_AARCH64,
		.bad_arch = 0,
		.too_new = NOSYS};
	struct profile_host amd64 = {.arch = ARCH_X86_64},
			    arm64 = {.arch = ARCH_AARCH64};
	struct ruleset one, other, expected;
	struct str text;

	(void)state;
	add(&rules, "read", ALLOW);
	add(&rules, "getpid", ALLOW)->arches = 1u << ARCH_AARCH64;
	add(&rules, "getuid", ALLOW)->arches = 1u << ARCH_X86_64;
	add(&rules, "chmod", ALLOW); /* aarch64 has none */
	text = written(profile_write_docker, &rules);
	one = read_text(text, &amd64);
	other = read_text(text, &arm64);
	expected = rules;
	expected.arches = 1u << ARCH_X86_64;
	assert_same_answers(&expected, &one, "x86_64");
	expected.arches = 1u << ARCH_AARCH64;
	assert_same_answers(&expected, &other, "aarch64");
}

/* setuid of i386 is not that of x86_64, and no profile can tell them apart. */
static void what_cannot_be_said_becomes_stricter(void **state)
{
	struct ruleset rules = {.otherwise = DENY,
		.arches = 1u << ARCH_X86_64 | 1u << ARCH_I386,
		.too_new = NOSYS};
	struct profile_host amd64 = {.arch = ARCH_X86_64};
	struct bpf_call call = {.nr = 105, .arch = arch_info(ARCH_X86_64)->audit};
	struct ruleset again;

	(void)state;
	add(&rules, "setuid", ALLOW)->arches = 1u << ARCH_I386;
	add(&rules, "setgid", NOSYS)->arches = 1u << ARCH_I386;
	add(&rules, "read", ALLOW);
	add(&rules, "statx", ALLOW);
	again = read_text(written(profile_write_docker, &rules), &amd64);
	assert_int_equal(ruleset_decide(&again, &call), DENY);
	call.nr = 106;
	assert_int_equal(ruleset_decide(&rules, &call), DENY);
	assert_int_equal(ruleset_decide(&again, &call), NOSYS);
}

/* Rules of one call that overlap keep their order, whoever else says the same. */
static void overlapping_rules_keep_their_order(void **state)
{
	struct ruleset rules = {.arches = 1u << ARCH_X86_64, .otherwise = DENY};
	struct profile_host host = {.arch = ARCH_X86_64};

	(void)state;
	rules.too_new = NOSYS;
	when(add(&rules, "setgid", ALLOW), 0, COMPARE_LT, 10, UINT64_MAX);
	when(add(&rules, "setuid", NOSYS), 0, COMPARE_EQ, 5, UINT64_MAX);
	when(add(&rules, "setuid", ALLOW), 0, COMPARE_LT, 10, UINT64_MAX);
	check_again(profile_write_docker, &rules, &host, "overlap");
	check_again(profile_write_oci, &rules, &host, "overlap, OCI");
}

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void add_random(struct ruleset *rules, uint64_t *seed)
{
	static const uint32_t answers[] = {ALLOW, DENY, NOSYS, 0, 0x7ffc0000,
		0x80000000, 0x7ff00003, 0x00030000, 0x00050000};
	static const uint64_t values[] = {0, 1, 2, 6, 022, 38, 0x7e020000, UINT32_MAX,
		(uint64_t)1 << 32, UINT64_MAX, 1u << 16};
	size_t count;
	const struct call_row *rows = call_rows(&count);
	struct call_rule *rule =
		add(rules, rows[draw(seed) % count].name.p, answers[draw(seed) % 9]);

	for (uint8_t index = 0; index < CALL_ARGUMENTS && draw(seed) % 3; index++) {
		enum compare compare = (enum compare)(draw(seed) % 7);
		uint64_t mask = compare == COMPARE_MASKED_EQ ? values[draw(seed) % 11]
							     : UINT64_MAX;

		if (draw(seed) % 2)
			when(rule, index, compare, values[draw(seed) % 11] & mask,
				mask);
	}
}

static void random_rulesets_come_back(void **state)
{
	static const arch_set sets[] = {1u << ARCH_X86_64,
		1u << ARCH_X86_64 | 1u << ARCH_X32, 1u << ARCH_AARCH64};
	uint64_t seed = 1777;

	(void)state;
	for (int round = 0; round < 60; round++) {
		arch_set arches = sets[round % 3];
		struct profile_host host = {
			.arch = round % 3 == 2 ? ARCH_AARCH64 : ARCH_X86_64};
		struct ruleset rules = {.arches = arches,
			.otherwise = round % 2 ? DENY : ALLOW,
			.lets_foreign = round % 5 == 0};
		char what[32];

		rules.too_new = round % 2 ? NOSYS : 0;
		for (int i = 0; i < 40; i++)
			add_random(&rules, &seed);
		snprintf(what, sizeof(what), "round %d", round);
		check_again(profile_write_docker, &rules, &host, what);
		check_again(profile_write_oci, &rules, &host, what);
		arena_reset(&arena);
	}
}

static struct str read_shared(const char *name)
{
	const char *shared = getenv("OAKUM_SHARED"), *root = getenv("OAKUM_ROOT");
	struct str path = shared
		? arena_printf(&arena, "%s/conformance/%s", shared, name)
		: arena_printf(&arena, "%s/../shared/conformance/%s", root ? root : ".",
			  name);
	FILE *f = fopen(path.p, "r");
	char *bytes = arena_alloc(&arena, 1 << 17);
	size_t n = f ? fread(bytes, 1, 1 << 17, f) : 0;

	if (f)
		fclose(f);
	return (struct str){bytes, n};
}

static void profiles_of_engines_come_back(void **state)
{
	static const char *const names[] = {"engine-default/moby.json",
		"engine-default/podman.json", "article/seccomp_profile.json"};
	static const struct profile_host hosts[] = {
		{ARCH_X86_64, KERNEL(6, 1), CAPABILITIES_ENGINE, false},
		{ARCH_X86_64, KERNEL(4, 4), CAPABILITIES_ALL, false},
		{ARCH_AARCH64, KERNEL(6, 1), 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str text = read_shared(names[i]);

		if (!text.n) {
			note("no %s here", names[i]);
			continue;
		}
		for (size_t h = 0; h < sizeof(hosts) / sizeof(hosts[0]); h++) {
			struct ruleset rules = read_text(text, &hosts[h]);

			check_again(profile_write_docker, &rules, &hosts[h], names[i]);
			check_again(profile_write_oci, &rules, &hosts[h], names[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_together_by_what_is_said),
		cmocka_unit_test(an_oci_block_names_its_arches),
		cmocka_unit_test(one_profile_for_two_hosts),
		cmocka_unit_test(what_cannot_be_said_becomes_stricter),
		cmocka_unit_test(overlapping_rules_keep_their_order),
		cmocka_unit_test(random_rulesets_come_back),
		cmocka_unit_test(profiles_of_engines_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
