#include "model/workload.h"

struct str runs_as_name(enum runs_as r)
{
	static const struct str names[] = {
		[RUNS_AS_UNKNOWN] = STR_INIT("unknown"),
		[RUNS_AS_ROOT] = STR_INIT("root"),
		[RUNS_AS_USER] = STR_INIT("user"),
		[RUNS_AS_ROOT_THEN_DROPS] = STR_INIT("drops"),
		[RUNS_NOT_AT_ALL] = STR_INIT("broken"),
	};

	return names[r];
}

/* Root at the start: whether it stays so is the entrypoint's to say. */
static enum runs_as after_drop(const struct drop *drop)
{
	if (drop->drops == ANSWER_NO)
		return RUNS_AS_ROOT;
	if (drop->drops == ANSWER_MAYBE)
		return RUNS_AS_UNKNOWN;
	/* gosu root and the like change nothing. */
	return identity_is_root(&drop->identity) == ANSWER_YES
		? RUNS_AS_ROOT
		: RUNS_AS_ROOT_THEN_DROPS;
}

/*
 * A name whose account cannot be seen is taken as somebody else than root: an account
 * of uid 0 under another name is a backdoor, not a base image. It stays uncertain
 * (is_valid MAYBE), because there may be no such account at all.
 */
static enum answer starts_as_root(const struct identity *id)
{
	if (id->uid.know != FACT_SET && id->name.n)
		return ANSWER_NO;
	return identity_is_root(id);
}

static enum runs_as decide(const struct identity *id, const struct drop *drop)
{
	if (id->is_valid == ANSWER_NO)
		return RUNS_NOT_AT_ALL;
	switch (starts_as_root(id)) {
	case ANSWER_NO:
		return RUNS_AS_USER;
	case ANSWER_YES:
		return after_drop(drop);
	case ANSWER_MAYBE:
		break;
	}
	return RUNS_AS_UNKNOWN;
}

/*
 * The engine looks the first group up once more, by its number as a name before its
 * number: a group that is called 3000 joins a container of gid 3000.
 */
static void add_namesake(
	struct arena *a, struct identity *id, const struct accounts *accounts)
{
	const struct account_group *named, *numbered;

	if (id->gid.know != FACT_SET ||
		accounts_find_group(accounts, arena_printf(a, "%u", id->gid.n),
			&named) != ANSWER_YES)
		return;
	if (accounts_find_gid(accounts, id->gid.n, &numbered) == ANSWER_YES &&
		numbered->serial < named->serial)
		return;
	*vec_push(a, &id->groups) = named->gid;
}

struct launch launch_decide(struct arena *a, const struct fact *user,
	const struct accounts *accounts, struct drop drop)
{
	struct launch l = {.user = user, .drop = drop};
	struct str spec = STR("");

	if (user->know == FACT_UNKNOWN) {
		l.why = user->why;
		l.identity.groups_known = false;
		l.identity.has_account = ANSWER_MAYBE;
		l.identity.is_valid = ANSWER_MAYBE;
		return l;
	}
	if (user->know == FACT_SET)
		(void)value_str(a, user->value, &spec);
	l.identity = identity_resolve(a, spec, accounts);
	add_namesake(a, &l.identity, accounts);
	l.runs_as = decide(&l.identity, &l.drop);
	/* gosu 0:GROUP stays root, in another group. */
	if (l.runs_as == RUNS_AS_ROOT && drop.drops == ANSWER_YES)
		l.identity = drop.identity;
	l.why = l.identity.why;
	/* Root at the start for sure: then it is the entrypoint that cannot be told. */
	if (l.runs_as == RUNS_AS_UNKNOWN && identity_is_root(&l.identity) == ANSWER_YES)
		l.why = drop.why;
	return l;
}
