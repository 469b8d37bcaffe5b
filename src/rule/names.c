#include "rule/names.h"

#include "rule/advice.h"

/* What is being gathered, and the user fact that was looked at last. */
struct gathering {
	struct audit *audit;
	struct name_uses uses;
	unsigned reasons; /* how many were looked for */
	const struct fact *user;
	const struct accounts *accounts;
};

/* The accounts at the end of the stage where a step stands (or the launch happens). */
static const struct accounts *final_accounts(
	const struct audit *audit, const struct step *step)
{
	const struct stage *stage = step ? step_stage(audit->workload, step) : NULL;

	return stage ? stage->end->accounts : audit->workload->accounts;
}

static enum answer find_any(
	const struct accounts *db, struct str name, bool is_group, struct span *made_at)
{
	const struct account *user = NULL;
	const struct account_group *group = NULL;
	enum answer found = is_group ? accounts_find_group(db, name, &group)
				     : accounts_find(db, name, &user);

	if (user)
		*made_at = user->span;
	if (group)
		*made_at = group->span;
	return user || group ? found : ANSWER_NO;
}

static bool is_made_in_other_stage(const struct audit *audit, struct name_use *use)
{
	const struct build *build = audit->workload->build;

	if (!build)
		return false;
	vec_each (struct stage *const, stage, &build->stages)
		if (find_any((*stage)->end->accounts, use->name, use->is_group,
			    &use->made_at) == ANSWER_YES &&
			use->made_at.file) {
			use->made_in = *stage;
			return true;
		}
	return false;
}

/* From the surest explanation to none; the order keeps it to one a mistake. */
static void explain(struct gathering *g, struct name_use *use)
{
	const struct audit *audit = g->audit;
	const struct accounts *last = final_accounts(audit, use->step);

	use->reason = MISSING_LATER;
	if (use->step &&
		find_any(last, use->name, use->is_group, &use->made_at) != ANSWER_NO)
		return;
	use->reason = MISSING_NOWHERE;
	if (g->reasons++ >= NAME_REASONS_MAX)
		return;
	use->reason = MISSING_STAGE;
	if (is_made_in_other_stage(audit, use))
		return;
	use->made_at = SPAN_NONE;
	use->reason = MISSING_TYPO;
	use->meant = use->is_group
		? accounts_nearest_group(audit->arena, last, use->name)
		: accounts_nearest(audit->arena, last, use->name);
	if (!use->meant.n)
		use->reason = MISSING_NOWHERE;
}

/* `chown app:app` of a missing app is one mistake, not two. */
static bool is_said_of_user(const struct gathering *g, const struct name_use *use)
{
	if (!use->is_group)
		return false;
	vec_each (const struct name_use, other, &g->uses)
		if (!other->is_group && str_eq(other->name, use->name))
			return true;
	return false;
}

static void add(struct gathering *g, struct name_use use)
{
	if (use.certain == ANSWER_NO || !use.name.n || g->uses.n >= NAME_USES_MAX ||
		is_said_of_user(g, &use))
		return;
	explain(g, &use);
	*vec_push(g->audit->arena, &g->uses) = use;
}

static bool is_number(struct str part)
{
	int64_t n;

	return user_spec_number(part, &n);
}

/* "user:group" against the accounts of one moment. */
static void add_owner(struct gathering *g, const struct owner *o, const char *by,
	const struct accounts *db, const struct step *step)
{
	const struct account *user;
	const struct account_group *group;
	struct name_use use = {.by = str_c(by), .certain = ANSWER_YES, .step = step};

	if (!is_number(o->user) && accounts_find(db, o->user, &user) == ANSWER_NO) {
		use.name = o->user;
		use.span = o->user_span;
		add(g, use);
	}
	if (!is_number(o->group) &&
		accounts_find_group(db, o->group, &group) == ANSWER_NO) {
		use.name = o->group;
		use.span = o->group_span;
		use.is_group = true;
		add(g, use);
	}
}

/* A USER line matters where something runs as it: a RUN below it, or the container. */
static void add_user(struct gathering *g, const struct fact *user,
	const struct accounts *db, const struct step *step)
{
	struct str spec;
	struct owner o;

	/* What a run names is user-override-unknown's to look up. */
	if (user->layer != LAYER_BUILD || !user->span.file)
		return;
	if (user == g->user && db == g->accounts)
		return;
	g->user = user;
	g->accounts = db;
	if (!fact_str(g->audit->arena, user, &spec))
		return;
	o = advice_owner(user->value, spec, user->span);
	add_owner(g, &o, "USER", db, step);
}

static void add_commands(struct gathering *g, const struct step *step)
{
	vec_each (const struct identity_use, use, &step->notes.uses) {
		if (!use->is_known || use->is_number || use->found != ANSWER_NO)
			continue;
		add(g,
			(struct name_use){.name = use->text,
				.is_group = use->is_group,
				.by = use->tool,
				.certain = use->runs,
				.span = use->span,
				.step = step});
	}
	vec_each (const struct account_problem, p, &step->notes.problems) {
		if (p->is_tolerated ||
			(p->kind != PROBLEM_USER_MISSING &&
				p->kind != PROBLEM_GROUP_MISSING))
			continue;
		if (is_number(p->name))
			continue;
		add(g,
			(struct name_use){.name = p->name,
				.is_group = p->kind == PROBLEM_GROUP_MISSING,
				.by = p->tool,
				.certain = p->is_certain,
				.span = p->span,
				.step = step});
	}
}

static void add_launch(struct gathering *g)
{
	const struct workload *w = g->audit->workload;
	const struct drop *d = &w->launch.drop;

	add_user(g, w->user, w->accounts, NULL);
	if (w->launch.runs_as == RUNS_AS_ROOT_THEN_DROPS && d->to.n && d->span.file &&
		d->identity.is_valid == ANSWER_NO) {
		struct owner o = advice_owner((struct value){0}, d->to, d->span);

		add_owner(
			g, &o, arena_cstr(g->audit->arena, d->tool), w->accounts, NULL);
	}
}

const struct name_uses *name_uses_missing(struct audit *audit)
{
	struct gathering g = {.audit = audit};
	struct name_uses *uses = arena_new(audit->arena, struct name_uses);

	vec_each (const struct step *, s, &audit->facts.needed) {
		const struct step *step = *s;
		struct owner owner;

		if (step->kind == STEP_RUN)
			add_user(&g, step->before->user, step->before->accounts, step);
		if (advice_copy_owner(audit, step, &owner))
			add_owner(&g, &owner, "COPY --chown", step->before->accounts,
				step);
		add_commands(&g, step);
	}
	add_launch(&g);
	*uses = g.uses;
	return uses;
}
