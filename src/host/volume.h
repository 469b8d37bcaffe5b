/*
 * volume: a named volume that the engine does not have yet, made for who will write it.
 *
 * Private to host/. Depends on prepare. A fresh volume is root's where the image has no
 * folder at its place, and takes over the image's folder where it has one, and that at
 * every start for as long as the volume is empty (moby daemon/container,
 * copyExistingContents). So it is made with the engine's client, filled by the image as
 * at its first start, given away, and not left empty where the image has the folder. The
 * client does it on whatever machine its engine is, and needs no root itself.
 *
 *	struct host_words words = host_volume_create(&arena, step);
 */
#ifndef OAKUM_HOST_VOLUME_H
#define OAKUM_HOST_VOLUME_H

#include "base/err.h"
#include "host/prepare.h"

/* The client's words, from "docker" on: make it, as compose would. */
struct host_words host_volume_create(struct arena *a, const struct host_step *step);

/* Give it away, in a container of the image that uses it. */
struct host_words host_volume_give(struct arena *a, const struct host_step *step);

/*
 * Does both with the docker on PATH, and sees that its user can write there. One that is
 * there already is only tried. -1 where that user cannot, or where the image is missing:
 * nothing is pulled.
 */
int host_volume_apply(struct arena *a, const struct host_step *step, struct err *e);

#endif
