#include "effect/commands_flat.h"

/* ---- values ---- */

static struct segment unknown_segment(const struct text *raw, struct str why)
{
	return (struct segment){
		.kind = SEGMENT_UNKNOWN, .span = text_span_all(raw), .why = why};
}

static struct segment literal_segment(const struct text *text)
{
	return (struct segment){
		.kind = SEGMENT_LITERAL, .text = text->s, .span = text_span_all(text)};
}

static struct segment tilde_segment(const struct text *raw)
{
	struct segment s = unknown_segment(raw, STR("a home directory"));

	if (raw->s.n == 1)
		s.name = STR("HOME");
	return s;
}

static void add_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word, struct segments *out);

static struct str str_between(struct text first, struct text last)
{
	return (struct str){first.s.p, (size_t)(last.s.p + last.s.n - first.s.p)};
}

static const struct value *operand_value(struct flattener *f,
	const struct flat_scope *scope, const struct shell_parameter *p)
{
	struct value *value = arena_new(f->arena, struct value);
	struct segments segments = {0};

	if (p->second) {
		/* Both lie in one source, with only the separator between them. */
		struct str both = str_between(p->operand->raw, p->second->raw);

		*value = value_literal(f->arena, both, text_span_all(&p->operand->raw));
		return value;
	}
	add_word(f, scope, p->operand, &segments);
	*value = segments.n
		? value_of(&segments)
		: value_literal(f->arena, STR(""), text_span_all(&p->operand->raw));
	return value;
}

/* The argument that $1 means where the arguments are known. */
static const struct flat_arg *positional(
	const struct flat_scope *scope, const struct shell_parameter *p)
{
	uint32_t index;

	if (!scope->positional || !str_to_u32(p->name.s, &index) ||
		index >= scope->known_positional)
		return NULL;
	return &scope->positional->at[index];
}

static bool is_positional(struct str name)
{
	return name.n &&
		(byte_is_digit(name.p[0]) || (name.n == 1 && strchr("@*#", *name.p)));
}

/* $1 inside a function: the segments of what was passed, used here. */
static bool add_positional(struct flattener *f, const struct flat_scope *scope,
	const struct shell_segment *segment, struct segments *out)
{
	const struct shell_parameter *p = segment->parameter;
	const struct flat_arg *arg = positional(scope, p);

	if (p->op != SHELL_VALUE && p->op != SHELL_DEFAULT && p->op != SHELL_ERROR)
		return false;
	if (!arg && scope->positional && !scope->more_positional &&
		p->op == SHELL_DEFAULT && byte_is_digit(p->name.s.p[0])) {
		add_word(f, scope, p->operand, out);
		return true;
	}
	if (!arg)
		return false;
	for (size_t i = 0; i < arg->word.value.n; i++) {
		struct segment s = arg->word.value.at[i];

		if (s.kind == SEGMENT_LITERAL) {
			s.kind = SEGMENT_EXPANSION;
			s.definition = s.span;
			s.span = text_span_all(&segment->text);
			s.name = p->name.s;
		}
		*vec_push(f->arena, out) = s;
	}
	return true;
}

/* ${name[@]}, ${name[*]} and nothing done to it. */
static bool is_whole_array(const struct shell_parameter *p)
{
	return p->op == SHELL_VALUE &&
		(str_eq(p->subscript.s, STR("@")) || str_eq(p->subscript.s, STR("*")));
}

static struct segment parameter_segment(struct flattener *f,
	const struct flat_scope *scope, const struct shell_segment *segment)
{
	const struct shell_parameter *p = segment->parameter;
	struct segment s = unknown_segment(
		&segment->text, STR("a variable that is known only when it runs"));

	if (is_whole_array(p)) {
		s.name = p->name.s;
		s.sign = STR("[@]");
		return s;
	}
	if (p->subscript.s.n || p->op == SHELL_INDIRECT)
		return s;
	if (scope->hides_positional && is_positional(p->name.s))
		return s;
	s.name = p->name.s;
	s.sign = p->op == SHELL_LENGTH ? STR("#len") : p->sign.s;
	if (p->operand)
		s.operand = operand_value(f, scope, p);
	return s;
}

