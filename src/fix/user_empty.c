/* Folders that the build made and left empty: they are there to be written. */
#include "base/path.h"
#include "fix/user.h"

enum { MADE_MAX = 100 }; /* folders of mkdir that are looked at */

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
	if (is_filled(asker, dir))
		return;
	if (access_ask(asker, dir, ACCESS_MAKE).can == ANSWER_NO)
		user_add_folder(p, dir);
}

/* Where programs, and what builds them, are kept: empty or not, nobody writes there. */
static bool is_for_programs(struct str path)
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
		user_is_in_root_home(path))
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
			is_for_programs(e->path) || user_has_path(p, e->path))
			continue;
		left--;
		if (is_left_empty(p, w, asker, &steps, e->path))
			user_add_folder(p, e->path);
	}
}

void user_give_empty(
	struct user_plan *p, const struct workload *w, const struct access_asker *asker)
{
	need_workdir(p, w, asker);
	need_made(p, w, asker);
}
