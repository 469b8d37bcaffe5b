#include "report/fix_mask.h"
#include "report/fix_report.h"

static void add_key(struct buf *out, const char *key)
{
	buf_char(out, ',');
	buf_json(out, str_c(key));
	buf_char(out, ':');
}

static void add_text(struct buf *out, const char *key, struct str text)
{
	add_key(out, key);
	buf_json(out, text);
}

static void add_list(struct buf *out, const char *key, const struct strs *list)
{
	add_key(out, key);
	buf_char(out, '[');
	vec_each (const struct str, s, list) {
		if (s != list->at)
			buf_char(out, ',');
		buf_json(out, *s);
	}
	buf_char(out, ']');
}

static void add_part(struct buf *out, const struct fix_part *part,
	const struct fix_shown *shown, bool is_written)
{
	buf_add(out, STR("{\"title\":"));
	buf_json(out, part->title);
	add_text(out, "why", part->why);
	add_text(out, "class",
		part->class == FIX_SAFE ? STR("safe") : STR("changes-run"));
	add_list(out, "rules", &part->rules);
	add_text(out, "workload", part->workload);
	add_list(out, "by_hand", &part->by_hand);
	add_text(out, "diff", fix_mask(out->arena, part->diff, &shown->plan->secrets));
	buf_printf(out, ",\"written\":%s}", is_written ? "true" : "false");
}

static void add_parts(struct buf *out, const struct fix_shown *shown)
{
	const struct fix_parts *parts = &shown->plan->parts;
	bool is_first = true;

	buf_add(out, STR(",\n\"parts\":["));
	vec_each (const struct fix_part, part, parts) {
		buf_add(out, is_first ? STR("\n") : STR(",\n"));
		add_part(out, part, shown, shown->is_written);
		is_first = false;
	}
	vec_each (const struct fix_part, part, &shown->plan->declined) {
		buf_add(out, is_first ? STR("\n") : STR(",\n"));
		add_part(out, part, shown, false);
		is_first = false;
	}
	buf_char(out, ']');
}

static void add_lefts(struct buf *out, const struct fix_lefts *lefts)
{
	buf_add(out, STR(",\n\"left\":["));
	vec_each (const struct fix_left, left, lefts) {
		buf_add(out,
			left == lefts->at ? STR("\n{\"title\":")
					  : STR(",\n{\"title\":"));
		buf_json(out, left->title);
		add_text(out, "why", left->why);
		add_text(out, "workload", left->workload);
		add_list(out, "rules", &left->rules);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void add_host(struct buf *out, const struct host_steps *steps)
{
	buf_add(out, STR(",\n\"host\":["));
	vec_each (const struct host_step, step, steps) {
		buf_add(out,
			step == steps->at ? STR("\n{\"command\":")
					  : STR(",\n{\"command\":"));
		buf_json(out, host_command(out->arena, step));
		add_text(out, "why", step->why);
		add_text(out, "otherwise", step->otherwise);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void add_files(struct buf *out, const struct fix_shown *shown)
{
	bool is_first = true;

	buf_add(out, STR(",\n\"files\":["));
	vec_each (const struct edited_file, f, &shown->plan->files) {
		if (!f->is_new && str_eq(f->before, f->after))
			continue;
		buf_add(out, is_first ? STR("\n{\"path\":") : STR(",\n{\"path\":"));
		buf_json(out, f->path);
		buf_printf(out, ",\"new\":%s,\"written\":%s}",
			f->is_new ? "true" : "false",
			shown->is_written ? "true" : "false");
		is_first = false;
	}
	buf_char(out, ']');
}

void fix_report_json_start(struct buf *out)
{
	buf_add(out, STR("{\"version\":1,\"inputs\":["));
}

void fix_report_json(struct buf *out, const struct fix_shown *shown, bool is_first)
{
	const struct fix_plan *plan = shown->plan;

	buf_add(out, is_first ? STR("\n{\"path\":") : STR(",\n{\"path\":"));
	buf_json(out, shown->path);
	add_text(out, "kind", shown->kind);
	add_parts(out, shown);
	add_lefts(out, &plan->left);
	add_host(out, &plan->host);
	add_files(out, shown);
	buf_printf(out, ",\n\"findings\":{\"before\":%zu,\"after\":%zu}}",
		plan->findings_before,
		shown->is_written ? shown->findings_now : plan->findings_after);
}

void fix_report_json_finish(struct buf *out)
{
	buf_add(out, STR("\n]}\n"));
}
