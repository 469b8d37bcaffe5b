#include "fix/user.h"

#include "base/buf.h"
#include "base/path.h"

enum { LINE_LENGTH = 88 }; /* of what is written into a Dockerfile */

/* ---- the lines ---- */

/* One command of the RUN: the first behind RUN, the others behind &&. */
static void add_command(struct buf *out, struct str command)
{
	buf_printf(out, "%s%.*s", out->n ? " \\\n    && " : "RUN ", STR_ARG(command));
}

/* Needs quotes for the shell? What a model knows of paths rarely does. */
static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			    (c >= '0' && c <= '9') ||
			    str_find(STR("/._-+:@,="), c) < 10))
			return false;
	}
	return s.n > 0;
}

static void add_word(struct buf *out, struct str s)
{
	if (is_plain(s)) {
		buf_add(out, s);
		return;
	}
	buf_char(out, '\'');
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\'')
			buf_add(out, STR("'\\''"));
		else
			buf_char(out, s.p[i]);
	buf_char(out, '\'');
}

/* command and its paths, on lines of their own where one would be too long. */
static void add_paths(
	struct arena *a, struct buf *out, struct str command, const struct strs *paths)
{
	struct buf line = {.arena = a};
	size_t length = command.n;

	buf_add(&line, command);
	vec_each (const struct str, path, paths) {
		length += 1 + path->n;
		if (length > LINE_LENGTH - 10) {
			buf_add(&line, STR(" \\\n       "));
			length = 7 + path->n;
		} else {
			buf_char(&line, ' ');
		}
		add_word(&line, *path);
	}
	add_command(out, buf_str(&line));
}

static void add_account(struct user_plan *p, struct buf *out)
{
	struct arena *a = p->f->arena;
	uint32_t uid = p->identity.uid.n, gid = p->identity.gid.n;
	struct str name = p->name, home = STR_NONE;
	struct str nologin = p->workload->base && p->workload->base->nologin.n
		? p->workload->base->nologin
		: STR_NONE;

	if (p->tools == TOOLS_BUSYBOX) {
		if (!path_is_absolute(nologin))
			nologin = STR("/sbin/nologin");
		add_command(out,
			arena_printf(a, "addgroup -g %u %.*s", gid, STR_ARG(name)));
		if (p->keeps_home)
			home = arena_printf(a, "-H -h %.*s ", STR_ARG(p->home));
		add_command(out,
			arena_printf(a, "adduser -D -u %u -G %.*s %.*s-s %.*s %.*s",
				uid, STR_ARG(name), STR_ARG(home), STR_ARG(nologin),
				STR_ARG(name)));
		return;
	}
	if (!path_is_absolute(nologin))
		nologin = STR("/usr/sbin/nologin");
	add_command(out, arena_printf(a, "groupadd --gid %u %.*s", gid, STR_ARG(name)));
	home = p->keeps_home
		? arena_printf(a, "--home-dir %.*s --no-create-home", STR_ARG(p->home))
		: STR("--create-home");
	add_command(out,
		arena_printf(a, "useradd --uid %u --gid %.*s %.*s --shell %.*s %.*s",
			uid, STR_ARG(name), STR_ARG(home), STR_ARG(nologin),
			STR_ARG(name)));
}

/* The carried path's folder below a home: "" of ".vimrc", ".cache" of ".cache/x". */
static struct str folder_of(struct str path)
{
	return str_sub(
		path, 0, str_rfind(path, '/') < path.n ? str_rfind(path, '/') : 0);
}

/* What goes along to the new home: one cp for each folder of it, and one chown. */
static void add_carried(struct user_plan *p, struct buf *out)
{
	struct arena *a = p->f->arena;
	struct strs all = {0};

	for (size_t i = 0; i < p->carried.n; i++) {
		struct str folder = folder_of(p->carried.at[i]);
		struct strs from = {0};
		bool was_there = false;

		*vec_push(a, &all) = path_join(a, p->home, p->carried.at[i]);
		for (size_t k = 0; k < p->carried.n; k++) {
			if (!str_eq(folder_of(p->carried.at[k]), folder))
				continue;
			was_there |= k < i;
			*vec_push(a, &from) =
				path_join(a, STR("/root"), p->carried.at[k]);
		}
		if (was_there)
			continue;
		*vec_push(a, &from) = arena_printf(
			a, "%.*s/", STR_ARG(path_join(a, p->home, folder)));
		add_paths(a, out, STR("cp -a"), &from);
	}
	if (all.n)
		add_paths(a, out, arena_printf(a, "chown -R %.*s", STR_ARG(p->owner)),
			&all);
}

