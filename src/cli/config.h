/*
 * config: which oakum.yaml counts for a run, and what it says.
 *
 * Depends on policy, rule. One run has one configuration: the nearest oakum.yaml, from
 * the folder of the path that is audited upward, up to the folder that holds .git;
 * outside of a repository no further than the working directory, or (elsewhere) the
 * folder itself. Paths that lead to different ones make no sense together. What is named
 * by --config is taken whatever is found.
 */
#ifndef OAKUM_CLI_CONFIG_H
#define OAKUM_CLI_CONFIG_H

#include "cli/audit.h"
#include "policy/config.h"

/* The working directory, absolute and clean; "/" where it cannot be told. */
struct str config_folder(struct arena *a);

/*
 * The path of the one that counts for paths (of files or folders, as a user wrote
 * them), shown as a user would write it; empty: there is none. -1 when they lead to
 * different ones; e says which.
 */
int config_find(struct arena *a, struct world *world, struct str folder,
	const struct strs *paths, struct str *out, struct err *e);

/*
 * Reads the file at path into options: rules, severities, --fail-on unless that was
 * said, ignores and how files are built. Complains and gives the exit status when it
 * cannot be read or has faults; else 0.
 */
int config_apply(struct arena *a, struct world *world, struct str path,
	struct rule_choice *choice, struct audit_options *options);

/* What the configuration says of how a file is built, where the options do not. */
void config_load_options(struct arena *a, const struct audit_options *options,
	struct str path, struct load_options *load);

#endif
