/*
 * deploy: limits, reservations and replicas; compose obeys these without a swarm.
 */
#include "source/compose_lower.h"

static const struct compose_entry *entry_of(
	const struct compose_node *map, struct str key)
{
	const struct compose_entry *e = map ? compose_entry(map, key) : NULL;

	return e && e->node->kind != COMPOSE_NULL ? e : NULL;
}

static void set(struct compose_service *s, const struct compose_node *map,
	struct str key, enum run_setting setting)
{
	const struct compose_entry *e = entry_of(map, key);

	if (e && compose_wants(s->c, e, COMPOSE_TAKES_SCALAR))
		s->run->settings[setting] = compose_setting(s->c, e->node);
}

static const struct compose_node *map_of(
	struct compose_service *s, const struct compose_node *map, struct str key)
{
	const struct compose_entry *e = entry_of(map, key);

	return e && compose_wants(s->c, e, COMPOSE_TAKES_MAP) ? e->node : NULL;
}

void compose_read_deploy(struct compose_service *s, const struct compose_entry *e)
{
	const struct compose_node *resources, *limits, *reserved, *restart;
	const struct compose_entry *devices;

	if (!compose_wants(s->c, e, COMPOSE_TAKES_MAP))
		return;
	resources = map_of(s, e->node, STR("resources"));
	limits = map_of(s, resources, STR("limits"));
	reserved = map_of(s, resources, STR("reservations"));
	restart = map_of(s, e->node, STR("restart_policy"));
	set(s, limits, STR("memory"), RUN_MEMORY);
	set(s, limits, STR("cpus"), RUN_CPUS);
	set(s, limits, STR("pids"), RUN_PIDS);
	set(s, reserved, STR("memory"), RUN_MEMORY_RESERVATION);
	set(s, e->node, STR("replicas"), RUN_SCALE);
	/* `restart` itself wins over it (docker/compose, getRestartPolicy). */
	if (s->run->settings[RUN_RESTART]->know == FACT_UNSET)
		set(s, restart, STR("condition"), RUN_RESTART);
	devices = entry_of(reserved, STR("devices"));
	if (devices)
		compose_read_gpus(s, devices);
}

void compose_read_logging(struct compose_service *s, const struct compose_entry *e)
{
	if (compose_wants(s->c, e, COMPOSE_TAKES_MAP))
		set(s, e->node, STR("driver"), RUN_LOG_DRIVER);
}
