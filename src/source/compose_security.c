/*
 * What a service may do beyond the default: capabilities, security options, devices,
 * GPUs, limits by name.
 */
#include "source/compose_lower.h"

/* Calls read for every element of a list whose elements are of those kinds. */
static void each_element(struct compose_service *s, const struct compose_entry *e,
	unsigned takes,
	void (*read)(struct compose_service *s, const struct compose_entry *e,
		const struct compose_node *item))
{
	if (!compose_wants(s->c, e, COMPOSE_TAKES_LIST))
		return;
	for (uint32_t i = 0; i < e->node->count && i < RUN_ITEMS_MAX; i++)
		if (compose_wants_element(
			    s->c, e->node->entries[i].node, e->key, takes))
			read(s, e, e->node->entries[i].node);
}

static void bad(
	struct compose_service *s, struct span span, struct str key, struct str why)
{
	compose_say(s->c, PROJECT_BAD_VALUE, span, key, "%.*s", STR_ARG(why));
}

static void read_capability(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	run_capability_read(s->c->ctx->arena, item->value, item->span,
		str_eq(e->key, STR("cap_drop")),
		vec_push(s->c->ctx->arena, &s->run->capabilities));
}

void compose_read_cap_add(struct compose_service *s, const struct compose_entry *e)
{
	each_element(s, e, COMPOSE_TAKES_SCALAR, read_capability);
}

void compose_read_cap_drop(struct compose_service *s, const struct compose_entry *e)
{
	each_element(s, e, COMPOSE_TAKES_SCALAR, read_capability);
}

static void read_security(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct run_reader r = compose_values(s->c, item);

	(void)e;
	/* The profile's path begins at the project, wherever the list was written. */
	r.folder = s->c->tree->folder;
	run_read_security(&r, item->value, item->span,
		vec_push(s->c->ctx->arena, &s->run->security));
}

void compose_read_security_opt(struct compose_service *s, const struct compose_entry *e)
{
	each_element(s, e, COMPOSE_TAKES_SCALAR, read_security);
}

static struct value value_of_key(const struct compose_node *map, struct str key)
{
	const struct compose_node *node = compose_get(map, key);

	return node && node->kind == COMPOSE_SCALAR ? node->value : (struct value){0};
}

static void read_device_long(
	struct compose_service *s, const struct compose_node *item, struct device *out)
{
	*out = (struct device){.source = value_of_key(item, STR("source")),
		.permissions = STR("rwm"),
		.span = item->span};
	(void)value_str(s->c->ctx->arena, out->source, &out->path);
	if (value_of_key(item, STR("permissions")).n)
		(void)value_str(s->c->ctx->arena,
			value_of_key(item, STR("permissions")), &out->permissions);
}

static void read_device(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct run_reader r = compose_values(s->c, item);
	struct device device;
	struct str why;

	if (item->kind == COMPOSE_MAP)
		read_device_long(s, item, &device);
	else if (!run_read_device(&r, item->value, item->span, &device, &why)) {
		bad(s, item->span, e->key, why);
		return;
	}
	*vec_push(s->c->ctx->arena, &s->run->devices) = device;
}

void compose_read_devices(struct compose_service *s, const struct compose_entry *e)
{
	each_element(s, e, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_MAP, read_device);
}

static struct str joined(
	struct arena *a, const struct compose_node *map, struct str key)
{
	const struct compose_node *list = compose_get(map, key);
	struct str all = STR_NONE;

	for (uint32_t i = 0; list && list->kind == COMPOSE_LIST && i < list->count &&
		i < RUN_FIELDS_MAX;
		i++) {
		struct str text = value_display(a, list->entries[i].node->value);

		all = all.n ? arena_printf(a, "%.*s,%.*s", STR_ARG(all), STR_ARG(text))
			    : text;
	}
	return all;
}

/* A mapping of `gpus:`, or of deploy.resources.reservations.devices. */
static void read_gpu(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct arena *a = s->c->ctx->arena;
	struct gpu gpu = {.driver = compose_text(a, item, STR("driver")),
		.count = compose_text(a, item, STR("count")),
		.ids = joined(a, item, STR("device_ids")),
		.capabilities = joined(a, item, STR("capabilities")),
		.span = item->span};

	(void)e;
	/* Where neither is said, compose asks for all of them. */
	if (!compose_get(item, STR("count")) && !compose_get(item, STR("device_ids")))
		gpu.count = STR("all");
	if (!gpu.capabilities.n && str_eq(e->key, STR("gpus")))
		gpu.capabilities = STR("gpu");
	*vec_push(a, &s->run->gpus) = gpu;
}

void compose_read_gpus(struct compose_service *s, const struct compose_entry *e)
{
	if (e->node->kind != COMPOSE_SCALAR) {
		each_element(s, e, COMPOSE_TAKES_MAP, read_gpu);
		return;
	}
	*vec_push(s->c->ctx->arena, &s->run->gpus) =
		(struct gpu){.count = value_display(s->c->ctx->arena, e->node->value),
			.capabilities = STR("gpu"),
			.span = e->node->span};
}

void compose_read_ulimits(struct compose_service *s, const struct compose_entry *e)
{
	compose_read_pairs(s->c, e, &s->run->ulimits);
}
