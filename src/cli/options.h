/*
 * options: argp driven by a verb's table, strict and with a guess at what was meant.
 *
 * Depends on cli.h. argp's own messages, help and exits are off: it would accept
 * abbreviations, which break scripts when an option is added, and it speaks in another
 * voice. The command line is checked against the table before argp sees it.
 *
 *	switch (options_parse(verb, parse_option, argc, argv, &options)) ...
 */
#ifndef OAKUM_CLI_OPTIONS_H
#define OAKUM_CLI_OPTIONS_H

#include "base/buf.h"
#include "cli/cli.h"

enum options_result { OPTIONS_GOOD, OPTIONS_HELPED, OPTIONS_WRONG };

/* Parses argv[1…]; HELPED: --help was asked for and printed; WRONG: it was said why. */
enum options_result options_parse(const struct verb *verb, argp_parser_t parser,
	int argc, char **argv, void *input);

/* The row of a key; NULL when the table has none. */
const struct argp_option *option_row(const struct verb *verb, int key);

/*
 * Which of the row's values ("text|json") value is, from 0; -1 when it is none of
 * them, and that has been said.
 */
int option_choice(const struct verb *verb, int key, const char *value);

/* What --help of a verb prints. */
void options_help(struct buf *out, const struct verb *verb);

#endif
