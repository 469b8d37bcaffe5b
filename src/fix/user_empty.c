/*
 * Folders that are there to be written though no table says so: made and left empty, named
 * by a variable for data, or what a development server stands in.
 */
#include "base/path.h"
#include "fix/user.h"

enum {
	MADE_MAX = 100,	     /* folders of mkdir that are looked at */
	VARIABLES_MAX = 100, /* variables, likewise */
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* ---- is it empty? ---- */

/* Commands that put nothing into a folder whose name they are given. */
static bool fills_nothing(const struct command *c)
{
	static const struct str names[] = {STR_INIT("chgrp"), STR_INIT("chmod"),
		STR_INIT("chown"), STR_INIT("echo"), STR_INIT("install"),
		STR_INIT("ls"), STR_INIT("mkdir"), STR_INIT("rm"), STR_INIT("setfacl"),
		STR_INIT("test"), STR_INIT("useradd"), STR_INIT("adduser"),
		STR_INIT("usermod"), STR_INIT("[")};
	struct str name;

	if (!command_name(c, &name))
		return !c->argv.n;
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* Does a command name the folder, that may have put something there? */
static bool is_named(const struct step *step, struct str folder)
{
	vec_each (struct command *const, c, &step->commands)
		if (!fills_nothing(*c) &&
			str_find_str(span_str((*c)->span), folder) < (*c)->span.length)
			return true;
	return false;
}

/* Was something run in it? */
static bool is_worked_in(struct arena *a, const struct step *step, struct str folder)
{
	struct str dir;

	if (!fact_str(a, step->before->workdir, &dir) || !path_is_under(dir, folder))
		return false;
	vec_each (struct command *const, c, &step->commands)
		if (!fills_nothing(*c))
			return true;
	return false;
}

static bool is_used(struct arena *a, const struct step_list *steps, struct str folder)
{
	vec_each (const struct step *const, step, steps)
		if ((*step)->kind == STEP_RUN && !(*step)->is_onbuild &&
			(is_named(*step, folder) || is_worked_in(a, *step, folder)))
			return true;
	return false;
}

/* Did the build put something there? */
static bool is_filled(const struct access_asker *asker, struct str folder)
{
	for (const struct event *e = asker->view.log; e; e = e->older) {
		bool fills = e->kind == EVENT_PUT || e->kind == EVENT_COPIED ||
			e->kind == EVENT_CLOUD || e->kind == EVENT_BLUR;

		if (!e->is_system_wide && path_is_under(e->path, folder) &&
			(fills || (e->kind == EVENT_MADE && e->path.n > folder.n)))
			return true;
	}
	return false;
}

/* ---- what is given ---- */

/* A working directory into which nothing was put is there to be written. */
static void need_workdir(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	struct look look;
	struct str dir;

	if (!w->workdir || !fact_str(p->f->arena, w->workdir, &dir) ||
		user_is_system_folder(dir) || user_is_code(dir) ||
		user_mount_over(w, dir) || user_has_path(p, dir))
		return;
	look = owners_look(&asker->view, dir);
	if (look.exists != ANSWER_YES || look.kind != ENTRY_FOLDER ||
		!str_eq(look.made_by, STR("WORKDIR")))
		return;
	/* What a RUN did there was seen by nobody. */
	if (!is_filled(asker, dir) && !is_used(p->f->arena, &steps, dir) &&
		user_is_refused(p, asker, dir))
		user_add_folder(p, dir);
}

/* Where programs, and what builds them, are kept: empty or not, nobody writes there. */
static bool is_for_programs(const struct user_plan *p, struct str path)
{
	static const struct str places[] = {STR_INIT("/etc"), STR_INIT("/tmp"),
		STR_INIT("/usr"), STR_INIT("/var/cache/apt"), STR_INIT("/var/lib/apt"),
		STR_INIT("/var/lib/dpkg"), STR_INIT("/var/tmp")};
	static const struct str names[] = {STR_INIT("bin"), STR_INIT("build"),
		STR_INIT("builds"), STR_INIT("include"), STR_INIT("install"),
		STR_INIT("lib"), STR_INIT("src"), STR_INIT("tmp")};

	for (size_t i = 0; i < COUNT(places); i++)
		if (path_is_under(path, places[i]))
			return true;
	if (user_is_system_folder(path) || user_is_code(path) ||
		user_is_in_root_home(p, path))
		return true;
	/* /var/lib is where programs keep their data. */
	for (struct str rest = path; rest.n > 1; rest = path_dir(rest)) {
		struct str name = path_base(rest);

		for (size_t i = 0; i < COUNT(names); i++)
			if (str_eq(name, names[i]) && !str_eq(rest, STR("/var/lib")))
				return true;
	}
	return false;
}

static bool is_left_empty(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker, const struct step_list *steps,
	struct str folder)
{
	const struct mount *m = user_mount_over(w, folder);
	struct str real = owners_resolve(&asker->view, folder);
	struct look look = owners_look(&asker->view, real.n ? real : folder);

	return (!m || m->kind == MOUNT_VOLUME) && look.exists == ANSWER_YES &&
		look.kind == ENTRY_FOLDER && !is_filled(asker, folder) &&
		!is_used(p->f->arena, steps, folder) &&
		user_is_refused(p, asker, folder);
}

/*
 * A folder that the author made and left empty is there for what the program writes,
 * whether a table knows the program or not.
 */
static void need_made(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	size_t left = MADE_MAX;

	for (const struct event *e = asker->view.log; e && left; e = e->older) {
		if (e->kind != EVENT_MADE || e->makes != ENTRY_FOLDER ||
			!e->is_in_run || e->is_glob || e->happens != ANSWER_YES ||
			is_for_programs(p, e->path) || user_has_path(p, e->path))
			continue;
		left--;
		if (is_left_empty(p, w, asker, &steps, e->path))
			user_add_folder(p, e->path);
	}
}

/* ---- places that variables name ---- */

/* "UPLOAD_DIR", "PERSISTENCE_DATA_PATH": by their words. */
static bool is_for_data(struct str name)
{
	static const struct str kinds[] = {STR_INIT("BACKUP"), STR_INIT("CACHE"),
		STR_INIT("DATA"), STR_INIT("DOWNLOAD"), STR_INIT("LOG"),
		STR_INIT("OUTPUT"), STR_INIT("PERSIST"), STR_INIT("STATE"),
		STR_INIT("STORAGE"), STR_INIT("STORE"), STR_INIT("UPLOAD")};
	static const struct str ends[] = {STR_INIT("_DIR"), STR_INIT("_DIRECTORY"),
		STR_INIT("_FOLDER"), STR_INIT("_PATH"), STR_INIT("_HOME"),
		STR_INIT("DIR"), STR_INIT("PATH")};
	bool has_kind = false, has_end = false;

	for (size_t i = 0; i < COUNT(kinds); i++)
		has_kind |= str_find_str(name, kinds[i]) < name.n;
	for (size_t i = 0; i < COUNT(ends); i++)
		has_end |= str_ends(name, ends[i]);
	return has_kind && has_end && !str_ends(name, STR("LD_LIBRARY_PATH"));
}

/* The folder that a value names, from where the program starts; empty: it names none. */
static struct str folder_of_value(
	struct arena *a, const struct workload *w, struct str value)
{
	struct str folder, cwd = STR("/");

	for (size_t i = 0; i < value.n; i++)
		if (str_find(STR(":,; *?$%\n"), value.p[i]) < 8)
			return STR_NONE;
	if (path_is_absolute(value)) {
		folder = path_join(a, STR("/"), value);
	} else if (str_starts(value, STR("./"))) {
		if (w->workdir && w->workdir->know != FACT_UNSET &&
			!fact_str(a, w->workdir, &cwd))
			return STR_NONE;
		folder = path_join(a, cwd, value);
	} else {
		return STR_NONE;
	}
	/* "/data/app.db": what is around a file. */
	if (str_find(path_base(folder), '.') < path_base(folder).n)
		folder = path_dir(folder);
	return folder;
}

static void need_variables(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	size_t left = VARIABLES_MAX;

	for (const struct binding *b = w->env; b && left; b = b->older) {
		struct str value, folder;
		const struct mount *m;
		struct look look;

		if (b->fact->layer <= LAYER_IMAGE || !is_for_data(b->name) ||
			binding_find(w->env, b->name) != b->fact ||
			!fact_str(p->f->arena, b->fact, &value))
			continue;
		left--;
		folder = folder_of_value(p->f->arena, w, value);
		if (!folder.n || is_for_programs(p, folder) || user_has_path(p, folder))
			continue;
		m = user_mount_over(w, folder);
		look = owners_look(&asker->view, folder);
		if ((m && m->kind != MOUNT_VOLUME) || look.kind == ENTRY_FILE ||
			is_filled(asker, folder) ||
			is_used(p->f->arena, &steps, folder) ||
			!user_is_refused(p, asker, folder))
			continue;
		user_add_folder(p, folder);
	}
}

/* ---- frameworks that write beside the sources ---- */

/*
 * What they build, log and remember they put where the program stands: .next,
 * node_modules/.vite, _site, tmp/pids, db.sqlite3. An empty word: any.
 */
static const struct framework {
	struct str program, word, folders;
} frameworks[] = {
	{STR_INIT("npm"), STR_INIT("start"), STR_INIT(". node_modules")},
	{STR_INIT("npm"), STR_INIT("run"), STR_INIT(". node_modules")},
	{STR_INIT("npx"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("yarn"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("pnpm"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("vite"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("next"), STR_INIT("dev"), STR_INIT(". node_modules")},
	{STR_INIT("nuxt"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("ng"), STR_INIT("serve"), STR_INIT(". node_modules")},
	{STR_INIT("gulp"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("grunt"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("webpack-dev-server"), STR_INIT(""), STR_INIT(". node_modules")},
	{STR_INIT("jekyll"), STR_INIT("serve"), STR_INIT(".")},
	{STR_INIT("hugo"), STR_INIT("server"), STR_INIT(".")},
	{STR_INIT("rails"), STR_INIT(""), STR_INIT("log tmp tmp/cache tmp/pids")},
	{STR_INIT("puma"), STR_INIT(""), STR_INIT("log tmp tmp/cache tmp/pids")},
	{STR_INIT("thin"), STR_INIT(""), STR_INIT("log tmp tmp/cache tmp/pids")},
	{STR_INIT("unicorn"), STR_INIT(""), STR_INIT("log tmp tmp/cache tmp/pids")},
	{STR_INIT("php"), STR_INIT("artisan"),
		STR_INIT("storage/logs storage/framework bootstrap/cache")},
	{STR_INIT("ant"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("gradle"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("gradlew"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("make"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("mvn"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("sbt"), STR_INIT(""), STR_INIT(". project")},
	{STR_INIT("feast"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("kafka-manager"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("owncast"), STR_INIT(""), STR_INIT(".")},
	{STR_INIT("python"), STR_INIT("manage.py"), STR_INIT(".")},
	{STR_INIT("python3"), STR_INIT("manage.py"), STR_INIT(".")},
};

/* The word of a command at i, without what stands before it: bundle exec, folders. */
static struct str word_at(struct arena *a, const struct started *s, size_t i)
{
	struct str word = STR_NONE;

	if (i < s->argv.n)
		(void)value_str(a, s->argv.at[i].value, &word);
	return path_base(word);
}

static const struct framework *framework_of(struct arena *a, const struct started *s)
{
	bool is_bundled = str_eq(word_at(a, s, 0), STR("bundle")) &&
		str_eq(word_at(a, s, 1), STR("exec"));
	struct str program = word_at(a, s, is_bundled ? 2 : 0);
	struct str word = word_at(a, s, is_bundled ? 3 : 1);

	for (size_t i = 0; i < COUNT(frameworks); i++)
		if (str_eq(program, frameworks[i].program) &&
			(!frameworks[i].word.n || str_eq(word, frameworks[i].word)))
			return &frameworks[i];
	return NULL;
}

bool user_is_framework(struct arena *a, const struct started *s)
{
	return framework_of(a, s) != NULL;
}

/* Where a start goes on after `cd`; dir where it stands already. */
static struct str place_after(struct arena *a, const struct started *s, struct str dir)
{
	struct str to;

	if (s->argv.n != 2 || !str_eq(word_at(a, s, 0), STR("cd")))
		return dir;
	return value_str(a, s->argv.at[1].value, &to) && (dir.n || path_is_absolute(to))
		? path_join(a, dir, to)
		: STR_NONE;
}

static bool can_be_given(const struct workload *w, struct str dir)
{
	return dir.n && !user_is_system_folder(dir) && !user_is_code(dir) &&
		!user_mount_over(w, dir);
}

static void need_sources(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct str dir = STR_NONE;

	if (w->workdir)
		(void)fact_str(p->f->arena, w->workdir, &dir);
	vec_each (const struct started, s, &w->launch.drop.started) {
		const struct framework *framework = framework_of(p->f->arena, s);
		struct str rest, one;

		dir = place_after(p->f->arena, s, dir);
		if (framework && !p->takes_root && str_eq(dir, STR("/root")))
			user_stop(p,
				"%.*s writes where it stands, and /root stays root's; move "
				"the program to another folder, such as /app.",
				STR_ARG(framework->program));
		if (!framework || !can_be_given(w, dir))
			continue;
		rest = framework->folders;
		while (str_next_word(&rest, &one)) {
			struct str folder = path_join(p->f->arena, dir, one);

			if (user_is_refused(p, asker, folder))
				user_add_folder(p, folder);
		}
		return;
	}
}

/* The working directory, where nothing speaks against it. */
static void give_workdir(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct str dir = STR_NONE;

	if (w->workdir)
		(void)fact_str(p->f->arena, w->workdir, &dir);
	/* Without a shell it is one program, which has its user's word or none. */
	if (p->tools != TOOLS_NONE && can_be_given(w, dir) &&
		!user_is_in_root_home(p, dir) && !path_is_under(dir, STR("/usr")) &&
		!user_has_path(p, dir) && user_is_refused(p, asker, dir))
		user_add_folder(p, dir);
}

/*
 * A service of which nothing is known keeps its pid, its log and its data where it stands,
 * if anywhere: nobody else writes there.
 */
static void need_unknown(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	if (user_is_unknown_service(p, w))
		give_workdir(p, w, asker);
}

/*
 * Its own script opens a path that only the script knows: below where it stands, as a
 * rule, or in a mount. Behind what is known: a folder in it is given by itself.
 */
void user_give_unplaced(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	if (w->unplaced.file)
		give_workdir(p, w, asker);
}

/* A folder that a start script makes, by whatever variables it names it. */
static void need_scripted(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct arena *a = p->f->arena;
	struct str dir = STR("/");

	if (w->workdir)
		(void)fact_str(a, w->workdir, &dir);
	vec_each (const struct started, s, &w->launch.drop.started) {
		dir = place_after(a, s, dir);
		if (!dir.n || !str_eq(word_at(a, s, 0), STR("mkdir")))
			continue;
		for (size_t i = 1; i < s->argv.n; i++) {
			struct str word, path;

			if (!value_str(a, s->argv.at[i].value, &word) || !word.n ||
				str_starts(word, STR("-")))
				continue;
			path = path_join(a, dir, word);
			if (is_for_programs(p, path) || user_mount_over(w, path) ||
				user_has_path(p, path) ||
				owners_look(&asker->view, path).exists != ANSWER_NO)
				continue;
			user_add_folder(p, path);
		}
	}
}

void user_give_empty(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	need_workdir(p, w, asker);
	need_made(p, w, asker);
	need_variables(p, w, asker);
	need_sources(p, w, asker);
	need_unknown(p, w, asker);
	need_scripted(p, w, asker);
}
