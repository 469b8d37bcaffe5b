/*
 * demand: what the host's end of a mount has to let a workload do.
 *
 * Depends on access, writes. A mount that may be written is not always meant to be:
 * nobody wrote :ro behind half of the configuration files and sources that are mounted.
 * What is known to be written there needs to be written; a data folder, too; of a
 * configuration file, the program's own folder and the folder of the project it is
 * enough that they can be read. The rules of mounts and the preparation of a host ask
 * the same here, so that one never wants what the other does not.
 *
 *	struct identity id;
 *	if (demand_identity(w, &id))
 *		bits = demand_bits(&arena, w, &id, mount).bits;
 */
#ifndef OAKUM_MODEL_DEMAND_H
#define OAKUM_MODEL_DEMAND_H

#include "model/allow.h"
#include "model/writes.h"

struct demand {
	uint32_t bits;		   /* ALLOW_*; 0: nothing is asked of the host */
	bool is_folder;		   /* what is there, else what the name looks like */
	bool is_sure;		   /* a write that happens lies in it */
	const struct write *write; /* that one, or one that may happen; NULL: none */
};

/*
 * Who the program is in the end: after a drop, where it drops. False where that is not
 * known by its number, or where it never runs.
 */
bool demand_identity(const struct workload *w, struct identity *out);

/* Of a bind, a volume that is a bind in disguise, a secret or a config. */
struct demand demand_of(struct arena *a, const struct workload *w,
	const struct identity *id, const struct mount *m);

/* "*.conf", "*.yml", a certificate …: what a service reads and does not write. */
bool demand_is_config(struct str name);

/* "nginx.conf" is meant as a file; "data" and ".cache" are folders as a rule. */
bool demand_looks_like_file(struct str name);

#endif
