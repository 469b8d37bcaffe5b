/*
 * screen: text for a terminal: safe bytes, columns, colours, wrapped lines.
 *
 * Depends on base. Nothing that a file says may steer the terminal, so control
 * characters, bytes that are no UTF-8 and the marks that turn the reading direction
 * are shown as U+FFFD. Columns are counted without a locale, by a short table.
 *
 *	struct screen s = {.out = &buf, .has_color = true, .width = 80};
 *	screen_paint(&s, PAINT_HIGH, STR("high"));
 *	screen_wrap(&s, 4, STR("What to do: "), finding->help);
 */
#ifndef OAKUM_REPORT_SCREEN_H
#define OAKUM_REPORT_SCREEN_H

#include "base/buf.h"
#include "base/file.h"
#include "base/vec.h"

enum paint {
	PAINT_NONE,
	PAINT_BOLD,
	PAINT_DIM,
	PAINT_RED,
	PAINT_YELLOW,
	PAINT_GREEN,
	PAINT_CYAN,
	PAINT_COUNT
};

VEC_TYPE(struct span, spans);

struct screen {
	struct buf *out;
	bool has_color;
	unsigned width;	     /* columns of a line */
	struct spans hidden; /* places whose lines are never shown: they hold secrets */
	struct spans masked; /* bytes that are never shown; the rest of the line is.
				Sorted by file and offset */
};

/* One character at the start of s: bytes that it takes, columns that it fills. */
struct glyph {
	size_t n;	  /* 1 to 4; 0 at the end of s */
	unsigned columns; /* 0 to 2; a tab counts as 1 here */
	bool is_shown;	  /* false: U+FFFD stands in for it */
};
struct glyph screen_glyph(struct str s);

/* Columns that s fills. */
unsigned screen_columns(struct str s);

/* s in a colour, made safe. */
void screen_paint(struct screen *s, enum paint paint, struct str text);

/* line in a colour, made safe but for its tabs, and a line break. */
void screen_line(struct screen *s, enum paint paint, struct str line);

/* s made safe; line breaks and tabs become blanks. */
void screen_add(struct screen *s, struct str text);

/*
 * text wrapped behind indent columns; label (painted dim) stands in front of its first
 * line and hangs. A line break of text stays one, and a line that begins with two
 * blanks is kept as it is. Ends with a line break.
 */
void screen_wrap(struct screen *s, unsigned indent, struct str label, struct str text);

#endif
