/*
 * The program with which a container starts: can it be run, by whom can it be changed,
 * and does it hand over to the program that stays.
 */
#include "base/path.h"
#include "know/image_ref.h"
#include "rule/advice.h"
#include "rule/checks.h"
#include "rule/deed.h"

/* The file that the engine starts. */
struct starter {
	struct str path;	     /* in the container */
	struct span named;	     /* the word that names it */
	bool is_read;		     /* sh FILE: it is read, not run */
	const struct script *script; /* NULL: its bytes are not seen */
};

static const struct program *first_program(const struct workload *w)
{
	const struct program *p =
		w->entrypoint && w->entrypoint->argv.n ? w->entrypoint : w->cmd;

	return p && p->know == FACT_SET && p->argv.n && p->layer >= LAYER_BUILD ? p
										: NULL;
}

/* False where it is looked for in PATH, or nobody knows. */
static bool find_starter(struct audit *audit, struct starter *out)
{
	const struct workload *w = audit->workload;
	const struct program *p = first_program(w);
	struct str word, cwd;

	*out = (struct starter){.script = w->script};
	if (w->script) {
		out->path = w->script->path;
		out->named = w->script->named;
		out->is_read = w->script->is_started_by_shell;
		return true;
	}
	if (!p || p->form != PROGRAM_EXEC ||
		!value_str(audit->arena, p->argv.at[0].value, &word) ||
		str_find(word, '/') == word.n ||
		!fact_str(audit->arena, w->workdir, &cwd))
		return false;
	out->path = path_join(audit->arena, cwd, word);
	out->named = p->argv.at[0].span;
	return true;
}

/* Is it the very first word of an exec form, which the kernel itself starts? */
static bool is_started_by_engine(const struct workload *w, const struct starter *s)
{
	const struct program *p = first_program(w);

	return !s->is_read && p && p->form == PROGRAM_EXEC &&
		p->argv.at[0].span.offset == s->named.offset &&
		p->argv.at[0].span.file == s->named.file;
}

/* ---- entrypoint-not-executable ---- */

static struct finding *add_refusal(
	struct audit *audit, const struct starter *s, const char *what)
{
	struct finding *f = finding_add(audit, s->named);

	finding_evidence(audit, f, "%s %.*s", what, STR_ARG(s->path));
	return f;
}

static void say_no_access(
	struct audit *audit, const struct starter *s, const struct access *a)
{
	struct finding *f = add_refusal(audit, s, "access");

	finding_message(audit, f, "The container cannot start: %.*s.", STR_ARG(a->why));
	finding_consequence(audit, f,
		"The engine says `permission denied` or `no such file`, "
		"and nothing runs.");
	finding_help(audit, f,
		s->is_read ? "Bring it with `COPY --chmod=0444`."
			   : "Bring it with `COPY --chmod=0555`, and check the path.");
	if (a->span.file)
		finding_related(audit, f, a->span, "decided here");
}

static void say_no_interpreter(struct audit *audit, const struct starter *s)
{
	struct finding *f = add_refusal(audit, s, "no #!");

	finding_message(audit, f,
		"`%.*s` has no first line that says what runs it (`#!/bin/sh`).",
		STR_ARG(s->path));
	finding_consequence(audit, f,
		"The engine starts it without a shell and says `exec format error`.");
	finding_help(audit, f, "Write `#!/bin/sh` as its first line.");
}

static void say_interpreter_missing(
	struct audit *audit, const struct starter *s, enum answer verdict)
{
	struct str name = s->script ? s->script->interpreter : STR_NONE;
	struct finding *f = add_refusal(audit, s, "interpreter");

	f->verdict = verdict;
	finding_message(audit, f,
		"`%.*s` is to be run by `%.*s`, which this image does not have.",
		STR_ARG(s->path), STR_ARG(name));
	finding_consequence(audit, f,
		"The engine says `no such file or directory`, although the script is there.");
	finding_help(audit, f,
		str_eq(path_base(name), STR("bash"))
			? "Write `#!/bin/sh` where it needs nothing of bash, or install "
			  "bash."
			: "Install it, or name one that the image has.");
}

/* Images of Alpine that bring no bash, by their own Dockerfiles. */
static bool is_without_bash(const struct base_image *base)
{
	static const struct str names[] = {STR_INIT("alpine"), STR_INIT("golang"),
		STR_INIT("node"), STR_INIT("python")};
	struct image_ref ref;

	if (!base || base->know != FACT_SET || !str_eq(base->family, STR("alpine")) ||
		!image_ref_parse(base->reference, &ref))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(names[i], ref.name))
			return true;
	return false;
}

/* Is the program that its first line names missing in the image? */
static enum answer lacks_interpreter(struct audit *audit, const struct starter *s)
{
	const struct workload *w = audit->workload;
	struct access_asker asker;
	struct look look;

