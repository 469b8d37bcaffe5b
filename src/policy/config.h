/*
 * config: oakum.yaml: how a project is audited, and what its workloads need.
 *
 * Depends on base, syntax, know. Read once, before anything is audited, and strictly: an
 * unknown key, a rule that is none or a day of no calendar is a fault, with its place and
 * with what was expected there, for a setting that is silently ignored is worse than
 * none. All faults of a file are found at once. doc/configuration.md tells people about
 * it, doc/oakum.schema.json tells editors.
 *
 *	const struct config *config = config_read(arena, file, &names, &faults);
 *	if (faults.n)
 *		...
 */
#ifndef OAKUM_POLICY_CONFIG_H
#define OAKUM_POLICY_CONFIG_H

#include "base/file.h"
#include "base/vec.h"
#include "model/ignore.h"
#include "model/need.h"

enum { CONFIG_ENTRIES_MAX = 1000 /* of each list */ };

/* The words that a configuration may use; policy/ does not know the rules. */
struct config_names {
	const struct str *rules;
	size_t rule_count;
	const struct str *severities;
	size_t severity_count;
	const struct str *objectives; /* of seccomp */
	size_t objective_count;
};

struct config_severity {
	struct str rule, severity;
};

struct config_arg {
	struct str name, value;
	bool has_value; /* false: the environment's */
};

/* How the files of a path are built. */
struct config_file {
	struct str path; /* a glob, relative to the folder of oakum.yaml */
	VEC(struct str) targets;
	VEC(struct config_arg) args;
};

VEC_TYPE(struct str, config_strs);

struct config {
	const struct file *file;
	VEC(struct config_severity) severities;
	struct config_strs select, ignore; /* rules, groups, severities, "all" */
	struct ignores ignores;		   /* paths as written, relative */
	VEC(struct config_file) files;
	struct needs needs; /* paths as written, relative */
	struct str fail_on; /* a severity or "never"; empty: not said */
};

struct config_fault {
	struct span span;
	struct str detail; /* what stands there, what was expected */
};

VEC_TYPE(struct config_fault, config_faults);

/* Never NULL; with faults it holds what could be read. */
const struct config *config_read(struct arena *a, const struct file *file,
	const struct config_names *names, struct config_faults *faults);

#endif
