/*
 * cleanup: kernel things that close themselves when their scope ends.
 *
 * Depends on libc. Only for what the kernel hands out; memory lives in arenas.
 *
 *	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
 */
#ifndef OAKUM_BASE_CLEANUP_H
#define OAKUM_BASE_CLEANUP_H

#include <dirent.h>
#include <unistd.h>

static inline void cleanup_close_(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_closedir_(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define cleanup_close	 __attribute__((cleanup(cleanup_close_)))
#define cleanup_closedir __attribute__((cleanup(cleanup_closedir_)))

#endif
