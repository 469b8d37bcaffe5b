/* What points into root's home, said anew: variables, and the targets of mounts. */
#include "base/path.h"
#include "fix/user.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool user_is_in_root_home(const struct user_plan *p, struct str path)
{
	return !p->takes_root && path_is_under(path, STR("/root"));
}

struct str user_in_own_home(const struct user_plan *p, struct str path)
{
	return arena_printf(
		p->f->arena, "%.*s%.*s", STR_ARG(p->home), STR_ARG(str_from(path, 5)));
}

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

/* Of those who share the stage, the one who says it: another may not edit it. */
static const struct workload *who_says(const struct user_plan *p, struct span at)
{
	for (size_t i = 0; i < p->all.n; i++) {
		const struct run *run = p->all.at[i]->run;

		if (run && run->span.file && at.file &&
			str_eq(run->span.file->path, at.file->path) &&
			run->span.offset <= at.offset &&
			at.offset < run->span.offset + run->span.length)
			return p->all.at[i];
	}
	return p->workload;
}

static void change_word(struct user_plan *p, struct span at, struct str value)
{
	struct change *c;

	if (has_change_at(p->part, at))
		return;
	c = fix_change(p->f, p->part, CHANGE_WORD, CHANGE_SET);
	c->workload = who_says(p, at);
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

/* A cache that root's steps share while they build: their variable stays what it is. */
static bool is_cache_of_build(
	struct user_plan *p, const struct workload *w, struct str at)
{
	struct step_list steps = workload_steps(p->f->arena, w);
	struct str mount = arena_printf(p->f->arena, "target=%.*s", STR_ARG(at));

	vec_each (const struct step *const, step, &steps)
		if ((*step)->kind == STEP_RUN &&
			str_find_str(span_str((*step)->span), mount) <
				(*step)->span.length)
			return true;
	return false;
}

/*
 * A variable whose value lies in root's home gets the same place in the user's: where it
 * is written, or, where that cannot be, once more behind it.
 */
static void move_variable(struct user_plan *p, const struct workload *w,
	const struct binding *b, struct str value)
{
	struct str moved = user_in_own_home(p, value);
	struct span at;

	if (word_at(p, b->fact->value, &at) && !is_cache_of_build(p, w, value))
		change_word(p, at, moved);
	else if (b->fact->layer <= LAYER_BUILD)
		set_variable(p, b->name, moved);
	else
		user_stop(p,
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
		user_add_folder(p, user_in_own_home(p, old));
}

/* PATH, and LD_LIBRARY_PATH or the like where it names several folders. */
static bool is_search_path(struct str name, struct str value)
{
	return str_eq(name, STR("PATH")) ||
		(str_ends(name, STR("PATH")) && str_find(value, ':') < value.n &&
			str_find(value, ';') == value.n);
}

/* A compiler's own folder is not looked into by a program that starts by its path. */
static bool is_unsought(const struct user_plan *p, struct str folder)
{
	const struct workload *w = p->workload;
	struct str program;

	return str_eq(folder, STR("/root/.cargo/bin")) && !w->script &&
		w->launch.drop.started.n == 1 && w->launch.drop.started.at[0].argv.n &&
		value_str(p->f->arena, w->launch.drop.started.at[0].argv.at[0].value,
			&program) &&
		path_is_absolute(program) && !path_is_under(program, STR("/root"));
}

/* What programs are looked for in: root's home is closed to everybody else. */
static void reach_path(struct user_plan *p, struct str name, struct str value)
{
	struct str_fields fields = {.rest = value};
	struct str folder;

	while (str_next_field(&fields, ':', &folder))
		if (user_is_in_root_home(p, folder) && !is_unsought(p, folder) &&
			!user_open_root(p, folder))
			user_stop(p,
				"%.*s names %.*s, which only root may enter; install what "
				"lies there in /usr/local or /opt.",
				STR_ARG(name), STR_ARG(folder));
}

/*
 * A list of places such as LUA_PATH: those that others may pass through to are reached,
 * and what lies in a folder of settings is missed only if the build put something there.
 */
static void reach_list(struct user_plan *p, const struct workload *w, struct str name,
	struct str value)
{
	struct access_asker asker =
		know_asker(p->f->arena, p->f->world, w, p->identity);
	struct str_fields fields = {.rest = value};
	struct str place;

	while (str_next_field(&fields, ';', &place)) {
		struct str folder = str_sub(place, 0, str_find(place, '?'));

		if (!user_is_in_root_home(p, place) || user_open_root(p, place))
			continue;
		if (owners_look(&asker.view, path_join(p->f->arena, STR("/"), folder))
				.exists != ANSWER_YES)
			continue;
		user_stop(p,
			"%.*s names %.*s, which only root may enter; install what lies "
			"there in /usr/local or /opt.",
			STR_ARG(name), STR_ARG(folder));
	}
}

bool user_is_filled(const struct workload *w, struct str folder)
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

void user_move_variables(struct user_plan *p, const struct workload *w)
{
	for (const struct binding *b = w->env; b; b = b->older) {
		struct str value;

		if (!is_newest(w->env, b) || b->fact->know != FACT_SET ||
			!fact_str(p->f->arena, b->fact, &value))
			continue;
		if (is_search_path(b->name, value)) {
			reach_path(p, b->name, value);
			continue;
		}
		if (str_eq(b->name, STR("HOME"))) {
			p->sets_home = !str_eq(value, p->home);
			continue;
		}
		if (!user_is_in_root_home(p, value))
			continue;
		if (str_find(value, ';') < value.n) {
			reach_list(p, w, b->name, value);
			continue;
		}
		if (!is_cache_name(w, b) || user_is_filled(w, value)) {
			if (user_open_root(p, value))
				continue;
			user_stop(p,
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

/* ---- packages ---- */

bool user_move_packages(
	struct user_plan *p, const struct workload *w, const struct event *e)
{
	struct step_list steps = workload_steps(p->f->arena, w);

	vec_each (const struct step *, step, &steps)
		vec_each (const struct act, act, &(*step)->notes.acts) {
			struct change *c;

			if (act->kind != ACT_HOME_PACKAGES ||
				!str_eq(act->subject, e->path) ||
				act->command->span.file != e->span.file ||
				act->command->span.offset != e->span.offset ||
				act->span.file != p->stage->build->file)
				continue;
			if (has_change_at(p->part, act->span))
				return true;
			c = fix_change(p->f, p->part, CHANGE_WORD, CHANGE_REMOVE);
			c->at = act->span;
			fix_footprint(p->f, p->part, "*/run/*");
			fix_footprint(p->f, p->part, "*/owner/*");
			return true;
		}
	return false;
}

/* ---- mounts ---- */

void user_move_mount(struct user_plan *p, const struct mount *m)
{
	struct span at;

	if (m->origin != MOUNT_WRITTEN || !word_at(p, m->target, &at)) {
		user_stop(p,
			"%.*s is mounted in root's home, in a place that oakum does not "
			"edit; mount it at %.*s first.",
			STR_ARG(m->at), STR_ARG(user_in_own_home(p, m->at)));
		return;
	}
	change_word(p, at, user_in_own_home(p, m->at));
	fix_footprint(p->f, p->part, "*/mount/*");
}
