#include "cli/can_capabilities.h"

#include "report/screen.h"
#include "rule/capability_need.h"
#include "rule/filter.h"
#include "rule/run_advice.h"

/* All that is said, decided once. */
struct holding {
	const struct run *run; /* NULL: of an image alone */
	capability_set held;   /* by the container: who becomes root in it has them */
	enum answer is_certain;
	capability_set own; /* of the asked user's own programs */
	enum answer is_root;
	bool starts_as_root; /* and gives it up, to become who is asked for */
	struct capability_need need;
	enum capability_rung rung;
};

/* podman makes what is added ambient, so that a user gets it too (podman-run(1)). */
static capability_set ambient(const struct run *run)
{
	capability_set set = 0;

	if (!run || !str_eq(run->engine, STR("podman")))
		return 0;
	vec_each (const struct run_capability, c, &run->capabilities)
		if (!c->is_drop && c->number >= 0)
			set |= capability_bit(c->number);
	return set;
}

static struct holding holding_of(const struct can_subject *s)
{
	const struct workload *w = s->workload;
	struct holding h = {.run = w->run,
		.held = CAPABILITIES_ENGINE,
		.is_certain = ANSWER_MAYBE,
		.is_root = identity_is_root(s->identity),
		.need = capability_need_of(s->arena, w),
		.rung = CAPABILITY_RUNG_NONE};

	if (w->run) {
		h.held = run_capability_set(w->run, &h.is_certain);
		h.rung = capability_rung_of(w->run, &h.is_certain);
	}
	h.starts_as_root = w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS;
	h.own = h.is_root == ANSWER_YES ? h.held : ambient(w->run) & h.held;
	return h;
}

static unsigned count_of(capability_set set)
{
	return (unsigned)__builtin_popcountll(set);
}

static struct str names_of(struct arena *a, capability_set set)
{
	struct buf b = {.arena = a};

	for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
		if (set & capability_bit(cap))
			buf_printf(&b, "%s%.*s", b.n ? ", " : "",
				STR_ARG(capability_name(cap)));
	return buf_str(&b);
}

/* The element that gives cap by name, or all of them; NULL: the engine does. */
static const struct run_capability *added_by(const struct run *run, int cap)
{
	const struct run_capability *found = NULL;

	if (run)
		vec_each (const struct run_capability, c, &run->capabilities)
			if (!c->is_drop && (c->is_all || c->number == cap))
				found = c;
	return found;
}

static bool is_privileged(const struct holding *h)
{
	return h->rung == CAPABILITY_RUNG_PRIVILEGED;
}

/* Who gives cap: "the engine", "added", "privileged"; and where, or SPAN_NONE. */
static const char *giver_of(const struct holding *h, int cap, struct span *span)
{
	const struct run_capability *c = added_by(h->run, cap);

	*span = SPAN_NONE;
	if (is_privileged(h)) {
		*span = h->run->settings[RUN_PRIVILEGED]->span;
		return "privileged";
	}
	if (!c)
		return "engine";
	*span = c->span;
	return "added";
}

/* ---- the ladder ---- */

struct step_up {
	capability_set drop; /* by name; with is_all ALL instead */
	bool is_all, takes_privileged;
	capability_set add;
};

/*
 * What takes the workload one rung higher. The middle rung is no step for a start that
 * needs one of the three, nor for who holds none of them: those go to the top at once.
 */
static bool next_step(const struct holding *h, struct step_up *out)
{
	capability_set needed = h->need.set | h->need.likely;

	*out = (struct step_up){0};
	if (h->rung == CAPABILITY_RUNG_ALL)
		return false;
	out->takes_privileged = is_privileged(h);
	out->is_all = true;
	out->add = needed;
	if (h->rung == CAPABILITY_RUNG_NONE && h->is_root != ANSWER_NO && !needed) {
		out->is_all = false;
		out->drop = CAPABILITIES_OWNERSHIP;
	}
	return true;
}

