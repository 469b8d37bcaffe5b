#include "fix/fix.h"

#include <stdarg.h>

#include "base/buf.h"
#include "fix/makers.h"
#include "fix/prove.h"
#include "model/facts.h"
#include "rule/secret.h"

enum { FIX_ROUNDS_MAX = 2000 }; /* calls of makers in one plan; more workloads wait */

enum maker_scope { MAKER_WORKLOAD, MAKER_INPUT };

static const struct maker {
	fix_maker *make;
	enum maker_scope scope;
} makers[] = {
#define FIX(name, scope) {fix_##name, MAKER_##scope},
#include "fix/fixes.def"
#undef FIX
};

/* A plan on its way. */
struct making {
	struct arena *arena;
	struct world *disk;
	const struct knowledge *know;
	struct str path;
	const struct load_options *load;
	const struct fix_options *options;
	struct fix_plan *plan; /* all but its input and counts */
	struct reading now;    /* with every kept part in place */
	bool is_stopped;       /* the user wants no more of it */
};

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

struct change *fix_change(struct fixing *f, struct fix_part *part,
	enum change_kind kind, enum change_op op)
{
	struct change *c = vec_push(f->arena, &part->changes);

	*c = (struct change){.kind = kind, .op = op, .workload = f->workload};
	return c;
}

static bool is_about(const struct finding *f, const struct workload *w)
{
	if (!w)
		return true;
	vec_each (const struct str, name, &f->workloads)
		if (str_eq(*name, w->name))
			return true;
	return false;
}

