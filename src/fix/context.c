/*
 * A .dockerignore for a folder that is sent and copied whole: what is seen to lie there
 * and belongs into no image, and nothing that the Dockerfile asks for by name.
 */
#include "source/context.h"
#include "base/buf.h"
#include "base/path.h"
#include "fix/makers.h"
#include "fix/run.h"

/* What belongs to the desk of whoever works there; '/' behind: a folder. */
static const struct str leftovers[] = {STR_INIT(".git/"), STR_INIT(".hg/"),
	STR_INIT(".svn/"), STR_INIT(".github/"), STR_INIT(".idea/"),
	STR_INIT(".vscode/"), STR_INIT(".venv/"), STR_INIT("venv/"),
	STR_INIT("node_modules/"), STR_INIT("__pycache__/"), STR_INIT(".pytest_cache/"),
	STR_INIT(".mypy_cache/"), STR_INIT(".ruff_cache/"), STR_INIT(".tox/"),
	STR_INIT(".ipynb_checkpoints/"), STR_INIT("wandb/"), STR_INIT("mlruns/"),
	STR_INIT("secrets/"), STR_INIT(".DS_Store")};

struct context_plan {
	struct fixing *f;
	const struct build *build;
	struct strs lines;
	VEC(struct str) asked; /* sources of COPY, relative to the context */
	bool is_whole;	       /* one of them is the whole context */
};

/* "./src/" as "src"; "." as "". */
static struct str clean(struct arena *a, struct str source)
{
	struct str path = path_join(a, STR("/"), source);

	return str_from(path, 1);
}

static void add_sources(struct context_plan *p, const struct copy *copy)
{
	vec_each (const struct word, word, &copy->sources) {
		struct str source;

		if (!value_str(p->f->arena, word->value, &source))
			continue;
		source = clean(p->f->arena, source);
		if (!source.n || str_eq(source, STR("*")))
			p->is_whole = true;
		else
			*vec_push(p->f->arena, &p->asked) = source;
	}
}

static void gather(struct context_plan *p)
{
	vec_each (struct stage *const, stage, &p->build->stages)
		vec_each (const struct step, step, &(*stage)->steps)
			if (step->copy && !step->is_onbuild && !step->copy->has_from)
				add_sources(p, step->copy);
}

/* Does a COPY name it, or something in it, or a pattern that may mean it? */
static bool is_asked(const struct context_plan *p, struct str path)
{
	for (size_t i = 0; i < p->asked.n; i++) {
		struct str source = p->asked.at[i];

		if (path_is_under(source, path) || path_is_under(path, source) ||
			str_glob(source, path))
			return true;
	}
	return false;
}

static void add_line(struct context_plan *p, struct str line)
{
	vec_each (const struct str, old, &p->lines)
		if (str_eq(*old, line))
			return;
	*vec_push(p->f->arena, &p->lines) = line;
}

static void add_leftovers(struct context_plan *p)
{
	struct world_entries entries = {0};

	if (world_list(p->f->world, p->build->context, &entries, NULL) < 0)
		return;
	vec_each (const struct world_entry, e, &entries) {
		bool is_folder = e->kind == WORLD_DIR;
		struct str name = is_folder
			? arena_printf(p->f->arena, "%.*s/", STR_ARG(e->name))
			: e->name;

		for (size_t i = 0; i < sizeof(leftovers) / sizeof(*leftovers); i++)
			if (str_eq(name, leftovers[i]) && !is_asked(p, e->name) &&
				context_sends(p->build->sent, e->name, is_folder) !=
					ANSWER_NO)
				add_line(p, name);
	}
}

static void add_secrets(struct context_plan *p, const struct context_summary *s)
{
	vec_each (const struct context_file, file, &s->secrets) {
		struct str top = str_sub(file->path, 0, str_find(file->path, '/'));
		bool is_covered = false;

		vec_each (const struct str, line, &p->lines)
			is_covered = is_covered ||
				(top.n < file->path.n && line->n == top.n + 1 &&
					str_starts(*line, top));
		if (!is_covered && !is_asked(p, file->path))
			add_line(p, file->path);
	}
}

static struct str size_text(struct arena *a, uint64_t bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	double n = (double)bytes;
	size_t unit = 0;

	while (n >= 1000 && unit + 1 < sizeof(units) / sizeof(*units)) {
		n /= 1000;
		unit++;
	}
	return arena_printf(a, unit && n < 10 ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

/* What is sent today: files, bytes, the largest, what looks like a secret. */
static struct str summary_text(struct arena *a, const struct context_summary *s)
{
	struct buf out = {.arena = a};

	buf_printf(&out, "Today %u files with %.*s are sent%s.", s->files,
		STR_ARG(size_text(a, s->bytes)), s->is_cut ? ", and more" : "");
	for (uint32_t i = 0; i < s->largest_count; i++)
		buf_printf(&out, "%s%.*s (%.*s)",
			i ? ", " : " The largest: ", STR_ARG(s->largest[i].path),
			STR_ARG(size_text(a, s->largest[i].bytes)));
	buf_printf(&out, "%s", s->largest_count ? "." : "");
	if (s->secret_count)
		buf_printf(&out, " %u %s: ", s->secret_count,
			s->secret_count == 1 ? "looks like a secret"
					     : "look like secrets");
	for (size_t i = 0; i < s->secrets.n; i++)
		buf_printf(
			&out, "%s%.*s", i ? ", " : "", STR_ARG(s->secrets.at[i].path));
	buf_printf(&out, "%s", s->secret_count ? "." : "");
	return buf_str(&out);
}

static struct str ignore_path(const struct context_plan *p)
{
	return p->build->sent->ignored_by.n
		? p->build->sent->ignored_by
		: path_join(p->f->arena, p->build->context, STR(".dockerignore"));
}

static void write_lines(struct context_plan *p, struct fix_part *part)
{
	struct change *c = fix_change(p->f, part, CHANGE_FILE, CHANGE_SET);
	struct buf out = {.arena = p->f->arena};

	vec_each (const struct str, line, &p->lines)
		buf_printf(&out, "%.*s\n", STR_ARG(*line));
	c->workload = NULL;
	c->path = ignore_path(p);
	c->value = buf_str(&out);
}

bool fix_context(struct fixing *f, struct fix_part *part)
{
	const struct workload *w = f->workload;
	struct context_plan p = {.f = f, .build = w->build};
	struct context_summary summary;

	if (!w->build || !w->build->sent || !w->build->context.n)
		return false;
	gather(&p);
	if (!p.is_whole)
		return false;
	summary = context_look(f->arena, f->world, w->build->sent);
	add_leftovers(&p);
	add_secrets(&p, &summary);
	if (!p.lines.n)
		return false;
	write_lines(&p, part);
	part->title = STR("Keep out of the image what lies in its folder by chance");
	part->why = arena_printf(f->arena,
		"The whole folder is copied into the image, where everybody who has the "
		"image can read it. %.*s",
		STR_ARG(summary_text(f->arena, &summary)));
	part->class = FIX_CHANGES_RUN;
	if (fix_finding(f, STR("context-unbounded")))
		fix_cures(f, part, STR("context-unbounded"));
	fix_footprint_build(f, part, "owner/*");
	return true;
}
