/*
 * drop: does an entrypoint that starts as root give it up, and for whom?
 *
 * Depends on run. Follows ENTRYPOINT with CMD as its arguments through shells, init
 * programs (tini, dumb-init …) and scripts that were copied in, as uid 0 at the start,
 * to the program that stays: gosu, su-exec, setpriv, runuser, su, sudo, chroot
 * --userspec, s6-setuidgid, chpst, capsh. Conditions on `id -u` and on the arguments
 * are decided where they are known.
 *
 *	struct drop d = drop_find(&ctx, state->entrypoint, state->cmd, state, base);
 */
#ifndef OAKUM_EFFECT_DROP_H
#define OAKUM_EFFECT_DROP_H

#include "effect/run.h"
#include "model/workload.h"

/*
 * entrypoint and cmd may be NULL (unset). An entrypoint of the layer IMAGE is the
 * base's own: then base->drops_to answers. Nothing in ctx->notes changes. The answer
 * holds for a start as root; for another user it means nothing.
 */
struct drop drop_find(struct effect_context *ctx, const struct program *entrypoint,
	const struct program *cmd, const struct state *state,
	const struct base_image *base);

#endif
