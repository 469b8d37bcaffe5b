#include "source/writes.h"

#include "base/path.h"
#include "know/image_ref.h"

/* ---- rows of libraries.tsv ---- */

static uint32_t count_rows(void)
{
	struct know_library lib;
	uint32_t n = 0;

	while (know_library_at(n, &lib))
		n++;
	return n;
}

static struct writes_row *row_of(struct writes_search *s, uint32_t row)
{
	if (!s->rows) {
		s->row_count = count_rows();
		s->rows = arena_array(s->arena, struct writes_row, s->row_count);
	}
	return &s->rows[row];
}

void writes_mark(struct writes_search *s, enum library_mark kind, struct str name,
	enum writes_seen seen, struct str by, struct span span)
{
	struct know_library lib;
	uint32_t at = 0;

	while (know_library_next(kind, name, &at, &lib)) {
		struct writes_row *row = row_of(s, lib.row);
		bool is_surer = seen == WRITES_STARTED ||
			(seen == WRITES_IMPORTED && !row->is_started);

		row->is_installed |= seen == WRITES_INSTALLED;
		row->is_imported |= seen == WRITES_IMPORTED;
		row->is_started |= seen == WRITES_STARTED;
		if (!row->by.n || (is_surer && seen != WRITES_IMPORTED)) {
			row->by = by;
			row->span = span;
		}
	}
}

void writes_mark_started(struct writes_search *s, struct str name, struct span span)
{
	for (uint32_t i = 0; i < s->row_count; i++) {
		struct writes_row *row = &s->rows[i];

		if (!row->is_installed || row->is_started || !str_eq(row->by, name))
			continue;
		row->is_started = true;
		row->span = span;
	}
}

bool writes_env(const struct writes_search *s, struct str name, struct str *value)
{
	const struct fact *f = binding_find(s->in->workload->env, name);

	return f && f->know == FACT_SET && fact_str(s->arena, f, value) && value->n;
}

/* ---- writes ---- */

static bool is_same(const struct write *a, const struct write *b)
{
	return a->base == b->base && str_eq(a->path, b->path) &&
		str_eq(a->rule, b->rule) && a->is_folder == b->is_folder &&
		a->path_known == b->path_known;
}

/* What is not kept: devices take everything, and standard streams are nobody's. */
static bool is_no_place(struct str path)
{
	return path_is_under(path, STR("/dev")) || path_is_under(path, STR("/proc"));
}

struct write *writes_add(struct writes_search *s, struct str path)
{
	struct write *w;

	if (s->out->n >= WRITES_MAX || is_no_place(path))
		return NULL;
	w = vec_push(s->arena, s->out);
	*w = (struct write){.path_known = FACT_SET, .happens = ANSWER_YES};
	return w;
}

/* "~/x" is below HOME, "/x" absolute, "x" below where the program stands. */
void writes_place(struct writes_search *s, struct write *out, struct str path)
{
	if (str_eq(path, STR("~")) || str_starts(path, STR("~/"))) {
		out->base = WRITE_IN_HOME;
		out->path = path_join(s->arena, STR(""), str_from(path, 2));
	} else if (path_is_absolute(path)) {
		out->base = WRITE_AT;
		out->path = path_join(s->arena, STR("/"), path);
	} else if (s->cwd.n) {
		out->base = WRITE_AT;
		out->path = path_join(s->arena, s->cwd, path);
	} else {
		out->base = WRITE_IN_CWD;
		out->path = path_join(s->arena, STR(""), path);
	}
	if (str_eq(out->path, STR(".")))
		out->path = STR_NONE;
}

/* The first variable of the row that somebody set moves it; else the advised one could. */
static void move_by_variable(
	struct writes_search *s, const struct know_library *lib, struct write *out)
{
	struct str_fields fields = {.rest = lib->variables};
	struct know_library_variable v;

	while (know_library_variable(&fields, &v)) {
		const struct fact *f = binding_find(s->in->workload->env, v.name);
		struct str value;

		if (!out->variable.n || v.is_advised) {
			out->variable = v.name;
			out->suffix = v.suffix;
		}
		if (!f || f->know == FACT_UNSET ||
			(fact_str(s->arena, f, &value) && !value.n))
			continue;
		out->variable = v.name;
		out->suffix = v.suffix;
		out->moved = f;
		out->path_span = f->span;
		if (!fact_str(s->arena, f, &value)) {
			out->path_known = FACT_UNKNOWN;
			out->path = STR_NONE;
			return;
		}
		/* What is an address, not a folder: MLFLOW_TRACKING_URI. */
		if (str_find_str(value, STR("://")) < value.n) {
			out->happens = ANSWER_NO;
			return;
		}
		writes_place(s, out,
			v.suffix.n ? path_join(s->arena, value, v.suffix) : value);
		return;
	}
}

