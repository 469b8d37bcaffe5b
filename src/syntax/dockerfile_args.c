#include "syntax/dockerfile_read.h"
#include "syntax/json.h"
#include "syntax/space.h"

/* How an instruction's rest is cut, by BuildKit's dispatch table. */
enum shape {
	SHAPE_NONE,	     /* unknown: not cut at all */
	SHAPE_TEXT,	     /* one string */
	SHAPE_WORDS,	     /* words between blanks */
	SHAPE_EXEC_OR_TEXT,  /* JSON, or one string */
	SHAPE_EXEC_OR_WORDS, /* JSON, or words */
	SHAPE_NAMES,	     /* quoted words, with or without "=" */
	SHAPE_PAIRS,	     /* key=value ..., or the legacy form */
	SHAPE_HEALTH,	     /* a type, then JSON or one string */
	SHAPE_INSTRUCTION,   /* ONBUILD */
};

static const enum shape shapes[DOCKERFILE_KEYWORD_COUNT] = {
	[DOCKERFILE_ADD] = SHAPE_EXEC_OR_WORDS,
	[DOCKERFILE_ARG] = SHAPE_NAMES,
	[DOCKERFILE_CMD] = SHAPE_EXEC_OR_TEXT,
	[DOCKERFILE_COPY] = SHAPE_EXEC_OR_WORDS,
	[DOCKERFILE_ENTRYPOINT] = SHAPE_EXEC_OR_TEXT,
	[DOCKERFILE_ENV] = SHAPE_PAIRS,
	[DOCKERFILE_EXPOSE] = SHAPE_WORDS,
	[DOCKERFILE_FROM] = SHAPE_WORDS,
	[DOCKERFILE_HEALTHCHECK] = SHAPE_HEALTH,
	[DOCKERFILE_LABEL] = SHAPE_PAIRS,
	[DOCKERFILE_MAINTAINER] = SHAPE_TEXT,
	[DOCKERFILE_ONBUILD] = SHAPE_INSTRUCTION,
	[DOCKERFILE_RUN] = SHAPE_EXEC_OR_TEXT,
	[DOCKERFILE_SHELL] = SHAPE_EXEC_OR_TEXT,
	[DOCKERFILE_STOPSIGNAL] = SHAPE_TEXT,
	[DOCKERFILE_USER] = SHAPE_TEXT,
	[DOCKERFILE_VOLUME] = SHAPE_EXEC_OR_WORDS,
	[DOCKERFILE_WORKDIR] = SHAPE_TEXT,
};

VEC_TYPE(struct text, texts);

/* False, and said once, when the file has used up its words. */
static bool spend_word(struct dockerfile_reader *r, const struct text *at)
{
	if (r->words < DOCKERFILE_WORDS_MAX) {
		r->words++;
		return true;
	}
	if (!r->said_words)
		dockerfile_diag(r, DIAG_LIMIT_REACHED, text_span(at, 0, 0),
			"words from here on are not read: the file has more than %u",
			DOCKERFILE_WORDS_MAX);
	r->said_words = true;
	return false;
}

static void set_args(struct dockerfile_instruction *in, const struct texts *texts)
{
	in->args = texts->at;
	in->arg_count = (uint32_t)texts->n;
}

static void read_text(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	struct text rest)
{
	struct text *arg;

	if (!rest.s.n || !spend_word(r, &rest))
		return;
	arg = arena_new(r->arena, struct text);
	*arg = rest;
	in->args = arg;
	in->arg_count = 1;
}

static void read_words(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	struct text rest)
{
	struct texts words = {0};
	struct str s = rest.s;
	size_t at = 0, start;

	while (at < s.n) {
		for (start = at; at < s.n && !byte_is_space(s.p[at]); at++)
			continue;
		if (at > start) {
			struct text word = text_sub(&rest, start, at - start);

			if (!spend_word(r, &word))
				break;
			*vec_push(r->arena, &words) = word;
		}
		at++;
	}
	set_args(in, &words);
}

/*
 * The end of the word at offset: blanks in quotes and escaped bytes belong to it. An
 * escape character that ends the text is dropped: *end is the word's, the result is
 * where to go on.
 */
static size_t quoted_word_end(struct str s, size_t at, char escape, size_t *end)
{
	char quote = '\0';

	for (; at < s.n; at++) {
		char c = s.p[at];

		if (!quote && space_length(str_from(s, at)))
			break;
		if (c == escape && quote != '\'') {
			if (at + 1 == s.n) {
				*end = at;
				return s.n;
			}
			at++;
		} else if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		}
	}
	*end = at;
	return at;
}

