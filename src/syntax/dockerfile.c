#include "syntax/dockerfile_read.h"
#include "syntax/space.h"

static const struct str keyword_names[DOCKERFILE_KEYWORD_COUNT] = {
	[DOCKERFILE_NONE] = STR_INIT(""),
	[DOCKERFILE_ADD] = STR_INIT("ADD"),
	[DOCKERFILE_ARG] = STR_INIT("ARG"),
	[DOCKERFILE_CMD] = STR_INIT("CMD"),
	[DOCKERFILE_COPY] = STR_INIT("COPY"),
	[DOCKERFILE_ENTRYPOINT] = STR_INIT("ENTRYPOINT"),
	[DOCKERFILE_ENV] = STR_INIT("ENV"),
	[DOCKERFILE_EXPOSE] = STR_INIT("EXPOSE"),
	[DOCKERFILE_FROM] = STR_INIT("FROM"),
	[DOCKERFILE_HEALTHCHECK] = STR_INIT("HEALTHCHECK"),
	[DOCKERFILE_LABEL] = STR_INIT("LABEL"),
	[DOCKERFILE_MAINTAINER] = STR_INIT("MAINTAINER"),
	[DOCKERFILE_ONBUILD] = STR_INIT("ONBUILD"),
	[DOCKERFILE_RUN] = STR_INIT("RUN"),
	[DOCKERFILE_SHELL] = STR_INIT("SHELL"),
	[DOCKERFILE_STOPSIGNAL] = STR_INIT("STOPSIGNAL"),
	[DOCKERFILE_USER] = STR_INIT("USER"),
	[DOCKERFILE_VOLUME] = STR_INIT("VOLUME"),
	[DOCKERFILE_WORKDIR] = STR_INIT("WORKDIR"),
};

struct str dockerfile_keyword_name(enum dockerfile_keyword keyword)
{
	return keyword_names[keyword];
}

enum dockerfile_keyword dockerfile_keyword_of(struct str word)
{
	for (int k = DOCKERFILE_NONE + 1; k < DOCKERFILE_KEYWORD_COUNT; k++)
		if (keyword_names[k].n == word.n &&
			str_eq_nocase(keyword_names[k], word))
			return (enum dockerfile_keyword)k;
	return DOCKERFILE_NONE;
}

bool dockerfile_expands(enum dockerfile_keyword keyword)
{
	static const uint32_t expanding = 1u << DOCKERFILE_ADD | 1u << DOCKERFILE_ARG |
		1u << DOCKERFILE_COPY | 1u << DOCKERFILE_ENV | 1u << DOCKERFILE_EXPOSE |
		1u << DOCKERFILE_FROM | 1u << DOCKERFILE_LABEL |
		1u << DOCKERFILE_STOPSIGNAL | 1u << DOCKERFILE_USER |
		1u << DOCKERFILE_VOLUME | 1u << DOCKERFILE_WORKDIR;

	return expanding >> keyword & 1;
}

const struct dockerfile_directive *dockerfile_directive_of(
	const struct dockerfile *df, enum dockerfile_directive_kind kind)
{
	for (uint32_t i = 0; i < df->directive_count; i++)
		if (df->directives[i].kind == kind)
			return &df->directives[i];
	return NULL;
}

/* The keyword that word was meant to be; DOCKERFILE_NONE when it is far from all. */
static enum dockerfile_keyword nearest_keyword(struct str word)
{
	enum dockerfile_keyword nearest = DOCKERFILE_NONE;
	unsigned least = 3;
	char upper[16];

