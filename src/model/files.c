#include "model/files.h"

#include "base/path.h"

const struct files *files_put(
	struct arena *a, const struct files *files, const struct file_entry *entry)
{
	struct files *f = arena_new(a, struct files);

	f->older = files;
	f->entry = *entry;
	return f;
}

const struct file_entry *files_find(
	const struct files *files, struct str path, struct str *rest)
{
	for (; files; files = files->older) {
		struct str at = files->entry.path;

		if (!path_is_under(path, at))
			continue;
		*rest = str_from(path, at.n);
		if (str_starts(*rest, STR("/")))
			*rest = str_from(*rest, 1);
		return &files->entry;
	}
	return NULL;
}
