/*
 * What a library, a server, a command or a script writes by itself where the user of the
 * container may not: one question over the forecast, a rule each for what it speaks of.
 */
#include "base/path.h"
#include "know/asker.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/choice.h"
#include "rule/outlook.h"
#include "rule/reach.h"

enum { DENIED_LISTED = 3 }; /* places in one message; the others are counted */

/* What rules speak of: one forecast that is refused, or most likely is. */
struct denial {
	const struct forecast *forecast;
	enum answer verdict;
};

VEC_TYPE(struct denial, denials);

/* The mount that a path lies in, or NULL. */
static const struct mount *mount_of(const struct workload *w, struct str path)
{
	const struct mount *found = NULL;

	if (!w->run)
		return NULL;
	vec_each (const struct mount, m, &w->run->mounts)
		if (m->at.n && path_is_under(path, m->at) &&
			(!found || m->at.n >= found->at.n))
			found = m;
	return found;
}

/* Rules about mounts and read_only say the same, with the cure that belongs there. */
static bool is_said_elsewhere(const struct workload *w, const struct forecast *f)
{
	if (mount_of(w, f->path))
		return true;
	return w->run && run_flag(w->run, RUN_READ_ONLY) != ANSWER_NO;
}

/* The writes of which a rule speaks that is on. */
static const struct writes *wanted_writes(struct audit *audit, const struct workload *w)
{
	struct writes *wanted = arena_new(audit->arena, struct writes);

	vec_each (const struct write, write, w->writes) {
		const struct rule *rule = rule_find(write->rule);

		if (rule && rule_choice_is_on(audit->choice, rule))
			*vec_push(audit->arena, wanted) = *write;
	}
	return wanted;
}

/* The denials of the workload as who it runs as, asked once for all rules. */
static const struct denials *denials_of(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct workload asked;
	struct access_asker asker;
	struct forecasts list;
	struct denials *out;

	if (audit->facts.denials)
		return audit->facts.denials;
	audit->facts.denials = out = arena_new(audit->arena, struct denials);
	if (w->launch.runs_as != RUNS_AS_USER ||
		w->launch.identity.is_valid != ANSWER_YES || !w->writes ||
		!w->writes->n)
		return out;
	asked = *w;
	asked.writes = wanted_writes(audit, w);
	asker = know_asker(audit->arena, audit->world, &asked, w->launch.identity);
	list = forecast(&asker);
	vec_each (const struct forecast, f, &list) {
		struct forecast *kept;
		enum answer verdict = ANSWER_MAYBE;

		if (f->fails == ANSWER_NO || !f->path.n || is_said_elsewhere(w, f))
			continue;
		if (f->access.can == ANSWER_NO)
			verdict = f->fails;
		else if (!outlook_is_likely(&asker, f))
			continue;
		kept = arena_new(audit->arena, struct forecast);
		*kept = *f;
		*vec_push(audit->arena, out) = (struct denial){kept, verdict};
	}
	return out;
}

static bool is_of_rule(const struct audit *audit, const struct denial *d)
{
	return str_eq(d->forecast->write->rule, audit->rule->name);
}

/* A package that is only there is worth a note; what goes on is no emergency. */
static enum severity severity_of(struct audit *audit, const struct write *w)
{
	enum severity most = SEVERITY_CRITICAL;

	if (w->failure != WRITE_FAILS)
		most = w->failure == WRITE_DEGRADES ? SEVERITY_MEDIUM : SEVERITY_LOW;
	if (w->happens != ANSWER_YES)
		most = w->is_loaded ? SEVERITY_LOW : SEVERITY_INFO;
	return audit->rule->severity < most ? audit->rule->severity : most;
}

/* "uid 1777", "`app` (uid 1777)" */
static struct str who(struct audit *audit)
{
	const struct identity *id = &audit->workload->launch.identity;

	if (id->name.n && id->uid.know == FACT_SET)
		return arena_printf(
			audit->arena, "`%.*s` (uid %u)", STR_ARG(id->name), id->uid.n);
	if (id->name.n)
		return arena_printf(audit->arena, "`%.*s`", STR_ARG(id->name));
	return arena_printf(audit->arena, "uid %u", id->uid.n);
}

