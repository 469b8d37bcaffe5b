/*
 * files: what a build put where, as far as it matters for who may do what.
 *
 * Depends on fact, text. Persistent like accounts: every step keeps its own. Today it
 * knows what COPY, ADD and heredocs brought and where their bytes can be read, so that
 * a script that is copied and run can be followed; ownership and modes stand on it.
 */
#ifndef OAKUM_MODEL_FILES_H
#define OAKUM_MODEL_FILES_H

#include "base/text.h"
#include "model/fact.h"

enum file_origin {
	FILE_FROM_CONTEXT, /* source is a path of the build context */
	FILE_FROM_STAGE,   /* stage is where it came from */
	FILE_FROM_HOST,	 /* a run mounts it; source is a path as oakum would open it */
	FILE_FROM_TEXT,	 /* content is known: a heredoc, an echo into a file */
	FILE_FROM_OTHER, /* an image, a URL, a program: cannot be seen */
};

struct stage;

struct file_entry {
	struct str path; /* absolute, clean; a directory covers what is below */
	enum file_origin origin;
	struct str source; /* CONTEXT: relative to the context; STAGE: its path; HOST */
	const struct stage *stage; /* STAGE */
	struct text content;	   /* TEXT */
	struct value owner;	   /* --chown as written; n 0: 0:0 */
	struct span span;	   /* the instruction */
};

struct files {
	const struct files *older;
	struct file_entry entry;
};

/* files with one more entry on top. */
const struct files *files_put(
	struct arena *a, const struct files *files, const struct file_entry *entry);

/*
 * The newest entry that is path or a directory above it, or NULL. *rest is what of path
 * lies below the entry ("" when it is the entry itself).
 */
const struct file_entry *files_find(
	const struct files *files, struct str path, struct str *rest);

#endif
