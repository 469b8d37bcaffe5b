/*
 * New keys, and new elements of lists and mappings that are there.
 */
#include "source/compose_raise.h"

static bool is_comment_line(const struct file *f, uint32_t start, uint32_t *column)
{
	uint32_t at = start;

	while (at < f->bytes.n && f->bytes.p[at] == ' ')
		at++;
	*column = at - start;
	return at < f->bytes.n && f->bytes.p[at] == '#';
}

/* The end of the line behind a node and the comments below that belong to it. */
static uint32_t behind(const struct raise_place *p, const struct yaml *map)
{
	const struct file *f = p->file;
	uint32_t own = raise_column(f, map->span.offset), column;
	uint32_t end = raise_line_end(f, raise_end(map));

	for (;;) {
		uint32_t next = end;

		while (next < f->bytes.n && f->bytes.p[next] != '\n')
			next++;
		next++;
		if (next >= f->bytes.n || !is_comment_line(f, next, &column) ||
			column < own || !column)
			return end;
		end = raise_line_end(f, next);
	}
}

static void new_line(const struct raise_place *p, struct buf *out, uint32_t column)
{
	buf_add(out, p->style.eol);
	buf_repeat(out, ' ', column);
}

/* Lines of YAML, each at column. */
static void add_raw(
	const struct raise_place *p, struct buf *out, struct str raw, uint32_t column)
{
	struct str_fields lines = {.rest = raw};
	struct str line;

	while (str_next_field(&lines, '\n', &line)) {
		new_line(p, out, column);
		buf_add(out, line);
	}
}

/* Is raw more than one word: a mapping or a list of its own? */
static bool is_nested(struct str raw)
{
	return str_find(raw, '\n') < raw.n || str_find_str(raw, STR(": ")) < raw.n ||
		str_ends(raw, STR(":")) || str_starts(raw, STR("- "));
}

static void add_pair(const struct raise_place *p, struct buf *out,
	const struct raise_item *item, uint32_t column)
{
	new_line(p, out, column);
	buf_printf(out, "%.*s:", STR_ARG(raise_scalar(p, item->name, false)));
	if (item->is_raw && is_nested(item->value))
		add_raw(p, out, item->value, column + p->style.step);
	else if (item->is_raw && item->value.n)
		buf_printf(out, " %.*s", STR_ARG(item->value));
	else if (!item->is_raw)
		buf_printf(out, " %.*s", STR_ARG(raise_scalar(p, item->value, false)));
}

static void add_element(const struct raise_place *p, struct buf *out,
	const struct raise_item *item, uint32_t column)
{
	struct str text =
		item->is_raw ? item->value : raise_scalar(p, item->value, false);

	new_line(p, out, column);
	buf_printf(out, "- %.*s", STR_ARG(text));
}

/* name=value, as the list form of environment has it. */
static struct raise_item as_element(
	const struct raise_place *p, const struct raise_item *item)
{
	if (!item->name.n)
		return *item;
	return (struct raise_item){.value = arena_printf(p->r->arena, "%.*s=%.*s",
					   STR_ARG(item->name), STR_ARG(item->value))};
}

/* Lines of "key: value" as a mapping in braces; what is deeper has no place in one. */
static void add_flow_raw(struct buf *out, struct str raw)
{
	struct str_fields lines = {.rest = raw};
	struct str line, between = STR("{");

	while (str_next_field(&lines, '\n', &line)) {
		buf_add(out, between);
		buf_add(out, line);
		between = STR(", ");
	}
	buf_char(out, '}');
}

static void add_flow_item(const struct raise_place *p, struct buf *out,
	const struct raise_item *item, bool is_map)
{
	if (is_map)
		buf_printf(out, "%.*s: ", STR_ARG(raise_scalar(p, item->name, true)));
	if (!item->is_raw)
		buf_add(out, raise_scalar(p, item->value, true));
	else if (is_nested(item->value))
		add_flow_raw(out, item->value);
	else
		buf_add(out, item->value);
}

/* May all of them stand in brackets as they are? */
static bool fits_flow(const struct raise_items *items)
{
	vec_each (const struct raise_item, item, items) {
		struct str_fields lines = {.rest = item->value};
		struct str line;

		while (item->is_raw && is_nested(item->value) &&
			str_next_field(&lines, '\n', &line))
			if (!line.n || byte_is_space(line.p[0]) ||
				str_find_str(line, STR(": ")) == line.n ||
				str_starts(line, STR("- ")) || raise_breaks_flow(line))
				return false;
	}
	return true;
}

