/*
 * A change of a service, of the top of a file or of a word, into edits of a compose file.
 */
#include "source/compose_raise.h"

/* The change in compose's words: "`user: 1777:1777` of web". */
static struct str in_words(const struct raise_place *p, const struct change *c)
{
	struct arena *a = p->r->arena;
	struct str where = p->name.n
		? arena_printf(a, "%s of service `%.*s`",
			  p->below ? " below `build`" : "", STR_ARG(p->name))
		: STR("");

	if (c->kind == CHANGE_WORD)
		return arena_printf(a, "Write `%.*s` here by hand", STR_ARG(c->value));
	if (c->op == CHANGE_REMOVE)
		return arena_printf(a, "Take `%.*s`%.*s out by hand", STR_ARG(c->key),
			STR_ARG(where));
	if (c->name.n)
		return arena_printf(a, "Add `%.*s: %.*s` to `%.*s`%.*s by hand",
			STR_ARG(c->name), STR_ARG(c->value), STR_ARG(c->key),
			STR_ARG(where));
	return arena_printf(a, "%s `%.*s` %s `%.*s`%.*s by hand",
		c->op == CHANGE_ADD ? "Add" : "Write",
		STR_ARG(c->op == CHANGE_ADD ? c->value : c->key),
		c->op == CHANGE_ADD ? "to" : "with",
		STR_ARG(c->op == CHANGE_ADD ? c->key : c->value), STR_ARG(where));
}

bool raise_by_hand(
	const struct raise_place *p, const struct change *change, const char *fmt, ...)
{
	struct str why;
	va_list args;

	va_start(args, fmt);
	why = arena_vprintf(p->r->arena, fmt, args);
	va_end(args);
	return raise_refuse(
		p->r, "%.*s: %.*s.", STR_ARG(in_words(p, change)), STR_ARG(why));
}

uint32_t raise_line(const struct yaml *node)
{
	return span_start(node->span).line;
}

/* ---- the service ---- */

/* Do other services of the file build on this one by `extends`? */
const struct yaml *raise_who_extends(const struct yaml *services, struct str name)
{
	for (uint32_t i = 0; i < services->count; i++) {
		const struct yaml *extends = yaml_resolve(&services->items[i]);

		extends = extends ? yaml_get(extends, STR("extends")) : NULL;
		if (extends && extends->kind == YAML_MAPPING)
			extends = yaml_get(extends, STR("file"))
				? NULL
				: yaml_get(extends, STR("service"));
		if (extends && extends->kind == YAML_SCALAR &&
			str_eq(extends->text.s, name))
			return &services->keys[i];
	}
	return NULL;
}

/* Services stand below `services:`, or, in the first layout, at the top. */
static const struct yaml *services_of(const struct raise_place *p)
{
	const struct yaml *services = yaml_get(p->root, STR("services"));

	return services && services->kind == YAML_MAPPING ? services : p->root;
}

bool raise_open_service(struct raise_place *p, const struct change *change)
{
	const struct yaml *services = services_of(p), *other;
	struct raise_path path;
	uint32_t index;

	if (change->anchor.file)
		return raise_open_anchor(p, change);
	p->name = change->workload->service;
	if (!raise_key(services, p->name, &index))
		return raise_by_hand(p, change,
			"'%.*s' does not say what it is, another file does",
			STR_ARG(p->file->path));
	p->service = &services->items[index];
	if (p->service->kind != YAML_MAPPING || !p->service->count)
		return raise_by_hand(p, change, "line %u has no keys of its own",
			raise_line(services));
	raise_find(p->root, p->service->keys[0].span.offset, &path);
	if (raise_is_shared(p, &path))
		return raise_by_hand(p, change,
			"another service uses the whole of it as `*%.*s`",
			STR_ARG(span_str(p->service->anchor)));
	other = raise_who_extends(services, p->name);
	if (other)
		return raise_by_hand(p, change,
			"`%.*s` extends it, and would change as well",
			STR_ARG(other->text.s));
	return true;
}

