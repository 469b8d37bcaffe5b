/*
 * What is written: scalars in the quotes that YAML and the file want, and the edits.
 */
#include "source/compose_raise.h"

struct str raise_escape(struct arena *a, struct str value)
{
	struct buf out = {.arena = a};

	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '$')
			buf_char(&out, '$');
		buf_char(&out, value.p[i]);
	}
	return buf_str(&out);
}

/* ---- what a plain scalar may say ---- */

static bool is_one_of(char c, struct str set)
{
	return str_find(set, c) < set.n;
}

/* Words that some reader of YAML takes for something else than a string. */
static bool is_word_of_yaml(struct str s)
{
	static const char *const words[] = {"y", "n", "yes", "no", "on", "off", "true",
		"false", "null", "~", ".inf", "-.inf", "+.inf", ".nan", "=", "<<"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_eq_nocase(s, str_c(words[i])))
			return true;
	return false;
}

/*
 * Numbers of YAML 1.1 and 1.2, dates, and "1777:1777", which 1.1 reads to the base of
 * sixty: whatever begins like a number and holds only what numbers and times are made of.
 */
static bool looks_like_number(struct str s)
{
	size_t dots = 0, i = 0;

	if (str_starts(s, STR("0x")) || str_starts(s, STR("0o")))
		return true;
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	if (i >= s.n || !(byte_is_digit(s.p[i]) || s.p[i] == '.'))
		return false;
	for (; i < s.n; i++) {
		dots += s.p[i] == '.';
		if (!byte_is_digit(s.p[i]) && !is_one_of(s.p[i], STR("._:-+eETtZz ")))
			return false;
	}
	return dots < 2;
}

static bool is_plain_byte(char c)
{
	return (unsigned char)c >= ' ' && c != 0x7f;
}

static bool may_be_plain(struct str s, bool in_flow)
{
	if (!s.n || byte_is_space(s.p[0]) || byte_is_space(s.p[s.n - 1]) ||
		s.p[s.n - 1] == ':' || is_one_of(s.p[0], STR("-?:,[]{}#&*!|>'\"%@`")))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool is_last = i + 1 == s.n;

		if (!is_plain_byte(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
			return false;
		if (in_flow && is_one_of(s.p[i], STR(",[]{}:")))
			return false;
		if (s.p[i] == ':' && !is_last && byte_is_blank(s.p[i + 1]))
			return false;
		if (s.p[i] == '#' && i && byte_is_blank(s.p[i - 1]))
			return false;
	}
	return !is_word_of_yaml(s) && !looks_like_number(s);
}

static bool may_be_single(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_plain_byte(s.p[i]))
			return false;
	return true;
}

/* ---- quotes ---- */

static struct str inside_double(struct arena *a, struct str s)
{
	struct buf out = {.arena = a};

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_printf(&out, "\\%c", s.p[i]);
		else if (s.p[i] == '\n')
			buf_add(&out, STR("\\n"));
		else if (!is_plain_byte(s.p[i]))
			buf_printf(&out, "\\x%02x", (unsigned char)s.p[i]);
		else
			buf_char(&out, s.p[i]);
	return buf_str(&out);
}

static struct str inside_single(struct arena *a, struct str s)
{
	struct buf out = {.arena = a};

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_char(&out, '\'');
		buf_char(&out, s.p[i]);
	}
	return buf_str(&out);
}

static struct str quoted(struct arena *a, struct str s, bool single)
{
	if (single && may_be_single(s))
		return arena_printf(a, "'%.*s'", STR_ARG(inside_single(a, s)));
	return arena_printf(a, "\"%.*s\"", STR_ARG(inside_double(a, s)));
}

static struct str scalar_of(const struct raise_place *p, struct str s, bool in_flow)
{
	if (!p->style.is_json && may_be_plain(s, in_flow))
		return s;
	return quoted(p->r->arena, s, p->style.quotes_single && !p->style.is_json);
}

struct str raise_scalar(const struct raise_place *p, struct str value, bool in_flow)
{
	return scalar_of(p, raise_escape(p->r->arena, value), in_flow);
}