static void add_segment(struct flattener *f, const struct flat_scope *scope,
	const struct shell_segment *segment, struct segments *out)
{
	static const struct str why[] = {
		[SHELL_COMMAND] = STR_INIT("the output of a command"),
		[SHELL_PROCESS] = STR_INIT("a pipe to a command"),
		[SHELL_ARITHMETIC] = STR_INIT("the result of arithmetic"),
		[SHELL_ARRAY] = STR_INIT("an array"),
	};
	struct segment s;

	switch (segment->kind) {
	case SHELL_LITERAL:
	case SHELL_GLOB:
		s = literal_segment(&segment->text);
		break;
	case SHELL_TILDE:
		s = tilde_segment(&segment->text);
		break;
	case SHELL_PARAMETER:
		if (add_positional(f, scope, segment, out))
			return;
		s = parameter_segment(f, scope, segment);
		break;
	default:
		s = unknown_segment(&segment->text, why[segment->kind]);
	}
	*vec_push(f->arena, out) = s;
}

static void add_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word, struct segments *out)
{
	vec_each (struct shell_segment, segment, &word->segments)
		add_segment(f, scope, segment, out);
}

static bool has_kind(const struct shell_word *word, enum shell_segment_kind kind)
{
	vec_each (struct shell_segment, segment, &word->segments)
		if (segment->kind == kind)
			return true;
	return false;
}

/* Bytes that quotes or escapes part from each other keep a place each. */
static struct value literal_value(struct arena *a, const struct text *text)
{
	struct span span = text_span_all(text);
	struct value v = value_literal(a, text->s, span);
	struct text *source;

	if (span.file && span.length != text->s.n) {
		source = arena_new(a, struct text);
		*source = *text;
		((struct segment *)v.at)->source = source;
	}
	return v;
}

/* Literals and globs together are one segment, so that a name is one piece. */
static struct value word_value(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word)
{
	struct segments segments = {0};
	struct text text;

	if (!has_kind(word, SHELL_TILDE) && shell_word_pattern(word, f->arena, &text))
		return text.s.n
			? literal_value(f->arena, &text)
			: value_literal(f->arena, text.s, text_span_all(&word->raw));
	add_word(f, scope, word, &segments);
	return segments.n ? value_of(&segments)
			  : value_literal(f->arena, STR(""), text_span_all(&word->raw));
}

struct word flat_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word)
{
	return (struct word){.value = word_value(f, scope, word),
		.span = text_span_all(&word->raw),
		.is_quoted = word->quoted,
		.is_globbed = has_kind(word, SHELL_GLOB)};
}

/* ---- arguments ---- */

static bool is_open_segment(const struct shell_segment *s)
{
	return s->kind == SHELL_PARAMETER && !s->parameter->subscript.s.n &&
		s->parameter->name.s.n == 1 && strchr("@*", s->parameter->name.s.p[0]);
}

bool flat_is_open(const struct flat_arg *arg)
{
	if (!arg->source)
		return false;
	vec_each (struct shell_segment, s, &arg->source->segments)
		if (is_open_segment(s))
			return true;
	return false;
}

/* True for a word that is $@, "$@", $* or "$*" and nothing else. */
static bool is_all_arguments(const struct shell_word *word)
{
	const struct shell_segment *s = word->segments.at;

	return word->segments.n == 1 && is_open_segment(s) &&
		s->parameter->op == SHELL_VALUE;
}

static void add_one(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word, struct flat_args *out)
{
	struct flat_arg arg = {.word = flat_word(f, scope, word), .source = word};

	if (is_all_arguments(word) && scope->positional) {
		for (size_t i = 1; i < scope->positional->n; i++)
			*vec_push(f->arena, out) = scope->positional->at[i];
		return;
	}
	*vec_push(f->arena, out) = arg;
}

