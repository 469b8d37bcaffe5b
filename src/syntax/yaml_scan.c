/*
 * Tokens from libyaml, which counts code points, drops comments, and is done for after
 * its first error. So: offsets through a map, comments from what stands between tokens,
 * and a new scanner behind an error. That one is first fed lines of "x:" and "-" at the
 * columns of the collections that are open, so that it closes them where the real ones
 * end; what it makes of these lines is thrown away.
 */
#include "syntax/yaml_read.h"

#include "base/utf8.h"

/* What libyaml's reader takes beside well-formed UTF-8 (YAML 1.1, 5.1). */
static bool is_printable(struct str s, size_t length)
{
	unsigned char a = (unsigned char)s.p[0];
	unsigned char b = length > 1 ? (unsigned char)s.p[1] : 0;
	unsigned char c = length > 2 ? (unsigned char)s.p[2] : 0;

	if (length == 1)
		return a == '\t' || a == '\n' || a == '\r' || (a >= 0x20 && a != 0x7f);
	if (length == 2 && a == 0xc2)
		return b == 0x85 || b >= 0xa0;
	if (length == 3 && a == 0xef)
		return !(b == 0xbf && c >= 0xbe);
	return true;
}

static void say_forbidden(struct yaml_reader *r, size_t at, size_t length)
{
	if (r->is_partial && r->errors++ >= YAML_ERRORS_MAX)
		return;
	r->is_partial = true;
	diag_add(r->diags, DIAG_YAML_SYNTAX, span_of(r->file, at, length),
		"byte 0x%02x stands here; YAML is UTF-8 text without control bytes",
		(unsigned char)r->file->bytes.p[at]);
}