static const char *rung_name(enum capability_rung rung)
{
	static const char *const names[] = {
		[CAPABILITY_RUNG_PRIVILEGED] = "privileged",
		[CAPABILITY_RUNG_NONE] = "none",
		[CAPABILITY_RUNG_OWNERSHIP] = "ownership",
		[CAPABILITY_RUNG_ALL] = "all",
	};

	return names[rung];
}

static const char *rung_sentence(enum capability_rung rung)
{
	static const char *const sentences[] = {
		[CAPABILITY_RUNG_PRIVILEGED] =
			"below the ladder: privileged holds them all, whatever is dropped",
		[CAPABILITY_RUNG_NONE] =
			"rung 0 of 2: the powers over other people's files are kept",
		[CAPABILITY_RUNG_OWNERSHIP] =
			"rung 1 of 2: CHOWN, DAC_OVERRIDE and FOWNER are gone",
		[CAPABILITY_RUNG_ALL] = "rung 2 of 2: ALL are dropped",
	};

	return sentences[rung];
}

/* "cap_drop: [ALL]" of a service, "--cap-drop ALL" of a line. */
static void add_list(struct buf *out, const struct holding *h, const char *key,
	const char *option, struct str names)
{
	struct str_fields fields = {.rest = names};
	struct str name;

	if (!h->run || h->run->source != RUN_BY_LINE) {
		buf_printf(out, "%s: [%.*s]", key, STR_ARG(names));
		return;
	}
	for (bool is_first = true; str_next_field(&fields, ',', &name);
		is_first = false)
		buf_printf(out, "%s%s %.*s", is_first ? "" : " ", option,
			STR_ARG(str_trim(name)));
}

static void text_of_step(struct buf *out, const struct can_subject *s,
	const struct holding *h, const struct step_up *step)
{
	struct str drops = step->is_all ? STR("ALL") : names_of(s->arena, step->drop);

	buf_add(out, STR("    next step          "));
	if (step->takes_privileged)
		buf_add(out, STR("take `privileged` away, then "));
	add_list(out, h, "cap_drop", "--cap-drop", drops);
	if (step->add) {
		buf_add(out, STR("  "));
		add_list(out, h, "cap_add", "--cap-add", names_of(s->arena, step->add));
	}
	if (!step->is_all)
		buf_add(out, STR("  and after that "));
	if (!step->is_all)
		add_list(out, h, "cap_drop", "--cap-drop", STR("ALL"));
	buf_char(out, '\n');
}

static void text_of_ladder(
	struct buf *out, const struct can_subject *s, const struct holding *h)
{
	capability_set spare = h->is_root == ANSWER_YES
		? h->held & ~(h->need.set | h->need.likely)
		: 0;
	struct step_up step;

	buf_printf(out, "    ladder             %s\n", rung_sentence(h->rung));
	if (next_step(h, &step))
		text_of_step(out, s, h, &step);
	else if (spare)
		buf_printf(out,
			"    next step          try it without %.*s: nothing in sight "
			"needs them\n",
			STR_ARG(names_of(s->arena, spare)));
}

/* ---- text ---- */

static struct str line_of(struct arena *a, struct span span)
{
	return span.file ? arena_printf(a, ", line %u", span_start(span).line)
			 : STR_NONE;
}

static struct str summary_of(struct arena *a, const struct holding *h)
{
	const char *of = !h->run   ? ", as of a plain `docker run`"
		: is_privileged(h) ? ", for it is privileged"
				   : "";

	if (h->is_root == ANSWER_YES)
		return h->held ? arena_printf(a, "%u of %u%s", count_of(h->held),
					 CAPABILITY_COUNT, of)
			       : STR("none");
	if (!h->held)
		return STR("none, and none for whoever becomes root in it");
	if (h->is_root == ANSWER_MAYBE)
		return arena_printf(
			a, "%u%s where it is root, else none", count_of(h->held), of);
	return arena_printf(a, "%s; %s %u%s",
		h->own ? "those that podman hands on" : "none by itself",
		h->starts_as_root
			? "its start as root, and whoever becomes root in it, holds"
			: "whoever becomes root in it holds",
		count_of(h->held), of);
}

