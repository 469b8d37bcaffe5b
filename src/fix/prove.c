#include "fix/prove.h"

#include <stdlib.h>

#include "base/world.h"
#include "model/facts.h"

int reading_make(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *load,
	const struct fix_options *options, struct reading *out, struct err *e)
{
	/* The audit points into the reading: that one stays where it is. */
	struct reading *r = arena_new(a, struct reading);

	if (input_load(a, world, know, path, load, &r->input, e) < 0)
		return -1;
	r->audit = (struct audit){.arena = a,
		.know = know,
		.world = world,
		.now = world_now(world),
		.project = &r->input.project,
		.file = r->input.file,
		.diags = &r->input.diags,
		.choice = options->choice,
		.findings = &r->findings};
	if (!r->input.skipped.n && !r->input.is_left) {
		if (options->frame)
			options->frame(options->data, &r->input, &r->audit);
		rules_run(&r->audit);
	}
	*out = *r;
	return 0;
}

/* ---- workloads of the two readings ---- */

/* Two readings of one input, and what the workloads are called in both. */
struct proof {
	struct arena *arena;
	const struct fix_part *part;
	const struct reading *before, *after;
	const struct workloads *old, *new;
};

/* A run line is called after its line, which moves: the nth stays the nth. */
static bool is_moved_line(const struct proof *p, size_t i)
{
	return p->old->n == p->new->n && p->new->at[i]->run &&
		p->new->at[i]->run->source == RUN_BY_LINE && p->old->at[i]->run &&
		p->old->at[i]->run->source == RUN_BY_LINE;
}

/* What a workload of the second reading was called in the first. */
static struct str old_name(const struct proof *p, struct str name)
{
	for (size_t i = 0; i < p->new->n; i++)
		if (str_eq(p->new->at[i]->name, name) && is_moved_line(p, i))
			return p->old->at[i]->name;
	return name;
}

/* ---- findings ---- */

/* A finding about one workload: what it is known by, and how grave it is. */
struct mark {
	struct str rule, workload, evidence;
	int severity;
	enum answer verdict;
	const struct finding *finding;
};

VEC_TYPE(struct mark, marks);

static int compare_keys(const struct mark *x, const struct mark *y)
{
	int c = str_cmp(x->rule, y->rule);

	if (!c)
		c = str_cmp(x->workload, y->workload);
	return c ? c : str_cmp(x->evidence, y->evidence);
}

/* Of those with one key the gravest first. */
static int compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int c = compare_keys(x, y);

	if (!c)
		c = y->severity - x->severity;
	return c ? c : (int)y->verdict - (int)x->verdict;
}

static void add_mark(struct proof *p, const struct finding *f, struct str workload,
	struct marks *out)
{
	*vec_push(p->arena, out) = (struct mark){.rule = f->rule->name,
		.workload = workload,
		.evidence = f->evidence.n ? f->evidence : f->message,
		.severity = (int)f->severity,
		.verdict = f->verdict,
		.finding = f};
}

static struct marks marks_of(struct proof *p, const struct reading *r)
{
	struct marks out = {0};

	vec_each (const struct finding, f, &r->findings) {
		if (f->ignored)
			continue;
		if (!f->workloads.n)
			add_mark(p, f, STR_NONE, &out);
		vec_each (const struct str, name, &f->workloads)
			add_mark(
				p, f, r == p->after ? old_name(p, *name) : *name, &out);
	}
	if (out.n)
		qsort(out.at, out.n, sizeof(*out.at), compare_marks);
	return out;
}

static struct str say_finding(
	const struct proof *p, const struct mark *m, const char *what)
{
	struct place at = span_start(m->finding->span);

	return arena_printf(p->arena, "Written, it would %s %.*s (line %u): %.*s", what,
		STR_ARG(m->rule), at.line, STR_ARG(m->finding->message));
}

static const struct workload *find_workload(
	const struct workloads *list, struct str name)
{
	vec_each (struct workload *const, w, list)
		if (str_eq((*w)->name, name))
			return *w;
	return NULL;
}

/*
 * What could not start at all has few findings: a repair lets the others be seen. They
 * were there before, unless they are as grave as what was repaired.
 */
static bool is_revealed(const struct proof *p, const struct mark *m, int gravest)
{
	const struct workload *w = find_workload(p->old, m->workload);

	return w && w->launch.runs_as == RUNS_NOT_AT_ALL && m->severity < gravest;
}

/* The gravest of the findings that the part is for. */
static int gravest_cured(const struct proof *p, const struct marks *old)
{
	int gravest = 0;

	vec_each (const struct mark, m, old)
		vec_each (const struct str, rule, &p->part->rules)
			if (str_eq(m->rule, *rule) && m->severity > gravest)
				gravest = m->severity;
	return gravest;
}

static bool is_accepted(const struct proof *p, const struct mark *m)
{
	vec_each (const struct str, rule, &p->part->accepts)
		if (str_eq(m->rule, *rule))
			return true;
	return false;
}

