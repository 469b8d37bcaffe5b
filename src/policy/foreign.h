/*
 * foreign: what other tools call what we look for.
 *
 * Depends on base. One table, foreign.def.
 *
 *	struct str rules = foreign_rules(FOREIGN_HADOLINT, STR("DL3002"));
 *	"user-root,user-missing"
 */
#ifndef OAKUM_POLICY_FOREIGN_H
#define OAKUM_POLICY_FOREIGN_H

#include "base/arena.h"

enum foreign_tool {
	FOREIGN_BUILDKIT,
	FOREIGN_CHECKOV,
	FOREIGN_DCLINT,
	FOREIGN_HADOLINT,
	FOREIGN_TRIVY,
};

struct foreign {
	enum foreign_tool tool;
	struct str id, rules; /* our rules, with commas between */
};

/* The whole table. */
const struct foreign *foreign_all(size_t *count);

/* Our rules for an id as that tool's comments write it; empty: none. */
struct str foreign_rules(struct arena *a, enum foreign_tool tool, struct str id);

#endif
