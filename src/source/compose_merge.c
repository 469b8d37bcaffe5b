#include "source/compose_read.h"

/* How two values of one place become one, where it is not the general way. */
enum merge_way {
	MERGE_GENERAL, /* mappings by key, lists one behind the other, else the later */
	MERGE_REPLACE, /* the later one, also where it is null */
	MERGE_NAMES,   /* NAME=value as a list or as a mapping: by name */
	MERGE_WORDS,   /* a list, or one word alone: one behind the other */
	MERGE_KEYS,    /* a list of names, or a mapping: by name */
	MERGE_BUILD,   /* a string is the context */
	MERGE_LOGGING, /* by key where the drivers are the same */
};

enum { PATTERN_MAX = 5 };

/* compose-go override/merge.go, mergeSpecials. */
static const struct merge_rule {
	enum merge_way way;
	uint32_t depth;
	const char *path[PATTERN_MAX];
} rules[] = {
	{MERGE_NAMES, 3, {"networks", "*", "labels"}},
	{MERGE_NAMES, 3, {"volumes", "*", "labels"}},
	{MERGE_NAMES, 3, {"services", "*", "annotations"}},
	{MERGE_BUILD, 3, {"services", "*", "build"}},
	{MERGE_NAMES, 4, {"services", "*", "build", "args"}},
	{MERGE_NAMES, 4, {"services", "*", "build", "additional_contexts"}},
	{MERGE_NAMES, 4, {"services", "*", "build", "extra_hosts"}},
	{MERGE_NAMES, 4, {"services", "*", "build", "labels"}},
	{MERGE_REPLACE, 3, {"services", "*", "command"}},
	{MERGE_KEYS, 3, {"services", "*", "depends_on"}},
	{MERGE_NAMES, 4, {"services", "*", "deploy", "labels"}},
	{MERGE_WORDS, 3, {"services", "*", "dns"}},
	{MERGE_WORDS, 3, {"services", "*", "dns_opt"}},
	{MERGE_WORDS, 3, {"services", "*", "dns_search"}},
	{MERGE_REPLACE, 3, {"services", "*", "entrypoint"}},
	{MERGE_WORDS, 3, {"services", "*", "env_file"}},
	{MERGE_WORDS, 3, {"services", "*", "label_file"}},
	{MERGE_NAMES, 3, {"services", "*", "environment"}},
	{MERGE_NAMES, 3, {"services", "*", "extra_hosts"}},
	{MERGE_REPLACE, 4, {"services", "*", "healthcheck", "test"}},
	{MERGE_NAMES, 3, {"services", "*", "labels"}},
	{MERGE_LOGGING, 3, {"services", "*", "logging"}},
	{MERGE_KEYS, 3, {"services", "*", "models"}},
	{MERGE_KEYS, 3, {"services", "*", "networks"}},
	{MERGE_NAMES, 3, {"services", "*", "sysctls"}},
	{MERGE_WORDS, 3, {"services", "*", "tmpfs"}},
	{MERGE_REPLACE, 4, {"services", "*", "ulimits", "*"}},
};

bool compose_path_is(
	const struct compose_path *path, const char *const *pattern, uint32_t depth)
{
	if ((path ? path->depth : 0) != depth)
		return false;
	for (; path && depth; depth--, path = path->up)
		if (strcmp(pattern[depth - 1], "*") != 0 &&
			!str_eq(path->name, str_c(pattern[depth - 1])))
			return false;
	return true;
}

static enum merge_way way_of(const struct compose_path *path)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (compose_path_is(path, rules[i].path, rules[i].depth))
			return rules[i].way;
	return MERGE_GENERAL;
}

static const struct compose_node *replace(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over)
{
	return node_hiding(r->arena, over, base);
}

/* Inside `services`, what stands in several files is said to stand in the first. */
static bool keeps_place(const struct compose_path *path)
{
	return path && path->depth == 2 && !str_eq(path->name, STR("")) &&
		str_eq(path->up->name, STR("services"));
}

static void merge_entry(struct compose_reader *r, struct compose_map *out,
	const struct compose_entry *over, const struct compose_path *path)
{
	struct compose_path here = {path, over->key, path ? path->depth + 1 : 1};
	struct compose_entry *base = compose_map_find(out, over->key);
	const struct compose_node *merged;

	if (!base) {
		compose_map_add(out, *over);
		return;
	}
	merged = compose_merge(r, base->node, over->node, &here);
	base->node = merged;
	if (!keeps_place(&here))
		base->key_span = over->key_span;
}

