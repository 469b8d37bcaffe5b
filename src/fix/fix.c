/*
 * The loop of a plan.
 *
 * Every maker is asked about every workload as the files stand with all parts kept so
 * far. What one maker says of several workloads at once is laid over the files together,
 * as long as no two of the parts touch the same bytes; where the proof of many fails,
 * halves of them are proved, down to the one that it fails for. A reading is thrown away
 * when the next one is kept: two arenas take turns, and what outlives them is copied.
 */
#include "fix/fix.h"

#include <stdlib.h>

#include "base/buf.h"
#include "fix/anchor.h"
#include "fix/makers.h"
#include "fix/prove.h"
#include "know/asker.h"
#include "rule/build_secret.h"
#include "rule/secret.h"

/* WORK: containers read in one plan, all readings counted; what is behind it waits. */
enum {
	FIX_WORK_MAX = 200000,
	FIX_ROUNDS_MAX = 6, /* through all makers */
	FIX_SCRATCH_MAX =
		64 << 20, /* bytes that makers use before their parts are tried */
};

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
	struct arena *arena;   /* of the plan */
	struct arena homes[2]; /* of readings; the one that counts is in homes[home] */
	struct arena work;     /* of makers: theirs until their parts are kept or not */
	struct arena brief;    /* of one diff */
	unsigned home;
	struct world *disk;
	const struct knowledge *know;
	struct str path;
	const struct load_options *load;
	const struct fix_options *options;
	struct fix_plan *plan;	      /* all but its input and counts */
	struct reading now;	      /* with every kept part in place */
	struct finding_list *about;   /* of now, for each workload */
	struct raise_anchors anchors; /* of now */
	size_t spent;		      /* of FIX_WORK_MAX */
	struct strs refused;	      /* name_of parts that were asked for in vain */
	bool is_stopped;	      /* the user wants no more of it */
};

/* What one maker says of several workloads, on its way to the files. */
struct batch {
	struct fix_parts parts;
	VEC(size_t) where; /* beside parts: the index of the workload */
	struct fix_lefts left;
	struct edits edits;	/* of all parts */
	struct raise_memo memo; /* of the files as they stand */
};

/* ---- readings ---- */

struct named {
	struct str name;
	size_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* Which findings are about which workload, in their order. */
static struct finding_list *index_findings(struct arena *a, const struct reading *r)
{
	const struct workloads *w = &r->input.project.workloads;
	struct finding_list *about = arena_array(a, struct finding_list, w->n + 1);
	struct named *names = arena_array(a, struct named, w->n + 1);

	for (size_t i = 0; i < w->n; i++)
		names[i] = (struct named){w->at[i]->name, i};
	qsort(names, w->n, sizeof(*names), compare_named);
	vec_each (const struct finding, f, &r->findings)
		vec_each (const struct str, name, &f->workloads) {
			struct named key = {.name = *name};
			const struct named *found = bsearch(
				&key, names, w->n, sizeof(*names), compare_named);

			if (found)
				*vec_push(a, &about[found->index]) = f;
		}
	return about;
}

/* Reads everything with files in place, into the arena whose turn it is. */
static int read_again(struct making *m, const struct edited_files *files,
	struct reading *out, struct err *e)
{
	struct arena *a = &m->homes[!m->home];
	struct edited_files own = {0};

	arena_reset(a);
	/* Spans of the reading point into these bytes. */
	vec_each (const struct edited_file, f, files)
		*vec_push(a, &own) = (struct edited_file){
			.path = f->path, .after = arena_str(a, f->after)};
	if (reading_make(a, edited_world(a, m->disk, &own), m->know, m->path, m->load,
		    m->options, out, e) < 0)
		return -1;
	m->spent += out->input.project.workloads.n + 1;
	return 0;
}

/* The reading that was made last is the one that counts. */
static void keep_reading(struct making *m, const struct reading *r)
{
	m->home = !m->home;
	m->now = *r;
	m->about = index_findings(&m->homes[m->home], &m->now);
	m->anchors =
		raise_anchors_of(&m->homes[m->home], m->now.audit.world, &m->now.input);
}

/* ---- what outlives them ---- */

static struct strs keep_strs(struct arena *a, const struct strs *list)
{
	struct strs out = {0};

