/*
 * raise_bed: a change said in a row of a table, raised into an input out of memory.
 *
 * `at` names bytes of the input: the first place where they stand. bed_raise gives the
 * input's bytes with the edits in them, or "refused: " and the reason.
 */
#ifndef OAKUM_TESTS_RAISE_BED_H
#define OAKUM_TESTS_RAISE_BED_H

#include "unit.h"

#include "source/raise.h"

enum { BED_CHANGES_MAX = 4 };

struct bed_change {
	enum change_kind kind;
	enum change_op op;
	const char *key, *name, *value, *at;
	const char *workload; /* the service; NULL: the first workload, "": none */
};

/* Loads bytes as path and raises the changes up to the first without key and value. */
struct str bed_raise(struct arena *a, const char *path, struct str bytes,
	const struct bed_change *changes, enum source_kind as);

#endif
