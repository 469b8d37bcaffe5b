#include "syntax/dockerword.h"
#include "syntax/dockerword_pattern.h"
#include "syntax/space.h"

VEC_TYPE(struct dockerword_part, parts);

struct expander {
	struct arena *arena;
	struct diags *diags;
	dockerword_lookup *lookup;
	void *ctx;
	size_t bytes;	/* in all parts so far */
	uint32_t steps; /* of pattern matching */
	bool is_broken;
};

static void expand_word(struct expander *ex, const struct dockerword *word,
	const bool *is_quoted, struct parts *out);

static void broken(
	struct expander *ex, enum diag_id id, struct span span, struct str why)
{
	ex->is_broken = true;
	if (ex->diags)
		diag_add(ex->diags, id, span, "%.*s", STR_ARG(why));
}

static struct span use_span(const struct dockerword_segment *seg)
{
	return text_span_all(&seg->source);
}

static void add_part(
	struct expander *ex, struct parts *out, struct dockerword_part part)
{
	ex->bytes += part.text.s.n;
	if (ex->bytes > DOCKERWORD_RESULT_MAX) {
		if (!ex->is_broken)
			broken(ex, DIAG_LIMIT_REACHED, part.span,
				STR("expanded, this text is longer than oakum reads"));
		return;
	}
	*vec_push(ex->arena, out) = part;
}

static struct dockerword_part variable_part(
	const struct dockerword_segment *seg, bool is_quoted, struct str value)
{
	return (struct dockerword_part){
		.kind = DOCKERWORD_PART_VARIABLE,
		.text = text_of_str(value),
		.name = seg->name,
		.span = use_span(seg),
		.is_quoted = is_quoted,
	};
}

static void add_unknown(struct expander *ex, const struct dockerword_segment *seg,
	bool is_quoted, struct str reason, struct parts *out)
{
	struct dockerword_part part = variable_part(seg, is_quoted, STR_NONE);

	part.kind = DOCKERWORD_PART_UNKNOWN;
	part.reason = reason;
	add_part(ex, out, part);
}

static void add_parts(struct expander *ex, const struct parts *from, struct parts *out)
{
	for (size_t i = 0; i < from->n; i++)
		*vec_push(ex->arena, out) = from->at[i];
}

/* The bytes of parts as one string; false when one of them is unknown. */
static bool parts_str(struct arena *a, const struct parts *parts, struct str *out)
{
	struct buf b = {.arena = a};
	bool is_known = true;

	if (parts->n == 1 && parts->at[0].kind != DOCKERWORD_PART_UNKNOWN) {
		*out = parts->at[0].text.s;
		return true;
	}
	for (size_t i = 0; i < parts->n; i++) {
		if (parts->at[i].kind == DOCKERWORD_PART_UNKNOWN)
			is_known = false;
		else
			buf_add(&b, parts->at[i].text.s);
	}
	*out = buf_str(&b);
	return is_known;
}

/* ${V?w}: the build stops with w when V is not set. */
static void refuse_unset(struct expander *ex, const struct dockerword_segment *seg,
	const struct parts *message)
{
	struct str text;

	parts_str(ex->arena, message, &text);
	if (!text.n)
		text = seg->empty_is_unset ? STR("is not allowed to be empty")
					   : STR("is not allowed to be unset");
	broken(ex, DIAG_BAD_SUBSTITUTION, use_span(seg),
		arena_printf(ex->arena, "the build stops here: %.*s: %.*s",
			STR_ARG(seg->name), STR_ARG(text)));
}

static enum dockerword_match apply_pattern(struct expander *ex,
	const struct dockerword_segment *seg, struct str pattern, struct str with,
	struct str value, struct str *out)
{
	struct dockerword_cut how = {.from_end = seg->op == DOCKERWORD_CUT_SUFFIX,
		.is_greedy = seg->is_greedy};

	if (seg->op == DOCKERWORD_REPLACE)
		return dockerword_replace(ex->arena, seg->is_greedy, pattern, with,
			value, &ex->steps, out);
	return dockerword_cut(ex->arena, how, pattern, value, &ex->steps, out);
}

