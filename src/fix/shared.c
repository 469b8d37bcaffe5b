/*
 * What all services on an anchor need is written once: before a maker's parts are tried
 * for each workload, those that are the same for all who stand on an anchor.
 */
#include "fix/anchor.h"
#include "fix/making.h"

/* What the maker says of every workload by itself; nothing of it is written. */
static struct fix_parts ask_all(
	struct making *m, const struct maker *maker, struct world *world)
{
	struct fix_lefts unheard = {0};
	struct fix_parts out = {0};

	for (size_t i = 0;
		i < m->now.input.project.workloads.n && m->work.used < FIX_SCRATCH_MAX;
		i++) {
		struct fix_part part;

		if (maker_ask(m, maker, i, world, &unheard, &part) && part.changes.n)
			*vec_push(&m->work, &out) = part;
	}
	return out;
}

/* One part in the place of those of a group, which stand on an anchor. */
struct shared {
	struct fix_part one;
	struct fix_parts group;
};

VEC_TYPE(struct shared, shareds);

/* Every anchor that takes what the maker says of all who stand on it. */
static struct shareds find_shared(struct making *m, const struct maker *maker)
{
	struct world *world = edited_world(&m->work, m->disk, &m->plan->files);
	struct fix_parts parts = ask_all(m, maker, world);
	struct shareds out = {0};

	vec_each (const struct raise_anchor, anchor, &m->anchors) {
		struct raise_memo memo = {0};
		struct shared s = {0};
		struct str why;

		if (anchor_merge(&m->work, anchor, &parts, &s.group, &s.one) &&
			raise_changes_by(&m->work, world, &m->now.input, &s.one.changes,
				&memo, &s.one.edits, &why) &&
			s.one.edits.n)
			*vec_push(&m->work, &out) = s;
	}
	return out;
}

static bool has_part_of(const struct fix_parts *parts, const struct fix_parts *group)
{
	vec_each (const struct fix_part, x, parts)
		vec_each (const struct fix_part, y, group)
			if (str_eq(x->workload, y->workload))
				return true;
	return false;
}

/* Those of a list that touch neither the same services nor the same bytes. */
struct joined {
	struct shareds taken;
	struct fix_parts ones, all; /* beside taken; of each of their services */
	struct edits edits;
};

/* Each of the group has to be cured; the bytes are those of the one. */
static void join(struct making *m, const struct shared *s, struct joined *out)
{
	if (has_part_of(&out->all, &s->group) || edits_meet(&out->edits, &s->one.edits))
		return;
	*vec_push(&m->work, &out->taken) = *s;
	*vec_push(&m->work, &out->ones) = s->one;
	vec_each (const struct edit, edit, &s->one.edits)
		*vec_push(&m->work, &out->edits) = *edit;
	vec_each (const struct fix_part, part, &s->group) {
		*vec_push(&m->work, &out->all) = *part;
		if (part == s->group.at)
			vec_last(&out->all)->edits = s->one.edits;
	}
}

static bool is_among(const struct fix_parts *parts, const struct fix_part *one)
{
	vec_each (const struct fix_part, part, parts)
		if (part->edits.at == one->edits.at)
			return true;
	return false;
}

/* Only some were wanted: those are proved without the others, and not asked again. */
static bool keep_wanted(
	struct making *m, const struct joined *asked, const struct fix_parts *yes)
{
	struct joined wanted = {0};
	struct edited_files files;
	struct reading after = {0};

	vec_each (const struct shared, s, &asked->taken)
		if (is_among(yes, &s->one))
			join(m, s, &wanted);
		else
			making_refuse(m, &s->group);
	if (!wanted.ones.n || making_try(m, &wanted.all, &files, &after).n)
		return false;
	making_add_diffs(m, &wanted.ones);
	making_keep(m, &wanted.ones, &files, &after);
	return true;
}

/* Are they proved together, for each of their services, wanted, and kept? */
static bool keep_shared(struct making *m, const struct shared *list, size_t n)
{
	struct joined joined = {0};
	struct edited_files files;
	struct reading after = {0};
	struct fix_parts yes;

	for (size_t i = 0; i < n; i++)
		join(m, &list[i], &joined);
	if (making_try(m, &joined.all, &files, &after).n)
		return false;
	making_add_diffs(m, &joined.ones);
	yes = making_ask(m, &joined.ones);
	if (yes.n < joined.ones.n)
		return keep_wanted(m, &joined, &yes);
	making_keep(m, &joined.ones, &files, &after);
	return true;
}

/* All at once, for what one volume's users need they need together; or one of them. */
static bool ask_anchors(struct making *m, const struct maker *maker)
{
	struct shareds list;

	arena_reset(&m->work);
	list = find_shared(m, maker);
	if (list.n > 1 && keep_shared(m, list.at, list.n))
		return true;
	vec_each (const struct shared, s, &list)
		if (keep_shared(m, s, 1))
			return true;
	return false;
}

void shared_run(struct making *m, const struct maker *maker)
{
	size_t tries = m->anchors.n;

	while (tries-- && making_has_more(m) && ask_anchors(m, maker))
		;
}
