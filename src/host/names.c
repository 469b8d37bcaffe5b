/*
 * Names for numbers that own something here, so that nobody else gets the number.
 */
#include "host/plan.h"

uint32_t host_gid_of(const struct host_need *need)
{
	uint32_t uid = need->identity.uid.n, gid = need->identity.gid.n;

	if (need->inside.gid.know != FACT_SET || need->inside.gid.n == 0)
		return uid;
	return gid;
}

/* What useradd takes: letters, digits, '-', '_', a letter first, 32 bytes at most. */
static bool is_name(struct str s)
{
	if (!s.n || s.n > 32 || !byte_is_alpha(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!byte_is_alpha(s.p[i]) && !byte_is_digit(s.p[i]) && s.p[i] != '-' &&
			s.p[i] != '_')
			return false;
	return true;
}

static bool is_taken(const struct host_plan *p, struct str name, uint32_t id)
{
	const struct host_account *user = host_account_named(&p->accounts.users, name);
	const struct host_account *group =
		host_account_named(&p->accounts.groups, name);

	if ((user && user->id != id) || (group && group->id != id))
		return true;
	vec_each (const struct host_step, step, &p->names) {
		uint32_t other = step->kind == HOST_USER ? step->uid.n : step->gid.n;

		if (str_eq(step->name, name) && other != id)
			return true;
	}
	return false;
}

/* The name of the container's account where it is free here, else one from the number. */
static struct str name_for(
	const struct host_plan *p, const struct host_need *need, uint32_t id)
{
	struct str name = need->inside.name;

	if (!is_name(name))
		name = STR("container");
	else if (!is_taken(p, name, id))
		return name;
	return arena_printf(p->arena, "%.*s-%u", STR_ARG(name), id);
}

static bool is_planned(const struct host_plan *p, enum host_step_kind kind, uint32_t id)
{
	vec_each (const struct host_step, step, &p->names)
		if (step->kind == kind &&
			(kind == HOST_USER ? step->uid.n : step->gid.n) == id)
			return true;
	return false;
}

static void add(struct host_plan *p, const struct host_need *need,
	enum host_step_kind kind, uint32_t uid, uint32_t gid)
{
	*vec_push(p->arena, &p->names) = (struct host_step){.kind = kind,
		.name = name_for(p, need, kind == HOST_USER ? uid : gid),
		.uid = id_of(uid),
		.gid = id_of(gid),
		.why = arena_printf(p->arena,
			"Files that `%.*s` writes here belong to the %s %u; with a name "
			"for it nobody else gets that number.",
			STR_ARG(host_who(need->workload)),
			kind == HOST_USER ? "user" : "group",
			kind == HOST_USER ? uid : gid),
		.workloads = host_who(need->workload),
		.span = need->mount->span};
}

/* Shifted ids are in a range that is somebody's already. */
static bool wants_names(const struct host_plan *p, const struct host_need *need)
{
	enum host_engine engine = host_engine_of(p, need->workload);

	return engine == HOST_ENGINE_ROOTFUL || engine == HOST_ENGINE_UNKNOWN;
}

void host_claim_group(struct host_plan *p, const struct host_need *need, uint32_t gid)
{
	if (wants_names(p, need) && gid && !host_account_of(&p->accounts.groups, gid) &&
		!is_planned(p, HOST_GROUP, gid))
		add(p, need, HOST_GROUP, need->identity.uid.n, gid);
}

void host_claim(struct host_plan *p, const struct host_need *need)
{
	uint32_t uid = need->identity.uid.n, gid = host_gid_of(need);

	if (!wants_names(p, need) || !uid || uid == p->facts->own_uid ||
		host_account_of(&p->accounts.users, uid) ||
		is_planned(p, HOST_USER, uid))
		return;
	host_claim_group(p, need, gid);
	add(p, need, HOST_USER, uid, gid);
}
