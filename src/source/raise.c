#include "source/raise_by.h"

#include "base/buf.h"

void raise_edit(struct raising *r, struct span at, struct str bytes)
{
	*vec_push(r->arena, r->out) = (struct edit){.file = at.file,
		.offset = at.offset,
		.length = at.length,
		.bytes = bytes};
}

bool raise_refuse(struct raising *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	*r->refused = arena_vprintf(r->arena, fmt, args);
	va_end(args);
	return false;
}

bool raise_is_bare(struct str value)
{
	static const struct str others = STR_INIT("_-./:=@%+,");

	for (size_t i = 0; i < value.n; i++)
		if (!byte_is_alpha(value.p[i]) && !byte_is_digit(value.p[i]) &&
			str_find(others, value.p[i]) == others.n)
			return false;
	return value.n > 0;
}

uint32_t raise_line_start(const struct file *f, uint32_t offset)
{
	uint32_t start = str_starts(f->bytes, STR("\xef\xbb\xbf")) ? 3 : 0;

	while (offset > start && f->bytes.p[offset - 1] != '\n')
		offset--;
	return offset > start ? offset : start;
}

uint32_t raise_line_end(const struct file *f, uint32_t offset)
{
	while (offset < f->bytes.n && f->bytes.p[offset] != '\n')
		offset++;
	if (offset < f->bytes.n && offset && f->bytes.p[offset - 1] == '\r')
		offset--;
	return offset;
}

/* Every line of text that file does not have yet, as lines of their own. */
static struct str missing_lines(struct arena *a, struct str file, struct str text)
{
	struct buf out = {.arena = a};
	struct str_fields lines = {.rest = text};
	struct str line;

	while (str_next_field(&lines, '\n', &line)) {
		struct str_fields old = {.rest = file};
		struct str there;
		bool is_there = !line.n;

		while (!is_there && str_next_field(&old, '\n', &there))
			is_there = str_eq(str_trim_right(there), line);
		if (!is_there)
			buf_printf(&out, "%.*s\n", STR_ARG(line));
	}
	return buf_str(&out);
}

static bool raise_lines(
	struct raising *r, const struct file *file, const struct change *change)
{
	struct str lines = missing_lines(r->arena, file->bytes, change->value);
	bool is_open = file->bytes.n && !str_ends(file->bytes, STR("\n"));

	if (!lines.n)
		return true;
	/* A file that ends without a newline goes on to do so. */
	if (is_open)
		lines = arena_printf(
			r->arena, "\n%.*s", STR_ARG(str_sub(lines, 0, lines.n - 1)));
	raise_edit(r, span_of(file, file->bytes.n, 0), lines);
	return true;
}

static bool raise_file(struct raising *r, const struct change *change)
{
	struct world_stat st = {.kind = WORLD_ABSENT};
	const struct file *file;
	struct err e = {0};

	if (world_stat(r->world, change->path, &st, &e) < 0)
		return raise_refuse(r, "Cannot %s.", e.text);
	if (st.kind == WORLD_ABSENT) {
		*vec_push(r->arena, r->out) = (struct edit){.path = change->path,
			.bytes = change->value,
			.mode = change->mode ? change->mode : 0644};
		return true;
	}
	if (st.kind != WORLD_FILE)
		return raise_refuse(r, "'%.*s' is no regular file; look at it first.",
			STR_ARG(change->path));
	if (world_read(r->world, change->path, &file, &e) < 0)
		return raise_refuse(r, "Cannot %s.", e.text);
	if (change->op == CHANGE_SET)
		return raise_lines(r, file, change);
	return str_eq(file->bytes, change->value) ||
		raise_refuse(r, "'%.*s' is there already; put this into it: %.*s",
			STR_ARG(change->path), STR_ARG(change->value));
}

/* The file that the change is about. */
static const struct file *file_of(const struct raising *r, const struct change *change)
{
	if (change->anchor.file)
		return change->anchor.file;
	if (change->kind == CHANGE_RUN && change->workload && change->workload->run)
		return change->at.file ? change->at.file : change->workload->run->file;
	return change->at.file ? change->at.file : r->input->file;
}

bool raise_is_of_a_build(const struct input *input, const struct file *file)
{
	vec_each (struct build *, build, &input->project.builds)
		if ((*build)->file == file)
			return true;
	return false;
}

/* A Dockerfile within a compose file has bytes that are no file's. */
static bool is_within_another(struct raising *r, const struct file *file)
{
	const struct file *now;
	struct err e = {0};

	return file && world_read(r->world, file->path, &now, &e) == 0 &&
		!str_eq(now->bytes, file->bytes);
}

static bool raise_group(struct raising *r, const struct change *const *group, size_t n)
{
	const struct change *first = group[0];
	const struct file *file = file_of(r, first);

	if (raise_is_of_a_build(r->input, file) && is_within_another(r, file))
		return raise_inline(r, file, group, n);
	switch (first->kind) {
	case CHANGE_FILE:
		return raise_file(r, first);
	case CHANGE_STEP:
	case CHANGE_FLAG:
		return dockerfile_raise(r, group, n);
	case CHANGE_TOP:
		return compose_raise(r, group, n);
	case CHANGE_RUN:
		if (!first->workload->run)
			return raise_refuse(r, "Nothing here says how it is started.");
		return first->workload->run->source == RUN_BY_LINE
			? runline_raise(r, group, n)
			: compose_raise(r, group, n);
	case CHANGE_WORD:
		break;
	}
	if (raise_is_of_a_build(r->input, file))
		return dockerfile_raise(r, group, n);
	return r->input->kind == SOURCE_COMPOSE ? compose_raise(r, group, n)
						: runline_raise(r, group, n);
}

/* Do both add to the same list or mapping? */
static bool belongs_to(const struct change *first, const struct change *c)
{
	return c == first ||
		(c->op == CHANGE_ADD && first->op == CHANGE_ADD &&
			c->kind == first->kind && c->workload == first->workload &&
			(c->kind == CHANGE_RUN || c->kind == CHANGE_TOP) &&
			str_eq(c->key, first->key));
}

bool raise_changes_by(struct arena *a, struct world *world, const struct input *input,
	const struct changes *changes, struct raise_memo *memo, struct edits *out,
	struct str *refused)
{
	struct raising r = {.arena = a,
		.world = world,
		.input = input,
		.memo = memo,
		.out = out,
		.refused = refused};
	bool *is_done = arena_array(a, bool, changes->n + 1);
	size_t before = out->n;

	for (size_t i = 0; i < changes->n; i++) {
		VEC(const struct change *) group = {0};

		for (size_t k = i; !is_done[i] && k < changes->n; k++)
			if (!is_done[k] &&
				belongs_to(&changes->at[i], &changes->at[k])) {
				*vec_push(a, &group) = &changes->at[k];
				is_done[k] = k != i;
			}
		if (group.n && !raise_group(&r, group.at, group.n)) {
			out->n = before;
			return false;
		}
	}
	return true;
}

bool raise_changes(struct arena *a, struct world *world, const struct input *input,
	const struct changes *changes, struct edits *out, struct str *refused)
{
	struct raise_memo memo = {0};

	return raise_changes_by(a, world, input, changes, &memo, out, refused);
}
