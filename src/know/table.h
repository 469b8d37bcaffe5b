/*
 * table: rows of cells, compiled in or read from a user's file.
 *
 * Depends on base. A table is one text and, for each row, where its cells lie in it;
 * tools/know-compile.py writes the built-in ones as constants without pointers, and
 * table_read makes the same of a file's bytes. A cell is never empty; "-" means none
 * and "?" not known.
 *
 *	struct str name = table_cell(&know_images, row, IMAGE_NAME);
 */
#ifndef OAKUM_KNOW_TABLE_H
#define OAKUM_KNOW_TABLE_H

#include "base/err.h"
#include "base/file.h"

enum { TABLE_ROWS_MAX = 100000 };

struct know_cell {
	uint32_t at, n; /* bytes of the text */
};

/* What a search looks at before it looks at cells. */
struct know_row {
	uint32_t line; /* in the file, from 1 */
	uint32_t key;  /* table_key of the first cell */
};

struct know_table {
	const char *path; /* as messages name it */
	const char *text;
	const struct know_cell *cells; /* row_count times column_count */
	const struct know_row *rows;
	uint32_t row_count, column_count;
};

/* The built-in tables: data/images.tsv, image-env.tsv, siblings.tsv, families.tsv,
   package-users.tsv, services.tsv, base-files.tsv, libraries.tsv, errors.tsv,
   capabilities.tsv, secret-files.tsv, programs.tsv and powers.tsv. */
extern const struct know_table know_images, know_env, know_siblings, know_families,
	know_packages, know_services, know_base_files, know_libraries, know_errors,
	know_capabilities, know_secret_files, know_programs, know_powers;

/* The cell; "-" and "?" as they are. row and column must be in range. */
struct str table_cell(const struct know_table *t, uint32_t row, uint32_t column);

/* The cell, empty for "-" and "?". */
struct str table_text(const struct know_table *t, uint32_t row, uint32_t column);

/* One account or group of a family, taken apart by the build. */
struct know_entry {
	struct know_cell name, home, shell; /* a group has only a name */
	uint32_t uid, gid;
	bool is_group;
};

/* The entries of one row of know_families: count of them from first on. */
struct know_range {
	uint32_t first, count;
	bool has_others; /* a "?" stands among them */
};

/* One entry of a marks cell of know_libraries; sorted by key, the table_key of text. */
struct know_mark {
	uint32_t key;
	struct know_cell text;
	uint32_t row;
};

extern const struct know_mark know_library_marks[];
extern const uint32_t know_library_mark_count;

extern const struct know_entry know_family_entries[];
extern const struct know_range know_family_ranges[];

/*
 * A hash of a name; 0 for one that holds a '*'. Rows whose key is neither 0 nor the key
 * of what is looked for cannot match.
 */
uint32_t table_key(struct str name);

/* Does the first cell of row, a glob, match name, whose table_key is key? */
bool table_name_matches(
	const struct know_table *t, uint32_t row, struct str name, uint32_t key);

/* Does one of a comma list of globs match tag? An empty tag is matched by "*" only. */
bool table_tags_match(struct str globs, struct str tag);

/*
 * Reads tab-separated rows under a header line that names columns in order; lines that
 * begin with '#' are comments. -1 at the first line that does not fit, and e names the
 * file, the line and what was expected. The table looks into f.
 */
int table_read(struct arena *a, const struct file *f, const struct str *columns,
	uint32_t column_count, struct know_table *out, struct err *e);

/* Fills e with "path:line: column: …" and returns -1. */
int table_wrong(struct err *e, const struct know_table *t, uint32_t row,
	struct str column, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
