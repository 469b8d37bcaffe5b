#include "base/path.h"
#include "source/compose_read.h"

#include <errno.h>

struct project_problem *compose_problem(struct compose_reader *r,
	enum project_problem_kind kind, struct span span, struct str name,
	const char *fmt, ...)
{
	struct project_problem *p;
	va_list args;

	/* A file may be read in several places; what is wrong in it is said once. */
	vec_each (struct project_problem, said, &r->tree->problems)
		if (said->kind == kind && said->span.file == span.file &&
			said->span.offset == span.offset &&
			said->span.length == span.length && str_eq(said->name, name))
			return said;
	p = vec_push(r->arena, &r->tree->problems);
	*p = (struct project_problem){.kind = kind, .span = span, .name = name};
	va_start(args, fmt);
	p->detail = arena_vprintf(r->arena, fmt, args);
	va_end(args);
	return p;
}

void compose_full(struct compose_reader *r, enum compose_limit limit, struct span span)
{
	static const char *const sentences[] = {
		[LIMIT_FILES] = "oakum reads no more files than these for one project",
		[LIMIT_NODES] = "aliases and merges make more of this file than oakum "
				"follows: from here on they stand for nothing",
		[LIMIT_EXPANDED] = "variables put more bytes into this project than "
				   "oakum follows: this one is taken as unknown",
		[LIMIT_DEPTH] = "files and services stand on each other deeper than "
				"oakum follows",
	};

	if (!r->said_full[limit])
		diag_add(r->diags, DIAG_LIMIT_REACHED, span, "%s", sentences[limit]);
	r->said_full[limit] = true;
}

bool compose_spend(struct compose_reader *r, size_t n, struct span span)
{
	if (r->nodes + n > COMPOSE_NODES_MAX) {
		compose_full(r, LIMIT_NODES, span);
		return false;
	}
	r->nodes += n;
	return true;
}

bool compose_is_remote(struct str reference)
{
	static const struct str marks[] = {
		STR_INIT("git@"),
		STR_INIT("github.com/"),
		STR_INIT("oci:"),
	};

	if (str_find_str(reference, STR("://")) < reference.n)
		return true;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_starts(reference, marks[i]))
			return true;
	return false;
}

/* What the reader of YAML says; of a key that stands twice the project says it. */
static void take_diags(struct compose_reader *r, const struct diags *heard)
{
	r->diags->dropped += heard->dropped;
	vec_each (const struct diag, d, &heard->list) {
		struct project_problem *p;
		struct diag *copy;

		if (d->id != DIAG_DUPLICATE_KEY) {
			copy = diag_add(
				r->diags, d->id, d->span, "%.*s", STR_ARG(d->detail));
			if (copy)
				copy->related = d->related;
			continue;
		}
		p = compose_problem(r, PROJECT_DUPLICATE_KEY, d->span,
			span_str(d->span), "%.*s", STR_ARG(d->detail));
		p->related = d->related;
	}
}

static void parse(struct compose_reader *r, struct compose_file *f)
{
	struct diags heard = {.arena = r->arena};
	const struct file *file;
	struct err e;

	if (world_read(r->world, f->path, &file, &e) < 0) {
		f->why = e.code == ENOENT
			? arena_printf(r->arena, "there is no %.*s", STR_ARG(f->path))
			: arena_str(r->arena, str_c(e.text));
		f->code = e.code;
		return;
	}
	f->stream = yaml_parse(r->arena, file, &heard);
	take_diags(r, &heard);
	*vec_push(r->arena, &r->tree->files) = file;
	for (uint32_t i = 0; i < f->stream->comment_count; i++)
		*vec_push(r->arena, &r->comments) = f->stream->comments[i];
}

struct compose_file *compose_open(struct compose_reader *r, struct str path)
{
	struct str clean = path_join(r->arena, STR(""), path);
	struct compose_file *f;

