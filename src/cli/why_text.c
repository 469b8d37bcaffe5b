#include "cli/why.h"

static void add_head(struct screen *s, const struct why_subject *subject,
	const struct why_answer *answer)
{
	const struct container *c = answer->scene.container;

	screen_paint(s, PAINT_BOLD, subject->name);
	if (c) {
		buf_add(s->out, STR(": a container of "));
		screen_add(s, c->image);
		if (str_eq(c->status, STR("exited")))
			buf_printf(s->out, ", ended with %d", c->exit_code);
		else if (c->status.n) {
			buf_add(s->out, STR(", "));
			screen_add(s, c->status);
		}
	}
	buf_printf(s->out, ", %zu lines of log", subject->log->n);
	if (subject->workload.n) {
		buf_add(s->out, STR(", held against "));
		screen_add(s, subject->workload);
		if (subject->alike)
			buf_printf(s->out, " (%zu more fit%s as well: --service NAME)",
				subject->alike, subject->alike == 1 ? "s" : "");
	}
	buf_char(s->out, '\n');
	if (subject->log->skipped)
		buf_printf(s->out, "(the first %u lines were left out)\n",
			subject->log->skipped);
}

static void add_line(struct screen *s, const char *label, const struct log_line *line)
{
	if (!line)
		return;
	buf_printf(s->out, "   %s %u: ", label, line->number);
	screen_add(s, str_trim(line->text));
	buf_char(s->out, '\n');
}

/* Lines to write stand as they are, behind the place where they go. */
static void add_cure(struct screen *s, const struct cure *cure)
{
	struct str_fields lines = {.rest = cure->text};
	struct str line;

	if (cure->is_sentence) {
		screen_wrap(s, 5, STR_NONE, cure->text);
		return;
	}
	buf_add(s->out, STR("     "));
	screen_add(s, cure->where);
	buf_add(s->out, STR(":\n"));
	while (str_next_field(&lines, '\n', &line)) {
		buf_add(s->out, STR("         "));
		screen_paint(s, PAINT_CYAN, line);
		buf_char(s->out, '\n');
	}
}

static void add_also(struct screen *s, const struct clue_list *also)
{
	enum { SHOWN = 4 };

	for (size_t i = 0; i < also->n && i < SHOWN; i++)
		add_line(s, "also line", also->at[i]->line);
	if (also->n > SHOWN)
		buf_printf(s->out, "   and %zu more\n", also->n - SHOWN);
}

static void add_cause(struct screen *s, const struct cause *c, bool is_first)
{
	static const enum paint paints[] = {[SURE_PERHAPS] = PAINT_DIM,
		[SURE_LIKELY] = PAINT_YELLOW,
		[SURE_YES] = PAINT_RED};
	static const struct str warning = STR_INIT("goes on all the same");

	buf_char(s->out, '\n');
	screen_paint(s, paints[c->sure], sureness_name(c->sure));
	if (c->clue->weight == ERROR_WARNS) {
		buf_add(s->out, STR(", "));
		screen_add(s, warning);
	} else if (!is_first) {
		buf_add(s->out, STR(", later in the log"));
	}
	buf_char(s->out, '\n');
	screen_wrap(s, 3, STR_NONE, c->sentence);
	add_line(s, "line", c->clue->line);
	if (c->clue->times > 1)
		buf_printf(s->out, "   (%u times)\n", c->clue->times);
	add_also(s, &c->also);
	if (c->evidence.n)
		screen_wrap(s, 3, STR_NONE, c->evidence);
	if (c->cures.n)
		buf_add(s->out, STR("   What to do:\n"));
	vec_each (const struct cure, cure, &c->cures)
		add_cure(s, cure);
}

static void add_unknown(struct screen *s, const struct why_answer *answer)
{
	buf_add(s->out, STR("\nNothing in this log is known to oakum as a refusal.\n"));
	if (answer->suspects.n)
		buf_add(s->out, STR("These lines look most like it:\n"));
	for (size_t i = 0; i < answer->suspects.n; i++)
		add_line(s, "line", answer->suspects.at[i]);
}

void why_text(struct screen *screen, const struct why_subject *subject,
	const struct why_answer *answer)
{
	add_head(screen, subject, answer);
	for (size_t i = 0; i < answer->causes.n; i++)
		add_cause(screen, &answer->causes.at[i], i == 0);
	if (!answer->causes.n)
		add_unknown(screen, answer);
}
