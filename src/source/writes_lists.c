#include "source/writes_lists.h"

#include "base/path.h"

enum { LIST_LINES_MAX = 2000 }; /* of one list of packages */

/* One file that lists packages. */
struct package_list {
	struct writes_search *s;
	const struct state *before;
	struct text text;
	struct str folder;
	struct str extras; /* "gpu,dev": of the project, those that are asked for */
	int depth;
};

static void read_list(const struct package_list *from, struct str path);
static void read_project(const struct package_list *from, struct str folder);

static void mark_pip(struct writes_search *s, struct str text, struct span span)
{
	struct str name = know_pip_name(s->arena, text);

	if (name.n)
		writes_mark(s, LIBRARY_PIP, name, WRITES_INSTALLED, name, span);
}

void writes_conda(struct writes_search *s, struct str text, struct span span)
{
	size_t colons = str_find_str(text, STR("::"));
	struct str name;

	if (colons < text.n)
		text = str_from(text, colons + 2);
	name = know_pip_name(s->arena, text);
	if (str_eq(name, STR("pytorch")))
		name = STR("torch");
	if (!name.n)
		return;
	writes_mark(s, LIBRARY_CONDA, name, WRITES_INSTALLED, name, span);
	writes_mark(s, LIBRARY_PIP, name, WRITES_INSTALLED, name, span);
}

/* ---- words ---- */

static bool next_line(const struct text *t, size_t *at, struct text *line)
{
	size_t n;

	if (*at >= t->s.n)
		return false;
	n = str_find(str_from(t->s, *at), '\n');
	*line = text_sub(t, *at, n);
	*at += n + 1;
	return true;
}

/* The next string in quotes of either kind; *rest goes on behind it. */
static bool next_quoted(struct str *rest, struct str *inside)
{
	size_t one = str_find(*rest, '\''), two = str_find(*rest, '"');
	size_t open = one < two ? one : two;
	size_t length;

	if (open >= rest->n)
		return false;
	*inside = str_from(*rest, open + 1);
	length = str_find(*inside, rest->p[open]);
	if (length >= inside->n)
		return false;
	*rest = str_from(*inside, length + 1);
	*inside = str_sub(*inside, 0, length);
	return true;
}

static struct str before_any(struct str s, const char *bytes)
{
	for (; *bytes; bytes++)
		s = str_sub(s, 0, str_find(s, *bytes));
	return s;
}

/* The value of an option, in any of the forms `-r x`, `-rx`, `--long x`, `--long=x`. */
static bool option_value(
	struct str text, struct str letter, struct str name, struct str *value)
{
	if (str_starts(text, name)) {
		*value = str_from(text, name.n);
		if (!value->n || (value->p[0] != '=' && !byte_is_blank(value->p[0])))
			return false;
		*value = str_trim(str_from(*value, 1));
		return true;
	}
	if (!str_starts(text, letter))
		return false;
	*value = str_trim(str_from(text, letter.n));
	return true;
}

/* ---- what pip takes ---- */

static bool is_address(struct str text)
{
	return str_find_str(text, STR("://")) < text.n;
}

/* "https://host/torch-2.1-cp39.whl", "git+https://host/x/transformers.git@main" */
static struct str name_of_address(struct str text)
{
	size_t egg = str_find_str(text, STR("egg="));
	struct str base;
	size_t dash;

	if (egg < text.n)
		return before_any(str_from(text, egg + 4), "&[ ");
	base = before_any(path_base(before_any(text, "#? ")), "@");
	if (str_ends(base, STR(".whl")))
		return str_sub(base, 0, str_find(base, '-'));
	if (str_ends(base, STR(".git")))
		return str_sub(base, 0, base.n - 4);
	dash = str_rfind(base, '-');
	if (dash + 1 < base.n && byte_is_digit(base.p[dash + 1]))
		return str_sub(base, 0, dash);
	return base;
}

static bool is_folder(struct str text)
{
	return str_eq(text, STR(".")) || str_starts(text, STR("./")) ||
		str_starts(text, STR("..")) || str_starts(text, STR(".[")) ||
		str_starts(text, STR("/"));
}

static void read_package(
	const struct package_list *from, struct str text, struct span span)
{
	struct str file = before_any(text, " ;#");

	if (is_address(before_any(text, " ")))
		mark_pip(from->s, name_of_address(text), span);
	else if (str_ends(file, STR(".whl")))
		mark_pip(from->s,
			str_sub(path_base(file), 0, str_find(path_base(file), '-')),
			span);
	else if (is_folder(text))
		read_project(from, file);
	else
		mark_pip(from->s, text, span);
}

/* Constraints install nothing; the paths of projects start where pip does. */
static void read_requirement(
	const struct package_list *from, struct str text, struct span span)
{
	size_t comment = str_find_str(text, STR(" #"));
	struct str value;

	text = str_trim(str_sub(text, 0, comment));
	if (str_starts(text, STR("#")))
		return;
	if (option_value(text, STR("-r"), STR("--requirement"), &value)) {
		if (value.n)
			read_list(from, path_join(from->s->arena, from->folder, value));
	} else if (option_value(text, STR("-e"), STR("--editable"), &value)) {
		read_package(from, value, span);
	} else if (!str_starts(text, STR("-"))) {
		read_package(from, text, span);
	}
}

