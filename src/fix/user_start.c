/* What a start asks of root that no table of programs knows. */
#include "base/path.h"
#include "fix/user.h"
#include "model/notes.h"
#include "model/script.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool is_one_of(const struct str *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, table[i]))
			return true;
	return false;
}

static struct str word_of(struct arena *a, const struct started *s, size_t i)
{
	struct str word;

	return i < s->argv.n && value_str(a, s->argv.at[i].value, &word) ? word
									 : STR_NONE;
}

size_t user_skip_wrappers(struct arena *a, const struct started *s)
{
	static const struct str wrappers[] = {STR_INIT("catatonit"),
		STR_INIT("docker-init"), STR_INIT("dumb-init"), STR_INIT("nohup"),
		STR_INIT("tini"), STR_INIT("tini-static")};
	size_t i = 0;

	while (is_one_of(wrappers, COUNT(wrappers), path_base(word_of(a, s, i))))
		do
			i++;
		while (str_starts(word_of(a, s, i), STR("-")));
	return i < s->argv.n ? i : 0;
}

/* ---- what may fail ---- */

/* Does the script go on when the command at a place fails: ldconfig || true? */
static bool is_failure_handled(const struct workload *w, struct span at)
{
	if (!w->script || !at.file)
		return false;
	vec_each (struct command *const, c, &w->script->commands) {
		const struct guard *guard = (*c)->guard;
		const struct command *failed = guard ? guard->command : NULL;
		struct span word;

		if (!failed || guard->if_succeeds || !failed->argv.n)
			continue;
		word = failed->argv.at[0].span;
		if (word.file && word.offset == at.offset &&
			str_eq(word.file->path, at.file->path))
			return true;
	}
	return false;
}

bool user_may_fail(const struct workload *w, const struct started *s, size_t i)
{
	/* A cache of what the loader finds by itself, only slower. */
	return i < s->argv.n && is_failure_handled(w, s->argv.at[i].span) &&
		s->argv.at[i].value.n == 1 &&
		str_eq(path_base(s->argv.at[i].value.at[0].text), STR("ldconfig"));
}

/* ---- an option that says root ---- */

/* Their --user is one of the other side. */
static bool is_client(struct str name)
{
	static const struct str names[] = {STR_INIT("curl"), STR_INIT("createdb"),
		STR_INIT("mariadb"), STR_INIT("mongo"), STR_INIT("mongosh"),
		STR_INIT("pg_dump"), STR_INIT("pg_isready"), STR_INIT("psql"),
		STR_INIT("redis-cli"), STR_INIT("ssh"), STR_INIT("wget")};

	return str_starts(name, STR("mysql")) ? !str_starts(name, STR("mysqld"))
					      : is_one_of(names, COUNT(names), name);
}

/* `mtproto-proxy --user root`: it changes to the one it is told, and only root may. */
static bool is_told_root(struct arena *a, const struct started *s)
{
	static const struct str joined[] = {STR_INIT("--user=root"),
		STR_INIT("--uid=root"), STR_INIT("--uid=0"), STR_INIT("-user=root")};
	static const struct str apart[] = {STR_INIT("--user"), STR_INIT("--uid"),
		STR_INIT("-user"), STR_INIT("-u")};

	if (is_client(path_base(word_of(a, s, user_skip_wrappers(a, s)))))
		return false;
	for (size_t i = 1; i < s->argv.n; i++) {
		struct str word = word_of(a, s, i), next = word_of(a, s, i + 1);

		if (is_one_of(joined, COUNT(joined), word) ||
			(is_one_of(apart, COUNT(apart), word) &&
				str_eq(next, STR("root"))))
			return true;
	}
	return false;
}

/* ---- an install when it starts ---- */

/* `pip install -e .` builds beside the sources, which are root's, or the host's. */
static bool installs_in_place(struct arena *a, const struct started *s)
{
	struct str name = path_base(word_of(a, s, 0));
	bool has_install = false, is_in_place = false;

	if (!str_starts(name, STR("pip")) && !str_starts(name, STR("python")))
		return false;
	for (size_t i = 1; i < s->argv.n; i++) {
		struct str word = word_of(a, s, i);

		has_install |= str_eq(word, STR("install"));
		is_in_place |=
			str_eq(word, STR("-e")) || str_eq(word, STR("--editable"));
	}
	return (has_install && is_in_place) ||
		(str_eq(path_base(word_of(a, s, 1)), STR("setup.py")) &&
			str_eq(word_of(a, s, 2), STR("develop")));
}

/* ---- an image that is made for root ---- */

/*
 * Somebody in the image becomes root by sudo, so what it does may count on that. The
 * group docker alone is one of an editor that enters the container.
 */
