#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "cli/audit.h"
#include "cli/audit_ignore.h"
#include "cli/config.h"
#include "cli/stream.h"
#include "source/compose.h"

enum { FOUND_MAX = 1024 * 1024 }; /* bytes of a file that a walk found */

/* What a stream says lies over the disk under the stream's name. */
static int open_stream(
	struct arena *a, struct world **world, struct str path, struct err *e)
{
	cleanup_close int opened = -1;
	int fd = STDIN_FILENO;
	struct str bytes = STR_NONE;

	if (!str_eq(path, walk_stdin)) {
		opened = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (opened < 0)
			return err_set(e, errno, "read '%.*s'", STR_ARG(path));
		fd = opened;
	}
	if (stream_read(a, fd, arena_printf(a, "'%.*s'", STR_ARG(path)), FILE_MAX,
		    &bytes, e) < 0)
		return -1;
	*world = world_overlay(a, *world, path, bytes);
	return 0;
}

bool audit_is_too_large(
	struct world *world, const struct walk_item *item, struct str *reason)
{
	struct world_stat st;

	if (!item->is_found || world_stat(world, item->path, &st, NULL) < 0 ||
		st.size <= FOUND_MAX)
		return false;
	*reason = source_is_dockerfile_name(item->path) ||
			source_is_compose_name(item->path)
		? STR("larger than 1 MiB; name it to have it read")
		: STR_NONE;
	return true;
}

/* A stage that --target names and the file has not: nothing of it was audited. */
static struct str missing_target(struct arena *a, const struct project *project)
{
	vec_each (struct build *, build, &project->builds)
		vec_each (const struct build_problem, p, &(*build)->problems)
			if (p->kind == BUILD_TARGET_UNKNOWN)
				return arena_printf(
					a, "no stage '%.*s' in it", STR_ARG(p->name));
	return STR_NONE;
}

static struct str partial_reason(struct arena *a, const struct input *input)
{
	static const enum diag_id unseen[] = {DIAG_FILE_TOO_LARGE, DIAG_LIMIT_REACHED,
		DIAG_NOT_TEXT, DIAG_DIAGS_DROPPED};
	const struct diags *diags = &input->diags;

	vec_each (const struct diag, d, &diags->list)
		for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
			if (d->id == unseen[i])
				return arena_printf(a, "line %u: %.*s",
					span_start(d->span).line, STR_ARG(d->detail));
	if (diags->dropped)
		return arena_printf(
			a, "%zu more problems than are listed", diags->dropped);
	return missing_target(a, &input->project);
}

static void write_result(const struct audit_options *options,
	const struct report_input *in, struct audit_result *result)
{
	report_count(&result->counts, in);
	if (in->skipped.n || in->partial.n)
		result->has_unseen = true;
	for (int s = options->fail_on; s < SEVERITY_COUNT; s++)
		if (result->counts.severity[s])
			result->has_failing = true;
	if (in->findings && in->findings->n > REPORT_FINDINGS_MAX)
		result->has_unseen = true;
	if (options->format == AUDIT_JSON)
		report_json_findings(&result->text, in, &result->parts);
	else if (!result->errors.n)
		report_text(&result->text, in, &options->style);
}

/* The item gave nothing to audit; a named one gets its line on standard error. */
static void give_up(const struct audit_options *options, const struct walk_item *item,
	struct str why, bool has_failed, struct audit_result *result)
{
	struct report_input in = {
		.path = item->path, .kind = STR("unknown"), .skipped = why};

	if (!item->is_found)
		buf_printf(&result->errors, "cannot %.*s", STR_ARG(why));
	result->has_failed = has_failed;
	write_result(options, &in, result);
}

static void failed_load(const struct audit_options *options,
	const struct walk_item *item, const struct err *e, struct audit_result *result)
{
	/* A found file that is gone, or a link to nothing, hides nothing. */
	if (item->is_found && (e->code == ENOENT || e->code == EISDIR || e->code == 0))
		return;
	give_up(options, item, str_c(e->text),
		!item->is_found && e->code != EFBIG && e->code != ESTALE, result);
}