	if (!s->script || !path_is_absolute(s->script->interpreter) ||
		s->script->has_carriage_return)
		return ANSWER_NO;
	asker = deed_asker(audit);
	look = owners_look(
		&asker.view, owners_resolve(&asker.view, s->script->interpreter));
	if (look.exists != ANSWER_MAYBE)
		return answer_not(look.exists);
	/* What else a step may have installed is not seen. */
	if (str_eq(path_base(s->script->interpreter), STR("bash")) && w->stage &&
		is_without_bash(w->base) &&
		package_find(w->stage->end->packages, STR("bash")) == ANSWER_NO)
		return ANSWER_MAYBE;
	return ANSWER_NO;
}

static bool is_mounted(const struct workload *w, struct str path)
{
	if (w->run)
		vec_each (const struct mount, m, &w->run->mounts)
			if (str_eq(m->at, path) && m->host.is_there == ANSWER_YES)
				return true;
	return false;
}

/* Is the file surely there, so that only its mode or owner is in the way? */
static bool is_there(const struct access_asker *asker, struct str path)
{
	return access_ask(asker, path, ACCESS_READ).can != ANSWER_NO ||
		owners_look(&asker->view, path).exists == ANSWER_YES ||
		is_mounted(asker->workload, path);
}

void check_entrypoint_not_executable(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct access_asker asker =
		know_asker(audit->arena, audit->world, w, w->launch.identity);
	struct starter s;
	struct access a;

	if (w->launch.runs_as == RUNS_NOT_AT_ALL || !find_starter(audit, &s))
		return;
	a = access_ask(&asker, s.path, s.is_read ? ACCESS_READ : ACCESS_RUN);
	/* What is missing here may be made before the build, or lie on another host. */
	if (a.can == ANSWER_NO && !is_there(&asker, s.path))
		return;
	if (a.can != ANSWER_NO && s.script && !s.is_read)
		a = access_ask(&asker, s.path, ACCESS_READ);
	if (a.can == ANSWER_NO)
		say_no_access(audit, &s, &a);
	else if (s.script && !s.script->has_interpreter && is_started_by_engine(w, &s))
		say_no_interpreter(audit, &s);
	else if (!s.is_read && lacks_interpreter(audit, &s) != ANSWER_NO)
		say_interpreter_missing(audit, &s, lacks_interpreter(audit, &s));
}

/* ---- crlf-shebang ---- */

/* Does a step take the carriage returns out: dos2unix, sed 's/\r$//'? */
static bool is_cleaned(struct audit *audit)
{
	vec_each (const struct step *, step, &audit->facts.steps)
		vec_each (struct command *const, c, &(*step)->commands) {
			if (command_is(*c, STR("dos2unix")))
				return true;
			vec_each (const struct word, w, &(*c)->argv) {
				struct str s = value_display(audit->arena, w->value);

				if (str_find_str(s, STR("\\r")) < s.n ||
					str_find_str(s, STR("\\015")) < s.n)
					return true;
			}
		}
	return false;
}

void check_crlf_shebang(struct audit *audit)
{
	const struct script *s = audit->workload->script;
	struct finding *f;

	if (!s || !s->has_carriage_return || is_cleaned(audit) ||
		!(s->is_shell || s->has_interpreter))
		return;
	f = finding_add(audit, s->named);
	finding_message(
		audit, f, "The lines of `%.*s` end as on Windows.", STR_ARG(s->path));
	finding_consequence(audit, f,
		s->is_started_by_shell
			? "The shell takes the carriage return for a part of each last "
			  "word: `not found`."
			: "The system looks for a program whose name ends in a carriage "
			  "return, and says `no such file or directory`.");
	finding_help(audit, f,
		"Save it with Unix line ends, and write `*.sh text eol=lf` into "
		"`.gitattributes`.");
	finding_evidence(audit, f, "%.*s", STR_ARG(s->path));
}

/* ---- entrypoint-no-exec ---- */

