#include "syntax/env.h"

#include "base/utf8.h"

struct reader {
	struct arena *arena;
	struct diags *diags;
	const struct file *file;
	struct str s;
	size_t at;
	struct env_lines *lines;
};

static bool at_end(const struct reader *r)
{
	return r->at >= r->s.n;
}

/* Bytes of the blank at s, a line's end apart; 0 when there is none. */
static size_t blank_length(struct str s)
{
	if (s.n && s.p && s.p[0] != '\n' && byte_is_space(s.p[0]))
		return 1;
	/* U+0085 and U+00A0: unicode.IsSpace of Go. */
	return str_starts(s, STR("\xc2\x85")) || str_starts(s, STR("\xc2\xa0")) ? 2 : 0;
}

static void skip_blanks(struct reader *r)
{
	size_t n;

	while ((n = blank_length(str_from(r->s, r->at))) > 0)
		r->at += n;
}

static size_t line_end(const struct reader *r)
{
	return r->at + str_find(str_from(r->s, r->at), '\n');
}

/* Reading goes on at the next line. */
static void refuse(struct reader *r, size_t start, const char *why)
{
	struct str line;

	r->at = start;
	line = str_trim_right(str_sub(r->s, start, line_end(r) - start));
	diag_add(r->diags, DIAG_ENV_SYNTAX, span_of(r->file, start, line.n), "%s", why);
	r->at = line_end(r);
}

/* Blanks, empty lines and comments; false at the end of the file. */
static bool find_statement(struct reader *r)
{
	for (;;) {
		while (!at_end(r) && r->s.p[r->at] == '\n')
			r->at++;
		skip_blanks(r);
		if (at_end(r))
			return false;
		if (r->s.p[r->at] == '#')
			r->at = line_end(r);
		else if (r->s.p[r->at] != '\n')
			return true;
	}
}

/* "export" and a blank before a name. */
static void skip_export(struct reader *r)
{
	struct str rest = str_from(r->s, r->at);

	if (str_starts(rest, STR("export")) && rest.n > 6 &&
		(rest.p[6] == '\n' || blank_length(str_from(rest, 6)))) {
		r->at += 6;
		skip_blanks(r);
	}
}

/* Bytes of what may stand in a name: letters and digits of any script, _ . - [ ] */
static size_t name_length(struct str s)
{
	char c = s.n ? s.p[0] : '\0';

	if (byte_is_alpha(c) || byte_is_digit(c) || (c && strchr("_.-[]", c)))
		return 1;
	return (unsigned char)c >= 0x80 ? utf8_length(s) : 0;
}

/*
 * A name with the '=', ':' or line's end behind it. False when there is none: a diag
 * says so, and the line is passed over.
 */
static bool read_name(struct reader *r, struct text *name, bool *is_inherited)
{
	size_t start = r->at, stop, n;

	while ((n = blank_length(str_from(r->s, r->at)) == 0
			       ? name_length(str_from(r->s, r->at))
			       : 0) > 0)
		r->at += n;
	stop = r->at;
	skip_blanks(r);
	*name = text_of(r->arena, span_of(r->file, start, stop - start));
	*is_inherited = at_end(r) || r->s.p[r->at] == '\n';
	if (*is_inherited)
		return true;
	if (r->s.p[r->at] == '=' || r->s.p[r->at] == ':') {
		r->at++;
		skip_blanks(r);
		return true;
	}
	refuse(r, start,
		r->at > stop && name_length(str_from(r->s, r->at))
			? "a variable's name cannot hold a blank"
			: "NAME=value was expected here");
	return false;
}

/* To the end of the line, or to a '#' behind a space. */
static struct text read_bare(struct reader *r)
{
	size_t start = r->at, end = line_end(r);
	struct str line = str_sub(r->s, start, end - start);

	line.n = str_find_str(line, STR(" #"));
	line = str_trim_right(line);
	r->at = end;
	return text_of(r->arena, span_of(r->file, start, line.n));
}

/* Three octal digits behind "\0", as XSI's echo has them; 0 when they are none. */
static size_t octal_length(struct str s, uint32_t *value)
{
	*value = 0;
	for (size_t i = 0; i < 3; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '7')
			return 0;
		*value = *value * 8 + (uint32_t)(s.p[i] - '0');
	}
	return *value <= 0xff ? 3 : 0;
}

/*
 * An escape of a double-quoted value, the backslash being at `at`; its length. "\$"
 * becomes "$$", which is how a dollar is written for the interpolation that comes.
 */