const struct finding *fix_next_finding(
	const struct fixing *f, struct str rule, const struct finding *last)
{
	size_t i = last ? (size_t)(last - f->findings->at) + 1 : 0;

	for (; i < f->findings->n; i++) {
		const struct finding *found = &f->findings->at[i];

		if (!found->ignored && str_eq(found->rule->name, rule) &&
			is_about(found, f->workload))
			return found;
	}
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

/* ---- one part ---- */

static void leave(struct making *m, const struct fix_part *part, struct str why)
{
	*vec_push(m->arena, &m->plan->left) = (struct fix_left){.title = part->title,
		.why = why,
		.workload = part->workload,
		.rules = part->rules};
}

static bool shares_a_rule(const struct strs *a, const struct strs *b)
{
	vec_each (const struct str, x, a)
		vec_each (const struct str, y, b)
			if (str_eq(*x, *y))
				return true;
	return false;
}

static bool is_wanted(const struct making *m, const struct fix_part *part)
{
	if (m->options->rules.n && !shares_a_rule(&m->options->rules, &part->rules))
		return false;
	return !m->options->only_safe || part->class == FIX_SAFE;
}

/* The bytes that were edited, and what they read as. */
static bool apply(struct making *m, struct fix_part *part, struct edited_files *files,
	struct reading *after, struct str *why)
{
	struct world *now = edited_world(m->arena, m->disk, &m->plan->files);
	struct err e = {0};

	if (!raise_changes(
		    m->arena, now, &m->now.input, &part->changes, &part->edits, why))
		return false;
	if (!part->edits.n)
		return true; /* it stands there already */
	if (edits_apply(m->arena, &part->edits, files, &e) < 0 ||
		reading_make(m->arena, edited_world(m->arena, m->disk, files), m->know,
			m->path, m->load, m->options, after, &e) < 0) {
		*why = arena_printf(m->arena, "oakum could not %s.", e.text);
		return false;
	}
	*why = prove_part(m->arena, part, &m->now, after);
	return why->n == 0;
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

static void take_part(struct making *m, struct fix_part *part)
{
	struct edited_files files = copy_files(m->arena, &m->plan->files);
	struct reading after = {0};
	enum fix_answer answer = FIX_YES;
	struct str why;

	if (!part->workload.n && part->changes.n && part->changes.at[0].workload)
		part->workload = part->changes.at[0].workload->name;
	if (!part->changes.n || !apply(m, part, &files, &after, &why)) {
		leave(m, part,
			part->changes.n ? why : STR("There is nothing to write here."));
		return;
	}
	if (!part->edits.n)
		return;
	part->diff = diff_of(m->arena, &m->plan->files, &files);
	if (m->options->ask)
		answer = m->options->ask(m->options->data, part);
	m->is_stopped = answer == FIX_STOP;
	if (answer != FIX_YES)
		return;
	part->is_wanted = true;
	*vec_push(m->arena, &m->plan->parts) = *part;
	m->plan->files = files;
	m->now = after;
}

static void run_maker(
	struct making *m, const struct maker *maker, const struct workload *w)
{
	struct fix_part part = {.class = FIX_CHANGES_RUN};
	struct fixing f = {.arena = m->arena,
		.world = edited_world(m->arena, m->disk, &m->plan->files),
		.know = m->know,
		.input = &m->now.input,
		.findings = &m->now.findings,
		.audit = &m->now.audit,
		.uid = m->options->uid,
		.workload = w,
		.left = &m->plan->left};

	if (w)
		part.workload = w->name;
	if (maker->make(&f, &part) && is_wanted(m, &part))
		take_part(m, &part);
}

static size_t count_grave(const struct findings *findings)
{
	size_t n = 0;

	vec_each (const struct finding, f, findings)
		n += !f->ignored && f->severity >= SEVERITY_MEDIUM;
	return n;
}

/* A part that was kept makes a new reading: workloads are found again by number. */
static void run_all(struct making *m)
{
	size_t rounds = 0;

	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
		const struct maker *maker = &makers[i];

		if (maker->scope == MAKER_INPUT && !m->is_stopped)
			run_maker(m, maker, NULL);
		if (maker->scope != MAKER_WORKLOAD)
			continue;
		for (size_t w = 0; w < m->now.input.project.workloads.n; w++)
			if (!m->is_stopped && rounds++ < FIX_ROUNDS_MAX)
				run_maker(
					m, maker, m->now.input.project.workloads.at[w]);
	}
}

/* `echo app:secret | chpasswd`: every word but the names of the programs. */
static void add_pipe(struct arena *a, const struct command *c, struct strs *out)
{
	for (; c; c = c->reads)
		for (size_t i = 1; i < c->argv.n; i++)
			*vec_push(a, out) = span_str(c->argv.at[i].span);
}

/* A diff shows what was edited and three lines around it: secrets, too. */
static struct strs secrets_of(struct arena *a, const struct project *project)
{
	struct strs out = {0};

	vec_each (struct workload *, w, &project->workloads) {
		struct secret_uses uses = secret_uses_of(a, *w);

		vec_each (const struct secret_use, use, &uses)
			if (use->is_known)
				*vec_push(a, &out) = span_str(use->span);
	}
	vec_each (struct build *, build, &project->builds)
		vec_each (struct stage *, stage, &(*build)->stages)
			vec_each (const struct step, step, &(*stage)->steps)
				vec_each (const struct act, act, &step->notes.acts)
					if (act->kind == ACT_PASSWORD)
						add_pipe(a, act->command, &out);
	return out;
}

int fix_make(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *load,
	const struct fix_options *options, struct fix_plan *out, struct err *e)
{
	static const struct host_facts nobody;
	struct fix_plan plan = {0};
	struct making m = {.arena = a,
		.disk = world,
		.know = know,
		.path = path,
		.load = load,
		.options = options,
		.plan = &plan};

	if (reading_make(a, world, know, path, load, options, &m.now, e) < 0)
		return -1;
	plan.findings_before = count_grave(&m.now.findings);
	plan.secrets = secrets_of(a, &m.now.input.project);
	*out = plan; /* whoever is asked of a part needs them already */
	if (!m.now.input.skipped.n)
		run_all(&m);
	plan.findings_after = count_grave(&m.now.findings);
	plan.input = m.now.input;
	plan.host = host_prepare(a, edited_world(a, world, &plan.files),
		&plan.input.project, options->host ? options->host : &nobody);
	*out = plan;
	return 0;
}
