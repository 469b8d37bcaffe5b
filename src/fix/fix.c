/*
 * The loop of a plan.
 *
 * Every maker is asked about every workload as the files stand with all parts kept so
 * far. What one maker says of several workloads at once is laid over the files together,
 * as long as no two of the parts touch the same bytes; where the proof of many fails,
 * halves of them are proved, down to the one that it fails for.
 */
#include "fix/fix.h"

#include <stdlib.h>

#include "base/buf.h"
#include "fix/makers.h"
#include "fix/making.h"
#include "know/asker.h"
#include "rule/build_secret.h"
#include "rule/secret.h"

enum maker_scope { MAKER_WORKLOAD, MAKER_INPUT };

static const struct maker {
	fix_maker *make;
	enum maker_scope scope;
} makers[] = {
#define FIX(name, scope) {fix_##name, MAKER_##scope},
#include "fix/fixes.def"
#undef FIX
};

/* What one maker says of several workloads, on its way to the files. */
struct batch {
	struct fix_parts parts;
	VEC(size_t) where; /* beside parts: the index of the workload */
	struct fix_lefts left;
	struct edits edits;	/* of all parts */
	struct raise_memo memo; /* of the files as they stand */
};

/* ---- several parts at once ---- */

static void leave(
	struct making *m, struct batch *b, const struct fix_part *part, struct str why)
{
	*vec_push(&m->work, &b->left) = (struct fix_left){.title = part->title,
		.why = why,
		.workload = part->workload,
		.rules = making_rules(&m->work, part)};
}

/* Adds the part to the batch; false when it has to wait for another reading. */
static bool add_part(struct making *m, struct batch *b, struct fix_part *part,
	struct world *world, size_t where)
{
	struct str why;

	if (!part->workload.n && part->changes.n && part->changes.at[0].workload)
		part->workload = part->changes.at[0].workload->name;
	if (!part->changes.n) {
		leave(m, b, part, STR("There is nothing to write here."));
		return true;
	}
	if (!raise_changes_by(&m->work, world, &m->now.input, &part->changes, &b->memo,
		    &part->edits, &why)) {
		leave(m, b, part, why);
		return true;
	}
	if (!part->edits.n)
		return true; /* it stands there already */
	if (edits_meet(&b->edits, &part->edits))
		return false;
	vec_each (const struct edit, edit, &part->edits)
		*vec_push(&m->work, &b->edits) = *edit;
	*vec_push(&m->work, &b->parts) = *part;
	*vec_push(&m->work, &b->where) = where;
	return true;
}

bool maker_ask(struct making *m, const struct maker *maker, size_t at,
	struct world *world, struct fix_lefts *left, struct fix_part *part)
{
	const struct workloads *all = &m->now.input.project.workloads;
	const struct workload *w = at == SIZE_MAX ? NULL : all->at[at];
	struct fixing f = {.arena = &m->work,
		.world = world,
		.know = m->know,
		.input = &m->now.input,
		.findings = &m->now.findings,
		.mine = w ? &m->about[at] : NULL,
		.audit = &m->now.audit,
		.uid = m->options->uid,
		.workload = w,
		.left = left};

	*part = (struct fix_part){.class = FIX_CHANGES_RUN};
	if (w)
		part->workload = w->name;
	return maker->make(&f, part) && making_wants(m, part);
}

/* False: it has to be asked again when the parts before it are written. */
static bool make_one(struct making *m, const struct maker *maker, size_t at,
	struct world *world, struct batch *b)
{
	size_t left = b->left.n;
	struct fix_part part;

	if (!maker_ask(m, maker, at, world, &b->left, &part))
		return true;
	twins_join(m, maker, at, world, &part);
	if (add_part(m, b, &part, world, at))
		return true;
	b->left.n = left;
	return false;
}

/* As many of the workloads as go together; the first that does not. */
static size_t make_batch(struct making *m, const struct maker *maker, size_t from,
	size_t to, struct batch *b)
{
	struct world *world;

	arena_reset(&m->work);
	*b = (struct batch){0};
	world = edited_world(&m->work, m->disk, &m->plan->files);
	do
		if (!make_one(m, maker, from, world, b))
			return from;
	while (++from < to && m->work.used < FIX_SCRATCH_MAX);
	return from;
}

/* The parts of the batch are proved together: those that are wanted are kept. */
static void take(struct making *m, struct batch *b, struct edited_files *files,
	struct reading *after)
{
	struct fix_parts yes;
	struct str why = STR_NONE;

	making_add_diffs(m, &b->parts);
	yes = making_ask(m, &b->parts);
	if (yes.n && yes.n < b->parts.n) {
		why = making_try(m, &yes, files, after);
		if (!why.n)
			making_add_diffs(m, &yes);
	}
	if (why.n)
		vec_each (const struct fix_part, part, &yes)
			leave(m, b, part, why);
	else if (yes.n)
		making_keep(m, &yes, files, after);
}

static void run_range(
	struct making *m, const struct maker *maker, size_t from, size_t to)
{
	while (from < to && making_has_more(m)) {
		struct edited_files files;
		struct reading after = {0};
		struct batch b;
		size_t end = make_batch(m, maker, from, to, &b);
		struct str why = STR_NONE;

		if (b.parts.n)
			why = making_try(m, &b.parts, &files, &after);
		if (why.n && b.parts.n > 1) {
			size_t middle = b.where.at[b.parts.n / 2];

			run_range(m, maker, from, middle);
			run_range(m, maker, middle, end);
			from = end;
			continue;
		}
		if (why.n)
			leave(m, &b, &b.parts.at[0], why);
		else if (b.parts.n)
			take(m, &b, &files, &after);
		making_keep_lefts(m, &b.left);
		from = end;
	}
}

