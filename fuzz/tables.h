/*
 * tables.h: the built-in tables, read once for all runs of a target.
 *
 * Reading them takes longer than anything that a target does with them. It depends on
 * know; a target that includes it links know_lib. Nothing that is handed out is ever
 * given back: libFuzzer ends the process.
 *
 *	input_load(&arena, world, tables(), path, &options, &in, NULL);
 */
#ifndef OAKUM_FUZZ_TABLES_H
#define OAKUM_FUZZ_TABLES_H

#include "know/know.h"

/* The same frozen tables on every call. */
static inline const struct knowledge *tables(void)
{
	static struct arena forever;
	static const struct knowledge *know;

	if (!know)
		know = know_builtin(&forever);
	return know;
}

#endif
