/*
 * workload: one container as it will run; project: everything that runs together.
 *
 * Depends on build, identity, run. A workload is a target stage of a build, a service of
 * a compose project or a `docker run` line (later: a live container) with the facts that
 * hold when it runs: those of the run hide those of the build, those hide the image's.
 * Rules ask it; they never read text. Workloads of a project know of each other through
 * its volumes and through the namespaces that they join.
 *
 *	if (w->launch.runs_as == RUNS_AS_ROOT)
 *		use(w->launch.user->span);
 */
#ifndef OAKUM_MODEL_WORKLOAD_H
#define OAKUM_MODEL_WORKLOAD_H

#include "model/build.h"
#include "model/identity.h"
#include "model/run.h"
#include "model/script.h"

/* Who a workload's processes are, in one word. */
enum runs_as {
	RUNS_AS_UNKNOWN,	 /* the input cannot say */
	RUNS_AS_ROOT,		 /* starts as uid 0 and stays */
	RUNS_AS_USER,		 /* starts as another uid */
	RUNS_AS_ROOT_THEN_DROPS, /* starts as uid 0, its entrypoint changes to another */
	RUNS_NOT_AT_ALL,	 /* the engine refuses to start it */
};

/* A command that runs when the container starts, in the entrypoint or in its scripts. */
struct started {
	struct words argv;
	enum answer runs; /* YES or MAYBE */
};

VEC_TYPE(struct started, starteds);

/* How an entrypoint gives up root. */
struct drop {
	enum answer drops;	  /* does it, whatever happens? */
	struct str tool;	  /* "gosu", "setpriv" … */
	struct str to;		  /* the account as written; empty when not known */
	struct identity identity; /* after the drop, where `to` is known */
	struct span span;	  /* the command that does it; SPAN_NONE: in the base */
	struct str why; /* a clause for a MAYBE, or where the knowledge is from */
	struct starteds
		started; /* before and with it, as far as it could be followed */
};

/* Everything that the question "who does it run as" needs, decided once. */
struct launch {
	enum runs_as runs_as;
	const struct fact *user;  /* the fact that decides; never NULL */
	struct identity identity; /* at the start; valid where user is known */
	struct drop drop;
	struct str why; /* a clause for UNKNOWN and NOT_AT_ALL */
};

struct workload;
struct writes;

/* The namespaces that a container may share with another one. */
enum shared_namespace { SHARED_NETWORK, SHARED_PID, SHARED_IPC, SHARED_COUNT };

struct workload {
	/* "Dockerfile", "Dockerfile:stage", "compose.yaml:web", "run.sh:12"; unique */
	struct str name;
	struct str service;	   /* "web"; the --name of a line; else empty */
	const struct build *build; /* NULL when nothing is built */
	const struct stage *stage; /* the stage that is really built; NULL likewise */
	const struct base_image
		*base;	       /* what all stands on; NULL: the build has no stage
					  or no image is said */
	const struct run *run; /* NULL: only built, nothing says how it is started */
	const struct fact *user, *workdir; /* with what later layers say on top */
	const struct program *entrypoint, *cmd;
	const struct binding *env;
	const struct accounts *accounts;
	const struct writes *writes; /* what it will write; NULL: nobody looked */
	struct span unplaced; /* a write of its own script whose place only the script
				 knows; SPAN_NONE: none */
	const struct writes *downloaded; /* what RUN put into root's home for it to
					    find; NULL: nobody looked */
	const struct script *script; /* the file it starts with; NULL: none is seen */
	struct launch launch;
	struct span anchor; /* where a finding about something missing points: the run's
			       key where there is a run, else the last FROM */
	const struct workload *joins[SHARED_COUNT]; /* whose namespace it enters */
};

VEC_TYPE(struct build *, builds);
VEC_TYPE(struct workload *, workloads);

/* One workload's mount of a volume. */
struct volume_use {
	const struct workload *workload;
	const struct mount *mount;
};

VEC_TYPE(struct volume_use, volume_uses);

/* A named volume: declared at the top of a compose file, or only named by -v. */
struct volume {
	struct str
		name; /* its key; with the project's prefix it is the engine's name */
	bool is_declared; /* false: used, and nobody declares it */
	bool is_external;
	struct str engine_name;	  /* what the engine calls it; empty: not known */
	struct str driver;	  /* empty: local */
	struct run_pairs options; /* driver_opts: type, o, device … */
	struct run_pairs labels;  /* that the file gives it */
	struct str device; /* of a bind in disguise (type none, o bind), or empty */
	struct span span;  /* the key; SPAN_NONE when it is not declared */
	struct volume_uses uses;
};

/* A network of the project. */
struct network {
	struct str name;
	bool is_external;
	enum answer is_internal;
	struct str driver;
	struct run_pairs options;
	struct span span;
};

/* `secrets:` and `configs:` of a project. */
struct secret {
	struct str name;
	bool is_config, is_external;
	struct value file;	/* n 0: none */
	struct str path;	/* of file, as oakum would open it; empty: not known */
	struct str environment; /* variable that holds it; empty: none */
	struct span span, value_span;
};

/* A `docker exec` that a script holds. */
struct exec_line {
	struct str engine;
	const struct fact *user; /* UNSET: the container's own */
	enum answer is_privileged;
	struct value container;
	enum answer runs;
	struct span span; /* `docker exec` */
	struct span line; /* the whole command */
};

/* What is wrong with a project as such. */
enum project_problem_kind {
	PROJECT_DUPLICATE_KEY, /* related: the first one */
	PROJECT_UNKNOWN_KEY,   /* name is the key; hint: what may be meant */
	PROJECT_BAD_TYPE,      /* a list where a mapping belongs … */
	PROJECT_BAD_VALUE,
	PROJECT_BOTH_IMAGE_BUILD,    /* not wrong, worth knowing */
	PROJECT_NO_IMAGE,	     /* neither image nor build */
	PROJECT_CYCLE,		     /* depends_on, extends, include */
	PROJECT_MISSING_FILE,	     /* include, extends, env_file, build context */
	PROJECT_UNDEFINED_REFERENCE, /* network, volume, secret, service nobody declares */
	PROJECT_REQUIRED_VARIABLE, /* ${X:?} is not set */
	PROJECT_OBSOLETE_KEY,	   /* version */
	PROJECT_SAME_NAME,	   /* container_name twice */
	PROJECT_REMOTE,		   /* something that is fetched; oakum does not */
	PROJECT_OLD_LAYOUT,	   /* services at the top, without `services:` */
};

struct project_problem {
	enum project_problem_kind kind;
	struct span span, related;
	struct str name, hint;
	struct str detail; /* a sentence: what stood there, what was expected */
	const struct workload *workload; /* or NULL */
};

VEC_TYPE(struct volume *, volumes);
VEC_TYPE(struct network, networks);
VEC_TYPE(struct secret, secrets);
VEC_TYPE(struct exec_line, exec_lines);
VEC_TYPE(struct project_problem, project_problems);

/* What was read in one go: builds, the workloads that run them, and what they share. */
struct project {
	struct str name; /* of a compose project; else empty */
	struct builds builds;
	struct workloads workloads;
	struct volumes volumes;
	struct networks networks;
	struct secrets secrets;
	struct exec_lines execs;
	struct project_problems problems;
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
