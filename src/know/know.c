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

/* An entry of a family or an image, as the model has it. */
static struct account user_of(const struct entry *e)
{
	return (struct account){.name = e->name,
		.uid = e->uid,
		.gid = e->gid,
		.home = e->home,
		.shell = e->shell,
		.exists = ANSWER_YES,
		.password = PASSWORD_LOCKED,
		.is_from_base = true};
}

static struct account_group group_of(const struct entry *e)
{
	return (struct account_group){.name = e->name,
		.gid = e->gid,
		.exists = ANSWER_YES,
		.is_from_base = true};
}

static struct str cell_text(struct know_cell c)
{
	return (struct str){know_families.text + c.at, c.n};
}

/* The accounts of a family: its names are all different, the build saw to that. */
static const struct accounts *family_accounts(struct arena *a, struct know_range range)
{
	const struct accounts *db = accounts_empty(a);

	for (uint32_t i = 0; i < range.count; i++) {
		const struct know_entry *k = &know_family_entries[range.first + i];
		struct entry e = {.name = cell_text(k->name),
			.uid = id_of(k->uid),
			.gid = id_of(k->gid),
			.home = cell_text(k->home),
			.shell = cell_text(k->shell)};

		if (k->is_group) {
			struct account_group group = group_of(&e);

			db = accounts_add_group(a, db, &group);
		} else {
			struct account user = user_of(&e);

			db = accounts_add(a, db, &user);
		}
	}
	return db;
}

/* The family of a table that the build or images_read checked: there is one. */
static const struct know_family *family_load(struct arena *a, uint32_t row)
{
	const struct know_table *t = &know_families;
	struct know_family *f = arena_new(a, struct know_family);

	f->name = table_cell(t, row, FAMILY_NAME);
	f->accounts = family_accounts(a, know_family_ranges[row]);
	f->is_complete = !know_family_ranges[row].has_others;
	f->tools = table_cell(t, row, FAMILY_TOOLS);
	str_to_u32(table_cell(t, row, FAMILY_FIRST_UID), &f->first_uid);
	f->nologin = table_text(t, row, FAMILY_NOLOGIN);
	f->manager = table_text(t, row, FAMILY_MANAGER);
	f->source = table_text(t, row, FAMILY_SOURCE);
	f->date = table_text(t, row, FAMILY_DATE);
	return f;
}

static int overlay_add(struct knowledge *k, struct arena *a, struct world *w,
	struct str path, struct err *e)
{
	const struct file *f;

	if (world_read(w, path, &f, e) < 0 ||
		images_read(a, f, &k->images[k->image_tables], e) < 0)
		return err_wrap(e, "read the table of images");
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

static const struct know_image *image_load(struct arena *a, const struct know_table *t,
	uint32_t row, const struct image_ref *ref)
{
	struct know_image *i = arena_new(a, struct know_image);
	struct str drops = table_text(t, row, IMAGE_DROPS);
	size_t colon = str_find(drops, ':');

	i->asked = ref->name;
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
	i->line = t->rows[row].line;
	return i;
}

const struct know_image *know_image(
	const struct knowledge *k, struct arena *a, const struct image_ref *ref)
{
	struct str tag = image_ref_tag(ref);
	uint32_t key = table_key(ref->name);

	for (uint32_t i = 0; i < k->image_tables; i++) {
		const struct know_table *t = &k->images[i];

		for (uint32_t row = 0; row < t->row_count; row++)
			if (table_name_matches(t, row, ref->name, key) &&
				table_tags_match(table_cell(t, row, IMAGE_TAGS), tag))
				return image_load(a, t, row, ref);
	}
	return NULL;
}

bool know_image_varies(const struct know_image *image)
{
	const struct know_table *t = &know_images;
	uint32_t key = table_key(image->asked);

	for (uint32_t row = 0; row < t->row_count; row++)
		if (table_name_matches(t, row, image->asked, key) &&
			!str_eq(table_cell(t, row, IMAGE_FAMILY), image->family->name))
			return true;
	return false;
}

struct know_variables know_environment(
	const struct knowledge *k, struct arena *a, const struct image_ref *ref)
{
	const struct know_table *t = &know_env;
	struct know_variables list = {0};
	uint32_t key = table_key(ref->name);

	(void)k;
	for (uint32_t row = 0; row < t->row_count; row++)
		if (table_name_matches(t, row, ref->name, key))
			*vec_push(a, &list) = (struct know_variable){
				.name = table_cell(t, row, ENV_VARIABLE),
				.value = table_text(t, row, ENV_VALUE)};
	return list;
}

/* Puts an image's own entry over what its family says. */
static const struct accounts *entry_lay(
	struct arena *a, const struct accounts *db, const struct entry *e)
{
	struct account user = user_of(e);
	struct account_group group = group_of(e);
	const struct account_group *old;

	if (!e->is_group)
		return accounts_change(a, db, &user);
	if (accounts_find_group(db, e->name, &old) != ANSWER_NO)
		db = accounts_remove_group(a, db, e->name, ANSWER_YES);
	return accounts_add_group(a, db, &group);
}

const struct accounts *know_accounts(const struct knowledge *k, struct arena *a,
	const struct know_image *image, struct span span)
{
	const struct accounts *db = image->family->accounts;
	struct entries list = {.fields.rest = image->accounts};
	struct entry entry;

	(void)k; /* what an image needs of it, it points to */
	while (entry_next(&list, &entry))
		if (entry.is_valid)
			db = entry_lay(a, db, &entry);
	if (list.has_others || !image->family->is_complete)
		db = accounts_doubt(a, db,
			arena_printf(a,
				"the base image %.*s may have accounts that are "
				"not in oakum's table",
				STR_ARG(image->asked)),
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
	uint32_t key = table_key(package);

	(void)k;
	if (str_eq(family, STR("ubuntu")))
		family = STR("debian");
	for (uint32_t row = 0; row < t->row_count; row++) {
		struct know_package *p;

		if (!str_eq(table_cell(t, row, PACKAGE_FAMILY), family) ||
			!table_name_matches(t, row, package, key))
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

enum answer know_is_past_at(struct str eol, int64_t now)
{
	int32_t end;

	return date_parse(eol, &end) ? answer_of(end < date_of(now)) : ANSWER_MAYBE;
}

enum answer know_is_past(struct str eol, struct world *w)
{
	return know_is_past_at(eol, world_now(w));
}
