/*
 * What makers of parts say the same things with.
 */
#include "fix/fix.h"

#include <stdarg.h>

#include "model/facts.h"

void fix_footprint(struct fixing *f, struct fix_part *part, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	*vec_push(f->arena, &part->footprint) = arena_vprintf(f->arena, fmt, args);
	va_end(args);
}

static bool has_same_file(const struct build *a, const struct build *b)
{
	return a && b && a->file && b->file && str_eq(a->file->path, b->file->path);
}

void fix_footprint_build(struct fixing *f, struct fix_part *part, const char *name)
{
	const struct build *build = f->workload->build;

	vec_each (struct workload *, w, &f->input->project.workloads)
		if (*w == f->workload || has_same_file((*w)->build, build))
			fix_footprint(f, part, "%.*s/%s",
				STR_ARG(workload_fact_name(*w)), name);
	/* The same lines, lowered once more with other arguments. */
	vec_each (struct build *, other, &f->input->project.builds)
		if (*other != build && has_same_file(*other, build))
			fix_footprint(f, part, "project/stage/*");
}

void fix_accepts(struct fixing *f, struct fix_part *part, struct str rule)
{
	*vec_push(f->arena, &part->accepts) = rule;
}

void fix_cures(struct fixing *f, struct fix_part *part, struct str rule)
{
	*vec_push(f->arena, &part->rules) = rule;
}

void fix_helps(struct fixing *f, struct fix_part *part, struct str rule)
{
	if (fix_finding(f, rule))
		*vec_push(f->arena, &part->helps) = rule;
}

struct change *fix_change(struct fixing *f, struct fix_part *part,
	enum change_kind kind, enum change_op op)
{
	struct change *c = vec_push(f->arena, &part->changes);

	*c = (struct change){.kind = kind, .op = op, .workload = f->workload};
	return c;
}

void fix_add_word(struct fixing *f, struct fix_part *part, const struct command *c,
	struct str word)
{
	struct change *change = fix_change(f, part, CHANGE_WORD, CHANGE_ADD);

	change->at = c->argv.at[0].span;
	change->value = word;
}

static bool is_of_rule(const struct finding *found, struct str rule)
{
	return !found->ignored && str_eq(found->rule->name, rule);
}

const struct finding *fix_next_finding(
	const struct fixing *f, struct str rule, const struct finding *last)
{
	const struct findings *all = f->findings;
	size_t first = last ? (size_t)(last - all->at) + 1 : 0;

	if (f->mine) {
		vec_each (const struct finding *const, found, f->mine)
			if (*found >= all->at + first && is_of_rule(*found, rule))
				return *found;
		return NULL;
	}
	for (size_t i = first; i < all->n; i++)
		if (is_of_rule(&all->at[i], rule))
			return &all->at[i];
	return NULL;
}

const struct finding *fix_finding(const struct fixing *f, struct str rule)
{
	return fix_next_finding(f, rule, NULL);
}

void fix_cannot(
	struct fixing *f, struct str title, struct str rule, const char *fmt, ...)
{
	struct fix_left *left = vec_push(f->arena, f->left);
	va_list args;

	va_start(args, fmt);
	left->title = title;
	left->why = arena_vprintf(f->arena, fmt, args);
	va_end(args);
	left->workload = f->workload ? f->workload->name : STR_NONE;
	*vec_push(f->arena, &left->rules) = rule;
}
