/*
 * base_image: how the image behind FROM begins, as far as it is known.
 *
 * Depends on know, model. Private to source/. From the tables: USER, accounts, home,
 * family, what its entrypoint drops to. What is not in the tables is unknown with a
 * reason that says how to resolve it.
 */
#ifndef OAKUM_SOURCE_BASE_IMAGE_H
#define OAKUM_SOURCE_BASE_IMAGE_H

#include "source/lower.h"

/* Fills stage->base and l->state for a stage that begins with an image (or scratch). */
void base_image_start(struct lowering *l, struct stage *stage);

#endif
