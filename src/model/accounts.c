#include "model/accounts.h"

/*
 * Three persistent lists, newest first. The newest entry of a name is the one that
 * holds; an entry that went away is hidden by a tombstone. Lists stay short (a build
 * makes a handful of accounts on top of its base's forty), so they are walked. Each
 * node knows which older one it hides, so that a walk over all of them is one pass.
 */
enum { HIDES_NONE = UINT32_MAX };

struct rank {
	uint32_t index; /* how many older nodes there are; below ACCOUNTS_MAX */
	uint32_t
		hides; /* the index of the older node of the same name, or HIDES_NONE */
};

/* The nodes that a walk from the newest on has found to be hidden. */
struct hidden {
	uint64_t bits[ACCOUNTS_MAX / 64];
};

struct user_node {
	const struct user_node *older;
	struct rank rank;
	struct account account;
	enum answer gone; /* a tombstone for account.name, or NO */
};

struct group_node {
	const struct group_node *older;
	struct rank rank;
	struct account_group group;
	enum answer gone;
};

struct member_node {
	const struct member_node *older;
	struct rank rank;
	struct membership member;
	enum answer gone;
};

struct hint_node {
	const struct hint_node *older;
	struct str name;
	struct doubt doubt; /* its next stays NULL */
};

struct accounts {
	const struct user_node *users;
	const struct group_node *groups;
	const struct member_node *members;
	const struct doubt *doubts;
	const struct hint_node *hints;
	uint32_t changes, hint_count, next_serial;
};

/* Is the node of this rank hidden? To be asked of every node, newest first. */
static bool is_hidden(struct hidden *hidden, struct rank rank)
{
	if (rank.hides != HIDES_NONE)
		hidden->bits[rank.hides / 64] |= 1ull << rank.hides % 64;
	return hidden->bits[rank.index / 64] >> rank.index % 64 & 1;
}

const struct accounts *accounts_empty(struct arena *a)
{
	return arena_new(a, struct accounts);
}

uint32_t accounts_changes(const struct accounts *db)
{
	return db->changes;
}

const struct doubt *accounts_doubts(const struct accounts *db)
{
	return db->doubts;
}

const struct accounts *accounts_doubt(
	struct arena *a, const struct accounts *db, struct str why, struct span span)
{
	struct accounts *next = arena_new(a, struct accounts);
	struct doubt *d = arena_new(a, struct doubt);

	*next = *db;
	*d = (struct doubt){why, span, db->doubts};
	next->doubts = d;
	return next;
}

const struct accounts *accounts_hint(struct arena *a, const struct accounts *db,
	struct str name, struct str why, struct span span)
{
	struct accounts *next;
	struct hint_node *h;

	if (db->hint_count >= ACCOUNTS_MAX)
		return db->doubts ? db : accounts_doubt(a, db, why, span);
	next = arena_new(a, struct accounts);
	*next = *db;
	next->hint_count++;
	h = arena_new(a, struct hint_node);
	*h = (struct hint_node){db->hints, name, {why, span, NULL}};
	next->hints = h;
	return next;
}

enum { HINT_PREFIX_MIN = 6 }; /* bytes of a name that a longer one may begin with */

/* "nginx" may come with nginx-full, "postgres" with postgresql-9.3. */
static bool hint_covers(struct str hint, struct str name)
{
	if (!name.n || !str_starts(hint, name))
		return false;
	return hint.n == name.n || hint.p[name.n] == '-' || name.n >= HINT_PREFIX_MIN;
}

const struct doubt *accounts_why_maybe(const struct accounts *db, struct str name)
{
	for (const struct hint_node *h = db->hints; h; h = h->older)
		if (hint_covers(h->name, name))
			return &h->doubt;
	return db->doubts;
}

/* A copy of db that may take one more change; NULL when it is full. */
static struct accounts *one_more(struct arena *a, const struct accounts *db,
	struct span span, const struct accounts **full)
{
	struct accounts *next;

