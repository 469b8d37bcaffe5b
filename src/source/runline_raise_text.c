/*
 * The bytes of a run line: where its words begin and end, and how one writes them.
 */
#include "source/runline_raise.h"

static bool is_end_of_word(char c)
{
	return byte_is_space(c) || str_find(STR(";|&<>()"), c) < 7;
}

/* Behind what a backslash, a quote or a $( at `at` begins; at + 1 for all else. */
static uint32_t skip_part(struct str s, uint32_t at)
{
	char c = s.p[at++];
	unsigned depth = 0;

	if (c == '\\')
		return at + (at < s.n);
	if (c == '\'' || c == '"') {
		while (at < s.n && s.p[at] != c)
			at += 1 + (c == '"' && s.p[at] == '\\' && at + 1 < s.n);
		return at + (at < s.n);
	}
	if (c != '$' || at >= s.n || (s.p[at] != '(' && s.p[at] != '{'))
		return at;
	do {
		depth += s.p[at] == '(' || s.p[at] == '{';
		depth -= s.p[at] == ')' || s.p[at] == '}';
		at++;
	} while (at < s.n && depth);
	return at;
}

/* Behind the word that begins at offset; quotes, escapes and $(...) are part of it. */
static uint32_t word_end(const struct runline_place *p, uint32_t offset)
{
	struct str s = p->file->bytes;
	struct span word = shell_spot(p->list, p->file, offset).word;

	if (!p->is_nested && word.length)
		return word.offset + word.length;
	while (offset < s.n && !is_end_of_word(s.p[offset]))
		offset = skip_part(s, offset);
	return offset;
}

bool shell_written(
	struct arena *a, struct str value, enum shell_quotes quotes, struct str *out)
{
	struct buf b = {.arena = a};

	*out = value;
	if (raise_is_bare(value))
		return true;
	if (quotes == SHELL_IN_TEXT)
		return false;
	if (quotes == SHELL_IN_SINGLE)
		return str_find(value, '\'') == value.n;
	if (quotes == SHELL_IN_DOUBLE) {
		for (size_t i = 0; i < value.n; i++) {
			if (str_find(STR("\\\"$`"), value.p[i]) < 4)
				buf_char(&b, '\\');
			buf_char(&b, value.p[i]);
		}
		*out = buf_str(&b);
		return true;
	}
	buf_char(&b, '\'');
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '\'')
			buf_add(&b, STR("'\\''"));
		else
			buf_char(&b, value.p[i]);
	buf_char(&b, '\'');
	*out = buf_str(&b);
	return true;
}

bool runline_has_quotes(const struct file *f, struct span at)
{
	size_t from = at.offset ? at.offset - 1 : 0;
	struct str s = str_sub(f->bytes, from, at.offset + at.length - from);

	return str_find(s, '"') < s.n || str_find(s, '\'') < s.n ||
		str_find(s, '\\') < s.n;
}

/* ---- places ---- */

/* Behind blanks and continued line breaks. */
static uint32_t skip_blanks(const struct file *f, uint32_t at)
{
	struct str s = f->bytes;

	for (;;) {
		struct str rest = str_from(s, at);

		if (rest.n && byte_is_blank(rest.p[0]))
			at++;
		else if (str_starts(rest, STR("\\\n")))
			at += 2;
		else
			return at;
	}
}

struct span runline_option_span(
	const struct runline_place *p, const struct runline_option *o)
{
	uint32_t from = o->name_span.offset, end = word_end(p, from);
	struct span word = shell_spot(p->list, p->file, from).word;

	/* "--privileged": its quotes are part of it. */
	if (!p->is_nested && word.length &&
		str_starts(span_str(o->name_span), STR("-")))
		from = word.offset;

	/* A value that stands in a word of its own. */
	if (o->value.span.file == p->file && o->value.span.offset >= end)
		end = word_end(p, skip_blanks(p->file, end));
	return span_of(p->file, from, end - from);
}

/* The end of what stands on the line: in front of its blanks and its backslash. */
static bool find_continuation(
	const struct file *f, uint32_t at, uint32_t *end, uint32_t *next)
{
	struct str s = f->bytes;
	uint32_t stop = at;

	while (stop < s.n && s.p[stop] != '\n')
		stop++;
	if (stop >= s.n)
		return false;
	*next = stop + 1;
	if (stop == at || s.p[stop - 1] != '\\')
		return false;
	for (stop--; stop > at && byte_is_blank(s.p[stop - 1]);)
		stop--;
	*end = stop;
	return true;
}

/*
 * May an option stand there? In front of it are blanks, and in front of these an option
 * with all that it takes (not `--`, behind which there is none), or the head.
 */
static bool is_between_options(const struct runline_place *p, uint32_t at)
{
	uint32_t end = p->args.head.offset + p->args.head.length;

	if (!p->args.operands.n || p->args.operands.at[0].span.file != p->file ||
		p->args.operands.at[0].span.offset < at)
		return false;
	vec_each (const struct runline_option, o, &p->args.options) {
		struct span whole = runline_option_span(p, o);

		if (o->name_span.file != p->file)
			return false;
		if (whole.offset >= at)
			continue;
		if (whole.offset + whole.length > at || o->id == RUNLINE_STRANGER)
			return false;
		if (whole.offset + whole.length > end)
			end = whole.offset + whole.length;
	}
	return !str_trim(span_str(span_of(p->file, end, at - end))).n;
}

/* A redirection that waits for its file, the end of a command … */
static bool has_operator(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (str_find(STR(";|&<>()#"), s.p[i]) < 8)
			return true;
	return false;
}

struct runline_gap runline_gap(const struct runline_place *p)
{
	const struct file *f = p->file;
	uint32_t head = p->args.head.offset + p->args.head.length, end, next, indent;
	struct runline_gap gap = {head, STR(" ")};

	if (!find_continuation(f, head, &end, &next) || !is_between_options(p, end) ||
		has_operator(span_str(span_of(f, head, end - head))))
		return gap;
	for (indent = next; indent < f->bytes.n && byte_is_blank(f->bytes.p[indent]);)
		indent++;
	gap.offset = end;
	gap.before = arena_printf(p->r->arena, " \\\n%.*s",
		STR_ARG(str_sub(f->bytes, next, indent - next)));
	return gap;
}

struct span runline_cut(const struct runline_place *p, struct span option)
{
	const struct file *f = p->file;
	uint32_t from = option.offset, to = from + option.length, end, next;
	uint32_t start = raise_line_start(f, from);

	while (from > start && byte_is_blank(f->bytes.p[from - 1]))
		from--;
	/* Alone on its line: the break in front of it goes, too, with its backslash. */
	if (from == start && start && find_continuation(f, to, &end, &next) &&
		end == to) {
		uint32_t above = raise_line_start(f, start - 1);

		if (find_continuation(f, above, &end, &next) && next == start)
			return span_of(f, end, to - end);
	}
	if (from == start)
		from = option.offset;
	return span_of(f, from, to - from);
}
