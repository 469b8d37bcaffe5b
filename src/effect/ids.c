#include "effect/tool.h"

/*
 * Which numbers are taken. A number that may be taken makes every answer uncertain,
 * because each tool searches in its own order.
 */
struct taken {
	uint32_t first, last;
	VEC(uint32_t) ids;
	bool is_uncertain;
};

static void take(struct arena *a, struct taken *t, struct id id, enum answer exists)
{
	if (id.know != FACT_SET) {
		t->is_uncertain = true;
		return;
	}
	if (id.n < t->first || id.n > t->last)
		return;
	if (exists == ANSWER_MAYBE)
		t->is_uncertain = true;
	*vec_push(a, &t->ids) = id.n;
}

static bool is_taken(const struct taken *t, uint32_t id)
{
	vec_each (uint32_t, n, &t->ids)
		if (*n == id)
			return true;
	return false;
}

static void collect(
	struct arena *a, const struct runner *run, struct taken *t, enum id_space space)
{
	const struct accounts *db = run->state->accounts;
	struct account_list users;
	struct group_list groups;

	if (accounts_doubts(db))
		t->is_uncertain = true;
	/* A full database takes no more, so which number is free does not matter. */
	if (accounts_changes(db) > ACCOUNTS_MAX)
		return;
	users = accounts_users(a, db);
	groups = accounts_groups(a, db);
	if (space & SPACE_USERS)
		vec_each (const struct account *, u, &users)
			take(a, t, (*u)->uid, (*u)->exists);
	if (space & SPACE_GROUPS)
		vec_each (const struct account_group *, g, &groups)
			take(a, t, (*g)->gid, (*g)->exists);
}

static struct id search_up(const struct taken *t)
{
	for (uint32_t id = t->first; id <= t->last; id++)
		if (!is_taken(t, id))
			return id_of(id);
	return id_unknown();
}

static struct id search_down(const struct taken *t, uint32_t from)
{
	for (uint32_t id = from; id >= t->first && id; id--)
		if (!is_taken(t, id))
			return id_of(id);
	return id_unknown();
}

/* shadow's find_new_uid: one above the highest in the range, else the first free. */
static struct id search_highest(const struct taken *t)
{
	uint32_t next = t->first;

	vec_each (uint32_t, n, &t->ids)
		if (*n >= next)
			next = *n + 1;
	for (uint32_t id = next; id <= t->last; id++)
		if (!is_taken(t, id))
			return id_of(id);
	return search_up(t);
}

/* The same for system accounts: one below the lowest, else down from the top. */
static struct id search_lowest(const struct taken *t)
{
	uint32_t next = t->last;
	struct id found;

	vec_each (uint32_t, n, &t->ids)
		if (*n <= next)
			next = *n - 1;
	if (next < t->first)
		next = t->last;
	found = search_down(t, next);
	return found.know == FACT_SET ? found : search_down(t, t->last);
}

/* Packages whose accounts are not known take system ids. */
static bool may_hold_more(const struct runner *run, uint32_t first)
{
	return run->state->packages && first < 1000;
}

struct id id_next(const struct runner *run, enum id_space space, enum id_search search,
	uint32_t first, uint32_t last)
{
	static struct id (*const searches[])(const struct taken *) = {
		[SEARCH_UP] = search_up,
		[SEARCH_HIGHEST] = search_highest,
		[SEARCH_LOWEST] = search_lowest,
	};
	struct taken t = {.first = first, .last = last};
	struct arena scratch = {0};
	struct id id = id_unknown();

	collect(&scratch, run, &t, space);
	if (!t.is_uncertain && !may_hold_more(run, first))
		id = searches[search](&t);
	arena_free(&scratch);
	return id;
}

struct id id_chosen(struct arena *a, const struct word *word)
{
	struct id id = {.is_chosen = true, .span = word->span};
	struct str text;

	if (word_str(a, word, &text) && str_to_u32(text, &id.n))
		id.know = FACT_SET;
	return id;
}
