#include "source/compose_read.h"

/*
 * What makes two elements of a list the same thing: of them compose keeps the last, in
 * the place of the first (compose-go override/uncity.go).
 */
typedef bool element_key(
	struct arena *a, const struct compose_node *element, struct str *key);

/* What stands before the first '=' of a known beginning. */
static bool by_name(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	struct buf name = {.arena = a};

	if (element->kind != COMPOSE_SCALAR)
		return false;
	for (size_t i = 0; i < element->value.n; i++) {
		const struct segment *s = &element->value.at[i];
		size_t end = str_find(s->text, '=');

		if (s->kind == SEGMENT_UNKNOWN)
			return false;
		buf_add(&name, str_sub(s->text, 0, end));
		if (end < s->text.n)
			break;
	}
	*key = buf_str(&name);
	return true;
}

static bool by_word(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	return compose_str(a, element, key);
}

static bool by_path(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	if (element->kind == COMPOSE_MAP)
		element = compose_get(element, STR("path"));
	return compose_str(a, element, key);
}

/* One letter before a ':' is a drive's to compose, whatever stands behind it. */
static bool is_drive(struct str s)
{
	return s.n > 1 && byte_is_alpha(s.p[0]) && s.p[1] == ':';
}

/* source:target:mode, or the target alone. */
static bool by_target(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	struct str s, source;
	size_t skip;

	if (element->kind == COMPOSE_MAP)
		return compose_str(a, compose_get(element, STR("target")), key);
	if (!compose_str(a, element, &s))
		return false;
	skip = is_drive(s) ? 2 : 0;
	source = str_sub(s, 0, skip + str_find(str_from(s, skip), ':'));
	if (source.n == s.n) {
		*key = s;
		return true;
	}
	s = str_from(s, source.n + 1);
	skip = is_drive(s) ? 2 : 0;
	*key = str_sub(s, 0, skip + str_find(str_from(s, skip), ':'));
	return true;
}

/* A secret or config: its target, or the folder with its name. */
static bool by_mount(struct arena *a, const struct compose_node *element,
	const char *folder, struct str *key)
{
	struct str name;

	if (element->kind == COMPOSE_MAP) {
		if (compose_get(element, STR("target")))
			return compose_str(a, compose_get(element, STR("target")), key);
		element = compose_get(element, STR("source"));
	}
	if (!compose_str(a, element, &name))
		return false;
	*key = arena_printf(a, "%s/%.*s", folder, STR_ARG(name));
	return true;
}

static bool by_secret(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	return by_mount(a, element, "/run/secrets", key);
}

static bool by_config(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	return by_mount(a, element, "", key);
}

/* The value under name as a word; fallback when there is none; false when unknown. */
static bool word_of(struct arena *a, const struct compose_node *map, struct str name,
	struct str fallback, struct str *out)
{
	const struct compose_node *node = compose_get(map, name);

	*out = fallback;
	return !node || compose_str(a, node, out);
}

struct port_words {
	struct str ip, published, target, protocol;
};

/* [ip:][published:]target[/protocol] */
static struct port_words port_words(struct str s)
{
	struct port_words p = {.ip = STR("0.0.0.0"), .protocol = STR("tcp")};
	size_t slash = str_find(s, '/'), colon;

	if (slash < s.n)
		p.protocol = str_from(s, slash + 1);
	s = str_sub(s, 0, slash);
	colon = str_rfind(s, ':');
	p.target = colon < s.n ? str_from(s, colon + 1) : s;
	if (colon == s.n)
		return p;
	s = str_sub(s, 0, colon);
	colon = str_rfind(s, ':');
	p.published = colon < s.n ? str_from(s, colon + 1) : s;
	if (colon == s.n)
		return p;
	p.ip = str_sub(s, 0, colon);
	if (str_starts(p.ip, STR("[")) && str_ends(p.ip, STR("]")))
		p.ip = str_sub(p.ip, 1, p.ip.n - 2);
	return p;
}

static bool by_port(
	struct arena *a, const struct compose_node *element, struct str *key)
{
	struct port_words p;
	struct str s;

	if (element->kind == COMPOSE_MAP) {
		if (!word_of(a, element, STR("host_ip"), STR("0.0.0.0"), &p.ip) ||
			!word_of(a, element, STR("published"), STR(""), &p.published) ||
			!word_of(a, element, STR("target"), STR(""), &p.target) ||
			!word_of(a, element, STR("protocol"), STR("tcp"), &p.protocol))
			return false;
	} else {
		if (!compose_str(a, element, &s))
			return false;
		p = port_words(s);
	}
	*key = arena_printf(a, "%.*s:%.*s:%.*s/%.*s", STR_ARG(p.ip),
		STR_ARG(p.published), STR_ARG(p.target), STR_ARG(p.protocol));
	return true;
}