static struct str spec_of(struct audit *audit)
{
	const struct identity *id = &audit->workload->launch.identity;

	if (id->uid.know != FACT_SET || id->gid.know != FACT_SET)
		return id->name;
	return arena_printf(audit->arena, "%u:%u", id->uid.n, id->gid.n);
}

static struct str places(struct audit *audit, const struct denials *list)
{
	struct str text = STR_NONE;
	size_t n = 0;

	vec_each (const struct denial, d, list)
		if (is_of_rule(audit, d) && n++ < DENIED_LISTED)
			text = arena_printf(audit->arena, "%.*s%s`%.*s`", STR_ARG(text),
				text.n ? ", " : "", STR_ARG(d->forecast->path));
	if (n > DENIED_LISTED)
		text = arena_printf(audit->arena, "%.*s and %zu more", STR_ARG(text),
			n - DENIED_LISTED);
	return text;
}

static void message(struct audit *audit, struct finding *f, const struct forecast *fc,
	struct str where)
{
	const struct write *w = fc->write;
	const char *does = "writes to";

	if (w->how == WRITE_BY_LIBRARY && w->happens != ANSWER_YES)
		does = w->is_loaded ? "writes, when it needs to, to" : "would write to";
	finding_message(audit, f, "%s%.*s%s %s %.*s, and %.*s may not.",
		w->how == WRITE_BY_COMMAND && str_starts(w->by, STR("the ")) ? "" : "`",
		STR_ARG(w->by),
		w->how == WRITE_BY_COMMAND && str_starts(w->by, STR("the ")) ? "" : "`",
		does, STR_ARG(where), STR_ARG(who(audit)));
}

/*
 * What it prints. The table's text names the path of an example; where that is another
 * one, it is left out.
 */
static struct str error_of(const struct forecast *fc)
{
	static const struct str before = STR_INIT("Permission denied: '");
	struct str error = fc->write->error;
	size_t at = str_find_str(error, before);
	struct str path = str_from(error, at + before.n);

	if (at == error.n)
		return error;
	path = str_sub(path, 0, str_find(path, '\''));
	if (path_is_under(fc->path, path) || !str_starts(path, STR("/")))
		return error;
	return str_sub(error, 0, at + STR("Permission denied").n);
}

static void consequence(
	struct audit *audit, struct finding *f, const struct forecast *fc)
{
	const struct write *w = fc->write;
	struct str why = advice_sentence(audit, fc->access.why);

	if (w->failure == WRITE_FAILS && w->error.n)
		finding_consequence(audit, f, "%.*s It ends with `%.*s`.", STR_ARG(why),
			STR_ARG(error_of(fc)));
	else if (w->failure == WRITE_FAILS)
		finding_consequence(
			audit, f, "%.*s It ends with an error.", STR_ARG(why));
	else if (w->failure == WRITE_DEGRADES)
		finding_consequence(audit, f,
			"%.*s It goes on without, which is slower or says less.",
			STR_ARG(why));
	else
		finding_consequence(audit, f,
			"%.*s It takes another folder by itself, empty at every start.",
			STR_ARG(why));
}

/* "ENV HF_HOME=/x", "HF_HOME: /x below `environment:`", "-e HF_HOME=/x". */
static struct str variable_line(
	struct audit *audit, struct str variable, struct str value)
{
	const struct workload *w = audit->workload;

	if (w->stage)
		return arena_printf(audit->arena, "`ENV %.*s=%.*s`", STR_ARG(variable),
			STR_ARG(value));
	if (w->run && w->run->source == RUN_BY_COMPOSE)
		return arena_printf(audit->arena, "`%.*s: %.*s` below `environment:`",
			STR_ARG(variable), STR_ARG(value));
	return arena_printf(
		audit->arena, "`-e %.*s=%.*s`", STR_ARG(variable), STR_ARG(value));
}

/* How the user gets that place: made in the image, or a mount of its own. */
static struct str give(struct audit *audit, struct str path, bool is_folder)
{
	struct str spec = spec_of(audit);

