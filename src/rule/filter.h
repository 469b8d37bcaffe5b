/*
 * filter: the system calls that the profile of a workload lets through.
 *
 * Depends on rule, seccomp. For rule/, fix/ and cli/. A profile means another thing with
 * other capabilities and on another machine: it is resolved for what the run holds, and,
 * so that a report is the same everywhere, for amd64 (arm64 where the run says so) with a
 * current kernel. What is answered comes from the compiled filter, not from the text.
 *
 *	const struct workload_filter *filter = filter_of(audit);
 *	if (filter && filter_refuses(filter, STR("setuid"), (uint64_t[6]){0}))
 *		...
 */
#ifndef OAKUM_RULE_FILTER_H
#define OAKUM_RULE_FILTER_H

#include "rule/rule.h"
#include "seccomp/profile.h"
#include "seccomp/prove.h"

struct workload_filter {
	const struct security_option *option; /* that names the file */
	const struct file *file;
	struct profile_host host;
	struct ruleset rules;
	struct bpf program;
	struct bpf_stack stack; /* of just that one */
	const struct profile_note
		*fault; /* an engine refuses the file; no program then */
};

/*
 * Of the audit's workload, read once for all rules; NULL: the engine's own or none, or a
 * file that cannot be read. With a fault only where faults are asked for.
 */
const struct workload_filter *filter_of(struct audit *audit);
const struct workload_filter *filter_with_fault(struct audit *audit);

/* Is a file named, of which nothing else is wrong than what is in it? */
bool filter_is_file(const struct security_option *o);

/* The machine that profiles are resolved for. */
struct profile_host filter_host(struct arena *a, const struct run *run);

/* What the engine's own profile makes of the same host. */
int filter_default(struct arena *a, const struct profile_host *host,
	struct ruleset *rules, struct bpf *program);

/*
 * Is the profile about that objective? Who conditions a call of it, where usual (what
 * filter_default gave) does not, means it: nobody looks at the mode of a chmod for another
 * reason. May be, who refuses one of its calls as a whole where usual permits it.
 */
enum answer filter_means(struct arena *a, const struct workload_filter *filter,
	const struct ruleset *usual, struct str objective);

/* The answer to a call of the host's own arch; ALLOW where there is no such call. */
uint32_t filter_answer(const struct workload_filter *filter, struct str call,
	const uint64_t args[CALL_ARGUMENTS]);

/* Does it end otherwise than by being made: by an errno, a signal? */
bool filter_refuses(const struct workload_filter *filter, struct str call,
	const uint64_t args[CALL_ARGUMENTS]);

/* Is the call made when a filter answers that? */
bool filter_permits(uint32_t answer);

/* The rule of a ruleset that decides a call, or NULL: the default does. */
const struct call_rule *filter_rule(
	const struct ruleset *rules, const struct bpf_call *call);

/* "setuid(0x100000000)", "setuid(0x10000) on i386". */
struct str filter_call_text(struct arena *a, const struct bpf_call *call);

/*
 * The calls that a capability opens in the engine's own profile, which the others of
 * host do not: "mount, setns, unshare and 14 more"; empty: none.
 */
struct str filter_opened(struct arena *a, const struct profile_host *host, int cap);

#endif
