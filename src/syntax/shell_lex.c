#include "syntax/shell_reader.h"

enum {
	ENDS_WORD = 1,
	NAME_START = 2,
	NAME = 4,
};

static const unsigned char byte_class[256] = {
	['\0'] = 0,
	[' '] = ENDS_WORD,
	['\t'] = ENDS_WORD,
	['\n'] = ENDS_WORD,
	['|'] = ENDS_WORD,
	['&'] = ENDS_WORD,
	[';'] = ENDS_WORD,
	['<'] = ENDS_WORD,
	['>'] = ENDS_WORD,
	['('] = ENDS_WORD,
	[')'] = ENDS_WORD,
	['_'] = NAME_START | NAME,
	['a' ... 'z'] = NAME_START | NAME,
	['A' ... 'Z'] = NAME_START | NAME,
	['0' ... '9'] = NAME,
};

bool shell_ends_word(char c)
{
	return byte_class[(unsigned char)c] & ENDS_WORD;
}

bool shell_is_name_start(char c)
{
	return byte_class[(unsigned char)c] & NAME_START;
}

bool shell_is_name(char c)
{
	return byte_class[(unsigned char)c] & NAME;
}

/* ---- reserved words ---- */

static const struct {
	struct str word;
	enum shell_keyword keyword;
	enum shell_closer closer;
} keyword_table[] = {
	{STR_INIT("if"), KEYWORD_IF, CLOSER_NONE},
	{STR_INIT("then"), KEYWORD_THEN, CLOSER_THEN},
	{STR_INIT("elif"), KEYWORD_ELIF, CLOSER_ELSE},
	{STR_INIT("else"), KEYWORD_ELSE, CLOSER_ELSE},
	{STR_INIT("fi"), KEYWORD_FI, CLOSER_FI},
	{STR_INIT("do"), KEYWORD_DO, CLOSER_DO},
	{STR_INIT("done"), KEYWORD_DONE, CLOSER_DONE},
	{STR_INIT("case"), KEYWORD_CASE, CLOSER_NONE},
	{STR_INIT("esac"), KEYWORD_ESAC, CLOSER_ESAC},
	{STR_INIT("while"), KEYWORD_WHILE, CLOSER_NONE},
	{STR_INIT("until"), KEYWORD_UNTIL, CLOSER_NONE},
	{STR_INIT("for"), KEYWORD_FOR, CLOSER_NONE},
	{STR_INIT("select"), KEYWORD_SELECT, CLOSER_NONE},
	{STR_INIT("in"), KEYWORD_IN, CLOSER_NONE},
	{STR_INIT("function"), KEYWORD_FUNCTION, CLOSER_NONE},
	{STR_INIT("time"), KEYWORD_TIME, CLOSER_NONE},
	{STR_INIT("-p"), KEYWORD_TIME_POSIX, CLOSER_NONE},
	{STR_INIT("!"), KEYWORD_NOT, CLOSER_NONE},
	{STR_INIT("{"), KEYWORD_OPEN, CLOSER_NONE},
	{STR_INIT("}"), KEYWORD_CLOSE, CLOSER_BRACE},
	{STR_INIT("[["), KEYWORD_TEST, CLOSER_NONE},
	{STR_INIT("]]"), KEYWORD_TEST_CLOSE, CLOSER_NONE},
};

enum {
	KEYWORD_COUNT = sizeof(keyword_table) / sizeof(keyword_table[0]),
	KEYWORD_LENGTH_MAX = 8
};

static enum shell_keyword keyword_of(struct str word)
{
	for (size_t i = 0; i < KEYWORD_COUNT; i++)
		if (word.p[0] == keyword_table[i].word.p[0] &&
			str_eq(word, keyword_table[i].word))
			return keyword_table[i].keyword;
	return KEYWORD_NONE;
}

