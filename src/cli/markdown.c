#include "cli/markdown.h"

enum { INDENT_CODE = 4 };

/* What is being put together: the lines of one paragraph or list item. */
struct block {
	struct buf text;
	unsigned indent;
	struct str label; /* "- " or "1. " */
};

/* "[text](address)" at the start of s: its parts; false when it is none. */
static bool read_link(struct str s, struct str *text, struct str *address, size_t *n)
{
	size_t close = str_find(s, ']'), length;

	if (!str_starts(s, STR("[")) || close + 1 >= s.n || s.p[close + 1] != '(')
		return false;
	/* Only behind the text: "[passwd(5)](…)" has a bracket in it. */
	length = str_find(str_from(s, close + 2), ')');
	if (close + 2 + length >= s.n)
		return false;
	*text = str_sub(s, 1, close - 1);
	*address = str_sub(s, close + 2, length);
	*n = close + 2 + length + 1;
	return true;
}

/* A star that stands at a word marks it; one between blanks is a star. */
static bool is_mark(struct str line, char before)
{
	char after = line.n > 1 ? line.p[1] : ' ';

	return line.p[0] == '*' && !(byte_is_space(before) && byte_is_space(after));
}

/* One line's running text without its marks. */
static void add_inline(struct buf *out, struct str line)
{
	struct str text, address;
	size_t n;
	char before = ' ';
	bool in_code = false;

	while (line.n) {
		if (line.p[0] == '`') {
			in_code = !in_code;
			n = 1;
		} else if (!in_code && is_mark(line, before)) {
			n = 1;
		} else if (!in_code && read_link(line, &text, &address, &n)) {
			add_inline(out, text);
			if (str_starts(address, STR("http")) && !str_eq(text, address))
				buf_printf(out, " (%.*s)", STR_ARG(address));
		} else {
			buf_char(out, line.p[0]);
			n = 1;
		}
		before = line.p[n - 1];
		line = str_from(line, n);
	}
}

static void block_end(struct screen *s, struct block *b)
{
	if (b->text.n)
		screen_wrap(s, b->indent, b->label, buf_str(&b->text));
	b->text.n = 0;
	b->indent = 0;
	b->label = STR_NONE;
}

/* Length of "- ", "* " or "12. " at the start of s; 0 when there is none. */
static size_t list_mark(struct str s)
{
	size_t n = 0;

	if (str_starts(s, STR("- ")) || str_starts(s, STR("* ")))
		return 2;
	while (n < s.n && byte_is_digit(s.p[n]))
		n++;
	return n && str_starts(str_from(s, n), STR(". ")) ? n + 2 : 0;
}

static void add_heading(struct screen *s, struct str line)
{
	struct buf text = {.arena = s->out->arena};

	while (line.n && line.p[0] == '#')
		line = str_from(line, 1);
	add_inline(&text, str_trim(line));
	screen_paint(s, PAINT_BOLD, buf_str(&text));
	buf_char(s->out, '\n');
}

static void add_line(struct screen *s, struct block *b, struct str line)
{
	struct str rest = str_trim_left(line);
	size_t mark = list_mark(rest);

	if (!rest.n || line.p[0] == '#' || line.p[0] == '|')
		block_end(s, b);
	if (!rest.n) {
		buf_char(s->out, '\n');
	} else if (line.p[0] == '#') {
		add_heading(s, line);
	} else if (line.p[0] == '|') {
		screen_add(s, line);
		buf_char(s->out, '\n');
	} else if (mark) {
		block_end(s, b);
		b->indent = 2 + (unsigned)(line.n - rest.n);
		b->label = str_sub(rest, 0, mark);
		add_inline(&b->text, str_from(rest, mark));
	} else {
		if (b->text.n)
			buf_char(&b->text, ' ');
		add_inline(&b->text, rest);
	}
}

void markdown_add(struct screen *s, struct str page)
{
	struct block b = {.text = {.arena = s->out->arena}};
	struct str_fields lines = {.rest = str_trim_right(page)};
	struct str line;
	bool in_code = false;

	while (str_next_field(&lines, '\n', &line)) {
		line = str_trim_right(line);
		if (str_starts(str_trim_left(line), STR("```"))) {
			block_end(s, &b);
			in_code = !in_code;
		} else if (in_code) {
			buf_repeat(s->out, ' ', line.n ? INDENT_CODE : 0);
			screen_add(s, line);
			buf_char(s->out, '\n');
		} else {
			add_line(s, &b, line);
		}
	}
	block_end(s, &b);
}
