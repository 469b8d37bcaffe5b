#include "fix/edit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/path.h"

static struct str path_of(const struct edit *edit)
{
	return edit->file ? edit->file->path : edit->path;
}

/* The file of that path in the list, however it is spelled; or NULL. */
static struct edited_file *file_find(
	struct arena *a, const struct edited_files *files, struct str path)
{
	struct str clean = path_join(a, STR("."), path);

	vec_each (struct edited_file, f, files)
		if (str_eq(path_join(a, STR("."), f->path), clean))
			return f;
	return NULL;
}

/* By offset; what inserts at the same one stays in the order in which it was said. */
static int compare_edits(const void *a, const void *b)
{
	const struct edit *const *x = a, *const *y = b;

	if ((*x)->offset != (*y)->offset)
		return (*x)->offset < (*y)->offset ? -1 : 1;
	/* An insertion stands before what replaces the bytes behind it. */
	if (!(*x)->length != !(*y)->length)
		return (*x)->length ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

VEC_TYPE(const struct edit *, edit_list);

/* The bytes with the sorted edits of one file in place. */
static int splice(struct arena *a, struct str old, const struct edit_list *edits,
	struct str *out, struct err *e)
{
	struct buf bytes = {.arena = a};
	size_t at = 0;

	for (size_t i = 0; i < edits->n; i++) {
		const struct edit *edit = edits->at[i];

		if (edit->offset < at)
			return err_set(e, 0, "edit '%.*s': two edits overlap",
				STR_ARG(path_of(edit)));
		if (edit->offset > old.n || edit->length > old.n - edit->offset)
			return err_set(e, 0, "edit '%.*s': an edit lies outside of it",
				STR_ARG(path_of(edit)));
		buf_add(&bytes, str_sub(old, at, edit->offset - at));
		buf_add(&bytes, edit->bytes);
		at = (size_t)edit->offset + edit->length;
	}
	buf_add(&bytes, str_from(old, at));
	*out = buf_str(&bytes);
	return 0;
}

/* A file that is to be made: one edit says all of it. */
static int make_file(struct arena *a, const struct edit_list *edits,
	struct edited_files *files, struct err *e)
{
	const struct edit *edit = edits->at[0];
	const struct edited_file *there = file_find(a, files, edit->path);

	for (size_t i = 1; i < edits->n; i++)
		if (!str_eq(edits->at[i]->bytes, edit->bytes))
			return err_set(
				e, EEXIST, "make '%.*s' twice", STR_ARG(edit->path));
	if (there)
		return err_set(
			e, EEXIST, "make '%.*s' a second time", STR_ARG(edit->path));
	*vec_push(a, files) = (struct edited_file){.path = edit->path,
		.after = edit->bytes,
		.mode = edit->mode,
		.is_new = true};
	return 0;
}

static int edit_file(struct arena *a, struct edit_list *edits,
	struct edited_files *files, struct err *e)
{
	const struct file *file = edits->at[0]->file;
	struct edited_file *there = file_find(a, files, file->path);
	struct str old = there ? there->after : file->bytes, after;

	for (size_t i = 0; i < edits->n; i++) {
		/* Nearly all edits of a file come from one reading of it. */
		if (i && edits->at[i]->file == edits->at[i - 1]->file)
			continue;
		if (!edits->at[i]->file || !str_eq(edits->at[i]->file->bytes, old))
			return err_set(e, ESTALE,
				"edit '%.*s': it is not what was looked at",
				STR_ARG(file->path));
	}
	qsort(edits->at, edits->n, sizeof(*edits->at), compare_edits);
	if (splice(a, old, edits, &after, e) < 0)
		return -1;
	if (!there) {
		there = vec_push(a, files);
		*there = (struct edited_file){.path = file->path, .before = old};
	}
	there->after = after;
	return 0;
}

int edits_apply(struct arena *a, const struct edits *edits, struct edited_files *files,
	struct err *e)
{
	struct edited_files result = {0};
	bool *is_done = arena_array(a, bool, edits->n + 1);

	vec_each (const struct edited_file, f, files)
		*vec_push(a, &result) = *f;
	/* A part touches a few files, so that looking for each of them is cheap. */
	for (size_t i = 0; i < edits->n; i++) {
		struct str path = path_of(&edits->at[i]);
		struct edit_list same = {0};
		int rc;

		for (size_t k = i; !is_done[i] && k < edits->n; k++) {
			if (is_done[k] || !str_eq(path_of(&edits->at[k]), path))
				continue;
			*vec_push(a, &same) = &edits->at[k];
			is_done[k] = k != i;
		}
		if (!same.n)
			continue;
		rc = same.at[0]->file ? edit_file(a, &same, &result, e)
				      : make_file(a, &same, &result, e);
		if (rc < 0)
			return -1;
	}
	*files = result;
	return 0;
}

struct world *edited_world(
	struct arena *a, struct world *under, const struct edited_files *files)
{
	vec_each (const struct edited_file, f, files)
		under = world_overlay(a, under, f->path, f->after);
	return under;
}