void can_capabilities_line(struct buf *out, const struct can_subject *s)
{
	struct holding h = holding_of(s);

	buf_printf(out, "    %-17s  %.*s\n", "capabilities",
		STR_ARG(summary_of(s->arena, &h)));
}

/* "; opens `mount`, …": what the engine's own filter lets through with it. */
static struct str opens_of(
	const struct can_subject *s, const struct holding *h, int cap)
{
	struct profile_host host = filter_host(s->arena, h->run);
	struct str calls;

	if (is_privileged(h) || run_security(h->run, SECURITY_SECCOMP))
		return STR_NONE;
	calls = filter_opened(s->arena, &host, cap);
	return calls.n ? arena_printf(s->arena, "; opens %.*s", STR_ARG(calls))
		       : STR_NONE;
}

static void text_of_one(
	struct buf *out, const struct can_subject *s, const struct holding *h, int cap)
{
	struct screen screen = {.out = out};
	const char *shared, *giver;
	enum capability_risk risk = capability_risk_in(s->arena, h->run, cap, &shared);
	struct span span;

	giver = giver_of(h, cap, &span);
	buf_printf(out, "    %-18.*s  %-8.*s  ", STR_ARG(capability_name(cap)),
		STR_ARG(capability_risk_name(risk)));
	screen_add(&screen, know_capability(cap).may);
	if (shared)
		buf_printf(out, "; it shares the %s of the host", shared);
	if (span.file)
		buf_printf(out, " (%s%.*s%.*s)", giver,
			STR_ARG(line_of(s->arena, span)), STR_ARG(opens_of(s, h, cap)));
	buf_char(out, '\n');
}

static void text_of_need(struct buf *out, const struct can_subject *s,
	const struct holding *h, int cap, bool is_first)
{
	struct screen screen = {.out = out};
	capability_set bit = capability_bit(cap);
	struct span span;
	struct str why =
		capability_need_why(s->arena, s->workload, &h->need, cap, &span);

	buf_printf(out, "    %-17s  %.*s: ", is_first ? "its start needs" : "",
		STR_ARG(capability_name(cap)));
	screen_add(&screen, why);
	buf_printf(out, "%.*s", STR_ARG(line_of(s->arena, span)));
	if (!(h->held & bit))
		buf_add(out, STR(" (it is not held)"));
	buf_char(out, '\n');
}

static void text_of_needs(
	struct buf *out, const struct can_subject *s, const struct holding *h)
{
	capability_set all = h->need.set | h->need.likely;
	bool is_first = true;

	for (int cap = 0; cap < CAPABILITY_COUNT; cap++) {
		if (!(all & capability_bit(cap)))
			continue;
		text_of_need(out, s, h, cap, is_first);
		is_first = false;
	}
	if (!all)
		buf_printf(out, "    %-17s  %s\n", "its start needs",
			h->is_root == ANSWER_NO ? "none: it is not root"
						: "none that oakum can see");
}

void can_capabilities_text(struct buf *out, const struct can_subject *s)
{
	struct holding h = holding_of(s);

	buf_printf(out, "  capabilities: %.*s\n", STR_ARG(summary_of(s->arena, &h)));
	if (h.held)
		buf_add(out,
			STR("    each is a piece of root's power: how grave it is in this "
			    "container, and what it lets a program do\n"));
	if (h.is_certain != ANSWER_YES && h.run)
		buf_add(out, STR("    what a variable decides is not counted\n"));
	for (int risk = CAPABILITY_RISK_CRITICAL; risk >= 0; risk--)
		for (int cap = 0; cap < CAPABILITY_COUNT; cap++) {
			const char *shared;

			if (h.held & capability_bit(cap) &&
				(int)capability_risk_in(
					s->arena, h.run, cap, &shared) == risk)
				text_of_one(out, s, &h, cap);
		}
	text_of_needs(out, s, &h);
	text_of_ladder(out, s, &h);
}

