/*
 * Folders for an image in which nothing runs: a stage with a shell makes them, empty, and
 * they are copied with their owner, before a step could make them for root.
 */
#include "base/buf.h"
#include "base/path.h"
#include "fix/user.h"

#define STAGE "folders"

static bool is_of_file(const struct user_plan *p, const struct step *step)
{
	return !step->is_onbuild && step->span.file == p->stage->span.file;
}

static bool has_shell(const struct stage *s)
{
	return !s->base->is_scratch && s->base->know == FACT_SET && s->base->tools.n &&
		!str_eq(s->base->tools, STR("-"));
}

static bool works_as_root(struct user_plan *p, const struct stage *s)
{
	struct identity id;
	struct str user = STR_NONE;

	if (s->end->user->know == FACT_UNKNOWN ||
		(s->end->user->know == FACT_SET &&
			!fact_str(p->f->arena, s->end->user, &user)))
		return false;
	id = identity_resolve(p->f->arena, user, s->end->accounts);
	return identity_is_root(&id) == ANSWER_YES;
}

/* One of the file's own stages that can make folders; NULL: it takes one more. */
static const struct stage *find_maker(struct user_plan *p)
{
	const struct stage *found = NULL;

	vec_each (struct stage *const, s, &p->stage->build->stages)
		if ((*s)->index < p->stage->index && (*s)->name.n && has_shell(*s) &&
			works_as_root(p, *s))
			found = *s;
	return found;
}

/* COPY --from=0 would mean another stage when one comes in front. */
static bool counts_stages(const struct user_plan *p)
{
	vec_each (struct stage *const, s, &p->stage->build->stages) {
		if (str_eq((*s)->name, STR(STAGE)))
			return true;
		vec_each (const struct step, step, &(*s)->steps)
			if (step->copy && step->copy->has_from &&
				step->copy->from.value.n) {
				struct str from =
					span_str(step->copy->from.value.at[0].span);

				if (from.n && byte_is_digit(from.p[0]))
					return true;
			}
	}
	return false;
}

bool user_can_ship(const struct user_plan *p)
{
	/* Its folders would have to be made before the stage that it stands on. */
	return !p->keeps_user && !p->stage->parent && !counts_stages(p);
}

/* "RUN mkdir -p /folders/data /folders/var/lib/app" */
static struct str make_lines(struct user_plan *p)
{
	struct buf out = {.arena = p->f->arena};

	buf_add(&out, STR("RUN mkdir -p"));
	vec_each (const struct str, folder, &p->folders)
		buf_printf(&out, " /" STAGE "%.*s", STR_ARG(*folder));
	return buf_str(&out);
}

static struct str copy_lines(struct user_plan *p, struct str from)
{
	struct buf out = {.arena = p->f->arena};

	vec_each (const struct str, folder, &p->folders)
		buf_printf(&out, "%sCOPY --from=%.*s --chown=%.*s /" STAGE "%.*s %.*s",
			out.n ? "\n" : "", STR_ARG(from), STR_ARG(p->owner),
			STR_ARG(*folder), STR_ARG(*folder));
	return buf_str(&out);
}

static void add_step(
	struct user_plan *p, struct span at, bool is_after, struct str lines)
{
	struct change *c = fix_change(p->f, p->part, CHANGE_STEP, CHANGE_ADD);

	c->at = at;
	c->is_after = is_after;
	c->value = lines;
}

static struct span end_of(const struct user_plan *p, const struct stage *s)
{
	struct span end = s->span;

	vec_each (const struct step, step, &s->steps)
		if (is_of_file(p, step))
			end = step->span;
	return end;
}

void user_ship(struct user_plan *p)
{
	const struct stage *maker = find_maker(p);
	struct str make = make_lines(p);

	if (maker)
		add_step(p, end_of(p, maker), true, make);
	else
		add_step(p, p->stage->build->stages.at[0]->span, false,
			arena_printf(p->f->arena,
				"FROM busybox:1.37 AS " STAGE "\n%.*s\n",
				STR_ARG(make)));
	add_step(p, p->stage->span, true,
		copy_lines(p, maker ? maker->name : STR(STAGE)));
	fix_footprint(p->f, p->part, "project/stage/*");
	fix_footprint(p->f, p->part, "*/copy/*");
}
