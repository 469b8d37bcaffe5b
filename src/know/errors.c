#include "know/errors.h"

#include "know/columns.h"
#include "know/table.h"

static const struct str names[] = {
#define CAUSE(ident, word) STR_INIT(word),
#include "know/causes.def"
#undef CAUSE
};

static const struct str weights[] = {[ERROR_FATAL] = STR_INIT("fatal"),
	[ERROR_WARNS] = STR_INIT("warns"),
	[ERROR_ECHOES] = STR_INIT("echoes")};

/* Which of n words the cell is; the build has seen to it that it is one of them. */
static unsigned word_of(struct str cell, const struct str *words, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(cell, words[i]))
			return i;
	return 0;
}

uint32_t know_error_count(void)
{
	return know_errors.row_count;
}

struct know_error know_error(uint32_t index)
{
	const struct know_table *t = &know_errors;

	return (struct know_error){
		.pattern = table_cell(t, index, ERROR_PATTERN),
		.then = table_text(t, index, ERROR_THEN),
		.by = table_text(t, index, ERROR_BY),
		.cause = word_of(table_cell(t, index, ERROR_CAUSE), names, CAUSE_COUNT),
		.code = table_text(t, index, ERROR_CODE),
		.weight = word_of(table_cell(t, index, ERROR_WEIGHT), weights,
			sizeof(weights) / sizeof(*weights)),
		.path = table_text(t, index, ERROR_PATH),
		.variable = table_text(t, index, ERROR_VARIABLE),
		.cure = table_text(t, index, ERROR_CURE),
		.source = table_cell(t, index, ERROR_SOURCE),
		.date = table_cell(t, index, ERROR_DATE),
	};
}

struct str cause_name(enum cause_kind cause)
{
	return names[cause];
}
