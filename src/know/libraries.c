#include "know/libraries.h"

#include "know/columns.h"
#include "know/table.h"

enum { MARK_MAX = 128 }; /* bytes; a longer name is nobody's */

/* The prefixes of marks; "conda" falls back to what pip calls it. */
static const struct str prefixes[LIBRARY_MARK_COUNT] = {
	[LIBRARY_PIP] = STR_INIT("pip:"),
	[LIBRARY_CONDA] = STR_INIT("conda:"),
	[LIBRARY_APT] = STR_INIT("apt:"),
	[LIBRARY_APK] = STR_INIT("apk:"),
	[LIBRARY_DNF] = STR_INIT("dnf:"),
	[LIBRARY_IMPORT] = STR_INIT("import:"),
	[LIBRARY_RUN] = STR_INIT("run:"),
	[LIBRARY_IMAGE] = STR_INIT("image:"),
};

static struct str mark_text(uint32_t i)
{
	struct know_cell cell = know_library_marks[i].text;

	return (struct str){know_libraries.text + cell.at, cell.n};
}

/* table_key of prefix and name behind each other. */
static uint32_t mark_key(struct str prefix, struct str name)
{
	char text[MARK_MAX];

	memcpy(text, prefix.p, prefix.n);
	memcpy(text + prefix.n, name.p, name.n);
	return table_key((struct str){text, prefix.n + name.n});
}

static bool mark_is(uint32_t i, struct str prefix, struct str name)
{
	struct str text = mark_text(i);

	return str_starts(text, prefix) && str_eq(str_from(text, prefix.n), name);
}

/* The first mark that is not before key. */
static uint32_t mark_first(uint32_t key)
{
	uint32_t low = 0, high = know_library_mark_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (know_library_marks[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static enum write_base base_of(struct str cell)
{
	if (str_eq(cell, STR("home")))
		return WRITE_IN_HOME;
	if (str_eq(cell, STR("cwd")))
		return WRITE_IN_CWD;
	return str_eq(cell, STR("tmp")) ? WRITE_IN_TMP : WRITE_AT;
}

static enum write_failure failure_of(struct str cell)
{
	if (str_eq(cell, STR("fails")))
		return WRITE_FAILS;
	return str_eq(cell, STR("degrades")) ? WRITE_DEGRADES : WRITE_RECOVERS;
}

static void when_load(struct str cell, struct know_library *out)
{
	out->when = LIBRARY_AT_CALL;
	if (str_eq(cell, STR("start")))
		out->when = LIBRARY_AT_START;
	else if (str_eq(cell, STR("import")))
		out->when = LIBRARY_AT_IMPORT;
	else
		out->calls = str_from(cell, STR("call:").n);
}

bool know_library_at(uint32_t row, struct know_library *out)
{
	const struct know_table *t = &know_libraries;
	struct str kind;

	if (row >= t->row_count)
		return false;
	kind = table_cell(t, row, LIBRARY_KIND);
	*out = (struct know_library){
		.row = row,
		.name = table_cell(t, row, LIBRARY_NAME),
		.base = base_of(table_cell(t, row, LIBRARY_BASE)),
		.path = table_text(t, row, LIBRARY_PATH),
		.is_folder = str_eq(kind, STR("folder")) || str_eq(kind, STR("data")),
		.is_data = str_eq(kind, STR("data")),
		.needs_folder = str_eq(kind, STR("database")),
		.variables = table_text(t, row, LIBRARY_VARIABLES),
		.setting = table_text(t, row, LIBRARY_SETTING),
		.failure = failure_of(table_cell(t, row, LIBRARY_FAILURE)),
		.error = table_text(t, row, LIBRARY_ERROR),
		.rule = table_cell(t, row, LIBRARY_RULE),
		.source = table_cell(t, row, LIBRARY_SOURCE),
		.date = table_cell(t, row, LIBRARY_DATE),
	};
	when_load(table_cell(t, row, LIBRARY_HAPPENS), out);
	return true;
}

bool know_library_next(
	enum library_mark kind, struct str name, uint32_t *at, struct know_library *out)
{
	struct str prefix = prefixes[kind];
	uint32_t key;

	if (!name.n || prefix.n + name.n > MARK_MAX)
		return false;
	key = mark_key(prefix, name);
	/* *at is the mark behind the last one that was given, plus one. */
	if (!*at)
		*at = 1 + mark_first(key);
	for (; *at - 1 < know_library_mark_count &&
		know_library_marks[*at - 1].key == key;
		++*at)
		if (mark_is(*at - 1, prefix, name))
			return know_library_at(
				know_library_marks[(*at)++ - 1].row, out);
	return false;
}

bool know_library_named(struct str name, struct know_library *out)
{
	uint32_t low = 0, high = know_libraries.row_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order =
			str_cmp(table_cell(&know_libraries, mid, LIBRARY_NAME), name);

		if (order == 0)
			return know_library_at(mid, out);
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

bool know_library_variable(struct str_fields *fields, struct know_library_variable *out)
{
	struct str one;
	size_t sign;

	if (!fields->rest.n || !str_next_field(fields, ',', &one))
		return false;
	out->is_advised = str_starts(one, STR("!"));
	one = str_from(one, out->is_advised);
	sign = str_find(one, '=');
	out->name = str_sub(one, 0, sign);
	out->suffix = str_from(one, sign + 1);
	return true;
}

static bool is_pip_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '-' || c == '_' || c == '.';
}

struct str know_pip_name(struct arena *a, struct str text)
{
	struct str name = {text.p, 0};
	char *out;
	size_t n = 0;

	while (name.n < text.n && is_pip_byte(text.p[name.n]))
		name.n++;
	if (!name.n || !(byte_is_alpha(name.p[0]) || byte_is_digit(name.p[0])))
		return STR_NONE;
	/* A path or an address, not a name: "./dist/x.whl", "https://…". */
	if (name.n < text.n && (text.p[name.n] == '/' || text.p[name.n] == ':'))
		return STR_NONE;
	out = arena_alloc(a, name.n);
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i] == '_' || name.p[i] == '.' ? '-' : name.p[i];

		if (c == '-' && n && out[n - 1] == '-')
			continue;
		out[n++] = byte_lower(c);
	}
	return (struct str){out, n};
}
