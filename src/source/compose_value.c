#include "source/compose_read.h"
#include "syntax/interpolate.h"

struct maker {
	struct compose_reader *r;
	const struct compose_env *env;
	struct segments segments;
	size_t bytes; /* that variables put in */
};

static void add_parts(struct maker *m, const struct interpolation *parts,
	const struct interpolation_part *expansion);

static void add_unknown(
	struct maker *m, const struct interpolation_part *part, struct str why)
{
	*vec_push(m->r->arena, &m->segments) = (struct segment){
		.kind = SEGMENT_UNKNOWN,
		.span = text_span_all(&part->text),
		.name = part->name.s,
		.why = why,
	};
}

/* Bytes that stand for part; definition is where they are written. */
static void add_expansion(struct maker *m, const struct interpolation_part *part,
	struct str text, struct span span, struct span definition, struct str why)
{
	struct compose_reader *r = m->r;

	m->bytes += text.n;
	r->expanded += text.n;
	if (m->bytes > COMPOSE_VALUE_MAX || r->expanded > COMPOSE_EXPANDED_MAX) {
		compose_full(r, LIMIT_EXPANDED, text_span_all(&part->text));
		add_unknown(m, part, STR("its value is longer than oakum follows"));
		return;
	}
	*vec_push(r->arena, &m->segments) = (struct segment){
		.kind = SEGMENT_EXPANSION,
		.text = text,
		.span = span,
		.name = part->name.s,
		.definition = definition,
		.why = text.n ? STR_NONE : why,
	};
}

static void add_set(struct maker *m, const struct interpolation_part *part,
	const struct fact *fact, struct str text)
{
	if (fact->know == FACT_SET)
		add_expansion(m, part, text, text_span_all(&part->text), fact->span,
			STR_NONE);
	else
		add_unknown(m, part, fact->why);
}

/* Nobody sets it: what stands behind the sign is what runs by default. */
static void add_word(struct maker *m, const struct interpolation_part *part)
{
	if (part->word.n)
		add_parts(m, &part->word, part);
	else
		add_expansion(m, part, STR(""), text_span_all(&part->text), SPAN_NONE,
			arena_printf(m->r->arena,
				"nobody sets %.*s, and its default is empty",
				STR_ARG(part->name.s)));
}

/* The message behind ":?", as far as it is known. */
static struct str message_of(struct maker *m, const struct interpolation_part *part)
{
	struct maker inner = {.r = m->r, .env = m->env};

	add_parts(&inner, &part->word, part);
	return value_display(m->r->arena, value_of(&inner.segments));
}

static void add_required(struct maker *m, const struct interpolation_part *part)
{
	struct str message = message_of(m, part);

	compose_problem(m->r, PROJECT_REQUIRED_VARIABLE, text_span_all(&part->text),
		part->name.s, "%.*s must be set%s%.*s", STR_ARG(part->name.s),
		message.n ? ": " : "", STR_ARG(message));
	add_unknown(m, part,
		arena_printf(m->r->arena, "%.*s must be set, and no .env file sets it",
			STR_ARG(part->name.s)));
}

/* There is no value, or an empty one where that is the same. */
static void add_absent(struct maker *m, const struct interpolation_part *part)
{
	switch (part->sign) {
	case INTERPOLATE_DEFAULT:
	case INTERPOLATE_DEFAULT_EMPTY:
		add_word(m, part);
		break;
	case INTERPOLATE_REQUIRED:
	case INTERPOLATE_REQUIRED_EMPTY:
		add_required(m, part);
		break;
	case INTERPOLATE_ALTERNATE:
	case INTERPOLATE_ALTERNATE_EMPTY:
		add_expansion(m, part, STR(""), text_span_all(&part->text), SPAN_NONE,
			arena_printf(m->r->arena, "nobody sets %.*s",
				STR_ARG(part->name.s)));
		break;
	case INTERPOLATE_PLAIN:
		add_unknown(m, part,
			arena_printf(m->r->arena,
				"no .env file sets %.*s; the shell that starts it may",
				STR_ARG(part->name.s)));
		break;
	}
}

static bool empty_is_absent(enum interpolation_sign sign)
{
	return sign == INTERPOLATE_DEFAULT_EMPTY ||
		sign == INTERPOLATE_REQUIRED_EMPTY ||
		sign == INTERPOLATE_ALTERNATE_EMPTY;
}

static void add_variable(struct maker *m, const struct interpolation_part *part)
{
	struct str text = STR_NONE;
	const struct fact *fact = compose_env_find(m->env, part->name.s, &text);
	bool is_known = fact && fact->know == FACT_SET;

	if (!fact || (is_known && !text.n && empty_is_absent(part->sign)))
		add_absent(m, part);
	else if (part->sign == INTERPOLATE_ALTERNATE ||
		(part->sign == INTERPOLATE_ALTERNATE_EMPTY && is_known))
		add_word(m, part);
	else
		add_set(m, part, fact, text);
}

static void add_parts(struct maker *m, const struct interpolation *parts,
	const struct interpolation_part *expansion)
{
	vec_each (const struct interpolation_part, part, parts) {
		struct span span = text_span_all(&part->text);

		if (part->name.s.n)
			add_variable(m, part);
		else if (expansion)
			add_expansion(m, expansion, part->text.s, span, span, STR_NONE);
		else
			*vec_push(m->r->arena, &m->segments) =
				(struct segment){.kind = SEGMENT_LITERAL,
					.text = part->text.s,
					.span = span};
	}
}

struct value compose_value_of(struct compose_reader *r, const struct compose_env *env,
	const struct interpolation *parts, struct span whole)
{
	struct maker m = {.r = r, .env = env};

	add_parts(&m, parts, NULL);
	/* An empty value still has a place. */
	if (!m.segments.n)
		return value_literal(r->arena, STR(""), whole);
	return value_of(&m.segments);
}

struct value compose_value(struct compose_reader *r, const struct compose_env *env,
	const struct text *text)
{
	struct interpolation parts = interpolate_parse(r->arena, text, r->diags);

	return compose_value_of(r, env, &parts, text_span_all(text));
}

bool compose_str(struct arena *a, const struct compose_node *node, struct str *out)
{
	return node && node->kind == COMPOSE_SCALAR && value_str(a, node->value, out);
}

const char *node_kind_name(const struct compose_node *node)
{
	switch (node->kind) {
	case COMPOSE_MAP:
		return "a mapping";
	case COMPOSE_LIST:
		return "a list";
	case COMPOSE_SCALAR:
		return "a single value";
	case COMPOSE_NULL:
		break;
	}
	return "nothing";
}

/* The fact of one node, its own hides apart. */
static const struct fact *fact_of(
	struct arena *a, const struct compose_node *node, const struct fact *hides)
{
	if (node->kind == COMPOSE_SCALAR)
		return fact_set(a, LAYER_RUN, node->value, node->span, hides);
	return fact_unknown(a, LAYER_RUN,
		arena_printf(
			a, "%s stands where one value belongs", node_kind_name(node)),
		node->span);
}

const struct fact *compose_fact(
	struct arena *a, const struct compose_node *node, const struct fact *hides)
{
	const struct compose_node *chain[COMPOSE_DEPTH_MAX];
	uint32_t count = 0;

	for (; node && count < COMPOSE_DEPTH_MAX; node = node->hides)
		if (node->kind != COMPOSE_NULL)
			chain[count++] = node;
	/* What was said first is hidden by all that came after it. */
	while (count)
		hides = fact_of(a, chain[--count], hides);
	return hides;
}
