#include "syntax/shell_reader.h"

static void push_expansion(
	struct shell_reader *r, struct shell_segment segment, uint32_t from)
{
	segment.text = shell_cut(r, from, r->src.at);
	SHELL_PUSH(r, segments, segment);
}

/* ---- commands inside words ---- */

/* Behind "$(", "<(" or ">(": the list and its ")". */
static const struct shell_list *read_enclosed(struct shell_reader *r, uint32_t open)
{
	unsigned outer = r->closers;
	const struct shell_list *list;

	r->src.peeked = false;
	r->closers = CLOSER_NONE;
	list = shell_read_list(r, CLOSER_PAREN);
	r->closers = outer;
	if (shell_peek(r)->kind == TOKEN_CLOSE)
		r->src.at = shell_peek(r)->to;
	else
		shell_complain(r, open, open + 2, "a %.2s that is never closed",
			r->src.text.s.p + open);
	r->src.peeked = false;
	return list;
}

static void read_command_in(
	struct shell_reader *r, enum shell_segment_kind kind, bool quoted)
{
	struct shell_segment segment = {.kind = kind, .quoted = quoted};
	uint32_t from = r->src.at, last_end = r->src.last_end;

	if (!shell_enter(r))
		return;
	r->src.at += 2;
	r->src.last_end = r->src.at;
	segment.list = read_enclosed(r, from);
	r->src.last_end = last_end;
	shell_leave(r);
	push_expansion(r, segment, from);
}

void shell_read_process(struct shell_reader *r)
{
	read_command_in(r, SHELL_PROCESS, false);
}

/* The offset of the ` that closes, or the end. */
static uint32_t find_backquote(const struct shell_source *s)
{
	uint32_t at = s->at + 1;

	while (at < s->end && s->text.s.p[at] != '`')
		at += s->text.s.p[at] == '\\' ? 2 : 1;
	return at < s->end ? at : s->end;
}

/* What stands between backquotes: \ before $ ` \ (and, in quotes, ") is taken off. */
static struct text unescape_backquotes(
	struct shell_reader *r, uint32_t from, uint32_t to, bool quoted)
{
	const char *p = r->src.text.s.p;
	struct text_builder b;
	uint32_t run = from;

	if (!memchr(p + from, '\\', to - from))
		return shell_cut(r, from, to);
	b = text_builder(r->arena);
	for (uint32_t at = from; at + 1 < to; at++) {
		if (p[at] != '\\')
			continue;
		if (strchr(quoted ? "$`\\\"" : "$`\\", p[at + 1]) && p[at + 1]) {
			text_add(&b, &r->src.text, run, at - run);
			run = at + 1;
		}
		at++;
	}
	text_add(&b, &r->src.text, run, to - run);
	return text_finish(&b);
}

static const struct shell_list *read_text(struct shell_reader *r, struct text text)
{
	struct shell_source outer = shell_source_start(r, &text);
	struct shell_heredocs heredocs = r->heredocs;
	unsigned closers = r->closers;
	const struct shell_list *list;

	r->heredocs = (struct shell_heredocs){0};
	r->closers = CLOSER_NONE;
	list = shell_read_list(r, CLOSER_NONE);
	if (r->heredocs.n)
		shell_read_heredocs(r);
	r->closers = closers;
	r->heredocs = heredocs;
	shell_source_finish(r, outer);
	return list;
}

void shell_read_backquotes(struct shell_reader *r, bool quoted)
{
	struct shell_segment segment = {.kind = SHELL_COMMAND, .quoted = quoted};
	struct shell_source *s = &r->src;
	uint32_t from = s->at, to = find_backquote(s);

	if (!shell_enter(r))
		return;
	if (to == s->end)
		shell_complain(r, from, from + 1, "a ` that is never closed");
	s->at = to < s->end ? to + 1 : to;
	segment.list = read_text(r, unescape_backquotes(r, from + 1, to, quoted));
	shell_leave(r);
	segment.text = shell_cut(r, from, s->at);
	SHELL_PUSH(r, segments, segment);
}

