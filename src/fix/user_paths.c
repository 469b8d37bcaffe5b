#include "fix/user.h"

#include "base/path.h"

enum {
	OPENED_MAX = 200,    /* chmod and mkdir -m that are looked at */
	WORDS_LOOKED_AT = 4, /* tini -- /usr/sbin/cron: a program may start another */
};

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

static bool is_system_folder(struct str path)
{
	for (size_t i = 0; i < COUNT(system_folders); i++)
		if (str_eq(path, system_folders[i]))
			return true;
	return false;
}

static bool is_code(struct str path)
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

	return is_system_folder(path) || (is_code(path) && !is_below_etc);
}

static bool is_in_root_home(struct str path)
{
	return path_is_under(path, STR("/root"));
}

/* "/root/.cache" with the user's home in place of root's. */
static struct str in_own_home(const struct user_plan *p, struct str path)
{
	return arena_printf(
		p->f->arena, "%.*s%.*s", STR_ARG(p->home), STR_ARG(str_from(path, 5)));
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
static void add_folder(struct user_plan *p, struct str path)
{
	struct str above = path_dir(path);

	if (path_is_under(above, p->home) && above.n > p->home.n)
		add_folder(p, above);
	add_once(p->f->arena, &p->folders, path);
}

static void stop(struct user_plan *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void stop(struct user_plan *p, const char *fmt, ...)
{
	va_list args;

	if (p->stop.n)
		return;
	va_start(args, fmt);
	p->stop = arena_vprintf(p->f->arena, fmt, args);
	va_end(args);
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

/* ---- bytes that point into root's home ---- */

/* The place of a value that is written as it is, in a file that is part of the input. */
static bool word_at(const struct user_plan *p, struct value v, struct span *at)
{
	const struct segment *only = v.at;
	const struct file *file;

	if (v.n != 1 || only->kind != SEGMENT_LITERAL)
		return false;
	file = only->span.file;
	*at = only->span;
	if (!file)
		return false;
	if (str_eq(file->path, p->stage->build->file->path))
		return true;
	for (size_t i = 0; i < p->all.n; i++)
		if (p->all.at[i]->run &&
			str_eq(file->path, p->all.at[i]->run->file->path))
			return true;
	return false;
}

static bool has_change_at(const struct fix_part *part, struct span at)
{
	vec_each (const struct change, c, &part->changes)
		if (c->kind == CHANGE_WORD && c->at.file &&
			str_eq(c->at.file->path, at.file->path) &&
			c->at.offset == at.offset)
			return true;
	return false;
}

static void change_word(struct user_plan *p, struct span at, struct str value)
{
	struct change *c;

	if (has_change_at(p->part, at))
		return;
	c = fix_change(p->f, p->part, CHANGE_WORD, CHANGE_SET);
	c->at = at;
	c->value = value;
}

static bool is_variable(const struct user_plan *p, struct str name)
{
	for (size_t i = 0; i < p->variables.n; i++)
		if (str_eq(p->variables.at[i].name, name))
			return true;
	return false;
}

static void set_variable(struct user_plan *p, struct str name, struct str value)
{
	if (!is_variable(p, name))
		*vec_push(p->f->arena, &p->variables) =
			(struct user_variable){name, value};
}

/*
 * A variable whose value lies in root's home gets the same place in the user's: where it
 * is written, or, where that cannot be, once more behind it.
 */
static void move_variable(struct user_plan *p, const struct workload *w,
	const struct binding *b, struct str value)
{
	struct str moved = in_own_home(p, value);
	struct span at;

	if (word_at(p, b->fact->value, &at))
		change_word(p, at, moved);
	else if (b->fact->layer <= LAYER_BUILD)
		set_variable(p, b->name, moved);
	else
		stop(p,
			"%.*s is %.*s for '%.*s', in a place that oakum does not edit; "
			"point it to %.*s first.",
			STR_ARG(b->name), STR_ARG(value), STR_ARG(w->name),
			STR_ARG(moved));
}

/* A folder that the build makes where the variable says is then made by root. */
static void keep_folder(struct user_plan *p, const struct workload *w, struct str old)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);
	struct look look = owners_look(&asker.view, old);

	if (look.exists != ANSWER_NO && look.kind != ENTRY_FILE)
		add_folder(p, in_own_home(p, old));
}

/* What programs are looked for in: root's home is closed to everybody else. */
static void refuse_path(struct user_plan *p, struct str value)
{
	struct str_fields fields = {.rest = value};
	struct str folder;

	while (str_next_field(&fields, ':', &folder))
		if (is_in_root_home(folder))
			stop(p,
				"PATH names %.*s, which only root may enter; install what "
				"lies there in /usr/local or /opt.",
				STR_ARG(folder));
}

/* Did the build put something there, that would be missing in another place? */
static bool is_filled(const struct workload *w, struct str folder)
{
	for (const struct event *e = w->stage->end->owners; e; e = e->older)
		if ((e->kind == EVENT_PUT || e->kind == EVENT_COPIED ||
			    e->kind == EVENT_CLOUD) &&
			!e->is_system_wide && path_is_under(e->path, folder))
			return true;
	return false;
}

/* Names of places that a program fills by itself when they are empty. */
static bool is_cache_name(const struct workload *w, const struct binding *b)
{
	static const struct str parts[] = {STR_INIT("CACHE"), STR_INIT("TMP"),
		STR_INIT("TEMP"), STR_INIT("CONFIG"), STR_INIT("LOG")};

	for (size_t i = 0; i < COUNT(parts); i++)
		if (str_find_str(b->name, parts[i]) < b->name.n)
			return true;
	if (w->writes)
		vec_each (const struct write, write, w->writes)
			if (write->moved == b->fact || str_eq(write->variable, b->name))
				return true;
	return false;
}

static bool is_newest(const struct binding *all, const struct binding *b)
{
	for (; all && all != b; all = all->older)
		if (str_eq(all->name, b->name))
			return false;
	return true;
}

static void move_variables(struct user_plan *p, const struct workload *w)
{
	for (const struct binding *b = w->env; b; b = b->older) {
		struct str value;

		if (!is_newest(w->env, b) || b->fact->know != FACT_SET ||
			!fact_str(p->f->arena, b->fact, &value))
			continue;
		if (str_eq(b->name, STR("PATH"))) {
			refuse_path(p, value);
			continue;
		}
		if (str_eq(b->name, STR("HOME"))) {
			p->sets_home = !str_eq(value, p->home);
			continue;
		}
		if (!is_in_root_home(value))
			continue;
		if (!is_cache_name(w, b) || is_filled(w, value)) {
			stop(p,
				"%.*s is %.*s, which only root may enter, and the build "
				"may have put something there; put it into another "
				"folder.",
				STR_ARG(b->name), STR_ARG(value));
			return;
		}
		p->uses_home = true;
		move_variable(p, w, b, value);
		keep_folder(p, w, value);
		fix_footprint(p->f, p->part, "*/env/%.*s", STR_ARG(b->name));
	}
}

/* ---- mounts ---- */

static const struct mount *mount_over(const struct workload *w, struct str path)
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

static void move_mount(struct user_plan *p, const struct mount *m)
{
	struct span at;

	if (m->origin != MOUNT_WRITTEN || !word_at(p, m->target, &at)) {
		stop(p,
			"%.*s is mounted in root's home, in a place that oakum does not "
			"edit; mount it at %.*s first.",
			STR_ARG(m->at), STR_ARG(in_own_home(p, m->at)));
		return;
	}
	change_word(p, at, in_own_home(p, m->at));
	fix_footprint(p->f, p->part, "*/mount/*");
}

/* A new user gets what it may need; one who is there already, what is refused. */
static bool is_refused(
	const struct user_plan *p, const struct access_asker *asker, struct str folder)
{
	enum answer can = access_ask(asker, folder, ACCESS_MAKE).can;

	return p->keeps_user ? can == ANSWER_NO : can != ANSWER_YES;
}

/* A fresh volume takes owner and mode of the folder that it hides. */
static void need_volume(struct user_plan *p, const struct workload *w,
	const struct access_asker *asker, const struct mount *m)
{
	struct str at = is_in_root_home(m->at) ? in_own_home(p, m->at) : m->at;

	if (m->is_read_only == ANSWER_YES)
		return;
	if (cannot_keep_data(at)) {
		by_hand(p,
			"'%.*s' keeps a volume at %.*s; make sure that uid %u may write "
			"where it has to.",
			STR_ARG(w->name), STR_ARG(at), p->identity.uid.n);
		return;
	}
	if (is_in_root_home(m->at) || is_refused(p, asker, at))
		add_folder(p, at);
}

static void need_mounts(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	if (!w->run)
		return;
	vec_each (const struct mount, m, &w->run->mounts) {
		if (!m->at.n)
			continue;
		if (is_in_root_home(m->at))
			move_mount(p, m);
		p->uses_home |= is_in_root_home(m->at);
		if (m->kind == MOUNT_VOLUME)
			need_volume(p, w, asker, m);
	}
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
				is_in_root_home(at))
				continue;
			if (is_refused(p, asker, at))
				add_folder(p, at);
		}
}

