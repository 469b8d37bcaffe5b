/*
 * What oakum makes of the engine's default for every choice of objectives, on both arches
 * that profiles are made for: by oakum's own compiler and by the engine's library, linear
 * and as a tree, nothing is violated and nothing unknown, and the two mean the same.
 */
#include <seccomp.h>
#include <stdio.h>

#include "seccomp/compile.h"
#include "seccomp/engine.h"
#include "seccomp/make.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"
#include "unit.h"

struct made {
	struct arena arena;
	struct bans bans;
	struct ruleset rules;
	arch_set arches;
};

static void made_begin(struct made *m, int arch, unsigned choice, enum make_mode mode)
{
	struct profile_host host = profile_host_here();
	struct ruleset base = {0};
	size_t count;
	const struct str *names = objective_names(&count);
	struct err err = {0};

	*m = (struct made){.arches = (arch_set)1 << arch};
	host.arch = arch;
	profile_default(&m->arena, &host, &base);
	/* The engine lets 32-bit programs in, of arm ones without a table. */
	base.arches &= m->arches;
	base.lets_foreign = false;
	for (size_t i = 0; i < count; i++)
		if (choice >> i & 1)
			objective_bans(&m->arena, names[i], ARCHES_ALL, &m->bans);
	if (make_ruleset(&m->arena, &base, &m->bans, mode, &m->rules, &err) < 0)
		fail_msg("choice %x: %s", choice, err.text);
}

static void assert_holds(struct made *m, const struct bpf *filter, const char *what,
	struct prove_options options)
{
	struct bpf_stack stack = {filter, 1};
	struct proofs proofs = {0};

	prove_all(&m->arena, &stack, &m->bans, ARCHES_ALL, options, &proofs);
	assert_true(proofs.n > m->bans.n);
	vec_each (const struct proof, p, &proofs) {
		struct buf out = {.arena = &m->arena};

		if (p->verdict == VERDICT_HOLDS)
			continue;
		ban_write(&out, &p->ban);
		fail_msg("%s: %.*s: %s", what, STR_ARG(buf_str(&out)),
			p->verdict == VERDICT_VIOLATED ? "violated" : "unknown");
	}
}

/* Rules about a name that it does not know an engine leaves out, and says nothing. */
static bool library_knows(const struct bpf_call *call)
{
	char *name = seccomp_syscall_resolve_num_arch(call->arch, (int)call->nr);
	bool is_known = name != NULL;

	free(name);
	return is_known;
}

static void assert_same(struct made *m, const struct bpf *one, const struct bpf *other)
{
	struct bpf_stack stacks[2] = {{one, 1}, {other, 1}};
	struct differences list = {0};
	struct err err = {0};

	if (prove_equal(&m->arena, &stacks[0], &stacks[1], m->arches, &list, &err) < 0)
		fail_msg("%s", err.text);
	vec_each (const struct difference, d, &list)
		if (library_knows(&d->witness))
			fail_msg("number %u of %x: %x here, %x there", d->witness.nr,
				d->witness.arch, d->one, d->other);
}

static void check(int arch, unsigned choice, enum make_mode mode)
{
	static const struct engine_form forms[] = {{false, true}, {true, true}};
	const struct prove_options options = {.notify_holds = mode == MAKE_MASK};
	struct bpf own, engine;
	struct err err = {0};
	struct made m;
	char what[64];

	made_begin(&m, arch, choice, mode);
	snprintf(what, sizeof(what), "arch %d, choice %x, mode %d", arch, choice,
		(int)mode);
	if (filter_compile(&m.arena, &m.rules, &own, &err) < 0)
		fail_msg("%s: %s", what, err.text);
	assert_holds(&m, &own, what, options);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (engine_compile(&m.arena, &m.rules, forms[i], &engine, NULL, &err) <
			0)
			fail_msg("%s: %s", what, err.text);
		assert_holds(&m, &engine, what, options);
		assert_same(&m, &own, &engine);
	}
	arena_free(&m.arena);
}

static void check_choices(int arch, enum make_mode mode)
{
	size_t count;

	objective_names(&count);
	for (unsigned choice = 1; choice < 1u << count; choice++)
		check(arch, choice, mode);
}

static void test_x86_64(void **unused)
{
	(void)unused;
	check_choices(ARCH_X86_64, MAKE_REFUSE);
}

static void test_aarch64(void **unused)
{
	(void)unused;
	check_choices(ARCH_AARCH64, MAKE_REFUSE);
}

/* A supervisor does the narrow form: what it is asked counts as refused. */
static void test_masked(void **unused)
{
	(void)unused;
	check(ARCH_X86_64, 3, MAKE_MASK);
	check(ARCH_AARCH64, 3, MAKE_MASK);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_x86_64),
	cmocka_unit_test(test_aarch64),
	cmocka_unit_test(test_masked),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
