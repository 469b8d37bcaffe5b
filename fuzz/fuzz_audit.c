/*
 * The whole way of one Dockerfile: read, lower, ask every rule, write both reports. The
 * context holds a script whose bytes are the input's, too.
 */
#include "report/report.h"
#include "source/load.h"
#include "tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_reports(
	struct arena *a, const struct input *in, struct findings *found)
{
	struct buf out = {.arena = a};
	struct report_parts parts = {.inputs = {.arena = a}, .skipped = {.arena = a}};
	struct report_input report = {.path = in->path,
		.kind = source_kind_name(in->kind),
		.project = &in->project,
		.findings = found};

	report_text(&out, &report, &(struct report_style){.width = 80});
	report_json_start(&out);
	report_json_findings(&out, &report, &parts);
	report_json_finish(&out, &parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	struct load_options options = {.as = SOURCE_DOCKERFILE};
	struct str bytes = {(const char *)data, size};
	struct findings findings = {0};
	struct input in;

	world_put(w, STR("Dockerfile"), bytes);
	world_put(w, STR("setup.sh"), bytes);
	if (input_load(&arena, w, tables(), STR("Dockerfile"), &options, &in, NULL) ==
		0) {
		struct audit audit = {.arena = &arena,
			.know = tables(),
			.project = &in.project,
			.file = in.file,
			.diags = &in.diags,
			.findings = &findings};

		rules_run(&audit);
		write_reports(&arena, &in, &findings);
	}
	arena_free(&arena);
	return 0;
}
