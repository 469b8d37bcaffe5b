#include "base/buf.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

static char *buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->n < n) {
		size_t cap = b->cap ? b->cap * 2 : 256;

		while (cap - b->n < n)
			cap *= 2;
		b->p = arena_grow(b->arena, b->p, b->cap, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

void buf_add(struct buf *b, struct str s)
{
	if (!s.n)
		return;
	memcpy(buf_room(b, s.n), s.p, s.n);
	b->n += s.n;
}

void buf_char(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}

void buf_repeat(struct buf *b, char c, size_t count)
{
	if (!count)
		return;
	memset(buf_room(b, count), c, count);
	b->n += count;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	size_t room;
	va_list args;
	int n;

	/* Most texts fit what is there, so that they are formatted once. */
	buf_room(b, 1);
	room = b->cap - b->n;
	va_start(args, fmt);
	n = vsnprintf(b->p + b->n, room, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= room) {
		va_start(args, fmt);
		vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, args);
		va_end(args);
	}
	b->n += (size_t)n;
}

static void buf_json_ascii(struct buf *b, char c)
{
	static const char short_form[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i + 1 < sizeof(short_form); i += 2)
		if (short_form[i] == c) {
			buf_char(b, '\\');
			buf_char(b, short_form[i + 1]);
			return;
		}
	if ((unsigned char)c < 0x20 || c == 0x7f)
		buf_printf(b, "\\u%04x", (unsigned char)c);
	else
		buf_char(b, c);
}

void buf_json(struct buf *b, struct str s)
{
	buf_char(b, '"');
	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_length(str_from(s, i));

		if (n == 1)
			buf_json_ascii(b, s.p[i]);
		else if (n)
			buf_add(b, str_sub(s, i, n));
		else
			buf_add(b, STR("\xef\xbf\xbd"));
		i += n ? n : 1;
	}
	buf_char(b, '"');
}
