#include "syntax/shell_dump.h"

/* Control bytes would break the one line. */
static void dump_bytes(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n')
			buf_add(out, STR("\\n"));
		else if (s.p[i] == '\t')
			buf_add(out, STR("\\t"));
		else if (s.p[i] >= 0 && s.p[i] < ' ')
			buf_printf(out, "\\x%02x", s.p[i]);
		else
			buf_char(out, s.p[i]);
}

static void dump_words(
	struct buf *out, const struct shell_words *words, const char *separator)
{
	for (size_t i = 0; i < words->n; i++) {
		if (i)
			buf_add(out, str_c(separator));
		shell_dump_word(out, &words->at[i]);
	}
}

/* ---- words ---- */

static void dump_parameter(struct buf *out, const struct shell_parameter *p)
{
	buf_char(out, '<');
	if (p->op == SHELL_LENGTH || p->op == SHELL_INDIRECT)
		buf_char(out, p->op == SHELL_LENGTH ? '#' : '!');
	dump_bytes(out, p->name.s);
	if (p->subscript.s.n) {
		buf_char(out, '[');
		dump_bytes(out, p->subscript.s);
		buf_char(out, ']');
	}
	dump_bytes(out, p->sign.s);
	if (p->operand)
		shell_dump_word(out, p->operand);
	if (p->second) {
		buf_char(out, '|');
		shell_dump_word(out, p->second);
	}
	buf_char(out, '>');
}

static void dump_enclosed(
	struct buf *out, const char *open, const struct shell_list *list)
{
	buf_add(out, str_c(open));
	shell_dump(out, list);
	buf_char(out, ']');
}

static void dump_segment(struct buf *out, const struct shell_segment *s)
{
	switch (s->kind) {
	case SHELL_LITERAL:
		dump_bytes(out, s->text.s);
		break;
	case SHELL_GLOB:
	case SHELL_TILDE:
		buf_char(out, '{');
		dump_bytes(out, s->text.s);
		buf_char(out, '}');
		break;
	case SHELL_PARAMETER:
		dump_parameter(out, s->parameter);
		break;
	case SHELL_COMMAND:
		dump_enclosed(out, "$[", s->list);
		break;
	case SHELL_PROCESS:
		dump_enclosed(out, s->text.s.p[0] == '<' ? "<[" : ">[", s->list);
		break;
	case SHELL_ARITHMETIC:
		buf_add(out, STR("$(("));
		shell_dump_word(out, s->expression);
		buf_add(out, STR("))"));
		break;
	case SHELL_ARRAY:
		buf_char(out, '(');
		dump_words(out, s->elements, " ");
		buf_char(out, ')');
	}
}

void shell_dump_word(struct buf *out, const struct shell_word *word)
{
	bool quoted = false;

	if (word->quoted && !word->segments.n)
		buf_add(out, STR("''"));
	vec_each (struct shell_segment, segment, &word->segments) {
		if (segment->quoted != quoted)
			buf_char(out, '\'');
		quoted = segment->quoted;
		dump_segment(out, segment);
	}
	if (quoted)
		buf_char(out, '\'');
}

/* ---- commands ---- */

static void dump_assign(struct buf *out, const struct shell_assign *assign)
{
	dump_bytes(out, assign->name.s);
	if (assign->subscript.s.n) {
		buf_char(out, '[');
		dump_bytes(out, assign->subscript.s);
		buf_char(out, ']');
	}
	buf_add(out, assign->append ? STR("+=") : STR("="));
	shell_dump_word(out, &assign->value);
}

static void dump_redirect(struct buf *out, const struct shell_redirect *redirect)
{
	static const char *const signs[] = {
		[SHELL_READ] = "<",
		[SHELL_WRITE] = ">",
		[SHELL_CLOBBER] = ">|",
		[SHELL_APPEND] = ">>",
		[SHELL_READ_WRITE] = "<>",
		[SHELL_READ_FD] = "<&",
		[SHELL_WRITE_FD] = ">&",
		[SHELL_WRITE_BOTH] = "&>",
		[SHELL_APPEND_BOTH] = "&>>",
		[SHELL_HEREDOC] = "<<",
		[SHELL_HEREDOC_STRIPPED] = "<<-",
		[SHELL_HERE_STRING] = "<<<",
	};

	dump_bytes(out, redirect->fd.s);
	buf_add(out, str_c(signs[redirect->kind]));
	if (!redirect->heredoc) {
		shell_dump_word(out, &redirect->target);
		return;
	}
	dump_bytes(out, redirect->heredoc->delimiter.s);
	if (redirect->heredoc->literal)
		buf_char(out, '!');
	shell_dump_word(out, &redirect->heredoc->body);
}

