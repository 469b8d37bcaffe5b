#include "syntax/dockerignore.h"

#include "base/path.h"

/* ---- a pattern becomes parts ---- */

enum part_kind {
	PART_BYTE,  /* this byte */
	PART_ANY,   /* ?: one byte, no slash */
	PART_SET,   /* [a-z], [^x] */
	PART_NAME,  /* *: bytes without a slash */
	PART_DEEP,  /* a ** with something behind: nothing, or what ends in a slash */
	PART_WHOLE, /* **: anything at all */
};

struct dockerignore_part {
	enum part_kind kind;
	char byte;
	struct str set; /* between the brackets */
};

struct compiler {
	struct arena *arena;
	struct str text;
	VEC(struct dockerignore_part) parts;
};

static void push(struct compiler *c, struct dockerignore_part part)
{
	*vec_push(c->arena, &c->parts) = part;
}

static bool has_wildcard(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (memchr("*?[\\", s.p[i], 4))
			return true;
	return false;
}

/* Two stars at i and a slash behind them, which they take along; gives what follows. */
static size_t push_stars(struct compiler *c, size_t i)
{
	bool is_first = i == 0;

	i += 2;
	/* "**.pyc": the builder asks only how the path ends. */
	if (is_first && i < c->text.n && c->text.p[i] != '/' &&
		!has_wildcard(str_from(c->text, i))) {
		push(c, (struct dockerignore_part){.kind = PART_WHOLE});
		return i;
	}
	if (i < c->text.n && c->text.p[i] == '/')
		i++;
	push(c,
		(struct dockerignore_part){
			.kind = i == c->text.n ? PART_WHOLE : PART_DEEP});
	return i;
}

/* "[...]" at i; gives what follows, or 0 where no bracket ends it. */
static size_t push_set(struct compiler *c, size_t i)
{
	size_t end = i + 1;

	if (end < c->text.n && c->text.p[end] == '^')
		end++;
	if (end < c->text.n && c->text.p[end] == ']')
		return 0; /* filepath.Match has no empty sets */
	while (end < c->text.n && c->text.p[end] != ']')
		end += c->text.p[end] == '\\' ? 2 : 1;
	if (end >= c->text.n)
		return 0;
	push(c,
		(struct dockerignore_part){
			.kind = PART_SET, .set = str_sub(c->text, i + 1, end - i - 1)});
	return end + 1;
}

static bool compile(struct compiler *c)
{
	size_t i = 0;

	while (i < c->text.n) {
		char byte = c->text.p[i];

		if (byte == '*' && i + 1 < c->text.n && c->text.p[i + 1] == '*') {
			i = push_stars(c, i);
		} else if (byte == '[') {
			i = push_set(c, i);
			if (!i)
				return false;
		} else {
			enum part_kind kind = byte == '*' ? PART_NAME
				: byte == '?'		  ? PART_ANY
							  : PART_BYTE;

			if (byte == '\\' && ++i == c->text.n)
				return false;
			push(c,
				(struct dockerignore_part){
					.kind = kind, .byte = c->text.p[i]});
			i++;
		}
	}
	return true;
}

/* ---- reading ---- */

/* Cleaned as filepath.Clean does, and seen from the root of the context. */
static struct str clean(struct arena *a, struct str text)
{
	struct str path = path_join(a, STR(""), text);

	return path.n > 1 && path_is_absolute(path) ? str_from(path, 1) : path;
}

bool dockerignore_compile(
	struct arena *a, struct str text, struct dockerignore_pattern *out)
{
	struct compiler c = {.arena = a};

	out->is_broken = !text.n || text.n > DOCKERIGNORE_PATTERN_MAX;
	if (out->is_broken)
		return false;
	out->text = c.text = clean(a, text);
	out->is_broken = !compile(&c);
	out->parts = c.parts.at;
	out->part_count = c.parts.n;
	return !out->is_broken;
}

static void add_line(struct arena *a, struct dockerignore *list, struct str line)
{
	struct dockerignore_pattern p = {0};
	struct str text = str_trim(line);

	if (str_starts(line, STR("#")) || !text.n)
		return;
	if (list->patterns.n == DOCKERIGNORE_PATTERNS_MAX) {
		list->is_cut = true;
		return;
	}
	p.span = span_of(
		list->file, (uint32_t)(text.p - list->file->bytes.p), (uint32_t)text.n);
	p.is_exception = str_starts(text, STR("!"));
	if (p.is_exception)
		text = str_trim(str_from(text, 1));
	(void)dockerignore_compile(a, text, &p);
	list->has_exceptions |= p.is_exception;
	*vec_push(a, &list->patterns) = p;
}