/* Keys whose value is no string. */
static bool is_typed(struct str key)
{
	static const char *const keys[] = {"init", "mem_swappiness", "oom_kill_disable",
		"oom_score_adj", "pids_limit", "privileged", "read_only", "scale",
		"stdin_open", "tty"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (str_eq(key, str_c(keys[i])))
			return true;
	return false;
}

static bool is_typed_value(struct str value)
{
	size_t i = str_starts(value, STR("-"));

	if (str_eq(value, STR("true")) || str_eq(value, STR("false")))
		return true;
	for (; i < value.n; i++)
		if (!byte_is_digit(value.p[i]))
			return false;
	return value.n > 0;
}

struct str raise_value(
	const struct raise_place *p, struct str key, struct str value, bool in_flow)
{
	if (is_typed(key) && is_typed_value(value))
		return value;
	return raise_scalar(p, value, in_flow);
}

/* ---- edits ---- */

/* How deep the first line stands that bytes bring: its blanks, and one for a dash. */
static uint32_t depth_of(struct str bytes)
{
	struct str line = str_trim_left(bytes);
	uint32_t blanks = 0;

	for (size_t at = bytes.n - line.n; at && bytes.p[at - 1] == ' '; at--)
		blanks++;
	return blanks + str_starts(line, STR("- "));
}

void raise_insert(struct raise_place *p, uint32_t offset, struct str bytes)
{
	struct edits *out = p->r->out;
	uint32_t depth = depth_of(bytes);
	size_t i = 0, n = out->n;
	struct edit edit;

	raise_edit(p->r, span_of(p->file, offset, 0), bytes);
	while (i < n &&
		(out->at[i].file != p->file || out->at[i].offset != offset ||
			out->at[i].length || depth_of(out->at[i].bytes) >= depth))
		i++;
	edit = out->at[n];
	for (; n > i; n--)
		out->at[n] = out->at[n - 1];
	out->at[i] = edit;
}

struct edit *raise_pending(const struct raise_place *p, uint32_t offset)
{
	vec_each (struct edit, e, p->r->out)
		if (e->file == p->file && e->offset <= offset &&
			offset < e->offset + e->length)
			return e;
	return NULL;
}

bool raise_replace(struct raise_place *p, const struct yaml *node, struct str value)
{
	struct arena *a = p->r->arena;
	struct str escaped = raise_escape(a, value), bytes;

	/* Its lines, and a tag other than that of what is written, decide what it means. */
	if (node->style == YAML_LITERAL || node->style == YAML_FOLDED ||
		(node->tag.n && !str_eq(node->tag, STR("!!str"))))
		return false;
	if (node->style == YAML_SINGLE_QUOTED || node->style == YAML_DOUBLE_QUOTED)
		bytes = quoted(a, escaped, node->style == YAML_SINGLE_QUOTED);
	else
		bytes = scalar_of(p, escaped, false);
	raise_edit(p->r, node->span, bytes);
	return true;
}

/* The line of a plain scalar with the new bytes in it. */
static struct str spliced(struct arena *a, const struct yaml *node, uint32_t from,
	uint32_t length, struct str value)
{
	struct str bytes = span_str(node->span);
	uint32_t at = from - node->span.offset;

	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(bytes, 0, at)),
		STR_ARG(value), STR_ARG(str_from(bytes, at + length)));
}

/* It may stand in a flow collection, for all that is known here. */
bool raise_breaks_flow(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (is_one_of(value.p[i], STR(",[]{}")))
			return true;
	return false;
}

bool raise_splice(struct raise_place *p, const struct yaml *node, uint32_t from,
	uint32_t length, struct str value)
{
	struct arena *a = p->r->arena;
	struct span at = span_of(p->file, from, length);
	struct str whole;

	switch (node->style) {
	case YAML_DOUBLE_QUOTED:
		raise_edit(p->r, at, inside_double(a, value));
		return true;
	case YAML_SINGLE_QUOTED:
		if (!may_be_single(value))
			return false;
		raise_edit(p->r, at, inside_single(a, value));
		return true;
	case YAML_PLAIN:
		whole = spliced(a, node, from, length, value);
		if (str_find(whole, '\n') < whole.n)
			return false;
		if (may_be_plain(whole, false) && !raise_breaks_flow(value))
			raise_edit(p->r, at, value);
		else
			raise_edit(p->r, node->span,
				quoted(a, whole, p->style.quotes_single));
		return true;
	case YAML_LITERAL:
		if (!may_be_single(value) || byte_is_space(value.n ? value.p[0] : ' '))
			return false;
		raise_edit(p->r, at, value);
		return true;
	case YAML_FOLDED:
	case YAML_BLOCK:
	case YAML_FLOW:
		break;
	}
	return false;
}
