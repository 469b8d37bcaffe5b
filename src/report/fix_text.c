#include "report/fix_mask.h"
#include "report/fix_report.h"
#include "report/screen.h"

enum {
	FIX_INDENT = 3,
	FIX_LONG = 6, /* parts: a longer plan begins with what it is about */
};

static struct screen screen_of(struct buf *out, const struct report_style *style)
{
	return (struct screen){.out = out,
		.has_color = style->has_color,
		.width = style->width ? style->width : 80};
}

static const char *class_text(enum fix_class class)
{
	return class == FIX_SAFE ? "[safe]" : "[changes the run]";
}

/* ---- diffs ---- */

static enum paint paint_of(struct str line)
{
	if (str_starts(line, STR("@@")))
		return PAINT_CYAN;
	if (str_starts(line, STR("+++ ")) || str_starts(line, STR("--- ")))
		return PAINT_BOLD;
	if (str_starts(line, STR("+")))
		return PAINT_GREEN;
	return str_starts(line, STR("-")) ? PAINT_RED : PAINT_NONE;
}

static void add_diff(struct screen *s, struct str diff, const struct strs *secrets)
{
	struct str_fields lines = {.rest = fix_mask(s->out->arena, diff, secrets)};
	struct str line;

	while (str_next_field(&lines, '\n', &line)) {
		if (!line.n)
			continue;
		/* Of a file with the line ends of DOS the diff has them, too. */
		if (str_ends(line, STR("\r")))
			line.n--;
		screen_line(s, paint_of(line), line);
	}
}

/* ---- one part ---- */

static void add_title(struct screen *s, const struct fix_part *part, size_t number)
{
	if (number)
		buf_printf(s->out, "%-*zu", FIX_INDENT, number);
	screen_paint(s, PAINT_BOLD, part->title);
	buf_add(s->out, STR("  "));
	screen_paint(s, part->class == FIX_SAFE ? PAINT_GREEN : PAINT_YELLOW,
		str_c(class_text(part->class)));
	if (part->workload.n) {
		buf_add(s->out, STR("  "));
		screen_paint(s, PAINT_DIM, part->workload);
	}
	buf_char(s->out, '\n');
}

static void add_reasons(struct screen *s, const struct fix_part *part)
{
	screen_wrap(s, FIX_INDENT, STR_NONE, part->why);
	vec_each (const struct str, sentence, &part->by_hand)
		screen_wrap(s, FIX_INDENT, STR("By hand: "), *sentence);
}

static void add_part_diff(
	struct screen *s, const struct fix_part *part, const struct strs *secrets)
{
	buf_char(s->out, '\n');
	add_diff(s, part->diff, secrets);
	buf_char(s->out, '\n');
}

void fix_report_part(struct buf *out, const struct fix_part *part,
	const struct strs *secrets, const struct report_style *style)
{
	struct screen s = screen_of(out, style);

	add_title(&s, part, 0);
	add_reasons(&s, part);
	add_part_diff(&s, part, secrets);
}

void fix_report_why(
	struct buf *out, const struct fix_part *part, const struct report_style *style)
{
	struct screen s = screen_of(out, style);

	screen_wrap(&s, FIX_INDENT, STR("Why: "), part->why);
	vec_each (const struct str, name, &part->rules) {
		const struct rule *rule = rule_find(*name);

		screen_wrap(&s, FIX_INDENT, STR("Cures: "),
			arena_printf(out->arena,
				"%.*s: %.*s ('oakum explain %.*s' says more).",
				STR_ARG(*name),
				STR_ARG(rule ? rule->title : STR("a finding")),
				STR_ARG(*name)));
	}
	screen_wrap(&s, FIX_INDENT, STR("Proof: "),
		part->class == FIX_SAFE
			? STR("Read again with this written, the finding is gone, "
			      "nothing new is found, and the container runs as before "
			      "or runs at all.")
			: STR("Read again with this written, the finding is gone, "
			      "nothing new is found, and nothing else changes. The "
			      "container runs differently."));
	buf_char(out, '\n');
}

/* ---- all parts ---- */

static bool says_the_same(const struct fix_part *x, const struct fix_part *y)
{
	if (!str_eq(x->title, y->title) || !str_eq(x->why, y->why) ||
		x->by_hand.n != y->by_hand.n)
		return false;
	for (size_t i = 0; i < x->by_hand.n; i++)
		if (!str_eq(x->by_hand.at[i], y->by_hand.at[i]))
			return false;
	return true;
}

/* The parts of one title that stand together, from the one at `from`: their end. */
static size_t end_of_group(const struct fix_parts *parts, size_t from)
{
	size_t end = from + 1;

	while (end < parts->n && str_eq(parts->at[end].title, parts->at[from].title))
		end++;
	return end;
}

