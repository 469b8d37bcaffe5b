/*
 * ignore: what somebody has decided not to hear of, and where they said so.
 *
 * Depends on base. A comment in a file or an entry of oakum.yaml. It hides no fact:
 * a finding that it covers stays in the list with a pointer to it. policy/ reads them,
 * rule/ applies them.
 */
#ifndef OAKUM_MODEL_IGNORE_H
#define OAKUM_MODEL_IGNORE_H

#include "base/file.h"
#include "base/vec.h"

enum ignore_origin {
	IGNORE_COMMENT, /* # oakum ignore=… */
	IGNORE_FOREIGN, /* a comment for another tool, which has no place for a reason */
	IGNORE_CONFIG,	/* oakum.yaml */
};

struct ignore {
	enum ignore_origin origin;
	/* Each a rule, a group, a severity or "all"; none: a foreign id we know no rule
	   for. */
	const struct str *rules;
	uint32_t rule_count;
	struct span span; /* the word that names what is ignored */
	struct str reason;
	struct str until;	   /* the last day, ISO, as written; empty: for ever */
	const struct file *file;   /* only findings in it; NULL: in any */
	uint32_t first, last;	   /* lines of file where a finding begins; 0: all */
	struct str path, workload; /* globs, path an absolute one; empty: any */
};

VEC_TYPE(struct ignore, ignores);

/* What came of one in an audit. */
struct ignore_use {
	bool was_met;  /* the audit has a file that its path means */
	bool was_used; /* it covered a finding */
};

#endif