/* The account, its folders, its files: one RUN, or nothing. */
static struct str run_lines(struct user_plan *p)
{
	struct arena *a = p->f->arena;
	struct buf out = {.arena = a};
	struct strs folders = {0};
	struct str user, group;

	user_spec_split(p->owner, &user, &group);
	if (p->is_new)
		add_account(p, &out);
	/* To be passed through, and listed by none but those who look for modules there. */
	if (p->opens_root)
		add_command(&out,
			p->lists_root ? STR("chmod 0755 /root")
				      : STR("chmod 0711 /root"));
	if (p->makes_home && p->uses_home && p->tools != TOOLS_NONE)
		*vec_push(a, &folders) = p->home;
	vec_each (const struct str, folder, &p->folders)
		if (p->tools != TOOLS_NONE &&
			(!folders.n || !str_eq(folders.at[0], *folder)))
			*vec_push(a, &folders) = *folder;
	if (folders.n)
		add_paths(a, &out,
			group.n ? arena_printf(a, "install -d -o %.*s -g %.*s -m 0750",
					  STR_ARG(user), STR_ARG(group))
				: arena_printf(a, "install -d -o %.*s -m 0750",
					  STR_ARG(user)),
			&folders);
	add_carried(p, &out);
	if (p->shut_programs.n)
		add_paths(a, &out, STR("chmod go+rx"), &p->shut_programs);
	if (p->closed.n)
		add_paths(a, &out, arena_printf(a, "chown %.*s", STR_ARG(p->owner)),
			&p->closed);
	if (p->files.n) {
		add_paths(a, &out, STR("touch"), &p->files);
		add_paths(a, &out, arena_printf(a, "chown %.*s", STR_ARG(p->owner)),
			&p->files);
		/* A file that the base may have had keeps its mode, whatever that is. */
		if (p->has_old_files)
			add_paths(a, &out, STR("chmod 0640"), &p->files);
	}
	return buf_str(&out);
}

/* What a reader of the lines would ask. */
static const struct str home_is_roots =
	STR_INIT("What starts lies in /root, or looks there, so that is its home.");

/* What the build puts into root's home until its end. */
static struct str root_lines(struct user_plan *p)
{
	struct buf out = {.arena = p->f->arena};

	if (p->takes_root)
		add_command(&out,
			arena_printf(
				p->f->arena, "chown -R %.*s /root", STR_ARG(p->owner)));
	return buf_str(&out);
}

/* A container that stood in root's home stands in the user's. */
static struct str workdir_line(struct user_plan *p)
{
	return p->moves_workdir
		? arena_printf(p->f->arena, "WORKDIR %.*s", STR_ARG(p->home))
		: STR_NONE;
}

/* HOME is said where the engine would not find it in passwd, and where it was root's. */
static struct str env_lines(struct user_plan *p)
{
	struct buf out = {.arena = p->f->arena};

	if (!p->keeps_home &&
		(p->is_new || p->sets_home || (p->makes_home && p->uses_home)))
		buf_printf(&out, "ENV HOME=%.*s", STR_ARG(p->home));
	for (size_t i = 0; i < p->variables.n; i++) {
		buf_printf(&out, "%s%.*s=", out.n ? " \\\n    " : "ENV ",
			STR_ARG(p->variables.at[i].name));
		add_word(&out, p->variables.at[i].value);
	}
	return buf_str(&out);
}

static struct str join_lines(struct arena *a, struct str x, struct str y)
{
	return x.n && y.n ? arena_printf(a, "%.*s\n%.*s", STR_ARG(x), STR_ARG(y))
		: x.n	  ? x
			  : y;
}

