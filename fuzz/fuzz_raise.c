/*
 * fuzz_raise: any bytes as a compose file, or a script, and a change that is raised.
 *
 * The first byte chooses the change. Edits lie inside the file and do not overlap; what
 * could be read without a fault can be read so afterwards; and the same change of the
 * result gives no edit, where it is about the same place: of two ports that were one,
 * the other may come first afterwards.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "source/raise.h"
#include "tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct change templates[] = {
	{.kind = CHANGE_RUN,
		.op = CHANGE_SET,
		.key = STR_INIT("user"),
		.value = STR_INIT("1777:1777")},
	{.kind = CHANGE_RUN,
		.op = CHANGE_ADD,
		.key = STR_INIT("cap_drop"),
		.value = STR_INIT("ALL")},
	{.kind = CHANGE_RUN,
		.op = CHANGE_ADD,
		.key = STR_INIT("tmpfs"),
		.value = STR_INIT("/run: #x")},
	{.kind = CHANGE_RUN,
		.op = CHANGE_ADD,
		.key = STR_INIT("environment"),
		.name = STR_INIT("HOME"),
		.value = STR_INIT("/a 'b' $c")},
	{.kind = CHANGE_RUN, .op = CHANGE_REMOVE, .key = STR_INIT("privileged")},
	{.kind = CHANGE_RUN,
		.op = CHANGE_SET,
		.key = STR_INIT("ports"),
		.name = STR_INIT("host_ip"),
		.value = STR_INIT("127.0.0.1")},
	{.kind = CHANGE_RUN,
		.op = CHANGE_SET,
		.key = STR_INIT("volumes"),
		.name = STR_INIT("read_only"),
		.value = STR_INIT("true")},
	{.kind = CHANGE_TOP,
		.op = CHANGE_ADD,
		.key = STR_INIT("secrets"),
		.name = STR_INIT("db"),
		.value = STR_INIT("file: ./db")},
};

/* One reading: the model of bytes, and the change said about its first workload. */
struct reading {
	struct arena *arena;
	struct world *world;
	struct input input;
	struct changes changes;
	bool has_place;
};

static bool read_bytes(
	struct reading *r, struct str bytes, struct str path, size_t which)
{
	struct load_options options = {0};
	struct change c = templates[which];
	const struct workload *w;

	r->world = world_memory(r->arena);
	world_put(r->world, path, bytes);
	if (input_load(r->arena, r->world, tables(), path, &options, &r->input, NULL) <
			0 ||
		r->input.skipped.n || !r->input.project.workloads.n)
		return false;
	w = r->input.project.workloads.at[0];
	if (!w->run)
		return false;
	c.workload = c.kind == CHANGE_TOP ? NULL : w;
	if (str_eq(c.key, STR("ports")) && w->run->ports.n)
		c.at = w->run->ports.at[0].span;
	if (str_eq(c.key, STR("volumes")) && w->run->mounts.n)
		c.at = w->run->mounts.at[0].span;
	if (c.kind == CHANGE_TOP)
		c.at = w->run->anchor;
	r->has_place = c.at.file != NULL && c.kind != CHANGE_TOP;
	if (!r->has_place && c.name.n && c.op == CHANGE_SET)
		return false;
	*vec_push(r->arena, &r->changes) = c;
	return true;
}

static size_t first_edit(const struct edits *edits, const bool *is_done)
{
	size_t best = edits->n;

	for (size_t i = 0; i < edits->n; i++) {
		const struct edit *e = &edits->at[i], *b = &edits->at[best];

		if (!is_done[i] &&
			(best == edits->n || e->offset < b->offset ||
				(e->offset == b->offset && !e->length && b->length)))
			best = i;
	}
	return best;
}

static struct str apply(struct arena *a, struct str bytes, const struct edits *edits)
{
	bool *is_done = arena_array(a, bool, edits->n + 1);
	struct buf out = {.arena = a};
	size_t at = 0;

	for (size_t k = 0; k < edits->n; k++) {
		size_t i = first_edit(edits, is_done);
		const struct edit *e = &edits->at[i];

		is_done[i] = true;
		if (e->offset < at || e->offset + e->length > bytes.n)
			abort();
		buf_add(&out, str_sub(bytes, at, e->offset - at));
		buf_add(&out, e->bytes);
		at = e->offset + e->length;
	}
	buf_add(&out, str_from(bytes, at));
	return buf_str(&out);
}

/* Where the edits put what stood at an offset; what it was replaced by begins there. */
static size_t moved(size_t offset, const struct edits *edits)
{
	size_t to = offset;

	vec_each (const struct edit, e, edits)
		if (e->offset + e->length <= offset && e->offset < offset)
			to += e->bytes.n - e->length;
	return to;
}

/* A quote may have come in front of it. */
static bool is_same_place(const struct reading *first, const struct edits *edits,
	const struct reading *second)
{
	size_t to = moved(first->changes.at[0].at.offset, edits);
	size_t now = second->changes.at[0].at.offset;

	return !first->has_place || now == to || now == to + 1;
}

static void check(struct arena *a, struct str bytes, struct str path, size_t which)
{
	struct reading first = {.arena = a}, second = {.arena = a};
	struct edits edits = {0}, again = {0};
	struct str refused = STR_NONE, after;

	if (!read_bytes(&first, bytes, path, which))
		return;
	if (!raise_changes(
		    a, first.world, &first.input, &first.changes, &edits, &refused)) {
		if (!refused.n || edits.n)
			abort();
		return;
	}
	after = apply(a, bytes, &edits);
	if (first.input.diags.list.n)
		return;
	if (!read_bytes(&second, after, path, which))
		abort();
	if (second.input.diags.list.n)
		abort();
	if (!is_same_place(&first, &edits, &second))
		return;
	if (raise_changes(a, second.world, &second.input, &second.changes, &again,
		    &refused) &&
		again.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = sizeof(templates) / sizeof(*templates);
	struct arena arena = {0};
	struct str bytes;

	if (!size)
		return 0;
	bytes = (struct str){(const char *)data + 1, size - 1};
	check(&arena, bytes, data[0] & 0x80 ? STR("run.sh") : STR("compose.yaml"),
		data[0] % count);
	arena_free(&arena);
	return 0;
}
