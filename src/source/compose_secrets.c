/*
 * secrets and configs as a service takes them: a file that is mounted, by its name or
 * under another path.
 */
#include "source/compose_lower.h"

static const struct secret *find_secret(
	struct compose_service *s, struct str name, bool is_config)
{
	vec_each (const struct secret, secret, &s->c->in->project.secrets)
		if (secret->is_config == is_config && str_eq(secret->name, name))
			return secret;
	return NULL;
}

/* A secret is in /run/secrets, a config in /; an absolute target is where it says. */
static struct str place(struct arena *a, struct str name,
	const struct compose_node *target, bool is_config)
{
	const char *folder = is_config ? "/" : "/run/secrets/";
	struct str text = name;

	if (target && !value_str(a, target->value, &text))
		return STR_NONE;
	if (text.n && text.p[0] == '/')
		return text;
	return arena_printf(a, "%s%.*s", folder, STR_ARG(text));
}

static void mount_secret(struct compose_service *s, const struct secret *secret,
	struct span span, struct str at)
{
	struct arena *a = s->c->ctx->arena;
	struct mount m = {.kind = secret->file.n || secret->is_external ? MOUNT_BIND
									: MOUNT_OTHER,
		.origin = secret->is_config ? MOUNT_CONFIG : MOUNT_SECRET,
		.source = secret->file,
		.target = value_literal(a, at, span),
		.path = secret->path,
		.at = at,
		.is_read_only = ANSWER_YES,
		.creates_source = ANSWER_NO,
		.span = span,
		.source_span = secret->value_span,
		.target_span = span};

	*vec_push(a, &s->run->mounts) = m;
}

static void read_one(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item, bool is_config)
{
	const struct compose_node *source = item;
	const struct secret *secret;
	struct run_reader r = compose_values(s->c, item);
	struct str name;

	if (!compose_wants_element(
		    s->c, item, e->key, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_MAP))
		return;
	if (item->kind == COMPOSE_MAP)
		source = compose_scalar(item, STR("source"));
	if (!source)
		return;
	run_read_word(&r, source->value, source->span, e->key_span,
		vec_push(s->c->ctx->arena, is_config ? &s->configs : &s->run->secrets));
	if (!value_str(s->c->ctx->arena, source->value, &name))
		return;
	secret = find_secret(s, name, is_config);
	if (secret)
		mount_secret(s, secret, item->span,
			place(s->c->ctx->arena, name,
				compose_scalar(item, STR("target")), is_config));
	else if (!s->c->tree->is_partial)
		compose_say(s->c, PROJECT_UNDEFINED_REFERENCE, source->span, name,
			"nothing at the top of the file declares the %s '%.*s'",
			is_config ? "config" : "secret", STR_ARG(name));
}

static void read_list(
	struct compose_service *s, const struct compose_entry *e, bool is_config)
{
	if (!compose_wants(s->c, e, COMPOSE_TAKES_LIST))
		return;
	for (uint32_t i = 0; i < e->node->count && i < RUN_ITEMS_MAX; i++)
		read_one(s, e, e->node->entries[i].node, is_config);
}

void compose_read_secrets(struct compose_service *s, const struct compose_entry *e)
{
	read_list(s, e, false);
}

void compose_read_configs(struct compose_service *s, const struct compose_entry *e)
{
	read_list(s, e, true);
}