	vec_each (const struct str, s, list)
		*vec_push(a, &out) = arena_str(a, *s);
	return out;
}

/* What a reader of the plan needs; what it was made and proved with is gone. */
static struct fix_part keep_part(struct arena *a, const struct fix_part *part)
{
	return (struct fix_part){.title = arena_str(a, part->title),
		.why = arena_str(a, part->why),
		.class = part->class,
		.rules = keep_strs(a, &part->rules),
		.workload = arena_str(a, part->workload),
		.by_hand = keep_strs(a, &part->by_hand),
		.diff = arena_str(a, part->diff),
		.is_wanted = true};
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

static void keep_lefts(struct making *m, const struct fix_lefts *lefts)
{
	const struct strs *rules = &m->options->rules;
	struct arena *a = m->arena;

	vec_each (const struct fix_left, left, lefts)
		if (!rules->n || shares_a_rule(rules, &left->rules))
			*vec_push(a, &m->plan->left) =
				(struct fix_left){.title = arena_str(a, left->title),
					.why = arena_str(a, left->why),
					.workload = arena_str(a, left->workload),
					.rules = keep_strs(a, &left->rules)};
}

/* files have the edits of the parts that were just kept: bytes of theirs are new. */
static void keep_files(struct making *m, const struct edited_files *files)
{
	struct edited_files *kept = &m->plan->files;
	struct arena *a = m->arena;

	for (size_t i = 0; i < files->n; i++) {
		const struct edited_file *f = &files->at[i];

		if (i == kept->n)
			*vec_push(a, kept) =
				(struct edited_file){.path = arena_str(a, f->path),
					.before = arena_str(a, f->before),
					.mode = f->mode,
					.is_new = f->is_new};
		if (!str_eq(kept->at[i].after, f->after) || !kept->at[i].after.p)
			kept->at[i].after = arena_str(a, f->after);
	}
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

/* ---- several parts at once ---- */

static void leave(
	struct making *m, struct batch *b, const struct fix_part *part, struct str why)
{
	*vec_push(&m->work, &b->left) = (struct fix_left){.title = part->title,
		.why = why,
		.workload = part->workload,
		.rules = part->rules};
}

/* Would the edits of one part stand at, or in, bytes that another one touches? */
static bool meets(const struct edits *old, const struct edits *new)
{
	vec_each (const struct edit, x, new)
		vec_each (const struct edit, y, old) {
			if (!x->file || !y->file) {
				if (!x->file && !y->file && str_eq(x->path, y->path))
					return true;
				continue;
			}
			if (x->file == y->file && x->offset <= y->offset + y->length &&
				y->offset <= x->offset + x->length)
				return true;
		}
	return false;
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
	if (meets(&b->edits, &part->edits))
		return false;
	vec_each (const struct edit, edit, &part->edits)
		*vec_push(&m->work, &b->edits) = *edit;
	*vec_push(&m->work, &b->parts) = *part;
	*vec_push(&m->work, &b->where) = where;
	return true;
}

/* Asks maker about one workload, or (at SIZE_MAX) about the whole input. */
static bool ask_maker(struct making *m, const struct maker *maker, size_t at,
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
	return maker->make(&f, part) && is_wanted(m, part);
}

/* False: it has to be asked again when the parts before it are written. */
static bool make_one(struct making *m, const struct maker *maker, size_t at,
	struct world *world, struct batch *b)
{
	size_t left = b->left.n;
	struct fix_part part;

	if (!ask_maker(m, maker, at, world, &b->left, &part) ||
		add_part(m, b, &part, world, at))
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

/* Lays edits over the files, reads them, proves parts; why not, or empty. */
static struct str try_parts(struct making *m, const struct fix_parts *parts,
	struct edited_files *files, struct reading *after)
{
	struct edits edits = {0};
	struct err e = {0};

	*files = copy_files(&m->work, &m->plan->files);
	vec_each (const struct fix_part, part, parts)
		vec_each (const struct edit, edit, &part->edits)
			*vec_push(&m->work, &edits) = *edit;
	if (edits_apply(&m->work, &edits, files, &e) < 0 ||
		read_again(m, files, after, &e) < 0)
		return arena_printf(&m->work, "oakum could not %s.", e.text);
	return prove_parts(&m->work, parts, &m->now, after);
}

/* The diff of each part against what those before it leave. */
static void add_diffs(struct making *m, struct fix_parts *parts)
{
	struct edits edits = {0};
	struct err e = {0};

	vec_each (struct fix_part, part, parts) {
		struct edited_files before, after;

		arena_reset(&m->brief);
		before = copy_files(&m->brief, &m->plan->files);
		(void)edits_apply(&m->brief, &edits, &before, &e);
		vec_each (const struct edit, edit, &part->edits)
			*vec_push(&m->work, &edits) = *edit;
		after = copy_files(&m->brief, &m->plan->files);
		(void)edits_apply(&m->brief, &edits, &after, &e);
		part->diff = arena_str(&m->work, diff_of(&m->brief, &before, &after));
	}
}

/* A part that a later round makes again is the same one. */
static struct str name_of(struct arena *a, const struct fix_part *part)
{
	return arena_printf(
		a, "%.*s\n%.*s", STR_ARG(part->workload), STR_ARG(part->title));
}

static bool was_refused(struct making *m, const struct fix_part *part)
{
	struct str name = name_of(&m->work, part);

	vec_each (const struct str, refused, &m->refused)
		if (str_eq(*refused, name))
			return true;
	return false;
}

/* Those that whoever is asked wants. */
static struct fix_parts ask_for(struct making *m, const struct fix_parts *parts)
{
	struct fix_parts yes = {0};

	vec_each (const struct fix_part, part, parts) {
		enum fix_answer answer = FIX_YES;

		if (was_refused(m, part))
			continue;
		if (m->options->ask && !m->is_stopped)
			answer = m->options->ask(m->options->data, part);
		m->is_stopped |= answer == FIX_STOP;
		if (answer == FIX_NO)
			*vec_push(m->arena, &m->refused) = name_of(m->arena, part);
		if (answer == FIX_YES && !m->is_stopped)
			*vec_push(&m->work, &yes) = *part;
	}
	return yes;
}

static void keep(struct making *m, const struct fix_parts *parts,
	const struct edited_files *files, const struct reading *after)
{
	vec_each (const struct fix_part, part, parts)
		*vec_push(m->arena, &m->plan->parts) = keep_part(m->arena, part);
	keep_files(m, files);
	keep_reading(m, after);
}

/* The parts of the batch are proved together: those that are wanted are kept. */
static void take(struct making *m, struct batch *b, struct edited_files *files,
	struct reading *after)
{
	struct fix_parts yes;
	struct str why = STR_NONE;

	add_diffs(m, &b->parts);
	yes = ask_for(m, &b->parts);
	if (yes.n && yes.n < b->parts.n) {
		why = try_parts(m, &yes, files, after);
		if (!why.n)
			add_diffs(m, &yes);
	}
	if (why.n)
		vec_each (const struct fix_part, part, &yes)
			leave(m, b, part, why);
	else if (yes.n)
		keep(m, &yes, files, after);
}

static bool has_more(const struct making *m)
{
	return !m->is_stopped && m->spent < FIX_WORK_MAX;
}

/* ---- once for all who stand on an anchor ---- */

/* What the maker says of every workload by itself; nothing of it is written. */
static struct fix_parts ask_all(
	struct making *m, const struct maker *maker, struct world *world)
{
	struct fix_lefts unheard = {0};
	struct fix_parts out = {0};

	for (size_t i = 0;
		i < m->now.input.project.workloads.n && m->work.used < FIX_SCRATCH_MAX;
		i++) {
		struct fix_part part;

		if (ask_maker(m, maker, i, world, &unheard, &part) && part.changes.n)
			*vec_push(&m->work, &out) = part;
	}
	return out;
}

/* Who wants it for none of them is not asked for each. */
static void refuse(struct making *m, const struct fix_parts *group)
{
	vec_each (const struct fix_part, part, group)
		*vec_push(m->arena, &m->refused) = name_of(m->arena, part);
}

/* One part in the place of those of a group, which stand on an anchor. */
struct shared {
	struct fix_part one;
	struct fix_parts group;
};

VEC_TYPE(struct shared, shareds);

/* Every anchor that takes what the maker says of all who stand on it. */
static struct shareds find_shared(struct making *m, const struct maker *maker)
{
	struct world *world = edited_world(&m->work, m->disk, &m->plan->files);
	struct fix_parts parts = ask_all(m, maker, world);
	struct shareds out = {0};

	vec_each (const struct raise_anchor, anchor, &m->anchors) {
		struct raise_memo memo = {0};
		struct shared s = {0};
		struct str why;

		if (anchor_merge(&m->work, anchor, &parts, &s.group, &s.one) &&
			raise_changes_by(&m->work, world, &m->now.input, &s.one.changes,
				&memo, &s.one.edits, &why) &&
			s.one.edits.n)
			*vec_push(&m->work, &out) = s;
	}
	return out;
}

static bool has_part_of(const struct fix_parts *parts, const struct fix_parts *group)
{
	vec_each (const struct fix_part, x, parts)
		vec_each (const struct fix_part, y, group)
			if (str_eq(x->workload, y->workload))
				return true;
	return false;
}

/*
 * Are those that touch neither the same services nor the same bytes proved together, for
 * each of their services, wanted, and kept? Each of the group has to be cured; the bytes
 * are those of the one.
 */
static bool keep_shared(struct making *m, const struct shared *list, size_t n)
{
	struct fix_parts ones = {0}, all = {0};
	struct edits edits = {0};
	struct edited_files files;
	struct reading after = {0};

	for (size_t i = 0; i < n; i++) {
		if (has_part_of(&all, &list[i].group) ||
			meets(&edits, &list[i].one.edits))
			continue;
		*vec_push(&m->work, &ones) = list[i].one;
		vec_each (const struct edit, edit, &list[i].one.edits)
			*vec_push(&m->work, &edits) = *edit;
		vec_each (const struct fix_part, part, &list[i].group) {
			*vec_push(&m->work, &all) = *part;
			if (part == list[i].group.at)
				vec_last(&all)->edits = list[i].one.edits;
		}
	}
	if (try_parts(m, &all, &files, &after).n)
		return false;
	add_diffs(m, &ones);
	if (ask_for(m, &ones).n < ones.n) {
		refuse(m, &all);
		return false;
	}
	keep(m, &ones, &files, &after);
	return true;
}

/* All at once, for what one volume's users need they need together; or one of them. */
static bool ask_anchors(struct making *m, const struct maker *maker)
{
	struct shareds list;

	arena_reset(&m->work);
	list = find_shared(m, maker);
	if (list.n > 1 && !m->options->ask && keep_shared(m, list.at, list.n))
		return true;
	vec_each (const struct shared, s, &list)
		if (keep_shared(m, s, 1))
			return true;
	return false;
}

static void run_shared(struct making *m, const struct maker *maker)
{
	size_t tries = m->anchors.n;

	while (tries-- && has_more(m) && ask_anchors(m, maker))
		;
}

static void run_range(
	struct making *m, const struct maker *maker, size_t from, size_t to)
{
	while (from < to && has_more(m)) {
		struct edited_files files;
		struct reading after = {0};
		struct batch b;
		size_t end = make_batch(m, maker, from, to, &b);
		struct str why = STR_NONE;

		if (b.parts.n)
			why = try_parts(m, &b.parts, &files, &after);
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
		keep_lefts(m, &b.left);
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
		why = try_parts(m, &b.parts, &files, &after);
	if (why.n)
		leave(m, &b, &b.parts.at[0], why);
	else if (b.parts.n)
		take(m, &b, &files, &after);
	keep_lefts(m, &b.left);
}

static void run_once(struct making *m)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers) && has_more(m); i++) {
		if (makers[i].scope == MAKER_INPUT) {
			run_input(m, &makers[i]);
			continue;
		}
		run_shared(m, &makers[i]);
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
	} while (m->plan->parts.n > kept && ++rounds < FIX_ROUNDS_MAX && has_more(m));
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
	int rc = read_again(&m, &plan.files, &first, e);

	if (rc == 0) {
		keep_reading(&m, &first);
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