static struct texts quoted_words(struct dockerfile_reader *r, const struct text *rest)
{
	struct texts words = {0};
	size_t at = 0, end, n;

	while (at < rest->s.n) {
		size_t start = at;

		n = space_length(str_from(rest->s, at));
		if (n) {
			at += n;
			continue;
		}
		at = quoted_word_end(rest->s, at, r->tree->escape, &end);
		if (end > start) {
			struct text word = text_sub(rest, start, end - start);

			if (!spend_word(r, &word))
				break;
			*vec_push(r->arena, &words) = word;
		}
	}
	return words;
}

static struct dockerfile_pair pair_of(const struct text *word)
{
	size_t equals = str_find(word->s, '=');

	return (struct dockerfile_pair){
		.key = text_sub(word, 0, equals),
		.value = text_sub(word, equals + 1, SIZE_MAX),
		.has_value = equals < word->s.n,
	};
}

static void set_pairs(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	const struct texts *words)
{
	struct dockerfile_pair *pairs;

	if (!words->n)
		return;
	pairs = arena_array(r->arena, struct dockerfile_pair, words->n);
	for (size_t i = 0; i < words->n; i++)
		pairs[i] = pair_of(&words->at[i]);
	in->pairs = pairs;
	in->pair_count = (uint32_t)words->n;
}

/* "ENV key the whole rest": up to the first blank, and behind the blanks. */
static void read_legacy_pair(struct dockerfile_reader *r,
	struct dockerfile_instruction *in, struct text rest)
{
	struct dockerfile_pair *pair = arena_new(r->arena, struct dockerfile_pair);
	size_t at = 0;

	while (at < rest.s.n && !byte_is_space(rest.s.p[at]))
		at++;
	pair->key = text_sub(&rest, 0, at);
	pair->has_value = at < rest.s.n;
	while (at < rest.s.n && byte_is_space(rest.s.p[at]))
		at++;
	pair->value = text_sub(&rest, at, SIZE_MAX);
	pair->is_legacy = true;
	in->pairs = pair;
	in->pair_count = 1;
}

static void read_pairs(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	struct text rest)
{
	struct texts words = quoted_words(r, &rest);

	if (!words.n)
		return;
	if (str_find(words.at[0].s, '=') < words.at[0].s.n)
		set_pairs(r, in, &words);
	else
		read_legacy_pair(r, in, rest);
}

static void read_names(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	struct text rest)
{
	struct texts words = quoted_words(r, &rest);

	set_args(in, &words);
	set_pairs(r, in, &words);
}

/* A quote as people and word processors write it; 0 when none stands at offset. */
static size_t quote_length(struct str s)
{
	if (s.n && (s.p[0] == '"' || s.p[0] == '\''))
		return 1;
	return str_starts(s, STR("\xe2\x80\x98")) ||
			str_starts(s, STR("\xe2\x80\x99")) ||
			str_starts(s, STR("\xe2\x80\x9c")) ||
			str_starts(s, STR("\xe2\x80\x9d"))
		? 3
		: 0;
}

/* What follows the first quoted string: "" where its end is missing. */
static struct str behind_quoted(struct str s, size_t quote)
{
	for (size_t at = quote; at < s.n; at++) {
		if (s.p[at] == '\\')
			at++;
		else if (quote_length(str_from(s, at)) == quote &&
			(quote > 1 || s.p[at] == s.p[0]))
			return str_trim(str_from(s, at + quote));
	}
	return STR_NONE;
}

/*
 * Was the JSON form meant? It begins with a bracket, but so do the shell's test, a glob
 * and a word in brackets.
 */
static bool looks_like_exec(enum dockerfile_keyword keyword, struct str rest)
{
	struct str inner = str_trim_left(str_from(rest, 1));
	bool has_blank = inner.n + 1 < rest.n;
	size_t quote = quote_length(inner);
	struct str behind;

	if (quote) {
		behind = behind_quoted(inner, quote);
		return !behind.n || behind.p[0] == ',' || str_eq(behind, STR("]")) ||
			!has_blank;
	}
	if (!str_ends(rest, STR("]")) || (has_blank && keyword == DOCKERFILE_RUN))
		return false;
	return str_find(rest, ',') < rest.n || keyword == DOCKERFILE_CMD ||
		keyword == DOCKERFILE_ENTRYPOINT || keyword == DOCKERFILE_SHELL;
}

