/*
 * secret_name: which names hold secrets, and what a value of such a name is.
 *
 * Depends on base. Private to rule/. A name is cut into words at '_', '-', '.' and
 * before capitals; some words make it a secret (PASSWORD, TOKEN, API KEY), some words
 * say that it only speaks about one (…_FILE, …_TTL, MAX_…). The lists come from names
 * that BuildKit's SecretsUsedInArgOrEnv looks for, and from what its users, and those of
 * dockle and hadolint, reported as wrongly found (moby/buildkit#5775, #5504,
 * goodwithtech/dockle#159).
 *
 *	if (secret_name_is(STR("POSTGRES_PASSWORD")) &&
 *		secret_value_kind(text) != SECRET_NONE) ...
 */
#ifndef OAKUM_RULE_SECRET_NAME_H
#define OAKUM_RULE_SECRET_NAME_H

#include "base/str.h"

/* Is a variable, option or label of that name there to hold a secret? */
bool secret_name_is(struct str name);

enum secret_kind {
	SECRET_NONE,	    /* empty, a switch, a path: no secret at all */
	SECRET_PLACEHOLDER, /* "<your token>", "xxxx": to be filled in */
	SECRET_EVERYBODYS,  /* "changeme", "postgres": known to all */
	SECRET_OWN,
};

enum secret_kind secret_value_kind(struct str text);

/* The password of scheme://user:password@host: its place in text; false: none. */
bool secret_of_address(struct str text, struct str *password);

#endif