static enum answer happens(const struct know_library *lib, const struct writes_row *row)
{
	switch (lib->when) {
	case LIBRARY_AT_START:
		return row->is_started ? ANSWER_YES : ANSWER_MAYBE;
	case LIBRARY_AT_IMPORT:
		return row->is_started || row->is_imported ? ANSWER_YES : ANSWER_MAYBE;
	default:
		/* Other modules may call it too, but hardly to write where they stand. */
		if (row->is_elsewhere && lib->base == WRITE_IN_CWD)
			return ANSWER_NO;
		return row->is_called && (row->is_started || row->is_imported)
			? ANSWER_YES
			: ANSWER_MAYBE;
	}
}

static bool is_image_mark(const struct know_library *lib, const struct writes_row *row)
{
	return lib->base == WRITE_AT && row->is_started && !row->is_installed;
}

static void add_row(struct writes_search *s, uint32_t number)
{
	const struct writes_row *row = &s->rows[number];
	struct know_library lib;
	struct write made = {.path_known = FACT_SET}, *w;

	if (!(row->is_installed || row->is_started || row->is_imported) ||
		!know_library_at(number, &lib))
		return;
	made.rule = lib.rule;
	made.by = row->by;
	made.how = is_image_mark(&lib, row) ? WRITE_BY_IMAGE : WRITE_BY_LIBRARY;
	made.base = lib.base;
	made.path = lib.path;
	made.is_folder = lib.is_folder;
	made.is_data = lib.is_data;
	made.needs_folder = lib.needs_folder;
	made.happens = happens(&lib, row);
	made.is_loaded = row->is_started || (row->is_imported && !row->is_elsewhere);
	made.failure = lib.failure;
	made.setting = lib.setting;
	made.error = lib.error;
	made.source = lib.source;
	made.span = row->span;
	move_by_variable(s, &lib, &made);
	if (made.happens == ANSWER_NO)
		return;
	/* Two libraries that share a cache are one write; the surer one speaks. */
	vec_each (struct write, old, s->out) {
		if (!is_same(old, &made))
			continue;
		if (made.happens > old->happens)
			*old = made;
		old->is_loaded |= made.is_loaded;
		return;
	}
	w = writes_add(s, made.base == WRITE_AT ? made.path : STR_NONE);
	if (w)
		*w = made;
}

void writes_rows(struct writes_search *s)
{
	for (uint32_t row = 0; s->rows && row < s->row_count; row++)
		add_row(s, row);
}

void writes_unmark(struct writes_search *s, struct str name)
{
	struct know_library lib;

	if (s->rows && know_library_named(name, &lib))
		s->rows[lib.row] = (struct writes_row){0};
}

struct write *writes_add_set(struct writes_search *s, struct str path, bool is_folder,
	struct str rule, struct str by, struct span span)
{
	struct write *w;

	if (!path.n || str_find(path, '%') < path.n || str_find(path, '$') < path.n ||
		!(w = writes_add(s, path)))
		return NULL;
	writes_place(s, w, path);
	w->rule = rule;
	w->by = by;
	w->how = WRITE_BY_CONFIG;
	w->is_folder = is_folder;
	w->is_loaded = true;
	w->failure = WRITE_FAILS;
	w->span = w->path_span = span;
	return w;
}

/* ---- files ---- */

static bool was_read(struct writes_search *s, struct str path)
{
	for (size_t i = 0; i < s->seen.n; i++)
		if (str_eq(s->seen.at[i], path))
			return true;
	return false;
}

static struct str in_image(struct writes_search *s, struct str path)
{
	struct str cwd = s->cwd;

	if (path_is_absolute(path))
		return path_join(s->arena, STR("/"), path);
	if (!cwd.n && s->in->workload->workdir)
		(void)fact_str(s->arena, s->in->workload->workdir, &cwd);
	return path_join(s->arena, path_join(s->arena, STR("/"), cwd), path);
}

static bool read_in_image(struct writes_search *s, struct str path, struct text *out)
{
	struct effect_context *effect = s->in->effect;
	const struct file_entry *entry;
	struct str rest;

	entry = files_find(s->in->now->files, path, &rest);
	if (!entry || s->seen.n >= WRITES_FILES_MAX || s->bytes >= WRITES_BYTES_MAX)
		return false;
	if (entry->origin == FILE_FROM_TEXT) {
		*out = entry->content;
		return rest.n == 0;
	}
	return effect->read_script &&
		effect->read_script(effect->data, entry, rest, out);
}

