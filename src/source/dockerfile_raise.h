/*
 * dockerfile_raise: the workbench on which a change becomes edits of a Dockerfile.
 *
 * Private to source/dockerfile_raise*.c. Depends on raise_by, syntax/dockerfile. One
 * place is one change and the instruction in which it is; what is new is written with
 * the line ends and the escape character of the file.
 *
 *	struct dockerfile_place p = {.r = r, .change = change, .df = df};
 */
#ifndef OAKUM_SOURCE_DOCKERFILE_RAISE_H
#define OAKUM_SOURCE_DOCKERFILE_RAISE_H

#include "source/raise_by.h"
#include "syntax/dockerfile.h"

/* One change on its way into the file that it is about. */
struct dockerfile_place {
	struct raising *r;
	const struct change *change;
	const struct dockerfile *df;
	const struct dockerfile_instruction *in; /* in which the change is */
	size_t index;				 /* of in */
	struct str eol;				 /* "\n" or "\r\n", as its lines end */
};

/* ---- dockerfile_raise.c ---- */

struct span dockerfile_here(
	const struct dockerfile_place *p, uint32_t offset, uint32_t length);

/* Does $x, `...` or {{...}} take part in the bytes? */
bool dockerfile_has_variable(struct str bytes);
bool dockerfile_refuse_variable(struct dockerfile_place *p, struct str bytes);

/* ---- a kind of change each ---- */

bool dockerfile_raise_step(struct dockerfile_place *p);
bool dockerfile_raise_flag(struct dockerfile_place *p);
bool dockerfile_raise_word(struct dockerfile_place *p);

#endif
