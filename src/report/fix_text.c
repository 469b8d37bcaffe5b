#include "report/fix_mask.h"
#include "report/fix_report.h"
#include "report/screen.h"

enum { FIX_INDENT = 3 };

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

void fix_report_part(struct buf *out, const struct fix_part *part, size_t number,
	const struct strs *secrets, const struct report_style *style)
{
	struct screen s = screen_of(out, style);

	if (number)
		buf_printf(out, "%-*zu", FIX_INDENT, number);
	screen_paint(&s, PAINT_BOLD, part->title);
	buf_add(out, STR("  "));
	screen_paint(&s, part->class == FIX_SAFE ? PAINT_GREEN : PAINT_YELLOW,
		str_c(class_text(part->class)));
	if (part->workload.n) {
		buf_add(out, STR("  "));
		screen_paint(&s, PAINT_DIM, part->workload);
	}
	buf_char(out, '\n');
	screen_wrap(&s, FIX_INDENT, STR_NONE, part->why);
	vec_each (const struct str, sentence, &part->by_hand)
		screen_wrap(&s, FIX_INDENT, STR("By hand: "), *sentence);
	buf_char(out, '\n');
	add_diff(&s, part->diff, secrets);
	buf_char(out, '\n');
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

/* ---- what is left, and the host ---- */

static void add_left(struct screen *s, const struct fix_left *left)
{
	struct arena *a = s->out->arena;
	screen_wrap(s, FIX_INDENT, STR_NONE,
		arena_printf(a, "%.*s%s%.*s", STR_ARG(left->title),
			left->workload.n ? ", " : "", STR_ARG(left->workload)));
	screen_wrap(s, 2 * FIX_INDENT, STR_NONE, left->why);
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

static void add_steps(struct screen *s, const struct host_steps *steps)
{
	if (!steps->n)
		return;
	add_heading(s, STR("On the host, as root ('oakum prepare' does it)"));
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
	size_t number = 0;

	if (!plan->parts.n && !plan->left.n && !plan->host.n)
		return;
	screen_paint(&s, PAINT_BOLD, shown->path);
	buf_add(out, STR(": "));
	add_counts(&s, plan);
	buf_add(out, STR("\n\n"));
	vec_each (const struct fix_part, part, &plan->parts)
		fix_report_part(out, part, ++number, &plan->secrets, style);
	if (plan->left.n)
		add_heading(&s, STR("Left to do by hand"));
	vec_each (const struct fix_left, left, &plan->left)
		add_left(&s, left);
	if (plan->left.n)
		buf_char(out, '\n');
	add_steps(&s, &plan->host);
}

/* ---- what became of it ---- */

static bool is_changed(const struct edited_file *f)
{
	return f->is_new || !str_eq(f->before, f->after);
}

void fix_report_written(struct buf *out, const struct fix_shown *shown,
	const struct report_style *style)
{
	struct screen s = screen_of(out, style);
	const struct fix_plan *plan = shown->plan;

	vec_each (const struct edited_file, f, &plan->files) {
		if (!is_changed(f))
			continue;
		buf_add(out, f->is_new ? STR("made ") : STR("wrote "));
		screen_add(&s, f->path);
		buf_char(out, '\n');
	}
	vec_each (const struct fix_part, part, &plan->parts)
		screen_wrap(&s, FIX_INDENT, STR("done: "), part->title);
	vec_each (const struct fix_part, part, &shown->later)
		screen_wrap(&s, FIX_INDENT, STR("not done: "),
			arena_printf(out->arena, "%.*s %s", STR_ARG(part->title),
				class_text(part->class)));
	vec_each (const struct fix_left, left, &plan->left)
		screen_wrap(&s, FIX_INDENT, STR("by hand: "),
			arena_printf(out->arena, "%.*s: %.*s", STR_ARG(left->title),
				STR_ARG(left->why)));
	screen_paint(&s, PAINT_BOLD, shown->path);
	buf_printf(out,
		": %zu finding%s of medium severity or worse before, %zu now\n\n",
		plan->findings_before, plan->findings_before == 1 ? "" : "s",
		shown->findings_now);
	add_steps(&s, &plan->host);
}

void fix_report_count(struct fix_counts *counts, const struct fix_shown *shown)
{
	vec_each (const struct fix_part, part, &shown->plan->parts) {
		counts->safe += part->class == FIX_SAFE;
		counts->changing += part->class != FIX_SAFE;
	}
	counts->left += shown->plan->left.n;
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