/* The value of a set variable through #, %, / and their pattern. */
static void add_matched(struct expander *ex, const struct dockerword_segment *seg,
	bool is_quoted, struct str value, const struct parts operands[2],
	struct parts *out)
{
	struct str pattern, with, result = STR_NONE;

	if (!parts_str(ex->arena, &operands[0], &pattern) ||
		!parts_str(ex->arena, &operands[1], &with)) {
		add_unknown(ex, seg, is_quoted,
			STR("the pattern holds a variable that is not known"), out);
		return;
	}
	switch (apply_pattern(ex, seg, pattern, with, value, &result)) {
	case DOCKERWORD_MATCH_DONE:
		add_part(ex, out, variable_part(seg, is_quoted, result));
		break;
	case DOCKERWORD_MATCH_BAD_PATTERN:
		broken(ex, DIAG_BAD_SUBSTITUTION, use_span(seg),
			STR("in this pattern a backslash may stand before * ? \\ } / only"));
		break;
	case DOCKERWORD_MATCH_TOO_MUCH:
		broken(ex, DIAG_LIMIT_REACHED, use_span(seg),
			STR("this pattern takes more steps than oakum spends"));
		break;
	}
}

static void add_unset(struct expander *ex, const struct dockerword_segment *seg,
	bool is_quoted, struct parts *out)
{
	struct dockerword_part part = variable_part(seg, is_quoted, STR_NONE);

	part.is_unset = true;
	add_part(ex, out, part);
}

/* A variable whose value is known or known to be unset. */
static void add_answered(struct expander *ex, const struct dockerword_segment *seg,
	bool is_quoted, struct dockerword_value v, const struct parts operands[2],
	struct parts *out)
{
	bool is_set = v.answer == DOCKERWORD_SET;
	bool counts = is_set && !(seg->empty_is_unset && !v.value.n);

	switch (seg->op) {
	case DOCKERWORD_DEFAULT:
		if (!counts) {
			add_parts(ex, &operands[0], out);
			return;
		}
		break;
	case DOCKERWORD_ALTERNATE:
		if (counts) {
			add_parts(ex, &operands[0], out);
			return;
		}
		v.value = STR_NONE;
		break;
	case DOCKERWORD_REQUIRED:
		if (!counts) {
			refuse_unset(ex, seg, &operands[0]);
			return;
		}
		break;
	case DOCKERWORD_CUT_PREFIX:
	case DOCKERWORD_CUT_SUFFIX:
	case DOCKERWORD_REPLACE:
		add_matched(ex, seg, is_quoted, v.value, operands, out);
		return;
	case DOCKERWORD_PLAIN:
		break;
	}
	if (is_set)
		add_part(ex, out, variable_part(seg, is_quoted, v.value));
	else
		add_unset(ex, seg, is_quoted, out);
}

/*
 * Operands are read whether they are needed or not: an error in one of them stops a
 * build in either case.
 */
static void expand_variable(struct expander *ex, const struct dockerword_segment *seg,
	bool is_quoted, struct parts *out)
{
	struct dockerword_value v = ex->lookup(ex->ctx, seg->name);
	struct parts operands[2] = {0};

	if (seg->word)
		expand_word(ex, seg->word, &is_quoted, &operands[0]);
	if (seg->replacement)
		expand_word(ex, seg->replacement, &is_quoted, &operands[1]);
	if (v.answer == DOCKERWORD_UNKNOWN)
		add_unknown(ex, seg, is_quoted, v.value, out);
	else
		add_answered(ex, seg, is_quoted, v, operands, out);
}

static void add_literal(struct expander *ex, const struct dockerword_segment *seg,
	bool is_quoted, struct parts *out)
{
	if (seg->text.s.n)
		add_part(ex, out,
			(struct dockerword_part){
				.kind = DOCKERWORD_PART_LITERAL,
				.text = seg->text,
				.span = text_span_all(&seg->text),
				.is_quoted = is_quoted,
			});
}

/*
 * is_quoted says how the variable that word belongs to stands; NULL for the text itself,
 * where each segment has its own quotes.
 */