	if (audit->workload->stage && is_folder)
		return arena_printf(audit->arena,
			"`RUN mkdir -p %.*s && chown %.*s %.*s` above the USER line",
			STR_ARG(path), STR_ARG(spec), STR_ARG(path));
	if (audit->workload->stage)
		return arena_printf(audit->arena,
			"`RUN touch %.*s && chown %.*s %.*s` above the USER line",
			STR_ARG(path), STR_ARG(spec), STR_ARG(path));
	return arena_printf(audit->arena,
		"a volume or a tmpfs at `%.*s` that belongs to %.*s",
		STR_ARG(is_folder ? path : path_dir(path)), STR_ARG(spec));
}

/* A folder of the system: a file in it may be the user's, the folder may not. */
static bool is_system_folder(struct str path)
{
	static const struct str folders[] = {STR_INIT("/"), STR_INIT("/etc"),
		STR_INIT("/home"), STR_INIT("/opt"), STR_INIT("/root"),
		STR_INIT("/run"), STR_INIT("/srv"), STR_INIT("/usr"), STR_INIT("/var"),
		STR_INIT("/var/cache"), STR_INIT("/var/lib"), STR_INIT("/var/log"),
		STR_INIT("/var/run")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_eq(path, folders[i]))
			return true;
	return path_is_under(path, STR("/usr")) || path_is_under(path, STR("/etc"));
}

static void help(struct audit *audit, struct finding *f, const struct forecast *fc)
{
	const struct write *w = fc->write;
	struct str folder = arena_printf(
		audit->arena, "/var/cache/%.*s", STR_ARG(path_base(w->by)));

	if (w->variable.n && !w->moved && w->how == WRITE_BY_LIBRARY) {
		finding_help(audit, f,
			"Set `%.*s` to a folder that it may write: %.*s, with %.*s.",
			STR_ARG(w->variable),
			STR_ARG(variable_line(audit, w->variable, folder)),
			STR_ARG(give(audit, folder, true)));
	} else if (w->base == WRITE_IN_HOME && !w->moved) {
		finding_help(audit, f,
			"%s%.*s%sGive it a home that it owns: %.*s, with %.*s.",
			w->setting.n ? "Write `" : "", STR_ARG(w->setting),
			w->setting.n ? "`. Or: " : "",
			STR_ARG(variable_line(audit, STR("HOME"), STR("/home/app"))),
			STR_ARG(give(audit, STR("/home/app"), true)));
	} else if (w->setting.n && w->needs_folder) {
		finding_help(audit, f,
			"Write `%.*s`, with a folder that belongs to it: files come and go "
			"beside that one.",
			STR_ARG(w->setting));
	} else if (w->setting.n) {
		finding_help(audit, f, "Write `%.*s`, or make the place its own: %.*s.",
			STR_ARG(w->setting),
			STR_ARG(give(audit, fc->path, w->is_folder)));
	} else if (!w->is_folder && is_system_folder(path_dir(fc->path))) {
		finding_help(audit, f,
			"Let it write in a folder that it owns, such as /data: %.*s.",
			STR_ARG(give(audit, STR("/data"), true)));
	} else {
		finding_help(audit, f, "Make the place its own: %.*s.",
			STR_ARG(give(audit,
				w->is_folder ? fc->path : path_dir(fc->path), true)));
	}
}

/* Where the fault is written: what names the place, else what brings who writes. */
static struct span place_of(const struct workload *w, const struct write *write)
{
	if (write->path_span.file)
		return write->path_span;
	return write->span.file ? write->span : w->anchor;
}

