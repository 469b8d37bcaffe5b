/*
 * making: a plan while it is made.
 *
 * Private to fix/{fix,making,shared,twin}.c. Depends on fix, prove. fix.c asks the makers, in
 * order and until nothing is new; making.c reads, proves and keeps; shared.c tries what
 * several services share. Whatever a maker says lives in work, which is reset before the
 * next ones are asked.
 *
 *	why = making_try(m, &parts, &files, &after);
 *	if (!why.n)
 *		making_keep(m, &parts, &files, &after);
 */
#ifndef OAKUM_FIX_MAKING_H
#define OAKUM_FIX_MAKING_H

#include "fix/prove.h"
#include "source/raise.h"

/* WORK: containers read in one plan, all readings counted; what is behind it waits. */
enum {
	FIX_WORK_MAX = 200000,
	FIX_ROUNDS_MAX = 6, /* through all makers */
	FIX_SCRATCH_MAX =
		64 << 20, /* bytes that makers use before their parts are tried */
};

struct maker;

/* A plan on its way. */
struct making {
	struct arena *arena;   /* of the plan */
	struct arena homes[2]; /* of readings; the one that counts is in homes[home] */
	struct arena work;     /* of makers: theirs until their parts are kept or not */
	struct arena brief;    /* of one diff */
	unsigned home;
	struct world *disk;
	const struct knowledge *know;
	struct str path;
	const struct load_options *load;
	const struct fix_options *options;
	struct fix_plan *plan;	      /* all but its input and counts */
	struct reading now;	      /* with every kept part in place */
	struct finding_list *about;   /* of now, for each workload */
	struct raise_anchors anchors; /* of now */
	size_t spent;		      /* of FIX_WORK_MAX */
	struct strs refused;	      /* name_of parts that were asked for in vain */
	bool is_stopped;	      /* the user wants no more of it */
};

/* Reads everything with files in place, into the arena whose turn it is. */
int making_read(struct making *m, const struct edited_files *files, struct reading *out,
	struct err *e);

/* The reading that was made last is the one that counts. */
void making_keep_reading(struct making *m, const struct reading *r);

/* By class and --rule. */
bool making_wants(const struct making *m, const struct fix_part *part);

/* Those that it cures and those that it helps with, for who reads of the part. */
struct strs making_rules(struct arena *a, const struct fix_part *part);

void making_keep_lefts(struct making *m, const struct fix_lefts *lefts);

/* Would the edits of one part stand at, or in, bytes that another one touches? */
bool edits_meet(const struct edits *old, const struct edits *new);

/* Lays edits over the files, reads them, proves parts; why not, or empty. */
struct str making_try(struct making *m, const struct fix_parts *parts,
	struct edited_files *files, struct reading *after);

/* The diff of each part against what those before it leave. */
void making_add_diffs(struct making *m, struct fix_parts *parts);

/* Those that whoever is asked wants. */
struct fix_parts making_ask(struct making *m, const struct fix_parts *parts);

/* Who wants it for none of them is not asked for each. */
void making_refuse(struct making *m, const struct fix_parts *group);

/* parts are in the plan; files and after are what making_try gave for them. */
void making_keep(struct making *m, const struct fix_parts *parts,
	const struct edited_files *files, const struct reading *after);

/* Is there time for more, and does the user want it? */
bool making_has_more(const struct making *m);

/* ---- fix.c ---- */

/*
 * Asks maker about one workload, or (at SIZE_MAX) about the whole input; false where it
 * has nothing to say, or nothing that is wanted.
 */
bool maker_ask(struct making *m, const struct maker *maker, size_t at,
	struct world *world, struct fix_lefts *left, struct fix_part *part);

/* ---- twin.c ---- */

/*
 * part is for the run line of the workload at `at`; where the same line starts others, too,
 * and maker says the same of each of them, part is meant for all.
 */
void twins_join(struct making *m, const struct maker *maker, size_t at,
	struct world *world, struct fix_part *part);

/* ---- shared.c ---- */

/* Tries what the maker says of all who stand on an anchor, anchor by anchor. */
void shared_run(struct making *m, const struct maker *maker);

#endif
