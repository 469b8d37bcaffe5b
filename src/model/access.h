/*
 * access: may this identity read, write, run what stands at a path, and why.
 *
 * Depends on owners, workload. The kernel's rule (path_resolution(7), capabilities(7)):
 * every folder on the way needs x; then the bits of the owner, else of the group, else
 * of others decide, and uid 0 with CAP_DAC_OVERRIDE passes all but x on a file without
 * any. Over the image lie the mounts of the run. MAYBE where a fact is missing.
 *
 *	struct access a = access_ask(&asker, STR("/app"), ACCESS_WRITE);
 *	if (a.can == ANSWER_NO)
 *		say("%.*s", STR_ARG(a.why));
 */
#ifndef OAKUM_MODEL_ACCESS_H
#define OAKUM_MODEL_ACCESS_H

#include "model/workload.h"

enum access_kind {
	ACCESS_READ,  /* a file's bytes, a folder's names */
	ACCESS_WRITE, /* change what is there; make it where it is missing */
	ACCESS_MAKE,  /* make files in it */
	ACCESS_RUN,   /* run a file; enter a folder */
	ACCESS_COUNT
};

struct access {
	enum answer can;
	struct str why;	  /* a sentence without its full stop */
	struct span span; /* of what decided; SPAN_NONE: the base image, or nothing */
};

/* Who asks. */
struct access_asker {
	struct view view;
	const struct workload *workload;
	struct identity identity;
};

struct access access_ask(
	const struct access_asker *asker, struct str path, enum access_kind kind);

/* "read", "write", "make", "run": the words of the JSON output. */
struct str access_name(enum access_kind kind);

#endif
