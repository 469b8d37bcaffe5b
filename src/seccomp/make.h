/*
 * make: a ruleset that keeps its base where it may and its objectives everywhere.
 *
 * Depends on objective, ruleset, prove. Every call that a ban names is taken out of the
 * base and written anew, so that no unconditional ALLOW swallows the condition; the words
 * are chosen so that libseccomp and oakum's own compiler give filters that prove_all finds
 * to hold, and the caller proves them: a made profile is never written unproved.
 */
#ifndef OAKUM_SECCOMP_MAKE_H
#define OAKUM_SECCOMP_MAKE_H

#include "seccomp/objective.h"

enum make_mode {
	MAKE_REFUSE, /* the errno that programs take best: research by measurement */
	MAKE_MASK,   /* NOTIFY for chmod and umask: a supervisor does the narrow form */
	MAKE_AUDIT,  /* LOG: nothing is refused that the base permits */
};

/* -1 when a ban cannot be said in a ruleset (an ordering on a narrow argument). */
int make_ruleset(struct arena *a, const struct ruleset *base, const struct bans *bans,
	enum make_mode mode, struct ruleset *out, struct err *err);

#endif
