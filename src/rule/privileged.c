/*
 * All powers at once: privileged containers, and scripts that walk in as root.
 */
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/run_advice.h"

/* What else of the run is without effect beside --privileged, or empty. */
static struct span first_drop(const struct run *run)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		if (c->is_drop)
			return c->span;
	return SPAN_NONE;
}

/* The smaller thing that was most likely meant. */
static const char *instead(const struct audit *audit)
{
	const struct run *run = audit->workload->run;

	if (run->gpus.n)
		return "Drop it: a GPU needs no privileges, the engine's own GPU option "
		       "hands the device over.";
	return run_advice_choose(audit,
		"Drop it. Where a device is needed, hand over that device: `devices: "
		"[/dev/ttyUSB0]`; where one power of root is needed, that one: `cap_add: "
		"[NET_ADMIN]`; for a GPU there is "
		"`deploy.resources.reservations.devices`.",
		"Drop it. Where a device is needed, hand over that device: `--device "
		"/dev/ttyUSB0`; where one power of root is needed, that one: `--cap-add "
		"NET_ADMIN`; for a GPU there is `--gpus all`.");
}

void check_privileged(struct audit *audit)
{
	const struct run *run = audit->workload->run;
	struct span drop;
	struct finding *f;

	if (!run || run_flag(run, RUN_PRIVILEGED) != ANSWER_YES)
		return;
	f = finding_add(audit, run->settings[RUN_PRIVILEGED]->span);
	finding_message(audit, f,
		"The container is privileged: it may do everything that root of the host "
		"may do.");
	finding_consequence(audit, f,
		"Whoever breaks into %.*s can mount the disks of the host, load code into "
		"its kernel, and owns the machine; no filter of system calls and no "
		"AppArmor stands in between.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f, "%s", instead(audit));
	finding_evidence(audit, f, "privileged");
	drop = first_drop(run);
	if (drop.file)
		finding_related(audit, f, drop,
			"has no effect: a privileged container holds every capability");
}

/* ---- docker exec ---- */

static bool names_root(struct audit *audit, const struct exec_line *x)
{
	struct str spec, user, group;
	int64_t n;

	if (!fact_str(audit->arena, x->user, &spec))
		return false;
	user_spec_split(spec, &user, &group);
	return str_eq(user, STR("root")) || (user_spec_number(user, &n) && n == 0);
}

static void say_exec(struct audit *audit, const struct exec_line *x)
{
	bool is_privileged = x->is_privileged == ANSWER_YES;
	struct finding *f = finding_add(
		audit, is_privileged || !x->user->span.file ? x->span : x->user->span);

	f->verdict = x->runs == ANSWER_YES ? ANSWER_YES : ANSWER_MAYBE;
	if (is_privileged) {
		f->severity = SEVERITY_HIGH;
		finding_message(audit, f,
			"This command enters a running container with every power over "
			"the host.");
	} else {
		finding_message(
			audit, f, "This command enters a running container as root.");
	}
	finding_consequence(audit, f,
		"The user that the image was given is walked around: what runs here may "
		"change every file of the container, and what it leaves behind belongs to "
		"root.");
	finding_help(audit, f,
		"Drop the option, so that the command runs as the container's own user. "
		"What needs root belongs in the Dockerfile; for a look inside, ask for "
		"root by hand.");
	finding_evidence(audit, f, "%s %.*s", is_privileged ? "privileged" : "root",
		STR_ARG(value_display(audit->arena, x->container)));
}

void check_exec_as_root(struct audit *audit)
{
	vec_each (const struct exec_line, x, &audit->project->execs)
		if (x->runs != ANSWER_NO &&
			(x->is_privileged == ANSWER_YES || names_root(audit, x)))
			say_exec(audit, x);
}
