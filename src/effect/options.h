/*
 * options: reads the options of a tool by a table.
 *
 * Depends on model/command. One reader for three ways of writing options: getopt_long
 * (short ones in a bundle, options behind operands, long ones cut short where that is
 * clear), Perl's Getopt::Long (no bundles, one dash does for two, case is ignored) and
 * busybox (as getopt_long). A tool's table lists every option it takes, so that an
 * option of another tool's is seen as such. Values keep their spans.
 *
 *	static const struct option rows[] = {[OPT_UID] = {'u', "uid", true}, ...};
 *	static const struct option_table table = {rows, COUNT(rows), OPTIONS_GNU};
 *	struct options o = options_read(arena, &table, &argv);
 *	if (o.value[OPT_UID]) ...
 */
#ifndef OAKUM_EFFECT_OPTIONS_H
#define OAKUM_EFFECT_OPTIONS_H

#include "model/command.h"

enum { OPTIONS_MAX = 48 }; /* rows of one table */

struct option {
	char letter;	  /* 0: none */
	const char *name; /* without dashes; NULL: none */
	bool takes_value;
};

enum option_style { OPTIONS_GNU, OPTIONS_PERL };

struct option_table {
	const struct option *rows;
	size_t n;
	enum option_style style;
	bool stops_at_operand; /* as in `su-exec user command -x` */
};

struct options {
	/* A row's value, or for a flag the word itself; NULL: not given; last wins. */
	const struct word *value[OPTIONS_MAX];
	struct words operands;
	const struct word *stranger; /* the first option that is in no row, or NULL */
	bool is_complete; /* false: a word that is not known may be an option */
};

#define OPTION_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* argv.at[0] is the tool itself. */
struct options options_read(
	struct arena *a, const struct option_table *table, const struct words *argv);

/* A word without its first n bytes, which must be known. */
struct word word_from(struct arena *a, const struct word *word, size_t n);

/* The known bytes of a word (which may be NULL: false). */
bool word_str(struct arena *a, const struct word *word, struct str *out);

#endif