/* A maker of the whole input is a batch of one. */
static void run_input(struct making *m, const struct maker *maker)
{
	struct edited_files files;
	struct reading after = {0};
	struct batch b = {0};
	struct str why = STR_NONE;

	arena_reset(&m->work);
	(void)make_one(m, maker, SIZE_MAX,
		edited_world(&m->work, m->disk, &m->plan->files), &b);
	if (b.parts.n)
		why = making_try(m, &b.parts, &files, &after);
	if (why.n)
		leave(m, &b, &b.parts.at[0], why);
	else if (b.parts.n)
		take(m, &b, &files, &after);
	making_keep_lefts(m, &b.left);
}

static void run_once(struct making *m)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers) && making_has_more(m);
		i++) {
		if (makers[i].scope == MAKER_INPUT) {
			run_input(m, &makers[i]);
			continue;
		}
		shared_run(m, &makers[i]);
		run_range(m, &makers[i], 0, m->now.input.project.workloads.n);
	}
}

/* Until a round keeps nothing: what a part needs may come from one behind it. */
static void run_all(struct making *m)
{
	size_t kept, rounds = 0;

	do {
		kept = m->plan->parts.n;
		m->plan->left.n = 0;
		run_once(m);
	} while (m->plan->parts.n > kept && ++rounds < FIX_ROUNDS_MAX &&
		making_has_more(m));
	if (m->spent < FIX_WORK_MAX)
		return;
	*vec_push(m->arena, &m->plan->left) = (struct fix_left){
		.title = STR("Plan the rest"),
		.why = STR("There are so many containers in here that the plan ends "
			   "before they do. Write this one and run it again."),
	};
}

/* ---- a plan ---- */

static size_t count_grave(const struct findings *findings)
{
	size_t n = 0;

	vec_each (const struct finding, f, findings)
		n += !f->ignored && f->severity >= SEVERITY_MEDIUM;
	return n;
}

/* `echo app:secret | chpasswd`: every word but the names of the programs. */
static void add_pipe(struct arena *a, const struct command *c, struct strs *out)
{
	for (; c; c = c->reads)
		for (size_t i = 1; i < c->argv.n; i++)
			*vec_push(a, out) = arena_str(a, span_str(c->argv.at[i].span));
}

/* A diff shows what was edited and three lines around it: secrets, too. */
static struct strs secrets_of(struct arena *a, const struct project *project)
{
	struct strs out = {0};

	vec_each (struct workload *, w, &project->workloads) {
		struct secret_uses uses = secret_uses_of(a, *w);

		vec_each (const struct secret_use, use, &uses)
			if (use->is_known)
				*vec_push(a, &out) = arena_str(a, span_str(use->span));
	}
	vec_each (struct build *, build, &project->builds) {
		struct secret_spans values = build_secret_values(a, *build);

		vec_each (const struct span, span, &values)
			*vec_push(a, &out) = arena_str(a, span_str(*span));
		vec_each (struct stage *, stage, &(*build)->stages)
			vec_each (const struct step, step, &(*stage)->steps)
				vec_each (const struct act, act, &step->notes.acts)
					if (act->kind == ACT_PASSWORD)
						add_pipe(a, act->command, &out);
	}
	return out;
}

static void end(struct making *m)
{
	arena_free(&m->homes[0]);
	arena_free(&m->homes[1]);
	arena_free(&m->work);
	arena_free(&m->brief);
}

/* The input as it is in the end, where it outlives the making. */
static int finish(struct making *m, struct fix_plan *out, struct err *e)
{
	static const struct host_options asking = {.asker = know_asker};
	static const struct host_facts nobody;
	const struct fix_options *options = m->options;
	struct world *world = edited_world(m->arena, m->disk, &m->plan->files);

	if (input_load(m->arena, world, m->know, m->path, m->load, &m->plan->input, e) <
		0)
		return -1;
	m->plan->findings_after = count_grave(&m->now.findings);
	m->plan->host = host_prepare_as(m->arena, world, &m->plan->input.project,
		options->host ? options->host : &nobody, &asking);
	*out = *m->plan;
	return 0;
}

int fix_make(struct arena *a, struct world *world, const struct knowledge *know,
	struct str path, const struct load_options *load,
	const struct fix_options *options, struct fix_plan *out, struct err *e)
{
	struct fix_plan plan = {0};
	struct reading first = {0};
	struct making m = {.arena = a,
		.disk = world,
		.know = know,
		.path = path,
		.load = load,
		.options = options,
		.plan = &plan};
	int rc = making_read(&m, &plan.files, &first, e);

	if (rc == 0) {
		making_keep_reading(&m, &first);
		plan.findings_before = count_grave(&m.now.findings);
		plan.secrets = secrets_of(a, &m.now.input.project);
		*out = plan; /* whoever is asked of a part needs them already */
		if (!m.now.input.skipped.n && !m.now.input.is_left)
			run_all(&m);
		rc = finish(&m, out, e);
	}
	end(&m);
	return rc;
}
