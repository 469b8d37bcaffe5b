/*
 * What stands beside the services of a project: volumes, networks, secrets, configs.
 */
#include "source/compose_lower.h"

/* Calls read for every entry of a section at the top of the file. */
static void each_entry(struct compose_lowering *c, struct str section,
	void (*read)(struct compose_lowering *c, const struct compose_entry *e))
{
	const struct compose_entry *top = compose_entry(c->tree->root, section);

	if (!top || !compose_wants(c, top, COMPOSE_TAKES_MAP))
		return;
	for (uint32_t i = 0; i < top->node->count; i++) {
		const struct compose_entry *e = &top->node->entries[i];

		if (e->node->kind == COMPOSE_NULL ||
			compose_wants(c, e, COMPOSE_TAKES_MAP))
			read(c, e);
	}
}

/* `external: true`, or the old `external: {name: x}`. */
static bool is_external(struct compose_lowering *c, const struct compose_node *map)
{
	const struct compose_node *node = compose_get(map, STR("external"));

	return node &&
		(node->kind == COMPOSE_MAP ||
			compose_flag(c->ctx->arena,
				compose_scalar(map, STR("external")),
				ANSWER_NO) != ANSWER_NO);
}

static void read_pairs_of(struct compose_lowering *c, const struct compose_node *map,
	struct str key, struct run_pairs *out)
{
	const struct compose_entry *e = compose_entry(map, key);

	if (e)
		compose_read_pairs(c, e, out);
}

static struct str option(
	struct compose_lowering *c, const struct run_pairs *options, struct str name)
{
	struct str text = STR_NONE;

	vec_each (const struct run_pair, pair, options)
		if (str_eq(pair->name, name))
			(void)value_str(c->ctx->arena, pair->value, &text);
	return text;
}

/* The local driver mounts with these options as mount(8) does: "o: bind" is a bind. */
static struct str bound_device(
	struct compose_lowering *c, const struct run_pairs *options)
{
	struct str_fields fields = {.rest = option(c, options, STR("o"))};
	struct str word;

	while (str_next_field(&fields, ',', &word))
		if (str_eq(str_trim(word), STR("bind")) ||
			str_eq(str_trim(word), STR("rbind")))
			return option(c, options, STR("device"));
	return STR_NONE;
}

/* `name:` as it stands, an external one's key, else behind the project's name. */
static struct str volume_name(struct compose_lowering *c, const struct compose_entry *e)
{
	const struct compose_node *external = compose_get(e->node, STR("external"));
	struct str project = c->in->project.name;

	if (external && external->kind == COMPOSE_MAP &&
		compose_get(external, STR("name")))
		return compose_text(c->ctx->arena, external, STR("name"));
	if (compose_get(e->node, STR("name")))
		return compose_text(c->ctx->arena, e->node, STR("name"));
	if (is_external(c, e->node))
		return e->key;
	return project.n ? arena_printf(c->ctx->arena, "%.*s_%.*s", STR_ARG(project),
				   STR_ARG(e->key))
			 : STR_NONE;
}

static void read_volume(struct compose_lowering *c, const struct compose_entry *e)
{
	struct volume *v = arena_new(c->ctx->arena, struct volume);

	*v = (struct volume){.name = e->key,
		.is_declared = true,
		.is_external = is_external(c, e->node),
		.engine_name = volume_name(c, e),
		.driver = compose_text(c->ctx->arena, e->node, STR("driver")),
		.span = e->key_span};
	read_pairs_of(c, e->node, STR("driver_opts"), &v->options);
	read_pairs_of(c, e->node, STR("labels"), &v->labels);
	v->device = bound_device(c, &v->options);
	*vec_push(c->ctx->arena, &c->in->project.volumes) = v;
}

static void read_network(struct compose_lowering *c, const struct compose_entry *e)
{
	struct network *n = vec_push(c->ctx->arena, &c->in->project.networks);

	*n = (struct network){.name = e->key,
		.is_external = is_external(c, e->node),
		.is_internal = compose_flag(c->ctx->arena,
			compose_scalar(e->node, STR("internal")), ANSWER_NO),
		.driver = compose_text(c->ctx->arena, e->node, STR("driver")),
		.span = e->key_span};
	read_pairs_of(c, e->node, STR("driver_opts"), &n->options);
}

static void read_secret_or_config(
	struct compose_lowering *c, const struct compose_entry *e, bool is_config)
{
	struct secret *s = vec_push(c->ctx->arena, &c->in->project.secrets);
	const struct compose_node *file = compose_scalar(e->node, STR("file"));
	const struct compose_node *content = compose_scalar(e->node, STR("content"));

	*s = (struct secret){.name = e->key,
		.is_config = is_config,
		.is_external = is_external(c, e->node),
		.environment = compose_text(c->ctx->arena, e->node, STR("environment")),
		.span = e->key_span};
	if (file) {
		struct run_reader r = compose_values(c, file);

		s->file = file->value;
		s->path = run_host_path(&r, file->value);
		s->value_span = file->span;
	} else if (content) {
		s->value_span = content->span;
	}
}

static void read_secret(struct compose_lowering *c, const struct compose_entry *e)
{
	read_secret_or_config(c, e, false);
}

static void read_config(struct compose_lowering *c, const struct compose_entry *e)
{
	read_secret_or_config(c, e, true);
}

static const struct str top_keys[] = {STR_INIT("configs"), STR_INIT("include"),
	STR_INIT("models"), STR_INIT("name"), STR_INIT("networks"), STR_INIT("secrets"),
	STR_INIT("services"), STR_INIT("version"), STR_INIT("volumes")};

enum { TOP_KEY_COUNT = sizeof(top_keys) / sizeof(top_keys[0]) };

static bool is_top_key(struct str key)
{
	for (size_t i = 0; i < TOP_KEY_COUNT; i++)
		if (str_eq(key, top_keys[i]))
			return true;
	return false;
}

static void check_top(struct compose_lowering *c)
{
	const struct compose_node *root = c->tree->root;

	for (uint32_t i = 0; i < root->count; i++) {
		const struct compose_entry *e = &root->entries[i];
		struct project_problem *p;

		if (str_eq(e->key, STR("version")))
			compose_say(c, PROJECT_OBSOLETE_KEY, e->key_span, e->key,
				"compose ignores 'version'");
		if (is_top_key(e->key) || str_starts(e->key, STR("x-")))
			continue;
		p = compose_say(c, PROJECT_UNKNOWN_KEY, e->key_span, e->key,
			"a compose file has no key '%.*s' at its top", STR_ARG(e->key));
		p->hint = compose_nearest(e->key, top_keys, TOP_KEY_COUNT);
	}
}

void compose_project_read(struct compose_lowering *c)
{
	check_top(c);
	each_entry(c, STR("volumes"), read_volume);
	each_entry(c, STR("networks"), read_network);
	each_entry(c, STR("secrets"), read_secret);
	each_entry(c, STR("configs"), read_config);
}
