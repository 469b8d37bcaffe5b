#include "syntax/dockerfile_dump.h"

#include "base/utf8.h"
#include "syntax/space.h"

static void dump_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_char(out, byte_lower(s.p[i]));
}

/* A byte of ASCII as Go's strconv.Quote writes it. */
static void dump_ascii(struct buf *out, char c)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";
	const char *p = c ? memchr(from, c, sizeof(from) - 1) : NULL;

	if (p)
		buf_printf(out, "\\%c", to[p - from]);
	else if (c < ' ' || c == 0x7f)
		buf_printf(out, "\\x%02x", (unsigned char)c);
	else
		buf_char(out, c);
}

static void dump_quoted(struct buf *out, struct str s)
{
	buf_char(out, '"');
	while (s.n) {
		size_t n = utf8_length(s);

		if (n == 1)
			dump_ascii(out, s.p[0]);
		else if (n == 2 && space_length(s))
			buf_printf(out, "\\u%04x", 0x80 | (s.p[1] & 0x3f));
		else if (n)
			buf_add(out, str_sub(s, 0, n));
		else
			buf_printf(out, "\\x%02x", (unsigned char)s.p[0]);
		s = str_from(s, n ? n : 1);
	}
	buf_char(out, '"');
}

static void dump_value(struct buf *out, struct str s)
{
	buf_char(out, ' ');
	dump_quoted(out, s);
}

/* Flags as BuildKit keeps them: the word without quotes. */
static void dump_flags(struct buf *out, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->flag_count; i++) {
		const struct dockerfile_flag *flag = &in->flags[i];
		struct str word =
			arena_printf(out->arena, "--%.*s%s%.*s", STR_ARG(flag->name.s),
				flag->has_value ? "=" : "", STR_ARG(flag->value.s));

		buf_add(out, i ? STR(" ") : STR(" ["));
		dump_quoted(out, word);
	}
	if (in->flag_count)
		buf_char(out, ']');
}

static void dump_pairs(struct buf *out, const struct dockerfile_instruction *in)
{
	for (uint32_t i = 0; i < in->pair_count; i++) {
		dump_value(out, in->pairs[i].key.s);
		dump_value(out, in->pairs[i].value.s);
		dump_value(out, in->pairs[i].is_legacy ? STR("") : STR("="));
	}
}

static void dump_instruction(struct buf *out, const struct dockerfile_instruction *in)
{
	bool has_triples = in->pair_count && !in->arg_count;

	buf_char(out, '(');
	dump_lower(out, span_str(in->keyword_span));
	dump_flags(out, in);
	if (in->keyword == DOCKERFILE_NONE)
		dump_value(out, STR_NONE);
	if (in->health_type.s.n)
		dump_value(out, in->health_type.s);
	if (has_triples)
		dump_pairs(out, in);
	for (uint32_t i = 0; i < in->arg_count; i++)
		dump_value(out, in->args[i].s);
	if (in->trigger) {
		buf_char(out, ' ');
		dump_instruction(out, in->trigger);
	}
	buf_char(out, ')');
}

void dockerfile_dump(const struct dockerfile *df, struct buf *out)
{
	for (uint32_t i = 0; i < df->instruction_count; i++) {
		if (i)
			buf_char(out, '\n');
		dump_instruction(out, &df->instructions[i]);
	}
}
