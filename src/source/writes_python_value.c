/* What the names, strings and calls of a Python script come to, as far as it is simple. */
#include "source/writes_python_scan.h"

const struct python_token *scan_token(const struct scanner *s, size_t i)
{
	return &s->tokens.at[i < s->tokens.n ? i : s->tokens.n - 1];
}

bool scan_is_op(const struct scanner *s, size_t i, const char *op)
{
	const struct python_token *t = scan_token(s, i);

	return t->kind == TOKEN_OPERATOR && str_eq(t->text, str_c(op));
}

bool scan_is_name(const struct scanner *s, size_t i, const char *name)
{
	const struct python_token *t = scan_token(s, i);

	return t->kind == TOKEN_NAME && str_eq(t->text, str_c(name));
}

struct span scan_span(const struct scanner *s, size_t i)
{
	const struct python_token *t = scan_token(s, i);

	return text_span(s->text, t->at, t->n);
}
/* ---- names ---- */

/* a.b.c from i on: its text without blanks, and the index behind it. */
struct str scan_dotted(const struct scanner *s, size_t i, size_t *end)
{
	struct str name = scan_token(s, i)->text;

	size_t parts = 0;

	for (i++; scan_is_op(s, i, ".") && scan_token(s, i + 1)->kind == TOKEN_NAME;
		i += 2) {
		struct str part = scan_token(s, i + 1)->text;

		if (parts++ >= PYTHON_PARTS_MAX)
			continue;
		if (name.p + name.n + 1 == part.p)
			name.n += 1 + part.n;
		else
			name = arena_printf(
				s->arena, "%.*s.%.*s", STR_ARG(name), STR_ARG(part));
	}
	*end = i;
	return name;
}

bool python_name_ends(struct str name, struct str suffix)
{
	size_t n = name.n - suffix.n;

	return suffix.n && str_ends(name, suffix) && (!n || name.p[n - 1] == '.');
}

struct bound *scan_bound(struct scanner *s, struct str name)
{
	uint64_t hash = str_hash(name);

	vec_each (struct bound, b, &s->bound)
		if (b->hash == hash && str_eq(b->name, name))
			return b;
	return NULL;
}

/* ---- values ---- */

bool python_add_part(struct python_value *v, struct python_part part)
{
	if (v->n == PYTHON_PARTS_MAX)
		return false;
	v->at[v->n++] = part;
	return true;
}

static bool add_value(
	struct python_value *v, const struct python_value *more, bool joins)
{
	for (size_t i = 0; i < more->n; i++) {
		struct python_part part = more->at[i];

		if (!i)
			part.joins = joins;
		if (!python_add_part(v, part))
			return false;
	}
	return more->n != 0;
}

/*
 * What cannot be followed: with something known before it the value leads below that,
 * without it leads nowhere. The first such part is enough.
 */
static bool add_some(struct python_value *v, bool joins)
{
	if (!v->n)
		return false;
	return v->at[v->n - 1].kind == PYTHON_SOME ||
		python_add_part(
			v, (struct python_part){.kind = PYTHON_SOME, .joins = joins});
}

/* The next argument of a call: from *i to *end; false behind the last. */
bool scan_next_argument(
	const struct scanner *s, size_t close, size_t *i, size_t *from, size_t *end)
{
	if (*i >= close)
		return false;
	*from = *i;
	while (*i < close && !scan_is_op(s, *i, ",")) {
		size_t match = scan_token(s, *i)->match;

		*i = match > *i && match < close ? match + 1 : *i + 1;
	}
	*end = *i;
	++*i;
	return true;
}

/* The argument at a position, or of that name (empty: none); false: it is not there. */
bool scan_argument(const struct scanner *s, size_t open, int position,
	struct str keyword, size_t *from, size_t *end)
{
	size_t close = scan_token(s, open)->match, i = open + 1, a, b;

	for (int at = 0; scan_next_argument(s, close, &i, &a, &b);) {
		bool is_named = scan_token(s, a)->kind == TOKEN_NAME &&
			scan_is_op(s, a + 1, "=");

		if (a < b &&
			((is_named && keyword.n &&
				 str_eq(scan_token(s, a)->text, keyword)) ||
				(!is_named && at == position))) {
			*from = is_named ? a + 2 : a;
			*end = b;
			return *from < *end;
		}
		at += !is_named;
	}
	return false;
}

bool scan_string(const struct scanner *s, size_t i, struct str *out)
{
	const struct python_token *t = scan_token(s, i);

	if (t->kind != TOKEN_STRING || t->is_odd)
		return false;
	*out = t->text;
	return true;
}

