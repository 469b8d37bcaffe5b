/*
 * Flags of an instruction: --chown=1777:1777, --mount=type=cache,target=/x.
 */
#include "source/dockerfile_raise.h"

static struct str name_of(const struct dockerfile_place *p)
{
	return dockerfile_keyword_name(p->in->keyword);
}

/* A mount is said as often as there are mounts; any other flag once. */
static const struct dockerfile_flag *find_flag(const struct dockerfile_place *p)
{
	bool is_list = str_eq(p->change->name, STR("mount")) ||
		str_eq(p->change->name, STR("device"));

	for (uint32_t i = p->in->flag_count; i-- > 0;) {
		const struct dockerfile_flag *f = &p->in->flags[i];

		if (str_eq(f->name.s, p->change->name) &&
			(!is_list || str_eq(f->value.s, p->change->value)))
			return f;
	}
	return NULL;
}

enum { WIDE = 88 }; /* what is longer goes to a line of its own */

/* What other changes put on the line there already. */
static size_t pending_at(const struct dockerfile_place *p, uint32_t at)
{
	size_t n = 0;

	vec_each (const struct edit, e, p->r->out)
		if (e->file == p->df->file && e->offset == at && !e->length)
			n = str_ends(e->bytes, STR("   ")) ? 0 : n + e->bytes.n;
	return n;
}

/* A mount that makes a line wide: what stands behind it begins the next line. */
static struct str wrapped(
	const struct dockerfile_place *p, uint32_t at, struct str text)
{
	const struct file *file = p->df->file;
	uint32_t start = raise_line_start(file, at);
	struct str rest = str_from(file->bytes, at), line, next;
	struct arena *a = p->r->arena;
	size_t before;

	line = str_sub(rest, 0, str_find(rest, '\n'));
	before = at - start + pending_at(p, at) + text.n;
	if (!str_eq(p->change->name, STR("mount")) || !str_starts(rest, STR(" ")) ||
		str_find_str(line, STR("<<")) < line.n || before + line.n <= WIDE)
		return arena_printf(a, " %.*s", STR_ARG(text));
	next = arena_printf(a, " %c%.*s   ", p->df->escape, STR_ARG(p->eol));
	/* The next line begins behind it already. */
	line = str_trim(line);
	if (line.n == 1 && line.p[0] == p->df->escape)
		return arena_printf(a, "%.*s %.*s", STR_ARG(next), STR_ARG(text));
	return arena_printf(a, "%.*s %.*s%.*s", STR_ARG(before > WIDE ? next : STR("")),
		STR_ARG(text), STR_ARG(next));
}

static bool set_flag(struct dockerfile_place *p, const struct dockerfile_flag *flag)
{
	struct str text =
		arena_printf(p->r->arena, "--%.*s%s%.*s", STR_ARG(p->change->name),
			p->change->value.n ? "=" : "", STR_ARG(p->change->value));
	uint32_t at = p->in->flag_count
		? span_stop(p->in->flags[p->in->flag_count - 1].span)
		: span_stop(p->in->keyword_span);

	if (p->change->value.n && !raise_is_bare(p->change->value))
		return raise_refuse(p->r, "Write `%.*s` into line %u by hand.",
			STR_ARG(text), span_start(p->in->span).line);
	if (!flag)
		raise_edit(p->r, dockerfile_here(p, at, 0), wrapped(p, at, text));
	else if (!str_eq(flag->value.s, p->change->value))
		raise_edit(p->r, flag->span, text);
	return true;
}

bool dockerfile_raise_flag(struct dockerfile_place *p)
{
	const struct dockerfile_flag *flag = find_flag(p);
	struct str bytes = p->df->file->bytes;
	uint32_t end;

	if (p->in->keyword != DOCKERFILE_COPY && p->in->keyword != DOCKERFILE_ADD &&
		p->in->keyword != DOCKERFILE_RUN)
		return raise_refuse(p->r,
			"`--%.*s` would stand in %.*s (line %u): write it by hand.",
			STR_ARG(p->change->name), STR_ARG(name_of(p)),
			span_start(p->in->span).line);
	if (flag && dockerfile_has_variable(span_str(flag->span)) &&
		!str_eq(flag->value.s, p->change->value))
		return dockerfile_refuse_variable(p, span_str(flag->span));
	if (p->change->op == CHANGE_SET)
		return set_flag(p, flag);
	if (!flag || p->change->op != CHANGE_REMOVE)
		return true;
	end = span_stop(flag->span);
	while (end < bytes.n && byte_is_blank(bytes.p[end]))
		end++;
	raise_edit(p->r, dockerfile_here(p, flag->span.offset, end - flag->span.offset),
		STR_NONE);
	return true;
}
