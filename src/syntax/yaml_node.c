/*
 * The productions, a function each, over the scanner's tokens. They take what libyaml's
 * own parser takes. A production that fails still closes its node over what it has read,
 * so that the one above may keep it; the level that goes on takes the next line.
 */
#include "syntax/yaml_read.h"

static bool is_absent(yaml_token_type_t type, unsigned behind)
{
	switch (type) {
	case YAML_BLOCK_ENTRY_TOKEN:
		return behind & YAML_BEHIND_ENTRY;
	case YAML_BLOCK_END_TOKEN:
		return behind & (YAML_BEHIND_ENTRY | YAML_BEHIND_KEY);
	case YAML_KEY_TOKEN:
		return behind & YAML_BEHIND_KEY;
	case YAML_VALUE_TOKEN:
		return behind & (YAML_BEHIND_KEY | YAML_BEHIND_FLOW_KEY);
	case YAML_FLOW_ENTRY_TOKEN:
	case YAML_FLOW_SEQUENCE_END_TOKEN:
	case YAML_FLOW_MAPPING_END_TOKEN:
		return behind & (YAML_BEHIND_FLOW | YAML_BEHIND_FLOW_KEY);
	default:
		return false;
	}
}

/* How long what stands at an offset is, roughly, for a sentence about it. */
uint32_t yaml_word_length(const struct yaml_reader *r, uint32_t offset)
{
	struct str rest = str_sub(str_from(r->file->bytes, offset), 0, 40);
	uint32_t n = 0;

	while (n < rest.n && !byte_is_space(rest.p[n]) && rest.p[n] != ':')
		n++;
	return n || !rest.n ? n : 1;
}

/*
 * Something else stands here than what was expected. Directly behind a quoted string on
 * several lines the string is to blame: its own quote is missing and it ended at
 * another's.
 */
bool yaml_fail_expected(struct yaml_reader *r, const char *what)
{
	const struct yaml_lexeme *t = yaml_peek(r);
	struct span quoted =
		span_of(r->file, r->last_start, r->last_end - r->last_start);
	struct str bytes;

	if (!t)
		return false;
	if (r->was_quoted && memchr(span_str(quoted).p, '\n', quoted.length))
		return yaml_fail(r, DIAG_YAML_SYNTAX,
			span_of(r->file, quoted.offset, 1),
			"the quote that opens here is closed on line %u, where something "
			"else follows; is one missing before that?",
			span_end(quoted).line);
	bytes = str_sub(
		str_from(r->file->bytes, t->start), 0, yaml_word_length(r, t->start));
	return yaml_fail(r, DIAG_YAML_SYNTAX, span_of(r->file, t->start, bytes.n),
		"%s%.*s%s stands here; expected was %s", bytes.n ? "'" : "the end",
		STR_ARG(bytes), bytes.n ? "'" : "", what);
}

/* In a block mapping, where a key or the end is awaited. */
static bool fail_key(struct yaml_reader *r)
{
	const struct yaml_lexeme *t = yaml_peek(r);
	uint32_t column = vec_last(&r->levels)->column;

	if (!t || t->type != YAML_BLOCK_MAPPING_START_TOKEN)
		return yaml_fail_expected(r, "a key of this mapping");
	return yaml_fail(r, DIAG_YAML_SYNTAX,
		span_of(r->file, t->start, yaml_word_length(r, t->start)),
		"this key begins in column %u, but the keys of its mapping in column %u",
		t->column + 1, column + 1);
}

bool yaml_count_node(struct yaml_reader *r, uint32_t at)
{
	if (r->nodes++ < YAML_NODES_MAX)
		return true;
	return yaml_stop(r, span_of(r->file, at, 0),
		"this YAML has more than %d values; the rest is unread",
		YAML_NODES_MAX);
}

/* A null that nobody wrote stands where its bytes would. */
void yaml_set_absent(struct yaml_reader *r, struct yaml *out)
{
	out->kind = YAML_SCALAR;
	out->style = YAML_PLAIN;
	out->span = span_of(r->file, r->last_end, 0);
	out->text = text_sub(&r->whole, r->last_end, 0);
}

bool yaml_read_value(struct yaml_reader *r, enum yaml_context context, unsigned behind,
	struct yaml *out)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	*out = (struct yaml){0};
	if (!t)
		return false;
	if (!is_absent(t->type, behind))
		return yaml_read_node(r, context, out);
	if (!yaml_count_node(r, r->last_end))
		return false;
	yaml_set_absent(r, out);
	return true;
}

/* pair = KEY [ node ] [ VALUE [ node ] ] */
static bool read_block_pair(struct yaml_reader *r)
{
	struct yaml key, value = {0};
	bool ok;

	if (!yaml_read_value(r, YAML_BELOW_KEY, YAML_BEHIND_KEY, &key) || !yaml_peek(r))
		return false;
	if (yaml_take(r, YAML_VALUE_TOKEN)) {
		ok = yaml_read_value(r, YAML_BELOW_KEY, YAML_BEHIND_KEY, &value);
	} else {
		yaml_set_absent(r, &value);
		ok = true;
	}
	return yaml_end_pair(r, ok, &key, &value);
}

static bool read_pairs(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		if (yaml_take(r, YAML_BLOCK_END_TOKEN))
			return true;
		if (t->type != YAML_KEY_TOKEN)
			return fail_key(r);
		yaml_note_current(r);
		yaml_skip(r);
		if (!read_block_pair(r))
			return false;
	}
	return false;
}