/* The result outlives what was read. */
static void note_covered(const struct input *input, struct audit_result *result)
{
	struct arena *a = result->text.arena;

	vec_each (const struct str, path, &input->covered)
		*vec_push(a, &result->covered) =
			arena_str(a, path_join(a, STR("."), *path));
}

static void note_uses(const struct audit_options *options, const struct audit *audit,
	struct audit_result *result)
{
	size_t n = options->ignores.n;
	struct ignore_use *uses;

	if (!n)
		return;
	uses = arena_array(result->text.arena, struct ignore_use, n);
	memcpy(uses, audit->ignore_uses, n * sizeof(*uses));
	result->uses = uses;
}

static void audit_input(const struct audit_options *options, struct arena *work,
	struct world *world, const struct input *input, struct audit_result *result)
{
	struct findings findings = {0};
	struct outlooks outlooks = {0};
	struct audit audit = {.arena = work,
		.know = options->know,
		.world = world,
		.now = world_now(world),
		.project = &input->project,
		.file = input->file,
		.diags = &input->diags,
		.choice = options->choice,
		.findings = &findings,
		.outlooks = &outlooks};
	struct report_input in = {.path = input->path,
		.kind = source_kind_name(input->kind),
		.project = &input->project,
		.findings = &findings,
		.outlooks = &outlooks,
		.skipped = input->skipped,
		.partial = partial_reason(work, input),
		.other_targets = input->other_targets.at,
		.other_target_count = input->other_targets.n};

	if (!input->skipped.n) {
		audit_ignores(options, input, &audit);
		rules_run(&audit);
		note_uses(options, &audit, result);
	} else {
		in.project = NULL;
	}
	result->kind = in.kind;
	note_covered(input, result);
	write_result(options, &in, result);
}

/* How an item of this kind is read, beside what the options say. */
static void choose_load(struct arena *work, const struct audit_options *options,
	const struct walk_item *item, struct load_options *load)
{
	*load = options->load;
	load->is_found = item->is_found;
	if (item->kind == WALK_FILE)
		config_load_options(work, options, item->path, load);
	if (item->kind != WALK_PROJECT)
		load->compose_files = (struct strs){0};
	if (item->kind == WALK_LINE)
		load->as = SOURCE_RUN_LINE;
}

int audit_open(const struct audit_options *options, const struct walk_item *item,
	struct arena *work, struct world **world, struct load_options *load,
	struct err *e)
{
	*world = world_disk(work);
	choose_load(work, options, item, load);
	if (item->kind == WALK_LINE)
		*world = world_overlay(work, *world, item->path, item->text);
	if (item->kind == WALK_STREAM)
		return open_stream(work, world, item->path, e);
	return 0;
}

void audit_file(const struct audit_options *options, const struct walk_item *item,
	struct arena *work, struct audit_result *result)
{
	struct world *world;
	struct load_options load;
	struct input input = {0};
	struct err e = {0};
	struct str reason;

	if (item->kind == WALK_ABSENT || item->kind == WALK_UNSEEN) {
		give_up(options, item, item->why, item->kind == WALK_ABSENT, result);
		return;
	}
	if (audit_is_too_large(world_disk(work), item, &reason)) {
		if (reason.n)
			give_up(options, item, reason, false, result);
		return;
	}
	if (audit_open(options, item, work, &world, &load, &e) < 0 ||
		input_load(work, world, options->know, item->path, &load, &input, &e) <
			0) {
		failed_load(options, item, &e, result);
		return;
	}
	if (!input.is_left)
		audit_input(options, work, world, &input, result);
}

void audit_config(const struct audit_options *options, struct ignore_use *uses,
	struct arena *work, struct audit_result *result)
{
	static const struct project empty;
	struct findings findings = {0};
	struct audit audit = {.arena = work,
		.now = world_now(world_disk(work)),
		.file = options->config->file,
		.choice = options->choice,
		.ignores = options->ignores.at,
		.ignore_count = options->ignores.n,
		.ignore_uses = uses,
		.folder = options->folder,
		.findings = &findings};
	struct report_input in = {.path = options->config->file->path,
		.kind = STR("configuration"),
		.project = &empty,
		.findings = &findings};

	rules_run_on_ignores(&audit);
	if (findings.n)
		write_result(options, &in, result);
}
