/*
 * raise_bed: a change said in a row of a table, raised into an input out of memory.
 *
 * `at` names bytes of the input: the first place where they stand. A row says what the
 * bytes become, to the byte; what it changes is raised a second time, which must change
 * nothing more, unless it is about a place.
 *
 *	{"a user", "docker run x\n", {SET("user", "app")}, "docker run --user app x\n"},
 */
#ifndef OAKUM_TESTS_RAISE_BED_H
#define OAKUM_TESTS_RAISE_BED_H

#include "unit.h"

#include "source/raise.h"

enum { BED_CHANGES_MAX = 4 };

#define SET(k, v)                                                                      \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_SET, .key = k, .value = v             \
	}
#define ADD(k, v)                                                                      \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_ADD, .key = k, .value = v             \
	}
#define PUT(k, n, v)                                                                   \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_ADD, .key = k, .name = n, .value = v  \
	}
#define TAKE(k)                                                                        \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_REMOVE, .key = k                      \
	}
#define TAKE_AT(k, a)                                                                  \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_REMOVE, .key = k, .at = a             \
	}
#define RO(a)                                                                          \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_SET, .key = "volumes",                \
		.name = "read_only", .value = "true", .at = a                          \
	}
#define LOCAL(a)                                                                       \
	{                                                                              \
		.kind = CHANGE_RUN, .op = CHANGE_SET, .key = "ports",                  \
		.name = "host_ip", .value = "127.0.0.1", .at = a                       \
	}
#define TOP(k, n, v)                                                                   \
	{                                                                              \
		.kind = CHANGE_TOP, .op = CHANGE_ADD, .key = k, .name = n, .value = v  \
	}
#define WORD(a, v)                                                                     \
	{                                                                              \
		.kind = CHANGE_WORD, .op = CHANGE_SET, .value = v, .at = a             \
	}

#define MORE(a, v)                                                                     \
	{                                                                              \
		.kind = CHANGE_WORD, .op = CHANGE_ADD, .value = v, .at = a             \
	}

struct bed_change {
	enum change_kind kind;
	enum change_op op;
	const char *key, *name, *value, *at;
	const char *workload; /* the service; NULL: the first workload, "": none */
};

struct bed_row {
	const char *about, *before;
	struct bed_change
		changes[BED_CHANGES_MAX]; /* to the first without key and value */
	const char *after;		  /* or what a refusal holds, behind '!' */
};

/* Loads what each row has before as path, and fails where it does not become the other. */
void bed_check_rows(
	const char *path, enum source_kind as, const struct bed_row *rows, size_t n);

#endif
