/*
 * command and entrypoint: a list of words, or a line that compose splits itself, as
 * mattn/go-shellwords does without expansion. No shell takes part.
 */
#include "source/compose_lower.h"

struct splitter {
	struct arena *arena;
	struct value line;
	struct str flat; /* its bytes, value_flat */
	struct words *out;
	struct segments word; /* of the word that grows */
	size_t from;	      /* where the run of its plain bytes begins */
	bool has_word, is_quoted;
	char quote;
};

/* Puts the run of bytes up to `to` into the word. */
static void flush(struct splitter *s, size_t to)
{
	struct value piece;

	if (to <= s->from)
		return;
	piece = value_slice(s->arena, s->line, s->from, to - s->from);
	for (size_t i = 0; i < piece.n; i++)
		*vec_push(s->arena, &s->word) = piece.at[i];
}

static void end_word(struct splitter *s, size_t at)
{
	struct value value;

	flush(s, at);
	s->from = at + 1;
	if (!s->has_word)
		return;
	value = s->word.n ? value_of(&s->word) : value_slice(s->arena, s->line, at, 0);
	*vec_push(s->arena, s->out) = (struct word){
		.value = value, .span = value_span(value), .is_quoted = s->is_quoted};
	s->word = (struct segments){0};
	s->has_word = s->is_quoted = false;
}

/* A byte that is not part of the word itself: a quote, a backslash. */
static void drop_byte(struct splitter *s, size_t at)
{
	flush(s, at);
	s->from = at + 1;
	s->has_word = true;
}

static bool is_quote(const struct splitter *s, char c)
{
	return s->quote ? c == s->quote : c == '"' || c == '\'';
}

/* False at a byte that ends the whole line. */
static bool take_byte(struct splitter *s, size_t *at)
{
	char c = s->flat.p[*at];

	if (c == '\\' && s->quote != '\'') {
		drop_byte(s, *at);
		/* Whatever comes next belongs to the word. */
		*at += *at + 1 < s->flat.n;
	} else if (is_quote(s, c)) {
		drop_byte(s, *at);
		s->quote = s->quote ? 0 : c;
		s->is_quoted = true;
	} else if (!s->quote && byte_is_space(c)) {
		end_word(s, *at);
	} else if (!s->quote && c && strchr(";&|<>", c)) {
		return false;
	} else {
		s->has_word = true;
	}
	return true;
}

bool compose_split_words(
	struct arena *a, struct value line, struct words *out, struct str *why)
{
	struct splitter s = {
		.arena = a, .line = line, .flat = value_flat(a, line), .out = out};
	size_t at = 0;

	for (; at < s.flat.n; at++)
		if (!take_byte(&s, &at))
			break;
	end_word(&s, at < s.flat.n ? at : s.flat.n);
	if (!s.quote)
		return true;
	*why = arena_printf(a, "a quote (%c) is never closed", s.quote);
	return false;
}

static void add_items(
	struct compose_service *s, const struct compose_entry *e, struct words *words)
{
	for (uint32_t i = 0; i < e->node->count && i < RUN_ITEMS_MAX; i++) {
		const struct compose_node *item = e->node->entries[i].node;

		if (compose_wants_element(s->c, item, e->key, COMPOSE_TAKES_SCALAR))
			*vec_push(s->c->ctx->arena, words) =
				(struct word){.value = item->value,
					.span = item->span,
					.is_quoted = true};
	}
}

static const struct program *read_program(
	struct compose_service *s, const struct compose_entry *e)
{
	struct words words = {0};
	struct str why;

	if (!compose_wants(s->c, e, COMPOSE_TAKES_SCALAR | COMPOSE_TAKES_LIST))
		return NULL;
	if (e->node->kind == COMPOSE_LIST) {
		add_items(s, e, &words);
	} else if (!compose_split_words(
			   s->c->ctx->arena, e->node->value, &words, &why)) {
		compose_say(s->c, PROJECT_BAD_VALUE, e->node->span, e->key,
			"%.*s cannot be split into words: %.*s", STR_ARG(e->key),
			STR_ARG(why));
		return NULL;
	}
	return workload_program(s->c->ctx, &words, e->node->span);
}

void compose_read_command(struct compose_service *s, const struct compose_entry *e)
{
	s->cmd = read_program(s, e);
}

void compose_read_entrypoint(struct compose_service *s, const struct compose_entry *e)
{
	s->entrypoint = read_program(s, e);
	if (s->entrypoint)
		s->run->settings[RUN_ENTRYPOINT] = fact_set(s->c->ctx->arena, LAYER_RUN,
			e->node->kind == COMPOSE_SCALAR
				? e->node->value
				: value_literal(
					  s->c->ctx->arena, STR(""), e->node->span),
			e->node->span, NULL);
}
