#include "know/programs.h"

#include "know/columns.h"
#include "know/table.h"

enum program_needs know_program_needs(struct str name)
{
	static const struct {
		struct str word;
		enum program_needs needs;
	} words[] = {
		{STR_INIT("root"), PROGRAM_NEEDS_ROOT},
		{STR_INIT("own"), PROGRAM_NEEDS_OWN},
		{STR_INIT("folders"), PROGRAM_NEEDS_FOLDERS},
		{STR_INIT("beside"), PROGRAM_NEEDS_BESIDE},
		{STR_INIT("devices"), PROGRAM_NEEDS_DEVICES},
		{STR_INIT("engine"), PROGRAM_NEEDS_ENGINE},
	};
	const struct know_table *t = &know_programs;
	uint32_t key = table_key(name);

	for (uint32_t row = 0; row < t->row_count; row++) {
		struct str needs;

		if (!table_name_matches(t, row, name, key))
			continue;
		needs = table_cell(t, row, PROGRAM_NEEDS);
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (str_eq(needs, words[i].word))
				return words[i].needs;
	}
	return PROGRAM_NEEDS_NOTHING;
}
