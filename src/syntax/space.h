/*
 * space: the blanks that Go's unicode.IsSpace knows, which is what BuildKit trims.
 *
 * Depends on base. ASCII is decided at once; the others (NO-BREAK SPACE and friends,
 * which arrive by copy and paste) take a look at the bytes that begin them.
 */
#ifndef OAKUM_SYNTAX_SPACE_H
#define OAKUM_SYNTAX_SPACE_H

#include "base/text.h"

/* Bytes of the blank above ASCII at the start of s, 0 when there is none. */
size_t space_length_wide(struct str s);

/* Bytes of the blank at the start of s, 0 when there is none. */
static inline size_t space_length(struct str s)
{
	if (!s.n)
		return 0;
	if ((unsigned char)s.p[0] < 0x80)
		return byte_is_space(s.p[0]);
	return space_length_wide(s);
}

/* Without blanks at its start, or at both ends. */
struct str space_trim_left(struct str s);
struct str space_trim(struct str s);
struct text space_trim_text(const struct text *t);

#endif