/* The nth of those with one key stands against the nth. */
static struct str prove_nothing_new(
	const struct proof *p, const struct marks *old, const struct marks *new)
{
	int gravest = gravest_cured(p, old);
	size_t i = 0;

	vec_each (const struct mark, m, new) {
		while (i < old->n && compare_keys(&old->at[i], m) < 0)
			i++;
		if (i == old->n || compare_keys(&old->at[i], m) != 0) {
			if (is_revealed(p, m, gravest) || is_accepted(p, m))
				continue;
			return say_finding(p, m, "bring a new finding,");
		}
		if ((old->at[i].severity < m->severity ||
			    old->at[i].verdict < m->verdict) &&
			!is_accepted(p, m))
			return say_finding(p, m, "make worse");
		i++;
	}
	return STR_NONE;
}

static bool is_about(const struct mark *m, struct str rule, struct str workload)
{
	return str_eq(m->rule, rule) &&
		(!workload.n || !m->workload.n || str_eq(m->workload, workload));
}

static size_t count(const struct marks *marks, struct str rule, struct str workload)
{
	size_t n = 0;

	vec_each (const struct mark, m, marks)
		n += is_about(m, rule, workload);
	return n;
}

/* A maker cures what it can write: fewer is progress, where none is left it is done. */
static struct str prove_cured(
	const struct proof *p, const struct marks *old, const struct marks *new)
{
	vec_each (const struct str, rule, &p->part->rules) {
		size_t was = count(old, *rule, p->part->workload);
		size_t is = count(new, *rule, p->part->workload);

		if (is && is >= was)
			return arena_printf(p->arena,
				"Written, the finding %.*s would still stand.",
				STR_ARG(*rule));
	}
	return STR_NONE;
}

/* ---- what the readers say ---- */

static size_t count_diags(const struct diags *diags, enum diag_id id)
{
	size_t n = 0;

	vec_each (const struct diag, d, &diags->list)
		n += d->id == id;
	return n;
}

static struct str prove_readable(const struct proof *p)
{
	const struct diags *old = &p->before->input.diags;
	const struct diags *new = &p->after->input.diags;

	if (p->after->input.skipped.n && !p->before->input.skipped.n)
		return arena_printf(p->arena, "Written, it would not be read: %.*s.",
			STR_ARG(p->after->input.skipped));
	vec_each (const struct diag, d, &new->list)
		if (count_diags(new, d->id) > count_diags(old, d->id))
			return arena_printf(p->arena,
				"Written, line %u could not be followed: %.*s.",
				span_start(d->span).line, STR_ARG(d->detail));
	if (new->dropped > old->dropped)
		return STR("Written, more of it could not be followed.");
	return STR_NONE;
}

/* ---- what the model says ---- */

static bool is_meant(const struct proof *p, struct str name)
{
	vec_each (const struct str, glob, &p->part->footprint)
		if (str_glob(*glob, name))
			return true;
	return false;
}

static int compare_lines(const struct fact_line *x, const struct fact_line *y)
{
	int c = str_cmp(x->name, y->name);

	return c ? c : str_cmp(x->value, y->value);
}

static struct str prove_footprint(const struct proof *p, const struct fact_lines *old,
	const struct fact_lines *new)
{
	size_t i = 0, k = 0;

	while (i < old->n || k < new->n) {
		int c = i == old->n   ? 1
			: k == new->n ? -1
				      : compare_lines(&old->at[i], &new->at[k]);
		const struct fact_line *line = c < 0 ? &old->at[i] : &new->at[k];

		if (c && !is_meant(p, line->name))
			return arena_printf(p->arena,
				"Written, it would also change '%.*s' (%s %.*s).",
				STR_ARG(line->name), c < 0 ? "no longer" : "now",
				STR_ARG(str_sub(line->value, 0, 200)));
		i += c <= 0;
		k += c >= 0;
	}
	return STR_NONE;
}

static struct fact_lines facts_before(struct proof *p)
{
	return project_facts(p->arena, &p->before->input.project);
}

static struct fact_lines facts_after(struct proof *p)
{
	struct str *names = arena_array(p->arena, struct str, p->new->n + 1);

	for (size_t i = 0; i < p->new->n; i++)
		names[i] = workload_fact_name(
			is_moved_line(p, i) ? p->old->at[i] : p->new->at[i]);
	return project_facts_as(p->arena, &p->after->input.project, names);
}

struct str prove_part(struct arena *a, const struct fix_part *part,
	const struct reading *before, const struct reading *after)
{
	struct proof p = {.arena = a,
		.part = part,
		.before = before,
		.after = after,
		.old = &before->input.project.workloads,
		.new = &after->input.project.workloads};
	struct str why = prove_readable(&p);
	struct marks old_marks, new_marks;
	struct fact_lines old_facts, new_facts;

	if (why.n)
		return why;
	old_marks = marks_of(&p, before);
	new_marks = marks_of(&p, after);
	why = prove_cured(&p, &old_marks, &new_marks);
	if (!why.n)
		why = prove_nothing_new(&p, &old_marks, &new_marks);
	if (why.n)
		return why;
	old_facts = facts_before(&p);
	new_facts = facts_after(&p);
	return prove_footprint(&p, &old_facts, &new_facts);
}