/* A line for each kind of change: a plan of a large project is many screens long. */
static void add_overview(struct screen *s, const struct fix_parts *parts)
{
	for (size_t from = 0, end; from < parts->n; from = end) {
		struct arena *a = s->out->arena;
		struct str numbers;

		end = end_of_group(parts, from);
		numbers = end - from == 1 ? arena_printf(a, "%zu", from + 1)
					  : arena_printf(a, "%zu-%zu", from + 1, end);
		buf_printf(s->out, "  %-7.*s ", STR_ARG(numbers));
		screen_add(s, parts->at[from].title);
		buf_char(s->out, '\n');
	}
	buf_char(s->out, '\n');
}

/* What several services get for the same reason is explained once. */
static void add_parts(
	struct screen *s, const struct fix_parts *parts, const struct strs *secrets)
{
	size_t said = 0; /* the last part whose reasons stand there */

	for (size_t i = 0; i < parts->n; i++) {
		const struct fix_part *part = &parts->at[i];

		add_title(s, part, i + 1);
		if (i && says_the_same(part, &parts->at[said])) {
			buf_printf(
				s->out, "   For the reasons of part %zu.\n", said + 1);
		} else {
			add_reasons(s, part);
			said = i;
		}
		add_part_diff(s, part, secrets);
	}
}

/* ---- what is left, and the host ---- */

/* What several services are left with for the same reason is said once. */
static void add_lefts(struct screen *s, const struct fix_lefts *lefts)
{
	struct arena *a = s->out->arena;

	for (size_t i = 0; i < lefts->n;) {
		const struct fix_left *left = &lefts->at[i];
		struct buf head = {.arena = a};

		buf_add(&head, left->title);
		for (; i < lefts->n && str_eq(lefts->at[i].title, left->title) &&
			str_eq(lefts->at[i].why, left->why);
			i++)
			if (lefts->at[i].workload.n)
				buf_printf(&head, ", %.*s",
					STR_ARG(lefts->at[i].workload));
		screen_wrap(s, FIX_INDENT, STR_NONE, buf_str(&head));
		screen_wrap(s, 2 * FIX_INDENT, STR_NONE, left->why);
	}
}

static void add_host(struct screen *s, const struct host_step *step)
{
	struct arena *a = s->out->arena;
	struct str command = host_command(a, step);

	if (command.n) {
		buf_add(s->out, STR("  "));
		screen_paint(s, PAINT_BOLD, command);
		buf_char(s->out, '\n');
	}
	screen_wrap(s, command.n ? FIX_INDENT * 2 : FIX_INDENT, STR_NONE, step->why);
	if (step->otherwise.n)
		screen_wrap(s, FIX_INDENT * 2, STR("Without root: "), step->otherwise);
}

static void add_heading(struct screen *s, struct str text)
{
	screen_paint(s, PAINT_BOLD, text);
	buf_char(s->out, '\n');
}

static void add_by_hand(struct screen *s, const struct fix_lefts *lefts)
{
	if (!lefts->n)
		return;
	add_heading(s, STR("Left to do by hand"));
	add_lefts(s, lefts);
	buf_char(s->out, '\n');
}

/* when: "once this is written"; a host of notes alone asks for no command. */
static void add_steps(
	struct screen *s, const struct host_steps *steps, const char *when)
{
	bool is_command = false;

	if (!steps->n)
		return;
	vec_each (const struct host_step, step, steps)
		is_command |= host_command(s->out->arena, step).n > 0;
	add_heading(s,
		is_command ? arena_printf(s->out->arena,
				     "On the host, %s ('sudo oakum prepare --apply' "
				     "does it)",
				     when)
			   : STR("On the host"));
	vec_each (const struct host_step, step, steps)
		add_host(s, step);
	buf_char(s->out, '\n');
}

static void add_counts(struct screen *s, const struct fix_plan *plan)
{
	buf_printf(s->out,
		"%zu finding%s of medium severity or worse, %zu once all of ",
		plan->findings_before, plan->findings_before == 1 ? "" : "s",
		plan->findings_after);
	buf_add(s->out, STR("this is written"));
}

void fix_report_text(struct buf *out, const struct fix_shown *shown,
	const struct report_style *style)
{
	struct screen s = screen_of(out, style);
	const struct fix_plan *plan = shown->plan;

	if (!plan->parts.n && !plan->left.n && !plan->host.n)
		return;
	screen_paint(&s, PAINT_BOLD, shown->path);
	buf_add(out, STR(": "));
	add_counts(&s, plan);
	buf_add(out, STR("\n\n"));
	if (plan->parts.n > FIX_LONG)
		add_overview(&s, &plan->parts);
	add_parts(&s, &plan->parts, &plan->secrets);
	add_by_hand(&s, &plan->left);
	add_steps(&s, &plan->host, "once this is written");
}

/* ---- what became of it ---- */

static bool is_changed(const struct edited_file *f)
{
	return f->is_new || !str_eq(f->before, f->after);
}

static bool all_change(const struct fix_parts *parts, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (parts->at[i].class == FIX_SAFE)
			return false;
	return true;
}

