#include "syntax/shell_reader.h"

/* ---- what the productions share ---- */

static void skip_newlines(struct shell_reader *r)
{
	while (shell_peek(r)->kind == TOKEN_NEWLINE)
		shell_take(r);
}

static bool take_if(struct shell_reader *r, enum shell_keyword keyword)
{
	if (!shell_at_keyword(r, keyword))
		return false;
	shell_take_keyword(r);
	return true;
}

/* A reserved word that must stand here; opener is the construct it belongs to. */
static void expect(struct shell_reader *r, enum shell_keyword keyword, const char *name,
	struct span opener)
{
	struct diag *diag;

	if (take_if(r, keyword))
		return;
	diag = shell_complain_here(r, name);
	if (diag)
		diag->related = opener;
}

static struct span token_span(struct shell_reader *r, uint32_t n)
{
	return text_span(&r->src.text, shell_peek(r)->from, n);
}

static void push_branch(
	struct shell_reader *r, struct shell_branch branch, uint32_t from)
{
	branch.raw = shell_cut(r, from, r->src.last_end);
	SHELL_PUSH(r, branches, branch);
}

/* ---- ( ) and { } ---- */

static void read_subshell(struct shell_reader *r, struct shell_command *c)
{
	struct span opener = token_span(r, 1);
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;
	struct diag *diag;

	c->kind = SHELL_SUBSHELL;
	shell_take(r);
	branch.body = shell_read_body(r, CLOSER_PAREN);
	if (shell_peek(r)->kind == TOKEN_CLOSE) {
		shell_take(r);
	} else {
		diag = shell_complain_here(r, "')'");
		if (diag)
			diag->related = opener;
	}
	push_branch(r, branch, from);
}

static void read_group(struct shell_reader *r, struct shell_command *c)
{
	struct span opener = token_span(r, 1);
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;

	c->kind = SHELL_GROUP;
	shell_take_keyword(r);
	branch.body = shell_read_body(r, CLOSER_BRACE);
	expect(r, KEYWORD_CLOSE, "'}'", opener);
	push_branch(r, branch, from);
}

/* ---- if ---- */

static void read_if_branch(struct shell_reader *r, struct span opener)
{
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;

	shell_take_keyword(r);
	branch.condition = shell_read_body(r, CLOSER_THEN | CLOSER_ELSE | CLOSER_FI);
	expect(r, KEYWORD_THEN, "'then'", opener);
	branch.body = shell_read_body(r, CLOSER_ELSE | CLOSER_FI);
	push_branch(r, branch, from);
}

static void read_else(struct shell_reader *r)
{
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;

	shell_take_keyword(r);
	branch.body = shell_read_body(r, CLOSER_FI);
	push_branch(r, branch, from);
}

static void read_if(struct shell_reader *r, struct shell_command *c)
{
	struct span opener = token_span(r, 2);

	c->kind = SHELL_IF;
	read_if_branch(r, opener);
	while (shell_at_keyword(r, KEYWORD_ELIF))
		read_if_branch(r, opener);
	if (shell_at_keyword(r, KEYWORD_ELSE))
		read_else(r);
	expect(r, KEYWORD_FI, "'fi'", opener);
}

/* ---- loops ---- */

/* do ... done, or the { ... } that bash takes instead. */
static const struct shell_list *read_loop_body(
	struct shell_reader *r, struct span opener)
{
	const struct shell_list *body;

	if (take_if(r, KEYWORD_OPEN)) {
		body = shell_read_body(r, CLOSER_BRACE);
		expect(r, KEYWORD_CLOSE, "'}'", opener);
		return body;
	}
	expect(r, KEYWORD_DO, "'do'", opener);
	body = shell_read_body(r, CLOSER_DONE);
	expect(r, KEYWORD_DONE, "'done'", opener);
	return body;
}

static void read_while(struct shell_reader *r, struct shell_command *c)
{
	struct span opener = token_span(r, 5);
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;

	c->kind = shell_at_keyword(r, KEYWORD_WHILE) ? SHELL_WHILE : SHELL_UNTIL;
	shell_take_keyword(r);
	branch.condition = shell_read_body(r, CLOSER_DO | CLOSER_DONE);
	branch.body = read_loop_body(r, opener);
	push_branch(r, branch, from);
}

