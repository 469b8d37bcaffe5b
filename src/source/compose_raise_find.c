/*
 * Where a change goes: the nodes of a file by their places, what is shared, and how the
 * file is written.
 */
#include "source/compose_raise.h"

static uint32_t max_of(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

uint32_t raise_end(const struct yaml *node)
{
	struct str bytes = span_str(node->span);
	uint32_t end = span_stop(node->span);

	if (node->style == YAML_LITERAL || node->style == YAML_FOLDED)
		end = node->span.offset + (uint32_t)str_trim_right(bytes).n;
	/* A block collection ends with its last child, whatever blanks follow that. */
	if (node->style == YAML_BLOCK && node->count)
		end = raise_end(&node->items[node->count - 1]);
	return max_of(end, max_of(span_stop(node->anchor), span_stop(node->tag_span)));
}

uint32_t raise_column(const struct file *f, uint32_t offset)
{
	return offset - raise_line_start(f, offset);
}

/* ---- nodes ---- */

bool raise_is_absent(const struct yaml *node)
{
	return node->kind == YAML_SCALAR && !node->span.length &&
		!node->anchor.length && !node->tag_span.length;
}

static bool holds(const struct yaml *node, uint32_t from, uint32_t offset)
{
	return node->span.file && from <= offset && offset <= raise_end(node);
}

void raise_find(const struct yaml *root, uint32_t offset, struct raise_path *path)
{
	path->n = 0;
	for (const struct yaml *node = root; node && path->n < RAISE_PATH_MAX;) {
		const struct yaml *next = NULL;
		bool is_map = node->kind == YAML_MAPPING;

		path->at[path->n++] = node;
		for (uint32_t i = 0; i < node->count && !next; i++) {
			uint32_t from = is_map ? node->keys[i].span.offset
					       : node->items[i].span.offset;

			if (holds(&node->items[i], from, offset))
				next = &node->items[i];
		}
		node = next;
	}
}

bool raise_key(const struct yaml *map, struct str key, uint32_t *index)
{
	for (uint32_t i = 0; map->kind == YAML_MAPPING && i < map->count; i++)
		if (map->keys[i].kind == YAML_SCALAR &&
			str_eq(map->keys[i].text.s, key)) {
			*index = i;
			return true;
		}
	return false;
}

static const struct yaml *merged_at(
	const struct yaml *map, struct str key, unsigned depth);

/* What one node behind `<<` has under key: a mapping, or a list of them. */
static const struct yaml *merged_from(
	const struct yaml *node, struct str key, unsigned depth)
{
	const struct yaml *from = yaml_resolve(node), *found = NULL;
	uint32_t index;

	if (!from || depth > RAISE_MERGES_MAX)
		return NULL;
	if (from->kind == YAML_SEQUENCE)
		for (uint32_t i = 0; i < from->count && !found; i++)
			found = merged_from(&from->items[i], key, depth + 1);
	if (from->kind != YAML_MAPPING)
		return found;
	return raise_key(from, key, &index) ? &from->items[index]
					    : merged_at(from, key, depth + 1);
}

static const struct yaml *merged_at(
	const struct yaml *map, struct str key, unsigned depth)
{
	uint32_t index;

	return raise_key(map, STR("<<"), &index)
		? merged_from(&map->items[index], key, depth)
		: NULL;
}

const struct yaml *raise_merged(const struct yaml *map, struct str key)
{
	return merged_at(map, key, 0);
}

static bool is_target(const struct yaml *node, const struct yaml *of)
{
	if (node->kind == YAML_ALIAS)
		return node->target == of;
	for (uint32_t i = 0; i < node->count; i++)
		if (is_target(&node->items[i], of))
			return true;
	return false;
}

bool raise_is_shared(const struct raise_place *p, const struct raise_path *path)
{
	for (size_t i = 0; i < path->n; i++)
		if (path->at[i]->anchor.length && path->at[i]->kind != YAML_ALIAS &&
			path->at[i] != p->shared && is_target(p->root, path->at[i]))
			return true;
	return false;
}

bool raise_has_variable(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '$')
			continue;
		if (i + 1 < text.n && text.p[i + 1] == '$')
			i++;
		else
			return true;
	}
	return false;
}

/* ---- style ---- */

struct survey {
	const struct file *file;
	uint32_t step, dash; /* of the first mapping and list below a key */
	bool has_step, has_dash;
	uint32_t blocks, flows, singles, doubles;
};

