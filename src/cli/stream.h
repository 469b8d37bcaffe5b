/*
 * stream: the bytes of a descriptor that cannot be opened again: standard input, a pipe.
 *
 * Depends on base. What is read is whole or refused: a log cut in the middle would be
 * explained wrongly, a profile cut in the middle proved wrongly.
 *
 *	if (stream_read(a, STDIN_FILENO, STR("standard input"), FILE_MAX, &bytes, e) < 0)
 *		return -1;
 */
#ifndef OAKUM_CLI_STREAM_H
#define OAKUM_CLI_STREAM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * All of fd, which errors call name, up to its end. -1 with the code of read(2), or with
 * EFBIG when there are more than max bytes.
 */
int stream_read(struct arena *a, int fd, struct str name, size_t max, struct str *out,
	struct err *e);

#endif
