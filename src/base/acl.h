/*
 * acl: access control lists of Linux, as they stand in an extended attribute.
 *
 * Depends on arena, vec. Where a path has a list, it decides in the place of the group
 * bits of its mode, which then show the list's mask (acl(5)). The bytes are those of
 * linux/posix_acl_xattr.h: a version, then eight bytes an entry, little endian.
 *
 *	struct acl acl;
 *	if (world_xattr(w, path, ACL_ACCESS, &bytes) && acl_read(&arena, bytes, &acl))
 *		use(acl.at, acl.n);
 */
#ifndef OAKUM_BASE_ACL_H
#define OAKUM_BASE_ACL_H

#include "base/arena.h"
#include "base/vec.h"

#define ACL_ACCESS  STR("system.posix_acl_access")
#define ACL_DEFAULT STR("system.posix_acl_default") /* what new entries inherit */

enum { ACL_ENTRIES_MAX = 500 };

/* The numbers are the kernel's (linux/posix_acl.h). */
enum acl_tag {
	ACL_OWNER = 0x01,
	ACL_USER = 0x02, /* one more user, id */
	ACL_OWNING_GROUP = 0x04,
	ACL_GROUP = 0x08, /* one more group, id */
	ACL_MASK = 0x10,  /* what all but owner and others get at most */
	ACL_OTHER = 0x20,
};

struct acl_entry {
	enum acl_tag tag;
	uint32_t bits; /* 4 read, 2 write, 1 execute */
	uint32_t id;
};

VEC_TYPE(struct acl_entry, acl);

/* False for bytes that are no list, or one of more than ACL_ENTRIES_MAX entries. */
bool acl_read(struct arena *a, struct str bytes, struct acl *out);

/* The bytes of the attribute. */
struct str acl_write(struct arena *a, const struct acl *acl);

/* The list that says what mode says, for a path without one. */
struct acl acl_of_mode(struct arena *a, uint32_t mode);

/*
 * Gives the user at least bits, and widens the mask so that they count. The order is
 * that of the kernel (by tag, then id).
 */
void acl_allow(struct arena *a, struct acl *acl, uint32_t uid, uint32_t bits);

/* What the mask leaves of an entry's bits. */
uint32_t acl_effective(const struct acl *acl, const struct acl_entry *entry);

/* The entry of that tag (and id, for USER and GROUP), or NULL. */
const struct acl_entry *acl_find(const struct acl *acl, enum acl_tag tag, uint32_t id);

#endif
