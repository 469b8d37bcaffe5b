/*
 * objective: what a filter must not permit, as a list of bans.
 *
 * Depends on base, calls, ruleset. A ban is calls of some arches under a condition on the
 * bits that the kernel really looks at. data/objectives.tsv holds the built-in ones, each
 * with the kernel source that says why, and what no filter can see with what stops that
 * instead; a user's own come from --deny or a file in the same words.
 *
 *	setreuid, setregid: arg0 == 0 || arg1 == 0
 *	chmod, fchmod: arg1 & 06 != 0
 *	umask: arg0 & 06 != 06
 *	io_uring_setup
 *
 * Numbers as in C, -1 for all ones; a comparison is made, without a sign, on the width
 * that data/syscalls.tsv gives for the argument: `setuid: arg0 == 0` is 16 bits of it on
 * i386. What cannot come true at a width (arg0 == 70000 there) is no ban on that arch.
 * `&&` binds stronger; `||` makes several bans, `&&` one with several conditions. A line
 * that is empty or begins with # says nothing.
 */
#ifndef OAKUM_SECCOMP_OBJECTIVE_H
#define OAKUM_SECCOMP_OBJECTIVE_H

#include "base/file.h"
#include "base/vec.h"
#include "seccomp/ruleset.h"

enum {
	BAN_TERMS_MAX = 6,
	BANS_MAX = 4096,
};

/* One comparison of `bits` low bits of an argument under a mask. */
struct ban_term {
	uint8_t index;
	enum compare compare; /* MASKED_EQ is not used: mask says it for all */
	uint64_t mask;	      /* all ones of the width when none was written */
	uint64_t value;
};

/* "Under these arguments this call must not be permitted there." */
struct ban {
	struct str
		objective; /* "no-root"; "--deny"; of prove_all also "every-filter" */
	int call;	   /* CALL_NONE (prove_all only): every number without a name */
	int arch;	   /* -1 (prove_all only): an AUDIT_ARCH that has no table */
	uint8_t count;	   /* of terms, all must hold; 0: the call at all */
	struct ban_term terms[BAN_TERMS_MAX];
	uint32_t answer;   /* what a made filter answers: ERRNO with the right errno */
	struct str why;	   /* what it would reach: "becomes uid 0" */
	struct str source; /* "kernel/sys.c: __sys_setuid" */
	struct span at;	   /* where a user's own was written */
};

VEC_TYPE(struct ban, bans);

/*
 * What a made filter best answers to a call that a user's own ban names: EPERM, but
 * what data/objectives.tsv gives for those that programs cannot bear to see refused.
 */
uint32_t objective_answer(int call);

/* Is this what is banned? */
bool ban_covers(const struct ban *ban, const struct bpf_call *call);

/* "x86_64 setreuid: arg0 & 0xffffffff == 0"; in the words that objective_parse reads. */
void ban_write(struct buf *out, const struct ban *ban);

/* The conditions alone: "arg0 == 0 && arg1 != 1"; empty when there are none. */
void ban_terms_write(struct buf *out, const struct ban *ban);

/* What an objective cannot reach by any filter. */
struct beyond {
	struct str objective, what, instead;
};

VEC_TYPE(struct beyond, beyonds);

/* The names of the built-in objectives, in the table's order. */
const struct str *objective_names(size_t *count);

/* One sentence about a built-in objective; empty when there is none such. */
struct str objective_title(struct str name);

/* Adds the bans of a built-in objective for arches; false when there is none such. */
bool objective_bans(
	struct arena *a, struct str name, arch_set arches, struct bans *out);

/* What a filter cannot do for it. */
void objective_beyond(struct arena *a, struct str name, struct beyonds *out);

/*
 * Adds what one line says. -1 with a place and what was expected: text may be an
 * argument of the command line (a file made of it).
 */
int objective_parse(struct arena *a, const struct file *text, struct str objective,
	arch_set arches, struct bans *out, struct span *at, struct err *err);

#endif
