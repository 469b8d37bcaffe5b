#include "syntax/shell_reader.h"

enum quotes {
	QUOTES_ALL,    /* ' and " and \ */
	QUOTES_DOUBLE, /* " and the few escapes of double quotes; ' is a byte */
	QUOTES_NONE,   /* a heredoc: \ before $ ` \ alone */
};

/* What means something where. A closer ends the word, so does the separator. */
static const struct context_rule {
	char closer, separator;
	bool plain; /* ends at blanks and operators */
	bool globs;
	enum quotes quotes, quotes_when_quoted;
} rules[] = {
	[CONTEXT_WORD] = {.plain = true, .globs = true},
	[CONTEXT_ASSIGN] = {.plain = true},
	[CONTEXT_REGEX] = {.plain = true},
	[CONTEXT_OPERAND] = {.closer = '}', .quotes_when_quoted = QUOTES_DOUBLE},
	[CONTEXT_PATTERN] = {.closer = '}', .separator = '/', .globs = true},
	[CONTEXT_OFFSET] = {.closer = '}', .separator = ':'},
	[CONTEXT_SUBSCRIPT] = {.closer = ']'},
	[CONTEXT_ARITHMETIC] = {.closer = ')',
		.quotes = QUOTES_DOUBLE,
		.quotes_when_quoted = QUOTES_DOUBLE},
	[CONTEXT_HEREDOC] = {.quotes = QUOTES_NONE, .quotes_when_quoted = QUOTES_NONE},
};

/* A word while it is read. */
struct word_state {
	enum shell_context context;
	const struct context_rule *rule;
	enum quotes quotes;
	bool quoted; /* all of it stands inside double quotes */
	bool has_quotes, has_brace;
	uint32_t from;	 /* where it begins */
	size_t base;	 /* where its segments begin on the stack */
	size_t bracket;	 /* 1 + index of an open [ on the stack; 0: none */
	unsigned parens; /* open ones, where they belong to the word */
};

/* Bytes that may mean something in some context; all others are taken in runs. */
static const bool is_special[256] = {
	[' '] = true,
	['\t'] = true,
	['\n'] = true,
	['|'] = true,
	['&'] = true,
	[';'] = true,
	['<'] = true,
	['>'] = true,
	['('] = true,
	[')'] = true,
	['\''] = true,
	['"'] = true,
	['\\'] = true,
	['$'] = true,
	['`'] = true,
	['*'] = true,
	['?'] = true,
	['['] = true,
	[']'] = true,
	['{'] = true,
	['}'] = true,
};

/* Does text go on where the newest segment of this word ends? */
static bool literal_continues(
	const struct shell_reader *r, size_t base, struct text text, bool quoted)
{
	const struct shell_segment *last;

	if (r->segments.n <= base)
		return false;
	last = vec_last(&r->segments);
	return last->kind == SHELL_LITERAL && last->quoted == quoted &&
		last->text.pieces == text.pieces &&
		last->text.s.p + last->text.s.n == text.s.p;
}

void shell_add_literal(
	struct shell_reader *r, size_t base, uint32_t from, uint32_t n, bool quoted)
{
	struct text text;

	if (!n)
		return;
	text = shell_cut(r, from, from + n);
	if (literal_continues(r, base, text, quoted)) {
		vec_last(&r->segments)->text.s.n += n;
		return;
	}
	shell_count(r);
	*vec_push(r->arena, &r->segments) = (struct shell_segment){
		.kind = SHELL_LITERAL, .quoted = quoted, .text = text};
}

/* The next n bytes as a literal of the word. */
static void take_literal(struct shell_reader *r, struct word_state *w, uint32_t n)
{
	shell_add_literal(r, w->base, r->src.at, n, w->quoted);
	r->src.at += n;
}

static void take_run(struct shell_reader *r, struct word_state *w)
{
	const struct shell_source *s = &r->src;
	const char *p = s->text.s.p;
	uint32_t at = s->at;
	char separator = w->rule->separator;

	while (at < s->end && !is_special[(unsigned char)p[at]] &&
		(p[at] != separator || !separator))
		at++;
	take_literal(r, w, at - s->at);
}

static void take_segment(
	struct shell_reader *r, enum shell_segment_kind kind, uint32_t n, bool quoted)
{
	struct shell_segment segment = {.kind = kind, .quoted = quoted};

	segment.text = shell_cut(r, r->src.at, r->src.at + n);
	r->src.at += n;
	SHELL_PUSH(r, segments, segment);
}

/* ---- tilde and globs ---- */

/* ~ and ~name mean a home at the start of a word, before / or its end. */
static void read_tilde(struct shell_reader *r, struct word_state *w)
{
	uint32_t n = 1;
	char c;

	if (shell_byte(&r->src, 0) != '~' || w->quoted || w->quotes != QUOTES_ALL)
		return;
	while ((c = shell_byte(&r->src, n)) &&
		(shell_is_name(c) || c == '-' || c == '.' || c == '+'))
		n++;
	if (!c || c == '/' || shell_ends_word(c) || c == w->rule->closer ||
		(c == ':' && w->context == CONTEXT_ASSIGN))
		take_segment(r, SHELL_TILDE, n, false);
}

