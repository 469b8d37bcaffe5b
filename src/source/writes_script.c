/* What the Python that starts loads, calls and writes; with its own modules. */
#include "base/path.h"
#include "source/writes.h"
#include "source/writes_python.h"

/* A script with the modules of its own that it loads. */
struct program_scan {
	struct writes_search *search;
	struct str by;			  /* "train.py" */
	struct str folder;		  /* in which its modules are looked for */
	const struct writes_words *words; /* the script first, then its arguments */
	struct python_scans scans;
	struct strs paths;    /* of each scan */
	struct str file;      /* of the one that is looked at */
	struct span span;     /* python -c: of its text, whose bytes have none */
	uint32_t parts;	      /* of values, looked at so far */
	bool is_placed;	      /* a write whose place is told … */
	struct span unplaced; /* … and the first whose is not */
};

enum { PARTS_MAX = 100000 }; /* names may stand for names that stand for names */

static struct span span_in(const struct program_scan *p, struct span span)
{
	return span.file ? span : p->span;
}

/* ---- values ---- */

/* What stands behind the option's flag, or at its position. */
static const struct writes_word *given_option(
	struct program_scan *p, const struct python_option *o, struct writes_word *room)
{
	for (size_t i = 0; i < o->flag_count; i++) {
		const struct writes_word *word =
			writes_option(p->search, p->words, o->flags[i], room);

		if (word)
			return word;
	}
	return NULL;
}

static const struct python_option *find_option(struct program_scan *p, struct str dest)
{
	for (size_t i = 0; i < p->scans.n; i++)
		vec_each (const struct python_option, o, &p->scans.at[i]->options)
			if (str_eq(o->dest, dest))
				return o;
	return NULL;
}

static const struct python_name *find_name(struct program_scan *p, struct str wanted)
{
	for (size_t i = 0; i < p->scans.n; i++)
		vec_each (const struct python_name, name, &p->scans.at[i]->names)
			if (str_eq(name->name, wanted))
				return name;
	return NULL;
}

/* Which positional argument it is; the words that are no options, in their order. */
static const struct writes_word *given_position(
	struct program_scan *p, const struct python_option *wanted)
{
	size_t position = 0, seen = 0;
	bool is_found = false;

	for (size_t i = 0; i < p->scans.n && !is_found; i++)
		vec_each (const struct python_option, o, &p->scans.at[i]->options) {
			is_found |= o == wanted;
			position += !is_found && !o->flag_count;
		}
	for (size_t i = 1; i < p->words->n; i++) {
		struct str text = p->words->at[i].text;

		/* An option and its value; whether it takes one is not asked. */
		if (str_starts(text, STR("-"))) {
			i += str_find(text, '=') == text.n;
			continue;
		}
		if (seen++ == position)
			return &p->words->at[i];
	}
	return NULL;
}

/* What a value comes to in this workload. */
struct destination {
	struct str path;
	struct str variable, suffix; /* that moves it, and what is behind it */
	const struct fact *moved;
	struct span span; /* of the bytes that name it */
	bool is_below;	  /* somewhere below path */
};

static bool value_place(struct program_scan *p, const struct python_value *value,
	int depth, struct destination *out);

static bool part_text(struct program_scan *p, const struct python_part *part, int depth,
	struct destination *out, struct str *text)
{
	struct writes_search *s = p->search;
	const struct python_option *o;
	const struct writes_word *word;
	struct writes_word room;
	struct destination fallback = {0};
	const struct python_name *name;

