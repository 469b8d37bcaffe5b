/*
 * A Dockerfile whose lines stand in the wrong order, or give too much: root for what
 * needs it, a VOLUME behind what changes it, modes and owners that COPY can set.
 */
#include "fix/makers.h"

#include "base/path.h"
#include "know/asker.h"
#include "model/query.h"

static bool is_in(struct span inner, struct span outer)
{
	return inner.file == outer.file && inner.offset >= outer.offset &&
		inner.offset + inner.length <= outer.offset + outer.length;
}

static const struct step *step_around(const struct fixing *f, struct span span)
{
	struct step_list steps = workload_needed_steps(f->arena, f->workload);

	vec_each (const struct step *, s, &steps)
		if (is_in(span, (*s)->span))
			return *s;
	return NULL;
}

/* ---- root for what needs it ---- */

VEC_TYPE(const struct step *, window_list);

/* A tool that is root's, not a folder that root would then own. */
static bool is_for_tool(const struct finding *found)
{
	return str_starts(found->evidence, STR("for `")) &&
		str_find_str(found->evidence, STR("to write")) == found->evidence.n;
}

static void add_line(struct fixing *f, struct fix_part *part, const struct step *step,
	bool is_after, struct str line)
{
	struct change *c = fix_change(f, part, CHANGE_STEP, CHANGE_ADD);

	c->at = step->span;
	c->is_after = is_after;
	c->value = line;
}

/* Is the line above a USER that ends root's part? Then that line moves down. */
static const struct step *user_line_above(struct fixing *f, const struct step *step)
{
	const struct stage *stage = step_stage(f->workload, step);
	const struct step *above;
	struct identity id;
	struct str user;

	if (!stage || step == stage->steps.at)
		return NULL;
	above = step - 1;
	if (above->kind != STEP_USER || above->is_onbuild)
		return NULL;
	if (above->before->user->know == FACT_UNSET)
		return stage->base->know == FACT_SET ? above : NULL;
	if (!fact_str(f->arena, above->before->user, &user))
		return NULL;
	id = identity_resolve(f->arena, user, above->before->accounts);
	return identity_is_root(&id) == ANSWER_YES ? above : NULL;
}

static void begin_window(
	struct fixing *f, struct fix_part *part, const struct step *step)
{
	const struct step *above = user_line_above(f, step);

	if (above)
		fix_change(f, part, CHANGE_STEP, CHANGE_REMOVE)->at = above->span;
	else
		add_line(f, part, step, false, STR("USER root"));
}

bool fix_root_window(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("root-needed-after-user"), user = STR_NONE;
	struct window_list steps = {0};

	for (const struct finding *found = fix_finding(f, rule); found;
		found = fix_next_finding(f, rule, found)) {
		const struct step *step = step_around(f, found->span);

		if (step && step->kind == STEP_RUN && !step->is_onbuild &&
			is_for_tool(found) &&
			fact_str(f->arena, step->before->user, &user))
			*vec_push(f->arena, &steps) = step;
	}
	for (size_t i = 0; i < steps.n; i++) {
		const struct step *step = steps.at[i];
		bool goes_on = i + 1 < steps.n && steps.at[i + 1] == step + 1;
		bool went_on = i && steps.at[i - 1] + 1 == step;

		if (!went_on)
			begin_window(f, part, step);
		(void)fact_str(f->arena, step->before->user, &user);
		if (!goes_on)
			add_line(f, part, step, true,
				arena_printf(f->arena, "USER %.*s", STR_ARG(user)));
	}
	if (!steps.n)
		return false;
	part->title = STR("Be root for the steps that need it, and for no others");
	part->why = arena_printf(f->arena,
		"The build stops there as '%.*s'; afterwards it goes on as before.",
		STR_ARG(user));
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	fix_footprint_build(f, part, "user");
	fix_footprint_build(f, part, "package/*");
	fix_footprint_build(f, part, "account/*");
	fix_footprint_build(f, part, "group/*");
	return true;
}

/* ---- a VOLUME behind what changes it ---- */

bool fix_volume_last(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("volume-then-modify");
	const struct finding *found = fix_finding(f, rule);
	const struct step *volume, *last = NULL;
	struct str line;

	if (!found || !found->related.n)
		return false;
	volume = step_around(f, found->related.at[0].span);
	for (; found; found = fix_next_finding(f, rule, found))
		if (volume && found->related.n &&
			is_in(found->related.at[0].span, volume->span))
			last = step_around(f, found->span);
	if (!last || !volume || volume->kind != STEP_VOLUME ||
		last->span.offset < volume->span.offset ||
		step_stage(f->workload, last) != step_stage(f->workload, volume))
		return false;
	line = str_trim(span_str(volume->span));
	if (str_find(line, '\n') < line.n)
		return false;
	fix_change(f, part, CHANGE_STEP, CHANGE_REMOVE)->at = volume->span;
	add_line(f, part, last, true, line);
	part->title = STR("Declare the volume behind what prepares it");
	part->why =
		STR("The classic builder throws away what a RUN does below a VOLUME. "
		    "With BuildKit nothing changes.");
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	fix_accepts(f, part, STR("workdir-open-to-others"));
	fix_footprint_build(f, part, "volume/*");
	return true;
}

/* ---- a program that can be run ---- */