static enum shell_keyword keyword_here(const struct shell_source *s)
{
	static const char first[] = "itefdcwus!{}[]-"; /* of the table */
	struct str word = str_sub(s->text.s, s->at, KEYWORD_LENGTH_MAX + 1);
	size_t n = 0;

	if (word.n > s->end - s->at)
		word.n = s->end - s->at;
	if (!word.n || !memchr(first, word.p[0], sizeof(first) - 1))
		return KEYWORD_NONE;
	while (n < word.n && !shell_ends_word(word.p[n]))
		n++;
	return n > KEYWORD_LENGTH_MAX ? KEYWORD_NONE : keyword_of(str_sub(word, 0, n));
}

enum shell_closer shell_token_closer(const struct shell_token *t)
{
	if (t->kind == TOKEN_CLOSE)
		return CLOSER_PAREN;
	if (t->kind >= TOKEN_CLAUSE && t->kind <= TOKEN_CLAUSE_PATTERN)
		return CLOSER_CLAUSE;
	if (t->kind != TOKEN_WORD || t->keyword == KEYWORD_NONE)
		return CLOSER_NONE;
	for (size_t i = 0; i < KEYWORD_COUNT; i++)
		if (keyword_table[i].keyword == t->keyword)
			return keyword_table[i].closer;
	return CLOSER_NONE;
}

/* ---- operators ---- */

/* An operator stands before every shorter one that it begins with. */
static const struct {
	struct str sign;
	int kind;
} operator_table[] = {
	{STR_INIT("\n"), TOKEN_NEWLINE},
	{STR_INIT("&&"), TOKEN_AND},
	{STR_INIT("&>>"), TOKEN_REDIRECT + SHELL_APPEND_BOTH},
	{STR_INIT("&>"), TOKEN_REDIRECT + SHELL_WRITE_BOTH},
	{STR_INIT("&"), TOKEN_BACKGROUND},
	{STR_INIT("||"), TOKEN_OR},
	{STR_INIT("|&"), TOKEN_PIPE_BOTH},
	{STR_INIT("|"), TOKEN_PIPE},
	{STR_INIT(";;&"), TOKEN_CLAUSE_PATTERN},
	{STR_INIT(";;"), TOKEN_CLAUSE},
	{STR_INIT(";&"), TOKEN_CLAUSE_BODY},
	{STR_INIT(";"), TOKEN_SEMICOLON},
	{STR_INIT("("), TOKEN_OPEN},
	{STR_INIT(")"), TOKEN_CLOSE},
	{STR_INIT("<<<"), TOKEN_REDIRECT + SHELL_HERE_STRING},
	{STR_INIT("<<-"), TOKEN_REDIRECT + SHELL_HEREDOC_STRIPPED},
	{STR_INIT("<<"), TOKEN_REDIRECT + SHELL_HEREDOC},
	{STR_INIT("<&"), TOKEN_REDIRECT + SHELL_READ_FD},
	{STR_INIT("<>"), TOKEN_REDIRECT + SHELL_READ_WRITE},
	{STR_INIT("<"), TOKEN_REDIRECT + SHELL_READ},
	{STR_INIT(">>"), TOKEN_REDIRECT + SHELL_APPEND},
	{STR_INIT(">&"), TOKEN_REDIRECT + SHELL_WRITE_FD},
	{STR_INIT(">|"), TOKEN_REDIRECT + SHELL_CLOBBER},
	{STR_INIT(">"), TOKEN_REDIRECT + SHELL_WRITE},
};

enum { OPERATOR_COUNT = sizeof(operator_table) / sizeof(operator_table[0]) };

static struct shell_token operator_here(const struct shell_source *s)
{
	struct str rest = str_sub(s->text.s, s->at, 3);

	if (rest.n > s->end - s->at)
		rest.n = s->end - s->at;
	for (size_t i = 0; i < OPERATOR_COUNT; i++)
		if (rest.n && rest.p[0] == operator_table[i].sign.p[0] &&
			str_starts(rest, operator_table[i].sign))
			return (struct shell_token){.kind = operator_table[i].kind,
				.from = s->at,
				.to = s->at + (uint32_t)operator_table[i].sign.n};
	return (struct shell_token){.kind = TOKEN_END, .from = s->at, .to = s->at};
}

