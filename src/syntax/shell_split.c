#include "syntax/shell_reader.h"

static void skip_space(struct shell_source *s)
{
	while (s->at < s->end && byte_is_space(s->text.s.p[s->at]))
		s->at++;
}

/* "..." where $ and ` are plain bytes. */
static void read_double(struct shell_reader *r, size_t base)
{
	struct shell_source *s = &r->src;
	uint32_t open = s->at++;

	while (s->at < s->end && s->text.s.p[s->at] != '"')
		if (s->text.s.p[s->at] == '\\')
			shell_read_double_escape(r, base, "$`\"\\");
		else
			shell_add_literal(r, base, s->at++, 1, true);
	if (s->at < s->end)
		s->at++;
	else
		shell_complain(r, open, open + 1, "a \" that is never closed");
}

/* Bytes up to the next blank. */
static struct shell_word read_word(struct shell_reader *r)
{
	struct shell_source *s = &r->src;
	struct shell_word word = {0};
	size_t base = r->segments.n;
	uint32_t from = s->at;

	while (s->at < s->end && !byte_is_space(s->text.s.p[s->at])) {
		char c = s->text.s.p[s->at];

		word.quoted |= c == '\'' || c == '"' || c == '\\';
		if (c == '\'')
			shell_read_single(r, base);
		else if (c == '"')
			read_double(r, base);
		else if (c == '\\')
			shell_read_escape(r, base);
		else
			shell_add_literal(r, base, s->at++, 1, false);
	}
	SHELL_MOVE(r, segments, base, &word.segments);
	word.raw = shell_cut(r, from, s->at);
	return word;
}

void shell_parse_words(struct arena *a, const struct text *text, struct diags *diags,
	struct shell_words *out)
{
	struct shell_reader r = shell_reader_for(a, text, diags);

	for (skip_space(&r.src); r.src.at < r.src.end; skip_space(&r.src)) {
		struct shell_word word = read_word(&r);

		*vec_push(a, out) = word;
		shell_count(&r);
		shell_check(&r);
	}
}
