#include "syntax/dockerfile_read.h"
#include "syntax/space.h"

enum flag_type { FLAG_BOOL, FLAG_STRING, FLAG_STRINGS };

#define ONLY(keyword) (1u << DOCKERFILE_##keyword)

/* Which flags which instruction takes, by BuildKit's frontend/dockerfile/instructions. */
static const struct flag_row {
	struct str name;
	enum flag_type type;
	uint32_t keywords;
} flag_table[] = {
	{STR_INIT("chown"), FLAG_STRING, ONLY(ADD) | ONLY(COPY)},
	{STR_INIT("chmod"), FLAG_STRING, ONLY(ADD) | ONLY(COPY)},
	{STR_INIT("link"), FLAG_BOOL, ONLY(ADD) | ONLY(COPY)},
	{STR_INIT("exclude"), FLAG_STRINGS, ONLY(ADD) | ONLY(COPY)},
	{STR_INIT("keep-git-dir"), FLAG_BOOL, ONLY(ADD)},
	{STR_INIT("checksum"), FLAG_STRING, ONLY(ADD)},
	{STR_INIT("unpack"), FLAG_BOOL, ONLY(ADD)},
	{STR_INIT("from"), FLAG_STRING, ONLY(COPY)},
	{STR_INIT("parents"), FLAG_BOOL, ONLY(COPY)},
	{STR_INIT("platform"), FLAG_STRING, ONLY(FROM)},
	{STR_INIT("interval"), FLAG_STRING, ONLY(HEALTHCHECK)},
	{STR_INIT("timeout"), FLAG_STRING, ONLY(HEALTHCHECK)},
	{STR_INIT("start-period"), FLAG_STRING, ONLY(HEALTHCHECK)},
	{STR_INIT("start-interval"), FLAG_STRING, ONLY(HEALTHCHECK)},
	{STR_INIT("retries"), FLAG_STRING, ONLY(HEALTHCHECK)},
	{STR_INIT("mount"), FLAG_STRINGS, ONLY(RUN)},
	{STR_INIT("network"), FLAG_STRING, ONLY(RUN)},
	{STR_INIT("security"), FLAG_STRING, ONLY(RUN)},
	{STR_INIT("device"), FLAG_STRINGS, ONLY(RUN)},
};

enum { FLAG_ROWS = sizeof(flag_table) / sizeof(flag_table[0]) };

static const struct flag_row *flag_row(enum dockerfile_keyword keyword, struct str name)
{
	for (size_t i = 0; i < FLAG_ROWS; i++)
		if ((flag_table[i].keywords & 1u << keyword) &&
			str_eq(flag_table[i].name, name))
			return &flag_table[i];
	return NULL;
}

/* Where the word that begins at offset ends; plain says it has no quote or escape. */
static size_t word_end(struct str s, size_t at, char escape, bool *plain)
{
	char quote = '\0';

	*plain = true;
	for (; at < s.n; at++) {
		char c = s.p[at];

		if (!quote && byte_is_space(c))
			break;
		if (c == escape || c == quote || (!quote && (c == '\'' || c == '"')))
			*plain = false;
		if (c == escape)
			at += at + 1 < s.n;
		else if (c == quote)
			quote = '\0';
		else if (!quote && (c == '\'' || c == '"'))
			quote = c;
	}
	return at;
}

/* One byte or run of a flag's word: taken into b unless it is a quote or an escape. */
static size_t decode_step(struct text_builder *b, const struct text *t, size_t at,
	char escape, char *quote)
{
	char c = t->s.p[at];

	if (c == *quote) {
		*quote = '\0';
	} else if (!*quote && (c == '\'' || c == '"')) {
		*quote = c;
	} else if (c == escape) {
		if (++at < t->s.n)
			text_add(b, t, at, 1);
	} else {
		size_t end = at + 1;

		while (end < t->s.n && t->s.p[end] != escape && t->s.p[end] != '\'' &&
			t->s.p[end] != '"')
			end++;
		text_add(b, t, at, end - at);
		return end;
	}
	return at + 1;
}