/* ---- what is written ---- */

static bool is_covered(struct user_plan *p, struct str path)
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

	if (look.exists != ANSWER_YES && !is_system_folder(folder))
		add_folder(p, folder);
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
	return is_code(path) || (write->is_folder && is_system_folder(path)) ||
		(str_ends(path, STR(".sock")) && is_system_folder(path_dir(path)));
}

static void need_write(struct user_plan *p, const struct access_asker *asker,
	const struct forecast *fc)
{
	const struct write *write = fc->write;
	struct str path = fc->path;
	struct str mover = write->variable.n ? write->variable : STR("its settings");
	const struct mount *m;

	if (!is_worth_it(p, fc))
		return;
	if (!path.n) {
		by_hand(p, "Where %.*s writes is not known; look at %.*s.",
			STR_ARG(write->by), STR_ARG(mover));
		return;
	}
	if (is_in_root_home(path)) {
		/* move_variables moves what a variable puts there. */
		if (write->how == WRITE_BY_LIBRARY || write->moved) {
			p->uses_home = true;
			return;
		}
		stop(p,
			"%.*s writes to %.*s, which only root may enter; let it write to "
			"%.*s.",
			STR_ARG(write->by), STR_ARG(path),
			STR_ARG(in_own_home(p, path)));
		return;
	}
	m = mount_over(asker->workload, path);
	if ((m && m->kind != MOUNT_VOLUME) || is_covered(p, path))
		return;
	if (cannot_be_given(write, path) && fc->fails == ANSWER_YES &&
		write->failure == WRITE_FAILS)
		stop(p, "%.*s writes to %.*s, which stays root's; move it with %.*s.",
			STR_ARG(write->by), STR_ARG(path), STR_ARG(mover));
	else if (cannot_be_given(write, path))
		by_hand(p, "%.*s writes to %.*s, which stays root's; look at %.*s.",
			STR_ARG(write->by), STR_ARG(path), STR_ARG(mover));
	else if (write->is_folder)
		add_folder(p, path);
	else
		need_file(p, asker, path);
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
			is_system_folder(e->path) || is_code(e->path) ||
			is_in_root_home(e->path) ||
			(look.uid.know == FACT_SET && look.uid.n == p->identity.uid.n))
			continue;
		add_folder(p, e->path);
	}
}

