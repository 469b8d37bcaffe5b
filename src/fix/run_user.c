/*
 * An ordinary user for an image that nobody here can rebuild: `user:`, a home in memory,
 * variables that lead there, and places in memory for what it writes elsewhere.
 */
#include "base/path.h"
#include "fix/makers.h"
#include "fix/powers.h"
#include "fix/run.h"
#include "fix/user.h"
#include "know/asker.h"
#include "know/know.h"
#include "know/libraries.h"
#include "model/query.h"
#include "model/writes.h"

#define RUN_HOME "/home/app" /* does no harm where the image has one: it is hidden */

/* One image on its way to another user. */
struct run_user {
	struct fixing *f;
	struct fix_part *part;
	const struct workload *w;
	uint32_t uid;
	struct identity identity;
	struct strs tmpfs; /* paths */
	struct str stop;   /* a sentence: why it cannot be done */
};

static bool is_in_root_home(struct str path)
{
	return path_is_under(path, STR("/root"));
}

static struct str in_own_home(const struct run_user *u, struct str path)
{
	return arena_printf(u->f->arena, RUN_HOME "%.*s", STR_ARG(str_from(path, 5)));
}

static void by_hand(struct run_user *u, struct str text)
{
	vec_each (const struct str, old, &u->part->by_hand)
		if (str_eq(*old, text))
			return;
	*vec_push(u->f->arena, &u->part->by_hand) = text;
}

/* ---- mounts and variables ---- */

/* The bytes of a value that stands in the run's own file as it is. */
static bool is_written(const struct run_user *u, struct value v, struct span *at)
{
	if (v.n != 1 || v.at[0].kind != SEGMENT_LITERAL || !v.at[0].span.file)
		return false;
	*at = v.at[0].span;
	return str_eq(at->file->path, u->w->run->file->path);
}

/*
 * The engine makes the folders between the home and a mount below it, as root: each is
 * memory of the user's own instead.
 */
static void own_parents(struct run_user *u, struct str target)
{
	struct str home = STR(RUN_HOME), folder = path_dir(target);

	if (!path_is_under(folder, home) || str_eq(folder, home))
		return;
	own_parents(u, folder);
	vec_each (const struct str, old, &u->tmpfs)
		if (str_eq(*old, folder))
			return;
	*vec_push(u->f->arena, &u->tmpfs) = folder;
}

/* Somebody says it already, here or in the run. */
static bool is_said(const struct run_user *u, struct str name)
{
	for (const struct binding *b = u->w->env; b; b = b->older)
		if (str_eq(b->name, name))
			return true;
	vec_each (const struct change, c, &u->part->changes)
		if (str_eq(c->name, name))
			return true;
	return false;
}

/* Where below a home it is what variable says, when nobody says another place. */
static struct str place_below_home(const struct know_library *library,
	const struct know_library_variable *variable)
{
	size_t n = variable->suffix.n ? variable->suffix.n + 1 : 0;

	if (library->base != WRITE_IN_HOME || library->path.n <= n ||
		!str_ends(library->path, variable->suffix))
		return STR_NONE;
	return str_sub(library->path, 0, library->path.n - n);
}

/*
 * What the image itself says in its ENV is not seen here, and may well be root's home:
 * the variable of a cache that is mounted goes along with the mount.
 */
static void say_variable(struct run_user *u, struct str target)
{
	struct str below = str_from(target, STR(RUN_HOME "/").n);
	struct know_library library;

	if (!below.n)
		return;
	for (uint32_t row = 0; know_library_at(row, &library); row++) {
		struct str_fields fields = {.rest = library.variables};
		struct know_library_variable variable;

		while (know_library_variable(&fields, &variable))
			if (variable.is_advised && !is_said(u, variable.name) &&
				str_eq(place_below_home(&library, &variable), below))
				run_put(u->f, u->part, "environment", variable.name,
					target);
	}
}

