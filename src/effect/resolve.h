/*
 * resolve: puts variables into the words of a command.
 *
 * Depends on model. A word keeps each shell variable as an unknown segment with its
 * name (model/value.h); the bindings of the moment turn it into an expansion that
 * remembers use and definition. ${x:-d} and its kin are carried out where their parts
 * are known. What is not known stays unknown.
 *
 *	struct value v = value_resolve(arena, word->value, bindings);
 */
#ifndef OAKUM_EFFECT_RESOLVE_H
#define OAKUM_EFFECT_RESOLVE_H

#include "model/build.h"
#include "model/command.h"

enum { RESOLVE_DEPTH_MAX = 16 }; /* ${a:-${b:-${c…}}} */

/*
 * What a name stands for: from the newest list to the oldest (a shell's own, ENV, ARG).
 * is_complete: a name that none of them has is unset, not unknown.
 */
struct variables {
	const struct binding *shell, *env, *args;
	const struct words *positional; /* "$1" …; NULL: not known */
	struct word self;		/* "$0" */
	bool is_complete;
	bool is_run_time; /* of an entrypoint: an unset name is an argument to come */
};

/* value with every variable that is known put in. */
struct value value_resolve(
	struct arena *a, struct value value, const struct variables *variables);

/*
 * The words that the shell makes of words: variables put in, unquoted ones split at
 * blanks, "$@" spread. *complete becomes false when there may be more or other words.
 */
struct words words_resolve(struct arena *a, const struct words *words,
	const struct variables *variables, bool *complete);

#endif