/* Is it in the service, and not in what somebody else uses, too? */
bool raise_may_edit(const struct raise_place *p, const struct change *change,
	const struct raise_path *path)
{
	bool is_inside = !p->service;

	for (size_t i = 0; i < path->n; i++)
		is_inside = is_inside || path->at[i] == p->service;
	if (!is_inside)
		return raise_by_hand(p, change,
			"it is said on line %u of '%.*s', which others use as well",
			span_start(change->at).line, STR_ARG(p->file->path));
	if (p->service && raise_is_shared(p, path))
		return raise_by_hand(p, change,
			"line %u stands in an anchor that others use as well",
			span_start(change->at).line);
	return true;
}

/* ---- one scalar ---- */

bool raise_refuse_variable(const struct raise_place *p, const struct change *change,
	const struct yaml *node)
{
	return raise_by_hand(p, change, "line %u says `%.*s`, which a variable decides",
		raise_line(node), STR_ARG(span_str(node->span)));
}

/* node, the value of a key, becomes value. */
static bool set_scalar(struct raise_place *p, const struct change *change,
	const struct yaml *key, const struct yaml *node, struct str value)
{
	struct raise_path path;
	struct str text;

	if (raise_is_absent(node)) {
		text = raise_value(p, change->key, value, false);
		raise_insert(p, raise_end(node),
			arena_printf(p->r->arena, " %.*s", STR_ARG(text)));
		return true;
	}
	if (node->kind == YAML_ALIAS) {
		raise_edit(p->r, node->span, raise_value(p, change->key, value, true));
		return true;
	}
	if (node->kind != YAML_SCALAR)
		return raise_by_hand(p, change, "line %u holds %s", raise_line(key),
			yaml_kind_name(node));
	if (raise_has_variable(node->text.s))
		return raise_refuse_variable(p, change, node);
	raise_find(p->root, node->span.offset, &path);
	if (raise_is_shared(p, &path))
		return raise_by_hand(p, change,
			"line %u stands in an anchor that others use as well",
			raise_line(node));
	text = raise_value(p, change->key, value, false);
	if (str_eq(node->text.s, raise_escape(p->r->arena, value)))
		return true;
	if (node->style == YAML_PLAIN && !node->tag.n && raise_is_one_line(node))
		raise_edit(p->r, node->span, text);
	else if (!raise_is_one_line(node) || !raise_replace(p, node, value))
		return raise_by_hand(
			p, change, "line %u is written unusually", raise_line(node));
	return true;
}

bool raise_set_in(struct raise_place *p, const struct change *change,
	const struct yaml *map, struct str key, struct str value)
{
	uint32_t index;

	if (raise_key(map, key, &index))
		return set_scalar(
			p, change, &map->keys[index], &map->items[index], value);
	if (!map->count)
		return raise_by_hand(p, change, "line %u is empty", raise_line(map));
	return raise_new_key(p, map, key, value);
}

/* ---- set, add, remove ---- */

static const struct yaml *map_of(const struct raise_place *p)
{
	return p->below ? p->below : p->service ? p->service : p->root;
}

static bool raise_set(struct raise_place *p, const struct change *change)
{
	bool is_part = change->name.n && change->at.file &&
		(str_eq(change->key, STR("volumes")) ||
			str_eq(change->key, STR("ports")));

	if (p->service && is_part)
		return raise_part(p, change);
	if (!p->service && change->alias.n)
		return raise_set_alias(p, change);
	return raise_set_in(p, change, map_of(p), change->key, change->value);
}

/* The element of a list or mapping that says the same thing or the same name. */
static const struct yaml *same_item(const struct raise_place *p,
	const struct yaml *list, const struct raise_item *item, struct str *says)
{
	struct arena *a = p->r->arena;
	struct str name = item->name, value = raise_escape(a, item->value);
	uint32_t index;

	if (list->kind == YAML_MAPPING && raise_key(list, name, &index)) {
		*says = list->items[index].text.s;
		return &list->items[index];
	}
	for (uint32_t i = 0; list->kind == YAML_SEQUENCE && i < list->count; i++) {
		const struct yaml *node = yaml_resolve(&list->items[i]);
		struct str text;
		size_t equals;

		if (!node || node->kind != YAML_SCALAR)
			continue;
		text = node->text.s;
		equals = str_find(text, '=');
		if (!name.n && str_eq(text, value)) {
			*says = value;
			return node;
		}
		if (name.n && str_eq(str_sub(text, 0, equals), name)) {
			*says = str_from(text, equals + 1);
			return node;
		}
	}
	return NULL;
}

