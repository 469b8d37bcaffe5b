/*
 * How the services of a project belong together: who uses whose volumes, enters whose
 * namespaces, waits for whom; and the names that nobody declares.
 */
#include "source/compose_lower.h"

/* ---- finding a service ---- */

static struct str own_name(struct arena *a, const struct compose_service *service)
{
	(void)a;
	return service->name;
}

static struct compose_service *find_service(
	const struct compose_lowering *c, struct str name)
{
	return compose_index_find(&c->by_name, name);
}

static struct compose_service *find_container(
	const struct compose_lowering *c, struct str name)
{
	return compose_index_find(&c->by_container, name);
}

/* A name that nobody declares; what an unreadable include declares is not seen. */
static void undefined(
	struct compose_service *s, struct span span, struct str name, const char *what)
{
	if (!s->c->tree->is_partial)
		compose_say(s->c, PROJECT_UNDEFINED_REFERENCE, span, name, "%s '%.*s'",
			what, STR_ARG(name));
}

/* "service:x" and "container:x"; others name no container of the project. */
static struct compose_service *named_by(
	struct compose_service *s, struct str text, struct span span)
{
	struct compose_service *other;

	if (str_starts(text, STR("container:")))
		return find_container(s->c, str_from(text, 10));
	if (!str_starts(text, STR("service:")))
		return NULL;
	text = str_from(text, 8);
	other = find_service(s->c, text);
	if (!other)
		undefined(s, span, text, "there is no service");
	return other;
}

/* ---- namespaces ---- */

static void link_namespaces(struct compose_service *s)
{
	static const enum run_setting settings[SHARED_COUNT] = {
		[SHARED_NETWORK] = RUN_NETWORK,
		[SHARED_PID] = RUN_PID,
		[SHARED_IPC] = RUN_IPC,
	};

	for (int i = 0; i < SHARED_COUNT; i++) {
		const struct fact *f = s->run->settings[settings[i]];
		const struct compose_service *other;
		struct str text;

		if (!fact_str(s->c->ctx->arena, f, &text))
			continue;
		other = named_by(s, text, f->span);
		if (other)
			s->workload->joins[i] = other->workload;
	}
}

/* ---- volumes ---- */

/* The run of a workload is this room's own until the project is whole. */
static struct run *run_of(const struct compose_service *s)
{
	return (struct run *)s->workload->run;
}

static struct volume *find_volume(struct compose_lowering *c, struct str name)
{
	vec_each (struct volume *, v, &c->in->project.volumes)
		if (str_eq((*v)->name, name))
			return *v;
	return NULL;
}

static const struct volume *volume_of(struct compose_service *s, const struct mount *m)
{
	struct volume *v;
	struct str name;

	if (m->kind != MOUNT_VOLUME || !m->source.n ||
		!value_str(s->c->ctx->arena, m->source, &name) || !name.n)
		return NULL;
	v = find_volume(s->c, name);
	if (v)
		return v;
	undefined(s, m->source_span, name,
		"nothing at the top of the file declares the volume");
	v = arena_new(s->c->ctx->arena, struct volume);
	v->name = name;
	*vec_push(s->c->ctx->arena, &s->c->in->project.volumes) = v;
	return v;
}

static void link_volumes(struct compose_service *s)
{
	vec_each (struct mount, m, &run_of(s)->mounts)
		m->volume = volume_of(s, m);
}

static bool has_mount(const struct run *run, struct str at)
{
	vec_each (const struct mount, m, &run->mounts)
		if (at.n && str_eq(m->at, at))
			return true;
	return false;
}

/* "web", "web:ro", "container:name:ro" */
static void take_mounts_of(struct compose_service *s, const struct run_word *word)
{
	struct arena *a = s->c->ctx->arena;
	struct str text = word->text;
	struct compose_service *other;
	bool is_read_only = str_ends(text, STR(":ro"));
	size_t count;

	if (is_read_only || str_ends(text, STR(":rw")))
		text = str_sub(text, 0, text.n - 3);
	if (!text.n)
		return;
	if (!str_starts(text, STR("container:")))
		text = arena_printf(a, "service:%.*s", STR_ARG(text));
	other = named_by(s, text, word->span);
	if (!other || other == s)
		return;
	count = run_of(other)->mounts.n;
	for (size_t i = 0; i < count && run_of(s)->mounts.n < RUN_ITEMS_MAX; i++) {
		struct mount m = run_of(other)->mounts.at[i];

		if (m.kind == MOUNT_TMPFS || has_mount(run_of(s), m.at))
			continue;
		m.origin = MOUNT_FROM_OTHER;
		m.span = word->span;
		if (is_read_only)
			m.is_read_only = ANSWER_YES;
		*vec_push(a, &run_of(s)->mounts) = m;
	}
}

