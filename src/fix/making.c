/*
 * A plan on its way: the files are read with what is kept so far, parts are laid over them
 * and proved, and those that hold are kept. A reading is thrown away when the next one is
 * kept: two arenas take turns, and what outlives them is copied.
 */
#include "fix/making.h"

#include <stdlib.h>

#include "base/buf.h"

/* ---- readings ---- */

struct named {
	struct str name;
	size_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* Which findings are about which workload, in their order. */
static struct finding_list *index_findings(struct arena *a, const struct reading *r)
{
	const struct workloads *w = &r->input.project.workloads;
	struct finding_list *about = arena_array(a, struct finding_list, w->n + 1);
	struct named *names = arena_array(a, struct named, w->n + 1);

	for (size_t i = 0; i < w->n; i++)
		names[i] = (struct named){w->at[i]->name, i};
	qsort(names, w->n, sizeof(*names), compare_named);
	vec_each (const struct finding, f, &r->findings)
		vec_each (const struct str, name, &f->workloads) {
			struct named key = {.name = *name};
			const struct named *found = bsearch(
				&key, names, w->n, sizeof(*names), compare_named);

			if (found)
				*vec_push(a, &about[found->index]) = f;
		}
	return about;
}

int making_read(struct making *m, const struct edited_files *files, struct reading *out,
	struct err *e)
{
	struct arena *a = &m->homes[!m->home];
	struct edited_files own = {0};

	arena_reset(a);
	/* Spans of the reading point into these bytes. */
	vec_each (const struct edited_file, f, files)
		*vec_push(a, &own) = (struct edited_file){
			.path = f->path, .after = arena_str(a, f->after)};
	if (reading_make(a, edited_world(a, m->disk, &own), m->know, m->path, m->load,
		    m->options, out, e) < 0)
		return -1;
	m->spent += out->input.project.workloads.n + 1;
	return 0;
}

void making_keep_reading(struct making *m, const struct reading *r)
{
	m->home = !m->home;
	m->now = *r;
	m->about = index_findings(&m->homes[m->home], &m->now);
	m->anchors =
		raise_anchors_of(&m->homes[m->home], m->now.audit.world, &m->now.input);
}

/* ---- what outlives them ---- */

static struct strs keep_strs(struct arena *a, const struct strs *list)
{
	struct strs out = {0};

	vec_each (const struct str, s, list)
		*vec_push(a, &out) = arena_str(a, *s);
	return out;
}

struct strs making_rules(struct arena *a, const struct fix_part *part)
{
	struct strs out = keep_strs(a, &part->rules);

	vec_each (const struct str, s, &part->helps)
		*vec_push(a, &out) = arena_str(a, *s);
	return out;
}

/* What a reader of the plan needs; what it was made and proved with is gone. */
static struct fix_part keep_part(struct arena *a, const struct fix_part *part)
{
	return (struct fix_part){.title = arena_str(a, part->title),
		.why = arena_str(a, part->why),
		.class = part->class,
		.rules = making_rules(a, part),
		.workload = arena_str(a, part->workload),
		.by_hand = keep_strs(a, &part->by_hand),
		.diff = arena_str(a, part->diff),
		.is_wanted = true};
}

static bool shares_a_rule(const struct strs *a, const struct strs *b)
{
	vec_each (const struct str, x, a)
		vec_each (const struct str, y, b)
			if (str_eq(*x, *y))
				return true;
	return false;
}

bool making_wants(const struct making *m, const struct fix_part *part)
{
	const struct strs *chosen = &m->options->rules;

	if (chosen->n && !shares_a_rule(chosen, &part->rules) &&
		!shares_a_rule(chosen, &part->helps))
		return false;
	return !m->options->only_safe || part->class == FIX_SAFE;
}

/*
 * A part for several services that was declined: that each of them cannot have it alone,
 * for they share the line, is no news.
 */
static bool was_declined(const struct making *m, const struct fix_left *left)
{
	vec_each (const struct fix_part, part, &m->plan->declined)
		if (!part->workload.n && str_eq(part->title, left->title) &&
			shares_a_rule(&part->rules, &left->rules))
			return true;
	return false;
}

void making_keep_lefts(struct making *m, const struct fix_lefts *lefts)
{
	const struct strs *rules = &m->options->rules;
	struct arena *a = m->arena;

	vec_each (const struct fix_left, left, lefts)
		if ((!rules->n || shares_a_rule(rules, &left->rules)) &&
			!was_declined(m, left))
			*vec_push(a, &m->plan->left) =
				(struct fix_left){.title = arena_str(a, left->title),
					.why = arena_str(a, left->why),
					.workload = arena_str(a, left->workload),
					.rules = keep_strs(a, &left->rules)};
}

/* files have the edits of the parts that were just kept: bytes of theirs are new. */
static void keep_files(struct making *m, const struct edited_files *files)
{
	struct edited_files *kept = &m->plan->files;
	struct arena *a = m->arena;

	for (size_t i = 0; i < files->n; i++) {
		const struct edited_file *f = &files->at[i];

		if (i == kept->n)
			*vec_push(a, kept) =
				(struct edited_file){.path = arena_str(a, f->path),
					.before = arena_str(a, f->before),
					.mode = f->mode,
					.is_new = f->is_new};
		if (!str_eq(kept->at[i].after, f->after) || !kept->at[i].after.p)
			kept->at[i].after = arena_str(a, f->after);
	}
}

static struct edited_files copy_files(struct arena *a, const struct edited_files *files)
{
	struct edited_files copy = {0};

