/*
 * container: what an engine says of a container that failed.
 *
 * Depends on base, syntax/json. Read from `docker inspect` (podman's says the same under
 * the same names). Only what explains an error is kept.
 */
#ifndef OAKUM_WHY_CONTAINER_H
#define OAKUM_WHY_CONTAINER_H

#include "base/err.h"
#include "base/vec.h"

enum at_kind { AT_BIND, AT_VOLUME, AT_TMPFS, AT_OTHER };

/* A mount, from an engine or from the model. */
struct at {
	enum at_kind kind;
	struct str target;	 /* absolute and clean */
	struct str source, name; /* BIND: of the host; VOLUME: its name */
	bool is_read_only;
};

VEC_TYPE(struct at, ats);

/* A variable that a container, or a workload, is started with. */
struct environ_entry {
	struct str name, value;
};

VEC_TYPE(struct environ_entry, environ_list);

struct container {
	struct str name, image;
	struct str status; /* "exited", "running", "created" */
	struct str error;  /* what the engine says where it could not start it */
	int exit_code;
	bool was_out_of_memory;
	uint32_t restarts;
	struct str user, workdir, home, tmp; /* empty: not said */
	bool has_home;
	struct environ_list environment;
	struct str command; /* program and its words, joined by blanks */
	bool is_read_only, is_privileged, drops_all;
	struct str adds; /* capabilities, joined by commas */
	struct ats mounts;
};

/* Reads the output of `inspect`: -1 when it is none. */
int container_read(
	struct arena *a, struct str json, struct container *out, struct err *e);

enum { TAR_HEADER = 512 };

/* Whose something in a container is. */
struct owned {
	struct str path;
	uint32_t uid, gid, mode; /* permission bits */
	bool is_file;
};

/*
 * What the first header of a tar stream (`docker cp CONTAINER:PATH -`) says; path stays as
 * it is. False when there is none (POSIX ustar: mode, uid and gid in octal digits).
 */
bool tar_owner_read(struct str bytes, struct owned *out);

#endif
