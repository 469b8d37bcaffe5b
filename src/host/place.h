/*
 * place: paths of the host that are never given away for a container's sake.
 *
 * Private to host/. Depends on base. The system's own folders, what all share, and
 * homes as such; what lies in a home, or below /srv and /opt, may be prepared.
 *
 *	const char *what = host_place_kept(&accounts, home, path);
 *	if (what)
 *		note("%s is %s", path, what);
 */
#ifndef OAKUM_HOST_PLACE_H
#define OAKUM_HOST_PLACE_H

#include "host/accounts.h"

/*
 * What path (clean) is that it has to be left alone: "a folder of the system". NULL: it
 * may be changed. A relative path may.
 */
const char *host_place_kept(
	const struct host_accounts *accounts, struct str home, struct str path);

#endif
