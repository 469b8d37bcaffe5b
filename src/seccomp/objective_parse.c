/*
 * The words of a ban: calls, a colon, a condition. Recursive descent over the bytes; the
 * condition is kept as written and then made into bans for every call and arch, because
 * what a comparison means depends on the width that the call has there.
 *
 *	line      := call { "," call } [ ":" all { "||" all } ]
 *	all       := term { "&&" term }
 *	term      := ( arg [ "&" number ] | "(" arg "&" number ")" ) compare number
 */
#include <errno.h>

#include "seccomp/objective.h"

enum {
	CALLS_MAX = 64,	       /* of one line */
	ALTERNATIVES_MAX = 64, /* of one line */
	NAME_MAX_BYTES = 40,
	HINT_DISTANCE = 2,
};

/* A comparison as it was written: no width yet. */
struct written_term {
	uint8_t index;
	enum compare compare;
	bool has_mask, is_negative;
	uint64_t mask, value;
	struct span at; /* of the whole */
	struct span value_at;
};

struct written_all {
	struct written_term terms[BAN_TERMS_MAX];
	uint8_t count;
};

struct written_call {
	int call;
	struct span at;
};

struct line {
	VEC(struct written_call) calls;
	VEC(struct written_all) alternatives;
};

struct reader {
	struct arena *arena;
	const struct file *file;
	size_t at, end; /* end: of the line */
	struct span *fault;
	struct err *err;
};

static int fault_at(struct reader *r, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fault_at(struct reader *r, struct span at, const char *fmt, ...)
{
	struct arena *a = r->arena;
	struct str text;
	va_list args;

	va_start(args, fmt);
	text = arena_vprintf(a, fmt, args);
	va_end(args);
	if (r->fault)
		*r->fault = at;
	return err_set(r->err, 0, "%.*s", STR_ARG(text));
}

static struct str rest(const struct reader *r)
{
	return str_sub(r->file->bytes, r->at, r->end - r->at);
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && byte_is_space(r->file->bytes.p[r->at]))
		r->at++;
}

static bool take(struct reader *r, struct str token)
{
	skip_blanks(r);
	if (!str_starts(rest(r), token))
		return false;
	r->at += token.n;
	return true;
}

/* What stands at the reader, for "found ...": up to the next blank. */
static struct str found(struct reader *r, struct span *at)
{
	struct str word = {0}, left;

	skip_blanks(r);
	left = rest(r);
	if (!str_next_word(&left, &word)) {
		*at = span_of(r->file, r->at, 0);
		return STR("the end of the line");
	}
	*at = span_of(r->file, r->at, word.n);
	return arena_printf(r->arena, "'%.*s'", STR_ARG(word));
}

static int expected(struct reader *r, const char *what)
{
	struct span at;
	struct str word = found(r, &at);

	return fault_at(r, at, "expected %s, found %.*s", what, STR_ARG(word));
}

static bool is_name_byte(char c)
{
	return byte_is_alpha(c) || byte_is_digit(c) || c == '_';
}

static struct span take_name(struct reader *r)
{
	size_t begin;

	skip_blanks(r);
	begin = r->at;
	while (r->at < r->end && is_name_byte(r->file->bytes.p[r->at]))
		r->at++;
	return span_of(r->file, begin, r->at - begin);
}

/* A name that was perhaps meant; empty when none is near. */
static struct str near_name(struct str name)
{
	struct str best = STR_NONE;
	unsigned least = HINT_DISTANCE + 1;
	size_t count;
	const struct call_row *rows = call_rows(&count);

	for (size_t i = 0; name.n <= NAME_MAX_BYTES && i < count; i++) {
		unsigned distance = str_distance(name, rows[i].name, least);

		if (distance < least) {
			least = distance;
			best = rows[i].name;
		}
	}
	return best;
}

static int read_call(struct reader *r, struct line *line)
{
	struct span at = take_name(r);
	struct str name = span_str(at), near;
	int call;

	if (!name.n)
		return expected(r, "the name of a call");
	call = call_find(name);
	if (call == CALL_NONE) {
		near = near_name(name);
		return fault_at(r, at, "no arch knows a call '%.*s'%s%.*s%s",
			STR_ARG(name), near.n ? "; meant '" : "", STR_ARG(near),
			near.n ? "'?" : "");
	}
	if (line->calls.n == CALLS_MAX)
		return fault_at(r, at, "more than %d calls in one line", CALLS_MAX);
	*vec_push(r->arena, &line->calls) = (struct written_call){call, at};
	return 0;
}

