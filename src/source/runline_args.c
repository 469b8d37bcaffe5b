#include "source/runline_args.h"

#include "base/path.h"
#include "effect/options.h"
#include "source/run_values.h"
#include "source/runline_guess.h"

/* ---- the table ---- */

enum { S = 1, E = 2, B = 4, X = 8, G = 16, M = 32, V = 64 };
enum { D = RUNLINE_DOCKER, P = RUNLINE_PODMAN, N = RUNLINE_NERDCTL };
enum option_kind { FLAG, VALUE, LIST, COMMAS };

struct option_row {
	struct str name;
	enum runline_id id;
	enum option_kind kind;
	unsigned char verbs, engines;
	char letter;
};

static const struct option_row rows[] = {
#define ROW(verbs, engines, id, letter, name, kind)                                    \
	{STR_INIT(name), RUNLINE_##id, kind, (verbs), (engines), (letter)},
#include "source/runline_options.def"
#undef ROW
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

/* ---- one reading ---- */

struct reading {
	struct arena *arena;
	const struct words *words;
	struct diags *diags;
	struct runline_args *out;
	size_t next;	      /* the word that is read next */
	unsigned verb;	      /* whose rows count: S, E, B … */
	bool is_interspersed; /* options may stand behind operands */
	bool has_open;	      /* a word that nobody knows was taken for options */
};

static bool row_counts(const struct reading *r, const struct option_row *row)
{
	return (row->verbs & r->verb) && (row->engines & r->out->engine);
}

static const struct option_row *find_name(const struct reading *r, struct str name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (row_counts(r, &rows[i]) && str_eq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static const struct option_row *find_letter(const struct reading *r, char letter)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (row_counts(r, &rows[i]) && rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static struct str word_flat(const struct reading *r, const struct word *word)
{
	return value_flat(r->arena, word->value);
}

static bool is_unknown(struct str flat)
{
	return str_find(flat, RUN_UNKNOWN) < flat.n;
}

/* ---- words that nobody knows ---- */

static bool begins_with_dash(const struct reading *r, size_t i)
{
	struct str flat;

	if (i >= r->words->n)
		return false;
	flat = word_flat(r, &r->words->at[i]);
	return flat.n > 1 && flat.p[0] == '-';
}

/*
 * Is an open word where an option may stand options, or the first operand? Its name
 * tells most often, then what follows: behind an image comes no option of the engine.
 */
static bool is_likely_options(const struct reading *r, const struct word *word)
{
	const struct segment *s = word->value.at;

	if (guess_holds_options(s) || str_eq(s->sign, STR("[@]")) ||
		str_eq(s->name, STR("@")) || str_eq(s->name, STR("*")))
		return r->next < r->words->n || guess_holds_options(s);
	if (guess_operand_name(s->name) || guess_holds_image(r->arena, s))
		return false;
	return r->next < r->words->n &&
		(guess_options_name(s->name) || begins_with_dash(r, r->next));
}

/* ---- options ---- */

static struct runline_option *add_option(struct reading *r, enum runline_id id,
	struct str name, struct span name_span, struct word value)
{
	struct runline_option *o = vec_push(r->arena, &r->out->options);

	*o = (struct runline_option){.id = id,
		.name = name,
		.name_span = name_span,
		.value = value,
		.span = span_join(name_span, value.span)};
	return o;
}

static struct word true_at(const struct reading *r, struct span span)
{
	return (struct word){
		.value = value_literal(r->arena, STR("true"), span), .span = span};
}

static void complain(struct reading *r, struct span span, const char *what,
	struct str name, struct str hint)
{
	r->out->is_partial = true;
	/* What builds or enters a container is looked at for what it says, no more. */
	if (!r->diags || r->verb != S)
		return;
	if (hint.n)
		diag_add(r->diags, DIAG_RUN_OPTION, span,
			"'%.*s' %s; '%.*s' may be meant", STR_ARG(name), what,
			STR_ARG(hint));
	else
		diag_add(r->diags, DIAG_RUN_OPTION, span, "'%.*s' %s", STR_ARG(name),
			what);
}

/* The value of an option; podman and nerdctl cut some at commas. */
static void take_value(struct reading *r, const struct option_row *row,
	struct span name_span, const struct word *value)
{
	struct run_fields fields;
	struct word bare = *value;

	/* Without the quotes around it. */
	if (value_span(value->value).length)
		bare.span = value_span(value->value);
	value = &bare;
	if (row->kind != COMMAS || r->out->engine == RUNLINE_DOCKER ||
		!run_split_commas(r->arena, value->value, &fields) || fields.n < 2) {
		add_option(r, row->id, row->name, name_span, *value);
		return;
	}
	for (size_t i = 0; i < fields.n; i++) {
		struct word part = *value;
		struct span span = value_span(fields.at[i]);

		part.value = fields.at[i];
		if (span.file)
			part.span = span;
		add_option(r, row->id, row->name, name_span, part);
	}
}

/* The value of an option that has none attached: the next word. */
static void take_next(
	struct reading *r, const struct option_row *row, struct span name_span)
{
	if (row->kind == FLAG) {
		add_option(r, row->id, row->name, name_span, true_at(r, name_span));
		return;
	}
	if (r->next < r->words->n) {
		take_value(r, row, name_span, &r->words->at[r->next++]);
		return;
	}
	complain(r, name_span, "needs a value and none follows", span_str(name_span),
		STR_NONE);
}

/* A known option that is close to what stands there. */
static struct str hint_for(const struct reading *r, struct str name)
{
	struct str best = STR_NONE;
	unsigned least = name.n > 6 ? 3 : 2;

	for (size_t i = 0; i < ROW_COUNT; i++) {
		unsigned d;

		if (!row_counts(r, &rows[i]))
			continue;
		d = str_distance(name, rows[i].name, least);
		if (d >= least)
			continue;
		least = d;
		best = rows[i].name;
	}
	return best.n ? arena_printf(r->arena, "--%.*s", STR_ARG(best)) : STR_NONE;
}

/* Where a verb is awaited: what stands behind it must not decide whether it is one. */
static bool is_verb(struct str word)
{
	static const struct str verbs[] = {STR_INIT("run"), STR_INIT("create"),
		STR_INIT("exec"), STR_INIT("container"), STR_INIT("compose"),
		STR_INIT("build"), STR_INIT("buildx"), STR_INIT("builder"),
		STR_INIT("image")};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_eq(word, verbs[i]))
			return true;
	return false;
}

/* Does a stranger take the next word? Only when an operand is still left behind it. */
static bool seems_to_take(const struct reading *r)
{
	size_t at = r->next;

	if (r->verb == G && at < r->words->n &&
		is_verb(word_flat(r, &r->words->at[at])))
		return false;
	if (at + 1 >= r->words->n || begins_with_dash(r, at) ||
		guess_is_image(word_flat(r, &r->words->at[at])))
		return false;
	return begins_with_dash(r, at + 1) ||
		guess_is_image(word_flat(r, &r->words->at[at + 1]));
}

static void read_stranger(
	struct reading *r, const struct word *word, struct str name, bool has_value)
{
	struct str shown = value_display(r->arena, word->value);

	add_option(r, RUNLINE_STRANGER, name, word->span, true_at(r, word->span));
	/*
	 * What a build is told says little of what runs; and behind a word that may have
	 * been the image it may be the program's own.
	 */
	if (is_unknown(name) || r->verb == B || r->has_open) {
		r->out->is_partial = true;
		return;
	}
	complain(r, word->span, "is no option here",
		str_sub(shown, 0, str_find(shown, '=')), hint_for(r, name));
	if (!has_value && seems_to_take(r))
		r->next++;
}

static struct word part_of_word(
	const struct reading *r, const struct word *word, size_t from)
{
	return word_from(r->arena, word, from);
}

static struct span head_span(const struct reading *r, const struct word *word, size_t n)
{
	struct span span = value_span(value_slice(r->arena, word->value, 0, n));

	return span.file ? span : word->span;
}

/* --privileged=true is one statement: name and value are mended together. */
static void cover_word(struct reading *r, const struct word *word)
{
	struct runline_option *o = vec_last(&r->out->options);

	o->value.span = o->span = word->span;
}

/* --name, --name=value */
static void read_long(struct reading *r, const struct word *word)
{
	struct str flat = word_flat(r, word);
	size_t equals = str_find(flat, '=');
	struct str name = str_sub(flat, 2, equals - 2);
	const struct option_row *row = find_name(r, name);
	struct span name_span = head_span(r, word, equals);
	struct word value;

	if (!row) {
		read_stranger(r, word, name, equals < flat.n);
	} else if (equals < flat.n) {
		value = part_of_word(r, word, equals + 1);
		take_value(r, row, name_span, &value);
		if (row->kind == FLAG)
			cover_word(r, word);
	} else {
		take_next(r, row, name_span);
	}
}

static struct span letter_span(
	const struct reading *r, const struct word *word, size_t i)
{
	struct span span = value_span(value_slice(r->arena, word->value, i, 1));

	/* -p as a whole, not its letter, where nothing is bundled before it. */
	if (i == 1)
		return head_span(r, word, 2);
	return span.file ? span : word->span;
}

/* -itp80:80, -p=80:80: letters until one takes a value, which is the rest. */
static void read_letters(struct reading *r, const struct word *word)
{
	struct str flat = word_flat(r, word);

	for (size_t i = 1; i < flat.n; i++) {
		const struct option_row *row = find_letter(r, flat.p[i]);
		bool has_equals = i + 1 < flat.n && flat.p[i + 1] == '=';
		struct span span = letter_span(r, word, i);
		struct word value;

		if (!row) {
			read_stranger(r, word, str_sub(flat, i, 1), true);
			return;
		}
		if (i + 1 == flat.n || (row->kind == FLAG && !has_equals)) {
			take_next(r, row, span);
			continue;
		}
		value = part_of_word(r, word, i + 1 + has_equals);
		take_value(r, row, span, &value);
		if (row->kind == FLAG)
			cover_word(r, word);
		return;
	}
}

static void read_rest(struct reading *r)
{
	while (r->next < r->words->n)
		*vec_push(r->arena, &r->out->operands) = r->words->at[r->next++];
}

/* An open word may be options whether it looks so or not. */
static void read_open(struct reading *r, const struct word *word)
{
	const struct segment *s = word->value.at;

	if (word->is_quoted || !guess_operand_name(s->name))
		r->out->is_partial = true;
	if (is_likely_options(r, word)) {
		r->has_open = true;
		return;
	}
	*vec_push(r->arena, &r->out->operands) = *word;
	if (!r->is_interspersed)
		read_rest(r);
}

/* "$tty" in front of --rm: one word, and hardly the image. */
static bool is_one_option(const struct reading *r, const struct word *word)
{
	const struct segment *s = word->value.at;

	return word->value.n == 1 && s->kind == SEGMENT_UNKNOWN && word->is_quoted &&
		!guess_operand_name(s->name) && !guess_holds_image(r->arena, s) &&
		begins_with_dash(r, r->next);
}

static void read_options(struct reading *r)
{
	while (r->next < r->words->n) {
		const struct word *word = &r->words->at[r->next++];
		struct str flat = word_flat(r, word);

		if (guess_is_open(word)) {
			read_open(r, word);
		} else if (is_one_option(r, word)) {
			r->out->is_partial = true;
			r->has_open = true;
		} else if (str_eq(flat, STR("--"))) {
			read_rest(r);
		} else if (str_starts(flat, STR("--"))) {
			read_long(r, word);
		} else if (flat.n > 1 && flat.p[0] == '-') {
			read_letters(r, word);
		} else {
			*vec_push(r->arena, &r->out->operands) = *word;
			if (!r->is_interspersed)
				read_rest(r);
		}
		if (r->out->operands.n && !r->is_interspersed)
			return;
	}
}

/* ---- engine and verb ---- */

/* The options before a verb; nothing of them is kept. */
static bool skip_options(struct reading *r, unsigned verb)
{
	struct runline_options none = {0};

	r->verb = verb;
	r->is_interspersed = false;
	while (begins_with_dash(r, r->next)) {
		const struct word *word = &r->words->at[r->next++];

		if (str_starts(word_flat(r, word), STR("--")))
			read_long(r, word);
		else
			read_letters(r, word);
	}
	r->out->options = none;
	r->out->is_partial = false;
	return r->next < r->words->n;
}

static const struct {
	struct str name, engine;
	enum runline_engine id;
	bool is_compose, is_nvidia;
} engines[] = {
	{STR_INIT("docker"), STR_INIT("docker"), RUNLINE_DOCKER, false, false},
	{STR_INIT("docker.exe"), STR_INIT("docker"), RUNLINE_DOCKER, false, false},
	{STR_INIT("nvidia-docker"), STR_INIT("docker"), RUNLINE_DOCKER, false, true},
	{STR_INIT("docker-compose"), STR_INIT("docker"), RUNLINE_DOCKER, true, false},
	{STR_INIT("podman"), STR_INIT("podman"), RUNLINE_PODMAN, false, false},
	{STR_INIT("podman-remote"), STR_INIT("podman"), RUNLINE_PODMAN, false, false},
	{STR_INIT("podman-compose"), STR_INIT("podman"), RUNLINE_PODMAN, true, false},
	{STR_INIT("nerdctl"), STR_INIT("nerdctl"), RUNLINE_NERDCTL, false, false},
	{STR_INIT("nerdctl.lima"), STR_INIT("nerdctl"), RUNLINE_NERDCTL, false, false},
};

static bool find_engine(struct reading *r, bool *is_compose)
{
	struct str flat, name;

	if (!r->words->n)
		return false;
	flat = word_flat(r, &r->words->at[0]);
	if (guess_engine(&r->words->at[0], &name))
		flat = name;
	name = path_base(flat);
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		if (!str_eq(name, engines[i].name))
			continue;
		r->out->engine = engines[i].id;
		r->out->engine_name = engines[i].engine;
		r->out->is_nvidia = engines[i].is_nvidia;
		*is_compose = engines[i].is_compose;
		r->next = 1;
		return true;
	}
	return false;
}

bool runline_names_engine(struct arena *a, const struct word *word)
{
	struct words one = {(struct word *)word, 1, 1};
	struct runline_args args;
	struct reading r = {.arena = a, .words = &one, .out = &args};
	bool is_compose;

	return find_engine(&r, &is_compose);
}

/* Takes the next word if it is one of a verb's names. */
static bool take_word(struct reading *r, struct str name)
{
	if (r->next >= r->words->n ||
		!str_eq(word_flat(r, &r->words->at[r->next]), name))
		return false;
	r->next++;
	return true;
}

static enum runline_verb take_verb(struct reading *r)
{
	r->out->is_create = take_word(r, STR("create"));
	if (r->out->is_create || take_word(r, STR("run")))
		return RUNLINE_START;
	if (take_word(r, STR("exec")))
		return RUNLINE_EXEC;
	return RUNLINE_OTHER;
}

static enum runline_verb take_build(struct reading *r)
{
	if (take_word(r, STR("build")) || take_word(r, STR("b")))
		return RUNLINE_BUILD;
	return RUNLINE_OTHER;
}

static enum runline_verb take_compose(struct reading *r)
{
	if (skip_options(r, M) && take_word(r, STR("exec")))
		return RUNLINE_COMPOSE_EXEC;
	return RUNLINE_OTHER;
}

static enum runline_verb find_verb(struct reading *r, bool is_compose)
{
	if (is_compose)
		return take_compose(r);
	if (!skip_options(r, G))
		return RUNLINE_OTHER;
	if (take_word(r, STR("compose")))
		return take_compose(r);
	if (take_word(r, STR("container")))
		return take_verb(r);
	if (take_word(r, STR("image")) || take_word(r, STR("builder")))
		return take_build(r);
	if (take_word(r, STR("buildx")))
		return skip_options(r, V) ? take_build(r) : RUNLINE_OTHER;
	if (take_word(r, STR("build")))
		return RUNLINE_BUILD;
	return take_verb(r);
}

/*
 * From `docker` to `run`; only the verb where a function stands between the two:
 * docker() { podman "$@"; } is far from the line that says what is run.
 */
static struct span span_of_head(const struct words *words, size_t n)
{
	enum { GAP = 16 }; /* between two words, a line that is continued included */
	struct span last = words->at[n - 1].span,
		    all = span_join(words->at[0].span, last);
	size_t most = 0;

	for (size_t i = 0; i < n; i++)
		most += words->at[i].span.length + GAP;
	return all.length <= most ? all : last;
}

bool runline_args_read(struct arena *a, const struct words *words, struct diags *diags,
	struct runline_args *out)
{
	static const unsigned verbs[] = {[RUNLINE_START] = S,
		[RUNLINE_EXEC] = E,
		[RUNLINE_BUILD] = B,
		[RUNLINE_COMPOSE_EXEC] = X};
	struct reading r = {.arena = a, .words = words, .out = out};
	bool is_compose;

	*out = (struct runline_args){0};
	if (!find_engine(&r, &is_compose))
		return false;
	out->verb = find_verb(&r, is_compose);
	out->head = span_of_head(words, r.next);
	if (out->verb == RUNLINE_OTHER)
		return true;
	r.diags = diags;
	r.verb = verbs[out->verb];
	r.is_interspersed = out->verb == RUNLINE_BUILD;
	read_options(&r);
	return true;
}

const struct runline_option *runline_option_find(
	const struct runline_args *args, enum runline_id id)
{
	for (size_t i = args->options.n; i-- > 0;)
		if (args->options.at[i].id == id)
			return &args->options.at[i];
	return NULL;
}
