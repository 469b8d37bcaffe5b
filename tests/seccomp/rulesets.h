/*
 * rulesets: random ones, and calls at the borders of what they say.
 *
 * Depends on random, ruleset. Values and arguments come from one small pool and from each
 * other's neighbourhood, because two random words of 64 bits never meet.
 */
#ifndef OAKUM_TESTS_SECCOMP_RULESETS_H
#define OAKUM_TESTS_SECCOMP_RULESETS_H

#include "random.h"
#include "seccomp/ruleset.h"

struct ruleset_form {
	arch_set arches;  /* those that may be let in; one at least is */
	size_t rules_max; /* of conditions and without */
	const uint32_t *answers;
	size_t answers_count;
	const int *calls; /* those that may have rules; NULL: every one there is */
	size_t calls_count;
	/*
	 * What an engine can say: every rule on all arches, KILL_THREAD for the others,
	 * no two rules of one call that meet with different answers, and of several rules
	 * of one call none that compares two arguments.
	 */
	bool is_engines;
};

/* A form with all arches, all calls and one answer of each kind. */
struct ruleset_form ruleset_form_any(void);

void ruleset_random(struct arena *a, struct random *r, const struct ruleset_form *form,
	struct ruleset *out);

/* A call near to what a ruleset speaks of; ip is 0, of i386 no argument has more bits. */
struct bpf_call call_random(struct random *r, const struct ruleset *rules);

/* Six arguments near to what the rules of a call compare with. */
void arguments_random(struct random *r, const struct ruleset *rules, int call,
	uint64_t args[CALL_ARGUMENTS]);

/* Says a ruleset and a call on stderr, for the case that something disagrees. */
void ruleset_print(const struct ruleset *rules, const struct bpf_call *call);

#endif
