#include "effect/resolve.h"

#include "base/buf.h"

/* What a name stands for at the moment. */
struct lookup {
	enum know know;
	struct value value;	/* SET */
	struct span definition; /* SET, where it has one place */
	struct str why;		/* UNKNOWN */
};

static struct lookup known(struct value value, struct span definition)
{
	return (struct lookup){FACT_SET, value, definition, STR_NONE};
}

static struct lookup unknown(struct str why)
{
	return (struct lookup){.know = FACT_UNKNOWN, .why = why};
}

static struct lookup from_fact(const struct fact *fact)
{
	if (fact->know == FACT_SET && value_is_known(fact->value))
		return known(fact->value, fact->span);
	if (fact->know == FACT_UNSET)
		return (struct lookup){.know = FACT_UNSET};
	return unknown(fact->why);
}

/* "$@" and "$*" as one string, the words with a blank between them. */
static struct lookup all_positional(struct arena *a, const struct words *words)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < words->n; i++) {
		struct str text;

		if (!value_str(a, words->at[i].value, &text))
			return unknown(STR("an argument of the script is not known"));
		if (i)
			buf_char(&b, ' ');
		buf_add(&b, text);
	}
	return known(value_literal(a, buf_str(&b), SPAN_NONE), SPAN_NONE);
}

static struct lookup find_positional(
	struct arena *a, struct str name, const struct variables *v)
{
	const struct words *words = v->positional;
	uint32_t index;

	if (str_eq(name, STR("0")) && v->self.value.n)
		return known(v->self.value, v->self.span);
	if (!words)
		return unknown(STR("the arguments are not known"));
	if (str_eq(name, STR("#")))
		return known(
			value_literal(a, arena_printf(a, "%zu", words->n), SPAN_NONE),
			SPAN_NONE);
	if (str_eq(name, STR("@")) || str_eq(name, STR("*")))
		return all_positional(a, words);
	if (!str_to_u32(name, &index) || index == 0 || index > words->n)
		return (struct lookup){.know = FACT_UNSET};
	if (!value_is_known(words->at[index - 1].value))
		return unknown(value_why(words->at[index - 1].value));
	return known(words->at[index - 1].value, words->at[index - 1].span);
}

/* Every shell sets these itself, so their absence from the bindings says nothing. */
static bool is_set_by_shell(struct str name)
{
	static const struct str names[] = {STR_INIT("UID"), STR_INIT("EUID"),
		STR_INIT("HOME"), STR_INIT("USER"), STR_INIT("PATH"), STR_INIT("PWD"),
		STR_INIT("OLDPWD"), STR_INIT("HOSTNAME"), STR_INIT("SHELL"),
		STR_INIT("IFS"), STR_INIT("PPID"), STR_INIT("RANDOM"),
		STR_INIT("SECONDS"), STR_INIT("LOGNAME"), STR_INIT("OPTARG"),
		STR_INIT("OPTIND"), STR_INIT("REPLY"), STR_INIT("LINENO")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i]))
			return true;
	return str_starts(name, STR("BASH"));
}

static bool is_special(struct str name)
{
	return name.n && !byte_is_alpha(name.p[0]) && name.p[0] != '_';
}

static struct lookup find(struct arena *a, struct str name, const struct variables *v)
{
	const struct binding *lists[] = {v->shell, v->env, v->args};

	if (is_special(name)) {
		if (byte_is_digit(name.p[0]) || memchr("@*#", name.p[0], 3))
			return find_positional(a, name, v);
		return unknown(STR("it is known only when the shell runs"));
	}
	for (size_t i = 0; i < 3; i++) {
		const struct fact *fact = binding_find(lists[i], name);

		if (fact)
			return from_fact(fact);
	}
	if (v->is_complete && !is_set_by_shell(name))
		return (struct lookup){.know = FACT_UNSET};
	return unknown(arena_printf(a, "%.*s is not set here", STR_ARG(name)));
}

static struct value resolve(
	struct arena *a, struct value value, const struct variables *v, unsigned depth);