	if (p->parts++ > PARTS_MAX)
		return false;
	switch (part->kind) {
	case PYTHON_TEXT:
		*text = part->text;
		out->span = out->span.file ? out->span : part->span;
		return true;
	case PYTHON_ENV:
		out->variable = part->text;
		if (writes_env(s, part->text, text)) {
			out->moved = binding_find(s->in->workload->env, part->text);
			out->span = out->moved->span;
			return true;
		}
		*text = part->fallback;
		return part->has_fallback &&
			!binding_find(s->in->workload->env, part->text);
	case PYTHON_OPTION:
		o = find_option(p, part->text);
		if (!o)
			return false;
		word = o->flag_count ? given_option(p, o, &room) : given_position(p, o);
		if (word) {
			*text = word->text;
			out->span = word->span;
			return word->text.n != 0;
		}
		if (!value_place(p, &o->fallback, depth + 1, &fallback))
			return false;
		*text = fallback.path;
		out->span = fallback.span;
		out->variable = fallback.variable;
		out->moved = fallback.moved;
		out->is_below |= fallback.is_below;
		return true;
	case PYTHON_FILE:
		*text = p->file;
		return text->n != 0;
	case PYTHON_NAME:
		name = find_name(p, part->text);
		if (!name || !value_place(p, &name->value, depth + 1, &fallback))
			return false;
		*text = fallback.path;
		out->span = fallback.span;
		out->variable = fallback.variable;
		out->suffix = fallback.suffix;
		out->moved = fallback.moved;
		out->is_below |= fallback.is_below;
		return true;
	case PYTHON_SOME:
	case PYTHON_PARENT:
		break;
	}
	return false;
}

/* "out/run-" and something unknown behind it is a name in out. */
static void lead_below(struct destination *out, bool joins)
{
	out->is_below = true;
	if (joins || str_ends(out->path, STR("/")))
		return;
	out->path =
		str_find(out->path, '/') < out->path.n ? path_dir(out->path) : STR(".");
}

static bool value_place(struct program_scan *p, const struct python_value *value,
	int depth, struct destination *out)
{
	struct arena *a = p->search->arena;

	if (depth > PYTHON_DEPTH_MAX || !value->n)
		return false;
	for (size_t i = 0; i < value->n; i++) {
		const struct python_part *part = &value->at[i];
		struct str text;

		if (part->kind == PYTHON_SOME) {
			lead_below(out, part->joins);
			break;
		}
		if (part->kind == PYTHON_PARENT) {
			out->path = str_eq(out->path, STR(".")) ? STR("..")
								: path_dir(out->path);
			out->variable = out->moved ? out->variable : STR_NONE;
			continue;
		}
		if (!part_text(p, part, depth, out, &text))
			return false;
		if (part->joins && out->path.n && path_is_absolute(text))
			out->path = text;
		else
			out->path = arena_printf(a, "%.*s%s%.*s", STR_ARG(out->path),
				part->joins && out->path.n ? "/" : "", STR_ARG(text));
		if (i && part->kind == PYTHON_TEXT && out->variable.n)
			out->suffix =
				arena_printf(a, "%.*s%s%.*s", STR_ARG(out->suffix),
					out->suffix.n ? "/" : "", STR_ARG(text));
	}
	return out->path.n != 0 && str_find(out->path, '\n') == out->path.n;
}

/* A path, not an address; sqlite:///x.db and sqlite+aiosqlite:///x.db are both. */
static bool is_place(const struct python_write *found, struct destination *place)
{
	static const struct str mark = STR_INIT(":///");
	size_t at = str_find_str(place->path, mark);

	if (found->is_database && str_starts(place->path, STR("sqlite")))
		place->path =
			str_from(place->path, at < place->path.n ? at + mark.n : 0);
	return place->path.n && !str_starts(place->path, STR(":")) &&
		str_find_str(place->path, STR("://")) == place->path.n;
}

/* ---- calls ---- */

/* A function whose name nobody calls in what was read may never run. */
static bool is_called(struct program_scan *p, struct str function)
{
	for (size_t i = 0; i < p->scans.n; i++)
		vec_each (const struct python_call, c, &p->scans.at[i]->calls)
			if (python_name_ends(c->name, function))
				return true;
	return false;
}

