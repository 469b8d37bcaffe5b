#include "source/runline.h"

#include "base/path.h"
#include "source/runline_lower.h"

struct run_reader runline_reader(
	const struct runline_lowering *l, const struct runline_line *line)
{
	return (struct run_reader){.arena = l->ctx->arena,
		.world = l->ctx->world,
		.folder = line->script->folder,
		.folder_unknown = !line->script->folder_known,
		.source = RUN_BY_LINE,
		.is_podman = line->args.engine == RUNLINE_PODMAN};
}

/* ---- what a workload is called ---- */

/* "run.sh:12"; a second one of that line is "run.sh:12#2". */
static struct str name_of(struct runline_lowering *l, const struct runline_line *line)
{
	struct arena *a = l->ctx->arena;
	struct str path = l->in->path, name;
	struct place at = span_start(line->args.head);
	unsigned count = 1;

	if (l->in->kind == SOURCE_RUN_LINE)
		name = path;
	else if (line->args.head.file)
		name = arena_printf(a, "%.*s:%u", STR_ARG(path), at.line);
	else
		name = arena_printf(a, "%.*s:?", STR_ARG(path));
	vec_each (struct workload *, w, &l->in->project.workloads) {
		struct str before = (*w)->name;

		if (str_starts(before, name) &&
			(before.n == name.n || before.p[name.n] == '#'))
			count++;
	}
	if (count == 1)
		return name;
	return arena_printf(a, "%.*s#%u", STR_ARG(name), count);
}

static struct str service_of(struct arena *a, const struct run *run)
{
	struct str name = STR_NONE;

	(void)run_text(a, run, RUN_NAME, &name);
	return name;
}

/* ---- links to other lines ---- */

static struct workload *find_container(struct runline_lowering *l, struct str name)
{
	struct workloads *all = &l->in->project.workloads;

	/* The newest of a name: the older one is gone by then. */
	for (size_t i = all->n; i-- > 0;)
		if (name.n && str_eq(all->at[i]->service, name))
			return all->at[i];
	return NULL;
}

static void join_namespaces(struct runline_lowering *l, struct workload *w)
{
	static const enum run_setting settings[SHARED_COUNT] = {
		[SHARED_NETWORK] = RUN_NETWORK,
		[SHARED_PID] = RUN_PID,
		[SHARED_IPC] = RUN_IPC,
	};

	for (int i = 0; i < SHARED_COUNT; i++) {
		struct str text;

		if (run_text(l->ctx->arena, w->run, settings[i], &text) &&
			str_starts(text, STR("container:")))
			w->joins[i] = find_container(l, str_from(text, 10));
	}
}

static bool has_mount(const struct run *run, struct str at)
{
	vec_each (const struct mount, m, &run->mounts)
		if (at.n && str_eq(m->at, at))
			return true;
	return false;
}

/* --volumes-from NAME[:ro]: of a container that an earlier line started. */
static void take_mounts(
	struct runline_lowering *l, struct run *run, const struct run_word *word)
{
	bool is_read_only = str_ends(word->text, STR(":ro"));
	size_t colon = str_find(word->text, ':');
	const struct workload *other = find_container(l, str_sub(word->text, 0, colon));

	if (!other)
		return;
	vec_each (const struct mount, theirs, &other->run->mounts) {
		struct mount m = *theirs;

		if (m.kind == MOUNT_TMPFS || has_mount(run, m.at) ||
			run->mounts.n >= RUN_ITEMS_MAX)
			continue;
		m.origin = MOUNT_FROM_OTHER;
		m.span = word->span;
		if (is_read_only)
			m.is_read_only = ANSWER_YES;
		*vec_push(l->ctx->arena, &run->mounts) = m;
	}
}

static struct volume *find_volume(struct runline_lowering *l, struct str name)
{
	struct volume *v;

	vec_each (struct volume *, known, &l->in->project.volumes)
		if (str_eq((*known)->name, name))
			return *known;
	v = arena_new(l->ctx->arena, struct volume);
	v->name = v->engine_name = name;
	*vec_push(l->ctx->arena, &l->in->project.volumes) = v;
	return v;
}

static void link_volumes(struct runline_lowering *l, struct workload *w)
{
	/* The run of a workload is this room's own until the project is whole. */
	struct run *run = (struct run *)w->run;

	vec_each (struct mount, m, &run->mounts) {
		struct volume *v;
		struct str name;

		if (m->kind != MOUNT_VOLUME || !m->source.n ||
			!value_str(l->ctx->arena, m->source, &name) || !name.n)
			continue;
		v = find_volume(l, name);
		m->volume = v;
		*vec_push(l->ctx->arena, &v->uses) = (struct volume_use){w, m};
	}
}

/* ---- run, create ---- */

/* `docker run --help`, and what has no image, start nothing. */
static bool starts_something(const struct runline_line *line)
{
	vec_each (const struct runline_option, o, &line->args.options)
		if (str_eq(o->name, STR("help")))
			return false;
	return line->args.operands.n || line->args.is_partial;
}

static bool same_words(struct arena *a, const struct words *x, const struct words *y)
{
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!str_eq(value_display(a, x->at[i].value),
			    value_display(a, y->at[i].value)))
			return false;
	return true;
}

/* The same words at the same place: the body of a function that is called twice. */
static bool is_repeated(struct runline_lowering *l, const struct runline_line *line)
{
	int looks = RUNLINE_LOOKS_MAX;

	for (const struct runline_line *before = line;
		before-- > l->lines.at && looks;) {
		if (before->args.head.file != line->args.head.file ||
			before->args.head.offset != line->args.head.offset)
			continue;
		if (same_words(l->ctx->arena, &before->script->words,
			    &line->script->words))
			return true;
		looks--;
	}
	return false;
}

