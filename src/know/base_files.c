#include "know/columns.h"
#include "know/know.h"
#include "know/table.h"

VEC_TYPE(struct base_entry, base_entries);

/* Four octal digits; '?' is one that is not known, 'n' one without its w. */
static void read_mode(struct str cell, struct base_entry *e)
{
	for (size_t i = 0; i < cell.n; i++) {
		bool is_digit = byte_is_digit(cell.p[i]);
		uint32_t known = is_digit ? 7 : cell.p[i] == 'n' ? 2 : 0;

		e->mode = e->mode * 8 + (is_digit ? (uint32_t)(cell.p[i] - '0') : 0);
		e->mode_known = e->mode_known * 8 + known;
	}
}

static void add_row(struct arena *a, uint32_t row, struct base_entries *out)
{
	const struct know_table *t = &know_base_files;
	struct str kind = table_cell(t, row, BASE_FILE_KIND);
	struct str_fields paths = {.rest = table_cell(t, row, BASE_FILE_PATHS)};
	struct base_entry e = {
		.is_whole = str_eq(table_cell(t, row, BASE_FILE_WHOLE), STR("yes"))};
	struct str path;

	(void)str_to_u32(table_cell(t, row, BASE_FILE_UID), &e.uid);
	(void)str_to_u32(table_cell(t, row, BASE_FILE_GID), &e.gid);
	read_mode(table_cell(t, row, BASE_FILE_MODE), &e);
	if (str_starts(kind, STR("link:"))) {
		e.kind = ENTRY_LINK;
		e.target = str_from(kind, 5);
	} else if (str_eq(kind, STR("below"))) {
		e.kind = ENTRY_UNKNOWN;
		e.is_below = true;
	} else {
		e.kind = str_eq(kind, STR("file")) ? ENTRY_FILE : ENTRY_FOLDER;
	}
	while (str_next_field(&paths, ',', &path)) {
		e.path = path;
		*vec_push(a, out) = e;
	}
}

/* "NAME" is of all tags, "NAME:GLOBS" of those that one of the globs matches. */
static bool is_of_image(struct str base, const struct image_ref *ref)
{
	size_t colon = str_find(base, ':');

	return str_glob(str_sub(base, 0, colon), ref->name) &&
		(colon == base.n ||
			table_tags_match(
				str_from(base, colon + 1), image_ref_tag(ref)));
}

static bool is_of_family(struct str base, struct str family)
{
	return str_starts(base, STR("@")) && str_eq(str_from(base, 1), family);
}

static struct str base_of(uint32_t row)
{
	return table_cell(&know_base_files, row, BASE_FILE_BASE);
}

struct ground know_ground(
	struct arena *a, const struct image_ref *ref, struct str family)
{
	struct base_entries out = {0};

	for (uint32_t row = 0; ref && row < know_base_files.row_count; row++)
		if (is_of_image(base_of(row), ref))
			add_row(a, row, &out);
	for (uint32_t row = 0; row < know_base_files.row_count; row++)
		if (is_of_family(base_of(row), family))
			add_row(a, row, &out);
	return (struct ground){.at = out.at,
		.n = out.n,
		.why = STR("what the base image holds there is not known")};
}