/* ---- arithmetic ---- */

/* Behind a quote: the offset of its partner, or the end. */
static uint32_t skip_quote(const struct shell_source *s, uint32_t at, char quote)
{
	while (at < s->end && s->text.s.p[at] != quote)
		at += quote == '"' && s->text.s.p[at] == '\\' ? 2 : 1;
	return at;
}

/*
 * "$((a) | b)" is a command whose first command is in parentheses. Only the closing
 * parentheses tell; the bytes are read twice for that, within a budget that keeps
 * hostile nesting linear.
 */
bool shell_is_arithmetic(struct shell_reader *r)
{
	const struct shell_source *s = &r->src;
	uint32_t at = s->at + 2;
	unsigned depth = 1;

	for (; at < s->end; at++) {
		char c = s->text.s.p[at];

		if (at - s->at > r->look_ahead)
			break;
		if (c == '\\')
			at++;
		else if (c == '\'' || c == '"')
			at = skip_quote(s, at + 1, c);
		else if (c == '(')
			depth++;
		else if (c == ')' && !--depth)
			break;
	}
	r->look_ahead -= at - s->at < r->look_ahead ? at - s->at : r->look_ahead;
	return at + 1 < s->end && s->text.s.p[at] == ')' && s->text.s.p[at + 1] == ')';
}

struct shell_word shell_read_arithmetic(struct shell_reader *r, bool quoted)
{
	uint32_t open = r->src.at;
	struct shell_word word;

	r->src.at += 2;
	word = shell_read_word_in(r, CONTEXT_ARITHMETIC, quoted);
	if (shell_byte(&r->src, 0) == ')' && shell_byte(&r->src, 1) == ')')
		r->src.at += 2;
	else
		shell_complain(r, open, open + 2, "a (( that is never closed");
	r->src.last_end = r->src.at;
	r->src.peeked = false;
	return word;
}

static const struct shell_word *keep_word(
	struct shell_reader *r, struct shell_word word)
{
	struct shell_word *kept = arena_new(r->arena, struct shell_word);

	*kept = word;
	return kept;
}

static void read_dollar_arithmetic(struct shell_reader *r, bool quoted)
{
	struct shell_segment segment = {.kind = SHELL_ARITHMETIC, .quoted = quoted};
	uint32_t from = r->src.at, last_end = r->src.last_end;

	if (!shell_enter(r))
		return;
	r->src.at++;
	segment.expression = keep_word(r, shell_read_arithmetic(r, quoted));
	r->src.last_end = last_end;
	shell_leave(r);
	push_expansion(r, segment, from);
}

/* ---- $name ---- */

static bool is_special_name(char c)
{
	return c && strchr("@*#?-$!", c);
}

/* The bytes of a parameter's name that begin n bytes on; 0 when none does. */
static uint32_t name_length(const struct shell_source *s, uint32_t n, bool braced)
{
	uint32_t start = n;
	char c = shell_byte(s, n);

	if (byte_is_digit(c)) {
		do
			n++;
		while (braced && byte_is_digit(shell_byte(s, n)));
		return n - start;
	}
	while (shell_is_name(shell_byte(s, n)))
		n++;
	return n > start ? n - start : is_special_name(c);
}

static void read_name(struct shell_reader *r, uint32_t n, bool quoted)
{
	struct shell_segment segment = {.kind = SHELL_PARAMETER, .quoted = quoted};
	struct shell_parameter *parameter = arena_new(r->arena, struct shell_parameter);
	uint32_t from = r->src.at;

	parameter->name = shell_cut(r, from + 1, from + 1 + n);
	r->src.at += 1 + n;
	segment.parameter = parameter;
	push_expansion(r, segment, from);
}

/* ---- ${...} ---- */