static struct str flow_items(const struct raise_place *p,
	const struct raise_items *items, bool is_map, struct str between)
{
	struct buf out = {.arena = p->r->arena};

	vec_each (const struct raise_item, item, items) {
		struct raise_item element = is_map ? *item : as_element(p, item);

		if (item != items->at)
			buf_add(&out, between);
		add_flow_item(p, &out, &element, is_map);
	}
	return buf_str(&out);
}

/* ---- keys ---- */

static bool no_braces(const struct raise_place *p)
{
	return raise_refuse(p->r,
		"`%.*s` is written as an empty pair of braces; write it out first.",
		STR_ARG(p->name.n ? p->name : p->file->path));
}

/*
 * What separates a new element of a flow collection from the last one. Where that has no
 * value, a blank keeps the comma away from its ':'.
 */
static struct str flow_comma(const struct raise_place *p, const struct yaml *list)
{
	const struct file *f = p->file;
	bool is_map = list->kind == YAML_MAPPING;
	const struct yaml *item = &list->items[list->count - 1];
	uint32_t last =
		is_map ? list->keys[list->count - 1].span.offset : item->span.offset;
	uint32_t start = raise_line_start(f, last);
	struct str before = span_str(span_of(f, start, last - start));
	const char *blank = raise_is_absent(item) ? " " : "";

	if (!start || str_trim(before).n)
		return arena_printf(p->r->arena, "%s, ", blank);
	return arena_printf(p->r->arena, "%s,%.*s%.*s", blank, STR_ARG(p->style.eol),
		STR_ARG(before));
}

static bool new_flow_key(
	struct raise_place *p, const struct yaml *map, struct str key, struct str value)
{
	struct arena *a = p->r->arena;

	if (!map->count)
		return no_braces(p);
	raise_insert(p, raise_end(&map->items[map->count - 1]),
		arena_printf(a, "%.*s%.*s: %.*s", STR_ARG(flow_comma(p, map)),
			STR_ARG(raise_scalar(p, key, true)), STR_ARG(value)));
	return true;
}

/* Do blank lines stand between the keys at the top? */
static bool has_blank_before_last(const struct raise_place *p, const struct yaml *map)
{
	uint32_t start =
		raise_line_start(p->file, map->keys[map->count - 1].span.offset);
	uint32_t column;

	while (start > raise_line_start(p->file, 0)) {
		uint32_t above = raise_line_start(p->file, start - 1);
		struct str line = span_str(span_of(p->file, above, start - above));

		if (!str_trim(line).n)
			return true;
		if (!is_comment_line(p->file, above, &column))
			return false;
		start = above;
	}
	return false;
}

static void begin_key(const struct raise_place *p, const struct yaml *map,
	struct str key, struct buf *out)
{
	if (map == p->root && map->count > 1 && has_blank_before_last(p, map))
		buf_add(out, p->style.eol);
	new_line(p, out, raise_column(p->file, map->span.offset));
	buf_printf(out, "%.*s:", STR_ARG(raise_scalar(p, key, false)));
}

bool raise_new_key(struct raise_place *p, const struct yaml *map, struct str key,
	struct str scalar)
{
	struct buf out = {.arena = p->r->arena};

	if (map->style == YAML_FLOW)
		return new_flow_key(p, map, key, raise_value(p, key, scalar, true));
	begin_key(p, map, key, &out);
	buf_printf(&out, " %.*s", STR_ARG(raise_value(p, key, scalar, false)));
	raise_insert(p, behind(p, map), buf_str(&out));
	return true;
}

/* The items as the value of a block key in that column. */
static void add_block(const struct raise_place *p, struct buf *out,
	const struct raise_items *items, uint32_t column)
{
	bool is_map = items->at[0].name.n > 0;

	vec_each (const struct raise_item, item, items)
		if (is_map)
			add_pair(p, out, item, column + p->style.step);
		else
			add_element(p, out, item, column + p->style.dash);
}

bool raise_new_items(struct raise_place *p, const struct yaml *map, struct str key,
	const struct raise_items *items)
{
	struct arena *a = p->r->arena;
	bool is_map = items->at[0].name.n > 0;
	struct buf out = {.arena = a};
	struct edit *old =
		NULL; /* takes the key away: what is new comes in its place */
	uint32_t index;
	struct str flow = arena_printf(a, is_map ? "{%.*s}" : "[%.*s]",
		STR_ARG(flow_items(p, items, is_map, STR(", "))));

	if (map->style == YAML_FLOW)
		return fits_flow(items) ? new_flow_key(p, map, key, flow)
					: no_braces(p);
	begin_key(p, map, key, &out);
	if (!is_map && p->style.lists_flow)
		buf_printf(&out, " %.*s", STR_ARG(flow));
	else
		add_block(p, &out, items, raise_column(p->file, map->span.offset));
	if (raise_key(map, key, &index))
		old = raise_pending(p, map->keys[index].span.offset);
	if (old)
		old->bytes = arena_printf(
			a, "%.*s%.*s", STR_ARG(old->bytes), STR_ARG(buf_str(&out)));
	else
		raise_insert(p, behind(p, map), buf_str(&out));
	return true;
}