/* The first denial of this rule speaks; the others are places more. */
static void check_denied(struct audit *audit)
{
	const struct denials *list = denials_of(audit);
	const struct denial *first = NULL;
	const struct forecast *fc;
	struct finding *f;

	vec_each (const struct denial, d, list)
		if (!first && is_of_rule(audit, d))
			first = d;
	if (!first)
		return;
	fc = first->forecast;
	f = finding_add(audit, place_of(audit->workload, fc->write));
	f->severity = severity_of(audit, fc->write);
	f->verdict = first->verdict;
	message(audit, f, fc, places(audit, list));
	consequence(audit, f, fc);
	help(audit, f, fc);
	finding_evidence(
		audit, f, "%.*s %.*s", STR_ARG(fc->write->by), STR_ARG(fc->path));
	vec_each (const struct denial, d, list)
		if (d != first && is_of_rule(audit, d) &&
			d->forecast->write->path_span.file)
			finding_related(audit, f, d->forecast->write->path_span,
				"`%.*s` is written, too", STR_ARG(d->forecast->path));
	if (fc->access.span.file)
		finding_related(
			audit, f, fc->access.span, "this decides who may write there");
}

#define DENIED(ident)                                                                  \
	void check_##ident(struct audit *audit)                                        \
	{                                                                              \
		check_denied(audit);                                                   \
	}

DENIED(cache_cuda)
DENIED(cache_cupy)
DENIED(cache_gensim)
DENIED(cache_huggingface)
DENIED(cache_jax)
DENIED(cache_matplotlib)
DENIED(cache_nltk)
DENIED(cache_numba)
DENIED(cache_package_tools)
DENIED(cache_python_bytecode)
DENIED(cache_spacy)
DENIED(cache_tensorflow)
DENIED(cache_tiktoken)
DENIED(cache_torch)
DENIED(cache_xdg)
DENIED(runtime_airflow)
DENIED(runtime_celery)
DENIED(runtime_dask)
DENIED(runtime_gradio)
DENIED(runtime_gunicorn)
DENIED(runtime_jupyter)
DENIED(runtime_mlflow)
DENIED(runtime_nginx)
DENIED(runtime_optuna)
DENIED(runtime_postgres)
DENIED(runtime_prefect)
DENIED(runtime_ray)
DENIED(runtime_redis)
DENIED(runtime_streamlit)
DENIED(runtime_supervisor)
DENIED(runtime_wandb)
DENIED(workdir_not_writable)

/* ---- model-save-path ---- */

/*
 * What a job saves inside the container goes with it; where the run is not known, nobody
 * can say whether something is mounted there.
 */
static void say_lost(struct audit *audit, const struct write *w, struct str path)
{
	const struct run *run = audit->workload->run;
	struct finding *f = finding_add(audit, place_of(audit->workload, w));

	f->severity = SEVERITY_LOW;
	finding_message(audit, f,
		"`%.*s` saves to `%.*s`, which is no mount: it goes away with the "
		"container.",
		STR_ARG(w->by), STR_ARG(path));
	finding_consequence(audit, f,
		"What was computed is gone when the container is removed or made anew.");
	finding_help(audit, f, "Mount a folder there: %s `%s%.*s:%.*s`.",
		run->source == RUN_BY_COMPOSE ? "below `volumes:`" : "add",
		run->source == RUN_BY_COMPOSE ? "- ./" : "-v ./",
		STR_ARG(path_base(path_dir(path))), STR_ARG(path_dir(path)));
	finding_evidence(audit, f, "lost %.*s", STR_ARG(path));
}

/* Somebody keeps it when it is mounted, or when it goes on to another place by itself. */
static bool is_lost(struct audit *audit, const struct write *w, struct str path)
{
	const struct workload *workload = audit->workload;
	const struct mount *m;

	if (!workload->run || !w->is_result || w->happens != ANSWER_YES || !path.n ||
		path_is_under(path, STR("/tmp")) || str_eq(path_dir(path), path))
		return false;
	m = mount_of(workload, path);
	vec_each (const struct mount, other, &workload->run->mounts)
		if (!other->at.n)
			return false;
	return !m;
}

void check_model_save_path(struct audit *audit)
{
	const struct workload *w = audit->workload;
	size_t before = audit->findings->n;

	check_denied(audit);
	if (audit->findings->n > before || !w->writes)
		return;
	vec_each (const struct write, write, w->writes) {
		struct str path =
			write_path(audit->arena, write, w, &w->launch.identity);

		if (!str_eq(write->rule, STR("model-save-path")) ||
			!is_lost(audit, write, path))
			continue;
		say_lost(audit, write, path);
		return;
	}
}
