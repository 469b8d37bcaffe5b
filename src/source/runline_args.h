/*
 * runline_args: the words of a `docker run` line as options and what stands behind them.
 *
 * Private to source/. Depends on model/command. Stands in source/ and not in syntax/,
 * because a word of a line is a struct word: what a shell made of it, with variables
 * that may be unknown. Reads as spf13/pflag does: `-itd`, `-p80:80`, `-p=80:80`,
 * `--rm=false`, `--name=x`, `--name x`, `--` ends; run, create and exec stop at the
 * first word that is no option, build goes on. No abbreviations. The options are rows of
 * runline_options.def.
 *
 * An option that is in no row makes a diag and `is_partial`; whether it takes the next
 * word is guessed from what follows. A word that may be any number of options ($OPTS,
 * "$@") makes `is_partial` too: what then does not stand there may be there.
 *
 *	struct runline_args args;
 *	if (runline_args_read(arena, &words, diags, &args) && args.verb == RUNLINE_START)
 *		image = &args.operands.at[0];
 */
#ifndef OAKUM_SOURCE_RUNLINE_ARGS_H
#define OAKUM_SOURCE_RUNLINE_ARGS_H

#include "base/diag.h"
#include "model/command.h"

enum runline_engine {
	RUNLINE_DOCKER = 1,
	RUNLINE_PODMAN = 2,
	RUNLINE_NERDCTL = 4,
};

enum runline_verb {
	RUNLINE_OTHER, /* pull, ps, compose up … */
	RUNLINE_START, /* run, create */
	RUNLINE_EXEC,
	RUNLINE_BUILD,
	RUNLINE_COMPOSE_EXEC,
};

enum runline_id {
	RUNLINE_NOTHING,  /* known, and says nothing to the model */
	RUNLINE_STRANGER, /* in no row */
	RUNLINE_API_SOCKET,
	RUNLINE_BUILD_ARG,
	RUNLINE_CAP_ADD,
	RUNLINE_CAP_DROP,
	RUNLINE_CGROUPNS,
	RUNLINE_CGROUP_PARENT,
	RUNLINE_CPUS,
	RUNLINE_CPUSET,
	RUNLINE_CPU_QUOTA,
	RUNLINE_CPU_SHARES,
	RUNLINE_DETACH,
	RUNLINE_DEVICE,
	RUNLINE_DEVICE_RULE,
	RUNLINE_ENTRYPOINT,
	RUNLINE_ENV,
	RUNLINE_ENV_FILE,
	RUNLINE_EXPOSE,
	RUNLINE_FILE,
	RUNLINE_GPUS,
	RUNLINE_GROUP_ADD,
	RUNLINE_HOSTNAME,
	RUNLINE_INIT,
	RUNLINE_INTERACTIVE,
	RUNLINE_IPC,
	RUNLINE_LABEL,
	RUNLINE_LOG_DRIVER,
	RUNLINE_MEMORY,
	RUNLINE_MEMORY_RESERVATION,
	RUNLINE_MEMORY_SWAP,
	RUNLINE_MOUNT,
	RUNLINE_NAME,
	RUNLINE_NETWORK,
	RUNLINE_OOM_KILL_DISABLE,
	RUNLINE_PID,
	RUNLINE_PIDS,
	RUNLINE_PLATFORM,
	RUNLINE_POD,
	RUNLINE_PRIVILEGED,
	RUNLINE_PUBLISH,
	RUNLINE_PUBLISH_ALL,
	RUNLINE_PULL,
	RUNLINE_READ_ONLY,
	RUNLINE_RESTART,
	RUNLINE_RM,
	RUNLINE_ROOTFS,
	RUNLINE_RUNTIME,
	RUNLINE_SECRET,
	RUNLINE_SECURITY_OPT,
	RUNLINE_SHM_SIZE,
	RUNLINE_SYSCTL,
	RUNLINE_TAG,
	RUNLINE_TARGET,
	RUNLINE_TMPFS,
	RUNLINE_TTY,
	RUNLINE_UIDMAP,
	RUNLINE_ULIMIT,
	RUNLINE_USER,
	RUNLINE_USERNS,
	RUNLINE_UTS,
	RUNLINE_VOLUME,
	RUNLINE_VOLUMES_FROM,
	RUNLINE_WORKDIR,
	RUNLINE_ID_COUNT
};

struct runline_option {
	enum runline_id id;
	struct str name;       /* "volume"; of a stranger as written, without dashes */
	struct span name_span; /* "-v", "--volume"; a letter of a bundle alone */
	struct word value;     /* of a FLAG "true", with the span of its name */
	struct span span;      /* name and value */
};

VEC_TYPE(struct runline_option, runline_options);

struct runline_args {
	enum runline_engine engine;
	struct str engine_name; /* "docker", "podman", "nerdctl" */
	bool is_nvidia;		/* nvidia-docker: docker with a runtime of its own */
	enum runline_verb verb;
	bool is_create;			/* START: it is made now and started later */
	struct span head;		/* `docker run`, `docker container run` */
	struct runline_options options; /* of the verb, in their order */
	struct words operands;		/* image and command; container; context */
	bool is_partial;		/* there may be options that were not seen */
};

/*
 * False when words are no line of an engine. The first word may be a path, and a
 * variable that is called like an engine ($DOCKER). Diags (which may be NULL): RUN_OPTION,
 * of a START.
 */
bool runline_args_read(struct arena *a, const struct words *words, struct diags *diags,
	struct runline_args *out);

/* Is that the first word of such a line? */
bool runline_names_engine(struct arena *a, const struct word *word);

/* The last option of that id, or NULL. */
const struct runline_option *runline_option_find(
	const struct runline_args *args, enum runline_id id);

#endif
