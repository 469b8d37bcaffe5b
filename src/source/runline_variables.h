/*
 * runline_variables: what a script's variables hold at one point of its run.
 *
 * Private to source/runline*.c. Depends on model/command. Scopes nest as the guards of
 * commands do: what is set inside one is merged with what was there when it is left, or
 * (a subshell) forgotten. Time is linear in assignments times the depth of scopes.
 *
 *	variables_enter(v, command);	scopes that end here are merged
 *	variables_assign(v, &assignment);
 *	variables_expand(v, &word, &words);
 */
#ifndef OAKUM_SOURCE_RUNLINE_VARIABLES_H
#define OAKUM_SOURCE_RUNLINE_VARIABLES_H

#include "model/command.h"

struct script_variables;

struct script_variables *script_variables_new(struct arena *a);

/* A limit was reached: what comes now is not to be believed. */
bool script_variables_full(const struct script_variables *v);

/* Leaves the scopes that command does not stand in and enters those it does. */
void script_variables_enter(struct script_variables *v, const struct command *command);

/* name=value, name+=value, name=(…), name+=(…). */
void script_variables_assign(
	struct script_variables *v, const struct assignment *assignment);

/* From here on nobody knows the variable: read, unset, getopts. */
void script_variables_forget(struct script_variables *v, struct str name);

/* Another file was read in: what is not set here may be set there. */
void script_variables_sourced(struct script_variables *v);

/* A value kept under a name that no shell variable can have. */
void script_variables_put(
	struct script_variables *v, struct str name, struct value value);

/* The value of a variable; false when it is not known to be set. */
bool script_variables_get(
	const struct script_variables *v, struct str name, struct value *out);

/* value with every variable that is known put in. */
struct value script_variables_value(struct script_variables *v, struct value value);

/* The same, with the spans of what was assigned instead of those of the uses. */
struct value script_variables_places(struct script_variables *v, struct value value);

/* Appends the words that the shell makes of word. */
void script_variables_expand(
	struct script_variables *v, const struct word *word, struct words *out);

#endif
