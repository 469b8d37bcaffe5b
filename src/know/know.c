#include "know/know.h"

#include <errno.h>

#include "know/columns.h"
#include "know/date.h"
#include "know/entry.h"
#include "know/images.h"

enum { TABLES_MAX = 3 }; /* --images, the user's own file, the built-in table */

struct knowledge {
	struct know_table images[TABLES_MAX]; /* looked at in this order */
	uint32_t image_tables;
};

static int overlay_add(struct knowledge *k, struct arena *a, struct world *w,
	struct str path, struct err *e)
{
	const struct file *f;

	if (world_read(w, path, &f, e) < 0)
		return err_wrap(e, "read the table of images");
	if (images_read(a, f, &k->images[k->image_tables], e) < 0)
		return -1;
	k->image_tables++;
	return 0;
}

/* The user's own file, or empty when nothing says where it would be. */
static struct str config_path(struct arena *a, struct world *w)
{
	struct str folder;

	if (world_env(w, STR("XDG_CONFIG_HOME"), &folder) &&
		str_starts(folder, STR("/")))
		return arena_printf(a, "%.*s/oakum/images.tsv", STR_ARG(folder));
	if (world_env(w, STR("HOME"), &folder) && folder.n)
		return arena_printf(
			a, "%.*s/.config/oakum/images.tsv", STR_ARG(folder));
	return STR_NONE;
}

int know_open(struct arena *a, struct world *w, struct str images,
	const struct knowledge **out, struct err *e)
{
	struct knowledge *k = arena_new(a, struct knowledge);
	struct str own = config_path(a, w);
	struct world_stat st;

	if (images.n && overlay_add(k, a, w, images, e) < 0)
		return -1;
	if (own.n) {
		if (world_stat(w, own, &st, e) < 0)
			return err_wrap(e, "look for the table of images");
		if (st.kind != WORLD_ABSENT && overlay_add(k, a, w, own, e) < 0)
			return -1;
	}
	k->images[k->image_tables++] = know_images;
	*out = k;
	return 0;
}

const struct knowledge *know_builtin(struct arena *a)
{
	struct knowledge *k = arena_new(a, struct knowledge);

	k->images[k->image_tables++] = know_images;
	return k;
}

/* The family of a table that the build or images_read checked: there is one. */
static const struct know_family *family_load(struct arena *a, uint32_t row)
{
	const struct know_table *t = &know_families;
	struct know_family *f = arena_new(a, struct know_family);

	f->name = table_cell(t, row, FAMILY_NAME);
	f->accounts = table_cell(t, row, FAMILY_ACCOUNTS);
	f->tools = table_cell(t, row, FAMILY_TOOLS);
	str_to_u32(table_cell(t, row, FAMILY_FIRST_UID), &f->first_uid);
	f->nologin = table_text(t, row, FAMILY_NOLOGIN);
	f->manager = table_text(t, row, FAMILY_MANAGER);
	f->source = table_text(t, row, FAMILY_SOURCE);
	f->date = table_text(t, row, FAMILY_DATE);
	return f;
}

const struct know_family *know_family(
	const struct knowledge *k, struct arena *a, struct str name)
{
	uint32_t row = family_row(name);

	(void)k;
	return row < know_families.row_count ? family_load(a, row) : NULL;
}

static struct id id_cell(const struct know_table *t, uint32_t row, uint32_t column)
{
	struct id id = {.know = FACT_UNKNOWN};

	entry_id(table_cell(t, row, column), &id);
	return id;
}

static const struct know_image *image_load(
	struct arena *a, const struct know_table *t, uint32_t row)
{
	struct know_image *i = arena_new(a, struct know_image);
	struct str drops = table_text(t, row, IMAGE_DROPS);
	size_t colon = str_find(drops, ':');

	i->name = table_cell(t, row, IMAGE_NAME);
	i->tags = table_cell(t, row, IMAGE_TAGS);
	i->user = table_text(t, row, IMAGE_USER);
	i->uid = id_cell(t, row, IMAGE_UID);
	i->gid = id_cell(t, row, IMAGE_GID);
	i->home = table_text(t, row, IMAGE_HOME);
	i->accounts = table_cell(t, row, IMAGE_ACCOUNTS);
	i->family = family_load(a, family_row(table_cell(t, row, IMAGE_FAMILY)));
	i->tools = table_cell(t, row, IMAGE_TOOLS);
	if (str_eq(i->tools, STR("-")))
		i->tools = i->family->tools;
	i->nologin = table_text(t, row, IMAGE_NOLOGIN);
	i->drops_to = str_sub(drops, 0, colon);
	i->drops_by = str_from(drops, colon + 1);
	i->eol = table_text(t, row, IMAGE_EOL);
	i->source = table_text(t, row, IMAGE_SOURCE);
	i->date = table_text(t, row, IMAGE_DATE);
	i->table = str_c(t->path);
	i->line = t->lines[row];
	return i;
}

