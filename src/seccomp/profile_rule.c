/* One element of "syscalls": names, an answer, conditions, and where it holds. */
#include "seccomp/profile_words.h"

enum { RULE_ARGUMENTS_MAX = 256 }; /* conditions that one rule may have */

#define KEYS(table) table, sizeof(table) / sizeof((table)[0])

/* What profiles call the arches for which Go and the engines have a name. */
static const struct str go_arches[] = {STR_INIT("386"), STR_INIT("amd64"),
	STR_INIT("arm"), STR_INIT("arm64"), STR_INIT("loong64"),
	STR_INIT("loongarch64"), STR_INIT("mips"), STR_INIT("mips3l64n32"),
	STR_INIT("mips64"), STR_INIT("mips64le"), STR_INIT("mips64n32"),
	STR_INIT("mipsel"), STR_INIT("mipsel64"), STR_INIT("mipsel64n32"),
	STR_INIT("mipsle"), STR_INIT("ppc"), STR_INIT("ppc64"), STR_INIT("ppc64le"),
	STR_INIT("riscv64"), STR_INIT("s390"), STR_INIT("s390x"), STR_INIT("x32"),
	STR_INIT("x86")};

static bool is_go_arch(struct str name)
{
	for (size_t i = 0; i < sizeof(go_arches) / sizeof(go_arches[0]); i++)
		if (str_eq(name, go_arches[i]))
			return true;
	return false;
}

/* The engines compare these words byte for byte: another spelling never matches. */
static void check_filter(struct profile_reader *r, const struct profile_filter *filter)
{
	vec_each (const struct profile_word, cap, &filter->caps) {
		int number = capability_find(cap->text);

		if (number < 0)
			profile_note(r->arena, r->notes, NOTE_IGNORED, cap->span,
				"'%.*s' is no capability, so no container ever has it",
				STR_ARG(cap->text));
		else if (!str_starts(cap->text, STR("CAP_")) ||
			!str_eq(str_from(cap->text, 4), capability_name(number)))
			profile_note(r->arena, r->notes, NOTE_IGNORED, cap->span,
				"engines know this capability as CAP_%.*s only, so "
				"'%.*s' never matches",
				STR_ARG(capability_name(number)), STR_ARG(cap->text));
	}
	vec_each (const struct profile_word, arch, &filter->arches)
		if (!is_go_arch(arch->text))
			profile_note(r->arena, r->notes, NOTE_IGNORED, arch->span,
				"'%.*s' is no architecture as Go names them (amd64, "
				"arm64), so it never matches",
				STR_ARG(arch->text));
}

static void read_caps(struct profile_reader *r, const struct json *value, void *filter)
{
	profile_read_words(r, value, &((struct profile_filter *)filter)->caps);
}

static void read_arches(
	struct profile_reader *r, const struct json *value, void *filter)
{
	profile_read_words(r, value, &((struct profile_filter *)filter)->arches);
}

static const struct profile_key filter_keys[] = {
	{STR_INIT("caps"), read_caps},
	{STR_INIT("arches"), read_arches},
	{STR_INIT("minKernel"), profile_read_kernel},
};

static void read_filter(struct profile_reader *r, const struct json *value,
	struct profile_filter *filter)
{
	if (!profile_expect(r, value, JSON_OBJECT))
		return;
	profile_read_object(r, value, KEYS(filter_keys), filter);
	check_filter(r, filter);
}

/* A condition as it is written: what "value" means depends on "op". */
struct argument {
	uint64_t index, value, value_two;
	enum compare compare;
	bool has_compare;
	struct span index_span, value_span, two_span;
};

static void read_index(
	struct profile_reader *r, const struct json *value, void *argument)
{
	struct argument *out = argument;

	out->index_span = value->span;
	profile_read_u64(r, value, &out->index);
}

static void read_value(
	struct profile_reader *r, const struct json *value, void *argument)
{
	struct argument *out = argument;

	out->value_span = value->span;
	profile_read_u64(r, value, &out->value);
}

static void read_value_two(
	struct profile_reader *r, const struct json *value, void *argument)
{
	struct argument *out = argument;

	out->two_span = value->span;
	profile_read_u64(r, value, &out->value_two);
}

static void read_compare(
	struct profile_reader *r, const struct json *value, void *argument)
{
	struct argument *out = argument;

