/*
 * errors: what programs print when they may not do something, and what cures it.
 *
 * Depends on base. The rows of data/errors.tsv: a pattern, who prints it, what it means.
 * The rows stand in order: of those that fit a line the first one counts, so what a
 * library says stands above what every program says.
 *
 *	for (uint32_t i = 0; i < know_error_count(); i++) {
 *		struct know_error row = know_error(i);
 *		...
 *	}
 */
#ifndef OAKUM_KNOW_ERRORS_H
#define OAKUM_KNOW_ERRORS_H

#include "base/str.h"

enum cause_kind {
#define CAUSE(ident, word) CAUSE_##ident,
#include "know/causes.def"
#undef CAUSE
	CAUSE_COUNT
};

/* What the line is in the story of a failure. */
enum error_weight {
	ERROR_FATAL,  /* the program ends, or the job is not done */
	ERROR_WARNS,  /* it says so and goes on */
	ERROR_ECHOES, /* says again, in other words, what a line before it said */
};

struct know_error {
	struct str pattern; /* lower case; see why/pattern.h */
	struct str then;    /* a second one, for one of the next lines; empty: none */
	struct str by;	    /* "numba"; empty: whoever it is */
	enum cause_kind cause;
	struct str code; /* "EACCES"; empty: it says none */
	enum error_weight weight;
	struct str path;     /* that is meant where none is captured; "~" is HOME */
	struct str variable; /* that moves it: "NUMBA_CACHE_DIR"; empty: none */
	struct str cure;     /* a sentence, where the general cure does not do; empty */
	struct str source, date;
};

uint32_t know_error_count(void);

/* index below know_error_count(). */
struct know_error know_error(uint32_t index);

/* "write", "no-account": the word of a cause. */
struct str cause_name(enum cause_kind cause);

#endif