/* How many runs are left when quotes and escapes are taken off, at most. */
static size_t count_runs(struct str s, char escape)
{
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == escape || s.p[i] == '\'' || s.p[i] == '"';
	return n;
}

/* A flag's word without its quotes and escapes, which BuildKit takes off first. */
static struct text decode_word(
	struct dockerfile_reader *r, const struct text *raw, bool plain)
{
	struct text_builder b = text_builder(r->arena);
	char quote = '\0';

	if (plain)
		return *raw;
	text_reserve(&b, raw->s.n, count_runs(raw->s, r->tree->escape));
	for (size_t at = 0; at < raw->s.n;)
		at = decode_step(&b, raw, at, r->tree->escape, &quote);
	return text_finish(&b);
}

/* The end of one field of a list like CSV; a quoted field ends at its quote. */
static size_t field_end(struct str s, size_t at)
{
	if (at < s.n && s.p[at] == '"')
		at += 1 + str_find(str_from(s, at + 1), '"');
	at += at <= s.n ? str_find(str_from(s, at), ',') : 0;
	return at < s.n ? at : s.n;
}

static struct dockerfile_option read_option(
	const struct text *value, size_t at, size_t n)
{
	struct dockerfile_option option = {0};
	struct text field = text_sub(value, at, n);
	size_t equals;

	if (n > 1 && field.s.p[0] == '"' && field.s.p[n - 1] == '"')
		field = text_sub(&field, 1, n - 2);
	equals = str_find(field.s, '=');
	option.key = text_sub(&field, 0, equals);
	option.has_value = equals < field.s.n;
	option.value = text_sub(&field, equals + 1, SIZE_MAX);
	return option;
}

/* type=cache,target=/x: the options in order. */
static void read_options(struct dockerfile_reader *r, struct dockerfile_flag *flag)
{
	const struct text *value = &flag->value;
	VEC(struct dockerfile_option) options = {0};

	for (size_t at = 0; at < value->s.n;) {
		size_t end = field_end(value->s, at);

		if (options.n == DOCKERFILE_FLAGS_MAX) {
			dockerfile_diag(r, DIAG_LIMIT_REACHED, text_span_all(value),
				"more than %d options in one flag; the rest was left out",
				DOCKERFILE_FLAGS_MAX);
			break;
		}
		*vec_push(r->arena, &options) = read_option(value, at, end - at);
		at = end + 1;
	}
	flag->options = options.at;
	flag->option_count = (uint32_t)options.n;
}

static struct dockerfile_flag read_flag(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, const struct text *word,
	struct span span)
{
	struct dockerfile_flag flag = {.span = span};
	size_t equals = str_find(word->s, '=');
	const struct flag_row *row;

	flag.has_value = equals < word->s.n;
	flag.name = text_sub(word, 2, equals > 2 ? equals - 2 : 0);
	flag.value = text_sub(word, equals + 1, SIZE_MAX);
	row = flag_row(in->keyword, flag.name.s);
	flag.is_known = row != NULL;
	if (row && row->type == FLAG_STRINGS && !str_eq(flag.name.s, STR("exclude")))
		read_options(r, &flag);
	return flag;
}

static void say_unknown(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, const struct dockerfile_flag *flag)
{
	struct buf known = {.arena = r->arena};

	for (size_t i = 0; i < FLAG_ROWS; i++)
		if (flag_table[i].keywords & 1u << in->keyword)
			buf_printf(&known, "%s--%.*s", known.n ? ", " : "",
				STR_ARG(flag_table[i].name));
	dockerfile_diag(r, DIAG_UNKNOWN_FLAG, flag->span,
		"%.*s has no flag --%.*s; it knows %.*s",
		STR_ARG(dockerfile_keyword_name(in->keyword)), STR_ARG(flag->name.s),
		STR_ARG(known.n ? buf_str(&known) : STR("no flag at all")));
}

