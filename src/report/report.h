/*
 * report: findings said to a person, or to a program.
 *
 * Depends on base, model, rule. Writes into a buf and prints nothing. What a file or
 * its author wrote is never trusted: control bytes do not reach a terminal, bytes that
 * are no UTF-8 do not reach JSON, and every list and text has its cap, so that a
 * hostile file makes a long report but not an endless one. The same inputs give the
 * same bytes.
 *
 *	struct report_input in = {.path = path, .kind = STR("dockerfile"),
 *		.project = &project, .findings = audit.findings};
 *	report_text(&out, &in, &(struct report_style){.width = 80});
 *
 * JSON is made in pieces, so that a thousand files need not be held at once:
 *
 *	report_json_start(&out);
 *	report_json_findings(&out, &in, &parts);	for each input
 *	report_json_finish(&out, &parts);
 */
#ifndef OAKUM_REPORT_REPORT_H
#define OAKUM_REPORT_REPORT_H

#include "base/buf.h"
#include "rule/rule.h"

enum {
	REPORT_FINDINGS_MAX = 2000, /* a file; the rest is counted */
	REPORT_LIST_MAX = 100,	    /* related places, workloads of a finding, groups */
	REPORT_WORKLOADS_MAX = 1000,
	REPORT_OUTLOOK_MAX = 3, /* places of a headline; the others are counted */
	REPORT_CHAIN_MAX = 8,	/* facts of a hides-chain behind the first */
	REPORT_TEXT_MAX = 4096, /* bytes of one message, name or reason */
};

/* One file that was named or found, and what became of it. */
struct report_input {
	struct str path;
	struct str kind;		 /* "dockerfile", "compose", "template" … */
	const struct project *project;	 /* NULL: it was not read */
	const struct findings *findings; /* as rules_run sorts them; NULL: none */
	const struct outlooks *outlooks; /* of rules_run; NULL: none */
	struct str skipped;		 /* why it was not audited at all; else empty */
	struct str partial;		 /* what of it could not be seen; else empty */
	const struct str
		*other_targets;	   /* stages one may build and that were not asked */
	size_t other_target_count; /* for; may be 0 */
};

struct report_style {
	bool has_color;
	bool is_quiet;	/* nothing about what has no finding */
	unsigned width; /* columns; 0: 80 */
};

/* What a run found so far; a sum is made with report_count. */
struct report_counts {
	size_t severity[SEVERITY_COUNT];
	size_t files;	    /* in which a finding stands */
	size_t audited;	    /* files that were read as an input */
	size_t skipped;	    /* files of which something could not be seen */
	size_t ignored;	    /* findings that an ignore covers; not in severity */
	struct str example; /* name of the worst finding's rule, or empty */
	enum severity worst;
};

/* Adds what in holds; example then points into the table of rules. */
void report_count(struct report_counts *counts, const struct report_input *in);

/* Adds the counts of another part of the run, which comes after this one. */
void report_count_add(struct report_counts *counts, const struct report_counts *more);

/*
 * One input for a person: a line a workload that says who it runs as, and under it
 * its findings, worst first; what is said twice is explained once. Ends with an empty
 * line where there is anything.
 */
void report_text(struct buf *out, const struct report_input *in,
	const struct report_style *style);

/* "2 high, 1 low in 1 file", and how to go on. */
void report_text_summary(struct buf *out, const struct report_counts *counts,
	const struct report_style *style);

/*
 * "runs as root", "starts as root, gosu drops to postgres" … for one workload; and what
 * would fail as another user, where outlook (or NULL) says so.
 */
void report_headline(
	struct buf *out, const struct workload *w, const struct outlook *outlook);

/* The outlook of w in what was audited, or NULL. */
const struct outlook *report_outlook(
	const struct report_input *in, const struct workload *w);

/* "USER app", "user: root": what a fact says as its author wrote it, or in words. */
struct str report_fact_text(struct arena *a, const struct fact *f);

/* Is it the author's own text that report_fact_text gives? */
bool report_fact_is_written(const struct fact *f);

/* Does f hide another statement that was made? */
bool report_fact_hides(const struct fact *f);

/* What JSON says behind the findings; the bufs need an arena that outlives the run. */
struct report_parts {
	size_t findings;	    /* how many were written */
	struct buf inputs, skipped; /* elements of those lists, with commas between */
};

/* The object of doc/json.md: its beginning; the elements of an input; its end. */
void report_json_start(struct buf *out);
void report_json_findings(
	struct buf *out, const struct report_input *in, struct report_parts *parts);
/* An element of `inputs` for a file that another input has audited as its part. */
void report_json_covered(
	struct buf *out, struct str path, struct str kind, struct str by);
void report_json_finish(struct buf *out, const struct report_parts *parts);

#endif