/* [ becomes a glob only when its ] is there with something between. */
static void read_bracket(struct shell_reader *r, struct word_state *w)
{
	bool opens = shell_byte(&r->src, 0) == '[';

	if (opens && !w->bracket) {
		take_segment(r, SHELL_GLOB, 1, false);
		w->bracket = r->segments.n;
	} else if (!opens && w->bracket && r->segments.n > w->bracket) {
		take_segment(r, SHELL_GLOB, 1, false);
		w->bracket = 0;
	} else {
		take_literal(r, w, 1);
	}
}

static void close_bracket(struct shell_reader *r, struct word_state *w)
{
	if (w->bracket && w->bracket <= r->segments.n)
		r->segments.at[w->bracket - 1].kind = SHELL_LITERAL;
}

static void read_glob(struct shell_reader *r, struct word_state *w)
{
	char c = shell_byte(&r->src, 0);

	if (w->quoted && w->context != CONTEXT_PATTERN)
		take_literal(r, w, 1);
	else if (!w->rule->globs && (w->context != CONTEXT_OPERAND || w->quoted))
		take_literal(r, w, 1);
	else if (c == '*' || c == '?')
		take_segment(r, SHELL_GLOB, 1, false);
	else
		read_bracket(r, w);
}

/* ---- parentheses inside words: bash alone ---- */

/* True at the ( of @(a|b), !(x) and their kin. */
static bool at_extended_glob(const struct shell_reader *r, const struct word_state *w)
{
	const struct shell_source *s = &r->src;

	return w->context == CONTEXT_WORD && s->at > w->from &&
		memchr("?*+@!", s->text.s.p[s->at - 1], 5) && shell_byte(s, 1) != ')';
}

static void read_extended_glob(struct shell_reader *r, struct word_state *w)
{
	uint32_t from = r->src.at, n = 0;
	unsigned depth = 0;
	char c;

	do {
		c = shell_byte(&r->src, n++);
		if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		else if (c == '\n' || r->src.at + n > r->src.end)
			break;
	} while (depth);
	if (depth) {
		shell_complain(r, from, from + 1, "a '(' without its ')'");
		n--;
	}
	take_segment(r, SHELL_GLOB, n, false);
	w->bracket = 0;
}

/* True at the ( of name=( or name+=(. */
static bool at_array(const struct shell_reader *r, const struct word_state *w)
{
	const char *p = r->src.text.s.p;
	uint32_t at = w->from, end = r->src.at;

	if (w->context == CONTEXT_ASSIGN)
		return at == end;
	if (w->context != CONTEXT_WORD || end - at < 2 || p[end - 1] != '=')
		return false;
	end -= p[end - 2] == '+' ? 2 : 1;
	if (at == end || !shell_is_name_start(p[at]))
		return false;
	while (at < end && shell_is_name(p[at]))
		at++;
	return at == end;
}

static void skip_to_element(struct shell_reader *r)
{
	while (shell_peek(r)->kind == TOKEN_NEWLINE)
		shell_take(r);
}

static void read_array(struct shell_reader *r)
{
	struct shell_segment segment = {.kind = SHELL_ARRAY};
	struct shell_words *elements = arena_new(r->arena, struct shell_words);
	uint32_t from = r->src.at;
	size_t base = r->words.n;

	r->src.peeked = false;
	if (!shell_enter(r))
		return;
	shell_take(r);
	for (skip_to_element(r); shell_peek(r)->kind == TOKEN_WORD;
		skip_to_element(r)) {
		struct shell_word word = shell_read_word(r);

		SHELL_PUSH(r, words, word);
		if (r->words.n - base >= SHELL_WORDS_MAX)
			shell_stop(r, "20,000 words in one command");
	}
	if (shell_peek(r)->kind == TOKEN_CLOSE)
		shell_take(r);
	else
		shell_complain_here(r, "')' or a word of the array");
	shell_leave(r);
	r->src.at = r->src.last_end;
	r->src.peeked = false;
	SHELL_MOVE(r, words, base, elements);
	segment.elements = elements;
	segment.text = shell_cut(r, from, r->src.at);
	SHELL_PUSH(r, segments, segment);
}

/* ---- where a word ends ---- */

static bool regex_ends(const struct shell_reader *r, struct word_state *w, char c)
{
	if (c == '(') {
		w->parens++;
		return false;
	}
	if (c == ')' && w->parens) {
		w->parens--;
		return false;
	}
	if (c == '|')
		return !w->parens && shell_byte(&r->src, 1) == '|';
	return c == '\n' || c == ')' || !w->parens;
}

static bool plain_ends(const struct shell_reader *r, struct word_state *w, char c)
{
	bool process = (c == '<' || c == '>') && shell_byte(&r->src, 1) == '(';

	if (!shell_ends_word(c) || process)
		return false;
	if (w->context == CONTEXT_REGEX)
		return regex_ends(r, w, c);
	return c != '(' || !(at_array(r, w) || at_extended_glob(r, w));
}

