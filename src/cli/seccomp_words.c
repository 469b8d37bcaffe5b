/* Calls, conditions and rules in words, for people and for programs. */
#include "cli/seccomp.h"

unsigned call_width(const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	unsigned count = CALL_ARGUMENTS;

	while (count && !call->args[count - 1] &&
		(row == CALL_NONE || !call_argument(row, arch, count - 1).bits))
		count--;
	return count;
}

void call_write(struct buf *out, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	size_t rows;

	if (row == CALL_NONE)
		buf_printf(out, "call %u(", call->nr);
	else
		buf_printf(out, "%.*s(", STR_ARG(call_rows(&rows)[row].name));
	for (unsigned i = 0; i < call_width(call); i++)
		buf_printf(out, call->args[i] < 10 ? "%s%llu" : "%s0x%llx",
			i ? ", " : "", (unsigned long long)call->args[i]);
	buf_char(out, ')');
}

static void number_write(struct buf *out, uint64_t n)
{
	buf_printf(out, n < 10 ? "%llu" : "0x%llx", (unsigned long long)n);
}

static const char *const operators[] = {
	[COMPARE_NE] = "!=",
	[COMPARE_LT] = "<",
	[COMPARE_LE] = "<=",
	[COMPARE_EQ] = "==",
	[COMPARE_GE] = ">=",
	[COMPARE_GT] = ">",
	[COMPARE_MASKED_EQ] = "==",
};

static void term_write(struct buf *out, unsigned index, enum compare compare,
	uint64_t mask, uint64_t value)
{
	buf_printf(out, "arg%u", index);
	if (mask != UINT64_MAX) {
		buf_add(out, STR(" & "));
		number_write(out, mask);
	}
	buf_printf(out, " %s ", operators[compare]);
	number_write(out, value);
}

void terms_write(struct buf *out, const struct ban_term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_add(out, i ? STR(" && ") : STR_NONE);
		term_write(out, terms[i].index, terms[i].compare, terms[i].mask,
			terms[i].value);
	}
}

void conditions_write(struct buf *out, const struct call_rule *rule)
{
	for (uint8_t i = 0; i < rule->count; i++) {
		const struct condition *c = &rule->conditions[i];

		buf_add(out, i ? STR(" && ") : STR_NONE);
		term_write(out, c->index, c->compare,
			c->compare == COMPARE_MASKED_EQ ? c->mask : UINT64_MAX,
			c->value);
	}
}

void place_write(struct buf *out, struct span span)
{
	if (span.file)
		buf_printf(out, "%.*s:%u", STR_ARG(span.file->path),
			span_start(span).line);
}

const struct call_rule *rule_deciding(
	const struct ruleset *rules, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	const struct call_rule *found = NULL;

	if (row == CALL_NONE || !(rules->arches >> arch & 1))
		return NULL;
	vec_each (const struct call_rule, r, &rules->rules) {
		bool holds = r->call == row && r->arches >> arch & 1 &&
			r->answer != rules->otherwise;

		for (uint8_t i = 0; holds && i < r->count; i++) {
			struct condition c = condition_on(&r->conditions[i], arch);

			holds = condition_holds(&c, call->args);
		}
		if (holds && (!found || (!r->count && found->count)))
			found = r;
	}
	return found;
}

/* What answered in one sentence, where no rule is about the call. */
static const char *default_text(const struct ruleset *rules, const struct bpf_call *c)
{
	int arch = arch_of(c->arch, c->nr);

	if (arch < 0 || !(rules->arches >> arch & 1))
		return "an arch that is not let in";
	if (call_of(arch, c->nr) == CALL_NONE)
		return "the default, for a number without a name";
	return "the default, for no rule is about these arguments";
}

