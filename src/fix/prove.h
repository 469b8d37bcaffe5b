/*
 * prove: does a part do what it says, and nothing else?
 *
 * Depends on fix. Two readings of the same input are compared: the findings that a part
 * is for are gone, no finding is new, every input still parses, and the facts that
 * differ (model/facts.h) lie in the part's footprint.
 */
#ifndef OAKUM_FIX_PROVE_H
#define OAKUM_FIX_PROVE_H

#include "fix/fix.h"

/* An input, read and audited. */
struct reading {
	struct input input;
	struct findings findings;
	struct audit audit;
};

/* Reads and audits path; -1 as input_load. An input that is skipped has no findings. */
int reading_make(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *load,
	const struct fix_options *options, struct reading *out, struct err *e);

/*
 * The same for parts that were written together: every one cures what it is for, and
 * nothing is new or different but for what one of them says.
 */
struct str prove_parts(struct arena *a, const struct fix_parts *parts,
	const struct reading *before, const struct reading *after);

/* Empty when it holds; else a sentence that says what does not. */
struct str prove_part(struct arena *a, const struct fix_part *part,
	const struct reading *before, const struct reading *after);

#endif
