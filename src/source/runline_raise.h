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
#include "syntax/shell.h"

/* In what a byte of a script stands. */
enum shell_quotes {
	SHELL_BARE,
	SHELL_IN_SINGLE,
	SHELL_IN_DOUBLE,
	SHELL_IN_TEXT, /* $'...', a here-document, what eval or another shell reads: only
			  what needs no quotes anywhere can be written there */
};

struct shell_spot {
	struct span word; /* the innermost one, its quotes included; empty: none */
	enum shell_quotes quotes;
};

struct runline_place {
	struct raising *r;
	const struct file *file;
	const struct shell_list *list; /* all of file */
	struct span line;	       /* the whole command */
	bool is_nested; /* which is the text of a word: sh -c "...", eval ... */
	struct runline_args args;
};

/* ---- runline_raise_place.c ---- */

/* Where the byte at offset stands, of which list is the tree of the whole file. */
struct shell_spot shell_spot(
	const struct shell_list *list, const struct file *f, uint32_t offset);

/* Of a line that a word holds, nothing is known but what that word is. */
enum shell_quotes runline_quotes_at(const struct runline_place *p, uint32_t offset);

/* ---- runline_raise_text.c ---- */

/* value as it is written within those quotes; false where that cannot be. */
bool shell_written(
	struct arena *a, struct str value, enum shell_quotes quotes, struct str *out);

/* Stand quotes or backslashes in it, or right in front of it? */
bool runline_has_quotes(const struct file *f, struct span at);

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