/* os.environ.get("NAME", "default"): the call at open. */
static bool variable(struct scanner *s, size_t open, struct python_value *out)
{
	struct python_part part = {.kind = PYTHON_ENV};
	size_t from, end;

	if (!scan_argument(s, open, 0, STR("key"), &from, &end) || end != from + 1 ||
		!scan_string(s, from, &part.text))
		return false;
	part.span = scan_span(s, from);
	if (scan_argument(s, open, 1, STR("default"), &from, &end)) {
		if (end != from + 1 || !scan_string(s, from, &part.fallback))
			return false;
		part.has_fallback = true;
	}
	return python_add_part(out, part);
}

static bool joined(struct scanner *s, size_t open, int depth, struct python_value *out)
{
	size_t close = scan_token(s, open)->match, i = open + 1, from, end;

	while (scan_next_argument(s, close, &i, &from, &end)) {
		struct python_value one = {0};

		if (from == end)
			continue;
		if (!scan_value(s, from, end, depth, &one) ||
			!add_value(out, &one, out->n != 0))
			return add_some(out, true);
	}
	return out->n != 0;
}

/* os.path.split(x)[0] */
static bool is_split_at(const struct scanner *s, struct str name, size_t open)
{
	size_t behind = scan_token(s, open)->match + 1;

	return python_name_ends(name, STR("path.split")) &&
		scan_is_op(s, behind, "[") &&
		scan_token(s, behind)->match == behind + 2 &&
		str_eq(scan_token(s, behind + 1)->text, STR("0"));
}

/* A call that gives a path: the names that are known to. */
bool scan_call_value(struct scanner *s, struct str name, size_t open, int depth,
	struct python_value *out)
{
	static const struct str same[] = {STR_INIT("Path"), STR_INIT("str"),
		STR_INIT("expanduser"), STR_INIT("abspath"), STR_INIT("realpath"),
		STR_INIT("normpath"), STR_INIT("fspath"), STR_INIT("PurePath")};

	if (python_name_ends(name, STR("environ.get")) ||
		python_name_ends(name, STR("getenv")))
		return variable(s, open, out);
	if (python_name_ends(name, STR("path.join")))
		return joined(s, open, depth, out);
	/* Of split() as a whole: what it is asked for is the first of its two. */
	if (python_name_ends(name, STR("path.dirname")) || is_split_at(s, name, open))
		return joined(s, open, depth, out) &&
			python_add_part(
				out, (struct python_part){.kind = PYTHON_PARENT});
	if (python_name_ends(name, STR("Path.home")))
		return python_add_part(out, (struct python_part){.text = STR("~")});
	if (python_name_ends(name, STR("tempfile.gettempdir")))
		return python_add_part(out,
			(struct python_part){.kind = PYTHON_ENV,
				.text = STR("TMPDIR"),
				.fallback = STR("/tmp"),
				.has_fallback = true});
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (python_name_ends(name, same[i]))
			return joined(s, open, depth, out);
	return false;
}

/* NAME of `from config import NAME`, config.NAME of `import config`. */
static bool imported(
	struct scanner *s, struct str name, struct span span, struct python_value *out)
{
	size_t dot = str_find(name, '.');
	struct str last = dot < name.n ? str_from(name, dot + 1) : name;
	bool is_imported = false;

	if (!last.n || str_find(last, '.') < last.n)
		return false;
	vec_each (const struct python_import, i, &s->scan->imports)
		is_imported |= dot < name.n
			? str_eq(i->module, str_sub(name, 0, dot))
			: i->is_guess && python_name_ends(i->module, name);
	return is_imported &&
		python_add_part(out,
			(struct python_part){
				.kind = PYTHON_NAME, .text = last, .span = span});
}

bool scan_name_value(
	struct scanner *s, struct str name, struct span span, struct python_value *out)
{
	size_t dot = str_find(name, '.');
	struct bound *b = scan_bound(s, str_sub(name, 0, dot));

	if (str_eq(name, STR("__file__")))
		return python_add_part(
			out, (struct python_part){.kind = PYTHON_FILE, .span = span});
	if (!b)
		return imported(s, name, span, out);
	if (dot == name.n)
		return b->value.n && add_value(out, &b->value, false);
	return b->is_arguments &&
		python_add_part(out,
			(struct python_part){.kind = PYTHON_OPTION,
				.text = str_from(name, dot + 1),
				.span = span});
}

/* f"{name}/x": texts and names, nothing cleverer. */
static bool f_string(struct scanner *s, size_t i, struct python_value *out)
{
	const struct python_token *t = scan_token(s, i);
	struct str rest = t->text;

	if (t->is_odd)
		return false;
	while (rest.n) {
		size_t open = str_find(rest, '{'), close;
		struct str name;

		if (open &&
			!python_add_part(out,
				(struct python_part){.text = str_sub(rest, 0, open),
					.span = scan_span(s, i)}))
			return false;
		if (open == rest.n)
			break;
		rest = str_from(rest, open + 1);
		close = str_find(rest, '}');
		name = str_trim(str_sub(rest, 0, close));
		if (close == rest.n || !scan_name_value(s, name, scan_span(s, i), out))
			return add_some(out, false);
		rest = str_from(rest, close + 1);
	}
	return out->n != 0;
}

