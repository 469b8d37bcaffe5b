/*
 * In which word of a script a byte stands, and in which quotes: asked from the tree of
 * the whole file, since a quote may have been opened lines above.
 */
#include "source/runline_raise.h"

/* The search for one byte: every list that holds it narrows the answer. */
struct search {
	const struct file *file;
	uint32_t offset;
	struct shell_spot spot;
};

static void search_list(struct search *s, const struct shell_list *list);
static void search_words(struct search *s, const struct shell_words *words);

/* The end of a word counts: an unclosed quote holds the end of the file. */
static bool holds(const struct search *s, const struct text *raw)
{
	struct span span = text_span_all(raw);

	return span.file == s->file && span.offset <= s->offset &&
		s->offset <= span.offset + span.length;
}

static bool is_opaque(const struct shell_segment *segment)
{
	return segment->kind != SHELL_LITERAL && segment->kind != SHELL_GLOB &&
		segment->kind != SHELL_TILDE;
}

/* Behind the expansion that begins at that byte; the byte itself: none does. */
static uint32_t skip_expansion(const struct shell_word *word, uint32_t at)
{
	vec_each (const struct shell_segment, segment, &word->segments) {
		struct span span = text_span_all(&segment->text);

		if (is_opaque(segment) && span.length && span.offset == at)
			return at + span.length;
	}
	return at;
}

/* Behind the byte at `at` and what it escapes; the quotes are those behind it. */
static uint32_t step(struct str s, uint32_t at, enum shell_quotes *quotes)
{
	char c = s.p[at];

	switch (*quotes) {
	case SHELL_BARE:
		if (c == '$' && at + 1 < s.n && s.p[at + 1] == '\'') {
			*quotes = SHELL_IN_TEXT;
			return at + 2;
		}
		if (c == '\'')
			*quotes = SHELL_IN_SINGLE;
		else if (c == '"')
			*quotes = SHELL_IN_DOUBLE;
		break;
	case SHELL_IN_SINGLE:
		if (c == '\'')
			*quotes = SHELL_BARE;
		return at + 1;
	case SHELL_IN_DOUBLE:
		if (c == '"')
			*quotes = SHELL_BARE;
		break;
	case SHELL_IN_TEXT: /* $'...' */
		if (c == '\'')
			*quotes = SHELL_BARE;
		break;
	}
	return at + 1 + (c == '\\');
}

/* The quotes at a byte that stands in none of the word's expansions. */
static enum shell_quotes quotes_in(
	const struct search *s, const struct shell_word *word, uint32_t at)
{
	enum shell_quotes quotes = SHELL_BARE;

	while (at < s->offset) {
		uint32_t behind = skip_expansion(word, at);

		at = behind > at ? behind : step(s->file->bytes, at, &quotes);
	}
	return at == s->offset ? quotes : SHELL_IN_TEXT;
}

/* An expansion has a reader of its own: a command's words, or who knows what. */
static void search_expansion(struct search *s, const struct shell_segment *segment)
{
	bool is_list = segment->kind == SHELL_COMMAND || segment->kind == SHELL_PROCESS;

	s->spot.quotes = SHELL_BARE;
	if (segment->kind == SHELL_ARRAY)
		search_words(s, segment->elements);
	else if (is_list && !str_starts(segment->text.s, STR("`")))
		search_list(s, segment->list);
	else
		s->spot.quotes = SHELL_IN_TEXT;
}

static void search_word(struct search *s, const struct shell_word *word)
{
	struct span whole = text_span_all(&word->raw);

	if (!holds(s, &word->raw))
		return;
	s->spot.word = whole;
	vec_each (const struct shell_segment, segment, &word->segments) {
		struct span span = text_span_all(&segment->text);

		if (is_opaque(segment) && span.offset < s->offset &&
			s->offset < span.offset + span.length) {
			search_expansion(s, segment);
			return;
		}
	}
	s->spot.quotes = quotes_in(s, word, whole.offset);
}

static void search_words(struct search *s, const struct shell_words *words)
{
	vec_each (const struct shell_word, word, words)
		search_word(s, word);
}

/* What stands behind `eval` is put together and read as a text once more. */
static void search_eval(struct search *s, const struct shell_words *words)
{
	bool is_behind = false;

	vec_each (const struct shell_word, word, words) {
		if (is_behind && holds(s, &word->raw))
			s->spot.quotes = SHELL_IN_TEXT;
		is_behind |= shell_word_is(word, STR("eval"));
	}
}

static void search_command(struct search *s, const struct shell_command *c)
{
	vec_each (const struct shell_assign, assign, &c->assigns)
		search_word(s, &assign->value);
	search_words(s, &c->words);
	search_eval(s, &c->words);
	vec_each (const struct shell_redirect, redirect, &c->redirects) {
		const struct shell_heredoc *h = redirect->heredoc;

		search_word(s, &redirect->target);
		if (h && h->raw.s.n && holds(s, &h->raw))
			s->spot = (struct shell_spot){
				text_span_all(&h->raw), SHELL_IN_TEXT};
	}
	vec_each (const struct shell_branch, branch, &c->branches) {
		search_words(s, &branch->patterns);
		if (branch->condition)
			search_list(s, branch->condition);
		search_list(s, branch->body);
	}
}

static void search_list(struct search *s, const struct shell_list *list)
{
	vec_each (const struct shell_and_or, item, &list->items)
		vec_each (const struct shell_pipeline, pipeline, &item->pipelines)
			vec_each (const struct shell_command, c, &pipeline->commands)
				search_command(s, c);
}

struct shell_spot shell_spot(
	const struct shell_list *list, const struct file *f, uint32_t offset)
{
	struct search s = {.file = f,
		.offset = offset,
		.spot = {span_of(f, offset, 0), SHELL_BARE}};

	search_list(&s, list);
	return s.spot;
}

enum shell_quotes runline_quotes_at(const struct runline_place *p, uint32_t offset)
{
	return p->is_nested ? SHELL_IN_TEXT
			    : shell_spot(p->list, p->file, offset).quotes;
}
