/*
 * reader: how oakum.yaml is read strictly: a table a mapping, a function a value.
 *
 * Private to policy/. Depends on config, syntax/yaml. What a value may be is said by the
 * functions of the tables alone, in the words of the faults.
 *
 *	static const struct config_key keys[] = {{STR_INIT("path"), read_path}};
 *
 *	CONFIG_KEYS(r, value, "a mapping with 'path'", keys, &row);
 */
#ifndef OAKUM_POLICY_READER_H
#define OAKUM_POLICY_READER_H

#include "policy/config.h"
#include "syntax/yaml.h"

struct config_reader {
	struct arena *arena;
	const struct config_names *names;
	struct config_faults *faults;
};

/* Reads a value into what the table is about. */
struct config_key {
	struct str name;
	void (*read)(struct config_reader *r, const struct yaml *value, void *out);
};

/* A fault at a place. */
void config_complain(struct config_reader *r, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "expected a key, found a list" */
void config_expected(
	struct config_reader *r, const struct yaml *value, const char *what);

/* The nearest of some names, if it is near enough to have been meant. */
struct guess {
	struct str written, nearest;
	unsigned distance;
};

struct guess guess_of(struct str written);
void guess_consider(struct guess *g, struct str candidate);

/* "no rule 'user-rot'; did you mean 'user-root'?" */
void config_unknown(struct config_reader *r, struct span span, const char *what,
	const struct guess *g);

/* Is what is guessed one of them? Considers all. */
bool config_is_one_of(struct guess *g, const struct str *words, size_t n);

/* Every key of a mapping by its row; keys that begin with x- are the user's. */
void config_keys(struct config_reader *r, const struct yaml *node, const char *what,
	const struct config_key *keys, size_t count, void *out);

#define CONFIG_KEYS(r, node, what, keys, out)                                          \
	config_keys(r, node, what, keys, sizeof(keys) / sizeof((keys)[0]), out)

/* Text that is not empty; a number or a word like `true` is text, too. */
bool config_text(struct config_reader *r, const struct yaml *value, const char *what,
	struct str *out);

/* A path is one below the folder of oakum.yaml. */
bool config_path(struct config_reader *r, const struct yaml *value, struct str *out);

/* Each item of a list; a single value stands for a list of one. */
void config_each(struct config_reader *r, const struct yaml *value,
	void (*read)(struct config_reader *r, const struct yaml *item, void *out),
	void *out);

#endif
