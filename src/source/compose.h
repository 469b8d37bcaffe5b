/*
 * compose: lowers a compose project into workloads.
 *
 * Depends on syntax, model, know, effect. A service is a workload: what it says (layer
 * RUN) hides what its build or its image says. `build:` is linked to its Dockerfile and
 * its target stage. Every profile is taken. Services that share a volume or join a
 * namespace are linked in the project.
 *
 *	if (compose_load(arena, world, know, path, options, &in, e) < 0)
 *		return -1;
 */
#ifndef OAKUM_SOURCE_COMPOSE_H
#define OAKUM_SOURCE_COMPOSE_H

#include "source/load.h"

/* compose.yaml, docker-compose.prod.yml, docker-stack.yml …: what people name one. */
bool source_is_compose_name(struct str path);

/* One of the four names that compose looks for by itself. */
bool source_is_compose_main(struct str path);

/* compose.override.yaml, docker-compose.override.yml: read together with its sibling. */
bool source_is_compose_override(struct str path);

/*
 * Fills in->project, in->files, in->diags and in->skipped. -1 when a file that was
 * named cannot be read.
 */
int compose_load(struct arena *a, struct world *world, const struct knowledge *know,
	const struct strs *files, const struct load_options *options, struct input *in,
	struct err *e);

#endif
