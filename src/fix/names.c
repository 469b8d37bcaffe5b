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

/* The one account that was meant, for the one name that nobody creates. */
bool fix_user_not_created(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("user-not-created");
	const struct finding *found = fix_finding(f, rule);
	const struct account *made;

	if (!found || fix_next_finding(f, rule, found))
		return false;
	made = workload_unused_account(f->arena, f->workload);
	if (!made)
		return false;
	rename_all(f, part, found, made->name);
	part->title = arena_printf(f->arena, "Write the name that is created: '%.*s'",
		STR_ARG(made->name));
	part->why = arena_printf(f->arena,
		"Nobody creates '%.*s', so this cannot work; '%.*s' is created and not "
		"used.",
		STR_ARG(span_str(found->span)), STR_ARG(made->name));
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	footprint_names(f, part);
	return true;
}

static bool is_member(const struct fixing *f, struct str name)
{
	struct membership_list all =
		accounts_memberships(f->arena, f->workload->accounts);

	vec_each (const struct membership *, m, &all)
		if (str_eq((*m)->user, name))
			return true;
	return false;
}

/* The numbers that mean the same as what USER says; empty where one is not known. */
static struct str numbers_of(const struct fixing *f, struct str spec)
{
	const struct identity *id = &f->workload->launch.identity;
	struct str user, group;

	user_spec_split(spec, &user, &group);
	if (!id->account || id->uid.know != FACT_SET || id->gid.know != FACT_SET ||
		!(id->account->uid.is_chosen || id->account->is_from_base))
		return STR_NONE;
	/* A group would take the other ones away, unless one is written already. */
	if (!group.n && is_member(f, id->name))
		return arena_printf(f->arena, "%u", id->uid.n);
	return arena_printf(f->arena, "%u:%u", id->uid.n, id->gid.n);
}

bool fix_user_not_numeric(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("user-not-numeric"), spec, numbers;
	const struct fact *user = f->workload->user;
	struct change *c;

	if (!fix_finding(f, rule) || !fact_str(f->arena, user, &spec))
		return false;
	numbers = numbers_of(f, spec);
	if (!numbers.n)
		return false;
	c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
	c->at = user->span;
	c->value = numbers;
	part->title = arena_printf(
		f->arena, "Write the number of '%.*s' into USER", STR_ARG(spec));
	part->why =
		STR("It is the same user; a Kubernetes pod with `runAsNonRoot` cannot "
		    "tell a name from root and refuses to start it.");
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	fix_footprint_build(f, part, "user");
	fix_footprint_build(f, part, "groups");
	return true;
}

bool fix_user_group_drops(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("user-group-drops-supplementary"), spec, user, group;
	static const char *const names[] = {"user", "gid", "groups"};
	const struct fact *said = f->workload->user;
	struct change *c;

	if (!fix_finding(f, rule) || !fact_str(f->arena, said, &spec))
		return false;
	user_spec_split(spec, &user, &group);
	c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);
	c->at = said->span;
	c->value = user;
	part->title = arena_printf(
		f->arena, "Let '%.*s' have all of its groups", STR_ARG(user));
	part->why =
		STR("The group that stands there takes the other ones away; without "
		    "it the engine takes all that the image knows.");
	fix_cures(f, part, rule);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		fix_footprint_build(f, part, names[i]);
	return true;
}