	out->has_compare = true;
	profile_read_compare(r, value, &out->compare);
}

static const struct profile_key argument_keys[] = {
	{STR_INIT("index"), read_index},
	{STR_INIT("value"), read_value},
	{STR_INIT("valueTwo"), read_value_two},
	{STR_INIT("op"), read_compare},
};

/* libseccomp drops bits of the value that the mask does not have (src/db.c). */
static struct condition masked(
	struct profile_reader *r, const struct argument *argument)
{
	if (!argument->value)
		profile_note(r->arena, r->notes, NOTE_WEAK, argument->value_span,
			"the mask is 0, so that this always holds: the mask stands in "
			"value, what must be left of the argument in valueTwo");
	else if (argument->value_two & ~argument->value)
		profile_note(r->arena, r->notes, NOTE_WEAK, argument->two_span,
			"has bits that the mask 0x%llx has not: libseccomp drops them",
			(unsigned long long)argument->value);
	return (struct condition){(uint8_t)argument->index, COMPARE_MASKED_EQ,
		argument->value_two & argument->value, argument->value};
}

static void add_argument(struct profile_reader *r, struct profile_rule *rule,
	const struct json *value, const struct argument *argument)
{
	struct profile_condition *new;

	for (size_t i = 0; i < rule->conditions.n; i++)
		rule->has_twice |=
			rule->conditions.at[i].condition.index == argument->index;
	new = vec_push(r->arena, &rule->conditions);
	new->span = value->span;
	if (argument->compare == COMPARE_MASKED_EQ) {
		new->condition = masked(r, argument);
		return;
	}
	new->condition = (struct condition){(uint8_t)argument->index, argument->compare,
		argument->value, UINT64_MAX};
	if (argument->value_two)
		profile_note(r->arena, r->notes, NOTE_IGNORED, argument->two_span,
			"valueTwo counts for SCMP_CMP_MASKED_EQ only");
}

static void read_argument(
	struct profile_reader *r, const struct json *value, struct profile_rule *rule)
{
	struct argument argument = {.value_span = value->span};
	size_t before = r->faults;

	if (!profile_expect(r, value, JSON_OBJECT))
		return;
	profile_read_object(r, value, KEYS(argument_keys), &argument);
	if (argument.index >= CALL_ARGUMENTS)
		profile_fault(r, argument.index_span,
			"a call has the arguments 0 to %d, none with this index",
			CALL_ARGUMENTS - 1);
	if (!argument.has_compare)
		profile_fault(r, value->span, "expected \"op\": how to compare");
	if (r->faults == before)
		add_argument(r, rule, value, &argument);
}

/* "name" and "names" of a rule, until it is clear that not both are there. */
struct named {
	struct profile_rule *rule;
	struct profile_word name;
};

static void read_name(struct profile_reader *r, const struct json *value, void *named)
{
	profile_read_word(r, value, &((struct named *)named)->name);
}

static void read_names(struct profile_reader *r, const struct json *value, void *named)
{
	profile_read_words(r, value, &((struct named *)named)->rule->names);
}

static void read_action(struct profile_reader *r, const struct json *value, void *named)
{
	profile_read_action(r, value, &((struct named *)named)->rule->answer);
}

static void read_errno_number(
	struct profile_reader *r, const struct json *value, void *named)
{
	profile_read_errno_number(r, value, &((struct named *)named)->rule->answer);
}

static void read_errno_name(
	struct profile_reader *r, const struct json *value, void *named)
{
	profile_read_errno_name(r, value, &((struct named *)named)->rule->answer);
}

static void read_arguments(
	struct profile_reader *r, const struct json *value, void *named)
{
	struct profile_rule *out = ((struct named *)named)->rule;

	if (!profile_expect(r, value, JSON_ARRAY))
		return;
	out->conditions.n = 0;
	out->has_twice = false;
	if (value->count > RULE_ARGUMENTS_MAX) {
		profile_fault(r, value->span, "more than %d conditions in one rule",
			RULE_ARGUMENTS_MAX);
		return;
	}
	for (uint32_t i = 0; i < value->count; i++)
		read_argument(r, &value->items[i], out);
}

static void read_includes(
	struct profile_reader *r, const struct json *value, void *named)
{
	read_filter(r, value, &((struct named *)named)->rule->includes);
}