static void say_fallback(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, const struct text *rest,
	const struct diags *why)
{
	struct diag *diag;

	if (!looks_like_exec(in->keyword, rest->s))
		return;
	diag = dockerfile_diag(r, DIAG_JSON_FALLBACK, text_span_all(rest),
		"%.*s begins like a JSON list but is none, so it is read as plain text: "
		"%.*s",
		STR_ARG(dockerfile_keyword_name(in->keyword)),
		STR_ARG(why->list.n ? why->list.at[0].detail : STR_NONE));
	if (diag && why->list.n)
		diag->related = why->list.at[0].span;
}

static void say_nested(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, const struct json *item)
{
	dockerfile_diag(r, DIAG_NESTED_JSON, item->span,
		"%s stands in the list of %.*s; BuildKit takes strings only",
		json_kind_name(item->kind),
		STR_ARG(dockerfile_keyword_name(in->keyword)));
}

/* A string out of the scratch arena; one without escapes is a slice of the line. */
static struct text keep_string(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, const struct text *string)
{
	struct text_builder b = text_builder(r->arena);

	if (string->pieces == in->line.pieces)
		return *string;
	text_reserve(&b, string->s.n, string->piece_count);
	text_add(&b, string, 0, string->s.n);
	return text_finish(&b);
}

/* The strings of the list; what is no string is said, once, and left out. */
static void take_exec(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	const struct json *list)
{
	struct texts args = {0};
	bool said = false;

	in->is_exec = true;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct json *item = &list->items[i];

		if (item->kind == JSON_STRING) {
			if (!spend_word(r, &item->text))
				break;
			*vec_push(r->arena, &args) = keep_string(r, in, &item->text);
		} else if (!said) {
			say_nested(r, in, item);
			said = true;
		}
	}
	set_args(in, &args);
}

/* True when rest is the JSON form. */
static bool read_exec(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	struct text rest)
{
	struct diags why = {.arena = &r->scratch};
	const struct json *list;

	if (!rest.s.n || rest.s.p[0] != '[')
		return false;
	arena_reset(&r->scratch);
	list = json_parse(&r->scratch, &rest, &why);
	if (list)
		take_exec(r, in, list);
	else
		say_fallback(r, in, &rest, &why);
	return list != NULL;
}

static void read_health(struct dockerfile_reader *r, struct dockerfile_instruction *in,
	struct text rest)
{
	size_t at = 0;

	while (at < rest.s.n && !byte_is_space(rest.s.p[at]))
		at++;
	in->health_type = text_sub(&rest, 0, at);
	while (at < rest.s.n && byte_is_space(rest.s.p[at]))
		at++;
	rest = text_sub(&rest, at, SIZE_MAX);
	if (!read_exec(r, in, rest))
		read_text(r, in, rest);
}

/* FROM image, or FROM image AS name; anything else is for dockerfile_check. */
static void read_from_parts(struct dockerfile_instruction *in)
{
	if (in->keyword != DOCKERFILE_FROM || !in->arg_count)
		return;
	in->image = in->args[0];
	if (in->arg_count >= 3 && str_eq_nocase(in->args[1].s, STR("AS")))
		in->stage_name = in->args[2];
}

void dockerfile_read_args(
	struct dockerfile_reader *r, struct dockerfile_instruction *in)
{
	switch (shapes[in->keyword]) {
	case SHAPE_TEXT:
		read_text(r, in, in->rest);
		break;
	case SHAPE_WORDS:
		read_words(r, in, in->rest);
		break;
	case SHAPE_EXEC_OR_TEXT:
		if (!read_exec(r, in, in->rest))
			read_text(r, in, in->rest);
		break;
	case SHAPE_EXEC_OR_WORDS:
		if (!read_exec(r, in, in->rest))
			read_words(r, in, in->rest);
		break;
	case SHAPE_NAMES:
		read_names(r, in, in->rest);
		break;
	case SHAPE_PAIRS:
		read_pairs(r, in, in->rest);
		break;
	case SHAPE_HEALTH:
		read_health(r, in, in->rest);
		break;
	case SHAPE_NONE:
	case SHAPE_INSTRUCTION:
		break;
	}
	read_from_parts(in);
}
