#include <stdlib.h>

#include "report/excerpt.h"
#include "report/report.h"
#include "report/screen.h"
#include "rule/build_secret.h"
#include "rule/secret.h"

enum {
	WIDTH_DEFAULT = 80,
	INDENT = 2,	 /* of a finding */
	INDENT_TEXT = 4, /* of what stands under it */
};

/* A finding is pointed at, so that sorting moves little; also the groups' unit. */
VEC_TYPE(const struct finding *, finding_list);

static enum paint severity_paint(enum severity severity)
{
	static const unsigned char paints[SEVERITY_COUNT] = {
		[SEVERITY_INFO] = PAINT_DIM,
		[SEVERITY_LOW] = PAINT_CYAN,
		[SEVERITY_MEDIUM] = PAINT_YELLOW,
		[SEVERITY_HIGH] = PAINT_RED,
		[SEVERITY_CRITICAL] = PAINT_RED,
	};

	return (enum paint)paints[severity];
}

static enum paint runs_as_paint(enum runs_as runs_as)
{
	switch (runs_as) {
	case RUNS_AS_ROOT:
	case RUNS_NOT_AT_ALL:
		return PAINT_RED;
	case RUNS_AS_UNKNOWN:
		return PAINT_YELLOW;
	default:
		return PAINT_GREEN;
	}
}

static struct str cap_text(struct str s)
{
	return str_sub(s, 0, REPORT_TEXT_MAX);
}

static struct str place_str(struct arena *a, struct span span)
{
	struct place at;

	if (!span.file)
		return STR("(no place in a file)");
	at = span_start(span);
	return arena_printf(
		a, "%.*s:%u:%u", STR_ARG(span.file->path), at.line, at.column);
}

/* Where a fact stands, shorter: the file's own name and the line. */
static struct str short_place(struct arena *a, struct span span)
{
	struct str path = span.file->path;
	size_t slash = str_rfind(path, '/');

	return arena_printf(a, "%.*s:%u",
		STR_ARG(slash < path.n ? str_from(path, slash + 1) : path),
		span_start(span).line);
}

/* "compose.yaml:12 `user: root`"; a fact that nobody wrote says its value. */
static struct str fact_place_and_text(struct arena *a, const struct fact *f)
{
	struct str text = report_fact_text(a, f);

	if (f->span.file && report_fact_is_written(f))
		return arena_printf(a, "%.*s `%.*s`", STR_ARG(short_place(a, f->span)),
			STR_ARG(text));
	if (f->span.file)
		return arena_printf(a, "%.*s (%.*s)", STR_ARG(text),
			STR_ARG(short_place(a, f->span)));
	return text;
}

static void add_chain(struct screen *s, const struct fact *f)
{
	struct arena *a = s->out->arena;

	for (int i = 0; i < REPORT_CHAIN_MAX && report_fact_hides(f); i++, f = f->hides)
		screen_wrap(s, INDENT_TEXT, STR("Note: "),
			arena_printf(a, "%.*s hides %.*s",
				STR_ARG(fact_place_and_text(a, f)),
				STR_ARG(fact_place_and_text(a, f->hides))));
}

static void add_related(struct screen *s, const struct finding *f)
{
	struct arena *a = s->out->arena;

	for (size_t i = 0; i < f->related.n && i < REPORT_LIST_MAX; i++) {
		const struct related *r = &f->related.at[i];

		screen_wrap(s, INDENT_TEXT, STR("See "),
			arena_printf(a, "%.*s: %.*s", STR_ARG(place_str(a, r->span)),
				STR_ARG(cap_text(r->message))));
		excerpt_add(s, INDENT_TEXT, r->span, PAINT_DIM);
	}
	if (f->related.n > REPORT_LIST_MAX)
		screen_wrap(s, INDENT_TEXT, STR_NONE,
			arena_printf(a, "and %zu more places",
				f->related.n - REPORT_LIST_MAX));
}

