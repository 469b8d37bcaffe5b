/*
 * profile_make: the bytes of a seccomp profile, proved before anybody writes them.
 *
 * Private to fix/. Depends on fix, rule/filter, rule/need, seccomp/make. It stands on the
 * engine's own profile, for amd64 and arm64; where a run names a profile already, on what
 * both permit. What is made permits exactly what all of these do and what no ban forbids:
 * shown on the programs that oakum and libseccomp compile from the written text.
 *
 *	struct profile_wish wish = {.audit = f->audit, .workload = w, .need = need};
 *	struct str why, bytes = profile_bytes(f->arena, &wish, &why);
 *	if (!bytes.n)
 *		fix_cannot(f, title, rule, "%.*s", STR_ARG(why));
 */
#ifndef OAKUM_FIX_PROFILE_MAKE_H
#define OAKUM_FIX_PROFILE_MAKE_H

#include "fix/fix.h"
#include "rule/filter.h"
#include "rule/need.h"

struct profile_wish {
	const struct workload *workload; /* its capabilities and its engine count */
	const struct need *need;	 /* objectives, denials, mode */
	const struct file *old; /* the profile that it names; NULL: the engine's own */
};

/* Empty, and why not in a sentence, where it cannot be made or proved. */
struct str profile_bytes(
	struct arena *a, const struct profile_wish *wish, struct str *why);

/* Why such a profile would stop this workload, in a sentence; or empty. */
struct str profile_obstacle(const struct workload *w, const struct need *need);

#endif
