/*
 * capabilities: what a capability lets a process do, in plain words.
 *
 * Depends on base, model/capability. From data/capabilities.tsv, which has a row for each
 * of the kernel's, in the order of their numbers.
 *
 *	struct know_capability c = know_capability(CAPABILITY_CHOWN);
 *	say("it may %.*s", STR_ARG(c.may));
 */
#ifndef OAKUM_KNOW_CAPABILITIES_H
#define OAKUM_KNOW_CAPABILITIES_H

#include "model/capability.h"

/* What it is worth to hold one; the words of the table. */
enum capability_risk {
	CAPABILITY_RISK_LOW,
	CAPABILITY_RISK_MEDIUM,
	CAPABILITY_RISK_HIGH,
	CAPABILITY_RISK_CRITICAL,
};

struct know_capability {
	struct str may; /* follows "it may"; no full stop */
	enum capability_risk risk;
	struct str
		shared; /* "network", "pid", "ipc" of the host make it worse; or empty */
	enum capability_risk shared_risk;
	struct str source, date;
};

/* cap must be below CAPABILITY_COUNT. */
struct know_capability know_capability(int cap);

/* "low", "medium", "high", "critical". */
struct str capability_risk_name(enum capability_risk risk);

#endif