/* Words up to the end of the line, of "for" and "select". */
static void read_loop_words(struct shell_reader *r, struct shell_command *c)
{
	size_t base = r->words.n;

	while (shell_peek(r)->kind == TOKEN_WORD) {
		struct shell_word word = shell_read_word(r);

		SHELL_PUSH(r, words, word);
		if (r->words.n - base >= SHELL_WORDS_MAX)
			shell_stop(r, "20,000 words in one command");
	}
	SHELL_MOVE(r, words, base, &c->words);
}

static void read_arithmetic_word(struct shell_reader *r, struct shell_command *c)
{
	struct shell_word word = shell_read_arithmetic(r, false);
	size_t base = r->words.n;

	SHELL_PUSH(r, words, word);
	SHELL_MOVE(r, words, base, &c->words);
}

static void read_for_header(struct shell_reader *r, struct shell_command *c)
{
	if (shell_peek(r)->kind == TOKEN_OPEN && shell_byte(&r->src, 1) == '(') {
		c->kind = SHELL_FOR_LOOP;
		read_arithmetic_word(r, c);
		return;
	}
	if (shell_peek(r)->kind == TOKEN_WORD)
		c->name = shell_read_word(r).raw;
	else
		shell_complain_here(r, "the name of a variable");
	skip_newlines(r);
	if (take_if(r, KEYWORD_IN)) {
		c->in_given = true;
		read_loop_words(r, c);
	}
}

static void read_for(struct shell_reader *r, struct shell_command *c)
{
	bool select = shell_at_keyword(r, KEYWORD_SELECT);
	struct span opener = token_span(r, select ? 6 : 3);
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;

	c->kind = select ? SHELL_SELECT : SHELL_FOR;
	shell_take_keyword(r);
	read_for_header(r, c);
	if (shell_peek(r)->kind == TOKEN_SEMICOLON)
		shell_take(r);
	skip_newlines(r);
	branch.body = read_loop_body(r, opener);
	push_branch(r, branch, from);
}

/* ---- case ---- */

static void read_patterns(struct shell_reader *r, struct shell_branch *branch)
{
	size_t base = r->words.n;

	if (shell_peek(r)->kind == TOKEN_OPEN)
		shell_take(r);
	while (shell_peek(r)->kind == TOKEN_WORD) {
		struct shell_word word = shell_read_word(r);

		SHELL_PUSH(r, words, word);
		if (shell_peek(r)->kind != TOKEN_PIPE)
			break;
		shell_take(r);
	}
	if (r->words.n == base)
		shell_complain_here(r, "a pattern");
	SHELL_MOVE(r, words, base, &branch->patterns);
}

static enum shell_next read_clause_end(struct shell_reader *r)
{
	static const enum shell_next next[] = {
		SHELL_NEXT_NONE, SHELL_NEXT_BODY, SHELL_NEXT_PATTERN};
	int kind = shell_peek(r)->kind;

	if (kind < TOKEN_CLAUSE || kind > TOKEN_CLAUSE_PATTERN)
		return SHELL_NEXT_NONE;
	shell_take(r);
	return next[kind - TOKEN_CLAUSE];
}

static void read_clause(struct shell_reader *r)
{
	struct shell_branch branch = {0};
	uint32_t from = shell_peek(r)->from;

	read_patterns(r, &branch);
	if (shell_peek(r)->kind == TOKEN_CLOSE)
		shell_take(r);
	else
		shell_complain_here(r, "')' behind the pattern");
	branch.body = shell_read_list(r, CLOSER_CLAUSE | CLOSER_ESAC);
	branch.next = read_clause_end(r);
	push_branch(r, branch, from);
}

/* A clause begins at a word other than esac, or at "(". */
static bool clause_begins(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);

	return t->kind == TOKEN_OPEN ||
		(t->kind == TOKEN_WORD && t->keyword != KEYWORD_ESAC);
}

