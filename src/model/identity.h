/*
 * identity: who a process is, inside and on the host.
 *
 * Depends on accounts. identity_resolve answers as the engine does when it starts a
 * container: by the passwd and group files of the image. Its rules are those of
 * GetExecUser in moby/sys (user/user.go): the first passwd line of that name wins, or,
 * for a number ("00" is 0), of that uid; a number without a line is taken as it is and
 * gets gid 0; a name without a line is refused; supplementary groups come only when no group part
 * is written.
 *
 *	struct identity id = identity_resolve(arena, STR("1001"), accounts);
 *	id.gid.n is 0 where no passwd line gives another
 */
#ifndef OAKUM_MODEL_IDENTITY_H
#define OAKUM_MODEL_IDENTITY_H

#include "model/accounts.h"

enum { ID_MAX_ENGINE = 0x7fffffff }; /* the largest uid or gid that the engine takes */

/* inside + n is outside + n on the host, for n < count (user_namespaces(7)). */
struct id_map {
	uint32_t inside, outside, count;
	const struct id_map *next;
};

VEC_TYPE(struct id, ids);

struct identity {
	enum answer is_valid; /* NO: the engine refuses to start it */
	struct id uid, gid;   /* inside */
	struct ids groups;    /* supplementary, inside, without gid */
	bool groups_known;    /* false: there may be others */
	struct str name;      /* of the passwd line; empty when there is none */
	struct str home;      /* of the passwd line, "/" without one, empty: unknown */
	const struct account *account; /* the passwd line, or NULL */
	enum answer has_account;       /* is there a passwd line for the uid */
	enum {
		IDENTITY_WHOLE,
		IDENTITY_NO_USER,
		IDENTITY_NO_GROUP,
		IDENTITY_RANGE
	} problem; /* of is_valid NO or MAYBE */
	struct str
		why; /* a clause for what is refused or not known; empty when whole */
	const struct id_map *uid_map; /* NULL: the ids are those of the host */
};

/* Splits "user:group" as the engine does; a third field is ignored. */
void user_spec_split(struct str spec, struct str *user, struct str *group);

/* A user or group number as the engine reads it ("+0", "00", "-1" are numbers). */
bool user_spec_number(struct str part, int64_t *out);

/* The identity that spec (empty: root) gives in an image with these accounts. */
struct identity identity_resolve(
	struct arena *a, struct str spec, const struct accounts *db);

/* Is it uid 0 inside its container? */
enum answer identity_is_root(const struct identity *id);

/* The number on the host, or UNKNOWN when the map does not hold it. */
struct id id_on_host(struct id inside, const struct id_map *map);

#endif