static const struct compose_node *merge_maps(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path)
{
	struct compose_map out = compose_map(r->arena);
	struct compose_node like;

	if (!compose_spend(r, (size_t)base->count + over->count, over->span))
		return over;
	for (uint32_t i = 0; i < base->count; i++)
		compose_map_add(&out, base->entries[i]);
	for (uint32_t i = 0; i < over->count; i++)
		merge_entry(r, &out, &over->entries[i], path);
	like = keeps_place(path) || !path ? *base : *over;
	like.mark = over->mark;
	like.is_partial = base->is_partial || over->is_partial;
	return compose_map_finish(&out, &like);
}

/* A list of one for a value alone. */
static void add_items(
	struct arena *a, struct compose_items *items, const struct compose_node *node)
{
	if (node->kind == COMPOSE_SCALAR)
		*vec_push(a, items) = (struct compose_entry){STR_NONE, SPAN_NONE, node};
	for (uint32_t i = 0; node->kind == COMPOSE_LIST && i < node->count; i++)
		*vec_push(a, items) = node->entries[i];
}

static const struct compose_node *append(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over)
{
	struct compose_items items = {0};

	if (!compose_spend(r, (size_t)base->count + over->count, over->span))
		return over;
	add_items(r->arena, &items, base);
	add_items(r->arena, &items, over);
	return compose_list_finish(r->arena, &items, over);
}

/* The segments of v from byte `at` on; a segment that is cut keeps its place. */
static struct value value_from(struct arena *a, struct value v, size_t at)
{
	struct segments out = {0};

	for (size_t i = 0; i < v.n; i++) {
		struct segment s = v.at[i];

		if (at && s.text.n <= at && s.kind != SEGMENT_UNKNOWN) {
			at -= s.text.n;
			continue;
		}
		if (at && s.span.length == s.text.n && s.kind == SEGMENT_LITERAL)
			s.span = span_of(
				s.span.file, s.span.offset + at, s.span.length - at);
		s.text = str_from(s.text, at);
		at = 0;
		*vec_push(a, &out) = s;
	}
	return value_of(&out);
}

/* Offset of the first of marks in what is known at the start of v; the end: none. */
static size_t find_mark(struct value v, const char *marks, bool *is_there)
{
	size_t at = 0;

	*is_there = false;
	for (size_t i = 0; i < v.n && v.at[i].kind != SEGMENT_UNKNOWN; i++) {
		for (size_t k = 0; k < v.at[i].text.n; k++, at++) {
			*is_there =
				v.at[i].text.p[k] && strchr(marks, v.at[i].text.p[k]);
			if (*is_there)
				return at;
		}
	}
	return at;
}

/* NAME=value of a list as an entry of a mapping; NAME alone has a null. */
static struct compose_entry entry_of(
	struct arena *a, const struct compose_node *item, const char *marks)
{
	struct compose_node *node = arena_new(a, struct compose_node);
	struct compose_entry entry = {.key_span = item->span, .node = node};
	struct str whole = value_display(a, item->value);
	bool has_value;
	size_t at = find_mark(item->value, marks, &has_value);

	*node = *item;
	entry.key = has_value ? str_sub(whole, 0, at) : whole;
	if (item->span.length == whole.n)
		entry.key_span.length = (uint32_t)entry.key.n;
	if (!has_value) {
		node->kind = COMPOSE_NULL;
		node->value = (struct value){0};
		node->span = span_of(
			item->span.file, item->span.offset + item->span.length, 0);
		return entry;
	}
	node->value = value_from(a, item->value, at + 1);
	if (!node->value.n)
		node->value = value_literal(a, STR(""), SPAN_NONE);
	if (item->span.length == whole.n)
		node->span = span_of(item->span.file, item->span.offset + at + 1,
			item->span.length - at - 1);
	return entry;
}

/* A list of NAME=value (or of names: marks empty) as a mapping; a mapping as it is. */
static const struct compose_node *as_map(
	struct compose_reader *r, const struct compose_node *node, const char *marks)
{
	struct compose_map out = compose_map(r->arena);
	struct compose_items items = {0};

	if (node->kind == COMPOSE_MAP)
		return node;
	add_items(r->arena, &items, node);
	vec_each (struct compose_entry, item, &items)
		if (item->node->kind == COMPOSE_SCALAR)
			compose_map_set(&out, entry_of(r->arena, item->node, marks));
	return compose_map_finish(&out, node);
}