static void move_mounts(struct run_user *u)
{
	vec_each (const struct mount, m, &u->w->run->mounts) {
		struct change *c;
		struct span at;

		if (m->is_read_only != ANSWER_YES && m->kind != MOUNT_TMPFS)
			by_hand(u,
				STR("`oakum prepare` says what its mounts need on the "
				    "host, so that this user may write there."));
		if (!m->at.n || !is_in_root_home(m->at))
			continue;
		if (m->origin != MOUNT_WRITTEN || !is_written(u, m->target, &at)) {
			u->stop = arena_printf(u->f->arena,
				"Mount at %.*s what is mounted at %.*s first: oakum does "
				"not edit the place that says so.",
				STR_ARG(in_own_home(u, m->at)), STR_ARG(m->at));
			return;
		}
		c = fix_change(u->f, u->part, CHANGE_WORD, CHANGE_SET);
		c->at = at;
		c->value = in_own_home(u, m->at);
		own_parents(u, c->value);
		say_variable(u, c->value);
	}
}

static bool is_newest(const struct binding *all, const struct binding *b)
{
	for (; all && all != b; all = all->older)
		if (str_eq(all->name, b->name))
			return false;
	return true;
}

static void move_variables(struct run_user *u)
{
	struct arena *a = u->f->arena;

	for (const struct binding *b = u->w->env; b; b = b->older) {
		struct str value;

		if (!is_newest(u->w->env, b) || str_eq(b->name, STR("HOME")) ||
			str_eq(b->name, STR("PATH")) || !fact_str(a, b->fact, &value) ||
			!is_in_root_home(value))
			continue;
		run_put(u->f, u->part, "environment", b->name, in_own_home(u, value));
	}
	run_put(u->f, u->part, "environment", STR("HOME"), STR(RUN_HOME));
}

/* ---- what it writes ---- */

static bool is_mounted(const struct run_user *u, struct str path)
{
	vec_each (const struct mount, m, &u->w->run->mounts)
		if (m->at.n && path_is_under(path, m->at))
			return true;
	vec_each (const struct str, at, &u->tmpfs)
		if (path_is_under(path, *at))
			return true;
	return false;
}

/* Nothing of the image lies there that it would miss. */
static bool is_volatile(struct str path)
{
	static const struct str folders[] = {STR_INIT("/run"), STR_INIT("/var/run"),
		STR_INIT("/var/cache"), STR_INIT("/var/log"), STR_INIT("/var/tmp")};

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (path_is_under(path, folders[i]))
			return true;
	return false;
}

/* Does the command write path from its beginning, and not read it before? */
static bool is_made_anew(const struct run_user *u, struct str path)
{
	struct arena *a = u->f->arena;
	const struct program *cmd = u->w->cmd;
	bool is_written = false;
	struct str text;

	if (!cmd || cmd->know != FACT_SET)
		return false;
	vec_each (struct command *const, c, &cmd->commands) {
		vec_each (const struct word, word, &(*c)->argv)
			if (!value_str(a, word->value, &text) || str_eq(text, path))
				return false;
		vec_each (const struct redirect, r, &(*c)->redirects) {
			if (!value_str(a, r->target.value, &text) ||
				!str_eq(text, path))
				continue;
			if (r->kind != REDIRECT_OUT)
				return false;
			is_written = true;
		}
		if (is_written)
			return true;
	}
	return false;
}

/* Of the image nothing lies in folder but the file path. */
static bool lies_alone(
	const struct access_asker *asker, struct str folder, struct str path)
{
	const struct view *view = &asker->view;
	struct ground g;
	bool is_whole = false;

	if (!view->ground || !view->base)
		return false;
	g = view->ground(view->data, view->base);
	for (size_t i = 0; i < g.n; i++) {
		if (str_eq(g.at[i].path, folder))
			is_whole = g.at[i].is_whole;
		else if (path_is_under(g.at[i].path, folder) &&
			!str_eq(g.at[i].path, path))
			return false;
	}
	return is_whole;
}

