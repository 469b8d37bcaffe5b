#include "base/acl.h"

#include "base/buf.h"

#include <stdlib.h>

enum { VERSION = 2, HEAD = 4, ENTRY = 8 };

static const uint32_t no_id = 0xffffffff;

static uint32_t get(const char *p, int bytes)
{
	uint32_t n = 0;

	while (bytes--)
		n = n << 8 | (uint8_t)p[bytes];
	return n;
}

static void put(struct buf *out, uint32_t n, int bytes)
{
	for (; bytes--; n >>= 8)
		buf_char(out, (char)(n & 0xff));
}

static bool has_id(enum acl_tag tag)
{
	return tag == ACL_USER || tag == ACL_GROUP;
}

static bool is_tag(uint32_t tag)
{
	return tag && !(tag & (tag - 1)) && tag <= ACL_OTHER;
}

bool acl_read(struct arena *a, struct str bytes, struct acl *out)
{
	struct acl acl = {0};

	if (bytes.n < HEAD || (bytes.n - HEAD) % ENTRY ||
		(bytes.n - HEAD) / ENTRY > ACL_ENTRIES_MAX ||
		get(bytes.p, HEAD) != VERSION)
		return false;
	for (size_t at = HEAD; at < bytes.n; at += ENTRY) {
		uint32_t tag = get(bytes.p + at, 2);

		if (!is_tag(tag))
			return false;
		*vec_push(a, &acl) = (struct acl_entry){.tag = (enum acl_tag)tag,
			.bits = get(bytes.p + at + 2, 2) & 7,
			.id = get(bytes.p + at + 4, 4)};
	}
	*out = acl;
	return true;
}

struct str acl_write(struct arena *a, const struct acl *acl)
{
	struct buf out = {.arena = a};

	put(&out, VERSION, HEAD);
	vec_each (const struct acl_entry, entry, acl) {
		put(&out, entry->tag, 2);
		put(&out, entry->bits, 2);
		put(&out, has_id(entry->tag) ? entry->id : no_id, 4);
	}
	return buf_str(&out);
}

struct acl acl_of_mode(struct arena *a, uint32_t mode)
{
	struct acl acl = {0};

	*vec_push(a, &acl) =
		(struct acl_entry){.tag = ACL_OWNER, .bits = mode >> 6 & 7};
	*vec_push(a, &acl) =
		(struct acl_entry){.tag = ACL_OWNING_GROUP, .bits = mode >> 3 & 7};
	*vec_push(a, &acl) = (struct acl_entry){.tag = ACL_OTHER, .bits = mode & 7};
	return acl;
}

static struct acl_entry *find(const struct acl *acl, enum acl_tag tag, uint32_t id)
{
	for (size_t i = 0; i < acl->n; i++)
		if (acl->at[i].tag == tag && (!has_id(tag) || acl->at[i].id == id))
			return &acl->at[i];
	return NULL;
}

const struct acl_entry *acl_find(const struct acl *acl, enum acl_tag tag, uint32_t id)
{
	return find(acl, tag, id);
}

uint32_t acl_effective(const struct acl *acl, const struct acl_entry *entry)
{
	const struct acl_entry *mask = find(acl, ACL_MASK, 0);

	if (!mask || entry->tag == ACL_OWNER || entry->tag == ACL_OTHER)
		return entry->bits;
	return entry->bits & mask->bits;
}

static int compare(const void *left, const void *right)
{
	const struct acl_entry *a = left, *b = right;

	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static struct acl_entry *find_or_add(
	struct arena *a, struct acl *acl, enum acl_tag tag, uint32_t id)
{
	struct acl_entry *entry = find(acl, tag, id);

	if (!entry) {
		entry = vec_push(a, acl);
		*entry = (struct acl_entry){.tag = tag, .id = id};
	}
	return entry;
}

void acl_allow(struct arena *a, struct acl *acl, uint32_t uid, uint32_t bits)
{
	const struct acl_entry *group = find(acl, ACL_OWNING_GROUP, 0);
	const struct acl_entry *mask = find(acl, ACL_MASK, 0);
	/* Without a mask the group's bits were all that the middle could have. */
	uint32_t middle = mask ? mask->bits : group ? group->bits : 0;

	find_or_add(a, acl, ACL_USER, uid)->bits |= bits;
	find_or_add(a, acl, ACL_MASK, 0)->bits = middle | bits;
	qsort(acl->at, acl->n, sizeof(*acl->at), compare);
}
