#include "seccomp/profile_words.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ERRNO_DEFAULT = EPERM, /* runc: actErrno, actTrace */
	ERRNO_MAX = 4095,      /* MAX_ERRNO of include/linux/err.h */
	ERRNO_NAMES = 134,     /* errnos with a name lie below */
	SHOWN_MAX = 60,	       /* bytes of what was written */
};

static const struct {
	struct str name;
	enum action kind;
} actions[] = {
	/* The first name of a kind is the one that is written. */
	{STR_INIT("SCMP_ACT_ALLOW"), ACTION_ALLOW},
	{STR_INIT("SCMP_ACT_ERRNO"), ACTION_ERRNO},
	{STR_INIT("SCMP_ACT_KILL_THREAD"), ACTION_KILL_THREAD},
	{STR_INIT("SCMP_ACT_KILL"), ACTION_KILL_THREAD},
	{STR_INIT("SCMP_ACT_KILL_PROCESS"), ACTION_KILL_PROCESS},
	{STR_INIT("SCMP_ACT_LOG"), ACTION_LOG},
	{STR_INIT("SCMP_ACT_NOTIFY"), ACTION_NOTIFY},
	{STR_INIT("SCMP_ACT_TRACE"), ACTION_TRACE},
	{STR_INIT("SCMP_ACT_TRAP"), ACTION_TRAP},
};

static const struct str compares[] = {
	[COMPARE_NE] = STR_INIT("SCMP_CMP_NE"),
	[COMPARE_LT] = STR_INIT("SCMP_CMP_LT"),
	[COMPARE_LE] = STR_INIT("SCMP_CMP_LE"),
	[COMPARE_EQ] = STR_INIT("SCMP_CMP_EQ"),
	[COMPARE_GE] = STR_INIT("SCMP_CMP_GE"),
	[COMPARE_GT] = STR_INIT("SCMP_CMP_GT"),
	[COMPARE_MASKED_EQ] = STR_INIT("SCMP_CMP_MASKED_EQ"),
};

struct str profile_action_name(enum action kind)
{
	size_t i = 0;

	while (actions[i].kind != kind)
		i++;
	return actions[i].name;
}

struct str profile_compare_name(enum compare compare)
{
	return compares[compare];
}

static void note(struct arena *a, struct profile_notes *notes, enum note_kind kind,
	struct span span, const char *fmt, va_list args)
{
	struct profile_note *n = NULL;

	if (notes->list.n < PROFILE_NOTES_MAX) {
		n = vec_push(a, &notes->list);
	} else {
		notes->more++;
		/* A fault is always said: the last one of the others makes room. */
		for (size_t i = notes->list.n; kind == NOTE_FAULT && !n && i > 0; i--)
			if (notes->list.at[i - 1].kind != NOTE_FAULT)
				n = &notes->list.at[i - 1];
	}
	if (!n)
		return;
	n->kind = kind;
	n->span = span;
	n->text = arena_vprintf(a, fmt, args);
}

void profile_note(struct arena *a, struct profile_notes *notes, enum note_kind kind,
	struct span span, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	note(a, notes, kind, span, fmt, args);
	va_end(args);
}

void profile_fault(struct profile_reader *r, struct span span, const char *fmt, ...)
{
	va_list args;

	r->faults++;
	va_start(args, fmt);
	note(r->arena, r->notes, NOTE_FAULT, span, fmt, args);
	va_end(args);
}

static struct str shown(struct str text)
{
	return str_sub(text, 0, SHOWN_MAX);
}

bool profile_expect(
	struct profile_reader *r, const struct json *value, enum json_kind kind)
{
	if (value->kind == kind)
		return true;
	profile_fault(r, value->span, "expected %s, found %s", json_kind_name(kind),
		json_kind_name(value->kind));
	return false;
}

void profile_read_object(struct profile_reader *r, const struct json *object,
	const struct profile_key *keys, size_t count, void *out)
{
	for (uint32_t i = 0; i < object->count && !r->is_stopped; i++) {
		struct str name = object->keys[i].text.s;
		size_t k = 0;

		while (k < count && !str_eq_nocase(keys[k].name, name))
			k++;
		if (k == count && !str_starts(name, STR("_")))
			profile_note(r->arena, r->notes, NOTE_IGNORED,
				object->keys[i].span,
				"no engine reads a key '%.*s' here",
				STR_ARG(shown(name)));
		else if (k < count && keys[k].read &&
			object->items[i].kind != JSON_NULL)
			keys[k].read(r, &object->items[i], out);
	}
}

void profile_read_word(struct profile_reader *r, const struct json *value, void *word)
{
	struct profile_word *out = word;

	if (profile_expect(r, value, JSON_STRING))
		*out = (struct profile_word){value->text.s, value->span};
}

void profile_read_words(struct profile_reader *r, const struct json *value, void *words)
{
	struct profile_words *out = words;

	if (!profile_expect(r, value, JSON_ARRAY))
		return;
	out->n = 0; /* of two equal keys the last one counts */
	for (uint32_t i = 0; i < value->count; i++)
		if (profile_expect(r, &value->items[i], JSON_STRING))
			*vec_push(r->arena, out) = (struct profile_word){
				value->items[i].text.s, value->items[i].span};
}

/* As strconv.ParseUint: digits only, and no more than 64 bits. */
static bool parse_u64(struct str text, uint64_t *out)
{
	uint64_t number = 0;

	for (size_t i = 0; i < text.n; i++)
		if (!byte_is_digit(text.p[i]) ||
			__builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(
				number, (uint64_t)(text.p[i] - '0'), &number))
			return false;
	*out = number;
	return text.n > 0;
}

