/*
 * capability: the names and numbers of Linux capabilities, and sets of them.
 *
 * Depends on base. Names are those of include/uapi/linux/capability.h without CAP_; the
 * default sets are those of moby (oci/caps/defaults.go) and, for podman, of
 * containers/common (pkg/config/default.go), which has three fewer.
 *
 *	int cap = capability_find(STR("cap_sys_admin")); // 21
 *	capability_set held = CAPABILITIES_ENGINE & ~capability_bit(cap);
 */
#ifndef OAKUM_MODEL_CAPABILITY_H
#define OAKUM_MODEL_CAPABILITY_H

#include "base/str.h"

enum { CAPABILITY_COUNT = 41 }; /* CAP_LAST_CAP + 1 of Linux 5.9 and later */

typedef uint64_t capability_set; /* bit n: capability n */

static inline capability_set capability_bit(int cap)
{
	return (capability_set)1 << cap;
}

#define CAPABILITIES_ALL (((capability_set)1 << CAPABILITY_COUNT) - 1)

/* What a container of Docker holds when nobody says otherwise: fourteen. */
#define CAPABILITIES_ENGINE ((capability_set)0xa80425fb)

/* The same of podman: without AUDIT_WRITE, MKNOD and NET_RAW. */
#define CAPABILITIES_PODMAN ((capability_set)0x800405fb)

/* The numbers that somebody asks for by name. */
enum {
	CAPABILITY_CHOWN = 0,
	CAPABILITY_DAC_OVERRIDE = 1,
	CAPABILITY_FOWNER = 3,
	CAPABILITY_SETGID = 6,
	CAPABILITY_SETUID = 7,
	CAPABILITY_NET_BIND_SERVICE = 10,
};

/*
 * The number of a name in any case, with or without CAP_; -1 when there is none. "ALL"
 * is no capability: capability_is_all.
 */
int capability_find(struct str name);

/* "ALL" in any case. "CAP_ALL" is not: the engine knows no such capability. */
bool capability_is_all(struct str name);

/* "SYS_ADMIN"; cap must be below CAPABILITY_COUNT. */
struct str capability_name(int cap);

/* The name that a misspelt one most likely means ("SYS-ADMN"), or empty. */
struct str capability_nearest(struct str name);

#endif
