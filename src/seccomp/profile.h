/*
 * profile: a seccomp profile as Docker, podman and OCI runtimes read it.
 *
 * Depends on base, syntax/json, ruleset. Two steps, as in the engines. profile_read makes
 * a tree with a place for every value and says what an engine would refuse (faults) or
 * silently ignore (warnings). profile_resolve decides includes, excludes, minKernel and
 * archMap for one host and gives a ruleset: the same file means another thing on another
 * kernel or with another capability.
 *
 * Sources: moby/profiles seccomp (seccomp.go, seccomp_linux.go), containers/common
 * pkg/seccomp, runtime-spec config-linux.md, runc libcontainer/seccomp.
 *
 *	const struct profile *p = profile_read(arena, file, &notes);
 *	if (p && profile_resolve(arena, p, &host, &rules, &notes) == 0)
 *		...
 */
#ifndef OAKUM_SECCOMP_PROFILE_H
#define OAKUM_SECCOMP_PROFILE_H

#include "base/file.h"
#include "model/capability.h"
#include "seccomp/ruleset.h"

enum {
	PROFILE_RULES_MAX = 16 * 1024, /* elements of "syscalls" */
	PROFILE_NAMES_MAX = 64 * 1024, /* names of all of them together */
	PROFILE_NOTES_MAX = 200,       /* told; the rest is counted */
};

enum profile_form {
	PROFILE_DOCKER, /* archMap, includes, excludes; names or (old) name */
	PROFILE_OCI,	/* linux.seccomp of a config.json, or that object by itself */
};

enum note_kind {
	NOTE_FAULT,   /* an engine refuses the profile for it */
	NOTE_IGNORED, /* an engine drops it and says nothing: not what was meant */
	NOTE_WEAK,    /* read as written, and that is less than was meant */
};

struct profile_note {
	enum note_kind kind;
	struct span span;
	struct str text; /* what stands there and what was expected or follows */
};

struct profile_notes {
	VEC(struct profile_note) list;
	size_t more; /* those beyond PROFILE_NOTES_MAX */
};

/* What the answer depends on besides the file. */
struct profile_host {
	int arch; /* the daemon's */
	kernel_version kernel;
	capability_set bounding; /* of the container: what includes.caps ask for */
	bool is_podman;		 /* resolves as containers/common, else as moby */
};

struct profile; /* profile_parts.h, for those who write or explain one */

/* NULL with at least one fault; a profile and faults never come together. */
const struct profile *profile_read(
	struct arena *a, const struct file *file, struct profile_notes *notes);

/* -1 with a fault: an engine on this host would refuse it (unknown arch, both forms). */
int profile_resolve(struct arena *a, const struct profile *profile,
	const struct profile_host *host, struct ruleset *out,
	struct profile_notes *notes);

enum profile_form profile_form(const struct profile *profile);

/* This machine: its arch and kernel, with the engine's default capabilities. */
struct profile_host profile_host_here(void);

/*
 * The engine's own profile as it comes to on a host, from data/seccomp-default.tsv; an
 * arch without a table is taken for x86_64. It is what profile_resolve makes of the file
 * that the engine carries, rules of socketcall and ipc that change nothing left out.
 */
void profile_default(
	struct arena *a, const struct profile_host *host, struct ruleset *out);

/*
 * Any ruleset as text: what Docker's --security-opt seccomp= takes. Names with equal
 * answers and conditions stand together, in the order of the alphabet; the rules of one
 * call keep their order, and no other order shows. What a profile cannot say is bad_arch
 * and too_new, for an engine chooses them, and a rule that holds on one arch of a host
 * and not on another: what refuses is then written for all of them and what permits is
 * left out. A ruleset for both x86_64 and aarch64 is written as one profile for both.
 */
void profile_write_docker(struct buf *out, const struct ruleset *rules);

/* As the value of linux.seccomp in an OCI config.json, without a newline at its end. */
void profile_write_oci(struct buf *out, const struct ruleset *rules);

#endif