static void dump_branch(struct buf *out, const struct shell_branch *branch)
{
	static const char *const ends[] = {
		[SHELL_NEXT_NONE] = "]",
		[SHELL_NEXT_BODY] = " ;&]",
		[SHELL_NEXT_PATTERN] = " ;;&]",
	};

	buf_char(out, '[');
	if (branch->patterns.n) {
		dump_words(out, &branch->patterns, " | ");
		buf_add(out, STR(" : "));
	}
	if (branch->condition) {
		shell_dump(out, branch->condition);
		buf_add(out, STR(" ? "));
	}
	shell_dump(out, branch->body);
	buf_add(out, str_c(ends[branch->next]));
}

static void space(struct buf *out, size_t begin)
{
	if (out->n > begin)
		buf_char(out, ' ');
}

static void dump_command(struct buf *out, const struct shell_command *c)
{
	static const char *const names[] = {
		[SHELL_SIMPLE] = "",
		[SHELL_SUBSHELL] = "subshell",
		[SHELL_GROUP] = "group",
		[SHELL_IF] = "if",
		[SHELL_FOR] = "for",
		[SHELL_SELECT] = "select",
		[SHELL_FOR_LOOP] = "forloop",
		[SHELL_WHILE] = "while",
		[SHELL_UNTIL] = "until",
		[SHELL_CASE_OF] = "case",
		[SHELL_FUNCTION] = "function",
		[SHELL_TEST] = "test",
		[SHELL_EXPRESSION] = "expression",
	};
	size_t begin;

	buf_char(out, '(');
	begin = out->n;
	buf_add(out, str_c(names[c->kind]));
	if (c->name.s.n) {
		space(out, begin);
		dump_bytes(out, c->name.s);
	}
	if (c->in_given)
		buf_add(out, STR(" in"));
	vec_each (struct shell_assign, assign, &c->assigns) {
		space(out, begin);
		dump_assign(out, assign);
	}
	if (c->words.n)
		space(out, begin);
	dump_words(out, &c->words, " ");
	vec_each (struct shell_branch, branch, &c->branches) {
		space(out, begin);
		dump_branch(out, branch);
	}
	vec_each (struct shell_redirect, redirect, &c->redirects) {
		space(out, begin);
		dump_redirect(out, redirect);
	}
	buf_char(out, ')');
}

static void dump_pipeline(struct buf *out, const struct shell_pipeline *p)
{
	static const char *const joins[] = {
		[SHELL_FIRST] = "", [SHELL_AND] = " && ", [SHELL_OR] = " || "};

	buf_add(out, str_c(joins[p->join]));
	if (p->timed)
		buf_add(out, STR("time "));
	if (p->negated)
		buf_add(out, STR("! "));
	for (size_t i = 0; i < p->commands.n; i++) {
		if (i)
			buf_add(out,
				p->commands.at[i - 1].pipes_stderr ? STR(" |& ")
								   : STR(" | "));
		dump_command(out, &p->commands.at[i]);
	}
}

void shell_dump(struct buf *out, const struct shell_list *list)
{
	static const char *const ends[] = {
		[SHELL_END_NONE] = "",
		[SHELL_END_NEWLINE] = ",",
		[SHELL_END_SEMICOLON] = ";",
		[SHELL_END_BACKGROUND] = " &",
	};

	for (size_t i = 0; i < list->items.n; i++) {
		const struct shell_and_or *item = &list->items.at[i];

		if (i)
			buf_char(out, ' ');
		vec_each (struct shell_pipeline, pipeline, &item->pipelines)
			dump_pipeline(out, pipeline);
		buf_add(out, str_c(ends[item->end]));
	}
}
