#include "cli/why.h"

static void key(struct buf *out, const char *name)
{
	buf_char(out, ',');
	buf_json(out, str_c(name));
	buf_char(out, ':');
}

static void add_text(struct buf *out, const char *name, struct str value)
{
	key(out, name);
	buf_json(out, value);
}

/* What is empty is not known, and that is null. */
static void add_known(struct buf *out, const char *name, struct str value)
{
	key(out, name);
	if (value.n)
		buf_json(out, value);
	else
		buf_add(out, STR("null"));
}

static void add_log_line(struct buf *out, const struct log_line *line)
{
	if (!line) {
		buf_add(out, STR("null"));
		return;
	}
	buf_printf(out, "{\"number\":%u", line->number);
	add_text(out, "text", line->text);
	buf_char(out, '}');
}

static void add_cures(struct buf *out, const struct cures *cures)
{
	key(out, "cures");
	buf_char(out, '[');
	vec_each (const struct cure, c, cures) {
		buf_add(out, c == cures->at ? STR("{\"kind\":") : STR(",{\"kind\":"));
		buf_json(out, c->is_sentence ? STR("advice") : STR("write"));
		add_known(out, "where", c->where);
		add_text(out, "text", c->text);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void add_also(struct buf *out, const struct clue_list *also)
{
	key(out, "also");
	buf_char(out, '[');
	for (size_t i = 0; i < also->n; i++) {
		if (i)
			buf_char(out, ',');
		add_log_line(out, also->at[i]->line);
	}
	buf_char(out, ']');
}

static void add_cause(struct buf *out, const struct cause *c)
{
	const struct clue *clue = c->clue;

	buf_add(out, STR("{\"cause\":"));
	buf_json(out, cause_name(clue->row.cause));
	add_text(out, "sure", sureness_name(c->sure));
	key(out, "goes_on");
	buf_add(out, clue->weight == ERROR_WARNS ? STR("true") : STR("false"));
	add_text(out, "sentence", c->sentence);
	add_known(out, "by", clue->by);
	add_known(out, "errno", clue->row.code);
	add_known(out, "path", c->spot.path.n ? c->spot.path : clue->path);
	add_text(out, "place", spot_name(c->spot.kind));
	add_known(out, "variable",
		clue->row.cause == CAUSE_CAPABILITY ? STR_NONE : clue->row.variable);
	key(out, "line");
	add_log_line(out, clue->line);
	key(out, "times");
	buf_printf(out, "%u", clue->times);
	add_known(out, "evidence", c->evidence);
	add_cures(out, &c->cures);
	add_also(out, &c->also);
	add_known(out, "source", clue->row.source);
	buf_char(out, '}');
}

static void add_suspects(struct buf *out, const struct log_lines *suspects)
{
	key(out, "suspects");
	buf_char(out, '[');
	for (size_t i = 0; i < suspects->n; i++) {
		if (i)
			buf_char(out, ',');
		add_log_line(out, suspects->at[i]);
	}
	buf_char(out, ']');
}

static void add_container(struct buf *out, const struct container *c)
{
	key(out, "container");
	if (!c) {
		buf_add(out, STR("null"));
		return;
	}
	buf_add(out, STR("{\"image\":"));
	buf_json(out, c->image);
	add_text(out, "status", c->status);
	key(out, "exit_code");
	buf_printf(out, "%d", c->exit_code);
	add_text(out, "user", c->user);
	buf_char(out, '}');
}

void why_json(struct buf *out, const struct why_subject *subject,
	const struct why_answer *answer)
{
	buf_add(out, STR("{\"version\":1,\"subject\":"));
	buf_json(out, subject->name);
	key(out, "lines");
	buf_printf(out, "%zu", subject->log->n);
	add_known(out, "workload", subject->workload);
	key(out, "alike");
	buf_printf(out, "%zu", subject->alike);
	add_container(out, answer->scene.container);
	key(out, "causes");
	buf_char(out, '[');
	vec_each (const struct cause, c, &answer->causes) {
		buf_add(out, c == answer->causes.at ? STR("\n") : STR(",\n"));
		add_cause(out, c);
	}
	buf_char(out, ']');
	add_suspects(out, &answer->suspects);
	buf_add(out, STR("}\n"));
}
