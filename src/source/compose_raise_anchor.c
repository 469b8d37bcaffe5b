/*
 * Anchors that services stand on: as a whole, by `x-common: &common` and `<<: *common`, or
 * with one key, by `x-drop: &drop` and `cap_drop: *drop`. What all of them need is written
 * there once, where nobody else would get it.
 */
#include "source/compose_raise.h"

enum { ANCHORS_MAX = 100, STEPS_MAX = 100000 };

/* An anchored node, and who stands on it. */
struct standing {
	const struct yaml *node;
	struct str key; /* with which they do; empty: as a whole */
	bool is_mixed;	/* not all with the same */
	struct strs services;
	VEC(const struct yaml *) aliases; /* through which they do */
};

struct anchors {
	struct arena *arena;
	const struct yaml *root;
	VEC(struct standing) all;
	uint32_t steps;
};

static struct standing *standing_of(
	struct anchors *s, const struct yaml *node, struct str key)
{
	vec_each (struct standing, one, &s->all)
		if (one->node == node) {
			one->is_mixed |= !str_eq(one->key, key);
			return one;
		}
	*vec_push(s->arena, &s->all) = (struct standing){.node = node, .key = key};
	return vec_last(&s->all);
}

/* One service, which is named once however often it gets there. */
static void stand(struct anchors *s, struct standing *on, const struct yaml *alias,
	struct str service)
{
	bool is_known = !alias;

	vec_each (const struct yaml *const, old, &on->aliases)
		is_known = is_known || *old == alias;
	if (!is_known)
		*vec_push(s->arena, &on->aliases) = alias;
	if (!on->services.n || !str_eq(*vec_last(&on->services), service))
		*vec_push(s->arena, &on->services) = service;
}

/* The value of one key. */
static void follow_key(
	struct anchors *s, const struct yaml *value, struct str key, struct str service)
{
	if (value->kind == YAML_ALIAS && value->target)
		stand(s, standing_of(s, value->target, key), value, service);
	else if (value->anchor.length)
		stand(s, standing_of(s, value, key), NULL, service);
}

/* A service's mapping, an alias in its place, or what stands behind `<<`. */
static void follow(
	struct anchors *s, const struct yaml *node, struct str service, unsigned depth)
{
	if (!node || depth > RAISE_MERGES_MAX || s->all.n > ANCHORS_MAX ||
		++s->steps > STEPS_MAX)
		return;
	if (node->kind == YAML_ALIAS && node->target) {
		stand(s, standing_of(s, node->target, STR_NONE), node, service);
		follow(s, node->target, service, depth + 1);
	} else if (node->kind == YAML_SEQUENCE && depth) {
		for (uint32_t i = 0; i < node->count; i++)
			follow(s, &node->items[i], service, depth + 1);
	} else if (node->kind == YAML_MAPPING) {
		if (node->anchor.length)
			stand(s, standing_of(s, node, STR_NONE), NULL, service);
		for (uint32_t i = 0; i < node->count; i++)
			if (str_eq(node->keys[i].text.s, STR("<<")))
				follow(s, &node->items[i], service, depth + 1);
			else
				follow_key(s, &node->items[i], node->keys[i].text.s,
					service);
	}
}

static uint32_t count_aliases(const struct yaml *node, const struct yaml *of)
{
	uint32_t n = node->kind == YAML_ALIAS && node->target == of;

	for (uint32_t i = 0; i < node->count; i++)
		n += count_aliases(&node->items[i], of);
	return n;
}

/* Is every alias one through which a service stands on it? */
static bool is_theirs_alone(const struct anchors *s, const struct standing *on)
{
	bool is_whole = !on->key.n && on->node->kind == YAML_MAPPING;

	return !on->is_mixed && (is_whole || on->key.n) &&
		(on->node->count || on->node->kind == YAML_SCALAR) &&
		count_aliases(s->root, on->node) == on->aliases.n;
}

/* The anchor that most stand on comes first. */
static void put_in_order(
	struct arena *a, struct raise_anchors *list, const struct raise_anchor *one)
{
	size_t i = list->n;

	(void)vec_push(a, list);
	for (; i && list->at[i - 1].services.n < one->services.n; i--)
		list->at[i] = list->at[i - 1];
	list->at[i] = *one;
}