static void read_case(struct shell_reader *r, struct shell_command *c)
{
	struct span opener = token_span(r, 4);
	size_t base = r->words.n;

	c->kind = SHELL_CASE_OF;
	shell_take_keyword(r);
	if (shell_peek(r)->kind == TOKEN_WORD) {
		struct shell_word word = shell_read_word(r);

		SHELL_PUSH(r, words, word);
	} else {
		shell_complain_here(r, "a word");
	}
	SHELL_MOVE(r, words, base, &c->words);
	skip_newlines(r);
	expect(r, KEYWORD_IN, "'in'", opener);
	for (skip_newlines(r); clause_begins(r); skip_newlines(r))
		read_clause(r);
	expect(r, KEYWORD_ESAC, "'esac'", opener);
}

/* ---- function, [[ ]], (( )) ---- */

static void read_function_keyword(struct shell_reader *r, struct shell_command *c)
{
	struct text name = {0};

	shell_take_keyword(r);
	if (shell_peek(r)->kind == TOKEN_WORD)
		name = shell_read_word(r).raw;
	else
		shell_complain_here(r, "the name of a function");
	shell_read_function(r, c, name);
}

/* One word or operator of [[ ]]; false where it cannot go on. */
static bool read_test_word(struct shell_reader *r, bool regex)
{
	int kind = shell_peek(r)->kind;
	struct shell_word word;

	if (kind == TOKEN_NEWLINE) {
		shell_take(r);
		return true;
	}
	if (kind == TOKEN_WORD || (regex && kind == TOKEN_OPEN)) {
		word = shell_read_word_in(
			r, regex ? CONTEXT_REGEX : CONTEXT_WORD, false);
		r->src.last_end = r->src.at;
	} else if (kind == TOKEN_AND || kind == TOKEN_OR || kind == TOKEN_OPEN ||
		kind == TOKEN_CLOSE || kind == TOKEN_FD || kind >= TOKEN_REDIRECT) {
		word = shell_word_of_token(r);
	} else {
		return false;
	}
	SHELL_PUSH(r, words, word);
	return true;
}

static void read_test(struct shell_reader *r, struct shell_command *c)
{
	struct span opener = token_span(r, 2);
	size_t base = r->words.n;
	bool regex = false;

	c->kind = SHELL_TEST;
	shell_take_keyword(r);
	while (!shell_at_keyword(r, KEYWORD_TEST_CLOSE) && read_test_word(r, regex)) {
		regex = r->words.n > base &&
			shell_word_is(vec_last(&r->words), STR("=~"));
		if (r->words.n - base >= SHELL_WORDS_MAX)
			shell_stop(r, "20,000 words in one command");
	}
	SHELL_MOVE(r, words, base, &c->words);
	expect(r, KEYWORD_TEST_CLOSE, "']]'", opener);
}

static bool at_double_parenthesis(struct shell_reader *r)
{
	return shell_peek(r)->kind == TOKEN_OPEN && shell_byte(&r->src, 1) == '(' &&
		shell_is_arithmetic(r);
}

/* ---- which one ---- */

typedef void production(struct shell_reader *, struct shell_command *);

static const struct {
	enum shell_keyword keyword;
	production *read;
} compound_table[] = {
	{KEYWORD_IF, read_if},
	{KEYWORD_WHILE, read_while},
	{KEYWORD_UNTIL, read_while},
	{KEYWORD_FOR, read_for},
	{KEYWORD_SELECT, read_for},
	{KEYWORD_CASE, read_case},
	{KEYWORD_OPEN, read_group},
	{KEYWORD_TEST, read_test},
	{KEYWORD_FUNCTION, read_function_keyword},
};

static void read_expression(struct shell_reader *r, struct shell_command *c)
{
	c->kind = SHELL_EXPRESSION;
	read_arithmetic_word(r, c);
}

/* The production that begins with the token at hand, or NULL. */
static production *find_production(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);

	if (t->kind == TOKEN_OPEN)
		return at_double_parenthesis(r) ? read_expression : read_subshell;
	if (t->kind != TOKEN_WORD || t->keyword == KEYWORD_NONE)
		return NULL;
	for (size_t i = 0; i < sizeof(compound_table) / sizeof(compound_table[0]); i++)
		if (compound_table[i].keyword == t->keyword)
			return compound_table[i].read;
	return NULL;
}

bool shell_read_compound(struct shell_reader *r, struct shell_command *c)
{
	production *read = find_production(r);

	if (!read)
		return false;
	/* Too deep: the source ends here and the command stays empty. */
	if (!shell_enter(r))
		return true;
	read(r, c);
	shell_leave(r);
	return true;
}