/* It may be memory: what the image has there, nobody would miss. */
static bool may_be_memory(const struct run_user *u, const struct access_asker *asker,
	struct str folder, struct str path)
{
	return is_volatile(folder) ||
		(is_made_anew(u, path) && lies_alone(asker, folder, path));
}

static void need(
	struct run_user *u, const struct access_asker *asker, const struct forecast *fc)
{
	struct arena *a = u->f->arena;
	const struct write *write = fc->write;
	struct str folder = write->is_folder ? fc->path : path_dir(fc->path);

	/* Nobody misses the bytecode of a program that starts once. */
	if (fc->fails == ANSWER_NO || write->failure == WRITE_RECOVERS ||
		str_eq(write->rule, STR("cache-python-bytecode")) ||
		write->base == WRITE_IN_HOME || is_in_root_home(fc->path) ||
		(fc->path.n && is_mounted(u, fc->path)))
		return;
	if (run_move_write(u->f, u->part, write))
		return;
	if (write->variable.n && fc->path.n)
		run_put(u->f, u->part, "environment", write->variable,
			arena_printf(a, RUN_HOME "/%.*s",
				STR_ARG(str_from(
					fc->path, str_rfind(fc->path, '/') + 1))));
	else if (fc->path.n && may_be_memory(u, asker, folder, fc->path))
		*vec_push(a, &u->tmpfs) = folder;
	else if (fc->fails == ANSWER_YES && write->failure == WRITE_FAILS)
		u->stop = arena_printf(a,
			"%.*s writes to %.*s, which uid %u may not in this image; mount a "
			"folder there that belongs to it, or build an image of your own "
			"on this one.",
			STR_ARG(write->by), STR_ARG(fc->path), u->uid);
	else
		by_hand(u,
			arena_printf(a, "%.*s may write to %.*s: see that it can.",
				STR_ARG(write->by),
				STR_ARG(fc->path.n ? fc->path
						   : STR("a place that is not "
							 "known"))));
}

static void need_writes(struct run_user *u)
{
	struct access_asker asker =
		know_asker(u->f->arena, u->f->world, u->w, u->identity);
	struct forecasts list = forecast(&asker);

	vec_each (const struct forecast, fc, &list)
		if (!u->stop.n)
			need(u, &asker, fc);
}

/* ---- who it is ---- */

static bool is_same_place(const struct mount *m, const struct mount *other)
{
	if (m->is_read_only == ANSWER_YES && other->is_read_only == ANSWER_YES)
		return false;
	return m->volume ? other->volume == m->volume
			 : m->kind == MOUNT_BIND && other->kind == MOUNT_BIND &&
			m->path.n && str_eq(m->path, other->path);
}

static bool shares_place(const struct workload *w, const struct workload *other)
{
	if (!other->run)
		return false;
	vec_each (const struct mount, m, &w->run->mounts)
		vec_each (const struct mount, o, &other->run->mounts)
			if (is_same_place(m, o))
				return true;
	return false;
}

/*
 * The number of those whom it shares files with: what one of two numbers writes, the
 * other may not change. 0: it shares none, or they are not of one number.
 */
static uint32_t shared_uid(const struct run_user *u)
{
	uint32_t uid = 0;

	vec_each (struct workload *, other, &u->f->input->project.workloads) {
		const struct launch *launch = &(*other)->launch;

		if (*other == u->w || launch->runs_as != RUNS_AS_USER ||
			launch->identity.uid.know != FACT_SET ||
			!shares_place(u->w, *other))
			continue;
		if (uid && uid != launch->identity.uid.n)
			return 0;
		uid = launch->identity.uid.n;
	}
	return uid;
}

