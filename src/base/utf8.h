/*
 * utf8: the little that oakum must know of UTF-8, by RFC 3629.
 *
 * Depends on str. Positions are bytes everywhere; these are for output that counts
 * otherwise (terminal columns, UTF-16 units, JSON).
 */
#ifndef OAKUM_BASE_UTF8_H
#define OAKUM_BASE_UTF8_H

#include "base/str.h"

/* Bytes (1 to 4) of the well-formed sequence at the start of s; 0 when it is none. */
size_t utf8_length(struct str s);

/* Appends code point (at most 0x10ffff) to out, which has room for 4; bytes written. */
size_t utf8_encode(uint32_t code_point, char out[4]);

#endif
