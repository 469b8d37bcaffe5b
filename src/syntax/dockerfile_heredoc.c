#include "syntax/dockerfile_read.h"
#include "syntax/dockerword.h"
#include "syntax/space.h"

VEC_TYPE(struct dockerfile_heredoc, heredocs);

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!byte_is_digit(s.p[i]))
			return false;
	return true;
}

/*
 * The name as it will stand on its own line: quotes and escapes off, variables as
 * written. The escape character is the backslash here, whatever the file's is.
 */
static struct text heredoc_name(
	struct dockerfile_reader *r, const struct text *written, bool *is_quoted)
{
	const struct dockerword *word =
		dockerword_parse(&r->scratch, written, '\\', NULL);
	struct text_builder b = text_builder(r->arena);

	*is_quoted = false;
	if (word->segment_count == 1 && word->segments->quote == DOCKERWORD_BARE)
		return *written;
	for (uint32_t i = 0; i < word->segment_count; i++) {
		const struct dockerword_segment *seg = &word->segments[i];

		if (seg->quote == DOCKERWORD_SINGLE || seg->quote == DOCKERWORD_DOUBLE)
			*is_quoted = true;
		text_add(&b, &seg->text, 0, seg->text.s.n);
	}
	return text_finish(&b);
}

/* fd<<-name, and nothing else: "<<<" and a "<" anywhere behind are no heredoc. */
static bool parse_heredoc(struct dockerfile_reader *r, const struct text *word,
	struct dockerfile_heredoc *out)
{
	size_t less = str_find_str(word->s, STR("<<")), at = less + 2;
	struct text written;

	if (less >= word->s.n || !is_digits(str_sub(word->s, 0, less)))
		return false;
	*out = (struct dockerfile_heredoc){.word = text_span_all(word)};
	str_to_u32(str_sub(word->s, 0, less), &out->fd);
	if (at < word->s.n && word->s.p[at] == '-') {
		out->strips_tabs = true;
		at++;
	}
	while (at < word->s.n && byte_is_space(word->s.p[at]))
		at++;
	written = text_sub(word, at, SIZE_MAX);
	if (!written.s.n || str_find(written.s, '<') < written.s.n)
		return false;
	out->name = heredoc_name(r, &written, &out->is_quoted);
	return out->name.s.n > 0;
}

static struct str without_tabs(struct str s)
{
	while (s.n && s.p[0] == '\t')
		s = str_from(s, 1);
	return s;
}

/* Index of the line that is name, from the reader's line on; line_count for none. */
static uint32_t find_terminator(
	const struct dockerfile_reader *r, struct str name, bool strips_tabs)
{
	uint32_t i = r->line;

	for (; i < r->file->line_count; i++) {
		struct str s = dockerfile_line_at(r, i).s;

		if (str_eq(strips_tabs ? without_tabs(s) : s, name))
			break;
	}
	return i;
}

/* The lines from first to before end, without their leading tabs. */
static struct text body_without_tabs(
	struct dockerfile_reader *r, uint32_t first, uint32_t end)
{
	const uint32_t *lines = r->file->lines;
	struct text_piece *pieces =
		arena_array(r->arena, struct text_piece, end - first + 1);
	char *p = arena_alloc(r->arena, lines[end] - lines[first]);
	uint32_t at = 0, n = 0;

	for (uint32_t i = first; i < end; i++) {
		struct str s = without_tabs(
			str_sub(r->file->bytes, lines[i], lines[i + 1] - lines[i]));
		size_t offset = (size_t)(s.p - r->file->bytes.p);

		if (n && offset == lines[i])
			pieces[n - 1].from.length += (uint32_t)s.n;
		else
			pieces[n++] = (struct text_piece){
				.at = at, .from = span_of(r->file, offset, s.n)};
		memcpy(p + at, s.p, s.n);
		at += (uint32_t)s.n;
	}
	return (struct text){.s = {p, at}, .piece_count = n, .pieces = pieces};
}

/* Takes the lines down to the terminator, which stands in line end. */
static void take_body(
	struct dockerfile_reader *r, struct dockerfile_heredoc *doc, uint32_t end)
{
	const uint32_t *lines = r->file->lines;
	struct dockerfile_line last = dockerfile_line_at(r, end);
	struct str name = doc->strips_tabs ? without_tabs(last.s) : last.s;

	doc->body_span = span_of(r->file, lines[r->line], lines[end] - lines[r->line]);
	if (doc->strips_tabs && end > r->line)
		doc->body = body_without_tabs(r, r->line, end);
	else
		doc->body = text_sub(
			&r->whole, doc->body_span.offset, doc->body_span.length);
	doc->terminator = span_of(r->file, last.offset + (last.s.n - name.n), name.n);
	r->line = end + 1;
}

/* <<EOF>x, <<EOF|sh and (<<EOF): a shell ends the name at the operator. */
static size_t shell_name_length(struct str name)
{
	size_t n = 0;

	while (n < name.n && !memchr("<>|&;()", name.p[n], 7))
		n++;
	return n;
}

