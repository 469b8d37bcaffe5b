/*
 * asker: a workload and an identity, ready to ask access about paths.
 *
 * Depends on model, know. It knows what base images hold, and remembers it for the base
 * that was asked for last.
 *
 *	struct access_asker asker = know_asker(&arena, world, w, w->launch.identity);
 *	struct access a = access_ask(&asker, STR("/app"), ACCESS_WRITE);
 */
#ifndef OAKUM_KNOW_ASKER_H
#define OAKUM_KNOW_ASKER_H

#include "model/access.h"

/* world may be NULL: then nobody looks into the build context. */
struct access_asker know_asker(struct arena *a, struct world *world,
	const struct workload *w, struct identity identity);

/*
 * The identity that an ordinary user of that number has who is made for the workload:
 * the passwd line where there is one; home as it then is.
 */
struct identity know_user(struct arena *a, const struct workload *w, uint32_t uid);

#endif
