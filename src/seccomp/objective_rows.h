/*
 * objective_rows: data/objectives.tsv as tools/objectives-compile.py compiles it in.
 *
 * Private to objective.c; depends on base.
 */
#ifndef OAKUM_SECCOMP_OBJECTIVE_ROWS_H
#define OAKUM_SECCOMP_OBJECTIVE_ROWS_H

#include "base/str.h"

struct objective_row {
	enum {
		ROW_TITLE,
		ROW_BAN,
		ROW_BEYOND,
	} kind;
	uint16_t code; /* a ban's answer: an errno, or 0 */
	struct str objective, text, why, source;
};

extern const struct objective_row objective_rows[];
extern const size_t objective_row_count;

/* Of the rows with a title, in their order. */
extern const struct str objective_row_names[];
extern const size_t objective_row_name_count;

#endif
