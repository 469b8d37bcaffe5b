#include "why/scene.h"

#include "base/path.h"
#include "model/query.h"

/* As the engine calls it, where that is known. */
static struct str name_of(const struct mount *m)
{
	if (!m->volume)
		return STR_NONE;
	return m->volume->engine_name.n ? m->volume->engine_name : m->volume->name;
}

static void add_mounts(struct arena *a, const struct run *run, struct ats *out)
{
	static const enum at_kind kinds[] = {[MOUNT_UNKNOWN] = AT_OTHER,
		[MOUNT_BIND] = AT_BIND,
		[MOUNT_VOLUME] = AT_VOLUME,
		[MOUNT_TMPFS] = AT_TMPFS,
		[MOUNT_IMAGE] = AT_OTHER,
		[MOUNT_OTHER] = AT_OTHER};

	vec_each (const struct mount, m, &run->mounts)
		if (m->at.n)
			*vec_push(a, out) = (struct at){.kind = kinds[m->kind],
				.target = m->at,
				.source = m->path.n ? m->path
						    : value_display(a, m->source),
				.name = name_of(m),
				.is_read_only = m->is_read_only == ANSWER_YES};
}

/* What `docker inspect` calls the user: "1777", "1777:0", "app", or "" for root. */
static void read_user(struct scene *s, struct str spec)
{
	struct str user, group;
	int64_t n;

	user_spec_split(spec, &user, &group);
	if (!user.n || str_eq(user, STR("root")))
		s->uid = (struct id){.know = FACT_SET, .n = 0};
	else if (user_spec_number(user, &n) && n >= 0)
		s->uid = (struct id){.know = FACT_SET, .n = (uint32_t)n};
	if (user_spec_number(group, &n) && n >= 0)
		s->gid = (struct id){.know = FACT_SET, .n = (uint32_t)n};
}

static void ask_container(struct scene *s, const struct container *c)
{
	read_user(s, c->user);
	s->cwd = c->workdir.n ? c->workdir : STR("/");
	if (c->has_home)
		s->home = c->home;
	s->environment = c->environment;
	vec_each (const struct at, at, &c->mounts)
		*vec_push(s->arena, &s->mounts) = *at;
}

static void ask_workload(struct scene *s, const struct access_asker *asker)
{
	const struct workload *w = asker->workload;

	s->workload = w;
	s->asker = asker;
	s->uid = asker->identity.uid;
	s->gid = asker->identity.gid;
	s->has_account = asker->identity.has_account;
	s->home = identity_home(s->arena, w, &asker->identity);
	if (w->workdir)
		(void)fact_str(s->arena, w->workdir, &s->cwd);
	if (w->run)
		add_mounts(s->arena, w->run, &s->mounts);
	for (const struct binding *b = w->env; b; b = b->older) {
		struct environ_entry e = {.name = b->name};

		if (fact_str(s->arena, b->fact, &e.value))
			*vec_push(s->arena, &s->environment) = e;
	}
}

/* A log that says "uid not found: 12345" knows who it was. */
static void ask_clues(struct scene *s, const struct clues *clues)
{
	vec_each (const struct clue, c, clues) {
		uint32_t n;

		if (c->row.cause != CAUSE_NO_ACCOUNT || !str_to_u32(c->uid, &n))
			continue;
		if (s->uid.know != FACT_SET)
			s->uid = (struct id){.know = FACT_SET, .n = n};
		if (s->uid.n == n)
			s->has_account = ANSWER_NO;
	}
}

struct scene scene_make(struct arena *a, const struct container *container,
	const struct access_asker *asker, const struct clues *clues)
{
	struct scene s = {.arena = a,
		.container = container,
		.uid = {.know = FACT_UNKNOWN},
		.gid = {.know = FACT_UNKNOWN},
		.has_account = ANSWER_MAYBE};

	if (asker)
		ask_workload(&s, asker);
	if (container) {
		s.mounts = (struct ats){0};
		ask_container(&s, container);
	}
	ask_clues(&s, clues);
	return s;
}

struct str scene_who(const struct scene *s)
{
	if (s->uid.know != FACT_SET)
		return STR("the user of the container");
	if (!s->uid.n)
		return STR("root");
	return arena_printf(s->arena, "uid %u", s->uid.n);
}

struct str scene_owner(const struct scene *s)
{
	uint32_t uid = s->uid.know == FACT_SET && s->uid.n ? s->uid.n : FREE_ID_FIRST;
	uint32_t gid = s->gid.know == FACT_SET && s->gid.n ? s->gid.n : uid;

	return arena_printf(s->arena, "%u:%u", uid, gid);
}

const struct at *scene_mount(const struct scene *s, struct str path)
{
	const struct at *best = NULL;

	vec_each (const struct at, at, &s->mounts)
		if (path_is_under(path, at->target) &&
			(!best || at->target.n >= best->target.n))
			best = at;
	return best;
}

enum form scene_run_form(const struct scene *s)
{
	return s->workload && s->workload->run &&
			s->workload->run->source == RUN_BY_COMPOSE
		? FORM_COMPOSE
		: FORM_LINE;
}

bool scene_has_build(const struct scene *s)
{
	return !s->workload || s->workload->stage;
}