/* A byte for a byte, so that no offset changes. */
static void clean_bytes(struct yaml_reader *r)
{
	struct str s = r->file->bytes;
	char *clean = NULL;
	bool was_bad = false;

	for (size_t at = r->start, n; at < s.n; at += n) {
		struct str rest = str_from(s, at);
		size_t length = utf8_length(rest);

		n = length ? length : 1;
		if (length && is_printable(rest, length)) {
			was_bad = false;
			continue;
		}
		if (!was_bad)
			say_forbidden(r, at, n);
		was_bad = true;
		if (!clean)
			clean = (char *)arena_str(r->arena, s).p;
		memset(clean + at, 'x', n);
	}
	if (clean)
		r->clean.p = clean;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static void map_code_points(struct yaml_reader *r)
{
	struct str s = r->clean;
	uint32_t *map;
	size_t count = 0;

	map = arena_array(r->arena, uint32_t, s.n / YAML_MARK_STEP + 1);
	for (size_t at = 0; at < s.n; at++)
		if (!is_continuation(s.p[at]) && count++ % YAML_MARK_STEP == 0)
			map[(count - 1) / YAML_MARK_STEP] = (uint32_t)at;
	r->map = map;
	r->map_n = (count + YAML_MARK_STEP - 1) / YAML_MARK_STEP;
}

void yaml_scan_prepare(struct yaml_reader *r)
{
	bool is_plain = true;

	r->clean = r->file->bytes;
	r->start = str_starts(r->clean, STR("\xef\xbb\xbf")) ? 3 : 0;
	for (size_t at = r->start; at < r->clean.n && is_plain; at++) {
		unsigned char c = (unsigned char)r->clean.p[at];

		is_plain =
			c == '\n' || (c >= 0x20 && c < 0x7f) || c == '\r' || c == '\t';
	}
	if (is_plain)
		return;
	clean_bytes(r);
	map_code_points(r);
}

/* How many code points stand before an offset. */
static size_t points_before(const struct yaml_reader *r, uint32_t offset)
{
	size_t low = 0, high = r->map_n, n;

	if (!r->map)
		return offset;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->map[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	n = low * YAML_MARK_STEP;
	for (uint32_t at = r->map[low]; at < offset; at++)
		n += !is_continuation(r->clean.p[at]);
	return n;
}

static uint32_t offset_of_point(const struct yaml_reader *r, size_t point)
{
	uint32_t at;

	if (!r->map)
		return (uint32_t)(point < r->clean.n ? point : r->clean.n);
	if (point / YAML_MARK_STEP >= r->map_n)
		return (uint32_t)r->clean.n;
	at = r->map[point / YAML_MARK_STEP];
	for (size_t left = point % YAML_MARK_STEP; left && at < r->clean.n; left--)
		for (at++; at < r->clean.n && is_continuation(r->clean.p[at]); at++)
			;
	return at;
}

/* A mark of the scanner in the file; what stands in the prefix is its end. */
static uint32_t offset_of(const struct yaml_reader *r, yaml_mark_t mark)
{
	if (mark.index <= r->prefix.n)
		return r->origin;
	return offset_of_point(r, r->origin_point + (mark.index - r->prefix.n));
}

/* libyaml asks for bytes: the prefix, then the file, then nothing. */
static int feed(void *data, unsigned char *buffer, size_t size, size_t *size_read)
{
	struct yaml_reader *r = data;
	struct str rest = str_from(r->prefix, r->prefix_at);

	if (!rest.n)
		rest = str_from(r->clean, r->at);
	if (rest.n > size)
		rest.n = size;
	if (rest.n)
		memcpy(buffer, rest.p, rest.n);
	if (r->prefix_at < r->prefix.n)
		r->prefix_at += rest.n;
	else
		r->at += (uint32_t)rest.n;
	r->fed += rest.n;
	*size_read = rest.n;
	return 1;
}

static void scan_from(struct yaml_reader *r, uint32_t offset, struct str prefix)
{
	r->prefix = prefix;
	r->prefix_at = 0;
	r->origin = r->at = r->last_end = r->scanned = offset;
	r->origin_point = points_before(r, offset);
	r->has_token = r->was_quoted = false;
	/* Only memory can be missing, and arena.h says what we do then. */
	if (!yaml_parser_initialize(&r->scanner))
		arena_alloc_many(r->arena, SIZE_MAX, 2);
	yaml_parser_set_encoding(&r->scanner, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&r->scanner, feed, r);
}

void yaml_scan_begin(struct yaml_reader *r)
{
	scan_from(r, r->start, STR_NONE);
}

void yaml_scan_end(struct yaml_reader *r)
{
	yaml_parser_delete(&r->scanner);
}

void yaml_restart(struct yaml_reader *r)
{
	struct buf prefix = {.arena = r->arena};

	vec_each (struct yaml_level, level, &r->levels) {
		bool is_mapping = level->kind == YAML_LEVEL_MAPPING;

		buf_repeat(&prefix, ' ', level->column);
		buf_add(&prefix, is_mapping ? STR("x:\n") : STR("-\n"));
	}
	r->is_failing = false;
	yaml_scan_end(r);
	scan_from(r, r->resume_at, buf_str(&prefix));
}

/* Between two tokens stand only blanks, line breaks and comments. */
static void note_comments(struct yaml_reader *r, uint32_t from, uint32_t to)
{
	while (from < to) {
		struct str gap = str_sub(r->clean, from, to - from);
		size_t n = 0;

		gap = str_from(gap, str_find(gap, '#'));
		if (!gap.n)
			return;
		while (n < gap.n && !yaml_break_length(str_from(gap, n)))
			n++;
		*vec_push(r->arena, &r->comments) =
			span_of(r->file, (size_t)(gap.p - r->clean.p), n);
		from = (uint32_t)(gap.p - r->clean.p + n);
	}
}

/* What libyaml's scanner says, and what we say. */
static const struct problem {
	const char *name, *sentence;
	bool at_context; /* the fault is where the thing began, not where it ended */
} problems[] = {
	{"could not find expected ':'", "this line has no ':' behind its key", true},
	{"mapping values are not allowed in this context",
		"a ':' that cannot stand here: a value that holds ': ' needs quotes, and a "
		"key stands where its siblings begin",
		false},
	{"found character that cannot start any token",
		"nothing can begin with this character; put the value in quotes",
		false},
	{"found unexpected end of stream", "this quote is never closed", true},
	{"found unexpected document indicator", "this quote is never closed", true},
	{"block sequence entries are not allowed in this context",
		"a '-' cannot stand here; the items of a list stand on lines of their own",
		false},
	{"mapping keys are not allowed in this context", "a '?' cannot stand here",
		false},
	{"found unknown escape character",
		"no escape of a double-quoted string begins so; write \\\\ for a backslash, "
		"or use single quotes",
		false},
	{"found a tab character where an indentation space is expected",
		"a tab stands where spaces must", false},
	{"found a tab character that violates indentation",
		"a tab stands where spaces must", false},
	{"did not find expected alphabetic or numeric character",
		"a name must follow the '&' or '*'", false},
};

/* The row of what libyaml says, or NULL. */
static const struct problem *problem_of(const yaml_parser_t *p)
{
	for (size_t i = 0; p->problem && i < sizeof(problems) / sizeof(problems[0]);
		i++)
		if (strcmp(problems[i].name, p->problem) == 0)
			return &problems[i];
	return NULL;
}

static uint32_t fault_of(const struct yaml_reader *r)
{
	const yaml_parser_t *p = &r->scanner;
	const struct problem *known = problem_of(p);
	bool at_context = known && known->at_context && p->context;

	return offset_of(r, at_context ? p->context_mark : p->problem_mark);
}

static bool fail_scan(struct yaml_reader *r)
{
	const struct problem *known = problem_of(&r->scanner);
	uint32_t at = fault_of(r);
	const char *sentence = "this is no YAML";

	if (at < r->clean.n && r->clean.p[at] == '\t')
		sentence = "a tab stands where spaces must";
	else if (known)
		sentence = known->sentence;
	else if (r->scanner.problem)
		sentence = r->scanner.problem;
	return yaml_fail(r, DIAG_YAML_SYNTAX, span_of(r->file, at, at < r->clean.n),
		"%s", sentence);
}

/*
 * libyaml looks ahead to see whether a scalar is a key. What it had read when that
 * failed is well: its queue is given out up to the fault.
 */
static bool scan_queued(struct yaml_reader *r, yaml_token_t *token)
{
	yaml_parser_t *p = &r->scanner;

	if (p->tokens.head == p->tokens.tail ||
		offset_of(r, p->tokens.head->start_mark) >= fault_of(r))
		return false;
	*token = *p->tokens.head++;
	return true;
}

static bool scan_next(struct yaml_reader *r, yaml_token_t *token)
{
	if (r->fed > (uint64_t)r->clean.n * YAML_REREAD_MAX + YAML_REREAD_FREE)
		return yaml_stop(r, span_of(r->file, r->scanned, 0),
			"too much of this file would be read again behind its errors; the "
			"rest is unread");
	if (r->scanner.error == YAML_NO_ERROR && yaml_parser_scan(&r->scanner, token))
		return true;
	return scan_queued(r, token) || fail_scan(r);
}

static bool scan(struct yaml_reader *r, yaml_token_t *token)
{
	*token = (yaml_token_t){0};
	while (scan_next(r, token)) {
		if (token->type != YAML_STREAM_START_TOKEN &&
			token->start_mark.index >= r->prefix.n)
			return true;
		yaml_token_delete(token);
	}
	return false;
}

const struct yaml_lexeme *yaml_peek(struct yaml_reader *r)
{
	yaml_token_t token;

	if (r->has_token)
		return &r->token;
	if (r->is_failing || !scan(r, &token))
		return NULL;
	r->token = (struct yaml_lexeme){
		.type = token.type,
		.start = offset_of(r, token.start_mark),
		.end = offset_of(r, token.end_mark),
		.column = (uint32_t)token.start_mark.column,
	};
	if (token.type == YAML_SCALAR_TOKEN)
		r->token.style = token.data.scalar.style;
	yaml_token_delete(&token);
	note_comments(r, r->scanned, r->token.start);
	if (r->token.end > r->scanned)
		r->scanned = r->token.end;
	r->has_token = true;
	return &r->token;
}

void yaml_skip(struct yaml_reader *r)
{
	const struct yaml_lexeme *t = &r->token;

	r->has_token = false;
	if (t->end > t->start) {
		r->last_start = t->start;
		r->last_end = t->end;
		r->was_quoted = t->type == YAML_SCALAR_TOKEN &&
			(t->style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
				t->style == YAML_DOUBLE_QUOTED_SCALAR_STYLE);
	}
}

bool yaml_next_is(struct yaml_reader *r, yaml_token_type_t type)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	return t && t->type == type;
}

bool yaml_take(struct yaml_reader *r, yaml_token_type_t type)
{
	if (!yaml_next_is(r, type))
		return false;
	yaml_skip(r);
	return true;
}

struct span yaml_token_span(const struct yaml_reader *r, const struct yaml_lexeme *t)
{
	return span_of(r->file, t->start, t->end - t->start);
}
