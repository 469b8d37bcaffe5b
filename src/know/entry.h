/*
 * entry: one account or group of an accounts cell.
 *
 * Private to know/. A cell is a comma list of "name:uid:gid:home:shell" and
 * "%group:gid"; a part may be "?". "-" alone is the empty list, and a "?" among the
 * entries says that there may be others.
 *
 *	struct entries list = {.fields.rest = cell};
 *	while (entry_next(&list, &entry))
 *		if (entry.is_valid) ...
 */
#ifndef OAKUM_KNOW_ENTRY_H
#define OAKUM_KNOW_ENTRY_H

#include "model/accounts.h"

struct entry {
	bool is_valid; /* false: only text is set */
	bool is_group;
	struct str text, name;
	struct id uid, gid;	/* a group has only a gid */
	struct str home, shell; /* empty: not known */
};

struct entries {
	struct str_fields fields;
	bool has_others; /* a "?" was passed */
};

/* The next entry; false at the end. "-" and "?" are passed over. */
bool entry_next(struct entries *list, struct entry *out);

/* "?" is UNKNOWN, a number up to 4294967294 is SET; false for anything else. */
bool entry_id(struct str text, struct id *out);

#endif
