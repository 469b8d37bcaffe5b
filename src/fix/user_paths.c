/* What an ordinary user has to write, and so is given. */
#include "base/path.h"
#include "fix/user.h"
#include "know/image_ref.h"

enum { OPENED_MAX = 200 }; /* chmod and mkdir -m that are looked at */

/* Folders that no workload shall own; what lies in them may be given one by one. */
static const struct str system_folders[] = {STR_INIT("/"), STR_INIT("/bin"),
	STR_INIT("/boot"), STR_INIT("/dev"), STR_INIT("/etc"), STR_INIT("/home"),
	STR_INIT("/lib"), STR_INIT("/media"), STR_INIT("/mnt"), STR_INIT("/opt"),
	STR_INIT("/proc"), STR_INIT("/root"), STR_INIT("/run"), STR_INIT("/sbin"),
	STR_INIT("/srv"), STR_INIT("/sys"), STR_INIT("/tmp"), STR_INIT("/usr"),
	STR_INIT("/usr/local"), STR_INIT("/usr/share"), STR_INIT("/var"),
	STR_INIT("/var/cache"), STR_INIT("/var/lib"), STR_INIT("/var/log"),
	STR_INIT("/var/run"), STR_INIT("/var/spool"), STR_INIT("/var/tmp")};

/* Below these is code that came with packages. */
static const struct str code_folders[] = {STR_INIT("/bin"), STR_INIT("/boot"),
	STR_INIT("/dev"), STR_INIT("/etc"), STR_INIT("/lib"), STR_INIT("/proc"),
	STR_INIT("/sbin"), STR_INIT("/sys"), STR_INIT("/usr/bin"), STR_INIT("/usr/lib"),
	STR_INIT("/usr/sbin"), STR_INIT("/usr/local/lib"), STR_INIT("/usr/local/bin"),
	STR_INIT("/opt/conda")};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool user_is_system_folder(struct str path)
{
	for (size_t i = 0; i < COUNT(system_folders); i++)
		if (str_eq(path, system_folders[i]))
			return true;
	return false;
}

bool user_is_code(struct str path)
{
	for (size_t i = 0; i < COUNT(code_folders); i++)
		if (path_is_under(path, code_folders[i]))
			return true;
	return false;
}

/* Somebody said that data is kept there: below /etc, too, it is the program's. */
static bool cannot_keep_data(struct str path)
{
	bool is_below_etc = path_is_under(path, STR("/etc")) && path.n > 5;

	return user_is_system_folder(path) || (user_is_code(path) && !is_below_etc);
}

static void add_once(struct arena *a, struct strs *list, struct str path)
{
	vec_each (const struct str, old, list)
		if (str_eq(*old, path))
			return;
	*vec_push(a, list) = path;
}

/*
 * install -d makes the folders above for root: below the home each one is named, the
 * upper one first.
 */
void user_add_folder(struct user_plan *p, struct str path)
{
	struct str above = path_dir(path);

	if (path_is_under(above, p->home) && above.n > p->home.n)
		user_add_folder(p, above);
	add_once(p->f->arena, &p->folders, path);
}