static bool pattern_fits(struct str pattern, struct str name)
{
	if (str_starts(pattern, STR("\"")) || str_find(pattern, '=') < pattern.n)
		return str_starts(name, pattern);
	return python_name_ends(name, pattern);
}

/* Is one of them called; and if so, only with places of their own? */
static bool calls_any(struct program_scan *p, struct str patterns, bool *is_elsewhere)
{
	struct str_fields fields = {.rest = patterns};
	struct str pattern;

	*is_elsewhere = false;
	while (str_next_field(&fields, '|', &pattern))
		for (size_t i = 0; i < p->scans.n; i++)
			vec_each (const struct python_call, c, &p->scans.at[i]->calls) {
				if (!pattern_fits(pattern, c->name))
					continue;
				if (!c->is_elsewhere) {
					*is_elsewhere = false;
					return true;
				}
				*is_elsewhere = true;
			}
	return false;
}

/* The rows whose module was loaded, and one of whose functions is called. */
static void mark_calls(struct program_scan *p)
{
	struct writes_search *s = p->search;
	struct know_library lib;

	for (uint32_t i = 0; s->rows && i < s->row_count; i++)
		if (s->rows[i].is_imported && !s->rows[i].is_called &&
			know_library_at(i, &lib) && lib.when == LIBRARY_AT_CALL)
			s->rows[i].is_called =
				calls_any(p, lib.calls, &s->rows[i].is_elsewhere);
}

/* ---- writes ---- */

static struct str rule_of(const struct write *w, const struct python_write *found)
{
	if (!found->is_result && w->base == WRITE_IN_CWD)
		return STR("workdir-not-writable");
	return STR("model-save-path");
}

/* Two lines of a program that write to one place are one write, as sure as the surer. */
static void join_same(struct writes_search *s)
{
	const struct write *last = vec_last(s->out);

	vec_each (struct write, w, s->out) {
		if (w == last)
			return;
		if (w->how != last->how || w->base != last->base ||
			w->is_folder != last->is_folder ||
			!str_eq(w->path, last->path) || !str_eq(w->rule, last->rule) ||
			!str_eq(w->by, last->by))
			continue;
		if (last->happens > w->happens)
			*w = *last;
		s->out->n--;
		return;
	}
}

static void add_found(struct program_scan *p, const struct python_write *found)
{
	struct writes_search *s = p->search;
	struct destination place = {0};
	struct write *w;

	if (!value_place(p, &found->path, 0, &place)) {
		if (!p->unplaced.file &&
			(!found->function.n || is_called(p, found->function)))
			p->unplaced = span_in(p, found->span);
		return;
	}
	if (!is_place(found, &place) ||
		(place.is_below && str_eq(place.path, STR("/"))) ||
		!(w = writes_add(s, place.path)))
		return;
	p->is_placed = true;
	writes_place(s, w, place.path);
	w->how = WRITE_BY_SCRIPT;
	w->by = p->by;
	w->is_folder = found->is_folder || place.is_below;
	w->needs_folder = found->is_database && !w->is_folder;
	w->is_result = found->is_result;
	w->is_loaded = true;
	w->happens = !found->function.n || is_called(p, found->function) ? ANSWER_YES
									 : ANSWER_MAYBE;
	w->failure = WRITE_FAILS;
	w->variable = place.variable;
	w->suffix = place.suffix;
	w->moved = place.moved;
	w->span = span_in(p, found->span);
	w->path_span = place.span;
	w->rule = rule_of(w, found);
	if (python_name_ends(found->call, STR("torch.save")))
		w->error = arena_printf(s->arena,
			"RuntimeError: File %.*s cannot be opened.",
			STR_ARG(place.path));
	else
		w->error = arena_printf(s->arena,
			"PermissionError: [Errno 13] Permission denied: '%.*s'",
			STR_ARG(place.path));
	join_same(s);
}

/* ---- modules ---- */

static bool add_file(struct program_scan *p, struct str path);

