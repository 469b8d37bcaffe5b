/*
 * Ports: who can reach them, and whether what listens there asks who it is.
 */
#include "rule/reach.h"
#include "rule/service.h"

#include "rule/checks.h"

enum { PORT_PRIVILEGED = 1024 };

/* Is it published on every address of the host? MAYBE where a variable decides. */
static enum answer is_on_all(const struct port *p)
{
	if (p->host_ip_known == FACT_UNKNOWN)
		return ANSWER_NO; /* somebody thought of it; nobody is accused */
	if (p->has_host_ip && p->host_ip.n && !str_eq(p->host_ip, STR("0.0.0.0")) &&
		!str_eq(p->host_ip, STR("::")) && !str_eq(p->host_ip, STR("*")))
		return ANSWER_NO;
	return p->know == FACT_UNKNOWN ? ANSWER_MAYBE : ANSWER_YES;
}

/* With the host's network, or none, nothing is published. */
static bool publishes(struct audit *audit, const struct run *run)
{
	struct str network;

	return !run_text(audit->arena, run, RUN_NETWORK, &network) ||
		(!str_eq(network, STR("host")) && !str_eq(network, STR("none")));
}

/* "8888", "8000-8002" or "${PORT}:80" as written. */
static struct str port_shown(struct audit *audit, const struct port *p)
{
	if (p->know == FACT_UNKNOWN)
		return value_display(audit->arena, p->value);
	if (!p->has_published || !p->published_first)
		return p->target_first == p->target_last
			? arena_printf(audit->arena, "%u", p->target_first)
			: arena_printf(audit->arena, "%u-%u", p->target_first,
				  p->target_last);
	return p->published_first == p->published_last
		? arena_printf(audit->arena, "%u", p->published_first)
		: arena_printf(
			  audit->arena, "%u-%u", p->published_first, p->published_last);
}

/* The short entry behind its address, as written: "8080:80/udp". */
static struct str without_address(struct audit *audit, const struct port *p)
{
	struct str text = value_written(audit->arena, p->value);

	if (!p->has_host_ip)
		return text;
	if (str_starts(text, STR("[")))
		return str_from(text, str_find(text, ']') + 2);
	if (str_starts(text, STR(":::")))
		return str_from(text, 3);
	return str_from(text, str_find(text, ':') + 1);
}

/* The same entry for this machine alone. */
static struct str local_entry(struct audit *audit, const struct port *p)
{
	const struct run *run = reach_run(audit);
	struct str rest = without_address(audit, p);
	bool has_colon = p->has_published || p->know == FACT_UNKNOWN;

	if (!p->value.n)
		return STR("host_ip: 127.0.0.1");
	return arena_printf(audit->arena, "%s127.0.0.1:%s%.*s%s",
		reach_write(run, "- \"", "-p "), has_colon ? "" : ":", STR_ARG(rest),
		reach_write(run, "\"", ""));
}

static struct str port_evidence(struct audit *audit, const struct port *p)
{
	if (p->know == FACT_UNKNOWN)
		return value_display(audit->arena, p->value);
	return arena_printf(audit->arena, "%u-%u:%u-%u/%.*s", p->published_first,
		p->published_last, p->target_first, p->target_last,
		STR_ARG(p->protocol));
}

/* What everybody is meant to reach: the web. */
static bool is_front_door(const struct port *p)
{
	return p->know != FACT_UNKNOWN && p->published_first == p->published_last &&
		(p->published_first == 80 || p->published_first == 443);
}

void check_port_bound_all_interfaces(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	const struct service_words *words;

	if (!run || !run->ports.n || !publishes(audit, run))
		return;
	words = service_words(audit);
	vec_each (const struct port, p, &run->ports) {
		enum answer all = is_on_all(p);
		struct finding *f;

		/* port-unauthenticated-service says it better. */
		if (all == ANSWER_NO ||
			service_behind(audit, words, p).is_open != ANSWER_NO)
			continue;
		f = finding_add(audit, p->span);
		f->verdict = all;
		if (is_front_door(p))
			f->severity = SEVERITY_LOW;
		finding_message(audit, f,
			"The port %.*s is open to the whole network, not only to this "
			"machine.",
			STR_ARG(port_shown(audit, p)));
		finding_consequence(audit, f,
			"Whoever reaches the host reaches %.*s; a firewall like ufw does "
			"not keep them out, because the engine opens the port in front of "
			"it.",
			STR_ARG(advice_program(audit)));
		finding_help(audit, f, "Write `%.*s`.", STR_ARG(local_entry(audit, p)));
		finding_evidence(audit, f, "%.*s", STR_ARG(port_evidence(audit, p)));
	}
}