static size_t read_escape(struct reader *r, struct text_builder *out, size_t at)
{
	static const char names[] = "abfnrtv\"\\", bytes[] = "\a\b\f\n\r\t\v\"\\";
	struct str rest = str_from(r->s, at + 1);
	const char *known = rest.n && rest.p[0] ? strchr(names, rest.p[0]) : NULL;
	struct str made = STR_NONE;
	uint32_t code;
	char utf8[4];
	size_t n = 2;

	if (known) {
		made = (struct str){&bytes[known - names], 1};
	} else if (str_starts(rest, STR("$"))) {
		made = STR("$$");
	} else if (str_starts(rest, STR("0")) &&
		octal_length(str_from(rest, 1), &code)) {
		made = (struct str){utf8, utf8_encode(code, utf8)};
		n = 5;
	}
	if (made.n) {
		text_add_decoded(out, made, span_of(r->file, at, n));
		return n;
	}
	text_add_decoded(out, STR("\\"), span_of(r->file, at, 1));
	return 1;
}

/* In single quotes a backslash protects a single quote, and nothing else. */
static size_t read_single_escape(struct reader *r, struct text_builder *out, size_t at)
{
	struct str rest = str_from(r->s, at + 1);

	if (str_starts(rest, STR("'"))) {
		text_add_decoded(out, STR("'"), span_of(r->file, at, 2));
		return 2;
	}
	text_add_decoded(out, str_sub(r->s, at, 1), span_of(r->file, at, 1));
	if (str_starts(rest, STR("\\"))) {
		text_add_decoded(out, STR("\\"), span_of(r->file, at + 1, 1));
		return 2;
	}
	return 1;
}

/* From one quote to the next; false when none closes, with r->at as it was. */
static bool read_quoted(struct reader *r, struct text *value)
{
	struct text whole = text_of(r->arena, span_of(r->file, 0, r->s.n));
	struct text_builder out = text_builder(r->arena);
	char quote = r->s.p[r->at];
	size_t at = r->at + 1;

	while (at < r->s.n && r->s.p[at] != quote) {
		size_t run = at;

		while (run < r->s.n && r->s.p[run] != quote && r->s.p[run] != '\\')
			run++;
		text_add(&out, &whole, at, run - at);
		at = run;
		if (at < r->s.n && r->s.p[at] == '\\')
			at += quote == '"' ? read_escape(r, &out, at)
					   : read_single_escape(r, &out, at);
	}
	if (at >= r->s.n)
		return false;
	*value = text_finish(&out);
	if (!value->s.n)
		*value = text_of(r->arena, span_of(r->file, at, 0));
	r->at = at + 1;
	return true;
}

static bool read_value(struct reader *r, struct env_line *line)
{
	char c = at_end(r) ? '\0' : r->s.p[r->at];

	if (c != '"' && c != '\'') {
		line->value = read_bare(r);
		return true;
	}
	line->is_literal = c == '\'';
	if (read_quoted(r, &line->value))
		return true;
	refuse(r, r->at, "a quote opens here and none closes it");
	return false;
}

static void read_statement(struct reader *r)
{
	struct env_line line = {0};
	size_t start = r->at;

	skip_export(r);
	if (!read_name(r, &line.name, &line.is_inherited))
		return;
	if (!line.is_inherited && !read_value(r, &line))
		return;
	line.span = span_of(
		r->file, start, str_trim_right(str_sub(r->s, start, r->at - start)).n);
	if (!line.is_literal && !line.is_inherited)
		line.parts = interpolate_parse(r->arena, &line.value, r->diags);
	if (line.name.s.n || !line.is_inherited)
		*vec_push(r->arena, r->lines) = line;
}

/* False, and a diag says so, when the file is larger than is read. */
static bool is_readable(struct reader *r)
{
	if (r->s.n <= ENV_SIZE_MAX)
		return true;
	diag_add(r->diags, DIAG_FILE_TOO_LARGE, span_of(r->file, 0, 0),
		"this .env file is larger than %d bytes, and nothing of it was read",
		ENV_SIZE_MAX);
	return false;
}

const struct env_lines *env_parse(
	struct arena *a, const struct file *file, struct diags *diags)
{
	struct reader r = {.arena = a,
		.diags = diags,
		.file = file,
		.s = file->bytes,
		.lines = arena_new(a, struct env_lines)};

	if (!is_readable(&r))
		return r.lines;
	if (str_starts(r.s, STR("\xef\xbb\xbf")))
		r.at = 3;
	while (find_statement(&r)) {
		if (r.lines->n >= ENV_LINES_MAX) {
			diag_add(diags, DIAG_LIMIT_REACHED, span_of(file, r.at, 0),
				"oakum reads %d variables of an .env file",
				ENV_LINES_MAX);
			break;
		}
		read_statement(&r);
	}
	return r.lines;
}
