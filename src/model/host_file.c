#include "model/host_file.h"

#include "base/acl.h"

const struct host_file host_file_unseen = {
	.is_there = ANSWER_MAYBE, .is_folder = ANSWER_MAYBE};

static const struct acl *acl_of(struct arena *a, struct world *world, struct str path)
{
	struct acl *acl = arena_new(a, struct acl);
	struct str bytes;

	if (!world_xattr(world, path, ACL_ACCESS, &bytes) || !acl_read(a, bytes, acl))
		return NULL;
	return acl;
}

struct host_file host_file_look(struct arena *a, struct world *world, struct str path)
{
	struct world_stat st;
	struct err e;

	if (world_stat(world, path, &st, &e) < 0 || st.kind == WORLD_LINK)
		return host_file_unseen;
	if (st.kind == WORLD_ABSENT)
		return (struct host_file){
			.is_there = ANSWER_NO, .is_folder = ANSWER_NO};
	return (struct host_file){.is_there = ANSWER_YES,
		.is_folder = answer_of(st.kind == WORLD_DIR),
		.mode = st.mode,
		.uid = st.uid,
		.gid = st.gid,
		.acl = acl_of(a, world, path)};
}