/* a.b.c below folder: a/b/c.py, or the package a/b/c. */
static bool add_module(struct program_scan *p, struct str folder, struct str module)
{
	struct arena *a = p->search->arena;
	char *path = arena_alloc(a, module.n);
	struct str below = {path, module.n};

	for (size_t i = 0; i < module.n; i++)
		path[i] = module.p[i] == '.' ? '/' : module.p[i];
	return add_file(p,
		       arena_printf(
			       a, "%.*s/%.*s.py", STR_ARG(folder), STR_ARG(below))) ||
		add_file(p,
			arena_printf(a, "%.*s/%.*s/__init__.py", STR_ARG(folder),
				STR_ARG(below)));
}

static void add_imports(
	struct program_scan *p, const struct python_scan *scan, struct str folder)
{
	struct writes_search *s = p->search;

	vec_each (const struct python_import, i, &scan->imports) {
		struct str first = str_sub(i->module, 0, str_find(i->module, '.'));
		struct str from = folder;

		for (uint32_t up = 1; up < i->dots; up++)
			from = path_dir(from);
		if (i->dots) {
			(void)add_module(p, from, i->module);
			continue;
		}
		writes_mark(s, LIBRARY_IMPORT, first, WRITES_IMPORTED, first,
			span_in(p, i->span));
		if (!add_module(p, p->folder, i->module) && !str_eq(folder, p->folder))
			(void)add_module(p, folder, i->module);
	}
}

static void add_text(struct program_scan *p, const struct text *text, struct str path)
{
	*vec_push(p->search->arena, &p->scans) = python_scan(p->search->arena, text);
	*vec_push(p->search->arena, &p->paths) = path;
}

static bool add_file(struct program_scan *p, struct str path)
{
	struct text text;

	if (!writes_read(p->search, path, &text))
		return false;
	add_text(p, &text, path);
	return true;
}

/* Scans grow while they are walked: modules load modules. */
static void follow(struct program_scan *p)
{
	for (size_t i = 0; i < p->scans.n; i++)
		add_imports(p, p->scans.at[i], path_dir(p->paths.at[i]));
	mark_calls(p);
	for (size_t i = 0; i < p->scans.n; i++) {
		p->file = p->paths.at[i];
		vec_each (const struct python_write, w, &p->scans.at[i]->writes)
			add_found(p, w);
	}
	/* Of one that says some of its places the others are taken for the like. */
	if (!p->is_placed && !p->search->unplaced.file)
		p->search->unplaced = p->unplaced;
}

static void scan_program(struct program_scan *p, struct str path)
{
	if (add_file(p, path))
		follow(p);
}

void writes_python_text(struct writes_search *s, const struct writes_words *words)
{
	struct program_scan p = {.search = s,
		.by = STR("python -c"),
		.folder = STR("."),
		.words = words,
		.span = words->at[0].span};
	struct text text = text_of_str(words->at[0].text);

	add_text(&p, &text, STR_NONE);
	follow(&p);
}

void writes_python(
	struct writes_search *s, struct str path, const struct writes_words *words)
{
	struct program_scan p = {.search = s,
		.by = path_base(path),
		.folder = path_dir(path),
		.words = words};

	scan_program(&p, path);
}

bool writes_python_module(
	struct writes_search *s, struct str module, const struct writes_words *words)
{
	struct program_scan p = {
		.search = s, .by = module, .folder = STR("."), .words = words};
	char *below = arena_alloc(s->arena, module.n + 1);
	size_t before = s->seen.n;
	struct str path;

	for (size_t i = 0; i < module.n; i++)
		below[i] = module.p[i] == '.' ? '/' : module.p[i];
	path = arena_printf(s->arena, "%.*s.py", (int)module.n, below);
	p.by = path;
	scan_program(&p, path);
	if (s->seen.n == before)
		scan_program(&p,
			arena_printf(
				s->arena, "%.*s/__main__.py", (int)module.n, below));
	return s->seen.n != before;
}
