/*
 * accounts: the users and groups of an image as they stand after a step.
 *
 * Depends on fact, answer, command. It is /etc/passwd and /etc/group as the engine will
 * read them, as far as they can be known. Persistent: adding gives a new database that
 * shares the old one, so every step keeps its own. What may have changed it behind our
 * back (an unknown base, a script that cannot be seen) is kept as its doubts: with a
 * doubt, a name that is not found answers MAYBE instead of NO.
 *
 *	const struct account *u;
 *	switch (accounts_find(db, STR("app"), &u)) { ... }
 */
#ifndef OAKUM_MODEL_ACCOUNTS_H
#define OAKUM_MODEL_ACCOUNTS_H

#include "model/answer.h"
#include "model/command.h"
#include "model/fact.h"

enum { ACCOUNTS_MAX = 1024 }; /* changes a build; beyond, one doubt covers the rest */

/* A user or group number as far as it is known. */
struct id {
	enum know know;	  /* UNSET: nothing chose it */
	uint32_t n;	  /* when FACT_SET */
	bool is_chosen;	  /* written by the author, not left to the tool */
	struct span span; /* the bytes that chose it */
};

static inline struct id id_of(uint32_t n)
{
	return (struct id){.know = FACT_SET, .n = n};
}

/* What is known of a password: only whether one can log in with it. */
enum password { PASSWORD_LOCKED, PASSWORD_SET, PASSWORD_EMPTY, PASSWORD_UNKNOWN };

/* One line of passwd. */
struct account {
	struct str name;
	struct id uid, gid;
	struct str home, shell; /* empty when not known */
	enum answer exists;	/* MAYBE when a guard decides */
	enum password password;
	bool is_from_base;
	bool is_from_package;	       /* a package made it for its own service */
	bool is_system;		       /* made with -r, --system, -S */
	bool makes_home;	       /* the tool that made it made its home too */
	const struct command *made_by; /* NULL for the base's */
	struct span span; /* the name where it was made; SPAN_NONE for the base's */
	uint32_t serial;  /* order in the file; changes keep it */
};

/* One line of group. */
struct account_group {
	struct str name;
	struct id gid;
	enum answer exists;
	bool is_from_base;
	const struct command *made_by;
	struct span span;
	uint32_t serial;
};

/* user is a supplementary member of group. */
struct membership {
	struct str user, group;
	enum answer exists;
	struct span span;
};

/* Why the database may hold more, or less, than is known. */
struct doubt {
	struct str why;	  /* a clause: "the base image myorg/base is not known" */
	struct span span; /* where it came from */
	const struct doubt *next;
};

struct accounts;

/* No users, no groups, no doubts (FROM scratch). */
const struct accounts *accounts_empty(struct arena *a);

const struct accounts *accounts_add(
	struct arena *a, const struct accounts *db, const struct account *user);
const struct accounts *accounts_add_group(
	struct arena *a, const struct accounts *db, const struct account_group *group);
const struct accounts *accounts_add_member(
	struct arena *a, const struct accounts *db, const struct membership *m);

/* The entry of that name with a new content; adds it when there is none. */
const struct accounts *accounts_change(
	struct arena *a, const struct accounts *db, const struct account *user);

/* gone YES: the entry is away; MAYBE: it may be. */
const struct accounts *accounts_remove(
	struct arena *a, const struct accounts *db, struct str name, enum answer gone);
const struct accounts *accounts_remove_group(
	struct arena *a, const struct accounts *db, struct str name, enum answer gone);
const struct accounts *accounts_remove_member(struct arena *a,
	const struct accounts *db, struct str user, struct str group, enum answer gone);

/* Adds a reason why other accounts may exist that are not known. */
const struct accounts *accounts_doubt(
	struct arena *a, const struct accounts *db, struct str why, struct span span);

/*
 * A program may have rewritten the users (or the groups and who is in them): every one
 * that is known but the one named spared (empty: none) only may exist, its ids are not
 * known, and there may be others. why is a clause, as of a doubt.
 */
const struct accounts *accounts_blur_users(struct arena *a, const struct accounts *db,
	struct str spared, struct str why, struct span span);
const struct accounts *accounts_blur_groups(struct arena *a, const struct accounts *db,
	struct str spared, struct str why, struct span span);

/*
 * Adds a reason why an account of this one name may exist, such as an installed package:
 * as long as none is known, looking it up answers MAYBE. What stands before a '-' of
 * the name counts as the name, and so does a beginning of some length.
 */
const struct accounts *accounts_hint(struct arena *a, const struct accounts *db,
	struct str name, struct str why, struct span span);

/* The reason to think that name may exist although it is not known, or NULL. */
const struct doubt *accounts_why_maybe(const struct accounts *db, struct str name);

/* The doubts, newest first; NULL when the database is complete. */
const struct doubt *accounts_doubts(const struct accounts *db);

/*
 * Is there a user of that name? YES and MAYBE set *found to the entry; MAYBE because of
 * a doubt leaves it NULL. The same for a group, and for the first user (in the order
 * of the file) with a uid.
 */
enum answer accounts_find(
	const struct accounts *db, struct str name, const struct account **found);
enum answer accounts_find_group(
	const struct accounts *db, struct str name, const struct account_group **found);
enum answer accounts_find_uid(
	const struct accounts *db, uint32_t uid, const struct account **found);
enum answer accounts_find_gid(
	const struct accounts *db, uint32_t gid, const struct account_group **found);

/* Every user, group, membership that exists or may, in the order of the files. */
VEC_TYPE(const struct account *, account_list);
VEC_TYPE(const struct account_group *, group_list);
VEC_TYPE(const struct membership *, membership_list);
struct account_list accounts_users(struct arena *a, const struct accounts *db);
struct group_list accounts_groups(struct arena *a, const struct accounts *db);
struct membership_list accounts_memberships(struct arena *a, const struct accounts *db);

/* Changes since the empty database; at ACCOUNTS_MAX only doubts are added. */
uint32_t accounts_changes(const struct accounts *db);

#endif