	for (size_t i = 0; i < r->files.n; i++)
		if (str_eq(r->files.at[i]->clean, clean))
			return r->files.at[i];
	f = arena_new(r->arena, struct compose_file);
	*vec_push(r->arena, &r->files) = f;
	f->path = path;
	f->clean = clean;
	if (r->loads++ < COMPOSE_FILES_MAX)
		parse(r, f);
	else
		f->why = STR("oakum reads no more files for one project");
	return f;
}

/* Small letters, digits, '_' and '-', a letter or digit first. */
static struct str normal_name(struct arena *a, struct str name)
{
	struct buf out = {.arena = a};

	for (size_t i = 0; i < name.n; i++) {
		char c = byte_lower(name.p[i]);
		bool is_mark = c == '_' || c == '-';

		if ((byte_is_alpha(c) || byte_is_digit(c)) || (is_mark && out.n))
			buf_char(&out, c);
	}
	return buf_str(&out);
}

/* The last `name:` of the files. */
static const struct compose_node *name_in_files(struct compose_reader *r,
	const struct strs *files, struct compose_source source)
{
	const struct compose_node *found = NULL;

	vec_each (const struct str, path, files) {
		const struct yaml_stream *stream = compose_open(r, *path)->stream;

		source.path = *path;
		for (uint32_t i = 0; stream && i < stream->count; i++) {
			const struct yaml *root = stream->documents[i].root;
			const struct yaml *name =
				root ? yaml_get(root, STR("name")) : NULL;

			if (name && name->kind == YAML_SCALAR && name->text.s.n)
				found = compose_nodes(r, &source, name);
		}
	}
	return found;
}

/* Of the project's folder; of "." it is the name of the folder that we are in. */
static struct str folder_name(struct compose_reader *r, struct str folder)
{
	struct str here;

	if (!path_is_absolute(folder) && world_env(r->world, STR("PWD"), &here))
		folder = path_join(r->arena, here, folder);
	return path_base(folder);
}

/* COMPOSE_PROJECT_NAME, then `name:`, then the folder's; itself a variable. */
static void name_project(struct compose_reader *r, const struct strs *files,
	const struct compose_source *source, struct compose_env *env)
{
	const struct compose_node *node;
	const struct fact *fact;
	struct str name = STR_NONE;

	if (compose_env_find(env, STR("COMPOSE_PROJECT_NAME"), &name) && name.n) {
		r->tree->name = name;
		return;
	}
	node = name_in_files(r, files, *source);
	if (node && !compose_str(r->arena, node, &name))
		return;
	name = normal_name(r->arena, node ? name : folder_name(r, source->folder));
	if (!name.n)
		return;
	r->tree->name = name;
	fact = fact_set(r->arena, LAYER_RUN,
		value_literal(r->arena, name, node ? node->span : SPAN_NONE),
		node ? node->span : SPAN_NONE, NULL);
	compose_env_put(r, env, STR("COMPOSE_PROJECT_NAME"), fact);
}

static const struct compose_node *empty_map(struct arena *a, struct str folder)
{
	static const struct yaml nothing = {.kind = YAML_MAPPING};
	struct compose_node like = {.yaml = &nothing, .folder = folder};
	struct compose_map map = compose_map(a);

	return compose_map_finish(&map, &like);
}

static bool is_among(const struct strs *list, struct str path)
{
	vec_each (const struct str, at, list)
		if (str_eq(*at, path))
			return true;
	return false;
}

/* A file that COMPOSE_FILE of the .env names, or an override that went away. */
static void say_missing(struct compose_reader *r, const struct compose_env *env,
	const struct compose_file *f)
{
	struct str unheard;
	const struct fact *list = compose_env_find(env, STR("COMPOSE_FILE"), &unheard);
	struct span span = list ? list->span : span_of(r->tree->files.at[0], 0, 0);

	compose_problem(r, PROJECT_MISSING_FILE, span, f->path,
		"a file of this project cannot be read: %.*s", STR_ARG(f->why));
	r->tree->is_partial = true;
}