static void expand_word(struct expander *ex, const struct dockerword *word,
	const bool *is_quoted, struct parts *out)
{
	for (uint32_t i = 0; i < word->segment_count && !ex->is_broken; i++) {
		const struct dockerword_segment *seg = &word->segments[i];
		bool quoted = is_quoted ? *is_quoted : seg->quote != DOCKERWORD_BARE;

		if (seg->kind == DOCKERWORD_LITERAL)
			add_literal(ex, seg, quoted, out);
		else
			expand_variable(ex, seg, quoted, out);
	}
}

static struct dockerword_result result_of(struct arena *a, const struct parts *parts)
{
	struct dockerword_result r = {
		.parts = parts->at, .part_count = (uint32_t)parts->n};

	r.is_known = parts_str(a, parts, &r.s);
	return r;
}

static struct dockerword_result result_broken(struct arena *a, const struct text *text)
{
	struct dockerword_part *part = arena_new(a, struct dockerword_part);

	part->kind = DOCKERWORD_PART_UNKNOWN;
	part->span = text_span_all(text);
	part->reason = STR("the builder cannot read it");
	return (struct dockerword_result){
		.parts = part, .part_count = 1, .is_broken = true};
}

/* Parts of the whole text; false when it is broken. */
static bool expand_text(
	struct expander *ex, const struct text *text, char escape, struct parts *out)
{
	const struct dockerword *word;

	word = dockerword_parse(ex->arena, text, escape, ex->diags);
	if (word->is_broken)
		return false;
	expand_word(ex, word, NULL, out);
	return !ex->is_broken;
}

static bool is_plain(struct str s, char escape)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '$' || c == '\'' || c == '"' || c == escape)
			return false;
	}
	return s.n <= DOCKERWORD_RESULT_MAX;
}

void dockerword_expand(struct arena *a, const struct text *text, char escape,
	dockerword_lookup *lookup, void *ctx, struct diags *diags,
	struct dockerword_result *out)
{
	struct expander ex = {.arena = a, .diags = diags, .lookup = lookup, .ctx = ctx};
	struct parts parts = {0};

	if (is_plain(text->s, escape))
		add_literal(&ex, &(struct dockerword_segment){.text = *text}, false,
			&parts);
	else if (!expand_text(&ex, text, escape, &parts)) {
		*out = result_broken(a, text);
		return;
	}
	*out = result_of(a, &parts);
}

/* Cuts part at its blanks: pieces go to word, and word to out where a blank ends it. */
static void split_part(struct arena *a, const struct dockerword_part *part,
	struct parts *word, struct dockerword_results *out)
{
	size_t start = 0, at = 0, n;

	while (at <= part->text.s.n) {
		struct dockerword_part piece = *part;

		n = at < part->text.s.n ? space_length(str_from(part->text.s, at)) : 0;
		if (at < part->text.s.n && !n) {
			at++;
			continue;
		}
		if (at > start) {
			piece.text = text_sub(&part->text, start, at - start);
			if (part->kind == DOCKERWORD_PART_LITERAL)
				piece.span = text_span_all(&piece.text);
			*vec_push(a, word) = piece;
		}
		if (n && word->n) {
			*vec_push(a, out) = result_of(a, word);
			*word = (struct parts){0};
		}
		at += n ? n : 1;
		start = at;
	}
}

bool dockerword_split(struct arena *a, const struct text *text, char escape,
	dockerword_lookup *lookup, void *ctx, struct diags *diags,
	struct dockerword_results *out)
{
	struct expander ex = {.arena = a, .diags = diags, .lookup = lookup, .ctx = ctx};
	struct parts parts = {0}, word = {0};

	*out = (struct dockerword_results){0};
	if (!expand_text(&ex, text, escape, &parts))
		return false;
	for (size_t i = 0; i < parts.n; i++) {
		const struct dockerword_part *part = &parts.at[i];

		if (part->is_quoted || part->kind == DOCKERWORD_PART_UNKNOWN)
			*vec_push(a, &word) = *part;
		else
			split_part(a, part, &word, out);
	}
	if (word.n)
		*vec_push(a, out) = result_of(a, &word);
	return true;
}
