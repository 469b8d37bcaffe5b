#include "why/log.h"

/* Bytes of the escape sequence (ECMA-48 CSI, or two bytes) that s begins with; 0: none. */
static size_t escape_length(struct str s)
{
	size_t n = 2;

	if (!str_starts(s, STR("\x1b")))
		return 0;
	if (!str_starts(s, STR("\x1b[")))
		return s.n < 2 ? 1 : 2;
	while (n < s.n && (s.p[n] < 0x40 || s.p[n] > 0x7e))
		n++;
	return n < s.n ? n + 1 : n;
}

/* Bytes of the quote that s begins with: ' " ` \" and the curly ones; 0: none. */
static size_t quote_length(struct str s)
{
	static const struct str quotes[] = {STR_INIT("\\\""), STR_INIT("\\'"),
		STR_INIT("\""), STR_INIT("'"), STR_INIT("`"), STR_INIT("\u2018"),
		STR_INIT("\u2019"), STR_INIT("\u201c"), STR_INIT("\u201d")};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
		if (str_starts(s, quotes[i]))
			return quotes[i].n;
	return 0;
}

static char lower_byte(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* A progress bar draws over itself: only what stands behind the last CR was left. */
static struct str last_drawn(struct str line)
{
	struct str rest = str_trim_right(line);
	size_t cr = str_rfind(rest, '\r');

	return cr < rest.n ? str_from(rest, cr + 1) : rest;
}

static struct log_line line_of(struct arena *a, struct str raw, uint32_t number)
{
	struct str s = str_sub(last_drawn(raw), 0, LOG_LINE_MAX);
	char *text = arena_alloc(a, s.n), *lower = arena_alloc(a, s.n);
	size_t n = 0, skip;

	while (s.n && s.p) {
		if ((skip = escape_length(s))) {
			s = str_from(s, skip);
			continue;
		}
		skip = quote_length(s);
		text[n] = skip || *s.p == '\0' ? '\'' : *s.p;
		lower[n] = lower_byte(text[n]);
		n++;
		s = str_from(s, skip ? skip : 1);
	}
	return (struct log_line){{text, n}, {lower, n}, number};
}

/* The last LOG_MAX bytes, from the beginning of a line on. */
static struct str end_of(struct str bytes, uint32_t *skipped)
{
	struct str cut = str_sub(bytes, 0, bytes.n - LOG_MAX);
	size_t more = str_find(str_from(bytes, cut.n), '\n');

	cut = str_sub(bytes, 0, cut.n + more + 1);
	for (size_t i = 0; cut.p && i < cut.n; i++)
		*skipped += cut.p[i] == '\n';
	return str_from(bytes, cut.n);
}

struct log log_read(struct arena *a, struct str bytes)
{
	struct log log = {0};
	struct str_fields lines;
	struct str line;
	size_t count = 1;
	uint32_t number;

	if (bytes.n > LOG_MAX)
		bytes = end_of(bytes, &log.skipped);
	for (size_t i = 0; bytes.p && i < bytes.n; i++)
		count += bytes.p[i] == '\n';
	log.at = arena_array(a, struct log_line, count);
	lines.rest = bytes;
	lines.done = false;
	number = log.skipped;
	while (str_next_field(&lines, '\n', &line))
		log.at[log.n++] = line_of(a, line, ++number);
	/* Behind the last line break stands no line. */
	if (!log.at[log.n - 1].text.n)
		log.n--;
	return log;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool log_line_repeats(const struct log_line *line, const struct log_line *other)
{
	struct str a = line->lower, b = other->lower;
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.n && is_digit(a.p[i]))
			i++;
		while (j < b.n && is_digit(b.p[j]))
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n;
		if (a.p[i++] != b.p[j++])
			return false;
	}
}