void flat_add_word(struct flattener *f, const struct flat_scope *scope,
	const struct shell_word *word, struct flat_args *out)
{
	struct shell_words words = {0};

	if (!word->braces || scope->shell != COMMANDS_BASH ||
		f->brace_words >= COMMANDS_BRACES_MAX) {
		add_one(f, scope, word, out);
		return;
	}
	shell_word_braces(word, f->arena, &words);
	f->brace_words += (unsigned)words.n;
	vec_each (struct shell_word, w, &words)
		add_one(f, scope, w, out);
}

struct str flat_str(const struct flat_arg *arg)
{
	const struct value *v = &arg->word.value;

	if (v->n != 1 || v->at[0].kind == SEGMENT_UNKNOWN)
		return STR_NONE;
	return v->at[0].text.p ? v->at[0].text : STR("");
}

struct str flat_head(const struct flat_arg *arg)
{
	const struct shell_segment *first;

	if (!arg->source)
		return arg->text.s;
	first = arg->source->segments.at;
	return arg->source->segments.n && first->kind == SHELL_LITERAL ? first->text.s
								       : STR_NONE;
}

struct text flat_word_text(struct flattener *f, const struct shell_word *word)
{
	struct text_builder b;
	struct text text;

	if (shell_word_literal(word, f->arena, &text))
		return text;
	b = text_builder(f->arena);
	vec_each (struct shell_segment, segment, &word->segments)
		text_add(&b, &segment->text, 0, segment->text.s.n);
	return text_finish(&b);
}

struct text flat_arg_text(struct flattener *f, const struct flat_arg *arg)
{
	return arg->source ? flat_word_text(f, arg->source) : arg->text;
}

/* ---- assignments ---- */

static uint32_t name_length(struct str s)
{
	uint32_t n = 0;

	while (n < s.n &&
		(byte_is_alpha(s.p[n]) || s.p[n] == '_' ||
			(n && byte_is_digit(s.p[n]))))
		n++;
	return n;
}

/* The word without its first n bytes, which lie in its first segment. */
static struct shell_word word_behind(
	struct flattener *f, const struct shell_word *word, size_t n)
{
	struct shell_word rest = *word;
	size_t count = word->segments.n;

	rest.segments.at = arena_array(f->arena, struct shell_segment, count);
	memcpy(rest.segments.at, word->segments.at, count * sizeof(*rest.segments.at));
	rest.segments.at[0].text = text_sub(&rest.segments.at[0].text, n, SIZE_MAX);
	if (!rest.segments.at[0].text.s.n) {
		rest.segments.at++;
		rest.segments.n--;
	}
	rest.raw = text_sub(&word->raw, n, SIZE_MAX);
	return rest;
}

struct flat_arg flat_arg_behind(struct flattener *f, const struct flat_scope *scope,
	const struct flat_arg *arg, size_t n)
{
	struct shell_word *rest;

	if (!arg->source) {
		struct text text = text_sub(&arg->text, n, SIZE_MAX);
		struct span span = text_span_all(&text);

		return (struct flat_arg){.text = text,
			.word = {.value = value_literal(f->arena, text.s, span),
				.span = span,
				.is_quoted = true}};
	}
	rest = arena_new(f->arena, struct shell_word);
	*rest = word_behind(f, arg->source, n);
	return (struct flat_arg){.word = flat_word(f, scope, rest), .source = rest};
}

bool flat_assignment_word(struct flattener *f, const struct flat_scope *scope,
	const struct flat_arg *arg, struct assignment *out)
{
	struct str s = flat_head(arg);
	uint32_t n = name_length(s);

	if (!n || n >= s.n || s.p[n] != '=')
		return false;
	out->name = str_sub(s, 0, n);
	out->value = flat_arg_behind(f, scope, arg, n + 1).word;
	return true;
}
