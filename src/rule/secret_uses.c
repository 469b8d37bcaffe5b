#include "rule/secret.h"

struct secret_search {
	struct arena *arena;
	struct secret_uses uses;
};

/* What a value shows in the file where it is used. */
struct shown {
	struct str text;
	struct span span;
	bool is_default;
};

/* A default stands where it is used; anything else of a variable stands elsewhere. */
static bool is_default(const struct segment *s)
{
	return s->kind == SEGMENT_EXPANSION && s->definition.file &&
		s->definition.file == s->span.file &&
		s->definition.offset == s->span.offset;
}

/* The one piece of v that is written at home, when all of v is known; false: none. */
static bool find_shown(
	struct arena *a, struct value v, const struct file *home, struct shown *out)
{
	*out = (struct shown){.span = SPAN_NONE};
	if (!value_str(a, v, &out->text))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		const struct segment *s = &v.at[i];

		if (!s->text.n)
			continue;
		if (s->span.file != home ||
			(s->kind == SEGMENT_EXPANSION && !is_default(s)))
			return false; /* part of it comes from elsewhere */
		out->is_default = out->is_default || is_default(s);
		out->span = out->span.file ? span_join(out->span, s->span) : s->span;
	}
	return out->span.file != NULL;
}

/* The bytes of part in the file, where those of text stand one to one. */
static struct span span_of_part(const struct shown *shown, struct str part)
{
	struct span span = shown->span;

	if (span.length != shown->text.n || part.p < shown->text.p ||
		part.p + part.n > shown->text.p + shown->text.n)
		return span;
	return span_of(
		span.file, span.offset + (size_t)(part.p - shown->text.p), part.n);
}

static void add_use(struct secret_search *s, struct secret_use use)
{
	if (use.kind != SECRET_NONE && s->uses.n < SECRET_USES_MAX)
		*vec_push(s->arena, &s->uses) = use;
}

/* NAME=VALUE: by its name, or by the password of an address in it. */
static void look_at(struct secret_search *s, enum secret_place place, struct str name,
	struct value value, const struct file *home)
{
	struct secret_use use = {.place = place, .name = name, .is_known = true};
	struct str password;
	struct shown shown;

	if (!find_shown(s->arena, value, home, &shown))
		return;
	use.is_default = shown.is_default;
	if (secret_of_address(shown.text, &password)) {
		use.kind = secret_value_kind(password);
		use.span = span_of_part(&shown, password);
	} else if (secret_name_is(name)) {
		use.kind = secret_value_kind(shown.text);
		use.span = shown.span;
	}
	add_use(s, use);
}

static void look_at_pairs(
	struct secret_search *s, enum secret_place place, const struct run_pairs *pairs)
{
	vec_each (const struct run_pair, pair, pairs)
		if (pair->has_value)
			look_at(s, place, pair->name, pair->value, pair->span.file);
}

/* ---- command lines ---- */

static bool starts_option(struct str word)
{
	return word.n > 2 && word.p[0] == '-' && word.p[1] == '-';
}

static struct str option_name(struct str word)
{
	while (word.n && word.p[0] == '-')
		word = str_from(word, 1);
	return str_sub(word, 0, str_find(word, '='));
}

/* The value behind '=' with its own bytes, where the word is one literal piece. */
static bool value_behind(
	const struct word *word, size_t at, struct value *out, struct segment *piece)
{
	if (word->value.n != 1 || word->value.at[0].kind != SEGMENT_LITERAL)
		return false;
	*piece = word->value.at[0];
	if (piece->span.length == piece->text.n)
		piece->span = span_of(
			piece->span.file, piece->span.offset + at, piece->text.n - at);
	piece->text = str_from(piece->text, at);
	*out = (struct value){piece, 1};
	return true;
}

