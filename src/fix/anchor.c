#include "fix/anchor.h"

#include "base/buf.h"

/* ---- are they the same? ---- */

static bool is_same_place(struct span a, struct span b)
{
	if (!a.file || !b.file)
		return !a.file && !b.file;
	return str_eq(a.file->path, b.file->path) && a.offset == b.offset &&
		a.length == b.length;
}

static bool is_within(struct span at, struct span outer)
{
	return str_eq(at.file->path, outer.file->path) && at.offset >= outer.offset &&
		at.offset + at.length <= outer.offset + outer.length;
}

/* Is it a change that an anchor can have: of a run, and nowhere else than in there? */
static bool is_of_anchor(const struct change *c, const struct raise_anchor *anchor)
{
	switch (c->kind) {
	case CHANGE_RUN:
		return str_find(c->key, '.') == c->key.n &&
			(!c->at.file || is_within(c->at, anchor->at));
	case CHANGE_WORD:
		return c->at.file && is_within(c->at, anchor->at);
	case CHANGE_TOP:
	case CHANGE_FILE:
		return true;
	default:
		return false;
	}
}

static bool is_same_change(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && a->op == b->op && a->is_after == b->is_after &&
		a->mode == b->mode && str_eq(a->key, b->key) &&
		str_eq(a->name, b->name) && str_eq(a->value, b->value) &&
		str_eq(a->path, b->path) &&
		(a->kind == CHANGE_TOP || is_same_place(a->at, b->at));
}

static bool is_same_part(const struct fix_part *a, const struct fix_part *b)
{
	if (a->class != b->class || a->changes.n != b->changes.n ||
		!str_eq(a->title, b->title))
		return false;
	for (size_t i = 0; i < a->changes.n; i++)
		if (!is_same_change(&a->changes.at[i], &b->changes.at[i]))
			return false;
	return true;
}

static bool fits(const struct fix_part *part, const struct raise_anchor *anchor)
{
	bool has_run = false;

	vec_each (const struct change, c, &part->changes) {
		if (!is_of_anchor(c, anchor))
			return false;
		has_run |= c->kind == CHANGE_RUN || c->kind == CHANGE_WORD;
	}
	return has_run;
}

/* ---- one of them ---- */

/* The workload that the part is about; NULL where it is about several. */
static const struct workload *workload_of(const struct fix_part *part)
{
	const struct workload *found = NULL;

	vec_each (const struct change, c, &part->changes) {
		if (!c->workload)
			continue;
		if (found && found != c->workload)
			return NULL;
		found = c->workload;
	}
	return found;
}

static const struct fix_part *part_of(const struct fix_parts *parts, struct str service)
{
	vec_each (const struct fix_part, part, parts) {
		const struct workload *w = workload_of(part);

		if (w && str_eq(w->service, service))
			return part;
	}
	return NULL;
}

static void add_new(struct arena *a, struct strs *to, const struct strs *from)
{
	vec_each (const struct str, s, from) {
		bool is_there = false;

		vec_each (const struct str, old, to)
			is_there = is_there || str_eq(*old, *s);
		if (!is_there)
			*vec_push(a, to) = *s;
	}
}

/* "web, worker and 3 more" */
static struct str names_of(struct arena *a, const struct strs *services)
{
	enum { SHOWN = 3 };
	struct buf out = {.arena = a};

	for (size_t i = 0; i < services->n && i < SHOWN; i++)
		buf_printf(&out, "%s`%.*s`",
			!i			       ? ""
				: i + 1 == services->n ? " and "
						       : ", ",
			STR_ARG(services->at[i]));
	if (services->n > SHOWN)
		buf_printf(&out, " and %zu more", services->n - SHOWN);
	return buf_str(&out);
}

static void put_together(struct arena *a, const struct raise_anchor *anchor,
	const struct fix_parts *group, struct fix_part *out)
{
	const struct fix_part *first = &group->at[0];

	*out = (struct fix_part){.title = first->title, .class = first->class};
	out->why = arena_printf(a, "%.*s Said once, in `&%.*s`: %.*s all stand on it.",
		STR_ARG(first->why), STR_ARG(anchor->name),
		STR_ARG(names_of(a, &anchor->services)));
	vec_each (const struct change, c, &first->changes) {
		struct change *copy = vec_push(a, &out->changes);

		*copy = *c;
		if (c->kind == CHANGE_RUN || c->kind == CHANGE_WORD)
			copy->anchor = anchor->at;
	}
	vec_each (const struct fix_part, part, group) {
		add_new(a, &out->rules, &part->rules);
		add_new(a, &out->by_hand, &part->by_hand);
		add_new(a, &out->footprint, &part->footprint);
		add_new(a, &out->accepts, &part->accepts);
	}
}

bool anchor_merge(struct arena *a, const struct raise_anchor *anchor,
	const struct fix_parts *parts, struct fix_parts *group, struct fix_part *out)
{
	*group = (struct fix_parts){0};
	vec_each (const struct str, service, &anchor->services) {
		const struct fix_part *part = part_of(parts, *service);

		if (!part || !fits(part, anchor) ||
			(group->n && !is_same_part(&group->at[0], part)))
			return false;
		*vec_push(a, group) = *part;
	}
	put_together(a, anchor, group, out);
	return true;
}