/* What people write in brackets in any file. */
static bool is_command(struct str key)
{
	return str_eq(key, STR("command")) || str_eq(key, STR("entrypoint")) ||
		str_eq(key, STR("test"));
}

static void survey_pair(struct survey *s, const struct yaml *map, uint32_t i)
{
	const struct yaml *key = &map->keys[i], *value = &map->items[i];
	uint32_t column = raise_column(s->file, key->span.offset);
	uint32_t below = raise_column(s->file, value->span.offset);

	if (value->kind == YAML_SEQUENCE && !is_command(key->text.s)) {
		s->flows += value->style == YAML_FLOW;
		s->blocks += value->style == YAML_BLOCK;
	}
	if (map->style != YAML_BLOCK || value->style != YAML_BLOCK || below < column ||
		value->anchor.length ||
		column != raise_column(s->file, map->span.offset))
		return;
	if (value->kind == YAML_SEQUENCE && !s->has_dash) {
		s->dash = below - column;
		s->has_dash = true;
	}
	if (value->kind == YAML_MAPPING && below > column && !s->has_step) {
		s->step = below - column;
		s->has_step = true;
	}
}

static void survey_node(struct survey *s, const struct yaml *node)
{
	if (node->kind == YAML_SCALAR) {
		s->singles += node->style == YAML_SINGLE_QUOTED;
		s->doubles += node->style == YAML_DOUBLE_QUOTED;
	}
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAPPING)
			survey_pair(s, node, i);
		survey_node(s, &node->items[i]);
	}
}

static struct raise_style style_of(const struct file *file, const struct yaml *root)
{
	struct survey s = {.file = file};
	uint32_t first = raise_line_end(file, 0);

	survey_node(&s, root);
	return (struct raise_style){
		.eol = first < file->bytes.n && file->bytes.p[first] == '\r'
			? STR("\r\n")
			: STR("\n"),
		.step = s.has_step ? s.step : 2,
		.dash = s.has_dash   ? s.dash
			: s.has_step ? s.step
				     : 2,
		.lists_flow = s.flows > 0 && !s.blocks,
		.quotes_single = s.singles > s.doubles,
		.is_json = root->style == YAML_FLOW && root->count &&
			root->keys[0].style == YAML_DOUBLE_QUOTED,
	};
}

/*
 * The line of the first break that is none to a person's editor: a carriage return alone,
 * U+0085, U+2028, U+2029. YAML 1.1 ends lines there. 0: there is none.
 */
static uint32_t odd_break(const struct file *f)
{
	struct str s = f->bytes;

	for (size_t at = 0; at < s.n; at++) {
		struct str rest = str_from(s, at);

		if ((rest.p[0] == '\r' && !str_starts(rest, STR("\r\n"))) ||
			str_starts(rest, STR("\xc2\x85")) ||
			str_starts(rest, STR("\xe2\x80\xa8")) ||
			str_starts(rest, STR("\xe2\x80\xa9")))
			return span_start(span_of(f, at, 0)).line;
	}
	return 0;
}

bool raise_open(struct raising *r, const struct file *file, struct raise_place *out)
{
	struct diags diags = {.arena = r->arena};
	struct raise_place *read;
	uint32_t odd;

	if (r->memo->compose && r->memo->compose->file == file) {
		*out = *r->memo->compose;
		out->r = r;
		return true;
	}
	*out = (struct raise_place){.r = r, .file = file};
	out->stream = yaml_parse(r->arena, file, &diags);
	if (diags.list.n || out->stream->is_partial)
		return raise_refuse(r,
			"Part of '%.*s' cannot be read, so oakum writes nothing into it: "
			"mend it first.",
			STR_ARG(file->path));
	odd = odd_break(file);
	if (odd)
		return raise_refuse(r,
			"Line %u of '%.*s' is broken by a character that is neither LF "
			"nor CRLF, so oakum writes nothing into it: mend it first.",
			odd, STR_ARG(file->path));
	if (out->stream->count != 1)
		return raise_refuse(r, "'%.*s' holds %u documents; write it by hand.",
			STR_ARG(file->path), out->stream->count);
	out->root = out->stream->documents[0].root;
	if (!out->root || out->root->kind != YAML_MAPPING || !out->root->count)
		return raise_refuse(r, "'%.*s' is no mapping.", STR_ARG(file->path));
	out->style = style_of(file, out->root);
	read = arena_new(r->arena, struct raise_place);
	*read = *out;
	r->memo->compose = read;
	return true;
}