	if (db->changes >= ACCOUNTS_MAX) {
		*full = db;
		if (db->changes == ACCOUNTS_MAX) {
			next = (struct accounts *)accounts_doubt(a, db,
				STR("more accounts are made than oakum follows"), span);
			next->changes++;
			*full = next;
		}
		return NULL;
	}
	next = arena_new(a, struct accounts);
	*next = *db;
	next->changes++;
	next->next_serial++;
	return next;
}

static const struct user_node *newest(const struct accounts *db, struct str name)
{
	for (const struct user_node *n = db->users; n; n = n->older)
		if (str_eq(n->account.name, name))
			return n;
	return NULL;
}

/* What an entry that exists so surely is after a removal that happens so surely. */
static enum answer still_there(enum answer exists, enum answer gone)
{
	return answer_and(exists, answer_not(gone));
}

static const struct accounts *push_user(struct arena *a, const struct accounts *db,
	const struct account *user, enum answer gone, uint32_t serial)
{
	const struct accounts *full;
	struct accounts *next = one_more(a, db, user->span, &full);
	const struct user_node *old;
	struct user_node *node;

	if (!next)
		return full;
	old = newest(db, user->name);
	node = arena_new(a, struct user_node);
	node->older = db->users;
	node->rank.index = db->users ? db->users->rank.index + 1 : 0;
	node->rank.hides = old ? old->rank.index : HIDES_NONE;
	node->account = *user;
	node->account.serial = serial;
	node->gone = gone;
	next->users = node;
	return next;
}

const struct accounts *accounts_add(
	struct arena *a, const struct accounts *db, const struct account *user)
{
	return push_user(a, db, user, ANSWER_NO, db->next_serial);
}

const struct accounts *accounts_change(
	struct arena *a, const struct accounts *db, const struct account *user)
{
	const struct user_node *old = newest(db, user->name);

	return push_user(a, db, user, ANSWER_NO,
		old && old->gone == ANSWER_NO ? old->account.serial : db->next_serial);
}

const struct accounts *accounts_remove(
	struct arena *a, const struct accounts *db, struct str name, enum answer gone)
{
	const struct user_node *old = newest(db, name);
	struct account tombstone = {.name = name};

	if (gone == ANSWER_NO)
		return db;
	if (old)
		tombstone = old->account;
	return push_user(a, db, &tombstone, gone, tombstone.serial);
}

static const struct group_node *newest_group(const struct accounts *db, struct str name)
{
	for (const struct group_node *n = db->groups; n; n = n->older)
		if (str_eq(n->group.name, name))
			return n;
	return NULL;
}

static const struct accounts *push_group(struct arena *a, const struct accounts *db,
	const struct account_group *group, enum answer gone)
{
	const struct accounts *full;
	struct accounts *next = one_more(a, db, group->span, &full);
	const struct group_node *old;
	struct group_node *node;

	if (!next)
		return full;
	old = newest_group(db, group->name);
	node = arena_new(a, struct group_node);
	node->older = db->groups;
	node->rank.index = db->groups ? db->groups->rank.index + 1 : 0;
	node->rank.hides = old ? old->rank.index : HIDES_NONE;
	node->group = *group;
	node->group.serial = db->next_serial;
	node->gone = gone;
	next->groups = node;
	return next;
}

const struct accounts *accounts_add_group(
	struct arena *a, const struct accounts *db, const struct account_group *group)
{
	return push_group(a, db, group, ANSWER_NO);
}

const struct accounts *accounts_remove_group(
	struct arena *a, const struct accounts *db, struct str name, enum answer gone)
{
	const struct group_node *old = newest_group(db, name);
	struct account_group tombstone = {.name = name};

	if (old)
		tombstone = old->group;
	return gone == ANSWER_NO ? db : push_group(a, db, &tombstone, gone);
}

