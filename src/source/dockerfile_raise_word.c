/*
 * Words of an instruction, spelled as their reader takes the quotes off: JSON, a shell or
 * the builder.
 */
#include "source/dockerfile_raise.h"

#include "base/buf.h"

/* What kind of text a word stands in: who takes its quotes off. */
enum reader { READER_JSON, READER_SHELL, READER_BUILDER };

static const struct dockerfile_instruction *inner(
	const struct dockerfile_instruction *in)
{
	return in->trigger ? in->trigger : in;
}

static enum reader reader_of(const struct dockerfile_place *p)
{
	const struct dockerfile_instruction *in = inner(p->in);

	if (in->is_exec)
		return READER_JSON;
	switch (in->keyword) {
	case DOCKERFILE_RUN:
	case DOCKERFILE_CMD:
	case DOCKERFILE_ENTRYPOINT:
	case DOCKERFILE_HEALTHCHECK:
		return READER_SHELL;
	default:
		return READER_BUILDER;
	}
}

static struct str json_text(struct arena *a, struct str value)
{
	struct buf out = {.arena = a};

	buf_json(&out, value);
	return buf_str(&out);
}

/* 'value' for a shell, "value" for the builder; a quote in it goes in as each reads it. */
static struct str quoted(
	const struct dockerfile_place *p, enum reader reader, struct str value)
{
	struct buf out = {.arena = p->r->arena};
	char quote = reader == READER_SHELL ? '\'' : '"';

	buf_char(&out, quote);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (reader == READER_SHELL && c == '\'') {
			buf_add(&out, STR("'\\''"));
			continue;
		}
		if (reader == READER_BUILDER &&
			(c == '"' || c == '$' || c == p->df->escape))
			buf_char(&out, p->df->escape);
		buf_char(&out, c);
	}
	buf_char(&out, quote);
	return buf_str(&out);
}

static bool is_edge(struct str bytes, size_t at)
{
	return at >= bytes.n || byte_is_space(bytes.p[at]) ||
		str_find(STR(";&|()<>"), bytes.p[at]) < 7;
}

/* Does a word of its own stand there, without anything glued to it? */
static bool is_whole_word(const struct dockerfile_place *p)
{
	struct str bytes = p->df->file->bytes;
	struct span at = p->change->at;

	return (!at.offset || is_edge(bytes, at.offset - 1)) &&
		is_edge(bytes, span_stop(at));
}

/* Is it the inside of a JSON string, between its quotes? */
static bool is_inside_quotes(const struct dockerfile_place *p)
{
	struct str bytes = p->df->file->bytes;
	struct span at = p->change->at;

	return at.offset && bytes.p[at.offset - 1] == '"' && span_stop(at) < bytes.n &&
		bytes.p[span_stop(at)] == '"';
}

/* Does the old word bring its own quotes? Then they are what is replaced. */
static bool has_quotes(struct str old)
{
	return old.n > 1 && (old.p[0] == '"' || old.p[0] == '\'') &&
		old.p[old.n - 1] == old.p[0];
}

/* How value is spelled where the old bytes stand; false when that is not clear. */
static bool spell(const struct dockerfile_place *p, struct str old, struct str *out)
{
	enum reader reader = reader_of(p);
	struct str value = p->change->value;
	struct str json = json_text(p->r->arena, value);

	if (reader == READER_JSON) {
		*out = has_quotes(old) ? json : str_sub(json, 1, json.n - 2);
		return true;
	}
	if (raise_is_bare(value)) {
		*out = has_quotes(old) ? arena_printf(p->r->arena, "%c%.*s%c", old.p[0],
						 STR_ARG(value), old.p[0])
				       : value;
		return true;
	}
	*out = quoted(p, reader, value);
	return has_quotes(old) || is_whole_word(p);
}

static bool refuse_spelling(struct dockerfile_place *p)
{
	return raise_refuse(p->r, "Write `%.*s` into line %u by hand.",
		STR_ARG(p->change->value), span_start(p->change->at).line);
}

/* One more word behind the one at `at`. */
static bool add_word(struct dockerfile_place *p)
{
	struct str old = span_str(p->change->at), text;
	uint32_t at = span_stop(p->change->at);

	if (reader_of(p) == READER_JSON) {
		text = arena_printf(p->r->arena, ", %.*s",
			STR_ARG(json_text(p->r->arena, p->change->value)));
		if (is_inside_quotes(p) && !has_quotes(old))
			at++;
	} else if (raise_is_bare(p->change->value)) {
		text = arena_printf(p->r->arena, " %.*s", STR_ARG(p->change->value));
	} else {
		text = arena_printf(p->r->arena, " %.*s",
			STR_ARG(quoted(p, reader_of(p), p->change->value)));
	}
	if (!is_edge(p->df->file->bytes, at) && reader_of(p) != READER_JSON)
		return refuse_spelling(p);
	raise_edit(p->r, dockerfile_here(p, at, 0), text);
	return true;
}

/* The word with the blanks in front of it; in a JSON list, with its comma. */
static bool remove_word(struct dockerfile_place *p)
{
	struct str bytes = p->df->file->bytes;
	uint32_t from = p->change->at.offset, to = span_stop(p->change->at);

	if (reader_of(p) == READER_JSON) {
		if (is_inside_quotes(p) && !has_quotes(span_str(p->change->at)))
			from--, to++;
		while (from && byte_is_blank(bytes.p[from - 1]))
			from--;
		if (!from || bytes.p[from - 1] != ',')
			return refuse_spelling(p);
		from--;
	} else {
		if (!is_whole_word(p))
			return refuse_spelling(p);
		while (from && byte_is_blank(bytes.p[from - 1]))
			from--;
	}
	raise_edit(p->r, dockerfile_here(p, from, to - from), STR_NONE);
	return true;
}

static bool set_word(struct dockerfile_place *p)
{
	struct str old = span_str(p->change->at), text;

	if (!spell(p, old, &text))
		return refuse_spelling(p);
	if (!str_eq(old, text))
		raise_edit(p->r, p->change->at, text);
	return true;
}

bool dockerfile_raise_word(struct dockerfile_place *p)
{
	struct str old = span_str(p->change->at);

	if (span_stop(p->change->at) > span_stop(p->in->span))
		return raise_refuse(p->r,
			"Line %u holds more than one instruction "
			"can: change it by hand.",
			span_start(p->in->span).line);
	if (p->change->op != CHANGE_ADD && dockerfile_has_variable(old))
		return dockerfile_refuse_variable(p, old);
	switch (p->change->op) {
	case CHANGE_ADD:
		return add_word(p);
	case CHANGE_REMOVE:
		return remove_word(p);
	case CHANGE_SET:
		break;
	}
	return set_word(p);
}
