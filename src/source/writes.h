/*
 * writes: what a workload will write, gathered from everything that tells of it.
 *
 * Private to source/. Depends on know, effect. Packages that its build installs mark
 * rows of libraries.tsv as being there; the program that starts marks rows as done, and
 * leads to scripts and configuration files of the context, which are read as far as
 * they are at hand. Nothing is claimed that was not seen: an installed package MAYBE
 * writes, one that the started script calls does.
 *
 *	w->writes = writes_find(&(struct writes_input){
 *		.effect = &effect, .workload = w, .now = &state});
 */
#ifndef OAKUM_SOURCE_WRITES_H
#define OAKUM_SOURCE_WRITES_H

#include "effect/run.h"
#include "know/libraries.h"
#include "source/load.h"

enum {
	WRITES_MAX = 400,	    /* of one workload */
	WRITES_FILES_MAX = 64,	    /* scripts, modules, configurations that are read */
	WRITES_BYTES_MAX = 1 << 20, /* of them together */
	WRITES_DEPTH_MAX = 4,	    /* programs that start programs */
	WRITES_WORDS_MAX = 20000,   /* of the programs that start */
};

struct writes_input {
	struct effect_context *effect; /* reads the files of the image */
	const struct workload *workload;
	const struct state *now; /* of the image, with what the run lays over it */
	struct span *unplaced; /* NULL, or gets the first write of a script whose place
				    only the script knows; else it is left alone */
};

/* Never NULL; empty where nothing is known to write. */
const struct writes *writes_find(const struct writes_input *in);

/*
 * What RUN lines, run by root, download into root's home (models, data sets), and the
 * program that starts looks for in its own: each place once, with the span of its step.
 * Only what is sure to be there; never NULL.
 */
const struct writes *writes_downloaded(const struct writes_input *in);

/* ---- what the parts of it share ---- */

/* What was seen of one row of libraries.tsv. */
struct writes_row {
	bool is_installed, is_started, is_imported, is_called;
	bool is_elsewhere; /* only called with a place of its own */
	struct str by;
	struct span span;
};

/* A word of a program that starts; empty text: not known. */
struct writes_word {
	struct str text;
	struct span span;
	const struct word *word; /* it was made from, for what is in it; or NULL */
};

VEC_TYPE(struct writes_word, writes_words);

struct python_scan;

VEC_TYPE(const struct python_scan *, python_scans);

struct writes_search {
	struct arena *arena;
	const struct writes_input *in;
	struct writes_row *rows; /* by number of the row; NULL: none was marked yet */
	uint32_t row_count;
	struct writes *out;
	struct strs seen; /* paths in the image that were read */
	uint32_t bytes, words;
	struct str cwd; /* where the program stands; empty: not known */
	uint32_t depth;
	bool has_supervised;  /* a program of supervisord's was read */
	struct span unplaced; /* of a write whose place only the program knows */
};

/* What a mark was seen as. */
enum writes_seen {
	WRITES_INSTALLED,
	WRITES_IMPORTED,
	WRITES_STARTED,
};

/* Marks the rows of that name; by is what a person calls it. */
void writes_mark(struct writes_search *s, enum library_mark kind, struct str name,
	enum writes_seen seen, struct str by, struct span span);

/* Adds a write for each row that is marked. */
void writes_rows(struct writes_search *s);

/* The installed rows that a person knows by that name: it starts. */
void writes_mark_started(struct writes_search *s, struct str name, struct span span);

/* Packages that the build installs: writes_packages.c */
void writes_packages(struct writes_search *s);

/* One command that starts, with what its shell opens for it: writes_program.c. */
void writes_command(struct writes_search *s, const struct command *command,
	const struct writes_words *words);

/* The program that starts: writes_program.c. Its words, program first. */
void writes_program(struct writes_search *s, const struct writes_words *words);

/* The words of a list, variables of the workload put in. */
struct writes_words writes_words_of(struct writes_search *s, const struct words *argv);

/* The words from first on. */
struct writes_words writes_words_from(const struct writes_words *words, size_t first);

/* The word behind option, or what stands behind its "="; NULL: it is not there. */
const struct writes_word *writes_option(struct writes_search *s,
	const struct writes_words *words, struct str option, struct writes_word *room);

/* Every command of a shell text that starts: writes_program.c */
void writes_shell(struct writes_search *s, const struct text *text);

/*
 * The bytes of a file of the image at path (relative: to the working directory). False
 * when it is not at hand, was read before, or is too much.
 */
bool writes_read(struct writes_search *s, struct str path, struct text *out);

/* The same for a file that was read before, too. */
bool writes_read_again(struct writes_search *s, struct str path, struct text *out);

/* One more write; NULL when there are too many, or path is none. */
struct write *writes_add(struct writes_search *s, struct str path);

/* Where a path of the program leads: base and path of out. cwd: of the search. */
void writes_place(struct writes_search *s, struct write *out, struct str path);

/* The known value of a variable of the workload; false when it is unset or unknown. */
bool writes_env(const struct writes_search *s, struct str name, struct str *value);

/* A Python script that starts, with its words behind it: writes_script.c */
void writes_python(
	struct writes_search *s, struct str path, const struct writes_words *words);

/* The text behind python -c, which is the first word: writes_script.c */
void writes_python_text(struct writes_search *s, const struct writes_words *words);

/* A module that starts ("serve" of serve:app); false when it is not at hand. */
bool writes_python_module(
	struct writes_search *s, struct str module, const struct writes_words *words);

/* The row of that name does not write after all: something else was said. */
void writes_unmark(struct writes_search *s, struct str name);

/* What options and variables of a known program say: writes_option.c */
void writes_by_option(
	struct writes_search *s, struct str name, const struct writes_words *words);
void writes_by_variable(struct writes_search *s);

/* What the configuration of a known program says: writes_config.c */
void writes_by_config(
	struct writes_search *s, struct str name, const struct writes_words *words);

/* A place that an option or a configuration names; NULL: none. setting may be empty. */
struct write *writes_add_set(struct writes_search *s, struct str path, bool is_folder,
	struct str rule, struct str by, struct span span);

#endif