/* A working directory into which nothing was put is there to be written. */
static void need_workdir(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	struct look look;
	struct str dir;

	if (!w->workdir || !fact_str(p->f->arena, w->workdir, &dir) ||
		is_system_folder(dir) || is_code(dir) || mount_over(w, dir) ||
		is_covered(p, dir))
		return;
	look = owners_look(&asker->view, dir);
	if (look.exists != ANSWER_YES || look.kind != ENTRY_FOLDER ||
		!str_eq(look.made_by, STR("WORKDIR")))
		return;
	for (const struct event *e = asker->view.log; e; e = e->older)
		if ((e->kind == EVENT_PUT || e->kind == EVENT_COPIED ||
			    e->kind == EVENT_CLOUD) &&
			!e->is_system_wide && path_is_under(e->path, dir))
			return;
	if (access_ask(asker, dir, ACCESS_MAKE).can == ANSWER_NO)
		add_folder(p, dir);
}

/* ---- what cannot be moved ---- */

static void refuse_root_home(struct user_plan *p, const struct workload *w)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	struct str dir;

	if (w->workdir && fact_str(p->f->arena, w->workdir, &dir) &&
		is_in_root_home(dir))
		stop(p,
			"The working directory is %.*s, and only root may enter /root; "
			"move the program to another folder, such as /app.",
			STR_ARG(dir));
	vec_each (const struct step *, step, &steps) {
		struct str target;

		if ((*step)->copy &&
			value_str(p->f->arena, (*step)->copy->target.value, &target) &&
			is_in_root_home(target))
			stop(p,
				"Line %u copies to %.*s, and only root may enter /root; "
				"copy it to another folder.",
				span_start((*step)->span).line, STR_ARG(target));
	}
}

