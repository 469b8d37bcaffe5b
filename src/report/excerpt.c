#include "report/excerpt.h"

enum {
	TAB_STOP = 8,
	COLUMNS_MIN = 20, /* of the source line, however narrow the screen is */
};

static const struct str ellipsis = STR_INIT("\xe2\x80\xa6");

/* The part of a line that is shown, in bytes of the file. */
struct window {
	size_t from, to;
	bool is_cut_before, is_cut_after;
};

/* Offset of the character before `at`, not before low. */
static size_t step_back(struct str bytes, size_t at, size_t low)
{
	size_t back = at - 1;

	while (back > low && at - back < 4 &&
		((unsigned char)bytes.p[back] & 0xc0) == 0x80)
		back--;
	/* A tail without a head is no character: its bytes stand alone. */
	if (screen_glyph(str_sub(bytes, back, at - back)).n != at - back)
		return at - 1;
	return back;
}

static unsigned glyph_columns(struct str rest, struct glyph g, unsigned column)
{
	return str_starts(rest, STR("\t")) ? TAB_STOP - column % TAB_STOP : g.columns;
}

/* Columns of bytes [from, to), as far as they stay within limit. */
static size_t fill(struct str bytes, size_t from, size_t to, unsigned limit)
{
	unsigned column = 0;

	while (from < to) {
		struct str rest = str_sub(bytes, from, to - from);
		struct glyph g = screen_glyph(rest);
		unsigned columns = glyph_columns(rest, g, column);

		if (column + columns > limit)
			break;
		column += columns;
		from += g.n;
	}
	return from;
}

static struct window choose_window(
	struct str bytes, struct span line, size_t start, unsigned limit)
{
	size_t end = line.offset + line.length;
	struct window w = {.from = line.offset};

	w.to = fill(bytes, w.from, end, limit);
	if (w.to == end)
		return w;
	/* It does not fit. Begin a little before the span unless that is near. */
	if (start > fill(bytes, w.from, end, limit / 2)) {
		w.from = start;
		for (unsigned i = 0; i < limit / 4 && w.from > line.offset; i++)
			w.from = step_back(bytes, w.from, line.offset);
	}
	w.is_cut_before = w.from > line.offset;
	w.to = fill(bytes, w.from, end, limit - 2);
	w.is_cut_after = w.to < end;
	return w;
}

/* By halves: a project may hold thousands of them. */
static bool is_masked(const struct screen *s, const struct file *file, size_t at)
{
	size_t low = 0, high = s->masked.n;
	const struct span *m;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		m = &s->masked.at[mid];
		if (m->file < file || (m->file == file && m->offset <= at))
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return false;
	m = &s->masked.at[low - 1];
	return m->file == file && at < (size_t)m->offset + m->length;
}

/* Writes the window; *caret and *count: column and width of [start, end) in it. */
static void add_window(struct screen *s, struct str bytes, struct window w,
	struct span span, unsigned *caret, unsigned *count)
{
	size_t end = span.offset + span.length;
	unsigned column = 0;

	*caret = 0;
	*count = 0;
	for (size_t at = w.from; at < w.to;) {
		struct str rest = str_sub(bytes, at, w.to - at);
		struct glyph g = screen_glyph(rest);
		unsigned columns = glyph_columns(rest, g, column);

		if (at <= span.offset)
			*caret = column;
		if (at >= span.offset && at < end)
			*count += columns;
		if (is_masked(s, span.file, at))
			buf_repeat(s->out, '*', columns);
		else if (str_starts(rest, STR("\t")))
			buf_repeat(s->out, ' ', columns);
		else
			screen_add(s, str_sub(rest, 0, g.n));
		column += columns;
		at += g.n;
	}
	if (span.offset >= w.to)
		*caret = column;
	if (!*count)
		*count = 1;
}

static void add_gutter(
	struct screen *s, unsigned indent, unsigned width, struct str number)
{
	buf_repeat(s->out, ' ', indent + width - number.n);
	screen_paint(s, PAINT_DIM, number);
	buf_char(s->out, ' ');
	screen_paint(s, PAINT_DIM, STR("|"));
	buf_char(s->out, ' ');
}

static void add_carets(struct screen *s, enum paint paint, unsigned count)
{
	struct buf carets = {.arena = s->out->arena};

	buf_repeat(&carets, '^', count);
	screen_paint(s, paint, buf_str(&carets));
}

/* Does the line (in the file of span) lie between those of a place that is hidden? */
static bool is_hidden(const struct screen *s, struct span span, uint32_t line)
{
	vec_each (const struct span, h, &s->hidden)
		if (h->file == span.file && span_start(*h).line <= line &&
			line <= span_end(*h).line)
			return true;
	return false;
}

void excerpt_add(struct screen *s, unsigned indent, struct span span, enum paint caret)
{
	uint32_t number = span.file ? span_start(span).line : 0;
	struct str digits = arena_printf(s->out->arena, "%u", number);
	unsigned width = digits.n > 4 ? (unsigned)digits.n : 4;
	unsigned used = indent + width + 3;
	unsigned limit = s->width > used + COLUMNS_MIN ? s->width - used : COLUMNS_MIN;
	unsigned at, count;
	struct window w;
	struct span line;

	if (!span.file)
		return;
	if (is_hidden(s, span, number)) {
		add_gutter(s, indent, width, digits);
		screen_paint(s, PAINT_DIM, STR("(not shown: a password stands here)"));
		buf_char(s->out, '\n');
		return;
	}
	line = file_line(span.file, number);
	w = choose_window(span.file->bytes, line, span.offset, limit);
	add_gutter(s, indent, width, digits);
	if (w.is_cut_before)
		buf_add(s->out, ellipsis);
	add_window(s, span.file->bytes, w, span, &at, &count);
	if (w.is_cut_after)
		buf_add(s->out, ellipsis);
	buf_char(s->out, '\n');
	add_gutter(s, indent, width, STR_NONE);
	buf_repeat(s->out, ' ', at + w.is_cut_before);
	add_carets(s, caret, count);
	buf_char(s->out, '\n');
}