/* The other workloads that the same bytes concern. */
static void add_workloads(struct screen *s, const struct finding *f)
{
	struct buf names = {.arena = s->out->arena};

	if (f->workloads.n < 2)
		return;
	for (size_t i = 1; i < f->workloads.n && i < REPORT_LIST_MAX; i++) {
		buf_add(&names, i > 1 ? STR(", ") : STR_NONE);
		buf_add(&names, cap_text(f->workloads.at[i]));
	}
	if (f->workloads.n > REPORT_LIST_MAX)
		buf_add(&names, STR(", \xe2\x80\xa6"));
	screen_wrap(s, INDENT_TEXT, STR("Also in: "), buf_str(&names));
}

/*
 * The finding that has already said the same in this report, or NULL: one sentence for
 * ten services that lack the same line is enough.
 */
static const struct finding *said_before(
	const struct finding_list *said, const struct finding *f)
{
	vec_each (const struct finding *, old, said)
		if ((*old)->rule == f->rule && (*old)->verdict == f->verdict &&
			(*old)->severity == f->severity &&
			str_eq((*old)->message, f->message) &&
			str_eq((*old)->help, f->help))
			return *old;
	return NULL;
}

static void add_texts(struct screen *s, const struct finding *f)
{
	screen_wrap(s, INDENT_TEXT, STR_NONE, cap_text(f->message));
	if (f->consequence.n)
		screen_wrap(s, INDENT_TEXT, STR("What happens: "),
			cap_text(f->consequence));
	if (f->help.n)
		screen_wrap(s, INDENT_TEXT, STR("What to do:   "), cap_text(f->help));
}

static void add_finding(
	struct screen *s, struct finding_list *said, const struct finding *f)
{
	struct arena *a = s->out->arena;
	enum paint paint = severity_paint(f->severity);
	const struct finding *before = said_before(said, f);

	buf_repeat(s->out, ' ', INDENT);
	screen_paint(s, paint, severity_name(f->severity));
	buf_add(s->out, STR("  "));
	screen_paint(s, PAINT_BOLD, f->rule->name);
	buf_add(s->out, f->verdict == ANSWER_MAYBE ? STR("  (maybe)  ") : STR("  "));
	screen_add(s, place_str(a, f->span));
	buf_add(s->out, STR("\n\n"));
	if (f->span.file) {
		excerpt_add(s, INDENT, f->span, paint);
		buf_char(s->out, '\n');
	}
	if (before) {
		screen_wrap(s, INDENT_TEXT, STR_NONE,
			arena_printf(a, "The same as above, at %.*s.",
				STR_ARG(place_str(a, before->span))));
	} else {
		*vec_push(a, said) = f;
		add_texts(s, f);
	}
	add_chain(s, f->chain);
	add_workloads(s, f);
	add_related(s, f);
	buf_char(s->out, '\n');
}

static bool is_worse(const struct finding *a, const struct finding *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	if (a->verdict != b->verdict)
		return a->verdict == ANSWER_YES;
	return a->span.offset < b->span.offset;
}

/* Worst first; findings that are equally bad stay in the order of the file. */
static void sort_findings(struct finding_list *list)
{
	for (size_t i = 1; i < list->n; i++) {
		const struct finding *f = list->at[i];
		size_t to = i;

		for (; to > 0 && is_worse(f, list->at[to - 1]); to--)
			list->at[to] = list->at[to - 1];
		list->at[to] = f;
	}
}

static bool belongs_to(const struct finding *f, const struct report_input *in,
	const struct workload *w)
{
	if (f->workloads.n)
		return w && str_eq(f->workloads.at[0], w->name);
	/* What is about the file stands with its only workload. */
	return (in->project->workloads.n == 1) == (w != NULL);
}

/* The findings that stand under w, or (NULL) those that are the file's own. */
static struct finding_list group_of(
	struct arena *a, const struct report_input *in, const struct workload *w)
{
	struct finding_list list = {0};

	for (size_t i = 0; i < in->findings->n && i < REPORT_FINDINGS_MAX; i++)
		if (!in->findings->at[i].ignored &&
			belongs_to(&in->findings->at[i], in, w))
			*vec_push(a, &list) = &in->findings->at[i];
	sort_findings(&list);
	return list;
}

