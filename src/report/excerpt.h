/*
 * excerpt: the source line of a span, with a caret under its exact bytes.
 *
 * Depends on screen. Tabs stop every eight columns, wide characters take two; a span
 * of several lines shows the first; a line longer than the screen is cut around the
 * span, with "…" where something is left out.
 *
 *	  12 | USER root
 *	     |      ^^^^
 */
#ifndef OAKUM_REPORT_EXCERPT_H
#define OAKUM_REPORT_EXCERPT_H

#include "base/file.h"
#include "report/screen.h"

/*
 * Two lines behind indent columns; nothing when the span has no file. A line that
 * holds a secret (s->hidden) is not shown; the report says so in its place. Bytes of
 * s->masked are shown as asterisks.
 */
void excerpt_add(struct screen *s, unsigned indent, struct span span, enum paint caret);

#endif
