/*
 * engine: asking docker or podman, in a child process, without a shell.
 *
 * Depends on base. The program is looked for on PATH (or named with a slash). It gets no
 * input, few seconds and a limit for what it may say; afterwards nothing of it is left:
 * no process, no descriptor. What it prints is data of a stranger.
 *
 *	struct engine_said said;
 *	const char *words[] = {"docker", "inspect", "--", name, NULL};
 *	if (engine_ask(&arena, words, &said, e) < 0)
 *		return -1;
 */
#ifndef OAKUM_WHY_ENGINE_H
#define OAKUM_WHY_ENGINE_H

#include "base/arena.h"
#include "base/err.h"

enum {
	ENGINE_SECONDS = 20,		     /* for one question */
	ENGINE_BYTES_MAX = 24 * 1024 * 1024, /* of an answer; the rest is not read */
};

struct engine_said {
	struct str out; /* standard output and, where both were wanted, error */
	struct str err; /* the first line of standard error */
	int status;	/* exit status; 128 + N: ended by the signal N */
};

/*
 * May name be a container's, to ask an engine about it? A name has neither a slash inside
 * nor a dot in front, says docker's daemon/names/names.go, and podman's NameRegex
 * says the same: what has is the path of a file that is not there.
 */
bool engine_may_know(struct str name);

/*
 * Runs words (ending with NULL). is_both: standard error goes where standard output
 * goes, in order. Of what it prints the first most bytes or a little more are read; it is
 * ended when there are more, and its status is 0 then. -1 when it cannot be started,
 * takes too long or dies of a signal that was not ours; a status other than 0 is an
 * answer.
 */
int engine_ask(struct arena *a, const char *const *words, bool is_both, size_t most,
	struct engine_said *out, struct err *e);

#endif
