/*
 * pattern: literal bytes with holes, found anywhere in a line.
 *
 * Depends on base, why/log. The language of data/errors.tsv: bytes stand for themselves,
 * in small letters and with ' for every quote; {path}, {user} and {cap} catch a word,
 * which between quotes may hold blanks; {uid} and {port} catch digits; {} is whatever
 * stands there. {path~.pid} catches a path only where .pid is in it. A hole is filled up to the first place where what follows it fits, and is
 * never empty. Time is linear in the line: at most PATTERN_TRIES_MAX places are tried.
 *
 *	struct pattern p = pattern_read(STR("open '{path}': permission denied"));
 *	if (pattern_match(&p, &line, &caught))
 *		use(caught.path);
 */
#ifndef OAKUM_WHY_PATTERN_H
#define OAKUM_WHY_PATTERN_H

#include "why/log.h"

enum { PATTERN_PIECES_MAX = 12, PATTERN_TRIES_MAX = 32 };

/* What a hole catches. */
enum hole {
	HOLE_NONE,
	HOLE_ANY,
	HOLE_PATH,
	HOLE_USER,
	HOLE_CAP,
	HOLE_UID,
	HOLE_PORT,
	HOLE_COUNT
};

struct pattern_piece {
	enum hole hole;	    /* NONE: a literal */
	struct str literal; /* of a hole: what must be in it, or empty */
};

struct pattern {
	struct pattern_piece at[PATTERN_PIECES_MAX];
	size_t n;
};

/* Indexed by hole; empty: not caught. They point into the line. */
struct caught {
	struct str at[HOLE_COUNT];
};

/* text must outlive the pattern; what does not fit in PATTERN_PIECES_MAX is left out. */
struct pattern pattern_read(struct str text);

/* Fills *out where it fits; what out held of other holes stays. */
bool pattern_match(
	const struct pattern *p, const struct log_line *line, struct caught *out);

#endif