static void add_group(struct screen *s, struct finding_list *said,
	const struct report_input *in, const struct workload *w, bool is_quiet)
{
	struct buf line = {.arena = s->out->arena};
	struct finding_list list = group_of(s->out->arena, in, w);

	if (!list.n && (!w || is_quiet))
		return;
	if (w)
		report_headline(&line, w, report_outlook(in, w));
	else
		buf_add(&line, STR("about the file as a whole"));
	screen_paint(s, PAINT_BOLD, w ? w->name : in->path);
	buf_add(s->out, STR(": "));
	screen_paint(s, w ? runs_as_paint(w->launch.runs_as) : PAINT_NONE,
		cap_text(buf_str(&line)));
	buf_add(s->out, list.n ? STR("\n\n") : STR("\n"));
	vec_each (const struct finding *, f, &list)
		add_finding(s, said, *f);
}

static void add_notice(
	struct screen *s, struct str path, const char *what, struct str why)
{
	if (!why.n)
		return;
	screen_paint(s, PAINT_BOLD, path);
	buf_add(s->out, STR(": "));
	screen_paint(s, PAINT_YELLOW,
		arena_printf(s->out->arena, "%s: %.*s", what, STR_ARG(cap_text(why))));
	buf_char(s->out, '\n');
}

/* A pass of one stage is none of the others. */
static void add_other_targets(struct screen *s, const struct report_input *in)
{
	struct buf names = {.arena = s->out->arena};

	if (!in->other_target_count)
		return;
	for (size_t i = 0; i < in->other_target_count && i < REPORT_LIST_MAX; i++) {
		buf_add(&names, i ? STR(", ") : STR_NONE);
		buf_add(&names, cap_text(in->other_targets[i]));
	}
	screen_paint(s, PAINT_DIM, in->path);
	screen_paint(s, PAINT_DIM, STR(": not looked at: "));
	screen_paint(s, PAINT_DIM, buf_str(&names));
	screen_paint(s, PAINT_DIM, STR(" (--target STAGE does)"));
	buf_char(s->out, '\n');
}

/* The lines of one command and of what feeds it: echo app:secret | chpasswd. */
static struct span whole_pipe(const struct command *c)
{
	struct span span = c->span;

	for (; c->reads; c = c->reads)
		span = span_join(span, c->reads->span);
	return span;
}

/* Where the file sets passwords: a report is read by others, and kept. */
static void hide_passwords(struct screen *s, const struct stage *stage)
{
	vec_each (const struct step, step, &stage->steps)
		vec_each (const struct act, act, &step->notes.acts)
			if (act->kind == ACT_PASSWORD)
				*vec_push(s->out->arena, &s->hidden) =
					whole_pipe(act->command);
}

/* What a run says in plain sight: the line is shown, its secret is not. */
static void mask_secrets(struct screen *s, const struct workload *w)
{
	struct secret_uses uses = secret_uses_of(s->out->arena, w);

	vec_each (const struct secret_use, use, &uses)
		if (use->is_known)
			*vec_push(s->out->arena, &s->masked) = use->span;
}

static void mask_values(struct screen *s, const struct build *build)
{
	struct secret_spans values = build_secret_values(s->out->arena, build);

	vec_each (const struct span, span, &values)
		*vec_push(s->out->arena, &s->masked) = *span;
}

/* By file, in whatever order, and offset; of two at one place the longer comes last. */
static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return (a->length > b->length) - (a->length < b->length);
}

static void hide_secrets(struct screen *s, const struct project *project)
{
	vec_each (struct workload *, w, &project->workloads)
		mask_secrets(s, *w);
	vec_each (struct build *, build, &project->builds)
		mask_values(s, *build);
	if (s->masked.n)
		qsort(s->masked.at, s->masked.n, sizeof(*s->masked.at), compare_spans);
	vec_each (struct build *, build, &project->builds)
		vec_each (struct stage *, stage, &(*build)->stages)
			hide_passwords(s, *stage);
}