	if (word.n < 3 || word.n > sizeof(upper))
		return DOCKERFILE_NONE;
	for (size_t i = 0; i < word.n; i++) {
		if (!byte_is_alpha(word.p[i]))
			return DOCKERFILE_NONE;
		upper[i] = (char)(word.p[i] & ~0x20);
	}
	for (int k = DOCKERFILE_NONE + 1; k < DOCKERFILE_KEYWORD_COUNT; k++) {
		size_t n = keyword_names[k].n;
		unsigned limit = n < 5 ? 1 : 2, d;

		if (n > word.n + limit || word.n > n + limit)
			continue;
		d = str_distance((struct str){upper, word.n}, keyword_names[k], 3);
		if (d <= limit && d < least) {
			least = d;
			nearest = (enum dockerfile_keyword)k;
		}
	}
	return nearest;
}

static size_t keyword_length(struct str line)
{
	size_t n = 0;

	while (n < line.n && !byte_is_space(line.p[n]))
		n++;
	return n;
}

static bool is_upper(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (byte_lower(s.p[i]) == s.p[i])
			return false;
	return true;
}

/*
 * Lines of a script that lost their continuation come in heaps: the first one is said,
 * and those that look like a misspelt instruction.
 */
static void say_unknown(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	struct str word = str_sub(in->line.s, 0, keyword_length(in->line.s));
	enum dockerfile_keyword nearest = DOCKERFILE_NONE;

	if (!r->after_unknown || is_upper(word))
		nearest = nearest_keyword(word);
	if (nearest)
		dockerfile_diag(r, DIAG_UNKNOWN_INSTRUCTION, in->keyword_span,
			"'%.*s' is no instruction; expected one, perhaps %.*s",
			STR_ARG(word), STR_ARG(keyword_names[nearest]));
	else if (!r->after_unknown)
		dockerfile_diag(r, DIAG_UNKNOWN_INSTRUCTION, in->keyword_span,
			"'%.*s' is no instruction; expected one such as RUN, or a '%c' at "
			"the end of the line before",
			STR_ARG(str_sub(word, 0, 80)), r->tree->escape);
}

static void read_instruction(struct dockerfile_reader *r, const struct text *line,
	struct dockerfile_instruction *in, uint32_t depth);

/* ONBUILD's rest is an instruction; one level, for a second one is refused anyway. */
static void read_trigger(
	struct dockerfile_reader *r, struct dockerfile_instruction *in, uint32_t depth)
{
	struct dockerfile_instruction *held;

	if (in->keyword != DOCKERFILE_ONBUILD || !in->rest.s.n ||
		depth >= DOCKERFILE_ONBUILD_MAX)
		return;
	held = arena_new(r->arena, struct dockerfile_instruction);
	held->span = text_span_all(&in->rest);
	read_instruction(r, &in->rest, held, depth + 1);
	in->trigger = held;
}

/* Fills in, whose span is set, from its joined line; the heredocs come later. */
static void read_instruction(struct dockerfile_reader *r, const struct text *line,
	struct dockerfile_instruction *in, uint32_t depth)
{
	size_t n = keyword_length(line->s);
	struct text rest = text_sub(line, n, SIZE_MAX);

	in->line = *line;
	in->keyword_span = text_span(line, 0, n);
	in->keyword = dockerfile_keyword_of(str_sub(line->s, 0, n));
	dockerfile_read_flags(r, in, &rest);
	in->rest = space_trim_text(&rest);
	dockerfile_read_args(r, in);
	read_trigger(r, in, depth);
}

static void read_all_heredocs(
	struct dockerfile_reader *r, struct dockerfile_instruction *in)
{
	struct dockerfile_instruction *held =
		(struct dockerfile_instruction *)in->trigger;

	dockerfile_read_heredocs(r, in);
	if (held && in->heredoc_count) {
		held->heredocs = in->heredocs;
		held->heredoc_count = in->heredoc_count;
		held->span.length =
			in->span.offset + in->span.length - held->span.offset;
	}
}

static void check_order(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	if (in->keyword == DOCKERFILE_FROM)
		r->has_from = true;
	if (r->has_from || r->said_before_from || in->keyword == DOCKERFILE_ARG)
		return;
	r->said_before_from = true;
	dockerfile_diag(r, DIAG_BEFORE_FROM, in->keyword_span,
		"%.*s stands before any FROM; only ARG may",
		STR_ARG(dockerfile_keyword_name(in->keyword)));
}

