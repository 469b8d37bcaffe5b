/*
 * runline_raise: the workbench on which a change becomes edits of a shell script.
 *
 * Private to source/runline_raise*.c. Depends on raise_by, runline_args. The line is read
 * once more; an option is edited only where its own bytes stand in the line, not where a
 * variable brought them. What is new stands behind `docker run`, on a line of its own
 * where the command has several.
 */
#ifndef OAKUM_SOURCE_RUNLINE_RAISE_H
#define OAKUM_SOURCE_RUNLINE_RAISE_H

#include "base/buf.h"
#include "source/raise_by.h"
#include "source/runline_args.h"

struct runline_place {
	struct raising *r;
	const struct file *file;
	struct span line; /* the whole command */
	struct runline_args args;
};

/* In which quotes a byte stands: 0, '\'' or '"'. Asked from the start of its line. */
char shell_quotes_at(const struct file *f, uint32_t offset);

/* Behind the word that begins at offset; its quotes, escapes and $(...) are part of it. */
uint32_t shell_word_end(const struct file *f, uint32_t offset);

/* value as it is written within those quotes; false where that cannot be. */
bool shell_written(struct arena *a, struct str value, char quotes, struct str *out);

/* From the dash of an option to the end of its value, quotes included. */
struct span runline_option_span(
	const struct runline_place *p, const struct runline_option *o);

/* Where a new option goes, and what stands around it there. */
struct runline_gap {
	uint32_t offset;
	struct str
		before; /* " ", or " \", a line break and the blanks of the next line */
};

struct runline_gap runline_gap(const struct runline_place *p);

/* The bytes that go when an option is taken out: its line, or it and a blank. */
struct span runline_cut(const struct runline_place *p, struct span option);

#endif