bool writes_read_again(struct writes_search *s, struct str path, struct text *out)
{
	struct str full = in_image(s, path);

	if (!read_in_image(s, full, out))
		return false;
	s->bytes +=
		(uint32_t)(out->s.n < WRITES_BYTES_MAX ? out->s.n : WRITES_BYTES_MAX);
	*vec_push(s->arena, &s->seen) = full;
	return s->bytes <= WRITES_BYTES_MAX;
}

bool writes_read(struct writes_search *s, struct str path, struct text *out)
{
	return !was_read(s, in_image(s, path)) && writes_read_again(s, path, out);
}

/* ---- the whole ---- */

static bool is_service(struct str program, struct str service)
{
	return str_starts(path_base(program), str_sub(service, 0, 5));
}

/*
 * A CMD of its own goes on with the image's service: its options, its program, or a shell
 * that starts it last (`envsubst … && nginx -g "daemon off;"`).
 */
static bool is_for_service(struct writes_search *s, struct str service)
{
	const struct program *cmd = s->in->workload->cmd;
	struct str word, last;

	if (!cmd || cmd->layer == LAYER_IMAGE || cmd->know != FACT_SET)
		return !cmd || cmd->know != FACT_UNKNOWN;
	if (!cmd->argv.n || !value_str(s->arena, cmd->argv.at[0].value, &word))
		return false;
	return str_starts(word, STR("-")) || is_service(word, service) ||
		(cmd->commands.n > 1 &&
			command_name(cmd->commands.at[cmd->commands.n - 1], &last) &&
			is_service(last, service));
}

/* The image's own service, where nobody says that something else starts. */
static void mark_image(struct writes_search *s)
{
	const struct workload *w = s->in->workload;
	const struct base_image *base = w->base;
	struct image_ref ref;

	if (!base || base->is_scratch ||
		(w->entrypoint && w->entrypoint->layer > LAYER_IMAGE) ||
		!image_ref_parse(base->reference, &ref) ||
		!is_for_service(s, path_base(ref.name)))
		return;
	writes_mark(s, LIBRARY_IMAGE, ref.name, WRITES_STARTED, path_base(ref.name),
		base->span);
}

/* A list of words without a shell is followed by CMD's. */
static void start_program(
	struct writes_search *s, const struct program *p, const struct program *behind)
{
	if (!p || p->know != FACT_SET)
		return;
	for (size_t i = 0; i < p->commands.n; i++) {
		const struct command *c = p->commands.at[i];
		struct writes_words words = writes_words_of(s, &c->argv);

		if (i + 1 == p->commands.n && behind && p->form == PROGRAM_EXEC &&
			behind->know == FACT_SET && behind->form == PROGRAM_EXEC) {
			struct writes_words more = writes_words_of(s, &behind->argv);

			vec_each (struct writes_word, word, &more)
				*vec_push(s->arena, &words) = *word;
		}
		writes_command(s, c, &words);
	}
}

/* Images that are known to leave the working directory at /. */
static bool stands_at_root(struct str name)
{
	static const struct str names[] = {STR_INIT("almalinux"), STR_INIT("alpine"),
		STR_INIT("amazonlinux"), STR_INIT("debian"), STR_INIT("fedora"),
		STR_INIT("node"), STR_INIT("nvidia/cuda"), STR_INIT("python"),
		STR_INIT("rockylinux"), STR_INIT("rust"), STR_INIT("ubuntu")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* Where nobody writes a WORKDIR, that of the base counts, and few are known. */
static void doubt_cwd(struct writes_search *s)
{
	const struct workload *w = s->in->workload;
	struct image_ref ref;

	if ((w->workdir && w->workdir->know != FACT_UNSET) ||
		(w->base &&
			(w->base->is_scratch ||
				(image_ref_parse(w->base->reference, &ref) &&
					stands_at_root(ref.name)))))
		return;
	vec_each (struct write, write, s->out)
		if (write->base == WRITE_IN_CWD) {
			write->path_known = FACT_UNKNOWN;
			write->path = STR_NONE;
		}
}

const struct writes *writes_find(const struct writes_input *in)
{
	const struct workload *w = in->workload;
	struct writes_search s = {.arena = in->effect->arena, .in = in};

	s.out = arena_new(s.arena, struct writes);
	writes_packages(&s);
	mark_image(&s);
	start_program(&s, w->entrypoint, w->cmd);
	s.cwd = STR_NONE;
	if (!w->entrypoint || w->entrypoint->form == PROGRAM_EXEC)
		start_program(&s, w->cmd, NULL);
	writes_by_variable(&s);
	writes_rows(&s);
	doubt_cwd(&s);
	if (in->unplaced && s.unplaced.file)
		*in->unplaced = s.unplaced;
	return s.out;
}
