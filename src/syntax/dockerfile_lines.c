#include "syntax/dockerfile_read.h"
#include "syntax/space.h"

struct dockerfile_line dockerfile_line_at(
	const struct dockerfile_reader *r, uint32_t index)
{
	const struct file *f = r->file;
	uint32_t start = f->lines[index];
	uint32_t end = index + 1 < f->line_count ? f->lines[index + 1] - 1
						 : (uint32_t)f->bytes.n;
	struct dockerfile_line line = {.offset = start};

	if (index == 0 && r->tree->has_bom)
		line.offset = start += 3;
	line.s = str_sub(f->bytes, start, end - start);
	while (line.s.n && line.s.p[line.s.n - 1] == '\r') {
		line.s.n--;
		line.has_cr = true;
	}
	return line;
}

void dockerfile_keep_comment(struct dockerfile_reader *r, struct dockerfile_line line)
{
	struct str text = space_trim_left(line.s);
	struct span span = span_of(r->file, line.offset + (line.s.n - text.n), text.n);

	if (r->comments.n < DOCKERFILE_COMMENTS_MAX) {
		*vec_push(r->arena, &r->comments) = span;
	} else if (!r->said_comments) {
		r->said_comments = true;
		dockerfile_diag(r, DIAG_LIMIT_REACHED, span,
			"comments from here on are not read: there are more than %u",
			DOCKERFILE_COMMENTS_MAX);
	}
}

static bool is_comment(struct str line)
{
	line = space_trim_left(line);
	return line.n && line.p[0] == '#';
}

/*
 * How many bytes of s stay when it ends in a continuation: an escape character before
 * the blanks at its end, and no second one before that. False when it does not.
 */
static bool continues(struct str s, char escape, size_t *keep)
{
	size_t n = s.n;

	while (n && byte_is_blank(s.p[n - 1]))
		n--;
	if (!n || s.p[n - 1] != escape || (n > 1 && s.p[n - 2] == escape))
		return false;
	*keep = n - 1;
	return true;
}

static void check_length(struct dockerfile_reader *r, struct dockerfile_line line)
{
	if (line.s.n > DOCKERFILE_LINE_MAX)
		dockerfile_diag(r, DIAG_LINE_TOO_LONG,
			span_of(r->file, line.offset, line.s.n),
			"the line has %zu bytes; BuildKit stops at more than %u",
			line.s.n, DOCKERFILE_LINE_MAX);
}

/* Remembers what of one line belongs to the instruction; true when more follows. */
static bool take_line(
	struct dockerfile_reader *r, struct dockerfile_line line, size_t *joined)
{
	size_t keep = line.s.n;
	bool more = continues(line.s, r->tree->escape, &keep);

	check_length(r, line);
	if (!r->runs.n) {
		size_t blank = keep - space_trim_left(str_sub(line.s, 0, keep)).n;

		line.offset += (uint32_t)blank;
		keep -= blank;
	}
	if (keep || !r->runs.n)
		*vec_push(r->arena, &r->runs) =
			(struct dockerfile_run){line.offset, (uint32_t)keep};
	*joined += keep;
	return more;
}

/* The runs as one text: cut from the file when there is one, else copied, just so. */
static struct text join_runs(struct dockerfile_reader *r, size_t bytes)
{
	struct dockerfile_run *run = r->runs.at;
	struct text_piece *pieces;
	uint32_t at = 0;
	char *p;

	if (r->runs.n == 1)
		return text_sub(&r->whole, run->offset, run->length);
	p = arena_alloc(r->arena, bytes);
	pieces = arena_array(r->arena, struct text_piece, r->runs.n);
	for (size_t i = 0; i < r->runs.n; i++, run++) {
		memcpy(p + at, r->file->bytes.p + run->offset, run->length);
		pieces[i].at = at;
		pieces[i].from = span_of(r->file, run->offset, run->length);
		at += run->length;
	}
	return (struct text){
		.s = {p, bytes}, .piece_count = (uint32_t)r->runs.n, .pieces = pieces};
}

/* True when the line fits; else the instruction ends in this diag, unread beyond it. */
static bool fits(
	struct dockerfile_reader *r, struct dockerfile_line line, size_t joined)
{
	if (joined + line.s.n <= DOCKERFILE_JOINED_MAX &&
		r->runs.n < DOCKERFILE_JOINED_LINES_MAX)
		return true;
	dockerfile_diag(r, DIAG_LIMIT_REACHED, span_of(r->file, line.offset, 0),
		"this instruction goes on for more than %u bytes or %u lines; the rest of "
		"it is not read",
		DOCKERFILE_JOINED_MAX, DOCKERFILE_JOINED_LINES_MAX);
	return false;
}

static void say_empty(struct dockerfile_reader *r, struct dockerfile_line line)
{
	dockerfile_diag(r, DIAG_EMPTY_CONTINUATION,
		span_of(r->file, line.offset, line.s.n),
		"an empty line stands inside a continued instruction; BuildKit goes on, "
		"and says that it will refuse it one day");
}

/* The lines below one that continues. *end moves to the last one that counts. */
static void read_continuation(
	struct dockerfile_reader *r, size_t *joined, uint32_t *end)
{
	bool more = true, said_empty = false, is_full = false;

	while (more && r->line < r->file->line_count) {
		struct dockerfile_line line = dockerfile_line_at(r, r->line++);
		size_t keep;

		/* Behind the last newline there is no line. */
		if (r->line == r->file->line_count && !line.s.n && !line.has_cr)
			break;
		if (is_comment(line.s)) {
			dockerfile_keep_comment(r, line);
		} else if (!space_trim_left(line.s).n) {
			if (!said_empty)
				say_empty(r, line);
			said_empty = true;
		} else if (is_full || !fits(r, line, *joined)) {
			is_full = true;
			more = continues(line.s, r->tree->escape, &keep);
		} else {
			more = take_line(r, line, joined);
			*end = line.offset + (uint32_t)line.s.n;
		}
	}
}

/* True at a line that begins an instruction; comments and blank lines are passed. */
static bool begins(struct dockerfile_reader *r, struct dockerfile_line line)
{
	struct str text = space_trim_left(line.s);

	if (text.n && text.p[0] == '#')
		dockerfile_keep_comment(r, line);
	return text.n && text.p[0] != '#';
}

bool dockerfile_read_line(
	struct dockerfile_reader *r, struct text *joined, struct span *span)
{
	while (r->line < r->file->line_count) {
		struct dockerfile_line line = dockerfile_line_at(r, r->line++);
		size_t bytes = 0;
		uint32_t start, end = line.offset + (uint32_t)line.s.n;

		if (!begins(r, line))
			continue;
		r->runs.n = 0;
		if (line.s.n > DOCKERFILE_JOINED_MAX) {
			fits(r, line, 0);
			line.s.n = DOCKERFILE_JOINED_MAX;
		}
		if (take_line(r, line, &bytes))
			read_continuation(r, &bytes, &end);
		*joined = join_runs(r, bytes);
		*joined = space_trim_text(joined);
		start = text_span(joined, 0, 0).offset;
		*span = span_of(r->file, start, end > start ? end - start : 0);
		return true;
	}
	return false;
}