void report_text(struct buf *out, const struct report_input *in,
	const struct report_style *style)
{
	struct screen s = {.out = out, .has_color = style->has_color};
	static const struct findings none;
	struct report_input given = *in;
	struct finding_list said = {0};

	s.width = style->width ? style->width : WIDTH_DEFAULT;
	if (!given.findings)
		given.findings = &none;
	add_notice(&s, in->path, "not audited", in->skipped);
	if (in->project) {
		const struct workload *w;

		if (given.findings->n)
			hide_secrets(&s, in->project);
		for (size_t i = 0; i < in->project->workloads.n; i++) {
			w = in->project->workloads.at[i];
			if (i < REPORT_WORKLOADS_MAX)
				add_group(&s, &said, &given, w, style->is_quiet);
		}
		add_group(&s, &said, &given, NULL, style->is_quiet);
	}
	if (!style->is_quiet)
		add_other_targets(&s, in);
	add_notice(&s, in->path, "seen only in part", in->partial);
	if (given.findings->n > REPORT_FINDINGS_MAX)
		add_notice(&s, in->path, "not all is shown",
			arena_printf(out->arena, "%zu more findings",
				given.findings->n - REPORT_FINDINGS_MAX));
}

static bool is_same_file(struct span a, struct span b)
{
	return a.file == b.file ||
		(a.file && b.file && str_eq(a.file->path, b.file->path));
}

void report_count(struct report_counts *counts, const struct report_input *in)
{
	const struct finding *last = NULL;
	struct report_counts own = {0};

	own.audited = in->project != NULL;
	own.skipped = in->skipped.n || in->partial.n;
	for (size_t i = 0; in->findings && i < in->findings->n; i++) {
		const struct finding *f = &in->findings->at[i];

		if (f->ignored) {
			own.ignored++;
			continue;
		}
		own.severity[f->severity]++;
		if (!own.example.n || f->severity > own.worst) {
			own.example = f->rule->name;
			own.worst = f->severity;
		}
		/* They are sorted by file. */
		if (!last || !is_same_file(last->span, f->span))
			own.files++;
		last = f;
	}
	report_count_add(counts, &own);
}

void report_count_add(struct report_counts *counts, const struct report_counts *more)
{
	for (int i = 0; i < SEVERITY_COUNT; i++)
		counts->severity[i] += more->severity[i];
	counts->files += more->files;
	counts->audited += more->audited;
	counts->skipped += more->skipped;
	counts->ignored += more->ignored;
	if (more->example.n && (!counts->example.n || more->worst > counts->worst)) {
		counts->example = more->example;
		counts->worst = more->worst;
	}
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void add_sums(struct screen *s, const struct report_counts *counts)
{
	bool is_first = true;

	for (int i = SEVERITY_COUNT - 1; i >= 0; i--) {
		if (!counts->severity[i])
			continue;
		buf_add(s->out, is_first ? STR_NONE : STR(", "));
		screen_paint(s, severity_paint((enum severity)i),
			arena_printf(s->out->arena, "%zu %.*s", counts->severity[i],
				STR_ARG(severity_name((enum severity)i))));
		is_first = false;
	}
}

static void add_ignored(struct buf *out, const struct report_counts *counts)
{
	if (counts->ignored)
		buf_printf(out, ", %zu ignored", counts->ignored);
	buf_char(out, '\n');
}

void report_text_summary(struct buf *out, const struct report_counts *counts,
	const struct report_style *style)
{
	struct screen s = {.out = out, .has_color = style->has_color};

	if (counts->files) {
		add_sums(&s, counts);
		buf_printf(out, " in %zu file%s", counts->files, plural(counts->files));
		add_ignored(out, counts);
		buf_add(out, STR("To read more about one: "));
		screen_paint(&s, PAINT_BOLD,
			arena_printf(out->arena, "oakum explain %.*s",
				STR_ARG(counts->example)));
		buf_add(out, STR("\nTo see the change that mends it: "));
		screen_paint(&s, PAINT_BOLD, STR("oakum fix"));
		buf_char(out, '\n');
	} else if (!style->is_quiet) {
		buf_printf(out, "nothing found in %zu file%s", counts->audited,
			plural(counts->audited));
		add_ignored(out, counts);
	}
	if (counts->skipped)
		buf_printf(out, "%zu file%s could not be seen, or not whole\n",
			counts->skipped, plural(counts->skipped));
}
