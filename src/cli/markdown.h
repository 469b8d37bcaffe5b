/*
 * markdown: a rule's page, plain enough for a terminal.
 *
 * Depends on report/screen.h. Knows what the pages of doc/rules/ use: headings,
 * paragraphs, lists, fenced code, tables (kept as they are), `code`, **strong** and
 * links, which become "text (address)" unless they lead to another page.
 */
#ifndef OAKUM_CLI_MARKDOWN_H
#define OAKUM_CLI_MARKDOWN_H

#include "report/screen.h"

void markdown_add(struct screen *s, struct str page);

#endif
