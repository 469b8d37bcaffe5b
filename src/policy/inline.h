/*
 * inline: ignores that stand in comments of the files themselves.
 *
 * Depends on base, model. Ours:
 *
 *	# oakum ignore=RULE[,RULE] [reason=TEXT] [until=YYYY-MM-DD]
 *	# oakum ignore-file=RULE[,RULE] …
 *
 * RULE is a rule, a group, a severity or "all". Behind something on its line a comment
 * means what begins on that line. Alone on its line it means the whole of what stands
 * directly below it (other comment lines may stand between): an instruction, a command
 * with its continued lines, a key with all that is indented under it.
 *
 * Those of hadolint, tally, BuildKit's check, trivy, checkov, dclint and KICS are read,
 * too, where the table of foreign.def has their ids. What looks like a comment is taken
 * as one: a file that holds such a line in a string means it so.
 *
 *	struct ignores ignores = {0};
 *	inline_read(arena, file, INLINE_YAML, &input.project, &ignores);
 */
#ifndef OAKUM_POLICY_INLINE_H
#define OAKUM_POLICY_INLINE_H

#include "model/ignore.h"
#include "model/workload.h"

enum {
	INLINE_IGNORES_MAX = 300, /* of one file; what comes after is not read */
	INLINE_TEXT_MAX = 4096,	  /* bytes of one comment */
};

/* How the reach of a comment is found. */
enum inline_syntax { INLINE_DOCKERFILE, INLINE_YAML, INLINE_SHELL };

/* Adds the ignores of a file; project knows where its instructions end. */
void inline_read(struct arena *a, const struct file *file, enum inline_syntax syntax,
	const struct project *project, struct ignores *out);

#endif
