/*
 * Names of users and groups that stand where they cannot work: the right one instead.
 */
#include "fix/makers.h"

#include "model/query.h"

/* What the accounts of the files that a Dockerfile makes may look like afterwards. */
static void footprint_names(struct fixing *f, struct fix_part *part)
{
	static const char *const names[] = {"user", "uid", "gid", "groups", "home",
		"runs_as", "drops_to", "copy/*", "run/*", "entrypoint", "cmd",
		"account/*", "group/*"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		fix_footprint_build(f, part, names[i]);
}

/* The bytes at `at` and at every related place of the finding become name. */
static void rename_all(struct fixing *f, struct fix_part *part,
	const struct finding *found, struct str name)
{
	struct str old = span_str(found->span);
	struct change *c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);

	c->at = found->span;
	c->value = name;
	vec_each (const struct related, r, &found->related) {
		if (!str_eq(span_str(r->span), old))
			continue;
		c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
		c->at = r->span;
		c->value = name;
	}
}

/* The accounts at the end of the stage in which span stands. */
static const struct accounts *accounts_at(const struct fixing *f, struct span span)
{
	const struct accounts *db = f->workload->accounts;

	if (!f->workload->build)
		return db;
	vec_each (struct stage *const, stage, &f->workload->build->stages)
		if ((*stage)->span.file == span.file &&
			(*stage)->span.offset <= span.offset)
			db = (*stage)->end->accounts;
	return db;
}

bool fix_user_name_typo(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("user-name-typo"), first = STR_NONE, meant = STR_NONE;

	for (const struct finding *found = fix_finding(f, rule); found;
		found = fix_next_finding(f, rule, found)) {
		const struct accounts *db = accounts_at(f, found->span);
		struct str written = span_str(found->span);
		struct str near = str_starts(found->evidence, STR("group "))
			? accounts_nearest_group(f->arena, db, written)
			: accounts_nearest(f->arena, db, written);

		if (!near.n)
			continue;
		rename_all(f, part, found, near);
		first = first.n ? first : written;
		meant = meant.n ? meant : near;
	}
	if (!meant.n)
		return false;
	part->title = arena_printf(
		f->arena, "Write the name that exists: '%.*s'", STR_ARG(meant));
	part->why = arena_printf(f->arena,
		"Nobody creates '%.*s', so this cannot work; '%.*s' is created.",
		STR_ARG(first), STR_ARG(meant));
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	footprint_names(f, part);
	return true;
}
