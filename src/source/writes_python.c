#include "source/writes_python.h"

/* A name that a script gives a value. */
struct bound {
	struct str name;
	uint64_t hash;
	struct python_value value; /* n 0: not known, or given twice */
	bool is_arguments;	   /* of parse_args(): its parts are options */
};

/* One scan; i is an index of tokens throughout. */
struct scanner {
	struct arena *arena;
	const struct text *text;
	struct python_tokens tokens;
	struct python_scan *scan;
	VEC(struct bound) bound;
	struct str function; /* that the line stands in, and its column */
	uint32_t function_column;
};

static const struct python_token *token(const struct scanner *s, size_t i)
{
	return &s->tokens.at[i < s->tokens.n ? i : s->tokens.n - 1];
}

static bool is_op(const struct scanner *s, size_t i, const char *op)
{
	const struct python_token *t = token(s, i);

	return t->kind == TOKEN_OPERATOR && str_eq(t->text, str_c(op));
}

static bool is_name(const struct scanner *s, size_t i, const char *name)
{
	const struct python_token *t = token(s, i);

	return t->kind == TOKEN_NAME && str_eq(t->text, str_c(name));
}

static struct span token_span(const struct scanner *s, size_t i)
{
	const struct python_token *t = token(s, i);

	return text_span(s->text, t->at, t->n);
}

/* ---- names ---- */

/* a.b.c from i on: its text without blanks, and the index behind it. */
static struct str dotted(const struct scanner *s, size_t i, size_t *end)
{
	struct str name = token(s, i)->text;

	size_t parts = 0;

	for (i++; is_op(s, i, ".") && token(s, i + 1)->kind == TOKEN_NAME; i += 2) {
		struct str part = token(s, i + 1)->text;

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

static struct bound *bound_find(struct scanner *s, struct str name)
{
	uint64_t hash = str_hash(name);

	vec_each (struct bound, b, &s->bound)
		if (b->hash == hash && str_eq(b->name, name))
			return b;
	return NULL;
}

/* ---- values ---- */

static bool value_at(
	struct scanner *s, size_t i, size_t end, int depth, struct python_value *out);

static bool add_part(struct python_value *v, struct python_part part)
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
		if (!add_part(v, part))
			return false;
	}
	return more->n != 0;
}

/* The next argument of a call: from *i to *end; false behind the last. */
static bool next_argument(
	const struct scanner *s, size_t close, size_t *i, size_t *from, size_t *end)
{
	if (*i >= close)
		return false;
	*from = *i;
	while (*i < close && !is_op(s, *i, ",")) {
		size_t match = token(s, *i)->match;

		*i = match > *i && match < close ? match + 1 : *i + 1;
	}
	*end = *i;
	++*i;
	return true;
}

/* The argument at a position, or of that name (empty: none); false: it is not there. */
static bool argument(const struct scanner *s, size_t open, int position,
	struct str keyword, size_t *from, size_t *end)
{
	size_t close = token(s, open)->match, i = open + 1, a, b;

	for (int at = 0; next_argument(s, close, &i, &a, &b);) {
		bool is_named = token(s, a)->kind == TOKEN_NAME && is_op(s, a + 1, "=");

		if (a < b &&
			((is_named && keyword.n &&
				 str_eq(token(s, a)->text, keyword)) ||
				(!is_named && at == position))) {
			*from = is_named ? a + 2 : a;
			*end = b;
			return *from < *end;
		}
		at += !is_named;
	}
	return false;
}

static bool plain_string(const struct scanner *s, size_t i, struct str *out)
{
	const struct python_token *t = token(s, i);

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

	if (!argument(s, open, 0, STR("key"), &from, &end) || end != from + 1 ||
		!plain_string(s, from, &part.text))
		return false;
	part.span = token_span(s, from);
	if (argument(s, open, 1, STR("default"), &from, &end)) {
		if (end != from + 1 || !plain_string(s, from, &part.fallback))
			return false;
		part.has_fallback = true;
	}
	return add_part(out, part);
}

static bool joined(struct scanner *s, size_t open, int depth, struct python_value *out)
{
	size_t close = token(s, open)->match, i = open + 1, from, end;

	while (next_argument(s, close, &i, &from, &end)) {
		struct python_value one = {0};

		if (from == end)
			continue;
		if (!value_at(s, from, end, depth, &one) ||
			!add_value(out, &one, out->n != 0))
			return false;
	}
	return out->n != 0;
}

