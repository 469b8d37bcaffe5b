/*
 * why: what `oakum why` found, written down.
 *
 * Private to cli/. Depends on why, report/screen. The verb reads log and files; the two
 * writers fill a buffer from the same answer.
 */
#ifndef OAKUM_CLI_WHY_H
#define OAKUM_CLI_WHY_H

#include "report/screen.h"
#include "why/why.h"

/* What was looked at. */
struct why_subject {
	struct str name; /* of the log or container, as given */
	const struct log *log;
	struct str file, workload; /* of -f; empty: none */
	size_t alike;		   /* others of -f that fit the log no worse */
};

void why_text(struct screen *screen, const struct why_subject *subject,
	const struct why_answer *answer);
void why_json(struct buf *out, const struct why_subject *subject,
	const struct why_answer *answer);

#endif
