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

/* A glob of a footprint, by what stands before its first '/'. */
struct glob {
	struct str head, whole;
};

VEC_TYPE(struct glob, globs);

/* Two readings of one input, and what the workloads are called in both. */
struct proof {
	struct arena *arena;
	const struct fix_parts *parts;
	const struct reading *before, *after;
	const struct workloads *old, *new;
	bool has_lines;	    /* run lines, which may be called otherwise now */
	struct globs globs; /* of all parts */
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
	for (size_t i = 0; p->has_lines && i < p->new->n; i++)
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
 * Of a write that goes on elsewhere by itself, or that may never come; and of a folder
 * that is as open as it was, which matters only beside an ordinary user.
 */
static bool is_small(const struct mark *m)
{
	bool is_denial = str_starts(m->rule, STR("cache-")) ||
		str_starts(m->rule, STR("runtime-"));

	return (is_denial && m->severity <= SEVERITY_LOW) ||
		str_eq(m->rule, STR("workdir-open-to-others"));
}

/*
 * What could not start at all has few findings, and root is denied no write: a repair
 * lets the others be seen. They were there before, unless they are as grave as what was
 * repaired; of writes that fail only small ones pass.
 */
static bool is_revealed(const struct proof *p, const struct mark *m, int gravest)
{
	const struct workload *w = find_workload(p->old, m->workload);

	if (!w || m->severity >= gravest)
		return false;
	return w->launch.runs_as == RUNS_NOT_AT_ALL ||
		(w->launch.runs_as == RUNS_AS_ROOT && is_small(m));
}

/* The first of the marks that is no less than the rule at the workload. */
static size_t first_mark(
	const struct marks *marks, struct str rule, struct str workload)
{
	struct mark key = {.rule = rule, .workload = workload};
	size_t low = 0, high = marks->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_keys(&marks->at[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The gravest of the findings that the parts are for. */
static int gravest_cured(const struct proof *p, const struct marks *old)
{
	int gravest = 0;

	vec_each (const struct fix_part, part, p->parts)
		vec_each (const struct str, rule, &part->rules)
			for (size_t i = first_mark(old, *rule, STR_NONE);
				i < old->n && str_eq(old->at[i].rule, *rule); i++)
				if (old->at[i].severity > gravest)
					gravest = old->at[i].severity;
	return gravest;
}

/* "cache-*" is a group that other workloads may have findings of for now. */
static bool accepts(const struct fix_part *part, const struct mark *m)
{
	vec_each (const struct str, rule, &part->accepts) {
		if (str_eq(m->rule, *rule))
			return true;
		if (str_ends(*rule, STR("*")) &&
			str_starts(m->rule, str_sub(*rule, 0, rule->n - 1)) &&
			!str_eq(m->workload, part->workload))
			return true;
	}
	return false;
}

static bool is_accepted(const struct proof *p, const struct mark *m)
{
	vec_each (const struct fix_part, part, p->parts)
		if (accepts(part, m))
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

/* Findings of the rule at the workload (empty: at any), and of the input as a whole. */
static size_t count(const struct marks *marks, struct str rule, struct str workload)
{
	size_t i = first_mark(marks, rule, STR_NONE), n = 0;

	for (; i < marks->n && str_eq(marks->at[i].rule, rule); i++) {
		if (!workload.n || !marks->at[i].workload.n)
			n++;
		else
			break;
	}
	if (!workload.n)
		return n;
	i = first_mark(marks, rule, workload);
	for (; i < marks->n && str_eq(marks->at[i].rule, rule) &&
		str_eq(marks->at[i].workload, workload);
		i++)
		n++;
	return n;
}

/* A maker cures what it can write: fewer is progress, where none is left it is done. */
static struct str prove_cured(
	const struct proof *p, const struct marks *old, const struct marks *new)
{
	vec_each (const struct fix_part, part, p->parts)
		vec_each (const struct str, rule, &part->rules) {
			size_t was = count(old, *rule, part->workload);
			size_t is = count(new, *rule, part->workload);

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

static struct str head_of(struct str name)
{
	return str_sub(name, 0, str_find(name, '/'));
}

static int compare_globs(const void *a, const void *b)
{
	const struct glob *x = a, *y = b;

	return str_cmp(x->head, y->head);
}

/* A glob that may hold for facts of any head stands in front, under the empty one. */
static void gather_globs(struct proof *p)
{
	vec_each (const struct fix_part, part, p->parts)
		vec_each (const struct str, glob, &part->footprint) {
			struct str head = head_of(*glob);
			bool is_any = str_find(head, '*') < head.n ||
				str_find(head, '?') < head.n || head.n == glob->n;

			*vec_push(p->arena, &p->globs) =
				(struct glob){is_any ? STR_NONE : head, *glob};
		}
	if (p->globs.n)
		qsort(p->globs.at, p->globs.n, sizeof(*p->globs.at), compare_globs);
}

static bool is_meant_by(const struct proof *p, struct str head, struct str name)
{
	size_t low = 0, high = p->globs.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (str_cmp(p->globs.at[mid].head, head) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < p->globs.n && str_eq(p->globs.at[low].head, head); low++)
		if (str_glob(p->globs.at[low].whole, name))
			return true;
	return false;
}

static bool is_meant(const struct proof *p, struct str name)
{
	return is_meant_by(p, head_of(name), name) || is_meant_by(p, STR_NONE, name);
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

static bool has_lines(const struct workloads *list)
{
	vec_each (struct workload *const, w, list)
		if ((*w)->run && (*w)->run->source == RUN_BY_LINE)
			return true;
	return false;
}

struct str prove_parts(struct arena *a, const struct fix_parts *parts,
	const struct reading *before, const struct reading *after)
{
	struct proof p = {.arena = a,
		.parts = parts,
		.before = before,
		.after = after,
		.old = &before->input.project.workloads,
		.new = &after->input.project.workloads};
	struct str why = prove_readable(&p);
	struct marks old_marks, new_marks;
	struct fact_lines old_facts, new_facts;

	if (why.n)
		return why;
	p.has_lines = has_lines(p.new);
	old_marks = marks_of(&p, before);
	new_marks = marks_of(&p, after);
	why = prove_cured(&p, &old_marks, &new_marks);
	if (!why.n)
		why = prove_nothing_new(&p, &old_marks, &new_marks);
	if (why.n)
		return why;
	gather_globs(&p);
	old_facts = facts_before(&p);
	new_facts = facts_after(&p);
	return prove_footprint(&p, &old_facts, &new_facts);
}

struct str prove_part(struct arena *a, const struct fix_part *part,
	const struct reading *before, const struct reading *after)
{
	struct fix_part one = *part;
	struct fix_parts parts = {.at = &one, .n = 1, .cap = 1};

	return prove_parts(a, &parts, before, after);
}
