/*
 * What a start hides: a script that nobody can read here, in an image with a server in it;
 * libraries that command the engine; and what the author wrote about how it is run.
 */
#include "base/path.h"
#include "fix/user.h"
#include "know/programs.h"
#include "model/script.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool is_one_of(const struct str *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, table[i]))
			return true;
	return false;
}

static bool has(struct str text, struct str part)
{
	return str_find_str(text, part) < text.n;
}

/* ---- a script that cannot be read ---- */

/* Packages that come along with others, and start nothing here. */
static bool comes_along(struct str package)
{
	static const struct str names[] = {STR_INIT("dbus"),
		STR_INIT("httpd-filesystem"), STR_INIT("iptables"), STR_INIT("mount"),
		STR_INIT("redis-tools"), STR_INIT("sudo"), STR_INIT("systemd"),
		STR_INIT("tcpdump"), STR_INIT("uuid-runtime")};

	return is_one_of(names, COUNT(names), package);
}

/* "mysql-server-5.6" is about mysqld, "php7-fpm" about php-fpm. */
static bool is_server_package(struct str name)
{
	enum program_needs needs = know_program_needs(name);

	if (comes_along(name))
		return false;
	/* What changes users is there to be started as root. */
	return needs != PROGRAM_NEEDS_NOTHING || str_eq(name, STR("gosu")) ||
		str_eq(name, STR("su-exec")) || str_starts(name, STR("mysql-server")) ||
		str_starts(name, STR("mariadb-server")) ||
		str_eq(name, STR("openssh-server")) ||
		str_eq(name, STR("supervisor")) || str_eq(name, STR("runit")) ||
		(str_starts(name, STR("php")) && str_ends(name, STR("-fpm")));
}

/* What starts cannot be read, and a server lies about that needs root. */
static struct str of_unread(struct user_plan *p, const struct workload *w)
{
	struct str name;

	if (!w->stage ||
		(w->cmd && w->cmd->know == FACT_SET && w->entrypoint &&
			w->entrypoint->know == FACT_SET))
		return STR_NONE;
	name = user_unread(p, w);
	if (!name.n)
		return STR_NONE;
	for (const struct package *at = w->stage->end->packages; at; at = at->older)
		if (at->installed == ANSWER_YES && is_server_package(at->name))
			return arena_printf(p->f->arena,
				"What %.*s does cannot be read here, and the image has "
				"%.*s, which does not simply run as another user; see "
				"what it starts.",
				STR_ARG(name), STR_ARG(at->name));
	return STR_NONE;
}

/* ---- the engine ---- */

/* "git+git://…/docker-py.git" and "docker==3.0" name docker-py and docker. */
static struct str bare_name(struct str word)
{
	static const struct str ends = STR_INIT("=<>~![@;");

	word = path_base(word);
	if (str_ends(word, STR(".git")))
		word = str_sub(word, 0, word.n - 4);
	for (size_t i = 1; word.p && i < word.n; i++)
		if (str_find(ends, word.p[i]) < ends.n)
			return str_sub(word, 0, i);
	return word;
}

static bool installs_libraries(const struct command *c)
{
	static const struct str tools[] = {STR_INIT("easy_install"), STR_INIT("gem"),
		STR_INIT("npm"), STR_INIT("pip"), STR_INIT("pip2"), STR_INIT("pip3"),
		STR_INIT("yarn")};
	struct str name;

	return command_name(c, &name) && is_one_of(tools, COUNT(tools), name);
}

/* A library by which what starts commands the engine. */
static struct str of_client(struct user_plan *p, const struct workload *w)
{
	struct step_list steps = workload_steps(p->f->arena, w);

	if (!user_starts_itself(w))
		return STR_NONE;
	vec_each (const struct step *const, step, &steps)
		vec_each (struct command *const, c, &(*step)->commands)
			for (size_t i = 2; installs_libraries(*c) && i < (*c)->argv.n;
				i++) {
				struct str word, name;

				if (!value_str(
					    p->f->arena, (*c)->argv.at[i].value, &word))
					continue;
				name = bare_name(word);
				if (know_program_needs(name) == PROGRAM_NEEDS_ENGINE)
					return arena_printf(p->f->arena,
						"It has %.*s (line %u), which commands the "
						"engine through its socket, and root owns "
						"that; give it the group that the socket "
						"has, and then a user.",
						STR_ARG(name),
						span_start((*c)->span).line);
			}
	return STR_NONE;
}

