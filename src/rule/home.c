/*
 * Who a process is to its libraries: the home that it is told, and its name.
 *
 * A uid without a line in /etc/passwd gets `/` for its home and has no name; a HOME that
 * was written for root stays when the user changes. What a single library writes there is
 * judged by the rule of that library; env-home-mismatch speaks where HOME itself is the
 * mistake: where it is written down, or where several need it or one has nothing else.
 */
#include "know/asker.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/run_advice.h"

#include "model/writes.h"

/* Whom the container starts as, where that is an ordinary user; else NULL. */
static const struct identity *ordinary_user(const struct workload *w)
{
	const struct identity *id = &w->launch.identity;

	return w->launch.runs_as == RUNS_AS_USER && id->uid.know == FACT_SET &&
			id->uid.n
		? id
		: NULL;
}

/* ---- env-home-mismatch ---- */

/* Who would write below HOME and may not. */
struct home_writers {
	struct str first;      /* "transformers" */
	size_t others;	       /* further ones */
	enum answer fails;     /* the surest of them */
	bool has_no_other_way; /* one that no variable moves */
};

static struct home_writers writers_of(const struct access_asker *asker)
{
	struct forecasts list = forecast(asker);
	struct home_writers out = {.fails = ANSWER_NO};
	struct str last = STR_NONE;

	vec_each (const struct forecast, f, &list) {
		if (f->write->base != WRITE_IN_HOME || f->fails == ANSWER_NO ||
			f->write->failure == WRITE_RECOVERS ||
			str_eq(f->write->by, last))
			continue;
		if (out.first.n)
			out.others++;
		else
			out.first = f->write->by;
		last = f->write->by;
		out.fails = answer_or(out.fails, f->fails);
		if (!f->write->variable.n)
			out.has_no_other_way = true;
	}
	return out;
}

/* The HOME that this file (or the run) sets, or NULL. */
static const struct fact *written_home(const struct workload *w)
{
	const struct fact *fact = binding_find(w->env, STR("HOME"));

	return fact && fact->know == FACT_SET && fact->layer >= LAYER_BUILD ? fact
									    : NULL;
}

static void say_home(struct audit *audit, struct finding *f, const struct identity *id,
	struct str home, const struct home_writers *writers)
{
	const char *why =
		id->has_account == ANSWER_NO ? ", for no account has that number" : "";

	if (written_home(audit->workload))
		finding_message(audit, f,
			"HOME is `%.*s`, and the user %u may not write there.",
			STR_ARG(home), id->uid.n);
	else
		finding_message(audit, f,
			"The home of the user %u is `%.*s`%s, and it may not write "
			"there.",
			id->uid.n, STR_ARG(home), why);
	if (!writers->first.n)
		finding_consequence(audit, f,
			"What a library keeps below its home (caches, settings, keys) "
			"ends with `Permission denied`.");
	else if (!writers->others)
		finding_consequence(audit, f,
			"%.*s keeps its files there, and ends with `Permission denied`.",
			STR_ARG(writers->first));
	else
		finding_consequence(audit, f,
			"%.*s and %zu more keep their files there, and end with "
			"`Permission denied`.",
			STR_ARG(writers->first), writers->others);
}

static void help_home(struct audit *audit, struct finding *f, const struct identity *id)
{
	uint32_t gid = id->gid.know == FACT_SET && id->gid.n ? id->gid.n : id->uid.n;

	if (audit->workload->stage)
		finding_help(audit, f,
			"Make one above the USER line and name it: `RUN install -d -o %u "
			"-g %u -m 0750 /home/app` and `ENV HOME=/home/app`.",
			id->uid.n, gid);
	else
		finding_help(audit, f, "%s",
			run_advice_choose(audit,
				"Give it one: `HOME: /home/app` below `environment:`, and "
				"a volume or tmpfs of the user's own at /home/app.",
				"Give it one: `--env HOME=/home/app`, and a volume or "
				"tmpfs of the user's own at /home/app."));
}

void check_env_home_mismatch(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct identity *id = ordinary_user(w);
	const struct fact *written = written_home(w);
	struct access_asker asker;
	struct home_writers writers;
	struct finding *f;
	struct str home;

	if (!id)
		return;
	home = identity_home(audit->arena, w, id);
	asker = know_asker(audit->arena, audit->world, w, *id);
	if (!home.n || access_ask(&asker, home, ACCESS_MAKE).can != ANSWER_NO)
		return;
	writers = writers_of(&asker);
	/* Whoever writes /nonexistent wants no home: then something must need one. */
	if (!written || str_eq(home, STR("/nonexistent")))
		if (!writers.others && !writers.has_no_other_way)
			return;
	/* A read-only image holds a home for reading; read-only-missing-tmpfs says more. */
	if (!writers.first.n && w->run && run_flag(w->run, RUN_READ_ONLY) == ANSWER_YES)
		return;
	f = finding_add(audit, written ? written->span : w->launch.user->span);
	f->verdict = written ? ANSWER_YES : writers.fails;
	if (writers.fails != ANSWER_YES)
		f->severity = SEVERITY_MEDIUM;
	say_home(audit, f, id, home, &writers);
	help_home(audit, f, id);
	finding_evidence(audit, f, "%u %.*s", id->uid.n, STR_ARG(home));
}

/* ---- user-without-passwd ---- */

/* getpass.getuser() asks these before it asks /etc/passwd. */
static bool has_name(const struct workload *w)
{
	static const struct str names[] = {STR_INIT("LOGNAME"), STR_INIT("USER"),
		STR_INIT("LNAME"), STR_INIT("USERNAME")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct fact *fact = binding_find(w->env, names[i]);

		if (fact && fact->know != FACT_UNSET)
			return true;
	}
	return false;
}

/* What asks for the user's name before it writes, or NULL. */
static const struct write *asks_for_name(const struct workload *w)
{
	if (w->writes)
		vec_each (const struct write, write, w->writes)
			if (write->happens != ANSWER_NO && !write->moved &&
				str_find_str(write->error, STR("getpwuid")) <
					write->error.n)
				return write;
	return NULL;
}

void check_user_without_passwd(struct audit *audit)
{
	const struct workload *w = audit->workload;
	const struct identity *id = ordinary_user(w);
	const struct write *write = id ? asks_for_name(w) : NULL;
	struct finding *f;

	if (!write || id->has_account != ANSWER_NO || has_name(w))
		return;
	f = finding_add(audit, w->launch.user->span);
	f->verdict = write->happens;
	finding_message(audit, f,
		"No account has the number %u, and %.*s asks for the name of its user.",
		id->uid.n, STR_ARG(write->by));
	finding_consequence(audit, f,
		"It ends with `KeyError: 'getpwuid(): uid not found: %u'`.", id->uid.n);
	finding_help(audit, f,
		w->stage
			? "Make the account above the USER line (`RUN useradd --uid %u "
			  "--create-home app`), or set USER and %.*s."
			: "The image cannot be changed here: set USER (any name will do), "
			  "and give uid %u a folder of its own in %.*s.",
		id->uid.n,
		STR_ARG(write->variable.n ? write->variable : STR("LOGNAME")));
	finding_evidence(audit, f, "%u %.*s", id->uid.n, STR_ARG(write->by));
}