/* A name that is there gets the new value. */
static bool change_item(struct raise_place *p, const struct change *change,
	const struct yaml *list, const struct yaml *node, struct str says)
{
	struct arena *a = p->r->arena;

	if (str_eq(says, raise_escape(a, change->value)) &&
		(list->kind == YAML_MAPPING ||
			str_find(node->text.s, '=') < node->text.s.n ||
			!change->name.n))
		return true;
	if (list->kind == YAML_MAPPING)
		return set_scalar(p, change, node, node, change->value);
	if (str_find(node->text.s, '=') == node->text.s.n ||
		raise_has_variable(node->text.s))
		return raise_refuse_variable(p, change, node);
	return raise_replace(p, node,
		       arena_printf(a, "%.*s=%.*s", STR_ARG(change->name),
			       STR_ARG(change->value))) ||
		raise_by_hand(
			p, change, "line %u is written unusually", raise_line(node));
}

/* Those of changes that the list does not have; false where one is refused. */
static bool new_items(struct raise_place *p, const struct change *const *changes,
	size_t n, const struct yaml *list, struct raise_items *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct change *c = changes[i];
		struct raise_item item = {
			c->name, c->value, c->kind == CHANGE_TOP && c->name.n > 0};
		struct str says = STR_NONE;
		const struct yaml *same =
			list ? same_item(p, list, &item, &says) : NULL;
		bool is_twice = false;

		if (c->alias.n && !same)
			item = (struct raise_item){.value = arena_printf(p->r->arena,
							   "*%.*s", STR_ARG(c->alias)),
				.is_raw = true};

		vec_each (const struct raise_item, other, out)
			is_twice = is_twice ||
				(str_eq(other->name, item.name) &&
					(item.name.n ||
						str_eq(other->value, item.value)));
		if (same && item.is_raw)
			continue;
		if (same && !change_item(p, c, list, same, says))
			return false;
		if (!same && !is_twice)
			*vec_push(p->r->arena, out) = item;
	}
	return true;
}

/*
 * A list that comes through a merge key would be hidden by one of the service's own: its
 * elements are said again, unless `cap_drop: [ALL]` stands for them anyway.
 */
static bool copy_merged(struct raise_place *p, const struct change *change,
	const struct yaml *merged, struct raise_items *items)
{
	const struct yaml *from = yaml_resolve(merged);
	struct raise_items all = {0};

	if (str_eq(change->key, STR("cap_drop")) && str_eq(change->value, STR("ALL")))
		return true;
	if (!from || from->kind != YAML_SEQUENCE)
		return raise_by_hand(p, change,
			"it comes through `<<` on line %u, which others use as well",
			raise_line(merged));
	for (uint32_t i = 0; i < from->count; i++) {
		if (from->items[i].kind != YAML_SCALAR ||
			!raise_is_one_line(&from->items[i]))
			return raise_by_hand(p, change,
				"it comes through `<<` on line %u", raise_line(merged));
		*vec_push(p->r->arena, &all) = (struct raise_item){
			.value = span_str(from->items[i].span), .is_raw = true};
	}
	vec_each (const struct raise_item, item, items)
		*vec_push(p->r->arena, &all) = *item;
	*items = all;
	return true;
}

static bool raise_add(
	struct raise_place *p, const struct change *const *changes, size_t n)
{
	const struct change *first = changes[0];
	const struct yaml *map = map_of(p), *list = NULL, *merged;
	struct raise_items items = {0};
	struct raise_path path;
	uint32_t index;
	bool is_there = raise_key(map, first->key, &index);

