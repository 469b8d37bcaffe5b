#include "base/path.h"
#include "source/compose_read.h"

/* One element of `include`. */
struct include {
	const struct compose_node *node;
	const struct compose_node *path;	      /* one, or a list of them */
	const struct compose_node *folder, *env_file; /* or NULL */
	struct strs files;
};

static bool read_include(
	struct compose_reader *r, const struct compose_node *node, struct include *out)
{
	*out = (struct include){.node = node, .path = node};
	if (node->kind == COMPOSE_MAP) {
		out->path = compose_get(node, STR("path"));
		out->folder = compose_get(node, STR("project_directory"));
		out->env_file = compose_get(node, STR("env_file"));
	}
	if (out->path && node->kind != COMPOSE_NULL && node->kind != COMPOSE_LIST)
		return true;
	compose_problem(r, PROJECT_BAD_VALUE, node->span, STR("include"),
		"the path of a compose file was expected here");
	return false;
}

/* Is the file being read already, further up? */
static bool is_above(
	struct arena *a, const struct compose_source *source, struct str path)
{
	for (; source; source = source->up)
		if (str_eq(path_join(a, STR(""), source->path), path))
			return true;
	return false;
}

/* The element at i of one value or of a list; NULL behind the last. */
static const struct compose_node *element(const struct compose_node *node, uint32_t i)
{
	if (node && node->kind == COMPOSE_LIST)
		return i < node->count ? node->entries[i].node : NULL;
	return i ? NULL : node;
}

/* False, with the project partial, when a file is nothing that can be read. */
static bool add_file(struct compose_reader *r, const struct compose_source *source,
	const struct compose_node *node, struct include *inc)
{
	struct compose_file *file;
	struct str name, path;

	if (!compose_str(r->arena, node, &name))
		return false;
	if (compose_is_remote(name)) {
		compose_problem(r, PROJECT_REMOTE, node->span, name,
			"oakum fetches nothing: what this file brings is not known");
		return false;
	}
	path = path_join(r->arena, source->folder, name);
	if (is_above(r->arena, source, path)) {
		compose_problem(r, PROJECT_CYCLE, node->span, name,
			"the file that is included here is being read already: it "
			"includes itself, by way of others or directly");
		return false;
	}
	file = compose_open(r, path);
	if (!file->stream) {
		compose_problem(r, PROJECT_MISSING_FILE, node->span, name,
			"the file that is included here cannot be read: %.*s",
			STR_ARG(file->why));
		return false;
	}
	file->is_whole = true;
	*vec_push(r->arena, &inc->files) = path;
	return true;
}

static bool collect_files(struct compose_reader *r, const struct compose_source *source,
	struct include *inc)
{
	const struct compose_node *node;
	bool is_whole = true;

	for (uint32_t i = 0; (node = element(inc->path, i)) != NULL; i++)
		is_whole &= add_file(r, source, node, inc);
	return is_whole;
}

/* Its own .env, or the files that it names, under what is set already. */
static const struct compose_env *environment_of(struct compose_reader *r,
	const struct compose_source *source, const struct include *inc,
	struct str folder)
{
	const struct compose_node *node;
	struct strs files = {0};
	struct compose_env *env;
	struct str name;
	struct err e;

	if (!inc->env_file)
		files = compose_env_default(r, folder);
	for (uint32_t i = 0; (node = element(inc->env_file, i)) != NULL; i++)
		if (compose_str(r->arena, node, &name) &&
			!str_eq(name, STR("/dev/null")))
			*vec_push(r->arena, &files) =
				path_join(r->arena, source->folder, name);
	if (!files.n)
		return source->env;
	if (compose_env_read(r, &files, source->env, &env, &e) == 0)
		return env;
	node = inc->env_file ? inc->env_file : inc->path;
	compose_problem(r, PROJECT_MISSING_FILE, node->span, STR("env_file"),
		"the variables of this include cannot be read: %s", e.text);
	return source->env;
}

static const struct compose_included *find_included(
	const struct compose_reader *r, const struct compose_source *below)
{
	vec_each (const struct compose_included, inc, &r->included)
		if (inc->env == below->env && str_eq(inc->path, below->path) &&
			str_eq(inc->folder, below->folder))
			return inc;
	return NULL;
}