static const struct yaml *services_of(const struct yaml *root)
{
	const struct yaml *services = yaml_get(root, STR("services"));

	return services && services->kind == YAML_MAPPING ? services : NULL;
}

struct raise_anchors raise_anchors_of(
	struct arena *a, struct world *world, const struct input *input)
{
	struct raise_anchors out = {0};
	struct raise_memo memo = {0};
	struct edits edits = {0};
	struct str refused;
	struct raising r = {a, world, input, &edits, &refused, &memo};
	struct anchors s = {.arena = a};
	const struct yaml *services;
	struct raise_place p;

	if (input->kind != SOURCE_COMPOSE || !input->file ||
		str_find(input->file->bytes, '&') == input->file->bytes.n ||
		!raise_open(&r, input->file, &p))
		return out;
	s.root = p.root;
	services = services_of(p.root);
	for (uint32_t i = 0; services && i < services->count; i++)
		follow(&s, &services->items[i], services->keys[i].text.s, 0);
	vec_each (const struct standing, on, &s.all) {
		struct raise_anchor one = {.name = span_str(on->node->anchor),
			.key = on->key,
			.at = on->node->span,
			.services = on->services};

		if (on->services.n > 1 && is_theirs_alone(&s, on))
			put_in_order(a, &out, &one);
	}
	return s.steps > STEPS_MAX ? (struct raise_anchors){0} : out;
}

/* ---- a change of one ---- */

/* The anchored node, and the mapping under a key of which it stands; or NULL. */
static const struct yaml *node_at(const struct raise_place *p, struct span at,
	const struct yaml **parent, struct str *key)
{
	struct raise_path path;

	raise_find(p->root, at.offset, &path);
	for (size_t i = 1; i < path.n; i++) {
		if (!path.at[i]->anchor.length ||
			path.at[i]->span.offset != at.offset ||
			path.at[i]->span.length != at.length ||
			path.at[i - 1]->kind != YAML_MAPPING)
			continue;
		*parent = path.at[i - 1];
		for (uint32_t k = 0; k < (*parent)->count; k++)
			if (&(*parent)->items[k] == path.at[i])
				*key = (*parent)->keys[k].text.s;
		return path.at[i];
	}
	return NULL;
}

/* How the service stands on the node; false where it does not. */
static bool stands_on(const struct raise_place *p, const struct yaml *service,
	const struct yaml *node, struct str *key)
{
	struct anchors s = {.arena = p->r->arena, .root = p->root};

	follow(&s, service, STR("?"), 0);
	vec_each (const struct standing, on, &s.all)
		if (on->node == node) {
			*key = on->key;
			return true;
		}
	return false;
}

/* Would the service not notice, because it says the key itself? */
static bool hides(const struct raise_place *p, const struct yaml *service,
	const struct change *change)
{
	uint32_t index;

	return service != p->shared && change->kind == CHANGE_RUN &&
		raise_key(service, change->key, &index);
}

/* Also finds out whether they stand on it with one key. */
static bool suits_all(
	const struct raise_place *p, const struct change *change, bool *is_of_key)
{
	const struct yaml *services = services_of(p->root), *other;

	for (uint32_t i = 0; services && i < services->count; i++) {
		struct str key;

		if (!stands_on(p, &services->items[i], p->shared, &key))
			continue;
		*is_of_key = key.n > 0;
		if (!key.n && hides(p, &services->items[i], change))
			return raise_by_hand(p, change, "line %u says it by itself",
				raise_line(&services->keys[i]));
		other = raise_who_extends(services, services->keys[i].text.s);
		if (other)
			return raise_by_hand(p, change,
				"`%.*s` extends what stands on it",
				STR_ARG(other->text.s));
	}
	return services != NULL;
}

bool raise_open_anchor(struct raise_place *p, const struct change *change)
{
	const struct yaml *parent = NULL;
	bool is_of_key = false;

	p->shared = node_at(p, change->anchor, &parent, &p->shared_key);
	if (!p->shared)
		return raise_by_hand(p, change, "the anchor is not found again");
	p->name = span_str(p->shared->anchor);
	p->service = p->shared;
	if (!suits_all(p, change, &is_of_key))
		return false;
	if (is_of_key)
		p->service = parent;
	else
		p->shared_key = STR_NONE;
	return true;
}
