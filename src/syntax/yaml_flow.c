/* The productions inside of brackets. */
#include "syntax/yaml_read.h"

/* [ VALUE [ node ] ] of a pair in brackets, whose key was read. */
static bool read_flow_value(struct yaml_reader *r, const struct yaml *key)
{
	struct yaml value = {0};
	bool ok = yaml_peek(r) != NULL;

	if (ok && yaml_take(r, YAML_VALUE_TOKEN))
		ok = yaml_read_value(r, YAML_IN_FLOW, YAML_BEHIND_FLOW, &value);
	else if (ok)
		yaml_set_absent(r, &value);
	return yaml_end_pair(r, ok, key, &value);
}

/* A mapping of one pair without braces: [a: 1]. */
static bool read_single_pair(struct yaml_reader *r, struct yaml *out)
{
	struct yaml_open open;
	struct yaml key;
	bool ok = yaml_open_collection(r, YAML_MAPPING, YAML_LEVEL_FLOW, out, &open);

	if (ok) {
		yaml_skip(r);
		ok = yaml_read_value(r, YAML_IN_FLOW, YAML_BEHIND_FLOW_KEY, &key) &&
			read_flow_value(r, &key);
	}
	yaml_close_collection(r, &open);
	/* It has no bracket of its own to end with. */
	if (ok)
		out->span.length = yaml_node_stop(&out->items[0]) - out->span.offset;
	return ok;
}

static bool read_flow_item(struct yaml_reader *r)
{
	struct yaml item = {0};
	bool ok;

	if (yaml_next_is(r, YAML_KEY_TOKEN))
		ok = yaml_count_node(r, r->token.start) && read_single_pair(r, &item);
	else
		ok = yaml_read_node(r, YAML_IN_FLOW, &item);
	if (ok || yaml_is_read(&item))
		yaml_push_item(r, &item);
	return ok;
}

/* The ',' before every entry but the first; true with *done at the bracket. */
static bool read_flow_separator(struct yaml_reader *r, yaml_token_type_t bracket,
	bool is_first, const char *expected, bool *done)
{
	if (!yaml_peek(r))
		return false;
	*done = yaml_take(r, bracket);
	if (*done || is_first)
		return true;
	if (!yaml_take(r, YAML_FLOW_ENTRY_TOKEN))
		return yaml_fail_expected(r, expected);
	*done = yaml_take(r, bracket);
	return *done || yaml_peek(r) != NULL;
}

/* flow_sequence = "[" [ item { "," item } [ "," ] ] "]" */
bool yaml_read_flow_sequence(struct yaml_reader *r, struct yaml *out)
{
	struct yaml_open open;
	bool ok = yaml_open_collection(r, YAML_SEQUENCE, YAML_LEVEL_FLOW, out, &open);
	bool done = false;

	if (ok)
		yaml_skip(r);
	for (bool is_first = true; ok && !done; is_first = false) {
		ok = read_flow_separator(
			r, YAML_FLOW_SEQUENCE_END_TOKEN, is_first, "',' or ']'", &done);
		if (ok && !done)
			ok = read_flow_item(r);
	}
	yaml_close_collection(r, &open);
	return ok;
}

/* A word in braces is a key without a value. */
static bool read_lone_word(struct yaml_reader *r, const struct yaml *key)
{
	struct yaml value = {0};
	bool ok = yaml_peek(r) != NULL;

	if (ok)
		yaml_set_absent(r, &value);
	return yaml_end_pair(r, ok, key, &value);
}

static bool read_flow_pair(struct yaml_reader *r)
{
	struct yaml key;

	if (yaml_take(r, YAML_KEY_TOKEN))
		return yaml_read_value(r, YAML_IN_FLOW, YAML_BEHIND_FLOW_KEY, &key) &&
			read_flow_value(r, &key);
	/* {a, b}: no key, for its ':' is not there, or on a later line, which is a fault. */
	return yaml_read_value(r, YAML_IN_FLOW, 0, &key) && read_lone_word(r, &key);
}

/* flow_mapping = "{" [ pair { "," pair } [ "," ] ] "}" */
bool yaml_read_flow_mapping(struct yaml_reader *r, struct yaml *out)
{
	struct yaml_open open;
	bool ok = yaml_open_collection(r, YAML_MAPPING, YAML_LEVEL_FLOW, out, &open);
	bool done = false;

	if (ok)
		yaml_skip(r);
	for (bool is_first = true; ok && !done; is_first = false) {
		ok = read_flow_separator(
			r, YAML_FLOW_MAPPING_END_TOKEN, is_first, "',' or '}'", &done);
		if (ok && !done)
			ok = read_flow_pair(r);
	}
	yaml_close_collection(r, &open);
	return ok;
}
