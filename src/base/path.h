/*
 * path: slashes and dots, decided by the letters alone; nothing is looked up.
 *
 * Depends on arena. Used for paths inside an image and for paths of a build context,
 * where the machine's own links must not be followed.
 */
#ifndef OAKUM_BASE_PATH_H
#define OAKUM_BASE_PATH_H

#include "base/arena.h"

/*
 * base and path joined (path alone when it is absolute), without "//", "." and "..";
 * ".." above the root stays at the root, above a relative start it is kept.
 */
struct str path_join(struct arena *a, struct str base, struct str path);

/* What stands before the last slash ("." when there is none, "/" for the root). */
struct str path_dir(struct str path);

/* What stands behind the last slash. */
struct str path_base(struct str path);

/* True when path is dir itself or lies below it; both must be clean. */
bool path_is_under(struct str path, struct str dir);

static inline bool path_is_absolute(struct str path)
{
	return path.p && path.n && path.p[0] == '/';
}

#endif
