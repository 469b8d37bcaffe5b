/*
 * volumes and tmpfs: "source:target:ro,z" or a mapping a mount.
 */
#include "source/compose_lower.h"

static void bad(
	struct compose_service *s, struct span span, struct str key, struct str why)
{
	compose_say(s->c, PROJECT_BAD_VALUE, span, key, "%.*s", STR_ARG(why));
}

static bool read_kind(
	struct compose_service *s, const struct compose_node *map, struct mount *m)
{
	static const struct {
		struct str name;
		enum mount_kind kind;
	} kinds[] = {
		{STR_INIT("bind"), MOUNT_BIND},
		{STR_INIT("volume"), MOUNT_VOLUME},
		{STR_INIT("tmpfs"), MOUNT_TMPFS},
		{STR_INIT("image"), MOUNT_IMAGE},
		{STR_INIT("npipe"), MOUNT_OTHER},
		{STR_INIT("cluster"), MOUNT_OTHER},
	};
	const struct compose_node *node = compose_scalar(map, STR("type"));
	struct str text;

	if (!node) {
		bad(s, map->span, STR("volumes"), STR("the mount has no type"));
		return false;
	}
	if (!value_str(s->c->ctx->arena, node->value, &text)) {
		m->kind = MOUNT_UNKNOWN;
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(text, kinds[i].name)) {
			m->kind = kinds[i].kind;
			return true;
		}
	bad(s, node->span, STR("volumes"),
		arena_printf(
			s->c->ctx->arena, "'%.*s' is no type of mount", STR_ARG(text)));
	return false;
}

/* As the short form would write it: size=64m,mode=1777. */
static void read_tmpfs_options(
	struct compose_service *s, const struct compose_node *map, struct mount *m)
{
	struct arena *a = s->c->ctx->arena;
	const struct compose_node *options = compose_get(map, STR("tmpfs"));
	const struct compose_node *size = compose_scalar(options, STR("size"));
	const struct compose_node *mode = compose_scalar(options, STR("mode"));

	if (!options)
		return;
	m->options_span = options->span;
	if (size)
		m->options = arena_printf(
			a, "size=%.*s", STR_ARG(value_display(a, size->value)));
	if (mode)
		m->options = arena_printf(a, "%.*s%smode=%.*s", STR_ARG(m->options),
			m->options.n ? "," : "",
			STR_ARG(value_display(a, mode->value)));
}

static void read_bind_options(
	struct compose_service *s, const struct compose_node *map, struct mount *m)
{
	const struct compose_node *bind = compose_get(map, STR("bind"));
	const struct compose_node *node = compose_scalar(bind, STR("propagation"));
	struct str text;

	/* Without a word about it, compose has the engine make the folder. */
	m->creates_source = compose_flag(s->c->ctx->arena,
		compose_scalar(bind, STR("create_host_path")), ANSWER_YES);
	if (node && value_str(s->c->ctx->arena, node->value, &m->propagation))
		m->options_span = node->span;
	node = compose_scalar(bind, STR("selinux"));
	if (node && value_str(s->c->ctx->arena, node->value, &text) && text.n == 1)
		m->relabel = text.p[0];
}

static void read_long(struct compose_service *s, const struct compose_node *map)
{
	struct run_reader r = compose_values(s->c, map);
	const struct compose_node *source = compose_scalar(map, STR("source"));
	const struct compose_node *target = compose_scalar(map, STR("target"));
	struct mount m = {.span = map->span};

	if (!read_kind(s, map, &m))
		return;
	if (source) {
		m.source = source->value;
		m.source_span = source->span;
	}
	if (target) {
		m.target = target->value;
		m.target_span = target->span;
	}
	m.is_read_only = compose_flag(
		s->c->ctx->arena, compose_scalar(map, STR("read_only")), ANSWER_NO);
	if (m.kind == MOUNT_BIND)
		read_bind_options(s, map, &m);
	else
		m.creates_source = ANSWER_NO;
	if (m.kind == MOUNT_TMPFS)
		read_tmpfs_options(s, map, &m);
	if (m.kind == MOUNT_VOLUME)
		m.has_no_copy = compose_flag(s->c->ctx->arena,
					compose_scalar(compose_get(map, STR("volume")),
						STR("nocopy")),
					ANSWER_NO) == ANSWER_YES;
	run_place_mount(&r, &m);
	*vec_push(s->c->ctx->arena, &s->run->mounts) = m;
}

static void read_volume(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct run_reader r = compose_values(s->c, item);
	struct mount m;
	struct str why;

	if (!compose_wants_element(
		    s->c, item, e->key, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_MAP))
		return;
	if (item->kind == COMPOSE_MAP)
		read_long(s, item);
	else if (run_read_volume(&r, item->value, item->span, &m, &why))
		*vec_push(s->c->ctx->arena, &s->run->mounts) = m;
	else
		bad(s, item->span, e->key, why);
}

void compose_read_volumes(struct compose_service *s, const struct compose_entry *e)
{
	if (!compose_wants(s->c, e, COMPOSE_TAKES_LIST))
		return;
	for (uint32_t i = 0; i < e->node->count && i < RUN_ITEMS_MAX; i++)
		read_volume(s, e, e->node->entries[i].node);
}

static void read_tmpfs(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct run_reader r = compose_values(s->c, item);
	struct mount m;
	struct str why;

	if (!compose_wants_element(s->c, item, e->key, COMPOSE_TAKES_SCALAR))
		return;
	if (run_read_tmpfs(&r, item->value, item->span, &m, &why))
		*vec_push(s->c->ctx->arena, &s->run->mounts) = m;
	else
		bad(s, item->span, e->key, why);
}

void compose_read_tmpfs(struct compose_service *s, const struct compose_entry *e)
{
	if (!compose_wants(s->c, e, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_LIST))
		return;
	if (e->node->kind == COMPOSE_SCALAR)
		read_tmpfs(s, e, e->node);
	for (uint32_t i = 0; i < e->node->count && i < RUN_ITEMS_MAX; i++)
		read_tmpfs(s, e, e->node->entries[i].node);
}

/* use_api_socket: compose mounts the engine's socket by itself (docker/compose). */
void compose_read_api_socket(struct compose_service *s, const struct compose_entry *e)
{
	struct run_reader r = compose_values(s->c, e->node);
	struct arena *a = s->c->ctx->arena;
	struct mount m = {.kind = MOUNT_BIND,
		.source = value_literal(a, STR("/var/run/docker.sock"), e->key_span),
		.target = value_literal(a, STR("/var/run/docker.sock"), e->key_span),
		.is_read_only = ANSWER_NO,
		.creates_source = ANSWER_NO,
		.span = e->key_span,
		.source_span = e->key_span,
		.target_span = e->key_span};

	if (!compose_wants(s->c, e, COMPOSE_TAKES_SCALAR) ||
		compose_flag(s->c->ctx->arena, e->node, ANSWER_NO) != ANSWER_YES)
		return;
	run_place_mount(&r, &m);
	*vec_push(a, &s->run->mounts) = m;
}
