/*
 * output: bytes to standard output, and what kind of place it is.
 *
 * Depends on base. A write that fails is said once; a reader that went away (EPIPE) is
 * no failure worth a word. Nothing else in oakum writes to a descriptor.
 *
 *	output_add(&out, text);
 *	return output_finish(&out) ? EXIT_CLEAN : EXIT_FAILED;
 */
#ifndef OAKUM_CLI_OUTPUT_H
#define OAKUM_CLI_OUTPUT_H

#include "base/str.h"

enum { OUTPUT_SIZE = 64 * 1024 };

struct output {
	char bytes[OUTPUT_SIZE];
	size_t n;
	bool has_failed;
};

/* Keeps s for the next write; writes when there is enough of it. */
void output_add(struct output *o, struct str s);

/* Writes what is kept. */
void output_flush(struct output *o);

/* Flushes; false when a write failed, then or before. */
bool output_finish(struct output *o);

/* Writes s at once; false when that failed. */
bool output_all(struct str s);

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Colours go to a terminal only; NO_COLOR (no-color.org) and TERM=dumb forbid them. */
bool output_has_color(enum color_when when);

/* Is standard output a terminal? */
bool output_is_terminal(void);

/* Columns for running text: those of the terminal, 60 to 100; 80 for anything else. */
unsigned output_width(void);

/* The same text on standard error, unbuffered; failures are nobody's business. */
void output_error(struct str s);

#endif
