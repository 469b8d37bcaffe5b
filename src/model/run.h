/*
 * run: how the engine is told to start a container: what it may do, touch and reach.
 *
 * Depends on fact, capability. A compose service, a `docker run` line and (later) a live
 * container and a pod are lowered into this one shape, so that a rule asks it once.
 * What there is at most one of is a fact by enum run_setting; what there may be many of
 * is a list whose elements each have the bytes that said them. Values stay as written,
 * variables put in; the functions below read them as the engine does. What nobody said
 * is FACT_UNSET with the span where one would say it: the key of the service, or the
 * words `docker run`.
 *
 *	if (run_flag(w->run, RUN_PRIVILEGED) == ANSWER_YES)
 *		use(w->run->settings[RUN_PRIVILEGED]->span);
 */
#ifndef OAKUM_MODEL_RUN_H
#define OAKUM_MODEL_RUN_H

#include "base/acl.h"
#include "model/answer.h"
#include "model/capability.h"
#include "model/fact.h"

enum { RUN_ITEMS_MAX = 10000 }; /* elements of one list; a diag says what is left out */

/* What a run says at most once. In brackets: the compose key where it differs. */
enum run_setting {
	/* yes or no: run_flag reads them */
	RUN_PRIVILEGED,
	RUN_READ_ONLY,
	RUN_INIT,
	RUN_AUTO_REMOVE, /* --rm */
	RUN_DETACHED,	 /* --detach; a service always is */
	RUN_TTY,
	RUN_INTERACTIVE, /* [stdin_open] */
	RUN_PUBLISH_ALL, /* -P */
	RUN_OOM_KILL_DISABLE,
	/* a word */
	RUN_NETWORK, /* --network's only or first value [network_mode] */
	RUN_PID,
	RUN_IPC,
	RUN_UTS,
	RUN_USERNS,   /* [userns_mode] */
	RUN_CGROUPNS, /* [cgroup] */
	RUN_CGROUP_PARENT,
	RUN_RUNTIME,
	RUN_RESTART,
	RUN_HOSTNAME,
	RUN_NAME,	/* [container_name] */
	RUN_LOG_DRIVER, /* [logging.driver] */
	RUN_PLATFORM,
	RUN_ENTRYPOINT, /* only that it was said; the words are in workload->entrypoint */
	RUN_RESOLVE_IMAGE, /* --pull [pull_policy] */
	/* sizes and numbers, as written: run_bytes, run_number read them */
	RUN_MEMORY, /* [mem_limit, deploy.resources.limits.memory] */
	RUN_MEMORY_RESERVATION,
	RUN_MEMORY_SWAP,
	RUN_CPUS, /* [cpus, deploy.resources.limits.cpus] */
	RUN_CPU_QUOTA,
	RUN_CPU_SHARES,
	RUN_CPUSET,
	RUN_PIDS, /* [pids_limit, deploy.resources.limits.pids] */
	RUN_SHM_SIZE,
	RUN_SCALE, /* [scale, deploy.replicas] */
	RUN_SETTING_COUNT
};

/* One element of cap_add or cap_drop. */
struct run_capability {
	bool is_drop;
	struct value value; /* as written */
	int number;	    /* -1: ALL, unknown or no capability; see name */
	bool is_all;
	struct span span;
};

enum security_kind {
	SECURITY_NO_NEW_PRIVILEGES, /* text "true" or "false" ("true" where bare) */
	SECURITY_SECCOMP,	    /* text: "unconfined", "builtin" or a path */
	SECURITY_APPARMOR,
	SECURITY_LABEL, /* "disable", "type:spc_t", "level:…" */
	SECURITY_SYSTEMPATHS,
	SECURITY_MASK,	 /* podman: paths to hide */
	SECURITY_UNMASK, /* podman: paths to show */
	SECURITY_PROC_OPTS,
	SECURITY_CREDENTIALSPEC,
	SECURITY_WRITABLE_CGROUPS, /* "true": the cgroup tree may be written (moby 28) */
	SECURITY_OTHER,		   /* the engine refuses it; a variable where UNKNOWN */
};

/* One element of security_opt. */
struct security_option {
	enum security_kind kind;
	enum know know;	    /* UNKNOWN: a variable decides; text is empty then */
	struct value value; /* the whole element as written */
	struct str name;    /* "seccomp" */
	struct str text;    /* behind the separator, as the engine gets it */
	char separator;	    /* '=' or ':'; 0: none stands there */
	bool has_quotes;    /* text begins with a quote that is part of the value */
	struct str path;    /* SECCOMP: of the file, as oakum would open it; or empty */
	enum answer is_there; /* of that file; MAYBE: nobody could look */
	struct str broken;    /* why the file is no profile (not JSON …), or empty */
	struct span span, text_span;
};

