/*
 * reach: a path of the host, held by descriptors on the whole way.
 *
 * Private to host/. Depends on base. The kernel follows no symbolic link here, neither
 * on the way nor at its end (O_NOFOLLOW on each component, which is what openat2's
 * RESOLVE_NO_SYMLINKS does, for kernels that lack it too).
 *
 *	cleanup_close int fd = host_open(&arena, path, e);
 */
#ifndef OAKUM_HOST_REACH_H
#define OAKUM_HOST_REACH_H

#include "base/arena.h"
#include "base/err.h"

/* An O_PATH descriptor of what stands at path, or -1. */
int host_open(struct arena *a, struct str path, struct err *e);

/* One of the folder that path lies in, or -1; *name is its last component. */
int host_open_above(struct arena *a, struct str path, const char **name, struct err *e);

/* "/proc/self/fd/7": a path that means what fd holds, and nothing else. */
const char *host_fd_path(struct arena *a, int fd);

#endif
