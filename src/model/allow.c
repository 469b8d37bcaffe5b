#include "model/allow.h"

#include "model/capability.h"

enum answer allow_passes(const struct workload *w)
{
	enum answer certain = ANSWER_YES;
	capability_set set;

	if (!w->run)
		return ANSWER_YES;
	set = run_capability_set(w->run, &certain);
	if (certain != ANSWER_YES)
		return ANSWER_MAYBE;
	return answer_of((set & capability_bit(CAPABILITY_DAC_OVERRIDE)) != 0);
}

static enum answer is_in_group(const struct identity *id, struct id gid)
{
	bool is_open = !id->groups_known || id->gid.know != FACT_SET;

	if (gid.know != FACT_SET)
		return ANSWER_MAYBE;
	if (id->gid.know == FACT_SET && id->gid.n == gid.n)
		return ANSWER_YES;
	vec_each (const struct id, g, &id->groups) {
		if (g->know == FACT_SET && g->n == gid.n)
			return ANSWER_YES;
		is_open |= g->know != FACT_SET;
	}
	return is_open ? ANSWER_MAYBE : ANSWER_NO;
}

/* Is bit (of three) set in what is known of a mode, shifted to its class? */
static enum answer bit_of(const struct look *l, uint32_t bit, unsigned shift)
{
	if (!(l->mode_known & bit << shift))
		return ANSWER_MAYBE;
	return answer_of((l->mode & bit << shift) != 0);
}

static enum answer same(enum answer a, enum answer b)
{
	return a == b ? a : ANSWER_MAYBE;
}

/* A path's group entries: any one that grants is enough, and one that does not hides
   what others may. */
static enum answer groups_allow(
	const struct identity *id, const struct look *l, uint32_t bit)
{
	enum answer is_member = ANSWER_NO, is_granted = ANSWER_NO;
	const struct acl_entry *other = acl_find(l->acl, ACL_OTHER, 0);
	enum answer rest = answer_of(other && (other->bits & bit));

	vec_each (const struct acl_entry, e, l->acl) {
		enum answer in;

		if (e->tag != ACL_OWNING_GROUP && e->tag != ACL_GROUP)
			continue;
		in = is_in_group(id, e->tag == ACL_GROUP ? id_of(e->id) : l->gid);
		if (in > is_member)
			is_member = in;
		if ((acl_effective(l->acl, e) & bit) && in > is_granted)
			is_granted = in;
	}
	if (is_member == ANSWER_YES || is_granted == ANSWER_YES)
		return is_granted;
	return is_member == ANSWER_NO ? rest : same(rest, is_granted);
}

static enum answer acl_allows(
	const struct identity *id, const struct look *l, uint32_t bit)
{
	const struct acl_entry *user = NULL;

	if (id->uid.know != FACT_SET || l->uid.know != FACT_SET)
		return ANSWER_MAYBE;
	if (id->uid.n == l->uid.n)
		return bit_of(l, bit, 6);
	user = acl_find(l->acl, ACL_USER, id->uid.n);
	if (user)
		return answer_of((acl_effective(l->acl, user) & bit) != 0);
	return groups_allow(id, l, bit);
}

/* By owner, mode and list alone, whoever is asked about. */
static enum answer plainly(
	const struct identity *id, const struct look *l, uint32_t bit)
{
	enum answer owner = bit_of(l, bit, 6), group = bit_of(l, bit, 3),
		    other = bit_of(l, bit, 0), in = is_in_group(id, l->gid), rest;

	if (l->acl)
		return acl_allows(id, l, bit);
	rest = in == ANSWER_YES ? group : in == ANSWER_NO ? other : same(group, other);
	if (l->uid.know != FACT_SET || id->uid.know != FACT_SET)
		return same(owner, rest);
	return id->uid.n == l->uid.n ? owner : rest;
}

/* What the capability makes of a bit: x on a file needs one x somewhere. */
static enum answer with_override(const struct look *l, uint32_t bit)
{
	if (bit != ALLOW_EXECUTE || l->kind == ENTRY_FOLDER ||
		(l->mode & l->mode_known & 0111))
		return ANSWER_YES;
	return (l->mode_known & 0111) == 0111 && l->kind == ENTRY_FILE ? ANSWER_NO
								       : ANSWER_MAYBE;
}

enum answer allow_bit(const struct workload *w, const struct identity *id,
	const struct look *look, uint32_t bit)
{
	enum answer is_root = identity_is_root(id);
	enum answer plain = plainly(id, look, bit), all;

	if (is_root == ANSWER_NO)
		return plain;
	all = with_override(look, bit);
	if (look->is_unmapped_perhaps)
		all = same(all, plain);
	switch (allow_passes(w)) {
	case ANSWER_YES:
		break;
	case ANSWER_NO:
		all = plain;
		break;
	default:
		all = same(all, plain);
	}
	return is_root == ANSWER_YES ? all : same(all, plain);
}

enum answer allow_bits(const struct workload *w, const struct identity *id,
	const struct look *look, uint32_t bits)
{
	enum answer all = ANSWER_YES;

	for (uint32_t bit = ALLOW_READ; bit; bit >>= 1) {
		enum answer one = bits & bit ? allow_bit(w, id, look, bit) : ANSWER_YES;

		if (one < all)
			all = one;
	}
	return all;
}

struct look allow_look(const struct host_file *host)
{
	return (struct look){.exists = ANSWER_YES,
		.kind = host->is_folder == ANSWER_YES  ? ENTRY_FOLDER
			: host->is_folder == ANSWER_NO ? ENTRY_FILE
						       : ENTRY_UNKNOWN,
		.uid = id_of(host->uid),
		.gid = id_of(host->gid),
		.mode = host->mode,
		.mode_known = 07777,
		.acl = host->acl};
}
