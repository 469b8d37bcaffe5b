/*
 * Behind an error: which line is read next, and as part of which collection.
 *
 * An unclosed quote or bracket swallows lines that are well in themselves. So the search
 * does not begin behind the error but behind the line where what is broken began: the
 * outermost bracket, the last token before the error, the key (or '-') that holds it.
 * The first line below that is no deeper than that key and begins at the column of a
 * collection that is open is where its next key stands. Every search begins behind the
 * one before, so it ends.
 */
#include <stdio.h>

#include "syntax/yaml_read.h"

static struct str line_at(const struct yaml_reader *r, uint32_t offset)
{
	struct str rest = str_from(r->clean, offset);

	return str_trim_right(str_sub(rest, 0, str_find(rest, '\n')));
}

static bool is_document_mark(struct str line)
{
	return (str_starts(line, STR("---")) || str_starts(line, STR("..."))) &&
		(line.n == 3 || byte_is_space(line.p[3]));
}

static bool is_item(struct str words)
{
	return words.p[0] == '-' && (words.n == 1 || byte_is_space(words.p[1]));
}

/* Roughly: a ':' ends a word, and the line does not go on with something else. */
static bool is_key(struct str words)
{
	if (is_item(words) || memchr("{}[],%@`|>:", words.p[0], 11))
		return false;
	return words.p[words.n - 1] == ':' ||
		str_find_str(words, STR(": ")) < words.n ||
		str_find_str(words, STR(":\t")) < words.n ||
		str_starts(words, STR("? "));
}

static bool level_owns(
	const struct yaml_level *level, uint32_t column, struct str words)
{
	if (level->column != column)
		return false;
	switch (level->kind) {
	case YAML_LEVEL_MAPPING:
		return is_key(words);
	case YAML_LEVEL_SEQUENCE:
	case YAML_LEVEL_INDENTLESS:
		return is_item(words);
	case YAML_LEVEL_FLOW:
		break;
	}
	return false;
}

/* How many levels stay open for a line; 0: it belongs to none of them. */
static size_t levels_for(
	const struct yaml_reader *r, size_t n, uint32_t column, struct str words)
{
	while (n && !level_owns(&r->levels.at[n - 1], column, words))
		n--;
	return n;
}

static uint32_t next_line(const struct yaml_reader *r, uint32_t offset)
{
	struct str rest = str_from(r->clean, offset);
	size_t n = str_find(rest, '\n');

	return (uint32_t)(n < rest.n ? offset + n + 1 : r->clean.n);
}

/* Levels that are deeper than a key which none of them owns have ended before it. */
static size_t levels_around(const struct yaml_reader *r, size_t n, uint32_t column)
{
	while (n && r->levels.at[n - 1].column > column)
		n--;
	return n;
}

static void find_line(struct yaml_reader *r, size_t levels, uint32_t from)
{
	for (uint32_t at = next_line(r, from); at < r->clean.n; at = next_line(r, at)) {
		struct str line = line_at(r, at), words = line;
		uint32_t column;

		while (words.n && words.p[0] == ' ')
			words = str_from(words, 1);
		column = (uint32_t)(line.n - words.n);
		if (!words.n || words.p[0] == '#' || words.p[0] == '\t')
			continue;
		r->resume_at = at;
		r->resume_level = 0;
		if (is_document_mark(line))
			return;
		if (levels && column > r->levels.at[levels - 1].column)
			continue;
		r->resume_level = levels_for(r, levels, column, words);
		if (r->resume_level)
			return;
		if (is_key(words) || is_item(words))
			levels = levels_around(r, levels, column);
	}
	r->resume_level = 0;
	r->resume_at = (uint32_t)r->clean.n;
	r->is_over = true;
}

/* They stand in what is read again. */
static void forget_comments(struct yaml_reader *r)
{
	while (r->comments.n && vec_last(&r->comments)->offset >= r->resume_at)
		r->comments.n--;
}

/* The levels that lines can belong to: those outside of every bracket. */
static size_t block_levels(const struct yaml_reader *r)
{
	size_t n = r->levels.n;

	while (n && r->levels.at[n - 1].kind == YAML_LEVEL_FLOW)
		n--;
	return n;
}

/* Where what is broken began: the bracket, or the last thing before the fault. */
static uint32_t broken_from(const struct yaml_reader *r, size_t levels)
{
	if (levels < r->levels.n)
		return r->levels.at[levels].current;
	if (levels && r->levels.at[levels - 1].current > r->last_start)
		return r->levels.at[levels - 1].current;
	return r->last_start;
}

static void find_resumption(struct yaml_reader *r, uint32_t fault)
{
	size_t levels = block_levels(r);
	uint32_t from = broken_from(r, levels), line;

	/* Every search begins behind the one before. */
	if (from < r->resume_at)
		from = r->resume_at;
	find_line(r, levels, from);
	line = r->file->lines[span_start(span_of(r->file, fault, 0)).line - 1];
	r->cut_from = line < r->resume_at ? line : r->resume_at;
	forget_comments(r);
}

static bool fail(struct yaml_reader *r)
{
	r->has_token = false;
	r->is_failing = r->is_partial = true;
	return false;
}

/*
 * Inside of a bracket that was opened on another line the bracket is to blame: most
 * often it is never closed, and what follows is well in itself.
 */
static void say(
	struct yaml_reader *r, enum diag_id id, struct span span, const char *detail)
{
	size_t levels = block_levels(r);
	struct span bracket = span;
	struct diag *d;

	if (levels < r->levels.n)
		bracket = span_of(r->file, r->levels.at[levels].current, 1);
	if (id != DIAG_YAML_SYNTAX ||
		span_start(bracket).line == span_start(span).line) {
		diag_add(r->diags, id, span, "%s", detail);
		return;
	}
	d = diag_add(r->diags, id, bracket,
		"this bracket is not closed before line %u, where something stands that "
		"cannot be in it: %s",
		span_start(span).line, detail);
	if (d)
		d->related = span;
}

bool yaml_stop(struct yaml_reader *r, struct span span, const char *fmt, ...)
{
	char detail[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	diag_add(r->diags, DIAG_LIMIT_REACHED, span, "%s", detail);
	r->resume_level = 0;
	r->resume_at = r->cut_from = (uint32_t)r->clean.n;
	r->is_over = true;
	return fail(r);
}

bool yaml_fail(
	struct yaml_reader *r, enum diag_id id, struct span span, const char *fmt, ...)
{
	char detail[256];
	va_list args;

	if (r->errors++ >= YAML_ERRORS_MAX)
		return yaml_stop(r, span,
			"more than %d things in this file are no YAML; the rest is unread",
			YAML_ERRORS_MAX);
	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	say(r, id, span, detail);
	find_resumption(r, span.offset);
	return fail(r);
}
