/*
 * unit: what every unit test includes, in the order that cmocka wants.
 *
 * A test gets a fresh arena where it needs one and frees it; assert_str compares a
 * view with a literal and shows both; note says what is tried, between the points of TAP.
 */
#ifndef OAKUM_TESTS_UNIT_H
#define OAKUM_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

#define assert_str(actual, expected)                                                   \
	do {                                                                           \
		struct str actual_ = (actual), expected_ = str_c(expected);            \
		if (!str_eq(actual_, expected_))                                       \
			fail_msg("got '%.*s', expected '%.*s'", STR_ARG(actual_),      \
				STR_ARG(expected_));                                   \
	} while (0)

/* One comment of TAP's a line: what is neither that nor a point spoils the report. */
__attribute__((format(printf, 1, 2))) static inline void note(const char *format, ...)
{
	struct arena arena = {0};
	struct str_fields lines = {0};
	struct str line;
	va_list args;

	va_start(args, format);
	lines.rest = arena_vprintf(&arena, format, args);
	va_end(args);
	while (str_next_field(&lines, '\n', &line))
		if (line.n)
			print_message("# %.*s\n", STR_ARG(line));
	arena_free(&arena);
}

#endif
