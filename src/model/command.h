/*
 * command: what RUN, CMD, ENTRYPOINT, HEALTHCHECK and scripts come down to.
 *
 * Depends on value, answer. A shell's program becomes a flat list of commands in the
 * order in which they run, each an argv with a span a word. What decides whether a
 * command runs at all is its guard. Words keep unresolved shell variables as unknown
 * segments that carry the variable's name; who runs the list resolves them against the
 * environment of the moment.
 *
 *	for each c of list:
 *		if (command_is(c, STR("useradd")) && c->runs != ANSWER_NO) ...
 */
#ifndef OAKUM_MODEL_COMMAND_H
#define OAKUM_MODEL_COMMAND_H

#include "model/answer.h"
#include "model/value.h"

struct word {
	struct value value;
	struct span span;
	bool is_quoted;	 /* some of it stood in quotes */
	bool is_globbed; /* holds an unquoted * ? [ */
};

enum redirect_kind {
	REDIRECT_IN,	  /* < file */
	REDIRECT_OUT,	  /* > file, >| file, &> file */
	REDIRECT_APPEND,  /* >> file */
	REDIRECT_HEREDOC, /* << END, <<< word: target is the text itself */
	REDIRECT_OTHER,	  /* 2>&1, <> file … */
};

struct redirect {
	enum redirect_kind kind;
	int fd; /* 0 in, 1 out, 2 error … */
	struct word target;
};

VEC_TYPE(struct word, words);

struct assignment {
	struct str name;
	struct word value;	      /* UNKNOWN where is_added or elements */
	bool is_exported;	      /* in front of a command, or by `export` */
	bool is_prefix;		      /* in front of a command, for that one alone */
	bool is_added;		      /* name+=value, name+=(elements) */
	struct word added;	      /* is_added: what is put behind the old value */
	const struct words *elements; /* name=(…): the array's words; else NULL */
};

VEC_TYPE(struct redirect, redirects);
VEC_TYPE(struct assignment, assignments);

struct command;

/*
 * Runs only when `command` ended as said; several guards all have to hold. With is_list
 * it is the status of the and-or list whose last command that is: where it did not run,
 * the list has the status of the one that kept it from running.
 */
struct guard {
	const struct command *command; /* NULL: a loop or case decides */
	bool if_succeeds;	       /* false: runs when it failed */
	bool is_list;
	const struct guard *outer; /* the guard around this one, or NULL */
};

/* A call of a shell function: `set` and `shift` in it end with it. */
struct frame {
	const struct frame *outer; /* the call around this one, or NULL */
};

struct command {
	struct words argv; /* without prefixes such as sudo, env, exec */
	struct redirects redirects;
	struct assignments assignments; /* in front of it; alone when argv is empty */
	const struct guard *guard;	/* NULL: it always runs */
	const struct command *reads;	/* the command whose output it reads, or NULL */
	const struct frame *frame; /* the innermost call that it stands in, or NULL */
	struct word as_user;	   /* sudo -u X, su X -c: argv runs as X; else n 0 */
	bool is_sudo;		   /* behind sudo or doas */
	bool is_exec;		   /* behind exec: replaces the shell */
	bool is_background;	   /* behind & */
	bool in_subshell;	   /* its assignments do not outlive it */
	bool has_wildcard_args;	   /* xargs, "$@": more words than are seen */
	struct span span;	   /* all of it, prefixes included */
	size_t index;		   /* in the list of the text that it was read from */
};

VEC_TYPE(struct command *, commands);

/* How a program of the image is started. */
enum program_form { PROGRAM_EXEC, PROGRAM_SHELL };

/* The base name of argv[0] when it is known ("/usr/sbin/useradd" → "useradd"). */
bool command_name(const struct command *c, struct str *name);

/* True when command_name is name. */
bool command_is(const struct command *c, struct str name);

struct binding;

/*
 * Does it stand only where a variable is set (`if [ -n "$X" ]`) to which neither env nor
 * script, the text that it is from, gives a value? Then it does not run.
 */
bool command_is_ruled_out(struct arena *a, const struct command *c,
	const struct binding *env, struct str script);

#endif
