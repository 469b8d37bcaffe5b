/*
 * run_advice: what several checks of a run say in the same words.
 *
 * Depends on rule. For rule/ and fix/. A service and a `docker run` line say the same
 * thing in two ways; each helper here takes both spellings and gives the one that fits.
 *
 *	finding_help(audit, f, "%.*s.", STR_ARG(
 *		run_advice_add(audit, "read_only: true", "--read-only")));
 */
#ifndef OAKUM_RULE_RUN_ADVICE_H
#define OAKUM_RULE_RUN_ADVICE_H

#include "rule/rule.h"

/* The spelling of the workload's own input: of a service, or of a line. */
const char *run_advice_choose(
	const struct audit *audit, const char *compose, const char *option);

/* "Add `cap_drop: [ALL]` to the service" or "Add `--cap-drop ALL` to the command". */
struct str run_advice_add(struct audit *audit, const char *compose, const char *option);

/*
 * A list with these words (separated by blanks) as it is written: "`cap_add: [SETGID,
 * SETUID]`", or "`--cap-add SETGID --cap-add SETUID`".
 */
struct str run_advice_list(
	struct audit *audit, const char *key, const char *option, struct str words);

/* "the service" or "the command", for sentences. */
struct str run_advice_place(const struct audit *audit);

/*
 * The run, or NULL where there is none or it is privileged: then what it drops, adds
 * and confines has no effect, and `privileged` says all there is to say.
 */
const struct run *run_judged(const struct audit *audit);

/* "`user: app`", "`--user app`" or "`USER app`": as the layer of the fact writes it. */
struct str run_advice_user(
	struct audit *audit, const struct fact *user, struct str spec);

/* Does the workload say itself who it runs as: a service's `user:`, a line's --user? */
bool run_says_user(const struct workload *w);

/* Does its first process hold uid 0? */
enum answer run_starts_as_root(const struct launch *l);

/*
 * What has to be given back beside a dropped ALL, so that it still starts: nothing for
 * who is no root; the powers over files and accounts for an entrypoint that gives up
 * root; what else is known of the start.
 */
capability_set run_needs_capabilities(struct arena *a, const struct workload *w);

/* Does a program of the image (its RUNs, its entrypoint) need sudo or a setuid bit? */
struct privilege_need {
	enum answer
		is_needed; /* MAYBE: the image prepares it; YES: the start uses it */
	struct str what;   /* "sudo", "the setuid bit of `/usr/bin/x`" … */
	struct span span;
};
struct privilege_need run_needs_privileges(struct audit *audit);

#endif