static void set_origin(struct runline_lowering *l, const struct runline_line *line,
	const struct runline_run *read, struct workload_plan *plan)
{
	const struct runline_built *built = NULL;

	if (!read->image)
		return;
	built = runline_find_built(l, line, read->image);
	if (built && built->stage) {
		plan->build = built->build;
		plan->stage = built->stage;
		return;
	}
	plan->image = read->image->value;
	plan->image_span = read->image->span;
	/* --rootfs names a folder, and no table knows what is in it. */
	if (runline_option_find(&line->args, RUNLINE_ROOTFS))
		plan->image = value_unknown(l->ctx->arena,
			STR("it is a folder and no image"), read->image->span);
}

static void load_start(struct runline_lowering *l, const struct runline_line *line)
{
	struct runline_run read;
	struct workload_plan plan = {.name = name_of(l, line)};
	struct workload *w;

	runline_run_read(l, line, &read);
	vec_each (const struct run_word, word, &read.run->volumes_from)
		take_mounts(l, read.run, word);
	plan.service = service_of(l->ctx->arena, read.run);
	plan.run = read.run;
	plan.user = read.user;
	plan.workdir = read.workdir;
	plan.entrypoint = read.entrypoint;
	plan.cmd = read.cmd;
	plan.environment = read.environment;
	plan.anchor = read.run->anchor;
	set_origin(l, line, &read, &plan);
	w = workload_make(l->ctx, &plan);
	join_namespaces(l, w);
	link_volumes(l, w);
	*vec_push(l->ctx->arena, &l->in->project.workloads) = w;
}

/* ---- exec ---- */

static enum answer flag_of(struct arena *a, const struct runline_option *o)
{
	bool on;
	struct str text;

	if (!o)
		return ANSWER_NO;
	if (!value_str(a, o->value.value, &text) || !run_parse_bool(text, &on))
		return ANSWER_MAYBE;
	return answer_of(on);
}

static void load_exec(struct runline_lowering *l, const struct runline_line *line)
{
	struct arena *a = l->ctx->arena;
	const struct runline_args *args = &line->args;
	const struct runline_option *user = runline_option_find(args, RUNLINE_USER);
	struct exec_line exec = {.engine = args->engine_name,
		.user = fact_unset(a, LAYER_EXEC, args->head),
		.is_privileged =
			flag_of(a, runline_option_find(args, RUNLINE_PRIVILEGED)),
		.runs = line->script->runs,
		.span = args->head,
		.line = line->script->span};

	if (user)
		exec.user = runline_fact(a, LAYER_EXEC, &user->value, NULL);
	if (args->operands.n)
		exec.container = args->operands.at[0].value;
	*vec_push(a, &l->in->project.execs) = exec;
}

/* ---- the script ---- */

static void load_line(struct runline_lowering *l, const struct runline_line *line)
{
	switch (line->args.verb) {
	case RUNLINE_START:
		if (starts_something(line) && !is_repeated(l, line))
			load_start(l, line);
		break;
	case RUNLINE_EXEC:
	case RUNLINE_COMPOSE_EXEC:
		if (line->args.operands.n && !is_repeated(l, line))
			load_exec(l, line);
		break;
	case RUNLINE_BUILD:
	case RUNLINE_OTHER:
		break;
	}
}

static void read_lines(struct runline_lowering *l, const struct script_lines *lines)
{
	vec_each (const struct script_line, script, lines) {
		struct runline_line line = {.script = script};

		if (runline_args_read(
			    l->ctx->arena, &script->words, l->ctx->diags, &line.args) &&
			line.args.verb != RUNLINE_OTHER)
			*vec_push(l->ctx->arena, &l->lines) = line;
	}
	vec_each (const struct runline_line, line, &l->lines)
		if (line->args.verb == RUNLINE_BUILD &&
			l->builts.n < RUNLINE_BUILDS_MAX)
			*vec_push(l->ctx->arena, &l->builts) =
				(struct runline_built){.line = line};
}

/* Where a comment of the line begins; its length when it has none. Quotes do not count. */
static size_t find_comment(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (!i || byte_is_blank(line.p[i - 1])))
			return i;
	return line.n;
}

static void collect_comments(struct runline_lowering *l)
{
	const struct file *file = l->in->file;

	for (uint32_t i = 1; i <= file->line_count; i++) {
		struct span line = file_line(file, i);
		size_t at = find_comment(span_str(line));

		if (at < line.length)
			*vec_push(l->ctx->arena, &l->comments) =
				span_of(file, line.offset + at, line.length - at);
	}
	l->in->comments = l->comments.at;
	l->in->comment_count = (uint32_t)l->comments.n;
}

void runline_load(struct arena *a, struct world *world, const struct knowledge *know,
	const struct file *file, const struct load_options *options, struct input *in)
{
	struct source_context ctx = {.arena = a,
		.world = world,
		.know = know,
		.options = options,
		.diags = &in->diags};
	struct runline_lowering l = {.ctx = &ctx, .in = in};
	struct script_lines lines =
		script_lines_read(a, file, path_dir(file->path), &in->diags);

	read_lines(&l, &lines);
	vec_each (const struct runline_line, line, &l.lines)
		load_line(&l, line);
	collect_comments(&l);
}