enum mount_kind {
	MOUNT_UNKNOWN, /* the source begins with a variable nobody set */
	MOUNT_BIND,
	MOUNT_VOLUME,
	MOUNT_TMPFS,
	MOUNT_IMAGE,
	MOUNT_OTHER, /* npipe, cluster */
};

enum mount_origin {
	MOUNT_WRITTEN,	  /* volumes, tmpfs, -v, --mount, --tmpfs */
	MOUNT_FROM_IMAGE, /* VOLUME of the image, where nothing else stands there */
	MOUNT_FROM_OTHER, /* volumes_from */
	MOUNT_SECRET,
	MOUNT_CONFIG,
};

struct volume;

/* What stands at the host's end of a bind, where oakum can know it (run_look). */
struct host_file {
	enum answer is_there;	 /* MAYBE: nobody could look, or it is another host's */
	enum answer is_folder;	 /* MAYBE likewise */
	uint32_t mode, uid, gid; /* valid where is_there is YES; permission bits */
	const struct acl *acl;	 /* its access control list, or NULL */
	struct str label; /* where SELinux is enforced: "user:role:type:s0"; or "" */
	struct str first_missing; /* is_there NO: the outermost folder that is missing,
				     in the words of path; else empty */
};

struct mount {
	enum mount_kind kind;
	enum mount_origin origin;
	struct value source; /* as written; n 0: none */
	struct value target;
	/*
	 * BIND: where it is on the host, dots resolved: absolute, or relative to the
	 * working directory, or led by "~/" where no HOME is known. Empty: not known.
	 */
	struct str path;
	struct str at; /* the absolute target, cleaned; empty: not known */
	enum answer is_read_only;
	enum answer creates_source;  /* BIND: a missing source is made by the engine */
	struct str propagation;	     /* "rshared" …; empty: the default, rprivate */
	char relabel;		     /* 'z', 'Z' or 0 */
	struct host_file host;	     /* BIND, SECRET, CONFIG: what is at path */
	bool has_no_copy;	     /* volume-nocopy */
	struct str options;	     /* TMPFS: as written, "size=64m,mode=1777" */
	const struct volume *volume; /* VOLUME: of the project; NULL: anonymous */
	struct span span, source_span, target_span, options_span; /* length 0: none */
};

struct port {
	enum know know; /* UNKNOWN: the numbers depend on a variable */
	bool has_host_ip, has_published;
	enum know host_ip_known; /* UNKNOWN: a variable decides on which address */
	struct str host_ip;	 /* without brackets; empty: every interface */
	uint16_t published_first, published_last; /* 0: the engine chooses */
	uint16_t target_first, target_last;
	struct str protocol;   /* "tcp", "udp", "sctp" */
	struct str mode;       /* long form: "host", "ingress" */
	struct value value;    /* short form: the whole */
	struct span span;      /* of the element */
	struct span host_span; /* of the address; of the published port without one */
};

struct device {
	struct value source;	/* "/dev/fuse", "vendor.com/class=name" (CDI) */
	struct str path;	/* known source, else empty */
	struct str permissions; /* "rwm" */
	struct span span;
};

/* --gpus, deploy.resources.reservations.devices, `gpus:`. */
struct gpu {
	struct str driver;	 /* empty: any */
	struct str count;	 /* "all", "2"; empty: ids, or not known */
	struct str ids;		 /* joined by commas */
	struct str capabilities; /* joined by commas: "gpu", "compute,utility" */
	struct span span;
};

/* NAME=VALUE lists: ulimits, sysctls, labels, build args, log options. */
struct run_pair {
	struct str name;
	struct value value;
	bool has_value; /* false: taken from the environment */
	struct span span, name_span, value_span;
};

struct env_file {
	struct value source;
	struct str path; /* as oakum would open it; empty: not known */
	enum answer is_there;
	bool is_required;
	struct host_file host; /* what is at path (run_look) */
	struct span span;
};

/* group_add, device_cgroup_rules, extra networks …: a list of words. */
struct run_word {
	struct value value;
	struct str text;	    /* empty unless known */
	struct span span, key_span; /* key_span: of the list's key or option */
};

