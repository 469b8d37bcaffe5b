/*
 * fuzz_runline: any bytes as a script, its run lines lowered, and every rule asked.
 *
 * What a line says lies in a file; names are unique; links stay inside the project; what
 * a few kilobytes come to is bounded. The same bytes are the Dockerfile, the env file
 * and the seccomp profile that the script may name.
 */
#include <stdlib.h>

#include "rule/rule.h"
#include "source/runline.h"
#include "tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_MAX = 512 * 1024 * 1024, NAMES_MAX = 200 /* compared with each other */ };

static void check_span(struct span span)
{
	if (span.file && (size_t)span.offset + span.length > span.file->bytes.n)
		abort();
}

static void check_value(struct value value)
{
	for (size_t i = 0; i < value.n; i++) {
		check_span(value.at[i].span);
		if (value.at[i].kind == SEGMENT_UNKNOWN && value.at[i].text.n)
			abort();
	}
}

static void check_run(const struct run *run)
{
	check_span(run->anchor);
	check_span(run->span);
	for (int i = 0; i < RUN_SETTING_COUNT; i++) {
		if (!run->settings[i])
			abort();
		check_span(run->settings[i]->span);
		check_value(run->settings[i]->value);
	}
	vec_each (const struct mount, m, &run->mounts) {
		check_span(m->span);
		check_span(m->source_span);
		check_span(m->target_span);
		check_value(m->source);
	}
	vec_each (const struct port, p, &run->ports) {
		check_span(p->host_span);
		if (p->published_first > p->published_last ||
			p->target_first > p->target_last)
			abort();
	}
	vec_each (const struct security_option, o, &run->security)
		check_span(o->text_span);
}

static bool is_listed(const struct project *p, const struct workload *w)
{
	vec_each (struct workload *, other, &p->workloads)
		if (*other == w)
			return true;
	return false;
}

static void check_links(const struct project *p, const struct workload *w)
{
	for (int i = 0; i < SHARED_COUNT; i++)
		if (w->joins[i] && !is_listed(p, w->joins[i]))
			abort();
	vec_each (struct workload *, other, &p->workloads)
		if (*other != w && str_eq((*other)->name, w->name))
			abort();
}

static void check(const struct project *p)
{
	vec_each (struct workload *, w, &p->workloads) {
		if (!(*w)->run || !(*w)->user || !(*w)->launch.user)
			abort();
		check_run((*w)->run);
		if (p->workloads.n <= NAMES_MAX)
			check_links(p, *w);
	}
	vec_each (struct volume *, v, &p->volumes)
		vec_each (const struct volume_use, use, &(*v)->uses)
			if (use->mount < use->workload->run->mounts.at ||
				use->mount >= use->workload->run->mounts.at +
						use->workload->run->mounts.n)
				abort();
	vec_each (const struct exec_line, e, &p->execs)
		check_span(e->line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct world *w = world_memory(&arena);
	struct load_options options = {0};
	struct str bytes = {(const char *)data, size};
	struct findings findings = {0};
	struct input in = {.path = STR("run.sh"),
		.kind = SOURCE_SCRIPT,
		.diags = {.arena = &arena}};

	world_put(w, STR("Dockerfile"), bytes);
	world_put(w, STR("e.env"), bytes);
	world_put(w, STR("p.json"), bytes);
	in.file = file_new(&arena, STR("run.sh"), bytes);
	runline_load(&arena, w, tables(), in.file, &options, &in);
	check(&in.project);
	rules_run(&(struct audit){.arena = &arena,
		.know = tables(),
		.project = &in.project,
		.file = in.file,
		.diags = &in.diags,
		.findings = &findings});
	if (arena.used > MEMORY_MAX)
		abort();
	arena_free(&arena);
	return 0;
}
