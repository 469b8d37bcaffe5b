#include "model/run.h"

#include <stdlib.h>

bool run_text(
	struct arena *a, const struct run *run, enum run_setting s, struct str *out)
{
	return fact_str(a, run->settings[s], out);
}

enum answer run_says(const struct run *run, enum run_setting s)
{
	switch (run->settings[s]->know) {
	case FACT_SET:
		return ANSWER_YES;
	case FACT_UNSET:
		return run->is_partial ? ANSWER_MAYBE : ANSWER_NO;
	case FACT_UNKNOWN:
		break;
	}
	return ANSWER_MAYBE;
}

static bool is_one_of(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_eq(text, str_c(*words)))
			return true;
	return false;
}

static bool is_one_of_nocase(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_nocase(text, str_c(*words)))
			return true;
	return false;
}

bool run_parse_bool(struct str text, bool *out)
{
	static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True", NULL};
	static const char *const no[] = {
		"0", "f", "F", "FALSE", "false", "False", NULL};
	bool is_yes = is_one_of(text, yes);

	if (!is_yes && !is_one_of(text, no))
		return false;
	*out = is_yes;
	return true;
}

static enum answer go_bool(struct str text)
{
	bool is_on;

	return run_parse_bool(text, &is_on) ? answer_of(is_on) : ANSWER_MAYBE;
}

static enum answer compose_bool(struct str text)
{
	static const char *const yes[] = {"true", "y", "yes", "on", NULL};
	static const char *const no[] = {"false", "n", "no", "off", NULL};

	if (is_one_of_nocase(text, yes))
		return ANSWER_YES;
	return is_one_of_nocase(text, no) ? ANSWER_NO : ANSWER_MAYBE;
}

enum answer run_flag(const struct run *run, enum run_setting s)
{
	const struct fact *f = run->settings[s];
	char text[8] = {0};
	size_t n = 0;

	if (f->know != FACT_SET)
		return f->know == FACT_UNSET ? ANSWER_NO : ANSWER_MAYBE;
	/* A flag is a short word; whatever is longer, the engine refuses. */
	for (size_t i = 0; i < f->value.n; i++) {
		struct str part = f->value.at[i].text;

		if (part.n > sizeof(text) - n)
			return ANSWER_MAYBE;
		if (part.n)
			memcpy(text + n, part.p, part.n);
		n += part.n;
	}
	return run->source == RUN_BY_COMPOSE ? compose_bool((struct str){text, n})
					     : go_bool((struct str){text, n});
}

