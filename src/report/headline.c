/*
 * The first line about a workload: who it runs as, in words that need no manual.
 */
#include "report/report.h"

static void add_id(struct buf *out, const char *what, struct id id)
{
	if (id.know == FACT_SET)
		buf_printf(out, "%s %u", what, id.n);
	else
		buf_printf(out, "%s not known", what);
}

/* "app (uid 1001, gid 1001)", or "uid 1001, gid 0" where there is no name. */
static void add_identity(struct buf *out, const struct identity *id)
{
	if (id->name.n)
		buf_printf(out, "%.*s (", STR_ARG(id->name));
	add_id(out, "uid", id->uid);
	buf_add(out, STR(", "));
	add_id(out, "gid", id->gid);
	if (id->name.n)
		buf_char(out, ')');
	if (id->is_valid == ANSWER_MAYBE) {
		buf_add(out, STR(", if there is such an account"));
		if (id->why.n)
			buf_printf(out, ": %.*s", STR_ARG(id->why));
	}
}

static void add_user(struct buf *out, const struct workload *w)
{
	const struct identity *id = &w->launch.identity;
	struct str written;

	buf_add(out, STR("runs as "));
	/* Neither name nor number known: what was written says more than nothing. */
	if (!id->name.n && id->uid.know != FACT_SET &&
		fact_str(out->arena, w->launch.user, &written))
		buf_printf(out, "%.*s, ", STR_ARG(written));
	add_identity(out, id);
}

static void add_drop(struct buf *out, const struct drop *drop)
{
	struct str to = drop->to.n ? drop->to : STR("another user");
	struct str tool = drop->tool.n ? drop->tool : STR("its entrypoint");

	buf_printf(out, "starts as root, %.*s %s to %.*s", STR_ARG(tool),
		drop->drops == ANSWER_MAYBE ? "may drop" : "drops", STR_ARG(to));
	if (drop->drops == ANSWER_MAYBE && drop->why.n)
		buf_printf(out, " (%.*s)", STR_ARG(drop->why));
}

/* Where this workload would say who it runs as. */
static const char *how_to_say(const struct workload *w)
{
	if (w->stage || !w->run)
		return "a USER";
	return w->run->source == RUN_BY_LINE ? "--user" : "user:";
}

static void add_unknown(struct buf *out, const struct workload *w)
{
	struct str why = w->launch.why.n ? w->launch.why : w->launch.user->why;
	bool is_base = w->base && w->base->know == FACT_UNKNOWN &&
		!w->base->is_scratch && w->launch.user->know == FACT_UNKNOWN;

	buf_add(out, STR("cannot say who it runs as"));
	if (why.n)
		buf_printf(out, ": %.*s", STR_ARG(why));
	if (is_base)
		buf_printf(out, " (give --images, or write %s)", how_to_say(w));
}

const struct outlook *report_outlook(
	const struct report_input *in, const struct workload *w)
{
	if (!in->outlooks)
		return NULL;
	vec_each (const struct outlook, o, in->outlooks)
		if (o->workload == w)
			return o;
	return NULL;
}

/* "/srv/supervisord.log (supervisord), …": those of that certainty. */
static void add_places(
	struct buf *out, const struct outlook *outlook, enum answer fails, size_t count)
{
	size_t n = 0;

	vec_each (const struct forecast, f, &outlook->fails) {
		if (f->fails != fails)
			continue;
		if (n++ == REPORT_OUTLOOK_MAX)
			break;
		buf_printf(out, "%s%.*s (%.*s)", n > 1 ? ", " : "", STR_ARG(f->path),
			STR_ARG(f->write->by));
	}
	if (count > REPORT_OUTLOOK_MAX)
		buf_printf(out, " and %zu more", count - REPORT_OUTLOOK_MAX);
}

/* What a switch to another user would break, for a workload that runs as root. */
static void add_outlook(struct buf *out, const struct outlook *outlook)
{
	size_t sure = 0, total = outlook->fails.n;

	vec_each (const struct forecast, f, &outlook->fails)
		sure += f->fails == ANSWER_YES;
	buf_printf(out, "; as uid %u these %s fail: ", outlook->uid,
		sure ? "will" : "may");
	add_places(out, outlook, sure ? ANSWER_YES : ANSWER_MAYBE, sure ? sure : total);
}

void report_headline(
	struct buf *out, const struct workload *w, const struct outlook *outlook)
{
	switch (w->launch.runs_as) {
	case RUNS_AS_ROOT:
		buf_add(out, STR("runs as root"));
		if (outlook)
			add_outlook(out, outlook);
		break;
	case RUNS_AS_USER:
		add_user(out, w);
		break;
	case RUNS_AS_ROOT_THEN_DROPS:
		add_drop(out, &w->launch.drop);
		break;
	case RUNS_NOT_AT_ALL:
		buf_printf(out, "does not start: %.*s", STR_ARG(w->launch.why));
		break;
	case RUNS_AS_UNKNOWN:
		add_unknown(out, w);
		break;
	}
}