/* How much of text the pattern covers at its start (or end); -1 when it does not. */
static int64_t covered(struct str text, struct str pattern, bool at_end, bool longest)
{
	for (size_t i = 0; i <= text.n; i++) {
		size_t n = longest ? text.n - i : i;
		struct str part =
			at_end ? str_from(text, text.n - n) : str_sub(text, 0, n);

		if (str_glob(pattern, part))
			return (int64_t)n;
	}
	return -1;
}

enum { CUT_MAX = 4096 }; /* bytes that ${x#pattern} is worked out for */

static bool cut(struct str text, struct str sign, struct str pattern, struct str *out)
{
	bool at_end = sign.p[0] == '%';
	int64_t n;

	if (text.n > CUT_MAX || pattern.n > CUT_MAX)
		return false;
	/* str_glob knows * and ? alone. */
	if (str_find(pattern, '[') < pattern.n || str_find(pattern, '\\') < pattern.n)
		return false;
	n = covered(text, pattern, at_end, sign.n == 2);
	*out = text;
	if (n > 0)
		*out = at_end ? str_sub(text, 0, text.n - (size_t)n)
			      : str_from(text, (size_t)n);
	return true;
}

/* ${x:first:count}; only plain numbers. */
static bool substring(struct str text, struct str range, struct str *out)
{
	size_t colon = str_find(range, ':');
	uint32_t first, count = UINT32_MAX;

	if (!str_to_u32(str_trim(str_sub(range, 0, colon)), &first))
		return false;
	if (colon < range.n &&
		!str_to_u32(str_trim(str_from(range, colon + 1)), &count))
		return false;
	*out = str_sub(text, first, count);
	return true;
}

static bool change_case(struct arena *a, struct str text, char sign, struct str *out)
{
	char *bytes = arena_alloc(a, text.n);

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		bytes[i] = sign == ','	       ? byte_lower(c)
			: c >= 'a' && c <= 'z' ? (char)(c - 32)
					       : c;
	}
	*out = (struct str){bytes, text.n};
	return true;
}

/* A known text under an operator that changes it; false when it is none we know. */
static bool transform(struct arena *a, struct str text, struct str sign,
	struct str operand, struct str *out)
{
	*out = text;
	if (str_eq(sign, STR("#len"))) {
		*out = arena_printf(a, "%zu", text.n);
		return true;
	}
	if (sign.p[0] == '#' || sign.p[0] == '%')
		return cut(text, sign, operand, out);
	if (str_eq(sign, STR(":")))
		return substring(text, operand, out);
	if ((str_eq(sign, STR(",,")) || str_eq(sign, STR("^^"))) && !operand.n)
		return change_case(a, text, sign.p[0], out);
	return false;
}

static struct value expansion(struct arena *a, const struct segment *use,
	struct str text, struct span definition)
{
	struct segment *s = arena_new(a, struct segment);

	s->kind = SEGMENT_EXPANSION;
	s->text = text;
	s->span = use->span;
	s->name = use->name;
	s->definition = definition;
	return (struct value){s, 1};
}

static struct value still_unknown(
	struct arena *a, const struct segment *use, struct str why)
{
	struct segment *s = arena_new(a, struct segment);

	*s = *use;
	if (why.n)
		s->why = why;
	return (struct value){s, 1};
}

/* - = ? + with or without a colon: which of value and operand stands there? */
static bool is_choice(struct str sign)
{
	struct str op = str_starts(sign, STR(":")) ? str_from(sign, 1) : sign;

	return op.n == 1 && str_find_str(STR("-=?+"), op) < 4;
}

static struct value operand_of(struct arena *a, const struct segment *use,
	const struct variables *v, unsigned depth)
{
	struct value none = value_literal(a, STR(""), use->span);

	return use->operand ? resolve(a, *use->operand, v, depth + 1) : none;
}

static struct value choose(struct arena *a, const struct segment *use,
	struct lookup found, struct str text, const struct variables *v, unsigned depth)
{
	char op = use->sign.p[use->sign.n - 1];
	bool with_colon = use->sign.n == 2;
	bool holds = found.know == FACT_SET && !(with_colon && !text.n);

