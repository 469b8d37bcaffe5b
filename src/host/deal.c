/*
 * Whose a path shall be that several workloads use, and with which mode.
 */
#include "host/plan.h"

bool host_is_member(const struct identity *id, uint32_t gid)
{
	if (id->gid.know == FACT_SET && id->gid.n == gid)
		return true;
	vec_each (const struct id, group, &id->groups)
		if (group->know == FACT_SET && group->n == gid)
			return true;
	return false;
}

static bool all_are_members(const struct host_use *use, uint32_t gid)
{
	vec_each (const struct host_need, need, &use->needs)
		if (!host_is_member(&need->identity, gid))
			return false;
	return true;
}

/* A group that everybody who uses it is in; false: there is none. */
static bool common_group(const struct host_use *use, uint32_t *gid)
{
	const struct host_need *first = &use->needs.at[0];

	*gid = first->identity.gid.n;
	if (all_are_members(use, *gid))
		return true;
	vec_each (const struct id, group, &first->identity.groups)
		if (group->know == FACT_SET && all_are_members(use, group->n)) {
			*gid = group->n;
			return true;
		}
	return false;
}

bool host_is_new_uid(const struct host_use *use, const struct host_need *need)
{
	for (const struct host_need *old = use->needs.at; old < need; old++)
		if (old->identity.uid.n == need->identity.uid.n)
			return false;
	return true;
}

bool host_uid_writes(const struct host_use *use, uint32_t uid)
{
	vec_each (const struct host_need, need, &use->needs)
		if (need->identity.uid.n == uid && (need->demand.bits & ALLOW_WRITE))
			return true;
	return false;
}

static void count_users(const struct host_use *use, struct host_deal *deal)
{
	deal->first = &use->needs.at[0];
	vec_each (const struct host_need, need, &use->needs) {
		if (!host_is_new_uid(use, need))
			continue;
		deal->users++;
		if (!host_uid_writes(use, need->identity.uid.n))
			continue;
		if (!deal->writers++)
			deal->first = need;
	}
}

struct host_deal host_deal_of(const struct host_use *use, uint32_t owner)
{
	struct host_deal deal = {0};
	bool has_common;

	count_users(use, &deal);
	has_common = common_group(use, &deal.gid);
	deal.uid = deal.writers ? deal.first->identity.uid.n : owner;
	if (deal.users == 1 && deal.writers)
		deal.gid = host_gid_of(deal.first);
	else if (!has_common)
		deal.gid = host_gid_of(deal.first);
	if (!use->is_folder)
		deal.mode = deal.writers > 1 ? 0660 : 0640;
	else if (deal.users == 1)
		deal.mode = 0750;
	else
		deal.mode = deal.writers > 1 ? 02770 : deal.writers ? 02750 : 0750;
	return deal;
}