/* The first thing in `on` that a person can write: "--requirepass", "MINIO_…". */
static struct str login_advice(struct audit *audit, struct str on)
{
	struct str_fields fields = {.rest = on};
	struct str mark;

	while (on.n && str_next_field(&fields, ',', &mark)) {
		if (str_starts(mark, STR("env:")))
			return arena_printf(audit->arena,
				" To let others in, set `%.*s` first.",
				STR_ARG(str_from(mark, 4)));
		if (str_starts(mark, STR("flag:")))
			return arena_printf(audit->arena,
				" To let others in, give it `%.*s` first.",
				STR_ARG(str_from(mark, 5)));
	}
	return STR(" To let others in, put a proxy with a login in front of it.");
}

static void say_service(struct audit *audit, const struct port *p,
	const struct service_answer *s, enum answer all)
{
	struct finding *f = finding_add(audit, p->span);

	f->verdict = answer_and(all, s->is_open);
	if (!s->service.is_grave)
		f->severity = SEVERITY_MEDIUM;
	finding_message(audit, f,
		f->verdict == ANSWER_YES
			? "%.*s lets everybody in, and its port %.*s is open to the "
			  "whole network."
			: "%.*s lets everybody in unless it is told otherwise, and its "
			  "port %.*s is open to the whole network.",
		STR_ARG(s->service.name), STR_ARG(port_shown(audit, p)));
	finding_consequence(audit, f,
		"Whoever reaches the host %.*s; a firewall like ufw does not keep them "
		"out.",
		STR_ARG(s->service.harm));
	finding_help(audit, f, "Write `%.*s`.%.*s", STR_ARG(local_entry(audit, p)),
		STR_ARG(s->service.asks ? STR(" And let it ask for its password again.")
					: login_advice(audit, s->service.on)));
	finding_evidence(audit, f, "%.*s %.*s", STR_ARG(s->service.name),
		STR_ARG(port_evidence(audit, p)));
}

void check_port_unauthenticated_service(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	const struct service_words *words;

	if (!run || !run->ports.n || !publishes(audit, run))
		return;
	words = service_words(audit);
	vec_each (const struct port, p, &run->ports) {
		enum answer all = is_on_all(p);
		struct service_answer s;

		if (all == ANSWER_NO)
			continue;
		s = service_behind(audit, words, p);
		if (s.is_open != ANSWER_NO)
			say_service(audit, p, &s, all);
	}
}

void check_port_privileged(struct audit *audit)
{
	const struct run *run = reach_run(audit);

	if (!run || !publishes(audit, run))
		return;
	vec_each (const struct port, p, &run->ports) {
		struct finding *f;

		if (p->know == FACT_UNKNOWN || !p->published_first ||
			p->published_first >= PORT_PRIVILEGED)
			continue;
		f = finding_add(audit, p->span);
		finding_message(audit, f,
			"The port %.*s of the host is one that only root may open.",
			STR_ARG(port_shown(audit, p)));
		finding_consequence(audit, f,
			"A rootless engine cannot publish it, and whoever looks for a web "
			"server there meets this container.");
		finding_help(
			audit, f, "Take a port from 1024 on, or leave it to a proxy.");
		finding_evidence(audit, f, "%u", p->published_first);
	}
}

void check_port_published_all(struct audit *audit)
{
	const struct run *run = reach_run(audit);
	struct finding *f;

	if (!run || run_flag(run, RUN_PUBLISH_ALL) != ANSWER_YES ||
		!publishes(audit, run))
		return;
	f = finding_add(audit, reach_setting(run, RUN_PUBLISH_ALL));
	finding_message(audit, f,
		"Every port that the image exposes is opened to the whole network.");
	finding_consequence(audit, f,
		"What an update of the image exposes one day is open the same day, on a "
		"port that nobody chose.");
	finding_help(
		audit, f, "Name the ports that are needed: `-p 127.0.0.1:8080:8080`.");
	finding_evidence(audit, f, "all");
}