VEC_TYPE(struct run_capability, run_capabilities);
VEC_TYPE(struct security_option, security_options);
VEC_TYPE(struct mount, mounts);
VEC_TYPE(struct port, ports);
VEC_TYPE(struct device, devices);
VEC_TYPE(struct gpu, gpus);
VEC_TYPE(struct run_pair, run_pairs);
VEC_TYPE(struct env_file, env_files);
VEC_TYPE(struct run_word, run_words);

/* Which hand wrote it. */
enum run_source { RUN_BY_COMPOSE, RUN_BY_LINE };

struct run {
	enum run_source source;
	struct str engine;	 /* of a line: "docker", "podman", "nerdctl" */
	const struct file *file; /* where it stands */
	struct span anchor;	 /* the service's key; the words `docker run` */
	struct span span;	 /* the whole service; the whole line */
	const struct fact *settings[RUN_SETTING_COUNT]; /* never NULL */
	const struct fact *image; /* the reference; UNSET where only a build is */
	struct run_capabilities capabilities; /* in the order written */
	struct security_options security;
	struct mounts mounts;
	struct ports ports;
	struct devices devices;
	struct gpus gpus;
	struct env_files env_files;
	struct run_pairs environment; /* as written here; workload->env has the sum */
	struct run_pairs ulimits, sysctls, labels, build_args;
	struct run_words networks; /* compose: of the project; a line: further ones */
	struct run_words group_add, device_rules, volumes_from, profiles, secrets;
	struct run_words depends_on;
	struct run_words expose;
	bool is_only_made; /* `docker create`: another command starts it, or none */
	bool is_partial; /* an option or key could not be read: absence proves nothing */
};

/*
 * Fills *out but what only a reader of files knows (path, is_there, broken) from one
 * element of security_opt as written: what stands before the first '=', or without one
 * the first ':', is the name (parseSecurityOpts of docker/cli and of docker/compose,
 * parseSecurityOpt of moby).
 */
void security_option_read(
	struct arena *a, struct value v, struct span span, struct security_option *out);

/* The same for one element of cap_add (or, with is_drop, cap_drop). */
void run_capability_read(struct arena *a, struct value v, struct span span,
	bool is_drop, struct run_capability *out);

/* The word of a setting; false when it is unset or not known. */
bool run_text(
	struct arena *a, const struct run *run, enum run_setting s, struct str *out);

/* Was it said at all: YES, NO, or MAYBE where it may have been. */
enum answer run_says(const struct run *run, enum run_setting s);

/*
 * A yes-or-no setting as the engine reads it: NO where nobody said it, MAYBE where a
 * variable decides, and for what the engine refuses. Besides true and false compose
 * takes y, yes, on and their opposites in any case (compose-go loader/interpolate.go,
 * toBoolean), a line 1, t, T … (strconv.ParseBool).
 */
enum answer run_flag(const struct run *run, enum run_setting s);

/*
 * "512m", "1.5gb", 1e9 as bytes, as docker/go-units reads them (RAMInBytes: powers of
 * 1024); false for what it refuses, and for "-1", which means no limit where it may
 * stand.
 */
bool run_bytes(struct str text, uint64_t *out);

/* As Go's strconv.ParseBool: 1 t T true TRUE True and their opposites. */
bool run_parse_bool(struct str text, bool *out);

/* A decimal number, "0.5", "-1", "512"; false when it is none. */
bool run_number(struct str text, double *out);

/* The security option of a kind that holds (the last one), or NULL. */
const struct security_option *run_security(
	const struct run *run, enum security_kind kind);

/* Is no-new-privileges in force? NO where nobody says it. */
enum answer run_no_new_privileges(const struct run *run);

/*
 * The capabilities that the engine gives the container's bounding set (moby
 * oci/caps/utils.go, TweakCapabilities): all when it is privileged; with ALL added, all
 * but the dropped ones; with ALL dropped, the added ones; else the defaults less the
 * dropped ones and then the added ones. *certain is NO when a variable takes part or
 * something could not be read.
 */
capability_set run_capability_set(const struct run *run, enum answer *certain);

/* What it would hold if nothing were added, dropped or privileged: by its engine. */
capability_set run_default_capabilities(const struct run *run);

/* Is cap (-1: ALL) in the list of drops, or of adds? MAYBE where a variable decides. */
enum answer run_drops(const struct run *run, int cap);
enum answer run_adds(const struct run *run, int cap);

/* Where to write something that is missing: run->anchor. */
static inline struct span run_anchor(const struct run *run)
{
	return run->anchor;
}

#endif
