/*
 * Capabilities that are added, and what the two lists say together.
 */
#include "rule/advice.h"
#include "rule/capability_need.h"
#include "rule/checks.h"
#include "rule/filter.h"
#include "rule/run_advice.h"

/* ---- both lists ---- */

static bool is_same(const struct run_capability *a, const struct run_capability *b)
{
	return (a->is_all && b->is_all) || (a->number >= 0 && a->number == b->number);
}

/* The element that adds what this one drops, or NULL. */
static const struct run_capability *added_too(
	const struct run *run, const struct run_capability *drop)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		if (!c->is_drop && is_same(c, drop))
			return c;
	return NULL;
}

static const char *winner(const struct run *run, const struct run_capability *drop)
{
	if (str_eq(run->engine, STR("podman")))
		return "podman refuses to start such a container.";
	if (!drop->is_all && run_adds(run, -1) == ANSWER_YES)
		return "The drop wins, because all are added; who reads it cannot tell.";
	return "The engine adds it after all: the container holds what this line seems to "
	       "take away.";
}

void check_cap_conflict(struct audit *audit)
{
	const struct run *run = run_judged(audit);

	if (!run)
		return;
	vec_each (const struct run_capability, c, &run->capabilities) {
		const struct run_capability *add =
			c->is_drop ? added_too(run, c) : NULL;
		struct str name = c->is_all ? STR("ALL")
			: c->number >= 0    ? capability_name(c->number)
					    : STR_NONE;
		struct finding *f;

		if (!add)
			continue;
		f = finding_add(audit, c->span);
		finding_message(audit, f, "The capability `%.*s` is dropped and added.",
			STR_ARG(name));
		finding_consequence(audit, f, "%s", winner(run, c));
		finding_help(audit, f, "Decide for one of the two.");
		finding_related(audit, f, add->span, "it is added here");
		finding_evidence(audit, f, "%.*s", STR_ARG(name));
	}
}

void check_cap_unknown(struct audit *audit)
{
	const struct run *run = audit->workload->run;

	if (!run)
		return;
	vec_each (const struct run_capability, c, &run->capabilities) {
		struct str name, near;
		struct finding *f;

		if (c->is_all || c->number >= 0 ||
			!value_str(audit->arena, c->value, &name))
			continue;
		near = capability_nearest(name);
		f = finding_add(audit, c->span);
		finding_message(
			audit, f, "There is no capability `%.*s`.", STR_ARG(name));
		finding_consequence(
			audit, f, "The engine refuses to create the container.");
		if (near.n)
			finding_help(audit, f, "Write `%.*s`.", STR_ARG(near));
		else
			finding_help(audit, f,
				"capabilities(7) lists them; the engine takes the names "
				"with or without `CAP_`, and `ALL`.");
		finding_evidence(audit, f, "%.*s", STR_ARG(name));
	}
}

/* ---- what is given on top ---- */

/* What a capability hands over beyond the container's own files: data/capabilities.tsv. */
static bool is_dangerous(int cap)
{
	return cap >= 0 && know_capability(cap).risk > CAPABILITY_RISK_LOW;
}

static enum severity severity_of(enum capability_risk risk)
{
	static const enum severity severities[] = {
		SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL};

	return severities[risk];
}

static void say_all_added(struct audit *audit, const struct run_capability *c)
{
	struct finding *f = finding_add(audit, c->span);

	f->severity = SEVERITY_CRITICAL;
	finding_message(audit, f,
		"The container gets every capability there is: nearly as much as a "
		"privileged one.");
	finding_consequence(audit, f,
		"Whoever breaks into %.*s can mount the disks of the host or load code "
		"into its kernel, and owns the machine.",
		STR_ARG(advice_program(audit)));
	finding_help(audit, f,
		"Name the one that is needed instead; which one it is, the message of the "
		"failing call tells, or `strace`.");
	finding_evidence(audit, f, "ALL");
}

/* The engine's own filter asks for capabilities: it opens with them. */
static void say_opened_calls(struct audit *audit, const struct run *run,
	const struct run_capability *c, struct finding *f)
{
	const struct security_option *o = run_security(run, SECURITY_SECCOMP);
	struct profile_host host = filter_host(audit->arena, run);
	struct str calls;

	if (o && !str_eq(o->text, STR("builtin")))
		return;
	calls = filter_opened(audit->arena, &host, c->number);
	if (calls.n)
		finding_consequence(audit, f,
			"%.*s With it the engine's own filter lets %.*s through as well.",
			STR_ARG(f->consequence), STR_ARG(calls));
}

