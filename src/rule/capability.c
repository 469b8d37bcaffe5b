/*
 * Capabilities that are dropped: what a container keeps of root's powers, and what its
 * start needs of them.
 */
#include "rule/advice.h"
#include "rule/capability_need.h"
#include "rule/checks.h"
#include "rule/need.h"
#include "rule/run_advice.h"

#include "base/buf.h"

/* "SETGID SETUID" */
static struct str names_of(struct audit *audit, capability_set set)
{
	struct buf b = {.arena = audit->arena};

	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap))
			buf_printf(&b, "%s%.*s", b.n ? " " : "",
				STR_ARG(capability_name(cap)));
	return buf_str(&b);
}

/* "`SETGID` and `SETUID`" */
static struct str sentence_of(struct audit *audit, capability_set set)
{
	struct str rest = names_of(audit, set), word;
	struct buf b = {.arena = audit->arena};

	while (str_next_word(&rest, &word))
		buf_printf(&b, "%s`%.*s`",
			!b.n			   ? ""
				: str_trim(rest).n ? ", "
						   : " and ",
			STR_ARG(word));
	return buf_str(&b);
}

static unsigned count_of(capability_set set)
{
	unsigned n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

/* Capabilities that are dropped (or, added) by name. */
static capability_set listed(const struct run *run, bool is_drop)
{
	capability_set set = 0;

	vec_each (const struct run_capability, c, &run->capabilities)
		if (c->is_drop == is_drop && c->number >= 0)
			set |= capability_bit(c->number);
	return set;
}

/* ---- how to say it ---- */

static struct str list_adds(struct audit *audit, capability_set set)
{
	return run_advice_list(audit, "cap_add", "--cap-add", names_of(audit, set));
}

static struct str list_drops(struct audit *audit, struct str words)
{
	return run_advice_list(audit, "cap_drop", "--cap-drop", words);
}

static void help_drop_all(struct audit *audit, struct finding *f)
{
	const struct launch *l = &audit->workload->launch;
	struct str drop = list_drops(audit, STR("ALL"));
	struct str place = run_advice_place(audit);
	capability_set adds = run_needs_capabilities(audit->arena, audit->workload);

	if (adds)
		finding_help(audit, f,
			"Add %.*s to %.*s, and %.*s, because its start needs these; then "
			"take out which of them it does not miss.",
			STR_ARG(drop), STR_ARG(place), STR_ARG(list_adds(audit, adds)));
	else if (l->runs_as == RUNS_AS_USER)
		finding_help(audit, f,
			"Add %.*s to %.*s. The program does not run as root: it holds none "
			"of them itself, and misses none.",
			STR_ARG(drop), STR_ARG(place));
	else
		finding_help(audit, f,
			"Add %.*s to %.*s. Where the start then fails with `operation not "
			"permitted`, give back that one: `%s`.",
			STR_ARG(drop), STR_ARG(place),
			run_advice_choose(audit, "cap_add: [NAME]", "--cap-add NAME"));
}

/* ---- what is kept ---- */

/* What is dropped by name and not given back. */
static capability_set taken_away(const struct run *run)
{
	return listed(run, true) & ~listed(run, false) & run_default_capabilities(run);
}

/* Are all three powers over other people's files dropped? */
static bool reaches_floor(const struct run *run)
{
	return (taken_away(run) & CAPABILITIES_OWNERSHIP) == CAPABILITIES_OWNERSHIP;
}

/* Is it sure that neither ALL is dropped nor all is given back? */
static bool keeps_defaults(const struct run *run)
{
	return run_drops(run, -1) == ANSWER_NO && run_adds(run, -1) == ANSWER_NO;
}

/* The worst of what is kept, in words. */
static const char *what_they_may(capability_set held)
{
	bool owns = (held & CAPABILITIES_OWNERSHIP) != 0;
	bool forges = (held & capability_bit(capability_find(STR("NET_RAW")))) != 0;

	if (owns && forges)
		return "take over every file, become every user and forge network packets";
	if (owns)
		return "take over every file and become every user";
	return forges ? "become every user and forge network packets"
		      : "do what else root may do";
}

void check_cap_drop_missing(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	capability_set held, defaults;
	struct finding *f;
	enum answer certain;

	if (!run || !keeps_defaults(run) || need_says_capabilities(audit))
		return;
	/* Half a list is what cap-drop-ownership-missing is about. */
	if (taken_away(run) && !reaches_floor(run))
		return;
	defaults = run_default_capabilities(run);
	held = run_capability_set(run, &certain) & defaults;
	f = finding_add(audit, run_anchor(run));
	finding_evidence(audit, f, "default");
	if (held == defaults) {
		finding_message(audit, f,
			"The container keeps all %u capabilities that the engine gives "
			"unasked.",
			count_of(defaults));
	} else {
		f->severity = SEVERITY_LOW;
		finding_message(audit, f,
			"The container still keeps %u capabilities that the engine gives "
			"unasked.",
			count_of(held));
	}
	if (audit->workload->launch.runs_as == RUNS_AS_USER) {
		finding_consequence(audit, f,
			"The program itself does not hold them, but whoever becomes root "
			"in the container does: then they may %s.",
			what_they_may(held));
		/* Nobody becomes root by a setuid program then. */
		if (run_no_new_privileges(run) == ANSWER_YES)
			f->severity = SEVERITY_LOW;
	} else {
		finding_consequence(audit, f,
			"Whoever breaks into %.*s may %s, which next to no program needs.",
			STR_ARG(advice_program(audit)), what_they_may(held));
	}
	help_drop_all(audit, f);
}

/* The first element of the drops, where one more would be written. */
static struct span drops_at(const struct run *run)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		if (c->is_drop)
			return c->span;
	return run_anchor(run);
}

