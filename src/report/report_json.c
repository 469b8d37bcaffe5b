/*
 * The JSON of doc/json.md. Every name and order here is a promise: programs read it.
 */
#include "report/report.h"

/* At most REPORT_TEXT_MAX bytes, not cut inside a character. */
static void add_text(struct buf *out, struct str s)
{
	size_t n = REPORT_TEXT_MAX;

	if (s.n > n) {
		while (n > REPORT_TEXT_MAX - 4 &&
			((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
		s = str_sub(s, 0, n);
	}
	buf_json(out, s);
}

static void add_key_text(struct buf *out, const char *key, struct str s)
{
	buf_printf(out, ",\"%s\":", key);
	add_text(out, s);
}

static void add_place(struct buf *out, struct span span, struct str fallback)
{
	struct place from = {1, 1}, to = {1, 1};

	if (span.file) {
		from = span_start(span);
		to = span_end(span);
	}
	buf_add(out, STR("\"file\":"));
	add_text(out, span.file ? span.file->path : fallback);
	buf_printf(out,
		",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u,"
		"\"offset\":%u,\"length\":%u",
		from.line, from.column, to.line, to.column, span.offset, span.length);
}

static void add_workload_names(struct buf *out, const struct finding *f)
{
	buf_add(out, STR(",\"workloads\":["));
	for (size_t i = 0; i < f->workloads.n && i < REPORT_LIST_MAX; i++) {
		buf_add(out, i ? STR(",") : STR_NONE);
		add_text(out, f->workloads.at[i]);
	}
	buf_add(out, STR("],"));
}

static void add_related(struct buf *out, const struct finding *f, struct str path)
{
	buf_add(out, STR(",\"related\":["));
	for (size_t i = 0; i < f->related.n && i < REPORT_LIST_MAX; i++) {
		buf_add(out, i ? STR(",{") : STR("{"));
		add_place(out, f->related.at[i].span, path);
		add_key_text(out, "message", f->related.at[i].message);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void add_fact(struct buf *out, const struct fact *f, struct str path)
{
	buf_char(out, '{');
	add_place(out, f->span, path);
	add_key_text(out, "layer", layer_name(f->layer));
	add_key_text(out, "text", report_fact_text(out->arena, f));
	buf_char(out, '}');
}

/* What decides first, then what it hides; empty where it hides nothing. */
static void add_chain(struct buf *out, const struct fact *f, struct str path)
{
	buf_add(out, STR(",\"chain\":["));
	for (int i = 0; report_fact_hides(f) && i < REPORT_CHAIN_MAX;
		i++, f = f->hides) {
		if (i == 0)
			add_fact(out, f, path);
		buf_char(out, ',');
		add_fact(out, f->hides, path);
	}
	buf_char(out, ']');
}

/* Who ignores it, and why; null where nobody does. */
static void add_ignored(struct buf *out, const struct finding *f)
{
	struct span by;

	if (!f->ignored) {
		buf_add(out, STR(",\"ignored\":null"));
		return;
	}
	by = f->ignored->span;
	buf_add(out, STR(",\"ignored\":{\"reason\":"));
	add_text(out, f->ignored->reason);
	add_key_text(out, "by",
		arena_printf(out->arena, "%.*s:%u", STR_ARG(by.file->path),
			span_start(by).line));
	buf_char(out, '}');
}

static void add_finding(struct buf *out, const struct finding *f, struct str path)
{
	buf_add(out, STR("{\"rule\":"));
	add_text(out, f->rule->name);
	add_key_text(out, "severity", severity_name(f->severity));
	add_key_text(
		out, "verdict", f->verdict == ANSWER_MAYBE ? STR("maybe") : STR("yes"));
	add_workload_names(out, f);
	add_place(out, f->span, path);
	add_key_text(out, "message", f->message);
	add_key_text(out, "consequence", f->consequence);
	add_key_text(out, "help", f->help);
	add_key_text(out, "fingerprint", finding_fingerprint(out->arena, f));
	add_related(out, f, path);
	add_chain(out, f->chain, path);
	add_ignored(out, f);
	buf_char(out, '}');
}

static void add_key_id(struct buf *out, const char *key, struct id id)
{
	if (id.know == FACT_SET)
		buf_printf(out, ",\"%s\":%u", key, id.n);
	else
		buf_printf(out, ",\"%s\":null", key);
}

static bool is_certain(const struct launch *l, const struct identity *id)
{
	if (l->runs_as == RUNS_AS_UNKNOWN)
		return false;
	if (l->runs_as == RUNS_NOT_AT_ALL)
		return id->is_valid == ANSWER_NO;
	if (l->runs_as == RUNS_AS_ROOT_THEN_DROPS && l->drop.drops != ANSWER_YES)
		return false;
	return id->is_valid == ANSWER_YES && id->uid.know == FACT_SET &&
		id->gid.know == FACT_SET && id->groups_known;
}

/* Why it is so: the launch's own reason, else that of what decided. */
static struct str why_of(const struct launch *l, const struct identity *id)
{
	if (l->why.n)
		return l->why;
	if (l->runs_as == RUNS_AS_ROOT_THEN_DROPS && l->drop.why.n)
		return l->drop.why;
	if (id->why.n)
		return id->why;
	return l->user->why;
}

static void add_user(struct buf *out, const struct launch *l)
{
	bool is_drop = l->runs_as == RUNS_AS_ROOT_THEN_DROPS;
	const struct identity *id = is_drop ? &l->drop.identity : &l->identity;
	static const struct identity nobody = {.is_valid = ANSWER_NO};
	struct str name = id->name;

	/* Where nothing is known, zeroed numbers must not look like root's. */
	if (l->runs_as == RUNS_AS_UNKNOWN)
		id = &nobody;
	if (!name.n && is_drop && id->uid.know != FACT_SET)
		name = l->drop.to;
	buf_add(out, STR("\"user\":{\"verdict\":"));
	add_text(out, runs_as_name(l->runs_as));
	add_key_id(out, "uid", id->uid);
	add_key_id(out, "gid", id->gid);
	if (name.n)
		add_key_text(out, "name", name);
	else
		buf_add(out, STR(",\"name\":null"));
	buf_add(out, STR(",\"groups\":["));
	for (size_t i = 0, n = 0; i < id->groups.n && n < REPORT_LIST_MAX; i++)
		if (id->groups.at[i].know == FACT_SET)
			buf_printf(out, n++ ? ",%u" : "%u", id->groups.at[i].n);
	buf_printf(out, "],\"certain\":%s", is_certain(l, id) ? "true" : "false");
	add_key_text(out, "why", why_of(l, id));
	buf_char(out, '}');
}

/* What it cannot write: as who it runs as or, where that is root, as another user. */
static void add_forecast(struct buf *out, const struct outlook *outlook)
{
	buf_add(out, STR(",\"forecast\":["));
	for (size_t i = 0; outlook && i < outlook->fails.n && i < REPORT_LIST_MAX;
		i++) {
		const struct forecast *f = &outlook->fails.at[i];
		struct span at = f->write->span;

		buf_printf(out, "%s{\"uid\":%u", i ? "," : "", outlook->uid);
		add_key_text(out, "path", f->path);
		add_key_text(out, "by", f->write->by);
		add_key_text(out, "fails",
			f->fails == ANSWER_YES ? STR("yes") : STR("maybe"));
		add_key_text(out, "why", f->access.why);
		if (at.file)
			buf_printf(out, ",\"line\":%u", span_start(at).line);
		else
			buf_add(out, STR(",\"line\":null"));
		if (f->write->variable.n)
			add_key_text(out, "variable", f->write->variable);
		else
			buf_add(out, STR(",\"variable\":null"));
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void add_workload(
	struct buf *out, const struct workload *w, const struct outlook *outlook)
{
	buf_add(out, STR("{\"name\":"));
	add_text(out, w->name);
	if (w->stage && w->stage->name.n)
		add_key_text(out, "stage", w->stage->name);
	else
		buf_add(out, STR(",\"stage\":null"));
	buf_char(out, ',');
	add_user(out, &w->launch);
	add_forecast(out, outlook);
	buf_char(out, '}');
}

static void add_input(struct buf *out, const struct report_input *in)
{
	buf_add(out, out->n ? STR(",\n{\"path\":") : STR("{\"path\":"));
	add_text(out, in->path);
	add_key_text(out, "kind", in->kind);
	buf_add(out, STR(",\"workloads\":["));
	for (size_t i = 0; i < in->project->workloads.n && i < REPORT_WORKLOADS_MAX;
		i++) {
		buf_add(out, i ? STR(",") : STR_NONE);
		add_workload(out, in->project->workloads.at[i],
			report_outlook(in, in->project->workloads.at[i]));
	}
	buf_add(out, STR("]}"));
}

static void add_skipped(struct buf *out, struct str path, struct str reason)
{
	if (!reason.n)
		return;
	buf_add(out, out->n ? STR(",\n{\"path\":") : STR("{\"path\":"));
	add_text(out, path);
	add_key_text(out, "reason", reason);
	buf_char(out, '}');
}

void report_json_start(struct buf *out)
{
	buf_add(out, STR("{\"version\":1,\"findings\":["));
}

void report_json_findings(
	struct buf *out, const struct report_input *in, struct report_parts *parts)
{
	size_t n = in->findings ? in->findings->n : 0;

	for (size_t i = 0; i < n && i < REPORT_FINDINGS_MAX; i++) {
		buf_add(out, parts->findings++ ? STR(",\n") : STR("\n"));
		add_finding(out, &in->findings->at[i], in->path);
	}
	if (in->project)
		add_input(&parts->inputs, in);
	add_skipped(&parts->skipped, in->path, in->skipped);
	add_skipped(&parts->skipped, in->path, in->partial);
	if (n > REPORT_FINDINGS_MAX)
		add_skipped(&parts->skipped, in->path,
			arena_printf(out->arena, "%zu more findings are not listed",
				n - REPORT_FINDINGS_MAX));
}

void report_json_covered(
	struct buf *out, struct str path, struct str kind, struct str by)
{
	buf_add(out, STR("{\"path\":"));
	add_text(out, path);
	add_key_text(out, "kind", kind);
	add_key_text(out, "covered_by", by);
	buf_add(out, STR(",\"workloads\":[]}"));
}

void report_json_finish(struct buf *out, const struct report_parts *parts)
{
	buf_add(out, STR("],\n\"inputs\":["));
	buf_add(out, buf_str(&parts->inputs));
	buf_add(out, STR("],\n\"skipped\":["));
	buf_add(out, buf_str(&parts->skipped));
	buf_add(out, STR("]}\n"));
}