/* ---- elements ---- */

static bool more_flow(
	struct raise_place *p, const struct yaml *list, const struct raise_items *items)
{
	bool is_map = list->kind == YAML_MAPPING;
	struct str comma = STR(", "), bytes;

	if (!fits_flow(items))
		return false;
	if (list->count)
		comma = flow_comma(p, list);
	bytes = flow_items(p, items, is_map,
		list->count && raise_is_absent(&list->items[list->count - 1])
			? str_from(comma, 1)
			: comma);
	if (!list->count) {
		raise_edit(p->r, list->span,
			arena_printf(p->r->arena, is_map ? "{%.*s}" : "[%.*s]",
				STR_ARG(bytes)));
		return true;
	}
	raise_insert(p, raise_end(&list->items[list->count - 1]),
		arena_printf(p->r->arena, "%.*s%.*s", STR_ARG(comma), STR_ARG(bytes)));
	return true;
}

/* Behind the last line of a block collection, at its own column. */
static bool more_block(
	struct raise_place *p, const struct yaml *list, const struct raise_items *items)
{
	struct buf out = {.arena = p->r->arena};
	bool is_map = list->kind == YAML_MAPPING;
	uint32_t column = raise_column(p->file, list->span.offset);

	vec_each (const struct raise_item, item, items) {
		struct raise_item element = as_element(p, item);

		if (is_map)
			add_pair(p, &out, item, column);
		else
			add_element(p, &out, &element, column);
	}
	raise_insert(p, raise_line_end(p->file, raise_end(list)), buf_str(&out));
	return true;
}

/* `tmpfs: /tmp` becomes a list of two. */
static bool scalar_to_list(struct raise_place *p, const struct yaml *map,
	const struct yaml *value, const struct raise_items *items)
{
	struct raise_item first = {.value = span_str(value->span), .is_raw = true};
	uint32_t column = raise_column(p->file, map->span.offset) + p->style.dash;
	struct buf out = {.arena = p->r->arena};
	uint32_t from = value->span.offset;

	while (from && byte_is_blank(p->file->bytes.p[from - 1]))
		from--;
	add_element(p, &out, &first, column);
	vec_each (const struct raise_item, item, items)
		add_element(p, &out, item, column);
	raise_edit(p->r,
		span_of(p->file, from, value->span.offset + value->span.length - from),
		buf_str(&out));
	return true;
}

/* `environment:` with nothing behind it. */
static bool fill_null(struct raise_place *p, const struct yaml *map, uint32_t index,
	const struct raise_items *items)
{
	const struct yaml *key = &map->keys[index], *value = &map->items[index];
	bool in_flow = map->style == YAML_FLOW;
	struct arena *a = p->r->arena;
	bool is_map = items->at[0].name.n > 0;
	struct buf out = {.arena = a};

	if (in_flow || value->span.length) {
		struct str flow = arena_printf(a, is_map ? "%s{%.*s}" : "%s[%.*s]",
			value->span.length ? "" : " ",
			STR_ARG(flow_items(p, items, is_map, STR(", "))));

		raise_edit(p->r, value->span, flow);
		return true;
	}
	add_block(p, &out, items, raise_column(p->file, map->span.offset));
	raise_insert(p, raise_line_end(p->file, raise_end(key)), buf_str(&out));
	return true;
}

/* Not behind `? ` or an anchor of its own. */
static bool is_bare_key(
	const struct raise_place *p, const struct yaml *map, uint32_t index)
{
	return map->style == YAML_FLOW ||
		raise_column(p->file, map->keys[index].span.offset) ==
		raise_column(p->file, map->span.offset);
}

bool raise_more_items(struct raise_place *p, const struct yaml *map, uint32_t index,
	const struct raise_items *items)
{
	const struct yaml *value = &map->items[index];

	if (value->kind == YAML_SCALAR &&
		(value->tag.n || value->anchor.length || !is_bare_key(p, map, index)))
		return false;
	if (yaml_scalar_is_null(value))
		return fits_flow(items) && fill_null(p, map, index, items);
	if (value->kind == YAML_SCALAR && map->style == YAML_BLOCK &&
		!items->at[0].name.n)
		return raise_is_one_line(value) && scalar_to_list(p, map, value, items);
	if (value->kind == YAML_MAPPING && !items->at[0].name.n)
		return false;
	if (value->kind != YAML_MAPPING && value->kind != YAML_SEQUENCE)
		return false;
	if (value->style == YAML_FLOW)
		return more_flow(p, value, items);
	return more_block(p, value, items);
}