static int digit_of(char c)
{
	if (byte_is_digit(c))
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* As in C: 0x hexadecimal, 0 octal, else decimal. */
static int read_number(
	struct reader *r, uint64_t *out, bool *is_negative, struct span *at)
{
	size_t begin;
	uint64_t value = 0;
	int base = 10, digits = 0;

	skip_blanks(r);
	begin = r->at;
	*is_negative = take(r, STR("-"));
	if (str_starts_nocase(rest(r), STR("0x"))) {
		r->at += 2;
		base = 16;
	} else if (str_starts(rest(r), STR("0"))) {
		base = 8;
	}
	for (; r->at < r->end && is_name_byte(r->file->bytes.p[r->at]); r->at++) {
		int digit = digit_of(r->file->bytes.p[r->at]);

		if (digit >= base)
			return fault_at(r, span_of(r->file, r->at, 1),
				"'%c' is no digit of a number in base %d",
				r->file->bytes.p[r->at], base);
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
			__builtin_add_overflow(value, (uint64_t)digit, &value))
			return fault_at(r, span_of(r->file, begin, r->at + 1 - begin),
				"a number has at most 64 bits");
		digits++;
	}
	*at = span_of(r->file, begin, r->at - begin);
	if (!digits) {
		r->at = begin;
		return expected(r, "a number");
	}
	*out = *is_negative ? -value : value;
	return 0;
}

static int read_argument(struct reader *r, uint8_t *index)
{
	struct span at = take_name(r);
	struct str name = span_str(at);
	uint32_t n;

	if (!name.n)
		return expected(r, "'arg0' to 'arg5'");
	if (!str_starts(name, STR("arg")) || name.n != 4 ||
		!str_to_u32(str_from(name, 3), &n) || n >= CALL_ARGUMENTS)
		return fault_at(r, at, "expected 'arg0' to 'arg5', found '%.*s'",
			STR_ARG(name));
	*index = (uint8_t)n;
	return 0;
}

static int read_compare(struct reader *r, enum compare *out)
{
	/* The longer sign before the one that it begins with. */
	static const struct {
		struct str sign;
		enum compare compare;
	} signs[] = {
		{STR_INIT("=="), COMPARE_EQ},
		{STR_INIT("!="), COMPARE_NE},
		{STR_INIT("<="), COMPARE_LE},
		{STR_INIT(">="), COMPARE_GE},
		{STR_INIT("<"), COMPARE_LT},
		{STR_INIT(">"), COMPARE_GT},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (!take(r, signs[i].sign))
			continue;
		*out = signs[i].compare;
		return 0;
	}
	return expected(r, "one of == != < <= > >=");
}

static int read_term(struct reader *r, struct written_term *out)
{
	struct written_term t = {0};
	bool has_bracket, is_negative;
	struct span mask_at;
	size_t begin;

	skip_blanks(r);
	begin = r->at;
	has_bracket = take(r, STR("("));
	if (read_argument(r, &t.index) < 0)
		return -1;
	skip_blanks(r);
	if (!str_starts(rest(r), STR("&&")) && take(r, STR("&"))) {
		t.has_mask = true;
		if (read_number(r, &t.mask, &is_negative, &mask_at) < 0)
			return -1;
	}
	if (has_bracket && !take(r, STR(")")))
		return expected(r, "')'");
	if (read_compare(r, &t.compare) < 0 ||
		read_number(r, &t.value, &t.is_negative, &t.value_at) < 0)
		return -1;
	t.at = span_of(r->file, begin, r->at - begin);
	*out = t;
	return 0;
}

static int read_all(struct reader *r, struct line *line)
{
	struct written_all all = {0};

	do {
		if (all.count == BAN_TERMS_MAX)
			return fault_at(r, span_of(r->file, r->at, r->end - r->at),
				"more than %d comparisons are joined by &&",
				BAN_TERMS_MAX);
		if (read_term(r, &all.terms[all.count++]) < 0)
			return -1;
	} while (take(r, STR("&&")));
	if (line->alternatives.n == ALTERNATIVES_MAX)
		return fault_at(r, all.terms[0].at,
			"more than %d alternatives in one line", ALTERNATIVES_MAX);
	*vec_push(r->arena, &line->alternatives) = all;
	return 0;
}

static int read_line(struct reader *r, struct line *line)
{
	do
		if (read_call(r, line) < 0)
			return -1;
	while (take(r, STR(",")));
	if (take(r, STR(":"))) {
		do
			if (read_all(r, line) < 0)
				return -1;
		while (take(r, STR("||")));
	}
	skip_blanks(r);
	if (r->at < r->end)
		return expected(r,
			line->alternatives.n ? "'&&', '||' or the end of the line"
					     : "',', ':' or the end of the line");
	if (!line->alternatives.n)
		*vec_push(r->arena, &line->alternatives) = (struct written_all){0};
	return 0;
}

enum meaning {
	MEANS_TERM,   /* a comparison at this width */
	MEANS_ALWAYS, /* true for every argument */
	MEANS_NEVER,  /* no argument can */
};

static enum meaning meaning_of(const struct ban_term *t)
{
	bool is_above = t->value > t->mask; /* what fits is at most the mask */

