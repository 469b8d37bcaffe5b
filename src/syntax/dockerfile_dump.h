/*
 * dockerfile_dump: a Dockerfile's tree in the s-expressions of BuildKit's parser.
 *
 * Depends on dockerfile.h. The form is the one of BuildKit's own test results: one list
 * an instruction, strings quoted as Go quotes them. For comparing with them, and for
 * people who wonder what oakum read.
 *
 *	struct buf out = {.arena = &arena};
 *	dockerfile_dump(dockerfile_parse(&arena, file, &diags), &out);
 */
#ifndef OAKUM_SYNTAX_DOCKERFILE_DUMP_H
#define OAKUM_SYNTAX_DOCKERFILE_DUMP_H

#include "base/buf.h"
#include "syntax/dockerfile.h"

/* Appends '(from "image")' and so on, a line each, no newline behind the last. */
void dockerfile_dump(const struct dockerfile *df, struct buf *out);

#endif
