/*
 * facts: everything that the model says of a project, as lines that can be compared.
 *
 * Depends on workload. One fact is a name and a value; names begin with the workload's
 * own name (what stands behind the last ':' of it is its service or stage): "web/user",
 * "web/uid", "web/env/HOME", "web/cap/CHOWN", "web/security/seccomp",
 * "web/mount//app/models", "web/port/8000/tcp", "web/setting/read_only", "web/workdir",
 * "web/entrypoint", "web/cmd", "web/account/app", "web/group/app", "web/package/curl",
 * "web/copy//app/main.py", "web/run/HASH", "web/volume//data", "web/image", "web/expose/80"
 * and, of the project, "project/secret/NAME" and so on. Positions are no part of a fact.
 */
#ifndef OAKUM_MODEL_FACTS_H
#define OAKUM_MODEL_FACTS_H

#include "model/workload.h"

struct fact_line {
	struct str name, value;
};

VEC_TYPE(struct fact_line, fact_lines);

/* Sorted by name, then value; a name may stand there several times. */
struct fact_lines project_facts(struct arena *a, const struct project *project);

/* With what the facts of w begin: its service, else what stands behind the last ':'. */
struct str workload_fact_name(const struct workload *w);

/*
 * The same facts where the workloads are called as names says, one for each: a run line
 * is called after its line, and that moves.
 */
struct fact_lines project_facts_as(
	struct arena *a, const struct project *project, const struct str *names);

#endif
