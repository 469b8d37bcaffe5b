/*
 * ruleset: a policy for one kernel, resolved to calls, conditions and answers.
 *
 * Depends on base, arch, calls, bpf. It is what an engine hands to libseccomp: a profile
 * (profile.h) after capabilities, architecture and kernel have been decided, and what
 * `make` writes and both compilers read. Of the rules of one call an unconditional one
 * takes all; of the others the first one whose conditions all hold decides; nothing
 * matched: the default. A rule that answers what the default answers is none: runc leaves
 * it out (matchCall of seccomp_linux.go), so that it holds nothing back from the others;
 * it still counts for what is too new. Engines order overlapping rules in their own way
 * (engine.h): a ruleset whose answer depends on the order is told by ruleset_overlaps.
 */
#ifndef OAKUM_SECCOMP_RULESET_H
#define OAKUM_SECCOMP_RULESET_H

#include "base/file.h"
#include "base/vec.h"
#include "seccomp/bpf.h"
#include "seccomp/calls.h"

enum {
	RULESET_RULES_MAX = 64 * 1024,
	RULESET_CONDITIONS_MAX = 6,  /* of one rule, each on another argument */
	RULESET_PAIRS_MAX = 4 << 20, /* that ruleset_overlaps looks at */
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
	uint64_t
		mask; /* of MASKED_EQ, which no bit of value is outside; else all ones */
};

struct call_rule {
	int call; /* a row of calls.h */
	arch_set
		arches; /* where it holds; a call that an arch lacks is no rule there */
	uint32_t answer; /* SECCOMP_RET_* */
	uint8_t count;	 /* of conditions; 0: always */
	struct condition conditions[RULESET_CONDITIONS_MAX];
	bool is_derived; /* an engine makes it of another rule: socketcall of socket */
	struct span at;	 /* what of the profile or table said it; may be none */
};

struct ruleset {
	arch_set arches;    /* those let in at all */
	bool lets_foreign;  /* an arch without a table is let in, too */
	uint32_t otherwise; /* the answer where no rule matches */
	uint32_t bad_arch;  /* of an arch that is not let in; libseccomp: KILL_THREAD */
	/*
	 * As runc: a number above ruleset_largest answers ENOSYS, not `otherwise`, so that
	 * libc falls back. 0: no such answer.
	 */
	uint32_t too_new;
	VEC_TYPE(struct call_rule, call_rules) rules;
};

/*
 * What the ruleset answers to one call; the meaning that every compiler must keep. On an
 * arch of 32 bits conditions count as condition_on says. An arch without a table that is
 * let in is answered ALLOW: what holds there is not known.
 */
uint32_t ruleset_decide(const struct ruleset *rules, const struct bpf_call *call);

/*
 * Is this a derived rule whose source is a rule of the same ruleset? Then whoever hands
 * the ruleset to libseccomp, or writes it for an engine, leaves it out. send and recv are
 * no calls on any arch, so that what is derived of them stands alone.
 */
bool rule_is_repeated(const struct call_rule *rule);

/*
 * The largest number with a rule on an arch, with its base, or 0 for none: what is above
 * it is too new. As runc finds it (patchbpf/enosys_linux.go, findLastSyscalls), whatever
 * the rules answer; calls that i386 also reaches through socketcall and ipc do not count
 * there, for libseccomp has no number for their names.
 */
uint32_t ruleset_largest(const struct ruleset *rules, int arch);

bool condition_holds(const struct condition *c, const uint64_t args[CALL_ARGUMENTS]);

/*
 * An engine compares the low 32 bits of an argument there and no others: libseccomp takes
 * x32 for an arch of 32 bits, too (src/arch-x32.c), though its registers have 64 and the
 * kernel shows a filter all of them.
 */
bool ruleset_is_narrow(int arch);

/*
 * A condition as it counts on an arch: where it is narrow libseccomp drops the upper half
 * of value and mask (src/db.c, _db_rule_gen_32), so that EQ 1 << 32 is EQ 0.
 */
struct condition condition_on(const struct condition *c, int arch);

/*
 * A pair of rules of one call that one set of arguments matches with different answers:
 * an engine decides by an order of its own. One rule with and one without conditions are
 * no such pair, for every engine lets the second one take all. false: there is none.
 * After RULESET_PAIRS_MAX pairs the one that was reached is taken for one.
 */
bool ruleset_overlaps(const struct ruleset *rules, const struct call_rule **one,
	const struct call_rule **other);

#endif