/* Does the COPY bring that one file, so that its mode is the file's alone? */
static bool brings_only(const struct step *copy, struct str path)
{
	const struct event *end = copy->before->owners;

	if (!copy->copy || copy->copy->sources.n != 1)
		return false;
	for (const struct event *e = copy->after->owners; e && e != end; e = e->older)
		if (e->kind == EVENT_PUT)
			return str_eq(e->path, path) ||
				(e->goes_in && str_eq(path_dir(path), e->path) &&
					str_eq(path_base(e->source), path_base(path)));
	return false;
}

bool fix_program_mode(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("entrypoint-not-executable"), path;
	const struct finding *found = fix_finding(f, rule);
	const struct step *copy;
	struct change *c;

	if (!found || !found->related.n || !str_starts(found->evidence, STR("access ")))
		return false;
	path = str_from(found->evidence, sizeof("access ") - 1);
	copy = step_around(f, found->related.at[0].span);
	if (!copy || !brings_only(copy, path))
		return false;
	c = fix_change(f, part, CHANGE_FLAG, CHANGE_SET);
	c->at = copy->span;
	c->name = STR("chmod");
	c->value = STR("0555");
	part->title = arena_printf(f->arena, "Let everybody run '%.*s'", STR_ARG(path));
	part->why = STR("The container cannot start with the mode that it has now.");
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	fix_footprint_build(f, part, "copy/*");
	return true;
}

/* ---- chown -R, by COPY ---- */

/* Is what lies at path between two steps only what the first one copied? */
static bool is_untouched(
	const struct step *copy, const struct step *run, struct str path)
{
	for (const struct event *e = run->before->owners; e && e != copy->after->owners;
		e = e->older) {
		if (e->kind == EVENT_VOLUME || e->is_system_wide)
			continue;
		if (path_is_under(e->path, path) || path_is_under(path, e->path))
			return false;
	}
	return true;
}

/* The word -R of `chown -R OWNER PATH` with nothing else in front of it; or NULL. */
static const struct word *recursive_word(struct fixing *f, const struct step *run)
{
	const struct command *c = run->commands.n ? run->commands.at[0] : NULL;
	struct str word;

	if (!c || !command_is(c, STR("chown")) || c->argv.n != 4)
		return NULL;
	for (size_t i = 1; i < c->argv.n; i++)
		if (value_str(f->arena, c->argv.at[i].value, &word) &&
			(str_eq(word, STR("-R")) || str_eq(word, STR("--recursive"))))
			return &c->argv.at[i];
	return NULL;
}

/* Can --chown name that owner where the copy stands? */
static bool can_name(struct fixing *f, const struct step *copy, struct str owner)
{
	const struct accounts *db = copy->before->accounts;
	const struct account_group *g = NULL;
	const struct account *u = NULL;
	struct str user, group;
	uint32_t n;

	(void)f;
	user_spec_split(owner, &user, &group);
	if (!str_to_u32(user, &n) && accounts_find(db, user, &u) != ANSWER_YES)
		return false;
	return group.n &&
		(str_to_u32(group, &n) ||
			accounts_find_group(db, group, &g) == ANSWER_YES);
}

bool fix_copy_owner(struct fixing *f, struct fix_part *part)
{
	struct str rule = STR("chown-recursive-layer"), owner;
	const struct finding *found = fix_finding(f, rule);
	const struct step *copy, *run;
	const struct word *flag;
	struct change *c;

	if (!found || !found->related.n)
		return false;
	copy = step_around(f, found->related.at[0].span);
	run = step_around(f, found->span);
	owner = span_str(found->span);
	flag = run ? recursive_word(f, run) : NULL;
	if (!copy || !copy->copy || !flag || copy->copy->sources.n != 1 ||
		!can_name(f, copy, owner) ||
		!is_untouched(copy, run, found->evidence) || !copy->after->owners ||
		copy->after->owners->kind != EVENT_PUT ||
		!str_eq(copy->after->owners->path, found->evidence))
		return false;
	c = fix_change(f, part, CHANGE_FLAG, CHANGE_SET);
	c->at = copy->span;
	c->name = STR("chown");
	c->value = owner;
	fix_change(f, part, CHANGE_WORD, CHANGE_REMOVE)->at = flag->span;
	part->title = arena_printf(
		f->arena, "Give '%.*s' away as it is copied", STR_ARG(found->evidence));
	part->why = STR("A chown of its own stores every file a second time. Whose the "
			"files are does not change.");
	part->class = FIX_SAFE;
	fix_cures(f, part, rule);
	fix_footprint_build(f, part, "copy/*");
	fix_footprint_build(f, part, "run/*");
	return true;
}

/* ---- lines that do nothing ---- */

bool fix_hidden_programs(struct fixing *f, struct fix_part *part)
{
	static const struct str rules[] = {
		STR_INIT("cmd-multiple"), STR_INIT("entrypoint-multiple")};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct finding *found = fix_finding(f, rules[i]);

		if (found)
			fix_cures(f, part, rules[i]);
		for (; found; found = fix_next_finding(f, rules[i], found))
			fix_change(f, part, CHANGE_STEP, CHANGE_REMOVE)->at =
				found->span;
	}
	if (!part->changes.n)
		return false;
	part->title = STR("Drop what another line below hides");
	part->why = STR("Of several ENTRYPOINT or CMD only the last one counts.");
	part->class = FIX_SAFE;
	return true;
}
