#include "cli/audit_ignore.h"

#include "policy/inline.h"

VEC_TYPE(const struct file *, file_list);

static void add_file(struct arena *a, struct file_list *list, const struct file *file)
{
	if (!file)
		return;
	/* Read twice, it is the same file all the same. */
	vec_each (const struct file *, other, list)
		if (str_eq((*other)->path, file->path))
			return;
	*vec_push(a, list) = file;
}

/*
 * What the input was read from: its own file, the files of its builds, and wherever a
 * fact of a workload stands.
 */
static struct file_list files_of(struct arena *a, const struct input *input)
{
	struct file_list files = {0};

	add_file(a, &files, input->file);
	vec_each (struct build *, build, &input->project.builds)
		add_file(a, &files, (*build)->file);
	vec_each (struct workload *, w, &input->project.workloads)
		add_file(a, &files, (*w)->anchor.file);
	return files;
}

static bool is_build(const struct input *input, const struct file *file)
{
	vec_each (struct build *, build, &input->project.builds)
		if ((*build)->file && str_eq((*build)->file->path, file->path))
			return true;
	return false;
}

static enum inline_syntax syntax_of(const struct input *input, const struct file *file)
{
	if (is_build(input, file))
		return INLINE_DOCKERFILE;
	return input->kind == SOURCE_COMPOSE ? INLINE_YAML : INLINE_SHELL;
}

void audit_ignores(const struct audit_options *options, const struct input *input,
	struct audit *audit)
{
	struct arena *a = audit->arena;
	struct file_list files = files_of(a, input);
	struct ignores ignores = {0};

	vec_each (const struct ignore, ignore, &options->ignores)
		*vec_push(a, &ignores) = *ignore;
	for (size_t i = 0; i < files.n && !options->no_inline; i++)
		inline_read(a, files.at[i], syntax_of(input, files.at[i]),
			&input->project, &ignores);
	audit->ignores = ignores.at;
	audit->ignore_count = ignores.n;
	audit->ignore_uses = arena_array(a, struct ignore_use, ignores.n);
	audit->folder = options->folder;
}
