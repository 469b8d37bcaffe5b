#include "raise_bed.h"

#include "base/buf.h"
#include "know/know.h"

static const struct workload *find_workload(const struct input *in, const char *name)
{
	if (name && !*name)
		return NULL;
	vec_each (struct workload *, w, &in->project.workloads)
		if (!name || str_eq((*w)->service, str_c(name)))
			return *w;
	fail_msg("no workload %s", name ? name : "at all");
	return NULL;
}

static struct span find_bytes(const struct file *f, const char *at)
{
	size_t offset = str_find_str(f->bytes, str_c(at));

	if (offset == f->bytes.n)
		fail_msg("'%s' is not there", at);
	return span_of(f, offset, strlen(at));
}

static struct str applied(struct arena *a, struct str bytes, const struct edits *edits)
{
	struct buf out = {.arena = a};
	size_t at = 0;
	bool *is_done = arena_array(a, bool, edits->n + 1);

	for (size_t k = 0; k < edits->n; k++) {
		size_t best = edits->n;

		for (size_t i = 0; i < edits->n; i++)
			if (!is_done[i] &&
				(best == edits->n ||
					edits->at[i].offset < edits->at[best].offset ||
					(edits->at[i].offset ==
							edits->at[best].offset &&
						!edits->at[i].length &&
						edits->at[best].length)))
				best = i;
		is_done[best] = true;
		assert_true(edits->at[best].offset >= at);
		buf_add(&out, str_sub(bytes, at, edits->at[best].offset - at));
		buf_add(&out, edits->at[best].bytes);
		at = edits->at[best].offset + edits->at[best].length;
	}
	buf_add(&out, str_from(bytes, at));
	return buf_str(&out);
}

/* The bytes with the edits in them, or "refused: " and the reason. */
static struct str raise_row(struct arena *a, const char *path, struct str bytes,
	const struct bed_change *changes, enum source_kind as)
{
	struct world *world = world_memory(a);
	struct load_options options = {.as = as};
	struct changes list = {0};
	struct edits edits = {0};
	struct str refused = STR_NONE;
	struct input in;
	struct err e;

	world_put(world, str_c(path), bytes);
	world_put(world, STR("Dockerfile"), STR("FROM debian:12\n"));
	if (input_load(a, world, know_builtin(a), str_c(path), &options, &in, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < BED_CHANGES_MAX && (changes[i].key || changes[i].value);
		i++)
		*vec_push(a, &list) = (struct change){.kind = changes[i].kind,
			.op = changes[i].op,
			.workload = changes[i].kind == CHANGE_TOP
				? NULL
				: find_workload(&in, changes[i].workload),
			.key = str_c(changes[i].key),
			.name = str_c(changes[i].name),
			.value = str_c(changes[i].value),
			.at = changes[i].at ? find_bytes(in.file, changes[i].at)
					    : SPAN_NONE};
	if (!raise_changes(a, world, &in, &list, &edits, &refused))
		return arena_printf(a, "refused: %.*s", STR_ARG(refused));
	return applied(a, bytes, &edits);
}

static bool is_about_a_place(const struct bed_row *row)
{
	for (size_t i = 0; i < BED_CHANGES_MAX; i++)
		if (row->changes[i].at)
			return true;
	return false;
}

static void check_row(const char *path, enum source_kind as, const struct bed_row *row)
{
	struct arena arena = {0};
	struct str after =
		raise_row(&arena, path, str_c(row->before), row->changes, as);
	struct str wanted = str_c(row->after), again;

	if (str_starts(wanted, STR("!"))) {
		if (!str_starts(after, STR("refused: ")) ||
			str_find_str(after, str_from(wanted, 1)) == after.n)
			fail_msg("%s: got\n%.*s\nno refusal with '%s'", row->about,
				STR_ARG(after), row->after + 1);
	} else if (!str_eq(after, wanted)) {
		fail_msg("%s: got\n%.*s\nexpected\n%s", row->about, STR_ARG(after),
			row->after);
	} else if (!is_about_a_place(row)) {
		again = raise_row(&arena, path, after, row->changes, as);
		if (!str_eq(again, after))
			fail_msg("%s: the second time gives\n%.*s", row->about,
				STR_ARG(again));
	}
	arena_free(&arena);
}

void bed_check_rows(
	const char *path, enum source_kind as, const struct bed_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_row(path, as, &rows[i]);
}
