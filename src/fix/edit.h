/*
 * edit: bytes replaced in files, in memory first and then, whole or not at all, on disk.
 *
 * Depends on base, source. edits_apply makes new bytes; files_write puts them on the
 * disk: a new file beside the old one, synced, with its mode and owner, renamed over it;
 * refused when the file is a link, no regular file, not writable, or no longer what was
 * read. Whatever goes wrong, the original is as it was.
 */
#ifndef OAKUM_FIX_EDIT_H
#define OAKUM_FIX_EDIT_H

#include "source/raise.h"

/* One file on its way from what was read to what shall be written. */
struct edited_file {
	struct str path;
	struct str before; /* empty and is_new for a file that is made */
	struct str after;
	uint32_t mode;
	bool is_new;
};

VEC_TYPE(struct edited_file, edited_files);

/*
 * Applies edits (in any order, not overlapping) to *files: a file that is not in the
 * list yet enters it with what the edit says it held. -1 when edits overlap, lie
 * outside, or were made against other bytes than the list holds.
 */
int edits_apply(struct arena *a, const struct edits *edits, struct edited_files *files,
	struct err *e);

/* Files laid over a world, so that they can be read before they are written. */
struct world *edited_world(
	struct arena *a, struct world *under, const struct edited_files *files);

/* A unified diff with three lines of context, as `diff -u a/PATH b/PATH` has it. */
struct str edited_diff(struct arena *a, struct str path, struct str before,
	struct str after, bool is_new);

/*
 * Writes all that differ, each atomically. When one fails, those already renamed stay
 * (each is whole), *done says how many, and e names the file and the reason.
 */
int edited_write(const struct edited_files *files, size_t *done, struct err *e);

#endif
