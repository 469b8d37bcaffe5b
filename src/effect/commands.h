/*
 * commands: from a shell's tree to the flat list of commands that run.
 *
 * Depends on base, syntax/shell, model/command. Looks through what merely starts
 * another command (env, sudo, exec, nohup, xargs ...), into the strings of `sh -c`,
 * `su -c` and `eval` and into heredocs that are fed to a shell; puts a function's body
 * where it is called; repeats the body of a `for` over known words. What decides
 * whether a command runs becomes its guard. Commands of $(...) stand before the
 * command that they are part of. Everything lives in the arena.
 *
 * Words: $x is SEGMENT_UNKNOWN with name "x"; ${x:-d} has sign ":-" and the operand;
 * two operands are joined as written (${x:0:1}: sign ":", "0:1"); ${#x} has sign
 * "#len", ${x[@]} "[@]"; $(...) has no name and the span of its bytes. ~ is the variable
 * HOME. An assignment of name=(a b) has the array's words in `elements`.
 * `export`, `local` and their kin keep their argv; their K=V are assignments as well.
 * `[[ a ]]` and `((a))` keep their brackets as first and last word. gosu, su-exec,
 * setpriv, runuser, chroot and init programs are commands like any other.
 *
 * Guards: `A && B` and `A || B` as they read, `!` flips, `if` takes the last command
 * of its condition. Behind `A || B && C`, C has no guard of A or B: where the whole
 * succeeded, it ran. The failure of `A && B` and the success of `A || B` are guards on
 * the list that ends with B. What no list decides (a loop, a case) has a guard without
 * a command.
 *
 *	struct commands list = commands_of_shell(arena, &text, COMMANDS_SH, diags);
 *	vec_each(struct command *, c, &list)
 *		use(*c);
 */
#ifndef OAKUM_EFFECT_COMMANDS_H
#define OAKUM_EFFECT_COMMANDS_H

#include "base/diag.h"
#include "base/text.h"
#include "model/command.h"

enum {
	COMMANDS_DEPTH_MAX = 80,    /* lists, functions and strings inside each other */
	COMMANDS_CALLS_MAX = 8,	    /* functions and strings inside each other */
	COMMANDS_STEPS_MAX = 50000, /* simple commands that are looked at */
	COMMANDS_BRACES_MAX = 20000, /* words that braces become, in one text */
	COMMANDS_REPEAT_MAX = 64,    /* words of a `for` that is repeated */
};

/* Which shell reads the text: bash expands {a,b}, sh does not. */
enum commands_shell { COMMANDS_SH, COMMANDS_BASH };

/*
 * The commands of a shell text. A RUN with heredocs is one text: the line, a newline,
 * then each body and the line with its name. A heredoc without a command (`RUN <<EOF`)
 * is a script of its own: the one its #! line names, or this shell's.
 * Diags: those of shell_parse, and LIMIT_REACHED.
 */
struct commands commands_of_shell(struct arena *a, const struct text *text,
	enum commands_shell shell, struct diags *diags);

/*
 * The same, and behind it the bodies of the functions that nothing calls: of a file that
 * others read in, or that takes the name of a function as its argument. Nobody knows
 * whether they run; their arguments are unknown.
 */
struct commands commands_of_script(struct arena *a, const struct text *text,
	enum commands_shell shell, struct diags *diags);

/*
 * The command of a list of n words that no shell reads (the JSON form). Nothing in the
 * words means anything; but where they start a shell with a string, or a prefix like
 * env, what that runs is the answer.
 */
struct commands commands_of_argv(
	struct arena *a, const struct text *argv, size_t n, struct diags *diags);

/* The same for words whose values may be known in part only. */
struct commands commands_of_words(
	struct arena *a, const struct words *argv, struct diags *diags);

#endif
