#include "why/pattern.h"

static enum hole hole_of(struct str name)
{
	static const struct str names[HOLE_COUNT] = {[HOLE_ANY] = STR_INIT(""),
		[HOLE_PATH] = STR_INIT("path"),
		[HOLE_USER] = STR_INIT("user"),
		[HOLE_CAP] = STR_INIT("cap"),
		[HOLE_UID] = STR_INIT("uid"),
		[HOLE_PORT] = STR_INIT("port")};

	for (int i = HOLE_ANY; i < HOLE_COUNT; i++)
		if (str_eq(name, names[i]))
			return (enum hole)i;
	return HOLE_NONE;
}

/* "path~.pid": a path that holds ".pid". */
static void add_hole(struct pattern *p, struct str inside)
{
	size_t tilde = str_find(inside, '~');

	if (p->n < PATTERN_PIECES_MAX)
		p->at[p->n++] =
			(struct pattern_piece){hole_of(str_sub(inside, 0, tilde)),
				str_from(inside, tilde + 1)};
}

static void add_literal(struct pattern *p, struct str literal)
{
	if (p->n < PATTERN_PIECES_MAX && literal.n)
		p->at[p->n++] = (struct pattern_piece){HOLE_NONE, literal};
}

struct pattern pattern_read(struct str text)
{
	struct pattern p = {.n = 0};

	while (text.n) {
		size_t open = str_find(text, '{');
		size_t close = open + str_find(str_from(text, open), '}');

		add_literal(&p, str_sub(text, 0, open));
		if (open < text.n)
			add_hole(&p, str_sub(text, open + 1, close - open - 1));
		text = str_from(text, close < text.n ? close + 1 : text.n);
	}
	return p;
}

/* ---- holes ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool ends_word(char c)
{
	return byte_is_blank(c) || c == '\'' || c == ',' || c == ';' || c == ')' ||
		c == ']' || c == '>' || c == '|';
}

/* Bytes of the word at the start of s; in quotes it goes on to the closing one. */
static size_t word_length(struct str s, enum hole hole, bool is_quoted)
{
	size_t n = 0;

	if (hole == HOLE_ANY)
		return s.n;
	if (hole == HOLE_UID || hole == HOLE_PORT) {
		while (n < s.n && is_digit(s.p[n]))
			n++;
		return n;
	}
	if (is_quoted)
		return str_find(s, '\'');
	while (n < s.n && !ends_word(s.p[n]))
		n++;
	return n;
}

/* A word at the end of a sentence: the stop and the backslash are none of it. */
static struct str without_stop(struct str word)
{
	while (word.n > 1 &&
		(str_ends(word, STR(".")) || str_ends(word, STR(":")) ||
			str_ends(word, STR("\\"))))
		word.n--;
	return word;
}

/* ---- matching ---- */

/* A match on its way: where it stands in the line, and what it has caught. */
struct matching {
	const struct log_line *line;
	size_t at;
	struct caught caught;
};

static bool holds(struct str word, struct str part)
{
	return !part.n || str_find_str(word, part) < word.n;
}

/* Fills the hole at m->at; next is the literal behind it, or NULL at the end. */
static bool fill(struct matching *m, const struct pattern_piece *piece,
	const struct pattern_piece *next)
{
	enum hole hole = piece->hole;
	struct str rest = str_from(m->line->lower, m->at);
	bool is_quoted = m->at && m->line->lower.p[m->at - 1] == '\'';
	size_t room = word_length(rest, hole, is_quoted), n = room;

	if (next) {
		/* The literal may begin inside what would still be a part of the word. */
		size_t reach = room + next->literal.n;

		n = str_find_str(str_sub(rest, 0, reach), next->literal);
		if (n > room || n + next->literal.n > rest.n)
			return false;
		if ((hole == HOLE_UID || hole == HOLE_PORT) && n != room)
			return false;
	}
	if (!n || !holds(str_sub(rest, 0, n), piece->literal))
		return false;
	m->caught.at[hole] = str_sub(m->line->text, m->at, n);
	if (!next && hole != HOLE_ANY && !is_quoted)
		m->caught.at[hole] = without_stop(m->caught.at[hole]);
	m->at += n;
	return true;
}

/* The pieces from i on, at m->at. */
static bool match_rest(const struct pattern *p, size_t i, struct matching *m)
{
	for (; i < p->n; i++) {
		const struct pattern_piece *piece = &p->at[i];

		if (piece->hole != HOLE_NONE) {
			if (!fill(m, piece, i + 1 < p->n ? piece + 1 : NULL))
				return false;
		} else if (str_starts(
				   str_from(m->line->lower, m->at), piece->literal)) {
			m->at += piece->literal.n;
		} else {
			return false;
		}
	}
	return true;
}

/* A hole at the very beginning takes the word that ends at end. */
static bool fill_backwards(
	struct matching *m, const struct pattern_piece *piece, size_t end)
{
	enum hole hole = piece->hole;
	size_t begin = end;

	while (begin &&
		(hole == HOLE_UID || hole == HOLE_PORT
				? is_digit(m->line->lower.p[begin - 1])
				: !ends_word(m->line->lower.p[begin - 1]) &&
					m->line->lower.p[begin - 1] != '('))
		begin--;
	m->caught.at[hole] = str_sub(m->line->text, begin, end - begin);
	return begin < end &&
		holds(str_sub(m->line->lower, begin, end - begin), piece->literal);
}

bool pattern_match(
	const struct pattern *p, const struct log_line *line, struct caught *out)
{
	size_t first = p->n && p->at[0].hole != HOLE_NONE ? 1 : 0, from = 0;
	struct str literal;

	if (first >= p->n)
		return false;
	literal = p->at[first].literal;
	for (int tries = 0; tries < PATTERN_TRIES_MAX; tries++) {
		struct str rest = str_from(line->lower, from);
		size_t found = str_find_str(rest, literal);
		struct matching m = {line, from + found, *out};

		if (found + literal.n > rest.n)
			return false;
		if ((!first || fill_backwards(&m, &p->at[0], m.at)) &&
			match_rest(p, first, &m)) {
			*out = m.caught;
			return true;
		}
		from += found + 1;
	}
	return false;
}