/* Most names hold no glob, and comparing is far cheaper than matching. */
static bool name_matches(struct str pattern, struct str name)
{
	if (memchr(pattern.p, '*', pattern.n))
		return str_glob(pattern, name);
	return str_eq(pattern, name);
}

static bool tags_match(struct str globs, struct str tag)
{
	struct str_fields fields = {.rest = globs};
	struct str glob;

	while (str_next_field(&fields, ',', &glob))
		if (str_eq(glob, STR("*")) || (tag.n && str_glob(glob, tag)))
			return true;
	return false;
}

const struct know_image *know_image(
	const struct knowledge *k, struct arena *a, const struct image_ref *ref)
{
	struct str tag = image_ref_tag(ref);

	for (uint32_t i = 0; i < k->image_tables; i++) {
		const struct know_table *t = &k->images[i];

		for (uint32_t row = 0; row < t->row_count; row++)
			if (name_matches(table_cell(t, row, IMAGE_NAME), ref->name) &&
				tags_match(table_cell(t, row, IMAGE_TAGS), tag))
				return image_load(a, t, row);
	}
	return NULL;
}

static const struct accounts *entry_add(
	struct arena *a, const struct accounts *db, const struct entry *e)
{
	const struct account_group *old;

	if (e->is_group) {
		struct account_group g = {.name = e->name,
			.gid = e->gid,
			.exists = ANSWER_YES,
			.is_from_base = true};

		if (accounts_find_group(db, e->name, &old) != ANSWER_NO)
			db = accounts_remove_group(a, db, e->name, ANSWER_YES);
		return accounts_add_group(a, db, &g);
	}
	struct account u = {.name = e->name,
		.uid = e->uid,
		.gid = e->gid,
		.home = e->home,
		.shell = e->shell,
		.exists = ANSWER_YES,
		.password = PASSWORD_LOCKED,
		.is_from_base = true};

	return accounts_change(a, db, &u);
}

/* Lays the entries of a cell over db; true when the cell says there may be others. */
static bool cell_add(struct arena *a, const struct accounts **db, struct str cell)
{
	struct entries list = {.fields.rest = cell};
	struct entry entry;

	while (entry_next(&list, &entry))
		if (entry.is_valid)
			*db = entry_add(a, *db, &entry);
	return list.has_others;
}

const struct accounts *know_accounts(const struct knowledge *k, struct arena *a,
	const struct know_image *image, struct span span)
{
	const struct accounts *db = accounts_empty(a);
	bool has_others;

	(void)k;
	has_others = cell_add(a, &db, image->family->accounts);
	has_others |= cell_add(a, &db, image->accounts);
	if (has_others)
		db = accounts_doubt(a, db,
			arena_printf(a,
				"the base image %.*s may have accounts that are "
				"not in oakum's table",
				STR_ARG(image->name)),
			span);
	return db;
}

enum answer know_has_tool(const struct know_image *image, struct str tool)
{
	struct str_fields fields = {.rest = image->tools};
	enum answer answer = ANSWER_NO;
	struct str one;

	while (str_next_field(&fields, ',', &one)) {
		if (str_eq(one, tool))
			return ANSWER_YES;
		if (str_eq(one, STR("?")))
			answer = ANSWER_MAYBE;
	}
	return answer;
}

struct know_package_list know_package_users(const struct knowledge *k, struct arena *a,
	struct str package, struct str family)
{
	const struct know_table *t = &know_packages;
	struct know_package_list list = {0};

	(void)k;
	if (str_eq(family, STR("ubuntu")))
		family = STR("debian");
	for (uint32_t row = 0; row < t->row_count; row++) {
		struct know_package *p;

		if (!str_eq(table_cell(t, row, PACKAGE_FAMILY), family) ||
			!name_matches(table_cell(t, row, PACKAGE_NAME), package))
			continue;
		p = vec_push(a, &list);
		p->package = table_cell(t, row, PACKAGE_NAME);
		p->user = table_cell(t, row, PACKAGE_USER);
		p->uid.know = FACT_UNSET;
		entry_id(table_cell(t, row, PACKAGE_UID), &p->uid);
		p->family = table_cell(t, row, PACKAGE_FAMILY);
		p->source = table_cell(t, row, PACKAGE_SOURCE);
		p->date = table_cell(t, row, PACKAGE_DATE);
	}
	return list;
}

enum answer know_is_past(struct str eol, struct world *w)
{
	int32_t end;

	return date_parse(eol, &end) ? answer_of(end < date_today(w)) : ANSWER_MAYBE;
}
