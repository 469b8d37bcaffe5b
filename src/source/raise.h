/*
 * raise: from a change of the model back into the bytes that it was read from.
 *
 * Depends on change, load. The counterpart of lowering: each source knows how to write
 * into its own files: dockerfile_raise.c, compose_raise.c, runline_raise.c. All bytes
 * outside an edit stay as they are: comments, line ends, quotes, flow style, anchors, a
 * missing last newline. It never edits a template, an anchor that somebody else uses
 * (but one that all of its users want changed: raise_anchors_of), or a value in which a
 * variable takes part, nor a file that is no part of the input; it says what to do by
 * hand instead.
 *
 *	struct edits edits = {0};
 *	struct str refused;
 *	if (!raise_changes(&arena, world, &input, &changes, &edits, &refused))
 *		note("by hand: %.*s", STR_ARG(refused));
 */
#ifndef OAKUM_SOURCE_RAISE_H
#define OAKUM_SOURCE_RAISE_H

#include "model/change.h"
#include "source/load.h"

/* length bytes at offset of file become bytes; or a file is made. */
struct edit {
	const struct file *file; /* NULL: path is made anew with bytes */
	uint32_t offset, length;
	struct str bytes;
	struct str path;
	uint32_t mode; /* of a new file */
};

VEC_TYPE(struct edit, edits);

/*
 * Appends to *out the edits that make all of changes, which were said about input as it
 * is. False and *refused (a sentence of what to do by hand) where one of them cannot be
 * written; *out is as it was then. A change that is there already gives no edit. No two
 * edits overlap; those that insert at the same offset stand in the order of the changes.
 */
bool raise_changes(struct arena *a, struct world *world, const struct input *input,
	const struct changes *changes, struct edits *out, struct str *refused);

struct dockerfile;
struct raise_place;

/*
 * What was read of the files on the way: several calls about one reading of the input,
 * in one arena, need not read them again each. Starts as all zero.
 */
struct raise_memo {
	const struct dockerfile *dockerfile;
	const struct raise_place *compose;
};

/* An anchor of a compose file that several services stand on. */
struct raise_anchor {
	struct str name; /* "common", of `&common` */
	struct str key;	 /* with which they do, `key: *common`; empty: as a whole */
	struct span at;	 /* the node: what change.anchor names it by */
	struct strs services; /* every one, in the order of the file */
};

VEC_TYPE(struct raise_anchor, raise_anchors);

/*
 * Those that nobody but services uses, each in one way; the one with the most
 * services first. None where the input is no compose file, or has no anchors.
 */
struct raise_anchors raise_anchors_of(
	struct arena *a, struct world *world, const struct input *input);

/* raise_changes with what earlier calls have read. */
bool raise_changes_by(struct arena *a, struct world *world, const struct input *input,
	const struct changes *changes, struct raise_memo *memo, struct edits *out,
	struct str *refused);

#endif
