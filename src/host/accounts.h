/*
 * accounts: the names of this machine's users and groups, from its files.
 *
 * Private to host/. Depends on base. /etc/passwd, /etc/group and the ranges of
 * /etc/subuid and /etc/subgid, read line by line; other sources of names (LDAP) are not
 * asked, and a name that only they know counts as free.
 *
 *	struct host_accounts names = host_accounts_read(&arena, world);
 *	if (!host_user_of(&names, 1777))
 */
#ifndef OAKUM_HOST_ACCOUNTS_H
#define OAKUM_HOST_ACCOUNTS_H

#include "base/world.h"

enum { HOST_ACCOUNTS_MAX = 100000 }; /* lines of a file that are looked at */

struct host_account {
	struct str name;
	uint32_t id;
	struct str home, shell; /* of a user */
};

VEC_TYPE(struct host_account, host_account_list);

struct host_accounts {
	struct host_account_list users, groups;
};

struct host_accounts host_accounts_read(struct arena *a, struct world *world);

/* The line of that number or name, or NULL. */
const struct host_account *host_account_of(
	const struct host_account_list *list, uint32_t id);
const struct host_account *host_account_named(
	const struct host_account_list *list, struct str name);

/* Somebody who logs in: from 1000 on, with a shell that lets them. */
bool host_account_is_person(const struct host_account *user);

/*
 * The first line of a file like /etc/subuid for that user (by name, else by number);
 * false when it has none.
 */
bool host_range_read(struct world *world, struct str file, struct str name, uint32_t id,
	uint32_t *first, uint32_t *count);

#endif
