/*
 * dockerword_pattern: what ${V#p}, ${V%p} and ${V/p/r} do to a value.
 *
 * Depends on base; only dockerword.c uses it. A pattern knows "*" (any bytes), "?" (one
 * character) and the escapes \* \? \\ \} \/; brackets are plain bytes, as in BuildKit.
 * Each call adds the steps it took to *steps and gives up at DOCKERWORD_MATCH_MAX, so
 * that a caller's whole text has one bound, whatever its patterns.
 */
#ifndef OAKUM_SYNTAX_DOCKERWORD_PATTERN_H
#define OAKUM_SYNTAX_DOCKERWORD_PATTERN_H

#include "base/arena.h"

enum dockerword_match {
	DOCKERWORD_MATCH_DONE,
	DOCKERWORD_MATCH_BAD_PATTERN, /* an escape that no pattern knows */
	DOCKERWORD_MATCH_TOO_MUCH,    /* the step limit was reached */
};

struct dockerword_cut {
	bool from_end;	/* % instead of # */
	bool is_greedy; /* ## or %% */
};

/* value without the part at one end that pattern matches. */
enum dockerword_match dockerword_cut(struct arena *a, struct dockerword_cut how,
	struct str pattern, struct str value, uint32_t *steps, struct str *out);

/* value with the first (or every) longest match of pattern replaced by with. */
enum dockerword_match dockerword_replace(struct arena *a, bool every,
	struct str pattern, struct str with, struct str value, uint32_t *steps,
	struct str *out);

#endif