static bool strings(struct scanner *s, size_t *i, struct python_value *out)
{
	for (; scan_token(s, *i)->kind == TOKEN_STRING ||
		scan_token(s, *i)->kind == TOKEN_FSTRING;
		++*i) {
		struct python_part part = {.span = scan_span(s, *i)};

		if (scan_token(s, *i)->kind == TOKEN_FSTRING) {
			if (!f_string(s, *i, out))
				return false;
			continue;
		}
		if (!scan_string(s, *i, &part.text) || !python_add_part(out, part))
			return false;
	}
	return true;
}

/* .parent, .resolve(), .joinpath(x) behind a path. */
static bool path_suffix(
	struct scanner *s, size_t *i, int depth, struct python_value *out)
{
	while (scan_is_op(s, *i, ".")) {
		size_t open = *i + 2;

		if (scan_is_name(s, *i + 1, "parent")) {
			if (!python_add_part(
				    out, (struct python_part){.kind = PYTHON_PARENT}))
				return false;
			*i += 2;
			continue;
		}
		if (!scan_is_op(s, open, "(") || !scan_token(s, open)->match)
			return false;
		if (scan_is_name(s, *i + 1, "joinpath")) {
			struct python_value more = {0};

			if (!joined(s, open, depth, &more) ||
				!add_value(out, &more, true))
				return false;
		} else if (!scan_is_name(s, *i + 1, "resolve") &&
			!scan_is_name(s, *i + 1, "absolute") &&
			!scan_is_name(s, *i + 1, "expanduser") &&
			!scan_is_name(s, *i + 1, "as_posix")) {
			return false;
		}
		*i = scan_token(s, open)->match + 1;
	}
	return true;
}

static bool term(struct scanner *s, size_t *i, int depth, struct python_value *out)
{
	const struct python_token *t = scan_token(s, *i);
	struct str name;
	size_t end;

	if (t->kind == TOKEN_STRING || t->kind == TOKEN_FSTRING)
		return strings(s, i, out);
	if (scan_is_op(s, *i, "(") && t->match > *i) {
		if (!scan_value(s, *i + 1, t->match, depth, out))
			return false;
		*i = t->match + 1;
		return path_suffix(s, i, depth, out);
	}
	if (t->kind != TOKEN_NAME)
		return false;
	name = scan_dotted(s, *i, &end);
	if (scan_is_op(s, end, "(") && scan_token(s, end)->match > end) {
		if (!scan_call_value(s, name, end, depth, out))
			return false;
		*i = scan_token(s, end)->match + 1;
		if (is_split_at(s, name, end))
			*i += 3;
		return path_suffix(s, i, depth, out);
	}
	if (str_eq(name, STR("os.sep")) || str_eq(name, STR("os.path.sep"))) {
		*i = end;
		return python_add_part(out,
			(struct python_part){
				.text = STR("/"), .span = scan_span(s, end - 1)});
	}
	if (python_name_ends(name, STR("os.environ")) && scan_is_op(s, end, "[") &&
		scan_token(s, end)->match == end + 2) {
		struct python_part part = {.kind = PYTHON_ENV};

		if (!scan_string(s, end + 1, &part.text) || !python_add_part(out, part))
			return false;
		*i = end + 3;
		return true;
	}
	if (!scan_name_value(s, name, scan_span(s, *i), out)) {
		/* path.parent: the name alone, then what stands behind it. */
		if (!scan_name_value(s, t->text, scan_span(s, *i), out))
			return false;
		end = *i + 1;
	}
	*i = end;
	return path_suffix(s, i, depth, out);
}

/* The value of the tokens from i to end, all of them; false: not known. */
bool scan_value(
	struct scanner *s, size_t i, size_t end, int depth, struct python_value *out)
{
	bool joins = false;

	if (depth >= PYTHON_DEPTH_MAX)
		return false;
	while (i < end) {
		struct python_value one = {0};

		if (!term(s, &i, depth + 1, &one) || i > end ||
			!add_value(out, &one, joins))
			return add_some(out, joins);
		if (i == end)
			return true;
		joins = scan_is_op(s, i, "/");
		/* os.environ.get("X") or "default" */
		if (scan_is_name(s, i, "or") && out->n == 1 &&
			out->at[0].kind == PYTHON_ENV && end == i + 2 &&
			scan_string(s, i + 1, &out->at[0].fallback)) {
			out->at[0].has_fallback = true;
			return true;
		}
		if (!joins && !scan_is_op(s, i, "+"))
			return false;
		i++;
	}
	return false;
}