/*
 * BuildKit refuses the file here. Reading goes on as a shell would where its reading of
 * the name ends the heredoc, else as if no heredoc stood there. True in the first case.
 */
static bool recover(struct dockerfile_reader *r, struct dockerfile_heredoc *doc)
{
	size_t n = shell_name_length(doc->name.s);
	struct str shorter = str_sub(doc->name.s, 0, n);
	uint32_t end = r->file->line_count;

	r->open_heredocs++;
	if (n && n < doc->name.s.n)
		end = find_terminator(r, shorter, doc->strips_tabs);
	dockerfile_diag(r, DIAG_UNTERMINATED_HEREDOC, doc->word,
		"BuildKit reads '%.*s' as the start of a heredoc that a line '%.*s' "
		"must end, and there is none below%s",
		STR_ARG(span_str(doc->word)), STR_ARG(doc->name.s),
		end < r->file->line_count ? "; a blank before the operator helps" : "");
	if (end == r->file->line_count)
		return false;
	doc->name = text_sub(&doc->name, 0, n);
	take_body(r, doc, end);
	return true;
}

static bool read_heredoc(struct dockerfile_reader *r, struct dockerfile_heredoc *doc)
{
	uint32_t end = find_terminator(r, doc->name.s, doc->strips_tabs);

	if (end == r->file->line_count)
		return recover(r, doc);
	take_body(r, doc, end);
	return true;
}

static void say_full(struct dockerfile_reader *r, struct span at)
{
	bool is_open = r->open_heredocs >= DOCKERFILE_OPEN_HEREDOCS_MAX;

	dockerfile_diag(r, DIAG_LIMIT_REACHED, at,
		"no heredoc is read from here: there are %u %s",
		is_open ? DOCKERFILE_OPEN_HEREDOCS_MAX : DOCKERFILE_HEREDOCS_MAX,
		is_open ? "that nothing ends" : "in this instruction");
}

/* Once too many have no end, each look for one more would cost the whole file. */
static bool is_given_up(struct dockerfile_reader *r, struct span at)
{
	if (r->open_heredocs < DOCKERFILE_OPEN_HEREDOCS_MAX)
		return false;
	if (!r->said_heredocs)
		say_full(r, at);
	r->said_heredocs = true;
	return true;
}

static bool holds_heredocs(const struct dockerfile_instruction *in)
{
	if (in->keyword == DOCKERFILE_ONBUILD)
		in = in->trigger;
	return in && !in->is_exec &&
		(in->keyword == DOCKERFILE_ADD || in->keyword == DOCKERFILE_COPY ||
			in->keyword == DOCKERFILE_RUN);
}

/*
 * The line's words. Where BuildKit cannot cut it, as at a shell's ${x^^}, it finds no
 * heredoc and says nothing; where oakum stops at a limit of its own, it says so.
 */
static bool cut_words(struct dockerfile_reader *r, const struct text *line,
	struct dockerword_texts *words)
{
	struct diags why = {.arena = &r->scratch};

	if (dockerword_split_raw(&r->scratch, line, '\\', &why, words))
		return true;
	if (why.list.n && why.list.at[0].id == DIAG_LIMIT_REACHED)
		dockerfile_diag(r, DIAG_LIMIT_REACHED, why.list.at[0].span,
			"heredocs of this line are not read: %.*s",
			STR_ARG(why.list.at[0].detail));
	return false;
}

/* The heredocs found become the instruction's, which ends where its last one does. */
static void set_heredocs(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	const struct heredocs *docs)
{
	struct dockerfile_heredoc *own;
	struct span end;

	if (!docs->n)
		return;
	own = arena_array(r->arena, struct dockerfile_heredoc, docs->n);
	memcpy(own, docs->at, docs->n * sizeof(*own));
	in->heredocs = own;
	in->heredoc_count = (uint32_t)docs->n;
	end = own[docs->n - 1].terminator;
	in->span.length = end.offset + end.length - in->span.offset;
}

static void read_words(struct dockerfile_reader *r,
	const struct dockerword_texts *words, struct heredocs *docs)
{
	vec_each (const struct text, word, words) {
		struct dockerfile_heredoc doc;

		if (!parse_heredoc(r, word, &doc))
			continue;
		if (is_given_up(r, doc.word))
			return;
		if (docs->n == DOCKERFILE_HEREDOCS_MAX) {
			say_full(r, doc.word);
			return;
		}
		if (read_heredoc(r, &doc))
			*vec_push(&r->scratch, docs) = doc;
	}
}

void dockerfile_read_heredocs(
	struct dockerfile_reader *r, struct dockerfile_instruction *in)
{
	struct heredocs docs = {0};
	struct dockerword_texts words;

	if (!holds_heredocs(in) || r->said_heredocs ||
		str_find_str(in->line.s, STR("<<")) >= in->line.s.n)
		return;
	arena_reset(&r->scratch);
	if (cut_words(r, &in->line, &words))
		read_words(r, &words, &docs);
	set_heredocs(r, in, &docs);
}