static const struct act *way_to_root(struct arena *a, const struct workload *w)
{
	struct step_list steps = workload_steps(a, w);

	vec_each (const struct step *const, step, &steps)
		vec_each (const struct act, act, &(*step)->notes.acts)
			if (act->happens != ANSWER_NO &&
				(act->kind == ACT_SUDOERS ||
					act->kind == ACT_NOPASSWD ||
					(act->kind == ACT_ADMIN_GROUP &&
						!str_eq(act->detail, STR("docker")))))
				return act;
	return NULL;
}

/* The label with which LinuxKit is told what a service gets: docs/yaml.md there. */
static bool is_of_linuxkit(struct arena *a, const struct workload *w)
{
	struct step_list steps = workload_steps(a, w);

	vec_each (const struct step *const, step, &steps) {
		struct str text = span_str((*step)->span);

		if ((*step)->kind == STEP_OTHER &&
			(str_find_str(text, STR("org.mobyproject.config")) < text.n) &&
			str_find_str(text, STR("capabilities")) < text.n)
			return true;
	}
	return false;
}

/* ---- a start that nobody can read ---- */

/* An account that a package made for its own server; dbus comes along with much else. */
static const struct account *of_a_package(struct arena *a, const struct workload *w)
{
	struct account_list all = accounts_users(a, w->accounts);

	vec_each (const struct account *, u, &all)
		if ((*u)->is_from_package && (*u)->exists == ANSWER_YES &&
			!str_eq((*u)->name, STR("messagebus")))
			return *u;
	return NULL;
}

static bool is_put(const struct access_asker *asker, struct str path)
{
	for (const struct event *e = asker->view.log; e; e = e->older)
		if (e->kind == EVENT_PUT && path_is_under(path, e->path))
			return true;
	return false;
}

/* A script by its name, from the build context, that was not there to be read. */
static struct str hidden_script(struct user_plan *p, const struct workload *w)
{
	struct arena *a = p->f->arena;
	struct access_asker asker = know_asker(a, p->f->world, w, p->identity);
	struct str cwd = STR("/");

	if (w->workdir)
		(void)fact_str(a, w->workdir, &cwd);
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str word = word_of(a, s, user_skip_wrappers(a, s));
		struct str name = path_base(word), path;

		if (!word.n || str_find(word, '/') == word.n ||
			(w->script && str_eq(path_base(w->script->path), name)))
			continue;
		path = path_join(a, cwd, word);
		if (is_put(&asker, path))
			return path;
	}
	return STR_NONE;
}

/* ---- modes ---- */

/* chmod is for who owns a file: what the build made for root stays as it is. */
void user_refuse_modes(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct arena *a = p->f->arena;

	vec_each (const struct started, s, &w->launch.drop.started) {
		if (user_asks_who(w) ||
			!str_eq(path_base(word_of(a, s, 0)), STR("chmod")))
			continue;
		for (size_t i = 2; i < s->argv.n; i++) {
			struct str path = word_of(a, s, i);
			struct look look;

			if (!path_is_absolute(path) || user_has_path(p, path))
				continue;
			look = owners_look(&asker->view, path);
			if (look.exists != ANSWER_NO && look.uid.know == FACT_SET &&
				look.uid.n != p->identity.uid.n)
				user_stop(p,
					"What starts changes the mode of %.*s (line "
					"%u), which root owns; do it while the image is "
					"built.",
					STR_ARG(path),
					span_start(s->argv.at[0].span).line);
		}
	}
}

void user_refuse_start(struct user_plan *p, const struct workload *w)
{
	struct arena *a = p->f->arena;
	const struct act *act = way_to_root(a, w);
	const struct account *of = of_a_package(a, w);
	struct str script = of ? hidden_script(p, w) : STR_NONE;

	vec_each (const struct started, s, &w->launch.drop.started)
		if (is_told_root(a, s))
			user_stop(p,
				"%.*s is told to become root (line %u), which only root "
				"may; take that option away first.",
				STR_ARG(path_base(word_of(a, s, 0))),
				span_start(s->argv.at[0].span).line);
	vec_each (const struct started, s, &w->launch.drop.started)
		if (installs_in_place(a, s))
			user_stop(p,
				"What starts installs its own sources in place (line %u), "
				"and root owns them; do it while the image is built.",
				span_start(s->argv.at[0].span).line);
	if (act)
		user_stop(p,
			"Line %u lets an account become root, so what runs here may count "
			"on it; take that away first.",
			span_start(act->span).line);
	if (is_of_linuxkit(a, w))
		user_stop(p,
			"Its label asks LinuxKit for capabilities, and those are root's.");
	if (script.n)
		user_stop(p,
			"What %.*s starts cannot be read here, and a package made the "
			"account '%.*s' for a server that may be among it.",
			STR_ARG(script), STR_ARG(of->name));
}