static uint32_t choose_uid(const struct run_user *u)
{
	uint32_t uid = u->f->uid ? u->f->uid : shared_uid(u);
	const struct account *www = NULL;

	if (uid)
		return uid;
	/* What there is already, the image's own folders too, belongs to www-data. */
	if (user_serves_as_www_data(u->w) &&
		accounts_find(u->w->accounts, STR("www-data"), &www) == ANSWER_YES)
		return www->uid.n;
	return u->w->accounts ? accounts_free_uid(u->f->arena, u->w->accounts)
			      : FREE_ID_FIRST;
}

/* ---- the part ---- */

static void add_tmpfs(struct run_user *u)
{
	vec_each (const struct str, at, &u->tmpfs)
		run_add(u->f, u->part, "tmpfs",
			arena_printf(u->f->arena, "%.*s:uid=%u,gid=%u,mode=0750",
				STR_ARG(*at), u->uid, u->uid));
}

/* A process that is not root does not get what is added by name. */
static void take_idle_capabilities(struct run_user *u)
{
	capability_set in_files = powers_in_files(u->w);

	vec_each (const struct run_capability, c, &u->w->run->capabilities)
		if (!c->is_drop && c->number >= 0 &&
			!(in_files & capability_bit(c->number)))
			run_take(u->f, u->part, "cap_add", c->span);
	run_claim(u->f, u->part, "cap/*");
}

/* The user was set back to root: the image's own is taken again. */
static bool undo_override(struct fixing *f, struct fix_part *part)
{
	const struct fact *user = f->workload->user;
	const struct fact *below = user ? user->hides : NULL;
	struct identity id;
	struct str spec;

	if (!fix_finding(f, STR("user-override-root")) || !below ||
		below->layer >= LAYER_RUN || !fact_str(f->arena, below, &spec))
		return false;
	id = identity_resolve(f->arena, spec, f->workload->accounts);
	if (identity_is_root(&id) != ANSWER_NO)
		return false;
	run_take(f, part, "user", user->span);
	part->title = arena_printf(f->arena,
		"Run as the image's own user, %.*s, instead of root", STR_ARG(spec));
	part->why = STR("The image is made for it.");
	return true;
}

static bool has_sibling(struct fixing *f, struct str rule)
{
	const struct base_image *base = f->workload->base;
	struct know_sibling sibling;
	struct image_ref ref;

	if (!base || !image_ref_parse(base->reference, &ref) ||
		!know_sibling(f->know, f->arena, &ref, KNOW_CURE_USER, f->audit->now,
			&sibling) ||
		run_is_plain_nginx(f))
		return false;
	fix_cannot(f, STR("Run as an ordinary user instead of root"), rule,
		"Take the image `%.*s` instead: it %.*s.", STR_ARG(sibling.reference),
		STR_ARG(sibling.why));
	return true;
}

static void claim(struct fixing *f, struct fix_part *part)
{
	static const char *const facts[] = {"user", "uid", "gid", "home", "groups",
		"runs_as", "env/*", "mount/*", "drops_to"};

	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		run_claim(f, part, facts[i]);
	run_cures(f, part, "user-missing");
	run_cures(f, part, "user-root");
	run_cures(f, part, "user-override-root");
	/* What the host has to do for somebody who is no root comes with the plan. */
	fix_accepts(f, part, STR("mount-missing-host-dir"));
	fix_accepts(f, part, STR("mount-uid-mismatch"));
	fix_accepts(f, part, STR("volume-not-writable"));
	fix_accepts(f, part, STR("no-new-privileges-missing"));
	(void)run_forbid_new(f, part);
	part->class = FIX_CHANGES_RUN;
}

/* What it changes below a mount belongs to who wrote it, and that was root. */
static struct str removes(struct arena *a, const struct workload *w)
{
	vec_each (const struct started, s, &w->launch.drop.started) {
		struct str name;

		if (w->run->mounts.n && s->argv.n &&
			value_str(a, s->argv.at[0].value, &name) &&
			(str_eq(path_base(name), STR("rm")) ||
				str_eq(path_base(name), STR("chmod"))))
			return STR(
				"It removes files or changes their modes, and those of "
				"its mounts may belong to somebody else.");
	}
	return STR_NONE;
}

