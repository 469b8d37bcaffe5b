#include "syntax/dockerword_pattern.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "syntax/dockerword.h"

enum token_kind { TOKEN_CHAR, TOKEN_ONE, TOKEN_ANY };

struct token {
	enum token_kind kind;
	struct str c; /* TOKEN_CHAR: the bytes of one character */
};

struct matcher {
	struct arena *arena;
	VEC(struct token) tokens;
	struct {
		struct str *at;
		size_t n;
	} chars;	  /* the value, character by character */
	bool *now, *next; /* which tokens may come next; one more than tokens */
	uint32_t *steps;
};

/* What a byte of a value costs before matching begins: it becomes a struct str. */
enum { STEPS_PER_BYTE = 4 };

static size_t char_length(struct str s)
{
	size_t n = utf8_length(s);

	return n ? n : 1;
}

static bool add_token(struct matcher *m, struct str *rest)
{
	struct token *t = vec_push(m->arena, &m->tokens);
	bool is_escaped = rest->p[0] == '\\';

	if (is_escaped) {
		*rest = str_from(*rest, 1);
		if (!rest->n || !memchr("*?\\}/", rest->p[0], 5))
			return false;
	}
	t->c = str_sub(*rest, 0, char_length(*rest));
	*rest = str_from(*rest, t->c.n);
	if (!is_escaped && t->c.p[0] == '*')
		t->kind = TOKEN_ANY;
	else if (!is_escaped && t->c.p[0] == '?')
		t->kind = TOKEN_ONE;
	return true;
}

static bool is_spent(const struct matcher *m)
{
	return *m->steps > DOCKERWORD_MATCH_MAX;
}

static bool spend(struct matcher *m, size_t steps)
{
	*m->steps = steps > DOCKERWORD_MATCH_MAX ? DOCKERWORD_MATCH_MAX + 1
						 : *m->steps + (uint32_t)steps;
	return !is_spent(m);
}

static void split_chars(struct matcher *m, struct str value)
{
	m->chars.at = arena_array(m->arena, struct str, value.n);
	while (value.n) {
		size_t n = char_length(value);

		m->chars.at[m->chars.n++] = str_sub(value, 0, n);
		value = str_from(value, n);
	}
}

static enum dockerword_match matcher_init(
	struct matcher *m, struct str pattern, struct str value)
{
	if (is_spent(m) || !spend(m, (pattern.n + value.n) * STEPS_PER_BYTE))
		return DOCKERWORD_MATCH_TOO_MUCH;
	while (pattern.n)
		if (!add_token(m, &pattern))
			return DOCKERWORD_MATCH_BAD_PATTERN;
	split_chars(m, value);
	m->now = arena_array(m->arena, bool, m->tokens.n + 1);
	m->next = arena_array(m->arena, bool, m->tokens.n + 1);
	return DOCKERWORD_MATCH_DONE;
}

/* A suffix is a prefix when both sides are read backwards. */
static void reverse(struct matcher *m)
{
	for (size_t i = 0, j = m->tokens.n; i + 1 < j; i++) {
		struct token t = m->tokens.at[i];

		m->tokens.at[i] = m->tokens.at[--j];
		m->tokens.at[j] = t;
	}
	for (size_t i = 0, j = m->chars.n; i + 1 < j; i++) {
		struct str c = m->chars.at[i];

		m->chars.at[i] = m->chars.at[--j];
		m->chars.at[j] = c;
	}
}

static bool token_takes(const struct token *t, struct str c)
{
	return t->kind == TOKEN_CHAR ? str_eq(t->c, c) : c.p[0] != '\n';
}

/* A star may also match nothing, so what follows it may come at once. */
static void pass_stars(const struct matcher *m, bool *states)
{
	for (size_t i = 0; i < m->tokens.n; i++)
		if (states[i] && m->tokens.at[i].kind == TOKEN_ANY)
			states[i + 1] = true;
}

