/*
 * engine: what kind of engine runs containers on this machine, told from its files.
 *
 * Depends on base, model, syntax. Nobody is asked over a socket and nothing is started:
 * a variable, the client's configuration, the daemon's, and where sockets stand say it
 * (docs.docker.com/engine: security/rootless, security/userns-remap;
 * docker/cli cli/context). Where they do not, it is not known, and that is the answer.
 *
 *	struct host_facts facts = host_engine_find(&arena, world, &asker);
 */
#ifndef OAKUM_HOST_ENGINE_H
#define OAKUM_HOST_ENGINE_H

#include "host/prepare.h"

/* Who asks, which a world does not say. */
struct host_asker {
	uint32_t uid, gid;
	enum host_engine engine; /* said by hand; UNKNOWN: look for it */
};

struct host_facts host_engine_find(
	struct arena *a, struct world *world, const struct host_asker *asker);

/* "rootful", "remapped" …: the words of --engine and of the JSON output. */
struct str host_engine_name(enum host_engine engine);

#endif
