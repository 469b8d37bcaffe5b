/*
 * host_place: the places of a host that a container should not get, and why.
 *
 * Private to rule/. Depends on rule. One table, from the special to the general; the
 * rules docker-socket-mounted, mount-root-equivalent and mount-sensitive-host-path share
 * it, so that a mount is the business of one of them. What is not in it is of no
 * concern: /etc/localtime, certificates, data folders.
 *
 *	const struct host_place *p = host_place_find(STR("/etc/cron.d"), true);
 */
#ifndef OAKUM_RULE_HOST_PLACE_H
#define OAKUM_RULE_HOST_PLACE_H

#include "rule/rule.h"

enum place_kind {
	PLACE_SOCKET, /* what listens there does whatever it is told */
	PLACE_ROOT,   /* who may write there is root on the host */
	PLACE_SECRET, /* who may read there has somebody's keys or data */
};

enum { PLACE_FINE = -1 };

struct host_place {
	/* a '*' stands for one component; "~" for a home, wherever it is */
	struct str pattern;
	bool is_whole; /* only the folder itself, not what is below it */
	signed char writable, readable; /* enum severity, or PLACE_FINE */
	enum place_kind kind;
	const char *name; /* what it is: "the passwords of the host" */
	const char *harm; /* what an intruder does with it */
};

/*
 * The first place that path (of struct host_path) is or lies in, or NULL. is_whole false:
 * path is only the beginning.
 */
const struct host_place *host_place_find(struct str path, bool is_whole);

#endif