	vec_each (const struct edited_file, f, files)
		*vec_push(a, &copy) = *f;
	return copy;
}

/* What one part changes, file by file. */
static struct str diff_of(struct arena *a, const struct edited_files *before,
	const struct edited_files *after)
{
	struct buf out = {.arena = a};

	vec_each (const struct edited_file, f, after) {
		size_t i = (size_t)(f - after->at);
		bool was_there = i < before->n;
		struct str old = was_there ? before->at[i].after : f->before;

		if (!str_eq(old, f->after))
			buf_add(&out,
				edited_diff(a, f->path, old, f->after,
					f->is_new && !was_there));
	}
	return buf_str(&out);
}

bool edits_meet(const struct edits *old, const struct edits *new)
{
	vec_each (const struct edit, x, new)
		vec_each (const struct edit, y, old) {
			if (!x->file || !y->file) {
				if (!x->file && !y->file && str_eq(x->path, y->path))
					return true;
				continue;
			}
			if (x->file == y->file && x->offset <= y->offset + y->length &&
				y->offset <= x->offset + x->length)
				return true;
		}
	return false;
}

struct str making_try(struct making *m, const struct fix_parts *parts,
	struct edited_files *files, struct reading *after)
{
	struct edits edits = {0};
	struct err e = {0};

	*files = copy_files(&m->work, &m->plan->files);
	vec_each (const struct fix_part, part, parts)
		vec_each (const struct edit, edit, &part->edits)
			*vec_push(&m->work, &edits) = *edit;
	if (edits_apply(&m->work, &edits, files, &e) < 0 ||
		making_read(m, files, after, &e) < 0)
		return arena_printf(&m->work, "oakum could not %s.", e.text);
	return prove_parts(&m->work, parts, &m->now, after);
}

void making_add_diffs(struct making *m, struct fix_parts *parts)
{
	struct edits edits = {0};
	struct err e = {0};

	vec_each (struct fix_part, part, parts) {
		struct edited_files before, after;

		arena_reset(&m->brief);
		before = copy_files(&m->brief, &m->plan->files);
		(void)edits_apply(&m->brief, &edits, &before, &e);
		vec_each (const struct edit, edit, &part->edits)
			*vec_push(&m->work, &edits) = *edit;
		after = copy_files(&m->brief, &m->plan->files);
		(void)edits_apply(&m->brief, &edits, &after, &e);
		part->diff = arena_str(&m->work, diff_of(&m->brief, &before, &after));
	}
}

/* A part that a later round makes again is the same one. */
static struct str name_of(struct arena *a, const struct fix_part *part)
{
	return arena_printf(
		a, "%.*s\n%.*s", STR_ARG(part->workload), STR_ARG(part->title));
}

static bool was_refused(struct making *m, const struct fix_part *part)
{
	struct str name = name_of(&m->work, part);

	vec_each (const struct str, refused, &m->refused)
		if (str_eq(*refused, name))
			return true;
	return false;
}

struct fix_parts making_ask(struct making *m, const struct fix_parts *parts)
{
	struct fix_parts yes = {0};

	vec_each (const struct fix_part, part, parts) {
		enum fix_answer answer = FIX_YES;

		if (was_refused(m, part))
			continue;
		if (m->options->ask && !m->is_stopped)
			answer = m->options->ask(m->options->data, part);
		m->is_stopped |= answer == FIX_STOP;
		if (answer == FIX_NO)
			*vec_push(m->arena, &m->refused) = name_of(m->arena, part);
		if (answer != FIX_YES)
			*vec_push(m->arena, &m->plan->declined) =
				keep_part(m->arena, part);
		if (answer == FIX_YES && !m->is_stopped)
			*vec_push(&m->work, &yes) = *part;
	}
	return yes;
}

void making_keep(struct making *m, const struct fix_parts *parts,
	const struct edited_files *files, const struct reading *after)
{
	vec_each (const struct fix_part, part, parts)
		*vec_push(m->arena, &m->plan->parts) = keep_part(m->arena, part);
	keep_files(m, files);
	making_keep_reading(m, after);
}

void making_refuse(struct making *m, const struct fix_parts *group)
{
	vec_each (const struct fix_part, part, group)
		*vec_push(m->arena, &m->refused) = name_of(m->arena, part);
}

bool making_has_more(const struct making *m)
{
	return !m->is_stopped && m->spent < FIX_WORK_MAX;
}