static const struct compose_node *read_file(
	struct compose_reader *r, const struct compose_source *below)
{
	const struct compose_included *there = find_included(r, below);
	const struct compose_node *document;

	if (there)
		return there->document;
	document = compose_read_onto(r, below, false, NULL);
	*vec_push(r->arena, &r->included) = (struct compose_included){
		below->path, below->folder, below->env, document};
	return document;
}

static const struct compose_node *read_files(struct compose_reader *r,
	const struct compose_source *source, const struct include *inc)
{
	struct compose_source below = {.up = source, .depth = source->depth + 1};
	const struct compose_node *document = NULL;
	struct str folder;

	below.folder = path_dir(inc->files.at[0]);
	if (inc->folder && compose_str(r->arena, inc->folder, &folder))
		below.folder = path_join(r->arena, source->folder, folder);
	below.env = environment_of(r, source, inc, below.folder);
	below.path = inc->files.at[0];
	if (inc->files.n == 1)
		return read_file(r, &below);
	vec_each (const struct str, path, &inc->files) {
		below.path = *path;
		document = compose_read_onto(r, &below, false, document);
	}
	return document;
}

/* What stands in both is merged, with the document's own on top. */
static const struct compose_node *import_section(struct compose_reader *r,
	const struct compose_node *from, const struct compose_node *to, struct str key)
{
	struct compose_path section = {NULL, key, 1};
	struct compose_map out = compose_map(r->arena);

	if (!compose_spend(r, (size_t)from->count + to->count, from->span))
		return to;
	for (uint32_t i = 0; i < to->count; i++)
		compose_map_add(&out, to->entries[i]);
	for (uint32_t i = 0; i < from->count; i++) {
		struct compose_entry entry = from->entries[i];
		struct compose_entry *there = compose_map_find(&out, entry.key);
		struct compose_path path = {&section, STR(""), 2};

		if (there)
			there->node = compose_merge(r, entry.node, there->node, &path);
		else
			compose_map_add(&out, entry);
	}
	return compose_map_finish(&out, to);
}

static const struct compose_node *import(struct compose_reader *r,
	const struct compose_node *document, const struct compose_node *from)
{
	static const struct str sections[] = {
		STR_INIT("services"),
		STR_INIT("volumes"),
		STR_INIT("networks"),
		STR_INIT("secrets"),
		STR_INIT("configs"),
		STR_INIT("models"),
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		const struct compose_node *theirs = compose_get(from, sections[i]);
		const struct compose_node *ours = compose_get(document, sections[i]);

		if (!theirs || theirs->kind != COMPOSE_MAP)
			continue;
		if (ours && ours->kind == COMPOSE_MAP)
			theirs = import_section(r, theirs, ours, sections[i]);
		document = compose_map_with(r, document, sections[i], theirs);
	}
	return document;
}

static const struct compose_node *include_one(struct compose_reader *r,
	const struct compose_source *source, const struct compose_node *node,
	const struct compose_node *document)
{
	const struct compose_node *from;
	struct include inc;

	if (!read_include(r, node, &inc) || !collect_files(r, source, &inc))
		r->tree->is_partial = true;
	if (!inc.files.n)
		return document;
	if (source->depth >= COMPOSE_DEPTH_MAX) {
		compose_full(r, LIMIT_DEPTH, node->span);
		return document;
	}
	/* Two files that include two each, and so on: a file is met ever again. */
	if (r->loads++ >= COMPOSE_FILES_MAX) {
		compose_full(r, LIMIT_FILES, node->span);
		r->tree->is_partial = true;
		return document;
	}
	from = read_files(r, source, &inc);
	return from ? import(r, document, from) : document;
}

const struct compose_node *compose_include(struct compose_reader *r,
	const struct compose_source *source, const struct compose_node *document)
{
	const struct compose_node *list = compose_get(document, STR("include"));
	const struct compose_node *out = document;

	if (!list)
		return document;
	if (list->kind != COMPOSE_LIST) {
		compose_problem(r, PROJECT_BAD_TYPE, list->span, STR("include"),
			"`include` takes a list, and %s stands here",
			node_kind_name(list));
		return document;
	}
	for (uint32_t i = 0; i < list->count; i++)
		out = include_one(r, source, list->entries[i].node, out);
	return compose_map_with(r, out, STR("include"), NULL);
}