/* A longer sign stands before the shorter ones that it begins with. */
static const struct {
	struct str sign;
	enum shell_operator op;
	enum shell_context operand, second;
} operator_table[] = {
	{STR_INIT(":-"), SHELL_DEFAULT, CONTEXT_OPERAND, 0},
	{STR_INIT(":="), SHELL_ASSIGN, CONTEXT_OPERAND, 0},
	{STR_INIT(":?"), SHELL_ERROR, CONTEXT_OPERAND, 0},
	{STR_INIT(":+"), SHELL_ALTERNATE, CONTEXT_OPERAND, 0},
	{STR_INIT("-"), SHELL_DEFAULT, CONTEXT_OPERAND, 0},
	{STR_INIT("="), SHELL_ASSIGN, CONTEXT_OPERAND, 0},
	{STR_INIT("?"), SHELL_ERROR, CONTEXT_OPERAND, 0},
	{STR_INIT("+"), SHELL_ALTERNATE, CONTEXT_OPERAND, 0},
	{STR_INIT("##"), SHELL_PREFIX, CONTEXT_OPERAND, 0},
	{STR_INIT("#"), SHELL_PREFIX, CONTEXT_OPERAND, 0},
	{STR_INIT("%%"), SHELL_SUFFIX, CONTEXT_OPERAND, 0},
	{STR_INIT("%"), SHELL_SUFFIX, CONTEXT_OPERAND, 0},
	{STR_INIT("//"), SHELL_REPLACE, CONTEXT_PATTERN, CONTEXT_OPERAND},
	{STR_INIT("/#"), SHELL_REPLACE, CONTEXT_PATTERN, CONTEXT_OPERAND},
	{STR_INIT("/%"), SHELL_REPLACE, CONTEXT_PATTERN, CONTEXT_OPERAND},
	{STR_INIT("/"), SHELL_REPLACE, CONTEXT_PATTERN, CONTEXT_OPERAND},
	{STR_INIT(":"), SHELL_SUBSTRING, CONTEXT_OFFSET, CONTEXT_OPERAND},
	{STR_INIT("^^"), SHELL_CASE, CONTEXT_OPERAND, 0},
	{STR_INIT("^"), SHELL_CASE, CONTEXT_OPERAND, 0},
	{STR_INIT(",,"), SHELL_CASE, CONTEXT_OPERAND, 0},
	{STR_INIT(","), SHELL_CASE, CONTEXT_OPERAND, 0},
	{STR_INIT("@"), SHELL_TRANSFORM, CONTEXT_OPERAND, 0},
};

enum { OPERATOR_COUNT = sizeof(operator_table) / sizeof(operator_table[0]) };

/*
 * "#" before a name asks for its length, "!" for what it names; alone, or before an
 * operator, each is itself a name.
 */
static enum shell_operator read_leader(struct shell_reader *r)
{
	struct shell_source *s = &r->src;
	char c = shell_byte(s, 0), next = shell_byte(s, 1);
	bool name = shell_is_name(next) || (c == '!' && (next == '@' || next == '*'));

	if (c != '#' && c != '!')
		return SHELL_VALUE;
	if (!name && !(is_special_name(next) && shell_byte(s, 2) == '}'))
		return SHELL_VALUE;
	s->at++;
	return c == '#' ? SHELL_LENGTH : SHELL_INDIRECT;
}

static void read_subscript(struct shell_reader *r, struct shell_parameter *p)
{
	struct shell_source *s = &r->src;
	uint32_t open = s->at;

	if (shell_byte(s, 0) != '[')
		return;
	s->at++;
	p->subscript = shell_read_word_in(r, CONTEXT_SUBSCRIPT, false).raw;
	if (shell_byte(s, 0) == ']')
		s->at++;
	else
		shell_complain(r, open, open + 1, "a [ that is never closed");
}

/* Patterns keep their quotes even between double quotes. */
static bool operand_is_quoted(enum shell_operator op, bool quoted)
{
	return quoted && op != SHELL_PREFIX && op != SHELL_SUFFIX &&
		op != SHELL_REPLACE && op != SHELL_CASE;
}

