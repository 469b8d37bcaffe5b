/*
 * clue: a line of a log that says what went wrong, and what it says.
 *
 * Depends on know, why/log, why/pattern. A line is held against the rows of
 * data/errors.tsv in their order. Whose code it was is told by the row, or by the Python
 * frames above the line. The same line again (a restart, a retry) counts as one clue.
 *
 *	struct clues clues = clues_find(&arena, &log);
 *	vec_each (const struct clue, c, &clues)
 *		say(c->line->number, c->row.cause, c->path);
 */
#ifndef OAKUM_WHY_CLUE_H
#define OAKUM_WHY_CLUE_H

#include "base/vec.h"
#include "know/errors.h"
#include "why/pattern.h"

enum {
	CLUES_MAX = 200, /* different ones of a log */
	CLUE_THEN_MAX =
		8, /* lines below it in which its second pattern is looked for */
	CLUE_FRAMES_MAX = 400, /* lines above it that may be frames of its traceback */
};

struct clue {
	struct know_error row;
	const struct log_line *line;
	struct str path; /* as the log has it, else the row's; empty: it says none */
	struct str by;	 /* who said it: library, tool or script; empty: not known */
	struct str uid, user, cap, port; /* as caught; empty: not */
	enum error_weight weight; /* the row's; ECHOES behind another one's traceback */
	uint32_t times;		  /* how often it stands there */
};

VEC_TYPE(struct clue, clues);

/* In the order of the log. */
struct clues clues_find(struct arena *a, const struct log *log);

/* Lines that look like an error where no clue was found: at most max, in order. */
struct log_lines {
	const struct log_line *at[8];
	size_t n;
};
struct log_lines log_suspects(const struct log *log);

#endif
