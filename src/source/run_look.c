#include "source/run_look.h"

#include "base/path.h"
#include "model/host_file.h"
#include "source/run_values.h"

/* "C:\\data", "c:/data": absolute on a machine of another kind. */
static bool has_drive(struct str s)
{
	return s.n > 2 && byte_is_alpha(s.p[0]) && s.p[1] == ':' &&
		(s.p[2] == '/' || s.p[2] == '\\');
}

/* Is it a file of the project, and not of whatever machine runs it? */
static bool is_of_project(const struct mount *m)
{
	const struct segment *first = m->source.n ? m->source.at : NULL;

	if (!m->path.n || !first)
		return false;
	if (run_begins_here(m->source) ||
		(first->kind == SEGMENT_EXPANSION && str_eq(first->name, STR("PWD"))))
		return true;
	return first->text.n && first->text.p[0] != '/' && first->text.p[0] != '\\' &&
		first->text.p[0] != '~' && !has_drive(first->text);
}

static bool is_absent(struct source_context *ctx, struct str path)
{
	struct world_stat st;
	struct err e;

	return world_stat(ctx->world, path, &st, &e) == 0 && st.kind == WORLD_ABSENT;
}

/* The engine makes every folder that is missing on the way, all of them as root. */
static struct str first_missing(struct source_context *ctx, struct str path)
{
	struct str up = path_dir(path);

	/* Nothing is above "/" and ".", not even where these are not there. */
	while (!str_eq(up, path) && is_absent(ctx, up)) {
		path = up;
		up = path_dir(path);
	}
	return path;
}

/* Of a permissive SELinux nothing is refused. */
static bool is_enforcing(struct source_context *ctx)
{
	const struct file *file;
	struct err e;

	return world_read(ctx->world, STR("/sys/fs/selinux/enforce"), &file, &e) == 0 &&
		str_starts(file->bytes, STR("1"));
}

/* A label counts only where SELinux enforces it; it is stored with its final zero. */
static struct str label_of(struct source_context *ctx, struct str path)
{
	struct str bytes;

	if (!is_enforcing(ctx) ||
		!world_xattr(ctx->world, path, STR("security.selinux"), &bytes))
		return STR_NONE;
	return str_sub(bytes, 0, str_find(bytes, '\0'));
}

static struct host_file look(struct source_context *ctx, struct str path)
{
	struct host_file file = host_file_look(ctx->arena, ctx->world, path);

	if (file.is_there == ANSWER_NO)
		file.first_missing = first_missing(ctx, path);
	if (file.is_there == ANSWER_YES)
		file.label = label_of(ctx, path);
	return file;
}

void run_look(struct source_context *ctx, struct run *run)
{
	vec_each (struct mount, m, &run->mounts)
		m->host = is_of_project(m) ? look(ctx, m->path) : host_file_unseen;
	vec_each (struct env_file, file, &run->env_files)
		file->host = file->path.n ? look(ctx, file->path) : host_file_unseen;
}
