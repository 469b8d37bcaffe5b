#include "know/images.h"

#include "know/columns.h"
#include "know/date.h"
#include "know/entry.h"

static const struct str columns[IMAGE_COLUMNS] = {
	[IMAGE_NAME] = STR_INIT("name"),
	[IMAGE_TAGS] = STR_INIT("tags"),
	[IMAGE_USER] = STR_INIT("user"),
	[IMAGE_UID] = STR_INIT("uid"),
	[IMAGE_GID] = STR_INIT("gid"),
	[IMAGE_HOME] = STR_INIT("home"),
	[IMAGE_ACCOUNTS] = STR_INIT("accounts"),
	[IMAGE_FAMILY] = STR_INIT("family"),
	[IMAGE_TOOLS] = STR_INIT("tools"),
	[IMAGE_NOLOGIN] = STR_INIT("nologin"),
	[IMAGE_DROPS] = STR_INIT("drops"),
	[IMAGE_EOL] = STR_INIT("eol"),
	[IMAGE_SOURCE] = STR_INIT("source"),
	[IMAGE_DATE] = STR_INIT("date"),
};

/* What a cell must be: NULL when it is, or the rest of "'cell' …". */
typedef const char *cell_check(struct str cell);

static bool is_none(struct str s)
{
	return str_eq(s, STR("-"));
}

static bool is_unknown(struct str s)
{
	return str_eq(s, STR("?"));
}

static const char *check_name(struct str cell)
{
	static const struct str implied[] = {STR_INIT("docker.io/"),
		STR_INIT("index.docker.io/"), STR_INIT("library/")};

	for (size_t i = 0; i < sizeof(implied) / sizeof(*implied); i++)
		if (str_starts(cell, implied[i]))
			return "begins with what is implied; leave docker.io/ and "
			       "library/ out";
	if (str_find(cell, '@') < cell.n || str_find(cell, ' ') < cell.n)
		return "is no repository name";
	return is_none(cell) || is_unknown(cell) ? "is no repository name" : NULL;
}

static const char *check_tags(struct str cell)
{
	struct str_fields fields = {.rest = cell};
	struct str tag;

	while (str_next_field(&fields, ',', &tag))
		if (!tag.n || str_find(tag, ' ') < tag.n || is_none(tag) ||
			str_find(tag, '?') < tag.n)
			return "is no comma list of globs; '*' stands for any tag";
	return NULL;
}

static const char *check_user(struct str cell)
{
	return is_unknown(cell) || str_find(cell, ' ') < cell.n
		? "is no user; '-' means that the image sets none"
		: NULL;
}

static const char *check_id(struct str cell)
{
	struct id id;

	return entry_id(cell, &id) ? NULL
				   : "is no number from 0 to 4294967294 and not ?";
}

static const char *check_home(struct str cell)
{
	return is_unknown(cell) || str_starts(cell, STR("/"))
		? NULL
		: "is no absolute path and not ?";
}

static const char *check_accounts(struct str cell)
{
	struct entries list = {.fields.rest = cell};
	struct entry entry;

	while (entry_next(&list, &entry))
		if (!entry.is_valid)
			return "holds an entry that is neither name:uid:gid:home:shell "
			       "nor %group:gid";
	return NULL;
}

static const char *check_family(struct str cell)
{
	return family_row(cell) < know_families.row_count
		? NULL
		: "is no family that oakum knows; 'unknown' is one";
}

static const char *check_tools(struct str cell)
{
	static const struct str known[] = {STR_INIT("shadow"),
		STR_INIT("adduser-debian"), STR_INIT("busybox"), STR_INIT("?")};
	struct str_fields fields = {.rest = cell};
	struct str tool;

	if (is_none(cell))
		return NULL;
	while (str_next_field(&fields, ',', &tool)) {
		size_t i = 0;

		while (i < 4 && !str_eq(tool, known[i]))
			i++;
		if (i == 4)
			return "is no comma list of shadow, adduser-debian, busybox, ?";
	}
	return NULL;
}

static const char *check_nologin(struct str cell)
{
	return is_none(cell) || str_starts(cell, STR("/")) ? NULL
							   : "is no absolute path";
}

static const char *check_drops(struct str cell)
{
	size_t colon = str_find(cell, ':');

	return is_none(cell) || (colon && colon + 1 < cell.n) ? NULL
							      : "is no account:tool";
}

static const char *check_date(struct str cell)
{
	int32_t day;

	return is_none(cell) || date_parse(cell, &day) ? NULL
						       : "is no day like 2026-11-22";
}

static const char *check_source(struct str cell)
{
	(void)cell;
	return NULL;
}

static cell_check *const checks[IMAGE_COLUMNS] = {
	[IMAGE_NAME] = check_name,
	[IMAGE_TAGS] = check_tags,
	[IMAGE_USER] = check_user,
	[IMAGE_UID] = check_id,
	[IMAGE_GID] = check_id,
	[IMAGE_HOME] = check_home,
	[IMAGE_ACCOUNTS] = check_accounts,
	[IMAGE_FAMILY] = check_family,
	[IMAGE_TOOLS] = check_tools,
	[IMAGE_NOLOGIN] = check_nologin,
	[IMAGE_DROPS] = check_drops,
	[IMAGE_EOL] = check_date,
	[IMAGE_SOURCE] = check_source,
	[IMAGE_DATE] = check_date,
};

/* The cells of one row against each other. */
static int row_agree(const struct know_table *t, uint32_t row, struct err *e)
{
	struct str user = table_text(t, row, IMAGE_USER);
	struct str uid = table_cell(t, row, IMAGE_UID);
	struct id number = {0};
	uint32_t n;

	user = str_sub(user, 0, str_find(user, ':'));
	if (!entry_id(uid, &number))
		return 0; /* said already */
	if (!user.n && (number.know != FACT_SET || number.n))
		return table_wrong(e, t, row, columns[IMAGE_UID],
			"'%.*s', but an image without a user runs as 0", STR_ARG(uid));
	if (str_to_u32(user, &n) && (number.know != FACT_SET || number.n != n))
		return table_wrong(e, t, row, columns[IMAGE_UID],
			"'%.*s', but the user is %u", STR_ARG(uid), n);
	return 0;
}

static int row_check(const struct know_table *t, uint32_t row, struct err *e)
{
	for (uint32_t column = 0; column < IMAGE_COLUMNS; column++) {
		struct str cell = table_cell(t, row, column);
		const char *wrong = checks[column](cell);

		if (wrong)
			return table_wrong(e, t, row, columns[column], "'%.*s' %s",
				STR_ARG(str_sub(cell, 0, 80)), wrong);
	}
	return row_agree(t, row, e);
}

int images_read(
	struct arena *a, const struct file *f, struct know_table *out, struct err *e)
{
	struct know_table t;

	if (table_read(a, f, columns, IMAGE_COLUMNS, &t, e) < 0)
		return -1;
	for (uint32_t row = 0; row < t.row_count; row++)
		if (row_check(&t, row, e) < 0)
			return -1;
	*out = t;
	return 0;
}

uint32_t family_row(struct str name)
{
	uint32_t row = 0;

	while (row < know_families.row_count &&
		!str_eq(table_cell(&know_families, row, FAMILY_NAME), name))
		row++;
	return row;
}