	switch (t->compare) {
	case COMPARE_EQ:
	case COMPARE_MASKED_EQ:
		return t->value & ~t->mask ? MEANS_NEVER
			: t->mask	   ? MEANS_TERM
					   : MEANS_ALWAYS;
	case COMPARE_NE:
		return t->value & ~t->mask ? MEANS_ALWAYS
			: t->mask	   ? MEANS_TERM
					   : MEANS_NEVER;
	case COMPARE_LT:
		return is_above ? MEANS_ALWAYS : t->value ? MEANS_TERM : MEANS_NEVER;
	case COMPARE_LE:
		return t->value >= t->mask ? MEANS_ALWAYS : MEANS_TERM;
	case COMPARE_GT:
		return t->value >= t->mask ? MEANS_NEVER : MEANS_TERM;
	case COMPARE_GE:
		return is_above ? MEANS_NEVER : t->value ? MEANS_TERM : MEANS_ALWAYS;
	}
	return MEANS_TERM;
}

static enum meaning term_at_width(
	const struct written_term *w, unsigned bits, struct ban_term *out)
{
	uint64_t whole = bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;

	*out = (struct ban_term){w->index, w->compare, whole, w->value};
	if (w->has_mask)
		out->mask &= w->mask;
	if (w->is_negative)
		out->value &= whole;
	return meaning_of(out);
}

/*
 * What is wrong with a comparison for a call wherever it exists; 0: nothing. On all
 * arches, not only on those that are asked for: a call that these lack is no fault.
 */
static int check_term(
	struct reader *r, const struct written_call *call, const struct written_term *w)
{
	size_t row_count;
	struct str name = call_rows(&row_count)[call->call].name;
	bool has_argument = false, fits = false;

	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		struct call_argument argument =
			call_argument(call->call, arch, w->index);
		struct ban_term term;

		if (call_number(call->call, arch) < 0 || !argument.bits)
			continue;
		has_argument = true;
		if (argument.is_pointer && w->value)
			return fault_at(r, w->at,
				"argument %u of %.*s is an address: a filter cannot see "
				"what stands there",
				w->index, STR_ARG(name));
		fits |= term_at_width(w, argument.bits, &term) == MEANS_TERM;
	}
	if (!has_argument)
		return fault_at(
			r, w->at, "%.*s has no argument %u", STR_ARG(name), w->index);
	if (!fits)
		return fault_at(r, w->value_at,
			"argument %u of %.*s is narrower: no comparison with this "
			"value says anything",
			w->index, STR_ARG(name));
	return 0;
}

/* false: the condition cannot come true on that arch. */
static bool terms_of(struct ban *ban, const struct written_all *all)
{
	for (uint8_t i = 0; i < all->count; i++) {
		const struct written_term *w = &all->terms[i];
		unsigned bits = call_argument(ban->call, ban->arch, w->index).bits;
		struct ban_term term;

		switch (term_at_width(w, bits, &term)) {
		case MEANS_NEVER:
			return false;
		case MEANS_ALWAYS:
			break;
		case MEANS_TERM:
			ban->terms[ban->count++] = term;
		}
	}
	return true;
}

struct target {
	struct str objective;
	arch_set arches;
	struct bans *out;
};

static int add_bans(struct reader *r, const struct target *target,
	const struct written_call *call, const struct written_all *all)
{
	for (int arch = 0; arch < ARCH_COUNT; arch++) {
		struct ban ban = {.objective = target->objective,
			.call = call->call,
			.arch = arch,
			.answer = objective_answer(call->call),
			.at = all->count
				? span_join(call->at, all->terms[all->count - 1].at)
				: call->at};

		if (!(target->arches >> arch & 1) || call_number(call->call, arch) < 0)
			continue;
		if (!terms_of(&ban, all))
			continue;
		if (target->out->n == BANS_MAX)
			return fault_at(r, ban.at, "more than %d bans", BANS_MAX);
		*vec_push(r->arena, target->out) = ban;
	}
	return 0;
}

static int add_line(struct reader *r, const struct target *target, struct line *line)
{
	vec_each (const struct written_call, call, &line->calls)
		vec_each (const struct written_all, all, &line->alternatives) {
			for (uint8_t i = 0; i < all->count; i++)
				if (check_term(r, call, &all->terms[i]) < 0)
					return -1;
			if (add_bans(r, target, call, all) < 0)
				return -1;
		}
	return 0;
}

int objective_parse(struct arena *a, const struct file *text, struct str objective,
	arch_set arches, struct bans *out, struct span *at, struct err *err)
{
	struct reader r = {.arena = a, .file = text, .fault = at, .err = err};
	struct bans found = *out;
	struct target target = {objective, arches, &found};

	/* out keeps its own count, so it stays as it was when a line is wrong. */
	for (uint32_t i = 1; i <= text->line_count; i++) {
		struct span whole = file_line(text, i);
		struct str bytes = str_trim(span_str(whole));
		struct line line = {0};

		if (!bytes.n || str_starts(bytes, STR("#")))
			continue;
		r.at = whole.offset;
		r.end = r.at + whole.length;
		if (read_line(&r, &line) < 0 || add_line(&r, &target, &line) < 0)
			return -1;
	}
	*out = found;
	return 0;
}