/* All states over one character; false when none is left. */
static bool step(struct matcher *m, struct str c)
{
	bool *swap = m->now, any = false;

	memset(m->next, 0, m->tokens.n + 1);
	for (size_t i = 0; i < m->tokens.n; i++)
		if (m->now[i] && token_takes(&m->tokens.at[i], c)) {
			m->next[m->tokens.at[i].kind == TOKEN_ANY ? i : i + 1] = true;
			any = true;
		}
	m->now = m->next;
	m->next = swap;
	spend(m, m->tokens.n + 1);
	pass_stars(m, m->now);
	return any;
}

/* How many characters from start match: the fewest or the most; -1 for none. */
static ptrdiff_t match_length(struct matcher *m, size_t start, bool is_greedy)
{
	ptrdiff_t best = -1;

	memset(m->now, 0, m->tokens.n + 1);
	m->now[0] = true;
	pass_stars(m, m->now);
	for (size_t at = start;; at++) {
		if (m->now[m->tokens.n]) {
			best = (ptrdiff_t)(at - start);
			if (!is_greedy)
				return best;
		}
		if (at == m->chars.n || is_spent(m) || !step(m, m->chars.at[at]))
			return best;
	}
}

static size_t bytes_of(const struct matcher *m, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += m->chars.at[i].n;
	return n;
}

enum dockerword_match dockerword_cut(struct arena *a, struct dockerword_cut how,
	struct str pattern, struct str value, uint32_t *steps, struct str *out)
{
	struct matcher m = {.arena = a, .steps = steps};
	enum dockerword_match ready = matcher_init(&m, pattern, value);
	ptrdiff_t n;
	size_t cut;

	if (ready != DOCKERWORD_MATCH_DONE)
		return ready;
	if (how.from_end)
		reverse(&m);
	n = match_length(&m, 0, how.is_greedy);
	if (is_spent(&m))
		return DOCKERWORD_MATCH_TOO_MUCH;
	cut = n > 0 ? bytes_of(&m, 0, (size_t)n) : 0;
	*out = how.from_end ? str_sub(value, 0, value.n - cut) : str_from(value, cut);
	return DOCKERWORD_MATCH_DONE;
}

/*
 * Go's rule for matches of nothing: they count, except right behind another match.
 */
static size_t replace_at(
	struct matcher *m, size_t at, struct str with, bool *behind, struct buf *b)
{
	ptrdiff_t n = match_length(m, at, true);

	if (n > 0 || (n == 0 && !*behind)) {
		buf_add(b, with);
		*behind = n > 0;
		if (n > 0)
			return at + (size_t)n;
	}
	*behind = false;
	if (at < m->chars.n)
		buf_add(b, m->chars.at[at]);
	return at + 1;
}

static bool matches_at(struct matcher *m, size_t at)
{
	return match_length(m, at, true) >= 0;
}

enum dockerword_match dockerword_replace(struct arena *a, bool every,
	struct str pattern, struct str with, struct str value, uint32_t *steps,
	struct str *out)
{
	struct matcher m = {.arena = a, .steps = steps};
	enum dockerword_match ready = matcher_init(&m, pattern, value);
	struct buf b = {.arena = a};
	bool behind = false;
	size_t at = 0;

	if (ready != DOCKERWORD_MATCH_DONE)
		return ready;
	while (at <= m.chars.n && !is_spent(&m) && b.n <= DOCKERWORD_RESULT_MAX) {
		bool is_last = !every && matches_at(&m, at);

		at = replace_at(&m, at, with, &behind, &b);
		if (is_last)
			break;
	}
	if (is_spent(&m) || b.n > DOCKERWORD_RESULT_MAX)
		return DOCKERWORD_MATCH_TOO_MUCH;
	for (; at < m.chars.n; at++)
		buf_add(&b, m.chars.at[at]);
	*out = buf_str(&b);
	return DOCKERWORD_MATCH_DONE;
}
