/*
 * runline_script: the engine's lines of a shell script, with its variables put in.
 *
 * Private to source/. Depends on effect/commands, model/command. Follows the flat list of
 * commands in the order in which they run and keeps what its variables, arrays and `cd`
 * come to. An assignment under a condition holds as long as the condition does; behind it
 * the variable is unknown, or, where it was only added to (OPTS="$OPTS --rm"), known at
 * its beginning. ${x:-default} is the default where nothing in the script sets x: that is
 * what happens when nobody else does. An argument of the script ($1) stays unknown.
 *
 * Unquoted values are split at blanks, arrays spread; the words that come out of one have
 * the spans of the bytes that were assigned.
 *
 *	struct script_lines lines = script_lines_read(arena, file, diags);
 *	vec_each (struct script_line, line, &lines)
 *		runline_args_read(arena, &line->words, diags, &args);
 */
#ifndef OAKUM_SOURCE_RUNLINE_SCRIPT_H
#define OAKUM_SOURCE_RUNLINE_SCRIPT_H

#include "base/diag.h"
#include "model/command.h"

enum {
	SCRIPT_LINES_MAX = 2000,      /* engine lines of one script */
	SCRIPT_WORDS_MAX = 100000,    /* of engine lines and arrays, in one script */
	SCRIPT_SEGMENTS_MAX = 400000, /* that variables become, in one script */
	SCRIPT_EVALS_MAX = 3,	      /* eval inside eval */
};

struct script_line {
	struct words words; /* argv, variables put in; the first is the engine */
	enum answer runs;   /* MAYBE: under a condition or in a loop */
	struct span span;   /* the whole command, prefixes included */
	struct str folder;  /* the working directory, from that of the script on */
	bool folder_known;  /* false: behind a `cd` that nobody can follow */
};

VEC_TYPE(struct script_line, script_lines);

/*
 * A script is taken to be started in its own folder, which is called `folder`. Diags:
 * LIMIT_REACHED; what is no shell is no fault of a file that holds no line.
 */
struct script_lines script_lines_read(struct arena *a, const struct file *file,
	struct str folder, struct diags *diags);

#endif
