/*
 * images: a user's table of images, read and checked.
 *
 * Private to know/. A file that is read in part would lie, so the first line that does
 * not fit refuses it.
 */
#ifndef OAKUM_KNOW_IMAGES_H
#define OAKUM_KNOW_IMAGES_H

#include "know/table.h"

/* Reads f as images.tsv; -1 when a line does not fit, e says where and why. */
int images_read(
	struct arena *a, const struct file *f, struct know_table *out, struct err *e);

/* The row of know_families, or its row_count when it has none of that name. */
uint32_t family_row(struct str name);

#endif