static void by_hand(struct user_plan *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void by_hand(struct user_plan *p, const char *fmt, ...)
{
	va_list args;
	struct str text;

	va_start(args, fmt);
	text = arena_vprintf(p->f->arena, fmt, args);
	va_end(args);
	add_once(p->f->arena, &p->part->by_hand, text);
}

/* ---- mounts ---- */

const struct mount *user_mount_over(const struct workload *w, struct str path)
{
	const struct mount *best = NULL;

	if (!w->run)
		return NULL;
	vec_each (const struct mount, m, &w->run->mounts)
		if (m->at.n && path_is_under(path, m->at) &&
			(!best || m->at.n > best->at.n))
			best = m;
	return best;
}

/* A new user gets what it may need; one who is there already, what is refused. */
bool user_is_refused(
	const struct user_plan *p, const struct access_asker *asker, struct str folder)
{
	enum answer can = access_ask(asker, folder, ACCESS_MAKE).can;

	/* php's images give it to www-data, open to all (docker-library/php 743). */
	if (path_is_under(folder, STR("/var/www")) &&
		user_serves_as_www_data(asker->workload))
		return false;
	return p->keeps_user ? can == ANSWER_NO : can != ANSWER_YES;
}

/* Beside a program that lies in root's home its data stays where it is, too. */
static bool is_moved(const struct user_plan *p, struct str target)
{
	return user_is_in_root_home(p, target) &&
		(!p->opens_root || str_starts(str_from(target, 5), STR("/.")));
}

/* A fresh volume takes owner and mode of the folder that it hides. */
static void need_volume(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker, const struct mount *m)
{
	struct str at =
		user_is_in_root_home(p, m->at) ? user_in_own_home(p, m->at) : m->at;

	if (m->is_read_only == ANSWER_YES || str_eq(at, p->home))
		return;
	if (cannot_keep_data(at)) {
		by_hand(p,
			"'%.*s' keeps a volume at %.*s; make sure that %.*s may write "
			"where it has to.",
			STR_ARG(w->name), STR_ARG(at), STR_ARG(user_who(p)));
		return;
	}
	if (is_moved(p, m->at) || user_is_refused(p, asker, at))
		user_add_folder(p, at);
}

static void need_mounts(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	if (!w->run)
		return;
	vec_each (const struct mount, m, &w->run->mounts) {
		if (!m->at.n)
			continue;
		if (is_moved(p, m->at)) {
			user_move_mount(p, m);
			p->uses_home = true;
		}
		if (m->kind == MOUNT_VOLUME)
			need_volume(p, w, asker, m);
	}
}

/* Did the build give it to somebody else than root and the new user? */
static bool is_somebodys(const struct access_asker *asker, struct str path)
{
	struct look look = owners_look(&asker->view, path);

	return look.uid.know == FACT_SET && look.uid.n &&
		look.uid.n != asker->identity.uid.n;
}

/* The image's own VOLUMEs, where nothing says how it is run. */
static void need_image_volumes(struct user_plan *p, const struct access_asker *asker)
{
	struct step_list steps = workload_steps(p->f->arena, p->workload);

	vec_each (const struct step *, step, &steps)
		for (size_t i = 0; (*step)->kind == STEP_VOLUME && i < (*step)->words.n;
			i++) {
			struct str at;

			if (!value_str(p->f->arena, (*step)->words.at[i].value, &at) ||
				!path_is_absolute(at) || cannot_keep_data(at) ||
				user_is_in_root_home(p, at))
				continue;
			/* An image of data alone: its owner is who mounts it. */
			if (!user_starts_itself(asker->workload) &&
				is_somebodys(asker, at))
				continue;
			if (user_is_refused(p, asker, at))
				user_add_folder(p, at);
		}
}

/* ---- what is written ---- */

bool user_has_path(struct user_plan *p, struct str path)
{
	if (path_is_under(path, p->home)) {
		p->uses_home = true;
		return true;
	}
	vec_each (const struct str, folder, &p->folders)
		if (str_eq(*folder, path) ||
			(path_is_under(path, *folder) && folder->n < path.n))
			return true;
	return false;
}

static void add_file(
	struct user_plan *p, const struct access_asker *asker, struct str path)
{
	struct str real = owners_resolve(&asker->view, path);

	if (owners_look(&asker->view, real.n ? real : path).exists != ANSWER_NO)
		p->has_old_files = true;
	add_once(p->f->arena, &p->files, path);
}

/* The folder of a single file: the file alone is enough where the folder is there. */
static void need_file(
	struct user_plan *p, const struct access_asker *asker, struct str path)
{
	struct str folder = path_dir(path);
	struct look look = owners_look(&asker->view, folder);

	if (look.exists != ANSWER_YES && !user_is_system_folder(folder))
		user_add_folder(p, folder);
	else if (p->keeps_user &&
		access_ask(asker, folder, ACCESS_RUN).can == ANSWER_NO)
		user_stop(p, "%.*s is closed to the user, whatever lies in it.",
			STR_ARG(folder));
	else
		add_file(p, asker, path);
}

/*
 * What is only slower without its cache is worth a home, and no folder in the program's
 * own. Who runs as somebody already gets what is refused for sure.
 */
static bool is_worth_it(const struct user_plan *p, const struct forecast *fc)
{
	if (fc->fails == ANSWER_NO || fc->write->failure == WRITE_RECOVERS)
		return false;
	if (p->keeps_user && fc->fails != ANSWER_YES)
		return false;
	return fc->write->failure == WRITE_FAILS || fc->write->base == WRITE_IN_HOME ||
		fc->write->moved || !fc->write->is_folder;
}

/* A socket is taken away and made again, so its folder has to be the user's. */
static bool cannot_be_given(const struct write *write, struct str path)
{
	return user_is_code(path) ||
		(write->is_folder && user_is_system_folder(path)) ||
		(write->needs_folder && user_is_system_folder(path_dir(path))) ||
		(str_ends(path, STR(".sock")) && user_is_system_folder(path_dir(path)));
}

/* Nobody shuts the folders for what is passing, as far as is known. */
static bool is_for_all(const struct forecast *fc)
{
	return fc->fails != ANSWER_YES &&
		(path_is_under(fc->path, STR("/tmp")) ||
			path_is_under(fc->path, STR("/var/tmp")));
}

/*
 * HF_HOME=/data: its library keeps more there than the one folder that is known of, so
 * all of it is given.
 */
static struct str folder_of_write(struct user_plan *p, const struct forecast *fc)
{
	struct str value;

	return fc->write->moved && fact_str(p->f->arena, fc->write->moved, &value) &&
			path_is_absolute(value) && path_is_under(fc->path, value) &&
			!user_is_system_folder(value) && !user_is_code(value)
		? path_join(p->f->arena, STR("/"), value)
		: fc->path;
}

static void need_write(struct user_plan *p, const struct access_asker *asker,
	const struct forecast *fc)
{
	const struct write *write = fc->write;
	struct str path = fc->path;
	struct str mover = write->variable.n ? write->variable : STR("its settings");
	const struct mount *m;

	if (!is_worth_it(p, fc)) {
		if (fc->fails != ANSWER_NO && write->rule.n &&
			!path_is_under(path, p->home))
			add_once(p->f->arena, &p->unmet, write->rule);
		return;
	}
	if (!path.n && write->how == WRITE_BY_CONFIG && write->path_known != FACT_SET) {
		user_stop(p,
			"Where %.*s writes is not known: its configuration cannot be "
			"read here.",
			STR_ARG(write->by));
		return;
	}
	if (!path.n) {
		by_hand(p, "Where %.*s writes is not known; look at %.*s.",
			STR_ARG(write->by), STR_ARG(mover));
		return;
	}
	if (user_is_in_root_home(p, path)) {
		/* move_variables moves what a variable puts there. */
		if (write->how == WRITE_BY_LIBRARY || write->moved) {
			p->uses_home = true;
			return;
		}
		if (!p->opens_root) {
			user_stop(p,
				"%.*s writes to %.*s, which only root may enter; let it "
				"write to %.*s.",
				STR_ARG(write->by), STR_ARG(path),
				STR_ARG(user_in_own_home(p, path)));
			return;
		}
	}
	m = user_mount_over(asker->workload, path);
	if (m && m->kind != MOUNT_VOLUME && write->rule.n)
		add_once(p->f->arena, &p->unmet, write->rule);
	if (is_for_all(fc))
		fix_accepts(p->f, p->part, write->rule);
	if ((m && m->kind != MOUNT_VOLUME) || user_has_path(p, path) || is_for_all(fc))
		return;
	if (cannot_be_given(write, path) && fc->fails == ANSWER_YES &&
		write->failure == WRITE_FAILS)
		user_stop(p,
			"%.*s writes to %.*s, which stays root's; move it with %.*s.",
			STR_ARG(write->by), STR_ARG(path), STR_ARG(mover));
	else if (cannot_be_given(write, path))
		by_hand(p, "%.*s writes to %.*s, which stays root's; look at %.*s.",
			STR_ARG(write->by), STR_ARG(path), STR_ARG(mover));
	else if (write->is_folder || write->needs_folder)
		user_add_folder(
			p, write->is_folder ? folder_of_write(p, fc) : path_dir(path));
	else
		need_file(p, asker, path);
}

/*
 * What packages of nginx keep (nginx -V): those of nginx.org, which are in the official
 * images; Alpine's (main/nginx/APKBUILD), and those of Fedora and EPEL (nginx.spec).
 */
static void need_nginx(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	static const struct str folders[][4] = {
		{STR_INIT("/var/cache/nginx"), STR_INIT("/var/log/nginx")},
		{STR_INIT("/run/nginx"), STR_INIT("/var/lib/nginx"),
			STR_INIT("/var/lib/nginx/tmp"), STR_INIT("/var/log/nginx")},
		{STR_INIT("/var/lib/nginx"), STR_INIT("/var/lib/nginx/tmp"),
			STR_INIT("/var/log/nginx")}};
	bool is_stock = user_has_stock_nginx(p->f->arena, w);
	bool is_alpine = is_stock && str_eq(w->base->family, STR("alpine"));
	const struct str *own = folders[is_alpine ? 1 : is_stock ? 2 : 0];

	if (user_starts_nginx(p->f->arena, w) != ANSWER_YES)
		return;
	for (size_t i = 0; i < COUNT(*folders) && own[i].n; i++)
		if (user_is_refused(p, asker, own[i]))
			user_add_folder(p, own[i]);
	if (!is_alpine)
		need_file(p, asker,
			is_stock ? STR("/var/run/nginx.pid") : STR("/run/nginx.pid"));
}

/* Where the official image of Tomcat unpacks, logs and works, whatever its age. */
static void need_tomcat(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	static const struct str folders[] = {STR_INIT("/usr/local/tomcat/logs"),
		STR_INIT("/usr/local/tomcat/temp"),
		STR_INIT("/usr/local/tomcat/webapps"),
		STR_INIT("/usr/local/tomcat/work")};
	struct image_ref ref;

	if (!w->base || !image_ref_parse(w->base->reference, &ref) ||
		!str_eq(ref.name, STR("tomcat")))
		return;
	for (size_t i = 0; i < COUNT(folders); i++)
		if (user_is_refused(p, asker, folders[i]))
			user_add_folder(p, folders[i]);
}

/*
 * A folder that the author opened to everybody (chmod 777) has to be written by whoever
 * runs: it becomes the user's, so that it may be closed to the others.
 */
static void need_opened(struct user_plan *p, const struct access_asker *asker)
{
	size_t left = OPENED_MAX;

	for (const struct event *e = asker->view.log; e && left; e = e->older) {
		struct look look;

		if ((e->kind != EVENT_MODE && e->kind != EVENT_MADE) || e->is_glob ||
			!e->is_in_run || !e->mode.n)
			continue;
		left--;
		look = owners_look(&asker->view, e->path);
		if (look.exists != ANSWER_YES || look.kind != ENTRY_FOLDER ||
			!(look.mode & look.mode_known & 02) || look.mode & 01000 ||
			user_is_system_folder(e->path) || user_is_code(e->path) ||
			user_is_in_root_home(p, e->path) ||
			(look.uid.know == FACT_SET && look.uid.n == p->identity.uid.n))
			continue;
		user_add_folder(p, e->path);
	}
}

/* What guards the system itself, and stays root's whatever starts. */
static bool guards_system(struct str path)
{
	static const struct str guards[] = {STR_INIT("/etc/sudoers"),
		STR_INIT("/etc/sudoers.d"), STR_INIT("/etc/shadow"),
		STR_INIT("/etc/shadow-"), STR_INIT("/etc/gshadow"),
		STR_INIT("/etc/gshadow-"), STR_INIT("/etc/ssh"),
		STR_INIT("/etc/cron.d"), STR_INIT("/etc/crontab"),
		STR_INIT("/var/spool/cron"), STR_INIT("/boot"), STR_INIT("/root")};

	for (size_t i = 0; i < COUNT(guards); i++)
		if (path_is_under(path, guards[i]))
			return true;
	return false;
}

/*
 * What the author shut to all but root (chmod 600 config.ini), whoever starts has to
 * read: it becomes the user's, with the mode that it has. A program stays root's, and
 * whoever starts may start it.
 */
static void need_closed(struct user_plan *p, const struct access_asker *asker)
{
	size_t left = OPENED_MAX;

	for (const struct event *e = asker->view.log; e && left; e = e->older) {
		struct look look;

		if ((e->kind != EVENT_MODE && e->kind != EVENT_MADE) || e->is_glob ||
			!e->is_in_run || !e->mode.n || e->happens != ANSWER_YES)
			continue;
		left--;
		look = owners_look(&asker->view, e->path);
		if (look.exists != ANSWER_YES || (look.mode_known & 077) != 077 ||
			look.mode & 077 || look.uid.know != FACT_SET || look.uid.n ||
			guards_system(e->path) || user_has_path(p, e->path))
			continue;
		if (look.kind == ENTRY_FOLDER && !user_is_system_folder(e->path))
			user_add_folder(p, e->path);
		else if (look.kind != ENTRY_FOLDER)
			add_once(p->f->arena,
				look.mode & 0100 ? &p->shut_programs : &p->closed,
				e->path);
	}
}

/* Programs of all kinds say in these words where they leave their number, or their log. */
static bool names_a_file(struct str option)
{
	static const struct str names[] = {STR_INIT("pidfile"), STR_INIT("pid-file"),
		STR_INIT("pid_file"), STR_INIT("logfile"), STR_INIT("log-file"),
		STR_INIT("log_file")};

	while (str_starts(option, STR("-")))
		option = str_from(option, 1);
	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq(option, names[i]))
			return true;
	return false;
}

