#include "syntax/shell_reader.h"

/* The delimiter's bytes with the quotes removed; expansions in it are plain bytes. */
static struct text delimiter_text(struct arena *a, const struct shell_word *word)
{
	struct text_builder b;

	if (!word->quoted)
		return word->raw;
	b = text_builder(a);
	vec_each (struct shell_segment, segment, &word->segments)
		text_add(&b, &segment->text, 0, segment->text.s.n);
	return text_finish(&b);
}

const struct shell_heredoc *shell_heredoc_expect(
	struct shell_reader *r, const struct shell_redirect *redirect)
{
	struct shell_heredoc *h = arena_new(r->arena, struct shell_heredoc);

	h->literal = redirect->target.quoted;
	h->stripped = redirect->kind == SHELL_HEREDOC_STRIPPED;
	h->delimiter = delimiter_text(r->arena, &redirect->target);
	if (r->heredocs.n >= SHELL_HEREDOCS_MAX)
		shell_stop(r, "100 heredocs on one line");
	else
		*vec_push(r->arena, &r->heredocs) = h;
	return h;
}

/* The line that begins at from: its end (before the newline, or the source's end). */
static uint32_t line_end(const struct shell_source *s, uint32_t from)
{
	const char *p = memchr(s->text.s.p + from, '\n', s->end - from);

	return p ? (uint32_t)(p - s->text.s.p) : s->end;
}

static uint32_t skip_tabs(const struct shell_source *s, uint32_t from, uint32_t to)
{
	while (from < to && s->text.s.p[from] == '\t')
		from++;
	return from;
}

/* An odd number of backslashes joins a line with the next one. */
static bool is_continued(const struct shell_source *s, uint32_t from, uint32_t to)
{
	uint32_t n = 0;

	while (to - n > from && s->text.s.p[to - n - 1] == '\\')
		n++;
	return n % 2;
}

/*
 * Goes behind the delimiter's line and collects the body in b; false when the source
 * ends first. A line behind a continued one cannot be the delimiter.
 */
static bool collect_body(
	struct shell_reader *r, struct shell_heredoc *h, struct text_builder *b)
{
	struct shell_source *s = &r->src;
	uint32_t start = s->at;
	bool joined = false;

	while (s->at < s->end) {
		uint32_t to = line_end(s, s->at);
		uint32_t next = to < s->end ? to + 1 : to;
		uint32_t from = h->stripped ? skip_tabs(s, s->at, to) : s->at;
		struct str line = str_sub(s->text.s, from, to - from);

		h->raw = shell_cut(r, start, s->at);
		s->at = next;
		if (!joined && str_eq(line, h->delimiter.s))
			return true;
		text_add(b, &s->text, from, next - from);
		joined = !h->literal && is_continued(s, from, to);
	}
	h->raw = shell_cut(r, start, s->at);
	return false;
}

static struct shell_word read_body(
	struct shell_reader *r, const struct shell_heredoc *h, struct text body)
{
	struct shell_source outer = shell_source_start(r, &body);
	struct shell_word word = {.raw = body, .quoted = true};
	size_t base = r->segments.n;

	if (h->literal) {
		shell_add_literal(r, base, 0, r->src.end, true);
		SHELL_MOVE(r, segments, base, &word.segments);
	} else {
		word = shell_read_word_in(r, CONTEXT_HEREDOC, true);
	}
	shell_source_finish(r, outer);
	return word;
}

static void read_heredoc(struct shell_reader *r, struct shell_heredoc *h)
{
	struct text_builder b = text_builder(r->arena);

	if (!collect_body(r, h, &b) && !r->stopped)
		diag_add(r->diags, DIAG_UNTERMINATED_HEREDOC,
			text_span_all(&h->delimiter),
			"the line '%.*s' that ends this heredoc is missing",
			STR_ARG(h->delimiter.s));
	h->body = read_body(r, h, text_finish(&b));
}

void shell_read_heredocs(struct shell_reader *r)
{
	struct shell_heredocs due = r->heredocs;

	/* A body may hold substitutions with heredocs of their own. */
	r->heredocs = (struct shell_heredocs){0};
	vec_each (struct shell_heredoc *, h, &due)
		read_heredoc(r, *h);
}
