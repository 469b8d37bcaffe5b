#include "know/columns.h"
#include "know/know.h"
#include "know/table.h"

static bool has_variable(uint32_t row, struct str variable)
{
	struct str_fields fields = {
		.rest = table_cell(&know_secret_files, row, SECRET_FILE_VARIABLES)};
	struct str glob;

	while (str_next_field(&fields, ',', &glob))
		if (str_glob(glob, variable))
			return true;
	return false;
}

/* The cell with its star replaced by the name of the variable. */
static struct str file_variable(struct arena *a, uint32_t row, struct str variable)
{
	struct str cell = table_cell(&know_secret_files, row, SECRET_FILE_FILE);
	size_t star = str_find(cell, '*');

	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(cell, 0, star)),
		STR_ARG(variable), STR_ARG(str_from(cell, star + 1)));
}

bool know_secret_file(struct arena *a, const struct image_ref *ref, struct str variable,
	struct know_secret_file *out)
{
	const struct know_table *t = &know_secret_files;
	uint32_t key = table_key(ref->name);
	struct str tag = image_ref_tag(ref);

	for (uint32_t row = 0; row < t->row_count; row++) {
		if (!table_name_matches(t, row, ref->name, key) ||
			!table_tags_match(table_cell(t, row, SECRET_FILE_TAGS), tag) ||
			!has_variable(row, variable))
			continue;
		*out = (struct know_secret_file){
			.variable = file_variable(a, row, variable),
			.reader = table_text(t, row, SECRET_FILE_READER),
			.source = table_cell(t, row, SECRET_FILE_SOURCE),
			.date = table_cell(t, row, SECRET_FILE_DATE)};
		return true;
	}
	return false;
}
