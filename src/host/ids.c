/*
 * Ids of a container as the host sees them (user_namespaces(7); podman-run(1),
 * --userns; docs.docker.com/engine/security/userns-remap).
 */
#include "host/plan.h"

/* How one kind of id is mapped. */
struct id_shift {
	enum host_engine engine;
	uint32_t first, own; /* of the range; of who asks */
	bool keeps;	     /* podman's keep-id: kept is the asker's own */
	uint32_t kept;
};

enum host_engine host_engine_of(const struct host_plan *p, const struct workload *w)
{
	if (w->run && !p->facts->is_said && str_eq(w->run->engine, STR("podman")))
		return p->facts->own_uid ? HOST_ENGINE_ROOTLESS : HOST_ENGINE_ROOTFUL;
	return p->facts->engine;
}

static struct id shift(const struct id_shift *s, struct id inside)
{
	static const struct id unknown = {.know = FACT_UNKNOWN};

	if (inside.know != FACT_SET)
		return unknown;
	if (s->keeps && inside.n == s->kept)
		return id_of(s->own);
	switch (s->engine) {
	case HOST_ENGINE_REMAPPED:
		return s->first ? id_of(s->first + inside.n) : unknown;
	case HOST_ENGINE_ROOTLESS:
		if (s->keeps && inside.n < s->kept)
			return s->first ? id_of(s->first + inside.n) : unknown;
		if (inside.n == 0)
			return id_of(s->own);
		return s->first ? id_of(s->first + inside.n - 1) : unknown;
	default:
		return inside;
	}
}

/* "keep-id", "keep-id:uid=1777,gid=1777" */
static bool read_keep_id(struct str text, struct id_shift *uid, struct id_shift *gid)
{
	struct str_fields fields;
	struct str field;

	if (!str_starts(text, STR("keep-id")))
		return false;
	uid->keeps = gid->keeps = true;
	uid->kept = uid->own;
	gid->kept = gid->own;
	fields.rest = str_from(text, str_find(text, ':') + 1);
	fields = (struct str_fields){.rest = fields.rest};
	while (str_next_field(&fields, ',', &field)) {
		if (str_starts(field, STR("uid=")))
			(void)str_to_u32(str_from(field, 4), &uid->kept);
		if (str_starts(field, STR("gid=")))
			(void)str_to_u32(str_from(field, 4), &gid->kept);
	}
	return true;
}

static bool is_mapped_oddly(const struct host_plan *p, const struct workload *w,
	struct id_shift *uid, struct id_shift *gid)
{
	struct str text;

	if (!w->run || !run_text(p->arena, w->run, RUN_USERNS, &text) || !text.n)
		return w->run && run_says(w->run, RUN_USERNS) == ANSWER_MAYBE;
	if (str_eq(text, STR("host"))) {
		if (uid->engine == HOST_ENGINE_REMAPPED)
			uid->engine = gid->engine = HOST_ENGINE_ROOTFUL;
		return false;
	}
	return !read_keep_id(text, uid, gid);
}

bool host_identity(const struct host_plan *p, const struct workload *w,
	const struct identity *inside, struct identity *out, struct str *why)
{
	const struct host_facts *f = p->facts;
	enum host_engine engine = host_engine_of(p, w);
	struct id_shift uid = {engine, f->first_uid, f->own_uid, false, 0};
	struct id_shift gid = {engine, f->first_gid, f->own_gid, false, 0};
	struct identity id = *inside;

	if (is_mapped_oddly(p, w, &uid, &gid)) {
		*why = STR("its user namespace maps ids in a way of its own");
		return false;
	}
	id.uid = shift(&uid, inside->uid);
	id.gid = shift(&gid, inside->gid);
	id.groups = (struct ids){0};
	vec_each (const struct id, group, &inside->groups)
		*vec_push(p->arena, &id.groups) = shift(&gid, *group);
	/* A group that the image may give is no range that nobody knows. */
	if (id.uid.know != FACT_SET ||
		(id.gid.know != FACT_SET && inside->gid.know == FACT_SET)) {
		*why = STR("the engine shifts ids by a range that /etc/subuid does not "
			   "say");
		return false;
	}
	*out = id;
	return true;
}