/* Programs that do nothing for anybody but root. */
static const struct str root_programs[] = {STR_INIT("apt"), STR_INIT("apt-get"),
	STR_INIT("apk"), STR_INIT("chown"), STR_INIT("chgrp"), STR_INIT("chroot"),
	STR_INIT("cron"), STR_INIT("crond"), STR_INIT("dnf"), STR_INIT("dockerd"),
	STR_INIT("groupadd"), STR_INIT("groupmod"), STR_INIT("init"),
	STR_INIT("ip6tables"), STR_INIT("iptables"), STR_INIT("ldconfig"),
	STR_INIT("modprobe"), STR_INIT("mount"), STR_INIT("rsyslogd"),
	STR_INIT("service"), STR_INIT("sshd"), STR_INIT("sysctl"),
	STR_INIT("systemctl"), STR_INIT("systemd"), STR_INIT("useradd"),
	STR_INIT("usermod"), STR_INIT("xinetd"), STR_INIT("yum")};

/* Servers that start as root to open what is theirs, and then change user themselves. */
static const struct str own_masters[] = {STR_INIT("apache2"), STR_INIT("apache2ctl"),
	STR_INIT("apache2-foreground"), STR_INIT("apachectl"), STR_INIT("dovecot"),
	STR_INIT("httpd"), STR_INIT("httpd-foreground"), STR_INIT("master"),
	STR_INIT("named"), STR_INIT("openvpn"), STR_INIT("php-fpm"),
	STR_INIT("postfix"), STR_INIT("proftpd"), STR_INIT("smbd"), STR_INIT("vsftpd")};

static bool is_one_of(const struct str *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, table[i]))
			return true;
	return false;
}

static void refuse_word(struct user_plan *p, const struct workload *w, struct str name)
{
	if (is_one_of(root_programs, COUNT(root_programs), name))
		stop(p,
			"'%.*s' runs %.*s when it starts, which needs root; do it while "
			"the image is built, or in a container of its own.",
			STR_ARG(w->name), STR_ARG(name));
	else if (is_one_of(own_masters, COUNT(own_masters), name))
		stop(p,
			"%.*s starts as root and changes to a user of its own; that user "
			"is set in its configuration.",
			STR_ARG(name));
}

/* What the start comes down to, the scripts that can be read included. */
static void refuse_programs(struct user_plan *p, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str name;

		for (size_t i = 0; i < s->argv.n && i < WORDS_LOOKED_AT; i++)
			if (value_str(p->f->arena, s->argv.at[i].value, &name) &&
				(i == 0 || path_is_absolute(name)))
				refuse_word(p, w, path_base(name));
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
			refuse_root_home(p, w);
			refuse_programs(p, w);
			move_variables(p, w);
		}
		need_mounts(p, w, &asker);
		need_opened(p, &asker);
		if (!p->keeps_user)
			need_workdir(p, w, &asker);
		need_image_volumes(p, &asker);
		vec_each (const struct forecast, fc, &list)
			need_write(p, &asker, fc);
	}
}
