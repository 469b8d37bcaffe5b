/*
 * pages: the pages of doc/rules/ and doc/words/, built in by tools/embed-pages.py.
 *
 * Depends on base. The pages are one text and offsets into it, so that they cost
 * nothing at start.
 */
#ifndef OAKUM_CLI_PAGES_H
#define OAKUM_CLI_PAGES_H

#include "base/str.h"

struct page_entry {
	/* In page_text; the name is a list: "uid, gid". */
	unsigned name, name_length, text, text_length;
};

extern const char page_text[];
extern const struct page_entry page_entries[];
extern const unsigned page_count;

#endif