static void say_danger(
	struct audit *audit, const struct run *run, const struct run_capability *c)
{
	const char *shared;
	enum capability_risk risk =
		capability_risk_in(audit->arena, run, c->number, &shared);
	struct str name = capability_name(c->number);
	struct finding *f = finding_add(audit, c->span);

	f->severity = severity_of(risk);
	finding_message(audit, f,
		"The container gets the capability `%.*s`: it may %.*s.", STR_ARG(name),
		STR_ARG(know_capability(c->number).may));
	if (shared)
		finding_consequence(audit, f,
			"It shares the %s of the host, so that reaches the host itself.",
			shared);
	else if (f->severity == SEVERITY_CRITICAL)
		finding_consequence(audit, f,
			"Whoever becomes root in the container owns the host.");
	else
		finding_consequence(audit, f,
			"Whoever breaks into %.*s is a good part of the way to the host.",
			STR_ARG(advice_program(audit)));
	say_opened_calls(audit, run, c, f);
	finding_help(audit, f, "%s. %s",
		run_advice_choose(audit, "Drop this line", "Drop this option"),
		str_eq(name, STR("NET_ADMIN"))
			? "A VPN or a firewall cannot do without it: give it to a "
			  "container that does nothing else."
			: "For debugging, give it to a container of its own that runs "
			  "only as long as it takes.");
	finding_evidence(audit, f, "%.*s", STR_ARG(name));
}

void check_cap_add_dangerous(struct audit *audit)
{
	const struct run *run = run_judged(audit);

	if (!run)
		return;
	vec_each (const struct run_capability, c, &run->capabilities) {
		if (c->is_drop)
			continue;
		if (c->is_all)
			say_all_added(audit, c);
		else if (is_dangerous(c->number))
			say_danger(audit, run, c);
	}
}

/* podman makes what is added ambient, so that a user gets it too (podman-run(1)). */
static bool reaches_user(const struct run *run)
{
	return str_eq(run->engine, STR("podman"));
}

/* An add that neither cap-add-dangerous nor the advice to add it back is about. */
static bool is_plain_add(const struct run_capability *c)
{
	return !c->is_drop && c->number >= 0 && !is_dangerous(c->number) &&
		c->number != CAPABILITY_NET_BIND_SERVICE;
}

void check_cap_add(struct audit *audit)
{
	const struct run *run = run_judged(audit);

	if (!run ||
		(audit->workload->launch.runs_as == RUNS_AS_USER && !reaches_user(run)))
		return;
	vec_each (const struct run_capability, c, &run->capabilities) {
		struct finding *f;

		if (!is_plain_add(c) ||
			run_default_capabilities(run) & capability_bit(c->number))
			continue;
		f = finding_add(audit, c->span);
		if (run_drops(run, -1) == ANSWER_YES)
			f->severity = SEVERITY_INFO;
		finding_message(audit, f,
			"The container gets `%.*s`, which containers do not have otherwise.",
			STR_ARG(capability_name(c->number)));
		finding_consequence(audit, f, "Whoever breaks into %.*s has it too.",
			STR_ARG(advice_program(audit)));
		finding_help(audit, f,
			"Keep it when the program fails without it, and say in a comment "
			"what needs it.");
		finding_evidence(audit, f, "%.*s", STR_ARG(capability_name(c->number)));
	}
}

static bool has_file_capabilities(const struct audit *audit)
{
	vec_each (const struct step *, step, &audit->facts.steps)
		vec_each (const struct act, act, &(*step)->notes.acts)
			if (act->kind == ACT_FILE_CAPS && act->happens != ANSWER_NO)
				return true;
	return false;
}

/*
 * A process of another uid than 0 gets a capability only from a file that has it, or
 * from its ambient set, which Docker leaves empty (capabilities(7)).
 */
void check_cap_not_needed_nonroot(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct workload *w = audit->workload;

	if (!run || w->launch.runs_as != RUNS_AS_USER || reaches_user(run) ||
		has_file_capabilities(audit))
		return;
	vec_each (const struct run_capability, c, &run->capabilities) {
		struct finding *f;

		if (!is_plain_add(c))
			continue;
		f = finding_add(audit, c->span);
		if (!w->base || w->base->know != FACT_SET)
			f->verdict = ANSWER_MAYBE;
		finding_message(audit, f,
			"`%.*s` is added, but the container does not run as root, and only "
			"root gets it.",
			STR_ARG(capability_name(c->number)));
		finding_consequence(audit, f,
			"It does nothing for %.*s, and serves only whoever becomes root.",
			STR_ARG(advice_program(audit)));
		finding_help(audit, f, "%s.",
			run_advice_choose(audit, "Drop this line", "Drop this option"));
		finding_evidence(audit, f, "%.*s", STR_ARG(capability_name(c->number)));
	}
}
