/*
 * profile_parts: what a profile is made of, for those who read, resolve or explain one.
 *
 * Depends on profile. Every part keeps the bytes that said it. What an engine leaves out
 * on some hosts (another architecture, a capability that is missing) is all here; only
 * profile_resolve decides.
 */
#ifndef OAKUM_SECCOMP_PROFILE_PARTS_H
#define OAKUM_SECCOMP_PROFILE_PARTS_H

#include "seccomp/profile.h"

struct profile_word {
	struct str text; /* decoded */
	struct span span;
};

VEC_TYPE(struct profile_word, profile_words);

/* "includes" or "excludes" of a rule; a list that is not there asks nothing. */
struct profile_filter {
	struct profile_words caps, arches;
	kernel_version min_kernel; /* 0: none */
	struct span min_kernel_span;
};

/* An action with its errno, as it is written. */
struct profile_answer {
	enum action kind;
	struct span span;	/* of the action */
	struct span errno_span; /* of errnoRet; none when there is none */
	uint16_t code;		/* of errnoRet, or what an engine takes without one */
	struct span name_span;	/* of errno, which only podman reads */
	uint16_t name_code;
};

struct profile_condition {
	struct condition condition;
	struct span span;
};

/* One element of "syscalls". */
struct profile_rule {
	struct profile_words names;
	struct profile_answer answer;
	VEC(struct profile_condition) conditions;
	bool has_twice; /* two conditions on one argument: runc makes a rule of each */
	struct profile_filter includes, excludes;
	struct span span;
};

/* An element of "archMap". */
struct profile_arch {
	struct profile_word arch;
	struct profile_words subs;
};

struct profile {
	enum profile_form form;
	const struct file *file;
	struct span span; /* of the object */
	bool is_none;	  /* no default action and no rule: an engine sets no filter */
	struct profile_answer otherwise;
	struct profile_words arches, flags;
	VEC(struct profile_arch) arch_map;
	VEC(struct profile_rule) rules;
	struct profile_word listener; /* listenerPath; no span when there is none */
};

/* Adds one, or counts it when there are too many. */
void profile_note(struct arena *a, struct profile_notes *notes, enum note_kind kind,
	struct span span, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* SECCOMP_RET_* of an answer. podman takes the name of an errno before its number. */
uint32_t profile_answer_value(const struct profile_answer *answer, bool is_podman);

/* "SCMP_ACT_ALLOW", "SCMP_CMP_NE": what profiles write. */
struct str profile_action_name(enum action kind);
struct str profile_compare_name(enum compare compare);

#endif
