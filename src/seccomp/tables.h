/*
 * tables: the constant rows that tools/seccomp-compile.py makes of data/.
 *
 * Depends on calls. For the files that answer questions about them (calls.c), not for
 * those who ask.
 */
#ifndef OAKUM_SECCOMP_TABLES_H
#define OAKUM_SECCOMP_TABLES_H

#include "seccomp/calls.h"

extern const struct call_row calls_table[];
extern const size_t calls_count;

/* The row of each number of an arch, CALL_NONE where there is none. */
struct calls_by_number {
	const int16_t *rows;
	size_t count;
};

extern const struct calls_by_number calls_by_number[ARCH_COUNT];

#endif
