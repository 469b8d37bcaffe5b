#include "policy/foreign.h"

static const struct foreign rows[] = {
#define FOREIGN(tool, id, rules) {FOREIGN_##tool, STR_INIT(id), STR_INIT(rules)},
#include "policy/foreign.def"
#undef FOREIGN
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

const struct foreign *foreign_all(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}

/* AVD-DS-0002, DS-0002 and DS002 are DS2; others stay as they are. */
static struct str avd_id(struct arena *a, struct str id)
{
	uint32_t number;

	if (str_starts_nocase(id, STR("avd-")))
		id = str_from(id, 4);
	if (!str_starts_nocase(id, STR("ds")))
		return id;
	id = str_from(id, id.n > 2 && id.p[2] == '-' ? 3 : 2);
	if (!str_to_u32(id, &number))
		return STR_NONE;
	return arena_printf(a, "DS%u", number);
}

struct str foreign_rules(struct arena *a, enum foreign_tool tool, struct str id)
{
	if (tool == FOREIGN_TRIVY)
		id = avd_id(a, id);
	/* hadolint/DL3002 is how tally writes the rules that it took over. */
	if (str_starts(id, STR("hadolint/")))
		id = str_from(id, 9);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].tool == tool && str_eq_nocase(rows[i].id, id))
			return rows[i].rules;
	return STR_NONE;
}