static const struct member_node *newest_member(
	const struct accounts *db, const struct membership *m)
{
	for (const struct member_node *n = db->members; n; n = n->older)
		if (str_eq(n->member.user, m->user) &&
			str_eq(n->member.group, m->group))
			return n;
	return NULL;
}

static const struct accounts *push_member(struct arena *a, const struct accounts *db,
	const struct membership *m, enum answer gone)
{
	const struct accounts *full;
	struct accounts *next = one_more(a, db, m->span, &full);
	const struct member_node *old;
	struct member_node *node;

	if (!next)
		return full;
	old = newest_member(db, m);
	node = arena_new(a, struct member_node);
	node->older = db->members;
	node->rank.index = db->members ? db->members->rank.index + 1 : 0;
	node->rank.hides = old ? old->rank.index : HIDES_NONE;
	node->member = *m;
	node->gone = gone;
	next->members = node;
	return next;
}

const struct accounts *accounts_add_member(
	struct arena *a, const struct accounts *db, const struct membership *m)
{
	return push_member(a, db, m, ANSWER_NO);
}

const struct accounts *accounts_remove_member(struct arena *a,
	const struct accounts *db, struct str user, struct str group, enum answer gone)
{
	struct membership m = {.user = user, .group = group};

	for (const struct member_node *n = db->members; n; n = n->older)
		if (str_eq(n->member.user, user) && str_eq(n->member.group, group)) {
			m = n->member;
			m.exists = still_there(m.exists, n->gone);
			break;
		}
	/* What may have gone is listed as what may be there. */
	if (gone == ANSWER_MAYBE) {
		m.exists = still_there(m.exists, gone);
		return push_member(a, db, &m, ANSWER_NO);
	}
	return gone == ANSWER_NO ? db : push_member(a, db, &m, gone);
}

static enum answer absent(const struct accounts *db)
{
	return db->doubts ? ANSWER_MAYBE : ANSWER_NO;
}

static enum answer absent_name(const struct accounts *db, struct str name)
{
	return accounts_why_maybe(db, name) ? ANSWER_MAYBE : ANSWER_NO;
}

enum answer accounts_find(
	const struct accounts *db, struct str name, const struct account **found)
{
	const struct user_node *n = newest(db, name);

	*found = NULL;
	if (!n)
		return absent_name(db, name);
	if (still_there(n->account.exists, n->gone) == ANSWER_NO)
		return ANSWER_NO;
	*found = &n->account;
	return still_there(n->account.exists, n->gone);
}

enum answer accounts_find_group(
	const struct accounts *db, struct str name, const struct account_group **found)
{
	*found = NULL;
	for (const struct group_node *n = db->groups; n; n = n->older) {
		if (!str_eq(n->group.name, name))
			continue;
		if (still_there(n->group.exists, n->gone) == ANSWER_NO)
			return ANSWER_NO;
		*found = &n->group;
		return still_there(n->group.exists, n->gone);
	}
	return absent_name(db, name);
}

enum answer accounts_find_uid(
	const struct accounts *db, uint32_t uid, const struct account **found)
{
	enum answer answer = absent(db);
	struct hidden hidden = {0};

	*found = NULL;
	for (const struct user_node *n = db->users; n; n = n->older) {
		enum answer there = still_there(n->account.exists, n->gone);

		if (is_hidden(&hidden, n->rank) || there == ANSWER_NO)
			continue;
		if (n->account.uid.know != FACT_SET) {
			answer = answer_or(answer, ANSWER_MAYBE);
			continue;
		}
		if (n->account.uid.n != uid)
			continue;
		/* Of several the one that stands first in the file. */
		if (!*found || n->account.serial < (*found)->serial) {
			*found = &n->account;
			answer = there;
		}
	}
	return answer;
}

