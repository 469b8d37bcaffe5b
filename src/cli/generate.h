/*
 * generate: what else is made from the tables of options.
 *
 * Depends on cli.h. packaging/completions/ and the options of man/ are this output,
 * and a test keeps them so.
 */
#ifndef OAKUM_CLI_GENERATE_H
#define OAKUM_CLI_GENERATE_H

#include "base/buf.h"
#include "cli/cli.h"

/* The list of a verb's options for its manual page, in mdoc(7). */
void generate_man(struct buf *out, const struct verb *verb);

enum completion_shell { SHELL_BASH, SHELL_ZSH };

/* The whole completion script for a shell. */
void generate_completion(struct buf *out, enum completion_shell shell);

#endif
