#include "model/query.h"

static void add_steps(struct arena *a, struct step_list *list, const struct stage *s)
{
	vec_each (const struct step, step, &s->steps)
		*vec_push(a, list) = step;
}

/* Recursion would follow a chain of thousands of stages: count first, then fill. */
struct step_list workload_steps(struct arena *a, const struct workload *w)
{
	struct step_list list = {0};
	const struct stage **chain;
	size_t n = 0, at;

	for (const struct stage *s = w->stage; s; s = s->parent)
		n++;
	chain = arena_array(a, const struct stage *, n);
	at = n;
	for (const struct stage *s = w->stage; s; s = s->parent)
		chain[--at] = s;
	for (size_t i = 0; i < n; i++)
		add_steps(a, &list, chain[i]);
	return list;
}

/* A stage refers only to earlier ones, so one backward sweep marks all that it needs. */
const bool *workload_needed_stages(struct arena *a, const struct workload *w)
{
	const struct stages *stages;
	bool *needed;

	if (!w->stage)
		return NULL;
	stages = &w->stage->build->stages;
	needed = arena_array(a, bool, stages->n);
	needed[w->stage->index] = true;
	for (size_t i = w->stage->index + 1; i-- > 0;) {
		const struct stage *s = stages->at[i];

		if (!needed[i])
			continue;
		if (s->parent)
			needed[s->parent->index] = true;
		vec_each (const struct step, step, &s->steps)
			if (step->copy && step->copy->stage)
				needed[step->copy->stage->index] = true;
	}
	return needed;
}

struct step_list workload_needed_steps(struct arena *a, const struct workload *w)
{
	struct step_list list = {0};
	const bool *needed = workload_needed_stages(a, w);

	for (size_t i = 0; needed && i <= w->stage->index; i++)
		if (needed[i])
			add_steps(a, &list, w->stage->build->stages.at[i]);
	return list;
}

const struct stage *step_stage(const struct workload *w, const struct step *step)
{
	if (!w->stage)
		return NULL;
	vec_each (struct stage *const, s, &w->stage->build->stages)
		if ((*s)->steps.n && step >= (*s)->steps.at &&
			step < (*s)->steps.at + (*s)->steps.n)
			return *s;
	return NULL;
}

struct span workload_anchor(const struct workload *w)
{
	return w->stage ? w->stage->span : w->anchor;
}

struct account_list workload_made_accounts(struct arena *a, const struct workload *w)
{
	struct account_list all = {0}, made = {0};

	if (w->accounts)
		all = accounts_users(a, w->accounts);
	vec_each (const struct account *, u, &all)
		if (!(*u)->is_from_base && !(*u)->is_from_package)
			*vec_push(a, &made) = *u;
	return made;
}

static bool is_root(const struct account *u)
{
	return (u->uid.know == FACT_SET && u->uid.n == 0) ||
		str_eq(u->name, STR("root"));
}

static bool gets_files(struct arena *a, const struct workload *w, struct str name)
{
	struct step_list steps = workload_steps(a, w);

	vec_each (const struct step *, step, &steps) {
		struct str spec, user, group;

		if (!(*step)->copy || !(*step)->copy->has_chown ||
			!value_str(a, (*step)->copy->chown.value, &spec))
			continue;
		user_spec_split(spec, &user, &group);
		if (str_eq(user, name))
			return true;
	}
	return false;
}

/* The one element that passes, or NULL when none or several do. */
static const struct account *only_one(
	struct arena *a, const struct workload *w, struct account_list made, bool files)
{
	const struct account *only = NULL;

	vec_each (const struct account *, u, &made) {
		if (is_root(*u) || (files && !gets_files(a, w, (*u)->name)))
			continue;
		if (only)
			return NULL;
		only = *u;
	}
	return only;
}

const struct account *workload_unused_account(struct arena *a, const struct workload *w)
{
	struct account_list made = workload_made_accounts(a, w);
	const struct account *only;

	if (!made.n)
		return NULL;
	only = only_one(a, w, made, false);
	return only ? only : only_one(a, w, made, true);
}

/* The nearest name so far while a list is walked. */
struct nearest {
	struct str name, best;
	unsigned distance; /* of best; at first one more than is allowed */
	bool is_tied;
};

static struct nearest nearest_within(struct str name, unsigned edits)
{
	return (struct nearest){.name = name, .distance = edits + 1};
}

static void consider(struct nearest *n, struct str candidate)
{
	unsigned d = str_distance(n->name, candidate, n->distance + 1);

	if (d > n->distance || str_eq(candidate, n->name))
		return;
	/* At the initial distance nothing has been found yet, so there is no tie. */
	if (d == n->distance) {
		n->is_tied = n->best.n > 0 && !str_eq(candidate, n->best);
		return;
	}
	*n = (struct nearest){n->name, candidate, d, false};
}

static struct str nearest_name(const struct nearest *n)
{
	return n->is_tied ? STR_NONE : n->best;
}

/* One edit turns most names of three letters into another one of them. */
static unsigned edits_for(struct str name)
{
	return name.n > 3 ? 2 : 1;
}

struct str accounts_nearest(struct arena *a, const struct accounts *db, struct str name)
{
	struct account_list users = accounts_users(a, db);
	struct nearest made = nearest_within(name, edits_for(name));
	struct nearest known = nearest_within(name, name.n > 3 ? 1 : 0);

	vec_each (const struct account *, u, &users)
		consider((*u)->is_from_base || (*u)->is_from_package ? &known : &made,
			(*u)->name);
	return made.best.n ? nearest_name(&made) : nearest_name(&known);
}

struct str accounts_nearest_group(
	struct arena *a, const struct accounts *db, struct str name)
{
	struct group_list groups = accounts_groups(a, db);
	struct nearest made = nearest_within(name, edits_for(name));
	struct nearest known = nearest_within(name, name.n > 3 ? 1 : 0);

	vec_each (const struct account_group *, g, &groups)
		consider((*g)->is_from_base ? &known : &made, (*g)->name);
	return made.best.n ? nearest_name(&made) : nearest_name(&known);
}

static void mark_taken(bool *taken, size_t n, struct id id)
{
	if (id.know == FACT_SET && id.n >= FREE_ID_FIRST && id.n - FREE_ID_FIRST < n)
		taken[id.n - FREE_ID_FIRST] = true;
}

/* Among n + 1 numbers one is free when there are n entries. */
uint32_t accounts_free_uid(struct arena *a, const struct accounts *db)
{
	struct account_list users = accounts_users(a, db);
	struct group_list groups = accounts_groups(a, db);
	size_t n = users.n + groups.n + 1, i = 0;
	bool *taken = arena_array(a, bool, n);

	vec_each (const struct account *, u, &users)
		mark_taken(taken, n, (*u)->uid);
	vec_each (const struct account_group *, g, &groups)
		mark_taken(taken, n, (*g)->gid);
	while (taken[i])
		i++;
	return FREE_ID_FIRST + (uint32_t)i;
}
