#include "report/screen.h"

#include "base/utf8.h"

static const struct str replacement = STR_INIT("\xef\xbf\xbd");

struct range {
	uint32_t first, last;
};

/* Marks that stand on the character before them (Unicode category Mn, the common). */
static const struct range combining[] = {{0x0300, 0x036f}, {0x0483, 0x0489},
	{0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0e31, 0x0e31},
	{0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
	{0x200b, 0x200d}, {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a},
	{0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};

/* Two columns on a terminal (East Asian Width W and F, and pictures). */
static const struct range wide[] = {{0x1100, 0x115f}, {0x231a, 0x231b},
	{0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x2614, 0x2615}, {0x2648, 0x2653},
	{0x26a1, 0x26a1}, {0x2705, 0x2705}, {0x274c, 0x274c}, {0x2e80, 0x303e},
	{0x3041, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf},
	{0xa960, 0xa97c}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe6f},
	{0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
	{0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

/* What steers a terminal or turns the reading direction (Trojan Source). */
static const struct range unsafe[] = {{0x00, 0x08}, {0x0a, 0x1f}, {0x7f, 0x9f},
	{0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
	{0xfff9, 0xfffb}};

#define IN_TABLE(table, c) in_ranges(table, sizeof(table) / sizeof((table)[0]), c)

static bool in_ranges(const struct range *table, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count && table[i].first <= c; i++)
		if (c <= table[i].last)
			return true;
	return false;
}

/* The code point of a sequence that utf8_length found well-formed. */
static uint32_t decode(struct str s, size_t n)
{
	uint32_t c = (unsigned char)s.p[0];

	if (n == 1)
		return c;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s.p[i] & 0x3fu);
	return c;
}

struct glyph screen_glyph(struct str s)
{
	size_t n = utf8_length(s);
	uint32_t c;

	if (!s.n)
		return (struct glyph){0};
	if (!n)
		return (struct glyph){.n = 1, .columns = 1};
	c = decode(s, n);
	if (c >= 0x20 && c < 0x7f)
		return (struct glyph){.n = n, .columns = 1, .is_shown = true};
	if (IN_TABLE(unsafe, c))
		return (struct glyph){.n = n, .columns = 1};
	if (IN_TABLE(combining, c))
		return (struct glyph){.n = n, .is_shown = true};
	return (struct glyph){
		.n = n, .columns = IN_TABLE(wide, c) ? 2 : 1, .is_shown = true};
}

/* How many bytes at the start of s are printable ASCII: nearly all that is written. */
static size_t plain_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7f)
		n++;
	return n;
}

unsigned screen_columns(struct str s)
{
	size_t plain = plain_length(s);
	unsigned columns = (unsigned)plain;

	s = str_from(s, plain);
	while (s.n) {
		struct glyph g = screen_glyph(s);

		columns += g.columns;
		s = str_from(s, g.n);
	}
	return columns;
}

void screen_add(struct screen *s, struct str text)
{
	while (text.n) {
		size_t plain = plain_length(text);
		struct glyph g;

		buf_add(s->out, str_sub(text, 0, plain));
		text = str_from(text, plain);
		if (!text.n || !text.p)
			break;
		g = screen_glyph(text);
		if (byte_is_space(text.p[0]))
			buf_char(s->out, ' ');
		else
			buf_add(s->out,
				g.is_shown ? str_sub(text, 0, g.n) : replacement);
		text = str_from(text, g.n);
	}
}

/* Select Graphic Rendition, ECMA-48 8.3.117. */
static const char *const codes[PAINT_COUNT] = {
	"", "\033[1m", "\033[2m", "\033[31m", "\033[33m", "\033[32m", "\033[36m"};

void screen_paint(struct screen *s, enum paint paint, struct str text)
{
	if (!s->has_color || paint == PAINT_NONE || !text.n) {
		screen_add(s, text);
		return;
	}
	buf_add(s->out, str_c(codes[paint]));
	screen_add(s, text);
	buf_add(s->out, STR("\033[0m"));
}

void screen_line(struct screen *s, enum paint paint, struct str line)
{
	bool is_painted = s->has_color && paint != PAINT_NONE && line.n;
	struct str_fields fields = {.rest = line};
	struct str field;

	if (is_painted)
		buf_add(s->out, str_c(codes[paint]));
	for (bool is_first = true; str_next_field(&fields, '\t', &field);
		is_first = false) {
		if (!is_first)
			buf_char(s->out, '\t');
		screen_add(s, field);
	}
	if (is_painted)
		buf_add(s->out, STR("\033[0m"));
	buf_char(s->out, '\n');
}

/* One line of text from column `at`, hanging at indent. */
static void wrap_line(struct screen *s, unsigned indent, struct str line)
{
	unsigned at = indent;
	struct str word;
	bool is_first = true;

	while (str_next_word(&line, &word)) {
		unsigned columns = screen_columns(word);

		if (!is_first && at + 1 + columns > s->width) {
			buf_char(s->out, '\n');
			buf_repeat(s->out, ' ', indent);
			at = indent;
		} else if (!is_first) {
			buf_char(s->out, ' ');
			at++;
		}
		screen_add(s, word);
		at += columns;
		is_first = false;
	}
	buf_char(s->out, '\n');
}

void screen_wrap(struct screen *s, unsigned indent, struct str label, struct str text)
{
	struct str_fields lines = {.rest = text};
	unsigned hang = indent + screen_columns(label);
	struct str line;

	buf_repeat(s->out, ' ', indent);
	screen_paint(s, PAINT_DIM, label);
	for (bool is_first = true; str_next_field(&lines, '\n', &line);
		is_first = false) {
		if (!is_first && line.n)
			buf_repeat(s->out, ' ', hang);
		if (str_starts(line, STR("  "))) {
			screen_add(s, str_trim_right(line));
			buf_char(s->out, '\n');
		} else {
			wrap_line(s, hang, line);
		}
	}
}