void check_cap_drop_ownership_missing(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	capability_set kept;
	struct finding *f;

	if (!run || !keeps_defaults(run) || !taken_away(run) || reaches_floor(run) ||
		need_says_capabilities(audit))
		return;
	kept = CAPABILITIES_OWNERSHIP & ~taken_away(run);
	f = finding_add(audit, drops_at(run));
	finding_message(audit, f, "Some capabilities are dropped, but %.*s %s kept.",
		STR_ARG(sentence_of(audit, kept)), count_of(kept) == 1 ? "is" : "are");
	finding_consequence(audit, f,
		"Root of the container still gets at files that are not its own, whatever "
		"their owner and mode say.");
	finding_help(audit, f, "Drop %.*s too, or better all of them: %.*s.",
		STR_ARG(sentence_of(audit, kept)),
		STR_ARG(list_drops(audit, STR("ALL"))));
	finding_evidence(audit, f, "%.*s", STR_ARG(names_of(audit, kept)));
}

/* ---- what is missed ---- */

/* The element that takes one of them away, or NULL. */
static const struct run_capability *drop_of(
	const struct run *run, capability_set missing)
{
	vec_each (const struct run_capability, c, &run->capabilities)
		if (c->is_drop &&
			(c->is_all ||
				(c->number >= 0 &&
					missing & capability_bit(c->number))))
			return c;
	return NULL;
}

static void say_breaks(struct audit *audit, struct finding *f,
	const struct capability_need *need, capability_set missing)
{
	const struct drop *d = &audit->workload->launch.drop;
	bool by_drop = need->drops_root && missing != capability_bit(CAPABILITY_CHOWN);
	bool has_tool = d->tool.n && !str_eq(d->tool, STR("?"));

	if (by_drop)
		finding_message(audit, f,
			"The entrypoint gives up root%s%.*s%s and needs %.*s for it, which "
			"%s dropped here.",
			has_tool ? " with `" : "",
			STR_ARG(has_tool ? d->tool : STR("")), has_tool ? "`" : "",
			STR_ARG(sentence_of(audit, missing)),
			count_of(missing) == 1 ? "is" : "are");
	else
		finding_message(audit, f,
			"The start changes owners with `chown` and needs `CHOWN` for it, "
			"which is dropped here.");
	finding_consequence(audit, f,
		"The container stops right after it was started, with `operation not "
		"permitted`.");
	if (by_drop && d->span.file)
		finding_related(audit, f, d->span, "here it gives up root");
	if (!by_drop && need->chown)
		finding_related(audit, f, need->chown->span, "here it changes owners");
}

void check_cap_drop_breaks_entrypoint(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	const struct drop *d = &audit->workload->launch.drop;
	const struct run_capability *drop;
	struct capability_need need;
	capability_set missing;
	enum answer certain;
	struct finding *f;

	if (!run)
		return;
	need = capability_need_of(audit->arena, audit->workload);
	missing = need.set & ~run_capability_set(run, &certain);
	drop = drop_of(run, missing);
	if (!missing || certain != ANSWER_YES || !drop)
		return;
	f = finding_add(audit, drop->span);
	f->verdict = need.is_certain;
	say_breaks(audit, f, &need, missing);
	if (need.drops_root && d->to.n)
		finding_help(audit, f,
			"Give back what it needs, %.*s; or start as that account at once, "
			"where its folders belong to it already: `%s %.*s`.",
			STR_ARG(list_adds(audit,
				run_needs_capabilities(audit->arena, audit->workload))),
			run_advice_choose(audit, "user:", "--user"), STR_ARG(d->to));
	else
		finding_help(audit, f, "Give back what it needs: %.*s.",
			STR_ARG(list_adds(audit,
				run_needs_capabilities(
					audit->arena, audit->workload))));
	finding_evidence(audit, f, "%.*s", STR_ARG(names_of(audit, missing)));
}

/* ---- what is dropped for nothing ---- */

void check_cap_drop_noop(struct audit *audit)
{
	const struct run *run = run_judged(audit);
	capability_set defaults;

	if (!run || run_adds(run, -1) != ANSWER_NO || run_drops(run, -1) != ANSWER_NO)
		return;
	defaults = run_default_capabilities(run);
	vec_each (const struct run_capability, c, &run->capabilities) {
		struct finding *f;

		if (!c->is_drop || c->number < 0 ||
			defaults & capability_bit(c->number) ||
			run_adds(run, c->number) != ANSWER_NO)
			continue;
		f = finding_add(audit, c->span);
		finding_message(audit, f,
			"`%.*s` is dropped, but no container has it unless it is added.",
			STR_ARG(capability_name(c->number)));
		finding_consequence(audit, f,
			"The line changes nothing; what the engine does give stays.");
		finding_help(audit, f, "Drop all of them instead: %.*s.",
			STR_ARG(list_drops(audit, STR("ALL"))));
		finding_evidence(audit, f, "%.*s", STR_ARG(capability_name(c->number)));
	}
}