/* ---- tokens ---- */

static void skip_comment(struct shell_reader *r)
{
	struct shell_source *s = &r->src;
	const char *from = s->text.s.p + s->at;
	const char *end = memchr(from, '\n', s->end - s->at);
	uint32_t n = end ? (uint32_t)(end - from) : s->end - s->at;
	struct text comment = shell_cut(r, s->at, s->at + n);

	s->at += n;
	SHELL_PUSH(r, comments, comment);
}

static void skip_blanks(struct shell_reader *r)
{
	struct shell_source *s = &r->src;

	for (;;) {
		char c = shell_byte(s, 0);

		if (byte_is_blank(c))
			s->at++;
		else if (c == '\\' && shell_byte(s, 1) == '\n')
			s->at += 2;
		else if (c == '#')
			skip_comment(r);
		else
			return;
	}
}

/* The bytes of "2" or "{name}" that stand right before < or >; else 0. */
static uint32_t fd_length(const struct shell_source *s)
{
	uint32_t n = 0;
	bool named = shell_byte(s, 0) == '{';

	if (named) {
		n++;
		while (shell_is_name(shell_byte(s, n)))
			n++;
		if (n == 1 || shell_byte(s, n++) != '}')
			return 0;
	} else {
		while (byte_is_digit(shell_byte(s, n)))
			n++;
	}
	if (shell_byte(s, n + 1) == '(')
		return 0;
	return shell_byte(s, n) == '<' || shell_byte(s, n) == '>' ? n : 0;
}

static bool at_process(const struct shell_source *s)
{
	char c = shell_byte(s, 0);

	return (c == '<' || c == '>') && shell_byte(s, 1) == '(';
}

static struct shell_token token_here(const struct shell_source *s)
{
	char c = shell_byte(s, 0);
	uint32_t fd = 0;

	if (s->at >= s->end || (shell_ends_word(c) && !at_process(s)))
		return operator_here(s);
	if (byte_is_digit(c) || c == '{')
		fd = fd_length(s);
	if (fd)
		return (struct shell_token){
			.kind = TOKEN_FD, .from = s->at, .to = s->at + fd};
	return (struct shell_token){
		.kind = TOKEN_WORD, .keyword = keyword_here(s), .from = s->at};
}

void shell_scan(struct shell_reader *r)
{
	shell_check(r);
	skip_blanks(r);
	r->src.token = token_here(&r->src);
	r->src.peeked = true;
}

void shell_take(struct shell_reader *r)
{
	bool newline = shell_peek(r)->kind == TOKEN_NEWLINE;

	r->src.at = r->src.token.to;
	r->src.last_end = r->src.at;
	r->src.peeked = false;
	if (newline && r->heredocs.n)
		shell_read_heredocs(r);
}

void shell_take_keyword(struct shell_reader *r)
{
	while (r->src.at < r->src.end && !shell_ends_word(shell_byte(&r->src, 0)))
		r->src.at++;
	r->src.last_end = r->src.at;
	r->src.peeked = false;
}

/* The bytes of a word as far as they are worth quoting. */
static struct str word_start(const struct shell_source *s)
{
	uint32_t n = 0;

	while (n < 40 && s->at + n < s->end && !shell_ends_word(shell_byte(s, n)))
		n++;
	return str_sub(s->text.s, s->at, n);
}

struct str shell_describe(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);
	struct str s;

	if (t->kind == TOKEN_END)
		return STR("the end");
	if (t->kind == TOKEN_NEWLINE)
		return STR("a new line");
	s = t->kind == TOKEN_WORD ? word_start(&r->src)
				  : str_sub(r->src.text.s, t->from, t->to - t->from);
	return arena_printf(r->arena, "'%.*s'", STR_ARG(s));
}