	merged = is_there ? NULL : raise_merged(map, first->key);
	if (is_there) {
		list = &map->items[index];
		if (list->kind == YAML_ALIAS)
			return raise_by_hand(p, first,
				"line %u is `%.*s`, which others use as well",
				raise_line(list), STR_ARG(span_str(list->span)));
		raise_find(p->root, list->span.offset, &path);
		if (list->anchor.length && p->service && raise_is_shared(p, &path))
			return raise_by_hand(p, first,
				"line %u is an anchor that others use as well",
				raise_line(list));
	}
	if (!new_items(p, changes, n, merged ? yaml_resolve(merged) : list, &items))
		return false;
	if (!items.n || (merged && !copy_merged(p, first, merged, &items)))
		return !items.n;
	if (!is_there || raise_pending(p, map->keys[index].span.offset))
		return raise_new_items(p, map, first->key, &items);
	return raise_more_items(p, map, index, &items) ||
		raise_by_hand(p, first, "line %u is written unusually",
			raise_line(&map->keys[index]));
}

/* Elements of the list that are on their way out already, and are not written anew. */
static uint32_t count_removed(const struct raise_place *p, const struct yaml *list)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		uint32_t at = list->items[i].span.offset;
		const struct edit *e = raise_pending(p, at);

		n += e && (e->offset < at || !e->bytes.n);
	}
	return n;
}

static void forget_removed(struct raise_place *p, const struct yaml *list)
{
	struct edits *out = p->r->out;
	size_t kept = 0;

	for (size_t i = 0; i < out->n; i++) {
		const struct edit *e = &out->at[i];
		bool is_inside = e->file == p->file && e->length &&
			e->offset + e->length > list->span.offset &&
			e->offset < raise_end(list);

		if (!is_inside)
			out->at[kept++] = *e;
	}
	out->n = kept;
}

/* The whole key of the map. */
static bool remove_key(
	struct raise_place *p, const struct change *change, uint32_t index)
{
	const struct yaml *map = map_of(p);

	return raise_remove(p, map, index) ||
		raise_by_hand(p, change, "line %u is written unusually",
			raise_line(&map->keys[index]));
}

/* The element of the key's list that `at` lies in, or that has that name. */
static bool find_item(
	const struct change *change, const struct yaml *list, uint32_t *out)
{
	bool is_map = list->kind == YAML_MAPPING;
	uint32_t at = change->at.offset;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct yaml *item = &list->items[i];
		uint32_t from = is_map ? list->keys[i].span.offset : item->span.offset;
		struct str text = is_map ? list->keys[i].text.s : item->text.s;

		*out = i;
		if (change->at.length && from <= at && at <= raise_end(item))
			return true;
		if (!is_map)
			text = str_sub(text, 0, str_find(text, '='));
		if (!change->at.length && change->name.n && str_eq(text, change->name))
			return true;
	}
	return false;
}

static bool raise_take(struct raise_place *p, const struct change *change)
{
	const struct yaml *map = map_of(p), *list;
	struct raise_path path;
	uint32_t index, item;
	bool is_on = false;

	if (!raise_key(map, change->key, &index)) {
		const struct yaml *merged =
			yaml_resolve(raise_merged(map, change->key));

		if (!merged && !change->at.length)
			return true;
		/* Others may go on with it: here it is switched off. */
		if (merged && yaml_scalar_bool(merged, &is_on) && is_on)
			return raise_new_key(p, map, change->key, STR("false"));
		return raise_by_hand(
			p, change, "it is not said here, but where others use it, too");
	}
	list = &map->items[index];
	/* It hides what comes through `<<`. */
	if (raise_merged(map, change->key) && yaml_scalar_bool(list, &is_on) && !is_on)
		return true;
	if (!change->at.length && !change->name.n)
		return remove_key(p, change, index);
	if (list->kind == YAML_SCALAR)
		return remove_key(p, change, index);
	raise_find(p->root, list->span.offset, &path);
	if (list->kind == YAML_ALIAS || raise_is_shared(p, &path))
		return raise_by_hand(p, change, "line %u is used by others as well",
			raise_line(list));
	if (!find_item(change, list, &item))
		return !change->at.length ||
			raise_by_hand(
				p, change, "it stands in another file or service");
	if (list == p->shared && count_removed(p, list) + 1 >= list->count)
		return raise_by_hand(p, change, "nothing would be left of `&%.*s`",
			STR_ARG(p->name));
	if (count_removed(p, list) + 1 == list->count) {
		forget_removed(p, list);
		return remove_key(p, change, index);
	}
	return raise_remove(p, list, item) ||
		raise_by_hand(p, change, "line %u is written unusually",
			raise_line(&list->items[item]));
}

