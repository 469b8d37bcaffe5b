/*
 * The third answer of a plan: what starts is a program of which nobody knows what it
 * writes. The plan stands, and says that it has to be tried.
 */
#include "base/path.h"
#include "fix/user.h"
#include "know/libraries.h"
#include "model/script.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool is_one_of(const struct str *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, table[i]))
			return true;
	return false;
}

/* Programs that write nothing unless they are told to, and those of the shell. */
static bool is_harmless(struct str name)
{
	static const struct str names[] = {STR_INIT("["), STR_INIT("ash"),
		STR_INIT("bash"), STR_INIT("cat"), STR_INIT("cd"), STR_INIT("curl"),
		STR_INIT("dash"), STR_INIT("echo"), STR_INIT("env"), STR_INIT("exec"),
		STR_INIT("exit"), STR_INIT("export"), STR_INIT("false"),
		STR_INIT("find"), STR_INIT("grep"), STR_INIT("head"), STR_INIT("ls"),
		STR_INIT("printenv"), STR_INIT("printf"), STR_INIT("sed"),
		STR_INIT("set"), STR_INIT("sh"), STR_INIT("sleep"), STR_INIT("source"),
		STR_INIT("tail"), STR_INIT("test"), STR_INIT("true"),
		STR_INIT("ulimit"), STR_INIT("wait"), STR_INIT("zsh")};

	return is_one_of(names, COUNT(names), name);
}

/* What runs the text of somebody else: that text is what counts. */
static bool is_interpreter(struct str name)
{
	static const struct str names[] = {STR_INIT("Rscript"), STR_INIT("java"),
		STR_INIT("node"), STR_INIT("nodejs"), STR_INIT("perl"), STR_INIT("php"),
		STR_INIT("ruby")};

	return str_starts(name, STR("python")) || is_one_of(names, COUNT(names), name);
}

/* A table, a configuration or a script has told of it. */
static bool is_told_of(const struct workload *w, struct str name)
{
	if (!w->writes)
		return false;
	vec_each (const struct write, write, w->writes)
		if (str_eq(write->by, name) && write->is_loaded)
			return true;
	return false;
}

/*
 * Does libraries.tsv know it by its name and verb ("mlflow server")? Then what an option
 * moved elsewhere is no secret either.
 */
static bool is_in_table(struct arena *a, const struct started *s, struct str name)
{
	struct know_library lib;
	uint32_t at = 0;

	if (know_library_next(LIBRARY_RUN, name, &at, &lib))
		return true;
	for (size_t i = 1; i < s->argv.n; i++) {
		struct str word;

		if (!value_str(a, s->argv.at[i].value, &word) ||
			str_starts(word, STR("-")))
			continue;
		at = 0;
		return know_library_next(LIBRARY_RUN,
			arena_printf(a, "%.*s %.*s", STR_ARG(name), STR_ARG(word)), &at,
			&lib);
	}
	return false;
}

/* The first word that is no option: what an interpreter is given to run. */
static struct str started_text(struct arena *a, const struct started *s)
{
	for (size_t i = 1; i < s->argv.n; i++) {
		struct str word;

		if (!value_str(a, s->argv.at[i].value, &word))
			return STR_NONE;
		/* A module or a line of code is not a file. */
		if (str_eq(word, STR("-m")) || str_eq(word, STR("-c")) ||
			str_eq(word, STR("-e")))
			return STR_NONE;
		if (!str_starts(word, STR("-")))
			return word;
	}
	return STR_NONE;
}

static struct str in_image(struct arena *a, const struct workload *w, struct str path)
{
	struct str cwd = STR("/");

	if (w->workdir)
		(void)fact_str(a, w->workdir, &cwd);
	return path_join(a, cwd, path);
}

/* Does it wait for others, so that it is a service and not a tool? */
static bool is_service(struct arena *a, const struct workload *w)
{
	struct step_list steps = workload_steps(a, w);

	if (w->run && w->run->ports.n)
		return true;
	vec_each (const struct step *const, step, &steps)
		if ((*step)->kind == STEP_EXPOSE || (*step)->kind == STEP_VOLUME)
			return true;
	return false;
}

/* Does a COPY or ADD of this build bring path, or the folder that it lies in? */
static bool is_brought(const struct access_asker *asker, struct str path)
{
	for (const struct event *e = asker->view.log; e; e = e->older)
		if (e->kind == EVENT_PUT && path_is_under(path, e->path))
			return true;
	return false;
}

/* The name of what starts, where nobody knows what it writes; else empty. */
static struct str unknown_of(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker, const struct started *s)
{
	struct arena *a = p->f->arena;
	struct str program, name, text;

	if (!s->argv.n ||
		!value_str(a, s->argv.at[user_skip_wrappers(a, s)].value, &program))
		return STR_NONE;
	name = path_base(program);
	if (!name.n || is_harmless(name) || is_told_of(w, name) ||
		user_is_framework(a, s) ||
		(!is_interpreter(name) && is_in_table(a, s, name)))
		return STR_NONE;
	if (is_interpreter(name)) {
		text = started_text(a, s);
		return text.n && !is_brought(asker, in_image(a, w, text)) ? text
									  : STR_NONE;
	}
	if (str_find(program, '/') < program.n &&
		is_brought(asker, in_image(a, w, program)))
		return w->script && str_eq(path_base(w->script->path), name) ? STR_NONE
									     : program;
	return is_service(a, w) ? program : STR_NONE;
}

struct str user_unread(struct user_plan *p, const struct workload *w)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);
	const struct starteds *started = &w->launch.drop.started;
	struct str name;

	if (!started->n)
		return STR_NONE;
	name = unknown_of(p, w, &asker, &started->at[started->n - 1]);
	if (str_find(name, '/') < name.n || !name.n)
		return name;
	/* A bare name that a COPY may have brought, and no package did. */
	if (w->stage && package_find(w->stage->end->packages, name) == ANSWER_NO &&
		is_brought(&asker, path_join(p->f->arena, STR("/usr/local/bin"), name)))
		return name;
	return STR_NONE;
}

bool user_is_unknown_service(struct user_plan *p, const struct workload *w)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);
	const struct starteds *started = &w->launch.drop.started;

	return started->n && is_service(p->f->arena, w) &&
		!user_serves_as_www_data(w) &&
		user_starts_nginx(p->f->arena, w) != ANSWER_YES &&
		unknown_of(p, w, &asker, &started->at[started->n - 1]).n;
}

bool user_is_told_of(struct arena *a, const struct workload *w)
{
	const struct starteds *started = &w->launch.drop.started;
	struct str program, name;

	if (!started->n || !vec_last(started)->argv.n ||
		!value_str(a, vec_last(started)->argv.at[0].value, &program))
		return false;
	name = path_base(program);
	return !is_interpreter(name) && !is_harmless(name) && is_told_of(w, name);
}

void user_say_unknown(struct user_plan *p, const struct workload *w)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);
	const struct starteds *started = &w->launch.drop.started;
	struct str name;

	if (!started->n || user_serves_as_www_data(w) ||
		user_starts_nginx(p->f->arena, w) == ANSWER_YES)
		return;
	name = unknown_of(p, w, &asker, &started->at[started->n - 1]);
	if (!name.n)
		return;
	*vec_push(p->f->arena, &p->part->by_hand) = arena_printf(p->f->arena,
		"What %.*s writes is not known: start it once as %.*s, and ask `oakum "
		"why` where it fails.",
		STR_ARG(name), STR_ARG(user_who(p)));
}
