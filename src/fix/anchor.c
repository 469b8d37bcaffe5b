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

/* Is it a change that the anchor can have: of a run, and nowhere else than in there? */
static bool is_of_anchor(const struct change *c, const struct raise_anchor *anchor)
{
	if (c->kind == CHANGE_WORD)
		return c->at.file && is_within(c->at, anchor->at);
	return c->kind == CHANGE_RUN && str_find(c->key, '.') == c->key.n &&
		(!anchor->key.n || str_eq(c->key, anchor->key)) &&
		(!c->at.file || is_within(c->at, anchor->at));
}

bool anchor_is_same(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && a->op == b->op && a->is_after == b->is_after &&
		a->mode == b->mode && str_eq(a->key, b->key) &&
		str_eq(a->name, b->name) && str_eq(a->value, b->value) &&
		str_eq(a->path, b->path) &&
		(a->kind == CHANGE_TOP || is_same_place(a->at, b->at));
}

/* Those of a run that have one key, one behind the other; words have none. */
static size_t next_of_key(const struct changes *list, struct str key, size_t from)
{
	while (from < list->n &&
		!((list->at[from].kind == CHANGE_RUN ||
			  list->at[from].kind == CHANGE_WORD) &&
			str_eq(list->at[from].key, key)))
		from++;
	return from;
}

static bool is_same_key(
	const struct changes *x, const struct changes *y, struct str key)
{
	size_t i = next_of_key(x, key, 0), k = next_of_key(y, key, 0);

	while (i < x->n && k < y->n && anchor_is_same(&x->at[i], &y->at[k])) {
		i = next_of_key(x, key, i + 1);
		k = next_of_key(y, key, k + 1);
	}
	return i == x->n && k == y->n;
}

/* Do all of the group want that change, with all that goes with it? */
static bool is_for_all(const struct change *c, const struct fix_parts *group,
	const struct raise_anchor *anchor)
{
	const struct changes *first = &group->at[0].changes;

	for (size_t i = next_of_key(first, c->key, 0); i < first->n;
		i = next_of_key(first, c->key, i + 1))
		if (!is_of_anchor(&first->at[i], anchor))
			return false;
	vec_each (const struct fix_part, part, group)
		if (!is_same_key(first, &part->changes, c->key))
			return false;
	return c->kind == CHANGE_RUN || c->kind == CHANGE_WORD;
}

/* Do both do the same thing, by whatever changes? */
static bool is_alike(const struct fix_part *a, const struct fix_part *b)
{
	return a->class == b->class && str_eq(a->title, b->title);
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

/* Files and the top are nobody's: what two parts say of them is said once. */
static bool is_said(const struct changes *list, const struct change *c)
{
	vec_each (const struct change, old, list)
		if ((c->kind == CHANGE_TOP || c->kind == CHANGE_FILE) &&
			anchor_is_same(old, c))
			return true;
	return false;
}

/* What is for all stands in the first part, too; false: there is nothing. */
static bool put_changes(struct arena *a, const struct raise_anchor *anchor,
	const struct fix_parts *group, struct changes *out)
{
	bool is_shared = false;

	vec_each (const struct fix_part, part, group)
		vec_each (const struct change, c, &part->changes) {
			bool is_all = is_for_all(c, group, anchor);
			struct change *copy;

			if ((is_all && part != group->at) || is_said(out, c))
				continue;
			copy = vec_push(a, out);
			*copy = *c;
			if (is_all)
				copy->anchor = anchor->at;
			is_shared |= is_all;
		}
	return is_shared;
}

static bool put_together(struct arena *a, const struct raise_anchor *anchor,
	const struct fix_parts *group, struct fix_part *out)
{
	const struct fix_part *first = &group->at[0];
	struct str why = first->why;

	*out = (struct fix_part){.title = first->title, .class = first->class};
	if (!put_changes(a, anchor, group, &out->changes))
		return false;
	vec_each (const struct fix_part, part, group) {
		/* The one that says more. */
		if (part->why.n > why.n)
			why = part->why;
		add_new(a, &out->rules, &part->rules);
		add_new(a, &out->helps, &part->helps);
		add_new(a, &out->by_hand, &part->by_hand);
		add_new(a, &out->footprint, &part->footprint);
		add_new(a, &out->accepts, &part->accepts);
	}
	out->why = arena_printf(a, "%.*s Said once, in `&%.*s`: %.*s all stand on it.",
		STR_ARG(why), STR_ARG(anchor->name),
		STR_ARG(names_of(a, &anchor->services)));
	return true;
}

bool anchor_merge(struct arena *a, const struct raise_anchor *anchor,
	const struct fix_parts *parts, struct fix_parts *group, struct fix_part *out)
{
	*group = (struct fix_parts){0};
	vec_each (const struct str, service, &anchor->services) {
		const struct fix_part *part = part_of(parts, *service);

		if (!part || (group->n && !is_alike(&group->at[0], part)))
			return false;
		*vec_push(a, group) = *part;
	}
	return group->n && put_together(a, anchor, group, out);
}