static void requirements(const struct package_list *l)
{
	struct text line;
	size_t at = 0, lines = 0;

	while (next_line(&l->text, &at, &line) && lines++ < LIST_LINES_MAX)
		read_requirement(l, str_trim(line.s), text_span(&line, 0, line.s.n));
}

/* ---- pyproject.toml, Pipfile ---- */

/* What the lines below a header of a TOML file are. */
enum toml_table {
	TOML_OTHER,
	TOML_PROJECT, /* `dependencies = […]` is a list */
	TOML_EXTRAS,  /* every key is a list, of who asks for it */
	TOML_NAMES,   /* every key is a package */
	TOML_DYNAMIC, /* `dependencies = {file = […]}` names lists */
};

static enum toml_table table_of(struct str header)
{
	if (str_starts(header, STR("[project.optional-dependencies]")) ||
		str_starts(header, STR("[tool.poetry.extras]")))
		return TOML_EXTRAS;
	if (str_starts(header, STR("[tool.setuptools.dynamic]")))
		return TOML_DYNAMIC;
	if (str_find_str(header, STR("dependencies]")) < header.n ||
		str_starts(header, STR("[packages]")))
		return TOML_NAMES;
	if (str_starts(header, STR("[project]")))
		return TOML_PROJECT;
	return TOML_OTHER;
}

/* "[project]", "[[tool.x]]"; not the list that a line may be. */
static bool is_header(struct str text)
{
	return text.n > 2 && text.p[0] == '[' && str_ends(text, STR("]")) &&
		(byte_is_alpha(text.p[1]) || text.p[1] == '[');
}

/* The key in front of `=`; empty where the line goes on with what stands above. */
static struct str key_of(struct str text)
{
	size_t equals = str_find(text, '=');
	struct str key = str_trim(str_sub(text, 0, equals));

	if (equals == text.n || !key.n || !byte_is_alpha(key.p[0]))
		return STR_NONE;
	return key;
}

static bool is_asked_for(struct str extras, struct str extra)
{
	struct str_fields fields = {.rest = extras};
	struct str field;

	while (str_next_field(&fields, ',', &field))
		if (str_eq(str_trim(field), extra))
			return true;
	return false;
}

/* Do the strings behind a key of the table name what is installed? */
static bool counts(const struct package_list *l, enum toml_table table, struct str key)
{
	switch (table) {
	case TOML_PROJECT:
	case TOML_DYNAMIC:
		return str_eq(key, STR("dependencies"));
	case TOML_EXTRAS:
		return is_asked_for(l->extras, key);
	case TOML_NAMES:
	case TOML_OTHER:
		break;
	}
	return false;
}

static void toml_strings(const struct package_list *l, enum toml_table table,
	struct str text, struct span span)
{
	struct str inside;

	while (next_quoted(&text, &inside))
		if (table == TOML_DYNAMIC)
			read_list(l, path_join(l->s->arena, l->folder, inside));
		else
			mark_pip(l->s, inside, span);
}

static void toml(const struct package_list *l)
{
	enum toml_table table = TOML_OTHER;
	struct text line;
	size_t at = 0, lines = 0;
	bool is_counted = false;

	while (next_line(&l->text, &at, &line) && lines++ < LIST_LINES_MAX) {
		size_t comment = str_find_str(line.s, STR(" #"));
		struct str text = str_trim(str_sub(line.s, 0, comment));
		struct str key = is_counted ? STR_NONE : key_of(text);

		if (is_header(text)) {
			table = table_of(text);
			is_counted = false;
			continue;
		}
		if (str_starts(text, STR("#")))
			continue;
		if (key.n && table == TOML_NAMES)
			mark_pip(l->s, key, text_span_all(&line));
		if (key.n)
			is_counted = counts(l, table, key);
		if (is_counted)
			toml_strings(l, table, text, text_span_all(&line));
		/* A list that ends on this line, or one that never began. */
		if (str_ends(text, STR("]")) || str_ends(text, STR("}")) ||
			(key.n && str_find(text, '[') == text.n))
			is_counted = false;
	}
}

/* ---- environment.yml, setup.cfg, setup.py ---- */

static struct str unquoted(struct str text)
{
	struct str rest = text, inside;

	return text.n && (text.p[0] == '"' || text.p[0] == '\'') &&
			next_quoted(&rest, &inside)
		? inside
		: text;
}

/* "  - name=1.2" in its lists; below `pip:` what pip takes. */
static void environment(const struct package_list *l)
{
	struct text line;
	size_t at = 0, lines = 0;

	while (next_line(&l->text, &at, &line) && lines++ < LIST_LINES_MAX) {
		struct str text = str_trim(line.s);
		struct span span = text_span_all(&line);

		if (!str_starts(text, STR("- ")))
			continue;
		text = unquoted(str_trim(str_from(text, 2)));
		if (str_starts(text, STR("-")) || is_folder(text) || is_address(text))
			read_requirement(l, text, span);
		else
			writes_conda(l->s, text, span);
	}
}