static bool arithmetic_ends(struct word_state *w, char c)
{
	if (c == '(')
		w->parens++;
	else if (c == ')' && !w->parens--)
		return true;
	return false;
}

static bool word_ends(struct shell_reader *r, struct word_state *w)
{
	char c = shell_byte(&r->src, 0);

	shell_check(r);
	if (r->src.at >= r->src.end)
		return true;
	if (w->rule->plain)
		return plain_ends(r, w, c);
	if (w->context == CONTEXT_ARITHMETIC)
		return arithmetic_ends(w, c);
	return c && (c == w->rule->closer || c == w->rule->separator);
}

/* ---- one special byte ---- */

static void read_backslash(struct shell_reader *r, struct word_state *w)
{
	w->has_quotes = true;
	if (w->quotes == QUOTES_ALL)
		shell_read_escape(r, w->base);
	else
		shell_read_double_escape(
			r, w->base, w->quotes == QUOTES_NONE ? "$`\\" : "$`\"\\}");
}

static void read_quote(struct shell_reader *r, struct word_state *w, char c)
{
	bool single = c == '\'';

	if (w->quotes == QUOTES_NONE || (single && w->quotes == QUOTES_DOUBLE)) {
		take_literal(r, w, 1);
		return;
	}
	w->has_quotes = true;
	if (single)
		shell_read_single(r, w->base);
	else
		shell_read_double(r, w->base);
}

static void read_special(struct shell_reader *r, struct word_state *w)
{
	char c = shell_byte(&r->src, 0), next = shell_byte(&r->src, 1);
	bool plain = w->context == CONTEXT_WORD || w->context == CONTEXT_ASSIGN;

	if (c == '\\') {
		read_backslash(r, w);
	} else if (c == '\'' || c == '"') {
		read_quote(r, w, c);
	} else if (c == '$') {
		bool quotes = w->quotes == QUOTES_ALL && !w->quoted;

		w->has_quotes |= quotes && (next == '\'' || next == '"');
		shell_read_dollar(r, w->base, !quotes);
	} else if (c == '`') {
		shell_read_backquotes(r, w->quoted || w->quotes != QUOTES_ALL);
	} else if (c == '*' || c == '?' || c == '[' || c == ']') {
		read_glob(r, w);
	} else if (plain && c == '(') {
		if (at_array(r, w))
			read_array(r);
		else
			read_extended_glob(r, w);
	} else if (w->rule->plain && (c == '<' || c == '>') && next == '(') {
		shell_read_process(r);
	} else {
		w->has_brace |= c == '{';
		take_literal(r, w, 1);
		if (c == ':' && w->context == CONTEXT_ASSIGN)
			read_tilde(r, w);
	}
}

/* ---- words ---- */

/* True when unquoted { , } or { .. } stand in this order in the segments. */
static bool has_brace_expansion(const struct shell_segments *segments)
{
	bool open = false, divided = false;

	vec_each (struct shell_segment, segment, segments) {
		struct str s = segment->text.s;

		if (segment->kind != SHELL_LITERAL || segment->quoted)
			continue;
		for (size_t i = 0; i < s.n; i++) {
			open |= s.p[i] == '{';
			divided |= open &&
				(s.p[i] == ',' ||
					str_starts(str_from(s, i), STR("..")));
			if (divided && s.p[i] == '}')
				return true;
		}
	}
	return false;
}

struct shell_word shell_read_word_in(
	struct shell_reader *r, enum shell_context context, bool quoted)
{
	const struct context_rule *rule = &rules[context];
	struct word_state w = {.context = context,
		.rule = rule,
		.quotes = quoted ? rule->quotes_when_quoted : rule->quotes,
		.quoted = quoted,
		.from = r->src.at,
		.base = r->segments.n};
	struct shell_word word = {0};

	r->src.peeked = false;
	read_tilde(r, &w);
	take_run(r, &w);
	while (!word_ends(r, &w)) {
		read_special(r, &w);
		take_run(r, &w);
	}
	close_bracket(r, &w);
	SHELL_MOVE(r, segments, w.base, &word.segments);
	word.raw = shell_cut(r, w.from, r->src.at);
	word.quoted = w.has_quotes;
	word.braces = w.has_brace && has_brace_expansion(&word.segments);
	return word;
}

struct shell_word shell_read_word(struct shell_reader *r)
{
	struct shell_word word;

	shell_peek(r);
	word = shell_read_word_in(r, CONTEXT_WORD, false);
	r->src.last_end = r->src.at;
	return word;
}

struct shell_word shell_word_of_token(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);
	struct shell_word word = {.raw = shell_cut(r, t->from, t->to)};
	size_t base = r->segments.n;

	shell_add_literal(r, base, t->from, t->to - t->from, false);
	SHELL_MOVE(r, segments, base, &word.segments);
	shell_take(r);
	return word;
}
