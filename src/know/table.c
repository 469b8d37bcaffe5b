#include "know/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/vec.h"

struct reading {
	struct arena *arena;
	const struct file *file;
	const struct str *columns;
	uint32_t column_count;
	VEC(struct know_cell) cells;
	VEC(struct know_row) rows;
};

struct str table_cell(const struct know_table *t, uint32_t row, uint32_t column)
{
	struct know_cell c = t->cells[(size_t)row * t->column_count + column];

	return (struct str){t->text + c.at, c.n};
}

struct str table_text(const struct know_table *t, uint32_t row, uint32_t column)
{
	struct str s = table_cell(t, row, column);

	return str_eq(s, STR("-")) || str_eq(s, STR("?")) ? STR_NONE : s;
}

uint32_t table_key(struct str name)
{
	uint32_t hash = (uint32_t)str_hash(name);

	if (str_find(name, '*') < name.n)
		return 0;
	return hash ? hash : 1;
}

bool table_name_matches(
	const struct know_table *t, uint32_t row, struct str name, uint32_t key)
{
	if (!t->rows[row].key)
		return str_glob(table_cell(t, row, 0), name);
	return t->rows[row].key == key && str_eq(table_cell(t, row, 0), name);
}

bool table_tags_match(struct str globs, struct str tag)
{
	struct str_fields fields = {.rest = globs};
	struct str glob;

	while (str_next_field(&fields, ',', &glob))
		if (str_eq(glob, STR("*")) || (tag.n && str_glob(glob, tag)))
			return true;
	return false;
}

int table_wrong(struct err *e, const struct know_table *t, uint32_t row,
	struct str column, const char *fmt, ...)
{
	char message[ERR_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err_set(e, 0, "%s:%u: %.*s: %s", t->path, t->rows[row].line,
		STR_ARG(column), message);
}

static int header_check(
	struct reading *r, uint32_t line, struct str text, struct err *e)
{
	struct str_fields fields = {.rest = text};
	struct str cell;

	for (uint32_t i = 0; i < r->column_count; i++) {
		if (!str_next_field(&fields, '\t', &cell))
			return err_set(e, 0,
				"%.*s:%u: header: column %u, '%.*s', is missing",
				STR_ARG(r->file->path), line, i + 1,
				STR_ARG(r->columns[i]));
		if (!str_eq(cell, r->columns[i]))
			return err_set(e, 0,
				"%.*s:%u: header: column %u is '%.*s', expected '%.*s'",
				STR_ARG(r->file->path), line, i + 1,
				STR_ARG(str_sub(cell, 0, 40)), STR_ARG(r->columns[i]));
	}
	if (str_next_field(&fields, '\t', &cell))
		return err_set(e, 0, "%.*s:%u: header: one column too many: '%.*s'",
			STR_ARG(r->file->path), line, STR_ARG(str_sub(cell, 0, 40)));
	return 0;
}

static int row_read(struct reading *r, uint32_t line, struct str text, struct err *e)
{
	struct str_fields fields = {.rest = text};
	struct str cell;
	uint32_t n = 0;

	while (n < r->column_count && str_next_field(&fields, '\t', &cell)) {
		if (!cell.n)
			return err_set(e, 0, "%.*s:%u: %.*s: empty; '-' means none",
				STR_ARG(r->file->path), line, STR_ARG(r->columns[n]));
		*vec_push(r->arena, &r->cells) = (struct know_cell){
			(uint32_t)(cell.p - r->file->bytes.p), (uint32_t)cell.n};
		n++;
	}
	if (n < r->column_count || !fields.done)
		return err_set(e, 0, "%.*s:%u: expected %u columns, found %s",
			STR_ARG(r->file->path), line, r->column_count,
			n < r->column_count ? "fewer" : "more");
	*vec_push(r->arena, &r->rows) = (struct know_row){
		line, table_key(str_sub(text, 0, str_find(text, '\t')))};
	return 0;
}

/* The text of a line; a byte-order mark before the first is no part of it. */
static struct str line_text(const struct file *f, uint32_t line)
{
	struct str text = span_str(file_line(f, line));

	if (line == 1 && str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	return text;
}

int table_read(struct arena *a, const struct file *f, const struct str *columns,
	uint32_t column_count, struct know_table *out, struct err *e)
{
	struct reading r = {.arena = a,
		.file = f,
		.columns = columns,
		.column_count = column_count};
	bool has_header = false;

	for (uint32_t line = 1; line <= f->line_count; line++) {
		struct str text = line_text(f, line);

		if (!text.n || str_starts(text, STR("#")))
			continue;
		if (r.rows.n == TABLE_ROWS_MAX)
			return err_set(e, 0, "%.*s:%u: more than %d rows",
				STR_ARG(f->path), line, TABLE_ROWS_MAX);
		if (!has_header) {
			if (header_check(&r, line, text, e) < 0)
				return -1;
			has_header = true;
		} else if (row_read(&r, line, text, e) < 0) {
			return -1;
		}
	}
	if (!has_header)
		return err_set(e, 0, "%.*s:1: no header line", STR_ARG(f->path));
	*out = (struct know_table){arena_cstr(a, f->path), f->bytes.p, r.cells.at,
		r.rows.at, (uint32_t)r.rows.n, column_count};
	return 0;
}