/* ---- all of it ---- */

/* Only files that were read as parts of the input are written. */
static bool is_ours(
	struct raising *r, const struct change *change, const struct file *file)
{
	if (str_eq(file->path, r->input->path) || file == r->input->file ||
		(change->workload && change->workload->run &&
			change->workload->run->file == file))
		return true;
	vec_each (const struct str, path, &r->input->covered)
		if (str_eq(*path, file->path))
			return true;
	return raise_refuse(r, "'%.*s' belongs to others as well; change it by hand.",
		STR_ARG(file->path));
}

/* One file may have been read twice; edits of it are told by its pointer. */
static const struct file *same_file(const struct raising *r, const struct file *file)
{
	vec_each (const struct edit, e, r->out)
		if (e->file && str_eq(e->file->path, file->path))
			return e->file;
	return file;
}

static bool raise_run(
	struct raise_place *p, const struct change *const *changes, size_t n)
{
	switch (changes[0]->op) {
	case CHANGE_SET:
		return raise_set(p, changes[0]);
	case CHANGE_ADD:
		return raise_add(p, changes, n);
	case CHANGE_REMOVE:
		break;
	}
	return raise_take(p, changes[0]);
}

/* The same changes under another key. */
static bool raise_as(struct raise_place *p, const struct change *const *changes,
	size_t n, struct str key)
{
	struct arena *a = p->r->arena;
	const struct change **copies = arena_array(a, const struct change *, n);

	for (size_t i = 0; i < n; i++) {
		struct change *c = arena_new(a, struct change);

		*c = *changes[i];
		c->key = key;
		copies[i] = c;
	}
	return raise_run(p, copies, n);
}

/* "build.args" is a key of what stands below `build`: the same, one level deeper. */
static bool raise_below(
	struct raise_place *p, const struct change *const *changes, size_t n)
{
	struct str key = changes[0]->key;
	size_t dot = str_find(key, '.');
	struct raise_path path;
	uint32_t index;

	if (!raise_key(p->service, str_sub(key, 0, dot), &index) ||
		p->service->items[index].kind != YAML_MAPPING ||
		!p->service->items[index].count)
		return raise_by_hand(p, changes[0], "it stands somewhere else");
	p->below = &p->service->items[index];
	raise_find(p->root, p->below->keys[0].span.offset, &path);
	return raise_may_edit(p, changes[0], &path) &&
		raise_as(p, changes, n, str_from(key, dot + 1));
}

bool compose_raise(struct raising *r, const struct change *const *changes, size_t n)
{
	const struct change *first = changes[0];
	const struct file *file =
		first->anchor.file ? first->anchor.file : first->at.file;
	struct raise_place p;

	if (!file && first->kind == CHANGE_RUN)
		file = first->workload->run->file;
	if (!file)
		file = r->input->file;
	if (!is_ours(r, first, file) || !raise_open(r, same_file(r, file), &p))
		return false;
	if (first->kind == CHANGE_WORD)
		return raise_word(&p, first);
	if (first->kind == CHANGE_RUN && !raise_open_service(&p, first))
		return false;
	if (p.shared_key.n)
		return raise_as(&p, changes, n, p.shared_key);
	return first->kind == CHANGE_RUN && str_find(first->key, '.') < first->key.n
		? raise_below(&p, changes, n)
		: raise_run(&p, changes, n);
}
