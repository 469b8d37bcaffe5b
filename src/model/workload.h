/*
 * workload: one container as it will run; project: everything that runs together.
 *
 * Depends on build, identity. A workload is a target stage of a build (later: a compose
 * service, a run line, a live container) with the facts that hold when it runs. Rules
 * ask it; they never read text.
 *
 *	if (w->launch.runs_as == RUNS_AS_ROOT)
 *		use(w->launch.user->span);
 */
#ifndef OAKUM_MODEL_WORKLOAD_H
#define OAKUM_MODEL_WORKLOAD_H

#include "model/build.h"
#include "model/identity.h"

/* Who a workload's processes are, in one word. */
enum runs_as {
	RUNS_AS_UNKNOWN,	 /* the input cannot say */
	RUNS_AS_ROOT,		 /* starts as uid 0 and stays */
	RUNS_AS_USER,		 /* starts as another uid */
	RUNS_AS_ROOT_THEN_DROPS, /* starts as uid 0, its entrypoint changes to another */
	RUNS_NOT_AT_ALL,	 /* the engine refuses to start it */
};

/* How an entrypoint gives up root. */
struct drop {
	enum answer drops;	  /* does it, whatever happens? */
	struct str tool;	  /* "gosu", "setpriv" … */
	struct str to;		  /* the account as written; empty when not known */
	struct identity identity; /* after the drop, where `to` is known */
	struct span span;	  /* the command that does it; SPAN_NONE: in the base */
	struct str why; /* a clause for a MAYBE, or where the knowledge is from */
};

/* Everything that the question "who does it run as" needs, decided once. */
struct launch {
	enum runs_as runs_as;
	const struct fact *user;  /* the fact that decides; never NULL */
	struct identity identity; /* at the start; valid where user is known */
	struct drop drop;
	struct str why; /* a clause for UNKNOWN and NOT_AT_ALL */
};

struct workload {
	struct str name;	   /* "Dockerfile" or "Dockerfile:stage", unique */
	const struct build *build; /* NULL when nothing is built */
	const struct stage *stage; /* the stage that is really built; NULL likewise */
	const struct fact *user, *workdir; /* with what later layers say on top */
	const struct program *entrypoint, *cmd;
	const struct binding *env;
	const struct accounts *accounts;
	struct launch launch;
	struct span anchor; /* where a finding about something missing points */
};

VEC_TYPE(struct build *, builds);
VEC_TYPE(struct workload *, workloads);

/* What was read in one go: builds, and the workloads that run them. */
struct project {
	struct builds builds;
	struct workloads workloads;
};

/* "root", "user", "drops", "unknown", "broken": the words of the JSON output. */
struct str runs_as_name(enum runs_as r);

/*
 * Decides the launch of w from its user fact, its accounts and the drop that effect/
 * found in its entrypoint. *why of the result is a clause.
 */
struct launch launch_decide(struct arena *a, const struct fact *user,
	const struct accounts *accounts, struct drop drop);

#endif