enum answer accounts_find_gid(
	const struct accounts *db, uint32_t gid, const struct account_group **found)
{
	enum answer answer = absent(db);
	struct hidden hidden = {0};

	*found = NULL;
	for (const struct group_node *n = db->groups; n; n = n->older) {
		enum answer there = still_there(n->group.exists, n->gone);

		if (is_hidden(&hidden, n->rank) || there == ANSWER_NO)
			continue;
		if (n->group.gid.know != FACT_SET) {
			answer = answer_or(answer, ANSWER_MAYBE);
			continue;
		}
		if (n->group.gid.n != gid)
			continue;
		if (!*found || n->group.serial < (*found)->serial) {
			*found = &n->group;
			answer = there;
		}
	}
	return answer;
}

/* Into the order of the file; the list comes newest first, so most is only turned. */
static void sort_users(struct account_list *list)
{
	for (size_t i = 0; i < list->n / 2; i++) {
		const struct account *swap = list->at[i];

		list->at[i] = list->at[list->n - 1 - i];
		list->at[list->n - 1 - i] = swap;
	}
	for (size_t i = 1; i < list->n; i++) {
		const struct account *item = list->at[i];
		size_t j = i;

		for (; j > 0 && list->at[j - 1]->serial > item->serial; j--)
			list->at[j] = list->at[j - 1];
		list->at[j] = item;
	}
}

struct account_list accounts_users(struct arena *a, const struct accounts *db)
{
	struct account_list list = {0};
	struct hidden hidden = {0};

	for (const struct user_node *n = db->users; n; n = n->older) {
		if (is_hidden(&hidden, n->rank) ||
			still_there(n->account.exists, n->gone) == ANSWER_NO)
			continue;
		*vec_push(a, &list) = &n->account;
	}
	sort_users(&list);
	return list;
}

struct group_list accounts_groups(struct arena *a, const struct accounts *db)
{
	struct group_list list = {0};
	struct hidden hidden = {0};

	for (const struct group_node *n = db->groups; n; n = n->older)
		if (!is_hidden(&hidden, n->rank) &&
			still_there(n->group.exists, n->gone) != ANSWER_NO)
			*vec_push(a, &list) = &n->group;
	for (size_t i = 0; i < list.n / 2; i++) {
		const struct account_group *swap = list.at[i];

		list.at[i] = list.at[list.n - 1 - i];
		list.at[list.n - 1 - i] = swap;
	}
	return list;
}

struct membership_list accounts_memberships(struct arena *a, const struct accounts *db)
{
	struct membership_list list = {0};
	struct hidden hidden = {0};

	for (const struct member_node *n = db->members; n; n = n->older)
		if (!is_hidden(&hidden, n->rank) &&
			still_there(n->member.exists, n->gone) != ANSWER_NO)
			*vec_push(a, &list) = &n->member;
	return list;
}

const struct accounts *accounts_blur_users(struct arena *a, const struct accounts *db,
	struct str spared, struct str why, struct span span)
{
	struct account_list all = accounts_users(a, db);

	vec_each (const struct account *, u, &all) {
		struct account blurred = **u;

		if (str_eq(blurred.name, spared))
			continue;
		blurred.exists = ANSWER_MAYBE;
		blurred.uid.know = blurred.gid.know = FACT_UNKNOWN;
		db = accounts_change(a, db, &blurred);
	}
	return accounts_doubt(a, db, why, span);
}

const struct accounts *accounts_blur_groups(struct arena *a, const struct accounts *db,
	struct str spared, struct str why, struct span span)
{
	struct group_list all = accounts_groups(a, db);
	struct membership_list members = accounts_memberships(a, db);

	vec_each (const struct account_group *, g, &all) {
		struct account_group blurred = **g;

		if (str_eq(blurred.name, spared))
			continue;
		blurred.exists = ANSWER_MAYBE;
		blurred.gid.know = FACT_UNKNOWN;
		db = accounts_add_group(a, db, &blurred);
	}
	vec_each (const struct membership *, m, &members)
		db = accounts_remove_member(
			a, db, (*m)->user, (*m)->group, ANSWER_MAYBE);
	return accounts_doubt(a, db, why, span);
}
