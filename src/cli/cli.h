/*
 * cli: what the verbs share: their table's row, the exit statuses, one way to complain.
 *
 * Depends on everything; this room alone prints and ends the process. A verb is one
 * file with one function; main.c holds the table of them. The table of options of a
 * verb is the only place where they are written down: parsing, --help, the manual
 * page's section and the shell completions are made from it.
 */
#ifndef OAKUM_CLI_CLI_H
#define OAKUM_CLI_CLI_H

#include <argp.h>

#include "base/str.h"

/* 2 comes first, as nothing is done then; else 3 beats 4 and 4 beats 1. */
enum exit_status {
	EXIT_CLEAN = 0,
	EXIT_FOUND = 1,	 /* findings at or above --fail-on */
	EXIT_USAGE = 2,	 /* the command line makes no sense */
	EXIT_FAILED = 3, /* could not do it: a named path is absent, a write failed */
	EXIT_UNSEEN = 4, /* something could not be seen: a pass would not be a pass */
};

struct verb {
	const char *name;
	const char *summary;	 /* one line, no final stop */
	const char *arguments;	 /* "[PATH]..." */
	const char *description; /* for --help; a line break is one */
	const char *example;	 /* lines of commands and what they are for */
	/* In the order of --help; ends with a zero row. arg "a|b" lists all values. */
	const struct argp_option *options;
	int (*run)(const struct verb *verb, int argc, char **argv);
};

/* Every verb in the order of --help; the last has no name. */
extern const struct verb verbs[];

int audit_main(const struct verb *verb, int argc, char **argv);
int can_main(const struct verb *verb, int argc, char **argv);
int fix_main(const struct verb *verb, int argc, char **argv);
int explain_main(const struct verb *verb, int argc, char **argv);
int prepare_main(const struct verb *verb, int argc, char **argv);
int seccomp_main(const struct verb *verb, int argc, char **argv);
int rules_main(const struct verb *verb, int argc, char **argv);
int help_main(const struct verb *verb, int argc, char **argv);
int why_main(const struct verb *verb, int argc, char **argv);

extern const struct argp_option audit_options[], can_options[], explain_options[],
	fix_options[], prepare_options[], rules_options[], seccomp_options[],
	why_options[], help_options[];

/* The verb of that name, or NULL. */
const struct verb *verb_find(struct str name);

/* Of a list of names the one nearest to what was written, or empty when none is near. */
struct str nearest_name(struct str written, struct str nearest, struct str candidate);

/* One line on standard error, "oakum: …"; bytes that would steer a terminal do not. */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
