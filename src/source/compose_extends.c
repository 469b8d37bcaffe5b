#include "base/path.h"
#include "source/compose.h"
#include "source/compose_read.h"

/* What `extends:` says. */
struct extends {
	const struct compose_node *node;
	const struct compose_node *service, *file; /* file NULL: this one */
};

static const struct compose_node *resolve(struct compose_reader *r,
	struct compose_scope *scope, uint32_t index, uint32_t depth);

static const struct compose_node *partial_of(
	struct compose_reader *r, const struct compose_node *service)
{
	struct compose_node *copy = arena_new(r->arena, struct compose_node);

	*copy = *service;
	copy->is_partial = true;
	return copy;
}

static bool read_extends(const struct compose_node *service, struct extends *out)
{
	const struct compose_node *node = compose_get(service, STR("extends"));

	*out = (struct extends){.node = node};
	if (!node)
		return false;
	out->service = node;
	if (node->kind == COMPOSE_MAP) {
		out->service = compose_get(node, STR("service"));
		out->file = compose_get(node, STR("file"));
	}
	return true;
}

static const struct compose_node *services_of(const struct compose_node *document)
{
	const struct compose_node *services =
		document ? compose_get(document, STR("services")) : NULL;

	return services && services->kind == COMPOSE_MAP ? services : NULL;
}

static void open_scope(struct compose_reader *r, struct compose_scope *scope,
	const struct compose_node *services)
{
	scope->services = services;
	if (services)
		scope->resolved =
			arena_array(r->arena, struct compose_resolved, services->count);
}

/* The file that is extended, once for each environment it is read in. */
static struct compose_scope *open_base(
	struct compose_reader *r, const struct compose_source *source, struct str path)
{
	const struct compose_file *file;
	struct compose_scope *scope;

	vec_each (struct compose_scope *, base, &r->bases)
		if ((*base)->source.env == source->env &&
			str_eq((*base)->source.path, path))
			return *base;
	scope = arena_new(r->arena, struct compose_scope);
	*vec_push(r->arena, &r->bases) = scope;
	scope->source = (struct compose_source){.path = path,
		.folder = path_dir(path),
		.env = source->env,
		.depth = source->depth + 1};
	file = compose_open(r, path);
	scope->why = file->why;
	if (file->stream)
		open_scope(r, scope,
			services_of(compose_read_onto(r, &scope->source, true, NULL)));
	return scope;
}

/* The scope that extends.file means; NULL, and a problem says why. */
static struct compose_scope *scope_of_file(struct compose_reader *r,
	struct compose_scope *scope, const struct compose_node *file)
{
	struct compose_scope *base;
	struct str name;

	if (!compose_str(r->arena, file, &name) || !name.n)
		return NULL;
	if (compose_is_remote(name)) {
		compose_problem(r, PROJECT_REMOTE, file->span, name,
			"this service extends one that is elsewhere; oakum fetches "
			"nothing, so what it inherits is not known");
		return NULL;
	}
	base = open_base(
		r, &scope->source, path_join(r->arena, scope->source.folder, name));
	if (base->services)
		return base;
	if (base->why.n)
		compose_problem(r, PROJECT_MISSING_FILE, file->span, name,
			"the file that this service extends cannot be read: %.*s",
			STR_ARG(base->why));
	else
		compose_problem(r, PROJECT_UNDEFINED_REFERENCE, file->span, name,
			"the file that this service extends has no services");
	return NULL;
}

/* The service that is extended, resolved; NULL when there is none to be had. */
static const struct compose_node *find_base(struct compose_reader *r,
	struct compose_scope *scope, const struct extends *ext, uint32_t depth)
{
	const struct compose_entry *entry;
	struct str name;
	uint32_t index;

