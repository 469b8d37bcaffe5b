/*
 * ports: "127.0.0.1:8080-8081:80-81/tcp" or a mapping a port.
 */
#include "source/compose_lower.h"

static void bad(struct compose_service *s, struct span span, struct str why)
{
	compose_say(s->c, PROJECT_BAD_VALUE, span, STR("ports"), "%.*s", STR_ARG(why));
}

/* A value of the long form that may be absent; unknown is not known. */
static struct str text_of_key(struct compose_service *s, const struct compose_node *map,
	struct str key, bool *is_unknown)
{
	const struct compose_node *node = compose_get(map, key);
	struct str text = STR_NONE;

	if (node && node->kind == COMPOSE_SCALAR &&
		!value_str(s->c->ctx->arena, node->value, &text))
		*is_unknown = true;
	return text;
}

static void read_published(
	struct compose_service *s, const struct compose_node *map, struct port *port)
{
	const struct compose_node *node = compose_get(map, STR("published"));
	bool is_unknown = false;
	struct str text = text_of_key(s, map, STR("published"), &is_unknown);

	if (!node || node->kind != COMPOSE_SCALAR)
		return;
	port->has_published = is_unknown || text.n;
	port->host_span = node->span;
	if (is_unknown)
		port->know = FACT_UNKNOWN;
	else if (text.n &&
		!run_port_range(text, &port->published_first, &port->published_last))
		bad(s, node->span,
			arena_printf(s->c->ctx->arena, "'%.*s' is no port of the host",
				STR_ARG(text)));
}

static void read_address(
	struct compose_service *s, const struct compose_node *map, struct port *port)
{
	const struct compose_node *node = compose_get(map, STR("host_ip"));
	bool is_unknown = false;

	if (!node || node->kind != COMPOSE_SCALAR)
		return;
	port->host_ip = text_of_key(s, map, STR("host_ip"), &is_unknown);
	port->has_host_ip = is_unknown || port->host_ip.n;
	if (port->has_host_ip)
		port->host_span = node->span;
	if (is_unknown)
		port->host_ip_known = FACT_UNKNOWN;
}

static void read_long(struct compose_service *s, const struct compose_node *map)
{
	struct port port = {.know = FACT_SET,
		.host_ip_known = FACT_SET,
		.span = map->span,
		.host_span = map->span};
	bool is_unknown = false;
	struct str target = text_of_key(s, map, STR("target"), &is_unknown);

	if (is_unknown) {
		port.know = FACT_UNKNOWN;
	} else if (!run_port_range(target, &port.target_first, &port.target_last)) {
		bad(s, map->span, STR("the port has no target that is a number"));
		return;
	}
	port.protocol = text_of_key(s, map, STR("protocol"), &is_unknown);
	if (!port.protocol.n && !is_unknown)
		port.protocol = STR("tcp");
	port.mode = text_of_key(s, map, STR("mode"), &is_unknown);
	read_published(s, map, &port);
	read_address(s, map, &port);
	*vec_push(s->c->ctx->arena, &s->run->ports) = port;
}

static void read_one(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct run_reader r = compose_values(s->c, item);
	struct port port;
	struct str why;

	if (!compose_wants_element(
		    s->c, item, e->key, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_MAP))
		return;
	if (item->kind == COMPOSE_MAP)
		read_long(s, item);
	else if (run_read_port(&r, item->value, item->span, &port, &why))
		*vec_push(s->c->ctx->arena, &s->run->ports) = port;
	else
		bad(s, item->span, why);
}

void compose_read_ports(struct compose_service *s, const struct compose_entry *e)
{
	if (!compose_wants(s->c, e, COMPOSE_TAKES_LIST))
		return;
	for (uint32_t i = 0; i < e->node->count && i < RUN_ITEMS_MAX; i++)
		read_one(s, e, e->node->entries[i].node);
}