static void note_uses(struct compose_service *s)
{
	vec_each (const struct mount, m, &s->workload->run->mounts)
		if (m->volume)
			*vec_push(
				s->c->ctx->arena, &((struct volume *)m->volume)->uses) =
				(struct volume_use){s->workload, m};
}

/* ---- names that have to be there ---- */

static bool is_declared_network(const struct compose_lowering *c, struct str name)
{
	if (str_eq(name, STR("default")))
		return true;
	vec_each (const struct network, n, &c->in->project.networks)
		if (str_eq(n->name, name))
			return true;
	return false;
}

static void check_references(struct compose_service *s)
{
	vec_each (const struct run_word, word, &s->run->networks)
		if (word->text.n && !is_declared_network(s->c, word->text))
			undefined(s, word->span, word->text,
				"nothing at the top of the file declares the network");
	vec_each (const struct run_word, word, &s->run->depends_on)
		if (word->text.n && !find_service(s->c, word->text))
			undefined(s, word->span, word->text, "there is no service");
}

/* Is there a choice of profiles that starts both? Without profiles it always starts. */
static bool may_both_start(
	const struct compose_service *a, const struct compose_service *b)
{
	const struct run_words *left = &a->run->profiles, *right = &b->run->profiles;

	if (!left->n || !right->n)
		return true;
	vec_each (const struct run_word, word, left)
		vec_each (const struct run_word, other, right)
			if (str_eq(word->text, other->text))
				return true;
	return false;
}

static void check_container_name(struct compose_service *s)
{
	struct str name = compose_container_name(s->c->ctx->arena, s);
	const struct compose_service *first;
	struct project_problem *p;

	if (!name.n)
		return;
	first = find_container(s->c, name);
	if (!first || first == s || !may_both_start(first, s))
		return;
	p = compose_say(s->c, PROJECT_SAME_NAME, s->run->settings[RUN_NAME]->span, name,
		"the container name '%.*s' is that of the service '%.*s' too",
		STR_ARG(name), STR_ARG(first->name));
	p->related = first->run->settings[RUN_NAME]->span;
	p->workload = s->workload;
}

/* ---- depends_on in a circle ---- */

struct visit {
	struct compose_service *service;
	size_t next; /* of its depends_on */
};

/* Walks from one service to all that it waits for; the way back to itself is a circle. */
static void walk_dependencies(
	struct compose_lowering *c, struct visit *stack, struct compose_service *first)
{
	size_t depth = 1;

	stack[0] = (struct visit){first, 0};
	first->order = SERVICE_OPEN;
	while (depth) {
		struct visit *top = &stack[depth - 1];
		const struct run_words *words = &top->service->run->depends_on;
		const struct run_word *word;
		struct compose_service *other;

		if (top->next == words->n) {
			top->service->order = SERVICE_DONE;
			depth--;
			continue;
		}
		word = &words->at[top->next++];
		other = find_service(c, word->text);
		if (!other || other->order == SERVICE_DONE)
			continue;
		if (other->order == SERVICE_UNSEEN) {
			other->order = SERVICE_OPEN;
			stack[depth++] = (struct visit){other, 0};
			continue;
		}
		compose_say(c, PROJECT_CYCLE, word->span, word->text,
			"'%.*s' waits for '%.*s', which waits for it in turn",
			STR_ARG(top->service->name), STR_ARG(word->text));
	}
}

static void check_dependencies(struct compose_lowering *c)
{
	struct visit *stack =
		arena_array(c->ctx->arena, struct visit, c->services.n + 1);

	vec_each (struct compose_service *, s, &c->services)
		if ((*s)->order == SERVICE_UNSEEN)
			walk_dependencies(c, stack, *s);
}

void compose_project_link(struct compose_lowering *c)
{
	c->by_name = compose_index(c->ctx->arena, &c->services, own_name);
	c->by_container =
		compose_index(c->ctx->arena, &c->services, compose_container_name);
	vec_each (struct compose_service *, s, &c->services) {
		link_namespaces(*s);
		link_volumes(*s);
		check_references(*s);
		check_container_name(*s);
	}
	vec_each (struct compose_service *, s, &c->services)
		vec_each (const struct run_word, word, &(*s)->run->volumes_from)
			take_mounts_of(*s, word);
	/* Only now do the mounts stay where they are. */
	vec_each (struct compose_service *, s, &c->services)
		note_uses(*s);
	check_dependencies(c);
}
