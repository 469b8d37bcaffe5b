#include "syntax/dockerfile_read.h"
#include "syntax/json.h"
#include "syntax/space.h"

static const struct str directive_names[] = {
	[DOCKERFILE_SYNTAX] = STR_INIT("syntax"),
	[DOCKERFILE_ESCAPE] = STR_INIT("escape"),
	[DOCKERFILE_CHECK] = STR_INIT("check"),
};

static enum dockerfile_directive_kind directive_kind(struct str name)
{
	int kind = 0;

	while (kind < DOCKERFILE_DIRECTIVE_COUNT &&
		!str_eq_nocase(name, directive_names[kind]))
		kind++;
	return (enum dockerfile_directive_kind)kind;
}

/*
 * "name = value" behind the comment mark (# or //): a letter, letters and digits, an
 * equals sign, something. False when the line is no such thing.
 */
static bool split_directive(
	struct str line, struct str mark, struct str *name, struct str *value)
{
	struct str text;
	size_t n = 0;

	if (!str_starts(line, mark))
		return false;
	text = space_trim_left(str_from(line, mark.n));
	while (n < text.n &&
		(byte_is_alpha(text.p[n]) || (n && byte_is_digit(text.p[n]))))
		n++;
	*name = str_sub(text, 0, n);
	text = str_trim_left(str_from(text, n));
	if (!name->n || !text.n || text.p[0] != '=')
		return false;
	*value = str_trim(str_from(text, 1));
	return value->n > 0;
}

static struct span str_span(const struct dockerfile_reader *r, struct str s)
{
	return span_of(r->file, (size_t)(s.p - r->file->bytes.p), s.n);
}

static const struct dockerfile_directive *seen(
	const struct dockerfile_reader *r, enum dockerfile_directive_kind kind)
{
	vec_each (struct dockerfile_directive, d, &r->directives)
		if (d->kind == kind)
			return d;
	return NULL;
}

static void set_escape(struct dockerfile_reader *r, struct str value)
{
	if (value.n == 1 && (value.p[0] == '\\' || value.p[0] == '`'))
		r->tree->escape = value.p[0];
	else
		dockerfile_diag(r, DIAG_BAD_DIRECTIVE, str_span(r, value),
			"the escape character is '%.*s'; BuildKit takes only \\ or `",
			STR_ARG(value));
}

/* docker/dockerfile and its mirrors; "dockerfile" begins the image's own name. */
static bool is_dockerfile_frontend(struct str value)
{
	struct str image, name;

	if (!str_next_word(&value, &image))
		return false;
	name = str_from(
		image, str_rfind(image, '/') < image.n ? str_rfind(image, '/') + 1 : 0);
	return str_starts(name, STR("dockerfile"));
}

static void say_foreign(struct dockerfile_reader *r, struct str value)
{
	dockerfile_diag(r, DIAG_FOREIGN_FRONTEND, str_span(r, value),
		"'%.*s' reads this file, and oakum knows docker/dockerfile only",
		STR_ARG(value));
}

static void add_directive(struct dockerfile_reader *r,
	enum dockerfile_directive_kind kind, struct span span, struct str value)
{
	const struct dockerfile_directive *first = seen(r, kind);
	struct dockerfile_directive *d;

	if (first) {
		struct diag *diag = dockerfile_diag(r, DIAG_DUPLICATE_DIRECTIVE, span,
			"the %.*s directive stands twice; BuildKit takes one",
			STR_ARG(directive_names[kind]));

		if (diag)
			diag->related = first->span;
		return;
	}
	d = vec_push(r->arena, &r->directives);
	d->kind = kind;
	d->span = span;
	d->value = text_sub(&r->whole, (size_t)(value.p - r->file->bytes.p), value.n);
	if (kind == DOCKERFILE_ESCAPE)
		set_escape(r, value);
	else if (kind == DOCKERFILE_SYNTAX && !is_dockerfile_frontend(value))
		say_foreign(r, value);
}

/* False at the first line that is no directive: from there on they are comments. */
static bool read_directive(struct dockerfile_reader *r)
{
	struct dockerfile_line line = dockerfile_line_at(r, r->line);
	struct str text = space_trim_left(line.s), name, value;
	enum dockerfile_directive_kind kind;

	if (!split_directive(text, STR("#"), &name, &value))
		return false;
	kind = directive_kind(name);
	if (kind == DOCKERFILE_DIRECTIVE_COUNT)
		return false;
	add_directive(r, kind,
		span_join(str_span(r, str_sub(text, 0, 1)), str_span(r, value)), value);
	r->line++;
	return true;
}

/*
 * BuildKit looks for syntax and check behind a "#!" line, but its parser has then given
 * up on escape.
 */
static void drop_escape_after_shebang(struct dockerfile_reader *r)
{
	const struct dockerfile_directive *escape = seen(r, DOCKERFILE_ESCAPE);

	if (!r->tree->shebang.file || !escape)
		return;
	r->tree->escape = '\\';
	dockerfile_diag(r, DIAG_BAD_DIRECTIVE, escape->span,
		"BuildKit does not read the escape directive behind a '#!' line; the "
		"escape character stays \\");
}

/* "// syntax=image": the file's language is that image's. */
static bool is_slash_syntax(struct dockerfile_reader *r)
{
	struct str name, value;

	for (uint32_t i = r->line; i < r->file->line_count; i++) {
		struct str line = dockerfile_line_at(r, i).s;

		if (!split_directive(line, STR("//"), &name, &value))
			return false;
		if (str_eq_nocase(name, STR("syntax"))) {
			say_foreign(r, value);
			return true;
		}
	}
	return false;
}

/* {"syntax": "image", ...}: likewise. */
static bool is_json_syntax(struct dockerfile_reader *r)
{
	size_t start = r->file->lines[r->line] + (r->line ? 0 : r->tree->has_bom * 3u);
	struct text text = text_sub(&r->whole, start, SIZE_MAX);
	struct str trimmed = str_trim_left(text.s);
	struct diags unheard = {.arena = r->arena};
	const struct json *root, *syntax;

	if (!trimmed.n || trimmed.p[0] != '{')
		return false;
	root = json_parse(r->arena, &text, &unheard);
	syntax = root ? json_get(root, STR("syntax")) : NULL;
	if (!syntax || syntax->kind != JSON_STRING)
		return false;
	dockerfile_diag(r, DIAG_FOREIGN_FRONTEND, syntax->span,
		"'%.*s' reads this file, and oakum knows docker/dockerfile only",
		STR_ARG(syntax->text.s));
	return true;
}

static void read_shebang(struct dockerfile_reader *r)
{
	struct dockerfile_line line = dockerfile_line_at(r, 0);

	if (!str_starts(line.s, STR("#!")))
		return;
	r->tree->shebang = span_of(r->file, line.offset, line.s.n);
	r->line = 1;
}

bool dockerfile_read_begin(struct dockerfile_reader *r)
{
	r->tree->has_bom = str_starts(r->file->bytes, STR("\xef\xbb\xbf"));
	r->tree->has_crlf = dockerfile_line_at(r, 0).has_cr;
	read_shebang(r);
	while (r->line < r->file->line_count && read_directive(r))
		continue;
	drop_escape_after_shebang(r);
	if (seen(r, DOCKERFILE_SYNTAX) || r->line >= r->file->line_count)
		return true;
	return !is_slash_syntax(r) && !is_json_syntax(r);
}
