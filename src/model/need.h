/*
 * need: what somebody has decided that a workload needs: `needs:` of oakum.yaml.
 *
 * Depends on base, capability. A decision is compared with what the workload holds; it
 * never hides a fact, and what it does not speak of is not decided. policy/ reads them,
 * rule/ compares, fix/ writes what makes both agree.
 *
 *	const struct need *need = need_of(audit, w); // rule/need.h
 *	if (need && need->says_capabilities && held & ~need->capabilities)
 *		...
 */
#ifndef OAKUM_MODEL_NEED_H
#define OAKUM_MODEL_NEED_H

#include "base/file.h"
#include "base/vec.h"
#include "model/answer.h"
#include "model/capability.h"

/* What is done where a seccomp objective forbids a call. */
enum need_mode {
	NEED_REFUSE, /* it fails, with the errno that programs take best */
	NEED_MASK,   /* a supervisor makes the harmless form of it */
	NEED_AUDIT,  /* it is made, and noted */
};

/* A word of the file with its place. */
struct need_word {
	struct str text;
	struct span span;
};

VEC_TYPE(struct need_word, need_words);

struct need {
	struct str path;     /* a glob over the absolute path of the file; empty: any */
	struct str workload; /* a glob over its name or its service; empty: any */
	struct span span;    /* of the whole entry */
	/* "1777:1777", "app", "non-root"; text empty: not said */
	struct need_word user;
	bool says_capabilities; /* false: nothing is decided about them */
	capability_set capabilities;
	struct span capabilities_span;
	struct need_words objectives; /* seccomp: built-in ones by name */
	struct need_words denies;     /* seccomp: own bans, "setreuid: arg0 == 0" */
	enum need_mode mode;
	struct span seccomp_span;
	/* ANSWER_YES: must be on; ANSWER_NO: may be off, and that is decided; else MAYBE */
	enum answer no_new_privileges, read_only;
	struct span no_new_privileges_span, read_only_span;
};

VEC_TYPE(struct need, needs);

static inline bool need_says_seccomp(const struct need *need)
{
	return need->objectives.n || need->denies.n;
}

#endif