/* ---- sudo ---- */

static const struct command *find_sudo(const struct commands *commands)
{
	vec_each (struct command *const, c, commands)
		if ((*c)->is_sudo && !(*c)->guard)
			return *c;
	return NULL;
}

static struct str of_sudo(struct user_plan *p, const struct workload *w)
{
	const struct command *c = NULL;

	if (w->entrypoint)
		c = find_sudo(&w->entrypoint->commands);
	if (!c && w->cmd)
		c = find_sudo(&w->cmd->commands);
	if (!c && w->script && w->script->is_shell)
		c = find_sudo(&w->script->commands);
	if (!c)
		return STR_NONE;
	return arena_printf(p->f->arena,
		"What starts runs sudo (line %u), which asks an ordinary user for a "
		"password; take it out.",
		span_start(c->span).line);
}

/* ---- giving root up ---- */

/* A script that is no shell's, whose commands nobody follows, and that starts gosu. */
static struct str of_drop(struct user_plan *p, const struct workload *w)
{
	static const struct str tools[] = {
		STR_INIT("\"gosu\""), STR_INIT("\"su-exec\""), STR_INIT("'gosu'")};

	for (size_t i = 0; w->script && !w->script->is_shell && i < COUNT(tools); i++)
		if (has(w->script->text.s, tools[i]))
			return arena_printf(p->f->arena,
				"%.*s gives root up by itself, and fails where it is another "
				"user than it means to be; see which variables name that one.",
				STR_ARG(path_base(w->script->path)));
	return STR_NONE;
}

/* ---- who runs it ---- */

/* The first line of the build that puts something below folder, or works there. */
static uint32_t line_below(
	struct user_plan *p, const struct workload *w, struct str folder)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	struct str path;

	vec_each (const struct step *const, step, &steps)
		if ((*step)->copy &&
			value_str(p->f->arena, (*step)->copy->target.value, &path) &&
			path_is_under(path, folder))
			return span_start((*step)->span).line;
	if (w->workdir && fact_str(p->f->arena, w->workdir, &path) &&
		path_is_under(path, folder))
		return span_start(w->workdir->span).line;
	return 0;
}

/* What it takes over names the platform: sagemaker_entrypoint.sh. */
static uint32_t line_named(
	struct user_plan *p, const struct workload *w, struct str platform)
{
	struct step_list steps = workload_steps(p->f->arena, w);

	vec_each (const struct step *const, step, &steps)
		if ((*step)->copy && has(span_str((*step)->argument), platform))
			return span_start((*step)->span).line;
	return 0;
}

/*
 * A platform that starts its containers as root and hands them folders of root's. Amazon's
 * page on inference code of one's own says so of SageMaker ("your-algorithms-inference-
 * code"; aws/sagemaker-inference-toolkit#72).
 */
static struct str of_platform(struct user_plan *p, const struct workload *w)
{
	uint32_t line = line_below(p, w, STR("/opt/ml"));

	for (const struct binding *b = w->env; b && !line; b = b->older)
		if (str_starts(b->name, STR("SAGEMAKER_")) && b->fact->span.file)
			line = span_start(b->fact->span).line;
	if (!line)
		line = line_named(p, w, STR("sagemaker"));
	if (!line)
		return STR_NONE;
	return arena_printf(p->f->arena,
		"Line %u is for SageMaker, which mounts /opt/ml for root and runs its "
		"containers as no other user.",
		line);
}

/* A runner of CI jobs, which install what they need: RUNNER_ALLOW_RUNASROOT of GitHub's. */
static struct str of_runner(struct user_plan *p, const struct workload *w)
{
	const struct fact *allowed =
		binding_find(w->env, STR("RUNNER_ALLOW_RUNASROOT"));

	if (!allowed || !allowed->span.file)
		return STR_NONE;
	return arena_printf(p->f->arena,
		"Line %u lets a runner of jobs be root, because jobs install packages; see "
		"that they need not before another user runs them.",
		span_start(allowed->span).line);
}

/* "Dockerfile.base", "base.Dockerfile": it starts nothing, and others are built on it. */
static struct str of_name(struct user_plan *p, const struct workload *w)
{
	struct str name = path_base(p->stage->build->file->path);