/* A call that gives a path: the names that are known to. */
static bool call_value(struct scanner *s, struct str name, size_t open, int depth,
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
	if (python_name_ends(name, STR("Path.home")))
		return add_part(out, (struct python_part){.text = STR("~")});
	if (python_name_ends(name, STR("tempfile.gettempdir")))
		return add_part(out,
			(struct python_part){.kind = PYTHON_ENV,
				.text = STR("TMPDIR"),
				.fallback = STR("/tmp"),
				.has_fallback = true});
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (python_name_ends(name, same[i]))
			return joined(s, open, depth, out);
	return false;
}

static bool name_value(
	struct scanner *s, struct str name, struct span span, struct python_value *out)
{
	size_t dot = str_find(name, '.');
	struct bound *b = bound_find(s, str_sub(name, 0, dot));

	if (!b)
		return false;
	if (dot == name.n)
		return b->value.n && add_value(out, &b->value, false);
	return b->is_arguments &&
		add_part(out,
			(struct python_part){.kind = PYTHON_OPTION,
				.text = str_from(name, dot + 1),
				.span = span});
}

/* f"{name}/x": texts and names, nothing cleverer. */
static bool f_string(struct scanner *s, size_t i, struct python_value *out)
{
	const struct python_token *t = token(s, i);
	struct str rest = t->text;

	if (t->is_odd)
		return false;
	while (rest.n) {
		size_t open = str_find(rest, '{'), close;
		struct str name;

		if (open &&
			!add_part(out,
				(struct python_part){.text = str_sub(rest, 0, open),
					.span = token_span(s, i)}))
			return false;
		if (open == rest.n)
			break;
		rest = str_from(rest, open + 1);
		close = str_find(rest, '}');
		name = str_trim(str_sub(rest, 0, close));
		if (close == rest.n || !name_value(s, name, token_span(s, i), out))
			return false;
		rest = str_from(rest, close + 1);
	}
	return out->n != 0;
}

static bool strings(struct scanner *s, size_t *i, struct python_value *out)
{
	for (; token(s, *i)->kind == TOKEN_STRING ||
		token(s, *i)->kind == TOKEN_FSTRING;
		++*i) {
		struct python_part part = {.span = token_span(s, *i)};

		if (token(s, *i)->kind == TOKEN_FSTRING) {
			if (!f_string(s, *i, out))
				return false;
			continue;
		}
		if (!plain_string(s, *i, &part.text) || !add_part(out, part))
			return false;
	}
	return true;
}

/* .parent, .resolve(), .joinpath(x) behind a path. */
static bool path_suffix(
	struct scanner *s, size_t *i, int depth, struct python_value *out)
{
	while (is_op(s, *i, ".")) {
		size_t open = *i + 2;

		if (is_name(s, *i + 1, "parent")) {
			if (!add_part(out, (struct python_part){.kind = PYTHON_PARENT}))
				return false;
			*i += 2;
			continue;
		}
		if (!is_op(s, open, "(") || !token(s, open)->match)
			return false;
		if (is_name(s, *i + 1, "joinpath")) {
			struct python_value more = {0};

			if (!joined(s, open, depth, &more) ||
				!add_value(out, &more, true))
				return false;
		} else if (!is_name(s, *i + 1, "resolve") &&
			!is_name(s, *i + 1, "absolute") &&
			!is_name(s, *i + 1, "expanduser") &&
			!is_name(s, *i + 1, "as_posix")) {
			return false;
		}
		*i = token(s, open)->match + 1;
	}
	return true;
}