static const struct unique_rule {
	element_key *key;
	uint32_t depth;
	const char *path[5];
} rules[] = {
	{by_name, 3, {"services", "*", "annotations"}},
	{by_name, 4, {"services", "*", "build", "args"}},
	{by_name, 4, {"services", "*", "build", "additional_contexts"}},
	{by_name, 4, {"services", "*", "build", "tags"}},
	{by_name, 4, {"services", "*", "build", "labels"}},
	{by_name, 3, {"services", "*", "cap_add"}},
	{by_name, 3, {"services", "*", "cap_drop"}},
	{by_config, 3, {"services", "*", "configs"}},
	{by_name, 4, {"services", "*", "deploy", "labels"}},
	{by_target, 3, {"services", "*", "devices"}},
	{by_name, 3, {"services", "*", "dns"}},
	{by_name, 3, {"services", "*", "dns_opt"}},
	{by_name, 3, {"services", "*", "dns_search"}},
	{by_path, 3, {"services", "*", "env_file"}},
	{by_name, 3, {"services", "*", "environment"}},
	{by_word, 3, {"services", "*", "expose"}},
	{by_word, 3, {"services", "*", "extra_hosts"}},
	{by_name, 3, {"services", "*", "labels"}},
	{by_name, 3, {"services", "*", "links"}},
	{by_name, 5, {"services", "*", "networks", "*", "aliases"}},
	{by_port, 3, {"services", "*", "ports"}},
	{by_name, 3, {"services", "*", "profiles"}},
	{by_secret, 3, {"services", "*", "secrets"}},
	{by_name, 3, {"services", "*", "sysctls"}},
	{by_name, 3, {"services", "*", "tmpfs"}},
	{by_target, 3, {"services", "*", "volumes"}},
};

enum { DEEPEST = 5 };

static const struct compose_node *unique_list(
	struct compose_reader *r, const struct compose_node *list, element_key *key_of)
{
	struct compose_map seen = compose_map(r->arena);
	struct compose_items items = {0};

	for (uint32_t i = 0; i < list->count; i++) {
		struct compose_entry entry = list->entries[i], *there;

		/* What has no key is like nothing else: no key begins with a NUL. */
		if (!key_of(r->arena, entry.node, &entry.key))
			entry.key = arena_printf(r->arena, "%c%u", '\0', i);
		there = compose_map_find(&seen, entry.key);
		if (there)
			there->node = node_hiding(r->arena, entry.node, there->node);
		else
			compose_map_add(&seen, entry);
	}
	if (seen.entries.n == list->count)
		return list;
	vec_each (struct compose_entry, entry, &seen.entries)
		*vec_push(r->arena, &items) =
			(struct compose_entry){STR_NONE, SPAN_NONE, entry->node};
	return compose_list_finish(r->arena, &items, list);
}

static const struct compose_node *unique_at(struct compose_reader *r,
	const struct compose_node *node, const struct compose_path *path)
{
	for (size_t i = 0; node->count > 1 && i < sizeof(rules) / sizeof(rules[0]); i++)
		if (compose_path_is(path, rules[i].path, rules[i].depth))
			return unique_list(r, node, rules[i].key);
	return node;
}

static const struct compose_node *walk(struct compose_reader *r,
	const struct compose_node *node, const struct compose_path *path)
{
	struct compose_map out = compose_map(r->arena);
	bool is_changed = false;

	if (node->kind == COMPOSE_LIST)
		return unique_at(r, node, path);
	if (node->kind != COMPOSE_MAP || path->depth >= DEEPEST)
		return node;
	for (uint32_t i = 0; i < node->count; i++) {
		struct compose_entry entry = node->entries[i];
		struct compose_path here = {path, entry.key, path->depth + 1};

		entry.node = walk(r, entry.node, &here);
		is_changed |= entry.node != node->entries[i].node;
		compose_map_add(&out, entry);
	}
	return is_changed ? compose_map_finish(&out, node) : node;
}

const struct compose_node *compose_unique(
	struct compose_reader *r, const struct compose_node *root)
{
	struct compose_path path = {NULL, STR("services"), 1};
	const struct compose_node *services = compose_get(root, path.name), *unique;

	if (!services)
		return root;
	unique = walk(r, services, &path);
	return unique == services ? root : compose_map_with(r, root, path.name, unique);
}