/* One RUN of two, where there are two. */
static struct str join_runs(struct arena *a, struct str x, struct str y)
{
	static const struct str head = STR_INIT("RUN ");

	return x.n && y.n ? arena_printf(a, "%.*s \\\n    && %.*s", STR_ARG(x),
				    STR_ARG(str_from(y, head.n)))
			  : join_lines(a, x, y);
}

/* ---- the place ---- */

static bool needs_root(const struct step *step)
{
	return step->kind == STEP_RUN || step->kind == STEP_COPY ||
		step->kind == STEP_ADD || step->kind == STEP_WORKDIR;
}

static bool is_own(const struct user_plan *p, const struct step *step)
{
	return !step->is_onbuild && step->span.file &&
		str_eq(step->span.file->path, p->stage->build->file->path);
}

/* Behind which step the user is switched; NULL: right behind FROM. */
static const struct step *last_root_step(const struct user_plan *p)
{
	const struct step *last = NULL;

	vec_each (const struct step, step, &p->stage->steps)
		if (is_own(p, step) && needs_root(step))
			last = step;
	return last;
}

/* The USER line behind everything that needs root, or NULL. */
static const struct step *final_user(const struct user_plan *p)
{
	const struct step *user = NULL;

	vec_each (const struct step, step, &p->stage->steps) {
		if (is_own(p, step) && needs_root(step))
			user = NULL;
		else if (is_own(p, step) && step->kind == STEP_USER)
			user = step;
	}
	return user;
}

static bool is_below_any(const struct user_plan *p, struct str volume)
{
	vec_each (const struct str, folder, &p->folders)
		if (path_is_under(*folder, volume))
			return true;
	vec_each (const struct str, file, &p->files)
		if (path_is_under(*file, volume))
			return true;
	return false;
}

/* The first VOLUME behind which a RUN's changes to what is needed would be lost. */
static const struct step *first_volume(const struct user_plan *p)
{
	vec_each (const struct step, step, &p->stage->steps)
		for (size_t i = 0; step->kind == STEP_VOLUME && i < step->words.n;
			i++) {
			struct str at;

			if (is_own(p, step) &&
				value_str(p->f->arena, step->words.at[i].value, &at) &&
				is_below_any(p, at))
				return step;
		}
	return NULL;
}

static bool stands_before(const struct step *a, const struct step *b)
{
	return a && (!b || a->span.offset < b->span.offset);
}

static void add_step(
	struct user_plan *p, struct span at, bool is_after, struct str lines)
{
	struct change *c = fix_change(p->f, p->part, CHANGE_STEP, CHANGE_ADD);

	c->at = at;
	c->is_after = is_after;
	c->value = lines;
}

/* The last step of the stage that is there to be seen, to write behind it. */
static struct span place_of(const struct user_plan *p, const struct step *last)
{
	return last ? last->span : p->stage->span;
}

static void place_new(struct user_plan *p)
{
	struct arena *a = p->f->arena;
	const struct step *last = last_root_step(p), *user = final_user(p);
	const struct step *volume = first_volume(p);
	struct str run = run_lines(p), env = env_lines(p), root = root_lines(p);
	struct str who = arena_printf(a, "USER %.*s", STR_ARG(p->spec));

	if (run.n && stands_before(volume, user ? user : NULL) &&
		(!last || volume->span.offset < last->span.offset || user)) {
		add_step(p, volume->span, false, run);
		run = STR_NONE;
	} else if (run.n && volume && last && volume->span.offset < last->span.offset) {
		add_step(p, volume->span, false, run);
		run = STR_NONE;
	}
	run = join_lines(a, join_runs(a, run, root), workdir_line(p));
	run = join_lines(a, join_lines(a, run, env), who);
	if (root.n)
		run = arena_printf(
			a, "# %.*s\n%.*s", STR_ARG(home_is_roots), STR_ARG(run));
	if (user) {
		struct change *c = fix_change(p->f, p->part, CHANGE_STEP, CHANGE_SET);

		c->at = user->span;
		c->value = run;
		return;
	}
	/* A block of lines stands apart; one line more belongs to those before it. */
	if (str_find(run, '\n') < run.n)
		run = arena_printf(a, "\n%.*s", STR_ARG(run));
	add_step(p, place_of(p, last), true, run);
}

