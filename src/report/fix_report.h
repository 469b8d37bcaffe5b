/*
 * fix_report: a plan said to a person, or to a program.
 *
 * Depends on base, rule, host, fix, screen. Writes into a buf and prints nothing. What
 * the diffs show of secrets is masked, and of bytes that steer a terminal too; only
 * fix_report_diff gives the bytes as they are, for patch(1).
 *
 *	struct fix_shown shown = {.path = path, .kind = kind, .plan = &plan};
 *	fix_report_text(&out, &shown, &style);
 */
#ifndef OAKUM_REPORT_FIX_REPORT_H
#define OAKUM_REPORT_FIX_REPORT_H

#include "fix/fix.h"
#include "report/report.h"

/* One input, its plan, and what became of it. */
struct fix_shown {
	struct str path;
	struct str kind; /* "dockerfile", "compose" … */
	const struct fix_plan *plan;
	bool is_written;     /* its files are on the disk now */
	size_t findings_now; /* of the disk, at medium and above */
};

/* One part with its reasons and its diff, to be asked for. */
void fix_report_part(struct buf *out, const struct fix_part *part,
	const struct strs *secrets, const struct report_style *style);

/* Why a part is what it is: what it cures and what of it stays to be done. */
void fix_report_why(
	struct buf *out, const struct fix_part *part, const struct report_style *style);

/* A plan: its parts, what is left to do by hand, what the host needs. */
void fix_report_text(struct buf *out, const struct fix_shown *shown,
	const struct report_style *style);

/* What was written, and what that changed. */
void fix_report_written(struct buf *out, const struct fix_shown *shown,
	const struct report_style *style);

/* How many parts of a run are of which class, and the commands that write them. */
struct fix_counts {
	size_t safe, changing, left;
	size_t stay; /* findings at medium and above that no part cures */
};
void fix_report_count(struct fix_counts *counts, const struct fix_shown *shown);
/* What neither a part nor a sentence in `left` is about, said in one line. */
void fix_report_rest(struct buf *out, const struct fix_counts *counts);
void fix_report_commands(struct buf *out, const struct fix_counts *counts,
	struct str command, const struct report_style *style);

/* All that the plan changes, as one patch. */
void fix_report_diff(struct buf *out, const struct fix_shown *shown);

/* The object of doc/fix.schema.json: its beginning, an input, its end. */
void fix_report_json_start(struct buf *out);
void fix_report_json(struct buf *out, const struct fix_shown *shown, bool is_first);
void fix_report_json_finish(struct buf *out);

#endif
