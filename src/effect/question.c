#include "effect/tool.h"

#include "base/path.h"

/*
 * Commands that ask: test and [[, id, getent, grep on the account files, command -v.
 * What cannot be decided is MAY; a guard on it leaves what it guards uncertain.
 */

enum { TEST_DEPTH_MAX = 32 };

static enum outcome outcome_of(enum answer a)
{
	static const enum outcome table[] = {
		[ANSWER_NO] = OUTCOME_FAILS,
		[ANSWER_MAYBE] = OUTCOME_MAY,
		[ANSWER_YES] = OUTCOME_SUCCEEDS,
	};

	return table[a];
}

/* ---- test, [ and [[ ---- */

struct test {
	const struct call *call;
	size_t next, end; /* words of call->argv */
	bool is_double;	  /* [[: && and ||, globs behind == */
	unsigned depth;
};

static bool word_is(const struct test *t, size_t i, struct str s)
{
	struct str text;

	return i < t->end && !t->call->argv.at[i].is_quoted &&
		call_word(t->call, i, &text) && str_eq(text, s);
}

static enum answer file_exists(const struct call *call, struct str path)
{
	static const struct {
		struct str path;
		enum flavour flavour;
	} marks[] = {
		{STR_INIT("/etc/alpine-release"), FLAVOUR_BUSYBOX},
		{STR_INIT("/etc/debian_version"), FLAVOUR_DEBIAN},
		{STR_INIT("/etc/redhat-release"), FLAVOUR_RHEL},
	};
	enum flavour own = run_flavour(call->run);
	const struct file_entry *entry;
	struct str rest;

	if (str_eq(path, STR("/etc/passwd")) || str_eq(path, STR("/")))
		return ANSWER_YES;
	for (size_t i = 0; i < 3; i++)
		if (str_eq(path, marks[i].path) && own != FLAVOUR_UNKNOWN)
			return answer_of(own == marks[i].flavour);
	entry = files_find(call->run->state->files, path, &rest);
	return entry && !rest.n ? ANSWER_YES : ANSWER_MAYBE;
}

static enum answer unary(const struct call *call, char op, size_t i)
{
	const struct word *w = &call->argv.at[i];
	struct str text;
	bool known = word_str(call->arena, w, &text);
	bool has_bytes = false;

	for (size_t s = 0; s < w->value.n; s++)
		if (w->value.at[s].text.n)
			has_bytes = true;
	if (op == 'n' || op == 'z') {
		if (!known && !has_bytes)
			return ANSWER_MAYBE;
		return answer_of(has_bytes == (op == 'n'));
	}
	if (known && memchr("efrsdxwL", op, 8) && path_is_absolute(text))
		return op == 'e' || op == 'f' || op == 'r' || op == 's'
			? file_exists(call, text)
			: ANSWER_MAYBE;
	return ANSWER_MAYBE;
}

static bool to_number(struct str s, int64_t *out)
{
	bool negative = str_starts(s, STR("-"));
	uint32_t n;

	if (!str_to_u32(negative ? str_from(s, 1) : s, &n))
		return false;
	*out = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static enum answer compare_numbers(struct str a, struct str op, struct str b)
{
	int64_t x, y;

	if (!to_number(a, &x) || !to_number(b, &y))
		return ANSWER_MAYBE;
	if (str_eq(op, STR("-eq")))
		return answer_of(x == y);
	if (str_eq(op, STR("-ne")))
		return answer_of(x != y);
	if (str_eq(op, STR("-lt")))
		return answer_of(x < y);
	if (str_eq(op, STR("-le")))
		return answer_of(x <= y);
	if (str_eq(op, STR("-gt")))
		return answer_of(x > y);
	return answer_of(x >= y);
}

static bool is_binary(struct str op)
{
	static const struct str names[] = {STR_INIT("="), STR_INIT("=="),
		STR_INIT("!="), STR_INIT("-eq"), STR_INIT("-ne"), STR_INIT("-lt"),
		STR_INIT("-le"), STR_INIT("-gt"), STR_INIT("-ge"), STR_INIT("=~"),
		STR_INIT("-nt"), STR_INIT("-ot"), STR_INIT("-ef"), STR_INIT("<"),
		STR_INIT(">")};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(op, names[i]))
			return true;
	return false;
}

