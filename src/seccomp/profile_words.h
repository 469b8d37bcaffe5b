/*
 * profile_words: the words of profiles, and values of JSON read as Go reads them.
 *
 * Depends on profile_parts, syntax/json. The engines read profiles with encoding/json:
 * a key is found in any case, null is as if nothing stood there, a value of another type
 * refuses the whole. The readers here say such a fault and give false.
 */
#ifndef OAKUM_SECCOMP_PROFILE_WORDS_H
#define OAKUM_SECCOMP_PROFILE_WORDS_H

#include "seccomp/profile_parts.h"
#include "syntax/json.h"

struct profile_reader {
	struct arena *arena;
	struct profile_notes *notes;
	struct profile *profile;
	size_t faults;	 /* said so far */
	size_t names;	 /* of all rules, for PROFILE_NAMES_MAX */
	bool is_stopped; /* a limit was reached: more would only repeat it */
};

/* A key of an object and what reads its value into out. */
struct profile_key {
	struct str name;
	void (*read)(struct profile_reader *r, const struct json *value, void *out);
};

void profile_fault(struct profile_reader *r, struct span span, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Gives each value of an object to its key's reader, null left out; keys that the table
 * does not know are noted as ignored, but for those that begin with _, as comments do.
 * NULL as reader: known and of no meaning here.
 */
void profile_read_object(struct profile_reader *r, const struct json *object,
	const struct profile_key *keys, size_t count, void *out);

/* false with a fault when value is not of that kind. */
bool profile_expect(
	struct profile_reader *r, const struct json *value, enum json_kind kind);

/* Readers for tables of keys: out is what the name says. */
void profile_read_words(
	struct profile_reader *r, const struct json *value, void *words);
void profile_read_word(struct profile_reader *r, const struct json *value, void *word);
void profile_read_u64(struct profile_reader *r, const struct json *value, void *number);
void profile_read_action(
	struct profile_reader *r, const struct json *value, void *answer);
void profile_read_errno_number(
	struct profile_reader *r, const struct json *value, void *answer);
void profile_read_errno_name(
	struct profile_reader *r, const struct json *value, void *answer);
void profile_read_compare(
	struct profile_reader *r, const struct json *value, void *compare);
void profile_read_kernel(
	struct profile_reader *r, const struct json *value, void *filter);

/* Says what an errno does not do beside its action; key is what it stands under. */
void profile_check_answer(
	struct profile_reader *r, const struct profile_answer *answer, const char *key);

/* The name of a list that is nearest to what was written, or empty. */
struct str profile_nearest_call(struct str written);

/* Adds a rule: one element of "syscalls". */
void profile_read_rule(struct profile_reader *r, const struct json *value);

#endif
