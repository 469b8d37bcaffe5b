/*
 * reach: what the checks of mounts, ports, devices and namespaces share.
 *
 * Depends on rule. For rule/ and fix/. Small questions about the run under audit, and the
 * words that say where to write a thing: a key of the service, or an option of the line.
 *
 *	if (reach_is_privileged(run))
 *		return;
 *	finding_help(audit, f, "Write `%s`.", reach_write(run, "pids_limit: 512",
 *		"--pids-limit 512"));
 */
#ifndef OAKUM_RULE_REACH_H
#define OAKUM_RULE_REACH_H

#include "rule/advice.h"

/* The run of the workload under audit; NULL where it is only built. */
static inline const struct run *reach_run(const struct audit *audit)
{
	return audit->workload->run;
}

/* Does privileged give all of it anyway? */
bool reach_is_privileged(const struct run *run);

/* compose for a service, line for a run line. */
const char *reach_write(const struct run *run, const char *compose, const char *line);

/* Does the container stay, and is not over with its command? */
bool reach_stays(const struct run *run);

/* Where a value of a setting stands; the anchor where it is unset. */
struct span reach_setting(const struct run *run, enum run_setting s);

/* "the service `web`", "`trainer`" of a line with --name, or "the container". */
struct str reach_who(struct audit *audit, const struct workload *w);

/* The uid that the program has in the end, after a drop; false when it is not known. */
bool reach_uid(const struct workload *w, uint32_t *uid);

/* The primary group likewise. */
bool reach_gid(const struct workload *w, uint32_t *gid);

/* A place on the host as somebody wrote it. */
struct host_path {
	/* clean and absolute, /var/run written as /run; or "~" and what is below a home */
	struct str path;
	bool is_whole;	  /* false: what is below path depends on a variable */
	struct span span; /* the bytes that say it */
};

/*
 * Where the host's end of a mount is, for a bind and for a volume that is a bind in
 * disguise. False for what lies in the project, in a volume, or is not known. Home
 * folders stay "~", whoever runs oakum.
 */
bool reach_host_path(struct audit *audit, const struct mount *m, struct host_path *out);

/* A mount's source for messages: its value, or as written where that is not known. */
struct str reach_source(struct audit *audit, const struct mount *m);

/* The last component of a bind's source as written; empty when it is not known. */
struct str reach_source_name(struct audit *audit, const struct mount *m);

/*
 * The same mount made read-only, in backquotes: the whole entry in its short form, the
 * key to add in the long one.
 */
struct str reach_read_only(struct audit *audit, const struct mount *m);

/*
 * What has the engine label m, a bind mount of w, for SELinux: 'Z' for this container
 * alone, 'z' where another one of the project mounts it, what it lies in or what lies in
 * it.
 */
char reach_relabel(
	const struct project *project, const struct workload *w, const struct mount *m);

/* "*.conf", "*.yml", a certificate …: what a service reads and does not write. */
bool reach_is_config(struct str name);

#endif