static enum answer binary(const struct test *t, size_t i)
{
	const struct word *right = &t->call->argv.at[i + 2];
	struct str a, op, b;
	bool same;

	if (!call_word(t->call, i, &a) || !call_word(t->call, i + 1, &op) ||
		!call_word(t->call, i + 2, &b))
		return ANSWER_MAYBE;
	if (op.p[0] == '-' && op.n == 3)
		return memchr("eqnelglt", op.p[1], 8) && !str_eq(op, STR("-nt")) &&
				!str_eq(op, STR("-ef"))
			? compare_numbers(a, op, b)
			: ANSWER_MAYBE;
	if (!str_eq(op, STR("=")) && !str_eq(op, STR("==")) && !str_eq(op, STR("!=")))
		return ANSWER_MAYBE;
	if (t->is_double && right->is_globbed) {
		if (str_find(b, '[') < b.n)
			return ANSWER_MAYBE;
		same = str_glob(b, a);
	} else {
		same = str_eq(a, b);
	}
	return answer_of(same == !str_eq(op, STR("!=")));
}

static enum answer test_or(struct test *t);

static enum answer test_primary(struct test *t)
{
	struct str op;
	enum answer a;

	if (t->next >= t->end || t->depth > TEST_DEPTH_MAX)
		return ANSWER_NO;
	if (word_is(t, t->next, STR("!")) && t->next + 1 < t->end) {
		t->next++;
		t->depth++;
		return answer_not(test_primary(t));
	}
	if (word_is(t, t->next, STR("("))) {
		t->next++;
		t->depth++;
		a = test_or(t);
		t->next++;
		return a;
	}
	if (t->next + 2 < t->end && call_word(t->call, t->next + 1, &op) &&
		is_binary(op)) {
		t->next += 3;
		return binary(t, t->next - 3);
	}
	if (t->next + 1 < t->end && call_word(t->call, t->next, &op) && op.n == 2 &&
		op.p[0] == '-' && op.p[1] != 'a' && op.p[1] != 'o') {
		t->next += 2;
		return unary(t->call, op.p[1], t->next - 1);
	}
	return unary(t->call, 'n', t->next++);
}

static enum answer test_and(struct test *t)
{
	enum answer a = test_primary(t);

	while (word_is(t, t->next, STR("-a")) ||
		(t->is_double && word_is(t, t->next, STR("&&")))) {
		t->next++;
		a = answer_and(a, test_primary(t));
	}
	return a;
}

static enum answer test_or(struct test *t)
{
	enum answer a = test_and(t);

	while (word_is(t, t->next, STR("-o")) ||
		(t->is_double && word_is(t, t->next, STR("||")))) {
		t->next++;
		a = answer_or(a, test_and(t));
	}
	return a;
}

static enum answer test_answer(const struct call *call)
{
	bool brackets = !str_eq(call->tool, STR("test"));
	struct test t = {.call = call,
		.next = 1,
		.end = call->argv.n - (brackets && call->argv.n > 1 ? 1 : 0),
		.is_double = str_eq(call->tool, STR("[["))};
	enum answer a;

	if (!call->is_complete)
		return ANSWER_MAYBE;
	a = test_or(&t);
	return t.next >= t.end ? a : ANSWER_MAYBE;
}

/* ---- accounts ---- */

static enum answer user_answer(const struct call *call, struct str name)
{
	const struct account *u;
	uint32_t n;

	if (str_to_u32(name, &n))
		return accounts_find_uid(call_accounts(call), n, &u);
	return accounts_find(call_accounts(call), name, &u);
}

static enum answer group_answer(const struct call *call, struct str name)
{
	const struct account_group *g;
	uint32_t n;

	if (str_to_u32(name, &n))
		return accounts_find_gid(call_accounts(call), n, &g);
	return accounts_find_group(call_accounts(call), name, &g);
}

static enum answer id_answer(const struct call *call)
{
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word))
			return ANSWER_MAYBE;
		if (!str_starts(word, STR("-")))
			return user_answer(call, word);
	}
	return ANSWER_YES;
}

static enum answer getent_answer(const struct call *call)
{
	struct str base, name;