static void read_operand(
	struct shell_reader *r, struct shell_parameter *p, size_t row, bool quoted)
{
	struct shell_source *s = &r->src;
	uint32_t n = (uint32_t)operator_table[row].sign.n;
	bool inner = operand_is_quoted(operator_table[row].op, quoted);

	p->sign = shell_cut(r, s->at, s->at + n);
	p->op = p->op == SHELL_VALUE ? operator_table[row].op : p->op;
	s->at += n;
	p->operand =
		keep_word(r, shell_read_word_in(r, operator_table[row].operand, inner));
	if (!operator_table[row].second || s->at >= s->end || shell_byte(s, 0) == '}')
		return;
	s->at++;
	p->second =
		keep_word(r, shell_read_word_in(r, operator_table[row].second, quoted));
}

static void read_operator(
	struct shell_reader *r, struct shell_parameter *p, bool quoted)
{
	struct str rest = str_sub(r->src.text.s, r->src.at, r->src.end - r->src.at);

	for (size_t row = 0; row < OPERATOR_COUNT; row++)
		if (str_starts(rest, operator_table[row].sign)) {
			read_operand(r, p, row, quoted);
			return;
		}
}

/* Behind the name and all that may follow it. */
static void read_brace_end(struct shell_reader *r, uint32_t from, bool quoted)
{
	struct shell_source *s = &r->src;

	if (shell_byte(s, 0) == '}') {
		s->at++;
		return;
	}
	if (s->at < s->end)
		shell_complain(r, s->at, s->at + 1,
			"'%c' in a ${...} where an operator or '}' was expected",
			shell_byte(s, 0));
	shell_read_word_in(r, CONTEXT_OPERAND, quoted);
	if (shell_byte(s, 0) == '}')
		s->at++;
	else
		shell_complain(r, from, from + 2, "a ${ that is never closed");
}

static void read_braced(struct shell_reader *r, bool quoted)
{
	struct shell_segment segment = {.kind = SHELL_PARAMETER, .quoted = quoted};
	struct shell_parameter *p = arena_new(r->arena, struct shell_parameter);
	struct shell_source *s = &r->src;
	uint32_t from = s->at, n;

	if (!shell_enter(r))
		return;
	s->at += 2;
	p->op = read_leader(r);
	n = name_length(s, 0, true);
	p->name = shell_cut(r, s->at, s->at + n);
	s->at += n;
	if (n) {
		read_subscript(r, p);
		if (p->op == SHELL_INDIRECT && shell_byte(s, 0) == '*')
			s->at++; /* ${!prefix*} */
		else if (shell_byte(s, 0) != '}')
			read_operator(r, p, quoted);
	}
	if (!n)
		shell_complain(r, from, from + 2,
			"a ${ where the name of a parameter was expected");
	read_brace_end(r, from, quoted);
	shell_leave(r);
	segment.parameter = p;
	push_expansion(r, segment, from);
}

/* ---- $ ---- */

static void read_parenthesis(struct shell_reader *r, bool quoted)
{
	bool arithmetic = false;

	if (shell_byte(&r->src, 2) == '(') {
		r->src.at++;
		arithmetic = shell_is_arithmetic(r);
		r->src.at--;
	}
	if (arithmetic)
		read_dollar_arithmetic(r, quoted);
	else
		read_command_in(r, SHELL_COMMAND, quoted);
}

void shell_read_dollar(struct shell_reader *r, size_t base, bool quoted)
{
	struct shell_source *s = &r->src;
	char next = shell_byte(s, 1);
	uint32_t n = name_length(s, 1, false);

	if (next == '(') {
		read_parenthesis(r, quoted);
	} else if (next == '{') {
		read_braced(r, quoted);
	} else if (n) {
		read_name(r, n, quoted);
	} else if (next == '\'' && !quoted) {
		shell_read_ansi(r);
	} else if (next == '"' && !quoted) {
		s->at++;
		shell_read_double(r, base);
	} else {
		shell_add_literal(r, base, s->at, 1, quoted);
		s->at++;
	}
}
