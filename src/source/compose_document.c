#include "source/compose_read.h"

static bool is_service_v1(const struct compose_entry *entry)
{
	const struct compose_node *node = entry->node;

	return node->kind == COMPOSE_MAP && !str_starts(entry->key, STR("x-")) &&
		(compose_entry(node, STR("image")) ||
			compose_entry(node, STR("build")));
}

/*
 * The layout before `services:` was there: every mapping at the top is a service. Such
 * a file has none of the newer keys, and at least one mapping that runs something.
 */
static bool is_v1(const struct compose_node *document)
{
	static const struct str newer[] = {
		STR_INIT("services"),
		STR_INIT("include"),
		STR_INIT("version"),
		STR_INIT("name"),
	};
	bool has_service = false;

	for (size_t i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
		if (compose_entry(document, newer[i]))
			return false;
	for (uint32_t i = 0; i < document->count; i++)
		has_service |= is_service_v1(&document->entries[i]);
	return has_service;
}

static const struct compose_node *lift_v1(
	struct compose_reader *r, const struct compose_node *document)
{
	struct compose_map services = compose_map(r->arena);
	struct compose_map out = compose_map(r->arena);
	const struct compose_node *all;

	if (!is_v1(document))
		return document;
	for (uint32_t i = 0; i < document->count; i++) {
		const struct compose_entry *entry = &document->entries[i];
		bool is_service = entry->node->kind == COMPOSE_MAP &&
			!str_starts(entry->key, STR("x-"));

		compose_map_add(is_service ? &services : &out, *entry);
	}
	all = compose_map_finish(&services, document);
	compose_problem(r, PROJECT_OLD_LAYOUT, services.entries.at[0].key_span,
		services.entries.at[0].key,
		"services stand at the top of this file: the layout of the first "
		"compose, which version 2 refuses");
	compose_map_add(&out, (struct compose_entry){STR("services"), SPAN_NONE, all});
	return compose_map_finish(&out, document);
}

/* Keys that stand at the top of a compose file and hardly of another one. */
static bool has_own_key(const struct compose_node *document)
{
	static const struct str keys[] = {
		STR_INIT("services"),
		STR_INIT("include"),
		STR_INIT("volumes"),
		STR_INIT("networks"),
		STR_INIT("secrets"),
		STR_INIT("configs"),
		STR_INIT("models"),
	};

	for (uint32_t i = 0; i < document->count; i++) {
		struct str key = document->entries[i].key;

		if (str_starts(key, STR("x-")) ||
			str_distance(key, STR("services"), 3) < 3)
			return true;
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			if (str_eq(key, keys[k]))
				return true;
	}
	return false;
}

static const struct compose_node *read_document(struct compose_reader *r,
	const struct compose_source *source, bool is_base, const struct yaml *root)
{
	const struct compose_node *document = compose_nodes(r, source, root);

	if (document->kind == COMPOSE_NULL)
		return NULL;
	if (document->kind != COMPOSE_MAP) {
		compose_problem(r, PROJECT_BAD_TYPE, document->span, STR_NONE,
			"a compose file is a mapping, and %s stands here",
			node_kind_name(document));
		return NULL;
	}
	document = lift_v1(r, document);
	if (is_base)
		return document;
	if (!source->up)
		r->has_own_key |= has_own_key(document);
	document = compose_include(r, source, document);
	return compose_extends(r, source, document);
}

const struct compose_node *compose_read_onto(struct compose_reader *r,
	const struct compose_source *source, bool is_base,
	const struct compose_node *dict)
{
	const struct yaml_stream *stream = compose_open(r, source->path)->stream;

	for (uint32_t i = 0; stream && i < stream->count; i++) {
		const struct compose_node *document = NULL;

		if (stream->documents[i].root)
			document = read_document(
				r, source, is_base, stream->documents[i].root);
		if (document)
			dict = compose_merge_documents(r, dict, document);
	}
	return dict;
}
