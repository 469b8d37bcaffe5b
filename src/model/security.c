/*
 * One element of security_opt, read as the engines read it: "NAME=TEXT", "NAME:TEXT",
 * or a bare word.
 */
#include "model/run.h"

static const struct security_name {
	struct str name;
	enum security_kind kind;
} security_names[] = {
	{STR_INIT("no-new-privileges"), SECURITY_NO_NEW_PRIVILEGES},
	{STR_INIT("seccomp"), SECURITY_SECCOMP},
	{STR_INIT("apparmor"), SECURITY_APPARMOR},
	{STR_INIT("label"), SECURITY_LABEL},
	{STR_INIT("systempaths"), SECURITY_SYSTEMPATHS},
	{STR_INIT("mask"), SECURITY_MASK},
	{STR_INIT("unmask"), SECURITY_UNMASK},
	{STR_INIT("proc-opts"), SECURITY_PROC_OPTS},
	{STR_INIT("credentialspec"), SECURITY_CREDENTIALSPEC},
	{STR_INIT("writable-cgroups"), SECURITY_WRITABLE_CGROUPS},
};

/* What is known of the value's beginning: all of it, or up to the first variable. */
static struct str known_head(struct arena *a, struct value v)
{
	struct value head = v;
	struct str text = STR_NONE;

	head.n = 0;
	while (head.n < v.n && v.at[head.n].kind != SEGMENT_UNKNOWN)
		head.n++;
	(void)value_str(a, head, &text);
	return text;
}

static enum security_kind kind_of(struct str name)
{
	for (size_t i = 0; i < sizeof(security_names) / sizeof(security_names[0]); i++)
		if (str_eq(name, security_names[i].name))
			return security_names[i].kind;
	return SECURITY_OTHER;
}

/* The bytes of v from its offset'th on; where that cannot be told, all of them. */
static struct span span_from(struct value v, size_t offset, struct span whole)
{
	size_t i = 0;
	struct span first;

	while (i < v.n && v.at[i].kind != SEGMENT_UNKNOWN && offset >= v.at[i].text.n)
		offset -= v.at[i++].text.n;
	if (i == v.n)
		return whole;
	first = v.at[i].span;
	if (offset &&
		(v.at[i].kind != SEGMENT_LITERAL || first.length != v.at[i].text.n))
		return whole;
	first = span_of(first.file, first.offset + offset, first.length - offset);
	return i + 1 < v.n ? span_join(first, v.at[v.n - 1].span) : first;
}

void security_option_read(
	struct arena *a, struct value v, struct span span, struct security_option *out)
{
	struct str head = known_head(a, v);
	size_t at = str_find(head, '=');

	*out = (struct security_option){.kind = SECURITY_OTHER,
		.know = value_is_known(v) ? FACT_SET : FACT_UNKNOWN,
		.value = v,
		.is_there = ANSWER_MAYBE,
		.span = span,
		.text_span = span};
	if (at == head.n)
		at = str_find(head, ':');
	if (at < head.n) {
		out->separator = head.p[at];
		out->text_span = span_from(v, at + 1, span);
		if (out->know == FACT_SET)
			out->text = str_from(head, at + 1);
	} else if (out->know == FACT_UNKNOWN) {
		return; /* the name itself hangs on the variable */
	}
	out->name = str_sub(head, 0, at);
	out->kind = kind_of(out->name);
	out->has_quotes =
		out->text.n && (out->text.p[0] == '"' || out->text.p[0] == '\'');
	if (!out->separator && str_eq(out->name, STR("disable"))) {
		out->kind = SECURITY_LABEL; /* what it was before it got a name */
		out->text = out->name;
	} else if (!out->separator && out->kind == SECURITY_NO_NEW_PRIVILEGES) {
		out->text = STR("true");
	} else if (!out->separator || (out->know == FACT_SET && !out->text.n)) {
		out->kind = SECURITY_OTHER;
	} else if (out->kind == SECURITY_SYSTEMPATHS && out->know == FACT_SET &&
		(out->separator != '=' || !str_eq(out->text, STR("unconfined")))) {
		out->kind =
			SECURITY_OTHER; /* the client takes just that one spelling */
	}
}