void profile_read_u64(struct profile_reader *r, const struct json *value, void *number)
{
	if (profile_expect(r, value, JSON_NUMBER) &&
		!parse_u64(value->text.s, (uint64_t *)number))
		profile_fault(r, value->span,
			"'%.*s' is no whole number from 0 to 18446744073709551615",
			STR_ARG(shown(value->text.s)));
}

void profile_read_action(
	struct profile_reader *r, const struct json *value, void *answer)
{
	struct profile_answer *out = answer;

	if (!profile_expect(r, value, JSON_STRING))
		return;
	out->span = value->span;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (str_eq(value->text.s, actions[i].name)) {
			out->kind = actions[i].kind;
			return;
		}
	profile_fault(r, value->span, "'%.*s' is no action; one is SCMP_ACT_ERRNO",
		STR_ARG(shown(value->text.s)));
}

void profile_read_compare(
	struct profile_reader *r, const struct json *value, void *compare)
{
	if (!profile_expect(r, value, JSON_STRING))
		return;
	for (size_t i = 0; i < sizeof(compares) / sizeof(compares[0]); i++)
		if (str_eq(value->text.s, compares[i])) {
			*(enum compare *)compare = (enum compare)i;
			return;
		}
	profile_fault(r, value->span, "'%.*s' is no comparison; one is SCMP_CMP_EQ",
		STR_ARG(shown(value->text.s)));
}

void profile_read_errno_number(
	struct profile_reader *r, const struct json *value, void *answer)
{
	struct profile_answer *out = answer;
	uint64_t code = 0;
	size_t before = r->faults;

	profile_read_u64(r, value, &code);
	if (r->faults != before)
		return;
	if (code > UINT16_MAX)
		profile_note(r->arena, r->notes, NOTE_WEAK, value->span,
			"no errno is larger than %d, and runc takes the low 16 bits: %u",
			ERRNO_MAX, (unsigned)(uint16_t)code);
	out->errno_span = value->span;
	out->code = (uint16_t)code;
}

void profile_check_answer(
	struct profile_reader *r, const struct profile_answer *answer, const char *key)
{
	if (!answer->errno_span.file)
		return;
	if (answer->kind != ACTION_ERRNO && answer->kind != ACTION_TRACE)
		profile_note(r->arena, r->notes, NOTE_IGNORED, answer->errno_span,
			"%s counts for SCMP_ACT_ERRNO and SCMP_ACT_TRACE only", key);
	else if (answer->kind == ACTION_ERRNO && answer->code > ERRNO_MAX)
		profile_fault(r, answer->errno_span,
			"libseccomp refuses an errno of %u: the largest is %d",
			answer->code, ERRNO_MAX);
}

/* "EPERM" or "1"; false when it is neither. */
static bool parse_errno(struct str text, uint16_t *out)
{
	uint64_t number;

	if (parse_u64(text, &number)) {
		*out = (uint16_t)number;
		return number <= ERRNO_MAX;
	}
	for (int code = 1; code < ERRNO_NAMES; code++) {
		const char *name = strerrorname_np(code);

		if (name && str_eq(text, str_c(name))) {
			*out = (uint16_t)code;
			return true;
		}
	}
	return false;
}

void profile_read_errno_name(
	struct profile_reader *r, const struct json *value, void *answer)
{
	struct profile_answer *out = answer;

	if (!profile_expect(r, value, JSON_STRING) || !value->text.s.n)
		return;
	out->name_span = value->span;
	if (!parse_errno(value->text.s, &out->name_code))
		profile_fault(r, value->span, "podman knows no errno '%.*s'",
			STR_ARG(shown(value->text.s)));
}

uint32_t profile_answer_value(const struct profile_answer *answer, bool is_podman)
{
	bool has_code = answer->kind == ACTION_ERRNO || answer->kind == ACTION_TRACE;
	uint16_t code = answer->errno_span.file ? answer->code : ERRNO_DEFAULT;

	if (is_podman && answer->name_span.file)
		code = answer->name_code;
	return action_value(answer->kind, has_code ? code : 0);
}

void profile_read_kernel(
	struct profile_reader *r, const struct json *value, void *filter)
{
	struct profile_filter *out = filter;
	struct str minor;
	uint32_t kernel, major;
	size_t dot;

	if (!profile_expect(r, value, JSON_STRING) || !value->text.s.n)
		return;
	dot = str_find(value->text.s, '.');
	minor = str_from(value->text.s, dot + 1);
	if (!str_to_u32(str_sub(value->text.s, 0, dot), &kernel) ||
		!str_to_u32(minor, &major) || kernel > 255 || major > 255 ||
		!(kernel + major)) {
		profile_fault(r, value->span, "'%.*s' is no kernel like \"4.8\"",
			STR_ARG(shown(value->text.s)));
		return;
	}
	out->min_kernel = KERNEL(kernel, major);
	out->min_kernel_span = value->span;
}

struct str profile_nearest_call(struct str written)
{
	size_t count;
	const struct call_row *rows = call_rows(&count);
	unsigned best = written.n < 6 ? 2 : 3;
	struct str nearest = STR_NONE;

	if (written.n > SHOWN_MAX)
		return nearest;
	for (size_t i = 0; i < count; i++) {
		unsigned distance = str_distance(written, rows[i].name, best);

		if (distance < best) {
			best = distance;
			nearest = rows[i].name;
		}
	}
	return nearest;
}
