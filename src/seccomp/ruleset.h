/*
 * ruleset: a policy for one kernel, resolved to calls, conditions and answers.
 *
 * Depends on base, arch, calls, bpf. It is what an engine hands to libseccomp: a profile
 * (profile.h) after capabilities, architecture and kernel have been decided, and what
 * `make` writes and both compilers read. Of the rules of one call an unconditional one
 * takes all; of the others the first one whose conditions all hold decides; nothing
 * matched: the default. Engines order overlapping rules in their own way (engine.h): a
 * ruleset whose answer depends on the order is told by ruleset_overlaps.
 */
#ifndef OAKUM_SECCOMP_RULESET_H
#define OAKUM_SECCOMP_RULESET_H

#include "base/file.h"
#include "base/vec.h"
#include "seccomp/bpf.h"
#include "seccomp/calls.h"

enum {
	RULESET_RULES_MAX = 64 * 1024,
	RULESET_CONDITIONS_MAX = 6, /* of one rule, each on another argument */
};

enum compare {
	COMPARE_NE,
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_EQ,
	COMPARE_GE,
	COMPARE_GT,
	COMPARE_MASKED_EQ, /* (argument & mask) == value */
};

/* On all 64 bits of a register, as libseccomp compares; narrower ones need a mask. */
struct condition {
	uint8_t index; /* of the argument, below CALL_ARGUMENTS */
	enum compare compare;
	uint64_t value;
	uint64_t mask; /* of MASKED_EQ, else all ones */
};

struct call_rule {
	int call; /* a row of calls.h */
	arch_set
		arches; /* where it holds; a call that an arch lacks is no rule there */
	uint32_t answer; /* SECCOMP_RET_* */
	uint8_t count;	 /* of conditions; 0: always */
	struct condition conditions[RULESET_CONDITIONS_MAX];
	struct span at; /* what of the profile or table said it; may be none */
};

struct ruleset {
	arch_set arches;    /* those let in at all */
	bool lets_foreign;  /* an arch without a table is let in, too */
	uint32_t otherwise; /* the answer where no rule matches */
	uint32_t bad_arch;  /* of an arch that is not let in; libseccomp: KILL_THREAD */
	/*
	 * As runc: a number above the largest that the rules know answers ENOSYS, not
	 * `otherwise`, so that libc falls back. 0: no such answer.
	 */
	uint32_t too_new;
	VEC_TYPE(struct call_rule, call_rules) rules;
};

/* What the ruleset answers to one call; the meaning that every compiler must keep. */
uint32_t ruleset_decide(const struct ruleset *rules, const struct bpf_call *call);

bool condition_holds(const struct condition *c, const uint64_t args[CALL_ARGUMENTS]);

/*
 * The first pair of rules of one call that one set of arguments matches with different
 * answers: an engine decides by an order of its own. false: there is none.
 */
bool ruleset_overlaps(const struct ruleset *rules, const struct call_rule **one,
	const struct call_rule **other);

#endif
