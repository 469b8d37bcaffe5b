/*
 * The seccomp profile that oakum.yaml asks for: made on top of the engine's own, proved as
 * it is written, and named by every service that wants it and names none today.
 *
 * Nothing here happens unasked. What an objective refuses a program may need: measured,
 * `no-others` stops pip, venv, a notebook's kernel, `cp -p` and `tar xp`. Those are told
 * instead of broken.
 */
#include "base/buf.h"
#include "base/path.h"
#include "fix/makers.h"
#include "fix/profile_make.h"
#include "fix/run.h"

enum { PROFILE_NAMES = 9 }; /* oakum.json, oakum-2.json … */

/* One file, and who names it. */
struct profile_plan {
	struct str bytes, name; /* name: below the folder of the project */
	struct workloads users;
};

VEC_TYPE(struct profile_plan, profile_plans);

/* ---- who gets which ---- */

/* The plan's entry of these bytes; a new one where there is none. */
static struct profile_plan *plan_of(
	struct arena *a, struct profile_plans *plans, struct str bytes)
{
	struct profile_plan *plan;

	vec_each (struct profile_plan, p, plans)
		if (str_eq(p->bytes, bytes))
			return p;
	plan = vec_push(a, plans);
	*plan = (struct profile_plan){.bytes = bytes};
	return plan;
}

/* A profile that it names and that can be read: another maker writes one beside it. */
static bool names_one(const struct fixing *f)
{
	struct audit audit = run_audit(f);

	return filter_of(&audit);
}

static void consider(struct fixing *f, struct workload *w, struct profile_plans *plans)
{
	struct profile_plan *plan;
	const struct need *need = need_of(f->audit, w);
	struct str why, bytes;

	if (!need || !need_says_seccomp(need) || !w->run || w->run->is_only_made ||
		run_flag(w->run, RUN_PRIVILEGED) != ANSWER_NO)
		return;
	f->workload = w;
	if (need_holds(f->audit, w, need) || names_one(f)) {
		f->workload = NULL;
		return;
	}
	why = profile_obstacle(w, need);
	bytes = why.n
		? STR_NONE
		: profile_bytes(f->arena,
			  &(struct profile_wish){.workload = w, .need = need}, &why);
	plan = bytes.n ? plan_of(f->arena, plans, bytes) : NULL;
	if (plan)
		*vec_push(f->arena, &plan->users) = w;
	else
		fix_cannot(f, STR("Give it the seccomp profile that its needs ask for"),
			STR("grant-exceeds-needs"), "%.*s", STR_ARG(why));
	f->workload = NULL;
}

/* ---- writing and wiring it ---- */

/* Where what the run names by a relative path is, as oakum opens it. */
static struct str path_of(
	struct arena *a, const struct workload *w, const struct profile_plan *plan)
{
	return path_join(a, path_dir(w->run->file->path), plan->name);
}

/* A name that is free, or has these bytes already, and no other plan took. */
static bool choose_name(
	struct fixing *f, const struct profile_plans *plans, struct profile_plan *plan)
{
	for (int i = 1; i <= PROFILE_NAMES; i++) {
		struct world_stat st = {.kind = WORLD_ABSENT};
		const struct file *file;
		bool is_taken = false;

		plan->name = i == 1
			? STR("seccomp/oakum.json")
			: arena_printf(f->arena, "seccomp/oakum-%d.json", i);
		for (const struct profile_plan *p = plans->at; p < plan; p++)
			is_taken |= str_eq(p->name, plan->name);
		if (is_taken ||
			world_stat(f->world, path_of(f->arena, plan->users.at[0], plan),
				&st, NULL) < 0)
			continue;
		if (st.kind == WORLD_ABSENT)
			return true;
		if (st.kind == WORLD_FILE &&
			world_read(f->world, path_of(f->arena, plan->users.at[0], plan),
				&file, &(struct err){0}) == 0 &&
			str_eq(file->bytes, plan->bytes))
			return true;
	}
	return false;
}

/* Several services of one YAML file share one anchor; others say the path themselves. */
static bool shares_anchor(const struct profile_plan *plan)
{
	const struct file *file = plan->users.at[0]->run->file;

	if (plan->users.n < 2 || str_starts(str_trim(file->bytes), STR("{")))
		return false;
	vec_each (struct workload *const, w, &plan->users)
		if ((*w)->run->source != RUN_BY_COMPOSE || (*w)->run->file != file)
			return false;
	return true;
}

static void wire(struct fixing *f, struct fix_part *part, const struct workload *w,
	struct str value, struct str anchor)
{
	const struct security_option *o = run_security(w->run, SECURITY_SECCOMP);

	f->workload = w;
	if (o)
		run_take(f, part, "security_opt", o->span);
	run_add(f, part, "security_opt", value);
	part->changes.at[part->changes.n - 1].alias = anchor;
	run_claim(f, part, "security/*");
	f->workload = NULL;
}

static void write_plan(
	struct fixing *f, struct fix_part *part, const struct profile_plan *plan)
{
	struct arena *a = f->arena;
	struct change *file = fix_change(f, part, CHANGE_FILE, CHANGE_ADD);
	struct str value = arena_printf(a, "seccomp=./%.*s", STR_ARG(plan->name));
	struct str anchor = STR_NONE;

	file->path = path_of(a, plan->users.at[0], plan);
	file->value = plan->bytes;
	if (shares_anchor(plan)) {
		struct change *top = fix_change(f, part, CHANGE_TOP, CHANGE_SET);

		anchor = path_base(plan->name);
		anchor = arena_printf(a, "%.*s-seccomp",
			STR_ARG(str_sub(anchor, 0, str_rfind(anchor, '.'))));
		top->key = arena_printf(a, "x-%.*s", STR_ARG(anchor));
		top->value = value;
		top->alias = anchor;
		top->at = plan->users.at[0]->run->anchor;
	}
	vec_each (struct workload *const, w, &plan->users)
		wire(f, part, *w, value, anchor);
}

static struct str why_of(struct fixing *f, const struct profile_plans *plans)
{
	struct buf out = {.arena = f->arena};
	const struct need *need = need_of(f->audit, plans->at[0].users.at[0]);

	buf_add(&out,
		STR("A profile on top of the engine's own, proved for every argument "
		    "of every call."));
	vec_each (const struct need_word, name, &need->objectives)
		buf_printf(&out, " %.*s", STR_ARG(objective_title(name->text)));
	return buf_str(&out);
}

bool fix_seccomp_profile(struct fixing *f, struct fix_part *part)
{
	struct profile_plans plans = {0};

	vec_each (struct workload *const, w, &f->input->project.workloads)
		consider(f, *w, &plans);
	vec_each (struct profile_plan, plan, &plans) {
		if (!choose_name(f, &plans, plan))
			return false;
		write_plan(f, part, plan);
	}
	if (!plans.n)
		return false;
	part->title = STR("Refuse the system calls that the needs forbid");
	part->why = why_of(f, &plans);
	part->class = FIX_CHANGES_RUN;
	fix_helps(f, part, STR("grant-exceeds-needs"));
	fix_accepts(f, part, STR("exec-root-despite-profile"));
	if (plans.at[0].users.at[0]->run->source == RUN_BY_LINE)
		*vec_push(f->arena, &part->by_hand) =
			STR("The engine counts the path from the folder in which the "
			    "command is started.");
	*vec_push(f->arena, &part->by_hand) =
		STR("Start it and use it once: what the profile refuses ends with "
		    "`operation not permitted`.");
	return true;
}
