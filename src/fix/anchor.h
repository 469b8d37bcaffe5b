/*
 * anchor: parts of several services that become one, because they share an anchor.
 *
 * Private to fix/. Depends on fix, source/raise. What every service that stands on an
 * anchor is to get is written into the anchored node, once, and what only one of them is
 * to get into that one; where nothing is the same for all, each has its own part as ever.
 *
 *	if (anchor_merge(arena, &anchor, &parts, &group, &one))
 *		prove(group);
 */
#ifndef OAKUM_FIX_ANCHOR_H
#define OAKUM_FIX_ANCHOR_H

#include "fix/fix.h"
#include "source/raise.h"

/*
 * Of parts, made by one maker for a workload each: *group are those of all services on
 * the anchor, *out the one part in their place, which names no workload. False where one
 * has none, or no change is the same for all of them.
 */
bool anchor_merge(struct arena *a, const struct raise_anchor *anchor,
	const struct fix_parts *parts, struct fix_parts *group, struct fix_part *out);

/* Do both change the same bytes in the same way, whichever workload they are for? */
bool anchor_is_same(const struct change *a, const struct change *b);

#endif
