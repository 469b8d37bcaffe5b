/*
 * The hides-chain of a finding: what a fact says, as its author wrote it.
 */
#include "report/report.h"

enum { LINE_MAX_SHOWN = 80 }; /* bytes of a line that still reads as a statement */

/*
 * The line up to the end of the fact's bytes, which brings the key along ("USER app",
 * "user: app"); empty where that is too much to show.
 */
static struct str written_line(const struct fact *f)
{
	struct span whole;
	struct str line;

	/* The line of an image names it, and not the user that it sets. */
	if (!f->span.file || (f->layer == LAYER_IMAGE && f->know == FACT_SET))
		return STR_NONE;
	whole = file_line(f->span.file, span_start(f->span).line);
	line = str_sub(f->span.file->bytes, whole.offset,
		f->span.offset + f->span.length - whole.offset);
	line = str_trim(str_sub(line, 0, str_find(line, '\n')));
	return line.n <= LINE_MAX_SHOWN ? line : STR_NONE;
}

bool report_fact_is_written(const struct fact *f)
{
	return written_line(f).n > 0;
}

struct str report_fact_text(struct arena *a, const struct fact *f)
{
	struct str line = written_line(f);

	if (line.n)
		return line;
	if (f->know == FACT_UNSET)
		return arena_printf(
			a, "nothing set by the %.*s", STR_ARG(layer_name(f->layer)));
	return arena_printf(a, "'%.*s' of the %.*s",
		STR_ARG(str_sub(value_display(a, f->value), 0, REPORT_TEXT_MAX)),
		STR_ARG(layer_name(f->layer)));
}

bool report_fact_hides(const struct fact *f)
{
	/* That a base says nothing is nothing that could be hidden. */
	return f && f->hides && f->hides->know != FACT_UNSET;
}
