#include "syntax/shell_reader.h"

/* ---- assignments ---- */

/* The bytes of "name", "name[...]" and the = or += behind it, at the word at hand. */
struct assign_shape {
	uint32_t name, subscript, sign; /* lengths; subscript with its brackets */
};

static bool assign_shape(const struct shell_source *s, struct assign_shape *out)
{
	struct assign_shape shape = {0};
	uint32_t n = 0;

	if (!shell_is_name_start(shell_byte(s, 0)))
		return false;
	while (shell_is_name(shell_byte(s, n)))
		n++;
	shape.name = n;
	if (shell_byte(s, n) == '[') {
		while (shell_byte(s, n) && shell_byte(s, n) != ']' &&
			!shell_ends_word(shell_byte(s, n)))
			n++;
		if (shell_byte(s, n) != ']')
			return false;
		shape.subscript = ++n - shape.name;
	}
	shape.sign = shell_byte(s, n) == '+' ? 2 : 1;
	*out = shape;
	return shell_byte(s, n + shape.sign - 1) == '=';
}

static bool read_assign(struct shell_reader *r)
{
	struct shell_source *s = &r->src;
	struct shell_assign assign = {0};
	struct assign_shape shape;
	uint32_t from = s->at;

	if (!assign_shape(s, &shape))
		return false;
	assign.name = shell_cut(r, from, from + shape.name);
	if (shape.subscript)
		assign.subscript = shell_cut(r, from + shape.name + 1,
			from + shape.name + shape.subscript - 1);
	assign.append = shape.sign == 2;
	s->at += shape.name + shape.subscript + shape.sign;
	assign.value = shell_read_word_in(r, CONTEXT_ASSIGN, false);
	s->last_end = s->at;
	assign.raw = shell_cut(r, from, s->at);
	SHELL_PUSH(r, assigns, assign);
	return true;
}

/* ---- redirections ---- */

static void read_redirect(struct shell_reader *r)
{
	struct shell_redirect redirect = {0};
	uint32_t from = shell_peek(r)->from;

	if (shell_peek(r)->kind == TOKEN_FD) {
		redirect.fd = shell_cut(r, from, shell_peek(r)->to);
		shell_take(r);
	}
	redirect.kind =
		(enum shell_redirect_kind)(shell_peek(r)->kind - TOKEN_REDIRECT);
	shell_take(r);
	/* In "2>&1 3>x" and "> 2>x" a number may stand as the next token's fd. */
	if (shell_peek(r)->kind == TOKEN_FD)
		redirect.target = shell_word_of_token(r);
	else if (shell_peek(r)->kind == TOKEN_WORD)
		redirect.target = shell_read_word(r);
	else
		shell_complain_here(r, "the target of a redirection");
	redirect.raw = shell_cut(r, from, r->src.last_end);
	if (redirect.kind == SHELL_HEREDOC || redirect.kind == SHELL_HEREDOC_STRIPPED)
		redirect.heredoc = shell_heredoc_expect(r, &redirect);
	SHELL_PUSH(r, redirects, redirect);
}

static bool at_redirect(struct shell_reader *r)
{
	const struct shell_token *t = shell_peek(r);

	return t->kind == TOKEN_FD || t->kind >= TOKEN_REDIRECT;
}

/* ---- functions ---- */

static bool at_empty_parentheses(struct shell_reader *r)
{
	uint32_t n = 1;

	if (shell_peek(r)->kind != TOKEN_OPEN)
		return false;
	while (byte_is_blank(shell_byte(&r->src, n)))
		n++;
	return shell_byte(&r->src, n) == ')';
}

void shell_read_function(
	struct shell_reader *r, struct shell_command *c, struct text name)
{
	struct shell_branch branch = {0};
	uint32_t from;

	c->kind = SHELL_FUNCTION;
	c->name = name;
	if (at_empty_parentheses(r)) {
		shell_take(r);
		shell_take(r);
	}
	while (shell_peek(r)->kind == TOKEN_NEWLINE)
		shell_take(r);
	from = shell_peek(r)->from;
	if (!shell_enter(r))
		return;
	branch.body = shell_read_single_command(r);
	shell_leave(r);
	branch.raw = shell_cut(r, from, r->src.last_end);
	SHELL_PUSH(r, branches, branch);
}

/* ---- simple commands ---- */

static void read_argument(struct shell_reader *r, size_t base)
{
	struct shell_word word = shell_read_word(r);

	SHELL_PUSH(r, words, word);
	if (r->words.n - base >= SHELL_WORDS_MAX)
		shell_stop(r, "20,000 words in one command");
}

/* Assignments, words and redirections, as long as one stands there. */
static void read_parts(struct shell_reader *r, size_t base)
{
	for (;;) {
		if (shell_peek(r)->kind != TOKEN_WORD) {
			if (!at_redirect(r))
				return;
			read_redirect(r);
		} else if (r->words.n != base || !read_assign(r)) {
			read_argument(r, base);
		}
	}
}

static void read_simple(struct shell_reader *r, struct shell_command *c)
{
	size_t assigns = r->assigns.n, redirects = r->redirects.n, words = r->words.n;

	read_parts(r, words);
	SHELL_MOVE(r, assigns, assigns, &c->assigns);
	SHELL_MOVE(r, redirects, redirects, &c->redirects);
	SHELL_MOVE(r, words, words, &c->words);
	if (c->words.n == 1 && !c->assigns.n && !c->redirects.n &&
		at_empty_parentheses(r)) {
		shell_read_function(r, c, c->words.at[0].raw);
		c->words = (struct shell_words){0};
	}
}

struct shell_command shell_read_command(struct shell_reader *r)
{
	struct shell_command c = {0};
	uint32_t from = shell_peek(r)->from;
	size_t branches = r->branches.n, redirects;

	if (!shell_read_compound(r, &c)) {
		read_simple(r, &c);
	} else {
		redirects = r->redirects.n;
		while (at_redirect(r))
			read_redirect(r);
		SHELL_MOVE(r, redirects, redirects, &c.redirects);
	}
	SHELL_MOVE(r, branches, branches, &c.branches);
	c.raw = shell_cut(r, from, r->src.last_end);
	return c;
}
