/*
 * audit: what a run of `oakum audit` was asked for, and what one file gave.
 *
 * Depends on source, rule, report. audit.c reads the options, audit_file.c looks at one
 * file, audit_run.c does so with several threads and puts the results in order. The
 * options are shared by the threads and frozen before the first one starts.
 */
#ifndef OAKUM_CLI_AUDIT_H
#define OAKUM_CLI_AUDIT_H

#include "cli/walk.h"
#include "policy/config.h"
#include "report/report.h"
#include "source/load.h"

enum audit_format { AUDIT_TEXT, AUDIT_JSON };

struct audit_options {
	enum audit_format format;
	int fail_on; /* a severity; SEVERITY_COUNT: never; -1: not said yet */
	struct load_options load;
	const struct rule_choice *choice; /* which rules run */
	struct ignores ignores;		  /* of oakum.yaml */
	struct needs needs;		  /* of oakum.yaml */
	bool no_inline;			  /* comments in the files ignore nothing */
	struct str folder;	     /* the working directory, absolute and clean */
	const struct config *config; /* NULL: there is none */
	struct str config_folder;    /* where it stands, absolute and clean */
	const struct knowledge *know;
	struct report_style style;
	unsigned jobs; /* 0: as many as make sense */
};

/* What one file gave; texts live in the arena of their bufs. */
struct audit_result {
	struct buf text;   /* for people, or the findings as JSON */
	struct buf errors; /* for standard error: what could not be done, a line each */
	struct report_parts parts; /* the rest of the JSON */
	struct report_counts counts;
	bool has_failed;     /* a named path could not be read */
	bool has_unseen;     /* something of it could not be seen */
	bool has_failing;    /* a finding at or above --fail-on */
	struct str kind;     /* of the input; empty: none */
	struct strs covered; /* paths of other items that this one has read, cleaned */
	const struct ignore_use *uses; /* of the ignores of the options; NULL: none */
};

/*
 * How item is read: its world (the disk, with the bytes of a stream or a line over it)
 * and what to load it with. -1 where a stream cannot be read.
 */
int audit_open(const struct audit_options *options, const struct walk_item *item,
	struct arena *work, struct world **world, struct load_options *load,
	struct err *e);

/*
 * Is it a found file that is too large to be looked into? It is said (reason) only where
 * its name promises something.
 */
bool audit_is_too_large(
	struct world *world, const struct walk_item *item, struct str *reason);

/*
 * Looks at one item. work is scratch that is not needed afterwards; what result holds
 * lives in the arena of its bufs, which the caller has set.
 */
void audit_file(const struct audit_options *options, const struct walk_item *item,
	struct arena *work, struct audit_result *result);

/*
 * Looks at the configuration itself: ignores that are past their day, without a reason
 * or, by what uses say of the whole run, of no use.
 */
void audit_config(const struct audit_options *options, struct ignore_use *uses,
	struct arena *work, struct audit_result *result);

/* Looks at all items and writes the report; gives the exit status. */
int audit_run(const struct audit_options *options, const struct walk *walk);

#endif
