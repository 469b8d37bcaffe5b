/*
 * The profile of the article that the objectives come from, as runc compiles it: what
 * the prover finds that it permits, and the kernel's word on each.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "seccomp/engine.h"
#include "seccomp/live.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"
#include "unit.h"

enum { PAGE_VIOLATIONS = 51 };

static const char *shared_file(struct arena *a, const char *path)
{
	const char *shared = getenv("OAKUM_SHARED"), *root = getenv("OAKUM_ROOT");

	if (shared)
		return arena_cstr(a, arena_printf(a, "%s/%s", shared, path));
	return arena_cstr(
		a, arena_printf(a, "%s/../shared/%s", root ? root : ".", path));
}

static struct str read_whole(struct arena *a, const char *path)
{
	FILE *file = fopen(path, "r");
	char *bytes = arena_alloc(a, FILE_MAX);
	size_t n = file ? fread(bytes, 1, FILE_MAX, file) : 0;

	if (file)
		fclose(file);
	return (struct str){bytes, n};
}

/* false: the file is not here. */
static bool article(struct arena *a, struct engine_form form, struct bpf *out)
{
	const char *path = shared_file(a, "conformance/article/seccomp_profile.json");
	struct str bytes = read_whole(a, path);
	struct profile_host host = profile_host_here();
	struct profile_notes notes = {0};
	const struct profile *profile;
	struct ruleset rules;
	struct err err = {0};

	if (!bytes.n) {
		note("%s is not here", path);
		return false;
	}
	profile = profile_read(a, file_new(a, str_c(path), bytes), &notes);
	assert_non_null(profile);
	assert_int_equal(profile_resolve(a, profile, &host, &rules, &notes), 0);
	if (engine_compile(a, &rules, form, out, NULL, &err) < 0)
		fail_msg("%s", err.text);
	return true;
}

/* The same ban of two objectives is one violation. */
static bool is_repeated(const struct proofs *proofs, size_t at)
{
	const struct ban *ban = &proofs->at[at].ban;

	for (size_t i = 0; i < at; i++) {
		const struct ban *old = &proofs->at[i].ban;

		if (old->call == ban->call && old->arch == ban->arch &&
			old->count == ban->count &&
			memcmp(old->terms, ban->terms, sizeof(ban->terms)) == 0)
			return true;
	}
	return false;
}

static void prove_objectives(
	struct arena *a, const struct bpf *filter, struct proofs *proofs)
{
	struct bpf_stack stack = {filter, 1};
	struct bans bans = {0};
	clock_t before;

	objective_bans(a, STR("no-root"), ARCHES_ALL, &bans);
	objective_bans(a, STR("no-others"), ARCHES_ALL, &bans);
	before = clock();
	prove_all(a, &stack, &bans, ARCHES_ALL, (struct prove_options){0}, proofs);
	note("%u instructions, %zu questions: %ld us", filter->count, proofs->n,
		(long)((clock() - before) * 1000000 / CLOCKS_PER_SEC));
}

/* A linear one as runc 1.1 makes it, with its stub, and the tree of runc 1.2. */
static const struct engine_form forms[] = {{false, false}, {false, true}, {true, true}};

static void test_finds_what_the_page_lists(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct arena arena = {0};
		struct proofs proofs = {0};
		struct bpf filter;
		unsigned violated = 0;

		if (!article(&arena, forms[i], &filter)) {
			arena_free(&arena);
			skip();
		}
		prove_objectives(&arena, &filter, &proofs);
		for (size_t p = 0; p < proofs.n; p++) {
			assert_int_not_equal(proofs.at[p].verdict, VERDICT_UNKNOWN);
			violated += proofs.at[p].verdict == VERDICT_VIOLATED &&
				!is_repeated(&proofs, p);
		}
		note("%u violations", violated);
		assert_true(violated >= PAGE_VIOLATIONS);
		arena_free(&arena);
	}
}

/* What the calls make goes away with a namespace. */
static void prepare(void *unused)
{
	(void)unused;
	unshare(CLONE_NEWIPC);
}

enum word {
	WORD_AGREES,
	WORD_DIFFERS,
	WORD_NONE, /* this kernel has no such call */
};

/*
 * Is the call under the filter what it is without one? A refused one is not: as root
 * none of them is refused by anything else.
 */
static enum word kernel_word(const struct bpf_stack *stack, const struct proof *proof)
{
	struct bpf_stack none = {0};
	struct live_result without, with;
	struct err err = {0};

	if (!live_can_make(proof->witness.arch))
		return WORD_NONE;
	if (live_call(&none, &proof->witness, prepare, NULL, &without, &err) < 0 ||
		live_call(stack, &proof->witness, prepare, NULL, &with, &err) < 0)
		fail_msg("%s", err.text);
	if (without.value < 0 && without.code == ENOSYS)
		return WORD_NONE;
	assert_false(without.value < 0 && without.code == EPERM);
	if (with.was_killed || with.did_not_return || with.code != without.code ||
		(with.value < 0) != (without.value < 0))
		return WORD_DIFFERS;
	return WORD_AGREES;
}

static void test_kernel_agrees(void **unused)
{
	struct arena arena = {0};
	struct proofs proofs = {0};
	struct bpf filter;
	struct bpf_stack stack = {&filter, 1};
	unsigned agreed = 0, not_here = 0;

	(void)unused;
	if (geteuid() != 0 || arch_host() != ARCH_X86_64) {
		note("needs root on x86_64");
		skip();
	}
	if (!article(&arena, forms[1], &filter)) {
		arena_free(&arena);
		skip();
	}
	prove_objectives(&arena, &filter, &proofs);
	for (size_t p = 0; p < proofs.n; p++) {
		struct buf out = {.arena = &arena};
		enum word word;

		if (proofs.at[p].verdict != VERDICT_VIOLATED || is_repeated(&proofs, p))
			continue;
		word = kernel_word(&stack, &proofs.at[p]);
		ban_write(&out, &proofs.at[p].ban);
		if (word == WORD_DIFFERS)
			fail_msg("%.*s: the kernel does not agree",
				STR_ARG(buf_str(&out)));
		agreed += word == WORD_AGREES;
		not_here += word == WORD_NONE;
	}
	note("%u violations are confirmed by the kernel, %u are calls that it "
	     "does not have",
		agreed, not_here);
	assert_true(agreed >= PAGE_VIOLATIONS);
	arena_free(&arena);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_kernel_agrees),
	cmocka_unit_test(test_finds_what_the_page_lists),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
