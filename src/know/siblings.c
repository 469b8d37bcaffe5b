#include "know/columns.h"
#include "know/know.h"
#include "know/table.h"

static struct str cure_name(enum know_cure cure)
{
	return cure == KNOW_CURE_USER ? STR("user") : STR("updates");
}

static bool cures(uint32_t row, struct str cure)
{
	struct str_fields fields = {
		.rest = table_cell(&know_siblings, row, SIBLING_CURES)};
	struct str one;

	while (str_next_field(&fields, ',', &one))
		if (str_eq(one, cure))
			return true;
	return false;
}

/* What the one star of glob took of name, which it matches; empty without a star. */
static struct str star_part(struct str glob, struct str name)
{
	size_t star = str_find(glob, '*');

	return star < glob.n ? str_sub(name, star, name.n - (glob.n - 1)) : STR_NONE;
}

/* The cell with its star replaced by what the name's star took. */
static struct str sibling_reference(struct arena *a, uint32_t row, struct str name)
{
	struct str cell = table_cell(&know_siblings, row, SIBLING_REFERENCE);
	struct str part =
		star_part(table_cell(&know_siblings, row, SIBLING_NAME), name);
	size_t star = str_find(cell, '*');

	if (star == cell.n)
		return cell;
	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(cell, 0, star)),
		STR_ARG(part), STR_ARG(str_from(cell, star + 1)));
}

static bool is_past(
	const struct knowledge *k, struct arena *a, struct str reference, int64_t now)
{
	const struct know_image *image;
	struct image_ref ref;

	if (!image_ref_parse(reference, &ref))
		return false;
	image = know_image(k, a, &ref);
	return image && know_is_past_at(image->eol, now) == ANSWER_YES;
}

bool know_sibling(const struct knowledge *k, struct arena *a,
	const struct image_ref *ref, enum know_cure cure, int64_t now,
	struct know_sibling *out)
{
	const struct know_table *t = &know_siblings;
	uint32_t key = table_key(ref->name);
	struct str tag = image_ref_tag(ref);

	for (uint32_t row = 0; row < t->row_count; row++) {
		struct know_sibling found;

		if (!table_name_matches(t, row, ref->name, key) ||
			!table_tags_match(table_cell(t, row, SIBLING_TAGS), tag) ||
			!cures(row, cure_name(cure)))
			continue;
		found.reference = sibling_reference(a, row, ref->name);
		found.why = table_cell(t, row, SIBLING_WHY);
		found.source = table_cell(t, row, SIBLING_SOURCE);
		found.date = table_cell(t, row, SIBLING_DATE);
		if (is_past(k, a, found.reference, now))
			return false;
		*out = found;
		return true;
	}
	return false;
}
