/*
 * str: a view of bytes that somebody else owns.
 *
 * Depends on nothing but libc. A str is a pointer and a length; it is never
 * terminated, may hold any byte, and is passed by value. The bytes live as long
 * as whatever they were cut from (a file, an arena, a literal).
 *
 *	struct str line = STR("USER app");
 *	if (str_starts_nocase(line, STR("user ")))
 *		name = str_trim(str_from(line, 5));
 */
#ifndef OAKUM_BASE_STR_H
#define OAKUM_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p; /* may be NULL when n is 0 */
	size_t n;      /* bytes */
};

/* A view of a string literal (the literal's NUL is not part of it). */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})

/* The same for a static initialiser, where a compound literal is not allowed. */
#define STR_INIT(literal)                                                              \
	{                                                                              \
		"" literal, sizeof(literal) - 1                                        \
	}

/*
 * For printf: printf("%.*s", STR_ARG(s)). A str longer than INT_MAX prints cut. s is
 * evaluated twice, once for each argument: what is dear to make gets a name first.
 */
#define STR_ARG(s) str_precision_(s), str_bytes_(s)

static inline int str_precision_(struct str s)
{
	return s.n > 0x7fffffff ? 0x7fffffff : (int)s.n;
}

static inline const char *str_bytes_(struct str s)
{
	return s.p ? s.p : "";
}

/* A view of a C string; NULL gives the empty view. */
static inline struct str str_c(const char *c)
{
	return (struct str){c, c ? strlen(c) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	if (!a.n || !a.p || !b.p)
		return true;
	/* Most that differ do so in the first byte, and that is cheaper than a call. */
	return a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0;
}

/* Part of s: at most n bytes from offset; beyond the end is empty, not an error. */
static inline struct str str_sub(struct str s, size_t offset, size_t n)
{
	if (offset >= s.n)
		return (struct str){s.p ? s.p + s.n : "", 0};
	return (struct str){s.p + offset, n < s.n - offset ? n : s.n - offset};
}

static inline struct str str_from(struct str s, size_t offset)
{
	return str_sub(s, offset, s.n);
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

static inline bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

/* ASCII only: bytes above 127 compare as they are. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts_nocase(struct str s, struct str prefix);

/* Order by bytes, then by length: <0, 0, >0 as memcmp. */
int str_cmp(struct str a, struct str b);

/* Offset of the first byte c, or s.n when there is none. */
size_t str_find(struct str s, char c);

/* Offset of the first occurrence of needle, or s.n when there is none. */
size_t str_find_str(struct str s, struct str needle);

/* Offset of the last byte c, or s.n when there is none. */
size_t str_rfind(struct str s, char c);

/* Without blanks (space, tab, CR, LF, VT, FF) at both ends, or at one. */
struct str str_trim(struct str s);
struct str str_trim_left(struct str s);
struct str str_trim_right(struct str s);

/*
 * Cuts the next field that ends in sep off f->rest; false when f->rest is used up.
 * "a,,b" gives "a", "", "b"; "" gives one empty field.
 */
struct str_fields {
	struct str rest;
	bool done;
};
bool str_next_field(struct str_fields *f, char sep, struct str *field);

/* Cuts the next blank-separated word off *rest; false when none is left. */
bool str_next_word(struct str *rest, struct str *word);

/*
 * A decimal number of only digits ("00" and "007" are numbers, "+0" and "" are
 * not); false when it is none or does not fit. *out is untouched then.
 */
bool str_to_u32(struct str s, uint32_t *out);

/* Shell glob with * and ? over the whole of s; * crosses every byte. */
bool str_glob(struct str pattern, struct str s);

/* Edits (insert, delete, replace, swap of neighbours) from a to b, at most cap. */
unsigned str_distance(struct str a, struct str b, unsigned cap);

/* FNV-1a of the bytes, 64 bits: for tables and fingerprints, not for secrets. */
uint64_t str_hash(struct str s);

static inline bool byte_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool byte_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool byte_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool byte_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char byte_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

#endif