	if (user_starts_itself(w) || w->run ||
		(!str_ends(name, STR(".base")) && !str_starts(name, STR("base.")) &&
			!str_starts(name, STR("Dockerfile.base"))))
		return STR_NONE;
	return STR(
		"Its name says that others are built FROM it, and their steps need root; "
		"give them the USER.");
}

/* Steps of images that are built FROM this one, and mostly need root. */
static struct str of_triggers(struct user_plan *p)
{
	vec_each (const struct step, step, &p->stage->steps)
		if (step->kind == STEP_ONBUILD)
			return arena_printf(p->f->arena,
				"Line %u is a step of images that are built FROM this "
				"one, and would no longer be done by root; give them the "
				"USER.",
				span_start(step->span).line);
	return STR_NONE;
}

/* ---- how the author says that it is run ---- */

/* A line of a comment that shows a run, or goes on with one. */
struct usage {
	const struct file *file;
	uint32_t line;
	bool goes_on; /* the last line ended with a backslash */
	struct str text;
};

static bool shows_a_run(struct str text)
{
	return has(text, STR("docker run")) || has(text, STR("podman run")) ||
		has(text, STR("docker create"));
}

static bool usage_next(struct usage *u)
{
	while (u->line < u->file->line_count) {
		struct str text = str_trim(span_str(file_line(u->file, ++u->line)));
		bool is_shown =
			str_starts(text, STR("#")) && (u->goes_on || shows_a_run(text));

		/* An atomic host runs an image by its label. */
		is_shown |= str_starts(text, STR("LABEL")) && shows_a_run(text);
		u->goes_on = is_shown && str_ends(text, STR("\\"));
		u->text = text;
		if (is_shown)
			return true;
	}
	return false;
}

/* What the words of such a line ask for that only root can use. */
static struct str asks_for(struct str text)
{
	static const struct str words[] = {STR_INIT("--privileged"),
		STR_INIT("--cap-add"), STR_INIT("docker.sock")};

	for (size_t i = 0; i < COUNT(words); i++)
		if (has(text, words[i]))
			return words[i];
	return STR_NONE;
}

static struct str of_usage(struct user_plan *p)
{
	struct usage u = {.file = p->stage->build->file};

	while (usage_next(&u)) {
		struct str word = asks_for(u.text);

		if (word.n)
			return arena_printf(p->f->arena,
				"Line %u shows it run with %.*s, which only root can use; "
				"see what for.",
				u.line, STR_ARG(word));
	}
	return STR_NONE;
}

struct str user_hidden(struct user_plan *p, const struct workload *w)
{
	struct str why = of_sudo(p, w);

	if (!why.n)
		why = of_drop(p, w);
	if (!why.n)
		why = of_unread(p, w);
	if (!why.n)
		why = of_client(p, w);
	if (!why.n)
		why = of_platform(p, w);
	if (!why.n)
		why = of_runner(p, w);
	if (!why.n)
		why = of_name(p, w);
	if (!why.n)
		why = of_triggers(p);
	if (!why.n)
		why = of_usage(p);
	return why;
}

/* The end of a path in a run line: blanks, quotes, the colon before its options. */
static struct str path_at(struct str text, size_t at)
{
	static const struct str ends = STR_INIT(" \t\"':,");
	size_t end = at;

	while (end < text.n && str_find(ends, text.p[end]) == ends.n)
		end++;
	return str_sub(text, at, end - at);
}

static void say(struct user_plan *p, struct str text)
{
	vec_each (const struct str, old, &p->part->by_hand)
		if (str_eq(*old, text))
			return;
	*vec_push(p->f->arena, &p->part->by_hand) = text;
}

void user_say_usage(struct user_plan *p)
{
	struct usage u = {.file = p->stage->build->file};

	while (usage_next(&u)) {
		size_t mount = str_find_str(u.text, STR(":/root"));
		size_t device = str_find_str(u.text, STR("--device"));

		if (mount < u.text.n) {
			struct str at = path_at(u.text, mount + 1);

			say(p,
				arena_printf(p->f->arena,
					"Line %u shows a mount at %.*s: mount it at %.*s, "
					"for %.*s.",
					u.line, STR_ARG(at),
					STR_ARG(user_in_own_home(p, at)),
					STR_ARG(user_who(p))));
		}
		if (device < u.text.n)
			say(p,
				arena_printf(p->f->arena,
					"Line %u hands over %.*s: give it the number of "
					"the group of that node with --group-add.",
					u.line,
					STR_ARG(path_at(
						u.text, device + sizeof("--device")))));
	}
}
