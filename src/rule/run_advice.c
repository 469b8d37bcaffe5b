#include "rule/run_advice.h"

#include "base/buf.h"

static bool is_line(const struct audit *audit)
{
	const struct run *run = audit->workload->run;

	return run && run->source == RUN_BY_LINE;
}

const char *run_advice_choose(
	const struct audit *audit, const char *compose, const char *option)
{
	return is_line(audit) ? option : compose;
}

struct str run_advice_place(const struct audit *audit)
{
	return is_line(audit) ? STR("the command") : STR("the service");
}

struct str run_advice_add(struct audit *audit, const char *compose, const char *option)
{
	return arena_printf(audit->arena, "Add `%s` to %.*s",
		run_advice_choose(audit, compose, option),
		STR_ARG(run_advice_place(audit)));
}

struct str run_advice_list(
	struct audit *audit, const char *key, const char *option, struct str words)
{
	struct buf b = {.arena = audit->arena};
	struct str word;

	while (str_next_word(&words, &word)) {
		if (is_line(audit))
			buf_printf(
				&b, "%s%s %.*s", b.n ? " " : "", option, STR_ARG(word));
		else
			buf_printf(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(word));
	}
	if (is_line(audit))
		return arena_printf(audit->arena, "`%.*s`", STR_ARG(buf_str(&b)));
	return arena_printf(audit->arena, "`%s: [%.*s]`", key, STR_ARG(buf_str(&b)));
}

const struct run *run_judged(const struct audit *audit)
{
	const struct run *run = audit->workload->run;

	return run && run_flag(run, RUN_PRIVILEGED) != ANSWER_YES ? run : NULL;
}

/* A scalar of YAML that is a number, or holds a colon, wants quotes to stay text. */
static bool wants_quotes(struct str spec)
{
	int64_t n;

	return str_find(spec, ':') < spec.n || user_spec_number(spec, &n);
}

struct str run_advice_user(
	struct audit *audit, const struct fact *user, struct str spec)
{
	if (user->layer != LAYER_RUN)
		return arena_printf(audit->arena, "`USER %.*s`", STR_ARG(spec));
	if (is_line(audit))
		return arena_printf(audit->arena, "`--user %.*s`", STR_ARG(spec));
	return arena_printf(audit->arena,
		wants_quotes(spec) ? "`user: \"%.*s\"`" : "`user: %.*s`",
		STR_ARG(spec));
}

bool run_says_user(const struct workload *w)
{
	return w->run && w->user && w->user->layer == LAYER_RUN &&
		w->user->know != FACT_UNSET && w->user->span.file;
}

enum answer run_starts_as_root(const struct launch *l)
{
	if (l->user->know == FACT_UNKNOWN)
		return ANSWER_MAYBE;
	if (l->identity.uid.know != FACT_SET && l->identity.name.n)
		return ANSWER_NO;
	return identity_is_root(&l->identity);
}

/* The word of an act that only works while setuid programs gain privileges. */
static struct str privilege_of(struct audit *audit, const struct act *act)
{
	switch (act->kind) {
	case ACT_SUDOERS:
	case ACT_NOPASSWD:
		return STR("sudo");
	case ACT_ADMIN_GROUP:
		return str_eq(act->detail, STR("sudo")) ||
				str_eq(act->detail, STR("wheel"))
			? STR("sudo")
			: STR_NONE;
	case ACT_SETUID:
	case ACT_SETGID:
		return arena_printf(audit->arena, "the %s bit of `%.*s`",
			act->kind == ACT_SETUID ? "setuid" : "setgid",
			STR_ARG(act->subject.n ? act->subject : STR("a file")));
	case ACT_FILE_CAPS:
		return arena_printf(audit->arena, "the capability of the file `%.*s`",
			STR_ARG(act->subject.n ? act->subject : STR("?")));
	default:
		return STR_NONE;
	}
}

static bool starts_with_sudo(const struct program *p, struct privilege_need *need)
{
	if (!p || p->know != FACT_SET)
		return false;
	vec_each (struct command *const, c, &p->commands) {
		if (!(*c)->is_sudo)
			continue;
		*need = (struct privilege_need){ANSWER_YES, STR("sudo"), (*c)->span};
		return true;
	}
	return false;
}

struct privilege_need run_needs_privileges(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct privilege_need need = {.span = SPAN_NONE};

	if (starts_with_sudo(w->entrypoint, &need) || starts_with_sudo(w->cmd, &need))
		return need;
	vec_each (const struct step *, step, &audit->facts.steps)
		vec_each (const struct act, act, &(*step)->notes.acts) {
			struct str what = act->happens == ANSWER_NO
				? STR_NONE
				: privilege_of(audit, act);

			if (what.n && !need.what.n)
				need = (struct privilege_need){
					ANSWER_MAYBE, what, act->span};
		}
	return need;
}