/* Stages that are built on this one go on as root, as their author meant. */
static void keep_children(struct user_plan *p)
{
	vec_each (struct stage *const, s, &p->stage->build->stages)
		if ((*s)->parent == p->stage) {
			add_step(p, (*s)->span, true, STR("USER root"));
			fix_footprint(p->f, p->part, "project/stage/%.*s/*",
				STR_ARG((*s)->name));
		}
}

/* The USER line of this stage that leaves root behind for good. */
static const struct step *leaving_root(const struct user_plan *p)
{
	const struct step *found = NULL;

	vec_each (const struct step, step, &p->stage->steps)
		if (is_own(p, step) && step->kind == STEP_USER)
			found = step;
	return found;
}

/* Surely root: what is not known is not. */
static bool is_root_in(struct user_plan *p, const struct state *state)
{
	struct identity id;
	struct str spec = STR_NONE;

	if (state->user->know == FACT_UNKNOWN ||
		(state->user->know == FACT_SET &&
			!fact_str(p->f->arena, state->user, &spec)))
		return false;
	id = identity_resolve(p->f->arena, spec, state->accounts);
	return identity_is_root(&id) == ANSWER_YES;
}

/* It has its user already: the folders are made while root still builds. */
static void place_kept(struct user_plan *p)
{
	struct arena *a = p->f->arena;
	const struct step *user = leaving_root(p), *volume = first_volume(p);
	struct str run = run_lines(p), env = env_lines(p);

	if (user && is_root_in(p, user->before)) {
		const struct step *at =
			run.n && stands_before(volume, user) ? volume : user;

		add_step(p, at->span, false, join_lines(a, run, env));
		return;
	}
	if (run.n && !is_root_in(p, p->stage->end))
		run = arena_printf(a, "USER root\n%.*s\nUSER %.*s", STR_ARG(run),
			STR_ARG(p->spec));
	if (volume && run.n) {
		add_step(p, volume->span, false, join_lines(a, run, env));
		return;
	}
	add_step(p, place_of(p, last_root_step(p)), true,
		arena_printf(a, "\n%.*s", STR_ARG(join_lines(a, run, env))));
}

/*
 * Nobody says another user on top of the image any more: root, or the number of a host
 * that the image knows nothing of.
 */
static void drop_overrides(struct user_plan *p)
{
	for (size_t i = 0; i < p->all.n; i++) {
		const struct workload *w = p->all.at[i];
		struct change *c;

		if (p->keeps_user || w->user->layer != LAYER_RUN ||
			w->user->know != FACT_SET)
			continue;
		c = fix_change(p->f, p->part, CHANGE_RUN, CHANGE_REMOVE);
		c->workload = w;
		c->key = STR("user");
	}
}

struct str user_fact_prefix(const struct workload *w)
{
	size_t colon = w->name.n;

	if (w->service.n)
		return w->service;
	for (size_t i = 0; i < w->name.n; i++)
		if (w->name.p[i] == ':')
			colon = i;
	return colon < w->name.n ? str_from(w->name, colon + 1) : w->name;
}

bool user_is_root_in_image(struct arena *a, const struct workload *w)
{
	const struct state *end = w->stage->end;
	struct identity id;
	struct str spec = STR_NONE;

	if (end->user->know == FACT_SET && !fact_str(a, end->user, &spec))
		return true;
	id = identity_resolve(a, spec, end->accounts);
	return identity_is_root(&id) != ANSWER_NO;
}

void user_place(struct user_plan *p)
{
	bool has_lines = p->is_new || (p->makes_home && p->uses_home) || p->sets_home ||
		p->folders.n || p->files.n || p->variables.n || p->opens_root ||
		p->carried.n || p->closed.n || p->shut_programs.n;

	if (p->keeps_user || !user_is_root_in_image(p->f->arena, p->workload)) {
		if (has_lines)
			place_kept(p);
	} else {
		place_new(p);
		keep_children(p);
		if (p->tools == TOOLS_NONE && p->folders.n)
			user_ship(p);
	}
	drop_overrides(p);
}