/* strconv.ParseFloat of Go but for its hexadecimal floats and underscores. */
static bool read_float(struct str text, double *out)
{
	char copy[64], *end;
	double number;
	size_t sign = text.n && (text.p[0] == '+' || text.p[0] == '-');

	/* strtod takes blanks, "inf" and "0x10" too; Go, or the engine, does not. */
	if (text.n <= sign || text.n >= sizeof(copy) ||
		!(byte_is_digit(text.p[sign]) || text.p[sign] == '.') ||
		str_find(text, 'x') < text.n || str_find(text, 'X') < text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	number = strtod(copy, &end);
	if (end != copy + text.n)
		return false;
	*out = number;
	return true;
}

bool run_number(struct str text, double *out)
{
	return read_float(text, out);
}

/* What a suffix multiplies with; 0: it is none. "", "b", "k", "kb", "kib" … */
static double unit_of(struct str suffix)
{
	static const char letters[] = "kmgtp";
	const char *letter;
	double unit = 1;

	if (!suffix.n || str_eq_nocase(suffix, STR("b")))
		return 1;
	letter = memchr(letters, byte_lower(suffix.p[0]), sizeof(letters) - 1);
	suffix = str_from(suffix, 1);
	if (!letter ||
		(suffix.n && !str_eq_nocase(suffix, STR("b")) &&
			!str_eq_nocase(suffix, STR("ib"))))
		return 0;
	for (const char *l = letters; l <= letter; l++)
		unit *= 1024;
	return unit;
}

bool run_bytes(struct str text, uint64_t *out)
{
	static const double limit = 9223372036854775808.0; /* the engine has an int64 */
	size_t n = text.n;
	double number, unit;

	while (n && !byte_is_digit(text.p[n - 1]) && text.p[n - 1] != '.' &&
		text.p[n - 1] != ' ')
		n--;
	if (!n)
		return false;
	unit = unit_of(str_from(text, n));
	if (text.p[n - 1] == ' ')
		n--;
	if (unit == 0 || !read_float(str_sub(text, 0, n), &number) || number < 0 ||
		number * unit >= limit)
		return false;
	*out = (uint64_t)(number * unit);
	return true;
}

const struct security_option *run_security(
	const struct run *run, enum security_kind kind)
{
	for (size_t i = run->security.n; i-- > 0;)
		if (run->security.at[i].kind == kind)
			return &run->security.at[i];
	return NULL;
}

enum answer run_no_new_privileges(const struct run *run)
{
	enum answer answer = run->is_partial ? ANSWER_MAYBE : ANSWER_NO;

	vec_each (const struct security_option, o, &run->security) {
		/* A whole element out of a variable may say it, or the opposite. */
		if (o->know == FACT_UNKNOWN && o->kind == SECURITY_OTHER)
			answer = ANSWER_MAYBE;
		if (o->kind == SECURITY_NO_NEW_PRIVILEGES)
			answer = o->know == FACT_SET ? go_bool(o->text) : ANSWER_MAYBE;
	}
	return answer;
}

void run_capability_read(struct arena *a, struct value v, struct span span,
	bool is_drop, struct run_capability *out)
{
	struct str name;

	*out = (struct run_capability){
		.is_drop = is_drop, .value = v, .number = -1, .span = span};
	if (!value_str(a, v, &name))
		return;
	out->is_all = capability_is_all(name);
	if (!out->is_all)
		out->number = capability_find(name);
}

static enum answer run_lists(const struct run *run, bool is_drop, int cap)
{
	enum answer answer = run->is_partial ? ANSWER_MAYBE : ANSWER_NO;

	vec_each (const struct run_capability, c, &run->capabilities) {
		if (c->is_drop != is_drop)
			continue;
		if (cap < 0 ? c->is_all : c->number == cap)
			return ANSWER_YES;
		if (!value_is_known(c->value))
			answer = ANSWER_MAYBE;
	}
	return answer;
}

enum answer run_drops(const struct run *run, int cap)
{
	return run_lists(run, true, cap);
}

enum answer run_adds(const struct run *run, int cap)
{
	return run_lists(run, false, cap);
}

capability_set run_default_capabilities(const struct run *run)
{
	return str_eq(run->engine, STR("podman")) ? CAPABILITIES_PODMAN
						  : CAPABILITIES_ENGINE;
}

capability_set run_capability_set(const struct run *run, enum answer *certain)
{
	enum answer privileged = run_flag(run, RUN_PRIVILEGED);
	capability_set added = 0, dropped = 0;
	bool adds_all = false, drops_all = false;

	*certain = answer_of(privileged == ANSWER_YES ||
		(privileged == ANSWER_NO && !run->is_partial));
	if (privileged == ANSWER_YES)
		return CAPABILITIES_ALL;
	vec_each (const struct run_capability, c, &run->capabilities) {
		if (!value_is_known(c->value))
			*certain = ANSWER_NO;
		if (c->is_all)
			*(c->is_drop ? &drops_all : &adds_all) = true;
		else if (c->number >= 0)
			*(c->is_drop ? &dropped : &added) |= capability_bit(c->number);
	}
	if (adds_all)
		return CAPABILITIES_ALL & ~dropped;
	if (drops_all)
		return added;
	return (run_default_capabilities(run) & ~dropped) | added;
}
