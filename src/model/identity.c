#include "model/identity.h"

void user_spec_split(struct str spec, struct str *user, struct str *group)
{
	struct str_fields fields = {.rest = spec};

	*user = *group = STR_NONE;
	if (str_next_field(&fields, ':', user))
		(void)str_next_field(&fields, ':', group);
}

/* Go's strconv.Atoi: an optional sign, then digits. */
bool user_spec_number(struct str part, int64_t *out)
{
	bool negative = part.n && part.p[0] == '-';
	struct str digits = part;
	int64_t n = 0;

	if (part.n && (part.p[0] == '-' || part.p[0] == '+'))
		digits = str_from(part, 1);
	if (!digits.n)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		if (!byte_is_digit(digits.p[i]))
			return false;
		if (__builtin_mul_overflow(n, 10, &n) ||
			__builtin_add_overflow(n, digits.p[i] - '0', &n))
			return false;
	}
	*out = negative ? -n : n;
	return true;
}

static bool in_engine_range(int64_t n)
{
	return n >= 0 && n <= ID_MAX_ENGINE;
}

static void refuse(struct identity *id, enum answer valid, int problem, struct str why)
{
	if (valid >= id->is_valid)
		return;
	id->is_valid = valid;
	id->problem = problem;
	id->why = why;
}

static struct str doubt_why(const struct accounts *db, struct str name)
{
	const struct doubt *d = accounts_why_maybe(db, name);

	return d ? d->why : STR("it is made only under a condition");
}

static void take_account(struct identity *id, const struct account *u)
{
	id->account = u;
	id->name = u->name;
	id->uid = u->uid;
	id->gid = u->gid;
	id->home = u->home;
}

static void resolve_number(struct arena *a, struct identity *id, struct str part,
	const struct accounts *db)
{
	const struct account *u = NULL;
	int64_t n;

	if (!user_spec_number(part, &n) || !in_engine_range(n)) {
		refuse(id, ANSWER_NO, IDENTITY_RANGE,
			arena_printf(a, "uid %.*s is outside 0 to 2147483647",
				STR_ARG(part)));
		return;
	}
	id->uid = id_of((uint32_t)n);
	id->has_account = accounts_find_uid(db, (uint32_t)n, &u);
	if (id->has_account == ANSWER_YES && u) {
		take_account(id, u);
		return;
	}
	id->gid = id_of(0);
	if (id->has_account == ANSWER_MAYBE) {
		id->gid.know = FACT_UNKNOWN;
		id->groups_known = false;
		id->why = doubt_why(db, STR_NONE);
	} else {
		id->home = STR("/");
	}
}

static void resolve_name(struct arena *a, struct identity *id, struct str part,
	const struct accounts *db)
{
	const struct account *u;
	enum answer found = accounts_find(db, part, &u);

	id->has_account = found;
	id->name = part;
	if (u)
		take_account(id, u);
	else if (found == ANSWER_MAYBE && str_eq(part, STR("root")))
		id->uid = id_of(0); /* no image is known whose root is another */
	if (found == ANSWER_NO)
		refuse(id, found, IDENTITY_NO_USER,
			arena_printf(a, "no account is named '%.*s'", STR_ARG(part)));
	if (found == ANSWER_MAYBE)
		refuse(id, found, IDENTITY_NO_USER, doubt_why(db, part));
}

static void resolve_user(struct arena *a, struct identity *id, struct str part,
	const struct accounts *db)
{
	int64_t number;

	/* A number is a uid, even where a passwd line has it for a name. */
	if (user_spec_number(part, &number))
		resolve_number(a, id, part, db);
	else if (part.n)
		resolve_name(a, id, part, db);
	else
		resolve_number(a, id, STR("0"), db);
}

static void resolve_group(struct arena *a, struct identity *id, struct str part,
	const struct accounts *db)
{
	const struct account_group *g;
	enum answer found;
	int64_t n;

	id->groups_known = true;
	id->groups = (struct ids){0};
	if (user_spec_number(part, &n)) {
		id->gid = id_of((uint32_t)n);
		if (!in_engine_range(n))
			refuse(id, ANSWER_NO, IDENTITY_RANGE,
				arena_printf(a, "gid %.*s is outside 0 to 2147483647",
					STR_ARG(part)));
		return;
	}
	found = accounts_find_group(db, part, &g);
	id->gid = g ? g->gid : (struct id){.know = FACT_UNKNOWN};
	if (found == ANSWER_NO)
		refuse(id, found, IDENTITY_NO_GROUP,
			arena_printf(a, "no group is named '%.*s'", STR_ARG(part)));
	if (found == ANSWER_MAYBE)
		refuse(id, found, IDENTITY_NO_GROUP, doubt_why(db, part));
}

/* The engine lists every group that names the user, by the order of the file. */
static void add_groups(struct arena *a, struct identity *id, const struct accounts *db)
{
	struct membership_list members = accounts_memberships(a, db);
	struct group_list groups = accounts_groups(a, db);

	if (!id->account)
		return;
	vec_each (const struct account_group *, g, &groups)
		vec_each (const struct membership *, m, &members) {
			if (!str_eq((*m)->user, id->name) ||
				!str_eq((*m)->group, (*g)->name))
				continue;
			if ((*m)->exists != ANSWER_YES)
				id->groups_known = false;
			*vec_push(a, &id->groups) = (*g)->gid;
		}
}

struct identity identity_resolve(
	struct arena *a, struct str spec, const struct accounts *db)
{
	struct identity id = {
		.is_valid = ANSWER_YES, .groups_known = accounts_doubts(db) == NULL};
	struct str user, group;

	user_spec_split(spec, &user, &group);
	resolve_user(a, &id, user, db);
	if (group.n)
		resolve_group(a, &id, group, db);
	else if (id.is_valid != ANSWER_NO)
		add_groups(a, &id, db);
	if (!id.groups_known && !id.why.n)
		id.why = doubt_why(db, id.name);
	return id;
}

enum answer identity_is_root(const struct identity *id)
{
	if (id->uid.know != FACT_SET)
		return ANSWER_MAYBE;
	return answer_of(id->uid.n == 0);
}

struct id id_on_host(struct id inside, const struct id_map *map)
{
	if (!map || inside.know != FACT_SET)
		return inside;
	for (; map; map = map->next)
		if (inside.n >= map->inside && inside.n - map->inside < map->count) {
			inside.n = map->outside + (inside.n - map->inside);
			return inside;
		}
	return (struct id){.know = FACT_UNKNOWN};
}