/* The path that the word at i is an option for, or empty. */
static struct str file_of_option(struct arena *a, const struct started *s, size_t i)
{
	struct str word, next = STR_NONE;
	size_t equals;

	if (!value_str(a, s->argv.at[i].value, &word) || !str_starts(word, STR("-")))
		return STR_NONE;
	equals = str_find(word, '=');
	if (equals < word.n)
		next = str_from(word, equals + 1);
	else if (i + 1 < s->argv.n)
		(void)value_str(a, s->argv.at[i + 1].value, &next);
	return names_a_file(str_sub(word, 0, equals)) && path_is_absolute(next)
		? path_join(a, STR("/"), next)
		: STR_NONE;
}

static void need_options(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	vec_each (const struct started, s, &w->launch.drop.started)
		for (size_t i = 1; i < s->argv.n; i++) {
			struct str path = file_of_option(p->f->arena, s, i);

			if (!path.n || path_is_under(path, STR("/dev")) ||
				path_is_under(path, STR("/proc")) ||
				path_is_under(path, STR("/tmp")) ||
				user_is_in_root_home(p, path) ||
				user_has_path(p, path) || user_mount_over(w, path) ||
				user_is_code(path) ||
				!user_is_refused(p, asker, path_dir(path)))
				continue;
			need_file(p, asker, path);
		}
}

void user_needs(struct user_plan *p)
{
	for (size_t i = 0; i < p->all.n && !p->stop.n; i++) {
		const struct workload *w = p->all.at[i];
		struct access_asker asker =
			know_asker(p->f->arena, p->f->world, w, p->identity);
		struct forecasts list = forecast(&asker);

		if (!p->keeps_user) {
			user_refuse(p, w);
			user_move_variables(p, w);
		}
		user_take_downloads(p, w, &asker);
		need_mounts(p, w, &asker);
		need_opened(p, &asker);
		if (!p->keeps_user) {
			need_closed(p, &asker);
			user_give_empty(p, w, &asker);
			need_nginx(p, w, &asker);
			need_tomcat(p, w, &asker);
		}
		need_image_volumes(p, &asker);
		if (!p->keeps_user)
			need_options(p, w, &asker);
		vec_each (const struct forecast, fc, &list)
			need_write(p, &asker, fc);
		if (!p->keeps_user)
			user_give_unplaced(p, w, &asker);
		if (!p->keeps_user)
			user_refuse_modes(p, w, &asker);
	}
}