/* Programs that stay, or that start what stays. */
static bool is_server(struct str name)
{
	static const struct str names[] = {STR_INIT("airflow"), STR_INIT("apache2"),
		STR_INIT("celery"), STR_INIT("daphne"), STR_INIT("fastapi"),
		STR_INIT("flask"), STR_INIT("gunicorn"), STR_INIT("hypercorn"),
		STR_INIT("java"), STR_INIT("jupyter"), STR_INIT("mlflow"),
		STR_INIT("nginx"), STR_INIT("node"), STR_INIT("ollama"),
		STR_INIT("redis-server"), STR_INIT("streamlit"),
		STR_INIT("supervisord"), STR_INIT("tritonserver"), STR_INIT("uvicorn"),
		STR_INIT("uwsgi"), STR_INIT("vllm")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* "$@", $*: the CMD behind the ENTRYPOINT. */
static bool is_arguments(const struct word *w)
{
	return w->value.n && w->value.at[0].kind == SEGMENT_UNKNOWN &&
		(str_eq(w->value.at[0].name, STR("@")) ||
			str_eq(w->value.at[0].name, STR("*")));
}

/* Signals are the script's own business where it sets a trap or waits. */
static bool minds_signals(const struct commands *list)
{
	vec_each (struct command *const, c, list)
		if (command_is(*c, STR("trap")) || command_is(*c, STR("wait")))
			return true;
	return false;
}

/* The command with which the script ends and which stays; NULL: none for sure. */
static const struct command *last_program(const struct script *s)
{
	const struct command *last;
	struct str name;

	if (!s || !s->is_shell || !s->commands.n || minds_signals(&s->commands))
		return NULL;
	last = *vec_last(&s->commands);
	if (last->guard || last->in_subshell || last->is_background || last->is_exec ||
		!last->argv.n || last->reads)
		return NULL;
	/* "$@", or gosu app "$@" */
	if (is_arguments(vec_last(&last->argv)))
		return last;
	return command_name(last, &name) && is_server(name) ? last : NULL;
}

void check_entrypoint_no_exec(struct audit *audit)
{
	const struct script *s = audit->workload->script;
	const struct command *last = last_program(s);
	struct finding *f;
	struct str line;

	if (!last)
		return;
	line = span_str(last->span);
	line = str_trim_right(str_sub(line, 0, str_find(line, '\n')));
	if (str_ends(line, STR("\\")))
		line = str_trim_right(str_sub(line, 0, line.n - 1));
	f = finding_add(audit, last->span);
	finding_message(audit, f,
		"`%.*s` starts its program without `exec` and stays in front of it.",
		STR_ARG(path_base(s->path)));
	finding_consequence(audit, f,
		"The shell is process 1 and passes no signal on: `docker stop` waits ten "
		"seconds and then kills a program that could not save its work.");
	/* An assignment in front, or a text that echo wrote: not to be copied as it is. */
	if (last->assignments.n || !str_starts(line, span_str(last->argv.at[0].span)))
		finding_help(audit, f, "Write `exec` in front of the program.");
	else
		finding_help(audit, f, "Write `exec %.*s%s`.", STR_ARG(line),
			line.n < last->span.length ? " …" : "");
	finding_related(audit, f, s->named, "the script is started here");
	finding_evidence(audit, f, "%.*s", STR_ARG(s->path));
}

/* ---- entrypoint-writable-by-user ---- */

void check_entrypoint_writable_by_user(struct audit *audit)
{
	const struct workload *w = audit->workload;
	struct access_asker asker = deed_asker(audit);
	struct starter s;
	struct access a;
	struct finding *f;

	if (identity_is_root(&asker.identity) != ANSWER_NO ||
		(w->launch.runs_as != RUNS_AS_USER &&
			w->launch.runs_as != RUNS_AS_ROOT_THEN_DROPS) ||
		!find_starter(audit, &s))
		return;
	a = access_ask(&asker, s.path, ACCESS_WRITE);
	if (a.can != ANSWER_YES ||
		owners_look(&asker.view, s.path).exists != ANSWER_YES)
		return;
	f = finding_add(audit, s.named);
	finding_message(audit, f,
		"The container can change the program that it starts with: %.*s.",
		STR_ARG(a.why));
	finding_consequence(audit, f,
		w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS
			? "Whoever breaks in writes into the script that root runs at the "
			  "next start."
			: "Whoever breaks in is still there after a restart.");
	if (w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS)
		f->severity = SEVERITY_HIGH;
	finding_help(audit, f,
		"Bring it with `COPY --chmod=0555` and without `--chown`: it is run, not "
		"changed.");
	if (a.span.file)
		finding_related(audit, f, a.span, "decided here");
	finding_evidence(audit, f, "%.*s", STR_ARG(s.path));
}

/* ---- entrypoint-multiple, cmd-multiple ---- */

static void say_hidden(
	struct audit *audit, const struct step *hidden, const struct step *last)
{
	struct finding *f = finding_add(audit, hidden->span);
	const char *name = hidden->kind == STEP_CMD ? "CMD" : "ENTRYPOINT";

	finding_message(
		audit, f, "This %s does nothing: another one stands below it.", name);
	finding_consequence(audit, f, "Only the last %s of a stage counts.", name);
	finding_help(audit, f,
		"Drop this line, or join both in one script that ends with `exec`.");
	finding_related(audit, f, last->keyword, "this one counts");
	finding_evidence(audit, f, "%s", name);
}

static void check_multiple(struct audit *audit, enum step_kind kind)
{
	vec_each (struct stage *, stage, &audit->build->stages) {
		const struct step *before = NULL;

		vec_each (const struct step, step, &(*stage)->steps) {
			const struct program *p = kind == STEP_CMD
				? step->after->cmd
				: step->after->entrypoint;

			if (step->kind != kind || step->is_onbuild)
				continue;
			/* An empty one is there to hide that of the base. */
			if (before)
				say_hidden(audit, before, step);
			before = p && p->argv.n ? step : NULL;
		}
	}
}

void check_entrypoint_multiple(struct audit *audit)
{
	check_multiple(audit, STEP_ENTRYPOINT);
}

void check_cmd_multiple(struct audit *audit)
{
	check_multiple(audit, STEP_CMD);
}