const struct dockerignore *dockerignore_parse(struct arena *a, const struct file *file)
{
	struct dockerignore *list = arena_new(a, struct dockerignore);
	struct str_fields lines = {.rest = file->bytes};
	struct str line;

	list->file = file;
	if (str_starts(lines.rest, STR("\xef\xbb\xbf")))
		lines.rest = str_from(lines.rest, 3);
	while (str_next_field(&lines, '\n', &line))
		add_line(a, list, line);
	return list;
}

/* ---- matching ---- */

/* One byte of a set, its backslash taken off. */
static char set_byte(struct str *set)
{
	char byte;

	if (str_starts(*set, STR("\\")))
		*set = str_from(*set, 1);
	byte = set->n && set->p ? set->p[0] : 0;
	*set = str_from(*set, 1);
	return byte;
}

static bool set_has(struct str set, char byte)
{
	bool is_inverse = str_starts(set, STR("^")), has = false;

	if (is_inverse)
		set = str_from(set, 1);
	while (set.n) {
		unsigned char first = (unsigned char)set_byte(&set), last = first;

		if (set.n > 1 && str_starts(set, STR("-"))) {
			set = str_from(set, 1);
			last = (unsigned char)set_byte(&set);
		}
		has |= first <= (unsigned char)byte && (unsigned char)byte <= last;
	}
	return has != is_inverse;
}

/*
 * The parts that may come next, all at once: what was read so far fits everything in
 * front of them. No way is tried twice, so hostile patterns cost no more than others.
 */
struct reached {
	bool at[DOCKERIGNORE_PATTERN_MAX + 1];
};

/* Part i may come next, and with it those behind parts that may be empty. */
static void reach(const struct dockerignore_pattern *p, struct reached *r, size_t i)
{
	for (;; i++) {
		r->at[i] = true;
		if (i == p->part_count || p->parts[i].kind == PART_BYTE ||
			p->parts[i].kind == PART_ANY || p->parts[i].kind == PART_SET)
			return;
	}
}

static void step(
	const struct dockerignore_pattern *p, size_t i, char byte, struct reached *next)
{
	const struct dockerignore_part *part = &p->parts[i];

	switch (part->kind) {
	case PART_BYTE:
		if (part->byte == byte)
			reach(p, next, i + 1);
		break;
	case PART_ANY:
		if (byte != '/')
			reach(p, next, i + 1);
		break;
	case PART_SET:
		if (set_has(part->set, byte))
			reach(p, next, i + 1);
		break;
	case PART_NAME:
		if (byte != '/')
			reach(p, next, i);
		break;
	case PART_DEEP:
		next->at[i] = true; /* inside: it ends behind a slash only */
		if (byte == '/')
			reach(p, next, i + 1);
		break;
	case PART_WHOLE:
		reach(p, next, i);
		break;
	}
}

/* Does it fit path or, where folders count, one above it? */
static bool fits(
	const struct dockerignore_pattern *p, struct str path, bool folders_count)
{
	struct reached sets[2];

	if (p->is_broken)
		return false;
	if (!has_wildcard(p->text))
		return folders_count ? path_is_under(path, p->text)
				     : str_eq(path, p->text);
	memset(sets[0].at, 0, p->part_count + 1);
	reach(p, &sets[0], 0);
	for (size_t i = 0; i < path.n; i++) {
		const struct reached *now = &sets[i % 2];
		struct reached *next = &sets[(i + 1) % 2];
		bool is_alive = false;

		if (folders_count && path.p[i] == '/' && now->at[p->part_count])
			return true;
		memset(next->at, 0, p->part_count + 1);
		for (size_t k = 0; k < p->part_count; k++)
			if (now->at[k])
				step(p, k, path.p[i], next);
		for (size_t k = 0; k <= p->part_count && !is_alive; k++)
			is_alive = next->at[k];
		if (!is_alive)
			return false;
	}
	return sets[path.n % 2].at[p->part_count];
}

bool dockerignore_fits(const struct dockerignore_pattern *pattern, struct str path)
{
	return fits(pattern, path, false);
}

bool dockerignore_excludes(const struct dockerignore *list, struct str path)
{
	bool is_out = false;

	vec_each (const struct dockerignore_pattern, p, &list->patterns)
		if (p->is_exception == is_out && fits(p, path, true))
			is_out = !p->is_exception;
	return is_out;
}