void rule_text(struct buf *out, const struct subject *subject, const struct bpf_call *c)
{
	const struct call_rule *rule;
	size_t rows;

	if (!subject_has_rules(subject))
		return;
	rule = rule_deciding(&subject->rules, c);
	if (!rule) {
		buf_add(out, str_c(default_text(&subject->rules, c)));
		return;
	}
	if (rule->at.file) {
		place_write(out, rule->at);
		buf_add(out, STR(": "));
	}
	buf_add(out, call_rows(&rows)[rule->call].name);
	buf_char(out, ' ');
	buf_add(out, action_text(out->arena, rule->answer));
	if (rule->count)
		buf_add(out, STR(" when "));
	conditions_write(out, rule);
}

void rule_json(struct buf *out, const struct subject *subject, const struct bpf_call *c)
{
	const struct call_rule *rule =
		subject_has_rules(subject) ? rule_deciding(&subject->rules, c) : NULL;
	struct buf text = {.arena = out->arena};

	buf_add(out, STR("\"rule\":"));
	if (!subject_has_rules(subject)) {
		buf_add(out, STR("null"));
		return;
	}
	rule_text(&text, subject, c);
	buf_add(out, STR("{\"text\":"));
	buf_json(out, buf_str(&text));
	if (rule && rule->at.file) {
		buf_add(out, STR(",\"file\":"));
		buf_json(out, rule->at.file->path);
		buf_printf(out, ",\"line\":%u", span_start(rule->at).line);
	}
	buf_char(out, '}');
}

void notes_json(struct buf *out, const struct subject *subject)
{
	static const char *const kinds[] = {[NOTE_FAULT] = "fault",
		[NOTE_IGNORED] = "ignored",
		[NOTE_WEAK] = "weak"};
	bool is_first = true;

	buf_printf(out, "\"missing\":%zu,\"notes\":[", subject->missing);
	vec_each (const struct profile_note, note, &subject->notes.list) {
		buf_printf(out, "%s{\"kind\":\"%s\"", is_first ? "\n" : ",\n",
			kinds[note->kind]);
		is_first = false;
		if (note->span.file)
			buf_printf(out, ",\"line\":%u,\"column\":%u",
				span_start(note->span).line,
				span_start(note->span).column);
		buf_add(out, STR(",\"text\":"));
		buf_json(out, note->text);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

void call_json(struct buf *out, const struct bpf_call *call)
{
	int arch = arch_of(call->arch, call->nr);
	int row = arch < 0 ? CALL_NONE : call_of(arch, call->nr);
	size_t rows;

	buf_add(out, STR("\"call\":{\"name\":"));
	if (row == CALL_NONE)
		buf_add(out, STR("null"));
	else
		buf_json(out, call_rows(&rows)[row].name);
	buf_add(out, STR(",\"arch\":"));
	if (arch < 0)
		buf_json(out, arena_printf(out->arena, "0x%x", call->arch));
	else
		buf_json(out, arch_info(arch)->name);
	buf_printf(out, ",\"nr\":%u,\"args\":[", call->nr);
	/* As text: readers of JSON round what needs more than 53 bits. */
	for (unsigned i = 0; i < CALL_ARGUMENTS; i++)
		buf_printf(out, "%s\"0x%llx\"", i ? "," : "",
			(unsigned long long)call->args[i]);
	buf_add(out, STR("]}"));
}

static int digit_of(char c)
{
	if (byte_is_digit(c))
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool number_read(struct str text, uint64_t *out)
{
	bool is_negative = str_starts(text, STR("-"));
	struct str digits = str_from(text, is_negative);
	uint64_t n = 0, base = 10;

	if (str_starts_nocase(digits, STR("0x"))) {
		base = 16;
		digits = str_from(digits, 2);
	} else if (str_starts(digits, STR("0")) && digits.n > 1) {
		base = 8;
		digits = str_from(digits, 1);
	}
	if (!digits.n || !digits.p)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		uint64_t digit = (uint64_t)digit_of(digits.p[i]);

		if (digit >= base || n > (UINT64_MAX - digit) / base)
			return false;
		n = n * base + digit;
	}
	*out = is_negative ? -n : n;
	return true;
}
