/*
 * log: what a program printed, line by line, made ready to be looked through.
 *
 * Depends on base. Colours and other escapes are left out, every kind of quote is the
 * same ', and a copy in small letters lies beside each line, so that one pattern fits what
 * differs only in such things. Lines keep their number in what was given. A line longer
 * than LOG_LINE_MAX counts with its first bytes, a log larger than LOG_MAX with its last.
 *
 *	struct log log = log_read(&arena, bytes);
 *	for (size_t i = 0; i < log.n; i++)
 *		look(log.at[i].text, log.at[i].lower);
 */
#ifndef OAKUM_WHY_LOG_H
#define OAKUM_WHY_LOG_H

#include "base/arena.h"

enum {
	LOG_MAX = 16 * 1024 * 1024, /* bytes */
	LOG_LINE_MAX = 4096,	    /* bytes */
};

struct log_line {
	struct str text;  /* without escapes, quotes made alike */
	struct str lower; /* the same bytes in small letters */
	uint32_t number;  /* from 1 */
};

struct log {
	struct log_line *at;
	size_t n;
	uint32_t skipped; /* lines at the beginning that were not looked at */
};

/* The lines point into a. */
struct log log_read(struct arena *a, struct str bytes);

/* Is it the same text as another line's, but for digits (times, process ids)? */
bool log_line_repeats(const struct log_line *line, const struct log_line *other);

#endif