	if (!ext->service) {
		compose_problem(r, PROJECT_BAD_VALUE, ext->node->span, STR("extends"),
			"`service` is missing: which one is extended?");
		return NULL;
	}
	if (!compose_str(r->arena, ext->service, &name))
		return NULL;
	if (ext->file)
		scope = scope_of_file(r, scope, ext->file);
	if (!scope)
		return NULL;
	entry = compose_entry(scope->services, name);
	if (!entry) {
		compose_problem(r, PROJECT_UNDEFINED_REFERENCE, ext->service->span,
			name, "no service of %.*s is called '%.*s'",
			STR_ARG(scope->source.path), STR_ARG(name));
		return NULL;
	}
	index = (uint32_t)(entry - scope->services->entries);
	scope->resolved[index].is_extended = true;
	return resolve(r, scope, index, depth);
}

static const struct compose_node *extend(struct compose_reader *r,
	struct compose_scope *scope, const struct compose_entry *entry, uint32_t depth)
{
	static const struct compose_path services = {NULL, STR_INIT("services"), 1};
	/* No service is called so: its place is its own, not the base's. */
	struct compose_path path = {&services, STR(""), 2};
	const struct compose_node *service = entry->node, *base;
	struct extends ext;

	if (!read_extends(service, &ext))
		return service;
	base = find_base(r, scope, &ext, depth + 1);
	service = compose_map_with(r, service, STR("extends"), NULL);
	if (!base)
		return partial_of(r, service);
	base = node_strip(r, base);
	if (base->kind != COMPOSE_MAP)
		return base->kind == COMPOSE_NULL ? service : partial_of(r, service);
	return compose_merge(r, base, service, &path);
}

static const struct compose_node *resolve(struct compose_reader *r,
	struct compose_scope *scope, uint32_t index, uint32_t depth)
{
	const struct compose_entry *entry = &scope->services->entries[index];
	struct compose_resolved *resolved = &scope->resolved[index];
	struct extends ext;

	if (resolved->state == EXTENDS_DONE)
		return resolved->node;
	if (entry->node->kind != COMPOSE_MAP)
		return entry->node;
	if (resolved->state == EXTENDS_BUSY) {
		read_extends(entry->node, &ext);
		compose_problem(r, PROJECT_CYCLE, ext.node->span, entry->key,
			"service '%.*s' extends itself, by way of others or directly",
			STR_ARG(entry->key));
		return NULL;
	}
	if (depth > COMPOSE_DEPTH_MAX) {
		compose_full(r, LIMIT_DEPTH, entry->key_span);
		return NULL;
	}
	resolved->state = EXTENDS_BUSY;
	resolved->node = extend(r, scope, entry, depth);
	resolved->state = EXTENDS_DONE;
	return resolved->node;
}

void compose_mark_bases(struct compose_reader *r)
{
	vec_each (struct compose_scope *, at, &r->bases) {
		const struct compose_scope *scope = *at;
		bool is_whole = scope->services != NULL &&
			!source_is_compose_name(scope->source.path);

		for (uint32_t i = 0; is_whole && i < scope->services->count; i++)
			is_whole = scope->resolved[i].is_extended;
		if (is_whole)
			compose_open(r, scope->source.path)->is_whole = true;
	}
}

const struct compose_node *compose_extends(struct compose_reader *r,
	const struct compose_source *source, const struct compose_node *document)
{
	struct compose_scope scope = {.source = *source};
	struct compose_map out = compose_map(r->arena);
	bool has_extends = false;

	open_scope(r, &scope, services_of(document));
	for (uint32_t i = 0; scope.services && i < scope.services->count; i++)
		has_extends |= compose_get(scope.services->entries[i].node,
				       STR("extends")) != NULL;
	if (!has_extends)
		return document;
	for (uint32_t i = 0; i < scope.services->count; i++) {
		struct compose_entry entry = scope.services->entries[i];

		entry.node = resolve(r, &scope, i, 0);
		compose_map_add(&out, entry);
	}
	return compose_map_with(
		r, document, STR("services"), compose_map_finish(&out, scope.services));
}
