/*
 * How a container is meant to live: one service in it, and gone when it is done.
 */
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/run_advice.h"

/* Programs whose only work is to keep several others running. */
static bool is_supervisor(const struct command *c)
{
	static const char *const names[] = {"supervisord", "s6-svscan",
		"s6-overlay-init", "runsvdir", "runsvdir-start", "runit", "runit-init",
		"circusd", "honcho", "foreman", "my_init", "systemd", "monit", "god",
		"overmind", "goreman", "hivemind", NULL};
	struct str name;

	if (!command_name(c, &name))
		return false;
	for (size_t i = 0; names[i]; i++)
		if (str_eq(name, str_c(names[i])))
			return true;
	return false;
}

static bool word_is(struct arena *a, const struct command *c, size_t i, struct str text)
{
	struct str word;

	return i < c->argv.n && value_str(a, c->argv.at[i].value, &word) &&
		str_eq(word, text);
}

/* service nginx start, /etc/init.d/ssh start, nginx (without `daemon off`) … */
static bool starts_daemon(struct arena *a, const struct command *c)
{
	struct str path;

	if (command_is(c, STR("service")))
		return word_is(a, c, 2, STR("start"));
	return c->argv.n && value_str(a, c->argv.at[0].value, &path) &&
		str_starts(path, STR("/etc/init.d/")) && word_is(a, c, 1, STR("start"));
}

/* Behind & to wait or to tell, not to serve. */
static bool is_chore(const struct command *c)
{
	static const char *const names[] = {"sleep", "wait", "echo", "tail", "cat",
		"trap", "true", ":", "exec", "printf", "kill", NULL};
	struct str name;

	if (!command_name(c, &name))
		return true;
	for (size_t i = 0; names[i]; i++)
		if (str_eq(name, str_c(names[i])))
			return true;
	return false;
}

struct services {
	const struct command *supervisor, *daemon, *background, *last;
	unsigned daemons, backgrounds;
};

static void look_at(struct arena *a, const struct program *p, struct services *s)
{
	if (!p || p->know != FACT_SET || p->layer < LAYER_BUILD)
		return;
	vec_each (struct command *const, c, &p->commands) {
		if (is_supervisor(*c) && !s->supervisor)
			s->supervisor = *c;
		if (starts_daemon(a, *c)) {
			s->daemon = s->daemon ? s->daemon : *c;
			s->daemons++;
		} else if (!is_chore(*c)) {
			if ((*c)->is_background) {
				s->background = s->background ? s->background : *c;
				s->backgrounds++;
			} else {
				s->last = *c;
			}
		}
	}
}

/* The command that gives it away, or NULL; MAYBE where only an & says so. */
static const struct command *several(const struct services *s, enum answer *certain)
{
	*certain = ANSWER_YES;
	if (s->supervisor)
		return s->supervisor;
	if (s->daemons + s->backgrounds + (s->last != NULL) < 2)
		return NULL;
	if (s->daemon)
		return s->daemon;
	*certain = ANSWER_MAYBE;
	return s->background;
}

void check_single_service(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct services s = {0};
	const struct command *sign;
	enum answer certain;
	struct finding *f;
	struct str name;

	look_at(audit->arena, w->entrypoint, &s);
	look_at(audit->arena, w->cmd, &s);
	sign = several(&s, &certain);
	if (!sign || !sign->span.file)
		return;
	f = finding_add(audit, sign->span);
	f->verdict = certain;
	if (s.supervisor && command_name(sign, &name))
		finding_message(audit, f,
			"`%.*s` keeps several services running in one container.",
			STR_ARG(name));
	else
		finding_message(audit, f,
			"One container starts several services side by side.");
	finding_consequence(audit, f,
		"They share one user, one set of privileges and one network, so that each "
		"has what any of them needs; and when one of them ends, the engine does "
		"not notice.");
	finding_help(audit, f,
		"Give each service a container of its own, with just its own privileges: a "
		"compose file starts them together.");
	finding_evidence(audit, f, "services");
}

void check_auto_remove_missing(struct audit *audit)
{
	const struct run *run = audit->workload->run;
	struct finding *f;

	if (!run || run->source != RUN_BY_LINE || run->is_partial ||
		run->is_only_made || run_says(run, RUN_AUTO_REMOVE) != ANSWER_NO ||
		run_flag(run, RUN_DETACHED) != ANSWER_NO ||
		run_says(run, RUN_RESTART) != ANSWER_NO ||
		run_says(run, RUN_NAME) != ANSWER_NO)
		return;
	f = finding_add(audit, run_anchor(run));
	finding_message(audit, f, "The finished container stays behind.");
	finding_consequence(audit, f,
		"Each run leaves one more stopped container, with all that it wrote, until "
		"somebody cleans up; data that is meant to stay is easily left in there.");
	finding_help(audit, f,
		"Add `--rm`, and mount a volume or a folder where the results go.");
	finding_evidence(audit, f, "rm");
}