/* A folder that its command makes in the image, where only root may make one. */
static struct str makes_folder(struct run_user *u)
{
	struct arena *a = u->f->arena;

	vec_each (const struct started, s, &u->w->launch.drop.started) {
		struct str name, path;

		if (!s->argv.n || !value_str(a, s->argv.at[0].value, &name) ||
			!str_eq(path_base(name), STR("mkdir")))
			continue;
		for (size_t i = 1; i < s->argv.n; i++)
			if (value_str(a, s->argv.at[i].value, &path) &&
				path_is_absolute(path) && !is_mounted(u, path) &&
				!path_is_under(path, STR("/tmp")) &&
				!path_is_under(path, STR("/dev/shm")))
				return arena_printf(a,
					"It makes %.*s in the image, where only root may; "
					"mount something there.",
					STR_ARG(path));
	}
	return STR_NONE;
}

/*
 * A line that says root of itself, and mounts a volume: it fills or repairs what others
 * use, and a fresh volume is root's.
 */
static struct str fills_as_root(const struct fixing *f, const struct workload *w)
{
	if (w->run->source != RUN_BY_LINE || !fix_finding(f, STR("user-override-root")))
		return STR_NONE;
	vec_each (const struct mount, m, &w->run->mounts)
		if (m->kind == MOUNT_VOLUME && m->is_read_only != ANSWER_YES)
			return STR(
				"The line says root, and mounts a volume that belongs "
				"to root until somebody gives it away.");
	return STR_NONE;
}

static struct str rule_of(const struct fixing *f)
{
	static const char *const rules[] = {
		"user-override-root", "user-root", "user-missing"};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (fix_finding(f, str_c(rules[i])))
			return str_c(rules[i]);
	return STR_NONE;
}

bool fix_run_user(struct fixing *f, struct fix_part *part)
{
	const struct workload *w = f->workload;
	struct str title = STR("Run as an ordinary user instead of root");
	struct str rule = rule_of(f);
	struct run_user u = {.f = f, .part = part, .w = w};

	if (!w->run || w->stage || w->run->is_only_made || !rule.n ||
		w->launch.runs_as != RUNS_AS_ROOT)
		return false;
	u.stop = user_refusal(f->arena, w);
	if (!u.stop.n && undo_override(f, part)) {
		claim(f, part);
		return true;
	}
	if (has_sibling(f, rule))
		return false;
	u.uid = choose_uid(&u);
	u.identity = know_user(f->arena, w, u.uid);
	*vec_push(f->arena, &u.tmpfs) = STR(RUN_HOME);
	if (run_fills_conf(f))
		*vec_push(f->arena, &u.tmpfs) = STR(RUN_NGINX_CONF);
	run_set(f, part, "user", arena_printf(f->arena, "%u:%u", u.uid, u.uid),
		w->user->layer == LAYER_RUN ? w->user->span : SPAN_NONE);
	if (!u.stop.n)
		u.stop = removes(f->arena, w);
	if (!u.stop.n)
		u.stop = makes_folder(&u);
	if (!u.stop.n)
		u.stop = fills_as_root(f, w);
	if (!u.stop.n)
		u.stop = user_server_refusal(w);
	if (!u.stop.n)
		move_mounts(&u);
	if (!u.stop.n) {
		move_variables(&u);
		need_writes(&u);
	}
	if (u.stop.n) {
		fix_cannot(f, title, rule, "%.*s", STR_ARG(u.stop));
		return false;
	}
	add_tmpfs(&u);
	take_idle_capabilities(&u);
	part->title = arena_printf(f->arena, "Run as uid %u instead of root", u.uid);
	part->why =
		STR("The image cannot be rebuilt here: its home is in memory, and is "
		    "empty after each start but for what is mounted there.");
	claim(f, part);
	return true;
}