static void setup_cfg(const struct package_list *l)
{
	struct text line;
	size_t at = 0, lines = 0;
	bool in_list = false;

	while (next_line(&l->text, &at, &line) && lines++ < LIST_LINES_MAX) {
		struct str text = str_trim(line.s);

		if (line.s.n && !byte_is_blank(line.s.p[0])) {
			in_list = str_starts(text, STR("install_requires"));
			text = str_trim(str_from(text, str_find(text, '=') + 1));
		}
		if (in_list && str_starts(text, STR("file:")))
			read_list(l,
				path_join(l->s->arena, l->folder,
					str_trim(str_from(text, 5))));
		else if (in_list)
			mark_pip(l->s, text, text_span_all(&line));
	}
}

static bool closes(struct str between)
{
	return str_find(between, ']') < between.n;
}

/* The strings of `install_requires=[…]`, and a list that the script opens. */
static void setup_py(const struct package_list *l)
{
	struct text line;
	size_t at = 0, lines = 0;
	bool in_list = false;

	while (next_line(&l->text, &at, &line) && lines++ < LIST_LINES_MAX) {
		size_t key = str_find_str(line.s, STR("install_requires"));
		struct str rest = line.s, from, inside;

		if (key < line.s.n && str_find(line.s, '[') < line.s.n) {
			in_list = true;
			rest = str_from(line.s, key);
		}
		for (from = rest; next_quoted(&rest, &inside); from = rest) {
			in_list &= !closes(before_any(from, "'\""));
			if (str_ends(inside, STR("requirements.txt")))
				read_list(l, path_join(l->s->arena, l->folder, inside));
			else if (in_list)
				mark_pip(l->s, inside, text_span_all(&line));
		}
		in_list &= !closes(rest);
	}
}

/* ---- files ---- */

/* A file as a RUN sees it: copied in, or bound from the context for this RUN alone. */
static bool read_for_build(struct writes_search *s, const struct state *before,
	struct str path, struct text *out)
{
	struct effect_context *effect = s->in->effect;
	struct file_entry bound = {.origin = FILE_FROM_CONTEXT, .source = path};
	const struct file_entry *entry;
	struct str cwd = STR("/"), rest = STR_NONE, full;

	(void)fact_str(s->arena, before->workdir, &cwd);
	full = path_join(s->arena, path_join(s->arena, STR("/"), cwd), path);
	entry = files_find(before->files, full, &rest);
	if (!effect->read_script || s->seen.n >= WRITES_FILES_MAX ||
		s->bytes >= WRITES_BYTES_MAX)
		return false;
	if (entry && entry->origin == FILE_FROM_TEXT) {
		*out = entry->content;
		return rest.n == 0;
	}
	if (entry && effect->read_script(effect->data, entry, rest, out))
		return true;
	return !path_is_absolute(path) && s->in->workload->build &&
		effect->read_script(effect->data, &bound, STR_NONE, out);
}

static void read_list(const struct package_list *from, struct str path)
{
	static const struct {
		struct str end;
		void (*read)(const struct package_list *l);
	} forms[] = {
		{STR_INIT(".toml"), toml},
		{STR_INIT("Pipfile"), toml},
		{STR_INIT(".cfg"), setup_cfg},
		{STR_INIT(".py"), setup_py},
		{STR_INIT(".yml"), environment},
		{STR_INIT(".yaml"), environment},
		{STR_INIT(""), requirements},
	};
	struct package_list l = *from;
	struct writes_search *s = from->s;
	size_t i = 0;

	if (++l.depth > WRITES_DEPTH_MAX ||
		!read_for_build(s, from->before, path, &l.text))
		return;
	*vec_push(s->arena, &s->seen) = path;
	s->bytes += (uint32_t)(l.text.s.n < WRITES_BYTES_MAX ? l.text.s.n
							     : WRITES_BYTES_MAX);
	l.folder = path_dir(path);
	while (!str_ends(path_base(path), forms[i].end))
		i++;
	forms[i].read(&l);
}

/* `pip install .`, `-e ./lib[gpu]`: what the project itself asks for. */
static void read_project(const struct package_list *from, struct str folder)
{
	static const struct str names[] = {STR_INIT("pyproject.toml"),
		STR_INIT("setup.cfg"), STR_INIT("setup.py"), STR_INIT("Pipfile")};
	struct package_list l = *from;
	size_t open = str_find(folder, '[');

	l.extras = str_sub(folder, open + 1, str_find(str_from(folder, open + 1), ']'));
	folder = str_sub(folder, 0, open);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		read_list(&l, path_join(l.s->arena, folder, names[i]));
}

void writes_list(struct writes_search *s, const struct state *before, struct str path)
{
	read_list(&(struct package_list){.s = s, .before = before}, path);
}

void writes_package(struct writes_search *s, const struct state *before,
	struct str text, struct span span)
{
	read_package(&(struct package_list){.s = s, .before = before}, text, span);
}

void writes_project(
	struct writes_search *s, const struct state *before, struct str folder)
{
	read_project(&(struct package_list){.s = s, .before = before}, folder);
}
