#include "source/writes_python_scan.h"

/* ---- lines ---- */

static size_t line_end(const struct scanner *s, size_t i)
{
	while (scan_token(s, i)->kind != TOKEN_NEWLINE &&
		scan_token(s, i)->kind != TOKEN_END && !scan_is_op(s, i, ";"))
		i = scan_token(s, i)->match > i ? scan_token(s, i)->match + 1 : i + 1;
	return i;
}

static void add_import(
	struct scanner *s, struct str module, uint32_t dots, bool is_guess, size_t i)
{
	if (s->scan->imports.n < PYTHON_ITEMS_MAX)
		*vec_push(s->arena, &s->scan->imports) =
			(struct python_import){module, dots, is_guess, scan_span(s, i)};
}

/* import a.b as c, d */
static void import_line(struct scanner *s, size_t i)
{
	while (scan_token(s, i)->kind == TOKEN_NAME) {
		size_t end, first = i;
		struct str module = scan_dotted(s, i, &end);

		add_import(s, module, 0, false, first);
		i = end;
		if (scan_is_name(s, i, "as"))
			i += 2;
		if (!scan_is_op(s, i, ","))
			break;
		i++;
	}
}

/* from ..a import b as c, (d) */
static void from_line(struct scanner *s, size_t i)
{
	struct str module = STR_NONE;
	uint32_t dots = 0;
	size_t end = i, first;

	for (; scan_is_op(s, i, "."); i++)
		dots++;
	first = i;
	if (scan_token(s, i)->kind == TOKEN_NAME && !scan_is_name(s, i, "import"))
		module = scan_dotted(s, i, &end);
	else
		end = i;
	if (!scan_is_name(s, end, "import"))
		return;
	if (module.n)
		add_import(s, module, dots, false, first);
	i = end + 1;
	if (scan_is_op(s, i, "("))
		i++;
	while (scan_token(s, i)->kind == TOKEN_NAME) {
		struct str name = scan_token(s, i)->text;

		if (module.n)
			name = arena_printf(
				s->arena, "%.*s.%.*s", STR_ARG(module), STR_ARG(name));
		add_import(s, name, dots, true, i);
		i += scan_is_name(s, i + 1, "as") ? 3 : 1;
		if (!scan_is_op(s, i, ","))
			break;
		i++;
	}
}

/* name = value, and args = parser.parse_args() */
static void assignment(struct scanner *s, size_t i)
{
	size_t end = line_end(s, i), at = i + 1;
	struct python_value value = {0};
	struct str name = scan_token(s, i)->text;
	struct bound *b;
	bool is_arguments = false;

	/* `args, rest = parser.parse_known_args()`, `name: str = value` */
	while (at < end && !scan_is_op(s, at, "="))
		at++;
	if (at >= end ||
		(at != i + 1 && !scan_is_op(s, i + 1, ",") &&
			!scan_is_op(s, i + 1, ":")))
		return;
	for (size_t k = at; k < end; k++)
		is_arguments |= scan_is_name(s, k, "parse_args") ||
			scan_is_name(s, k, "parse_known_args");
	if (scan_is_op(s, i + 1, ",") && !is_arguments)
		return;
	if (!scan_value(s, at + 1, end, 0, &value))
		value.n = 0;
	b = scan_bound(s, name);
	if (b) {
		b->value.n = 0;
		b->is_arguments |= is_arguments;
		return;
	}
	if (s->bound.n >= 500)
		return;
	b = vec_push(s->arena, &s->bound);
	*b = (struct bound){
		name, str_hash(name), value, is_arguments, s->function.n != 0};
}

/* ---- the whole ---- */

static void add_call(struct scanner *s, struct str name, size_t i, bool is_elsewhere)
{
	if (s->scan->calls.n < PYTHON_ITEMS_MAX)
		*vec_push(s->arena, &s->scan->calls) =
			(struct python_call){name, scan_span(s, i), is_elsewhere};
}

/* Something at i that is worth a look wherever it stands. */
static void look(struct scanner *s, size_t i)
{
	const struct python_token *t = scan_token(s, i);
	struct str name;
	size_t end;
	bool is_opened = false;

	if (t->kind == TOKEN_STRING && str_find_str(t->text, STR(":///")) < t->text.n)
		add_call(s,
			arena_printf(
				s->arena, "\"%.*s", STR_ARG(str_sub(t->text, 0, 64))),
			i, false);
	if (t->kind != TOKEN_NAME ||
		(i && scan_is_op(s, i - 1, ".") &&
			(i < 2 || !scan_is_op(s, i - 2, ")"))))
		return;
	if (scan_is_op(s, i + 1, "=")) {
		name = arena_printf(s->arena, "%.*s=%.*s", STR_ARG(t->text),
			STR_ARG(str_sub(scan_token(s, i + 2)->text, 0, 64)));
		add_call(s, name, i, false);
		return;
	}
	name = scan_dotted(s, i, &end);
	scan_path_method(s, i);
	if (!scan_is_op(s, end, "(") || !scan_token(s, end)->match)
		return;
	if (python_name_ends(name, STR("add_argument")))
		scan_option(s, end);
	else
		is_opened = scan_opened(s, name, i, end);
	add_call(s, name, i, is_opened || scan_is_elsewhere(s, end));
}

static void line_start(struct scanner *s, size_t i)
{
	const struct python_token *t = scan_token(s, i);

	if (s->function.n && t->column <= s->function_column)
		s->function = STR_NONE;
	if (scan_is_name(s, i, "async"))
		i++;
	if (scan_is_name(s, i, "import")) {
		import_line(s, i + 1);
	} else if (scan_is_name(s, i, "from")) {
		from_line(s, i + 1);
	} else if (scan_is_name(s, i, "def")) {
		/* What a decorator names is called by somebody else. */
		bool is_decorated = i >= 2 &&
			scan_token(s, i - 1)->kind == TOKEN_NEWLINE &&
			(scan_is_op(s, i - 2, ")") ||
				scan_token(s, i - 2)->kind == TOKEN_NAME);
		size_t back = i - 1;

		while (is_decorated && back &&
			scan_token(s, back)->column == UINT32_MAX)
			back--;
		if (!s->function.n && !(is_decorated && scan_is_op(s, back, "@"))) {
			s->function = scan_token(s, i + 1)->text;
			s->function_column = t->column;
		}
	} else if (t->kind == TOKEN_NAME) {
		assignment(s, i);
	}
}

struct python_scan *python_scan(struct arena *a, const struct text *text)
{
	struct scanner s = {.arena = a, .text = text};

	s.scan = arena_new(a, struct python_scan);
	s.tokens = python_tokens(a, text->s);
	for (size_t i = 0; scan_token(&s, i)->kind != TOKEN_END; i++) {
		/* python -c is given its lines on one: `import nltk; nltk.download(…)`. */
		if (scan_token(&s, i)->column != UINT32_MAX ||
			(i && scan_is_op(&s, i - 1, ";")))
			line_start(&s, i);
		/* The name of a def is no call of it. */
		if (i && scan_is_name(&s, i - 1, "def"))
			continue;
		look(&s, i);
	}
	vec_each (const struct bound, b, &s.bound)
		if (b->value.n && !b->is_local)
			*vec_push(a, &s.scan->names) =
				(struct python_name){b->name, b->value};
	return s.scan;
}