static bool term(struct scanner *s, size_t *i, int depth, struct python_value *out)
{
	const struct python_token *t = token(s, *i);
	struct str name;
	size_t end;

	if (t->kind == TOKEN_STRING || t->kind == TOKEN_FSTRING)
		return strings(s, i, out);
	if (is_op(s, *i, "(") && t->match > *i) {
		if (!value_at(s, *i + 1, t->match, depth, out))
			return false;
		*i = t->match + 1;
		return path_suffix(s, i, depth, out);
	}
	if (t->kind != TOKEN_NAME)
		return false;
	name = dotted(s, *i, &end);
	if (is_op(s, end, "(") && token(s, end)->match > end) {
		if (!call_value(s, name, end, depth, out))
			return false;
		*i = token(s, end)->match + 1;
		return path_suffix(s, i, depth, out);
	}
	if (python_name_ends(name, STR("os.environ")) && is_op(s, end, "[") &&
		token(s, end)->match == end + 2) {
		struct python_part part = {.kind = PYTHON_ENV};

		if (!plain_string(s, end + 1, &part.text) || !add_part(out, part))
			return false;
		*i = end + 3;
		return true;
	}
	if (!name_value(s, name, token_span(s, *i), out)) {
		/* path.parent: the name alone, then what stands behind it. */
		if (!name_value(s, t->text, token_span(s, *i), out))
			return false;
		end = *i + 1;
	}
	*i = end;
	return path_suffix(s, i, depth, out);
}

/* The value of the tokens from i to end, all of them; false: not known. */
static bool value_at(
	struct scanner *s, size_t i, size_t end, int depth, struct python_value *out)
{
	bool joins = false;

	if (depth >= PYTHON_DEPTH_MAX)
		return false;
	while (i < end) {
		struct python_value one = {0};

		if (!term(s, &i, depth + 1, &one) || i > end ||
			!add_value(out, &one, joins))
			return false;
		if (i == end)
			return true;
		joins = is_op(s, i, "/");
		/* os.environ.get("X") or "default" */
		if (is_name(s, i, "or") && out->n == 1 &&
			out->at[0].kind == PYTHON_ENV && end == i + 2 &&
			plain_string(s, i + 1, &out->at[0].fallback)) {
			out->at[0].has_fallback = true;
			return true;
		}
		if (!joins && !is_op(s, i, "+"))
			return false;
		i++;
	}
	return false;
}

/* ---- lines ---- */

static size_t line_end(const struct scanner *s, size_t i)
{
	while (token(s, i)->kind != TOKEN_NEWLINE && token(s, i)->kind != TOKEN_END &&
		!is_op(s, i, ";"))
		i = token(s, i)->match > i ? token(s, i)->match + 1 : i + 1;
	return i;
}

static void add_import(
	struct scanner *s, struct str module, uint32_t dots, bool is_guess, size_t i)
{
	if (s->scan->imports.n < PYTHON_ITEMS_MAX)
		*vec_push(s->arena, &s->scan->imports) = (struct python_import){
			module, dots, is_guess, token_span(s, i)};
}

