/*
 * diag: what a reader could not follow in bytes that a user wrote, and where.
 *
 * Depends on file and vec. A diag is neither an err (what oakum could not do) nor a
 * finding (what a rule says); one table in rule/ turns diags into findings. Readers
 * add a diag and go on. A list holds at most DIAGS_MAX; what comes after is counted.
 *
 *	diag_add(diags, DIAG_UNKNOWN_INSTRUCTION, span, "'%.*s' is no instruction",
 *		STR_ARG(word));
 */
#ifndef OAKUM_BASE_DIAG_H
#define OAKUM_BASE_DIAG_H

#include "base/file.h"
#include "base/vec.h"

enum { DIAGS_MAX = 1000 };

enum diag_id {
#define DIAG(id, title) DIAG_##id,
#include "base/diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag {
	enum diag_id id;
	struct span span;    /* the bytes it is about */
	struct span related; /* an earlier place that matters, or SPAN_NONE */
	struct str detail;   /* one sentence: what stood there, what was expected */
};

struct diags {
	struct arena *arena; /* where details live */
	VEC(struct diag) list;
	size_t dropped; /* how many did not fit */
};

/* Adds one and gives it back, so that a caller may set related; NULL when dropped. */
struct diag *diag_add(struct diags *d, enum diag_id id, struct span span,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* "UNKNOWN_INSTRUCTION" and "unknown instruction". */
const char *diag_name(enum diag_id id);
const char *diag_title(enum diag_id id);

#endif
