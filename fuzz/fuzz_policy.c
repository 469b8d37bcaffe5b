/*
 * fuzz_policy: any bytes as oakum.yaml, and every line of them as an ignore comment.
 *
 * Every fault and every ignore has a place in the file and something to say; the lines
 * that an ignore means are lines of the file, its own one among them.
 */
#include <stdlib.h>

#include "policy/config.h"
#include "policy/inline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_place(struct span span, const struct file *file)
{
	require(span.file == file &&
		(size_t)span.offset + span.length <= file->bytes.n);
}

static void check_config(struct arena *a, const struct file *file)
{
	static const struct str rules[] = {
		STR_INIT("image-eol-base"), STR_INIT("user-root")};
	static const struct str severities[] = {STR_INIT("low"), STR_INIT("high")};
	static const struct str objectives[] = {
		STR_INIT("no-root"), STR_INIT("no-others")};
	static const struct config_names names = {
		rules, 2, severities, 2, objectives, 2};
	struct config_faults faults = {0};
	const struct config *config = config_read(a, file, &names, &faults);

	vec_each (const struct config_fault, fault, &faults) {
		require_place(fault->span, file);
		require(fault->detail.n);
	}
	vec_each (const struct need, need, &config->needs) {
		require_place(need->span, file);
		require(!(need->capabilities & ~CAPABILITIES_ALL));
		require(need->user.text.n || need->says_capabilities ||
			need_says_seccomp(need) ||
			need->no_new_privileges != ANSWER_MAYBE ||
			need->read_only != ANSWER_MAYBE);
	}
	vec_each (const struct ignore, ignore, &config->ignores) {
		require_place(ignore->span, file);
		require(ignore->rule_count && ignore->first == ignore->last);
	}
}

static void check_inline(
	struct arena *a, const struct file *file, enum inline_syntax syntax)
{
	struct span *lines = arena_array(a, struct span, file->line_count);
	struct project project = {0};
	struct build build = {.file = file};
	struct ignores ignores = {0};

	for (uint32_t i = 0; i < file->line_count; i++)
		lines[i] = file_line(file, i + 1);
	if (syntax == INLINE_DOCKERFILE)
		*vec_push(a, &project.builds) = &build;
	inline_read(a, lines, file->line_count, syntax, &project, &ignores);
	require(ignores.n <= INLINE_IGNORES_MAX);
	vec_each (const struct ignore, ignore, &ignores) {
		uint32_t line = span_start(ignore->span).line;

		require_place(ignore->span, file);
		require(ignore->file == file && ignore->rule_count);
		require(!ignore->first ||
			(ignore->first == line && ignore->last >= line &&
				ignore->last <= file->line_count));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	const struct file *file =
		file_new(&arena, STR("f"), (struct str){(const char *)data, size});

	check_config(&arena, file);
	for (int syntax = INLINE_DOCKERFILE; syntax <= INLINE_SHELL; syntax++)
		check_inline(&arena, file, (enum inline_syntax)syntax);
	arena_free(&arena);
	return 0;
}