/* import a.b as c, d */
static void import_line(struct scanner *s, size_t i)
{
	while (token(s, i)->kind == TOKEN_NAME) {
		size_t end, first = i;
		struct str module = dotted(s, i, &end);

		add_import(s, module, 0, false, first);
		i = end;
		if (is_name(s, i, "as"))
			i += 2;
		if (!is_op(s, i, ","))
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

	for (; is_op(s, i, "."); i++)
		dots++;
	first = i;
	if (token(s, i)->kind == TOKEN_NAME && !is_name(s, i, "import"))
		module = dotted(s, i, &end);
	else
		end = i;
	if (!is_name(s, end, "import"))
		return;
	if (module.n)
		add_import(s, module, dots, false, first);
	i = end + 1;
	if (is_op(s, i, "("))
		i++;
	while (token(s, i)->kind == TOKEN_NAME) {
		struct str name = token(s, i)->text;

		if (module.n)
			name = arena_printf(
				s->arena, "%.*s.%.*s", STR_ARG(module), STR_ARG(name));
		add_import(s, name, dots, true, i);
		i += is_name(s, i + 1, "as") ? 3 : 1;
		if (!is_op(s, i, ","))
			break;
		i++;
	}
}

/* name = value, and args = parser.parse_args() */
static void assignment(struct scanner *s, size_t i)
{
	size_t end = line_end(s, i), at = i + 1;
	struct python_value value = {0};
	struct str name = token(s, i)->text;
	struct bound *b;
	bool is_arguments = false;

	/* `args, rest = parser.parse_known_args()`, `name: str = value` */
	while (at < end && !is_op(s, at, "="))
		at++;
	if (at >= end ||
		(at != i + 1 && !is_op(s, i + 1, ",") && !is_op(s, i + 1, ":")))
		return;
	for (size_t k = at; k < end; k++)
		is_arguments |= is_name(s, k, "parse_args") ||
			is_name(s, k, "parse_known_args");
	if (is_op(s, i + 1, ",") && !is_arguments)
		return;
	if (!value_at(s, at + 1, end, 0, &value))
		value.n = 0;
	b = bound_find(s, name);
	if (b) {
		b->value.n = 0;
		b->is_arguments |= is_arguments;
		return;
	}
	if (s->bound.n >= 500)
		return;
	b = vec_push(s->arena, &s->bound);
	*b = (struct bound){name, str_hash(name), value, is_arguments};
}

/* ---- calls ---- */

/* What opens a path: at that position, or under that name. */
static const struct opener {
	struct str call, keyword;
	int position; /* -1: only by name */
	bool is_folder, is_result;
} openers[] = {
	{STR_INIT("to_csv"), STR_INIT("path_or_buf"), 0, false, true},
	{STR_INIT("to_parquet"), STR_INIT("path"), 0, false, true},
	{STR_INIT("to_pickle"), STR_INIT("path"), 0, false, true},
	{STR_INIT("to_excel"), STR_INIT("excel_writer"), 0, false, true},
	{STR_INIT("to_feather"), STR_INIT("path"), 0, false, true},
	{STR_INIT("to_hdf"), STR_INIT("path_or_buf"), 0, false, true},
	{STR_INIT("joblib.dump"), STR_INIT("filename"), 1, false, true},
	{STR_INIT("torch.save"), STR_INIT("f"), 1, false, true},
	{STR_INIT("save_pretrained"), STR_INIT("save_directory"), 0, true, true},
	{STR_INIT("save_to_disk"), STR_INIT("dataset_path"), 0, true, true},
	{STR_INIT("save_model"), STR_INIT("fname"), 0, false, true},
	{STR_INIT("save_weights"), STR_INIT("filepath"), 0, false, true},
	{STR_INIT("model.save"), STR_INIT("filepath"), 0, false, true},
	{STR_INIT("np.save"), STR_INIT("file"), 0, false, true},
	{STR_INIT("np.savez"), STR_INIT("file"), 0, false, true},
	{STR_INIT("np.savez_compressed"), STR_INIT("file"), 0, false, true},
	{STR_INIT("numpy.save"), STR_INIT("file"), 0, false, true},
	{STR_INIT("faiss.write_index"), STR_INIT("fname"), 1, false, true},
	{STR_INIT("savefig"), STR_INIT("fname"), 0, false, true},
	{STR_INIT("cv2.imwrite"), STR_INIT("filename"), 0, false, true},
	{STR_INIT("TrainingArguments"), STR_INIT("output_dir"), 0, true, true},
	{STR_INIT("ModelCheckpoint"), STR_INIT("dirpath"), -1, true, true},
	{STR_INIT("SummaryWriter"), STR_INIT("log_dir"), 0, true, true},
	{STR_INIT("os.makedirs"), STR_INIT("name"), 0, true, false},
	{STR_INIT("os.mkdir"), STR_INIT("path"), 0, true, false},
	{STR_INIT("FileHandler"), STR_INIT("filename"), 0, false, false},
	{STR_INIT("RotatingFileHandler"), STR_INIT("filename"), 0, false, false},
	{STR_INIT("TimedRotatingFileHandler"), STR_INIT("filename"), 0, false, false},
	{STR_INIT("logging.basicConfig"), STR_INIT("filename"), -1, false, false},
	{STR_INIT("shutil.copy"), STR_INIT("dst"), 1, false, false},
	{STR_INIT("shutil.copyfile"), STR_INIT("dst"), 1, false, false},
	{STR_INIT("shutil.copytree"), STR_INIT("dst"), 1, true, false},
	{STR_INIT("sqlite3.connect"), STR_INIT("database"), 0, false, false},
};

/* Methods of a path that write to it. */
static const struct opener methods[] = {
	{STR_INIT("mkdir"), STR_INIT(""), 0, true, false},
	{STR_INIT("write_text"), STR_INIT(""), 0, false, false},
	{STR_INIT("write_bytes"), STR_INIT(""), 0, false, false},
	{STR_INIT("touch"), STR_INIT(""), 0, false, false},
};

static void add_write(struct scanner *s, const struct opener *o,
	const struct python_value *value, size_t i)
{
	if (s->scan->writes.n < PYTHON_ITEMS_MAX)
		*vec_push(s->arena, &s->scan->writes) =
			(struct python_write){.call = o->call,
				.path = *value,
				.is_folder = o->is_folder,
				.is_result = o->is_result,
				.function = s->function,
				.span = token_span(s, i)};
}

/* Does the mode of open() at open write? A mode that is not known may. */
static bool opens_for_writing(struct scanner *s, size_t open, int position)
{
	size_t from, end;
	struct str mode;

	if (!argument(s, open, position, STR("mode"), &from, &end) || end != from + 1 ||
		!plain_string(s, from, &mode))
		return false;
	return mode.n < 5 &&
		(str_find(mode, 'w') < mode.n || str_find(mode, 'a') < mode.n ||
			str_find(mode, 'x') < mode.n);
}

static void opened(struct scanner *s, struct str name, size_t i, size_t open)
{
	static const struct opener plain = {
		STR_INIT("open"), STR_INIT("file"), 0, false, false};
	const struct opener *found = NULL;
	struct python_value value = {0};
	size_t from, end;

	if (str_eq(name, STR("open")) || python_name_ends(name, STR("io.open")) ||
		python_name_ends(name, STR("h5py.File"))) {
		if (opens_for_writing(s, open, 1))
			found = &plain;
	}
	for (size_t k = 0; !found && k < sizeof(openers) / sizeof(openers[0]); k++)
		if (python_name_ends(name, openers[k].call))
			found = &openers[k];
	if (found && argument(s, open, found->position, found->keyword, &from, &end) &&
		value_at(s, from, end, 0, &value))
		add_write(s, found, &value, i);
}

/* path.mkdir(…), path.open("w"): the receiver's value is at hand. */
static void method(
	struct scanner *s, const struct python_value *value, size_t name, size_t open)
{
	static const struct opener plain = {
		STR_INIT("open"), STR_INIT(""), 0, false, false};

	for (size_t k = 0; k < sizeof(methods) / sizeof(methods[0]); k++)
		if (str_eq(token(s, name)->text, methods[k].call))
			add_write(s, &methods[k], value, name);
	if (is_name(s, name, "open") && opens_for_writing(s, open, 0))
		add_write(s, &plain, value, name);
}

static bool is_path_method(const struct scanner *s, size_t i)
{
	return is_name(s, i, "mkdir") || is_name(s, i, "write_text") ||
		is_name(s, i, "write_bytes") || is_name(s, i, "touch") ||
		is_name(s, i, "open");
}

/* Where a path's method stands behind a value that begins at i. */
static void path_method(struct scanner *s, size_t i)
{
	struct python_value value = {0};
	size_t end, at;

	(void)dotted(s, i, &end);
	/* name.mkdir( : the last word is the method. */
	if (end >= i + 3 && is_op(s, end, "(") && is_path_method(s, end - 1)) {
		if (name_value(s, token(s, i)->text, token_span(s, i), &value)) {
			at = i + 1;
			while (at + 2 < end && is_name(s, at + 1, "parent")) {
				(void)add_part(&value,
					(struct python_part){.kind = PYTHON_PARENT});
				at += 2;
			}
			if (at + 2 == end)
				method(s, &value, end - 1, end);
		}
		return;
	}
	/* Path(x).mkdir( and Path(x).parent.mkdir( */
	if (!is_op(s, end, "(") || !token(s, end)->match)
		return;
	at = token(s, end)->match + 1;
	if (!is_op(s, at, ".") || !call_value(s, dotted(s, i, &end), end, 0, &value))
		return;
	for (; is_op(s, at, ".") && is_name(s, at + 1, "parent"); at += 2)
		(void)add_part(&value, (struct python_part){.kind = PYTHON_PARENT});
	if (is_op(s, at, ".") && is_path_method(s, at + 1) && is_op(s, at + 2, "("))
		method(s, &value, at + 1, at + 2);
}

/* parser.add_argument("--out", "-o", dest=…, default=…, action=…) */
static void option(struct scanner *s, size_t open)
{
	struct python_option o = {.takes_value = true, .span = token_span(s, open)};
	size_t close = token(s, open)->match, i = open + 1, from, end;
	char *dest;

	while (next_argument(s, close, &i, &from, &end)) {
		struct str text;

		if (end != from + 1 || !plain_string(s, from, &text))
			continue;
		if (!o.dest.n || str_starts(text, STR("--")))
			o.dest = text;
		if (str_starts(text, STR("-")) && o.flag_count < 4)
			o.flags[o.flag_count++] = text;
	}
	while (str_starts(o.dest, STR("-")))
		o.dest = str_from(o.dest, 1);
	if (argument(s, open, -1, STR("dest"), &from, &end))
		(void)plain_string(s, from, &o.dest);
	if (!o.dest.n || s->scan->options.n >= PYTHON_ITEMS_MAX)
		return;
	dest = arena_alloc(s->arena, o.dest.n);
	for (size_t k = 0; k < o.dest.n; k++)
		dest[k] = o.dest.p[k] == '-' ? '_' : o.dest.p[k];
	o.dest.p = dest;
	o.takes_value = !argument(s, open, -1, STR("action"), &from, &end);
	if (argument(s, open, -1, STR("default"), &from, &end) &&
		!value_at(s, from, end, 0, &o.fallback))
		o.fallback.n = 0;
	*vec_push(s->arena, &s->scan->options) = o;
}

static void add_call(struct scanner *s, struct str name, size_t i)
{
	if (s->scan->calls.n < PYTHON_ITEMS_MAX)
		*vec_push(s->arena, &s->scan->calls) =
			(struct python_call){name, token_span(s, i)};
}

/* Something at i that is worth a look wherever it stands. */
static void look(struct scanner *s, size_t i)
{
	const struct python_token *t = token(s, i);
	struct str name;
	size_t end;

	if (t->kind == TOKEN_STRING && str_find_str(t->text, STR(":///")) < t->text.n)
		add_call(s,
			arena_printf(
				s->arena, "\"%.*s", STR_ARG(str_sub(t->text, 0, 64))),
			i);
	if (t->kind != TOKEN_NAME ||
		(i && is_op(s, i - 1, ".") && (i < 2 || !is_op(s, i - 2, ")"))))
		return;
	if (is_op(s, i + 1, "=")) {
		name = arena_printf(s->arena, "%.*s=%.*s", STR_ARG(t->text),
			STR_ARG(str_sub(token(s, i + 2)->text, 0, 64)));
		add_call(s, name, i);
		return;
	}
	name = dotted(s, i, &end);
	path_method(s, i);
	if (!is_op(s, end, "(") || !token(s, end)->match)
		return;
	add_call(s, name, i);
	if (python_name_ends(name, STR("add_argument")))
		option(s, end);
	else
		opened(s, name, i, end);
}

static void line_start(struct scanner *s, size_t i)
{
	const struct python_token *t = token(s, i);

	if (s->function.n && t->column <= s->function_column)
		s->function = STR_NONE;
	if (is_name(s, i, "async"))
		i++;
	if (is_name(s, i, "import")) {
		import_line(s, i + 1);
	} else if (is_name(s, i, "from")) {
		from_line(s, i + 1);
	} else if (is_name(s, i, "def")) {
		/* What a decorator names is called by somebody else. */
		bool is_decorated = i >= 2 && token(s, i - 1)->kind == TOKEN_NEWLINE &&
			(is_op(s, i - 2, ")") || token(s, i - 2)->kind == TOKEN_NAME);
		size_t back = i - 1;

		while (is_decorated && back && token(s, back)->column == UINT32_MAX)
			back--;
		if (!s->function.n && !(is_decorated && is_op(s, back, "@"))) {
			s->function = token(s, i + 1)->text;
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
	for (size_t i = 0; token(&s, i)->kind != TOKEN_END; i++) {
		if (token(&s, i)->column != UINT32_MAX)
			line_start(&s, i);
		/* The name of a def is no call of it. */
		if (i && is_name(&s, i - 1, "def"))
			continue;
		look(&s, i);
	}
	return s.scan;
}
