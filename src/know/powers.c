#include "know/columns.h"
#include "know/know.h"
#include "know/table.h"

static bool is_in(struct str globs, struct str word)
{
	struct str_fields fields = {.rest = globs};
	struct str glob;

	while (str_next_field(&fields, ',', &glob))
		if (str_glob(glob, word))
			return true;
	return false;
}

static bool has_word(struct str globs, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (words[i].n && is_in(globs, words[i]))
			return true;
	return !globs.n;
}

static capability_set set_of(struct str names)
{
	struct str_fields fields = {.rest = names};
	capability_set set = 0;
	struct str name;

	while (names.n && str_next_field(&fields, ',', &name))
		set |= capability_bit(capability_find(name));
	return set;
}

bool know_power(struct str program, const struct str *words, size_t word_count,
	struct know_power *out)
{
	const struct know_table *t = &know_powers;

	for (uint32_t row = 0; row < t->row_count; row++) {
		if (!is_in(table_cell(t, row, POWER_PROGRAM), program) ||
			!has_word(table_text(t, row, POWER_WORDS), words, word_count))
			continue;
		*out = (struct know_power){
			.capabilities = set_of(table_text(t, row, POWER_CAPABILITIES)),
			.devices = table_text(t, row, POWER_DEVICES),
			.instead = table_text(t, row, POWER_INSTEAD),
			.source = table_cell(t, row, POWER_SOURCE),
			.date = table_cell(t, row, POWER_DATE)};
		return true;
	}
	return false;
}
