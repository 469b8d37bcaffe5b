/*
 * text: bytes that were put together from elsewhere, each of which knows its origin.
 *
 * Depends on file. Joining continued lines, decoding JSON strings, taking quotes off
 * and passing a string to `sh -c` all make new bytes out of old ones. A text keeps,
 * beside its bytes, where every run of them came from, so that a word found three
 * readers deep still has a span in the file that a user sees. Immutable; a text cut
 * from another one shares its pieces.
 *
 *	struct text_builder b = text_builder(arena);
 *	text_add(&b, &line, 0, 12);
 *	text_add_decoded(&b, STR("\n"), span_of_backslash_n);
 *	struct text joined = text_finish(&b);
 *	struct span where = text_span(&joined, word_offset, word_length);
 */
#ifndef OAKUM_BASE_TEXT_H
#define OAKUM_BASE_TEXT_H

#include "base/buf.h"
#include "base/file.h"
#include "base/vec.h"

struct text_piece {
	uint32_t at;	  /* offset of the piece's first byte among the pieced bytes */
	bool decoded;	  /* the whole piece stands for the whole of from */
	struct span from; /* its origin; byte for byte the same unless decoded */
};

struct text {
	struct str s;
	uint32_t base; /* s begins here among the pieced bytes */
	uint32_t piece_count;
	const struct text_piece *pieces; /* in order of at */
};

/* The bytes of a span as a text; its one piece lives in a. */
struct text text_of(struct arena *a, struct span span);

/* Bytes that come from no file; every span of it is SPAN_NONE. */
struct text text_of_str(struct str s);

/* Part of t, at most n bytes from offset, as str_sub cuts. */
struct text text_sub(const struct text *t, size_t offset, size_t n);

/*
 * Where n bytes from offset came from: from the first byte's origin to the last
 * one's, with what stands between them in the file. For n 0 an empty span at the
 * origin of the byte at offset (or behind the last byte).
 */
struct span text_span(const struct text *t, size_t offset, size_t n);

/* The span of the whole text. */
struct span text_span_all(const struct text *t);

struct text_builder {
	struct buf bytes;
	VEC(struct text_piece) pieces;
};

static inline struct text_builder text_builder(struct arena *a)
{
	return (struct text_builder){.bytes = {.arena = a}};
}

/* Makes room at once where the size is known: no memory is spent on growing. */
void text_reserve(struct text_builder *b, size_t bytes, size_t pieces);

/* Appends n bytes of t from offset, which must lie inside it. */
void text_add(struct text_builder *b, const struct text *t, size_t offset, size_t n);

/* Appends bytes that stand for the source in from (an escape, a variable, a tab). */
void text_add_decoded(struct text_builder *b, struct str bytes, struct span from);

/* What was built; the builder must not be used again. */
struct text text_finish(struct text_builder *b);

#endif