static bool is_bool(struct str s)
{
	return !s.n || str_eq_nocase(s, STR("true")) || str_eq_nocase(s, STR("false"));
}

/* What BuildKit refuses in one flag, given those before it. */
static void check_flag(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, const struct dockerfile_flag *flag,
	const struct dockerfile_flag *before)
{
	const struct flag_row *row = flag_row(in->keyword, flag->name.s);

	if (!row) {
		say_unknown(r, in, flag);
		return;
	}
	if (before && row->type != FLAG_STRINGS)
		dockerfile_diag(r, DIAG_BAD_FLAG, flag->span,
			"--%.*s stands twice; it may stand once", STR_ARG(row->name));
	if (row->type != FLAG_BOOL && !flag->has_value)
		dockerfile_diag(r, DIAG_BAD_FLAG, flag->span,
			"--%.*s lacks its value; expected --%.*s=...",
			STR_ARG(row->name), STR_ARG(row->name));
	if (row->type == FLAG_BOOL &&
		(!is_bool(flag->value.s) || (flag->has_value && !flag->value.s.n)))
		dockerfile_diag(r, DIAG_BAD_FLAG, flag->span,
			"--%.*s is '%.*s'; expected true or false", STR_ARG(row->name),
			STR_ARG(flag->value.s));
}

static const struct dockerfile_flag *flag_named(
	const struct dockerfile_flag *flags, size_t n, struct str name)
{
	while (n-- > 0)
		if (str_eq(flags[n].name.s, name))
			return &flags[n];
	return NULL;
}

const struct dockerfile_flag *dockerfile_flag_of(
	const struct dockerfile_instruction *in, struct str name)
{
	return flag_named(in->flags, in->flag_count, name);
}

VEC_TYPE(struct dockerfile_flag, flags);

/* False when there are too many: the others are passed, not read. */
static bool add_flag(struct dockerfile_reader *r,
	const struct dockerfile_instruction *in, struct flags *flags,
	const struct text *word, struct span span)
{
	struct dockerfile_flag flag;

	if (flags->n >= DOCKERFILE_FLAGS_MAX) {
		dockerfile_diag(r, DIAG_LIMIT_REACHED, span,
			"this instruction has more than %u flags; the others are not read",
			DOCKERFILE_FLAGS_MAX);
		return false;
	}
	flag = read_flag(r, in, word, span);
	check_flag(r, in, &flag, flag_named(flags->at, flags->n, flag.name.s));
	*vec_push(r->arena, flags) = flag;
	return true;
}

static bool flag_begins(struct str s, size_t at)
{
	return at + 1 < s.n && s.p[at] == '-' && s.p[at + 1] == '-';
}

static size_t skip_spaces(struct str s, size_t at)
{
	size_t n;

	while ((n = space_length(str_from(s, at))) > 0)
		at += n;
	return at;
}

void dockerfile_read_flags(struct dockerfile_reader *r,
	struct dockerfile_instruction *in, struct text *args)
{
	struct flags flags = {0};
	size_t at = skip_spaces(args->s, 0);
	bool keeps = in->keyword != DOCKERFILE_NONE, done = false;

	while (!done && flag_begins(args->s, at)) {
		bool plain;
		size_t end = word_end(args->s, at, r->tree->escape, &plain);
		struct text raw = text_sub(args, at, end - at);
		struct text word = keeps ? decode_word(r, &raw, plain) : raw;

		done = str_eq(word.s, STR("--"));
		if (!done && keeps)
			keeps = add_flag(r, in, &flags, &word, text_span_all(&raw));
		at = skip_spaces(args->s, end);
	}
	*args = text_sub(args, at, SIZE_MAX);
	in->flags = flags.at;
	in->flag_count = (uint32_t)flags.n;
}
