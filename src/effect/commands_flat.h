/*
 * commands_flat: what the files of the flattening share; nobody else includes it.
 *
 * Depends on commands.h, syntax/shell. A flattener walks trees and collects commands;
 * a scope is what the constructs around a command say about it, handed down by value
 * and never changed upwards; an outcome is what a construct says to what follows it.
 */
#ifndef OAKUM_EFFECT_COMMANDS_FLAT_H
#define OAKUM_EFFECT_COMMANDS_FLAT_H

#include "effect/commands.h"
#include "syntax/shell.h"

/* A word on its way into argv. */
struct flat_arg {
	struct word word;
	const struct shell_word *source; /* NULL: text is all there is */
	struct text text;		 /* of the JSON form */
};

VEC_TYPE(struct flat_arg, flat_args);

struct flat_function {
	struct flat_function *older;
	struct str name;
	const struct shell_list *body;
	bool is_running; /* calls itself: not followed again */
	bool was_called;
};

struct flattener {
	struct arena *arena;
	struct diags *diags;
	struct commands out;
	struct flat_function *functions; /* the newest first */
	unsigned depth, calls, steps, brace_words;
	bool stopped;
};

struct flat_scope {
	enum commands_shell shell;
	const struct guard *guard;
	const struct command *reads;
	struct redirects *redirects;	    /* of the compounds around it, or NULL */
	const struct flat_args *positional; /* $0, $1 ... where they are known */
	size_t known_positional;	    /* how many of them are one word for sure */
	bool more_positional;		    /* there may be more, "$@" was passed */
	bool hides_positional;		    /* $1 is not the script's own $1 */
	const struct frame *frame;	    /* of the function that runs, or NULL */
	struct word as_user;
	bool is_sudo, is_background, in_subshell, has_wildcard_args;
};

/* When what follows runs; every guard includes the scope's own. */
struct flat_outcome {
	const struct guard *succeeded, *failed;
	const struct guard *and_then; /* behind && where the whole list succeeded */
	bool never_fails, never_succeeds;
};

/* A simple command while its prefixes are taken off. */
struct flat_call {
	struct flattener *f;
	struct flat_scope scope;
	struct command *command;
	struct flat_args args;
	size_t at;			  /* the first word that is left */
	const struct shell_command *tree; /* NULL: the JSON form */
};

/* ---- commands.c ---- */

struct flat_outcome flat_list(struct flattener *f, const struct flat_scope *scope,
	const struct shell_list *list);

/* Reads a text and flattens it; one call deeper. */
struct flat_outcome flat_text(
	struct flattener *f, const struct flat_scope *scope, const struct text *text);

/* A guard around the scope's own; command NULL: nobody knows. */
const struct guard *flat_guard(struct flattener *f, const struct guard *outer,
	const struct command *command, bool if_succeeds);

/* Nobody knows how it ends. */
struct flat_outcome flat_maybe(struct flattener *f, const struct flat_scope *scope);

/* One simple command, of a tree or of the JSON form. */
struct flat_outcome flat_call(struct flat_call *call);

/* ---- commands_simple.c ---- */

struct flat_outcome flat_simple(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c);

/* A variable set by itself: what `for` does to its name. */
void flat_assign(struct flattener *f, const struct flat_scope *scope, struct text name,
	struct word value);

/* A compound's redirections, converted, behind those of the scope. */
struct redirects *flat_redirects(struct flattener *f, const struct flat_scope *scope,
	const struct shell_redirects *redirects);

/* ---- commands_word.c ---- */

struct word flat_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word);

/* Appends what a word becomes: braces expanded, "$@" spread where it is known. */
void flat_add_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word, struct flat_args *out);

/* True when it holds "$@" or "$*": it may be any number of words. */
bool flat_is_open(const struct flat_arg *arg);

/* What stands behind the first n bytes, which must be literal. */
struct flat_arg flat_arg_behind(struct flattener *f, const struct flat_scope *scope,
	const struct flat_arg *arg, size_t n);

/* The known bytes that a word begins with; empty when there are none. */
struct str flat_head(const struct flat_arg *arg);

/* The known bytes of a word of one literal; p NULL when it is none. */
struct str flat_str(const struct flat_arg *arg);

/* The word as shell text: quotes removed, expansions as written. */
struct text flat_arg_text(struct flattener *f, const struct flat_arg *arg);
struct text flat_word_text(struct flattener *f, const struct shell_word *word);

/* "name=value" as an assignment; false when it is none. */
bool flat_assignment_word(struct flattener *f, const struct flat_scope *scope,
	const struct flat_arg *arg, struct assignment *out);

/* ---- commands_prefix.c ---- */

/* Takes off one prefix (env, sudo ...); false when none stands there. */
bool flat_peel(struct flat_call *call);

/* ---- commands_nested.c ---- */

/* Looks into sh -c, su -c, eval and shells that read a heredoc; false when it is none. */
bool flat_nested(struct flat_call *call, struct flat_outcome *out);

/* Runs a function that was defined; false when there is none of that name. */
bool flat_function(struct flat_call *call, struct flat_outcome *out);

/* A heredoc without a command: RUN <<EOF. False when c is no such thing. */
bool flat_script(struct flattener *f, const struct flat_scope *scope,
	const struct shell_command *c, struct flat_outcome *out);

#endif
