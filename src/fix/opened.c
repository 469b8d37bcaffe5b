/*
 * What was opened to everybody, closed again: modes that let others write, and a
 * notebook that asks nobody for a password.
 */
#include "fix/makers.h"
#include "fix/user.h"
#include "know/asker.h"

static bool is_of_build(const struct fixing *f, struct span span)
{
	return span.file && f->workload->build && f->workload->build->file &&
		str_eq(span.file->path, f->workload->build->file->path);
}

/* Words of chmod(1) that let others write, and the same without that. */
static const struct {
	struct str open, closed;
} symbolic[] = {
	{STR_INIT("a+w"), STR_INIT("u+w")},
	{STR_INIT("o+w"), STR_INIT("u+w")},
	{STR_INIT("go+w"), STR_INIT("u+w")},
	{STR_INIT("ugo+w"), STR_INIT("u+w")},
	{STR_INIT("+w"), STR_INIT("u+w")},
	{STR_INIT("a+rw"), STR_INIT("u+rw,go+r")},
	{STR_INIT("ugo+rw"), STR_INIT("u+rw,go+r")},
	{STR_INIT("a+rwx"), STR_INIT("u+rwX,go+rX")},
	{STR_INIT("ugo+rwx"), STR_INIT("u+rwX,go+rX")},
	{STR_INIT("a+rwX"), STR_INIT("u+rwX,go+rX")},
	{STR_INIT("a=rwx"), STR_INIT("u=rwX,go=rX")},
	{STR_INIT("o+rwx"), STR_INIT("u+rwX,go+rX")},
};

/* "777" is "755": what only the owner has to write. False for what is no such mode. */
static bool close_mode(struct arena *a, struct str open, struct str *closed)
{
	uint32_t mode = 0;

	for (size_t i = 0; i < sizeof(symbolic) / sizeof(*symbolic); i++)
		if (str_eq(open, symbolic[i].open)) {
			*closed = symbolic[i].closed;
			return true;
		}
	if (open.n < 3 || open.n > 4)
		return false;
	for (size_t i = 0; i < open.n; i++) {
		if (open.p[i] < '0' || open.p[i] > '7')
			return false;
		mode = mode * 8 + (uint32_t)(open.p[i] - '0');
	}
	*closed = open.n == 3 ? arena_printf(a, "%03o", mode & ~022u)
			      : arena_printf(a, "%04o", mode & ~022u);
	return true;
}

/* The event of the command that the word stands in. */
static const struct event *event_of(const struct access_asker *asker, struct span word)
{
	for (const struct event *e = asker->view.log; e; e = e->older)
		if (e->mode.n && e->span.file == word.file &&
			e->span.offset <= word.offset &&
			word.offset < e->span.offset + e->span.length)
			return e;
	return NULL;
}

/*
 * Who runs owns what was opened, or it is a program that is only read: then nobody misses
 * the mode. What others own below an opened folder is not given, so such a folder stays,
 * but for a program whose writes are known: the proof asks for each of them.
 */
static bool may_be_closed(
	struct fixing *f, const struct access_asker *asker, struct span word)
{
	const struct event *e = event_of(asker, word);
	struct look look;

	if (!e || user_is_told_of(f->arena, f->workload))
		return true;
	if (e->is_glob)
		return !e->is_recursive;
	look = owners_look(&asker->view, e->path);
	if (look.kind == ENTRY_FILE ||
		(e->kind == EVENT_PUT && look.kind != ENTRY_FOLDER))
		return true;
	return look.uid.know == FACT_SET && look.uid.n == asker->identity.uid.n;
}

bool fix_modes(struct fixing *f, struct fix_part *part)
{
	struct access_asker asker;
	size_t left = 0;

	/* Root would no longer notice; who has to write is given the folder first. */
	if (f->workload->launch.runs_as != RUNS_AS_USER)
		return false;
	asker = know_asker(
		f->arena, f->world, f->workload, f->workload->launch.identity);
	vec_each (const struct finding, found, f->findings) {
		struct str closed;

		if (found->ignored ||
			!str_eq(found->rule->name, STR("chmod-world-writable")) ||
			!found->workloads.n ||
			!str_eq(found->workloads.at[0], f->workload->name) ||
			!is_of_build(f, found->span))
			continue;
		if (!close_mode(f->arena, span_str(found->span), &closed) ||
			!may_be_closed(f, &asker, found->span)) {
			left++;
			continue;
		}
		struct change *c = fix_change(f, part, CHANGE_WORD, CHANGE_SET);

		c->at = found->span;
		c->value = closed;
	}
	if (!part->changes.n || left)
		return false;
	part->title = STR("Let only the owner write what everybody could");
	part->why =
		STR("Whoever runs was given what it has to write; the others need only "
		    "to read.");
	part->class = FIX_CHANGES_RUN;
	fix_cures(f, part, STR("chmod-world-writable"));
	/* Of the same place, and less. */
	fix_accepts(f, part, STR("workdir-open-to-others"));
	fix_footprint(f, part, "*/run/*");
	fix_footprint(f, part, "*/copy/*");
	fix_footprint(f, part, "*/owner/*");
	fix_footprint(f, part, "project/stage/*");
	return true;
}

bool fix_notebook(struct fixing *f, struct fix_part *part)
{
	static const struct str rules[] = {
		STR_INIT("jupyter-no-auth"), STR_INIT("jupyter-allow-root")};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct finding *found = fix_finding(f, rules[i]);

		if (!found || !is_of_build(f, found->span))
			continue;
		if (i == 1 && f->workload->launch.runs_as != RUNS_AS_USER)
			continue;
		struct change *c = fix_change(f, part, CHANGE_WORD, CHANGE_REMOVE);

		c->at = found->span;
		fix_cures(f, part, rules[i]);
	}
	if (!part->changes.n)
		return false;
	part->title = STR("Let the notebook ask who is there");
	part->why =
		STR("Whoever reaches its port runs code in it. Without the option it "
		    "prints a link with a token when it starts.");
	part->class = FIX_CHANGES_RUN;
	fix_footprint(f, part, "*/cmd");
	fix_footprint(f, part, "*/entrypoint");
	fix_footprint(f, part, "project/stage/*");
	return true;
}
