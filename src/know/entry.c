#include "know/entry.h"

enum { ENTRY_PARTS_MAX = 5 };

bool entry_id(struct str text, struct id *out)
{
	uint32_t n;

	if (str_eq(text, STR("?"))) {
		*out = (struct id){.know = FACT_UNKNOWN};
		return true;
	}
	/* (uid_t)-1 means "no change" to the kernel; nobody has it. */
	if (!str_to_u32(text, &n) || n == UINT32_MAX)
		return false;
	*out = id_of(n);
	return true;
}

static bool entry_path(struct str text, struct str *out)
{
	*out = STR_NONE;
	if (str_eq(text, STR("?")))
		return true;
	*out = text;
	return str_starts(text, STR("/"));
}

static bool entry_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '_';

		if (!is_word && (i == 0 || (c != '-' && c != '.')))
			return false;
	}
	return name.n > 0;
}

static bool entry_parse(struct entry *e)
{
	struct str_fields fields = {.rest = e->text};
	struct str part[ENTRY_PARTS_MAX] = {0};
	size_t n = 0;

	e->is_group = str_starts(e->text, STR("%"));
	if (e->is_group)
		fields.rest = str_from(e->text, 1);
	while (n < ENTRY_PARTS_MAX && str_next_field(&fields, ':', &part[n]))
		n++;
	e->name = part[0];
	if (!fields.done || !entry_name(e->name))
		return false;
	if (e->is_group)
		return n == 2 && entry_id(part[1], &e->gid);
	return n == ENTRY_PARTS_MAX && entry_id(part[1], &e->uid) &&
		entry_id(part[2], &e->gid) && entry_path(part[3], &e->home) &&
		entry_path(part[4], &e->shell);
}

bool entry_next(struct entries *list, struct entry *out)
{
	struct str text;

	while (str_next_field(&list->fields, ',', &text)) {
		if (str_eq(text, STR("?"))) {
			list->has_others = true;
		} else if (!str_eq(text, STR("-"))) {
			*out = (struct entry){.text = text};
			out->is_valid = entry_parse(out);
			return true;
		}
	}
	return false;
}