/* By name: what comes later wins, a null too (the value is then the shell's). */
static const struct compose_node *merge_by_name(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const char *marks)
{
	struct compose_map out = compose_map(r->arena);

	base = as_map(r, base, marks);
	over = as_map(r, over, marks);
	if (!compose_spend(r, (size_t)base->count + over->count, over->span))
		return over;
	for (uint32_t i = 0; i < base->count; i++)
		compose_map_add(&out, base->entries[i]);
	for (uint32_t i = 0; i < over->count; i++) {
		struct compose_entry entry = over->entries[i];
		struct compose_entry *there = compose_map_find(&out, entry.key);

		if (there)
			entry.node = replace(r, there->node, entry.node);
		compose_map_set(&out, entry);
	}
	return compose_map_finish(&out, over);
}

static const struct compose_node *merge_names(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path)
{
	bool is_hosts = path && str_eq(path->name, STR("extra_hosts"));
	const char *marks = is_hosts ? "=:" : "=";

	/* Two lists stay one; compose_unique drops what is said twice. */
	if (base->kind == COMPOSE_LIST && over->kind == COMPOSE_LIST)
		return append(r, base, over);
	return merge_by_name(r, base, over, marks);
}

static const struct compose_node *merge_keys(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path)
{
	return merge_maps(r, as_map(r, base, ""), as_map(r, over, ""), path);
}

/* `build: ./dir` is `build: {context: ./dir}`. */
static const struct compose_node *as_build(
	struct compose_reader *r, const struct compose_node *node)
{
	struct compose_map map = compose_map(r->arena);

	if (node->kind != COMPOSE_SCALAR)
		return node;
	compose_map_add(&map, (struct compose_entry){STR("context"), node->span, node});
	return compose_map_finish(&map, node);
}

static const struct compose_node *merge_logging(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path)
{
	const struct compose_node *before = compose_get(base, STR("driver"));
	const struct compose_node *after = compose_get(over, STR("driver"));

	if (before && after &&
		!str_eq(value_display(r->arena, before->value),
			value_display(r->arena, after->value)))
		return replace(r, base, over);
	return merge_maps(r, base, over, path);
}

static const struct compose_node *merge_general(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path)
{
	struct project_problem *p;

	if (base->kind == COMPOSE_MAP && over->kind == COMPOSE_MAP)
		return merge_maps(r, base, over, path);
	if (base->kind == COMPOSE_LIST && over->kind == COMPOSE_LIST)
		return append(r, base, over);
	if (base->kind == COMPOSE_MAP || base->kind == COMPOSE_LIST) {
		p = compose_problem(r, PROJECT_BAD_TYPE, over->span,
			path ? path->name : STR_NONE,
			"%s stands here, and %s in what it is merged onto: compose "
			"refuses to put the two together",
			node_kind_name(over), node_kind_name(base));
		p->related = base->span;
	}
	return replace(r, base, over);
}

static bool is_collection(const struct compose_node *node)
{
	return node->kind == COMPOSE_MAP || node->kind == COMPOSE_LIST;
}

static const struct compose_node *merge_special(struct compose_reader *r,
	enum merge_way way, const struct compose_node *base,
	const struct compose_node *over, const struct compose_path *path)
{
	switch (way) {
	case MERGE_NAMES:
		return merge_names(r, base, over, path);
	case MERGE_WORDS:
		return append(r, base, over);
	case MERGE_BUILD:
		return merge_general(r, as_build(r, base), as_build(r, over), path);
	case MERGE_KEYS:
		if (is_collection(base) && is_collection(over))
			return merge_keys(r, base, over, path);
		break;
	case MERGE_LOGGING:
		if (base->kind == COMPOSE_MAP && over->kind == COMPOSE_MAP)
			return merge_logging(r, base, over, path);
		break;
	case MERGE_REPLACE:
	case MERGE_GENERAL:
		break;
	}
	return merge_general(r, base, over, path);
}

const struct compose_node *compose_merge(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over,
	const struct compose_path *path)
{
	enum merge_way way = way_of(path);

	/* The same bytes met twice: an include that two files include. */
	if (base == over)
		return base;
	if (over->mark || way == MERGE_REPLACE)
		return replace(r, base, over);
	if (over->kind == COMPOSE_NULL)
		return base;
	if (base->kind == COMPOSE_NULL)
		return replace(r, base, over);
	return merge_special(r, way, base, over, path);
}

const struct compose_node *compose_merge_documents(struct compose_reader *r,
	const struct compose_node *base, const struct compose_node *over)
{
	if (base)
		over = compose_merge(r, base, over, NULL);
	return node_strip(r, over);
}
