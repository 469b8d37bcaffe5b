#include "syntax/shell_reader.h"

#include "base/utf8.h"

/* ---- escapes ---- */

void shell_read_escape(struct shell_reader *r, size_t base)
{
	struct shell_source *s = &r->src;

	if (s->at + 1 >= s->end) { /* a backslash at the very end is a byte */
		shell_add_literal(r, base, s->at, 1, true);
		s->at++;
		return;
	}
	if (shell_byte(s, 1) != '\n')
		shell_add_literal(r, base, s->at + 1, 1, true);
	s->at += 2;
}

void shell_read_double_escape(
	struct shell_reader *r, size_t base, const char *escapable)
{
	struct shell_source *s = &r->src;
	char next = shell_byte(s, 1);

	if (next == '\n') {
		s->at += 2;
		return;
	}
	if (next && strchr(escapable, next))
		s->at++;
	shell_add_literal(r, base, s->at, 1, true);
	s->at++;
}

/* ---- '...' and "..." ---- */

static void complain_open(struct shell_reader *r, uint32_t from, uint32_t n)
{
	shell_complain(r, from, from + n, "a %.*s that is never closed", (int)n,
		r->src.text.s.p + from);
}

/*
 * '' is a word without segments; but inside a word of other segments an empty quoted
 * part changes nothing, so none is added.
 */
void shell_read_single(struct shell_reader *r, size_t base)
{
	struct shell_source *s = &r->src;
	uint32_t from = s->at + 1;
	const char *end = memchr(s->text.s.p + from, '\'', s->end - from);
	uint32_t to = end ? (uint32_t)(end - s->text.s.p) : s->end;

	if (!end)
		complain_open(r, s->at, 1);
	shell_add_literal(r, base, from, to - from, true);
	s->at = end ? to + 1 : to;
}

static bool is_plain_in_double(char c)
{
	return c != '"' && c != '\\' && c != '$' && c != '`';
}

void shell_read_double(struct shell_reader *r, size_t base)
{
	struct shell_source *s = &r->src;
	uint32_t open = s->at++;

	for (;;) {
		uint32_t from = s->at;

		shell_check(r);
		while (s->at < s->end && is_plain_in_double(s->text.s.p[s->at]))
			s->at++;
		shell_add_literal(r, base, from, s->at - from, true);
		if (s->at >= s->end) {
			complain_open(r, open, 1);
			return;
		}
		switch (s->text.s.p[s->at]) {
		case '"':
			s->at++;
			return;
		case '\\':
			shell_read_double_escape(r, base, "$`\"\\");
			break;
		case '$':
			shell_read_dollar(r, base, true);
			break;
		default:
			shell_read_backquotes(r, true);
		}
	}
}

/* ---- $'...' ---- */

static int digit_value(char c)
{
	if (byte_is_digit(c))
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* At most max digits of the base from *n on. */
static uint32_t read_number(
	const struct shell_source *s, uint32_t *n, unsigned base, unsigned max)
{
	uint32_t value = 0;

	for (; max && (unsigned)digit_value(shell_byte(s, *n)) < base; max--)
		value = value * base + (uint32_t)digit_value(shell_byte(s, (*n)++));
	return value;
}

static const struct {
	char letter, byte;
} ansi_letters[] = {
	{'n', '\n'},
	{'t', '\t'},
	{'r', '\r'},
	{'a', '\a'},
	{'b', '\b'},
	{'e', 27},
	{'E', 27},
	{'f', '\f'},
	{'v', '\v'},
	{'\\', '\\'},
	{'\'', '\''},
	{'"', '"'},
	{'?', '?'},
};

/* Numbers: \nnn, \xHH, \uHHHH, \UHHHHHHHH, \cX. Gives the bytes it stands for, or 0. */
static size_t decode_number(const struct shell_source *s, uint32_t *n, char out[4])
{
	char letter = shell_byte(s, 1);

	if (letter >= '0' && letter <= '7') {
		*n = 1;
		out[0] = (char)read_number(s, n, 8, 3);
		return 1;
	}
	*n = 2;
	if (letter == 'c' && shell_byte(s, 2)) {
		*n = 3;
		out[0] = (char)(shell_byte(s, 2) & 0x1f);
		return 1;
	}
	if (!strchr("xuU", letter) || digit_value(shell_byte(s, 2)) > 15)
		return 0;
	if (letter == 'x') {
		out[0] = (char)read_number(s, n, 16, 2);
		return 1;
	}
	uint32_t point = read_number(s, n, 16, letter == 'u' ? 4 : 8);

	return point <= 0x10ffff ? utf8_encode(point, out) : 0;
}

/* One escape: the bytes it stands for; what is no escape stands for itself. */
static size_t decode_ansi(const struct shell_source *s, uint32_t *n, char out[4])
{
	char letter = shell_byte(s, 1);

	*n = 2;
	for (size_t i = 0; i < sizeof(ansi_letters) / sizeof(ansi_letters[0]); i++)
		if (ansi_letters[i].letter == letter) {
			out[0] = ansi_letters[i].byte;
			return 1;
		}
	return letter ? decode_number(s, n, out) : 0;
}

static void add_ansi_escape(struct shell_reader *r, struct text_builder *b)
{
	struct shell_source *s = &r->src;
	char bytes[4];
	uint32_t n;
	size_t count = decode_ansi(s, &n, bytes);

	if (n > s->end - s->at)
		n = s->end - s->at;
	if (count)
		text_add_decoded(
			b, (struct str){bytes, count}, text_span(&s->text, s->at, n));
	else
		text_add(b, &s->text, s->at, n);
	s->at += n;
}

static bool is_plain_in_ansi(char c)
{
	return c != '\'' && c != '\\';
}

void shell_read_ansi(struct shell_reader *r)
{
	struct shell_segment segment = {.kind = SHELL_LITERAL, .quoted = true};
	struct text_builder b = text_builder(r->arena);
	struct shell_source *s = &r->src;
	uint32_t open = s->at;

	s->at += 2;
	while (s->at < s->end && shell_byte(s, 0) != '\'') {
		uint32_t from = s->at;

		while (s->at < s->end && is_plain_in_ansi(s->text.s.p[s->at]))
			s->at++;
		if (s->at > from)
			text_add(&b, &s->text, from, s->at - from);
		if (shell_byte(s, 0) == '\\')
			add_ansi_escape(r, &b);
	}
	if (s->at < s->end)
		s->at++;
	else
		complain_open(r, open, 2);
	segment.text = text_finish(&b);
	if (segment.text.s.n)
		SHELL_PUSH(r, segments, segment);
}
