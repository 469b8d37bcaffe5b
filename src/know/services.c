#include "base/path.h"
#include "know/columns.h"
#include "know/know.h"
#include "know/table.h"

static bool ports_match(struct str ports, uint16_t first, uint16_t last)
{
	struct str_fields fields = {.rest = ports};
	struct str one;
	uint32_t port;

	while (str_next_field(&fields, ',', &one))
		if (str_to_u32(one, &port) && port >= first && port <= last)
			return true;
	return false;
}

/* Words behind which a program's name may stand: `uv run redis-server`, `tini --`. */
static bool is_starter(struct str word)
{
	static const struct str starters[] = {STR_INIT(""), STR_INIT("run"),
		STR_INIT("exec"), STR_INIT("--"), STR_INIT("-g"), STR_INIT("-m")};

	for (size_t i = 0; i < sizeof(starters) / sizeof(*starters); i++)
		if (str_eq(word, starters[i]))
			return true;
	return false;
}

/* Does the program ("ray start") begin at words[i]? */
static bool starts_at(struct str program, const struct str *words, size_t n, size_t i)
{
	struct str rest = program, want;

	if (i && !is_starter(words[i - 1]))
		return false;
	for (; str_next_word(&rest, &want); i++)
		if (i == n || !str_glob(want, path_base(words[i])))
			return false;
	return true;
}

static bool program_matches(struct str cell, const struct str *words, size_t n)
{
	struct str_fields fields = {.rest = cell};
	struct str program;

	while (cell.n && str_next_field(&fields, ',', &program))
		for (size_t i = 0; i < n; i++)
			if (words[i].n && starts_at(program, words, n, i))
				return true;
	return false;
}

static bool image_matches(uint32_t row, const struct image_ref *image)
{
	const struct know_table *t = &know_services;

	return image && table_text(t, row, SERVICE_IMAGE).n &&
		table_name_matches(t, row, image->name, table_key(image->name)) &&
		table_tags_match(
			table_cell(t, row, SERVICE_TAGS), image_ref_tag(image));
}

static struct know_service service_load(uint32_t row)
{
	const struct know_table *t = &know_services;

	return (struct know_service){
		.name = table_cell(t, row, SERVICE_NAME),
		.asks = str_eq(table_cell(t, row, SERVICE_LOGIN), STR("own")),
		.on = table_text(t, row, SERVICE_ON),
		.off = table_text(t, row, SERVICE_OFF),
		.is_grave = str_eq(table_cell(t, row, SERVICE_RISK), STR("high")),
		.harm = table_cell(t, row, SERVICE_HARM),
		.source = table_cell(t, row, SERVICE_SOURCE),
		.date = table_cell(t, row, SERVICE_DATE),
	};
}

bool know_service(const struct knowledge *k, const struct image_ref *image,
	const struct str *words, size_t word_count, uint16_t first, uint16_t last,
	struct know_service *out)
{
	const struct know_table *t = &know_services;

	(void)k;
	for (uint32_t row = 0; row < t->row_count; row++) {
		if (!ports_match(table_cell(t, row, SERVICE_PORTS), first, last))
			continue;
		if (!image_matches(row, image) &&
			!program_matches(
				table_text(t, row, SERVICE_PROGRAM), words, word_count))
			continue;
		*out = service_load(row);
		return true;
	}
	return false;
}