/* ---- JSON ---- */

static void json_names(struct buf *out, const char *name, capability_set set)
{
	bool is_first = true;

	buf_printf(out, "\"%s\":[", name);
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++) {
		if (!(set & capability_bit(cap)))
			continue;
		if (!is_first)
			buf_char(out, ',');
		buf_json(out, capability_name(cap));
		is_first = false;
	}
	buf_char(out, ']');
}

static void json_line(struct buf *out, struct span span)
{
	if (span.file)
		buf_printf(out, ",\"line\":%u", span_start(span).line);
}

static void json_held(
	struct buf *out, const struct can_subject *s, const struct holding *h)
{
	bool is_first = true;

	buf_add(out, STR("\"held\":["));
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++) {
		const char *shared, *giver;
		enum capability_risk risk;
		struct span span;

		if (!(h->held & capability_bit(cap)))
			continue;
		risk = capability_risk_in(s->arena, h->run, cap, &shared);
		giver = giver_of(h, cap, &span);
		buf_add(out, is_first ? STR("\n{\"name\":") : STR(",\n{\"name\":"));
		buf_json(out, capability_name(cap));
		buf_add(out, STR(",\"may\":"));
		buf_json(out, know_capability(cap).may);
		buf_add(out, STR(",\"risk\":"));
		buf_json(out, capability_risk_name(risk));
		buf_printf(out, ",\"by\":\"%s\"", giver);
		json_line(out, span);
		buf_char(out, '}');
		is_first = false;
	}
	buf_char(out, ']');
}

static void json_needs(
	struct buf *out, const struct can_subject *s, const struct holding *h)
{
	capability_set all = h->need.set | h->need.likely;
	bool is_first = true;

	buf_add(out, STR(",\"needs\":["));
	for (int cap = 0; cap < CAPABILITY_COUNT; cap++) {
		struct span span;
		struct str why;

		if (!(all & capability_bit(cap)))
			continue;
		why = capability_need_why(s->arena, s->workload, &h->need, cap, &span);
		buf_add(out, is_first ? STR("\n{\"name\":") : STR(",\n{\"name\":"));
		buf_json(out, capability_name(cap));
		buf_add(out, STR(",\"why\":"));
		buf_json(out, why);
		buf_printf(out, ",\"sure\":%s",
			h->need.set & capability_bit(cap) &&
					h->need.is_certain == ANSWER_YES
				? "true"
				: "false");
		json_line(out, span);
		buf_char(out, '}');
		is_first = false;
	}
	buf_char(out, ']');
}

void can_capabilities_json(struct buf *out, const struct can_subject *s)
{
	struct holding h = holding_of(s);
	struct step_up step;

	buf_add(out, STR(",\n\"capabilities\":{"));
	json_held(out, s, &h);
	buf_char(out, ',');
	json_names(out, "own", h.own);
	buf_printf(out, ",\"sure\":%s,\"rung\":\"%s\"",
		h.is_certain == ANSWER_YES ? "true" : "false", rung_name(h.rung));
	json_needs(out, s, &h);
	if (next_step(&h, &step)) {
		buf_printf(out, ",\"next\":{\"privileged\":%s,",
			step.takes_privileged ? "false" : "null");
		if (step.is_all)
			buf_add(out, STR("\"cap_drop\":[\"ALL\"]"));
		else
			json_names(out, "cap_drop", step.drop);
		buf_char(out, ',');
		json_names(out, "cap_add", step.add);
		buf_char(out, '}');
	}
	buf_char(out, '}');
}