/* The first file that was named and cannot be read is an error. */
static int open_all(struct compose_reader *r, const struct strs *all,
	const struct strs *named, const struct compose_env *env, struct err *e)
{
	vec_each (const struct str, path, all) {
		struct compose_file *f = compose_open(r, *path);

		f->is_whole = true;
		if (f->stream || !is_among(named, *path))
			continue;
		return err_set(e, f->code, "read '%.*s'", STR_ARG(f->path));
	}
	if (!r->tree->files.n)
		return err_set(e, 0, "no file of this project can be read");
	for (size_t i = 0; i < r->files.n; i++)
		if (!r->files.at[i]->stream)
			say_missing(r, env, r->files.at[i]);
	return 0;
}

/*
 * The files that --env-file names, else the project's .env. That one nobody named: when
 * it cannot be read *why says so, and nothing is known of it.
 */
static int read_environment(struct compose_reader *r, struct str folder,
	struct compose_env **env, struct str *why, struct err *e)
{
	struct strs files = r->options->env_files;
	struct err unread;

	if (files.n)
		return compose_env_read(r, &files, NULL, env, e);
	files = compose_env_default(r, folder);
	if (compose_env_read(r, &files, NULL, env, &unread) < 0) {
		*why = arena_str(r->arena, str_c(unread.text));
		*env = arena_new(r->arena, struct compose_env);
	}
	return 0;
}

/* An empty file may be one that was not written yet. */
static bool is_compose(const struct compose_reader *r)
{
	size_t documents = 0;

	vec_each (struct compose_file *const, file, &r->files)
		documents += (*file)->stream ? (*file)->stream->count : 0;
	return r->has_own_key || !documents;
}

static void list_covered(struct compose_reader *r)
{
	compose_mark_bases(r);
	vec_each (struct compose_file *, file, &r->files)
		if ((*file)->stream && (*file)->is_whole)
			*vec_push(r->arena, &r->tree->covered) = (*file)->path;
}

int compose_tree_read(struct arena *a, struct world *world, const struct strs *files,
	const struct load_options *options, struct compose_tree *out,
	struct diags *diags, struct err *e)
{
	struct compose_tree tree = {.folder = options->project_folder};
	struct compose_reader r = {.arena = a,
		.world = world,
		.options = options,
		.tree = &tree,
		.diags = diags};
	const struct compose_node *root = NULL;
	struct compose_source source = {0};
	struct str unread = STR_NONE;
	struct compose_env *env;
	struct strs all;

	if (!tree.folder.n)
		tree.folder = path_dir(files->at[0]);
	if (read_environment(&r, tree.folder, &env, &unread, e) < 0)
		return -1;
	all = compose_project_files(&r, files, tree.folder, env);
	if (open_all(&r, &all, files, env, e) < 0)
		return -1;
	if (unread.n)
		compose_problem(&r, PROJECT_MISSING_FILE,
			span_of(tree.files.at[0], 0, 0), STR(".env"),
			"the variables of this project cannot be read: %.*s",
			STR_ARG(unread));
	source = (struct compose_source){.folder = tree.folder, .env = env};
	name_project(&r, &all, &source, env);
	vec_each (const struct str, path, &all) {
		source.path = *path;
		root = compose_read_onto(&r, &source, false, root);
	}
	tree.is_compose = is_compose(&r);
	if (!root) {
		if (!tree.problems.n && !diags->list.n)
			compose_problem(&r, PROJECT_BAD_TYPE,
				span_of(tree.files.at[0], 0, 0), STR_NONE,
				"a compose file is a mapping, and nothing stands here");
		root = empty_map(a, tree.folder);
	}
	tree.root = compose_unique(&r, root);
	list_covered(&r);
	tree.environment = env->list;
	tree.variables = env;
	tree.comments = r.comments.at;
	tree.comment_count = (uint32_t)r.comments.n;
	*out = tree;
	return 0;
}
