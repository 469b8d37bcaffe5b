/*
 * The environment of a service: what it says itself, and its env_files below that.
 */
#include "source/compose_lower.h"
#include "syntax/env.h"

/*
 * NAME alone takes the value that the project's environment has; where that has none,
 * whoever starts the project may still have one.
 */
static void resolve_bare(struct compose_lowering *c, struct run_pairs *pairs)
{
	vec_each (struct run_pair, pair, pairs) {
		const struct fact *fact;

		if (pair->has_value)
			continue;
		fact = compose_variable(c->tree, pair->name);
		if (!fact || fact->know != FACT_SET)
			continue;
		pair->value = fact->value;
		pair->has_value = true;
		pair->value_span = pair->name_span;
	}
}

void compose_read_environment(struct compose_service *s, const struct compose_entry *e)
{
	compose_read_pairs(s->c, e, &s->run->environment);
	resolve_bare(s->c, &s->run->environment);
}

/* ---- env_file ---- */

struct env_scope {
	struct compose_service *service;
	const struct run_pairs *earlier;
};

/* The project's environment first, then what the service and earlier lines say. */
static bool look_up(const struct env_scope *scope, struct str name, struct value *out)
{
	const struct run_pairs *lists[] = {
		&scope->service->run->environment, scope->earlier};
	const struct fact *fact = compose_variable(scope->service->c->tree, name);

	if (fact && fact->know == FACT_SET) {
		*out = fact->value;
		return true;
	}
	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++)
		for (size_t i = lists[k]->n; i > 0; i--) {
			const struct run_pair *pair = &lists[k]->at[i - 1];

			if (!pair->has_value || !str_eq(pair->name, name))
				continue;
			*out = pair->value;
			return true;
		}
	return false;
}

static struct segment literal_part(const struct text *text)
{
	return (struct segment){
		.kind = SEGMENT_LITERAL, .text = text->s, .span = text_span_all(text)};
}

static void add_known(const struct env_scope *scope,
	const struct interpolation_part *part, struct value value, struct segments *out)
{
	for (size_t i = 0; i < value.n; i++) {
		struct segment *s = vec_push(scope->service->c->ctx->arena, out);

		*s = value.at[i];
		s->definition = s->span;
		s->span = text_span_all(&part->text);
		s->name = part->name.s;
		if (s->kind == SEGMENT_LITERAL)
			s->kind = SEGMENT_EXPANSION;
	}
}

static void add_parts(const struct env_scope *scope, const struct interpolation *parts,
	struct segments *out);

/* What nobody here sets, somebody else may: only a default is an answer. */
static void add_unset(const struct env_scope *scope,
	const struct interpolation_part *part, struct segments *out)
{
	if (part->sign == INTERPOLATE_DEFAULT ||
		part->sign == INTERPOLATE_DEFAULT_EMPTY) {
		add_parts(scope, &part->word, out);
		return;
	}
	*vec_push(scope->service->c->ctx->arena, out) =
		(struct segment){.kind = SEGMENT_UNKNOWN,
			.span = text_span_all(&part->text),
			.name = part->name.s,
			.why = arena_printf(scope->service->c->ctx->arena,
				"nothing here sets %.*s", STR_ARG(part->name.s))};
}

static void add_parts(const struct env_scope *scope, const struct interpolation *parts,
	struct segments *out)
{
	struct arena *a = scope->service->c->ctx->arena;

	vec_each (const struct interpolation_part, part, parts) {
		struct value value;
		struct str text;
		bool is_set;

		if (!part->name.s.n) {
			*vec_push(a, out) = literal_part(&part->text);
			continue;
		}
		is_set = look_up(scope, part->name.s, &value);
		if (is_set && part->sign == INTERPOLATE_DEFAULT_EMPTY &&
			value_str(a, value, &text) && !text.n)
			is_set = false;
		if (!is_set)
			add_unset(scope, part, out);
		else if (part->sign == INTERPOLATE_ALTERNATE ||
			part->sign == INTERPOLATE_ALTERNATE_EMPTY)
			add_parts(scope, &part->word, out);
		else
			add_known(scope, part, value, out);
	}
}

static struct value line_value(
	const struct env_scope *scope, const struct env_line *line)
{
	struct segments all = {0};

	if (line->is_literal)
		*vec_push(scope->service->c->ctx->arena, &all) =
			literal_part(&line->value);
	else
		add_parts(scope, &line->parts, &all);
	if (all.n)
		return value_of(&all);
	return value_literal(
		scope->service->c->ctx->arena, STR(""), text_span_all(&line->value));
}

static void read_lines(struct compose_service *s, const struct file *file)
{
	struct arena *a = s->c->ctx->arena;
	const struct env_lines *lines = env_parse(a, file, s->c->ctx->diags);
	struct env_scope scope = {s, &s->env_from_files};

	vec_each (const struct env_line, line, lines) {
		struct run_pair pair = {.name = line->name.s,
			.has_value = !line->is_inherited,
			.span = line->span,
			.name_span = text_span_all(&line->name)};

		if (s->env_from_files.n >= RUN_ITEMS_MAX)
			break;
		if (pair.has_value) {
			pair.value = line_value(&scope, line);
			pair.value_span = text_span_all(&line->value);
		}
		*vec_push(a, &s->env_from_files) = pair;
	}
}

static void read_env_file(struct compose_service *s, const struct compose_entry *e,
	const struct compose_node *item)
{
	struct run_reader r = compose_values(s->c, item);
	const struct compose_node *path = item;
	const struct file *file;
	struct env_file *f;

	if (!compose_wants_element(
		    s->c, item, e->key, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_MAP))
		return;
	if (item->kind == COMPOSE_MAP)
		path = compose_get(item, STR("path"));
	if (!path || path->kind != COMPOSE_SCALAR)
		return;
	f = vec_push(s->c->ctx->arena, &s->run->env_files);
	run_read_env_file(&r, path->value, path->span,
		compose_flag(s->c->ctx->arena, compose_scalar(item, STR("required")),
			ANSWER_YES) != ANSWER_NO,
		f);
	if (f->is_there == ANSWER_NO && f->is_required)
		compose_say(s->c, PROJECT_MISSING_FILE, path->span, f->path,
			"the env_file %.*s is not there", STR_ARG(f->path));
	if (f->is_there == ANSWER_YES &&
		world_read(s->c->ctx->world, f->path, &file, NULL) == 0)
		read_lines(s, file);
}

void compose_read_env_file(struct compose_service *s, const struct compose_entry *e)
{
	if (!compose_wants(s->c, e,
		    COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_LIST | COMPOSE_TAKES_MAP))
		return;
	if (e->node->kind != COMPOSE_LIST) {
		read_env_file(s, e, e->node);
		return;
	}
	for (uint32_t i = 0; i < e->node->count; i++)
		read_env_file(s, e, e->node->entries[i].node);
}
