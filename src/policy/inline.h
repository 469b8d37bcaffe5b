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
 * too, where the table of foreign.def has their ids.
 *
 *	struct ignores ignores = {0};
 *	inline_read(arena, input.comments, input.comment_count, INLINE_YAML,
 *		&input.project, &ignores);
 */
#ifndef OAKUM_POLICY_INLINE_H
#define OAKUM_POLICY_INLINE_H

#include "model/ignore.h"
#include "model/workload.h"

enum {
	INLINE_IGNORES_MAX = 500, /* of one input; what comes after is not read */
	INLINE_TEXT_MAX = 4096,	  /* bytes of one comment */
};

/* How the reach of a comment is found. */
enum inline_syntax { INLINE_DOCKERFILE, INLINE_YAML, INLINE_SHELL };

/*
 * Adds the ignores of the comments of an input, in their order, and of the directives of
 * its Dockerfiles. Comments in files of the project's builds are a Dockerfile's, the
 * others of that syntax. project knows where instructions end.
 */
void inline_read(struct arena *a, const struct span *comments, uint32_t count,
	enum inline_syntax syntax, const struct project *project, struct ignores *out);

#endif