static void look_at_word(struct secret_search *s, const struct words *argv, size_t i)
{
	const struct word *word = &argv->at[i];
	struct str text, name;
	struct segment *piece;
	struct value value;
	size_t equals;

	if (!value_str(s->arena, word->value, &text) || !word->span.file)
		return;
	equals = str_find(text, '=');
	name = option_name(text);
	if (equals < text.n) {
		piece = arena_new(s->arena, struct segment);
		if (value_behind(word, equals + 1, &value, piece))
			look_at(s, SECRET_BY_COMMAND, name, value, word->span.file);
	} else if (starts_option(text) && secret_name_is(name) && i + 1 < argv->n) {
		look_at(s, SECRET_BY_COMMAND, name, argv->at[i + 1].value,
			argv->at[i + 1].span.file);
	} else {
		look_at(s, SECRET_BY_COMMAND, STR("address"), word->value,
			word->span.file);
	}
}

/* What a run starts; the image's own words are no fault of the run. */
static void look_at_program(struct secret_search *s, const struct program *p)
{
	if (!p || p->know != FACT_SET || p->layer != LAYER_RUN)
		return;
	vec_each (struct command *const, c, &p->commands) {
		vec_each (const struct assignment, set, &(*c)->assignments)
			look_at(s, SECRET_BY_COMMAND, set->name, set->value.value,
				set->value.span.file);
		for (size_t i = 0; i < (*c)->argv.n; i++)
			look_at_word(s, &(*c)->argv, i);
	}
}

/* A line for a shell: words that nobody has taken apart. */
static bool line_holds_secret(struct str line)
{
	bool is_value = false;
	struct str word, password;

	while (str_next_word(&line, &word)) {
		struct str name = option_name(word);
		bool has_value = str_find(word, '=') < word.n;

		if (is_value || secret_of_address(word, &password) ||
			(has_value && secret_name_is(name)))
			return true;
		is_value = !has_value && starts_option(word) && secret_name_is(name);
	}
	return false;
}

bool secret_word_is_shown(struct arena *a, const struct words *argv, size_t index)
{
	struct str text, before;

	if (!value_str(a, argv->at[index].value, &text))
		return true;
	if (line_holds_secret(text))
		return false;
	return !index || !value_str(a, argv->at[index - 1].value, &before) ||
		!starts_option(before) || str_find(before, '=') < before.n ||
		!secret_name_is(option_name(before));
}

/* ---- build arguments ---- */

/* Does a stage of the build take an argument of that name? */
static bool is_taken(const struct build *build, struct str name)
{
	vec_each (struct stage *const, stage, &build->stages)
		vec_each (const struct step, step, &(*stage)->steps)
			if (step->kind == STEP_ARG &&
				binding_find(step->after->args, name))
				return true;
	return false;
}

/* Whatever value it has in the end, it stays in the image: also one from outside. */
static void look_at_build_arg(
	struct secret_search *s, const struct workload *w, const struct run_pair *pair)
{
	struct secret_use use = {.place = SECRET_BY_BUILD_ARG,
		.kind = SECRET_OWN,
		.name = pair->name,
		.span = pair->name_span.file ? pair->name_span : pair->span};
	struct str text;

	if (!is_taken(w->build, pair->name))
		return;
	if (pair->has_value && value_str(s->arena, pair->value, &text)) {
		size_t before = s->uses.n;

		look_at(s, use.place, pair->name, pair->value, pair->span.file);
		if (s->uses.n > before || secret_value_kind(text) == SECRET_NONE)
			return;
	}
	if (secret_name_is(pair->name))
		add_use(s, use);
}

struct secret_uses secret_uses_of(struct arena *a, const struct workload *w)
{
	struct secret_search s = {.arena = a};

	if (!w->run)
		return s.uses;
	look_at_pairs(&s, SECRET_BY_VARIABLE, &w->run->environment);
	look_at_pairs(&s, SECRET_BY_LABEL, &w->run->labels);
	look_at_program(&s, w->entrypoint);
	look_at_program(&s, w->cmd);
	if (w->build)
		vec_each (const struct run_pair, pair, &w->run->build_args)
			look_at_build_arg(&s, w, pair);
	return s.uses;
}