static void read_excludes(
	struct profile_reader *r, const struct json *value, void *named)
{
	read_filter(r, value, &((struct named *)named)->rule->excludes);
}

static const struct profile_key rule_keys[] = {
	{STR_INIT("names"), read_names},
	{STR_INIT("action"), read_action},
	{STR_INIT("errnoRet"), read_errno_number},
	{STR_INIT("args"), read_arguments},
	/* What only a profile has: an engine decides it before it writes a config.json. */
	{STR_INIT("name"), read_name},
	{STR_INIT("comment"), NULL},
	{STR_INIT("includes"), read_includes},
	{STR_INIT("excludes"), read_excludes},
	{STR_INIT("errno"), read_errno_name},
};

enum { OCI_RULE_KEYS = 4 };

static void check_name(struct profile_reader *r, const struct profile_word *name)
{
	struct str nearest;

	if (!name->text.n) {
		profile_fault(r, name->span, "an empty name: runc refuses the profile");
		return;
	}
	if (call_find(name->text) != CALL_NONE || call_is_foreign(name->text))
		return;
	nearest = r->notes->list.n < PROFILE_NOTES_MAX
		? profile_nearest_call(name->text)
		: STR_NONE;
	profile_note(r->arena, r->notes, NOTE_IGNORED, name->span,
		nearest.n
			? "no system call is called '%.*s': the engine leaves it out; "
			  "'%.*s' is one"
			: "no system call is called '%.*s': the engine leaves it out%.*s",
		STR_ARG(str_sub(name->text, 0, 60)), STR_ARG(nearest));
}

static void check_answer(struct profile_reader *r, const struct profile_rule *rule)
{
	const struct profile_answer *answer = &rule->answer;

	if (!answer->span.file) {
		profile_fault(r, rule->span, "expected \"action\": what to answer");
		return;
	}
	profile_check_answer(r, answer, "errnoRet");
	if (answer->kind != ACTION_NOTIFY)
		return;
	vec_each (const struct profile_word, name, &rule->names)
		if (str_eq(name->text, STR("write")))
			profile_fault(r, name->span,
				"SCMP_ACT_NOTIFY on write: runc refuses it, for it needs "
				"write itself to hand the listener over");
}

static void check_rule(struct profile_reader *r, const struct profile_rule *rule)
{
	if (!rule->names.n)
		profile_note(r->arena, r->notes, NOTE_IGNORED, rule->span,
			"a rule without names says nothing");
	vec_each (const struct profile_word, name, &rule->names)
		check_name(r, name);
	check_answer(r, rule);
	if (rule->has_twice)
		profile_note(r->arena, r->notes, NOTE_WEAK,
			vec_last(&rule->conditions)->span,
			"two conditions on argument %u: runc makes a rule of each of the "
			"%zu conditions, so that any of them is enough",
			vec_last(&rule->conditions)->condition.index,
			rule->conditions.n);
}

static bool has_room(struct profile_reader *r, const struct profile_rule *rule)
{
	r->names += rule->names.n;
	if (r->profile->rules.n < PROFILE_RULES_MAX && r->names <= PROFILE_NAMES_MAX)
		return true;
	profile_fault(r, rule->span, "more than %d rules or %d names: oakum stops here",
		PROFILE_RULES_MAX, PROFILE_NAMES_MAX);
	r->is_stopped = true;
	return false;
}

void profile_read_rule(struct profile_reader *r, const struct json *value)
{
	struct profile_rule rule = {.span = value->span};
	struct named named = {.rule = &rule};

	if (!profile_expect(r, value, JSON_OBJECT))
		return;
	profile_read_object(r, value, rule_keys,
		r->profile->form == PROFILE_OCI
			? OCI_RULE_KEYS
			: sizeof(rule_keys) / sizeof(rule_keys[0]),
		&named);
	if (named.name.text.n && rule.names.n)
		profile_fault(r, named.name.span,
			"both 'name' and 'names': engines take one of the two");
	else if (named.name.text.n)
		*vec_push(r->arena, &rule.names) = named.name;
	if (!has_room(r, &rule))
		return;
	check_rule(r, &rule);
	*vec_push(r->arena, &r->profile->rules) = rule;
}