/* A line for each kind of change, as in the overview of a plan. */
static void add_done(struct screen *s, const struct fix_parts *parts, struct str label,
	bool with_class)
{
	for (size_t from = 0, end; from < parts->n; from = end) {
		struct buf line = {.arena = s->out->arena};

		end = end_of_group(parts, from);
		buf_add(&line, parts->at[from].title);
		if (end - from > 1)
			buf_printf(&line, ", %zu times", end - from);
		if (with_class && all_change(parts, from, end))
			buf_printf(&line, " %s", class_text(FIX_CHANGES_RUN));
		screen_wrap(s, FIX_INDENT, label, buf_str(&line));
	}
}

/* The nth sentences of parts with one title, so that equal ones stand together. */
static bool add_notes(struct arena *a, const struct fix_parts *parts, size_t from,
	size_t end, size_t nth, struct fix_lefts *out)
{
	size_t before = out->n;

	for (size_t i = from; i < end; i++) {
		const struct fix_part *part = &parts->at[i];

		if (nth < part->by_hand.n)
			*vec_push(a, out) = (struct fix_left){.title = part->title,
				.why = part->by_hand.at[nth],
				.workload = part->workload};
	}
	return out->n > before;
}

/* What parts leave to a person once they are written, and what nobody could write. */
static struct fix_lefts notes_of(struct arena *a, const struct fix_shown *shown)
{
	const struct fix_parts *parts = &shown->plan->parts;
	struct fix_lefts out = {0};

	for (size_t from = 0, end; shown->is_written && from < parts->n; from = end) {
		size_t nth = 0;

		end = end_of_group(parts, from);
		while (add_notes(a, parts, from, end, nth, &out))
			nth++;
	}
	vec_each (const struct fix_left, left, &shown->plan->left)
		*vec_push(a, &out) = *left;
	return out;
}

void fix_report_written(struct buf *out, const struct fix_shown *shown,
	const struct report_style *style)
{
	struct screen s = screen_of(out, style);
	const struct fix_plan *plan = shown->plan;
	struct fix_lefts notes = notes_of(out->arena, shown);

	vec_each (const struct edited_file, f, &plan->files) {
		if (!is_changed(f))
			continue;
		buf_add(out, f->is_new ? STR("made ") : STR("wrote "));
		screen_add(&s, f->path);
		buf_char(out, '\n');
	}
	add_done(&s, &plan->parts, STR("done: "), false);
	add_done(&s, &plan->declined, STR("not done: "), true);
	screen_paint(&s, PAINT_BOLD, shown->path);
	buf_printf(out,
		": %zu finding%s of medium severity or worse before, %zu now\n\n",
		plan->findings_before, plan->findings_before == 1 ? "" : "s",
		shown->findings_now);
	add_by_hand(&s, &notes);
	add_steps(&s, &plan->host, "before the next start");
}

void fix_report_count(struct fix_counts *counts, const struct fix_shown *shown)
{
	vec_each (const struct fix_part, part, &shown->plan->parts) {
		counts->safe += part->class == FIX_SAFE;
		counts->changing += part->class != FIX_SAFE;
	}
	counts->left += shown->plan->left.n;
	if (!shown->plan->left.n && !shown->plan->declined.n)
		counts->stay += shown->plan->findings_after;
}

static void add_command(
	struct screen *s, struct str command, const char *option, const char *what)
{
	size_t verb = str_find_str(command, STR(" fix")) + 4;
	struct str line = arena_printf(s->out->arena, "%.*s%s%.*s",
		STR_ARG(str_sub(command, 0, verb)), option,
		STR_ARG(str_from(command, verb)));

	buf_add(s->out, STR("  "));
	screen_paint(s, PAINT_BOLD, line);
	buf_printf(s->out, "   # %s\n", what);
}

void fix_report_rest(struct buf *out, const struct fix_counts *counts)
{
	if (counts->stay)
		buf_printf(out,
			"%zu finding%s of medium severity or worse stay%s: oakum has no "
			"change for %s. 'oakum audit' says what to do.\n",
			counts->stay, counts->stay == 1 ? "" : "s",
			counts->stay == 1 ? "s" : "",
			counts->stay == 1 ? "it" : "them");
}

void fix_report_commands(struct buf *out, const struct fix_counts *counts,
	struct str command, const struct report_style *style)
{
	struct screen s = screen_of(out, style);

	if (!counts->safe && !counts->changing) {
		buf_printf(out, "Nothing to write%s.\n",
			counts->left ? "; what is left is to be done by hand" : "");
		return;
	}
	buf_printf(out,
		"%zu safe, %zu that change%s how it runs. Nothing is written yet:\n",
		counts->safe, counts->changing, counts->changing == 1 ? "s" : "");
	if (counts->safe)
		add_command(&s, command, " --write",
			counts->changing ? "the safe ones" : "all of it");
	if (counts->changing)
		add_command(&s, command, " --write --all", "all of it");
	add_command(&s, command, " --interactive", "asks for each");
}

void fix_report_diff(struct buf *out, const struct fix_shown *shown)
{
	vec_each (const struct edited_file, f, &shown->plan->files)
		if (is_changed(f))
			buf_add(out,
				edited_diff(out->arena, f->path, f->before, f->after,
					f->is_new));
}
