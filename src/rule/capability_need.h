/*
 * capability_need: which capabilities the start of a workload needs, and what the held
 * ones are worth where it runs.
 *
 * Depends on rule, know. For rule/, fix/ and cli/. What is known of a start is what its
 * entrypoint and scripts do: giving up root takes SETUID and SETGID (setuid(2),
 * setgroups(2)), an own chown CHOWN, a port below 1024 in the host's network
 * NET_BIND_SERVICE. Who does not start as root holds none of them and needs none.
 *
 *	struct capability_need need = capability_need_of(arena, w);
 *	if (need.set & ~held)
 *		...
 */
#ifndef OAKUM_RULE_CAPABILITY_NEED_H
#define OAKUM_RULE_CAPABILITY_NEED_H

#include "know/capabilities.h"
#include "model/workload.h"

/* The powers over other people's files: the floor below which dropping does little. */
#define CAPABILITIES_OWNERSHIP                                                         \
	(capability_bit(CAPABILITY_CHOWN) | capability_bit(CAPABILITY_DAC_OVERRIDE) |  \
		capability_bit(CAPABILITY_FOWNER))

/* What changing to another account takes. */
#define CAPABILITIES_SWITCHING                                                         \
	(capability_bit(CAPABILITY_SETUID) | capability_bit(CAPABILITY_SETGID))

struct capability_need {
	capability_set set;	/* without these it stops right after the start */
	capability_set likely;	/* and these it may miss: with set, what to give back */
	bool drops_root;	/* CAPABILITIES_SWITCHING is in set for that */
	enum answer is_certain; /* MAYBE: how it gives root up is not known */
	const struct command *chown; /* why CHOWN is in set, or NULL */
	uint32_t port;		     /* why NET_BIND_SERVICE is in likely, or 0 */
	struct span port_span;	     /* where that port is named */
};

struct capability_need capability_need_of(struct arena *a, const struct workload *w);

/* Why cap is in need: "the entrypoint becomes `app` with `gosu`"; and where, or NONE. */
struct str capability_need_why(struct arena *a, const struct workload *w,
	const struct capability_need *need, int cap, struct span *span);

/*
 * What a capability is worth in this run, which may share a namespace with the host; what
 * it shares ("network", "processes", "shared memory"), where that makes it worse, or NULL.
 */
enum capability_risk capability_risk_in(
	struct arena *a, const struct run *run, int cap, const char **shared);

/* Which rung of the ladder a run stands on. */
enum capability_rung {
	CAPABILITY_RUNG_PRIVILEGED, /* below it: every capability, whatever is dropped */
	CAPABILITY_RUNG_NONE, /* keeps the engine's, or all but some of no weight */
	CAPABILITY_RUNG_OWNERSHIP, /* without the three over other people's files */
	CAPABILITY_RUNG_ALL,	   /* ALL dropped, and some perhaps given back */
};

/* *certain is NO where a variable takes part. */
enum capability_rung capability_rung_of(const struct run *run, enum answer *certain);

#endif
