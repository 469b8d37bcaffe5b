/*
 * value: bytes of a result that remember where they came from.
 *
 * Depends on base. A value is a list of segments: literal bytes with the span where
 * they stand; the bytes of an expanded variable with the span of its use and of its
 * definition; or something unknown with the reason. Only a value of one literal
 * segment may be spliced by an edit.
 *
 *	struct str user;
 *	if (!value_str(arena, v, &user))
 *		return maybe(value_why(v));
 */
#ifndef OAKUM_MODEL_VALUE_H
#define OAKUM_MODEL_VALUE_H

#include "base/text.h"

enum segment_kind { SEGMENT_LITERAL, SEGMENT_EXPANSION, SEGMENT_UNKNOWN };

struct value;

struct segment {
	enum segment_kind kind;
	struct str text;	   /* the bytes; empty for UNKNOWN */
	struct span span;	   /* where it is written or used */
	const struct text *source; /* LITERAL: text with the place of each byte, where
				      they do not stand in the file as in text
				      (--x="y"); else NULL */
	struct str name;	   /* of the variable; empty when there is none */
	struct span definition;	   /* EXPANSION: where the variable got its value */
	struct str why; /* UNKNOWN: a clause, "the base may set UID"; EXPANSION: why it
			   is empty, "ARG UID has no default"; else empty */
	/*
	 * UNKNOWN, of a shell's ${name SIGN operand}: how the variable's value is turned
	 * into bytes once it is known. Empty and NULL for a plain $name.
	 */
	struct str sign;	     /* ":-", "-", ":+", "##", "%" … as written */
	const struct value *operand; /* what stands behind the sign */
};

struct value {
	const struct segment *at;
	size_t n;
};

VEC_TYPE(struct segment, segments);

/* The value of what segments holds; the list must not grow any more. */
static inline struct value value_of(const struct segments *s)
{
	return (struct value){s->at, s->n};
}

/* One literal segment; the empty string gives a value that is known and empty. */
struct value value_literal(struct arena *a, struct str text, struct span span);

/* One unknown segment. */
struct value value_unknown(struct arena *a, struct str why, struct span span);

/* True when no segment is unknown. */
bool value_is_known(struct value v);

/* The bytes, joined; false (and *out untouched) when a segment is unknown. */
bool value_str(struct arena *a, struct value v, struct str *out);

/* The same, with every unknown segment shown as "${NAME}" or "?". For messages. */
struct str value_display(struct arena *a, struct value v);

/*
 * The bytes with every variable as it is written ("${PORT:-80}"), for advice that is
 * copied back into the file; where nothing was written, as value_display shows it.
 */
struct str value_written(struct arena *a, struct value v);

/* The reason of the first unknown segment; empty when the value is known. */
struct str value_why(struct value v);

/* The reason of the first expansion that is empty because nobody gave it a value. */
struct str value_why_empty(struct value v);

/*
 * The bytes with one NUL for every unknown segment: to look for separators in a value
 * that is known in part. value_slice cuts by offsets in them. A piece of a literal that
 * stands in its file as it is has the span of its own bytes.
 */
struct str value_flat(struct arena *a, struct value v);
struct value value_slice(struct arena *a, struct value v, size_t offset, size_t n);

/* From the first segment to the last. */
struct span value_span(struct value v);

#endif
