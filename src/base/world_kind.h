/*
 * world_kind: what a kind of world must answer; only the world_*.c files include it.
 *
 * Depends on world. A kind fills in the operations; world.c keeps the log around them.
 */
#ifndef OAKUM_BASE_WORLD_KIND_H
#define OAKUM_BASE_WORLD_KIND_H

#include "base/world.h"

struct world_ops {
	int (*read)(struct world *, struct str, const struct file **, struct err *);
	int (*stat)(struct world *, struct str, struct world_stat *, struct err *);
	int (*list)(struct world *, struct str, struct world_entries *, struct err *);
	bool (*env)(struct world *, struct str, struct str *);
	int64_t (*now)(struct world *);
	/* NULL: nothing has any */
	bool (*xattr)(struct world *, struct str, struct str, struct str *);
};

struct world {
	const struct world_ops *ops;
	struct arena *arena;
	VEC(struct world_record) log;
};

#endif
