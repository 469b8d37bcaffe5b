/*
 * tables: the constant rows that tools/seccomp-compile.py makes of data/.
 *
 * Depends on ruleset. For the files that answer questions about them (calls.c,
 * profile_default.c), not for those who ask.
 */
#ifndef OAKUM_SECCOMP_TABLES_H
#define OAKUM_SECCOMP_TABLES_H

#include "model/capability.h"
#include "seccomp/ruleset.h"

extern const struct call_row calls_table[];
extern const size_t calls_count;

/* The row of each number of an arch, CALL_NONE where there is none. */
struct calls_by_number {
	const int16_t *rows;
	size_t count;
};

extern const struct calls_by_number calls_by_number[ARCH_COUNT];

enum { DEFAULT_DOCKER = 1, DEFAULT_PODMAN = 2, DEFAULT_CONDITIONS_MAX = 2 };

/* A row of data/seccomp-default.tsv. */
struct default_row {
	int16_t call;
	uint8_t engines; /* bits DEFAULT_* */
	uint8_t count;	 /* of conditions */
	kernel_version kernel;
	arch_set hosts;
	capability_set with, without;
	uint32_t answer;
	struct condition conditions[DEFAULT_CONDITIONS_MAX];
};

extern const struct default_row default_rows[];
extern const size_t default_count;

#endif
