#include "effect/options.h"

#include "base/vec.h"

bool word_str(struct arena *a, const struct word *word, struct str *out)
{
	return word && value_str(a, word->value, out);
}

struct word word_from(struct arena *a, const struct word *word, size_t n)
{
	struct word result = *word;
	size_t length = value_flat(a, word->value).n;

	result.value = value_slice(a, word->value, n, length > n ? length - n : 0);
	if (length <= n)
		result.value = value_literal(a, STR(""), word->span);
	if (value_span(result.value).file)
		result.span = value_span(result.value);
	return result;
}

/* The known bytes at the start of a word: enough to see which option it is. */
static struct str known_start(const struct word *word)
{
	if (!word->value.n || word->value.at[0].kind == SEGMENT_UNKNOWN)
		return STR_NONE;
	return word->value.at[0].text;
}

struct reader {
	struct arena *arena;
	const struct option_table *table;
	const struct words *argv;
	size_t next; /* index of the next word */
	struct options *out;
};

static const struct word *keep(struct arena *a, struct word word)
{
	struct word *kept = arena_new(a, struct word);

	*kept = word;
	return kept;
}

static void stranger(struct reader *r, const struct word *word)
{
	if (!r->out->stranger)
		r->out->stranger = word;
}

/* The value of a row: what is left of the word, or the word that follows. */
static void take(struct reader *r, size_t row, const struct word *word,
	const struct word *attached)
{
	if (!r->table->rows[row].takes_value)
		r->out->value[row] = word;
	else if (attached)
		r->out->value[row] = attached;
	else if (r->next < r->argv->n)
		r->out->value[row] = &r->argv->at[r->next++];
	else
		stranger(r, word); /* its value is missing: the tool refuses */
}

static bool names_equal(const struct option_table *t, struct str a, struct str b)
{
	return t->style == OPTIONS_PERL ? str_eq_nocase(a, b) : str_eq(a, b);
}

static bool name_starts(const struct option_table *t, struct str a, struct str b)
{
	return t->style == OPTIONS_PERL ? str_starts_nocase(a, b) : str_starts(a, b);
}

/* The row of a long name or of a clear abbreviation of it; -1 when there is none. */
static int find_long(const struct option_table *t, struct str name)
{
	int found = -1;

	for (size_t i = 0; i < t->n; i++) {
		struct str own = str_c(t->rows[i].name);

		if (own.n && names_equal(t, own, name))
			return (int)i;
	}
	for (size_t i = 0; i < t->n; i++) {
		struct str own = str_c(t->rows[i].name);

		if (!own.n || !name_starts(t, own, name))
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

static int find_letter(const struct option_table *t, char letter)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].letter && t->rows[i].letter == letter)
			return (int)i;
	return -1;
}

static void read_long(struct reader *r, const struct word *word, size_t dashes)
{
	struct str text = str_from(known_start(word), dashes);
	size_t equals = str_find(text, '=');
	int row = -1;

	if (equals)
		row = find_long(r->table, str_sub(text, 0, equals));
	if (row < 0 && text.p && text.n == 1 && r->table->style == OPTIONS_PERL)
		row = find_letter(r->table, text.p[0]);
	if (row < 0) {
		stranger(r, word);
		return;
	}
	take(r, (size_t)row, word,
		equals < text.n
			? keep(r->arena, word_from(r->arena, word, dashes + equals + 1))
			: NULL);
}

static bool has_more(const struct word *word, size_t at)
{
	return at < word->value.at[0].text.n || word->value.n > 1;
}

/* -abc: each letter an option until one takes a value, which is the rest. */
static void read_letters(struct reader *r, const struct word *word)
{
	struct str text = known_start(word);

	for (size_t i = 1; i < text.n; i++) {
		int row = find_letter(r->table, text.p[i]);

		if (row < 0) {
			stranger(r, word);
			return;
		}
		if (r->table->rows[row].takes_value) {
			const struct word *rest = NULL;

			if (has_more(word, i + 1))
				rest = keep(r->arena, word_from(r->arena, word, i + 1));
			take(r, (size_t)row, word, rest);
			return;
		}
		take(r, (size_t)row, word, NULL);
	}
}

static void read_operand(struct reader *r, const struct word *word)
{
	*vec_push(r->arena, &r->out->operands) = *word;
}

static void read_rest(struct reader *r)
{
	while (r->next < r->argv->n)
		read_operand(r, &r->argv->at[r->next++]);
}

static void read_word(struct reader *r, const struct word *word)
{
	struct str start = known_start(word);

	if (!value_is_known(word->value) && !start.n && !word->is_quoted)
		r->out->is_complete = false;
	if (str_eq(start, STR("--")) && word->value.n == 1) {
		read_rest(r);
	} else if (str_starts(start, STR("--"))) {
		read_long(r, word, 2);
	} else if (start.n > 1 && start.p[0] == '-') {
		if (r->table->style == OPTIONS_PERL)
			read_long(r, word, 1);
		else
			read_letters(r, word);
	} else {
		read_operand(r, word);
		if (r->table->stops_at_operand)
			read_rest(r);
	}
}

/*
 * Unquoted words that are not known hold options more often than names, as in
 * `useradd $FLAGS app`; they are no operands where a known one stands as well.
 */
static void drop_unknown_operands(struct arena *a, struct options *o)
{
	struct words kept = {0};

	vec_each (struct word, w, &o->operands)
		if (value_is_known(w->value) || w->is_quoted)
			*vec_push(a, &kept) = *w;
	if (kept.n)
		o->operands = kept;
}

struct options options_read(
	struct arena *a, const struct option_table *table, const struct words *argv)
{
	struct options out = {.is_complete = true};
	struct reader r = {a, table, argv, 1, &out};

	while (r.next < argv->n)
		read_word(&r, &argv->at[r.next++]);
	if (!out.is_complete && !table->stops_at_operand)
		drop_unknown_operands(a, &out);
	return out;
}