	if (found.know == FACT_UNKNOWN)
		return still_unknown(a, use, found.why);
	if (op == '+')
		return holds ? operand_of(a, use, v, depth)
			     : expansion(a, use, STR(""), SPAN_NONE);
	if (holds)
		return expansion(a, use, text, found.definition);
	if (op == '?')
		return still_unknown(a, use, STR("the shell stops here: it is unset"));
	return operand_of(a, use, v, depth);
}

static struct value resolve_segment(struct arena *a, const struct segment *use,
	const struct variables *v, unsigned depth)
{
	struct lookup found = find(a, use->name, v);
	struct str text = STR(""), operand = STR("");

	if (found.know == FACT_SET && !value_str(a, found.value, &text))
		found = unknown(value_why(found.value));
	if (is_choice(use->sign))
		return choose(a, use, found, text, v, depth);
	if (found.know == FACT_UNKNOWN)
		return still_unknown(a, use, found.why);
	if (!use->sign.n)
		return expansion(a, use, text, found.definition);
	if (use->operand && !value_str(a, operand_of(a, use, v, depth), &operand))
		return still_unknown(a, use, STR_NONE);
	if (!transform(a, text, use->sign, operand, &text))
		return still_unknown(a, use, STR_NONE);
	return expansion(a, use, text, found.definition);
}

static bool has_names(struct value value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.at[i].kind == SEGMENT_UNKNOWN && value.at[i].name.n)
			return true;
	return false;
}

static struct value resolve(
	struct arena *a, struct value value, const struct variables *v, unsigned depth)
{
	struct segments out = {0};

	if (!has_names(value) || depth > RESOLVE_DEPTH_MAX)
		return value;
	for (size_t i = 0; i < value.n; i++) {
		const struct segment *s = &value.at[i];
		struct value part = {s, 1};

		if (s->kind == SEGMENT_UNKNOWN && s->name.n)
			part = resolve_segment(a, s, v, depth);
		for (size_t j = 0; j < part.n; j++)
			*vec_push(a, &out) = part.at[j];
	}
	return value_of(&out);
}

struct value value_resolve(
	struct arena *a, struct value value, const struct variables *variables)
{
	return resolve(a, value, variables, 0);
}

/* "$@" (or $@, "$*") alone in a word. */
static bool is_all_arguments(const struct word *word)
{
	return word->value.n == 1 && word->value.at[0].kind == SEGMENT_UNKNOWN &&
		!word->value.at[0].sign.n &&
		(str_eq(word->value.at[0].name, STR("@")) ||
			str_eq(word->value.at[0].name, STR("*")));
}

/* An unquoted expansion's blanks part words; each part remembers the expansion. */
static void split(struct arena *a, const struct word *word, struct words *out)
{
	struct str rest = STR(""), part;

	(void)value_str(a, word->value, &rest);
	while (str_next_word(&rest, &part)) {
		struct word *w = vec_push(a, out);
		const struct segment *first = &word->value.at[0];

		*w = *word;
		w->value = expansion(a, first, part, first->definition);
	}
}

static void add_word(struct arena *a, const struct word *from,
	const struct variables *variables, bool *complete, struct words *out)
{
	bool had_names = has_names(from->value);
	struct word w = *from;
	struct str text;

	w.value = resolve(a, from->value, variables, 0);
	if (had_names && !from->is_quoted && value_str(a, w.value, &text)) {
		if (str_trim(text).n || !variables->is_run_time) {
			split(a, &w, out);
			return;
		}
		/* `docker run -e` sets what the image leaves open. */
		w.value = value_unknown(
			a, STR("it is set when the container starts"), from->span);
	}
	if (!value_is_known(w.value) && !from->is_quoted)
		*complete = false;
	*vec_push(a, out) = w;
}

struct words words_resolve(struct arena *a, const struct words *words,
	const struct variables *variables, bool *complete)
{
	struct words out = {0};

	vec_each (struct word, w, words) {
		if (is_all_arguments(w) && variables->positional) {
			vec_each (struct word, p, variables->positional)
				*vec_push(a, &out) = *p;
			continue;
		}
		if (is_all_arguments(w))
			*complete = false;
		add_word(a, w, variables, complete, &out);
	}
	return out;
}
