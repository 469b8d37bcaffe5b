/*
 * engine: what an OCI runtime makes of a ruleset, by its own library.
 *
 * Depends on ruleset; the only place that knows libseccomp. It does as runc
 * (libcontainer/seccomp/seccomp_linux.go and patchbpf/enosys_linux.go): the rules in their
 * order, two conditions on one argument as two rules, unknown names left out, the stub for
 * numbers that are too new in front. Two such programs can differ between versions of
 * libseccomp: this one is that of the machine, an oracle and what a profile will be here.
 */
#ifndef OAKUM_SECCOMP_ENGINE_H
#define OAKUM_SECCOMP_ENGINE_H

#include "seccomp/ruleset.h"

struct engine_form {
	bool is_tree; /* runc since 1.2 with more than 32 rules: SCMP_FLTATR_CTL_OPTIMIZE 2 */
	bool has_stub; /* runc since 1.0-rc93: the numbers that are too new */
};

/*
 * -1 with what libseccomp said; missing, unless NULL, counts rules it does not know and so
 * leaves out. As runc it cannot choose the answer to an arch that is not let in
 * (KILL_THREAD), and knows no arch without a table. libseccomp works in a child: where it
 * does not end or crashes, that is the error.
 */
int engine_compile(struct arena *a, const struct ruleset *rules,
	struct engine_form form, struct bpf *out, size_t *missing, struct err *err);

#endif