static void check_instruction(
	struct dockerfile_reader *r, const struct dockerfile_instruction *in)
{
	bool is_unknown = in->keyword == DOCKERFILE_NONE;

	if (is_unknown)
		say_unknown(r, in);
	else
		check_order(r, in);
	dockerfile_check(r, in);
	if (in->trigger && in->trigger->keyword == DOCKERFILE_NONE)
		say_unknown(r, in->trigger);
	else if (in->trigger && in->trigger->keyword != DOCKERFILE_ONBUILD)
		dockerfile_check(r, in->trigger);
	r->after_unknown = is_unknown;
}

static void read_instructions(struct dockerfile_reader *r)
{
	struct dockerfile_instruction *in;
	struct text line;
	struct span span;

	while (dockerfile_read_line(r, &line, &span)) {
		if (r->instructions.n == DOCKERFILE_INSTRUCTIONS_MAX) {
			dockerfile_diag(r, DIAG_LIMIT_REACHED, span,
				"nothing is read from here: the file has more than %u "
				"instructions",
				DOCKERFILE_INSTRUCTIONS_MAX);
			return;
		}
		if (!line.s.n) {
			dockerfile_diag(r, DIAG_UNKNOWN_INSTRUCTION, span,
				"a continuation stands alone; expected an instruction");
			continue;
		}
		in = vec_push(r->arena, &r->instructions);
		in->span = span;
		read_instruction(r, &line, in, 0);
		read_all_heredocs(r, in);
		check_instruction(r, in);
	}
}

static void check_file(struct dockerfile_reader *r)
{
	struct span all = span_of(r->file, 0, 0);

	if (!r->instructions.n)
		dockerfile_diag(r, DIAG_NO_INSTRUCTION, all,
			"nothing but %s stands here; expected a FROM",
			r->comments.n || r->directives.n ? "comments" : "blanks");
	else if (!r->has_from && !r->said_before_from)
		dockerfile_diag(r, DIAG_NO_FROM, vec_last(&r->instructions)->span,
			"the file ends here and no FROM came; expected one, for there is "
			"nothing to build");
}

/* UTF-16 is not read; a NUL byte elsewhere is said, and read on. */
static bool is_text(struct dockerfile_reader *r)
{
	struct str bytes = r->file->bytes;
	size_t nul = str_find(bytes, '\0');

	if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff"))) {
		dockerfile_diag(r, DIAG_NOT_TEXT, span_of(r->file, 0, 2),
			"the file is UTF-16; expected UTF-8");
		return false;
	}
	if (nul < bytes.n)
		dockerfile_diag(r, DIAG_NOT_TEXT, span_of(r->file, nul, 1),
			"a NUL byte stands here; expected text");
	return true;
}

static void finish(struct dockerfile_reader *r)
{
	struct dockerfile *tree = r->tree;

	tree->directives = r->directives.at;
	tree->directive_count = (uint32_t)r->directives.n;
	tree->instructions = r->instructions.at;
	tree->instruction_count = (uint32_t)r->instructions.n;
	tree->comments = r->comments.at;
	tree->comment_count = (uint32_t)r->comments.n;
}

const struct dockerfile *dockerfile_parse(
	struct arena *a, const struct file *file, struct diags *diags)
{
	struct dockerfile_reader r = {.arena = a, .diags = diags, .file = file};

	r.tree = arena_new(a, struct dockerfile);
	r.tree->file = file;
	r.tree->escape = '\\';
	r.whole = text_of(a, span_of(file, 0, file->bytes.n));
	if (!is_text(&r))
		return r.tree;
	if (dockerfile_read_begin(&r)) {
		read_instructions(&r);
		check_file(&r);
	} else {
		r.tree->is_foreign = true;
	}
	finish(&r);
	arena_free(&r.scratch);
	return r.tree;
}