	if (call->argv.n < 3 || !call_word(call, 1, &base) ||
		!call_word(call, 2, &name))
		return ANSWER_MAYBE;
	if (str_eq(base, STR("passwd")) || str_eq(base, STR("shadow")))
		return user_answer(call, name);
	if (str_eq(base, STR("group")))
		return group_answer(call, name);
	return ANSWER_MAYBE;
}

/* "^app:" and its kin: the name that the pattern asks for, or false. */
static bool pattern_name(struct str pattern, struct str *name)
{
	bool anchored = str_starts(pattern, STR("^"));

	if (anchored)
		pattern = str_from(pattern, 1);
	*name = str_sub(pattern, 0, str_find(pattern, ':'));
	if (name->n == pattern.n && !anchored)
		return false;
	for (size_t i = 0; i < name->n; i++)
		if (!byte_is_alpha(name->p[i]) && !byte_is_digit(name->p[i]) &&
			name->p[i] != '-' && name->p[i] != '_')
			return false;
	return name->n != 0;
}

/* -v, -f, -c and others would turn the question round. */
static bool is_plain_grep(struct str options)
{
	if (str_starts(options, STR("--")))
		return str_eq(options, STR("--quiet")) ||
			str_eq(options, STR("--silent"));
	for (size_t i = 1; i < options.n; i++)
		if (!memchr("qEFswx", options.p[i], 6))
			return false;
	return true;
}

static enum answer grep_answer(const struct call *call)
{
	struct str words[2], name, word;
	size_t n = 0;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word))
			return ANSWER_MAYBE;
		if (str_starts(word, STR("-")) && word.n > 1) {
			if (!is_plain_grep(word))
				return ANSWER_MAYBE;
			continue;
		}
		if (n == 2)
			return ANSWER_MAYBE;
		words[n++] = word;
	}
	if (n != 2 || !pattern_name(words[0], &name))
		return ANSWER_MAYBE;
	if (str_eq(words[1], STR("/etc/passwd")))
		return user_answer(call, name);
	if (str_eq(words[1], STR("/etc/group")))
		return group_answer(call, name);
	return ANSWER_MAYBE;
}

static enum answer program_answer(const struct call *call)
{
	enum answer all = ANSWER_YES;
	struct str word;

	for (size_t i = 1; i < call->argv.n; i++) {
		if (!call_word(call, i, &word))
			return ANSWER_MAYBE;
		if (str_starts(word, STR("-")))
			continue;
		all = answer_and(all, tool_present(call->run, path_base(word)));
	}
	return all;
}

static enum answer no(const struct call *call)
{
	(void)call;
	return ANSWER_NO;
}

static enum answer yes(const struct call *call)
{
	(void)call;
	return ANSWER_YES;
}

static enum answer unknowable(const struct call *call)
{
	(void)call;
	return ANSWER_MAYBE;
}

static const struct {
	struct str name;
	enum answer (*answer)(const struct call *call);
} questions[] = {
	{STR_INIT("test"), test_answer},
	{STR_INIT("["), test_answer},
	{STR_INIT("[["), test_answer},
	{STR_INIT("(("), unknowable},
	{STR_INIT("true"), yes},
	{STR_INIT(":"), yes},
	{STR_INIT("false"), no},
	{STR_INIT("id"), id_answer},
	{STR_INIT("getent"), getent_answer},
	{STR_INIT("grep"), grep_answer},
	{STR_INIT("egrep"), grep_answer},
	{STR_INIT("command"), program_answer},
	{STR_INIT("which"), program_answer},
	{STR_INIT("type"), program_answer},
	{STR_INIT("hash"), program_answer},
	{STR_INIT("diff"), unknowable},
	{STR_INIT("cmp"), unknowable},
	{STR_INIT("ping"), unknowable},
	{STR_INIT("mountpoint"), unknowable},
	{STR_INIT("pgrep"), unknowable},
	{STR_INIT("expr"), unknowable},
	{STR_INIT("let"), unknowable},
};

enum outcome question_answer(struct call *call, bool *is_question)
{
	*is_question = true;
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (str_eq(call->tool, questions[i].name))
			return outcome_of(questions[i].answer(call));
	*is_question = false;
	return OUTCOME_DONE;
}