/* block_mapping = BLOCK-MAPPING-START { pair } BLOCK-END */
static bool read_block_mapping(struct yaml_reader *r, struct yaml *out)
{
	struct yaml_open open;
	bool ok = yaml_open_collection(r, YAML_MAPPING, YAML_LEVEL_MAPPING, out, &open);

	if (ok) {
		yaml_skip(r);
		do
			ok = read_pairs(r);
		while (!ok && yaml_goes_on(r, &open));
	}
	yaml_close_collection(r, &open);
	return ok;
}

static bool read_items(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		struct yaml item;
		bool ok;

		if (yaml_take(r, YAML_BLOCK_END_TOKEN))
			return true;
		if (t->type != YAML_BLOCK_ENTRY_TOKEN)
			return yaml_fail_expected(
				r, "a '-', as for the other items of this list");
		yaml_note_current(r);
		yaml_skip(r);
		ok = yaml_read_value(r, YAML_IN_BLOCK, YAML_BEHIND_ENTRY, &item);
		if (ok || yaml_is_read(&item))
			yaml_push_item(r, &item);
		if (!ok)
			return false;
	}
	return false;
}

/* block_sequence = BLOCK-SEQUENCE-START { ENTRY [ node ] } BLOCK-END */
static bool read_block_sequence(struct yaml_reader *r, struct yaml *out)
{
	struct yaml_open open;
	bool ok =
		yaml_open_collection(r, YAML_SEQUENCE, YAML_LEVEL_SEQUENCE, out, &open);

	if (ok) {
		yaml_skip(r);
		do
			ok = read_items(r);
		while (!ok && yaml_goes_on(r, &open));
	}
	yaml_close_collection(r, &open);
	return ok;
}

static bool read_indentless_items(struct yaml_reader *r)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		struct yaml item;
		bool ok;

		if (t->type != YAML_BLOCK_ENTRY_TOKEN)
			return true;
		yaml_note_current(r);
		yaml_skip(r);
		ok = yaml_read_value(
			r, YAML_IN_BLOCK, YAML_BEHIND_ENTRY | YAML_BEHIND_KEY, &item);
		if (ok || yaml_is_read(&item))
			yaml_push_item(r, &item);
		if (!ok)
			return false;
	}
	return false;
}

/* indentless_sequence = { ENTRY [ node ] }, below a key and no deeper */
static bool read_indentless(struct yaml_reader *r, struct yaml *out)
{
	struct yaml_open open;
	bool ok = yaml_open_collection(
		r, YAML_SEQUENCE, YAML_LEVEL_INDENTLESS, out, &open);

	if (ok)
		do
			ok = read_indentless_items(r);
		while (!ok && yaml_goes_on(r, &open));
	yaml_close_collection(r, &open);
	return ok;
}

static bool read_alias(struct yaml_reader *r, struct yaml *out)
{
	struct span span = yaml_token_span(r, yaml_peek(r));

	if (out->tag.n || out->anchor.length)
		return yaml_fail_expected(
			r, "a value behind the anchor or tag, not an alias");
	out->kind = YAML_ALIAS;
	out->span = span;
	out->anchor = span_of(r->file, span.offset + 1, span.length - 1);
	r->has_alias = true;
	yaml_skip(r);
	return true;
}

/* properties = [ ANCHOR ] [ TAG ] in any order, each at most once */
static bool read_properties(struct yaml_reader *r, struct yaml *out)
{
	const struct yaml_lexeme *t;

	while ((t = yaml_peek(r))) {
		if (t->type == YAML_ANCHOR_TOKEN && !out->anchor.length) {
			out->anchor =
				span_of(r->file, t->start + 1, t->end - t->start - 1);
		} else if (t->type == YAML_TAG_TOKEN && !out->tag.n) {
			out->tag_span = yaml_token_span(r, t);
			out->tag = span_str(out->tag_span);
		} else {
			return true;
		}
		yaml_skip(r);
	}
	return false;
}

static bool read_content(
	struct yaml_reader *r, enum yaml_context context, struct yaml *out)
{
	const struct yaml_lexeme *t = yaml_peek(r);

	switch (t->type) {
	case YAML_SCALAR_TOKEN:
		yaml_read_scalar(r, t, out);
		yaml_skip(r);
		return true;
	case YAML_FLOW_SEQUENCE_START_TOKEN:
		return yaml_read_flow_sequence(r, out);
	case YAML_FLOW_MAPPING_START_TOKEN:
		return yaml_read_flow_mapping(r, out);
	case YAML_BLOCK_SEQUENCE_START_TOKEN:
		if (context != YAML_IN_FLOW)
			return read_block_sequence(r, out);
		break;
	case YAML_BLOCK_MAPPING_START_TOKEN:
		if (context != YAML_IN_FLOW)
			return read_block_mapping(r, out);
		break;
	case YAML_BLOCK_ENTRY_TOKEN:
		if (context == YAML_BELOW_KEY)
			return read_indentless(r, out);
		break;
	default:
		break;
	}
	if (!out->anchor.length && !out->tag.n)
		return yaml_fail_expected(r, "a value");
	yaml_set_absent(r, out);
	return true;
}

/* node = ALIAS | properties [ content ] | content */
bool yaml_read_node(struct yaml_reader *r, enum yaml_context context, struct yaml *out)
{
	*out = (struct yaml){0};
	if (!yaml_count_node(r, r->token.start) || !read_properties(r, out))
		return false;
	if (yaml_next_is(r, YAML_ALIAS_TOKEN))
		return read_alias(r, out);
	return yaml_peek(r) && read_content(r, context, out);
}
