/*
 * runline_guess: what a word that nobody knows stands for, by its name and its default.
 *
 * Private to source/runline*.c. Depends on model/value. A word of a run line that is one
 * variable may be an image, options, or the engine. What it is called tells most often;
 * these are guesses, and who asks keeps the line partial where one could be wrong.
 *
 *	if (guess_is_open(word) && !guess_operand_name(word->value.at[0].name))
 *		out->is_partial = true;
 */
#ifndef OAKUM_SOURCE_RUNLINE_GUESS_H
#define OAKUM_SOURCE_RUNLINE_GUESS_H

#include "model/command.h"

/* One unknown segment, bare: the shell may make any number of words of it. */
bool guess_is_open(const struct word *word);

/* $IMAGE, $TAG: one word for sure, whoever sets it. */
bool guess_operand_name(struct str name);

/* $OPTS, $GPU_FLAGS. */
bool guess_options_name(struct str name);

/* ${GPU:+--gpus all}: what may stand there begins like an option. */
bool guess_holds_options(const struct segment *s);

/* ${1:-example.org/models/scorer}: who gives another one gives an image, too. */
bool guess_holds_image(struct arena *a, const struct segment *s);

/* "a/b", "a:1": hardly the value of an option that nobody knows. */
bool guess_is_image(struct str flat);

/* $DOCKER, $CONTAINER_ENGINE: *engine is what a variable that is called so holds. */
bool guess_engine(const struct word *word, struct str *engine);

#endif
